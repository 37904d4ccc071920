//! Cmdlets that answer late, out of order, or for another request: an answer is for the request that asked, or for none.

mod support;

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use support::server::{HOSTS, Reply, Seen, Server, TENANT};
use support::tenantscan;

/// Which policies are asked for: they need mailboxes, rights, inbox rules, and the switches beside them.
const POLICIES: [&str; 3] = ["mailbox-delegation-known", "mailbox-forwarding-external", "audit-log-on"];

/// The snapshot of a scan of what the server stands for.
fn snapshot(server: &Server) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let mut command: Command = tenantscan();
    command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", "22222222-0000-4000-8000-000000000001");
    command.env("AZURE_CLIENT_SECRET", "not-a-secret").args(["scan", "--deadline", "30", "--read-timeout", "5"]);
    for host in HOSTS {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    for policy in POLICIES {
        command.args(["--policy", policy]);
    }
    let output = command.arg("--snapshot").arg(&path).output().expect("the program starts");
    let text = std::fs::read_to_string(&path);
    let text = text.unwrap_or_else(|_| panic!("no snapshot: {}", support::text(&output.stderr)));
    serde_json::from_str::<Value>(&text).expect("JSON")["tenants"][0].clone()
}

/// The name of the cmdlet that a request runs; that of the first in a batch.
fn cmdlet(seen: &Seen) -> Option<String> {
    let body: Value = serde_json::from_str(&seen.body).ok()?;
    let one = if body["requests"].is_array() { &body["requests"][0]["body"] } else { &body };
    Some(one["CmdletInput"]["CmdletName"].as_str()?.to_owned())
}

/// Who each rule is for, by the name that the answer gives it: the mailbox's own number.
fn rules_of(body: &Value) -> Vec<Value> {
    body["requests"]
        .as_array()
        .expect("requests")
        .iter()
        .map(|item| {
            let mailbox = item["body"]["CmdletInput"]["Parameters"]["Mailbox"].as_str().expect("a mailbox");
            let rule = json!({ "RuleIdentity": 1, "Name": mailbox, "Enabled": true, "ForwardTo": ["a@mail.example"],
                "ForwardAsAttachmentTo": null, "RedirectTo": null, "DeleteMessage": false });
            json!({ "id": item["id"], "status": 200, "headers": {}, "body": { "value": [rule] } })
        })
        .collect()
}

/// A scan in which every batch of inbox rules is answered with what `change` makes of the right answer.
fn with_rules(change: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) -> Value {
    let server = Server::start("maple-hill", move |seen, _| {
        if cmdlet(seen)? != "Get-InboxRule" {
            return None;
        }
        let body: Value = serde_json::from_str(&seen.body).expect("JSON");
        if !body["requests"].is_array() {
            return Some(Reply::refusal(400, "NotAlone", Vec::new()));
        }
        let mut responses = rules_of(&body);
        change(&mut responses);
        Some(Reply::json(json!({ "responses": responses })))
    });
    snapshot(&server)
}

fn rows<'a>(tenant: &'a Value, dataset: &str) -> &'a [Value] {
    tenant["datasets"][dataset]["rows"].as_array().expect("rows")
}

fn source<'a>(tenant: &'a Value, name: &str) -> &'a Value {
    let id = format!("microsoft365.{name}");
    let sources = tenant["sources"].as_array().expect("sources");
    sources.iter().find(|it| it["source"] == *id).unwrap_or_else(|| panic!("{id} was not asked for"))
}

/// Each mailbox's object id, and its number in the fixtures, under which rules are asked for.
fn numbers() -> std::collections::BTreeMap<String, String> {
    let text = std::fs::read_to_string(support::repository("fixtures/maple-hill/mailboxes-1.json")).expect("text");
    let exchange: Value = serde_json::from_str(&text).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let boxes = exchange["response"]["body"]["value"].as_array().expect("mailboxes").clone();
    boxes.iter().map(|it| (text(&it["ExternalDirectoryObjectId"]), text(&it["Guid"]))).collect()
}

/// Every rule that was kept stands with the mailbox that it was asked for.
fn assert_each_is_where_it_belongs(tenant: &Value) -> usize {
    let numbers = numbers();
    let rules = rows(tenant, "inbox_rules");
    for rule in rules {
        let mailbox = rule["mailbox_id"].as_str().expect("an id");
        assert_eq!(rule["name"], numbers[mailbox], "{rule}");
    }
    rules.len()
}

#[test]
fn answers_of_a_batch_in_another_order_land_where_they_belong() {
    let tenant = with_rules(|responses| responses.reverse());
    assert_eq!(source(&tenant, "inbox_rules")["state"], "read");
    assert_eq!(assert_each_is_where_it_belongs(&tenant), numbers().len());
}

#[test]
fn an_answer_of_a_batch_that_is_left_out_or_given_twice_is_nobodys() {
    type Change = fn(&mut Vec<Value>);
    let change: [(&str, Change); 4] = [
        ("left out", |responses| drop(responses.remove(0))),
        ("given twice", |responses| responses.push(responses[0].clone())),
        ("given twice, once for another", |responses| {
            let mut other = responses[1].clone();
            other["id"] = responses[0]["id"].clone();
            responses.push(other);
        }),
        ("for a request that nobody made", |responses| responses[0]["id"] = "77".into()),
    ];
    for (what, change) in change {
        let tenant = with_rules(change);
        let unread = source(&tenant, "inbox_rules");
        assert_eq!((&unread["state"], &unread["cause"]), (&"unread".into(), &"malformed".into()), "{what}");
        let kept = assert_each_is_where_it_belongs(&tenant);
        let mailboxes = rows(&tenant, "mailboxes");
        let unknown = mailboxes.iter().filter(|row| row["forwarding_rules"]["unknown"]["cause"] == "malformed");
        assert_eq!(kept + unknown.count(), mailboxes.len(), "{what}: the others were read");
        assert!(kept > mailboxes.len() / 2, "{what}: only {kept} were read");
    }
}

#[test]
fn cmdlets_that_answer_late_and_in_any_order_fill_their_own_datasets() {
    let whole = snapshot(&Server::start("maple-hill", |_, _| None));
    let server = Server::start("maple-hill", |seen, _| {
        // The later in the alphabet, the sooner the answer.
        let wait = cmdlet(seen).map_or(0, |name| u64::from(b'z' - name.as_bytes()[4].to_ascii_lowercase()) * 20);
        std::thread::sleep(Duration::from_millis(wait));
        None
    });
    let late = snapshot(&server);
    for dataset in ["mailboxes", "mailbox_delegates", "inbox_rules", "audit_log", "accepted_domains", "remote_domains"]
    {
        assert_eq!(late["datasets"][dataset], whole["datasets"][dataset], "{dataset}");
    }
}

#[test]
fn an_answer_to_another_request_is_malformed_and_lands_nowhere() {
    let server = Server::start("maple-hill", |seen, _| {
        // The answer of one cmdlet comes for another, with the id of the request that it answers.
        (cmdlet(seen)? == "Get-Mailbox").then(|| {
            let other = json!({ "value": [{ "Identity": "x", "UnifiedAuditLogIngestionEnabled": false }] });
            let id = "99999999-0000-4000-8000-000000000009".to_owned();
            Reply::Answer(200, vec![("client-request-id", id)], other.to_string())
        })
    });
    let tenant = snapshot(&server);
    let unread = source(&tenant, "mailboxes");
    assert_eq!((&unread["state"], &unread["cause"]), (&"unread".into(), &"malformed".into()));
    assert!(rows(&tenant, "mailboxes").is_empty());
    assert_eq!(rows(&tenant, "audit_log")[0]["enabled"], true, "the switch says what its own answer says");

    // The same id back, in whatever letters, is the right one.
    let server = Server::start("maple-hill", |seen, _| {
        (cmdlet(seen)? == "Get-AdminAuditLogConfig").then(|| {
            let id = seen.headers["client-request-id"].to_uppercase();
            let body = json!({ "value": [{ "Identity": "x", "UnifiedAuditLogIngestionEnabled": false }] });
            Reply::Answer(200, vec![("client-request-id", id)], body.to_string())
        })
    });
    assert_eq!(rows(&snapshot(&server), "audit_log")[0]["enabled"], false);
}
