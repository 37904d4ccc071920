//! `attestations.toml`: what people answered to the questions that no configuration can answer.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use tenantscan_model::rows::{self, Answer};
use tenantscan_model::{Cause, Cell, ClosedEnum, Gap, Text, Time};
use tenantscan_written::{Reader, TableAt, nearest};

use crate::catalogue::questions;
use crate::edit::{Entry, Field, Fields, day, evidence, text};
use crate::evidence::{Document, Documents, Evidence};
use crate::files::{self, RecordFile};
use crate::keys::{Once, begins, day_schema, ends, needed, says_something, word, word_schema};

/// The file `attestations.toml`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct AttestationsFile {
    /// The answers, one to a question; an empty list says that there is none.
    attestation: Vec<Attestation>,
}

/// A person's dated answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Attestation {
    /// Id of the question, as `tenantscan attest list` shows it.
    pub question: String,
    /// The answer.
    #[schemars(schema_with = "word_schema::<Answer>")]
    pub answer: Answer,
    /// The answer in the person's own words.
    pub statement: String,
    /// What proves it.
    #[schemars(default)]
    pub evidence: Vec<Evidence>,
    /// Who answers.
    pub by: String,
    /// That person's role in the practice.
    pub role: String,
    /// The day of the answer.
    #[schemars(schema_with = "day_schema")]
    pub on: Date,
    /// The last day on which the answer is good; where it is left out, as long as the question allows.
    #[schemars(default, schema_with = "day_schema")]
    pub valid_until: Option<Date>,
}

pub(crate) const KEYS: [&str; 8] = ["question", "answer", "statement", "evidence", "by", "role", "on", "valid_until"];

/// All answers of the file.
pub(crate) fn read(reader: &mut Reader<'_>, root: TableAt<'_>, documents: &mut Documents<'_>) -> Vec<Attestation> {
    reader.only(root, &["attestation"]);
    says_something(reader, root, &["attestation"]);
    let mut once = Once::default();
    let tables = reader.list_of_tables(root, "attestation");
    tables.into_iter().filter_map(|table| attestation(reader, table, documents, &mut once)).collect()
}

fn attestation(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    documents: &mut Documents<'_>,
    once: &mut Once,
) -> Option<Attestation> {
    reader.only(table, &KEYS);
    let question = reader.needed(table, "question", "the id of the question, as `tenantscan attest list` shows it");
    if let Some(question) = &question {
        once.keep(reader, &question.text, question.span.clone(), "an answer to");
        if !questions().iter().any(|it| it.id == question.text) {
            let near = nearest(&question.text, questions().iter().map(|it| &*it.id));
            let help = near.map_or_else(
                || "`tenantscan attest list` shows the questions".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            reader.mistake(question.span.clone(), format!("there is no question `{}`", question.text), Some(help));
        }
    }
    let answer = word(reader, table, "answer");
    let statement = needed(reader, table, "statement", "in a sentence what is done, or why not");
    let evidence = documents.list(reader, table, "evidence");
    let by = needed(reader, table, "by", "the name of whoever answers");
    let role = needed(reader, table, "role", "that person's role in the practice");
    let on = reader.needed_date(table, "on", "the day of the answer");
    let valid_until = reader.date(table, "valid_until");
    if let (Some(on), Some(until)) = (on, valid_until)
        && until < on
    {
        let span = reader.get(table, "valid_until").map_or(table.span(), toml::Spanned::span);
        let help = "write a day after the one of the answer, or leave it out".to_owned();
        reader.mistake(span, format!("the answer ends before it was given on {on}"), Some(help));
    }
    Some(Attestation {
        question: question?.text,
        answer: answer?,
        statement: statement?,
        evidence,
        by: by?,
        role: role?,
        on: on?,
        valid_until,
    })
}

impl Attestation {
    /// The last day on which the answer is good: the earlier of what it says itself and of what its question allows.
    pub fn good_until(&self) -> Date {
        let days = questions().iter().find(|it| it.id == self.question).map_or(0, |it| i32::from(it.days));
        let allowed = self.on.saturating_add(days.days());
        self.valid_until.map_or(allowed, |until| until.min(allowed))
    }

    /// Whether it says that something is done, and names nothing that shows it: it does not count.
    pub fn is_unproven(&self) -> bool {
        self.answer.needs_evidence() && self.evidence.is_empty()
    }

    pub(crate) fn row(&self, documents: &BTreeMap<String, Document>) -> rows::Attestation {
        let found = || self.evidence.iter().map(|it| (it, documents.get(&it.at)));
        let hashes: Vec<Text> = found().map(|(_, it)| it.map_or("", |it| &*it.sha256).into()).collect();
        let changed = found().filter(|(it, found)| is_changed(it.sha256.as_deref(), *found));
        let bytes: u64 = found().filter_map(|(_, it)| it).map(|it| it.bytes).sum();
        let modified = latest(found().filter_map(|(_, it)| it));
        rows::Attestation {
            question: self.question.as_str().into(),
            answer: Cell::Known(self.answer),
            statement: Cell::Known(self.statement.as_str().into()),
            evidence: Cell::Known(self.evidence.iter().map(|it| it.at.as_str().into()).collect()),
            evidence_sha256: Cell::Known(hashes),
            evidence_bytes: Cell::Known(i64::try_from(bytes).unwrap_or(i64::MAX)),
            evidence_modified: modified,
            evidence_changed: Cell::Known(changed.map(|(it, _)| it.at.as_str().into()).collect()),
            by: Cell::Known(self.by.as_str().into()),
            role: Cell::Known(self.role.as_str().into()),
            on: Cell::Known(begins(self.on)),
            valid_until: Cell::Known(ends(self.good_until())),
        }
    }
}

/// When the document that changed last was changed; null where there is none.
fn latest<'d>(documents: impl Iterator<Item = &'d Document>) -> Cell<Option<Time>> {
    let mut last = None;
    for document in documents {
        let Some(modified) = document.modified else { return undated(&files::ATTESTATIONS) };
        last = last.max(Some(modified));
    }
    Cell::Known(last)
}

/// When a document of a copy was changed: nobody can say.
pub(crate) fn undated<T>(file: &RecordFile) -> Cell<T> {
    Cell::Unknown(Gap::new(Cause::NotSupplied, file.id))
}

/// Whether a file is another than the one whose hash was written down.
pub(crate) fn is_changed(written: Option<&str>, found: Option<&Document>) -> bool {
    written.zip(found).is_some_and(|(written, found)| written != found.sha256)
}

impl Entry for Attestation {
    const FILE: &'static str = "attestations.toml";
    const LIST: &'static str = "attestation";
    const KEY: &'static [&'static str] = &["question"];

    fn fields(&self) -> Fields {
        vec![
            ("question", text(&self.question)),
            ("answer", text(self.answer.word())),
            ("statement", text(&self.statement)),
            ("evidence", (!self.evidence.is_empty()).then(|| Field::Value(evidence(&self.evidence)))),
            ("by", text(&self.by)),
            ("role", text(&self.role)),
            ("on", day(Some(self.on))),
            ("valid_until", day(self.valid_until)),
        ]
    }
}
