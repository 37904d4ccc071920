//! What people keep: it reaches a scan, and the commands keep it as people would, comments and all.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::hostile::{HALF, expect_sane, hostile};
use support::{copy, expect_code, on, repository, tenantscan, text, verdicts};
use tempfile::TempDir;
use tenantscan_records::{csv, sheet, xlsx};

/// The day of the scans.
const TODAY: &str = "2026-11-20";

/// A practice of one's own, with its records.
fn practice(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository("fixtures").join(name), folder.path());
    folder
}

fn at(folder: &Path, arguments: &[&str]) -> Command {
    on(TODAY, folder, arguments)
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    text(&expect_code(&mut at(folder, arguments), 0).stdout)
}

/// What is said of a command that cannot be done. Nothing in the records changes.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let before = all_of(&folder.join("records"));
    let output = expect_code(&mut at(folder, arguments), 2);
    assert!(before == all_of(&folder.join("records")), "{arguments:?} wrote something");
    assert!(output.stdout.is_empty(), "{arguments:?}: data is not for errors");
    text(&output.stderr)
}

fn all_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    // The lock is no record.
    let files = entries.filter(|path| path.is_file() && !path.ends_with(".lock"));
    files.map(|path| (path.display().to_string(), fs::read(&path).expect("bytes"))).collect()
}

fn record(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join("records").join(name)).expect("a record")
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains('#')).collect()
}

fn listed(folder: &Path, command: &str) -> Vec<Value> {
    let said = done(folder, &[command, "list", "--format", "json"]);
    serde_json::from_str::<Value>(&said).expect("JSON").as_array().expect("a list").clone()
}

fn question(folder: &Path, id: &str) -> Value {
    listed(folder, "attest").into_iter().find(|it| it["question"] == id).expect("a question")
}

const ANSWER: [&str; 13] = [
    "attest",
    "--question",
    "restore-tested",
    "--answer",
    "implemented",
    "--statement",
    "A folder of last year was restored and opened.",
    "--by",
    "Ana Sample",
    "--role",
    "Practice manager",
    "--evidence",
    "evidence/ehr-settings.txt",
];

#[test]
fn a_client_is_named_by_its_folder_or_its_file() {
    let practice = practice("maple-hill");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let (folder, file) = (practice.path().display().to_string(), practice.path().join("tenantscan.toml"));
    let file = file.display().to_string();
    for client in [&folder, &file] {
        let before = record(practice.path(), "attestations.toml");
        let answered = [&["attest", client][..], &ANSWER[1..11]].concat();
        done(elsewhere.path(), &answered);
        assert!(
            record(practice.path(), "attestations.toml").contains("A folder of last year was restored and opened.")
        );
        fs::write(practice.path().join("records/attestations.toml"), before).expect("written");
        let listed = |arguments: &[&str]| done(elsewhere.path(), arguments);
        let due = done(practice.path(), &["attest", "list"]);
        assert_eq!(listed(&["attest", client, "list"]), due);
        assert_eq!(listed(&["attest", "list", "--config", client]), due);
    }
    let said = text(&expect_code(&mut at(elsewhere.path(), &["attest", "no-such-client", "list"]), 2).stderr);
    assert!(said.contains("no-such-client"), "{said}");
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 0, "nothing was begun there");
}

#[test]
fn an_answer_is_given_by_flags_and_takes_the_place_of_an_old_one() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    assert_eq!(question(path, "restore-tested")["state"], "ended");
    let before = record(path, "attestations.toml");
    let said = done(path, &[&ANSWER[..11], &["--valid-until", "2030-01-01"]].concat());
    assert!(said.contains("good until 2027-05-19: an answer to this question is good for no longer"), "{said}");
    assert!(said.contains("does not count yet: nothing is on file") && said.contains("--evidence"), "{said}");
    assert_eq!(question(path, "restore-tested")["state"], "unproven");
    let said = done(path, &ANSWER);
    assert!(said.contains("good until 2027-05-19"), "{said}");
    let answered = question(path, "restore-tested");
    assert_eq!((&answered["state"], &answered["on"]), (&"answered".into(), &TODAY.into()));
    let after = record(path, "attestations.toml");
    assert_eq!(comments(&before), comments(&after));
    assert!(after.contains("sha256 = \"dd5f13a4") && after.contains("opened."), "{after}");
    assert_eq!(done(path, &[&ANSWER[..], &["--quiet"]].concat()), "");
}

#[test]
fn answers_that_are_not_whole_or_not_true_are_refused() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let without = |flag: &str| {
        let at = ANSWER.iter().position(|it| *it == flag).expect("a flag");
        ANSWER
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != at && *place != at + 1)
            .map(|it| *it.1)
            .collect::<Vec<_>>()
    };
    for flag in ["--question", "--answer", "--statement", "--by", "--role"] {
        let said = refused(path, &without(flag));
        assert!(said.contains(flag) && said.contains("next: "), "{said}");
    }
    for flags in [["--evidence", "evidence/ehr-settings.txt"], ["--valid-until", "2027-01-31"]] {
        assert!(refused(path, &[&["attest"][..], &flags].concat()).contains("--question"), "{flags:?}");
    }
    let with = |old: &str, new: &'static str| ANSWER.map(|it| if it == old { new } else { it });
    for (old, new, due) in [
        ("restore-tested", "restore-testd", "restore-tested"),
        ("implemented", "implementd", "implemented"),
        ("evidence/ehr-settings.txt", "evidence/missing.txt", "no such file"),
        ("evidence/ehr-settings.txt", "../tenantscan.toml", "outside"),
    ] {
        let said = refused(path, &with(old, new));
        assert!(said.contains(due), "{new}: {said}");
    }
    let said = refused(path, &with("implemented", "not_applicable"));
    assert!(said.contains("no answer to restore-tested") && said.contains("implemented, partly, no"), "{said}");
    let past = [&ANSWER[..], &["--valid-until", "2026-11-19"]].concat();
    assert!(refused(path, &past).contains("lies before today"));
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let folder = practice("cedar-grove");
    for arguments in [&["attest"][..], &["attest", "--no-input"], &["attest", "--by", "Ana", "--role", "Manager"]] {
        let said = refused(folder.path(), arguments);
        assert!(said.contains("nobody to ask") && said.contains("--question") && said.contains("export"), "{said}");
    }
}

#[test]
fn what_is_due_is_listed() {
    let folder = practice("maple-hill");
    let path = folder.path();
    let due = |days: &str| {
        let said = done(path, &["attest", "list", "--due", days, "--format", "json"]);
        serde_json::from_str::<Value>(&said).expect("JSON").as_array().expect("a list").len()
    };
    let all = listed(path, "attest").len();
    assert!(due("0d") == 0 && due("60") > 0 && due("60d") < all && due("366d") == all);
    let said = done(path, &["attest", "list", "--due", "60d"]);
    assert!(said.contains("until 2026-12-07") && said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

/// The lines of a spreadsheet, cell by cell.
fn cells(path: &Path) -> Vec<Vec<String>> {
    let file = sheet(&path.display().to_string(), fs::read(path).expect("bytes")).expect("a spreadsheet");
    let (mut lines, mut line, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = file.text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    lines
}

fn fill(lines: &mut [Vec<String>], question: &str, values: &[(&str, &str)]) {
    let heading = lines[0].clone();
    let line = lines.iter_mut().find(|line| line[0] == question).expect("a question");
    for (column, value) in values {
        let place = heading.iter().position(|it| it == column).expect("a column");
        line[place] = (*value).to_owned();
    }
}

fn save(path: &Path, lines: &[Vec<String>]) {
    let bytes = if path.extension().is_some_and(|it| it == "xlsx") {
        xlsx(lines).expect("a workbook")
    } else {
        csv(lines).into_bytes()
    };
    fs::write(path, bytes).expect("written");
}

#[test]
fn questions_go_to_a_spreadsheet_and_answers_come_back() {
    for name in ["questions.csv", "questions.xlsx"] {
        let folder = practice("cedar-grove");
        let path = folder.path();
        let file = path.join(name);
        let format = if name == "questions.csv" { "csv" } else { "xlsx" };
        done(path, &["attest", "export", "--blank", "--format", format]);
        let mut lines = cells(&file);
        let open = listed(path, "attest").iter().filter(|it| it["state"] != "answered").count();
        assert!(open > 30);
        assert_eq!(lines.len(), 1 + open, "{name}: the open questions and those whose answer has ended");
        assert!(done(path, &["attest", "import", name]).contains("no new answer"), "{name}");

        fill(&mut lines, "cyber-insurance", &[("Answer", "Not applicable"), ("Statement", "One.\nTwo.")]);
        let who = [("By", "Ben"), ("Role", "Billing")];
        fill(&mut lines, "incident-response-plan", &[&[("Answer", "N/A"), ("Statement", "None.")], &who[..]].concat());
        fill(&mut lines, "policies-on-file", &[("Answer", "perhaps"), ("By", "Ben"), ("Role", "Billing")]);
        save(&file, &lines);
        let said = refused(path, &["attest", "import", name]);
        for due in [
            "`perhaps` is no answer",
            "`statement` is empty",
            "--by",
            "--role",
            name,
            "no answer to incident-response-plan",
            "5 mistakes; nothing was written",
        ] {
            assert!(said.contains(due), "{name}, {due}: {said}");
        }
        let row = 1 + lines.iter().position(|line| line[0] == "policies-on-file").expect("a line");
        assert!(said.contains(&format!("(cell F{row})")) && said.contains(&format!("(cell G{row})")), "{name}: {said}");

        let none = ["Answer", "Statement", "By", "Role"].map(|column| (column, ""));
        fill(&mut lines, "incident-response-plan", &none);
        let statement = "=HYPERLINK(\"https://a.example\")";
        fill(
            &mut lines,
            "policies-on-file",
            &[
                ("Answer", "partly"),
                ("Statement", statement),
                ("Evidence", "https://a.example/p; evidence/course-list.txt"),
            ],
        );
        save(&file, &lines);
        let import = ["attest", "import", name, "--by", "Ana Sample", "--role", "Practice manager"];
        assert!(done(path, &import).contains("kept 2 answers"), "{name}");
        let (one, other) = (question(path, "cyber-insurance"), question(path, "policies-on-file"));
        assert_eq!((&one["answer"], &one["by"]), (&"not_applicable".into(), &"Ana Sample".into()), "{name}");
        assert_eq!((&other["answer"], &other["by"]), (&"partly".into(), &"Ben".into()), "{name}");

        let before = all_of(&path.join("records"));
        assert!(done(path, &import).contains("no new answer"), "{name}: twice is once");
        let filled = fs::read(&file).expect("bytes");
        let said = refused(path, &["attest", "export", "--file", name]);
        assert!(said.contains("is there already") && said.contains("next: ") && said.contains("delete"), "{said}");
        assert!(fs::read(&file).expect("bytes") == filled, "{name}: what somebody filled in stays");
        fs::remove_file(&file).expect("removed");
        done(path, &["attest", "export", "--file", name]);
        let all = cells(&file);
        assert_eq!(all.len(), 1 + tenantscan_records::questions().len());
        let written = all.iter().find(|line| line[0] == "policies-on-file").expect("a line");
        let due = if name == "questions.csv" { format!("'{statement}") } else { statement.to_owned() };
        assert_eq!(written[6], due, "{name}: a text, not a formula");
        assert!(done(path, &["attest", "import", name]).contains("no new answer"), "{name}: what is there is not new");
        assert!(before == all_of(&path.join("records")), "{name}");
    }
}

#[test]
fn an_answer_of_an_older_sheet_does_not_take_the_place_of_a_newer_one() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let lines = |day: &str| {
        let line = |id: &str| format!("{id},no,From the sheet.,Ben,Billing,{day}\n");
        let text =
            format!("question_id,answer,statement,by,role,on\n{}{}", line("training-done"), line("facility-security"));
        fs::write(path.join("sheet.csv"), text).expect("written");
    };
    let newer = question(path, "training-done");
    lines("2025-01-31");
    let said = done(path, &["attest", "import", "sheet.csv"]);
    assert!(said.contains("already: 1 (training-done)") && said.contains("kept 1 answer in"), "{said}");
    assert_eq!(question(path, "training-done"), newer);
    assert_eq!(question(path, "facility-security")["on"], "2025-01-31");
    let said = done(path, &["attest", "import", "sheet.csv"]);
    assert!(said.contains("nothing was written") && said.contains("already: 1 (training-done)"), "{said}");
    lines(TODAY);
    done(path, &["attest", "import", "sheet.csv"]);
    assert_eq!(
        (&question(path, "training-done")["on"], &question(path, "training-done")["by"]),
        (&TODAY.into(), &"Ben".into())
    );
}

#[test]
fn a_file_that_is_no_spreadsheet_says_so() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    fs::write(path.join("a.xlsx"), b"PK\x03\x04 broken").expect("written");
    fs::write(path.join("b.csv"), [0xff, 0xfe, 0x41]).expect("written");
    for (arguments, due) in [
        (["attest", "import", "a.xlsx"], "no workbook"),
        (["vendor", "import", "b.csv"], "neither a workbook"),
        (["attest", "import", "c.csv"], "cannot read"),
        (["vendor", "list", "--records=records/vendors.toml"], "is a file, and the records are a folder"),
    ] {
        let said = refused(path, &arguments);
        assert!(said.contains(due) && said.contains("next: "), "{said}");
    }
    assert!(refused(path, &["attest", "export", "--file", "questions"]).contains("--format"));
}

/// A report of the practice beside its records.
fn reported(path: &Path) {
    let mut scan = at(path, &["scan", "--quiet", "--fail-on", "none", "--format", "json:report.json", "--replay", "."]);
    assert!(matches!(scan.output().expect("it starts").status.code(), Some(0 | 4)));
}

#[test]
fn a_result_is_accepted_renewed_and_ended() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    reported(path);
    let report: Value = serde_json::from_slice(&fs::read(path.join("report.json")).expect("a report")).expect("JSON");
    let results = report["results"].as_array().expect("results");
    let stale = results.iter().find(|it| it["policy"] == "inactive-accounts").expect("a result");
    let finding = &stale["findings"][0];
    let resource = finding["resource"].as_str().expect("an id");
    let before = record(path, "exceptions.toml");
    let add = |more: &[&'static str]| {
        let mut all =
            vec!["exception", "add", "inactive-accounts", "--resource", resource, "--disposition", "risk_accepted"];
        all.extend(["--tenant", "microsoft365"]);
        all.extend([
            "--reason",
            "Back from leave in January; the account is needed then.",
            "--approved-by",
            "Dr. Fiction",
        ]);
        all.extend(more);
        all
    };
    let said = refused(path, &add(&["--until", "2027-01-31"]));
    assert!(said.contains("--report"), "{said}");
    assert!(refused(path, &add(&["--until", "2027-12-31", "--report", "report.json"])).contains("at most 365 days"));
    assert!(refused(path, &add(&["--until", "2026-01-31", "--report", "report.json"])).contains("before today"));
    let said = done(path, &add(&["--until", "2027-01-31", "--report", "report.json"]));
    assert!(said.contains("accepted: {"), "{said}");
    let after = record(path, "exceptions.toml");
    assert!(after.starts_with(&before), "what was there stays, byte for byte");
    let added =
        toml::from_str::<toml::Table>(&after).expect("TOML")["exception"].as_array().expect("a list")[2].clone();
    for (name, value) in finding["values"].as_object().expect("values").iter().filter(|(_, value)| !value.is_null()) {
        let kept = serde_json::to_value(&added["accepted"][name]).expect("JSON");
        assert_eq!(&kept, value, "{name}");
    }
    assert!(refused(path, &add(&["--until", "2027-01-31", "--report", "report.json"])).contains("exception renew"));

    // The next scan knows that it is accepted; the verdict stays.
    reported(path);
    let report: Value = serde_json::from_slice(&fs::read(path.join("report.json")).expect("a report")).expect("JSON");
    let results = report["results"].as_array().expect("results");
    let stale = results.iter().find(|it| it["policy"] == "inactive-accounts").expect("a result");
    let found = stale["findings"].as_array().expect("findings").iter().find(|it| it["resource"] == resource);
    assert_eq!((&stale["verdict"], &stale["accepted"]), (&"fail".into(), &1.into()));
    assert_eq!(found.expect("the finding")["accepted"]["until"], "2027-01-31");

    let state = |policy: &str| {
        listed(path, "exception").iter().find(|it| it["policy"] == policy).expect("there")["state"].clone()
    };
    assert_eq!([state("shared-logins"), state("inactive-accounts")], ["expired", "active"]);
    done(path, &["exception", "renew", "shared-logins", "--until", "2026-12-20", "--approved-by", "Dr. Fiction"]);
    assert_eq!(state("shared-logins"), "expiring");
    done(path, &["exception", "expire", "mfa-registered"]);
    assert_eq!(state("mfa-registered"), "expired");
    assert!(refused(path, &["exception", "expire", "mfa-registered"]).contains("has ended on 2026-11-19 already"));
    // It was approved today, and is ended today.
    done(path, &["exception", "expire", "inactive-accounts"]);
    assert_eq!(state("inactive-accounts"), "expired");
    assert!(refused(path, &["exception", "expire", "inactive-accounts"]).contains("has ended on 2026-11-19 already"));
    reported(path);
    let report: Value = serde_json::from_slice(&fs::read(path.join("report.json")).expect("a report")).expect("JSON");
    let results = report["results"].as_array().expect("results");
    let stale = results.iter().find(|it| it["policy"] == "inactive-accounts").expect("a result");
    assert_eq!(stale["accepted"], 0, "it holds no more");
    let all = record(path, "exceptions.toml");
    assert_eq!(comments(&before), comments(&all));
    let said = done(path, &["exception", "list"]);
    assert!(said.contains("30 days left") && said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn what_cannot_be_accepted_is_refused_with_the_next_step() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    reported(path);
    let add = |policy: &'static str, resource: &'static str, disposition: &'static str, reason: &'static str| {
        let mut all = vec!["exception", "add", policy, "--resource", resource, "--disposition", disposition];
        all.extend(["--tenant", "microsoft365"]);
        all.extend([
            "--reason",
            reason,
            "--approved-by",
            "Dr. Fiction",
            "--until",
            "2027-01-31",
            "--report",
            "report.json",
        ]);
        all
    };
    let reason = "Nobody here reads logs, and storing them costs money.";
    for (arguments, due) in [
        (
            add("audit-log-on", "*", "addressable_alternative", reason),
            vec!["which is required", "exceptions.toml:30:15", "`planned`"],
        ),
        (add("audit-log-on", "*", "addressable_not_reasonable", reason), vec!["164.3", "which is required"]),
        (add("audit-log-on", "*", "risk_accepted", "Too dear."), vec!["9 characters", "exceptions.toml:31:10"]),
        (add("audit-log-on", "*", "false_positive", reason), vec!["`evidence` is missing"]),
        (add("audit-log-onn", "*", "planned", reason), vec!["audit-log-on", "policy list"]),
        (add("inactive-accounts", "nobody", "planned", reason), vec!["does not fail for `nobody`"]),
        (add("inactive-accounts", "*", "riskaccepted", reason), vec!["risk_accepted"]),
    ] {
        let said = refused(path, &arguments);
        for due in due {
            assert!(said.contains(due), "{due}: {said}");
        }
    }
    let unsure =
        ["exception", "add", "audit-log-on", "--resource", "*", "--disposition", "planned", "--reason", reason];
    let said = refused(path, &[&unsure[..], &["--approved-by", "A", "--until", "2027-01-31"]].concat());
    assert!(said.contains("--tenant microsoft365 or --tenant google-workspace"), "{said}");
    // Where the rule leaves a choice, it can be made.
    done(path, &add("inactive-accounts", "*", "addressable_alternative", reason));
    assert_eq!(listed(path, "exception").len(), 3);
    assert!(
        refused(path, &["exception", "renew", "admin-count", "--until", TODAY, "--approved-by", "A"]).contains("list")
    );
}

#[test]
fn the_only_tenant_and_resource_that_a_report_names_need_not_be_said() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    reported(path);
    let report: Value = serde_json::from_slice(&fs::read(path.join("report.json")).expect("a report")).expect("JSON");
    let fails_for = |policy: &str| {
        let results = report["results"].as_array().expect("results");
        let result = results.iter().find(|it| it["policy"] == policy).expect("a result");
        let ids = result["findings"].as_array().expect("findings").iter().map(|it| it["resource"].clone());
        ids.collect::<Vec<_>>()
    };
    fn add<'a>(policy: &'a str, file: &'a str) -> Vec<&'a str> {
        let words = ["exception", "add", policy, "--disposition", "risk_accepted", "--approved-by", "Dr. Fiction"];
        let why = ["--until", "2027-01-31", "--reason", "It comes with the new computers in spring.", "--report", file];
        [&words[..], &why[..]].concat()
    }
    assert_eq!(fails_for("audit-log-on").len(), 1);
    done(path, &add("audit-log-on", "report.json"));
    let kept = listed(path, "exception").pop().expect("an exception");
    assert_eq!((&kept["tenant"], &kept["resource"]), (&"microsoft365".into(), &fails_for("audit-log-on")[0]));

    let mut scan = at(path, &["scan", "--policy", "audit-log-on", "--fail-on", "low", "--format", "oneline"]);
    scan.args(["--except-accepted", "--replay", "."]);
    let line = text(&expect_code(&mut scan, 0).stdout);
    assert!(line.contains(" OK ") && line.contains(" accepted=1 "), "{line}");

    let several = fails_for("inactive-accounts");
    let said = refused(path, &add("inactive-accounts", "report.json"));
    assert!(said.contains(several[0].as_str().expect("an id")) && said.contains("--resource"), "{several:?}: {said}");
    let passing = report["results"].as_array().expect("results").iter().find(|it| it["verdict"] == "pass");
    let policy = passing.and_then(|it| it["policy"].as_str()).expect("one is met");
    assert!(refused(path, &add(policy, "report.json")).contains("names nothing that could be accepted"));
    let bare = add("audit-log-on", "");
    let said = refused(path, &bare[..bare.len() - 2]);
    assert!(said.contains("--report") && said.contains("--resource"), "{said}");
    let said = refused(path, &add("audit-log-on", "reprot.json"));
    assert!(said.contains("cannot read reprot.json"), "{said}");
}

#[test]
fn vendors_are_added_listed_and_taken_from_a_spreadsheet() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let before = record(path, "vendors.toml");
    let mut add =
        vec!["vendor", "add", "Fax Company", "--handles-phi", "yes", "--owner", "Ana Sample", "--category", "fax"];
    add.extend(["--baa-signed-on", "2026-01-12", "--baa-document", "agreements/chartfiction-2023.txt"]);
    done(path, &add);
    assert!(refused(path, &add).contains("already"));
    let after = record(path, "vendors.toml");
    assert!(after.starts_with(&before) && after.contains("sha256 = \""), "{after}");
    assert!(
        refused(path, &["vendor", "add", "A", "--handles-phi", "no", "--owner", "B", "--category", "fx"])
            .contains("fax")
    );

    fs::write(
        path.join("list.csv"),
        "Vendor,PHI,Owner,BAA signed\nZoom,yes,Ana,1/31/2026\nShredders,no,Ana,\nPortal,yes,Ana,1/31/2027\n",
    )
    .expect("written");
    done(path, &["vendor", "import", "list.csv"]);
    let agreement =
        |name: &str| listed(path, "vendor").iter().find(|it| it["name"] == name).expect("there")["agreement"].clone();
    assert_eq!([agreement("Zoom"), agreement("Shredders"), agreement("ChartFiction")], ["signed", "none", "ended"]);
    assert_eq!(agreement("Portal"), "not_yet", "a day that lies ahead puts nothing in force");
    assert!(done(path, &["vendor", "list"]).contains("not in force yet"));
    fs::write(path.join("records/empty.pdf"), "").expect("written");
    let mut given =
        vec!["vendor", "add", "Recall", "--handles-phi", "yes", "--owner", "Ana", "--category", "reminders"];
    let unneeded = [&given[..], &["--baa-not-required-because", "x"]].concat();
    assert!(refused(path, &unneeded).contains("has 1 characters, and needs 20"));
    given.extend(["--baa-signed-on", "2026-01-12", "--baa-document", "empty.pdf"]);
    assert!(refused(path, &given).contains("there is nothing in it (0 bytes)"));
    fs::write(path.join("list.csv"), "Vendor,PHI,Owner\nA,perhaps,\nB,yes,Ana\n").expect("written");
    let said = refused(path, &["vendor", "import", "list.csv"]);
    assert!(
        said.contains("list.csv:2:3") && said.contains("(cell C2)") && said.contains("nothing was written"),
        "{said}"
    );
}

#[test]
fn what_a_spreadsheet_has_no_column_for_stays_in_the_register() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let before = record(path, "vendors.toml");
    let import = |sheet: &str| {
        fs::write(path.join("list.csv"), sheet).expect("written");
        done(path, &["vendor", "import", "list.csv"]);
        record(path, "vendors.toml")
    };
    let owners = "name,handles_phi,owner\nhilltop it,yes,Max Makebelieve\nPaperBridge,yes,Max Makebelieve\n";
    let after = import(owners);
    let vendor = |text: &str, name: &str| {
        let table: toml::Table = toml::from_str(text).expect("TOML");
        let all = table["vendor"].as_array().expect("a list").clone();
        let is_it = |it: &toml::Value| it["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
        all.into_iter().find(is_it).expect("a vendor")
    };
    for name in ["Hilltop IT", "PaperBridge"] {
        let (mut old, new) = (vendor(&before, name), vendor(&after, name));
        old["owner"] = "Max Makebelieve".into();
        old["name"] = new["name"].clone();
        assert_eq!(new, old);
    }
    assert_eq!(after.lines().count(), before.lines().count());

    // A column of the agreement changes that key alone; an empty cell takes its key away.
    let after = import("name,handles_phi,owner,baa_renews_on,baa_plan,services\nPaperBridge,yes,Ana,2028-02-28,,\n");
    let (old, new) = (vendor(&before, "PaperBridge"), vendor(&after, "PaperBridge"));
    assert_eq!(new["baa"]["renews_on"].to_string(), "2028-02-28");
    assert!(new.get("services").is_none() && new["baa"].get("plan").is_none(), "{after}");
    assert_eq!((&new["app_ids"], &new["baa"]["sha256"]), (&old["app_ids"], &old["baa"]["sha256"]));
    // The hash of the old agreement is not that of another file, which has its own.
    let hash = |text: &str| vendor(text, "PaperBridge")["baa"]["sha256"].clone();
    let sheet = "name,handles_phi,owner,baa_document\nPaperBridge,yes,Ana,agreements/chartfiction-2023.txt\n";
    let first = hash(&import(sheet));
    assert_ne!(first, old["baa"]["sha256"]);
    // A file that has changed since is held against what was put on file, however often the list is taken.
    fs::write(path.join("records/agreements/chartfiction-2023.txt"), "Another text.").expect("written");
    assert_eq!(hash(&import(sheet)), first);
    let mut scan = at(path, &["scan", "--replay", ".", "--snapshot", "s.json", "--policy", "vendor-baa-on-file"]);
    scan.output().expect("it starts");
    let read: Value = serde_json::from_slice(&fs::read(path.join("s.json")).expect("a snapshot")).expect("JSON");
    let rows = read["tenants"][0]["datasets"]["vendors"]["rows"].as_array().expect("rows").clone();
    let row = rows.into_iter().find(|it| it["name"] == "PaperBridge").expect("a row");
    assert_eq!(row["baa_document_changed"], true);
}

#[test]
fn whoever_writes_at_the_same_time_loses_nothing() {
    let there = practice("cedar-grove");
    let nowhere = tempfile::tempdir().expect("a folder");
    fs::write(nowhere.path().join("tenantscan.toml"), "").expect("a client's file");
    for path in [there.path(), nowhere.path()] {
        let before = listed(path, "vendor").len();
        let names: Vec<String> = (0..12).map(|number| format!("Vendor {number}")).collect();
        let add = |name: &String| {
            at(path, &["vendor", "add", name, "--handles-phi", "no", "--owner", "Ana", "--quiet"]).spawn()
        };
        let all: Vec<_> = names.iter().map(|name| add(name).expect("it starts")).collect();
        for mut one in all {
            assert!(one.wait().expect("it ends").success());
        }
        let kept = listed(path, "vendor");
        assert_eq!(kept.len(), before + names.len());
        assert!(path.join("records/.lock").is_file());
        if before == 0 {
            assert_eq!(all_of(&path.join("records")).len(), 1, "nothing but the register is made");
        }
    }
}

#[test]
fn a_roster_is_looked_at_and_what_must_not_be_in_it_is_never_shown() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let said = done(path, &["roster", "check", "--file", "records/roster.csv"]);
    assert!(said.contains("18 people: 15 active, 1 contractor, 2 left"), "{said}");
    fs::write(path.join("staff.csv"), "email,status,SSN\nann@a.example,active,123-45-6789\n").expect("written");
    let said = refused(path, &["roster", "check", "--file", "staff.csv"]);
    assert!(said.contains("social-security numbers") && !said.contains("123") && !said.contains("6789"), "{said}");
    fs::write(path.join("staff.csv"), "email,name,role,status,last_day\n").expect("written");
    assert!(refused(path, &["roster", "check", "--file", "staff.csv"]).contains("nobody below it"));
    fs::write(path.join("staff.csv"), "email,status\nann@a.example,left\n").expect("written");
    let said = done(path, &["roster", "check", "--file", "staff.csv"]);
    assert!(said.contains("no column last_day") && said.contains("1 person: 1 left"), "{said}");
}

#[test]
fn mistakes_in_records_end_a_scan_and_all_are_said() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    for (file, from, to) in [
        ("vendors.toml", "handles_phi = \"yes\"", "handles_phi = true"),
        ("plan.toml", "state = \"open\"", "state = \"opn\""),
    ] {
        fs::write(path.join("records").join(file), record(path, file).replacen(from, to, 1)).expect("written");
    }
    let said = refused(path, &["scan", "--replay", "."]);
    for due in ["vendors.toml:", "plan.toml:", "2 mistakes; no record was used"] {
        assert!(said.contains(due), "{said}");
    }
    // A command that would change another file says the same, and writes nothing.
    assert!(refused(path, &ANSWER).contains("vendors.toml:"));
}

#[test]
fn records_are_where_the_client_says() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    fs::rename(path.join("records"), path.join("paper")).expect("moved");
    let read = |arguments: &[&str], variable: Option<&str>| {
        let mut scan = at(path, &["scan", "--format", "json", "--replay", ".", "--policy", "audit-log-on"]);
        scan.args(arguments).envs(variable.map(|value| ("TENANTSCAN_RECORDS", value)));
        let report: Value = serde_json::from_slice(&scan.output().expect("it starts").stdout).expect("JSON");
        let sources = report["tenants"][0]["sources"].as_array().expect("sources").clone();
        sources.into_iter().find(|it| it["source"] == "records.vendors").expect("a source")
    };
    let none = read(&[], None);
    assert_eq!(
        (&none["cause"], none["cure"].as_str().map(|it| it.contains("vendor add"))),
        (&"not_supplied".into(), Some(true))
    );
    assert_eq!(read(&["--records", "paper"], None)["rows"], 7);
    assert_eq!(read(&[], Some("paper"))["rows"], 7);
    let client = fs::read_to_string(path.join("tenantscan.toml")).expect("text");
    fs::write(path.join("tenantscan.toml"), format!("{client}records = \"paper\"\n")).expect("written");
    assert_eq!(read(&[], None)["rows"], 7);
    let missing = expect_code(&mut at(path, &["scan", "--replay", ".", "--records", "papr"]), 2);
    assert!(text(&missing.stderr).contains("no folder papr"));
}

#[test]
fn the_demo_and_a_copy_of_its_practice_give_the_same_snapshot_whenever_files_were_changed() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for document in fs::read_dir(path.join("records/evidence")).expect("documents") {
        let file = fs::File::options().write(true).open(document.expect("an entry").path()).expect("a file");
        file.set_modified(old).expect("a date");
    }
    let snapshot = |arguments: &[&str]| {
        let mut run = at(path, arguments);
        run.args(["--format", "oneline", "--snapshot", "snapshot.json"]);
        assert!(matches!(run.output().expect("it starts").status.code(), Some(0 | 4)));
        let mut snapshot: Value =
            serde_json::from_slice(&fs::read(path.join("snapshot.json")).expect("written")).expect("JSON");
        for source in snapshot["tenants"][0]["sources"].as_array_mut().expect("sources") {
            source.as_object_mut().expect("an object").remove("milliseconds");
        }
        snapshot
    };
    let demo = snapshot(&["demo"]);
    assert!(demo == snapshot(&["scan", "--replay", "."]));
    let answers = demo["tenants"][0]["datasets"]["attestations"]["rows"].as_array().expect("rows").clone();
    assert_eq!(answers.len(), 9);
    assert!(answers.iter().any(|it| !it["evidence_sha256"].as_array().expect("a list").is_empty()));
}

/// The datasets that a policy reads, by its id.
fn datasets_of_policies(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut coverage = tenantscan();
    coverage.args(["policy", "coverage", "--format", "json", "--policies"]).arg(folder);
    let coverage: Value = serde_json::from_slice(&expect_code(&mut coverage, 0).stdout).expect("JSON");
    let dataset = |column: &Value| column.as_str().expect("a name").split('.').next().expect("a dataset").to_owned();
    let all = coverage["policies"].as_array().expect("policies").iter();
    let all = all.filter(|policy| policy["platform"] == "microsoft365").map(|policy| {
        let columns = policy["columns"].as_array().expect("columns");
        (policy["policy"].as_str().expect("an id").to_owned(), columns.iter().map(dataset).collect())
    });
    all.collect()
}

/// A policy for each dataset of the records that holds whatever stands in it.
fn own_policies(to: &Path) {
    for dataset in tenantscan_records::files().into_iter().flat_map(|file| file.fills) {
        let id = format!("reads-{}", dataset.replace('_', "-"));
        let test =
            |verdict: &str, rows: &str| format!("[[tests]]\nname = \"{verdict}\"\nverdict = \"{verdict}\"\n{rows}\n");
        let policy = format!(
            "id = \"{id}\"\ntitle = \"It is kept\"\nseverity = \"low\"\ncitations = [\"164.312(b)\"]\n\
             platforms = [\"microsoft365\"]\nwhy = \"A test.\"\n\n[rule]\nrequire = '''size({dataset}) < 100000'''\n\
             finding = \"none\"\n\n[fix.microsoft365]\nwho = \"manager\"\ntime = \"1 hour\"\nportal = \"Nowhere\"\n\
             side_effects = \"None.\"\nundo = \"None.\"\n\n{}",
            test("unknown", "")
        );
        fs::write(to.join(format!("{id}.toml")), policy).expect("written");
    }
}

#[test]
fn without_a_file_what_rests_on_it_is_unknown() {
    let own = tempfile::tempdir().expect("a folder");
    own_policies(own.path());
    let datasets = datasets_of_policies(own.path());
    let files = tenantscan_records::files();
    let of_records =
        |dataset: &String| dataset == "emergency_accounts" || files.iter().any(|file| file.fills.contains(&&**dataset));
    let reading = datasets.iter().filter(|(_, all)| all.iter().any(of_records)).map(|(id, _)| id.as_str());
    let reading = reading.collect::<Vec<_>>().join(",");
    let judged = |folder: &Path| {
        let mut scan = tenantscan();
        scan.args(["scan", "--policy", &reading, "--format", "json", "--replay"])
            .arg(folder)
            .arg("--policies")
            .arg(own.path());
        let output = scan.output().expect("it starts");
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
    };
    for name in ["maple-hill", "cedar-grove"] {
        let before: BTreeMap<String, String> = verdicts(&judged(practice(name).path())).into_iter().collect();
        for file in &files {
            let less = practice(name);
            fs::remove_file(less.path().join("records").join(file.name)).expect("removed");
            let report = judged(less.path());
            let mut alone = 0;
            for result in report["results"].as_array().expect("results") {
                let policy = result["policy"].as_str().expect("an id");
                let reads = |dataset: &String| {
                    file.fills.contains(&&**dataset)
                        || (file.name == "accounts.toml" && dataset == "emergency_accounts")
                };
                if !datasets[policy].iter().any(reads) {
                    continue;
                }
                let verdict = result["verdict"].as_str().expect("a verdict");
                let is_unknown = verdict == "unknown" && result["cause"] == "not_supplied";
                assert!(
                    is_unknown || verdict == before[policy] || verdict == "unknown",
                    "{name} without {}: {policy} went from {} to {verdict}",
                    file.name,
                    before[policy]
                );
                if datasets[policy].iter().all(reads) {
                    alone += 1;
                    assert!(is_unknown, "{name} without {}: {policy} is {verdict}", file.name);
                    assert!(result["cure"].as_str().is_some_and(|cure| cure.contains(file.name)), "{result}");
                }
            }
            assert!(alone >= file.fills.len(), "{name}: {alone} policies rest on {} alone", file.name);
        }
    }
}

#[test]
fn a_file_that_was_emptied_moves_no_verdict() {
    let folder = practice("maple-hill");
    let path = folder.path();
    for file in tenantscan_records::files() {
        let place = path.join("records").join(file.name);
        let before = fs::read(&place).expect("bytes");
        fs::write(&place, "").expect("written");
        let said = refused(path, &["scan", "--quiet", "--replay", "."]);
        assert!(said.contains(file.name) && said.contains("help: ") && said.contains("no record was used"), "{said}");
        fs::write(&place, before).expect("written");
    }
}

#[test]
fn names_that_do_harm_are_kept_whole_and_shown_sanely() {
    let folder = practice("cedar-grove");
    let path = folder.path();
    let names: Vec<String> = hostile().into_iter().map(|(_, name)| name.replace(HALF, "\u{fffd}")).collect();
    let heading = ["name", "handles_phi", "owner", "baa_not_required_because"].map(str::to_owned).to_vec();
    let vendor = |name: &String| {
        vec![format!("Vendor {name}"), "yes".into(), format!("Owner {name}"), format!("{name} because payments alone")]
    };
    save(&path.join("list.csv"), &std::iter::once(heading).chain(names.iter().map(vendor)).collect::<Vec<_>>());
    done(path, &["vendor", "import", "list.csv"]);
    let kept: Vec<String> =
        listed(path, "vendor").iter().map(|it| it["name"].as_str().expect("a name").replace("\r\n", "\n")).collect();
    for name in &names {
        let due = format!("Vendor {name}").trim().replace("\r\n", "\n");
        assert!(kept.contains(&due), "{due:?} is not among {kept:?}");
    }

    done(path, &["attest", "export", "--blank", "--file", "all.xlsx"]);
    let mut lines = cells(&path.join("all.xlsx"));
    for (line, name) in lines.iter_mut().skip(1).zip(&names) {
        // A workbook holds no control characters, but for tabs and line breaks.
        let text: String = name.chars().filter(|letter| !letter.is_control() || letter.is_whitespace()).collect();
        line[5] = "no".into();
        for (place, what) in [(6, "said"), (8, "by"), (9, "role")] {
            line[place] = format!("{text} {what}");
        }
    }
    save(&path.join("all.xlsx"), &lines);
    done(path, &["attest", "import", "all.xlsx"]);
    for command in ["vendor", "attest", "exception"] {
        expect_sane(command, &done(path, &[command, "list"]), 80);
    }
    done(path, &["attest", "export", "--file", "all.csv"]);
    let formulas =
        cells(&path.join("all.csv")).concat().into_iter().filter(|cell| cell.starts_with(['=', '+', '-', '@']));
    assert_eq!(formulas.count(), 0);
    assert!(fs::read_to_string(path.join("all.csv")).expect("text").contains("'=cmd|"));
}

/// An answer that no verdict rests on would be asked for in vain. Whether a name belongs to one person stays a guess for
/// somebody to look at, so that answer is shown beside the result alone.
#[test]
fn every_question_is_read_by_a_policy() {
    let folder = repository("policies");
    let files = fs::read_dir(&folder).expect("shipped").map(|entry| entry.expect("an entry").path());
    let policies = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let rules: Vec<String> = policies
        .map(|path| fs::read_to_string(path).expect("text"))
        .map(|text| text.split("[[tests]]").next().unwrap_or_default().to_owned())
        .collect();
    let unread: Vec<&str> = tenantscan_records::questions()
        .iter()
        .map(|it| it.id.as_str())
        .filter(|id| {
            let said = [format!("question = \"{id}\""), format!("attested('{id}')")];
            !rules.iter().any(|rule| said.iter().any(|said| rule.contains(said)))
        })
        .collect();
    assert_eq!(unread, ["shared-logins"]);
}
