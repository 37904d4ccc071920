//! The law above all others: hide whatever was read, and no verdict crosses between pass and fail.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use support::shipped::LIBRARY;
use support::{expect_code, repository, tenantscan};
use tenantscan_model::rows::RESULTS;
use tenantscan_model::{Cause, Datasets, Gap, Snapshot};
use tenantscan_policy::{Policy, Verdict};

fn snapshot(practice: &str) -> Snapshot {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let mut scan = tenantscan();
    let fixture = repository("fixtures").join(practice);
    scan.args(["scan", "--fail-on", "none", "--format", "oneline", "--replay"]).arg(&fixture);
    let records = fixture.join("records");
    if records.is_dir() {
        scan.arg("--records").arg(records);
    }
    scan.arg("--snapshot").arg(&path);
    let code = scan.output().expect("the program starts").status.code();
    assert!(matches!(code, Some(0 | 4)), "{practice}: {code:?}");
    Snapshot::from_json(&fs::read_to_string(&path).expect("written")).expect("a snapshot")
}

fn verdicts(policies: &[&Policy], snapshot: &Snapshot) -> Vec<Verdict> {
    let evaluation = tenantscan_evaluate::evaluate(
        policies,
        tenantscan_evaluate::Chosen::All,
        snapshot,
        snapshot.taken_at,
        &|_, _| BTreeSet::new(),
    );
    evaluation.outcomes.iter().map(|outcome| outcome.verdict).collect()
}

/// A practice with everything that its scan read, and what the shipped policies say of it.
struct Practice {
    name: &'static str,
    whole: Snapshot,
    /// Those that have a rule for its platform.
    policies: Vec<&'static Policy>,
    verdicts: Vec<Verdict>,
}

impl Practice {
    fn scan(name: &'static str) -> Self {
        let whole = snapshot(name);
        let platform = whole.tenants[0].platform;
        let policies =
            LIBRARY.policies.iter().filter(|policy| policy.rules.contains_key(&platform)).collect::<Vec<_>>();
        let verdicts = verdicts(&policies, &whole);
        Self { name, whole, policies, verdicts }
    }
}

static SMALL: LazyLock<Vec<Practice>> = LazyLock::new(|| PRACTICES.map(Practice::scan).into());

/// Of one tenant each.
const PRACTICES: [&str; 6] = ["cedar-grove", "maple-hill", "elm-street", "juniper-lane", "willow-creek", "ash-hollow"];

/// Whether a policy reads this: a column of a dataset, or anything of the dataset.
fn reads(policy: &Policy, (dataset, column): (usize, Option<usize>)) -> bool {
    let all = policy.rules.values().flat_map(|rule| &rule.reads);
    all.into_iter().any(|read| read.0 == dataset && (column.is_none() || column == read.1))
}

/// Whether a policy is about what the others found: whatever they read, it rests on.
fn about_results(policy: &Policy) -> bool {
    let (results, _) = Datasets::find(RESULTS).expect("a dataset");
    reads(policy, (results, None))
}

/// Holds policies against what is left: every verdict is as before or unknown. Which of them became unknown.
fn compare<'a>(policies: &[&'a Policy], before: &[Verdict], less: &Snapshot, what: &str) -> Vec<&'a Policy> {
    let mut became_unknown = Vec::new();
    for ((policy, before), after) in policies.iter().zip(before).zip(verdicts(policies, less)) {
        let kept = after == *before || after == Verdict::Unknown;
        assert!(kept, "{} was {before}, is {after} without {what}", policy.id);
        if after != *before {
            became_unknown.push(*policy);
        }
    }
    became_unknown
}

#[test]
fn hiding_anything_never_turns_a_pass_into_a_fail_or_a_fail_into_a_pass() {
    for Practice { name: practice, whole, policies, verdicts: before } in &*SMALL {
        let mut became_unknown = 0;
        let mut compare = |less: &Snapshot, hidden: (usize, Option<usize>), what: &str| {
            for policy in compare(policies, before, less, &format!("{what} in {practice}")) {
                assert!(
                    about_results(policy) || reads(policy, hidden),
                    "{} does not say that it reads {what}",
                    policy.id
                );
                became_unknown += 1;
            }
        };
        let gap = Gap::new(Cause::Throttled, "hidden");
        for (index, info) in Datasets::ALL.iter().enumerate() {
            let mut less = whole.clone();
            less.tenants[0].datasets.table_mut(index).hide(&gap);
            compare(&less, (index, None), info.name);
            for column in 0..info.columns.len() {
                let rows = whole.tenants[0].datasets.table(index).len();
                for row in (0..rows).take(4) {
                    let mut less = whole.clone();
                    less.tenants[0].datasets.table_mut(index).hide_cell(row, column, &gap);
                    let what = format!("{}.{} of row {row}", info.name, info.columns[column].name);
                    compare(&less, (index, Some(column)), &what);
                }
                let mut less = whole.clone();
                for row in 0..rows {
                    less.tenants[0].datasets.table_mut(index).hide_cell(row, column, &gap);
                }
                compare(&less, (index, Some(column)), &format!("{}.{}", info.name, info.columns[column].name));
            }
        }
        assert!(
            ["elm-street", "ash-hollow"].contains(practice) || became_unknown > 10,
            "{practice}: hiding changed only {became_unknown} verdicts"
        );
    }
}

/// Two thousand users: whole tables, whole columns and the first and last cell of each, held only against the policies
/// that read them. That the others do not care is what the test above shows.
#[test]
fn the_law_holds_of_a_large_practice() {
    let Practice { whole, policies: all, verdicts: before, .. } = Practice::scan("big-river");
    let mut became_unknown = 0;
    let mut compare = |less: &Snapshot, hidden: (usize, Option<usize>), what: &str| {
        let those = |index: &usize| reads(all[*index], hidden) && !about_results(all[*index]);
        let chosen: Vec<usize> = (0..all.len()).filter(those).collect();
        let policies: Vec<&Policy> = chosen.iter().map(|index| all[*index]).collect();
        let before: Vec<Verdict> = chosen.iter().map(|index| before[*index]).collect();
        became_unknown += compare(&policies, &before, less, what).len();
    };
    let gap = Gap::new(Cause::Timeout, "hidden");
    for (index, info) in Datasets::ALL.iter().enumerate() {
        let mut less = whole.clone();
        less.tenants[0].datasets.table_mut(index).hide(&gap);
        compare(&less, (index, None), info.name);
        let rows = whole.tenants[0].datasets.table(index).len();
        for (column, known) in info.columns.iter().enumerate().skip(1) {
            if !all.iter().any(|policy| reads(policy, (index, Some(column)))) {
                continue;
            }
            let mut less = whole.clone();
            for row in [0, rows.saturating_sub(1)].into_iter().filter(|row| *row < rows) {
                less.tenants[0].datasets.table_mut(index).hide_cell(row, column, &gap);
            }
            compare(&less, (index, Some(column)), &format!("two cells of {}.{}", info.name, known.name));
            for row in 0..rows {
                less.tenants[0].datasets.table_mut(index).hide_cell(row, column, &gap);
            }
            compare(&less, (index, Some(column)), &format!("{}.{}", info.name, known.name));
        }
    }
    assert!(became_unknown > 50, "hiding changed only {became_unknown} verdicts");
}

/// One thing that was not read after all. The numbers stand for whichever table, column and row they come to.
#[derive(Clone, Debug)]
enum Hide {
    Table(Index),
    /// The end of a list.
    End(Index, Index),
    Column(Index, Index),
    Cell(Index, Index, Index),
}

fn hide() -> impl Strategy<Value = Hide> {
    let at = any::<Index>;
    prop_oneof![
        1 => at().prop_map(Hide::Table),
        1 => (at(), at()).prop_map(|(table, rows)| Hide::End(table, rows)),
        2 => (at(), at()).prop_map(|(table, column)| Hide::Column(table, column)),
        6 => (at(), at(), at()).prop_map(|(table, column, row)| Hide::Cell(table, column, row)),
    ]
}

/// Hides it among what rules read: tables that have rows, and columns that some policy asks for.
fn apply(hide: &Hide, datasets: &mut Datasets, gap: &Gap) {
    let filled: Vec<usize> = (0..Datasets::ALL.len()).filter(|index| !datasets.table(*index).is_empty()).collect();
    let (Hide::Table(table) | Hide::End(table, _) | Hide::Column(table, _) | Hide::Cell(table, _, _)) = hide;
    if filled.is_empty() {
        return;
    }
    let table = *table.get(&filled);
    let rows = datasets.table(table).len();
    let columns = || {
        let asked = LIBRARY.policies.iter().flat_map(|policy| policy.rules.values()).flat_map(|rule| &rule.reads);
        let asked: BTreeSet<usize> = asked.filter(|read| read.0 == table).filter_map(|read| read.1).collect();
        asked.into_iter().collect::<Vec<usize>>()
    };
    match hide {
        Hide::Table(_) => datasets.table_mut(table).hide(gap),
        Hide::End(_, left) => {
            let mut json = serde_json::to_value(&*datasets).expect("datasets are JSON");
            let part = &mut json[Datasets::ALL[table].name];
            part["listing"] = serde_json::json!({ "unread": gap });
            part["rows"].as_array_mut().expect("rows").truncate(left.index(rows));
            *datasets = serde_json::from_value(json).expect("datasets again");
        }
        Hide::Column(_, column) => {
            let columns = columns();
            if !columns.is_empty() {
                (0..rows).for_each(|row| datasets.table_mut(table).hide_cell(row, *column.get(&columns), gap));
            }
        }
        Hide::Cell(_, column, row) => {
            let columns = columns();
            if !columns.is_empty() {
                datasets.table_mut(table).hide_cell(row.index(rows), *column.get(&columns), gap);
            }
        }
    }
}

#[test]
fn hiding_many_things_at_once_never_turns_a_verdict_either() {
    let moved = AtomicUsize::new(0);
    let strategy = (0..PRACTICES.len(), prop::sample::select(&Cause::ALL[..]), prop::collection::vec(hide(), 2..12));
    let mut runner = TestRunner::new(ProptestConfig { cases: 512, failure_persistence: None, ..<_>::default() });
    let law = runner.run(&strategy, |(practice, cause, hides)| {
        let Practice { name, whole, policies, verdicts: first } = &SMALL[practice];
        let gap = Gap::new(cause, "hidden");
        let mut less = whole.clone();
        let mut before = first.clone();
        for hide in &hides {
            apply(hide, &mut less.tenants[0].datasets, &gap);
            // Held against the step before: what is unknown stays unknown, whatever else goes.
            let after = verdicts(policies, &less);
            for ((policy, before), after) in policies.iter().zip(&before).zip(&after) {
                let kept = after == before || *after == Verdict::Unknown;
                prop_assert!(kept, "{} of {} was {}, is {}", policy.id, name, before, after);
                moved.fetch_add(usize::from(after != before), Ordering::Relaxed);
            }
            before = after;
        }
        Ok(())
    });
    law.unwrap_or_else(|broken| panic!("{broken}"));
    let moved = moved.into_inner();
    assert!(moved > 1000, "hiding changed only {moved} verdicts");
}

#[test]
fn the_shipped_policies_are_in_order() {
    expect_code(tenantscan().args(["policy", "check"]), 0);
}
