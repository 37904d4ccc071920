//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

use super::{Asking, Put};
use crate::sources::mail_flow;

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let audit_log = ask.table(&mail_flow::AUDIT_LOG, mail_flow::AuditLogWire::row).await;
    Box::new(|data| data.audit_log = audit_log)
}
