//! Changes to the configuration lately: what, when and by whom.

use tenantscan_model::Table;

use super::{Asking, Put};
use crate::sources::changes::{AUDIT_LOG_SETTING, AuditLogSettingWire, ChangeWire, DIRECTORY_AUDITS, changes};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (entries, setting) = futures::join!(
        ask.items::<ChangeWire>(&DIRECTORY_AUDITS),
        ask.settings(&AUDIT_LOG_SETTING, AuditLogSettingWire::row),
    );
    let changes = match entries {
        None => Table::default(),
        Some(Ok(entries)) => Table::complete(changes(entries)),
        Some(Err(gap)) => Table::unread(gap),
    };
    Box::new(|data| {
        data.configuration_changes = changes;
        data.audit_log_setting = setting;
    })
}
