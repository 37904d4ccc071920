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
    fills: &["backup_policies.id", "backup_policies.name", "backup_policies.covers", "backup_policies.status"],
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
            ..BackupPolicy::new(self.id)
        }
    }
}
