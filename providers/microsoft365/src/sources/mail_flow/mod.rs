//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

mod access;
mod connectors;
mod domains;
mod encryption;
mod organization;
mod policies;
mod retention;
mod rules;
mod values;

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_model::rows::AuditLog;
use tenantscan_provider::{Call, Source};

pub(crate) use self::access::{AUTHENTICATION_POLICIES, AuthenticationWire, PHONE_POLICIES, PhoneWire};
pub(crate) use self::connectors::{INBOUND_CONNECTORS, InboundWire, OUTBOUND_CONNECTORS, OutboundWire};
pub(crate) use self::domains::{ACCEPTED_DOMAINS, AcceptedWire, DKIM_SIGNING, DkimWire, REMOTE_DOMAINS, RemoteWire};
pub(crate) use self::encryption::{ENCRYPTION_TEMPLATES, IRM_CONFIGURATION, IrmWire, TemplateWire};
pub(crate) use self::organization::{
    EXTERNAL_IN_OUTLOOK, ExternalTagWire, ORGANIZATION_CONFIG, OrganizationConfigWire, TRANSPORT_CONFIG,
    TransportConfigWire,
};
pub(crate) use self::policies::{
    ORGANIZATION_RELATIONSHIPS, OUTLOOK_POLICIES, OutlookWire, RelationshipWire, SHARING_POLICIES, SharingWire,
};
pub(crate) use self::retention::{RETENTION_POLICIES, RETENTION_TAGS, RetentionPolicyWire, RetentionTagWire};
pub(crate) use self::rules::{JOURNAL_RULES, JournalWire, RuleWire, TRANSPORT_RULES};
pub(super) use self::values::moment;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

pub(super) const SOURCES: &[&Source] = &[
    &AUDIT_LOG,
    &TRANSPORT_RULES,
    &JOURNAL_RULES,
    &REMOTE_DOMAINS,
    &ACCEPTED_DOMAINS,
    &DKIM_SIGNING,
    &INBOUND_CONNECTORS,
    &OUTBOUND_CONNECTORS,
    &ORGANIZATION_CONFIG,
    &TRANSPORT_CONFIG,
    &SHARING_POLICIES,
    &OUTLOOK_POLICIES,
    &IRM_CONFIGURATION,
    &ENCRYPTION_TEMPLATES,
    &EXTERNAL_IN_OUTLOOK,
    &AUTHENTICATION_POLICIES,
    &PHONE_POLICIES,
    &RETENTION_POLICIES,
    &RETENTION_TAGS,
    &ORGANIZATION_RELATIONSHIPS,
];

/// Asked of Exchange: at the compliance endpoint the answer is always that it is off.
pub(crate) static AUDIT_LOG: Source = Source {
    id: "microsoft365.audit_log",
    title: "The audit log's switch",
    call: Call::Cmdlet { name: "Get-AdminAuditLogConfig", parameters: "{}" },
    lists: &["audit_log"],
    fills: &["audit_log.id", "audit_log.enabled"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-adminauditlogconfig",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuditLogWire {
    identity: Text,
    #[serde(default)]
    unified_audit_log_ingestion_enabled: Field<bool>,
}

impl AuditLogWire {
    pub(crate) fn row(self) -> AuditLog {
        AuditLog {
            enabled: self.unified_audit_log_ingestion_enabled.needed(&AUDIT_LOG),
            ..AuditLog::new(self.identity)
        }
    }
}
