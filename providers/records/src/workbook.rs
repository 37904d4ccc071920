//! Spreadsheets as files: CSV and Excel's workbooks, written so that no cell is a formula, and read as text.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook};
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::Answer;
use tenantscan_written::SourceFile;

use crate::answers::ANSWER;
use crate::cells::{csv_line, guarded};
use crate::store::MAX_FILE;

/// No list that people keep is longer or wider; a stray cell far outside is a slip.
const MOST: (u32, u32) = (100_000, 200);

/// A file that cannot be taken for a spreadsheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// It is too long.
    #[error("a spreadsheet has at most {} MiB", MAX_FILE >> 20)]
    TooLong,
    /// It is a workbook that cannot be read.
    #[error("this is no workbook that can be read: {0}")]
    Workbook(#[from] XlsxError),
    /// It is a workbook without a sheet that anybody sees.
    #[error("there is no sheet in this workbook that is not hidden")]
    NoSheet,
    /// Which sheet has the list is not clear.
    #[error("this workbook has several sheets with something in them ({}): which of them is meant is not clear; leave the one with the list", .0.join(", "))]
    ManySheets(Vec<String>),
    /// A cell stands where none can.
    #[error("a cell stands in row {0}, column {1}: a list has at most {rows} rows and {columns} columns", rows = MOST.0, columns = MOST.1)]
    FarCell(u32, u32),
    /// It is neither a workbook nor text.
    #[error("this is neither a workbook of Excel (.xlsx) nor text in UTF-8")]
    NotText,
}

/// Lines of cells as CSV, with the mark by which Excel knows that it is UTF-8.
pub fn csv(lines: &[Vec<String>]) -> String {
    let lines: String = lines.iter().map(|line| csv_line(line.iter().map(|cell| guarded(cell)))).collect();
    format!("\u{feff}{lines}")
}

/// Lines of cells as a workbook with one sheet: every cell is text, the first line stays in sight, and the answers are
/// offered as a list.
///
/// # Errors
/// When a cell is longer than a workbook allows, which is 32,767 characters.
pub fn xlsx(lines: &[Vec<String>]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    // The prefix keeps a text that looks like a formula one when somebody edits the cell.
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@").set_quote_prefix();
    let sheet = workbook.add_worksheet();
    sheet.set_freeze_panes(1, 1)?;
    for (row, line) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(line) {
            let format = if row == 0 { &bold } else { &wrapped };
            sheet.write_string_with_format(row, column, cell, format)?;
        }
    }
    for (column, heading) in (0..).zip(lines.first().into_iter().flatten()) {
        let widest =
            lines.iter().filter_map(|line| line.get(usize::from(column))).map(|cell| cell.chars().count()).max();
        let width = u8::try_from(widest.unwrap_or_default()).unwrap_or(u8::MAX).clamp(12, 50);
        sheet.set_column_width(column, width)?;
        if heading == ANSWER && lines.len() > 1 {
            let list = DataValidation::new().allow_list_strings(Answer::WORDS)?;
            let last = u32::try_from(lines.len() - 1).unwrap_or(u32::MAX);
            sheet.add_data_validation(1, column, last, column, &list)?;
        }
    }
    workbook.save_to_buffer()
}

/// A spreadsheet as text: CSV as it is, of a workbook the first sheet with a line for each of its rows.
///
/// # Errors
/// When it is neither.
pub fn sheet(name: &str, bytes: Vec<u8>) -> Result<SourceFile, SheetError> {
    if bytes.len() as u64 > MAX_FILE {
        return Err(SheetError::TooLong);
    }
    // A workbook is a ZIP archive. Source: PKWARE, APPNOTE, 4.3.7.
    let text = if bytes.starts_with(b"PK\x03\x04") {
        text_of(&bytes)?
    } else {
        // UTF-16 without a mark: every second byte of what is written in Latin letters is zero.
        let zeros = bytes.iter().filter(|byte| **byte == 0).count();
        if zeros > bytes.len() / 4 {
            return Err(SheetError::NotText);
        }
        String::from_utf8(bytes).map_err(|_| SheetError::NotText)?
    };
    Ok(SourceFile { name: name.to_owned(), text })
}

fn text_of(bytes: &[u8]) -> Result<String, SheetError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    // What nobody sees was not meant.
    let visible = workbook
        .sheets_metadata()
        .iter()
        .filter(|it| it.visible == SheetVisible::Visible && it.typ == SheetType::WorkSheet);
    let visible: Vec<String> = visible.map(|it| it.name.clone()).collect();
    if visible.is_empty() {
        return Err(SheetError::NoSheet);
    }
    let mut filled = Vec::new();
    for name in visible {
        let text = text_of_sheet(&mut workbook, &name)?;
        if !text.is_empty() {
            filled.push((name, text));
        }
    }
    match filled.len() {
        0 | 1 => Ok(filled.pop().map(|(_, text)| text).unwrap_or_default()),
        _ => Err(SheetError::ManySheets(filled.into_iter().map(|(name, _)| name).collect())),
    }
}

/// One sheet as text; an empty one where nothing stands in it.
fn text_of_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<String, SheetError> {
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    let mut width = 0;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number.to_string(),
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Bool(value) => value.to_string(),
            // A time of no day.
            DataRef::DateTime(time) if time.as_f64() < 1.0 => time.as_f64().to_string(),
            DataRef::DateTime(time) => {
                let (year, month, day, ..) = time.to_ymd_hms_milli();
                format!("{year:04}-{month:02}-{day:02}")
            }
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::Error(error) => error.to_string(),
        };
        if text.is_empty() {
            continue;
        }
        if row >= MOST.0 || column >= MOST.1 {
            return Err(SheetError::FarCell(row + 1, column + 1));
        }
        width = width.max(column + 1);
        rows.entry(row).or_default().insert(column, text);
    }
    let last = rows.last_key_value().map_or(0, |(row, _)| row + 1);
    let none = BTreeMap::new();
    let line = |row: u32| {
        let cells = rows.get(&row).unwrap_or(&none);
        csv_line((0..width).map(|column| cells.get(&column).map_or("", String::as_str)))
    };
    Ok((0..last).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[&[&str]]) -> Vec<Vec<String>> {
        all.iter().map(|line| line.iter().map(|&cell| cell.to_owned()).collect()).collect()
    }

    #[test]
    fn what_is_written_is_read_in_both_forms() {
        let table = lines(&[&["Question id", "Answer"], &["=1+1", "a, \"b\"\nc"], &["@x", ""], &["", "-2"]]);
        let bytes = xlsx(&table).expect("a workbook");
        let from_workbook = sheet("a.xlsx", bytes).expect("read");
        assert_eq!(from_workbook.text, "Question id,Answer\r\n=1+1,\"a, \"\"b\"\"\nc\"\r\n@x,\r\n,-2\r\n");
        let from_csv = sheet("a.csv", csv(&table).into_bytes()).expect("read");
        assert!(from_csv.text.contains("'=1+1") && from_csv.text.contains("'@x"), "{}", from_csv.text);
    }

    #[test]
    fn numbers_days_and_far_cells() {
        let mut workbook = Workbook::new();
        let sheet_of = workbook.add_worksheet();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet_of.write_number(2, 0, 5).expect("written");
        sheet_of.write_number_with_format(2, 1, 46_053, &day).expect("written");
        let text = sheet("a.xlsx", workbook.save_to_buffer().expect("a workbook")).expect("read").text;
        // Source: 46,053 days after 30 December 1899.
        assert_eq!(text, ",\r\n,\r\n5,2026-01-31\r\n");
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(1_000_000, 3, "x").expect("written");
        let far = sheet("a.xlsx", workbook.save_to_buffer().expect("a workbook"));
        assert!(matches!(far, Err(SheetError::FarCell(1_000_001, 4))));
    }

    #[test]
    fn the_one_sheet_that_people_see_is_read() {
        let read = |sheets: &[(&str, bool)]| {
            let mut workbook = Workbook::new();
            for (text, hidden) in sheets {
                let one = workbook.add_worksheet();
                one.set_hidden(*hidden).set_active(!hidden);
                if !text.is_empty() {
                    one.write_string(0, 0, *text).expect("written");
                }
            }
            sheet("a.xlsx", workbook.save_to_buffer().expect("a workbook")).map(|file| file.text)
        };
        assert_eq!(read(&[("old", true), ("new", false), ("", false)]).expect("read"), "new\r\n");
        assert_eq!(read(&[("", false), ("", false)]).expect("read"), "");
        let said = read(&[("one", false), ("two", false)]).expect_err("which?").to_string();
        assert!(said.contains("Sheet1, Sheet2"), "{said}");
    }

    #[test]
    fn what_is_no_spreadsheet_is_refused() {
        let wide: Vec<u8> = "question_id,answer\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(matches!(sheet("a", wide), Err(SheetError::NotText)));
        assert!(matches!(sheet("a", b"PK\x03\x04nothing".to_vec()), Err(SheetError::Workbook(_))));
        assert!(matches!(sheet("a", vec![0xff, 0xfe, 0x41]), Err(SheetError::NotText)));
    }
}
