//! `tenantscan plan`: what will be mended, by whom and until when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::Date;
use serde_json::json;
use tenantscan_evaluate::is_about_results;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::{ANY, Disposition, PlanState, Severity};
use tenantscan_policy::{ParameterValue, Policy};
use tenantscan_records::PlanItem;
use tenantscan_report::{FindingEntry, Report, count, safe};

use crate::error::Error;
use crate::grammar::{FillArgs, Global, JudgeArgs, PlanArgs, PlanCommand, PlanId, TextFormat};
use crate::judge::Judge;
use crate::output::{beside, nothing_yet, print, said, width};
use crate::records::Desk;
use crate::reports;

/// The policy whose parameters say for how long something may fail.
const LIMITS: &str = "risks-mended-in-time";

/// Adds, changes and lists repairs.
pub(crate) fn run(global: &Global, args: &PlanArgs) -> Result<u8, Error> {
    let desk = Desk::open(&args.records)?;
    let today = args.records.today();
    match &args.command {
        PlanCommand::Fill(given) => fill(global, &desk, args, given, today)?,
        PlanCommand::Add { id, owner, due, found, note } => {
            let held = desk.hold()?;
            let item = PlanItem {
                policy: desk.policy(&id.policy)?.id.clone(),
                resource: id.resource.trim().to_owned(),
                found: args.records.come("--found", found.unwrap_or(today))?,
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
        PlanCommand::Set { id, owner, due, found, state, note } => {
            let held = desk.hold()?;
            let mut item = find(&desk, id)?;
            if let Some(owner) = owner {
                item.owner = owner.trim().to_owned();
            }
            item.due = due.unwrap_or(item.due);
            if let Some(found) = found {
                item.found = args.records.come("--found", *found)?;
            }
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

/// For how many days what fails may do so, by severity: as the client's file says, else as the policy does.
fn limits(desk: &Desk, args: &PlanArgs) -> Result<BTreeMap<Severity, Span>, Error> {
    let judge = Judge::new(&JudgeArgs::every_policy(args.records.policies.clone()), Some(&desk.config))?;
    let days = |severity: &Severity| {
        let name = format!("{severity}_days");
        let parameters = judge.policy(LIMITS).into_iter().flat_map(|policy| &policy.parameters);
        let value = parameters.filter(|it| it.name == name).map(|it| &it.value).next();
        let days = match value {
            Some(ParameterValue::Int(days)) => Span::new().try_days(*days).ok(),
            _ => None,
        };
        days.map(|days| (*severity, days)).ok_or_else(|| {
            Error::Usage(format!(
                "`{name}` of {LIMITS} is no number of days here\n  next: give --due with the day until which all of it is to be \
                 mended"
            ))
        })
    };
    Severity::ALL.iter().map(days).collect()
}

/// An item for each policy that fails and that neither the plan nor an exception speaks of whole.
fn fill(global: &Global, desk: &Desk, args: &PlanArgs, given: &FillArgs, today: Date) -> Result<(), Error> {
    let report = desk.report(&given.report)?;
    let scanned = reports::day(&report).ok_or_else(|| {
        Error::Usage(format!(
            "{}: its day cannot be read\n  next: scan again, and give that report",
            given.report.display()
        ))
    })?;
    if !reports::is_recent(&report, today) {
        return Err(Error::Usage(format!(
            "{} is of {scanned}: much may have changed since\n  next: scan again, and give that report",
            given.report.display()
        )));
    }
    let owner = given.owner.trim();
    if owner.is_empty() {
        return Err(Error::Usage("--owner is empty\n  next: name whoever mends it".to_owned()));
    }
    if let Some(due) = given.due.filter(|due| *due < scanned) {
        return Err(Error::Usage(format!(
            "--due {due} lies before the scan of {scanned}\n  next: give the day until which it is to be mended"
        )));
    }
    let limits = if given.due.is_none() { limits(desk, args)? } else { BTreeMap::new() };
    let held = desk.hold()?;
    let plan = desk.read()?.plan.unwrap_or_default();
    let (policies, strange) = failing(desk, &report);
    let mut items = Vec::new();
    let mut again = Vec::new();
    for (policy, resources) in policies {
        let own = || plan.iter().filter(|item| item.policy == policy.id);
        let open = |wanted: &str| own().any(|item| item.state != PlanState::Done && item.resource == wanted);
        if open(ANY) || (!resources.is_empty() && resources.iter().all(|it| open(it))) {
            continue;
        }
        let before = own().find(|item| item.resource == ANY);
        if before.is_some() {
            again.push(policy.id.as_str());
        }
        let found = before.map_or(scanned, |item| item.found);
        items.push(PlanItem {
            policy: policy.id.clone(),
            resource: ANY.to_owned(),
            found,
            owner: owner.to_owned(),
            due: given.due.unwrap_or_else(|| found.saturating_add(limits[&policy.severity])),
            state: PlanState::Open,
            note: before.and_then(|item| item.note.clone()),
        });
    }
    let mut text = if items.is_empty() {
        "all that fails in this report stands in the plan already, or was accepted; nothing was written".to_owned()
    } else {
        held.put(&items)?;
        format!("kept {} in {}", count(items.len(), "repair", "repairs"), path(desk))
    };
    if !again.is_empty() {
        text += &format!(
            "\n  marked as done before, and failing still or again: {}; the day on which each was found stays, and its time runs \
             from then: where it is a new one, say so with `tenantscan plan set POLICY --found DATE --due DATE`",
            again.join(", ")
        );
    }
    if !strange.is_empty() {
        let strange: Vec<String> = strange.into_iter().map(safe).collect();
        text += &format!(
            "\n  left out, since no such policy is here: {}; give --policies as the scan had it",
            strange.join(", ")
        );
    }
    if !items.is_empty() {
        text += "\n  next: go through them, and give each to whoever mends it, with `tenantscan plan set`";
    }
    said(global, &text)
}

/// The policies that fail, each with what nobody decided to bear; and the ids of those that are not known here. Those
/// about the plan itself are left out.
fn failing<'d, 'r>(desk: &'d Desk, report: &'r Report) -> (Vec<(&'d Policy, BTreeSet<&'r str>)>, BTreeSet<&'r str>) {
    let (mut found, mut strange) = (BTreeMap::<&str, (&Policy, BTreeSet<&str>)>::new(), BTreeSet::new());
    let planned = Disposition::Planned.word();
    let is_open = |it: &&FindingEntry| it.accepted.as_ref().is_none_or(|it| it.disposition == planned);
    for result in report.results.iter().filter(|result| result.verdict == "fail") {
        let open: Vec<&str> = result.findings.iter().filter(is_open).map(|it| it.resource.as_str()).collect();
        if open.is_empty() && !result.findings.is_empty() {
            continue;
        }
        match desk.policy(&result.policy).ok() {
            None => drop(strange.insert(result.policy.as_str())),
            Some(policy) if policy.rules.values().any(is_about_results) => {}
            Some(policy) => found.entry(&policy.id).or_insert_with(|| (policy, BTreeSet::new())).1.extend(open),
        }
    }
    (found.into_values().collect(), strange)
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
        return nothing_yet(format, &path(desk), "tenantscan plan fill");
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
