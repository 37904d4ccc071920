//! `--rules nprm-2025` shows what would differ, and changes nothing of today's.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{expect_code, tenantscan, text};

/// Two laptops that are not encrypted: one is three days old, within today's days of grace, one is old.
fn snapshot(old: bool) -> String {
    let device = |id: &str, enrolled: &str| {
        json!({ "id": id, "name": format!("PC-{id}"), "user": "ana@elm.example", "operating_system": "Windows",
                "managed": true, "enrolled": enrolled, "last_contact": "2026-11-19T00:00:00Z", "encrypted": false })
    };
    let mut devices = vec![device("new", "2026-11-17T09:00:00Z")];
    if old {
        devices.push(device("old", "2025-01-01T00:00:00Z"));
    }
    json!({
        "schema": "snapshot@1", "client": { "id": "elm", "name": "Elm Street (made up)" },
        "taken_at": "2026-11-20T09:00:00Z", "tool": { "name": "tenantscan", "version": "0.1.0" },
        "tenants": [{ "id": "t", "name": "Elm Street (made up)", "platform": "microsoft365", "sources": [], "datasets": {
            "organization": { "listing": "complete", "rows": [{ "id": "t", "service_plans": ["INTUNE_A"] }] },
            "devices": { "listing": "complete", "rows": devices },
            "attestations": { "listing": "complete", "rows": [{
                "question": "device-encryption", "answer": "not_applicable", "on": "2026-10-05T00:00:00Z",
                "valid_until": "2027-10-05T00:00:00Z", "evidence_changed": [],
            }] },
        } }],
    })
    .to_string()
}

fn judged(old: bool, more: &[&str], code: i32) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    fs::write(&path, snapshot(old)).expect("written");
    let mut command = tenantscan();
    command.args(["evaluate", "--policy", "device-encryption"]).args(more).arg(&path);
    text(&expect_code(&mut command, code).stdout)
}

fn report(old: bool, more: &[&str], code: i32) -> Value {
    serde_json::from_str(&judged(old, &[&["--format", "json"], more].concat(), code)).expect("JSON")
}

#[test]
fn a_stricter_parameter_shows_what_would_differ_and_todays_verdicts_stay() {
    let mut with = report(false, &["--rules", "nprm-2025"], 0);
    let what_if = with.as_object_mut().expect("an object").remove("what_if").expect("what if");
    assert_eq!(with, report(false, &[], 0), "today's report is the same, exit code included");
    let result = &what_if["results"][0];
    assert_eq!((&result["policy"], &result["then"]), (&json!("device-encryption"), &json!("fail")));
    assert_ne!(result["today"], "fail");
    assert!(result["findings"][0].as_str().is_some_and(|it| it.contains("PC-new")), "{result}");
    assert!(what_if["status"].as_str().is_some_and(|it| it.contains("not in force")), "{what_if}");
    assert_eq!(what_if["dated"], "2026-10-07");
}

#[test]
fn more_findings_of_a_policy_that_fails_anyway_are_told_as_well() {
    let report = report(true, &["--rules", "nprm-2025"], 3);
    let result = &report["what_if"]["results"][0];
    assert_eq!((&result["today"], &result["then"]), (&json!("fail"), &json!("fail")));
    assert_eq!(result["findings"].as_array().map(Vec::len), Some(1), "only what is not found today: {result}");
    let addressable = &report["what_if"]["no_longer_addressable"];
    assert!(addressable.to_string().contains("164.312(a)(2)(iv)"), "{addressable}");
}

#[test]
fn the_terminal_says_status_and_date() {
    let text = judged(false, &["--rules", "nprm-2025"], 0);
    assert!(text.contains("WHAT IF THE RULE PROPOSED IN JANUARY 2025 WERE IN FORCE"), "{text}");
    assert!(text.contains("Status on 2026-10-07: proposed; not in force."), "{text}");
    assert!(!judged(false, &[], 0).contains("WHAT IF"));
}
