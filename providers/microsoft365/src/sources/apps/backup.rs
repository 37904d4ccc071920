//! Microsoft 365 Backup: whether it is on, and what it copies.

use serde::Deserialize;
use tenantscan_model::Cell;
use tenantscan_model::Text;
use tenantscan_model::rows::{BackupPolicy, BackupService};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::Field;

pub(crate) static SERVICE: Source = Source {
    id: "microsoft365.backup_service",
    title: "Microsoft 365 Backup",
    api: &GRAPH,
    path: "/v1.0/solutions/backupRestore",
    call: Call::Get,
    permissions: &["BackupRestore-Control.Read.All"],
    licence: None,
    role: None,
    lists: &["backup_service"],
    fills: &["backup_service.id", "backup_service.status"],
    docs: "https://learn.microsoft.com/graph/api/backuprestoreroot-get",
};

pub(crate) static POLICIES: Source = Source {
    id: "microsoft365.backup_policies",
    title: "What Microsoft 365 Backup copies",
    api: &GRAPH,
    path: "/v1.0/solutions/backupRestore/protectionPolicies",
    call: Call::Get,
    permissions: &["BackupRestore-Configuration.Read.All"],
    licence: None,
    role: None,
    lists: &["backup_policies"],
    fills: &[
        "backup_policies.id",
        "backup_policies.name",
        "backup_policies.covers",
        "backup_policies.status",
        "backup_policies.copied",
    ],
    docs: "https://learn.microsoft.com/graph/api/backuprestoreroot-list-protectionpolicies",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceWire {
    #[serde(default)]
    service_status: Field<Status>,
}

#[derive(Debug, Deserialize)]
struct Status {
    #[serde(default)]
    status: Field<Text>,
}

const STATES: [&str; 4] = ["enabled", "disabled", "protectionChangeLocked", "restoreLocked"];

impl ServiceWire {
    pub(crate) fn row(self) -> BackupService {
        let status = self.service_status.then(|it| it.status);
        let status = match status {
            Field::Value(word) if !STATES.contains(&word.as_str()) => Field::Absent,
            other => other,
        };
        BackupService { status: status.needed(&SERVICE), ..BackupService::new("backupRestore") }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyWire {
    #[serde(rename = "@odata.type", default)]
    kind: Field<Text>,
    id: Text,
    display_name: Option<Text>,
    #[serde(default)]
    status: Field<Text>,
    #[serde(default)]
    protection_policy_artifact_count: Field<Count>,
}

#[derive(Debug, Deserialize)]
struct Count {
    #[serde(default)]
    completed: Field<i64>,
}

impl PolicyWire {
    pub(crate) fn row(self) -> BackupPolicy {
        let covers = |kind: Text| -> Text {
            match kind.as_str() {
                "#microsoft.graph.exchangeProtectionPolicy" => "mail".into(),
                "#microsoft.graph.oneDriveForBusinessProtectionPolicy" => "onedrive".into(),
                "#microsoft.graph.sharePointProtectionPolicy" => "sharepoint".into(),
                _ => kind,
            }
        };
        BackupPolicy {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            covers: self.kind.needed(&POLICIES).map(covers),
            status: self.status.nullable(&POLICIES),
            copied: Cell::Known(self.protection_policy_artifact_count.then(|count| count.completed).into_value()),
            ..BackupPolicy::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_policy_says_how_much_it_protects() {
        let copied = |more: serde_json::Value| {
            let mut policy = json!({ "id": "1" });
            policy.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            serde_json::from_value::<PolicyWire>(policy).expect("a policy").row().copied.known().copied()
        };
        let count = |completed: i64| json!({ "protectionPolicyArtifactCount": { "total": 9, "completed": completed } });
        assert_eq!(copied(count(7)), Some(Some(7)));
        assert_eq!(copied(json!({ "protectionPolicyArtifactCount": null })), Some(None));
        assert_eq!(copied(json!({})), Some(None));
    }
}
