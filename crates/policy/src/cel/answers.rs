//! What a person answered to a question, as a condition and in words.

use tenantscan_model::rows::{Answer, Attestation};
use tenantscan_model::{Cause, Gap, Text, Time, has_begun};

use super::eval::Value;
use crate::expression::Scope;

/// Before the id of a question, as the source of the gap that it leaves while it is open.
pub const OPEN: &str = "records.attestations.";

/// One question, as a rule asks for its answer.
#[derive(Debug)]
pub(crate) struct Question {
    id: Text,
    /// Whether the provision leaves a choice, so that another measure will do.
    addressable: bool,
    /// Whether a practice may have nothing that the question is about.
    not_applicable: bool,
    /// What is missing while nobody has answered, or the proof is no longer the one that the answer rests on.
    open: Gap,
}

impl Question {
    pub(crate) fn new(id: &str, addressable: bool, not_applicable: bool) -> Self {
        let open = Gap::new(Cause::NotSupplied, format!("{OPEN}{id}"));
        Self { id: id.into(), addressable, not_applicable, open }
    }

    fn accepts(&self, answer: Answer) -> bool {
        match answer {
            Answer::Implemented => true,
            Answer::AddressedDifferently => self.addressable,
            Answer::NotApplicable => self.not_applicable,
            Answer::Partly | Answer::No => false,
        }
    }

    fn answer<'a>(&self, scope: &Scope<'a>) -> Option<&'a Attestation> {
        scope.datasets.attestations.rows.iter().find(|row| row.question == self.id)
    }

    /// Whether a person says so, in date, with what shows it on file. An open question is unknown, not answered in the
    /// negative.
    pub(crate) fn attested<'a>(&'a self, scope: &Scope<'a>) -> Value<'a> {
        let Some(row) = self.answer(scope) else {
            return Value::Unknown(scope.datasets.attestations.gap().unwrap_or(&self.open));
        };
        // What will be said later has not been said.
        match row.on.read() {
            Err(gap) => return Value::Unknown(gap),
            Ok(on) if !has_begun(*on, scope.now) => return Value::Unknown(&self.open),
            Ok(_) => {}
        }
        let accepted = row.answer.read().map(|answer| self.accepts(*answer));
        let in_date = row.valid_until.read().map(|until| *until >= scope.now);
        // An answer that ran out is neither yes nor no: whether it still is so, nobody has said.
        match (accepted, in_date) {
            (Ok(false), _) => Value::Bool(false),
            (_, Ok(false)) => Value::Unknown(&self.open),
            (Err(gap), _) | (_, Err(gap)) => Value::Unknown(gap),
            (Ok(true), Ok(true)) => match proven(row) {
                Err(gap) => Value::Unknown(gap),
                Ok(true) => Value::Bool(true),
                Ok(false) => Value::Unknown(&self.open),
            },
        }
    }

    /// The answer in words.
    pub(crate) fn answered(&self, scope: &Scope<'_>) -> String {
        let Some(row) = self.answer(scope) else {
            let unread = scope.datasets.attestations.gap().is_some();
            return if unread { "the answers were not read" } else { "nobody has answered the question" }.to_owned();
        };
        let day = |time: &Time| time.strftime("%Y-%m-%d").to_string();
        let read = |text: Option<String>| text.unwrap_or_else(|| "(not read)".to_owned());
        let text = |text: Option<&Text>| read(text.map(ToString::to_string));
        let said = match row.answer.known() {
            None => "(not read)",
            Some(Answer::Implemented) => "done",
            Some(Answer::Partly) => "done in part",
            Some(Answer::No) => "not done",
            Some(Answer::AddressedDifferently) if self.addressable => "done in another way",
            Some(Answer::AddressedDifferently) => "done in another way, which the rule does not allow here",
            Some(Answer::NotApplicable) if self.not_applicable => "not needed",
            Some(Answer::NotApplicable) => "not needed, which every practice needs",
        };
        let (by, role) = (text(row.by.known()), text(row.role.known()));
        let (on, statement) = (read(row.on.known().map(day)), text(row.statement.known()));
        let mut answer = format!("{by} ({role}) answered on {on}: {said}. {statement}");
        if row.on.known().is_some_and(|on| !has_begun(*on, scope.now)) {
            answer += " That day has not come: correct the day of the answer.";
        }
        if row.answer.known().is_some_and(|it| it.needs_evidence()) && row.evidence.known().is_some_and(Vec::is_empty) {
            answer += " Nothing is on file that shows it.";
        }
        if let Some(until) = row.valid_until.known().filter(|until| **until < scope.now) {
            answer += &format!(" The answer was good until {}: it is time to look again.", day(until));
        }
        answer
    }
}

/// Whether what an answer rests on is on file, as it was when the answer was given.
fn proven(row: &Attestation) -> Result<bool, &Gap> {
    let named = !row.answer.read()?.needs_evidence() || !row.evidence.read()?.is_empty();
    Ok(named && row.evidence_changed.read()?.is_empty())
}

#[cfg(test)]
mod tests {
    //! Cases: what is on file, and what follows.

    use tenantscan_model::{Cell, Datasets, Table};

    use super::*;

    const NOW: &str = "2026-11-01T00:00:00Z";

    fn time(text: &str) -> Time {
        text.parse().expect("a time")
    }

    fn row(answer: Answer, until: &str) -> Attestation {
        Attestation {
            answer: Cell::Known(answer),
            valid_until: Cell::Known(time(until)),
            evidence: Cell::Known(vec!["evidence/test.txt".into()]),
            evidence_changed: Cell::Known(Vec::new()),
            by: Cell::Known("Ana".into()),
            role: Cell::Known("manager".into()),
            on: Cell::Known(time("2026-01-01T00:00:00Z")),
            statement: Cell::Known("As agreed.".into()),
            ..Attestation::new("restore-tested")
        }
    }

    fn said(rows: Table<Attestation>, question: &Question) -> (Result<bool, (Cause, String)>, String) {
        let datasets = Datasets { attestations: rows, ..Datasets::default() };
        let scope = Scope { datasets: &datasets, parameters: &[], now: time(NOW), row: None };
        let truth = match question.attested(&scope) {
            Value::Bool(value) => Ok(value),
            other => Err(other.gap().map(|gap| (gap.cause(), gap.source().to_owned())).expect("a gap")),
        };
        (truth, question.answered(&scope))
    }

    #[test]
    fn an_answer_counts_in_date_and_as_far_as_the_rule_leaves_a_choice() {
        let later = "2027-01-01T00:00:00Z";
        let strict = || Question::new("restore-tested", false, false);
        let lenient = || Question::new("restore-tested", true, true);
        let cases = [
            (Answer::Implemented, later, true, true),
            (Answer::AddressedDifferently, later, false, true),
            (Answer::NotApplicable, later, false, true),
            (Answer::Partly, later, false, false),
            (Answer::No, later, false, false),
            (Answer::Implemented, NOW, true, true),
            (Answer::No, "2026-10-31T23:59:59Z", false, false),
        ];
        for (answer, until, by_rule, by_choice) in cases {
            let rows = || Table::complete(vec![row(answer, until)]);
            assert_eq!(said(rows(), &strict()).0, Ok(by_rule), "{answer:?} {until}");
            assert_eq!(said(rows(), &lenient()).0, Ok(by_choice), "{answer:?} {until}");
        }
        let (truth, old) = said(Table::complete(vec![row(Answer::Implemented, "2026-10-31T23:59:59Z")]), &strict());
        assert_eq!(truth.map_err(|(cause, _)| cause), Err(Cause::NotSupplied), "it ran out: nobody says so any more");
        let due = "Ana (manager) answered on 2026-01-01: done. As agreed. The answer was good until 2026-10-31: it is \
                   time to look again.";
        assert_eq!(old, due);
    }

    #[test]
    fn an_answer_of_a_day_that_has_not_come_is_none() {
        let question = Question::new("restore-tested", false, false);
        let on = |day: &str| {
            let row = Attestation { on: Cell::Known(time(day)), ..row(Answer::Implemented, "2027-01-01T00:00:00Z") };
            said(Table::complete(vec![row]), &question)
        };
        assert_eq!(on("2026-11-01T00:00:00Z").0, Ok(true));
        assert_eq!(on("2026-11-01T14:00:00Z").0, Ok(true), "the day has begun in the east");
        let (truth, text) = on("2026-11-02T00:00:00Z");
        assert_eq!(truth, Err((Cause::NotSupplied, "records.attestations.restore-tested".to_owned())));
        assert!(text.ends_with("That day has not come: correct the day of the answer."), "{text}");
    }

    #[test]
    fn what_nobody_said_is_unknown() {
        let question = Question::new("restore-tested", false, false);
        let open = Err((Cause::NotSupplied, "records.attestations.restore-tested".to_owned()));
        let (truth, text) = said(Table::complete(Vec::new()), &question);
        assert_eq!((truth, &*text), (open.clone(), "nobody has answered the question"));
        let unread = Table::unread(Gap::new(Cause::NotSupplied, "records.attestations"));
        let (truth, text) = said(unread, &question);
        let missing = Err((Cause::NotSupplied, "records.attestations".to_owned()));
        assert_eq!((truth, &*text), (missing, "the answers were not read"));

        let mut changed = row(Answer::Implemented, "2027-01-01T00:00:00Z");
        changed.evidence_changed = Cell::Known(vec!["evidence/test.txt".into()]);
        assert_eq!(said(Table::complete(vec![changed.clone()]), &question).0, open, "on another document");
        changed.answer = Cell::Known(Answer::No);
        assert_eq!(said(Table::complete(vec![changed]), &question).0, Ok(false), "a no needs no proof");
        let mut alone = row(Answer::Implemented, "2027-01-01T00:00:00Z");
        alone.evidence = Cell::Known(Vec::new());
        let (truth, text) = said(Table::complete(vec![alone.clone()]), &question);
        assert_eq!(truth, open, "without anything that shows it");
        assert!(text.ends_with("Nothing is on file that shows it."), "{text}");
        alone.answer = Cell::Known(Answer::NotApplicable);
        assert_eq!(said(Table::complete(vec![alone]), &Question::new("restore-tested", false, true)).0, Ok(true));
        let nothing = Table::complete(vec![Attestation::new("restore-tested")]);
        assert!(said(nothing, &question).0.is_err());
    }
}
