//! A tenant with ten thousand mailboxes: how many requests it takes, how much memory, and what a short budget leaves.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use support::server::{HOSTS, Reply, Server, TENANT};
use support::{repository, tenantscan, text};

const MAILBOXES: usize = 10_000;
const PAGE: usize = 1_000;
const BATCH: usize = 10;
const POLICIES: [&str; 4] =
    ["mailbox-forwarding-external", "mailbox-delegation-known", "pop-imap-off", "shared-mailbox-sign-in-blocked"];
/// The most that a scan of ten thousand mailboxes may hold, in KiB, above what a small practice takes. A mailbox's rows
/// take about two KiB, its answers twenty.
const MOST_MEMORY: u64 = 80 << 10;

fn guid(number: usize) -> String {
    format!("00000011-0000-4000-8000-{number:012x}")
}

fn mailbox(number: usize) -> Value {
    json!({ "ExternalDirectoryObjectId": guid(number), "Guid": guid(number), "PrimarySmtpAddress": format!("box{number}@maplehill.example"),
        "DisplayName": format!("Box {number}"), "RecipientTypeDetails": "UserMailbox", "AccountDisabled": false,
        "ForwardingAddress": null, "ForwardingSmtpAddress": null, "DeliverToMailboxAndForward": false,
        "LitigationHoldEnabled": false, "InPlaceHolds": [], "RetentionPolicy": null, "SingleItemRecoveryEnabled": true,
        "RetainDeletedItemsFor": "14.00:00:00", "AuditEnabled": true, "DefaultAuditSet": ["Admin", "Delegate", "Owner"] })
}

fn access(number: usize) -> Value {
    json!({ "ExternalDirectoryObjectId": guid(number), "Guid": guid(number), "PopEnabled": false, "ImapEnabled": false,
        "SmtpClientAuthenticationDisabled": null })
}

/// The answer of a cmdlet with these parameters: a page of a list, or what one mailbox has.
fn answer(cmdlet: &str, parameters: &Value, page: usize, base: &str) -> Option<Value> {
    let list = |row: fn(usize) -> Value| {
        let rows: Vec<Value> = (page * PAGE..((page + 1) * PAGE).min(MAILBOXES)).map(row).collect();
        let next = ((page + 1) * PAGE < MAILBOXES).then(|| format!("{base}?$skiptoken={}", page + 1));
        json!({ "value": rows, "@odata.nextLink": next })
    };
    let owner = json!({ "User": "NT AUTHORITY\\SELF", "AccessRights": ["FullAccess"], "IsInherited": false, "Deny": false,
        "Identity": parameters["Identity"], "InheritanceType": "All" });
    let rules = || {
        let rule = |number: u32| {
            json!({ "RuleIdentity": number, "Name": "sort", "Enabled": true, "ForwardTo": null, "ForwardAsAttachmentTo": null,
                "RedirectTo": null, "DeleteMessage": false })
        };
        json!({ "value": (0..20).map(rule).collect::<Vec<_>>() })
    };
    match cmdlet {
        "Get-Mailbox" => Some(list(mailbox)),
        "Get-CASMailbox" => Some(list(access)),
        "Get-RecipientPermission" => Some(json!({ "value": [] })),
        "Get-MailboxPermission" => Some(json!({ "value": [owner] })),
        "Get-InboxRule" => Some(rules()),
        _ => None,
    }
}

/// Answers for ten thousand mailboxes; `None` for what is the practice's own.
fn serve(body: &str, path: &str) -> Option<Reply> {
    let body: Value = serde_json::from_str(body).ok()?;
    let base = "https://nam12b.outlook.office365.com/adminapi/beta/".to_owned() + TENANT + "/InvokeCommand";
    let page = path.split("skiptoken=").nth(1).and_then(|page| page.parse().ok()).unwrap_or(0);
    let one = |body: &Value| {
        let input = &body["CmdletInput"];
        answer(input["CmdletName"].as_str()?, &input["Parameters"], page, &base)
    };
    let Some(requests) = body["requests"].as_array() else { return Some(Reply::json(one(&body)?)) };
    let responses = requests
        .iter()
        .map(|item| Some(json!({ "id": item["id"], "status": 200, "headers": {}, "body": one(&item["body"])? })));
    Some(Reply::json(json!({ "responses": responses.collect::<Option<Vec<_>>>()? })))
}

/// A scan by the program, and the most memory that it took, in KiB.
fn scan(server: &Server, deadline: &str, folder: &Path) -> (Value, u64) {
    let path = folder.join("snapshot.json");
    let mut command = tenantscan();
    command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", "22222222-0000-4000-8000-000000000001");
    command.env("AZURE_CLIENT_SECRET", "not-a-secret").args([
        "scan",
        "--deadline",
        deadline,
        "--quiet",
        "--format",
        "oneline",
    ]);
    for host in HOSTS {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    for policy in POLICIES {
        command.args(["--policy", policy]);
    }
    command.arg("--snapshot").arg(&path).stdout(std::process::Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        most = most.max(memory(child.id()));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let snapshot = std::fs::read_to_string(&path).expect("a snapshot");
    (serde_json::from_str::<Value>(&snapshot).expect("JSON")["tenants"][0].clone(), most)
}

/// The most memory that a process has taken so far, in KiB; 0 where the system does not say.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn sources(tenant: &Value) -> BTreeMap<&str, &Value> {
    let sources = tenant["sources"].as_array().expect("sources");
    sources.iter().map(|it| (it["source"].as_str().expect("an id"), it)).collect()
}

fn rows<'a>(tenant: &'a Value, dataset: &str) -> &'a [Value] {
    tenant["datasets"][dataset]["rows"].as_array().expect("rows")
}

#[test]
fn ten_thousand_mailboxes_take_a_known_number_of_requests_and_bounded_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, little) = scan(&Server::start("maple-hill", |_, _| None), "60", folder.path());
    let server = Server::start("maple-hill", |seen, _| serve(&seen.body, &seen.path));
    let (tenant, much) = scan(&server, "240", folder.path());

    assert_eq!(rows(&tenant, "mailboxes").len(), MAILBOXES);
    let sources = sources(&tenant);
    let expected = [
        ("mailboxes", MAILBOXES / PAGE),
        ("mail_access", MAILBOXES / PAGE),
        ("send_as_permissions", 1),
        ("inbox_rules", MAILBOXES / BATCH),
        ("mailbox_permissions", MAILBOXES / BATCH),
    ];
    for (source, requests) in expected {
        let record = sources[&*format!("microsoft365.{source}")];
        assert_eq!((&record["state"], &record["requests"]), (&"read".into(), &requests.into()), "{source}");
    }
    assert!(rows(&tenant, "inbox_rules").is_empty(), "200,000 rules that neither forward nor delete are not kept");
    assert!(much < little + MOST_MEMORY, "{much} KiB, {little} KiB for a small practice");
}

#[test]
fn what_the_budget_leaves_unread_is_unknown_for_those_mailboxes_alone() {
    let server = Server::start("maple-hill", |seen, before| {
        if seen.path.ends_with("$batch") && before > 40 {
            // From here on everything takes too long.
            return Some(Reply::Stall(std::time::Duration::from_secs(20)));
        }
        serve(&seen.body, &seen.path)
    });
    let folder = tempfile::tempdir().expect("a folder");
    let (tenant, _) = scan(&server, "6", folder.path());
    let mailboxes = rows(&tenant, "mailboxes");
    assert_eq!(mailboxes.len(), MAILBOXES, "the list itself was read");
    let read = mailboxes.iter().filter(|row| row["forwarding_rules"] == 0).count();
    let late = mailboxes.iter().filter(|row| row["forwarding_rules"]["unknown"]["cause"] == "timeout").count();
    assert_eq!(read + late, MAILBOXES);
    assert!(read >= BATCH && late > MAILBOXES / 2, "{read} read, {late} not");
    assert_eq!(sources(&tenant)["microsoft365.inbox_rules"]["cause"], "timeout");
    assert_eq!(rows(&tenant, "mailboxes")[0]["pop_enabled"], false, "what was read stays");
    let asked = server.seen().len();
    assert!(asked < 400, "{asked} requests: nothing is begun after the time is up");
}

#[test]
fn nobody_asks_ten_thousand_times_what_is_refused_ten_times() {
    let server = Server::start("maple-hill", |seen, _| {
        if !seen.path.ends_with("$batch") {
            return serve(&seen.body, &seen.path);
        }
        let body: Value = serde_json::from_str(&seen.body).expect("JSON");
        let refused = body["requests"].as_array().expect("requests").iter().map(|item| {
            let words = "The role assigned to application isn't supported in this scenario.";
            json!({ "id": item["id"], "status": 403, "headers": {}, "body": { "error": { "code": "Forbidden", "message": words } } })
        });
        Some(Reply::json(json!({ "responses": refused.collect::<Vec<_>>() })))
    });
    let folder = tempfile::tempdir().expect("a folder");
    let (tenant, _) = scan(&server, "60", folder.path());
    for row in rows(&tenant, "mailboxes") {
        assert_eq!(row["forwarding_rules"]["unknown"]["cause"], "role_missing");
        assert_eq!(row["full_access_delegates"]["unknown"]["cause"], "role_missing");
    }
    let batches = server.seen().iter().filter(|seen| seen.path.ends_with("$batch")).count();
    assert!(batches <= 4, "{batches} batches");
}

#[test]
fn a_practice_without_an_entry_of_the_address_book_to_look_up_does_not_read_the_address_book() {
    let mut command = tenantscan();
    command.args(["scan", "--format", "oneline", "--policy", "mailbox-forwarding-external", "--replay"]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let output =
        command.arg(repository("fixtures/maple-hill")).arg("--snapshot").arg(&path).output().expect("it starts");
    let snapshot: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("a snapshot")).expect("JSON");
    let all = sources(&snapshot["tenants"][0]);
    assert!(all.contains_key("microsoft365.inbox_rules"), "{}", text(&output.stderr));
    assert!(!all.contains_key("microsoft365.mail_recipients"));
}
