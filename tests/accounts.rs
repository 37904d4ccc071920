//! The register of accounts that are no person's, as commands keep it.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{copy, expect_code, on, replay, repository, text};
use tempfile::TempDir;

/// The day of the scans.
const TODAY: &str = "2026-11-20";

fn practice() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository("fixtures/maple-hill"), folder.path());
    folder
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    text(&expect_code(&mut on(TODAY, folder, arguments), 0).stdout)
}

#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let file = folder.join("records/accounts.toml");
    let before = fs::read(&file).ok();
    let output = expect_code(&mut on(TODAY, folder, arguments), 2);
    assert!(before == fs::read(&file).ok(), "{arguments:?} wrote something");
    text(&output.stderr)
}

fn listed(folder: &Path) -> Vec<Value> {
    let said = done(folder, &["account", "list", "--format", "json"]);
    serde_json::from_str::<Value>(&said).expect("JSON").as_array().expect("a list").clone()
}

fn verdict(report: &Value, policy: &str) -> Value {
    let results = report["results"].as_array().expect("results");
    results.iter().find(|it| it["policy"] == policy).expect("a result")["verdict"].clone()
}

const ADD: [&str; 9] = [
    "account",
    "add",
    "Door@Maple.example",
    "--kind",
    "kiosk",
    "--owner",
    "Ana Sample",
    "--purpose",
    "The door's own screen.",
];

#[test]
fn an_account_is_declared_and_reviewed_and_the_rest_of_the_file_stays() {
    let folder = practice();
    let folder = folder.path();
    let file = folder.join("records/accounts.toml");
    let before = fs::read_to_string(&file).expect("a record");
    let all = listed(folder).len();
    done(folder, &ADD);
    let after = fs::read_to_string(&file).expect("a record");
    for line in before.lines() {
        assert!(after.contains(line), "{line} is lost");
    }
    let rows = listed(folder);
    assert_eq!(rows.len(), all + 1);
    let door = rows.iter().find(|it| it["account"] == "door@maple.example").expect("kept in small letters");
    assert_eq!((&door["kind"], &door["reviewed_on"]), (&"kiosk".into(), &TODAY.into()));
    assert!(refused(folder, &ADD).contains("stands in "));
    fs::write(&file, after.replace(TODAY, "2026-01-31")).expect("written");
    let said = done(folder, &["account", "review", "door@maple.example", "--owner", "Ben Placeholder"]);
    assert!(said.starts_with("Ben Placeholder answers for door@maple.example"), "{said}");
    let door = listed(folder).into_iter().find(|it| it["account"] == "door@maple.example").expect("there");
    assert_eq!((&door["owner"], &door["reviewed_on"]), (&"Ben Placeholder".into(), &TODAY.into()));
    assert!(done(folder, &["account", "list"]).contains("Ben Placeholder answers for it"));
}

#[test]
fn emergency_accounts_that_are_declared_by_command_count() {
    let folder = practice();
    let folder = folder.path();
    let declared = listed(folder).into_iter().filter(|it| it["kind"] == "break_glass");
    let declared: Vec<String> = declared.map(|it| it["account"].as_str().expect("a name").to_owned()).collect();
    assert_eq!(declared.len(), 2);
    fs::remove_file(folder.join("records/accounts.toml")).expect("there");
    assert_eq!(done(folder, &["account", "list", "--format", "json"]), "[]\n");
    assert_ne!(verdict(&replay(folder), "break-glass-accounts"), "pass");
    for account in &declared {
        let more = ["--kind", "break_glass", "--owner", "Ana Sample", "--purpose", "When all else fails."];
        done(folder, &[&["account", "add", account][..], &more].concat());
    }
    assert_eq!(verdict(&replay(folder), "break-glass-accounts"), "pass");
}

#[test]
fn what_cannot_be_declared_is_refused() {
    let folder = practice();
    let folder = folder.path();
    let other = |at: usize, word: &'static str| {
        let mut all = ADD;
        all[at] = word;
        all
    };
    assert!(refused(folder, &other(4, "kiosks")).contains("did you mean `kiosk`?"));
    assert!(refused(folder, &other(6, " ")).contains("`owner` is empty"));
    assert!(refused(folder, &other(8, "")).contains("`purpose` is empty"));
    assert!(refused(folder, &["account", "review", "nobody@maple.example"]).contains("has no account"));
}
