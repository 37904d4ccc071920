//! What stands in the report for people when much is wrong: the worst whole, the rest in short.

use serde_json::{Value, json};
use tenantscan_report::{Report, TerminalOptions, terminal};

fn result(number: usize, verdict: &str, severity: &str, citation: &str) -> Value {
    json!({
        "policy": format!("policy-{number}"), "title": format!("Thing {number} is as it should be"), "tenant": "t",
        "platform": "microsoft365", "severity": severity, "citations": [citation], "why": "Because.",
        "verdict": verdict, "cause": (verdict == "unknown").then_some("role_missing"),
        "cure": (verdict == "unknown").then_some("Give the app a role."), "checked": 1,
        "findings": [{ "resource": "r", "name": "r", "text": format!("thing {number} is not"), "values": {} }],
        "sources": [], "references": {},
        "fix": { "who": "administrator", "time": "5 minutes", "portal": "Admin center > Things", "command": null,
                 "side_effects": "None.", "undo": "Undo it." },
    })
}

fn safeguard(citation: &str, title: &str, fail: usize) -> Value {
    json!({
        "citation": citation, "title": title, "designation": "required",
        "state": if fail > 0 { "gap_found" } else { "not_determined" },
        "coverage": { "determined": fail, "applicable": fail + 1 }, "fail": fail, "review": 0, "unknown": 1,
        "policies": [],
    })
}

fn report(results: &[Value]) -> Report {
    let report = json!({
        "schema": "report@1", "tool": { "name": "tenantscan", "version": "0.1.0" },
        "client": { "id": "c", "name": "A practice (made up)" }, "taken_at": "2026-11-20T09:00:00Z",
        "baseline": { "id": "hipaa", "title": "A baseline" },
        "run": { "exit": { "code": 4, "name": "incomplete", "reasons": [] } },
        "coverage": { "determined": 1, "applicable": 2 },
        "tenants": [{ "id": "t", "name": "A practice (made up)", "platform": "microsoft365", "sources": [] }],
        "safeguards": [
            safeguard("164.312(a)(1)", "Access control", 20),
            safeguard("164.312(b)", "Audit controls", 1),
            safeguard("164.312(e)(1)", "Transmission security", 0),
        ],
        "results": results,
    });
    serde_json::from_value(report).expect("a report")
}

fn page(report: &Report, all_results: bool, all_safeguards: bool) -> String {
    terminal(report, &TerminalOptions { width: 80, color: false, all_safeguards, all_results })
}

fn drawn(results: &[Value], all_results: bool) -> String {
    page(&report(results), all_results, false)
}

fn many() -> Vec<Value> {
    let mut all = Vec::new();
    for (severity, count) in [("low", 3), ("critical", 2), ("high", 8), ("medium", 9)] {
        for _ in 0..count {
            let citation = if all.len() % 4 == 3 { "164.312(b)" } else { "164.312(a)(1)" };
            all.push(result(all.len(), "fail", severity, citation));
        }
    }
    all.extend((30..36).map(|number| result(number, "review", "medium", "164.312(b)")));
    all.extend((40..49).map(|number| result(number, "unknown", "high", "164.312(e)(1)")));
    all
}

#[test]
fn where_much_is_wrong_the_worst_stands_first_and_the_rest_is_short() {
    let drawn = drawn(&many(), false);
    assert!(drawn.contains("DO THESE FIRST\n 1 critical Not met: Thing 3 is as it should be\n"), "{drawn}");
    let rest = drawn.split_once("\n 8 high").expect("the eighth").1;
    insta::assert_snapshot!(rest);
}

#[test]
fn all_results_are_shown_whole_when_that_is_asked_for() {
    let drawn = drawn(&many(), true);
    assert_eq!(drawn.matches("More: tenantscan policy show policy-").count(), 22 + 6);
    assert!(drawn.contains("policy-48") && !drawn.contains(" more"), "{drawn}");
    assert!(!drawn.contains("--all-results"), "{drawn}");
}

#[test]
fn where_little_is_wrong_nothing_points_further() {
    let drawn = drawn(&many()[..3], false);
    assert!(drawn.contains("DO THESE\n") && !drawn.contains("LATER") && !drawn.contains("--all-results"), "{drawn}");
}

#[test]
fn a_gap_that_is_planned_says_until_when_and_whether_that_is_over() {
    let result = result(1, "fail", "high", "164.312(b)");
    for (planned, by, said) in [
        ("in_time", json!("2026-12-31"), "gap, planned by 2026-12-31\n"),
        ("overdue", json!("2026-10-31"), "gap, planned by 2026-10-31, overdue\n"),
        ("overdue", json!(null), "gap, planned, overdue\n"),
        ("undated", json!(null), "gap, planned without a day\n"),
    ] {
        let mut report = report(std::slice::from_ref(&result));
        let safeguard = &mut report.safeguards[1];
        (safeguard.planned, safeguard.planned_by) = (Some(planned.to_owned()), by.as_str().map(str::to_owned));
        let drawn = page(&report, false, false);
        assert!(drawn.contains(said), "{said} is not in {drawn}");
    }
}

#[test]
fn what_was_only_read_in_part_is_not_whole_and_not_accepted() {
    let mut result = result(1, "fail", "high", "164.312(b)");
    result["accepted"] = json!(1);
    result["findings"][0]["accepted"] = json!({
        "exception": "e", "disposition": "risk_accepted", "reason": "Because.", "approved_by": "Ana",
        "until": "2026-12-31",
    });
    let whole = drawn(&[result.clone()], false);
    assert!(whole.contains("ACCEPTED FOR A TIME") && !whole.contains("DO THESE"), "{whole}");
    for (resources, said) in [
        (json!(95), "There may be more: 95 resources could not be judged (no answer in time)."),
        (json!(null), "There may be more: the list was not read to its end (no answer in time)."),
    ] {
        result["more"] = json!({ "cause": "timeout", "resources": resources });
        let drawn = drawn(&[result.clone()], false).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(drawn.contains("DO THESE") && !drawn.contains("ACCEPTED FOR A TIME"), "{drawn}");
        assert!(drawn.contains(said), "{drawn}");
        assert!(drawn.contains("Accepted: 1 that were found, the first until 2026-12-31"), "{drawn}");
    }
}

#[test]
fn what_people_wrote_is_text_like_any_other() {
    const EVIL: &str =
        "a\u{1b}[2J\r\n\u{202e}b_long_name_that_does_not_end_before_the_line_does_and_goes_on_and_on_and_on";
    let accepted = json!({
        "exception": EVIL, "disposition": "planned", "reason": EVIL, "approved_by": EVIL, "until": "2026-12-31",
    });
    let mut covered = result(1, "fail", "high", "164.312(b)");
    covered["accepted"] = json!(1);
    covered["findings"][0]["accepted"] = accepted.clone();
    covered["findings"][0]["name"] = json!(EVIL);
    let mut open = result(2, "fail", "high", "164.312(b)");
    open["attestation"] = json!({
        "answer": "partly", "statement": EVIL, "by": EVIL, "role": EVIL, "on": "2026-10-01",
        "valid_until": "2026-11-01", "expired": true,
    });
    open["declare"] = json!({
        "kind": "break_glass", "accounts": [{ "id": EVIL, "name": EVIL }],
        "lines": format!("[[account]]\naccount = \"{EVIL}\"\n"),
    });
    let mut unlicensed = result(3, "unknown", "high", "164.312(b)");
    unlicensed["instead"] = accepted;
    let mut report = report(&[covered, open, unlicensed]);
    report.exceptions = serde_json::from_value(json!([{
        "exception": EVIL, "policy": "one", "tenant": EVIL, "resource": EVIL, "name": EVIL,
        "disposition": "planned", "reason": EVIL, "approved_by": EVIL, "approved_on": "2026-11-01", "until": "2026-12-31",
        "standing": "unused", "decision_due": true, "covers": 0, "text": EVIL,
    }]))
    .expect("decisions");
    report.addressable = serde_json::from_value(json!([{
        "citation": "164.312(c)(2)", "title": EVIL, "decision": "alternative", "open": ["one"],
        "reasons": [{ "policy": "one", "what": "third_party", "reason": EVIL, "by": EVIL, "review_by": "2026-12-31" }],
    }]))
    .expect("the register");
    let drawn = page(&report, true, true);
    for heading in ["ACCEPTED FOR A TIME", "EXCEPTIONS THAT", "WOULD BE MET", "ADDRESSABLE", "which has run out"] {
        assert!(drawn.contains(heading), "{heading} is not in {drawn}");
    }
    assert!(!drawn.contains("Give the app a role"), "something was decided instead: {drawn}");
    for line in drawn.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
}
