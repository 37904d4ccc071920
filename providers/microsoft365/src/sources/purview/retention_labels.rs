//! Labels that keep or delete single items.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::Text;
use tenantscan_model::rows::RetentionLabel;
use tenantscan_provider::{Call, Source};

use super::retention::{Duration, duration};
use crate::api::COMPLIANCE;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

pub(crate) static RETENTION_LABELS: Source = Source {
    id: "microsoft365.retention_labels",
    title: "Retention labels",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-ComplianceTag", parameters: "{}" },
    lists: &["retention_labels"],
    fills: &["retention_labels"],
    docs: "https://learn.microsoft.com/powershell/module/exchangepowershell/get-compliancetag",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RetentionLabelWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    retention_action: Field<Text>,
    #[serde(default)]
    retention_duration: Field<Value>,
    #[serde(default)]
    is_record_label: Field<bool>,
}

impl RetentionLabelWire {
    pub(crate) fn row(self) -> RetentionLabel {
        let source = &RETENTION_LABELS;
        let action = match self.retention_action {
            Field::Value(empty) if empty.is_empty() => Field::Null,
            other => other,
        };
        RetentionLabel {
            name: self.name.needed(source),
            action: action.word(&["Keep", "KeepAndDelete", "Delete"], source),
            days: duration(&self.retention_duration, source).map(Duration::days),
            keeps_forever: duration(&self.retention_duration, source).map(|it| matches!(it, Duration::Forever)),
            is_record: self.is_record_label.needed(source),
            ..RetentionLabel::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_label_keeps_or_deletes_for_days_for_ever_or_not_at_all() {
        let cases = [
            (json!("Delete"), json!("365"), Some(Some("Delete")), Some((Some(365), false))),
            (json!("Keep"), json!("Unlimited"), Some(Some("Keep")), Some((None, true))),
            (json!(""), json!(null), Some(None), Some((None, false))),
            (json!("Shred"), json!("soon"), None, None),
        ];
        for (action, duration, due, days) in cases {
            let wire = json!({ "Guid": "g", "RetentionAction": action, "RetentionDuration": duration });
            let row = serde_json::from_value::<RetentionLabelWire>(wire).expect("a label").row();
            assert_eq!(row.action.known().map(|it| it.as_deref()), due, "{action}");
            let found = row.days.known().copied().zip(row.keeps_forever.known().copied());
            assert_eq!(found, days, "{duration}");
        }
    }
}
