//! What the program says and answers to people and scripts.

mod support;

use std::fs;

use support::{expect_code, repository, tenantscan, text};

#[test]
fn alone_it_shows_help_and_the_next_step() {
    let output = expect_code(&mut tenantscan(), 2);
    let said = text(&output.stderr);
    assert!(said.contains("tenantscan demo") && said.contains("scan"), "{said}");
}

#[test]
fn a_job_sets_everything_in_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.json");
    let mut job = tenantscan();
    job.arg("scan").env("TENANTSCAN_REPLAY", repository("fixtures/maple-hill"));
    job.env("TENANTSCAN_FORMAT", format!("json:{}", path.display()));
    for switch in ["NO_INPUT", "QUIET", "ALL_SAFEGUARDS", "ALL_RESULTS"] {
        job.env(format!("TENANTSCAN_{switch}"), "1");
    }
    let output = expect_code(&mut job, 0);
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), String::new()));
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("written")).expect("JSON");
    assert_eq!(report["run"]["exit"]["code"], 0);
}

#[test]
fn what_a_job_writes_is_written_by_its_scan_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let job = |arguments: &[&str], code: i32| {
        let mut command = tenantscan();
        command.args(arguments).current_dir(folder.path());
        command.env("TENANTSCAN_FORMAT", "json:out.json").env("TENANTSCAN_OUTPUT", "all");
        expect_code(command.env("TENANTSCAN_SNAPSHOT", "last.json"), code)
    };
    let written = || ["out.json", "all/report.json", "last.json"].map(|name| fs::read(path(name)).ok());
    let client = repository("fixtures/maple-hill");
    job(&["scan", "--policy", "admin-count", "--replay", client.to_str().expect("UTF-8")], 0);
    let before = written();
    assert!(before.iter().all(Option::is_some));
    job(&["demo"], 0);
    job(&["demo", "--snapshot", "demo.json"], 0);
    job(&["evaluate", "demo.json", "--policy", "admin-count"], 3);
    assert!(written() == before, "the client's own stay");
    let said = text(&job(&["report", "sra"], 2).stderr);
    assert!(said.contains("--snapshot"), "what is read has to be named: {said}");
    let sra = tenantscan().args(["report", "sra"]).env("TENANTSCAN_FROM_SNAPSHOT", path("last.json")).output();
    assert!(sra.expect("it starts").status.success());
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("written");
    for (arguments, due) in [
        (vec!["--format", "json", "--format", "terminal"], "two formats cannot share"),
        (vec!["--format", "json:."], "is a folder"),
        (vec!["--snapshot", "file/snapshot.json"], "cannot write"),
        (vec!["--output", "file"], "cannot write"),
    ] {
        // Reading would say that there is no such recording.
        let mut scan = tenantscan();
        scan.current_dir(folder.path()).args(["scan", "--replay", "nowhere"]).args(&arguments);
        let said = text(&expect_code(&mut scan, 2).stderr);
        assert!(said.contains(due) && said.contains("next: "), "{arguments:?}: {said}");
    }
}

#[test]
fn a_wrong_word_gets_a_suggestion() {
    for (arguments, near) in [
        (vec!["scna"], "scan"),
        (vec!["demo", "--fromat", "json"], "--format"),
        (vec!["demo", "--format", "jsn"], "json"),
        (vec!["demo", "--fail-on", "hgih"], "high"),
        (vec!["demo", "--policy", "mfa-all-usres"], "mfa-all-users"),
        (vec!["policy", "lsit"], "list"),
        (vec!["policy", "show", "admin-cuont"], "admin-count"),
        (vec!["dictionary", "usres"], "users"),
        (vec!["schema", "vendros"], "vendors"),
        (vec!["atest", "list"], "attest"),
        (vec!["breach", "--discovered", "2026-01-05", "--affected", "9", "--by-state", "ZZ=5"], "AZ"),
        (vec!["breach", "--discovered", "2/28/2026", "--affected", "9"], "as in 2026-01-31"),
        (vec!["attest", "list", "--today", "2027-02-29"], "no such day"),
    ] {
        let output = expect_code(tenantscan().args(&arguments), 2);
        let said = text(&output.stderr);
        assert!(said.contains(near), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}: data is not for errors");
    }
}

#[test]
fn policy_list_is_stable_json() {
    let output = expect_code(tenantscan().args(["policy", "list", "--format", "json"]), 0);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = list.as_array().expect("a list");
    assert!(list.len() >= 7, "{} policies", list.len());
    for policy in list {
        let keys: Vec<&String> = policy.as_object().expect("an object").keys().collect();
        assert_eq!(keys.len(), 5, "{keys:?}");
        assert!(policy["citations"].as_array().is_some_and(|citations| !citations.is_empty()), "{policy}");
        let platforms = policy["platforms"].as_array().expect("a list");
        let known = |it: &serde_json::Value| it == "microsoft365" || it == "google-workspace";
        assert!(!platforms.is_empty() && platforms.iter().all(known), "{policy}");
    }
}

#[test]
fn a_new_policy_checks_and_passes_its_own_tests() {
    let folder = tempfile::tempdir().expect("a folder");
    expect_code(tenantscan().args(["policy", "new", "our-own", "--dir"]).arg(folder.path()), 0);
    expect_code(tenantscan().args(["policy", "check"]).arg(folder.path()), 0);
    expect_code(tenantscan().args(["policy", "test"]).arg(folder.path()), 0);
    expect_code(tenantscan().args(["policy", "new", "our-own", "--dir"]).arg(folder.path()), 2);
}

#[test]
fn every_mistake_of_every_policy_file_is_reported_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    for id in ["first", "second"] {
        expect_code(tenantscan().args(["policy", "new", id, "--dir"]).arg(folder.path()), 0);
        let path = folder.path().join(format!("{id}.toml"));
        let broken = fs::read_to_string(&path).expect("written").replace("user.enabled &&", "user.enabld &&");
        fs::write(&path, broken).expect("written");
    }
    let output = expect_code(tenantscan().args(["policy", "check"]).arg(folder.path()), 2);
    let said = text(&output.stderr);
    for part in ["first.toml", "second.toml", "enabld", "`enabled`"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn the_shipped_policies_check_and_pass_their_own_tests() {
    expect_code(tenantscan().args(["policy", "check"]), 0);
    expect_code(tenantscan().args(["policy", "test"]), 0);
}

#[test]
fn documents_that_are_made_from_code_are_current() {
    let records = tenantscan_records::schemas().map(|(name, _)| name);
    for name in ["report", "snapshot"].into_iter().chain(records) {
        let output = expect_code(tenantscan().args(["schema", name]), 0);
        let stands = fs::read_to_string(repository(&format!("schemas/{name}.schema.json"))).unwrap_or_default();
        assert!(stands == text(&output.stdout), "the schema of {name} is out of date: run `cargo dev`");
    }
}

#[test]
fn standard_output_holds_data_alone() {
    let output = expect_code(tenantscan().args(["demo", "--format", "json"]), 0);
    serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("nothing but JSON");
    let output = expect_code(tenantscan().args(["demo", "--format", "oneline"]), 0);
    assert_eq!(text(&output.stdout).lines().count(), 1);
    assert!(output.stderr.is_empty());
}

#[test]
fn the_demo_fits_80_columns_without_colour_in_a_pipe() {
    let report = text(&expect_code(tenantscan().arg("demo"), 0).stdout);
    assert!(!report.contains('\u{1b}'), "no escape sequences in a pipe");
    for line in report.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn exit_codes_tell_findings_from_gaps() {
    let poor = repository("fixtures/cedar-grove");
    let scan = |more: &[&str]| {
        let mut command = tenantscan();
        command.args(["scan", "--format", "oneline", "--replay"]).arg(&poor).args(more);
        command
    };
    expect_code(&mut scan(&["--policy", "admin-count"]), 3);
    expect_code(&mut scan(&["--policy", "admin-count", "--fail-on", "none"]), 0);
    expect_code(&mut scan(&["--policy", "admin-count", "--fail-on", "critical"]), 0);
    let empty = tempfile::tempdir().expect("a folder");
    let mut command = tenantscan();
    command.args(["scan", "--policy", "admin-count", "--replay"]).arg(empty.path());
    expect_code(&mut command, 4);
}

#[test]
fn coverage_says_what_policies_rest_on_and_what_each_plan_decides() {
    let output = expect_code(tenantscan().args(["policy", "coverage", "--format", "json"]), 0);
    let coverage: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = |name: &str| coverage[name].as_array().expect("a list").clone();
    let policy = |id: &str| list("policies").into_iter().find(|it| it["policy"] == id).expect("a shipped policy");
    let decides = |id: &str, plan: &str| {
        let policy = policy(id);
        policy["decided_on"].as_array().expect("a list").iter().any(|it| it == plan)
    };
    let (basic, premium, e5) = ("Microsoft 365 Business Basic", "Microsoft 365 Business Premium", "Microsoft 365 E5");
    for (id, on_basic, on_premium, on_e5) in [
        ("audit-log-on", true, true, true),
        ("session-length", false, true, true),
        ("inactive-accounts", false, true, true),
        ("admin-just-in-time", false, false, true),
        // Who holds a role is known without the licence for switching roles on: then nobody can.
        ("admin-count", true, true, true),
    ] {
        assert_eq!([decides(id, basic), decides(id, premium), decides(id, e5)], [on_basic, on_premium, on_e5], "{id}");
    }
    let audit = policy("audit-log-on");
    assert_eq!(audit["sources"][0]["source"], "microsoft365.audit_log");
    assert_eq!(audit["sources"][0]["role"], "Global Reader");
    assert!(audit["columns"].as_array().expect("a list").iter().any(|it| it == "audit_log.enabled"), "{audit}");
    for safeguard in list("safeguards").iter().filter(|it| it["platform"] == "microsoft365") {
        let all = safeguard["policies"].as_u64().expect("a number");
        for (plan, decided) in safeguard["decided"].as_object().expect("by plan") {
            assert!(decided.as_u64().expect("a number") <= all, "{plan}: {safeguard}");
        }
        assert!(safeguard["decided"][basic].as_u64() <= safeguard["decided"][e5].as_u64(), "{safeguard}");
    }
    // What Google's policies rest on stands beside it, and how many rules serve both.
    let google = list("policies")
        .into_iter()
        .find(|it| it["platform"] == "google-workspace" && it["policy"] == "app-passwords-off");
    let google = google.expect("a policy of Google's");
    let passwords = google["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["source"] == "google-workspace.app_passwords");
    let passwords = passwords.expect("the list of app passwords");
    assert_eq!(passwords["permissions"][0], "https://www.googleapis.com/auth/admin.directory.user.security");
    assert!(google["decided_on"].as_array().expect("a list").iter().any(|it| it == "Business Starter"), "{google}");
    let shared: std::collections::BTreeSet<String> = list("policies")
        .iter()
        .filter(|it| it["shares_rule"] == true)
        .map(|it| it["policy"].as_str().expect("an id").to_owned())
        .collect();
    for id in ["admin-count", "mfa-admins", "stale-admins", "app-high-risk-permissions", "role-holders-known"] {
        assert!(shared.contains(id), "{id} is one rule for both: {shared:?}");
    }
    assert!(!shared.contains("platform-baa-plan"), "its words differ");
    assert_eq!(coverage["sharing_one_rule"], shared.len());
    let sharing = format!("{} policies share one rule across both platforms\n", shared.len());
    for (format, citation) in [("terminal", "\n.312(b) "), ("md", "| 164.312(b) |")] {
        let said = text(&expect_code(tenantscan().args(["policy", "coverage", "--format", format]), 0).stdout);
        assert!(said.contains("audit-log-on") && said.contains(citation), "{said}");
        assert!(said.starts_with(&sharing) && said.contains("app-passwords-off"), "{said}");
        assert!(format == "md" || said.lines().all(|line| line.chars().count() <= 80), "{said}");
    }
}
