//! What people said and decided: answers with their evidence, exceptions, and the register of addressable specifications.

use std::collections::BTreeSet;

use tenantscan_model::rows::{Answer, Attestation, Disposition, Exception};
use tenantscan_model::{Text, Time};

use super::Assessment;
use super::facts::{day, platform, records, said, unread};
use super::page::{Block, Cell, Mark, Section, Table};
use crate::document::{ResultEntry, SafeguardEntry};

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
    let mark = match row.answer.read() {
        Ok(_) if expired => Mark::Bad("expired:"),
        Ok(Answer::Implemented) => Mark::Good("done:"),
        Ok(Answer::Partly) => Mark::Bad("partly:"),
        Ok(Answer::No) => Mark::Bad("no:"),
        Ok(Answer::AddressedDifferently) => Mark::Open("in another way:"),
        Ok(Answer::NotApplicable) => Mark::Plain("not applicable:"),
        Err(_) => Mark::Open("not known:"),
    };
    let answer = Cell::with(mark, said(&row.statement, ToString::to_string));
    let until = match row.valid_until.read() {
        Ok(until) if *until < assessment.now => format!("expired on {}", day(*until)),
        Ok(until) => format!("valid until {}", day(*until)),
        Err(gap) => unread(gap),
    };
    vec![
        Cell::from(question),
        answer,
        Cell::lines([said(&row.by, ToString::to_string), said(&row.role, ToString::to_string)]),
        Cell::lines([said(&row.on, |on| day(*on)), until]),
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
    let list = records(assessment.snapshot, |data| &data.exceptions);
    let mut blocks = vec![Block::Text(
        "An exception never turns a result into one that is met: the risk stays listed above, with the decision beside it."
            .to_owned(),
    )];
    match &list {
        Ok(exceptions) => blocks.push(Block::Table(Table {
            caption: "Exceptions".to_owned(),
            head: vec!["For", "Decision", "Reason", "Approved by", "Until"],
            rows: exceptions.iter().map(|it| exception_row(it, assessment.now)).collect(),
            empty: "no exception is on file",
        })),
        Err(gap) => blocks.push(Block::Note(format!("There are no exceptions to show ({}).", gap.cause().plain()))),
    }
    let exceptions = list.as_deref().unwrap_or_default();
    let addressable = assessment.report.safeguards.iter().filter(|it| it.designation == "addressable");
    blocks.push(Block::Heading("Addressable specifications".to_owned()));
    blocks.push(Block::Text(
        "Where a specification is addressable, the practice does it, or does something equivalent, or writes down why neither \
         is reasonable (45 CFR 164.306(d)(3)). Leaving it undone without a word is none of the three."
            .to_owned(),
    ));
    blocks.push(Block::Table(Table {
        caption: "Register of decisions on addressable specifications".to_owned(),
        head: vec!["Specification", "State", "Reason", "Approved by", "Review until"],
        rows: addressable.map(|it| register_row(assessment, exceptions, it)).collect(),
        empty: "none",
    }));
    Section { id: "decisions", title: "Decisions".to_owned(), blocks }
}

fn words(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Planned => "planned",
        Disposition::RiskAccepted => "risk accepted",
        Disposition::ThirdParty => "done by another company",
        Disposition::AlternateMitigation => "lowered by another measure",
        Disposition::AddressableAlternative => "addressable: equivalent measure",
        Disposition::AddressableNotReasonable => "addressable: not reasonable here",
        Disposition::FalsePositive => "result is wrong",
    }
}

fn until(exception: &Exception, now: Time) -> Cell {
    match exception.until.read() {
        Ok(until) if *until < now => Cell::with(Mark::Bad("expired"), day(*until)),
        Ok(until) => Cell::from(day(*until)),
        Err(gap) => Cell::from(unread(gap)),
    }
}

fn approved(exception: &Exception) -> Cell {
    Cell::lines([said(&exception.approved_by, ToString::to_string), said(&exception.approved, |on| day(*on))])
}

fn exception_row(exception: &Exception, now: Time) -> Vec<Cell> {
    let resource = said(&exception.resource, |resource| match &**resource {
        "*" => "whatever fails".to_owned(),
        resource => resource.to_owned(),
    });
    let tenant = said(&exception.tenant, |tenant| platform(tenant).to_owned());
    vec![
        Cell::lines([said(&exception.policy, ToString::to_string), format!("{resource} ({tenant})")]),
        Cell::from(said(&exception.disposition, |it| words(*it).to_owned())),
        Cell::from(said(&exception.reason, ToString::to_string)),
        approved(exception),
        until(exception, now),
    ]
}

/// The decisions on file for a result, in a few words each.
pub(super) fn decision_for<'a>(
    assessment: &'a Assessment<'_>,
    result: &'a ResultEntry,
) -> impl Iterator<Item = String> + 'a {
    let exceptions = records(assessment.snapshot, |data| &data.exceptions).unwrap_or_default();
    let of = |it: &&Exception| {
        it.policy.known().is_some_and(|policy| **policy == *result.policy)
            && it.tenant.known().is_some_and(|tenant| **tenant == *result.platform || **tenant == *result.tenant)
    };
    exceptions.iter().filter(of).map(|it| {
        let held = match it.until.read() {
            Ok(until) if *until < assessment.now => format!("expired on {}", day(*until)),
            Ok(until) => format!("until {}", day(*until)),
            Err(gap) => unread(gap),
        };
        let who = said(&it.approved_by, ToString::to_string);
        format!("{}, approved by {who}, {held}", said(&it.disposition, |disposition| words(*disposition).to_owned()))
    })
}

fn register_row(assessment: &Assessment<'_>, exceptions: &[Exception], safeguard: &SafeguardEntry) -> Vec<Cell> {
    let name = Cell::from(format!("{} {}", safeguard.citation, safeguard.title));
    let decided = exceptions.iter().find(|it| {
        let addressable = matches!(
            it.disposition.known(),
            Some(Disposition::AddressableAlternative | Disposition::AddressableNotReasonable)
        );
        addressable && it.policy.known().is_some_and(|policy| safeguard.policies.iter().any(|id| **id == **policy))
    });
    if let Some(it) = decided {
        let reason = said(&it.reason, ToString::to_string);
        let state = Cell::from(said(&it.disposition, |it| words(*it).to_owned()));
        return vec![name, state, Cell::from(reason), approved(it), until(it, assessment.now)];
    }
    let state = match safeguard.state.as_str() {
        "supported" => Cell::with(Mark::Good("implemented"), "as far as it was seen"),
        "gap_found" => Cell::with(Mark::Bad("not met"), "and no decision on file"),
        "not_determined" => Cell::with(Mark::Open("not determined"), "and no decision on file"),
        _ => Cell::with(Mark::Plain("not examined"), "for a person to say"),
    };
    vec![name, state, Cell::from(""), Cell::from(""), Cell::from("")]
}
