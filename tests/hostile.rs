//! Names that somebody chose to do harm, in every display text of the made-up practices: what is shown stays sane, what
//! is data stays whole, and no verdict moves.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use support::hostile::{HALF, expect_sane, hostile};
use support::{expect_code, repository, tenantscan, text, verdicts};

/// Keys of the exchanges whose values people choose for each other to read.
const NAMES: [&str; 20] = [
    "Comment",
    "DisplayName",
    "Name",
    "description",
    "deviceName",
    "displayName",
    "ownerDisplayName",
    "principalDisplayName",
    "resourceDisplayName",
    "userDisplayName",
    // A rule of Exchange or Purview names its policy: it changes with the policy's own name.
    "AntiPhishPolicy",
    "DefaultAuthenticationPolicy",
    "HighConfidencePhishQuarantineTag",
    "HostedContentFilterPolicy",
    "HostedOutboundSpamFilterPolicy",
    "MalwareFilterPolicy",
    "ParentPolicyName",
    "PhishQuarantineTag",
    "SafeAttachmentPolicy",
    "SafeLinksPolicy",
];

/// Keys of lists of such names.
const LISTS: [&str; 1] = ["RetentionPolicyTagLinks"];

/// Keys of recipients as Exchange writes them: name and address in one text.
const RECIPIENTS: [&str; 3] = ["ForwardAsAttachmentTo", "ForwardTo", "RedirectTo"];

/// Names that are the vendor's own words, by the start of the file's name: what rests on them, rests on no person's
/// choice.
const VENDORS: [(&str, &str); 1] = [("alert_policies", "Name")];

/// Parts in which a name is a word of the vendor's: which property of an object was changed.
const KEYS: [&str; 1] = ["modifiedProperties"];

/// Policies that judge names, and so may judge these otherwise: a login by whether it is called as a desk or a team, an
/// app by the product whose name it carries. Both only ask a person to look.
const BY_NAME: [&str; 2] = ["app-vendors-under-contract", "shared-logins"];

struct Swap<'a> {
    name: &'a str,
    known: BTreeMap<String, String>,
}

impl Swap<'_> {
    fn of(&mut self, value: &str) -> String {
        let next = self.known.len();
        self.known.entry(value.to_owned()).or_insert_with(|| format!("{}{next}", self.name)).clone()
    }

    fn listed(&mut self, value: &mut Value) {
        if let Value::String(text) = value {
            *text = self.of(text);
        }
    }

    /// `"Accounts" [SMTP:accounts@billing.example]`: the name alone.
    fn recipient(&mut self, value: &mut Value) {
        let Value::String(text) = value else { return };
        if let Some((name, address)) = text.strip_prefix('"').and_then(|rest| rest.rsplit_once("\" [")) {
            *text = format!("\"{}\" [{address}", self.of(name));
        }
    }

    fn walk(&mut self, file: &str, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(file, item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let vendors = |(start, word): &(&str, &str)| file.starts_with(start) && key == word;
                    match value {
                        Value::String(text) if NAMES.contains(&key.as_str()) && !text.is_empty() => {
                            if !VENDORS.iter().any(vendors) {
                                *text = self.of(text);
                            }
                        }
                        Value::Array(items) if LISTS.contains(&key.as_str()) => {
                            items.iter_mut().for_each(|item| self.listed(item));
                        }
                        Value::Array(items) if RECIPIENTS.contains(&key.as_str()) => {
                            items.iter_mut().for_each(|item| self.recipient(item));
                        }
                        _ if KEYS.contains(&key.as_str()) => {}
                        value => self.walk(file, value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Copies a practice with all its display texts changed; says which names there are now.
fn changed(from: &Path, to: &Path, name: &str) -> Vec<String> {
    let mut swap = Swap { name, known: BTreeMap::new() };
    support::copy(&from.join("records"), &to.join("records"));
    for entry in fs::read_dir(from).expect("the practice") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let file = path.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
        let mut text = fs::read_to_string(&path).expect("text");
        if file.ends_with(".json") {
            let mut exchange: Value = serde_json::from_str(&text).expect("JSON");
            if let Some(body) = exchange.get_mut("response").and_then(|response| response.get_mut("body")) {
                swap.walk(&file, body);
            }
            text = serde_json::to_string(&exchange).expect("JSON").replace(HALF, "\\ud800");
        }
        fs::write(to.join(file), text).expect("written");
    }
    swap.known.into_values().map(|name| name.replace(HALF, "\u{fffd}")).collect()
}

/// Without the colours that the program sets itself.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        let (code, after) = after.split_once('m').expect("the end of a colour");
        assert!(code.chars().all(|c| c.is_ascii_digit() || c == ';'), "a sequence that is no colour: {code:?}");
        rest = after;
    }
    plain + rest
}

fn scanned(folder: &Path, to: &Path) -> (Output, Value) {
    let mut scan = tenantscan();
    scan.args(["scan", "--color", "never", "--verbose", "--progress", "plain", "--replay"]).arg(folder);
    scan.arg("--output").arg(to).args(["--format", "terminal"]);
    scan.arg("--format").arg(format!("oneline:{}", to.join("line").display()));
    let output = scan.output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{:?}\n{}", output.status, text(&output.stderr));
    let report = fs::read_to_string(to.join("report.json")).expect("the report");
    (output, serde_json::from_str(&report).expect("the report is JSON"))
}

fn names_of(report: &Value) -> Vec<&str> {
    let results = report["results"].as_array().expect("results");
    let findings = results.iter().flat_map(|result| result["findings"].as_array().expect("findings"));
    findings.map(|finding| finding["name"].as_str().expect("a name")).collect()
}

/// Each hostile name in all places of a practice; at least `due` findings carry it.
fn check(practice: &str, due: usize) {
    let folder = repository("fixtures").join(practice);
    let out = tempfile::tempdir().expect("a folder");
    let (_, before) = scanned(&folder, out.path());
    for (kind, name) in hostile() {
        let what = format!("{practice}, {kind}");
        let (swapped, out) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let names = changed(&folder, swapped.path(), &name);
        let (output, report) = scanned(swapped.path(), out.path());
        expect_sane(&what, &text(&output.stdout), 80);
        for line in text(&output.stderr).lines() {
            expect_sane(&what, line, 400);
        }
        let line = fs::read_to_string(out.path().join("line")).expect("one line");
        assert_eq!(line.matches('\n').count(), 1, "{what}: {line:?}");
        expect_sane(&what, &line, 200);
        expect_sane(&what, &fs::read_to_string(out.path().join("report.txt")).expect("the report"), 100);

        let after: BTreeMap<_, _> = verdicts(&report).into_iter().collect();
        let moved: Vec<_> = verdicts(&before)
            .into_iter()
            .filter(|(policy, verdict)| after[policy] != *verdict && !BY_NAME.contains(&policy.as_str()))
            .map(|(policy, verdict)| format!("{policy}: {verdict} became {}", after[&policy]))
            .collect();
        assert!(moved.is_empty(), "{what}: {moved:#?}");
        let carried = names_of(&report).into_iter().filter(|shown| names.iter().any(|name| name == shown)).count();
        assert!(carried >= due, "{what}: {carried} findings carry a name");

        let mut again = tenantscan();
        again.args(["evaluate", "--color", "always"]).arg(out.path().join("snapshot.json"));
        again.arg("--config").arg(swapped.path().join("tenantscan.toml"));
        let coloured = expect_code(&mut again, output.status.code().expect("an exit code"));
        let coloured = plain(&text(&coloured.stdout));
        expect_sane(&what, &coloured, 80);
        assert_eq!(coloured, text(&output.stdout), "{what}: colour changes no word");
    }
}

#[test]
fn a_practice_of_hostile_names_is_shown_sanely_and_judged_as_before() {
    check("cedar-grove", 100);
}

#[test]
fn a_well_run_practice_stays_one_whatever_its_names() {
    check("maple-hill", 0);
}
