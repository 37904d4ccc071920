//! A spreadsheet saved as CSV: its cells, each with its place in the file.

use std::ops::Range;
use std::sync::Arc;

use csv_core::{ReadFieldResult, Reader};
use jiff::civil::Date;
use tenantscan_written::{Diagnostics, SourceFile, nearest};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CellAt {
    /// What it holds, without quotes and the spaces around it.
    pub(crate) text: String,
    /// Where it stands, in bytes of the file.
    pub(crate) span: Range<usize>,
    /// Its row, from 1, as a spreadsheet counts: a cell with two lines of text is in one row.
    row: usize,
    /// Its column, from 0.
    column: usize,
}

impl CellAt {
    /// Its name in a spreadsheet: `C5`.
    pub(crate) fn name(&self) -> String {
        let mut letters = Vec::new();
        let mut left = self.column + 1;
        while left > 0 {
            letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
            left = (left - 1) / 26;
        }
        letters.iter().rev().chain(self.row.to_string().chars().collect::<Vec<_>>().iter()).collect()
    }
}

/// The lines of a file that hold anything.
pub(crate) fn lines(file: &SourceFile) -> Vec<Vec<CellAt>> {
    let text = file.text.as_bytes();
    let mut reader = Reader::new();
    let mut at = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (mut start, mut cell, mut part) = (at, Vec::new(), vec![0; 1 << 10]);
    let (mut lines, mut line) = (Vec::new(), Vec::new());
    // Line breaks so far, and how many of them stand inside cells.
    let (mut breaks, mut inside, mut counted) = (0, 0, 0);
    loop {
        // With an empty input the reader knows that the file ends.
        let (result, read, written) = reader.read_field(&text[at..], &mut part);
        at += read;
        cell.extend_from_slice(&part[..written]);
        let is_last = match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => continue,
            ReadFieldResult::End => break,
            ReadFieldResult::Field { record_end } => record_end,
        };
        let held = unguarded(String::from_utf8_lossy(&cell).trim()).to_owned();
        cell.clear();
        let span = within(&file.text, start..at);
        breaks += file.text[counted..span.start].matches('\n').count();
        let row = 1 + breaks - inside;
        let own = file.text[span.clone()].matches('\n').count();
        (breaks, inside, counted) = (breaks + own, inside + own, span.end);
        line.push(CellAt { text: held, row, column: line.len(), span });
        start = at;
        if is_last {
            let full = std::mem::take(&mut line);
            if full.iter().any(|cell: &CellAt| !cell.text.is_empty()) {
                lines.push(full);
            }
        }
    }
    lines
}

/// Refuses cells whose quotes do not match: what comes next would be taken for a part of them, and whole lines be lost. The
/// mistakes are kept, with the cells as they stand in `shown`.
pub(crate) fn is_quoted_wrongly(file: &SourceFile, shown: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> bool {
    let is_wrong = |cell: &&CellAt| {
        let raw = file.text[cell.span.clone()].trim_end();
        let inside = raw.strip_prefix('"').map(|rest| rest.strip_suffix('"'));
        inside.is_some_and(|inside| inside.is_none_or(|inside| inside.replace("\"\"", "").contains('"')))
    };
    let lines = lines(file);
    let Some(cell) = lines.iter().flatten().find(is_wrong) else { return false };
    // The first line of it alone: the others are what it has swallowed.
    let raw = &file.text[cell.span.clone()];
    let end = cell.span.start + raw.find(['\r', '\n']).unwrap_or(raw.len());
    let message =
        format!("the quotes of this cell do not match, so that the lines below it may be lost (cell {})", cell.name());
    let help = "write `\"` at the beginning and at the end of the cell, and twice where it stands inside, as in `\"5\"\" tube\"`";
    diagnostics.push(shown, cell.span.start..end, message, Some(help.into()));
    true
}

/// What a spreadsheet would take for a formula begins so. Source: owasp.org, CSV Injection.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text that no spreadsheet takes for a formula: one that looks like one begins with `'`.
pub(crate) fn guarded(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// The text without such a guard.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(text)
}

/// A line of a file with cells, each in quotes where it needs them.
pub(crate) fn csv_line(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let quoted = |cell: &str| {
        let needs = cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell;
        if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    };
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// What was read for a cell, without what parts it from its neighbours.
fn within(text: &str, span: Range<usize>) -> Range<usize> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let body = raw.trim_start_matches(['\r', '\n']);
    if body.is_empty() {
        // The last cell of its line, with nothing in it but the line's end.
        return span.start..span.start;
    }
    let start = span.start + (raw.len() - body.len());
    let body = body.strip_suffix(',').unwrap_or_else(|| body.trim_end_matches(['\r', '\n']));
    start..start + body.len()
}

/// A table with a heading: which column is where.
pub(crate) struct Sheet {
    pub(crate) file: Arc<SourceFile>,
    /// Where the heading stands, in bytes of the file.
    pub(crate) heading: Range<usize>,
    columns: Vec<Option<usize>>,
    pub(crate) lines: Vec<Vec<CellAt>>,
}

/// A column: the name that it has here, other names that spreadsheets give it, and whether it must be there.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) also: &'static [&'static str],
    pub(crate) needed: bool,
}

/// Words of a heading in small letters: `Last Day` is `last_day`.
pub(crate) fn plain(heading: &str) -> String {
    let words = heading.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// Whether a file has its columns parted by something else than commas: its heading then has no known column. The
/// mistake is kept, with the heading as it stands in `shown`.
pub(crate) fn is_parted_otherwise(
    file: &SourceFile,
    known: &[Column],
    shown: &Arc<SourceFile>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let lines = lines(file);
    let Some(heading) = lines.first() else { return false };
    let is_other = |letter: char| matches!(letter, ';' | '\t');
    let is_known = |cell: &CellAt| {
        let name = plain(&cell.text);
        !cell.text.contains(is_other) && known.iter().any(|it| it.name == name || it.also.contains(&&*name))
    };
    let Some(other) = heading.iter().find_map(|cell| cell.text.chars().find(|letter| is_other(*letter))) else {
        return false;
    };
    if heading.iter().any(is_known) {
        return false;
    }
    let what = if other == ';' { "`;`" } else { "tabs" };
    let help = "save it with commas between the columns: in Excel, Save As > CSV UTF-8 (Comma delimited); in Google Sheets, \
                File > Download > Comma-separated values";
    let message = format!("the columns are parted by {what}, and must be parted by commas");
    diagnostics.push(shown, heading[0].span.clone(), message, Some(help.into()));
    true
}

impl Sheet {
    /// Finds the columns by the heading, and refuses lines of another length.
    pub(crate) fn read(file: &Arc<SourceFile>, known: &[Column], diagnostics: &mut Diagnostics) -> Option<Self> {
        if is_parted_otherwise(file, known, file, diagnostics) || is_quoted_wrongly(file, file, diagnostics) {
            return None;
        }
        let mut lines = lines(file).into_iter();
        let names = || known.iter().map(|column| column.name);
        let Some(heading) = lines.next() else {
            let help = format!("its first line names the columns: {}", names().collect::<Vec<_>>().join(", "));
            diagnostics.push(file, 0..0, "there is nothing in this file".into(), Some(help));
            return None;
        };
        let lines: Vec<Vec<CellAt>> = lines.collect();
        let span = heading[0].span.start..heading[heading.len() - 1].span.end;
        let before = diagnostics.len();
        let mut columns = vec![None; known.len()];
        let index_of = |name: &str| known.iter().position(|it| it.name == name || it.also.contains(&name));
        if !heading.iter().any(|cell| index_of(&plain(&cell.text)).is_some()) {
            let help = format!(
                "take out what stands above the list; its first line names the columns: {}",
                names().collect::<Vec<_>>().join(", ")
            );
            diagnostics.push(file, span, "the first line names none of the columns".into(), Some(help));
            return None;
        }
        for (place, cell) in heading.iter().enumerate() {
            let name = plain(&cell.text);
            if cell.text.is_empty() {
                // A spreadsheet writes columns that were once used and are empty now.
                let filled = lines.iter().filter_map(|line| line.get(place)).find(|cell| !cell.text.is_empty());
                if let Some(filled) = filled {
                    let message = format!("this column has no heading (cell {})", filled.name());
                    let help = "name the column in the first line, or take it out";
                    diagnostics.push(file, filled.span.clone(), message, Some(help.into()));
                }
                continue;
            }
            let Some(index) = index_of(&name) else {
                let help = match nearest(&name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("take it out: the columns are {}", names().collect::<Vec<_>>().join(", ")),
                };
                diagnostics.push(file, cell.span.clone(), format!("`{}` means nothing here", cell.text), Some(help));
                continue;
            };
            if columns[index].is_some() {
                let message = format!("there are two columns `{}`", known[index].name);
                diagnostics.push(file, cell.span.clone(), message, Some("keep one of the two".into()));
            }
            columns[index] = Some(place);
        }
        for (column, place) in known.iter().zip(&columns) {
            if column.needed && place.is_none() {
                let help = format!("the first line must name the columns: {}", names().collect::<Vec<_>>().join(", "));
                diagnostics.push(file, span.clone(), format!("there is no column `{}`", column.name), Some(help));
            }
        }
        if diagnostics.len() > before {
            return None;
        }
        let fits = |line: &Vec<CellAt>| {
            if line.len() == heading.len() {
                return true;
            }
            let message = format!("this line has {} cells, the heading has {}", line.len(), heading.len());
            let help = "put a text with a comma in it between double quotes, and check for a missing comma or quote";
            diagnostics.push(file, line[0].span.clone(), message, Some(help.into()));
            false
        };
        let lines = lines.into_iter().filter(fits).collect();
        Some(Self { file: Arc::clone(file), heading: span, columns, lines })
    }

    /// Whether the column with this index is there.
    pub(crate) fn has(&self, column: usize) -> bool {
        self.columns[column].is_some()
    }

    /// The cell of a line in the column with this index.
    pub(crate) fn cell<'s>(&self, line: &'s [CellAt], column: usize) -> Option<&'s CellAt> {
        self.columns[column].and_then(|place| line.get(place))
    }
}

/// A day, as a person or a spreadsheet of the United States writes it: `2026-01-31` or `1/31/2026`.
pub(crate) fn day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse::<Date>() {
        return (day.year() >= 1).then_some(day);
    }
    let mut parts = text.split('/');
    let (month, number, year) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month, number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Vec<Vec<(String, String)>> {
        let file = SourceFile { name: "a.csv".into(), text: text.into() };
        let cell = |cell: CellAt| (cell.text, file.text[cell.span].to_owned());
        lines(&file).into_iter().map(|line| line.into_iter().map(cell).collect()).collect()
    }

    #[test]
    fn cells_know_their_place() {
        let text = "\u{feff}a,\"b, \"\"c\"\"\"\r\n\r\n1, 2 \r\n\u{e9},";
        let found = held(text);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found[0], [pair("a", "a"), pair("b, \"c\"", "\"b, \"\"c\"\"\"")]);
        assert_eq!(found[1], [pair("1", "1"), pair("2", " 2 ")]);
        assert_eq!(found[2], [pair("\u{e9}", "\u{e9}"), pair("", "")]);
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn cells_have_the_names_that_a_spreadsheet_gives_them() {
        let text = "a,b\r\n\r\n\"one\ntwo\",c\r\nd,\"e\n\"\nf,g\n";
        let file = SourceFile { name: "a.csv".into(), text: text.into() };
        let names: Vec<String> = lines(&file).iter().flatten().map(CellAt::name).collect();
        assert_eq!(names, ["A1", "B1", "A3", "B3", "A4", "B4", "A5", "B5"]);
        let ends = SourceFile { name: "a.csv".into(), text: "a,\r\nb,\nc,".into() };
        let names: Vec<String> = lines(&ends).iter().flatten().map(CellAt::name).collect();
        assert_eq!(names, ["A1", "B1", "A2", "B2", "A3", "B3"]);
        let wide = SourceFile { name: "a.csv".into(), text: ",".repeat(27) + "x" };
        assert_eq!(lines(&wide)[0][27].name(), "AB1");
    }

    #[test]
    fn no_cell_is_a_formula_and_the_text_comes_back() {
        for text in ["=1+1", "+1", "-1", "@a", "plain", "'quoted'", "a, \"b\"\nc", ""] {
            let line = csv_line([guarded(text), "x".into()]);
            assert!(!line.trim_start_matches('"').starts_with(FORMULA), "{line}");
            assert_eq!(held(&line)[0][0].0, text);
        }
    }

    #[test]
    fn long_cells_are_whole() {
        let long = "x".repeat(5000);
        assert_eq!(held(&format!("{long},b\n"))[0][0].0, long);
        assert!(held("").is_empty() && held("\n,,\n").is_empty());
    }

    #[test]
    fn days_may_be_written_as_spreadsheets_do() {
        let day_of = |year, month, day| Date::new(year, month, day).ok();
        assert_eq!(day("2026-01-31"), day_of(2026, 1, 31));
        assert_eq!(day("1/31/2026"), day_of(2026, 1, 31));
        for wrong in ["31/1/2026", "1/31/26", "2026-02-30", "1/31/2026/1", "-000001-01-01", "soon", ""] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
