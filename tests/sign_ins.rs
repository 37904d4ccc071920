//! Sign-ins over real HTTP: what is asked for, what is kept of the answer, and what a list that was not read leaves open.

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::google::{HOSTS as GOOGLE, key_file, refusal, token};
use support::server::{HOSTS as MICROSOFT, Reply, Seen, Server, TENANT};
use support::{repository, tenantscan, text};
use tempfile::TempDir;

const POLICY: &str = "logins-in-one-place";
const GRAPH_LOG: &str = "/v1.0/auditLogs/signIns?";
const GOOGLE_LOG: &str = "/admin/reports/v1/activity/users/all/applications/login?eventName=login_success&";

/// Everything that a scan of the policy writes, and its result.
struct Written {
    result: Value,
    source: Value,
    all: String,
}

fn run(mut command: Command, folder: &TempDir, source: &str) -> Written {
    let path = folder.path().join("snapshot.json");
    let output = command.args(["--policy", POLICY, "--format", "json", "--snapshot"]).arg(&path).output();
    let output = output.expect("the program starts");
    let snapshot = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let read: Value = serde_json::from_str(&snapshot).expect("JSON");
    let sources = read["tenants"][0]["sources"].as_array().expect("sources");
    Written {
        result: report["results"][0].clone(),
        source: sources.iter().find(|it| it["source"] == source).expect("asked for").clone(),
        all: format!("{snapshot}{}{}", text(&output.stdout), text(&output.stderr)),
    }
}

fn microsoft(reply: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> (Written, Server) {
    let server =
        Server::start("maple-hill", move |seen, before| seen.path.starts_with(GRAPH_LOG).then(|| reply(seen, before)));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = tenantscan();
    command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", "app").env("AZURE_CLIENT_SECRET", "secret");
    command.args(["scan", "--resolver"]).arg(server.dns.to_string());
    for host in MICROSOFT {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    command.arg("--records").arg(repository("fixtures/maple-hill/records"));
    (run(command, &folder, "microsoft365.sign_ins"), server)
}

fn google(reply: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> (Written, Server) {
    let server = Server::start("willow-creek", move |seen, before| {
        let log = seen.path.starts_with(GOOGLE_LOG).then(|| reply(seen, before));
        token(seen).or(log)
    });
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = tenantscan();
    command.args(["scan", "--admin-subject", "una.unreal@willowcreek.example", "--google-credentials"]);
    command.arg(key_file(folder.path()).0).arg("--resolver").arg(server.dns.to_string());
    for host in GOOGLE {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    command.arg("--records").arg(repository("fixtures/willow-creek/records"));
    (run(command, &folder, "google-workspace.sign_ins"), server)
}

/// A sign-in of the fifth person of maple-hill.
fn entra(minute: u32, address: &str) -> Value {
    json!({ "createdDateTime": format!("2026-11-18T08:{minute:02}:00Z"), "userId": "00000001-0000-4000-8000-000000000005",
        "ipAddress": address, "isInteractive": true, "status": { "errorCode": 0 },
        "deviceDetail": { "deviceId": format!("canary-device-{minute}") } })
}

/// A sign-in of the sixth person of willow-creek.
fn workspace(minute: u32, address: &str) -> Value {
    json!({ "id": { "time": format!("2026-11-18T08:{minute:02}:00.000Z") }, "actor": { "profileId": format!("1{:020}", 6) },
        "ipAddress": address })
}

const ADDRESSES: [&str; 4] = ["203.0.113.7", "198.51.100.7", "192.0.2.7", "2001:db8:7:7::7"];

/// How far back the list was asked for: whole days before the one on which it was.
fn days(path: &str) -> i64 {
    let midnight = path.find("T00:00:00Z").expect("a midnight");
    let since: jiff::Timestamp = path[midnight - 10..midnight + 10].parse().expect("a time");
    (jiff::Timestamp::now().as_second() - since.as_second()) / 86_400
}

#[test]
fn the_sign_ins_of_all_pages_count_and_no_address_is_kept() {
    let (written, server) = microsoft(|seen, _| {
        let page = |entries: &[Value], next: Option<&str>| {
            let mut body = json!({ "value": entries });
            if let Some(next) = next {
                let link = format!("https://graph.microsoft.com/v1.0/auditLogs/signIns?$skiptoken={next}");
                body["@odata.nextLink"] = link.into();
            }
            Reply::json(body)
        };
        match seen.path.split("skiptoken=").nth(1) {
            None => page(&[entra(50, ADDRESSES[0]), entra(40, ADDRESSES[3])], Some("2")),
            Some("2") => page(&[], Some("3")),
            Some(_) => page(&[entra(30, ADDRESSES[1]), entra(10, ADDRESSES[2])], None),
        }
    });
    assert_eq!(written.result["verdict"], "review", "{}", written.result);
    let said = written.result["findings"][0]["text"].as_str().expect("a text");
    assert!(said.ends_with("places within one hour: 3; registered devices within one hour: 4"), "{said}");
    let asked = server.seen_at(GRAPH_LOG);
    assert_eq!(asked.len(), 3);
    let first = &asked[0].path;
    assert!((3..=4).contains(&days(first)), "{first}");
    assert!(first.contains("$filter=createdDateTime ge ") && first.contains(" and status/errorCode eq 0"), "{first}");
    for private in ADDRESSES.into_iter().chain(["203.0.113", "198.51.100", "2001:db8:7", "canary-device"]) {
        assert!(!written.all.contains(private), "{private} was kept");
    }

    let (written, server) = google(|seen, _| {
        let entries = ADDRESSES.map(|address| workspace(20, address));
        Reply::json(match seen.path.contains("pageToken=2") {
            false => json!({ "items": entries[..2], "nextPageToken": "2" }),
            true => json!({ "items": entries[2..] }),
        })
    });
    assert_eq!(written.result["verdict"], "review", "{}", written.result);
    let said = written.result["findings"][0]["text"].as_str().expect("a text");
    assert!(said.ends_with("places within one hour: 3"), "{said}");
    let asked = server.seen_at(GOOGLE_LOG);
    assert_eq!(asked.len(), 2);
    assert!((14..=15).contains(&days(&asked[0].path)), "{}", asked[0].path);
    for private in ADDRESSES.into_iter().chain(["203.0.113", "198.51.100", "2001:db8:7"]) {
        assert!(!written.all.contains(private), "{private} was kept");
    }
}

#[test]
fn a_whole_list_without_an_entry_is_met_and_one_that_is_cut_is_not() {
    type Answer = fn(&Seen) -> Reply;
    let graph: [(&str, Answer, &str); 4] = [
        ("nobody signed in", |_| Reply::json(json!({ "value": [] })), "pass"),
        (
            "an entry of nobody knows whom",
            |_| Reply::json(json!({ "value": [{ "status": { "errorCode": 0 } }] })),
            "malformed",
        ),
        ("half a page", |_| Reply::Answer(200, Vec::new(), r#"{"value": [{"userId"#.to_owned()), "malformed"),
        (
            "no licence",
            |_| Reply::refusal(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", Vec::new()),
            "licence_required",
        ),
    ];
    for (what, answer, due) in graph {
        let (written, _server) = microsoft(move |seen, _| answer(seen));
        let found = if due == "pass" { &written.result["verdict"] } else { &written.result["cause"] };
        assert_eq!(found, due, "{what}: {}", written.result);
    }
    let (written, _server) = microsoft(|seen, _| match seen.path.contains("skiptoken=2") {
        true => Reply::refusal(403, "Authorization_RequestDenied", Vec::new()),
        false => Reply::json(json!({ "value": [entra(1, ADDRESSES[0])],
            "@odata.nextLink": "https://graph.microsoft.com/v1.0/auditLogs/signIns?$skiptoken=2" })),
    });
    assert_eq!(
        (&written.result["verdict"], &written.source["cause"]),
        (&"unknown".into(), &"permission_missing".into())
    );

    let log: [(&str, Answer, &str); 3] = [
        ("nobody signed in", |_| Reply::json(json!({})), "pass"),
        (
            "an entry without an address",
            |_| {
                Reply::json(
                    json!({ "items": [{ "id": { "time": "2026-11-18T08:00:00Z" }, "actor": { "profileId": format!("1{:020}", 6) } }] }),
                )
            },
            "malformed",
        ),
        ("refused", |_| refusal(403, "forbidden"), "role_missing"),
    ];
    for (what, answer, due) in log {
        let (written, _server) = google(move |seen, _| answer(seen));
        let found = if due == "pass" { &written.result["verdict"] } else { &written.result["cause"] };
        assert_eq!(found, due, "{what}: {}", written.result);
    }
}

#[test]
fn practices_that_share_a_login_are_told_from_those_that_do_not() {
    let cases: [(&str, &[&str]); 6] = [
        ("cedar-grove", &["Billing Office", "Front Desk"]),
        ("juniper-lane", &["Front Desk"]),
        ("maple-hill", &[]),
        ("willow-creek", &[]),
        ("big-river", &[]),
        ("great-plains", &[]),
    ];
    for (practice, due) in cases {
        let mut command = tenantscan();
        command.args(["scan", "--policy", POLICY, "--format", "json", "--replay"]);
        let output = command.arg(repository("fixtures").join(practice)).output().expect("the program starts");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let result = &report["results"][0];
        let findings = result["findings"].as_array().expect("findings");
        let found: Vec<&str> = findings.iter().map(|it| it["name"].as_str().expect("a name")).collect();
        assert_eq!(found, due, "{practice}");
        assert_eq!(result["verdict"], if due.is_empty() { "pass" } else { "review" }, "{practice}");
    }
}
