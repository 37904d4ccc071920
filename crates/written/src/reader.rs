//! TOML tables read key by key, with the place of each and every mistake kept.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use crate::diagnostics::{Diagnostics, SourceFile};
use crate::suggest::help;
use crate::syntax;

/// Reads one file and gathers its mistakes.
pub struct Reader<'d> {
    /// The file that is read.
    pub file: Arc<SourceFile>,
    /// Where its mistakes go.
    pub diagnostics: &'d mut Diagnostics,
}

/// A table of the file and its place.
#[derive(Clone, Copy)]
pub struct TableAt<'t> {
    /// The table itself.
    pub table: &'t DeTable<'t>,
    span: (usize, usize),
}

impl<'t> TableAt<'t> {
    /// A table, and where it begins and ends in the file.
    pub fn new(table: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { table, span: (span.start, span.end) }
    }

    /// Where it begins: its heading, in bytes of the file.
    pub fn span(self) -> Range<usize> {
        self.span.0..self.span.1
    }
}

/// A text of the file, and where its content starts when content and file agree byte for byte.
pub struct TextAt {
    /// The text, without quotes and escapes.
    pub text: String,
    /// Where it stands, in bytes of the file, quotes included.
    pub span: Range<usize>,
    content: Option<usize>,
}

impl TextAt {
    /// Where a part of the text stands in the file; the whole text where the two do not agree byte for byte.
    pub fn place(&self, part: &Range<usize>) -> Range<usize> {
        match self.content {
            Some(start) => start + part.start..start + part.end,
            None => self.span.clone(),
        }
    }
}

impl Reader<'_> {
    /// Keeps a mistake: where, what is wrong, and what to do.
    pub fn mistake(&mut self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.diagnostics.push(&self.file, span, message.into(), help);
    }

    /// The whole file as a table.
    pub fn root<'t>(&self, table: &'t Spanned<DeTable<'t>>) -> TableAt<'t> {
        TableAt::new(table.get_ref(), 0..self.file.text.len().min(1))
    }

    /// Refuses keys that mean nothing here.
    pub fn only(&mut self, table: TableAt<'_>, known: &[&str]) {
        for key in table.table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let help = help(name, known.iter().copied(), "keys");
                self.mistake(key.span(), format!("`{name}` means nothing here"), Some(help));
            }
        }
    }

    /// The value of a key, if it is there.
    pub fn get<'t>(&self, table: TableAt<'t>, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        table.table.get(key)
    }

    /// Says that a value is of another type than it must be.
    pub fn wrong_type(&mut self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str, example: &str) {
        let message = format!("`{key}` is {}, but must be {wanted}", kind(value.get_ref()));
        self.mistake(value.span(), message, Some(format!("write {example}")));
    }

    /// A text that may be left out.
    pub fn text(&mut self, table: TableAt<'_>, key: &str) -> Option<TextAt> {
        let value = self.get(table, key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(self.text_at(text, value.span())),
            None => {
                self.wrong_type(value, key, "a text", &format!("`{key} = \"…\"`"));
                None
            }
        }
    }

    /// A text of the file and its place.
    pub fn text_at(&self, text: &str, span: Range<usize>) -> TextAt {
        let raw = &self.file.text[span.clone()];
        let quote = if raw.starts_with("'''") || raw.starts_with("\"\"\"") { 3 } else { 1 };
        let inside = raw.get(quote..raw.len().saturating_sub(quote)).unwrap_or_default();
        let skipped = match () {
            () if inside == text => Some(0),
            () if inside.strip_prefix('\n') == Some(text) => Some(1),
            () if inside.strip_prefix("\r\n") == Some(text) => Some(2),
            () => None,
        };
        TextAt { text: text.to_owned(), content: skipped.map(|skipped| span.start + quote + skipped), span }
    }

    /// A text that must be there and say something.
    pub fn needed(&mut self, table: TableAt<'_>, key: &str, what: &str) -> Option<TextAt> {
        if self.get(table, key).is_none() {
            self.mistake(table.span(), format!("`{key}` is missing"), Some(format!("add `{key} = \"…\"`: {what}")));
            return None;
        }
        let text = self.text(table, key)?;
        if text.text.trim().is_empty() {
            self.mistake(text.span.clone(), format!("`{key}` is empty"), Some(format!("write {what}")));
            return None;
        }
        Some(text)
    }

    /// A day that may be left out.
    pub fn date(&mut self, table: TableAt<'_>, key: &str) -> Option<Date> {
        let value = self.get(table, key)?;
        let example = format!("`{key} = 2026-01-31`, without quotes");
        let day = match value.get_ref() {
            DeValue::Datetime(Datetime { date: Some(day), time: None, offset: None }) => *day,
            DeValue::Datetime(_) => {
                self.mistake(
                    value.span(),
                    format!("`{key}` is a day alone, without a time"),
                    Some(format!("write {example}")),
                );
                return None;
            }
            _ => {
                self.wrong_type(value, key, "a day", &example);
                return None;
            }
        };
        let (year, month, number) = (i16::try_from(day.year), i8::try_from(day.month), i8::try_from(day.day));
        let found = year.ok().zip(month.ok()).zip(number.ok());
        let found = found.and_then(|((year, month), number)| Date::new(year, month, number).ok());
        if found.is_none() {
            self.mistake(value.span(), "there is no such day", Some(format!("write {example}")));
        }
        found
    }

    /// A day that must be there.
    pub fn needed_date(&mut self, table: TableAt<'_>, key: &str, what: &str) -> Option<Date> {
        if self.get(table, key).is_none() {
            let help = format!("add `{key} = 2026-01-31`: {what}");
            self.mistake(table.span(), format!("`{key}` is missing"), Some(help));
            return None;
        }
        self.date(table, key)
    }

    /// A whole number that may be left out.
    pub fn number(&mut self, table: TableAt<'_>, key: &str) -> Option<i64> {
        let value = self.get(table, key)?;
        let found = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if found.is_none() {
            self.wrong_type(value, key, "a whole number", &format!("`{key} = 30`"));
        }
        found
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, text: &TextAt, words: &[(&str, T)]) -> Option<T> {
        if let Some((_, found)) = words.iter().find(|(word, _)| *word == text.text) {
            return Some(*found);
        }
        let help = help(&text.text, words.iter().map(|(word, _)| *word), "words");
        self.mistake(text.span.clone(), format!("`{}` cannot stand here", text.text), Some(help));
        None
    }

    /// A list of texts; empty when it is left out.
    pub fn texts(&mut self, table: TableAt<'_>, key: &str) -> Vec<TextAt> {
        let Some(value) = self.get(table, key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "a list of texts", &format!("`{key} = [\"…\"]`"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(self.text_at(text, item.span())),
                None => self.wrong_type(item, key, "a list of texts", "each of them in quotes"),
            }
        }
        texts
    }

    /// A table that may be left out.
    pub fn table<'t>(&mut self, table: TableAt<'t>, key: &str) -> Option<TableAt<'t>> {
        let (place, value) = table.table.get_key_value(key)?;
        match value.get_ref().as_table() {
            Some(inner) => Some(TableAt::new(inner, place.span())),
            None => {
                self.wrong_type(value, key, "a table", &format!("`[…{key}]` on a line of its own, and its keys below"));
                None
            }
        }
    }

    /// The tables of a table, by name.
    pub fn tables<'t>(&mut self, table: TableAt<'t>) -> Vec<(String, TableAt<'t>)> {
        let names: Vec<String> = table.table.keys().map(|key| key.get_ref().to_string()).collect();
        names.into_iter().filter_map(|name| self.table(table, &name).map(|inner| (name, inner))).collect()
    }

    /// The tables of a list of tables.
    pub fn list_of_tables<'t>(&mut self, table: TableAt<'t>, key: &str) -> Vec<TableAt<'t>> {
        let Some(value) = self.get(table, key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "a list of tables", &format!("`[[{key}]]` on a line of its own for each"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(inner) => tables.push(TableAt::new(inner, item.span())),
                None => self.wrong_type(
                    item,
                    key,
                    "a list of tables",
                    &format!("`[[{key}]]` on a line of its own for each"),
                ),
            }
        }
        tables
    }
}

/// The tables of a file; mistakes of its syntax are reported.
pub fn parse<'t>(file: &'t Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Spanned<DeTable<'t>>> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let mut lines = BTreeSet::new();
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let line = file.text.get(..span.start).map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
        // What else is said of the same line follows from the first mistake.
        if lines.insert(line) {
            let (message, help) = syntax::plain(error.message(), &file.text, &span);
            diagnostics.push(file, span, message, Some(help));
        }
    }
    errors.is_empty().then_some(table)
}

/// What kind of value it is, in plain words.
pub fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A value as JSON: numbers, dates as text, lists and tables.
pub fn to_json(value: &DeValue<'_>) -> serde_json::Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(serde_json::Value::Null, Into::into)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(serde_json::Value::Null, Into::into),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Datetime(value) => value.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| to_json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value.get_ref()))).collect()
        }
    }
}
