//! The program against a server on this computer that answers as Google does, alone and beside Microsoft: from sign-in to
//! report.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::google::{HOSTS, TOKEN, key_file, token};
use support::server::{HOSTS as MICROSOFT, Reply, Seen, Server};
use support::{expect_code, replay, repository, tenantscan, text, verdicts};

const ADMIN: &str = "una.unreal@willowcreek.example";
const SCOPE: &str = "https://www.googleapis.com/auth/";

/// A scan of the practice that the server stands for, as its administrator.
fn scan(server: &Server, key: &Path) -> Command {
    let mut command = tenantscan();
    command.args(["scan", "--quiet", "--admin-subject", ADMIN, "--as-of", "2026-11-20T09:00:00Z"]);
    command.arg("--google-credentials").arg(key).arg("--resolver").arg(server.dns.to_string());
    for host in HOSTS.into_iter().chain(["mta-sts.willowcreek.example", "mta-sts.twinoaks.example"]) {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    command
}

/// Google's sign-in, and the usage report of any day: a scan asks for the latest, and the practice stands still.
fn google(seen: &Seen) -> Option<Reply> {
    // Which day is asked for follows the clock.
    let usage = [
        ("/admin/reports/v1/usage/users/all/dates/", "account_usage-1.json"),
        ("/admin/reports/v1/usage/dates/", "customer_usage-1.json"),
    ];
    let recorded = |file: &str| {
        let path = repository("fixtures/willow-creek").join(file);
        let exchange: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("text")).expect("JSON");
        Reply::json(&exchange["response"]["body"])
    };
    let day = usage.iter().find(|(path, _)| seen.path.starts_with(path)).map(|(_, file)| recorded(file));
    token(seen).or(day)
}

fn report(command: &mut Command) -> Value {
    let output = command.args(["--format", "json"]).output().expect("the program starts");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {}", text(&output.stderr)))
}

/// Sources that were not read, by id, of the tenant of a platform.
fn unread(report: &Value, platform: &str) -> BTreeMap<String, String> {
    let tenants = report["tenants"].as_array().expect("tenants");
    let tenant = tenants.iter().find(|it| it["platform"] == platform).expect("the tenant");
    let sources = tenant["sources"].as_array().expect("sources").iter();
    let cause = |source: &Value| Some((source["source"].as_str()?.to_owned(), source["cause"].as_str()?.to_owned()));
    sources.filter_map(cause).collect()
}

#[test]
fn a_key_proves_the_service_account_and_the_scan_says_what_the_recording_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, key) = key_file(folder.path());
    let server = Server::start("willow-creek", |seen, _| google(seen));
    let recording = folder.path().join("recording");
    let mut command = scan(&server, &path);
    command.arg("--config").arg(repository("fixtures/willow-creek/tenantscan.toml"));
    command.arg("--record").arg(&recording);
    let live = report(&mut command);
    assert_eq!(verdicts(&live), verdicts(&replay(&repository("fixtures/willow-creek"))));

    let tokens = server.seen_at("/token");
    let public = jsonwebtoken::DecodingKey::from_rsa_pem(key.public_key_pem().as_bytes()).expect("a key");
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.set_audience(&["https://oauth2.googleapis.com/token"]);
    validation.set_issuer(&["scan@practice.iam.gserviceaccount.com"]);
    let mut people = BTreeSet::new();
    for request in &tokens {
        let form = request.form();
        let claims = jsonwebtoken::decode::<Value>(&form["assertion"], &public, &validation).expect("signed").claims;
        let subject = claims["sub"].as_str().expect("a subject").to_owned();
        let scopes = claims["scope"].as_str().expect("scopes");
        if subject != ADMIN {
            assert_eq!(scopes, format!("{SCOPE}gmail.settings.basic"), "in a person's name only that person's mailbox");
            people.insert(subject);
        }
    }
    let mailboxes = server.seen_at("/gmail/v1/users/");
    assert!(!mailboxes.is_empty());
    for request in &mailboxes {
        let owner = request.path.split('/').nth(4).expect("the owner");
        assert!(people.contains(owner), "{owner} was not asked for a token");
    }

    for request in server.seen() {
        let reads = request.method == "GET" || request.path == "/token" && request.method == "POST";
        assert!(reads, "{} {}", request.method, request.path);
    }
    // The canaries: the token and the key's private part.
    let private = key.serialize_pem();
    let secret = private.lines().nth(1).expect("a line of the key");
    assert!(!live.to_string().contains(TOKEN));
    for entry in std::fs::read_dir(&recording).expect("a recording") {
        let kept = std::fs::read_to_string(entry.expect("a file").path()).expect("text");
        assert!(!kept.contains(TOKEN) && !kept.contains(secret) && !kept.contains("assertion"), "{kept}");
    }
}

#[test]
fn one_scope_that_is_missing_blocks_only_what_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, _) = key_file(folder.path());
    let server = Server::start("willow-creek", |seen, _| {
        if seen.path != "/token" {
            return google(seen);
        }
        let claims = seen.form()["assertion"].clone();
        let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(claims).expect("claims");
        if claims["scope"].as_str().is_some_and(|scope| scope.contains("cloud-identity.policies.readonly")) {
            let body = json!({ "error": "unauthorized_client", "error_description": "Client is unauthorized." });
            return Some(Reply::Answer(401, Vec::new(), body.to_string()));
        }
        google(seen)
    });
    let report = report(scan(&server, &path).args(["--policy", "admin-count,mfa-all-users"]));
    let mut unread = unread(&report, "google-workspace");
    unread.retain(|source, _| !source.starts_with("records."));
    let due = BTreeMap::from([("google-workspace.policies".to_owned(), "permission_missing".to_owned())]);
    assert_eq!(unread, due);
    let verdicts: BTreeMap<String, String> = verdicts(&report).into_iter().collect();
    assert_eq!((verdicts["admin-count"].as_str(), verdicts["mfa-all-users"].as_str()), ("pass", "unknown"));
    assert!(server.seen_at("/v1/policies").is_empty(), "without the scope nobody is asked");
}

#[test]
fn nobody_who_is_let_in_nowhere_gets_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, _) = key_file(folder.path());
    let server = Server::start("willow-creek", |seen, _| {
        let body = json!({ "error": "unauthorized_client", "error_description": "Client is unauthorized." });
        (seen.path == "/token").then(|| Reply::Answer(401, Vec::new(), body.to_string()))
    });
    let output = expect_code(&mut scan(&server, &path), 5);
    let told = text(&output.stderr);
    assert!(told.contains("domain-wide delegation") && told.contains("next:"), "{told}");
    assert!(output.stdout.is_empty());
}

#[test]
fn both_clouds_are_one_report_and_one_that_shuts_us_out_does_not_stop_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, _) = key_file(folder.path());
    for shut in [false, true] {
        let server = Server::start("twin-oaks", move |seen, _| {
            if seen.path.ends_with("/oauth2/v2.0/token") {
                let body =
                    json!({ "error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret." });
                let issued = support::server::token("7817a550-0000-4000-8000-000000000005", "issued");
                let issued = support::server::token_answer(&issued);
                return Some(if shut { Reply::Answer(401, Vec::new(), body.to_string()) } else { issued });
            }
            token(seen)
        });
        let mut command = scan(&server, &path);
        command.args(["--tenant-id", "7817a550-0000-4000-8000-000000000005"]);
        command.args(["--client-id", "22222222-0000-4000-8000-000000000001"]);
        command.env("AZURE_CLIENT_SECRET", "canary-secret").args(["--policy", "admin-count"]);
        for host in MICROSOFT {
            command.arg("--endpoint").arg(format!("{host}={}", server.url()));
        }
        let output = command.args(["--format", "json"]).output().expect("the program starts");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let results: Vec<(&str, &str)> = report["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter_map(|it| Some((it["platform"].as_str()?, it["verdict"].as_str()?)))
            .collect();
        let microsoft = if shut { "unknown" } else { "fail" };
        assert_eq!(results, [("microsoft365", microsoft), ("google-workspace", "pass")], "{}", text(&output.stderr));
        let told = text(&output.stderr);
        assert_eq!(told.contains("AADSTS7000215"), shut, "{told}");
        let causes: BTreeSet<String> = unread(&report, "microsoft365").into_values().collect();
        assert_eq!(causes.contains("sign_in_failed"), shut, "{causes:?}");
    }
}
