//! Google's people, administrators, apps and licences: what the made-up practices show, what each refusal leaves open, and
//! how many requests it takes.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Value, json};
use support::google::refusal;
use support::server::{Reply, Seen, Server};
use support::{repository, tenantscan, text};
use tenantscan_google_workspace::{Request, TenantFacts};
use tenantscan_model::Datasets;
use tenantscan_people::Declared;
use tenantscan_provider::{Limits, Network, NetworkOptions, Reader, Source, TokenFuture, Tokens};

/// Google's results of one practice by policy.
fn results(practice: &str) -> BTreeMap<String, Value> {
    let report = support::replay(&repository("fixtures").join(practice));
    let all = report["results"].as_array().expect("results").clone();
    let google = all.into_iter().filter(|it| it["platform"] == "google-workspace");
    google.map(|it| (it["policy"].as_str().expect("an id").to_owned(), it)).collect()
}

fn findings(result: &Value) -> Vec<String> {
    let all = result["findings"].as_array().expect("findings");
    all.iter().map(|it| it["text"].as_str().expect("text").to_owned()).collect()
}

const POLICIES: [&str; 21] = [
    "admin-accounts-cloud-only",
    "admin-accounts-separate",
    "admin-count",
    "app-high-risk-permissions",
    "app-passwords-off",
    "app-vendors-under-contract",
    "break-glass-accounts",
    "consumer-apps-found",
    "delegated-admins-known",
    "disabled-accounts-no-access",
    "group-outsiders-known",
    "inactive-accounts",
    "mfa-registered",
    "platform-baa-plan",
    "privileged-users-ratio",
    "role-holders-known",
    "shared-logins",
    "stale-admins",
    "stale-app-grants",
    "super-admin-recovery-known",
    "super-admin-security-keys",
];

#[test]
fn the_poor_practice_is_found_out() {
    let results = results("juniper-lane");
    let cases = [
        ("admin-count", "fail", "5 people are full administrators"),
        ("admin-accounts-separate", "fail", "Ana Sample is a full administrator and receives mail"),
        ("privileged-users-ratio", "fail", "8 people hold an administrator role in a practice of 22"),
        ("stale-admins", "fail", "Carl Contractor holds Super Admin; last used: none"),
        ("disabled-accounts-no-access", "fail", "Old Scanner is closed but still holds Groups Admin"),
        // A role that a group holds is its members'; one for a unit names who has it as well.
        (
            "delegated-admins-known",
            "review",
            "Billing Office (billing.office@juniperlane.example) holds User Management Admin",
        ),
        ("delegated-admins-known", "review", "Front Desk (front.desk@juniperlane.example) holds Desk lead"),
        ("role-holders-known", "review", "Groups Admin is held by 104298765432109876543"),
        (
            "group-outsiders-known",
            "review",
            "the group Billing has members from outside: helper@outside-billing.example",
        ),
        ("app-high-risk-permissions", "fail", "Otter.ai (id 650000000001-notes.apps.googleusercontent.com"),
        (
            "consumer-apps-found",
            "fail",
            "rclone is known as Rclone (tool that copies whole drives; met in mailboxes that were taken over: yes)",
        ),
        ("stale-app-grants", "fail", "people with a switched-off account who let it in: Quinn Quitlate"),
        (
            "stale-app-grants",
            "fail",
            "Scheduling trial can: read the calendars of each person who let it in; last used: none",
        ),
        ("app-passwords-off", "fail", "Old Scanner (closed) has the app password Copier"),
        (
            "super-admin-security-keys",
            "review",
            "Ana Sample is a super administrator, and Google counts no security key",
        ),
        ("super-admin-recovery-known", "review", "Dr. Noah Body is a super administrator and has left with Google"),
        ("mfa-registered", "fail", "Office Manager has no second step set up"),
        ("inactive-accounts", "fail", "Left Longago: last used: 2026-05-30"),
        ("shared-logins", "review", "Front Desk (front.desk@juniperlane.example)"),
    ];
    for (policy, verdict, said) in cases {
        let result = &results[policy];
        assert_eq!(result["verdict"], verdict, "{policy}: {result}");
        let findings = findings(result);
        assert!(findings.iter().any(|finding| finding.contains(said)), "{policy}: {said}: {findings:#?}");
    }
    // One app's grant only signs people in, and one is Google's own.
    for quiet in ["Party quiz", "Google Chrome"] {
        for policy in ["app-high-risk-permissions", "consumer-apps-found", "stale-app-grants"] {
            assert!(findings(&results[policy]).iter().all(|finding| !finding.contains(quiet)), "{policy}: {quiet}");
        }
    }
    // Of some editions nobody knows whether the agreement covers them, and the result names whose they are.
    assert_eq!(results["platform-baa-plan"]["verdict"], "unknown");
    let open = results["platform-baa-plan"]["undecided"].as_array().expect("few");
    assert!(open.iter().any(|it| it["name"] == "Front Desk"), "{:?}", results["platform-baa-plan"]);
    // A passkey is as good as a key.
    assert!(findings(&results["super-admin-security-keys"]).iter().all(|it| !it.contains("Dr. Noah Body")));
    // Reading roles is no power.
    assert!(findings(&results["delegated-admins-known"]).iter().all(|it| !it.contains("Rita Reception")));
}

#[test]
fn nothing_fails_and_nothing_is_open_where_all_is_well() {
    let results = results("willow-creek");
    for policy in POLICIES {
        assert_eq!(results[policy]["verdict"], "pass", "{policy}: {}", results[policy]);
    }
}

#[test]
fn each_refusal_leaves_open_what_it_hides_and_says_what_to_do() {
    let results = results("ash-hollow");
    let cases = [
        ("delegated-admins-known", "role_missing", "admin_subject"),
        ("privileged-users-ratio", "role_missing", "admin_subject"),
        ("role-holders-known", "role_missing", "admin_subject"),
        ("disabled-accounts-no-access", "role_missing", "admin_subject"),
        ("app-passwords-off", "permission_missing", "admin.directory.user.security"),
        (
            "platform-baa-plan",
            "service_disabled",
            "https://console.cloud.google.com/apis/library/licensing.googleapis.com?project=123456789012",
        ),
        ("super-admin-security-keys", "throttled", "scan again later"),
    ];
    for (policy, cause, cure) in cases {
        let result = &results[policy];
        assert_eq!((&result["verdict"], &result["cause"]), (&json!("unknown"), &json!(cause)), "{policy}: {result}");
        assert!(result["cure"].as_str().expect("a cure").contains(cure), "{policy}: {}", result["cure"]);
    }
    // What the accounts themselves say is still known, and some people's apps are enough for a fail.
    for (policy, verdict) in
        [("admin-count", "fail"), ("app-high-risk-permissions", "fail"), ("inactive-accounts", "fail")]
    {
        assert_eq!(results[policy]["verdict"], verdict, "{policy}");
    }
    // Where somebody signs in was not read; of super administrators that does not matter.
    let second_step = findings(&results["mfa-registered"]);
    assert!(second_step.iter().any(|it| it.starts_with("Dr. Noah Body")), "{second_step:?}");
    assert!(second_step.iter().all(|it| !it.starts_with("Front Desk")), "{second_step:?}");
}

#[test]
fn whoever_signs_in_at_another_service_has_a_second_step_that_google_cannot_see() {
    let results = results("twin-oaks");
    let result = &results["mfa-registered"];
    assert_eq!((&result["verdict"], &result["cause"]), (&json!("unknown"), &json!("not_supplied")), "{result}");
    let cure = result["cure"].as_str().expect("a cure");
    assert!(cure.contains("the administration of the other sign-in service"), "{cure}");
    let snapshot = snapshot("twin-oaks");
    let tenants = snapshot["tenants"].as_array().expect("tenants");
    let google = tenants.iter().find(|it| it["platform"] == "google-workspace").expect("the Google side");
    let table = |name: &str| google["datasets"][name]["rows"].as_array().expect("rows").clone();
    let elsewhere = table("users").into_iter().filter(|user| user["signs_in_elsewhere"] == true).count();
    assert_eq!(elsewhere, 7, "the therapists, and her who left");
}

fn snapshot(practice: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let mut command = tenantscan();
    command.args(["scan", "--format", "oneline", "--replay"]).arg(repository("fixtures").join(practice));
    let output = command.arg("--snapshot").arg(&path).output().expect("the program starts");
    assert!(path.exists(), "{}", text(&output.stderr));
    serde_json::from_str(&std::fs::read_to_string(&path).expect("a snapshot")).expect("JSON")
}

#[test]
fn ways_back_in_are_counted_and_never_kept() {
    let snapshot = snapshot("juniper-lane").to_string();
    assert!(snapshot.contains("recovery_mail_set"));
    for private in ["nobody@home.example", "+15555550100"] {
        assert!(!snapshot.contains(private), "{private} is nobody's business");
    }
}

/// A token for whatever is asked.
struct Anything;

impl Tokens for Anything {
    fn token<'a>(&'a self, _: &'static Source, _: &'a reqwest::Url, _: Option<&'a SecretString>) -> TokenFuture<'a> {
        Box::pin(async { Ok(SecretString::from("ya29.test")) })
    }
}

/// Reads columns of a practice from a server on this computer.
fn live(server: &Server, columns: &[&str]) -> TenantFacts {
    let hosts = ["admin.googleapis.com", "cloudidentity.googleapis.com", "licensing.googleapis.com"];
    let endpoints = hosts.into_iter().map(|host| (host.to_owned(), server.url())).collect();
    let network = Network::new(&NetworkOptions { endpoints, ..NetworkOptions::default() }).expect("a network");
    let columns: BTreeSet<(usize, Option<usize>)> = columns
        .iter()
        .map(|path| {
            let (dataset, column) = path.split_once('.').map_or((*path, None), |(a, b)| (a, Some(b)));
            let (index, info) = Datasets::find(dataset).expect("a dataset");
            (index, column.map(|column| info.column(column).expect("a column").0))
        })
        .collect();
    let limits = Limits { backoff: std::time::Duration::from_millis(50), ..Limits::default() };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let reader = Reader::live(Arc::new(network), Arc::new(Anything), None, limits);
        let now = "2026-11-20T09:00:00Z".parse().expect("a time");
        let declared = Declared::default();
        tenantscan_google_workspace::read(&reader, &Request { columns: &columns, declared: &declared, now }).await
    })
}

/// How many requests went to each kind of path: digits of ids are left out.
fn counts(server: &Server) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for seen in server.seen() {
        let path = seen.path.split('?').next().unwrap_or_default().to_owned();
        let parts = path.split('/').map(|part| {
            let id = part.len() > 12 && part.chars().any(|c| c.is_ascii_digit());
            if id { "ID" } else { part }
        });
        *counts.entry(parts.collect::<Vec<_>>().join("/")).or_insert(0) += 1;
    }
    counts
}

#[test]
fn five_thousand_people_take_a_request_for_each_page_and_none_for_each_person() {
    let server = Server::start("great-plains", |_, _| None);
    // What admin-count, inactive-accounts, mfa-registered, role-holders-known and group-outsiders-known read.
    let facts = live(
        &server,
        &[
            "users",
            "users.enabled",
            "users.kind",
            "users.is_global_admin",
            "users.last_sign_in",
            "users.mfa_capable",
            "role_assignments",
            "role_assignments.is_privileged",
            "role_assignments.principal_type",
            "groups",
            "groups.external_members",
        ],
    );
    assert_eq!(facts.datasets.users.rows.len(), 5_000);
    let directory = "/admin/directory/v1";
    let expected = [
        (format!("{directory}/users"), 10),
        (format!("{directory}/groups"), 1),
        (format!("{directory}/groups/ID/members"), 12),
        (format!("{directory}/customers/my_customer"), 1),
        (format!("{directory}/customer/my_customer/domains"), 1),
        (format!("{directory}/customer/my_customer/orgunits"), 1),
        (format!("{directory}/customer/my_customer/roles"), 1),
        (format!("{directory}/customer/my_customer/roleassignments"), 1),
        ("/admin/reports/v1/usage/users/all/dates/2026-11-16".to_owned(), 5),
        ("/v1/inboundSsoAssignments".to_owned(), 1),
    ];
    assert_eq!(counts(&server), expected.into_iter().collect());
}

#[test]
fn apps_and_app_passwords_take_one_request_for_each_account_and_only_when_a_policy_needs_them() {
    let quiet = Server::start("juniper-lane", |_, _| None);
    live(&quiet, &["users", "users.enabled", "users.kind", "users.is_global_admin"]);
    let directory = "/admin/directory/v1";
    let expected = [(format!("{directory}/users"), 1), (format!("{directory}/customers/my_customer"), 1)];
    assert_eq!(counts(&quiet), expected.into_iter().collect());

    let server = Server::start("juniper-lane", |_, _| None);
    let facts = live(&server, &["apps", "apps.reaches_data", "apps.last_used", "app_passwords"]);
    let people = facts.datasets.users.rows.len();
    let counts = counts(&server);
    assert_eq!(counts[&format!("{directory}/users/ID/tokens")], people);
    assert_eq!(counts[&format!("{directory}/users/ID/asps")], people);
    // The last use is asked of the four apps that are not Google's and reach data, not of each person.
    assert_eq!(counts["/admin/reports/v1/activity/users/all/applications/token"], 4);
    assert_eq!(facts.datasets.apps.gap(), None);
    assert_eq!(facts.datasets.app_passwords.rows.len(), 2);
}

/// What is read of apps when one account's list is answered with `reply` at first, or for good.
fn with_one_account(reply: impl Fn(usize) -> Option<Reply> + Send + Sync + 'static) -> (TenantFacts, usize) {
    let one = |seen: &Seen| seen.path.contains("/users/100000000000000000003/tokens");
    let server = Server::start("juniper-lane", move |seen, before| if one(seen) { reply(before) } else { None });
    let facts = live(&server, &["apps", "apps.reaches_data"]);
    let asked = server.seen().iter().filter(|seen| one(seen)).count();
    (facts, asked)
}

#[test]
fn a_quota_that_is_used_up_passes_and_one_account_that_is_refused_leaves_the_list_open() {
    let (facts, asked) = with_one_account(|before| (before < 2).then(|| refusal(403, "userRateLimitExceeded")));
    assert_eq!((facts.datasets.apps.gap(), asked), (None, 3));
    let (facts, asked) = with_one_account(|_| Some(refusal(403, "forbidden")));
    let cause = facts.datasets.apps.gap().map(tenantscan_model::Gap::cause);
    assert_eq!((cause, asked), (Some(tenantscan_model::Cause::RoleMissing), 1));
    assert!(!facts.datasets.apps.rows.is_empty(), "what others let in is still there");
}

#[test]
fn the_apps_of_five_thousand_people_are_read_from_a_recording_in_little_time() {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(repository("fixtures/great-plains")).expect("the practice") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    std::fs::write(folder.path().join("tenantscan.toml"), "[client]\nid = \"great-plains\"\n").expect("written");
    let date = "Fri, 20 Nov 2026 09:00:00 GMT";
    for number in 1..=5_000 {
        let body = if number % 2 == 0 {
            json!({ "items": [{ "clientId": "1-notes.apps.googleusercontent.com", "displayText": "Notes", "scopes": ["https://mail.google.com/"] }] })
        } else {
            json!({})
        };
        let url = format!(
            "https://admin.googleapis.com/admin/directory/v1/users/1{number:020}/tokens?fields=items(clientId,displayText,scopes)"
        );
        let exchange = json!({ "request": { "method": "GET", "url": url },
            "response": { "status": 200, "headers": { "content-type": "application/json", "date": date }, "body": body } });
        std::fs::write(folder.path().join(format!("tokens-{number}.json")), exchange.to_string()).expect("written");
    }
    let mut command = tenantscan();
    command.args(["scan", "--format", "json", "--policy", "app-high-risk-permissions", "--replay"]).arg(folder.path());
    let output = command.output().expect("the program starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let result = &report["results"][0];
    assert_eq!(result["verdict"], "fail", "{result}");
    assert_eq!(result["findings"].as_array().expect("findings").len(), 1, "one app, however many people");
}
