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
}

/// The lines of a file that hold anything.
pub(crate) fn lines(file: &SourceFile) -> Vec<Vec<CellAt>> {
    let text = file.text.as_bytes();
    let mut reader = Reader::new();
    let mut at = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (mut start, mut cell, mut part) = (at, Vec::new(), vec![0; 1 << 10]);
    let (mut lines, mut line) = (Vec::new(), Vec::new());
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
        let held = String::from_utf8_lossy(&cell).trim().to_owned();
        cell.clear();
        line.push(CellAt { text: held, span: within(&file.text, start..at) });
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

/// What was read for a cell, without what parts it from its neighbours.
fn within(text: &str, span: Range<usize>) -> Range<usize> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let body = raw.trim_start_matches(['\r', '\n']);
    let start = span.start + (raw.len() - body.len());
    let body = body.strip_suffix(',').unwrap_or_else(|| body.trim_end_matches(['\r', '\n']));
    start..start + body.len()
}

/// A table with a heading: which column is where.
pub(crate) struct Sheet {
    pub(crate) file: Arc<SourceFile>,
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

impl Sheet {
    /// Finds the columns by the heading, and refuses lines of another length.
    pub(crate) fn read(file: &Arc<SourceFile>, known: &[Column], diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut lines = lines(file).into_iter();
        let names = || known.iter().map(|column| column.name);
        let Some(heading) = lines.next() else {
            let help = format!("its first line names the columns: {}", names().collect::<Vec<_>>().join(", "));
            diagnostics.push(file, 0..0, "there is nothing in this file".into(), Some(help));
            return None;
        };
        let before = diagnostics.len();
        let mut columns = vec![None; known.len()];
        for (place, cell) in heading.iter().enumerate() {
            let name = plain(&cell.text);
            let Some(index) = known.iter().position(|it| it.name == name || it.also.contains(&&*name)) else {
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
                let span = heading[0].span.start..heading[heading.len() - 1].span.end;
                let help = format!("the first line must name the columns: {}", names().collect::<Vec<_>>().join(", "));
                diagnostics.push(file, span, format!("there is no column `{}`", column.name), Some(help));
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
        let lines = lines.filter(fits).collect();
        Some(Self { file: Arc::clone(file), columns, lines })
    }

    /// The cell of a line in the column with this index.
    pub(crate) fn cell<'s>(&self, line: &'s [CellAt], column: usize) -> Option<&'s CellAt> {
        self.columns[column].and_then(|place| line.get(place))
    }
}

/// A day, as a person or a spreadsheet of the United States writes it: `2026-01-31` or `1/31/2026`.
pub(crate) fn day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse() {
        return Some(day);
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
        for wrong in ["31/1/2026", "1/31/26", "2026-02-30", "1/31/2026/1", "soon", ""] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
