//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

use crate::dataset::dataset;

dataset! {
    /// Whether Microsoft 365 keeps a record of who did what: the unified audit log.
    audit_log as audit_log: AuditLog, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether activity of people and administrators is being recorded, for all services.
        /// Source: Get-AdminAuditLogConfig, UnifiedAuditLogIngestionEnabled, asked of Exchange Online.
        enabled: bool,
    }
}
