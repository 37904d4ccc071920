//! What the files have in common: closed words, kept names, days as moments, and the parts of a JSON Schema.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::{Schema, SchemaGenerator, json_schema};
use tenantscan_model::{ClosedEnum, Text, Time, is_unseen};
use tenantscan_written::{Reader, SourceFile, TableAt};

/// Shortest reason for what is accepted or not needed, in characters.
pub(crate) const REASON: usize = 20;

/// Refuses a file that has none of its lists: it may have been emptied by a slip, and silence states nothing. `[]` says that
/// there is none.
pub(crate) fn says_something(reader: &mut Reader<'_>, root: TableAt<'_>, lists: &[&str]) {
    // A key that means nothing here is a mistake of its own, and may be one of these that was mistyped.
    if !root.table.is_empty() {
        return;
    }
    let all = |form: &dyn Fn(&str) -> String| lists.iter().map(|list| form(list)).collect::<Vec<_>>();
    reader.mistake(
        0..0,
        format!(
            "this file says nothing: no {}, nor that there is none",
            all(&|list| format!("`[[{list}]]`")).join(", no ")
        ),
        Some(format!(
            "if there is none, write {}, which says so; if there was any, take the last copy of the file that had it; or \
             delete the file",
            all(&|list| format!("`{list} = []`")).join(" and ")
        )),
    );
}

/// A text without the spaces around it, that must be there.
pub(crate) fn needed(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str, what: &str) -> Option<String> {
    reader.needed(table, key, what).map(|text| text.text.trim().to_owned())
}

/// A text without the spaces around it; one that is empty is none.
pub(crate) fn optional(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str) -> Option<String> {
    reader.text(table, key).map(|text| text.text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A list of texts without the spaces around them, empty ones left out.
pub(crate) fn list(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str) -> Vec<String> {
    let texts = reader.texts(table, key).into_iter().map(|text| text.text.trim().to_owned());
    texts.filter(|text| !text.is_empty()).collect()
}

/// A text without the spaces and unseen signs around it.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_unseen(letter))
}

/// What is wrong with a text that must be one name as a platform shows it, and what to do.
pub(crate) fn not_one_name(text: &str) -> Option<(String, &'static str)> {
    if text.contains(is_unseen) {
        let help = "type it anew, without pasting";
        return Some((format!("a sign that nobody can see stands in `{text}`"), help));
    }
    if text.contains([';', ',']) || text.contains(char::is_whitespace) {
        return Some((format!("`{text}` is more than one"), "write each for itself"));
    }
    None
}

/// One of the words of a closed list, that must be there.
pub(crate) fn word<E: ClosedEnum>(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str) -> Option<E> {
    let text = reader.needed(table, key, &format!("one of {}", E::WORDS.join(", ")))?;
    reader.word(&text, &E::words())
}

/// Names that may stand in a file once, and where each begins.
#[derive(Default)]
pub(crate) struct Once(BTreeMap<String, usize>);

impl Once {
    /// Keeps a name; one that is there already is a mistake.
    pub(crate) fn keep(&mut self, reader: &mut Reader<'_>, name: &str, span: Range<usize>, what: &str) {
        if let Some(first) = self.0.get(name) {
            let message = format!("{what} `{name}` stands in line {} already", line(&reader.file, *first));
            reader.mistake(span, message, Some("keep one of the two".into()));
        } else {
            self.0.insert(name.to_owned(), span.start);
        }
    }
}

/// The line of a place in a file, from 1.
pub(crate) fn line(file: &SourceFile, at: usize) -> usize {
    1 + file.text.get(..at).map_or(0, |before| before.matches('\n').count())
}

/// The first moment of a day.
pub(crate) fn begins(day: Date) -> Time {
    moment(day, 0, 0, 0)
}

/// The last moment of a day, to the second.
pub(crate) fn ends(day: Date) -> Time {
    moment(day, 23, 59, 59)
}

fn moment(day: Date, hour: i8, minute: i8, second: i8) -> Time {
    let moment = day.at(hour, minute, second, 0).to_zoned(TimeZone::UTC);
    moment.map_or(if hour == 0 { Time::MIN } else { Time::MAX }, |moment| moment.timestamp())
}

/// Texts as cells hold them.
pub(crate) fn texts(all: &[String]) -> Vec<Text> {
    all.iter().map(|text| text.as_str().into()).collect()
}

/// The schema of a closed list of words.
pub(crate) fn word_schema<E: ClosedEnum>(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": E::WORDS })
}

/// The schema of a day: TOML's own dates are texts to JSON.
pub(crate) fn day_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date" })
}
