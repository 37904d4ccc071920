//! Sensitivity labels, and the policies that offer them to people.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{LabelPolicy, LocationScope, SensitivityLabel};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::{Place, adaptive, says_something, scope, texts};
use crate::api::COMPLIANCE;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static SENSITIVITY_LABELS: Source = Source {
    id: "microsoft365.sensitivity_labels",
    title: "Sensitivity labels",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-Label", parameters: "{}" },
    lists: &["sensitivity_labels"],
    fills: &[
        "sensitivity_labels.id",
        "sensitivity_labels.name",
        "sensitivity_labels.internal_name",
        "sensitivity_labels.enabled",
        "sensitivity_labels.encrypts",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-label",
    ..CMDLET
};

pub(crate) static LABEL_POLICIES: Source = Source {
    id: "microsoft365.label_policies",
    title: "Policies that offer sensitivity labels",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-LabelPolicy", parameters: "{}" },
    lists: &["label_policies"],
    fills: &[
        "label_policies.id",
        "label_policies.name",
        "label_policies.enabled",
        "label_policies.labels",
        "label_policies.reach",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-labelpolicy",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LabelWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    disabled: Field<bool>,
    #[serde(default)]
    label_actions: Field<Vec<Value>>,
}

/// What a label does, as the vendor writes it: JSON in a text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    r#type: Text,
    #[serde(default)]
    settings: Vec<Setting>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Setting {
    key: Text,
    #[serde(default)]
    value: Option<Text>,
}

impl Action {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => serde_json::from_str(&text).ok(),
            value => serde_json::from_value(value).ok(),
        }
    }

    fn encrypts(&self) -> bool {
        let off = |setting: &Setting| {
            setting.key.eq_ignore_ascii_case("disabled")
                && setting.value.as_ref().is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        self.r#type.eq_ignore_ascii_case("encrypt") && !self.settings.iter().any(off)
    }
}

impl LabelWire {
    pub(crate) fn row(self) -> SensitivityLabel {
        let source = &SENSITIVITY_LABELS;
        let encrypts = match self.label_actions {
            Field::Absent => Err(unclear(source)),
            Field::Null => Ok(false),
            Field::Value(actions) => {
                let actions: Vec<Option<Action>> = actions.into_iter().map(Action::read).collect();
                let found = actions.iter().flatten().any(Action::encrypts);
                let clear = found || actions.iter().all(Option::is_some);
                if clear { Ok(found) } else { Err(unclear(source)) }
            }
        };
        SensitivityLabel {
            name: self.display_name.needed(source),
            internal_name: self.name.needed(source),
            enabled: self.disabled.needed(source).map(|disabled| !disabled),
            encrypts: encrypts.into(),
            ..SensitivityLabel::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LabelPolicyWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    labels: Field<Vec<Text>>,
    #[serde(default)]
    exchange_location: Field<Vec<Place>>,
    #[serde(default)]
    exchange_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    modern_group_location: Field<Vec<Place>>,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

impl LabelPolicyWire {
    /// People and their groups are named as mailboxes, Microsoft 365 groups on their own; words about people, and units of
    /// administration, narrow it besides. Source: learn.microsoft.com/powershell/module/exchange/new-labelpolicy.
    fn reach(&self) -> Cell<LocationScope> {
        let source = &LABEL_POLICIES;
        let people = scope(&self.exchange_location, &[&self.exchange_location_exception], source);
        let reach = match people {
            Cell::Known(LocationScope::None) => match scope(&self.modern_group_location, &[], source) {
                Cell::Known(LocationScope::None) => Cell::Known(LocationScope::None),
                Cell::Known(_) => Cell::Known(LocationScope::Some),
                unknown => unknown,
            },
            people => people,
        };
        let names = ["ExchangeAdaptiveScopes", "ExchangeAdaptiveScopesException", "PolicyRBACScopes"];
        adaptive(reach, names.iter().map(|name| self.rest.get(*name).is_some_and(says_something)), source)
    }

    pub(crate) fn row(self) -> LabelPolicy {
        let source = &LABEL_POLICIES;
        let reach = self.reach();
        let labels: Cell<Vec<Text>> = texts(self.labels, source);
        LabelPolicy {
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            labels,
            reach,
            ..LabelPolicy::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_encrypts_when_an_action_that_is_on_says_so() {
        let encrypt =
            r#""{\"Type\":\"encrypt\",\"SubType\":null,\"Settings\":[{\"Key\":\"disabled\",\"Value\":\"false\"}]}""#;
        let off = r#""{\"Type\":\"encrypt\",\"Settings\":[{\"Key\":\"disabled\",\"Value\":\"true\"}]}""#;
        let header = r#""{\"Type\":\"applycontentmarking\",\"Settings\":[]}""#;
        let cases = [
            (format!("[{header},{encrypt}]"), Some(true)),
            (format!("[{off}]"), Some(false)),
            (format!("[{header}]"), Some(false)),
            ("[]".to_owned(), Some(false)),
            ("null".to_owned(), Some(false)),
            (r#"["what is this"]"#.to_owned(), None),
            (format!(r#"["what is this",{encrypt}]"#), Some(true)),
        ];
        for (actions, due) in cases {
            let json = format!(r#"{{"Guid":"g","LabelActions":{actions}}}"#);
            let wire: LabelWire = serde_json::from_str(&json).expect(&json);
            assert_eq!(wire.row().encrypts.known().copied(), due, "{actions}");
        }
    }

    #[test]
    fn to_how_many_a_policy_offers_its_labels() {
        let cases = [
            (r#""ExchangeLocation":["All"],"ExchangeLocationException":[]"#, Some(LocationScope::All)),
            (r#""ExchangeLocation":["All"],"ExchangeLocationException":["Ana"]"#, Some(LocationScope::AllBut)),
            (r#""ExchangeLocation":[{"Name":"Ana"}],"ModernGroupLocation":[]"#, Some(LocationScope::Some)),
            (r#""ExchangeLocation":[],"ModernGroupLocation":[{"Name":"Doctors"}]"#, Some(LocationScope::Some)),
            (r#""ExchangeLocation":[],"ModernGroupLocation":["All"]"#, Some(LocationScope::Some)),
            (r#""ExchangeLocation":null,"ModernGroupLocation":null"#, Some(LocationScope::None)),
            (r#""ExchangeLocation":[]"#, None),
            (r#""Enabled":true"#, None),
            (r#""ExchangeLocation":["All"],"ExchangeLocationException":[],"PolicyRBACScopes":["x"]"#, None),
        ];
        for (places, due) in cases {
            let json = format!(r#"{{"Guid":"g",{places}}}"#);
            let wire: LabelPolicyWire = serde_json::from_str(&json).expect(&json);
            assert_eq!(wire.row().reach.known().copied(), due, "{places}");
        }
    }
}
