//! Microsoft Purview: retention, labels, data loss prevention, alerts and how long logs are kept.
//!
//! These cmdlets are asked without `$select`: which names it takes is not documented, the lists are short, and one name
//! that it does not know would cost the whole list.

mod alerts;
mod dlp;
mod dlp_conditions;
mod labels;
mod retention;
mod retention_labels;

pub(crate) use alerts::{ALERT_POLICIES, AUDIT_RETENTION_POLICIES, AlertWire, AuditRetentionWire};
pub(crate) use dlp::{DLP_POLICIES, DLP_RULES, DlpPolicyWire, DlpRuleWire};
pub(crate) use labels::{LABEL_POLICIES, LabelPolicyWire, LabelWire, SENSITIVITY_LABELS};
pub(crate) use retention::{RETENTION_POLICIES, RETENTION_RULES, RetentionPolicyWire, RetentionRuleWire};
pub(crate) use retention_labels::{RETENTION_LABELS, RetentionLabelWire};
use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::LocationScope;
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::Source;

use tenantscan_provider::{Field, unclear};

pub(super) const SOURCES: &[&Source] = &[
    &RETENTION_POLICIES,
    &RETENTION_RULES,
    &RETENTION_LABELS,
    &DLP_POLICIES,
    &DLP_RULES,
    &SENSITIVITY_LABELS,
    &LABEL_POLICIES,
    &ALERT_POLICIES,
    &AUDIT_RETENTION_POLICIES,
];

/// A place that a policy names: its name, or an object that has one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Place {
    Name(Text),
    Object {
        #[serde(default, rename = "Name")]
        name: Option<Text>,
        #[serde(default, rename = "DisplayName")]
        display_name: Option<Text>,
    },
    Other(serde::de::IgnoredAny),
}

impl Place {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Object { name, display_name } => name.as_deref().or(display_name.as_deref()),
            Self::Other(_) => None,
        }
    }
}

/// How much a policy reaches, by the places that it names and those that it leaves out.
fn scope(places: &Field<Vec<Place>>, left_out: &[&Field<Vec<Place>>], source: &Source) -> Cell<LocationScope> {
    let places = match places {
        Field::Absent => return Cell::Unknown(unclear(source)),
        Field::Null => return Cell::Known(LocationScope::None),
        Field::Value(places) => places,
    };
    if places.is_empty() {
        return Cell::Known(LocationScope::None);
    }
    if !places.iter().any(|place| place.name().is_some_and(|name| name.eq_ignore_ascii_case("all"))) {
        let clear = places.iter().all(|place| place.name().is_some());
        return if clear { Cell::Known(LocationScope::Some) } else { Cell::Unknown(unclear(source)) };
    }
    if left_out.iter().any(|list| list.value().is_some_and(|list| !list.is_empty())) {
        Cell::Known(LocationScope::AllBut)
    } else if left_out.iter().any(|list| matches!(list, Field::Absent)) {
        Cell::Unknown(unclear(source))
    } else {
        Cell::Known(LocationScope::All)
    }
}

/// Whether a property says anything: null, nothing, an empty list and false do not.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// A scope that words about people or sites narrow: whom those words fit, only a person can say. Source:
/// learn.microsoft.com/purview/purview-adaptive-scopes and learn.microsoft.com/purview/purview-admin-units.
fn adaptive(scope: Cell<LocationScope>, words: impl IntoIterator<Item = bool>, source: &Source) -> Cell<LocationScope> {
    if words.into_iter().any(|says| says) { Cell::Unknown(Gap::new(Cause::NotSupplied, source.id)) } else { scope }
}

/// A list of texts; null is none.
fn texts(field: Field<Vec<Text>>, source: &Source) -> Cell<Vec<Text>> {
    field.nullable(source).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_a_policy_reaches_is_told_by_its_places() {
        let cases = [
            (r#"{"Places":["All"],"Out":[]}"#, Some(LocationScope::All)),
            (r#"{"Places":["All"],"Out":null}"#, Some(LocationScope::All)),
            (r#"{"Places":[{"Name":"All","DisplayName2":1}],"Out":[]}"#, Some(LocationScope::All)),
            (r#"{"Places":["All"],"Out":["ana@maple.example"]}"#, Some(LocationScope::AllBut)),
            (r#"{"Places":["All"]}"#, None),
            (r#"{"Places":["https://maple.example/sites/x"]}"#, Some(LocationScope::Some)),
            (r#"{"Places":[{"Guid":"1"}],"Out":[]}"#, None),
            (r#"{"Places":[{"Name":"ana@maple.example","DisplayName":"Ana"}],"Out":[]}"#, Some(LocationScope::Some)),
            (r#"{"Places":[{"DisplayName":"All"}],"Out":[]}"#, Some(LocationScope::All)),
            (r#"{"Places":[]}"#, Some(LocationScope::None)),
            (r#"{"Places":null}"#, Some(LocationScope::None)),
            (r#"{"Out":[]}"#, None),
        ];
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        #[derive(Default)]
        struct Wire {
            places: Field<Vec<Place>>,
            out: Field<Vec<Place>>,
        }
        for (json, due) in cases {
            let wire: Wire = serde_json::from_str(json).expect(json);
            assert_eq!(scope(&wire.places, &[&wire.out], &RETENTION_POLICIES).known().copied(), due, "{json}");
        }
    }
}
