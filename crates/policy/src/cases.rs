//! A policy's own test cases: rows in, verdict out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tenantscan_model::{Cause, DatasetInfo, Datasets, Platform, Time};
use toml::de::DeValue;

use crate::load::{parameter_value, platform, word};
use crate::policy::{Parameter, ParameterValue, Rule, TestCase, Verdict};
use crate::reader::{Reader, TableAt, to_json};
use crate::suggest::nearest;

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
        reader.mistake(root.span(), "there is no test case", Some("add `[[tests]]`: one that passes, one that fails, one unknown".into()));
    }
    tables.into_iter().filter_map(|table| case(reader, table, rules, parameters)).collect()
}

fn case(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    rules: &BTreeMap<Platform, Rule>,
    parameters: &[Parameter],
) -> Option<TestCase> {
    let name = reader.needed(table, "name", "what the case shows")?.text;
    let verdict = reader.needed(table, "verdict", "pass, fail, review, unknown or not_applicable")?;
    let verdict = word(reader, &verdict, &VERDICTS)?;
    let platform = match reader.text(table, "platform") {
        Some(text) => platform(reader, &text)?,
        None => match rules.keys().collect::<Vec<_>>().as_slice() {
            [only] => **only,
            [] => return None,
            _ => {
                reader.mistake(table.span(), "`platform` does not say whose rule is tested", None);
                return None;
            }
        },
    };
    let now = match reader.get(table, "now") {
        None => NOW.parse().expect("a constant"),
        Some(value) => match to_json(value.get_ref()).as_str().and_then(|text| text.parse::<Time>().ok()) {
            Some(time) => time,
            None => {
                reader.mistake(value.span(), "`now` is no point in time", Some("write it as 2026-11-01T00:00:00Z".into()));
                return None;
            }
        },
    };
    let parameters = overridden(reader, table, parameters);
    let findings = reader.get(table, "findings").is_some().then(|| reader.texts(table, "findings"));
    let findings = findings.map(|texts| texts.into_iter().map(|text| text.text).collect());
    let datasets = datasets(reader, table)?;
    Some(TestCase { name, platform, now, datasets, parameters, verdict, findings })
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
    name_span: std::ops::Range<usize>,
    value: &DeValue<'_>,
    value_span: std::ops::Range<usize>,
) {
    let Some(index) = parameters.iter().position(|parameter| parameter.name == name) else {
        let near = nearest(name, parameters.iter().map(|parameter| parameter.name.as_str()));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        reader.mistake(name_span, format!("the policy has no parameter `{name}`"), help);
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
        reader.mistake(value_span, format!("`{name}` must be {wanted}"), None);
    }
}

fn datasets(reader: &mut Reader<'_>, table: TableAt<'_>) -> Option<Datasets> {
    let mut all = Map::new();
    let mut right = true;
    for (key, value) in table.table {
        let name: &str = key.get_ref();
        if KEYS.contains(&name) {
            continue;
        }
        let Some((_, info)) = Datasets::find(name) else {
            let known = Datasets::ALL.iter().map(|info| info.name).chain(KEYS);
            let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
            reader.mistake(key.span(), format!("there is no dataset `{name}`"), help);
            right = false;
            continue;
        };
        let mut rows = match to_json(value.get_ref()) {
            Value::Array(rows) => rows,
            row => vec![row],
        };
        for row in &mut rows {
            right &= cells(reader, info, row, value.span());
        }
        let part = json!({ "listing": "complete", "rows": rows });
        if right && let Err(error) = serde_json::from_value::<Datasets>(json!({ name: part })) {
            reader.mistake(value.span(), format!("a row of `{name}` does not fit: {error}"), None);
            right = false;
        }
        all.insert(name.to_owned(), part);
    }
    right.then(|| serde_json::from_value(Value::Object(all)).ok()).flatten()
}

/// Turns the cells of a row into the snapshot's form: `{ null = true }` and `{ unknown = "cause" }` among them.
fn cells(reader: &mut Reader<'_>, info: &DatasetInfo, row: &mut Value, span: std::ops::Range<usize>) -> bool {
    let Value::Object(row) = row else {
        reader.mistake(span, format!("rows of `{}` are tables", info.name), None);
        return false;
    };
    let mut right = true;
    for (column, cell) in row.iter_mut() {
        if info.column(column).is_none() {
            let near = nearest(column, info.columns.iter().map(|column| column.name));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            reader.mistake(span.clone(), format!("`{}` has no column `{column}`", info.name), help);
            right = false;
        }
        if cell["null"] == json!(true) {
            *cell = Value::Null;
        } else if let Some(cause) = cell["unknown"].as_str().map(str::to_owned) {
            if !Cause::ALL.iter().any(|known| known.name() == cause) {
                let near = nearest(&cause, Cause::ALL.iter().map(|cause| cause.name()));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                reader.mistake(span.clone(), format!("there is no cause `{cause}`"), help);
                right = false;
            }
            *cell = json!({ "unknown": { "cause": cause, "source": "test" } });
        }
    }
    right
}
