//! What will be mended, by whom and until when; what nobody has taken on is open.

use tenantscan_model::rows::{ANY, Disposition, PlanItem, PlanState};
use tenantscan_model::{ClosedEnum, Time};

use super::Assessment;
use super::facts::{day, records, said, unread};
use super::page::{Block, Cell, Mark, Section, Table};
use super::risks::Risk;
use crate::decided::AcceptedEntry;
use crate::document::{FindingEntry, ResultEntry};

pub(super) fn section(assessment: &Assessment<'_>, risks: &[Risk<'_>]) -> Section {
    let plan = records(assessment.snapshot, |data| &data.remediation_plan);
    let items: &[PlanItem] = plan.as_deref().unwrap_or_default();
    let mut rows = Vec::new();
    for risk in risks {
        rows.extend(of(items, &risk.result.policy).map(|item| planned(risk, item, assessment.now)));
        if let Some(left) = left(items, risk.result) {
            let who = risk.result.fix.as_ref().map(|fix| format!("nobody yet; usually: {}", fix.who));
            rows.push(vec![
                Cell::from(&risk.number),
                Cell::from(format!("{}{left}", risk.result.title)),
                Cell::marked(Mark::Rated(risk.rated.level)),
                Cell::from("this scan"),
                Cell::from(who.unwrap_or_else(|| "nobody yet".to_owned())),
                Cell::from("none set"),
                Cell::marked(Mark::Open("open")),
            ]);
        }
    }
    let open = risks.iter().filter(|risk| left(items, risk.result).is_some()).count();
    let mut blocks = vec![Block::Text(
        "The rule asks that risks be brought down to a reasonable level and that this can be shown (45 CFR \
         164.308(a)(1)(ii)(B)). A risk without owner and date stands here as open."
            .to_owned(),
    )];
    if let Err(gap) = &plan {
        blocks.push(Block::Note(format!("There is no remediation plan to show ({}).", gap.cause().plain())));
    }
    blocks.push(Block::Text(format!(
        "{open} of {} risks have no owner and no date for all that was found of them, and nobody has accepted them. What is \
         marked as done and still not met counts as open.",
        risks.len()
    )));
    blocks.push(Block::Table(Table {
        caption: "Remediation plan".to_owned(),
        head: vec!["Risk", "To be so", "Level", "Found", "Owner", "Due", "State"],
        rows,
        empty: "nothing to mend was found",
    }));
    let failing = |item: &&PlanItem| {
        !risks.iter().any(|risk| item.policy.known().is_some_and(|policy| **policy == *risk.result.policy))
    };
    let rest: Vec<String> = items.iter().filter(failing).map(|item| rest(item, assessment.now)).collect();
    if !rest.is_empty() {
        blocks.push(Block::Text("In the plan as well, though no failing policy asks for it now:".to_owned()));
        blocks.push(Block::List(rest));
    }
    Section { id: "plan", title: "Remediation plan".to_owned(), blocks }
}

/// Which part of a risk nobody has taken on, behind its title; none where all of it is planned with an owner and a date, or
/// accepted. It is counted as the policy `risks-planned` counts it.
fn left(items: &[PlanItem], result: &ResultEntry) -> Option<String> {
    let planned = |resource: &str| {
        of(items, &result.policy).any(|item| {
            item.state.known().is_some_and(|state| *state != PlanState::Done)
                && item.resource.known().is_some_and(|it| **it == *resource)
        })
    };
    if planned(ANY) {
        return None;
    }
    let borne = |it: &AcceptedEntry| it.disposition != Disposition::Planned.word();
    let taken = |finding: &&FindingEntry| finding.accepted.as_ref().is_some_and(borne) || planned(&finding.resource);
    let (found, taken) = (result.findings.len(), result.findings.iter().filter(taken).count());
    match found - taken {
        0 if result.more.is_none() => None,
        0 => Some(" (what could not be read)".to_owned()),
        open if open == found => Some(String::new()),
        open => Some(format!(" ({open} of {found})")),
    }
}

fn of<'a>(items: &'a [PlanItem], policy: &'a str) -> impl Iterator<Item = &'a PlanItem> {
    items.iter().filter(move |item| item.policy.known().is_some_and(|it| **it == *policy))
}

fn planned(risk: &Risk<'_>, item: &PlanItem, now: Time) -> Vec<Cell> {
    let resource = match item.resource.known() {
        Some(resource) if &**resource != "*" => format!("{}: {resource}", risk.result.title),
        _ => risk.result.title.clone(),
    };
    let mut task = vec![resource];
    task.extend(item.note.known().and_then(Option::as_ref).map(ToString::to_string));
    vec![
        Cell::from(&risk.number),
        Cell::lines(task),
        Cell::marked(Mark::Rated(risk.rated.level)),
        Cell::from(said(&item.found, |found| day(*found))),
        Cell::from(said(&item.owner, ToString::to_string)),
        Cell::from(said(&item.due, |due| day(*due))),
        state(item, now),
    ]
}

fn state(item: &PlanItem, now: Time) -> Cell {
    let late = item.due.known().is_some_and(|due| *due < now);
    match item.state.read() {
        Ok(PlanState::Done) => Cell::marked(Mark::Open("marked done, still not met")),
        Ok(_) if late => Cell::marked(Mark::Bad("overdue")),
        Ok(PlanState::InProgress) => Cell::marked(Mark::Plain("in progress")),
        Ok(PlanState::Open) => Cell::marked(Mark::Plain("planned")),
        Err(gap) => Cell::from(unread(gap)),
    }
}

fn rest(item: &PlanItem, now: Time) -> String {
    let state = match item.state.read() {
        Ok(PlanState::Done) => "done".to_owned(),
        Ok(_) if item.due.known().is_some_and(|due| *due < now) => "overdue".to_owned(),
        Ok(PlanState::InProgress) => "in progress".to_owned(),
        Ok(PlanState::Open) => "planned".to_owned(),
        Err(gap) => unread(gap),
    };
    format!(
        "{}: {}, due {}, {state}",
        said(&item.policy, ToString::to_string),
        said(&item.owner, ToString::to_string),
        said(&item.due, |due| day(*due))
    )
}
