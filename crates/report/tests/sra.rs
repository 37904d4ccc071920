//! The security risk assessment of a small practice, and of one whose every text wants to be markup.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tenantscan_model::{Datasets, Snapshot, Type};
use tenantscan_report::{Assessment, Report, RiskMethod};

const METHOD: &str = include_str!("../../../policies/catalogues/risk-method.toml");
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=https://evil.example/x onerror=alert(1)> [x](https://evil.example) | **b** `c`\n# h\u{1b}[2J\u{202e}";

fn result(policy: &str, verdict: &str, severity: &str, citations: &[&str], checked: usize, found: &[&str]) -> Value {
    let findings: Vec<Value> =
        found.iter().map(|text| json!({ "resource": text, "name": text, "text": text, "values": {} })).collect();
    json!({
        "policy": policy, "title": format!("{policy} is as it should be"), "tenant": "t", "platform": "microsoft365",
        "severity": severity, "citations": citations, "why": "Because.", "verdict": verdict,
        "cause": (verdict == "unknown").then_some("permission_missing"),
        "cure": (verdict == "unknown").then_some("Give the app the permission."), "checked": checked,
        "findings": findings, "sources": ["microsoft365.users"], "references": {},
        "fix": { "who": "IT provider", "time": "5 minutes", "portal": "Admin center > Things", "command": null,
                 "side_effects": "None.", "undo": "Undo it." },
    })
}

/// Decisions of some standings; where a text is given, it stands for all that people wrote.
fn decisions(text: Option<&str>) -> (Value, Value) {
    let or = |own| text.unwrap_or(own);
    let standings = [("lock", "applies"), ("disk", "expired"), ("mfa", "state_changed"), ("sites", "pending")];
    let exceptions = standings.map(|(policy, standing)| {
        json!({
            "exception": format!("{policy} microsoft365 *"), "policy": policy, "tenant": "microsoft365", "resource": "*",
            "name": text, "disposition": "risk_accepted", "reason": or("The rooms are locked at night."),
            "approved_by": or("Dr. Ana"),
            "approved_on": "2026-02-01", "until": "2027-01-31", "standing": standing, "decision_due": false,
            "covers": usize::from(standing == "applies"), "text": or("What it says of this."),
        })
    });
    let line = |citation: &str, title: &str, decision: &str, open: &[&str]| {
        let reasons = json!([{
            "policy": "lock", "what": "addressable_alternative", "reason": or("Nobody sees the screens."),
            "by": or("Dr. Ana"), "review_by": "2027-01-31",
        }]);
        let reasons = if decision == "alternative" { reasons } else { json!([]) };
        json!({ "citation": citation, "title": title, "decision": decision, "reasons": reasons, "open": open })
    };
    let register = json!([
        line("164.310(d)(2)(iii)", "Accountability", "undecided", &[]),
        line("164.312(a)(2)(iii)", "Automatic logoff", "alternative", &[]),
        line("164.312(a)(2)(iv)", "Encryption and decryption", "undecided", &["disk"]),
    ]);
    (json!(exceptions), register)
}

fn report(name: &str, results: &[Value]) -> Report {
    let (exceptions, addressable) = decisions((name == HOSTILE).then_some(HOSTILE));
    let safeguard = |citation: &str, title: &str, designation: &str, state: &str, policies: &[&str]| {
        json!({
            "citation": citation, "title": title, "designation": designation, "state": state,
            "coverage": { "determined": 1, "applicable": 1 }, "fail": 0, "review": 0, "unknown": 0, "policies": policies,
        })
    };
    serde_json::from_value(json!({
        "schema": "report@1", "tool": { "name": "tenantscan", "version": "0.1.0" },
        "client": { "id": "elm", "name": name }, "taken_at": "2026-11-20T09:00:00Z",
        "baseline": { "id": "hipaa", "title": "A baseline" },
        "run": { "exit": { "code": 4, "name": "incomplete", "reasons": [] } },
        "coverage": { "determined": 4, "applicable": 6 },
        "tenants": [{ "id": "t", "name": name, "platform": "microsoft365", "sources": [{
            "source": "microsoft365.sites", "title": "Sites", "state": "unread", "cause": "permission_missing",
            "cure": "Give the app the permission.",
        }] }],
        "safeguards": [
            safeguard("164.308(a)(1)(ii)(D)", "Information system activity review", "required", "supported", &["log"]),
            safeguard("164.310(d)(2)(iii)", "Accountability", "addressable", "not_assessed", &[]),
            safeguard("164.312(a)(2)(iii)", "Automatic logoff", "addressable", "gap_found", &["lock"]),
            safeguard("164.312(a)(2)(iv)", "Encryption and decryption", "addressable", "gap_found", &["disk"]),
            safeguard("164.312(d)", "Person or entity authentication", "required", "gap_found", &["mfa"]),
        ],
        "results": results, "exceptions": exceptions, "addressable": addressable,
    }))
    .expect("a report")
}

fn snapshot(name: &str, datasets: &Value) -> (String, Snapshot) {
    let text = json!({
        "schema": "snapshot@1", "client": { "id": "elm", "name": name }, "taken_at": "2026-11-20T09:00:00Z",
        "tool": { "name": "tenantscan", "version": "0.1.0" },
        "tenants": [{ "id": "t", "name": name, "platform": "microsoft365", "sources": [], "datasets": datasets }],
    })
    .to_string();
    let snapshot = Snapshot::from_json(&text).expect("a snapshot");
    (text, snapshot)
}

/// The assessment as HTML and as Markdown.
fn drawn(name: &str, datasets: &Value, results: &[Value]) -> (String, String) {
    let (text, snapshot) = snapshot(name, datasets);
    let method: RiskMethod = toml::from_str(METHOD).expect("the method");
    let questions = [("restore-tested", "Was a restore tested?"), ("training-done", "Was everybody trained?")];
    let questions: BTreeMap<String, String> = questions.map(|(id, text)| (id.to_owned(), text.to_owned())).into();
    let report = report(name, results);
    let assessment = Assessment {
        snapshot: &snapshot,
        snapshot_bytes: text.as_bytes(),
        report: &report,
        method: &method,
        questions: &questions,
        now: snapshot.taken_at,
        version: "0.1.0",
    };
    let (html, markdown) = (assessment.to_html(), assessment.to_markdown());
    assert_eq!(
        (assessment.to_html(), assessment.to_markdown()),
        (html.clone(), markdown.clone()),
        "the same bytes again"
    );
    (html, markdown)
}

fn rows(rows: &Value) -> Value {
    json!({ "listing": "complete", "rows": rows })
}

fn small_practice() -> (Value, Vec<Value>) {
    let hole = json!({ "unknown": { "cause": "unavailable", "source": "microsoft365.managed_devices" } });
    let datasets = json!({
        "users": rows(&json!([
            { "id": "1", "name": "Ana", "kind": "person", "enabled": true },
            { "id": "2", "name": "Ben", "kind": "person", "enabled": false },
            { "id": "3", "name": "Room", "kind": "room", "enabled": hole },
        ])),
        "devices": rows(&json!([
            { "id": "1", "platform": "windows", "managed": true, "encrypted": true },
            { "id": "2", "platform": "windows", "managed": true, "encrypted": hole },
        ])),
        "domains": { "listing": { "unread": { "cause": "permission_missing", "source": "microsoft365.domains" } }, "rows": [] },
        "vendors": rows(&json!([
            { "name": "Northfield IT", "services": ["IT"], "handles_phi": "yes", "baa_signed": "2024-01-01T00:00:00Z",
              "baa_renews": "2026-01-01T00:00:00Z", "baa_document_sha256": null, "baa_not_required_because": null,
              "baa_plan": null, "owner": "Ana" },
            { "name": "Faxes", "services": ["fax"], "handles_phi": "yes", "baa_signed": null,
              "baa_not_required_because": null, "owner": "Ben" },
            { "name": "Records Inc.", "services": ["records"], "handles_phi": "yes",
              "baa_signed": "2026-01-01T00:00:00Z", "baa_renews": null, "baa_document_sha256": "ab12",
              "baa_not_required_because": null, "baa_plan": "Clinic plan", "owner": "Ana" },
            { "name": "Portal", "services": ["portal"], "handles_phi": "yes", "baa_signed": "2030-01-01T00:00:00Z",
              "baa_renews": null, "baa_document_sha256": "ab12", "baa_not_required_because": null, "baa_plan": null,
              "owner": "Ana" },
            { "name": "Cleaners", "services": ["cleaning"], "handles_phi": "no", "baa_signed": null,
              "baa_not_required_because": "They see no screen and no paper.", "owner": "Ana" },
        ])),
        "attestations": rows(&json!([{
            "question": "restore-tested", "answer": "implemented", "statement": "A chart was restored.",
            "evidence": ["restore.pdf"], "evidence_sha256": ["cd34"], "evidence_changed": [], "by": "Ana",
            "role": "manager", "on": "2026-01-10T00:00:00Z", "valid_until": "2026-07-10T00:00:00Z",
        }])),
        "exceptions": rows(&json!([])),
        "remediation_plan": rows(&json!([
            { "id": "mfa/*", "policy": "mfa", "resource": "*", "found": "2026-10-01T00:00:00Z", "owner": "Ben", "due": "2026-10-31T00:00:00Z",
              "state": "in_progress", "note": "Keys are ordered." },
            { "id": "old/*", "policy": "old", "resource": "*", "found": "2026-02-01T00:00:00Z", "owner": "Ana", "due": "2026-03-01T00:00:00Z",
              "state": "done", "note": null },
        ])),
    });
    let results = vec![
        result("mfa", "fail", "critical", &["164.312(d)"], 20, &["Ana can sign in with a password alone"]),
        result("disk", "fail", "high", &["164.312(a)(2)(iv)"], 2, &["PC-1 is not encrypted"]),
        result("lock", "fail", "medium", &["164.312(a)(2)(iii)"], 40, &["PC-1 never locks"]),
        result("log", "pass", "critical", &["164.312(b)", "164.308(a)(1)(ii)(D)"], 1, &[]),
        result("sites", "unknown", "high", &["164.312(a)(1)"], 0, &[]),
        result("desks", "review", "medium", &["164.312(a)(2)(i)"], 1, &["Front Desk may be shared"]),
    ];
    (datasets, results)
}

#[test]
fn a_small_practice() {
    let (datasets, results) = small_practice();
    let (html, markdown) = drawn("Elm Street (made up)", &datasets, &results);
    insta::assert_snapshot!(markdown);
    for text in [&html, &markdown] {
        for word in ["compliant", "certified"] {
            assert!(!text.to_lowercase().contains(word), "{word}");
        }
    }
}

#[test]
fn what_could_not_be_judged_counts_as_affected() {
    let of = |resources: Option<Value>| {
        let mut risk = result("lock", "fail", "medium", &["164.312(a)(2)(iii)"], 100, &["PC-1 never locks"]);
        if let Some(resources) = resources {
            risk["more"] = json!({ "cause": "timeout", "resources": resources });
        }
        let (_, markdown) = drawn("Elm Street (made up)", &json!({}), &[risk]);
        let row = markdown.lines().find(|line| line.starts_with("| R1 | lock")).expect("the risk").to_owned();
        let told = markdown.contains("There may be more");
        (row.split(" | ").skip(2).take(2).collect::<Vec<_>>().join(", "), told)
    };
    assert_eq!(of(None), ("1 of 100, ● low".to_owned(), false));
    assert_eq!(of(Some(json!(95))), ("1 of 100, and 95 could not be judged, ▲ high".to_owned(), true));
    assert_eq!(of(Some(json!(1))), ("1 of 100, and 1 could not be judged, ● low".to_owned(), true));
    assert_eq!(of(Some(json!(null))), ("1 of 100 that were read, ▲ high".to_owned(), true));
}

#[test]
fn a_risk_of_which_a_part_is_planned_is_not_planned() {
    let item = |resource: &str, state: &str| {
        json!({ "id": format!("lock/{resource}"), "policy": "lock", "resource": resource, "owner": "Ben", "state": state,
                "found": "2026-10-01T00:00:00Z", "due": "2026-12-31T00:00:00Z", "note": null })
    };
    let of = |accepted: Option<&str>, items: &[Value]| {
        let mut risk = result("lock", "fail", "medium", &["164.312(a)(2)(iii)"], 2, &["PC-1", "PC-2"]);
        if let Some(disposition) = accepted {
            risk["findings"][1]["accepted"] = json!({ "exception": "e", "disposition": disposition, "reason": "Because.",
                "approved_by": "Ana", "until": "2026-12-31" });
        }
        let datasets = json!({ "remediation_plan": rows(&json!(items)) });
        let (_, markdown) = drawn("Elm Street (made up)", &datasets, &[risk]);
        let nobody = markdown
            .lines()
            .find(|line| line.contains("nobody yet"))
            .map(|line| line.split(" | ").nth(1).expect("what is to be so").replace("lock is as it should be", ""));
        assert_eq!(nobody.is_some(), markdown.contains("1 of 1 risks have no owner"), "{markdown}");
        nobody
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of(None, &[]), some(""));
    assert_eq!(of(None, &[item("*", "open")]), None);
    assert_eq!(of(None, &[item("*", "done")]), some(""), "marked as done, and still not met");
    assert_eq!(of(None, &[item("PC-1", "open")]), some(" (1 of 2)"));
    assert_eq!(of(None, &[item("PC-1", "open"), item("PC-2", "in_progress")]), None);
    assert_eq!(of(Some("risk_accepted"), &[item("PC-1", "open")]), None);
    assert_eq!(of(Some("planned"), &[item("PC-1", "open")]), some(" (1 of 2)"), "the plan itself says nothing of it");
}

#[test]
fn where_nothing_was_written_down_it_says_so_and_nothing_is_met() {
    let (_, markdown) = drawn("Elm Street (made up)", &json!({}), &[]);
    for said in
        ["There is no vendor register", "There are no answers", "There are no exceptions", "no remediation plan"]
    {
        assert!(markdown.contains(said), "{said}\n{markdown}");
    }
    assert!(markdown.contains("Accounts by kind: not known"), "{markdown}");
}

/// Every dataset with one row whose every text is hostile.
fn hostile_datasets() -> Value {
    let value = |column: Type, name: &str| match column {
        Type::Bool => json!(!name.starts_with("is_vendor")),
        Type::Int => json!(1),
        Type::Text => json!(HOSTILE),
        Type::Time => json!("2026-01-01T00:00:00Z"),
        Type::Texts => json!([HOSTILE]),
        Type::Enum(words) => json!(words[0]),
    };
    let dataset = |info: &&tenantscan_model::DatasetInfo| {
        let row: Map<String, Value> =
            info.columns.iter().map(|column| (column.name.to_owned(), value(column.r#type, column.name))).collect();
        (info.name.to_owned(), rows(&json!([row])))
    };
    Value::Object(Datasets::ALL.iter().map(dataset).collect())
}

fn hostile() -> (String, String) {
    let mut results: Vec<Value> = ["fail", "pass", "unknown", "review"]
        .iter()
        .map(|verdict| result(HOSTILE, verdict, "critical", &["164.312(d)", HOSTILE], 2, &[HOSTILE]))
        .collect();
    results.push(result(HOSTILE, "fail", "low", &[HOSTILE], 9, &[HOSTILE; 9]));
    drawn(HOSTILE, &hostile_datasets(), &results)
}

#[test]
fn in_html_hostile_text_stays_text_and_nothing_is_loaded() {
    let (html, _) = hostile();
    assert!(html.contains("&lt;script&gt;"), "the names are there, as text");
    let (head, body) = html.split_once("</style>").expect("a style");
    let (head, style) = head.split_once("<style>").expect("a style");
    assert!(!style.contains("url(") && !style.contains("@import"), "{style}");
    let policy = head.find("Content-Security-Policy").expect("a content security policy");
    assert!(policy < head.find("<title>").expect("a title"), "the policy stands before whatever it holds for");
    assert!(head.contains("default-src 'none'; style-src 'sha256-"), "{head}");
    // In escaped text there is no `<`: each one begins a tag of the program's own.
    let mut tags = 0;
    for part in [head, body].into_iter().flat_map(|part| part.split('<').skip(1)) {
        let tag = part.split('>').next().expect("a tag");
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let known = "!DOCTYPE html head meta title body a header h1 h2 h3 p main nav ol li ul section div table caption \
                     thead tbody tr th td dl dt dd span strong footer";
        assert!(known.split_whitespace().any(|it| it == name.trim_start_matches('/')), "<{tag}>");
        // Quoted values are every second part; between them stand the names.
        for attribute in attributes.split('"').step_by(2).filter(|it| !it.is_empty()) {
            let known = "html lang charset http-equiv content name class href id role tabindex scope aria-labelledby aria-label \
                         aria-hidden";
            assert!(known.split_whitespace().any(|it| it == attribute.trim().trim_end_matches('=')), "<{tag}>");
        }
        if let Some((_, target)) = attributes.split_once("href=\"") {
            assert!(target.starts_with('#'), "<{tag}>");
        }
        tags += 1;
    }
    assert!(tags > 300, "{tags}");
}

#[test]
fn nothing_moves_the_cursor_or_begins_a_line() {
    let (html, markdown) = hostile();
    for text in [&html, &markdown] {
        let moves = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(moves, None);
    }
    assert!(!markdown.lines().any(|line| line.starts_with("# h") || line.starts_with("\\# h")), "{markdown}");
    assert_eq!(html.matches("\n# h").count(), 0);
}

#[test]
fn in_markdown_hostile_text_stays_text() {
    let (_, markdown) = hostile();
    let tags = markdown.matches('<').count();
    assert_eq!(tags, markdown.matches("<br>").count(), "no tag but line breaks");
    assert_eq!(markdown.matches("](").count(), markdown.matches("\\](").count(), "no link");
    assert!(!markdown.contains("https://"), "no address that a reader would make a link of");
    let mut columns = None;
    for line in markdown.lines() {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        let count = line.replace("\\|", "").matches('|').count();
        assert_eq!(*columns.get_or_insert(count), count, "{line}");
    }
}

#[test]
fn headings_are_in_order_and_tables_have_captions() {
    let (datasets, results) = small_practice();
    let (html, _) = drawn("Elm Street (made up)", &datasets, &results);
    let levels: Vec<u8> = html
        .match_indices("<h")
        .filter_map(|(at, _)| {
            html.as_bytes().get(at + 2).filter(|digit| digit.is_ascii_digit()).map(|digit| digit - b'0')
        })
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels[0] == 1 && levels.windows(2).all(|two| two[1] <= two[0] + 1), "{levels:?}");
    assert_eq!(html.matches("<table").count(), html.matches("<caption>").count());
    assert!(html.contains("<html lang=\"en\">"));
}
