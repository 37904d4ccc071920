//! What the conditions of a data loss prevention rule look for, and which kinds of data tell of a patient.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::Text;

/// What a rule's conditions ask for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Conditions {
    /// Name, and id where there is one, of each kind of sensitive data.
    pub(super) types: Vec<(Text, Option<Text>)>,
    /// Words of `AccessScope`.
    pub(super) scopes: Vec<Text>,
    /// Other conditions that must hold too.
    pub(super) others: Vec<Text>,
    /// Whether something is left out although it meets the conditions.
    pub(super) exceptions: bool,
}

const SENSITIVE: &str = "ContentContainsSensitiveInformation";

/// A member of a JSON object, whatever its capitals: the vendor writes them in several ways.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The items of a list; a list of one may stand without its brackets.
fn items(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
    }
}

fn word<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_str()
}

impl Conditions {
    /// Reads the conditions in JSON. What stands under `Not` is an exception: it looks for nothing.
    pub(super) fn read(text: &str) -> Option<Self> {
        let whole: Value = serde_json::from_str(text).ok()?;
        let mut found = Self::default();
        found.visit(member(&whole, "Condition")?);
        Some(found)
    }

    fn looks(value: &Value) -> bool {
        let not = word(value, "Operator").is_some_and(|it| it.eq_ignore_ascii_case("not"));
        let here = word(value, "ConditionName").is_some_and(|it| it.eq_ignore_ascii_case(SENSITIVE));
        !not && (here || items(member(value, "SubConditions")).iter().any(Self::looks))
    }

    fn visit(&mut self, value: &Value) {
        if let Some(name) = word(value, "ConditionName") {
            let asked = member(value, "Value");
            if name.eq_ignore_ascii_case(SENSITIVE) {
                asked.into_iter().for_each(|asked| self.take_types(asked));
            } else if name.eq_ignore_ascii_case("AccessScope") {
                self.scopes.extend(items(asked).iter().filter_map(Value::as_str).map(Text::from));
            } else {
                self.others.push(name.into());
            }
            return;
        }
        let operator = word(value, "Operator").unwrap_or("And");
        if operator.eq_ignore_ascii_case("not") {
            self.exceptions = true;
            return;
        }
        let any = operator.eq_ignore_ascii_case("or");
        for part in items(member(value, "SubConditions")) {
            // One of several that is enough by itself narrows nothing.
            if !any || Self::looks(part) || !Self::looks(value) {
                self.visit(part);
            }
        }
    }

    /// Takes in the kinds of sensitive data of one condition, in groups or without.
    pub(super) fn take_types(&mut self, asked: &Value) {
        for part in items(Some(asked)) {
            for inner in ["groups", "sensitivetypes"] {
                items(member(part, inner)).iter().for_each(|inner| self.take_types(inner));
            }
            let group = member(part, "groups").is_some()
                || member(part, "sensitivetypes").is_some()
                || member(part, "labels").is_some();
            if let (false, Some(name)) = (group, word(part, "name")) {
                self.types.push((name.into(), word(part, "id").map(Text::from)));
            }
        }
    }
}

#[derive(Deserialize)]
struct Catalogue {
    ids: Vec<Text>,
    words: Vec<Text>,
}

static HEALTH: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../../../policies/catalogues/health-identifiers.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

/// Whether a kind of sensitive data, by name and id, tells of a patient.
pub(super) fn tells_of_a_patient((name, id): &(Text, Option<Text>)) -> bool {
    let lower = name.to_lowercase();
    let listed = |it: &Text| HEALTH.ids.iter().any(|known| it.eq_ignore_ascii_case(known));
    id.as_ref().is_some_and(listed) || HEALTH.words.iter().any(|word| lower.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(condition: Value) -> (Vec<String>, Vec<String>) {
        let found =
            Conditions::read(&json!({ "Version": "1.0", "Condition": condition }).to_string()).expect("conditions");
        let texts = |list: Vec<Text>| list.iter().map(ToString::to_string).collect();
        (texts(found.types.into_iter().map(|(name, _)| name).collect()), texts(found.others))
    }

    fn looks_for(name: &str) -> Value {
        json!({ "ConditionName": SENSITIVE, "Value": [{ "Groups": [
            { "Name": "Default", "Operator": "Or", "Sensitivetypes": [{ "Name": name, "Id": "1" }] }], "Operator": "And" }] })
    }

    #[test]
    fn conditions_in_json_tell_what_is_looked_for_and_what_narrows_it() {
        let other = json!({ "ConditionName": "SentTo", "Value": ["a@b.example"] });
        let and = |parts: Vec<Value>| json!({ "Operator": "And", "SubConditions": parts });
        let or = |parts: Vec<Value>| json!({ "Operator": "Or", "SubConditions": parts });
        let not = |part: Value| json!({ "Operator": "Not", "SubConditions": [part] });
        let cases = [
            ("one", and(vec![looks_for("SSN")]), vec!["SSN"], vec![]),
            ("narrowed", and(vec![looks_for("SSN"), other.clone()]), vec!["SSN"], vec!["SentTo"]),
            ("either is enough", or(vec![looks_for("SSN"), other.clone()]), vec!["SSN"], vec![]),
            (
                "narrowed by one of two",
                and(vec![looks_for("SSN"), or(vec![other.clone()])]),
                vec!["SSN"],
                vec!["SentTo"],
            ),
            ("an exception looks for nothing", and(vec![not(looks_for("SSN"))]), vec![], vec![]),
            ("an exception", and(vec![looks_for("SSN"), not(other)]), vec!["SSN"], vec![]),
            (
                "small letters, and no brackets around one",
                json!({ "operator": "and", "subConditions": { "conditionName": SENSITIVE,
                    "value": { "groups": { "name": "G", "sensitivetypes": { "name": "SSN" } } } } }),
                vec!["SSN"],
                vec![],
            ),
            (
                "a label is no kind of data",
                and(vec![json!({ "ConditionName": SENSITIVE, "Value": [{ "groups": [{ "name": "Default",
                    "labels": [{ "name": "Patient", "type": "Sensitivity" }] }] }] })]),
                vec![],
                vec![],
            ),
        ];
        for (case, condition, types, others) in cases {
            assert_eq!(
                read(condition),
                (types.into_iter().map(Into::into).collect(), others.into_iter().map(Into::into).collect()),
                "{case}"
            );
        }
        assert_eq!(Conditions::read("{ not json"), None);
        let whole = |condition: Value| {
            Conditions::read(&json!({ "Condition": condition }).to_string()).expect("conditions").exceptions
        };
        assert!(whole(and(vec![
            looks_for("SSN"),
            not(json!({ "ConditionName": "RecipientDomainIs", "Value": ["x"] }))
        ])));
        assert!(!whole(and(vec![looks_for("SSN")])));
    }

    #[test]
    fn kinds_that_tell_of_a_patient_are_known_by_id_or_by_words() {
        let of = |name: &str, id: Option<&str>| tells_of_a_patient(&(name.into(), id.map(Text::from)));
        assert!(of("renamed", Some("A44669FE-0d48-453d-a9b1-2cc83f2cba77")));
        assert!(of("International Classification of Diseases (ICD-10-CM)", None));
        assert!(of("All Medical Terms And Conditions", None));
        assert!(!of("Credit Card Number", Some("50842eb7-edc8-4019-85dd-5a5c1f2bb085")));
    }
}
