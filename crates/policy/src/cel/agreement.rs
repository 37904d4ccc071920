//! A second opinion on whole rows: where everything is known, the `cel` crate says what our evaluator says.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use tenantscan_model::rows::{AccountKind, User};
use tenantscan_model::{Cell, ClosedEnum, Datasets, Table, Text, Time};

use super::check::Names;
use crate::expression::{Expression, Scope, Truth};
use crate::policy::{Parameter, ParameterValue};

const NOW: &str = "2026-11-01T00:00:00Z";
/// Moments on both sides of `NOW` and of whole days before it.
const MOMENTS: [&str; 6] = [
    "2024-02-29T12:00:00Z",
    "2026-08-03T00:00:00Z",
    "2026-10-29T23:59:59Z",
    "2026-10-30T00:00:00Z",
    "2026-11-01T00:00:00Z",
    "2027-01-01T00:00:00Z",
];
const WORDS: [&str; 6] = ["", "a", "Ana", "ana@cedar.example", "Zoë", "front desk"];
const KINDS: [AccountKind; 3] = [AccountKind::Person, AccountKind::Guest, AccountKind::SharedMailbox];

/// One expression as we write it and as the `cel` crate does, which has neither `coalesce` nor `days_since`.
#[derive(Clone, Debug)]
struct Pair {
    ours: String,
    cel: String,
}

/// Both forms, with `$0`, `$1`, … standing for parts.
fn form(ours: &str, cel: &str, parts: &[&Pair]) -> Pair {
    let mut made = Pair { ours: ours.to_owned(), cel: cel.to_owned() };
    for (index, part) in parts.iter().enumerate() {
        made.ours = made.ours.replace(&format!("${index}"), &part.ours);
        made.cel = made.cel.replace(&format!("${index}"), &part.cel);
    }
    made
}

fn same(source: &str, parts: &[&Pair]) -> Pair {
    form(source, source, parts)
}

type Source = BoxedStrategy<Pair>;

fn leaf(sources: Vec<String>) -> Source {
    prop::sample::select(sources).prop_map(|source| same(&source, &[])).boxed()
}

fn two(source: impl Into<String>, a: &Source, b: &Source) -> Source {
    let source = source.into();
    (a.clone(), b.clone()).prop_map(move |(a, b)| same(&source, &[&a, &b])).boxed()
}

fn word() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(&WORDS[..])
}

fn moment() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(&MOMENTS[..])
}

fn order() -> Source {
    leaf(["==", "!=", "<", "<=", ">", ">="].map(str::to_owned).to_vec())
}

/// Expressions over the columns of one row, by type.
struct Over {
    text: Source,
    int: Source,
    time: Source,
    list: Source,
}

impl Over {
    fn row(owner: &'static str) -> Self {
        let mut texts: Vec<String> = WORDS.iter().map(|word| format!("'{word}'")).collect();
        texts.extend([format!("{owner}.name"), format!("{owner}.principal_name"), "params.word".to_owned()]);
        let plain = leaf(texts);
        let text = prop_oneof![
            4 => plain.clone(),
            1 => two("($0 + $1)", &plain, &plain),
            1 => plain.clone().prop_map(|it| form("lower($0)", "$0.lowerAscii()", &[&it])),
            1 => plain.clone().prop_map(move |it| {
                let cel = format!("({owner}.user_type != null ? {owner}.user_type : $0)");
                form(&format!("coalesce({owner}.user_type, $0)"), &cel, &[&it])
            }),
        ]
        .boxed();
        let list = prop_oneof![
            4 => leaf(vec![format!("{owner}.roles"), format!("{owner}.mfa_by"), "params.words".to_owned()]),
            1 => two("[$0, $1]", &text, &text),
            1 => two(format!("{owner}.roles.map(x, x + $0)"), &text, &text),
            1 => two(format!("{owner}.roles.filter(x, x != $0)"), &text, &text),
            1 => Just(form(
                &format!("distinct({owner}.roles)"),
                &format!("{owner}.roles.distinct()"),
                &[],
            )),
        ]
        .boxed();
        let number = prop_oneof![
            2 => leaf(["0", "1", "2", "90", "-7", "9223372036854775807", "params.limit"].map(str::to_owned).to_vec()),
            1 => text.clone().prop_map(|it| same("size($0)", &[&it])),
            1 => list.clone().prop_map(|it| same("$0.size()", &[&it])),
            1 => (0..30i64).prop_map(move |default| {
                let column = format!("{owner}.sign_in_frequency_hours");
                form(
                    &format!("coalesce({column}, {default})"),
                    &format!("({column} != null ? {column} : {default})"),
                    &[],
                )
            }),
        ]
        .boxed();
        let signs = leaf(["+", "-", "*", "/", "%"].map(str::to_owned).to_vec());
        let int = prop_oneof![
            2 => number.clone(),
            1 => (number.clone(), signs, number).prop_map(|(a, sign, b)| same("($0 $1 $2)", &[&a, &sign, &b])),
        ]
        .boxed();
        let mut times = vec!["now".to_owned()];
        times.extend(MOMENTS.iter().map(|moment| format!("timestamp('{moment}')")));
        let plain = leaf(times);
        let time = prop_oneof![
            2 => plain.clone(),
            1 => plain.clone().prop_map(|it| same("($0 - duration('36h'))", &[&it])),
            2 => plain.prop_map(move |it| {
                let cel = format!("({owner}.created != null ? {owner}.created : $0)");
                form(&format!("coalesce({owner}.created, $0)"), &cel, &[&it])
            }),
        ]
        .boxed();
        Self { text, int, time, list }
    }

    /// Conditions of one step.
    fn atoms(&self, owner: &'static str) -> Source {
        let Self { text, int, time, list } = self;
        let ordered = |value: &Source| {
            (value.clone(), order(), value.clone()).prop_map(|(a, op, b)| same("$0 $1 $2", &[&a, &op, &b])).boxed()
        };
        let with_text = |source: String| text.clone().prop_map(move |it| same(&source, &[&it])).boxed();
        let columns = ["enabled", "licensed"].map(|column| format!("{owner}.{column}"));
        let kinds = KINDS.iter().map(|kind| format!("{owner}.kind in ['{}', 'room']", kind.word()));
        let nulls = ["user_type", "created", "last_sign_in", "sign_in_frequency_hours"]
            .map(|column| format!("{owner}.{column} == null"));
        let patterns = ["^A", "a.*e", "(?i)ANA", "desk$", "."].map(|it| format!("{owner}.name.matches(r'{it}')"));
        let all: Vec<String> = columns.into_iter().chain(kinds).chain(nulls).chain(patterns).collect();
        let days = (time.clone(), 0..100i64).prop_map(|(time, days)| {
            let cel = format!("now - $0 < duration('{}h')", 24 * (days + 1));
            form(&format!("days_since($0) <= {days}"), &cel, &[&time])
        });
        prop_oneof![
            3 => leaf(all),
            2 => ordered(int),
            1 => ordered(text),
            1 => ordered(time),
            1 => two("$0 == $1", list, list),
            1 => two("$0.contains($1)", text, text),
            1 => two("$0.startsWith($1)", text, text),
            1 => two("$0.endsWith($1)", text, text),
            2 => two("$0 in $1", text, list),
            1 => days,
            1 => with_text(format!("({owner}.user_type != null && {owner}.user_type < $0)")),
            1 => with_text(format!("({owner}.user_type == null || $0.contains({owner}.user_type))")),
            1 => time.clone().prop_map(move |it| {
                let column = format!("{owner}.last_sign_in");
                same(&format!("({column} != null ? {column} > $0 : {owner}.enabled)"), &[&it])
            }),
            1 => two("$0.exists(x, x == $1)", list, text),
            1 => two("$0.all(x, size(x) > 1 && x != $1)", list, text),
            1 => two("$0.exists_one(x, x == $1)", list, text),
            1 => two("$0.exists(x, $1 / size(x) == 2)", list, int),
            1 => two("$0.all(x, $1 / size(x) == 2)", list, int),
        ]
        .boxed()
    }
}

fn conditions() -> Source {
    let each = Over::row("u").atoms("u");
    let own = Over::row("user");
    let limit = own.int.clone();
    let atom = prop_oneof![
        6 => own.atoms("user"),
        1 => each.clone().prop_map(|it| same("users.exists(u, $0)", &[&it])),
        1 => each.clone().prop_map(|it| same("users.all(u, $0)", &[&it])),
        1 => (each.clone(), order(), limit)
            .prop_map(|(it, op, limit)| same("size(users.filter(u, $0)) $1 $2", &[&it, &op, &limit])),
        1 => two("users.filter(u, $0).map(u, u.name) == users.filter(u, $1).map(u, u.name)", &each, &each),
    ];
    atom.prop_recursive(4, 16, 3, |inner| {
        let inner = inner.boxed();
        prop_oneof![
            two("($0 && $1)", &inner, &inner),
            two("($0 || $1)", &inner, &inner),
            inner.clone().prop_map(|it| same("!($0)", &[&it])),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| same("($0 ? $1 : $2)", &[&a, &b, &c])),
        ]
    })
    .boxed()
}

/// A user of whom everything that the conditions ask for is known.
fn users() -> impl Strategy<Value = User> + Clone {
    let texts = (word(), word(), prop::option::of(word()));
    let times = (prop::option::of(moment()), prop::option::of(moment()));
    let lists = (prop::collection::vec(word(), 0..4), prop::collection::vec(word(), 0..2));
    let rest = (any::<bool>(), any::<bool>(), prop::sample::select(&KINDS[..]), prop::option::of(0..50i64));
    (texts, times, lists, rest).prop_map(|(texts, times, lists, rest)| {
        let time = |text: &str| text.parse::<Time>().expect("a time");
        let list = |words: Vec<&str>| Cell::Known(words.into_iter().map(Text::from).collect());
        User {
            name: Cell::Known(texts.0.into()),
            principal_name: Cell::Known(texts.1.into()),
            user_type: Cell::Known(texts.2.map(Text::from)),
            created: Cell::Known(times.0.map(time)),
            last_sign_in: Cell::Known(times.1.map(time)),
            roles: list(lists.0),
            mfa_by: list(lists.1),
            enabled: Cell::Known(rest.0),
            licensed: Cell::Known(rest.1),
            kind: Cell::Known(rest.2),
            sign_in_frequency_hours: Cell::Known(rest.3),
            ..User::new("1")
        }
    })
}

/// The same user as a map of CEL.
fn map(user: &User) -> cel::Value {
    fn known<T: Clone>(cell: &Cell<T>) -> T {
        match cell {
            Cell::Known(value) => value.clone(),
            Cell::Unknown(gap) => panic!("{gap:?}"),
        }
    }
    let text = |text: &Text| cel::Value::from(text.as_str());
    let null = |value: Option<cel::Value>| value.unwrap_or(cel::Value::Null);
    let texts = |all: Vec<Text>| cel::Value::from(all.iter().map(text).collect::<Vec<_>>());
    HashMap::from([
        ("name", text(&known(&user.name))),
        ("principal_name", text(&known(&user.principal_name))),
        ("user_type", null(known(&user.user_type).as_ref().map(text))),
        ("created", null(known(&user.created).map(timestamp))),
        ("last_sign_in", null(known(&user.last_sign_in).map(timestamp))),
        ("roles", texts(known(&user.roles))),
        ("mfa_by", texts(known(&user.mfa_by))),
        ("enabled", known(&user.enabled).into()),
        ("licensed", known(&user.licensed).into()),
        ("kind", known(&user.kind).word().into()),
        ("sign_in_frequency_hours", null(known(&user.sign_in_frequency_hours).map(cel::Value::from))),
    ])
    .into()
}

fn timestamp(time: Time) -> cel::Value {
    let program = cel::Program::compile(&format!("timestamp('{time}')")).expect("a literal");
    program.execute(&cel::Context::default()).expect("a time")
}

fn parameters() -> Vec<Parameter> {
    let parameter = |name: &str, value: ParameterValue| Parameter {
        name: name.to_owned(),
        about: String::new(),
        unit: String::new(),
        default: value.clone(),
        value,
    };
    vec![
        parameter("word", ParameterValue::Text("Ana".into())),
        parameter("limit", ParameterValue::Int(3)),
        parameter("words", ParameterValue::Texts(vec!["a".into(), "Ana".into()])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(768))]

    #[test]
    fn on_known_rows_the_cel_crate_agrees(
        source in conditions(),
        all in prop::collection::vec(users(), 1..4),
    ) {
        let parameters = parameters();
        let each = Datasets::find("users").map(|(index, _)| index);
        let questions = std::collections::BTreeMap::new();
        let names =
            Names { each, parameters: &parameters, broken: &[], questions: &questions, addressable: false };
        let (ours, _, _) = Expression::compile(&source.ours, &names)
            .map_err(|mistakes| TestCaseError::fail(format!("{}: {mistakes:?}", source.ours)))?;
        let now = NOW.parse().expect("a time");
        let datasets = Datasets { users: Table::complete(all.clone()), ..Datasets::default() };
        let found = ours.truth(&Scope { datasets: &datasets, parameters: &parameters, now, row: Some(&all[0]) });

        let mut environment = cel::Env::stdlib();
        environment.add_extension(cel::extensions::strings).expect("a new one");
        environment.add_extension(cel::extensions::lists).expect("a new one");
        let environment = Arc::new(environment);
        let program = environment.compile(&source.cel).expect("the cel crate reads it");
        let mut context = cel::Context::with_env(environment);
        context.add_variable_from_value("now", timestamp(now));
        context.add_variable_from_value("user", map(&all[0]));
        context.add_variable_from_value("users", all.iter().map(map).collect::<Vec<_>>());
        context.add_variable_from_value("params", HashMap::from([
            ("word", cel::Value::from("Ana")),
            ("limit", cel::Value::from(3)),
            ("words", vec![cel::Value::from("a"), cel::Value::from("Ana")].into()),
        ]));
        match program.execute(&context) {
            Ok(cel::Value::Bool(due)) => {
                prop_assert_eq!(found, if due { Truth::True } else { Truth::False }, "{} of {:?}", source.ours, all);
            }
            Ok(other) => prop_assert!(false, "{} is {:?}", source.cel, other),
            // CEL gives up at an error: a division by zero, an overflow. Here it is no fact either way, and where a
            // list could not be filtered for sure, its bounds may still decide.
            Err(error) => prop_assert!(
                matches!(found, Truth::Unknown(_)) || source.ours.contains(".filter(") || source.ours.contains(".exists_one("),
                "{} is {:?} here and ends there with {}", source.ours, found, error
            ),
        }
    }
}
