//! The register of vendors held against what a scan saw: three lists, each with the next step.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{copy, expect_code, on, repository, text};
use tempfile::TempDir;

const TODAY: &str = "2026-11-20";

/// A practice of one's own with its records, and the snapshot of a scan of it beside its file.
fn practice(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository("fixtures").join(name), folder.path());
    let mut scan = at(folder.path(), &["scan", "--snapshot", "snapshot.json", "--format", "oneline", "--replay", "."]);
    assert!(scan.output().expect("it runs").status.code().is_some_and(|code| [0, 3, 4].contains(&code)));
    folder
}

fn at(folder: &Path, arguments: &[&str]) -> Command {
    on(TODAY, folder, arguments)
}

#[track_caller]
fn reconciled(folder: &Path, code: i32) -> Value {
    let said = text(&expect_code(&mut at(folder, &["vendor", "reconcile", "--format", "json"]), code).stdout);
    serde_json::from_str(&said).expect("JSON")
}

/// A value of each entry of a list.
fn each<'v>(lists: &'v Value, list: &str, key: &str) -> Vec<&'v str> {
    let entries = lists[list].as_array().expect("a list");
    entries.iter().map(|it| it[key].as_str().unwrap_or_else(|| panic!("{key} in {it}"))).collect()
}

fn register(folder: &Path) -> PathBuf {
    folder.join("records/vendors.toml")
}

/// Changes the snapshot's facts of the first tenant.
fn change(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("snapshot.json");
    let mut snapshot: Value = serde_json::from_slice(&fs::read(&path).expect("bytes")).expect("JSON");
    change(&mut snapshot["tenants"][0]["datasets"]);
    fs::write(&path, snapshot.to_string()).expect("written");
}

#[test]
fn a_well_run_practice_has_nothing_on_any_list() {
    for name in ["maple-hill", "willow-creek"] {
        let folder = practice(name);
        let lists = reconciled(folder.path(), 0);
        for list in ["without_row", "without_agreement", "unseen", "undetermined"] {
            assert_eq!(lists[list], json!([]), "{name} {list}");
        }
    }
}

#[test]
fn the_demo_has_something_on_each_list_and_a_next_step() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let lists = reconciled(path, 3);
    let names = each(&lists, "without_row", "name");
    assert_eq!(
        names,
        [
            "Microsoft",
            "eM Client",
            "Recall trial",
            "Veeam Backup for Microsoft 365",
            "archive.example",
            "gmail.com",
            "home.example",
            "mail.example"
        ]
    );
    assert_eq!(each(&lists, "without_row", "kind")[0], "platform");
    assert_eq!(
        each(&lists, "without_agreement", "vendor"),
        ["ChartFiction", "Claims R Us", "Dropbox", "Hilltop IT", "Zoom"]
    );
    assert_eq!(each(&lists, "unseen", "vendor"), ["PaperBridge"]);
    assert_eq!(lists["undetermined"], json!([]));

    let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 3).stdout);
    let line = "      tenantscan vendor add \"Recall trial\" --app-id \"000000a1-0000-4000-8000-000000000005\" --handles-phi unknown \
                --owner OWNER\n";
    assert!(said.contains(line), "on one line, to be pasted: {said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Seen, and in no row of the register: 8",
        "no agreement that holds: 5",
        "nothing of the vendor seen in use: 1",
        "it is not known whether the company signs an agreement",
        "the agreement ended on 2026-06-30",
        "mail goes there by the journal rule “Archive”",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn the_lines_that_are_shown_put_each_thing_into_the_register() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let before = reconciled(path, 3);
    for line in each(&before, "without_row", "add") {
        // As a shell takes it: what stands between quotes is one word.
        let parts = line.split('"').enumerate();
        let words = parts.flat_map(|(n, part)| if n % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
        let words: Vec<&str> = words.collect();
        assert_eq!(words[0], "tenantscan");
        expect_code(&mut at(path, &words[1..]), 0);
    }
    let after = reconciled(path, 3);
    assert_eq!(after["without_row"], json!([]), "each has its row now");
    assert!(each(&after, "without_agreement", "vendor").contains(&"Recall trial"), "and nobody has decided on it yet");
}

#[test]
fn a_register_that_nobody_has_begun_has_no_rows() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    fs::remove_file(register(path)).expect("it was there");
    let lists = reconciled(path, 3);
    let names = each(&lists, "without_row", "name");
    assert!(names.contains(&"Zoom") && names.contains(&"Dropbox"), "{names:?}");
    assert_eq!((&lists["without_agreement"], &lists["unseen"]), (&json!([]), &json!([])));
    let partner = lists["without_row"].as_array().expect("a list").iter().find(|it| it["kind"] == "partner");
    let partner = partner.expect("a company that may administer the tenant");
    assert_eq!(partner["tenant_ids"], json!(["000000f1-0000-4000-8000-000000000001"]));
    let zoom = lists["without_row"].as_array().expect("a list").iter().find(|it| it["name"] == "Zoom").expect("Zoom");
    assert_eq!(zoom["class"], "signs-on-plan");
    assert!(zoom["plan"].as_str().expect("a plan").contains("no free account"), "{zoom}");
    assert!(!register(path).exists(), "nothing is written");
    let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 3).stdout);
    assert!(said.contains("There is no such file yet"), "{said}");
}

#[test]
fn an_agreement_that_was_signed_since_the_scan_counts() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let text = fs::read_to_string(register(path)).expect("a register");
    let zoom = text.find("name = \"Zoom\"").expect("a row");
    let end = zoom + text[zoom..].find("\n\n").expect("its end");
    let agreement = "\n\n[vendor.baa]\nsigned_on = 2026-11-25\nverified_on = 2026-11-25\nplan = \"Healthcare\"\n\
                     breach_notice_days = 10\ndocument = \"agreements/paperbridge-2024.txt\"";
    fs::write(register(path), format!("{}{agreement}{}", &text[..end], &text[end..])).expect("written");
    let lists = |day: &str| -> Value {
        let mut command = at(path, &["vendor", "reconcile", "--format", "json", "--today", day]);
        serde_json::from_str(&support::text(&expect_code(&mut command, 3).stdout)).expect("JSON")
    };
    assert!(each(&lists("2026-11-24"), "without_agreement", "vendor").contains(&"Zoom"), "it begins tomorrow");
    assert!(!each(&lists("2026-11-25"), "without_agreement", "vendor").contains(&"Zoom"));
}

#[test]
fn what_was_not_read_is_said_and_leaves_the_run_incomplete() {
    let folder = practice("maple-hill");
    let path = folder.path();
    change(path, |datasets| {
        for list in ["apps", "cross_tenant_partners"] {
            datasets[list] =
                json!({ "listing": { "unread": { "cause": "permission_missing", "source": "test" } }, "rows": [] });
        }
    });
    let lists = reconciled(path, 4);
    let about = each(&lists, "undetermined", "about");
    for one in ["vendor-register", "vendors-still-used", "companies that may administer the tenant"] {
        assert!(about.contains(&one), "{about:?}");
    }
    assert!(each(&lists, "undetermined", "cause").iter().all(|cause| *cause == "permission_missing"));
    let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 4).stdout);
    assert!(said.contains("Not known, so that the lists may lack something"), "{said}");
}

#[test]
fn why_a_list_may_lack_something_is_a_code_for_programs_and_words_for_people() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    change(path, |datasets| {
        let rows = datasets["apps"]["rows"].as_array_mut().expect("rows");
        let app = rows.iter_mut().find(|app| app["name"] == "Recall trial").expect("the trial");
        app["app_id"] = json!({ "unknown": { "cause": "permission_missing", "source": "test" } });
    });
    let lists = reconciled(path, 4);
    let open = lists["undetermined"].as_array().expect("a list");
    let one = open.iter().find(|it| it["about"] == "vendor-register").expect("the list of apps");
    assert_eq!((&one["cause"], &one["partly"]), (&json!("permission_missing"), &json!(true)));
    let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 4).stdout);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("some of it was not read: a permission is missing"), "{said}");
}

#[test]
fn names_do_no_harm_in_any_shell() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    for (name, word) in [
        ("it's; rm -rf $HOME `id` \"x\"", "it s rm -rf HOME id x"),
        ("--config=evil\u{1b}[2J\nsecond", "App --config evil 2J second"),
        ("Fax & calc & ", "Fax calc"),
        ("Fax %PATH:~0,1% ^! | more > a < b", "Fax PATH 0 1 more a b"),
        ("Fax\u{2019}; calc; \u{201c}x\u{201d} $(calc) @(1)", "Fax calc x (calc) (1)"),
        ("Télé-Fax_2.0 (診療)", "Télé-Fax_2.0 (診療)"),
        ("&\u{2019}", "App 000000a1-0000-4000-8000-000000000005"),
    ] {
        change(path, |datasets| {
            let rows = datasets["apps"]["rows"].as_array_mut().expect("rows");
            let trial = rows.iter_mut().find(|app| app["app_id"] == "000000a1-0000-4000-8000-000000000005");
            trial.expect("the trial")["name"] = json!(name);
        });
        let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 3).stdout);
        let line = said
            .lines()
            .find(|line| line.contains("--app-id \"000000a1-0000-4000-8000-000000000005\""))
            .expect("its line");
        assert!(line.contains(&format!("vendor add \"{word}\" --app-id")), "{line}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn without_a_snapshot_it_says_how_to_get_one() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    fs::write(path.join("snapshot.json"), "{}").expect("written");
    let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 2).stderr);
    assert!(said.contains("next: give a file that `tenantscan scan --snapshot PATH` wrote"), "{said}");
    fs::remove_file(path.join("snapshot.json")).expect("it was there");
    let said = text(&expect_code(&mut at(path, &["vendor", "reconcile"]), 2).stderr);
    assert!(said.contains("next: `tenantscan scan --output DIR` writes one"), "{said}");
}
