//! Snapshots judged by the program: verdicts, exit codes, documents.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{expect_code, repository, tenantscan, text};

fn user(id: &str, admin: Value) -> Value {
    json!({ "id": id, "name": format!("Person {id}"), "enabled": true, "kind": "person", "is_global_admin": admin })
}

fn snapshot(users: &Value) -> String {
    json!({
        "schema": "snapshot@1",
        "client": { "id": "cedar-grove", "name": "Cedar Grove (made up)" },
        "taken_at": "2026-11-20T09:00:00Z",
        "tool": { "name": "tenantscan", "version": "0.1.0" },
        "tenants": [{
            "id": "00000000-0000-0000-0000-00000000cede", "name": "Cedar Grove (made up)", "platform": "microsoft365",
            "sources": [],
            "datasets": { "users": { "listing": "complete", "rows": users } },
        }],
    })
    .to_string()
}

fn judge(text: &str, code: i32) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    fs::write(&path, text).expect("written");
    let mut command = tenantscan();
    command.args(["evaluate", "--policy", "admin-count", "--format", "json"]).arg(&path);
    serde_json::from_slice(&expect_code(&mut command, code).stdout).expect("the report is JSON")
}

#[test]
fn what_is_read_decides_and_what_is_not_read_does_not() {
    let unread = json!({ "unknown": { "cause": "permission_missing", "source": "microsoft365.role_assignments" } });
    let three = json!([user("1", json!(true)), user("2", json!(true)), user("3", json!(false))]);
    let result = judge(&snapshot(&three), 0)["results"][0].clone();
    assert_eq!(result["verdict"], "pass");
    let one = json!([user("1", json!(true)), user("2", json!(false))]);
    let result = judge(&snapshot(&one), 3)["results"][0].clone();
    assert_eq!(result["verdict"], "fail");
    assert!(result["findings"][0]["text"].as_str().is_some_and(|text| text.contains("Person 1")), "{result}");
    let open = json!([user("1", json!(true)), user("2", unread)]);
    let result = judge(&snapshot(&open), 4)["results"][0].clone();
    assert_eq!((&result["verdict"], &result["cause"]), (&json!("unknown"), &json!("permission_missing")));
    assert!(result["cure"].as_str().is_some_and(|cure| !cure.is_empty()));
    let result = judge(
        &snapshot(&json!([]))
            .replace("\"complete\"", r#"{"unread":{"cause":"throttled","source":"microsoft365.users"}}"#),
        4,
    );
    assert_eq!(result["results"][0]["cause"], "throttled");
}

#[test]
fn a_report_keeps_to_its_schema_and_is_the_same_twice() {
    let three = json!([user("1", json!(true)), user("2", json!(true))]);
    let report = judge(&snapshot(&three), 0);
    assert_eq!(report, judge(&snapshot(&three), 0));
    let schema = fs::read_to_string(repository("schemas/report.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let safeguards = report["safeguards"].as_array().expect("safeguards");
    let state = |citation: &str| &safeguards.iter().find(|it| it["citation"] == citation).expect("there")["state"];
    assert_eq!(state("164.308(a)(4)(i)"), "supported");
    assert_eq!(state("164.310(b)"), "not_assessed");
}

#[test]
fn the_terminal_report_fits_80_columns_and_claims_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let hostile = json!([user("1\u{1b}[2J\u{202e}", json!(true))]);
    fs::write(&path, snapshot(&hostile)).expect("written");
    let mut command = tenantscan();
    command.args(["evaluate", "--policy", "admin-count", "--fail-on", "none", "--all-safeguards"]).arg(&path);
    let report = text(&expect_code(&mut command, 0).stdout);
    assert!(!report.contains(['\u{1b}', '\u{202e}']), "names cannot move the cursor or turn the text");
    for line in report.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
    for word in ["compliant", "certified"] {
        assert!(!report.to_lowercase().contains(word), "the report claims that something is {word}");
    }
}

#[test]
fn what_is_no_snapshot_is_refused_with_the_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    for (content, word) in [("{", "not a snapshot"), (r#"{"schema":"snapshot@9"}"#, "snapshot@9")] {
        fs::write(&path, content).expect("written");
        let output = expect_code(tenantscan().arg("evaluate").arg(&path), 2);
        let said = text(&output.stderr);
        assert!(said.contains(word) && said.contains("next"), "{said}");
    }
}

#[test]
fn nothing_is_said_of_a_time_after_the_scan() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    fs::write(&path, snapshot(&json!([user("1", json!(false))]))).expect("written");
    let at = |moment: &str, code| {
        let mut command = tenantscan();
        command.args(["evaluate", "--policy", "admin-count", "--format", "json", "--as-of", moment]).arg(&path);
        text(&expect_code(&mut command, code).stderr)
    };
    at("2026-11-19T09:00:00Z", 3);
    let said = at("2026-11-20T09:00:01Z", 2);
    assert!(
        said.contains("lies after the scan, which was at 2026-11-20T09:00:00Z") && said.contains("next: "),
        "{said}"
    );
}

#[test]
fn a_snapshot_of_another_tenant_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    // A scan without a client's file gives every client the same id.
    let unnamed = snapshot(&json!([user("1", json!(false))])).replace("\"cedar-grove\"", "\"client\"");
    let said = |tenant: &str, id: &str, code: i32| {
        fs::write(&path, unnamed.replace("00000000-0000-0000-0000-00000000cede", id)).expect("written");
        let client = format!("[client]\nid = \"cedar-grove\"\n[microsoft365]\ntenant_id = \"{tenant}\"\n");
        fs::write(folder.path().join("tenantscan.toml"), client).expect("written");
        let mut command = tenantscan();
        command.args(["evaluate", "--policy", "admin-count", "--format", "oneline", "--config"]).arg(folder.path());
        text(&expect_code(command.arg(&path), code).stderr)
    };
    let (own, other) = ("00000000-0000-0000-0000-00000000CEDE", "00000000-0000-0000-0000-00000000beef");
    for (tenant, id) in [(own, "00000000-0000-0000-0000-00000000cede"), (own, ""), ("cedargrove.example", other)] {
        said(tenant, id, 3);
    }
    let refused = said(own, other, 2);
    assert!(refused.contains("beef`") && refused.contains("CEDE`") && refused.contains("next: "), "{refused}");
}

#[test]
fn what_is_left_out_on_purpose_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (facts, config) = (folder.path().join("snapshot.json"), folder.path().join("tenantscan.toml"));
    fs::write(&facts, snapshot(&json!([]))).expect("written");
    let own = "[client]\nid = \"cedar-grove\"\nname = \"Cedar Grove (made up)\"\n[baseline]\nextends = \"hipaa\"\n\
               without = [\"audit-log-on\", \"mfa-all-users\"]\n\
               [baseline.parameters.inactive-accounts]\ninactive_days = 400\n";
    fs::write(&config, own).expect("written");
    let run = |more: &[&str]| {
        let mut command = tenantscan();
        command.arg("evaluate").arg(&facts).arg("--config").arg(&config).args(more);
        command.output().expect("it runs")
    };
    let left_out = |more: &[&str]| {
        let report: Value = serde_json::from_slice(&run(more).stdout).expect("the report is JSON");
        let all = report["baseline"]["left_out"].as_array().expect("a list").clone();
        all.iter().map(|it| it["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(left_out(&["--format", "json"]), ["audit-log-on", "mfa-all-users"]);
    let critical = left_out(&["--format", "json", "--severity", "critical"]);
    assert!(critical.len() > 100 && critical.contains(&"mfa-all-users".to_owned()), "a flag leaves out the rest");
    let report: Value = serde_json::from_slice(&run(&["--format", "json"]).stdout).expect("the report is JSON");
    let limit = &report["baseline"]["limits"][0];
    assert_eq!((&limit["name"], &limit["value"]), (&json!("inactive_days"), &json!(400)), "{limit}");
    assert_ne!(limit["default"], limit["value"]);
    let words = String::from_utf8(run(&[]).stdout).expect("text");
    assert!(words.contains("policies left out on purpose (2): audit-log-on, mfa-all-users"), "{words}");
    assert!(words.contains("limits set otherwise (1): inactive-accounts.inactive_days = 400 (shipped: "), "{words}");
}
