//! Google's services over real HTTP: what five thousand mailboxes cost, what a short budget leaves, and each way in which
//! Google refuses.

mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::google::{HOSTS, key_file, refusal, token};
use support::server::{Reply, Seen, Server};
use support::{repository, tenantscan};

const PEOPLE: usize = 5_000;
const PAGE: usize = 500;
/// A host of the practice's own, besides Google's.
const OWN_HOST: &str = "mta-sts.willowcreek.example";

/// A scan by the program of these policies alone: its snapshot's tenant, and its report.
fn scan(server: &Server, policies: &[&str], more: &[&str]) -> (Value, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let (snapshot, report) = (folder.path().join("snapshot.json"), folder.path().join("report.json"));
    let mut command = tenantscan();
    command.args(["scan", "--quiet", "--format", "json", "--admin-subject", "admin.una.unreal@willowcreek.example"]);
    command.arg("--google-credentials").arg(key_file(folder.path()).0).arg("--snapshot").arg(&snapshot);
    command.arg("--resolver").arg(server.dns.to_string()).args(more);
    for host in HOSTS.into_iter().chain([OWN_HOST]) {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    for policy in policies {
        command.args(["--policy", policy]);
    }
    let output = command.output().expect("the program starts");
    std::fs::write(&report, &output.stdout).expect("written");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = std::fs::read_to_string(&snapshot).unwrap_or_else(|_| panic!("no snapshot: {told}"));
    let tenant = serde_json::from_str::<Value>(&text).expect("JSON")["tenants"][0].clone();
    (tenant, serde_json::from_slice(&output.stdout).expect("a report"))
}

/// A policy of somebody's own that asks more of mailboxes than the shipped ones do.
const OWN: &str = r#"
id = "own-mail-programs"
title = "No program copies a mailbox"
severity = "low"
citations = ["164.312(a)(1)"]
platforms = ["google-workspace"]
why = "A copy stays."

[rule]
each = "mailboxes"
require = "!mailbox.imap_enabled && !mailbox.pop_enabled"
finding = "{mailbox.address} can be copied"

[fix.google-workspace]
who = "administrator"
time = "5 minutes"
portal = "Admin console"
side_effects = "None."
undo = "Nothing to undo."

[[tests]]
name = "nothing was read"
verdict = "unknown"
"#;

/// A folder with that policy alone.
fn own_policies() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("own-mail-programs.toml"), OWN).expect("written");
    folder
}

fn sources(tenant: &Value) -> BTreeMap<&str, &Value> {
    let sources = tenant["sources"].as_array().expect("sources");
    sources.iter().map(|it| (it["source"].as_str().expect("an id"), it)).collect()
}

fn rows<'a>(tenant: &'a Value, dataset: &str) -> &'a [Value] {
    tenant["datasets"][dataset]["rows"].as_array().expect("rows")
}

fn verdict<'a>(report: &'a Value, policy: &str) -> &'a Value {
    let results = report["results"].as_array().expect("results");
    results.iter().find(|it| it["policy"] == policy).unwrap_or_else(|| panic!("no {policy}"))
}

fn person(number: usize) -> Value {
    json!({ "id": format!("1{number:020}"), "primaryEmail": format!("person{number}@willowcreek.example"),
        "name": { "fullName": format!("Person {number}") }, "isMailboxSetup": true, "orgUnitPath": "/",
        "lastLoginTime": "2026-11-18T08:00:00.000Z", "creationTime": "2022-03-01T08:00:00.000Z" })
}

/// Five thousand people: the first has a filter that forwards, every seventh has no Gmail.
fn many(seen: &Seen) -> Option<Reply> {
    if let Some(reply) = token(seen) {
        return Some(reply);
    }
    if seen.path.starts_with("/admin/directory/v1/users?") {
        let page: usize = seen.path.split("pageToken=").nth(1).and_then(|page| page.parse().ok()).unwrap_or(0);
        let rows: Vec<Value> = (page * PAGE..((page + 1) * PAGE).min(PEOPLE)).map(person).collect();
        let mut body = json!({ "users": rows });
        if (page + 1) * PAGE < PEOPLE {
            body["nextPageToken"] = json!((page + 1).to_string());
        }
        return Some(Reply::json(body));
    }
    if seen.path.starts_with("/v1/policies") {
        return Some(Reply::json(json!({})));
    }
    let (who, setting) = seen.path.strip_prefix("/gmail/v1/users/")?.split_once("/settings/")?;
    let number: usize = who.strip_prefix("person")?.split('@').next()?.parse().ok()?;
    if number % 7 == 3 {
        return Some(refusal(400, "failedPrecondition"));
    }
    let filters = json!({ "filter": [{ "id": "f", "action": { "forward": "somebody@gmail.com" } }, { "id": "g" }] });
    Some(Reply::json(if number == 0 && setting.starts_with("filters") { filters } else { json!({}) }))
}

#[test]
fn five_thousand_mailboxes_take_one_request_each_for_what_the_policy_needs() {
    let server = Server::start("willow-creek", |seen, _| many(seen));
    let (tenant, report) = scan(&server, &["mailbox-forwarding-external"], &[]);
    let sources = sources(&tenant);
    let expected = [("users", PEOPLE / PAGE), ("auto_forwarding", PEOPLE), ("mail_filters", PEOPLE), ("policies", 1)];
    for (source, requests) in expected {
        let record = sources[&*format!("google-workspace.{source}")];
        assert_eq!((&record["state"], &record["requests"]), (&"read".into(), &requests.into()), "{source}: {record}");
    }
    for source in ["imap", "pop", "mail_delegates", "forwarding_addresses", "send_as"] {
        assert!(!sources.contains_key(&*format!("google-workspace.{source}")), "{source} was not needed");
    }
    let mailboxes = rows(&tenant, "mailboxes");
    assert_eq!(mailboxes.len(), PEOPLE);
    let leaving: Vec<&Value> = mailboxes.iter().filter(|row| row["forwards_outside"] == json!(true)).collect();
    assert_eq!(leaving.len(), 1, "an account without Gmail forwards nothing");
    assert_eq!(leaving[0]["forwarding_domains"], json!(["gmail.com"]));
    assert_eq!(verdict(&report, "mailbox-forwarding-external")["verdict"], "fail");
    // Each mailbox is asked in its owner's name: that takes a token each, however many settings are read of it.
    let tokens = server.seen_at("/token").len();
    assert!((PEOPLE..PEOPLE + 64).contains(&tokens), "{tokens} tokens");
    for asked in server.seen_at("/gmail/") {
        assert!(asked.path.contains("fields="), "{}", asked.path);
        assert!(!asked.path.contains("criteria"), "what a filter looks for is never asked for");
    }
}

#[test]
fn nobody_is_asked_for_what_a_setting_stops_for_all() {
    let off = |number: u8, setting: &str, value: Value| {
        json!({ "name": format!("policies/{number}"), "customer": "customers/C0made0up2", "type": "ADMIN",
            "policyQuery": { "orgUnit": "orgUnits/03ph8a2z0000000", "sortOrder": 1,
                "query": "entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('03ph8a2z0000000'))" },
            "setting": { "type": format!("settings/gmail.{setting}"), "value": value } })
    };
    let settings = json!({ "policies": [
        off(1, "auto_forwarding", json!({ "enableAutoForwarding": false })),
        off(2, "imap_access", json!({ "enableImapAccess": false })),
        off(3, "pop_access", json!({ "enablePopAccess": false })),
    ] });
    let server = Server::start("willow-creek", move |seen, _| {
        if seen.path.starts_with("/v1/policies") { Some(Reply::json(&settings)) } else { many(seen) }
    });
    let own = own_policies();
    let folder = own.path().to_str().expect("text");
    let policies = ["mailbox-forwarding-external", "own-mail-programs"];
    let (tenant, report) = scan(&server, &policies, &["--policies", folder]);
    assert_eq!(rows(&tenant, "mailboxes").len(), PEOPLE);
    assert!(server.seen_at("/gmail/").is_empty(), "{}", server.seen_at("/gmail/").len());
    for policy in policies {
        assert_eq!(verdict(&report, policy)["verdict"], "pass", "{policy}");
    }
}

#[test]
fn what_the_deadline_leaves_over_is_unknown_for_those_people_alone() {
    let slow = |seen: &Seen| {
        let number = seen.path.strip_prefix("/gmail/v1/users/person").and_then(|rest| rest.split('@').next());
        let number: usize = number?.parse().ok()?;
        (number >= 400).then(|| Reply::Stall(std::time::Duration::from_secs(30)))
    };
    let server = Server::start("willow-creek", move |seen, _| slow(seen).or_else(|| many(seen)));
    let own = own_policies();
    let folder = own.path().to_str().expect("text");
    let (tenant, report) = scan(&server, &["own-mail-programs"], &["--policies", folder, "--deadline", "6"]);
    let imap = sources(&tenant)["google-workspace.imap"]["cause"].clone();
    assert_eq!(imap, "timeout");
    let mailboxes = rows(&tenant, "mailboxes");
    let known = mailboxes.iter().filter(|row| row["imap_enabled"] == json!(false)).count();
    let timed_out = mailboxes.iter().filter(|row| row["imap_enabled"]["unknown"]["cause"] == "timeout").count();
    assert_eq!((mailboxes.len(), known + timed_out), (PEOPLE, PEOPLE));
    assert!(known >= 300 && timed_out >= PEOPLE - 400, "{known} known, {timed_out} not");
    assert_eq!(verdict(&report, "own-mail-programs")["verdict"], "unknown");
}

#[test]
fn being_asked_to_slow_down_is_waited_for_in_each_of_its_forms() {
    // Each is said once, then comes the answer.
    let said = [
        ("/v1beta1/alerts", 429, "RESOURCE_EXHAUSTED"),
        ("/v1/devices?", 403, "rateLimitExceeded"),
        ("/v1/devices/-/deviceUsers", 403, "userRateLimitExceeded"),
        ("/admin/reports/v1/activity/users/all/applications/admin?maxResults=1&", 503, "backendError"),
        ("/groups/v1/groups/", 403, "quotaExceeded"),
    ];
    let server = Server::start("willow-creek", move |seen, before| {
        let again = said.iter().find(|(path, ..)| seen.path.starts_with(path) && before == 0);
        again.map(|(_, status, reason)| refusal(*status, reason)).or_else(|| token(seen))
    });
    let policies =
        ["security-alerts-handled", "device-inventory", "device-encryption", "audit-log-on", "public-groups-limited"];
    let records = repository("fixtures/willow-creek/records");
    let (tenant, report) = scan(&server, &policies, &["--records", records.to_str().expect("text")]);
    let sources = sources(&tenant);
    for (source, most) in [("alerts", 2), ("devices", 2), ("device_users", 2), ("admin_log", 2), ("group_settings", 6)]
    {
        let record = sources[&*format!("google-workspace.{source}")];
        assert_eq!((&record["state"], &record["requests"]), (&"read".into(), &most.into()), "{source}: {record}");
    }
    for policy in policies {
        assert_eq!(verdict(&report, policy)["verdict"], "pass", "{policy}");
    }
}

#[test]
fn a_list_whose_later_page_fails_is_not_a_shorter_list() {
    type Answer = fn(&Seen) -> Reply;
    let device = |number: usize| {
        json!({ "name": format!("devices/{number}"), "deviceType": "IOS", "managementState": "APPROVED",
            "lastSyncTime": "2026-11-18T08:00:00Z" })
    };
    let first = json!({ "devices": [device(1)], "nextPageToken": "2" });
    let cases: [(&str, Answer, &str); 4] = [
        ("a refusal", |_| refusal(403, "forbidden"), "role_missing"),
        ("the same page again", |_| Reply::json(json!({ "devices": [], "nextPageToken": "2" })), "truncated"),
        ("an error in place of a list", |_| Reply::json(json!({ "error": { "code": 500 } })), "malformed"),
        ("half a page", |_| Reply::Answer(200, Vec::new(), r#"{"devices": [{"name"#.to_owned()), "malformed"),
    ];
    for (what, answer, cause) in cases {
        let first = first.clone();
        let server = Server::start("willow-creek", move |seen, _| {
            if !seen.path.starts_with("/v1/devices?") {
                return token(seen);
            }
            Some(if seen.path.contains("pageToken=2") { answer(seen) } else { Reply::json(&first) })
        });
        let (tenant, report) = scan(&server, &["devices-stale"], &[]);
        assert_eq!(sources(&tenant)["google-workspace.devices"]["cause"], cause, "{what}");
        assert!(rows(&tenant, "directory_devices").is_empty(), "{what}");
        assert_eq!(verdict(&report, "devices-stale")["verdict"], "unknown", "{what}");
    }
}

#[test]
fn pages_are_put_together_and_an_empty_one_is_passed_over() {
    let device = |number: usize, seen: &str| {
        json!({ "name": format!("devices/{number}"), "model": format!("Phone {number}"), "deviceType": "ANDROID",
            "managementState": "APPROVED", "lastSyncTime": seen })
    };
    let pages = [
        json!({ "devices": [device(1, "2026-11-18T08:00:00Z")], "nextPageToken": "a/b+c=" }),
        json!({ "nextPageToken": "last" }),
        json!({ "devices": [device(2, "2026-01-18T08:00:00Z")] }),
    ];
    let server = Server::start("willow-creek", move |seen, _| {
        if !seen.path.starts_with("/v1/devices?") {
            return token(seen);
        }
        let page = match seen.path.split("pageToken=").nth(1) {
            None => 0,
            Some("a/b+c=") => 1,
            Some("last") => 2,
            Some(other) => panic!("{other} is no token of the server's"),
        };
        Some(Reply::json(&pages[page]))
    });
    let (tenant, report) = scan(&server, &["devices-stale"], &[]);
    assert_eq!(rows(&tenant, "directory_devices").len(), 2);
    let found = verdict(&report, "devices-stale");
    assert_eq!((&found["verdict"], &found["findings"][0]["name"]), (&"fail".into(), &"Phone 2".into()));
}

#[test]
fn refusals_have_their_cause_and_their_cure() {
    let off = json!({ "error": { "code": 403, "message": "off", "status": "PERMISSION_DENIED", "details": [{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED",
        "metadata": { "consumer": "projects/4711", "service": "alertcenter.googleapis.com" } }] } });
    let server = Server::start("willow-creek", move |seen, _| {
        let refused = match &*seen.path {
            path if path.starts_with("/v1beta1/") => Some(Reply::Answer(403, Vec::new(), off.to_string())),
            path if path.starts_with("/v1/devices") => Some(refusal(403, "forbidden")),
            path if path.starts_with("/gmail/") => Some(refusal(403, "insufficientPermissions")),
            path if path.starts_with("/groups/") => Some(refusal(404, "notFound")),
            _ => None,
        };
        refused.or_else(|| token(seen))
    });
    let policies = ["security-alerts-handled", "device-inventory", "mailbox-delegation-known", "public-groups-limited"];
    let (tenant, report) = scan(&server, &policies, &[]);
    let sources = sources(&tenant);
    let due = [
        ("alerts", "service_disabled", "library/alertcenter.googleapis.com?project=4711"),
        ("devices", "role_missing", "Mobile Device Management"),
        ("mail_delegates", "permission_missing", "auth/gmail.settings.basic"),
        ("group_settings", "unavailable", "not set up in the tenant"),
    ];
    for (source, cause, cure) in due {
        let record = sources[&*format!("google-workspace.{source}")];
        assert_eq!(record["cause"], cause, "{record}");
        assert!(record["cure"].as_str().is_some_and(|said| said.contains(cure)), "{record}");
    }
    for policy in policies {
        assert_eq!(verdict(&report, policy)["verdict"], "unknown", "{policy}");
    }
    // The scope is missing for all: nobody asks in everybody's name to hear it again.
    assert!(server.seen_at("/gmail/").len() <= 16, "{}", server.seen_at("/gmail/").len());
}

#[test]
fn what_google_counts_takes_one_request_however_many_people_there_are() {
    const COUNTS: &str = "/admin/reports/v1/usage/dates/";
    let count = |name: &str, count: &str| json!({ "name": format!("accounts:{name}"), "intValue": count });
    let (weak, short) = ("num_users_password_strength_weak", "num_users_password_length_non_compliant");
    let unseen = "num_users_password_strength_unknown";
    let reports = |parameters: Value| json!({ "usageReports": [{ "date": "2026-11-16", "parameters": parameters }] });
    let all = |of| Reply::json(reports(json!([count(weak, "0"), count(unseen, of), count(short, "0")])));
    let cases = [
        ("all are nought", all("0"), "pass"),
        ("of two nobody knows", all("2"), "unknown"),
        ("one that is known is enough", Reply::json(reports(json!([count(weak, "2")]))), "fail"),
        ("a count is left out", Reply::json(reports(json!([count(weak, "0")]))), "unknown"),
        ("no report of that day", Reply::json(json!({ "warnings": [{ "code": "200" }] })), "unknown"),
        ("the day is too young", refusal(400, "invalid"), "unknown"),
        ("the privilege is missing", refusal(403, "forbidden"), "unknown"),
    ];
    for (what, reply, due) in cases {
        let server = Server::start("great-plains", move |seen, _| {
            if seen.path.starts_with(COUNTS) { Some(reply.clone()) } else { token(seen) }
        });
        let (_, report) = scan(&server, &["weak-passwords-replaced"], &[]);
        assert_eq!(verdict(&report, "weak-passwords-replaced")["verdict"], due, "{what}");
        assert_eq!(server.seen_at(COUNTS).len(), 1, "{what}");
        assert_eq!(server.seen_at("/admin/").len(), 2, "{what}: besides, which customer it is");
    }
}

#[test]
fn a_program_that_may_act_as_everybody_is_asked_about_again_when_it_was_added_after_the_answer() {
    // The question was answered on 5 October; the practice let a program in before that.
    let folder = tempfile::tempdir().expect("a folder");
    support::copy(&support::repository("fixtures/willow-creek"), folder.path());
    let log = folder.path().join("admin_changes-8.json");
    let text = std::fs::read_to_string(&log).expect("the exchange");
    let cases = [("2026-10-04T23:59:59", "pass"), ("2026-10-05T08:00:00", "review"), ("2026-11-15T08:00:00", "review")];
    for (time, due) in cases {
        assert!(text.contains("2026-09-14T10:10:00"), "when it was added");
        std::fs::write(&log, text.replace("2026-09-14T10:10:00", time)).expect("written");
        let report = support::replay(folder.path());
        let found = verdict(&report, "delegated-clients-known");
        assert_eq!(found["verdict"], due, "{time}: {found}");
    }
    std::fs::remove_file(&log).expect("removed");
    assert_eq!(verdict(&support::replay(folder.path()), "delegated-clients-known")["verdict"], "unknown");
}

/// Policies that rest on Google's services and on domain names alone.
const SERVICES: [&str; 19] = [
    "alert-recipients-alive",
    "audit-log-on",
    "audit-log-tampering",
    "device-encryption",
    "device-inventory",
    "device-os-current",
    "devices-stale",
    "dmarc-enforced",
    "mail-arrives-encrypted",
    "mailbox-delegation-known",
    "phones-protected",
    "privileged-changes-reviewed",
    "public-groups-limited",
    "risky-accounts-handled",
    "security-alerts-handled",
    "spf-published",
    "unwatched-mailboxes",
    "mailbox-forwarding-external",
    "weak-passwords-replaced",
];

#[test]
fn a_practice_in_a_poor_state_and_one_that_is_well_run() {
    let report = |practice: &str| support::replay(&support::repository("fixtures").join(practice));
    let (poor, well) = (report("juniper-lane"), report("willow-creek"));
    for policy in SERVICES {
        assert_eq!(verdict(&well, policy)["verdict"], "pass", "{policy}: {}", verdict(&well, policy));
    }
    let review =
        ["audit-log-tampering", "privileged-changes-reviewed", "risky-accounts-handled", "unwatched-mailboxes"];
    for policy in SERVICES.iter().filter(|policy| !["audit-log-on", "mailbox-forwarding-external"].contains(*policy)) {
        let due = if review.contains(policy) { "review" } else { "fail" };
        assert_eq!(verdict(&poor, policy)["verdict"], due, "{policy}: {}", verdict(&poor, policy));
    }
    assert_eq!(verdict(&poor, "audit-log-on")["verdict"], "pass", "Google's logs cannot be switched off");
    let changes = verdict(&poor, "privileged-changes-reviewed")["findings"].as_array().expect("findings");
    assert!(
        changes
            .iter()
            .any(|it| it["text"].as_str().is_some_and(|said| said.contains("as Super Admin, by carl.contractor")))
    );
}

#[test]
fn where_no_device_reports_nobody_knows_what_the_practice_has() {
    let server = Server::start("willow-creek", |seen, _| {
        token(seen).or_else(|| seen.path.starts_with("/v1/devices").then(|| Reply::json(json!({}))))
    });
    let policies = ["device-inventory", "devices-stale"];
    let (_, report) = scan(&server, &policies, &[]);
    for policy in policies {
        let found = verdict(&report, policy);
        assert_eq!(
            (&found["verdict"], &found["cause"]),
            (&"unknown".into(), &"unavailable".into()),
            "{policy}: {found}"
        );
    }
}

#[test]
fn what_google_says_of_an_account_is_not_outvoted_by_the_settings() {
    // Who is not enforced in Google's own word, and what becomes of the second step of all and of administrators.
    type Named = fn(&Value) -> bool;
    let one: Named = |user| user["primaryEmail"] == "pat.imaginary.1@willowcreek.example";
    let cases = [((|_| false) as Named, "pass", "pass"), (one, "unknown", "pass"), (|_| true, "unknown", "unknown")];
    for (number, (named, all, administrators)) in cases.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        support::copy(&repository("fixtures/willow-creek"), folder.path());
        let path = folder.path().join("users-1.json");
        let text = std::fs::read_to_string(&path).expect("the accounts of a practice");
        let mut exchange: Value = serde_json::from_str(&text).expect("JSON");
        let users = exchange["response"]["body"]["users"].as_array_mut().expect("accounts");
        for user in users.iter_mut().filter(|user| named(user)) {
            user["isEnforcedIn2Sv"] = json!(false);
        }
        std::fs::write(&path, exchange.to_string()).expect("written");
        let report = support::replay(folder.path());
        for (policy, due) in [("mfa-all-users", all), ("mfa-admins", administrators)] {
            let found = verdict(&report, policy);
            assert_eq!(found["verdict"], due, "{number}: {policy}: {found}");
        }
    }
}

#[test]
fn each_refusal_of_a_practice_that_shows_little_has_a_cause() {
    let report = support::replay(&support::repository("fixtures/ash-hollow"));
    let due = [
        ("audit-log-on", "sign_in_failed"),
        ("audit-log-tampering", "throttled"),
        ("device-inventory", "role_missing"),
        ("mail-arrives-encrypted", "timeout"),
        ("mailbox-delegation-known", "service_disabled"),
        ("mailbox-forwarding-external", "permission_missing"),
        ("public-groups-limited", "service_disabled"),
        ("risky-accounts-handled", "throttled"),
        ("security-alerts-handled", "service_disabled"),
        ("audit-log-retention", "not_supplied"),
        ("weak-passwords-replaced", "role_missing"),
        ("delegated-clients-known", "throttled"),
        ("logins-in-one-place", "role_missing"),
    ];
    for (policy, cause) in due {
        let found = verdict(&report, policy);
        assert_eq!((&found["verdict"], &found["cause"]), (&"unknown".into(), &cause.into()), "{policy}: {found}");
        assert!(found["cure"].as_str().is_some_and(|cure| cure.len() > 40), "{policy}: {found}");
    }
}
