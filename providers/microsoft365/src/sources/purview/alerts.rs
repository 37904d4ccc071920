//! Alerts, and how long records of activity are kept.

use serde::Deserialize;
use tenantscan_model::rows::{AlertPolicy, AuditRetentionPolicy};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::texts;
use crate::api::COMPLIANCE;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static ALERT_POLICIES: Source = Source {
    id: "microsoft365.alert_policies",
    title: "Alert policies",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-ProtectionAlert", parameters: "{}" },
    lists: &["alert_policies"],
    fills: &[
        "alert_policies.id",
        "alert_policies.name",
        "alert_policies.enabled",
        "alert_policies.notifies",
        "alert_policies.recipients",
        "alert_policies.operations",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-protectionalert",
    ..CMDLET
};

pub(crate) static AUDIT_RETENTION_POLICIES: Source = Source {
    id: "microsoft365.audit_retention_policies",
    title: "How long records of activity are kept",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-UnifiedAuditLogRetentionPolicy", parameters: "{}" },
    licence: Some("Microsoft Purview Audit (Premium)"),
    lists: &["audit_retention_policies"],
    fills: &[
        "audit_retention_policies.id",
        "audit_retention_policies.name",
        "audit_retention_policies.enabled",
        "audit_retention_policies.days",
        "audit_retention_policies.record_types",
        "audit_retention_policies.operations",
        "audit_retention_policies.user_ids",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-unifiedauditlogretentionpolicy",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AlertWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    disabled: Field<bool>,
    #[serde(default)]
    notification_enabled: Field<bool>,
    #[serde(default)]
    notify_user: Field<Vec<Text>>,
    #[serde(default)]
    operation: Field<Vec<Text>>,
}

impl AlertWire {
    pub(crate) fn row(self) -> AlertPolicy {
        let source = &ALERT_POLICIES;
        AlertPolicy {
            name: self.name.needed(source),
            enabled: self.disabled.needed(source).map(|disabled| !disabled),
            notifies: self.notification_enabled.needed(source),
            recipients: texts(self.notify_user, source),
            operations: texts(self.operation, source),
            ..AlertPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuditRetentionWire {
    #[serde(default)]
    guid: Option<Text>,
    name: Text,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    retention_duration: Field<Text>,
    #[serde(default)]
    record_types: Field<Vec<Text>>,
    #[serde(default)]
    operations: Field<Vec<Text>>,
    #[serde(default)]
    user_ids: Field<Vec<Text>>,
}

/// Days of the vendor's words for how long. Source: Set-UnifiedAuditLogRetentionPolicy, RetentionDuration.
const DAYS: [(&str, i64); 10] = [
    ("SevenDays", 7),
    ("OneMonth", 30),
    ("ThreeMonths", 90),
    ("SixMonths", 180),
    ("NineMonths", 270),
    ("TwelveMonths", 365),
    ("ThreeYears", 1095),
    ("FiveYears", 1825),
    ("SevenYears", 2555),
    ("TenYears", 3650),
];

impl AuditRetentionWire {
    pub(crate) fn row(self) -> AuditRetentionPolicy {
        let source = &AUDIT_RETENTION_POLICIES;
        let days = self.retention_duration.value().and_then(|word| {
            let known = DAYS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known));
            known.map(|(_, days)| *days)
        });
        AuditRetentionPolicy {
            name: Cell::Known(self.name.clone()),
            enabled: self.enabled.needed(source),
            days: days.ok_or_else(|| unclear(source)).into(),
            record_types: texts(self.record_types, source),
            operations: texts(self.operations, source),
            user_ids: texts(self.user_ids, source),
            ..AuditRetentionPolicy::new(self.guid.unwrap_or(self.name))
        }
    }
}
