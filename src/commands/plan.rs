//! `tenantscan plan`: what will be mended, by whom and until when.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use tenantscan_evaluate::is_about_results;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::{PlanState, Severity};
use tenantscan_policy::{ParameterValue, Policy};
use tenantscan_records::PlanItem;
use tenantscan_report::{Report, ResultEntry, count, safe};

use crate::commands::attest::{beside, said};
use crate::commands::vendor::nothing_yet;
use crate::error::Error;
use crate::grammar::{FillArgs, Global, PlanArgs, PlanCommand, PlanId, TextFormat};
use crate::output::{print, width};
use crate::records::Desk;
use crate::reports;

/// Whatever fails.
const ANY: &str = "*";
/// The policy whose parameters say how long a risk may stand.
const LIMITS: &str = "risks-mended-in-time";

/// Adds, changes and lists repairs.
pub(crate) fn run(global: &Global, args: &PlanArgs) -> Result<u8, Error> {
    let desk = Desk::open(&args.records)?;
    let today = args.records.today();
    match &args.command {
        PlanCommand::Fill(given) => fill(global, &desk, given)?,
        PlanCommand::Add { id, owner, due, found, note } => {
            let held = desk.hold();
            let item = PlanItem {
                policy: desk.policy(&id.policy)?.id.clone(),
                resource: id.resource.trim().to_owned(),
                found: found.unwrap_or(today),
                owner: owner.trim().to_owned(),
                due: *due,
                state: PlanState::Open,
                note: note.clone(),
            };
            if desk.read()?.plan.unwrap_or_default().iter().any(|it| it.id() == item.id()) {
                return Err(Error::Usage(format!(
                    "the plan has {} already\n  next: `tenantscan plan set` changes it",
                    safe(&item.id())
                )));
            }
            held.put(std::slice::from_ref(&item))?;
            kept(global, &desk, &item)?;
        }
        PlanCommand::Set { id, owner, due, state, note } => {
            let held = desk.hold();
            let mut item = find(&desk, id)?;
            if let Some(owner) = owner {
                item.owner = owner.trim().to_owned();
            }
            item.due = due.unwrap_or(item.due);
            item.state = state.unwrap_or(item.state);
            if note.is_some() {
                item.note.clone_from(note);
            }
            held.put(std::slice::from_ref(&item))?;
            kept(global, &desk, &item)?;
        }
        PlanCommand::List { format } => list(&desk, today, *format)?,
    }
    Ok(0)
}

fn path(desk: &Desk) -> String {
    desk.folder.join("plan.toml").display().to_string()
}

fn kept(global: &Global, desk: &Desk, item: &PlanItem) -> Result<(), Error> {
    let (id, owner, state) = (safe(&item.id()), safe(&item.owner), item.state.word());
    said(global, &format!("kept {id} in {}: {owner}, until {}, {state}", path(desk), item.due))
}

fn find(desk: &Desk, id: &PlanId) -> Result<PlanItem, Error> {
    let (policy, resource) = (id.policy.trim(), id.resource.trim());
    let all = desk.read()?.plan.unwrap_or_default();
    let found = all.into_iter().find(|it| it.policy == policy && it.resource == resource);
    found.ok_or_else(|| {
        Error::Usage(format!(
            "the plan has nothing for `{}` and `{}`\n  next: `tenantscan plan list` shows what it has",
            safe(policy),
            safe(resource)
        ))
    })
}

/// For how many days a risk of each severity may stand.
fn limits(desk: &Desk) -> Result<BTreeMap<Severity, i64>, Error> {
    let policy = desk.policy(LIMITS)?;
    let days = |severity: &Severity| {
        let name = format!("{severity}_days");
        let value = policy.parameters.iter().find(|it| it.name == name).map(|it| &it.value);
        match value {
            Some(ParameterValue::Int(days)) => Ok((*severity, *days)),
            _ => Err(Error::Usage(format!(
                "{} has no number `{name}`\n  next: give --due with the day until which all of it is to be mended",
                policy.file
            ))),
        }
    };
    Severity::ALL.iter().map(days).collect()
}

/// An item for each policy that fails and that neither the plan nor an exception speaks of.
fn fill(global: &Global, desk: &Desk, args: &FillArgs) -> Result<(), Error> {
    let report = desk.report(&args.report)?;
    let found = reports::day(&report)
        .ok_or_else(|| Error::Usage(format!("{}: its day cannot be read", args.report.display())))?;
    let held = desk.hold();
    let plan = desk.read()?.plan.unwrap_or_default();
    let mut items: BTreeMap<&str, PlanItem> = BTreeMap::new();
    let mut again = Vec::new();
    for policy in failing(desk, &report) {
        let own = || plan.iter().filter(|item| item.policy == policy.id);
        if own().any(|item| item.state != PlanState::Done) {
            continue;
        }
        if own().next().is_some() {
            again.push(policy.id.as_str());
        }
        let due = match args.due {
            Some(due) => due,
            None => found.saturating_add(limits(desk)?[&policy.severity].days()),
        };
        let note = own().find(|item| item.resource == ANY).and_then(|item| item.note.clone());
        let item = PlanItem {
            policy: policy.id.clone(),
            resource: ANY.to_owned(),
            found,
            owner: args.owner.trim().to_owned(),
            due,
            state: PlanState::Open,
            note,
        };
        items.insert(&policy.id, item);
    }
    if items.is_empty() {
        return said(global, "everything that fails stands in the plan already, or was accepted; nothing was written");
    }
    let items: Vec<PlanItem> = items.into_values().collect();
    held.put(&items)?;
    let mut text = format!("kept {} in {}", count(items.len(), "repair", "repairs"), path(desk));
    if !again.is_empty() {
        text += &format!("\n  marked as done before, and failing still or again: {}", again.join(", "));
    }
    said(global, &(text + "\n  next: go through them, and give each to whoever mends it, with `tenantscan plan set`"))
}

/// The policies that fail, without those about the plan itself and those whose findings were all accepted.
fn failing<'d>(desk: &'d Desk, report: &Report) -> Vec<&'d Policy> {
    let open = |result: &&ResultEntry| {
        result.verdict == "fail" && !(result.accepted > 0 && result.accepted == result.findings.len())
    };
    let policies = &desk.library.policies;
    let of = |result: &ResultEntry| policies.iter().find(|policy| policy.id == result.policy);
    let found = report.results.iter().filter(open).filter_map(of);
    found.filter(|policy| !policy.rules.values().any(is_about_results)).collect()
}

/// How a repair stands on a day: a word, and in words.
fn state(item: &PlanItem, today: Date) -> (&'static str, String) {
    match item.state {
        PlanState::Done => ("done", "done".to_owned()),
        _ if item.due < today => ("overdue", format!("overdue since {}", item.due)),
        PlanState::InProgress => ("in_progress", format!("in progress, until {}", item.due)),
        PlanState::Open => ("open", format!("until {}", item.due)),
    }
}

fn list(desk: &Desk, today: Date, format: TextFormat) -> Result<(), Error> {
    let Some(mut all) = desk.read()?.plan else {
        return nothing_yet(format, &path(desk));
    };
    all.sort_by_key(|item| (item.state == PlanState::Done, item.due));
    if format == TextFormat::Json {
        let one = |item: &PlanItem| {
            json!({
                "policy": item.policy,
                "resource": item.resource,
                "found": item.found.to_string(),
                "owner": item.owner,
                "due": item.due.to_string(),
                "state": state(item, today).0,
                "note": item.note,
            })
        };
        return print(&format!("{:#}\n", json!(all.iter().map(one).collect::<Vec<_>>())));
    }
    let mut text = String::new();
    for item in &all {
        let what = if item.resource == ANY { "whatever fails".to_owned() } else { safe(&item.resource) };
        text += &format!("{}  {}\n", safe(&item.policy), state(item, today).1);
        text += &beside("    ", &format!("{what}; {}; found {}", safe(&item.owner), item.found), width());
        if let Some(note) = &item.note {
            text += &beside("    ", &safe(note), width());
        }
    }
    let how_many = |word: &str| all.iter().filter(|it| state(it, today).0 == word).count();
    let sum = format!(
        "{}: {} done, {} overdue",
        count(all.len(), "repair", "repairs"),
        how_many("done"),
        how_many("overdue")
    );
    print(&(text + &beside("", &sum, width())))
}
