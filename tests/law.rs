//! The law above all others: hide whatever was read, and no verdict crosses between pass and fail.

mod support;

use std::collections::BTreeSet;
use std::fs;

use support::{expect_code, repository, tenantscan};
use tenantscan_model::{Cause, Datasets, Gap, Snapshot};
use tenantscan_policy::{Files, Library, Policy, SourceFile, Verdict};

fn files(folder: &str) -> Vec<SourceFile> {
    let entries = fs::read_dir(repository(folder)).expect("shipped");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| file(&path.display().to_string()))
        .collect()
}

fn file(path: &str) -> SourceFile {
    SourceFile { name: path.to_owned(), text: fs::read_to_string(path).expect("shipped") }
}

fn library() -> Library {
    let catalogue = |name: &str| file(&repository("policies/catalogues").join(name).display().to_string());
    tenantscan_policy::load(&Files {
        policies: files("policies"),
        baselines: files("policies/baselines"),
        licences: catalogue("licences.toml"),
        safeguards: catalogue("safeguards.toml"),
    })
    .expect("the shipped policies are in order")
}

fn snapshot(practice: &str) -> Snapshot {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let mut scan = tenantscan();
    scan.args(["scan", "--fail-on", "none", "--format", "oneline", "--replay"])
        .arg(repository("fixtures").join(practice));
    scan.arg("--snapshot").arg(&path);
    let code = scan.output().expect("the program starts").status.code();
    assert!(matches!(code, Some(0 | 4)), "{practice}: {code:?}");
    Snapshot::from_json(&fs::read_to_string(&path).expect("written")).expect("a snapshot")
}

fn verdicts(policies: &[&Policy], snapshot: &Snapshot) -> Vec<Verdict> {
    let evaluation = tenantscan_evaluate::evaluate(policies, snapshot, snapshot.taken_at, &|_, _| BTreeSet::new());
    evaluation.outcomes.iter().map(|outcome| outcome.verdict).collect()
}

#[test]
fn hiding_anything_never_turns_a_pass_into_a_fail_or_a_fail_into_a_pass() {
    let library = library();
    let policies: Vec<&Policy> = library.policies.iter().collect();
    for practice in ["cedar-grove", "maple-hill", "elm-street"] {
        let whole = snapshot(practice);
        let before = verdicts(&policies, &whole);
        let mut became_unknown = 0;
        let mut compare = |less: &Snapshot, what: &str| {
            for ((policy, before), after) in policies.iter().zip(&before).zip(verdicts(&policies, less)) {
                let kept = after == *before || after == Verdict::Unknown;
                assert!(kept, "{practice}: {} was {before}, is {after} without {what}", policy.id);
                became_unknown += usize::from(after != *before);
            }
        };
        let gap = Gap::new(Cause::Throttled, "hidden");
        for (index, info) in Datasets::ALL.iter().enumerate() {
            let mut less = whole.clone();
            less.tenants[0].datasets.table_mut(index).hide(&gap);
            compare(&less, info.name);
            for column in 0..info.columns.len() {
                let rows = whole.tenants[0].datasets.table(index).len();
                for row in (0..rows).take(8) {
                    let mut less = whole.clone();
                    less.tenants[0].datasets.table_mut(index).hide_cell(row, column, &gap);
                    compare(&less, &format!("{}.{} of row {row}", info.name, info.columns[column].name));
                }
                let mut less = whole.clone();
                for row in 0..rows {
                    less.tenants[0].datasets.table_mut(index).hide_cell(row, column, &gap);
                }
                compare(&less, &format!("{}.{}", info.name, info.columns[column].name));
            }
        }
        assert!(
            practice == "elm-street" || became_unknown > 10,
            "{practice}: hiding changed only {became_unknown} verdicts"
        );
    }
}

#[test]
fn the_shipped_policies_are_in_order() {
    expect_code(tenantscan().args(["policy", "check"]), 0);
}
