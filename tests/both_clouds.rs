//! A practice with both clouds: what only the two together show, and what both would say twice.

mod support;

use serde_json::Value;
use support::{replay, repository};

fn results<'a>(report: &'a Value, policy: &str) -> Vec<&'a Value> {
    report["results"].as_array().expect("results").iter().filter(|it| it["policy"] == policy).collect()
}

fn named(result: &Value) -> Vec<&str> {
    let findings = result["findings"].as_array().expect("findings");
    findings.iter().map(|it| it["name"].as_str().expect("a name")).collect()
}

#[test]
fn who_is_closed_in_one_cloud_and_open_in_the_other_is_found() {
    let report = replay(&repository("fixtures/twin-oaks"));
    let found = results(&report, "accounts-closed-everywhere");
    let said: Vec<_> = found.iter().map(|it| (it["platform"].as_str(), it["verdict"].as_str(), named(it))).collect();
    let due = [
        (Some("microsoft365"), Some("pass"), vec![]),
        (Some("google-workspace"), Some("review"), vec!["Lena Leftlong"]),
    ];
    assert_eq!(said, due);
}

#[test]
fn a_practice_with_one_cloud_has_no_other_to_forget() {
    for practice in ["maple-hill", "willow-creek"] {
        let report = replay(&repository("fixtures").join(practice));
        let found = results(&report, "accounts-closed-everywhere");
        assert_eq!(found.len(), 1, "{practice}");
        assert_eq!(found[0]["verdict"], "pass", "{practice}");
    }
}
