//! What mailboxes move and delete by age.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::Text;
use tenantscan_model::rows::{MailboxRetentionPolicy, MailboxRetentionTag};
use tenantscan_provider::{Call, Source};

use super::values::{span, texts};
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static RETENTION_POLICIES: Source = Source {
    id: "microsoft365.mailbox_retention_policies",
    title: "Policies that give mailboxes their tags",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,IsDefaultArbitrationMailbox,RetentionPolicyTagLinks",
    call: Call::Cmdlet { name: "Get-RetentionPolicy", parameters: "{}" },
    lists: &["mailbox_retention_policies"],
    fills: &["mailbox_retention_policies"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-retentionpolicy",
    ..CMDLET
};

pub(crate) static RETENTION_TAGS: Source = Source {
    id: "microsoft365.mailbox_retention_tags",
    title: "Tags that move or delete mail by age",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,Type,RetentionEnabled,RetentionAction,\
AgeLimitForRetention",
    call: Call::Cmdlet { name: "Get-RetentionPolicyTag", parameters: "{}" },
    lists: &["mailbox_retention_tags"],
    fills: &[
        "mailbox_retention_tags.id",
        "mailbox_retention_tags.name",
        "mailbox_retention_tags.kind",
        "mailbox_retention_tags.enabled",
        "mailbox_retention_tags.deletes",
        "mailbox_retention_tags.age_days",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-retentionpolicytag",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RetentionPolicyWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    is_default_arbitration_mailbox: Field<bool>,
    #[serde(default)]
    retention_policy_tag_links: Field<Value>,
}

impl RetentionPolicyWire {
    pub(crate) fn row(self) -> MailboxRetentionPolicy {
        let source = &RETENTION_POLICIES;
        MailboxRetentionPolicy {
            name: self.name.needed(source),
            is_for_system: self.is_default_arbitration_mailbox.needed(source),
            tags: texts(self.retention_policy_tag_links, source),
            ..MailboxRetentionPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RetentionTagWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    r#type: Field<Text>,
    #[serde(default)]
    retention_enabled: Field<bool>,
    #[serde(default)]
    retention_action: Field<Text>,
    #[serde(default)]
    age_limit_for_retention: Field<Value>,
}

/// Whether an action deletes for good; none where it is not known here.
fn deletes(action: &str) -> Option<bool> {
    match action {
        "DeleteAndAllowRecovery" | "PermanentlyDelete" => Some(true),
        "MoveToArchive" | "MoveToDeletedItems" | "MoveToFolder" | "MarkAsPastRetentionLimit" => Some(false),
        _ => None,
    }
}

impl RetentionTagWire {
    pub(crate) fn row(self) -> MailboxRetentionTag {
        let source = &RETENTION_TAGS;
        let action = self.retention_action.value().and_then(|it| deletes(it));
        MailboxRetentionTag {
            name: self.name.needed(source),
            kind: self.r#type.needed(source),
            enabled: self.retention_enabled.needed(source),
            deletes: action.ok_or_else(|| unclear(source)).into(),
            age_days: span(self.age_limit_for_retention, source).map(|it| it.map(|seconds| seconds / 86_400)),
            ..MailboxRetentionTag::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenantscan_model::Cell;

    use super::*;

    #[test]
    fn what_a_tag_does_with_mail_and_when() {
        let cases = [
            (json!("DeleteAndAllowRecovery"), json!("365.00:00:00"), Some(true), Some(Some(365))),
            (json!("PermanentlyDelete"), json!(null), Some(true), Some(None)),
            (json!("MoveToArchive"), json!("730.00:00:00"), Some(false), Some(Some(730))),
            (json!("Shred"), json!("two years"), None, None),
        ];
        for (action, age, deletes, days) in cases {
            let wire = json!({ "Guid": "1", "Type": "All", "RetentionAction": action, "AgeLimitForRetention": age });
            let row = serde_json::from_value::<RetentionTagWire>(wire).expect("a tag").row();
            assert_eq!(row.deletes.known().copied(), deletes, "{action}");
            assert_eq!(row.age_days.known().copied(), days, "{age}");
            assert_eq!(row.enabled, Cell::Unknown(unclear(&RETENTION_TAGS)));
        }
    }
}
