//! What expressions mean, what is refused at load, and a second opinion from the `cel` crate.

use proptest::prelude::*;
use serde_json::{Value, json};
use tenantscan_model::rows::User;
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Time};

use super::check::Names;
use crate::expression::{Expression, Scope, Truth};

const USERS: &str = "users";

fn names() -> Names<'static> {
    static QUESTIONS: std::sync::LazyLock<std::collections::BTreeMap<String, bool>> =
        std::sync::LazyLock::new(|| [("restore-tested".to_owned(), false)].into());
    Names {
        each: Datasets::find(USERS).map(|(index, _)| index),
        parameters: &[],
        broken: &[],
        questions: &QUESTIONS,
        addressable: false,
    }
}

fn now() -> Time {
    "2026-11-01T00:00:00Z".parse().expect("a time")
}

fn gap() -> Gap {
    Gap::new(Cause::Throttled, "test")
}

fn user() -> User {
    User {
        name: Cell::Known("Ana".into()),
        principal_name: Cell::Known("Ana@Cedar.example".into()),
        enabled: Cell::Known(true),
        licensed: Cell::Known(false),
        is_admin: Cell::Unknown(gap()),
        created: Cell::Known(Some("2026-10-22T12:00:00Z".parse().expect("a time"))),
        last_sign_in: Cell::Known(None),
        roles: Cell::Known(vec!["a".into(), "b".into(), "a".into()]),
        mfa_gaps: Cell::Unknown(gap()),
        ..User::new("1")
    }
}

fn truth(source: &str) -> Truth {
    let (expression, _, _) = Expression::compile(source, &names()).unwrap_or_else(|all| panic!("{source}: {all:?}"));
    let (row, datasets) = (user(), Datasets { users: Table::complete(vec![user()]), ..Datasets::default() });
    expression.truth(&Scope { datasets: &datasets, parameters: &[], now: now(), row: Some(&row) })
}

#[test]
fn conditions_come_out_as_kleene_has_them() {
    for (source, due) in [
        ("user.enabled", Some(true)),
        ("user.is_admin", None),
        ("user.is_admin && user.licensed", Some(false)),
        ("user.licensed && user.is_admin", Some(false)),
        ("user.is_admin || user.enabled", Some(true)),
        ("user.is_admin || user.licensed", None),
        ("!user.is_admin", None),
        ("user.is_admin == user.is_admin", None),
        ("user.last_sign_in == null", Some(true)),
        ("user.last_sign_in == null || days_since(user.last_sign_in) > 3", Some(true)),
        ("days_since(coalesce(user.last_sign_in, user.created, now)) == 9", Some(true)),
        ("has_begun(now) && !has_begun(timestamp('9999-01-01T00:00:00Z'))", Some(true)),
        ("'a' in user.roles && size(distinct(user.roles)) == 2", Some(true)),
        ("'x' in user.mfa_gaps", None),
        ("domain(user.principal_name) == 'cedar.example'", Some(true)),
        ("user.principal_name.matches(r'^Ana@') && user.name.startsWith('A')", Some(true)),
        ("user.roles.exists(r, r == 'b') && !user.roles.all(r, r == 'b')", Some(true)),
        ("user.roles.filter(r, r == 'a').size() == 2", Some(true)),
        ("user.roles.exists_one(r, r == 'b')", Some(true)),
        ("users.exists(u, u.enabled) && users.all(u, u.enabled)", Some(true)),
        ("groups.exists(g, g.is_team)", None),
        ("groups.all(g, g.is_team)", None),
        ("size(users.filter(u, u.is_admin)) <= 1", Some(true)),
        ("size(users.filter(u, u.is_admin)) == 0", None),
        ("size(users.filter(u, u.is_admin)) > 1", Some(false)),
        ("size(groups) >= 0", Some(true)),
        ("security_defaults.enabled", None),
        ("now - user.last_password_change < duration('24h') || user.enabled", Some(true)),
        ("1 / 0 == 1", None),
        ("9223372036854775807 + 1 > 0", None),
    ] {
        let source =
            source.replace("now - user.last_password_change", "now - coalesce(user.last_password_change, now)");
        let found = match truth(&source) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown(_) => None,
        };
        assert_eq!(found, due, "{source}");
    }
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    for (source, place, word) in [
        ("user.enabld", "enabld", "no column"),
        ("usr.enabled", "usr", "there is no"),
        ("user.enabled == 'yes'", "user.enabled == 'yes'", "never equal"),
        ("user.kind == 'persn'", "'persn'", "none of the words"),
        ("user.kind in ['person', 'gest']", "'gest'", "none of the words"),
        ("days_since(user.created) > 3", "user.created", "may be null"),
        ("user.created != null || days_since(user.created) > 3", "user.created", "may be null"),
        ("user.name.matches('(')", "'('", "no pattern: unclosed group"),
        ("dayz_since(now) > 3", "dayz_since", "no function"),
        ("params.days > 3", "days", "no parameter"),
        ("user.enabled &&", "&", "a value is missing"),
        ("user.enabled = true", "=", "means nothing"),
        ("'open", "'", "no closing quote"),
        ("1.5 > 1", "1.", "whole numbers"),
        ("user.roles.exists(now, true)", "now", "means something else"),
        ("(user.enabld)", "enabld", "no column"),
        ("( user.enabld // \u{e9}\n)", "enabld", "no column"),
        // What one branch knows of a null is forgotten behind it, also where a macro's name hides an outer one.
        (
            "user.created != null && (organization.on_premises_sync != null && user.roles.exists(user, user == 'a') || \
             organization.on_premises_sync)",
            "organization.on_premises_sync",
            "may be null",
        ),
    ] {
        let mistakes = Expression::compile(source, &names()).expect_err(source);
        let mistake = mistakes.last().expect("at least one");
        assert!(mistake.message.contains(word), "{source}: {}", mistake.message);
        assert_eq!(&source[mistake.span.clone()], place, "{source}");
    }
}

#[test]
fn an_expression_is_bounded() {
    assert!(Expression::compile(&"!".repeat(100), &names()).is_err());
    assert!(Expression::compile(&format!("{}true{}", "(".repeat(100), ")".repeat(100)), &names()).is_err());
    assert!(Expression::compile(&format!("{}true", "true && ".repeat(600)), &names()).is_err());
}

/// Whole expressions over literals, of type bool and of type int.
fn expressions() -> impl Strategy<Value = String> {
    let int = prop_oneof![(0..20i64).prop_map(|value| value.to_string()), Just("size('abc')".to_owned())]
        .prop_recursive(3, 12, 2, |inner| {
            (inner.clone(), prop_oneof!["\\+", "-", "\\*", "/", "%"], inner)
                .prop_map(|(a, op, b)| format!("({a} {} {b})", op.trim_start_matches('\\')))
        });
    let order = prop_oneof![Just("<"), Just("<="), Just(">"), Just(">="), Just("=="), Just("!=")];
    let text = prop_oneof![Just("'abc'"), Just("'b'"), Just("''")];
    let atom = prop_oneof![
        (int.clone(), order, int).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text.clone(), text.clone()).prop_map(|(a, b)| format!("{a}.contains({b})")),
        (text.clone(), text).prop_map(|(a, b)| format!("{a} in ['abc', 'x', {b}]")),
        Just("[1, 2, 3].exists(x, x > 2)".to_owned()),
        Just("[1, 2, 3].all(x, x > 2)".to_owned()),
    ];
    atom.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn on_known_values_the_cel_crate_agrees(source in expressions()) {
        let (ours, _, _) = Expression::compile(&source, &names()).map_err(|all| TestCaseError::fail(format!("{all:?}")))?;
        let datasets = Datasets::default();
        let found = ours.json(&Scope { datasets: &datasets, parameters: &[], now: now(), row: None });
        let program = cel::Program::compile(&source).expect("the cel crate reads it");
        let due = program.execute(&cel::Context::default());
        match due {
            Ok(cel::Value::Bool(due)) => prop_assert_eq!(found, json!(due), "{}", source),
            Ok(other) => prop_assert!(false, "{} is {:?}", source, other),
            // An error of CEL (a division by zero) is no fact here: unknown, unless the rest decides.
            Err(_) => prop_assert!(found.is_boolean() || found["unknown"] != Value::Null, "{}", source),
        }
    }

    #[test]
    fn no_text_makes_the_loader_panic(source in ".{0,200}") {
        let _ = Expression::compile(&source, &names());
    }
}
