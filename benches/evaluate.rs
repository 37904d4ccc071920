//! What judging a row costs, against the same conditions written by hand over the same rows.
//!
//! `cargo bench --bench evaluate` prints nanoseconds a row and the ratio; the goal is at most 5.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use tenantscan_model::rows::{AccountKind, Enforcement, User};
use tenantscan_model::{Cell, Client, Datasets, Platform, Snapshot, Table, Tenant, Time, Tool};
use tenantscan_policy::{Files, Library, Policy, SourceFile};

/// Few enough for one core, so that a row is compared with a row.
const ROWS: usize = 10_000;
const ROUNDS: u32 = 100;

fn file(path: &str) -> SourceFile {
    let text = std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("shipped");
    SourceFile { name: path.to_owned(), text }
}

fn library(policies: &[&str]) -> Library {
    tenantscan_policy::load(&Files {
        policies: policies.iter().map(|id| file(&format!("policies/{id}.toml"))).collect(),
        baselines: Vec::new(),
        licences: file("policies/catalogues/licences.toml"),
        safeguards: file("policies/catalogues/safeguards.toml"),
        questions: file("policies/catalogues/questions.toml"),
    })
    .expect("in order")
}

fn snapshot(now: Time) -> Snapshot {
    let day = jiff::SignedDuration::from_hours(24);
    let user = |number: usize| User {
        name: Cell::Known(format!("Person {number}").into()),
        enabled: Cell::Known(!number.is_multiple_of(7)),
        kind: Cell::Known(if number.is_multiple_of(5) { AccountKind::Room } else { AccountKind::Person }),
        created: Cell::Known(Some(now - day * 400)),
        last_sign_in: Cell::Known(
            (!number.is_multiple_of(3)).then(|| now - day * i32::try_from(number % 80).unwrap_or(0)),
        ),
        mfa: Cell::Known(if number % 1000 == 1 { Enforcement::Never } else { Enforcement::Always }),
        ..User::new(format!("{number}"))
    };
    let mut rows: Vec<User> = (0..ROWS).map(user).collect();
    // Who never signed in is new here: a finding costs its text, which is not what is measured.
    for row in &mut rows {
        if row.last_sign_in == Cell::Known(None) {
            row.created = Cell::Known(Some(now - day * 10));
        }
    }
    let datasets = Datasets { users: Table::complete(rows), ..Datasets::default() };
    Snapshot {
        schema: tenantscan_model::SNAPSHOT_SCHEMA.into(),
        client: Client { id: "bench".into(), name: "Bench".into() },
        taken_at: now,
        tool: Tool { name: "tenantscan".into(), version: "0".into() },
        tenants: vec![Tenant {
            id: "t".into(),
            name: "T".into(),
            platform: Platform::Microsoft365,
            sources: Vec::new(),
            datasets,
        }],
    }
}

/// The least time of all rounds: what the work costs when nothing else runs.
fn best(mut work: impl FnMut()) -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

fn days(now: Time, then: Time) -> i64 {
    now.duration_since(then).as_hours() / 24
}

fn known<T>(cell: &Cell<T>) -> Option<&T> {
    match cell {
        Cell::Known(value) => Some(value),
        Cell::Unknown(_) => None,
    }
}

fn mfa_by_hand(user: &User, _: Time) -> Option<bool> {
    if !*known(&user.enabled)? || *known(&user.kind)? != AccountKind::Person {
        return Some(true);
    }
    Some(*known(&user.mfa)? == Enforcement::Always)
}

fn inactive_by_hand(user: &User, now: Time) -> Option<bool> {
    if !*known(&user.enabled)? || *known(&user.kind)? != AccountKind::Person {
        return Some(true);
    }
    Some(match known(&user.last_sign_in)? {
        Some(last) => days(now, *last) <= 90,
        None => known(&user.created)?.is_some_and(|created| days(now, created) <= 30),
    })
}

/// Whether the requirement holds of an account; nothing where a fact is missing.
type ByHand = fn(&User, Time) -> Option<bool>;

fn main() {
    let now: Time = "2026-11-01T00:00:00Z".parse().expect("a time");
    let snapshot = snapshot(now);
    let users = &snapshot.tenants[0].datasets.users.rows;
    let cases: [(&str, ByHand); 2] = [("mfa-all-users", mfa_by_hand), ("inactive-accounts", inactive_by_hand)];
    for (id, by_hand) in cases {
        let library = library(&[id]);
        let policies: Vec<&Policy> = library.policies.iter().collect();
        let engine = best(|| {
            black_box(tenantscan_evaluate::evaluate(
                &policies,
                tenantscan_evaluate::Chosen::All,
                &snapshot,
                now,
                &|_, _| BTreeSet::new(),
            ));
        });
        let hand = best(|| {
            let failed = users.iter().filter(|user| by_hand(black_box(user), now) != Some(true)).count();
            black_box(failed);
        });
        let per_row = |time: Duration| time.as_secs_f64() * 1e9 / ROWS as f64;
        println!(
            "{id}: engine {:.1} ns a row, by hand {:.1} ns a row, ratio {:.1}",
            per_row(engine),
            per_row(hand),
            per_row(engine) / per_row(hand)
        );
    }
}
