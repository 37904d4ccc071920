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

#[test]
fn the_agreement_with_one_cloud_says_nothing_of_the_other() {
    let report = replay(&repository("fixtures/twin-oaks"));
    let found = results(&report, "platform-baa");
    let said: Vec<_> = found.iter().map(|it| (it["platform"].as_str(), it["verdict"].as_str())).collect();
    assert_eq!(said, [(Some("microsoft365"), Some("pass")), (Some("google-workspace"), Some("unknown"))]);
    assert_eq!(found[0]["attestation"]["answer"], "implemented");
    assert!(found[0]["attestation"]["by"] == "Olive Owner" && found[1]["attestation"].is_null());
    let cure = found[1]["cure"].as_str().expect("how to close it");
    assert!(cure.contains("tenantscan attest"), "{cure}");
}
