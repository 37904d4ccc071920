//! What people said and decided: answers with their evidence, exceptions, and the register of addressable specifications.

use std::collections::BTreeSet;

use tenantscan_model::rows::{Answer, Attestation, Disposition};
use tenantscan_model::{ClosedEnum, Text};

use super::Assessment;
use super::facts::{day, records, said, unread, written};
use super::page::{Block, Cell, Mark, Section, Table};
use crate::decided::AddressableEntry;
use crate::document::{Report, ResultEntry};
use crate::exceptions::ExceptionEntry;
use crate::text::platform;

pub(super) fn attestations(assessment: &Assessment<'_>) -> Section {
    let answers = records(assessment.snapshot, |data| &data.attestations);
    let given: &[Attestation] = answers.as_deref().unwrap_or_default();
    let mut blocks = vec![Block::Text(
        "What no setting shows and a person answered. An answer is that person's word; the hash ties it to the evidence that \
         was on file on that day."
            .to_owned(),
    )];
    match &answers {
        Ok(_) => blocks.push(Block::Table(Table {
            caption: "Answers".to_owned(),
            head: vec!["Question", "Answer", "By", "On, and valid until", "Evidence"],
            rows: given.iter().map(|answer| answer_row(assessment, answer)).collect(),
            empty: "nobody has answered yet",
        })),
        Err(gap) => blocks.push(Block::Note(format!("There are no answers to show ({}).", gap.cause().plain()))),
    }
    let answered: BTreeSet<&str> = given.iter().map(|answer| &*answer.question).collect();
    let open = assessment.questions.iter().filter(|(id, _)| !answered.contains(id.as_str()));
    let open: Vec<String> = open.map(|(id, question)| format!("{question} ({id})")).collect();
    if !open.is_empty() {
        blocks.push(Block::Heading(format!("Open questions: {}", open.len())));
        blocks.push(Block::List(open));
    }
    Section { id: "attestations", title: "Answers of people".to_owned(), blocks }
}

fn answer_row(assessment: &Assessment<'_>, row: &Attestation) -> Vec<Cell> {
    let question = assessment.questions.get(&*row.question).map_or(&*row.question, String::as_str);
    let expired = row.valid_until.known().is_some_and(|until| *until < assessment.now);
    let has_proof = row.evidence.known().is_some_and(|files| !files.is_empty());
    let mark = match row.answer.read() {
        Ok(_) if expired => Mark::Bad("expired:"),
        Ok(Answer::Implemented) if !has_proof => Mark::Open("done, with nothing on file:"),
        Ok(Answer::Implemented) => Mark::Good("done:"),
        Ok(Answer::Partly) => Mark::Bad("partly:"),
        Ok(Answer::No) => Mark::Bad("no:"),
        Ok(Answer::AddressedDifferently) => Mark::Open("in another way:"),
        Ok(Answer::NotApplicable) => Mark::Plain("not applicable:"),
        Err(_) => Mark::Open("not known:"),
    };
    let answer = Cell::with(mark, said(&row.statement, ToString::to_string));
    let until = match row.valid_until.read() {
        Ok(until) if *until < assessment.now => vec!["expired on".to_owned(), day(*until)],
        Ok(until) => vec!["valid until".to_owned(), day(*until)],
        Err(gap) => vec![unread(gap)],
    };
    vec![
        Cell::from(question),
        answer,
        Cell::lines([said(&row.by, ToString::to_string), said(&row.role, ToString::to_string)]),
        Cell::lines([said(&row.on, |on| day(*on))].into_iter().chain(until)),
        evidence(row),
    ]
}

fn evidence(row: &Attestation) -> Cell {
    let files = match row.evidence.read() {
        Ok(files) if files.is_empty() => return Cell::from("none"),
        Ok(files) => files,
        Err(gap) => return Cell::from(unread(gap)),
    };
    let hashes: &[Text] = row.evidence_sha256.known().map(Vec::as_slice).unwrap_or_default();
    let changed: &[Text] = row.evidence_changed.known().map(Vec::as_slice).unwrap_or_default();
    Cell::lines(files.iter().enumerate().map(|(index, file)| {
        let hash = hashes.get(index).filter(|hash| !hash.is_empty());
        let hash = hash.map(|hash| format!(", SHA-256 {hash}")).unwrap_or_default();
        let changed = if changed.contains(file) { "; the file has changed since" } else { "" };
        format!("{file}{hash}{changed}")
    }))
}

pub(super) fn decisions(assessment: &Assessment<'_>) -> Section {
    let report = assessment.report;
    let mut blocks = vec![Block::Text(
        "An exception never turns a result into one that is met: the risk stays listed above, with the decision beside it. It \
         holds for one thing in the state that was accepted, and until its day. One for whatever fails is bound to no state."
            .to_owned(),
    )];
    match records(assessment.snapshot, |data| &data.exceptions) {
        Ok(_) => blocks.push(Block::Table(Table {
            caption: "Exceptions, and how they stand".to_owned(),
            head: vec!["For", "Decision", "Approved by", "Until", "How it stands"],
            rows: report.exceptions.iter().map(|it| exception_row(report, it)).collect(),
            empty: "no exception is on file",
        })),
        Err(gap) => blocks.push(Block::Note(format!("There are no exceptions to show ({}).", gap.cause().plain()))),
    }
    blocks.push(Block::Heading("Addressable specifications".to_owned()));
    blocks.push(Block::Text(
        "Where a specification is addressable, the practice does it, or does something equivalent, or writes down why neither \
         is reasonable (45 CFR 164.306(d)(3)). Leaving it undone without a word is none of the three."
            .to_owned(),
    ));
    blocks.push(Block::Table(Table {
        caption: "Register of decisions on addressable specifications".to_owned(),
        head: vec!["Specification", "Decision", "Reason", "Approved by", "Review by"],
        rows: report.addressable.iter().map(|it| register_row(report, it)).collect(),
        empty: "none",
    }));
    Section { id: "decisions", title: "Decisions".to_owned(), blocks }
}

/// A disposition by its word in the records.
fn words(disposition: &str) -> &str {
    match Disposition::ALL.iter().find(|it| it.word() == disposition) {
        Some(Disposition::Planned) => "planned",
        Some(Disposition::RiskAccepted) => "risk accepted",
        Some(Disposition::ThirdParty) => "done by another company",
        Some(Disposition::AlternateMitigation) => "lowered by another measure",
        Some(Disposition::AddressableAlternative) => "addressable: equivalent measure",
        Some(Disposition::AddressableNotReasonable) => "addressable: not reasonable here",
        Some(Disposition::FalsePositive) => "result is wrong",
        None => disposition,
    }
}

fn title<'a>(report: &'a Report, policy: &'a str) -> &'a str {
    report.results.iter().find(|result| result.policy == policy).map_or(policy, |result| &result.title)
}

fn exception_row(report: &Report, it: &ExceptionEntry) -> Vec<Cell> {
    let resource = match (&it.name, it.resource.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "*") => "whatever fails".to_owned(),
        (None, resource) => resource.to_owned(),
    };
    let mark = match it.standing.as_str() {
        "applies" => Mark::Good("applies:"),
        "pending" => Mark::Open("open:"),
        "not_held" => Mark::Plain("not looked at:"),
        "refused" => Mark::Bad("refused:"),
        "expired" => Mark::Bad("expired:"),
        "ended" => Mark::Plain("ended:"),
        "not_begun" => Mark::Open("not begun:"),
        "state_changed" => Mark::Bad("no longer applies:"),
        "unused" => Mark::Open("not needed:"),
        _ => Mark::Bad("too broad:"),
    };
    let approved = it.approved_on.as_deref().map(|on| format!("on {}", written(on)));
    vec![
        Cell::lines([title(report, &it.policy).to_owned(), format!("{resource} ({})", platform(&it.tenant))]),
        Cell::lines([words(&it.disposition).to_owned(), it.reason.clone()]),
        Cell::lines([it.approved_by.clone()].into_iter().chain(approved)),
        Cell::from(written(&it.until)),
        Cell::with(mark, &it.text),
    ]
}

/// The decisions on file for a result, in a few words each; those that do not apply say so.
pub(super) fn decision_for(report: &Report, result: &ResultEntry) -> Vec<String> {
    let mut lines = Vec::new();
    for it in report
        .exceptions
        .iter()
        .filter(|it| it.policy == result.policy && (it.tenant == result.platform || it.tenant == result.tenant))
    {
        let decided =
            format!("{}, approved by {}, until {}", words(&it.disposition), it.approved_by, written(&it.until));
        lines.push(match (it.standing.as_str(), it.covers) {
            ("applies" | "over_broad", covers) if !result.findings.is_empty() => {
                format!("{decided}: covers {covers} of {} found", result.findings.len())
            }
            ("applies", _) => decided,
            ("expired", _) => format!("{decided}: expired, covers nothing"),
            ("state_changed", _) => format!("{decided}: what was accepted has changed, covers nothing"),
            ("pending" | "not_held", _) => format!("{decided}: not known whether it applies"),
            _ => format!("{decided}: covers nothing"),
        });
    }
    lines
}

fn register_row(report: &Report, it: &AddressableEntry) -> Vec<Cell> {
    let state = report.safeguards.iter().find(|safeguard| safeguard.citation == it.citation);
    let state = state.map_or("not_assessed", |safeguard| safeguard.state.as_str());
    let decision = match (it.decision.as_str(), state) {
        ("implemented", _) => Cell::with(Mark::Good("implemented"), "as far as it was seen"),
        ("alternative", _) => Cell::marked(Mark::Good("alternative")),
        ("not_reasonable", _) => Cell::marked(Mark::Plain("not reasonable")),
        (_, "gap_found") => Cell::with(Mark::Bad("undecided:"), open("not met", it)),
        (_, "not_assessed") => Cell::with(Mark::Plain("not examined"), "for a person to say"),
        _ => Cell::with(Mark::Open("undecided:"), open("not determined", it)),
    };
    let each = |of: fn(&crate::decided::ReasonEntry) -> String| Cell::lines(it.reasons.iter().map(of));
    vec![
        Cell::from(format!("{} {}", it.citation, it.title)),
        decision,
        each(|reason| format!("{} ({})", reason.reason, reason.policy)),
        each(|reason| reason.by.clone()),
        each(|reason| written(&reason.review_by)),
    ]
}

/// What keeps a specification undecided.
fn open(state: &str, it: &AddressableEntry) -> String {
    match it.open.len() {
        0 => state.to_owned(),
        1 => format!("{state}, and nothing is decided of {}", it.open[0]),
        count => format!("{state}, and nothing is decided of {count} policies"),
    }
}
