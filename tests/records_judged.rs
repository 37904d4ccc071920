//! What people keep, laid beside what was read: each file that is taken away leaves verdicts open, and turns none.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{copy, repository, tenantscan, text};

type Verdicts = BTreeMap<(String, String), String>;

/// A practice as it was read, with the records of a folder, judged.
fn report(practice: &str, records: &Path) -> Value {
    let mut scan = tenantscan();
    scan.args(["scan", "--format", "json", "--replay"]).arg(repository("fixtures").join(practice));
    let output = scan.arg("--records").arg(records).output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

fn verdicts(report: &Value) -> Verdicts {
    let word = |result: &Value, key: &str| result[key].as_str().expect("a word").to_owned();
    let results = report["results"].as_array().expect("results");
    results.iter().map(|it| ((word(it, "policy"), word(it, "platform")), word(it, "verdict"))).collect()
}

#[test]
fn a_well_run_practice_with_records_fails_nothing_and_leaves_nothing_open() {
    for practice in ["maple-hill", "willow-creek"] {
        let report = report(practice, &repository("fixtures").join(practice).join("records"));
        let results = report["results"].as_array().expect("results");
        let bad =
            results.iter().filter(|it| !["pass", "not_applicable"].contains(&it["verdict"].as_str().expect("one")));
        let said = bad.map(|it| format!("{} {} {} {}", it["policy"], it["verdict"], it["cause"], it["findings"]));
        let said: Vec<String> = said.collect();
        assert!(said.is_empty(), "{practice}:\n{}", said.join("\n"));
    }
}

#[test]
fn the_demo_shows_leavers_vendors_without_contract_and_what_ran_out() {
    let report = report("cedar-grove", &repository("fixtures/cedar-grove/records"));
    let results = report["results"].as_array().expect("results");
    for (policy, verdict, words) in [
        ("former-employees-disabled", "fail", "Left Longago"),
        (
            "vendor-baa-on-file",
            "fail",
            "ChartFiction (patient data: yes): agreement signed 2023-07-01, to be renewed 2026-06-30",
        ),
        ("msp-baa", "fail", "Hilltop IT is an IT provider: agreement signed none"),
        ("msp-baa", "fail", "It can reach, as far as was seen: the whole tenant as a partner: yes"),
        ("partner-access", "review", "vendors on the list that have these tenants: Hilltop IT"),
        ("vendor-register", "fail", "Recall trial (id 000000a1-0000-4000-8000-000000000005) reaches data"),
        ("app-vendors-under-contract", "review", "On the list of vendors it belongs to: Zoom"),
        ("forwarding-domains-in-register", "fail", "goes to archive.example by a journal rule of the tenant"),
        ("vendors-still-used", "review", "PaperBridge handles patient data, and none of its apps"),
        ("restore-tested", "unknown", ""),
        ("texting-policy", "fail", "done in another way, which the rule does not allow here"),
        ("addressable-decisions", "fail", "shared-logins (risk_accepted"),
        ("risk-management-plan", "fail", "audit-log-on was to be mended by Carl Contractor until 2026-10-31"),
        ("security-official", "pass", ""),
        ("incident-response-plan", "unknown", ""),
    ] {
        let result = results.iter().find(|it| it["policy"] == policy).expect(policy);
        assert_eq!(result["verdict"], verdict, "{result}");
        assert!(words.is_empty() || result["findings"].to_string().contains(words), "{policy}: {}", result["findings"]);
    }
}

/// Each file, and policies that say nothing without it.
const FILES: [(&str, &[&str]); 6] = [
    ("attestations.toml", &["restore-tested", "security-official", "vendor-baa-on-file", "former-employees-disabled"]),
    ("vendors.toml", &["vendor-baa-on-file", "vendor-categories", "vendor-register", "msp-baa", "vendors-still-used"]),
    ("roster.csv", &["former-employees-disabled", "former-employees-left-overs", "accounts-have-an-owner"]),
    ("accounts.toml", &["non-person-accounts-owned", "role-based-groups"]),
    ("exceptions.toml", &["addressable-decisions"]),
    ("plan.toml", &["risk-management-plan"]),
];

#[test]
fn a_file_that_is_taken_away_leaves_verdicts_open_and_turns_none() {
    for practice in ["cedar-grove", "maple-hill", "willow-creek"] {
        let records = repository("fixtures").join(practice).join("records");
        let whole = verdicts(&report(practice, &records));
        for (file, silent) in FILES {
            let folder = tempfile::tempdir().expect("a folder");
            copy(&records, folder.path());
            fs::remove_file(folder.path().join(file)).expect("it was there");
            let less = verdicts(&report(practice, folder.path()));
            assert_eq!(whole.len(), less.len());
            for (key, before) in &whole {
                let after = &less[key];
                let kept = after == before || after == "unknown";
                assert!(kept, "{practice} without {file}: {key:?} {before} {after}");
            }
            for policy in silent {
                let said: Vec<_> = less.iter().filter(|((id, _), _)| id == policy).collect();
                // What is known to fail without the file fails still.
                let open = |(key, after): &(&(String, String), &String)| *after == "unknown" || whole[*key] == "fail";
                assert!(!said.is_empty() && said.iter().all(open), "{practice} without {file}: {said:?}");
                let passes = said.iter().any(|(_, after)| *after == "pass");
                assert!(!passes, "{practice} without {file}: {policy}");
            }
        }
    }
}

#[test]
fn an_answer_of_a_day_that_has_not_come_counts_for_nothing() {
    let practice = repository("fixtures/maple-hill");
    let folder = tempfile::tempdir().expect("a folder");
    copy(&practice.join("records"), folder.path());
    let path = folder.path().join("attestations.toml");
    let text = fs::read_to_string(&path).expect("text");
    let later = text.lines().map(|line| if line.starts_with("on = ") { "on = 2026-11-22" } else { line });
    fs::write(&path, later.collect::<Vec<_>>().join("\n")).expect("written");
    let whole = verdicts(&report("maple-hill", &practice.join("records")));
    let judged = verdicts(&report("maple-hill", folder.path()));
    let open = |policy: &str| judged[&(policy.to_owned(), "microsoft365".to_owned())] == "unknown";
    assert!(open("restore-tested") && open("security-official") && open("platform-baa"));
    assert!(judged.iter().all(|(key, now)| *now == whole[key] || now == "unknown"));
}
