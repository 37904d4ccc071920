//! Mailboxes: who opens them, what they keep, and where their mail goes.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
