//! A whole scan of 100,000 accounts over loopback, against a bare client that fetches the same pages and does nothing.
//!
//! `cargo bench --bench scan` prints wall times, their ratio (goal: at most 1.3) and the peak of memory (goal: 300 MiB).
//! The server waits before each answer as a distant one does; `TENANTSCAN_BENCH_LATENCY_MS` sets how long. Pages have
//! the sizes that Microsoft gives, but the report of registered methods comes in 5 pages, since both clients would
//! otherwise wait minutes for the documented pace of 5 requests in 10 seconds.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ACCOUNTS: usize = 100_000;
const TENANT: &str = "be9c4000-0000-4000-8000-000000000001";
/// Header and claims `{"alg":"none"}` and `{"tid":TENANT}`, in base64url.
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJ0aWQiOiJiZTljNDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEifQ.x";

/// Policies about people: what grows with their number.
const POLICIES: &str = "admin-count,disabled-accounts-no-access,guest-accounts-stale,inactive-accounts,legacy-auth-blocked,\
                        mfa-admins,mfa-all-users,mfa-guests,mfa-registered,privileged-users-ratio,session-length,\
                        shared-logins,stale-admins";

type Pages = BTreeMap<String, Vec<u8>>;

fn account(number: usize) -> String {
    format!(
        r#""id":"00000001-0000-4000-8000-{number:012x}","userPrincipalName":"person.{number}@bench.example","displayName":"Person Invented {number}""#
    )
}

/// One list in pages: path and query of each page → its body.
fn list(pages: &mut Pages, base: &str, path: &str, size: usize, item: impl Fn(usize) -> String) {
    let mut here = path.to_owned();
    for start in (0..ACCOUNTS).step_by(size) {
        let next = format!("{path}{}$skiptoken={}", if path.contains('?') { "&" } else { "?" }, start + size);
        let mut body = String::from("{");
        if start + size < ACCOUNTS {
            write!(body, r#""@odata.nextLink":"{base}{next}","#).expect("text");
        }
        body += r#""value":["#;
        for number in start..(start + size).min(ACCOUNTS) {
            body += if number == start { "{" } else { ",{" };
            body += &item(number);
            body += "}";
        }
        body += "]}";
        pages.insert(std::mem::replace(&mut here, next), body.into_bytes());
    }
}

/// Everything the server knows: the lists of accounts, and the small answers of Graph in the fixture `big-river`.
fn pages(base: &str) -> (Pages, Vec<String>) {
    let mut pages = Pages::new();
    let folder = format!("{}/fixtures/big-river", env!("CARGO_MANIFEST_DIR"));
    let mut starts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the fixture") {
        let path = entry.expect("an entry").path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(exchange) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        let url = exchange["request"]["url"].as_str().unwrap_or_default();
        let Some(path) = url.strip_prefix("https://graph.microsoft.com").map(str::to_owned) else { continue };
        if path.contains("skiptoken") || exchange["request"]["method"] != "GET" {
            continue;
        }
        let status = exchange["response"]["status"].as_u64();
        if !path.starts_with("/v1.0/users") && !path.starts_with("/v1.0/reports") && status == Some(200) {
            pages.insert(path.clone(), exchange["response"]["body"].to_string().into_bytes());
        }
        if status == Some(200) {
            starts.push(path);
        }
    }
    let detail = r#""accountEnabled":true,"userType":"Member","createdDateTime":"2022-03-01T08:00:00Z","onPremisesSyncEnabled":null,"assignedLicenses":[{"skuId":"cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46","disabledPlans":[]}],"lastPasswordChangeDateTime":"2022-03-01T08:00:00Z","passwordPolicies":null,"externalUserState":null,"externalUserStateChangeDateTime":null,"isResourceAccount":null"#;
    let last = r#""signInActivity":{"lastSignInDateTime":"2026-11-18T08:00:00Z","lastNonInteractiveSignInDateTime":"2026-11-18T08:00:00Z","lastSuccessfulSignInDateTime":"2026-11-18T08:00:00Z"}"#;
    starts.retain(|path| !(path.starts_with("/v1.0/users") && !path.contains("signIn") && !path.contains("perUser")));
    for path in &starts {
        if path.contains("signInActivity") {
            list(&mut pages, base, path, 500, |n| format!("{},{detail},{last}", account(n)));
        } else if path.contains("perUserMfaState") {
            list(&mut pages, base, path, 999, |n| {
                format!(r#""id":"00000001-0000-4000-8000-{n:012x}","perUserMfaState":"disabled""#)
            });
        } else if path.contains("userRegistrationDetails") {
            list(&mut pages, base, path, ACCOUNTS / 5, |n| {
                format!(
                    r#"{},"isMfaCapable":true,"isMfaRegistered":true,"methodsRegistered":["microsoftAuthenticatorPush"]"#,
                    account(n)
                )
            });
        }
    }
    (pages, starts)
}

fn serve(stream: TcpStream, pages: &Pages, asked: &Mutex<BTreeSet<String>>, latency: Duration) {
    let mut writer = stream.try_clone().expect("a stream");
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let target = line.split_whitespace().nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line).expect("a header");
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        std::io::copy(&mut std::io::Read::take(&mut reader, length), &mut std::io::sink()).expect("a body");
        std::thread::sleep(latency);
        let token = format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{TOKEN}"}}"#).into_bytes();
        let plain = target.replace("%20", " ").replace("%27", "'");
        let (status, body) = match pages.get_key_value(&plain).or(pages.get_key_value(&target)) {
            Some((path, body)) => {
                asked.lock().expect("a set").insert(path.clone());
                (200, body)
            }
            None if target.ends_with("/token") => (200, &token),
            None => (404, &br#"{"error":{"code":"ResourceNotFound","message":""}}"#.to_vec()),
        };
        let head =
            format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)).is_err() {
            return;
        }
    }
}

/// Fetches every list to its end, all of them side by side, and looks at nothing but the link to the next page.
async fn bare(base: &str, starts: &[String]) -> u64 {
    #[derive(serde::Deserialize)]
    struct Next {
        #[serde(rename = "@odata.nextLink")]
        next: Option<String>,
    }
    let client = reqwest::Client::new();
    let lists = starts.iter().map(|path| {
        let client = client.clone();
        async move {
            let (mut url, mut bytes) = (Some(format!("{base}{path}")), 0);
            while let Some(here) = url {
                let body = client.get(here).send().await.expect("an answer").bytes().await.expect("a body");
                bytes += body.len() as u64;
                url = serde_json::from_slice::<Next>(&body).expect("JSON").next;
            }
            bytes
        }
    });
    futures::future::join_all(lists).await.into_iter().sum()
}

/// Runs the program and gives its wall time and its peak of memory in MiB (0 where the system does not tell).
fn scan(base: &str) -> (Duration, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantscan"));
    command.env_clear().env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", "bench").env("AZURE_CLIENT_SECRET", "x");
    command.args(["scan", "--progress", "none", "--format", "oneline", "--policy", POLICIES]);
    for host in ["graph.microsoft.com", "login.microsoftonline.com", "outlook.office365.com"] {
        command.arg("--endpoint").arg(format!("{host}={base}"));
    }
    let start = Instant::now();
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().expect("the program starts");
    let (status, mut peak) = (format!("/proc/{}/status", child.id()), 0);
    while child.try_wait().expect("a child").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = high.and_then(|high| high.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let time = start.elapsed();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().expect("its output"), &mut said).expect("text");
    print!("  {said}");
    (time, peak / 1024)
}

fn main() {
    let latency = std::env::var("TENANTSCAN_BENCH_LATENCY_MS").ok().and_then(|text| text.parse().ok()).unwrap_or(50);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (pages, mut starts) = pages(&base);
    let bytes: usize = pages.values().map(Vec::len).sum();
    println!("{ACCOUNTS} accounts, {} pages, {} MB, {latency} ms before each answer", pages.len(), bytes / 1_000_000);
    let (pages, asked) = (Arc::new(pages), Arc::new(Mutex::new(BTreeSet::new())));
    let log = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (pages, log) = (pages.clone(), log.clone());
            std::thread::spawn(move || serve(stream, &pages, &log, Duration::from_millis(latency)));
        }
    });
    // The bare client fetches what a scan asks for, and no more.
    scan(&base);
    let asked = asked.lock().expect("a set").clone();
    starts.retain(|path| asked.contains(path));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (mut fetched, mut scanned) = (Duration::MAX, Duration::MAX);
    let mut peak = 0;
    for _ in 0..3 {
        let start = Instant::now();
        runtime.block_on(bare(&base, &starts));
        fetched = fetched.min(start.elapsed());
        let (time, memory) = scan(&base);
        (scanned, peak) = (scanned.min(time), peak.max(memory));
    }
    println!(
        "bare client {:.2} s, whole scan {:.2} s, ratio {:.2}, peak {peak} MiB",
        fetched.as_secs_f64(),
        scanned.as_secs_f64(),
        scanned.as_secs_f64() / fetched.as_secs_f64()
    );
}
