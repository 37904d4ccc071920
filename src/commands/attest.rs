//! `tenantscan attest`: what no configuration can answer and a person must.

use std::io::{IsTerminal, stdin};

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use tenantscan_model::ClosedEnum;
use tenantscan_records::{Attestation, Question, questions};
use tenantscan_report::{pad, safe};

use crate::commands::{attest_ask, attest_sheet};
use crate::error::Error;
use crate::grammar::{AnswerArgs, AttestArgs, AttestCommand, Global, TextFormat, near};
use crate::output::{beside, print, said, width};
use crate::records::Desk;
use crate::reports;

/// Answers, lists, writes a spreadsheet or takes one.
pub(crate) fn run(global: &Global, args: &AttestArgs) -> Result<u8, Error> {
    let desk = Desk::of(args.client.as_deref().or(args.records.config.as_deref()), &args.records)?;
    let today = args.records.today();
    match &args.command {
        Some(AttestCommand::List { due, format }) => list(&desk, today, *due, *format)?,
        Some(AttestCommand::Export { blank, format, file }) => {
            attest_sheet::export(global, &desk, today, *blank, *format, file.as_deref())?;
        }
        Some(AttestCommand::Import { file, by, role }) => {
            attest_sheet::import(global, &desk, today, (by.as_deref(), role.as_deref()), file)?;
        }
        None if says_anything(&args.answer) => one(global, &desk, today, &args.answer)?,
        None => ask(global, &desk, today, args)?,
    }
    Ok(0)
}

/// What is said of an answer that does not count yet.
pub(super) const UNPROVEN: &str = "\n  it does not count yet: nothing is on file that shows it\n  next: put what shows it into the folder of \
                                   the records, and answer again with --evidence PATH";

/// How a question stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// Answered, with nothing on file that shows it.
    Unproven,
    Good(Date),
    Ended(Date),
}

/// How a question stands on a day.
pub(super) fn state(question: &Question, answers: &[Attestation], today: Date) -> State {
    let Some(answer) = answers.iter().find(|it| it.question == question.id) else { return State::Open };
    match answer.good_until() {
        until if until < today => State::Ended(until),
        _ if answer.is_unproven() => State::Unproven,
        until => State::Good(until),
    }
}

const fn says_anything(answer: &AnswerArgs) -> bool {
    answer.question.is_some()
        || answer.answer.is_some()
        || answer.statement.is_some()
        || !answer.evidence.is_empty()
        || answer.valid_until.is_some()
}

/// The answer that the flags give, whole or not at all.
fn one(global: &Global, desk: &Desk, today: Date, given: &AnswerArgs) -> Result<(), Error> {
    let flags = [
        ("--question", given.question.is_some()),
        ("--answer", given.answer.is_some()),
        ("--statement", given.statement.is_some()),
        ("--by", given.by.is_some()),
        ("--role", given.role.is_some()),
    ];
    let missing: Vec<&str> = flags.iter().filter(|(_, there)| !there).map(|(flag, _)| *flag).collect();
    let (Some(question), Some(answer), Some(statement), Some(by), Some(role)) =
        (&given.question, given.answer, &given.statement, &given.by, &given.role)
    else {
        return Err(Error::Usage(format!(
            "an answer needs {} too\n  next: give all of --question, --answer, --statement, --by and --role, or none of them \
             to be asked",
            missing.join(", ")
        )));
    };
    if let Some((why, help)) = known(question)?.refusal(answer) {
        return Err(Error::Usage(format!("{why}\n  next: {help}")));
    }
    if let Some(until) = given.valid_until.filter(|until| *until < today) {
        return Err(Error::Usage(format!(
            "--valid-until {until} lies before today ({today})\n  next: give a later day, or leave it out"
        )));
    }
    let attestation = Attestation {
        question: question.clone(),
        answer,
        statement: statement.trim().to_owned(),
        evidence: desk.evidence(&given.evidence)?,
        by: by.trim().to_owned(),
        role: role.trim().to_owned(),
        on: today,
        valid_until: given.valid_until,
    };
    desk.hold()?.put(std::slice::from_ref(&attestation))?;
    let until = match (attestation.good_until(), attestation.valid_until) {
        (until, Some(given)) if until < given => format!("{until}: an answer to this question is good for no longer"),
        (until, _) => until.to_string(),
    };
    let proof = if attestation.is_unproven() { UNPROVEN } else { "" };
    said(global, &format!("kept the answer to {question} in {}, good until {until}{proof}", file(desk)))
}

/// The question with this id.
fn known(id: &str) -> Result<&'static Question, Error> {
    questions().iter().find(|it| it.id == id).ok_or_else(|| {
        let ids: Vec<&str> = questions().iter().map(|it| it.id.as_str()).collect();
        Error::Usage(format!(
            "there is no question `{}`{}\n  next: `tenantscan attest list` shows them all",
            safe(id),
            near(id, &ids)
        ))
    })
}

/// The file of the answers, for people.
pub(super) fn file(desk: &Desk) -> String {
    desk.folder.join("attestations.toml").display().to_string()
}

fn ask(global: &Global, desk: &Desk, today: Date, args: &AttestArgs) -> Result<(), Error> {
    if global.no_input || !stdin().is_terminal() {
        return Err(Error::Usage(
            "there is nobody to ask: this is no terminal, or --no-input was given\n  next: give one answer with --question, \
             --answer, --statement, --by and --role, or many with `tenantscan attest export --blank --file questions.xlsx` and \
             `tenantscan attest import questions.xlsx`"
                .to_owned(),
        ));
    }
    let report = match &args.report {
        Some(path) => Some(desk.report(path)?),
        None => reports::recent(&desk.config.folder, today)
            .filter(|report| desk.config.expect_report(report, &desk.config.folder).is_ok()),
    };
    let asking = attest_ask::Asking {
        desk,
        today,
        report: report.as_ref(),
        by: args.answer.by.clone(),
        role: args.answer.role.clone(),
    };
    attest_ask::run(asking, &mut stdin().lock(), &mut std::io::stdout().lock())
}

fn list(desk: &Desk, today: Date, due: Option<i32>, format: TextFormat) -> Result<(), Error> {
    let answers = desk.read()?.attestations.unwrap_or_default();
    let last = due.map(|days| today.saturating_add(days.days()));
    let all = desk.questions();
    let shown = all.iter().filter_map(|&question| {
        let state = state(question, &answers, today);
        let is_due = match (state, last) {
            (State::Good(until), Some(last)) => until <= last,
            _ => true,
        };
        is_due.then_some((question, state))
    });
    let shown: Vec<(&Question, State)> = shown.collect();
    let answer_of = |question: &Question| answers.iter().find(|it| it.question == question.id);
    match format {
        TextFormat::Json => {
            let one = |(question, state): &(&Question, State)| {
                let answer = answer_of(question);
                let word = match state {
                    State::Open => "open",
                    State::Unproven => "unproven",
                    State::Good(_) => "answered",
                    State::Ended(_) => "ended",
                };
                json!({
                    "question": question.id,
                    "asks": question.question,
                    "citations": question.citations,
                    "state": word,
                    "answer": answer.map(|it| it.answer.word()),
                    "by": answer.map(|it| &it.by),
                    "on": answer.map(|it| it.on.to_string()),
                    "good_until": answer.map(|it| it.good_until().to_string()),
                })
            };
            let all: Vec<_> = shown.iter().map(one).collect();
            print(&format!("{:#}\n", json!(all)))
        }
        TextFormat::Terminal => {
            let widest = shown.iter().map(|(question, _)| question.id.len()).max().unwrap_or(0);
            let width = width();
            let mut text = String::new();
            for (question, state) in &shown {
                let stands = match state {
                    State::Open => "open".to_owned(),
                    State::Unproven => "nothing on file".to_owned(),
                    State::Ended(until) => format!("ended {until}"),
                    State::Good(until) => format!("until {until}"),
                };
                let before = format!("{}  {}  ", pad(&stands, 16), pad(&question.id, widest));
                let said = answer_of(question).map_or_else(
                    || question.question.clone(),
                    |it| format!("{}, by {} on {}", it.answer.word(), safe(&it.by), it.on),
                );
                text += &beside(&before, &said, width);
            }
            let of = |wanted: fn(&State) -> bool| {
                all.iter().filter(|question| wanted(&state(question, &answers, today))).count()
            };
            text += &format!(
                "{} questions: {} answered, {} with nothing on file, {} ended, {} open\n",
                all.len(),
                of(|it| matches!(it, State::Good(_))),
                of(|it| matches!(it, State::Unproven)),
                of(|it| matches!(it, State::Ended(_))),
                of(|it| matches!(it, State::Open)),
            );
            print(&text)
        }
    }
}
