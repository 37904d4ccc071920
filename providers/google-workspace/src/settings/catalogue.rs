//! What holds where nobody set anything, and how values of several policies become one: dated tables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::Text;

const DEFAULTS: &str = include_str!("../../../../policies/catalogues/google-defaults.toml");
const SERVICES: &str = include_str!("../../../../policies/catalogues/google-services.toml");

/// How lists of several policies become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reducer {
    /// The list of the policy that comes first.
    First,
    /// One after the other.
    Joined,
    /// Of entries with the same value under this key, the one of the policy that comes first.
    Keyed(&'static str),
    /// Policies stand side by side: nothing becomes one.
    Beside,
    /// The vendor does not say.
    Unsaid,
}

/// A setting and one of its fields.
pub(crate) type Field = (Text, Text);

struct Catalogue {
    defaults: BTreeMap<Field, Value>,
    reducers: Reducers,
    returned_as: BTreeMap<Text, String>,
}

#[derive(Deserialize)]
struct File {
    returned_as: BTreeMap<Text, String>,
    reducers: Reducers,
    default: Vec<Default>,
}

#[derive(Deserialize)]
struct Reducers {
    max: Vec<Text>,
    merge: Vec<Text>,
    list: Vec<Text>,
    keyed: BTreeMap<Text, String>,
}

#[derive(Deserialize)]
struct Default {
    setting: Text,
    field: Text,
    value: Value,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let file: File = toml::from_str(DEFAULTS).expect("the shipped catalogue is well-formed, as a test holds");
    let defaults = file.default.into_iter().map(|it| ((it.setting, it.field), it.value)).collect();
    Catalogue { defaults, reducers: file.reducers, returned_as: file.returned_as }
});

/// The documented defaults.
pub(crate) fn defaults() -> &'static BTreeMap<Field, Value> {
    &CATALOGUE.defaults
}

/// The name under which the API gives a setting that the documentation names otherwise.
pub(crate) fn returned_name(setting: &str) -> &str {
    CATALOGUE.returned_as.get(setting).map_or(setting, String::as_str)
}

/// How lists of this setting become one.
pub(crate) fn reducer(setting: &str) -> Reducer {
    let reducers = &CATALOGUE.reducers;
    let named = |list: &[Text]| list.iter().any(|name| *name == setting);
    if named(&reducers.list) {
        Reducer::Beside
    } else if let Some(key) = reducers.keyed.get(setting) {
        Reducer::Keyed(key)
    } else if named(&reducers.merge) {
        Reducer::Joined
    } else if named(&reducers.max) {
        Reducer::First
    } else {
        Reducer::Unsaid
    }
}

/// Google's services, rules and detectors, by what they mean to a practice.
#[derive(Debug, Deserialize)]
pub(crate) struct Services {
    covered: Vec<Text>,
    /// Services that are not covered and must not be passed over in silence.
    pub(crate) not_covered_asked: Vec<Text>,
    not_covered: Vec<Text>,
    /// Services whose data people can download, each with a switch of its own.
    pub(crate) takeout: Vec<Text>,
    /// Names of rules that warn of a break-in.
    pub(crate) alert_rules: Vec<Text>,
    /// Detectors that tell of a patient.
    pub(crate) health_detectors: Vec<Text>,
}

static SERVICES_FILE: LazyLock<Services> =
    LazyLock::new(|| toml::from_str(SERVICES).expect("the shipped catalogue is well-formed, as a test holds"));

/// The dated list.
pub(crate) fn services() -> &'static Services {
    &SERVICES_FILE
}

impl Services {
    /// Whether the contract on health data covers a service; none where no list names it.
    pub(crate) fn covers(&self, service: &str) -> Option<bool> {
        let named = |list: &[Text]| list.iter().any(|name| *name == service);
        if named(&self.covered) {
            Some(true)
        } else if named(&self.not_covered) || named(&self.not_covered_asked) {
            Some(false)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_are_well_formed() {
        assert!(defaults().len() > 30);
        assert_eq!(reducer("gmail.rule_states"), Reducer::Keyed("ruleId"));
        assert_eq!(reducer("rule.dlp"), Reducer::Beside);
        assert_eq!(reducer("gmail.blocked_sender_lists"), Reducer::Unsaid);
        assert_eq!(services().covers("gmail"), Some(true));
        assert_eq!(services().covers("youtube"), Some(false));
        assert_eq!(services().covers("cloud"), None);
        let twice = services().covered.iter().filter(|it| services().not_covered.contains(it)).count();
        assert_eq!(twice, 0);
    }
}
