//! Protection of mail: phishing, spam, malware, links and attachments.

pub(crate) mod policies;
pub(crate) mod rules;
pub(crate) mod scope;

use tenantscan_provider::{Call, Source};

use crate::api::EXCHANGE;

pub(super) const SOURCES: &[&Source] = &[&policies::OUTBOUND_SPAM_POLICIES, &rules::OUTBOUND_SPAM_RULES];

/// What a cmdlet of Exchange has in common with the others here.
const CMDLET: Source = Source {
    id: "",
    title: "",
    api: &EXCHANGE,
    path: "",
    call: Call::Get,
    permissions: &["Exchange.ManageAsApp"],
    licence: None,
    role: Some("Global Reader"),
    lists: &[],
    fills: &[],
    docs: "",
};

/// The columns that rules fill in the tables with these names.
macro_rules! rule_columns {
    ($($table:literal),+) => {
        &[$(
            concat!($table, ".origin"),
            concat!($table, ".in_force"),
            concat!($table, ".priority"),
            concat!($table, ".applies_to_addresses"),
            concat!($table, ".applies_to_groups"),
            concat!($table, ".applies_to_domains"),
            concat!($table, ".except_addresses"),
            concat!($table, ".except_groups"),
            concat!($table, ".except_domains"),
        )+]
    };
}
use rule_columns;
