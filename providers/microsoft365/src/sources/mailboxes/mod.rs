//! Mailboxes: who opens them, what they keep, and where their mail goes.

pub(crate) mod boxes;
pub(crate) mod delegates;
pub(crate) mod rules;

use tenantscan_provider::Source;

/// Path of every cmdlet of which all properties come back.
const INVOKE: &str = "/adminapi/beta/{id}/InvokeCommand";

pub(super) const SOURCES: &[&Source] = &[
    &boxes::MAILBOXES,
    &boxes::MAIL_ACCESS,
    &boxes::RECIPIENTS,
    &delegates::AUDIT_BYPASSES,
    &delegates::FULL_ACCESS,
    &delegates::SEND_AS,
    &rules::INBOX_RULES,
];
