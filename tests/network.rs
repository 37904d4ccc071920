//! The program against a server on this computer: real HTTP from sign-in to report, whole and broken.

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use support::server::{HOSTS, Reply, Seen, Server, TENANT, token, token_answer};
use support::{expect_code, replay, repository, tenantscan, text, verdicts};

const CLIENT: &str = "22222222-0000-4000-8000-000000000001";
const SECRET: &str = "canary-secret-9f8e7d";

/// A scan by client secret of the tenant that the server stands for.
fn scan(server: &Server) -> Command {
    let mut command = tenantscan();
    command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT).env("AZURE_CLIENT_SECRET", SECRET);
    command.arg("scan").arg("--resolver").arg(server.dns.to_string());
    // The practice stands still while the clock goes on.
    command.args(["--as-of", "2026-11-20T09:00:00Z"]);
    for host in HOSTS {
        command.arg("--endpoint").arg(format!("{host}={}", server.url()));
    }
    command
}

/// What became of the source of role definitions when the server answers its request with `reply`, and how long the
/// scan took.
fn role_definitions(reply: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> (serde_json::Value, Duration) {
    let server = Server::start("maple-hill", move |seen, before| {
        seen.path.starts_with("/v1.0/roleManagement/directory/roleDefinitions").then(|| reply(seen, before))
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let start = Instant::now();
    let mut command = scan(&server);
    command.args(["--policy", "admin-count", "--deadline", "4", "--read-timeout", "1", "--snapshot"]).arg(&path);
    command.output().expect("the program starts");
    let time = start.elapsed();
    let snapshot = std::fs::read_to_string(&path).expect("a snapshot, whatever a server does");
    let snapshot: serde_json::Value = serde_json::from_str(&snapshot).expect("JSON");
    let sources = snapshot["tenants"][0]["sources"].as_array().expect("sources").clone();
    let source = sources.into_iter().find(|it| it["source"] == "microsoft365.role_definitions").expect("asked for");
    (source, time)
}

fn page(next: &str) -> Reply {
    Reply::json(serde_json::json!({ "value": [{ "id": "1", "displayName": "A" }], "@odata.nextLink": next }))
}

#[test]
fn a_certificate_proves_the_app_and_the_scan_says_what_the_recording_says() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key");
    let certificate = rcgen::CertificateParams::new(Vec::new()).expect("parameters").self_signed(&key).expect("signed");
    let folder = tempfile::tempdir().expect("a folder");
    let pem = folder.path().join("app.pem");
    std::fs::write(&pem, format!("{}{}", certificate.pem(), key.serialize_pem())).expect("written");

    let server = Server::start("maple-hill", |_, _| None);
    let mut command = scan(&server);
    command.env_remove("AZURE_CLIENT_SECRET").env("AZURE_CLIENT_CERTIFICATE_PATH", &pem);
    command.arg("--config").arg(repository("fixtures/maple-hill/tenantscan.toml"));
    let output = expect_code(command.args(["--format", "json"]), 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(verdicts(&report), verdicts(&replay(&repository("fixtures/maple-hill"))));

    let tokens = server.seen_at(&format!("/{TENANT}/oauth2/v2.0/token"));
    let scopes: Vec<String> = tokens.iter().map(|token| token.form()["scope"].clone()).collect();
    let distinct: std::collections::BTreeSet<&String> = scopes.iter().collect();
    assert_eq!(distinct.len(), scopes.len(), "one token for each service is enough: {scopes:?}");
    let request = &tokens[0];
    let form = request.form();
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["scope"], "https://graph.microsoft.com/.default");
    assert_eq!(form["client_id"], CLIENT);
    assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert!(!form.contains_key("client_secret"));
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::PS256);
    validation.set_audience(&[format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token")]);
    validation.set_issuer(&[CLIENT]);
    validation.validate_nbf = true;
    let public = jsonwebtoken::DecodingKey::from_rsa_pem(key.public_key_pem().as_bytes()).expect("a key");
    let assertion = jsonwebtoken::decode::<serde_json::Value>(&form["client_assertion"], &public, &validation);
    let assertion = assertion.expect("signed by the app's key, for this address, from this app, and in time");
    let thumbprint = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate.der());
    assert_eq!(assertion.header.x5t_s256.as_deref(), Some(&*BASE64_URL_SAFE_NO_PAD.encode(thumbprint)));
    let claims = assertion.claims;
    assert_eq!(claims["sub"], CLIENT);
    let life = claims["exp"].as_i64().expect("an end") - claims["nbf"].as_i64().expect("a begin");
    assert!((300..=600).contains(&life), "{life} seconds");
    assert!(claims["jti"].as_str().is_some_and(|id| id.len() == 36));
}

#[test]
fn only_reads_are_sent_each_with_its_token_its_id_and_the_programs_name() {
    let server = Server::start("maple-hill", |_, _| None);
    scan(&server).output().expect("the program starts");
    let seen = server.seen();
    assert!(seen.len() > 12, "{} requests", seen.len());
    let mut ids = std::collections::BTreeSet::new();
    for request in &seen {
        let agent = format!("tenantscan/{}", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.headers["user-agent"], agent);
        if request.path.ends_with("/token") || request.path.starts_with("/.well-known/") {
            assert!(!request.headers.contains_key("authorization"), "{}", request.path);
            continue;
        }
        assert_eq!(request.headers["authorization"], format!("Bearer {}", token(TENANT, "issued")));
        assert!(ids.insert(request.headers["client-request-id"].clone()), "an id for each request");
        let is_graph = request.path.starts_with("/v1.0/") || request.path.starts_with("/beta/");
        if is_graph {
            assert_eq!(request.headers["prefer"], "include-unknown-enum-members");
        }
        let items = |body: &str| {
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            body["requests"].as_array().expect("requests").clone()
        };
        let cmdlet = |body: &serde_json::Value| {
            let name = body["CmdletInput"]["CmdletName"].as_str().expect("a cmdlet").to_owned();
            assert!(name.starts_with("Get-"), "{name} is no read");
            name
        };
        let admin = format!("/adminapi/beta/{TENANT}");
        match (&*request.method, &*request.path) {
            ("GET", path) if is_graph || path.starts_with("/AdminApi/") || path.starts_with("/Skype.Policy/") => {}
            ("POST", "/v1.0/$batch" | "/beta/$batch") => {
                for item in items(&request.body) {
                    assert_eq!(item["method"], "GET", "{item}");
                }
            }
            ("POST", path) if path == format!("{admin}/$batch") => {
                for item in items(&request.body) {
                    assert_eq!(cmdlet(&item["body"]), request.headers["x-cmdletname"]);
                }
            }
            ("POST", path) if path.starts_with(&format!("{admin}/InvokeCommand")) => {
                let body = serde_json::from_str(&request.body).expect("JSON");
                assert_eq!(cmdlet(&body), request.headers["x-cmdletname"]);
                assert!(request.headers["x-anchormailbox"].contains("SystemMailbox"), "{:?}", request.headers);
            }
            (method, path) => panic!("{method} {path} is no read"),
        }
    }
}

#[test]
fn a_secret_or_a_federated_token_signs_in_as_well() {
    let server = Server::start("maple-hill", |_, _| None);
    scan(&server).args(["--policy", "admin-count"]).output().expect("the program starts");
    let form = server.seen_at(&format!("/{TENANT}/oauth2/v2.0/token"))[0].form();
    assert_eq!((&*form["client_secret"], form.get("client_assertion")), (SECRET, None));

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    std::fs::write(&path, "token-of-another-issuer\n").expect("written");
    let server = Server::start("maple-hill", |_, _| None);
    let mut command = scan(&server);
    command.env_remove("AZURE_CLIENT_SECRET").env("AZURE_FEDERATED_TOKEN_FILE", &path);
    command.args(["--policy", "admin-count"]).output().expect("the program starts");
    let form = server.seen_at(&format!("/{TENANT}/oauth2/v2.0/token"))[0].form();
    assert_eq!((&*form["client_assertion"], form.get("client_secret")), ("token-of-another-issuer", None));
}

#[test]
fn a_domain_is_looked_up_and_its_tokens_tenant_held_to_it() {
    let issuer = |tenant: &str| {
        Reply::json(serde_json::json!({ "issuer": format!("https://login.microsoftonline.com/{tenant}/v2.0") }))
    };
    for (tenant, code) in [(TENANT, 0), ("33333333-0000-4000-8000-000000000003", 5)] {
        let server = Server::start("maple-hill", move |seen, _| {
            (seen.path == "/maple-hill.example/v2.0/.well-known/openid-configuration").then(|| issuer(tenant))
        });
        let mut command = scan(&server);
        command.args(["--tenant-id", "maple-hill.example", "--policy", "mfa-all-users"]);
        let output = expect_code(&mut command, code);
        assert!(code == 0 || text(&output.stderr).contains("nothing was read"), "{}", text(&output.stderr));
    }
}

#[test]
fn a_sign_in_that_fails_ends_with_5_and_says_what_to_do() {
    let refused = |description: &str| {
        let body = serde_json::json!({ "error": "invalid_client", "error_description": description });
        Reply::Answer(401, Vec::new(), body.to_string())
    };
    let other = token_answer(&token("44444444-0000-4000-8000-000000000004", "canary-token"));
    let cases = [
        (refused("AADSTS7000222: The secret of app 'Ana' ran out."), "AADSTS7000222", "make a new one"),
        (refused("AADSTS700027: x"), "AADSTS700027", "upload its public part"),
        (refused("AADSTS90002: Tenant x not found."), "AADSTS90002", "--tenant-id"),
        (refused("something new"), "no reason", "next:"),
        (other, "44444444-0000-4000-8000-000000000004", "nothing was read"),
        (Reply::json("{}"), "could not be read", "--endpoint"),
        (Reply::json("<html>"), "could not be read", "--endpoint"),
    ];
    for (reply, what, next) in cases {
        let server = Server::start("maple-hill", move |seen, _| seen.path.ends_with("/token").then(|| reply.clone()));
        let output = expect_code(&mut scan(&server), 5);
        let shown = text(&output.stderr);
        assert!(shown.contains(what) && shown.contains(next), "{shown}");
        assert!(!shown.contains("Ana") && !shown.contains("canary") && output.stdout.is_empty(), "{shown}");
        assert!(server.seen_at("/v1.0/").is_empty(), "nothing is asked without a token");
    }
    let mut command = scan(&Server::start("maple-hill", |_, _| None));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    command.arg("--endpoint").arg(format!("login.microsoftonline.com=http://{nobody}"));
    let shown = text(&expect_code(&mut command, 5).stderr);
    assert!(shown.contains("no connection") && shown.contains("HTTPS_PROXY"), "{shown}");
}

#[test]
fn a_certificate_authority_of_the_house_is_trusted_when_it_is_given() {
    let (server, authority) = Server::start_tls("maple-hill");
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("ca.pem");
    std::fs::write(&bundle, authority).expect("written");
    let mut command = scan(&server);
    let shown = text(&expect_code(command.args(["--policy", "mfa-all-users"]), 5).stderr);
    assert!(shown.contains("not trusted") && shown.contains("--ca-bundle"), "{shown}");
    expect_code(scan(&server).args(["--policy", "mfa-all-users", "--ca-bundle"]).arg(&bundle), 0);
    std::fs::write(&bundle, "nothing").expect("written");
    let shown = text(&expect_code(scan(&server).arg("--ca-bundle").arg(&bundle), 2).stderr);
    assert!(shown.contains("BEGIN CERTIFICATE"), "{shown}");
}

#[test]
fn what_is_missing_for_a_sign_in_is_said_before_anything_is_sent() {
    let cases = [
        (vec![], "--tenant-id"),
        (vec![("AZURE_TENANT_ID", TENANT)], "--client-id"),
        (vec![("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT)], "AZURE_CLIENT_CERTIFICATE_PATH"),
    ];
    for (variables, next) in cases {
        let shown = text(&expect_code(tenantscan().arg("scan").envs(variables), 2).stderr);
        assert!(shown.contains(next), "{shown}");
    }
}

#[test]
fn a_cloud_that_the_clients_file_names_in_part_is_not_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let microsoft = format!("[microsoft365]\ntenant_id = \"{TENANT}\"\nclient_id = \"{CLIENT}\"\n");
    for (file, arguments, next) in [
        (format!("{microsoft}[google-workspace]\ncredentials = \"key.json\"\n"), vec![], "admin_subject"),
        (microsoft, vec!["--service-account", "scan@p.example"], "--admin-subject"),
        (
            "[microsoft365]\ncertificate = \"app.pem\"\n[google-workspace]\nadmin_subject = \"a@b.example\"\n"
                .to_owned(),
            vec![],
            "--tenant-id",
        ),
    ] {
        std::fs::write(folder.path().join("tenantscan.toml"), file).expect("written");
        let mut scan = tenantscan();
        scan.current_dir(folder.path()).arg("scan").args(arguments).env("AZURE_CLIENT_SECRET", SECRET);
        let shown = text(&expect_code(&mut scan, 2).stderr);
        assert!(shown.contains(next) && shown.contains("next: "), "{shown}");
    }
}

#[test]
fn a_token_that_is_no_longer_taken_is_renewed_once() {
    let server = Server::start("maple-hill", |seen, before| match &*seen.path {
        path if path.ends_with("/token") => Some(token_answer(&token(TENANT, if before == 0 { "old" } else { "new" }))),
        path if path.starts_with("/v1.0/") && seen.headers["authorization"].ends_with(".old") => {
            Some(Reply::refusal(401, "InvalidAuthenticationToken", Vec::new()))
        }
        _ => None,
    });
    let output = expect_code(scan(&server).args(["--policy", "mfa-all-users", "--format", "json"]), 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(verdicts(&report)[0].1, "pass");
    let tokens = server.seen_at(&format!("/{TENANT}/"));
    let of_graph = tokens.iter().filter(|seen| seen.form()["scope"].starts_with("https://graph."));
    assert_eq!(of_graph.count(), 2, "two tokens, however many requests were refused");

    let (source, _) = role_definitions(|_, _| Reply::refusal(401, "InvalidAuthenticationToken", Vec::new()));
    assert_eq!((&source["cause"], &source["code"]), (&"sign_in_failed".into(), &"InvalidAuthenticationToken".into()));
}

#[test]
fn pages_are_followed_to_their_end_wherever_the_link_names_the_host() {
    for vendor in [true, false] {
        let (source, _) = role_definitions(move |seen, _| {
            let host = if vendor {
                "https://graph.microsoft.com".to_owned()
            } else {
                format!("http://{}", seen.headers["host"])
            };
            match &*seen.path {
                path if path.contains("skiptoken=2") => Reply::json(r#"{"value":[{"id":"3"}]}"#),
                path if path.contains("skiptoken=1") => {
                    page(&format!("{host}/v1.0/roleManagement/directory/roleDefinitions?$skiptoken=2"))
                }
                _ => page(&format!("{host}/v1.0/roleManagement/directory/roleDefinitions?$skiptoken=1")),
            }
        });
        assert_eq!((&source["state"], &source["requests"], &source["rows"]), (&"read".into(), &3.into(), &3.into()));
    }
}

#[test]
fn retry_after_is_obeyed_to_the_second() {
    for (status, code) in [(429, "TooManyRequests"), (503, "ServiceUnavailable"), (504, "GatewayTimeout")] {
        let times = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let log = times.clone();
        let (source, _) = role_definitions(move |seen, before| {
            log.lock().expect("the log").push(seen.at);
            match before {
                0 => Reply::refusal(status, code, vec![("retry-after", "2".into())]),
                _ => Reply::json(r#"{"value":[]}"#),
            }
        });
        assert_eq!((&source["state"], &source["requests"]), (&"read".into(), &2.into()), "{source}");
        let times = times.lock().expect("the log");
        let waited = times[1] - times[0];
        assert!(waited >= Duration::from_secs(2) && waited < Duration::from_millis(3500), "{waited:?}");
    }
    let (source, time) = role_definitions(|_, _| Reply::refusal(429, "x", vec![("retry-after", "600".into())]));
    assert_eq!(source["cause"], "throttled");
    assert!(time < Duration::from_secs(8), "nobody waits in vain: {time:?}");
}

#[test]
fn a_burst_of_errors_passes_and_a_lasting_one_ends_in_time_with_its_cause() {
    let (source, _) = role_definitions(|_, before| match before {
        0 => Reply::Close,
        _ => Reply::json(r#"{"value":[]}"#),
    });
    assert_eq!(source["state"], "read", "{source}");

    let link = "/v1.0/roleManagement/directory/roleDefinitions?$select=id,templateId,displayName,isBuiltIn,isEnabled";
    let cases: Vec<(&str, Reply, &str)> = vec![
        ("lasting 503", Reply::refusal(503, "x", Vec::new()), "unavailable"),
        ("closed connections", Reply::Close, "unavailable"),
        ("a cut body", Reply::Cut(r#"{"value":[{"id""#.into()), "unavailable"),
        ("cut JSON", Reply::json(r#"{"value":[{"id":"1"}"#), "malformed"),
        ("no JSON", Reply::json("<html>sign in</html>"), "malformed"),
        ("other JSON", Reply::json(r#"{"items":[]}"#), "malformed"),
        ("a wrong type", Reply::json(r#"{"value":[{"id":7}]}"#), "malformed"),
        (
            "a redirect",
            Reply::Answer(302, vec![("location", "https://evil.example/".into())], String::new()),
            "malformed",
        ),
        ("a link to another host", page("https://evil.example/v1.0/roleManagement/x"), "malformed"),
        ("a link to another port", page("https://graph.microsoft.com:444/v1.0/roleManagement/x"), "malformed"),
        ("a link without TLS", page(&format!("http://graph.microsoft.com{link}")), "malformed"),
        ("a page loop", page(&format!("https://graph.microsoft.com{link}")), "truncated"),
        ("a body without end", Reply::json(" ".repeat(65 << 20)), "truncated"),
        ("a stall", Reply::Stall(Duration::from_secs(10)), "timeout"),
        ("an unknown refusal", Reply::refusal(418, "Teapot", Vec::new()), "unavailable"),
    ];
    for (what, reply, cause) in cases {
        let (source, time) = role_definitions(move |_, _| reply.clone());
        assert_eq!(source["cause"], cause, "{what}: {source}");
        assert!(source["cure"].as_str().is_some_and(|cure| cure.len() > 20), "{what}: {source}");
        assert!(time < Duration::from_secs(9), "{what}: {time:?}");
    }
}

#[test]
fn a_refused_item_of_a_batch_is_asked_for_again_by_itself() {
    let server = Server::start("cedar-grove", |seen, before| {
        if seen.path != "/v1.0/$batch" {
            return seen.path.contains("/transitiveMembers").then(|| {
                assert_eq!(seen.method, "GET");
                match before {
                    0 => Reply::refusal(429, "TooManyRequests", vec![("retry-after", "1".into())]),
                    _ => Reply::json(r#"{"value":[]}"#),
                }
            });
        }
        let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
        let responses = body["requests"].as_array().expect("requests").iter().map(|request| {
            serde_json::json!({ "id": request["id"], "status": 429, "headers": { "Retry-After": "1" },
                "body": { "error": { "code": "TooManyRequests", "message": "" } } })
        });
        Some(Reply::json(serde_json::json!({ "responses": responses.collect::<Vec<_>>() })))
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    scan(&server).args(["--policy", "mfa-all-users", "--snapshot"]).arg(&path).output().expect("the program starts");
    let snapshot: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).expect("a snapshot")).expect("JSON");
    let sources = snapshot["tenants"][0]["sources"].as_array().expect("sources");
    let source = sources.iter().find(|it| it["source"] == "microsoft365.group_members").expect("asked for");
    assert_eq!(source["state"], "read", "{source}");
    let singles = server.seen_at("/v1.0/groups/");
    let again = singles.iter().filter(|seen| seen.path.contains("/transitiveMembers")).count();
    assert!(again >= 2, "{again}");
}

#[test]
fn no_token_and_no_secret_is_in_anything_that_the_program_writes() {
    // The server sends the token back in every place of a refusal and of a list.
    let canary = token(TENANT, "canary-token-5a5a");
    let echo = canary.clone();
    let server = Server::start("maple-hill", move |seen, _| match &*seen.path {
        path if path.ends_with("/token") => Some(token_answer(&echo)),
        path if path.starts_with("/v1.0/subscribedSkus") => Some(Reply::Answer(
            403,
            vec![("request-id", echo.clone()), ("x-ms-throttle-scope", echo.clone())],
            serde_json::json!({ "error": { "code": echo, "message": echo,
                "innerError": { "request-id": echo } } })
            .to_string(),
        )),
        path if path.starts_with("/v1.0/roleManagement/directory/roleDefinitions") => {
            Some(Reply::json(format!(r#"{{"{echo}":"{echo}","value":[]"#)))
        }
        _ => None,
    });
    let folder = tempfile::tempdir().expect("a folder");
    let (record, out) = (folder.path().join("record"), folder.path().join("out"));
    let mut command = scan(&server);
    command.args(["-vv", "--progress", "json", "--output"]).arg(&out).arg("--record").arg(&record);
    command.arg("--config").arg(repository("fixtures/maple-hill/tenantscan.toml"));
    let output = command.output().expect("the program starts");
    let mut written = vec![("output".to_owned(), text(&output.stdout)), ("errors".to_owned(), text(&output.stderr))];
    for place in [&record, &out] {
        for entry in std::fs::read_dir(place).expect("written") {
            let path = entry.expect("an entry").path();
            written.push((path.display().to_string(), std::fs::read_to_string(&path).expect("text")));
        }
    }
    assert!(written.len() > 15, "{} files", written.len());
    for (name, text) in &written {
        for word in ["canary-token-5a5a", SECRET, "Bearer", "client_assertion"] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
    }
    // What was recorded says the same again, without a network; the records stay where they are.
    let mut again = tenantscan();
    again.args(["scan", "--format", "json", "--replay"]).arg(&record);
    again.arg("--records").arg(repository("fixtures/maple-hill/records"));
    let again: serde_json::Value =
        serde_json::from_slice(&again.output().expect("the program starts").stdout).expect("a report");
    assert!(!record.join("records").exists());
    let first: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).expect("a report")).expect("JSON");
    assert_eq!(verdicts(&again), verdicts(&first));
}

#[test]
fn a_recording_does_not_mix_with_another() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("users-0001.json"), "{}").expect("written");
    let server = Server::start("maple-hill", |_, _| None);
    let output = expect_code(scan(&server).arg("--record").arg(folder.path()), 2);
    assert!(text(&output.stderr).contains("not empty"), "{}", text(&output.stderr));
    assert!(server.seen().is_empty());
}

#[test]
fn a_recording_is_replayed_without_the_records_and_a_sign_in_that_fails_begins_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let client = folder.path().join("tenantscan.toml");
    std::fs::create_dir(folder.path().join("paper")).expect("a folder");
    std::fs::write(&client, "[client]\nid = \"maple-hill\"\nrecords = \"paper\"\n").expect("written");
    let exchanges = folder.path().join("exchanges");
    let record = |server: &Server, codes: &[i32]| {
        let mut command = scan(server);
        command.args(["--policy", "admin-count", "--config"]).arg(&client).arg("--record").arg(&exchanges);
        let output = command.output().expect("it starts");
        assert!(output.status.code().is_some_and(|code| codes.contains(&code)), "{}", text(&output.stderr));
    };
    let shut = Server::start("maple-hill", |seen, _| {
        seen.path
            .ends_with("/token")
            .then(|| Reply::Answer(401, Vec::new(), "{\"error\":\"invalid_client\"}".to_owned()))
    });
    record(&shut, &[5]);
    record(&Server::start("maple-hill", |_, _| None), &[0]);
    assert_eq!(replay(&exchanges)["client"]["id"], "maple-hill");
    let mut named = tenantscan();
    named.args(["scan", "--records", "nowhere", "--replay"]).arg(&exchanges);
    assert!(text(&expect_code(&mut named, 2).stderr).contains("no folder nowhere"));
}

#[test]
fn what_was_read_is_written_where_the_recording_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let (exchanges, snapshot) = (folder.path().join("exchanges"), folder.path().join("snapshot.json"));
    let gone = exchanges.clone();
    let server = Server::start("maple-hill", move |seen, _| {
        if seen.path.starts_with("/v1.0/") && !gone.is_file() {
            let _ = std::fs::remove_dir_all(&gone);
            std::fs::write(&gone, "").expect("a file in its place");
        }
        None
    });
    let mut command = scan(&server);
    command.args(["--policy", "admin-count", "--record"]).arg(&exchanges).arg("--snapshot").arg(&snapshot);
    let said = text(&expect_code(&mut command, 2).stderr);
    assert!(said.contains("cannot write") && said.contains("exchanges"), "{said}");
    assert!(snapshot.is_file(), "{said}");
}

#[test]
fn progress_goes_to_standard_error_as_asked() {
    let server = Server::start("maple-hill", |_, _| None);
    let run = |arguments: &[&str]| {
        let mut command = scan(&server);
        let output = command.args(["--policy", "mfa-all-users"]).args(arguments).output().expect("it starts");
        text(&output.stderr)
    };
    assert!(run(&[]).contains("Accounts: read, "), "plain lines where there is no terminal");
    assert_eq!(run(&["--quiet"]), "");
    assert_eq!(run(&["--progress", "none"]), "");
    for line in run(&["--progress", "json"]).lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("JSON on each line");
        assert!(event["source"].as_str().is_some_and(|source| source.starts_with("microsoft365.")), "{event}");
    }
}
