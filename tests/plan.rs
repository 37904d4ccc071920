//! The plan of repairs: written from a report, changed by command and by hand, and held against the next scan.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{copy, expect_code, on, replay, repository, text};
use tempfile::TempDir;

/// The day of the scans.
const TODAY: &str = "2026-11-20";

/// A poor practice without a plan, and the report of its scan.
fn unplanned() -> (TempDir, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository("fixtures/cedar-grove"), folder.path());
    fs::remove_file(plan(folder.path())).expect("there");
    let report = replay(folder.path());
    fs::write(folder.path().join("report.json"), report.to_string()).expect("written");
    (folder, report)
}

fn plan(folder: &Path) -> std::path::PathBuf {
    folder.join("records/plan.toml")
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    text(&expect_code(&mut on(TODAY, folder, arguments), 0).stdout)
}

#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let before = fs::read(plan(folder)).ok();
    let output = expect_code(&mut on(TODAY, folder, arguments), 2);
    assert!(before == fs::read(plan(folder)).ok(), "{arguments:?} wrote something");
    text(&output.stderr)
}

fn items(folder: &Path) -> Vec<Value> {
    let said = done(folder, &["plan", "list", "--format", "json"]);
    serde_json::from_str::<Value>(&said).expect("JSON").as_array().expect("a list").clone()
}

fn item(folder: &Path, policy: &str) -> Value {
    items(folder).into_iter().find(|item| item["policy"] == policy).expect("in the plan")
}

fn result<'r>(report: &'r Value, policy: &str) -> &'r Value {
    report["results"].as_array().expect("results").iter().find(|it| it["policy"] == policy).expect("a result")
}

fn findings(report: &Value, policy: &str) -> Vec<String> {
    let found = result(report, policy)["findings"].as_array().expect("findings");
    found.iter().map(|it| it["text"].as_str().expect("a text").to_owned()).collect()
}

const FILL: [&str; 6] = ["plan", "fill", "--report", "report.json", "--owner", "Ana Sample"];

#[test]
fn a_plan_has_all_that_fails_and_was_not_accepted() {
    let (folder, report) = unplanned();
    let folder = folder.path();
    assert_eq!(result(&report, "risks-planned")["cause"], "not_supplied");
    let said = done(folder, &FILL);
    let planned = items(folder);
    assert!(said.starts_with(&format!("kept {} repairs in ", planned.len())), "{said}");
    let results = report["results"].as_array().expect("results");
    let open = |it: &&Value| {
        let findings = it["findings"].as_array().expect("findings").len() as u64;
        // What is asked of decisions is mended by deciding, not by a repair.
        let of_results = it["policy"] == "addressable-decisions";
        it["verdict"] == "fail" && !of_results && (it["accepted"] == 0 || it["accepted"] != findings)
    };
    let mut due: Vec<&str> = results.iter().filter(open).map(|it| it["policy"].as_str().expect("an id")).collect();
    due.sort_unstable();
    let mut found: Vec<&str> = planned.iter().map(|it| it["policy"].as_str().expect("an id")).collect();
    found.sort_unstable();
    assert!(due.len() > 50);
    assert_eq!(found, due);
    // As long as its severity allows: critical, high, medium, low.
    for (policy, severity, last) in [
        ("audit-log-on", "critical", "2026-12-05"),
        ("admin-count", "high", "2026-12-20"),
        ("admin-accounts-separate", "medium", "2027-02-18"),
    ] {
        assert_eq!(result(&report, policy)["severity"], severity);
        let item = item(folder, policy);
        assert_eq!((&item["found"], &item["due"]), (&TODAY.into(), &last.into()), "{policy}");
    }
    let again = replay(folder);
    assert!(findings(&again, "risks-planned").is_empty());
    assert!(done(folder, &FILL).contains("nothing was written"));
}

#[test]
fn what_is_planned_again_and_again_is_told_by_its_age() {
    let (folder, _) = unplanned();
    let folder = folder.path();
    let add = ["plan", "add", "audit-log-on", "--owner", "Carl Contractor", "--due", "2027-06-30", "--found"];
    done(folder, &[&add[..], &["2026-11-06"]].concat());
    assert!(findings(&replay(folder), "risks-mended-in-time").is_empty());
    let text = fs::read_to_string(plan(folder)).expect("a plan");
    fs::write(plan(folder), format!("# Gone through each month.\n{}", text.replace("2026-11-06", "2026-11-01")))
        .expect("written");
    let late =
        "audit-log-on (critical) still fails, 19 days after it was found on 2026-11-01; Carl Contractor mends it";
    assert_eq!(findings(&replay(folder), "risks-mended-in-time"), [late]);
    // Marked as mended, and not mended: it is in nobody's plan.
    done(folder, &["plan", "set", "audit-log-on", "--state", "done"]);
    let report = replay(folder);
    assert!(findings(&report, "risks-mended-in-time").is_empty());
    let unplanned = |report: &Value| findings(report, "risks-planned").iter().any(|it| it.starts_with("audit-log-on "));
    assert!(unplanned(&report));
    let said = done(folder, &FILL);
    assert!(said.contains("marked as done before, and failing still or again: audit-log-on;"), "{said}");
    let again = item(folder, "audit-log-on");
    // Nobody can say whether it was ever mended: its age stays until a person says otherwise.
    assert_eq!((&again["found"], &again["due"]), (&"2026-11-01".into(), &"2026-11-16".into()));
    assert_eq!(again["state"], "overdue", "critical ones have 15 days");
    assert_eq!(findings(&replay(folder), "risks-mended-in-time"), [late.replace("Carl Contractor", "Ana Sample")]);
    done(folder, &["plan", "set", "audit-log-on", "--found", TODAY, "--due", "2026-12-05"]);
    assert!(findings(&replay(folder), "risks-mended-in-time").is_empty());
    assert!(!unplanned(&replay(folder)));
    assert!(fs::read_to_string(plan(folder)).expect("a plan").starts_with("# Gone through each month.\n"));
}

#[test]
fn what_cannot_stand_in_a_plan_is_refused() {
    let (folder, _) = unplanned();
    let folder = folder.path();
    assert_eq!(done(folder, &["plan", "list", "--format", "json"]), "[]\n");
    let add = |policy, due, more: &[&'static str]| {
        [&["plan", "add", policy, "--owner", "Ana Sample", "--due", due][..], more].concat()
    };
    assert!(refused(folder, &add("audit-log", "2026-12-01", &[])).contains("did you mean `audit-log-on`?"));
    assert!(refused(folder, &add("audit-log-on", "2026-11-19", &[])).contains("it is due before it was found"));
    done(folder, &add("audit-log-on", "2026-12-01", &["--note", "Asked twice."]));
    assert!(refused(folder, &add("audit-log-on", "2026-12-01", &[])).contains("`tenantscan plan set` changes it"));
    assert!(
        refused(folder, &["plan", "set", "audit-log-on", "--resource", "x", "--state", "done"])
            .contains("has nothing for")
    );
    assert!(refused(folder, &["plan", "set", "audit-log-on", "--state", "finished"]).contains("in_progress"));
    done(folder, &["plan", "set", "audit-log-on", "--due", "2026-12-24", "--state", "in_progress"]);
    let item = item(folder, "audit-log-on");
    assert_eq!(item["note"], "Asked twice.");
    assert_eq!((&item["due"], &item["state"]), (&"2026-12-24".into(), &"in_progress".into()));
    assert!(done(folder, &["plan", "list"]).contains("in progress, until 2026-12-24"));
    assert!(refused(folder, &["plan", "set", "audit-log-on", "--found", "2030-01-01"]).contains("has not come yet"));
    assert!(
        refused(folder, &add("admin-count", "2031-01-01", &["--found", "2030-01-01"])).contains("has not come yet")
    );
    let fill = |more: &[&'static str]| [&["plan", "fill", "--report", "report.json"][..], more].concat();
    assert!(refused(folder, &fill(&["--owner", " "])).contains("name whoever mends it"));
    assert!(refused(folder, &fill(&["--owner", "Ana Sample", "--due", "2026-11-01"])).contains("before the scan"));
    let late = expect_code(&mut on("2027-01-31", folder, &FILL), 2);
    assert!(text(&late.stderr).contains("scan again"));
    fs::write(folder.join("notes.json"), "{}").expect("written");
    let other = ["plan", "fill", "--report", "notes.json", "--owner", "Ana Sample"];
    assert!(refused(folder, &other).contains("this is no report"));
}

#[test]
fn what_was_found_in_another_client_is_refused() {
    let (folder, _) = unplanned();
    let folder = folder.path();
    let other = repository("fixtures/maple-hill").display().to_string();
    let scan = ["scan", "--replay", &other, "--output", "other"];
    expect_code(&mut on(TODAY, folder, &scan), 0);
    let accept = ["exception", "add", "audit-log-on", "--resource", "*", "--disposition", "risk_accepted", "--until"];
    let accept =
        [&accept[..], &["2026-12-31", "--approved-by", "Ana Sample", "--reason", "A reason that others read."]];
    let accept = [&accept.concat()[..], &["--report", "other/report.json"]].concat();
    for arguments in [
        &["plan", "fill", "--report", "other/report.json", "--owner", "Ana Sample"][..],
        &accept,
        &["vendor", "reconcile", "--snapshot", "other/snapshot.json"],
        &["evaluate", "other/snapshot.json"],
        &["report", "sra", "--snapshot", "other/snapshot.json"],
    ] {
        let said = refused(folder, arguments);
        assert!(said.contains("is of the client `maple-hill`, and the client's file is of `cedar-grove`"), "{said}");
    }
    let config = format!("--config={other}");
    expect_code(&mut on(TODAY, folder, &["evaluate", "other/snapshot.json", &config]), 0);
}

#[test]
fn a_plan_goes_by_what_the_client_allows_and_by_what_holds() {
    let (folder, report) = unplanned();
    let folder = folder.path();
    let config = folder.join("tenantscan.toml");
    let own = "\n[baseline]\nextends = \"hipaa\"\n[baseline.parameters.risks-mended-in-time]\ncritical_days = 3\n";
    let text = fs::read_to_string(&config).expect("a file");
    // Limits that are none stop only whoever gives no day, and are said.
    let odd =
        "\n[baseline]\nextends = \"hipaa\"\n[baseline.parameters.risks-mended-in-time]\ncritical_days = 99999999\n";
    fs::write(&config, format!("{text}{odd}")).expect("written");
    assert!(refused(folder, &FILL).contains("give --due"));
    done(folder, &[&FILL[..], &["--due", "2026-12-31"]].concat());
    fs::remove_file(plan(folder)).expect("there");
    fs::write(&config, text + own).expect("written");
    // One of several mailboxes is planned, and so not all; what was only said to be planned is not planned.
    let several = result(&report, "inactive-accounts")["findings"].as_array().expect("findings");
    assert!(several.len() > 1);
    let one = several[0]["resource"].as_str().expect("an id");
    let add = ["plan", "add", "inactive-accounts", "--owner", "Ana Sample", "--due", "2026-12-31", "--resource", one];
    done(folder, &add);
    let words =
        ["--approved-by", "Ana Sample", "--until", "2026-12-31", "--reason", "It comes with the new computers."];
    let accept = |policy, disposition| {
        let what =
            ["exception", "add", policy, "--resource", "*", "--tenant", "microsoft365", "--disposition", disposition];
        done(folder, &[&what[..], &words].concat());
    };
    accept("admin-count", "planned");
    accept("mfa-admins", "risk_accepted");
    let report = replay(folder);
    fs::write(folder.join("report.json"), report.to_string()).expect("written");
    done(folder, &FILL);
    assert_eq!(item(folder, "audit-log-on")["due"], "2026-11-23");
    let planned = |policy: &str| items(folder).iter().any(|it| it["policy"] == policy && it["resource"] == "*");
    assert!(planned("inactive-accounts") && planned("admin-count") && !planned("mfa-admins"));
    assert!(findings(&replay(folder), "risks-planned").is_empty());
    // An exception that has not begun decides nothing.
    let file = folder.join("records/exceptions.toml");
    let text = fs::read_to_string(&file).expect("a record");
    let (before, after) = text.split_once("policy = \"mfa-admins\"").expect("there");
    let after = after.replace("approved_on = 2026-11-20", "approved_on = 2026-12-20");
    fs::write(&file, format!("{before}policy = \"mfa-admins\"{after}")).expect("written");
    let open = findings(&replay(folder), "risks-planned");
    assert!(open.len() == 1 && open[0].starts_with("mfa-admins fails"), "{open:?}");
}
