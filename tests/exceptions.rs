//! Exceptions and answers over the made-up practices: they change what is said of a verdict, never the verdict.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use support::{repository, tenantscan, text, verdicts};
use tenantscan_evaluate::{Chosen, Evaluation, Overlay, SafeguardState, Safeguards, evaluate};
use tenantscan_model::rows::{self, Disposition};
use tenantscan_model::{Cause, Cell, ClosedEnum, Datasets, Gap, Snapshot, Table};
use tenantscan_policy::{Files, Library, Policy, SourceFile, Verdict};
use tenantscan_records::Accepted;
use tenantscan_records::Policies;

fn file(path: &Path) -> SourceFile {
    SourceFile { name: path.display().to_string(), text: fs::read_to_string(path).expect("shipped") }
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let entries = fs::read_dir(repository("policies")).expect("shipped");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    tenantscan_policy::load(&Files {
        // One policy judges the exceptions themselves.
        policies: paths
            .filter(|path| path.is_file() && !path.ends_with("addressable-decisions.toml"))
            .map(|path| file(&path))
            .collect(),
        baselines: Vec::new(),
        licences: file(&repository("policies/catalogues/licences.toml")),
        safeguards: file(&repository("policies/catalogues/safeguards.toml")),
        questions: file(&repository("policies/catalogues/questions.toml")),
    })
    .expect("the shipped policies are in order")
});
static SAFEGUARDS: LazyLock<Safeguards> = LazyLock::new(|| {
    Safeguards::load(&file(&repository("policies/catalogues/safeguards.toml")).text).expect("a catalogue")
});
/// Those of which some policy finds something.
static PRACTICES: LazyLock<Vec<Snapshot>> = LazyLock::new(|| {
    let mut all: Vec<Snapshot> = ["cedar-grove", "maple-hill", "juniper-lane", "willow-creek"].map(snapshot).into();
    all.retain(|it| judged(it).0.outcomes.iter().any(|outcome| !outcome.findings.is_empty()));
    assert!(all.len() > 1);
    all
});

/// All but those whose very question is what was decided.
fn policies() -> Vec<&'static Policy> {
    let decided = ["exceptions", rows::RESULTS].map(|name| Datasets::find(name).expect("a dataset").0);
    let asks =
        |policy: &Policy| policy.rules.values().flat_map(|rule| &rule.reads).any(|read| decided.contains(&read.0));
    LIBRARY.policies.iter().filter(|policy| !asks(policy)).collect()
}

fn snapshot(practice: &str) -> Snapshot {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let mut scan = tenantscan();
    scan.args(["scan", "--fail-on", "none", "--format", "oneline", "--replay"]);
    scan.arg(repository("fixtures").join(practice)).arg("--snapshot").arg(&path);
    let output = scan.output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 4)), "{practice}: {}", text(&output.stderr));
    Snapshot::from_json(&fs::read_to_string(&path).expect("written")).expect("a snapshot")
}

/// The practice with the records in this folder.
fn with_records(practice: &str, folder: &Path) -> Snapshot {
    let policies = LIBRARY.policies.iter().map(|policy| (policy.id.as_str(), None)).collect();
    let records = tenantscan_records::read(folder, &policies).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let mut snapshot = snapshot(practice);
    snapshot.tenants.iter_mut().for_each(|tenant| records.fill(&mut tenant.datasets));
    snapshot
}

fn evaluated(snapshot: &Snapshot, more: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    fs::write(&path, snapshot.to_json()).expect("written");
    let output = tenantscan().arg("evaluate").args(more).arg(&path).output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn json_of(snapshot: &Snapshot) -> Value {
    serde_json::from_str(&evaluated(snapshot, &["--format", "json"])).expect("the report is JSON")
}

/// From this heading to the next blank line.
fn section(page: &str, heading: &str) -> String {
    let from = page.find(heading).unwrap_or_else(|| panic!("{heading} is not in {page}"));
    page[from..].split("\n\n").next().unwrap_or_default().to_owned()
}

/// What is decided of one finding of a practice. The numbers stand for whichever result and finding they come to.
#[derive(Clone, Debug)]
struct Decision {
    result: Index,
    finding: Index,
    disposition: Disposition,
    everything: bool,
    hashed: bool,
    changed: bool,
    ended: bool,
}

fn decision() -> impl Strategy<Value = Decision> {
    let rarely = || prop::bool::weighted(0.15);
    let at = any::<Index>;
    (at(), at(), prop::sample::select(Disposition::ALL), rarely(), any::<bool>(), rarely(), rarely()).prop_map(
        |(result, finding, disposition, everything, hashed, changed, ended)| Decision {
            result,
            finding,
            disposition,
            everything,
            hashed,
            changed,
            ended,
        },
    )
}

/// The exception that says it, and the finding that it is for.
fn exception(decision: &Decision, before: &Evaluation, snapshot: &Snapshot) -> (rows::Exception, (usize, usize)) {
    let found: Vec<usize> =
        (0..before.outcomes.len()).filter(|index| !before.outcomes[*index].findings.is_empty()).collect();
    let outcome = *decision.result.get(&found);
    let findings = &before.outcomes[outcome].findings;
    let finding = decision.finding.index(findings.len());
    let mut values: serde_json::Map<String, Value> = findings[finding].values.clone().into_iter().collect();
    if decision.changed {
        values.insert("another".to_owned(), json!(1));
    }
    let state = Accepted::Values(values);
    let resource = if decision.everything { "*" } else { &findings[finding].resource };
    let policy = &policies()[before.outcomes[outcome].policy].id;
    let end = if decision.ended { "2026-01-31T00:00:00Z" } else { "2027-06-30T00:00:00Z" };
    let of_one = !decision.everything;
    let row = rows::Exception {
        policy: Cell::Known(policy.as_str().into()),
        tenant: Cell::Known(snapshot.tenants[0].platform.name().into()),
        resource: Cell::Known(resource.into()),
        accepted: Cell::Known(state.json().filter(|_| of_one && !decision.hashed).map(Into::into)),
        accepted_sha256: Cell::Known(of_one.then(|| state.sha256().into())),
        disposition: Cell::Known(decision.disposition),
        reason: Cell::Known("Somebody has thought about it.".into()),
        evidence: Cell::Known(Vec::new()),
        approved_by: Cell::Known("A. Person".into()),
        approved: Cell::Known(snapshot.taken_at),
        until: Cell::Known(end.parse().expect("a time")),
        ..rows::Exception::new(format!("{policy} {resource}"))
    };
    (row, (outcome, finding))
}

fn judged(snapshot: &Snapshot) -> (Evaluation, Overlay, Vec<SafeguardState>) {
    let policies = policies();
    let evaluation = evaluate(&policies, Chosen::All, snapshot, snapshot.taken_at, &|_, _| BTreeSet::new());
    let overlay = Overlay::new(&policies, snapshot, &evaluation, &SAFEGUARDS);
    let states = SAFEGUARDS.roll_up(&policies, &evaluation, &overlay).iter().map(|it| it.state).collect();
    (evaluation, overlay, states)
}

fn verdicts_of(evaluation: &Evaluation) -> Vec<Verdict> {
    evaluation.outcomes.iter().map(|outcome| outcome.verdict).collect()
}

/// No safeguard is supported that was not before.
fn no_more_supported(before: &[SafeguardState], after: &[SafeguardState]) -> Result<(), TestCaseError> {
    for ((before, after), safeguard) in before.iter().zip(after).zip(SAFEGUARDS.all()) {
        let kept = *after != SafeguardState::Supported || *before == SafeguardState::Supported;
        prop_assert!(kept, "{} was {:?} and is supported", safeguard.citation, before);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..<_>::default() })]

    #[test]
    fn exceptions_never_change_a_verdict_or_support_a_safeguard(
        practice in any::<Index>(),
        decisions in prop::collection::vec(decision(), 1..60),
        hidden in any::<Index>(),
        column in any::<Option<Index>>(),
        cause in prop::sample::select(&Cause::ALL[..]),
    ) {
        let mut snapshot = practice.get(&PRACTICES).clone();
        let (before, _, states) = judged(&snapshot);
        let mut exceptions = BTreeMap::new();
        let mut due = Vec::new();
        for decision in &decisions {
            let (row, at) = exception(decision, &before, &snapshot);
            exceptions.insert(row.id.clone(), (row, decision, at));
        }
        for (_, decision, at) in exceptions.values() {
            let citations = &policies()[before.outcomes[at.0].policy].citations;
            let refused = SAFEGUARDS.refused(citations, decision.disposition).is_some();
            if (decision.everything || !decision.changed) && !decision.ended && !refused {
                due.push(*at);
            }
        }
        let rows = exceptions.into_values().map(|(row, ..)| row).collect();
        snapshot.tenants[0].datasets.exceptions = Table::complete(rows);
        let (after, overlay, decided) = judged(&snapshot);
        prop_assert_eq!(verdicts_of(&after), verdicts_of(&before));
        no_more_supported(&states, &decided)?;
        for (outcome, finding) in due {
            prop_assert!(overlay.accepted(outcome, finding).is_some(), "the state is written as it is compared");
        }

        let gap = Gap::new(cause, "hidden");
        let filled: Vec<usize> =
            (0..Datasets::ALL.len()).filter(|index| !snapshot.tenants[0].datasets.table(*index).is_empty()).collect();
        let table = snapshot.tenants[0].datasets.table_mut(*hidden.get(&filled));
        match column {
            None => table.hide(&gap),
            Some(column) => {
                let column = column.index(table.info().columns.len());
                (0..table.len()).for_each(|row| table.hide_cell(row, column, &gap));
            }
        }
        no_more_supported(&decided, &judged(&snapshot).2)?;
    }
}

/// Cedar Grove with the records that it keeps: one exception holds, one has run out.
fn cedar_grove() -> Snapshot {
    with_records("cedar-grove", &repository("fixtures/cedar-grove/records"))
}

#[test]
fn a_practice_sees_what_it_accepted_and_what_needs_a_decision() {
    let grove = cedar_grove();
    let page = evaluated(&grove, &["--policy", "mfa-registered", "--policy", "shared-logins"]);
    assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80), "{page}");
    insta::assert_snapshot!(section(&page, "EXCEPTIONS THAT NEED A DECISION"));
    let report = json_of(&grove);
    let schema = tenantscan().args(["schema", "report"]).output().expect("the program starts").stdout;
    let schema = serde_json::from_slice(&schema).expect("the schema is JSON");
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .expect("a schema")
        .iter_errors(&report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0]);
    let due = report["exceptions"].as_array().expect("a list").iter().find(|it| it["decision_due"] == true);
    assert_eq!(due.map(|it| &it["standing"]), Some(&"expired".into()));
    assert!(report["addressable"].as_array().is_some_and(|all| all.len() > 20));
    let mut without = grove.clone();
    without.tenants.iter_mut().for_each(|tenant| tenant.datasets.exceptions = Table::complete(Vec::new()));
    let of_the_practice = |report: &Value| {
        let ids: Vec<&str> = policies().iter().map(|policy| policy.id.as_str()).collect();
        verdicts(report).into_iter().filter(|(id, _)| ids.contains(&id.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(of_the_practice(&report), of_the_practice(&json_of(&without)), "exceptions change no verdict");
    let result = |id: &str| {
        let results = report["results"].as_array().expect("results");
        results.iter().find(|result| result["policy"] == id).expect("a result").clone()
    };
    let covered = result("mfa-registered");
    assert_eq!((&covered["verdict"], &covered["accepted"]), (&json!("fail"), &json!(1)));
    let findings = covered["findings"].as_array().expect("findings");
    let accepted = findings.iter().find(|finding| !finding["accepted"].is_null()).expect("one is accepted");
    assert_eq!((&accepted["name"], &accepted["accepted"]["until"]), (&json!("Billing Office"), &json!("2026-12-31")));
    assert_eq!(result("shared-logins")["accepted"], 0, "it has run out");
}

#[test]
fn the_terminal_says_what_is_accepted_until_when_and_what_is_decided_of_addressable_specifications() {
    let folder = tempfile::tempdir().expect("a folder");
    let grove = snapshot("cedar-grove");
    let findings = |id: &str| {
        let report = json_of(&grove);
        let results = report["results"].as_array().expect("results").clone();
        let result = results.into_iter().find(|result| result["policy"] == id).expect("a result");
        result["findings"].as_array().expect("findings").clone()
    };
    let mut text = String::new();
    let mut add = |policy: &str, finding: &Value, disposition: &str, reason: &str| {
        let state = Accepted::Values(finding["values"].as_object().expect("values").clone());
        let resource = finding["resource"].as_str().expect("a resource");
        text.push_str(&format!(
            "[[exception]]\npolicy = \"{policy}\"\ntenant = \"microsoft365\"\nresource = \"{resource}\"\naccepted = \
             \"sha256:{}\"\ndisposition = \"{disposition}\"\nreason = \"{reason}\"\napproved_by = \"Dr. Ima Fiction, \
             security official\"\napproved_on = 2026-11-01\nuntil = 2027-01-31\n",
            state.sha256()
        ));
    };
    add(
        "idle-session-timeout",
        &findings("idle-session-timeout")[0],
        "alternate_mitigation",
        "Every computer locks after five minutes, and phones may not open the chart.",
    );
    for finding in findings("devices-stale") {
        add("devices-stale", &finding, "planned", "The old tablets are wiped and recycled in January.");
    }
    for finding in findings("device-inventory") {
        add(
            "device-inventory",
            &finding,
            "risk_accepted",
            "Two tablets of the lab stay outside until they are replaced.",
        );
    }
    fs::write(folder.path().join("exceptions.toml"), text).expect("written");
    let grove = with_records("cedar-grove", folder.path());
    let only = ["idle-session-timeout", "devices-stale", "device-inventory"];
    let mut flags: Vec<&str> = only.iter().flat_map(|id| ["--policy", id]).collect();
    let page = evaluated(&grove, &flags);
    assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80), "{page}");
    insta::assert_snapshot!("accepted", page);
    flags.push("--all-safeguards");
    let register = evaluated(&grove, &flags);
    insta::assert_snapshot!("addressable", section(&register, "ADDRESSABLE SPECIFICATIONS"));
}

#[test]
fn undeclared_emergency_accounts_are_named_with_the_lines_that_declare_them() {
    let mut hill = snapshot("maple-hill");
    assert!(json_of(&hill)["results"].as_array().expect("results").iter().all(|it| it["declare"].is_null()));
    for user in &mut hill.tenants[0].datasets.users.rows {
        if user.kind == Cell::Known(rows::AccountKind::BreakGlass) {
            user.kind = Cell::Known(rows::AccountKind::Person);
        }
    }
    let page = evaluated(&hill, &[]);
    assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80), "{page}");
    let hint = &page[page.find("WOULD BE MET IF DECLARED\n").expect("the hint")..];
    let lines = hint.lines().enumerate().take_while(|(number, line)| *number == 0 || !line.starts_with(|c| c != ' '));
    insta::assert_snapshot!("declare", lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n"));
    let report = json_of(&hill);
    let results = report["results"].as_array().expect("results");
    let result = results.iter().find(|result| result["policy"] == "stale-admins").expect("a result");
    let lines = result["declare"]["lines"].as_str().expect("lines");
    let read = |lines: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("accounts.toml"), lines).expect("written");
        tenantscan_records::read(folder.path(), &Policies::default())
    };
    assert!(read(lines).is_err(), "they ask for a person who answers for the account");
    let filled = lines.replace("owner = \"\"", "owner = \"A\"").replace("purpose = \"\"", "purpose = \"B\"");
    let records = read(&filled).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let glass = records.accounts.expect("accounts").of(rows::RegisteredKind::BreakGlass).count();
    assert_eq!(glass, 2);
}

#[test]
fn answers_stand_beside_the_results_that_they_speak_of() {
    let hill = with_records("maple-hill", &repository("fixtures/maple-hill/records"));
    let report = json_of(&hill);
    let results = report["results"].as_array().expect("results");
    let answered: Vec<&Value> = results.iter().filter(|result| !result["attestation"].is_null()).collect();
    let glass = answered.iter().find(|result| result["policy"] == "break-glass-accounts").expect("an answer");
    assert_eq!(glass["attestation"]["answer"], "implemented");
    assert_eq!(glass["attestation"]["expired"], false);
}
