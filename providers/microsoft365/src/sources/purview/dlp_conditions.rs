//! What the conditions of a data loss prevention rule look for, and which kinds of data tell of a patient.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::Text;

/// What a rule's conditions ask for.
#[derive(Debug, PartialEq)]
pub(super) struct Conditions {
    /// Name, and id where there is one, of each kind of sensitive data.
    pub(super) types: Vec<(Text, Option<Text>)>,
    /// Words of `AccessScope`.
    pub(super) scopes: Vec<Text>,
    /// Other conditions that must hold too.
    pub(super) others: Vec<Text>,
    /// Whether something is left out although it meets the conditions.
    pub(super) exceptions: bool,
    /// How many finds of health data are needed before the rule acts.
    pub(super) count: Count,
}

/// How many finds are needed: no number where nothing of the kind is looked for, none at all where a number is not
/// understood.
type Count = Option<Option<i64>>;

/// The least of several ways, of which each is enough.
fn either(counts: impl IntoIterator<Item = Count>) -> Count {
    counts.into_iter().try_fold(None, |least: Option<i64>, count| Some(least.into_iter().chain(count?).min()))
}

/// The most of several conditions, which must all hold.
fn all(counts: impl IntoIterator<Item = Count>) -> Count {
    counts.into_iter().try_fold(None, |most: Option<i64>, count| Some(most.into_iter().chain(count?).max()))
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

impl Default for Conditions {
    fn default() -> Self {
        let (types, scopes, others) = Default::default();
        Self { types, scopes, others, exceptions: false, count: Some(None) }
    }
}

/// How many finds of health data the conditions ask for.
fn count(value: &Value) -> Count {
    if let Some(name) = word(value, "ConditionName") {
        let asked = member(value, "Value").filter(|_| name.eq_ignore_ascii_case(SENSITIVE));
        return asked.map_or(Some(None), count_of_types);
    }
    let operator = word(value, "Operator").unwrap_or("And");
    let parts = items(member(value, "SubConditions")).iter().map(count);
    match operator.to_ascii_lowercase().as_str() {
        "not" => Some(None),
        "or" => either(parts),
        _ => all(parts),
    }
}

/// The same for kinds of sensitive data, in groups or without: any kind of a list is enough, and of groups all must be
/// met unless they say otherwise. Kinds that tell of no patient do not count, except where a whole group has no other.
pub(super) fn count_of_types(asked: &Value) -> Count {
    match asked {
        Value::Array(list) => either(list.iter().map(count_of_types)),
        _ => {
            let any = word(asked, "operator").is_some_and(|it| it.eq_ignore_ascii_case("or"));
            if let Some(groups) = member(asked, "groups") {
                let groups = items(Some(groups)).iter().map(count_of_types);
                return if any { either(groups) } else { all(groups) };
            }
            if let Some(types) = member(asked, "sensitivetypes") {
                let types = items(Some(types));
                let health: Vec<&Value> = types.iter().filter(|it| of_a_patient(it)).collect();
                // A group of other data that must be met as well can ask for more than one.
                let counted = if health.is_empty() { types.iter().collect() } else { health };
                return either(counted.into_iter().map(least));
            }
            if of_a_patient(asked) { least(asked) } else { Some(None) }
        }
    }
}

fn of_a_patient(kind: &Value) -> bool {
    word(kind, "name").is_some_and(|name| tells_of_a_patient(&(name.into(), word(kind, "id").map(Text::from))))
}

/// The least number of one kind: one where it does not say.
fn least(kind: &Value) -> Count {
    match member(kind, "mincount") {
        None | Some(Value::Null) => Some(Some(1)),
        Some(Value::String(text)) => text.trim().parse().ok().map(Some),
        Some(number) => number.as_i64().map(Some),
    }
}

impl Conditions {
    /// Reads the conditions in JSON. What stands under `Not` is an exception: it looks for nothing.
    pub(super) fn read(text: &str) -> Option<Self> {
        let whole: Value = serde_json::from_str(text).ok()?;
        let mut found = Self::default();
        let condition = member(&whole, "Condition")?;
        found.count = count(condition);
        found.visit(condition);
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
    fn a_rule_acts_from_the_least_number_that_is_enough() {
        let ssn = "U.S. Social Security Number (SSN)";
        let icd = "International Classification of Diseases (ICD-10-CM)";
        let kind = |name: &str, count: Value| json!({ "Name": name, "Mincount": count });
        let group = |types: Vec<Value>| json!({ "Name": "G", "Operator": "Or", "Sensitivetypes": types });
        let looks = |groups: Vec<Value>, operator: &str| json!({ "ConditionName": SENSITIVE, "Value": [{ "Groups": groups, "Operator": operator }] });
        let one = |types: Vec<Value>| looks(vec![group(types)], "And");
        let two =
            |operator: &str| looks(vec![group(vec![kind(ssn, json!(1))]), group(vec![kind(icd, json!(5))])], operator);
        let and = |parts: Vec<Value>| json!({ "Operator": "And", "SubConditions": parts });
        let or = |parts: Vec<Value>| json!({ "Operator": "Or", "SubConditions": parts });
        let other = json!({ "ConditionName": "SentTo", "Value": ["a@b.example"] });
        let cases = [
            ("one", one(vec![kind(ssn, json!(1))]), Some(Some(1))),
            ("as text", one(vec![kind(ssn, json!("10"))]), Some(Some(10))),
            ("not said", one(vec![json!({ "Name": ssn })]), Some(Some(1))),
            ("any of several", one(vec![kind(ssn, json!(10)), kind(icd, json!(2))]), Some(Some(2))),
            (
                "a card number is no health data",
                one(vec![kind(ssn, json!(10)), kind("Credit Card Number", json!(1))]),
                Some(Some(10)),
            ),
            ("all groups", two("And"), Some(Some(5))),
            ("any group", two("Or"), Some(Some(1))),
            (
                "all conditions",
                and(vec![one(vec![kind(ssn, json!(1))]), one(vec![kind(icd, json!(9))]), other.clone()]),
                Some(Some(9)),
            ),
            ("any condition", or(vec![one(vec![kind(ssn, json!(1))]), one(vec![kind(icd, json!(9))])]), Some(Some(1))),
            ("nothing is looked for", and(vec![other]), Some(None)),
            ("not understood", one(vec![kind(ssn, json!("many"))]), None),
        ];
        for (case, condition, due) in cases {
            let found = Conditions::read(&json!({ "Condition": condition }).to_string()).expect("conditions");
            assert_eq!(found.count, due, "{case}");
        }
        assert_eq!(
            count_of_types(&json!([{ "name": ssn, "minCount": "3" }, { "name": "Credit Card Number" }])),
            Some(Some(3))
        );
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
