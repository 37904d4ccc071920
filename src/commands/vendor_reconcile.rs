//! `tenantscan vendor reconcile`: the register of vendors held against what a scan saw.
//!
//! What fails, policies say, as in a scan; here it is put into three lists, with what to do about each.

use std::fs;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tenantscan_evaluate::Outcome;
use tenantscan_model::rows::{self, Answer, AppContract, HandlesPhi, Severity};
use tenantscan_model::{Cause, Cell, ClosedEnum, Gap, Platform, Snapshot, Table, Time};
use tenantscan_policy::{Policy, Verdict};
use tenantscan_records::{Vendor, Vendors};
use tenantscan_report::safe;

use crate::commands::vendor::agreement;
use crate::commands::vendor_seen::{self, FORWARDS, Hole, RELAYS, Seen};
use crate::error::Error;
use crate::grammar::{JudgeArgs, ReconcileArgs, RecordsArgs, TextFormat};
use crate::judge::{self, Judge};
use crate::output::{beside, print, width};
use crate::records::Desk;

/// The policy whose findings are vendors without an agreement that holds.
const AGREEMENTS: &str = "vendor-baa-on-file";
/// The policy whose findings are vendors of whom nobody uses anything.
const UNUSED: &str = "vendors-still-used";
/// The file that `scan --output` writes.
const SNAPSHOT: &str = "snapshot.json";
/// What stands in a line to paste for whoever answers for the vendor.
const OWNER: &str = "OWNER";

/// What the register and the scan come to.
struct Lists<'a> {
    without_row: Vec<Seen>,
    without_agreement: Vec<(&'a Vendor, Vec<&'static str>)>,
    unseen: Vec<(&'a Vendor, Platform, Option<Time>)>,
    holes: Vec<Open>,
    register: &'a [Vendor],
}

/// A list that may lack something.
struct Open {
    platform: Platform,
    what: String,
    cause: Cause,
    /// Whether some of it was read.
    partly: bool,
    cure: Option<String>,
    /// Whether it keeps the run from being whole.
    matters: bool,
}

/// Prints the three lists. 0: all are empty; 3: one is not; 4: one may lack something.
pub(super) fn run(desk: &Desk, records: &RecordsArgs, args: &ReconcileArgs) -> Result<u8, Error> {
    let mut snapshot = snapshot(desk, args)?;
    let mut kept = desk.read()?;
    let has_register = kept.vendors.is_some();
    // A register that nobody has begun has no rows: everything is to be put into it.
    let register = kept.vendors.get_or_insert_with(Vendors::default).vendors.clone();
    let today = moment(records.today())?;
    let questions = [vendor_seen::APPS[0], AGREEMENTS];
    for tenant in &mut snapshot.tenants {
        kept.fill(&mut tenant.datasets);
        // Whether somebody has gone through the register is not asked here, only what is in it.
        tenant.datasets.attestations = Table::complete(questions.map(answered).into());
    }
    let judge = Judge::new(&JudgeArgs::every_policy(records.policies.clone()), Some(&desk.config))?;
    let now = [&vendor_seen::APPS[..], &[FORWARDS, RELAYS, AGREEMENTS]].concat();
    let mut outcomes = judge.outcomes(&snapshot, &now, today.max(snapshot.taken_at));
    outcomes.extend(judge.outcomes(&snapshot, &[UNUSED], snapshot.taken_at));
    let lists = lists(&snapshot, &outcomes, &register);
    let path = desk.folder.join("vendors.toml").display().to_string();
    match args.format {
        TextFormat::Json => print(&format!("{:#}\n", in_json(&lists, &snapshot, &path)))?,
        TextFormat::Terminal => print(&in_words(&lists, &snapshot, &path, has_register, records.today()))?,
    }
    let is_clean = lists.without_row.is_empty() && lists.without_agreement.is_empty() && lists.unseen.is_empty();
    Ok(match () {
        () if lists.holes.iter().any(|open| open.matters) => 4,
        () if is_clean => 0,
        () => 3,
    })
}

/// The snapshot that was named, or the one beside the client's file.
fn snapshot(desk: &Desk, args: &ReconcileArgs) -> Result<Snapshot, Error> {
    let beside = desk.config.folder.join(SNAPSHOT);
    let path = match &args.snapshot {
        Some(path) => path.clone(),
        None if beside.is_file() => beside,
        None => {
            return Err(Error::Usage(format!(
                "there is no {}, and no other snapshot was named\n  next: `tenantscan scan --output DIR` writes one; give it \
                 with --snapshot DIR/{SNAPSHOT}",
                beside.display()
            )));
        }
    };
    let text = fs::read_to_string(&path).map_err(|error| Error::read(&path, &error))?;
    let snapshot = judge::snapshot(&path, text.as_bytes())?;
    desk.config.expect_snapshot(&snapshot, &path)?;
    Ok(snapshot)
}

/// The first moment of a day: what begins or ends with it counts.
fn moment(day: Date) -> Result<Time, Error> {
    let start = day.to_zoned(TimeZone::UTC);
    start
        .map(|start| start.timestamp())
        .map_err(|error| Error::Usage(format!("{day} is no day to count from: {error}")))
}

fn answered(question: &str) -> rows::Attestation {
    rows::Attestation {
        answer: Cell::Known(Answer::Implemented),
        on: Cell::Known(Time::UNIX_EPOCH),
        valid_until: Cell::Known(Time::MAX),
        evidence: Cell::Known(vec!["vendors.toml".into()]),
        evidence_changed: Cell::Known(Vec::new()),
        ..rows::Attestation::new(question)
    }
}

fn lists<'a>(snapshot: &Snapshot, outcomes: &[(&Policy, Outcome)], register: &'a [Vendor]) -> Lists<'a> {
    let (without_row, holes) = vendor_seen::seen(snapshot, outcomes, register);
    let of = |policy: &'static str| {
        let those = outcomes.iter().filter(move |(it, _)| it.id == policy);
        those.flat_map(|(_, outcome)| outcome.findings.iter().map(|finding| (outcome.tenant, &*finding.resource)))
    };
    let row = |name: &str| register.iter().find(|vendor| vendor.name == name);
    let without_agreement = of(AGREEMENTS).filter_map(|(_, name)| row(name)).map(|vendor| (vendor, missing(vendor)));
    let unseen = of(UNUSED).filter_map(|(tenant, name)| {
        let vendor = row(name).filter(|it| it.baa.as_ref().is_some_and(|baa| baa.signed_on.is_some()))?;
        let tenant = &snapshot.tenants[tenant];
        let own = tenant.datasets.apps.rows.iter().filter(|app| {
            app.app_id.known().is_some_and(|id| vendor.app_ids.iter().any(|it| it.eq_ignore_ascii_case(id)))
        });
        let last = own.filter_map(|app| app.last_used.known().copied().flatten()).max();
        Some((vendor, tenant.platform, last))
    });
    let open = outcomes.iter().filter_map(|(policy, outcome)| {
        let (gap, partly) = match outcome.verdict {
            Verdict::Unknown => (outcome.gaps.first(), false),
            _ => (Some(outcome.more.as_ref()?), true),
        };
        Some(Open {
            platform: snapshot.tenants[outcome.tenant].platform,
            what: policy.id.clone(),
            cause: gap.map_or(Cause::NotCollected, Gap::cause),
            partly,
            cure: outcome.cure.clone(),
            matters: policy.severity >= Severity::High,
        })
    });
    let gone = |hole: Hole| Open {
        platform: hole.platform,
        what: hole.what.to_owned(),
        cause: hole.cause,
        partly: false,
        cure: None,
        matters: true,
    };
    Lists {
        without_row,
        without_agreement: without_agreement.collect(),
        unseen: unseen.collect(),
        holes: open.chain(holes.into_iter().map(gone)).collect(),
        register,
    }
}

/// What an agreement lacks besides that it was signed and is in date, in words.
fn missing(vendor: &Vendor) -> Vec<&'static str> {
    let Some(baa) = vendor.baa.as_ref().filter(|baa| baa.signed_on.is_some()) else { return Vec::new() };
    let parts = [
        (baa.document.is_none(), "no document on file"),
        (baa.plan.is_none(), "the plan that it covers is not written down"),
        (baa.breach_notice_days.is_none(), "the days within which a breach is reported are not written down"),
        (baa.verified_on.is_none(), "nobody has written down when it was last looked at"),
    ];
    parts.into_iter().filter_map(|(lacks, words)| lacks.then_some(words)).collect()
}

const fn class_words(class: AppContract) -> &'static str {
    match class {
        AppContract::Signs => "the company signs an agreement",
        AppContract::SignsOnPlan => "the company signs an agreement on some plans only",
        AppContract::OnRequest => "the company signs an agreement on request",
        AppContract::No => "no agreement can be had: stop it, unless no patient data goes there",
        AppContract::Unknown => "it is not known whether the company signs an agreement",
    }
}

/// What may stand in a line to paste, whatever the shell: anybody can give an app a name, and what parts words or runs a
/// command differs between bash, PowerShell and cmd.exe.
fn plain(text: &str) -> String {
    safe(&text.replace(|letter: char| !letter.is_alphanumeric() && !".-_()".contains(letter), " "))
}

/// The line that adds the row, for any shell; none where a row of that name is there already.
fn line(seen: &Seen, register: &[Vendor]) -> Result<String, String> {
    let row = &seen.row;
    let lists = [("--app-id", &row.app_ids), ("--tenant-id", &row.tenant_ids), ("--domain", &row.domains)];
    let name = plain(&row.name);
    // A name that begins like a flag would be taken for one, and nothing is no name.
    let name = if name.starts_with(char::is_alphanumeric) {
        name
    } else {
        let id = lists.iter().find_map(|(_, values)| values.first()).map_or("", |id| id);
        format!("App {}", if name.is_empty() { plain(id) } else { name })
    };
    let is_there = |it: &&Vendor| [&row.name, &name].iter().any(|name| name.to_lowercase() == it.name.to_lowercase());
    if let Some(there) = register.iter().find(is_there) {
        return Err(there.name.clone());
    }
    let mut line = format!("tenantscan vendor add \"{name}\"");
    for (flag, values) in lists {
        // Another id than the real one would be of another app.
        for value in values.iter().filter(|value| plain(value) == **value) {
            line += &format!(" {flag} \"{value}\"");
        }
    }
    if let Some(category) = &row.category {
        line += &format!(" --category {category}");
    }
    Ok(line + &format!(" --handles-phi unknown --owner {OWNER}"))
}

fn in_json(lists: &Lists<'_>, snapshot: &Snapshot, path: &str) -> Value {
    let day = |time: Option<Time>| time.map(|time| time.to_string());
    let seen = |it: &Seen| {
        let line = line(it, lists.register);
        json!({
            "kind": it.kind.word(),
            "platform": it.platform.name(),
            "name": it.name,
            "saw": it.saw,
            "app_ids": it.row.app_ids,
            "tenant_ids": it.row.tenant_ids,
            "domains": it.row.domains,
            "class": it.class.as_ref().map(|(class, _)| class.word()),
            "plan": it.class.as_ref().and_then(|(_, plan)| plan.as_deref()),
            "row": line.as_ref().err(),
            "add": line.as_ref().ok(),
        })
    };
    let bare = |(vendor, missing): &(&Vendor, Vec<&str>)| {
        json!({
            "vendor": vendor.name,
            "handles_phi": vendor.handles_phi.word(),
            "signed_on": vendor.baa.as_ref().and_then(|it| it.signed_on).map(|day| day.to_string()),
            "renews_on": vendor.baa.as_ref().and_then(|it| it.renews_on).map(|day| day.to_string()),
            "missing": missing,
            "owner": vendor.owner,
        })
    };
    let unseen = |(vendor, platform, last): &(&Vendor, Platform, Option<Time>)| {
        json!({
            "vendor": vendor.name,
            "platform": platform.name(),
            "app_ids": vendor.app_ids,
            "last_used": day(*last),
            "owner": vendor.owner,
        })
    };
    let open = |it: &Open| {
        json!({
            "about": it.what,
            "platform": it.platform.name(),
            "cause": it.cause.name(),
            "partly": it.partly,
            "cure": it.cure,
        })
    };
    json!({
        "register": path,
        "taken_at": snapshot.taken_at.to_string(),
        "without_row": lists.without_row.iter().map(seen).collect::<Vec<_>>(),
        "without_agreement": lists.without_agreement.iter().map(bare).collect::<Vec<_>>(),
        "unseen": lists.unseen.iter().map(unseen).collect::<Vec<_>>(),
        "undetermined": lists.holes.iter().map(open).collect::<Vec<_>>(),
    })
}

fn in_words(lists: &Lists<'_>, snapshot: &Snapshot, path: &str, has_register: bool, today: Date) -> String {
    let width = width();
    let say = |indent: &str, text: &str| beside(indent, text, width);
    let client = safe(&snapshot.client.name);
    let mut out =
        say("", &format!("{client}: {path}, held against what was seen on {}", snapshot.taken_at.strftime("%Y-%m-%d")));
    if !has_register {
        out += &say("", "There is no such file yet: each line below begins or extends it.");
    }
    out += &format!("\nSeen, and in no row of the register: {}\n", lists.without_row.len());
    for it in &lists.without_row {
        let place = format!("{} in {}", it.kind.word(), it.platform.title());
        out += &say("  ", &format!("{} ({place}): {}", safe(&it.name), safe(&it.saw)));
        if let Some((class, plan)) = &it.class {
            let plan = plan.as_deref().map(|plan| format!(": {plan}")).unwrap_or_default();
            out += &say("      ", &format!("{}{plan}", class_words(*class)));
        }
        out += &match line(it, lists.register) {
            // To be pasted: it stands on one line, however long.
            Ok(line) => format!("      {line}\n"),
            Err(row) => say("      ", &format!("next: put its id or domain into the row of {} in {path}", safe(&row))),
        };
    }
    out += &format!(
        "\nPatient data, or nobody has decided, and no agreement that holds: {}\n",
        lists.without_agreement.len()
    );
    for (vendor, missing) in &lists.without_agreement {
        let phi = if vendor.handles_phi == HandlesPhi::Unknown { "undecided" } else { "patient data" };
        let lacks = missing.iter().fold(agreement(vendor, today).1, |all, it| format!("{all}; {it}"));
        out += &say("  ", &format!("{} ({phi}): {lacks}; {} answers for it", safe(&vendor.name), safe(&vendor.owner)));
    }
    if !lists.without_agreement.is_empty() {
        let next = format!(
            "next: put each signed agreement beside {path}, and name it under [vendor.baa] of its vendor: signed_on, \
            renews_on, verified_on, plan, breach_notice_days, document. Where none is needed, say why in not_required_because"
        );
        out += &say("      ", &next);
    }
    out += &format!("\nAgreement on file, and nothing of the vendor seen in use: {}\n", lists.unseen.len());
    for (vendor, platform, last) in &lists.unseen {
        let last = last.map_or_else(
            || "its apps are gone, or were never used".to_owned(),
            |time| format!("last used on {}", time.strftime("%Y-%m-%d")),
        );
        let text =
            format!("{} ({}): {last}; {} answers for it", safe(&vendor.name), platform.title(), safe(&vendor.owner));
        out += &say("  ", &text);
    }
    if !lists.unseen.is_empty() {
        out += &say(
            "      ",
            "next: ask whether it is still used; if not, have patient data returned or destroyed, end the contract, take the row \
             out, and keep the agreement for six years",
        );
    }
    if !lists.holes.is_empty() {
        out += "\nNot known, so that the lists may lack something:\n";
        for open in &lists.holes {
            let cure = open.cure.as_deref().map(|cure| format!("; {}", safe(cure))).unwrap_or_default();
            let partly = if open.partly { "some of it was not read: " } else { "" };
            let cause = open.cause.plain();
            out += &say("  ", &format!("{} ({}): {partly}{cause}{cure}", open.what, open.platform.title()));
        }
    }
    out
}
