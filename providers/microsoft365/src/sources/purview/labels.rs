//! Sensitivity labels, and the policies that offer them to people.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{LabelPolicy, SensitivityLabel};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::texts;
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
    fills: &["label_policies.id", "label_policies.name", "label_policies.enabled", "label_policies.labels"],
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
}

impl LabelPolicyWire {
    pub(crate) fn row(self) -> LabelPolicy {
        let source = &LABEL_POLICIES;
        let labels: Cell<Vec<Text>> = texts(self.labels, source);
        LabelPolicy {
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            labels,
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
}
