//! A policy's own test cases: rows in, verdict out.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value, json};
use tenantscan_model::{Cause, ColumnInfo, DatasetInfo, Datasets, Platform, Time, Type};
use tenantscan_written::{Reader, TableAt, help, kind, nearest, to_json};
use toml::de::DeValue;

use crate::load::{parameter_value, platform};
use crate::policy::{Parameter, ParameterValue, Rule, TestCase, Verdict};

const KEYS: [&str; 6] = ["name", "verdict", "platform", "now", "parameters", "findings"];
/// The moment of a case that does not name one.
const NOW: &str = "2026-11-01T00:00:00Z";
const VERDICTS: [(&str, Verdict); 5] = [
    ("pass", Verdict::Pass),
    ("fail", Verdict::Fail),
    ("review", Verdict::Review),
    ("unknown", Verdict::Unknown),
    ("not_applicable", Verdict::NotApplicable),
];

/// The cases of a policy.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    root: TableAt<'_>,
    rules: &BTreeMap<Platform, Rule>,
    parameters: &[Parameter],
) -> Vec<TestCase> {
    let tables = reader.list_of_tables(root, "tests");
    if tables.is_empty() {
        reader.mistake(
            root.span(),
            "there is no test case",
            Some("add `[[tests]]`: one that passes, one that fails, one unknown".into()),
        );
    }
    tables.into_iter().filter_map(|table| case(reader, table, rules, parameters)).collect()
}

fn case(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    rules: &BTreeMap<Platform, Rule>,
    parameters: &[Parameter],
) -> Option<TestCase> {
    let name = reader.needed(table, "name", "what the case shows");
    let verdict = reader.needed(table, "verdict", "pass, fail, review, unknown or not_applicable");
    let verdict = verdict.and_then(|verdict| reader.word(&verdict, &VERDICTS));
    let platform = match reader.text(table, "platform") {
        Some(text) => platform(reader, &text),
        None if rules.len() > 1 => {
            let help = format!("add `platform = \"{}\"` or another one that has a rule", rules.keys().next()?);
            reader.mistake(table.span(), "`platform` does not say whose rule is tested", Some(help));
            None
        }
        None => rules.keys().next().copied(),
    };
    let now = match reader.get(table, "now") {
        None => NOW.parse().ok(),
        Some(value) => {
            let time = time(value.get_ref());
            if time.is_none() {
                let help = "write it as 2026-11-01T00:00:00Z";
                reader.mistake(value.span(), "`now` is no point in time", Some(help.into()));
            }
            time
        }
    };
    let parameters = overridden(reader, table, parameters);
    let findings = reader.get(table, "findings").is_some().then(|| reader.texts(table, "findings"));
    let findings = findings.map(|texts| texts.into_iter().map(|text| text.text).collect());
    let datasets = datasets(reader, table);
    Some(TestCase {
        name: name?.text,
        platform: platform?,
        now: now?,
        datasets: datasets?,
        parameters,
        verdict: verdict?,
        findings,
    })
}

/// The parameters with the values that a table sets.
fn overridden(reader: &mut Reader<'_>, table: TableAt<'_>, parameters: &[Parameter]) -> Vec<Parameter> {
    let mut all = parameters.to_vec();
    let Some(own) = reader.table(table, "parameters") else { return all };
    for (key, value) in own.table {
        let name: &str = key.get_ref();
        set_parameter(reader, &mut all, name, key.span(), value.get_ref(), value.span());
    }
    all
}

/// Sets one parameter; says what is wrong with name or value.
pub(crate) fn set_parameter(
    reader: &mut Reader<'_>,
    parameters: &mut [Parameter],
    name: &str,
    name_span: Range<usize>,
    value: &DeValue<'_>,
    value_span: Range<usize>,
) {
    let Some(index) = parameters.iter().position(|parameter| parameter.name == name) else {
        let help = help(name, parameters.iter().map(|parameter| parameter.name.as_str()), "parameters");
        reader.mistake(name_span, format!("the policy has no parameter `{name}`"), Some(help));
        return;
    };
    let Some(mut value) = parameter_value(reader, value, value_span.clone()) else { return };
    let default = &parameters[index].default;
    if let (ParameterValue::Texts(_), ParameterValue::Texts(list)) = (default, &mut value) {
        list.dedup();
    }
    if std::mem::discriminant(default) == std::mem::discriminant(&value) {
        parameters[index].value = value;
    } else {
        let wanted = match default {
            ParameterValue::Bool(_) => "true or false",
            ParameterValue::Int(_) => "a whole number",
            ParameterValue::Text(_) => "a text",
            ParameterValue::Texts(_) => "a list of texts",
        };
        let help = Some(format!("write {wanted}, like the default in the policy"));
        reader.mistake(value_span, format!("`{name}` must be {wanted}"), help);
    }
}

/// The facts of a case; none when a part of them has a mistake.
fn datasets(reader: &mut Reader<'_>, table: TableAt<'_>) -> Option<Datasets> {
    let before = reader.diagnostics.len();
    let mut all = Map::new();
    for (key, value) in table.table {
        let name: &str = key.get_ref();
        if KEYS.contains(&name) {
            continue;
        }
        let Some((_, info)) = Datasets::find(name) else {
            let known = Datasets::ALL.iter().map(|info| info.name).chain(KEYS);
            let help = nearest(name, known).map_or_else(
                || "`tenantscan dictionary` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            reader.mistake(key.span(), format!("there is no dataset `{name}`"), Some(help));
            continue;
        };
        let rows: Vec<Option<Value>> = match value.get_ref() {
            DeValue::Array(rows) => rows.iter().map(|it| row(reader, info, it.get_ref(), it.span())).collect(),
            one => vec![row(reader, info, one, value.span())],
        };
        let rows: Vec<Value> = rows.into_iter().flatten().collect();
        all.insert(name.to_owned(), json!({ "listing": "complete", "rows": rows }));
    }
    if reader.diagnostics.len() > before {
        return None;
    }
    match serde_json::from_value(Value::Object(all)) {
        Ok(datasets) => Some(datasets),
        Err(error) => {
            let help = "`tenantscan dictionary` says what each column holds".to_owned();
            reader.mistake(table.span(), format!("the rows of this case do not fit: {error}"), Some(help));
            None
        }
    }
}

/// A row in the snapshot's form.
fn row(reader: &mut Reader<'_>, info: &DatasetInfo, value: &DeValue<'_>, span: Range<usize>) -> Option<Value> {
    let DeValue::Table(cells) = value else {
        let help = format!("write `[[tests.{}]]`, and its columns below", info.name);
        reader.mistake(span, format!("a row of `{}` is a table, not {}", info.name, kind(value)), Some(help));
        return None;
    };
    let key = info.columns[info.key].name;
    if !cells.contains_key(key) {
        let help = format!("add `{key} = \"…\"`: any text that no other row has");
        reader.mistake(span, format!("`{key}` is missing"), Some(help));
    }
    let mut row = Map::new();
    for (name, value) in cells {
        let column: &str = name.get_ref();
        match info.column(column) {
            Some((_, known)) => {
                if let Some(cell) = cell(reader, known, value.get_ref(), value.span()) {
                    row.insert(column.to_owned(), cell);
                }
            }
            None => {
                let help = nearest(column, info.columns.iter().map(|column| column.name)).map_or_else(
                    || format!("`tenantscan dictionary {}` lists its columns", info.name),
                    |near| format!("did you mean `{near}`?"),
                );
                reader.mistake(name.span(), format!("`{}` has no column `{column}`", info.row), Some(help));
            }
        }
    }
    Some(Value::Object(row))
}

/// A cell in the snapshot's form: a value of the column's type, `{ null = true }` or `{ unknown = "cause" }`.
fn cell(reader: &mut Reader<'_>, column: &ColumnInfo, value: &DeValue<'_>, span: Range<usize>) -> Option<Value> {
    let json = to_json(value);
    if let DeValue::Table(table) = value {
        if json == json!({ "null": true }) && column.nullable {
            return Some(Value::Null);
        }
        if let (1, Some(cause)) = (table.len(), json["unknown"].as_str()) {
            if Cause::ALL.iter().any(|known| known.name() == cause) {
                return Some(json!({ "unknown": { "cause": cause, "source": "test" } }));
            }
            let help = help(cause, Cause::ALL.iter().map(|cause| cause.name()), "causes");
            reader.mistake(span, format!("there is no cause `{cause}`"), Some(help));
            return None;
        }
    }
    let wanted = match column.r#type {
        Type::Bool if json.is_boolean() => None,
        Type::Bool => Some("true or false".to_owned()),
        Type::Int if json.is_i64() => None,
        Type::Int => Some("a whole number".to_owned()),
        Type::Text if json.is_string() => None,
        Type::Text => Some("a text".to_owned()),
        Type::Enum(words) => match json.as_str() {
            Some(word) if words.contains(&word) => None,
            _ => Some(format!("one of {}", words.join(", "))),
        },
        Type::Time if time(value).is_some() => None,
        Type::Time => Some("a point in time as 2026-11-01T00:00:00Z".to_owned()),
        Type::Texts if json.as_array().is_some_and(|it| it.iter().all(Value::is_string)) => None,
        Type::Texts => Some("a list of texts".to_owned()),
    };
    let Some(wanted) = wanted else { return Some(json) };
    let null = if column.nullable { ", `{ null = true }`" } else { "" };
    let help = format!("write {wanted}{null}, or `{{ unknown = \"throttled\" }}` for what was not read");
    reader.mistake(span, format!("this cannot be a value of `{}`", column.name), Some(help));
    None
}

/// A date with time and zone, with or without quotes.
fn time(value: &DeValue<'_>) -> Option<Time> {
    to_json(value).as_str().and_then(|text| text.parse().ok())
}
