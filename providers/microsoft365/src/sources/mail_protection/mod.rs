//! Protection of mail: phishing, spam, malware, links and attachments.

pub(crate) mod policies;
pub(crate) mod quarantine;
pub(crate) mod rules;
pub(crate) mod scope;
pub(crate) mod settings;

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[
    &policies::ANTI_PHISH_POLICIES,
    &policies::SPAM_POLICIES,
    &policies::MALWARE_POLICIES,
    &policies::SAFE_LINKS_POLICIES,
    &policies::SAFE_ATTACHMENT_POLICIES,
    &policies::OUTBOUND_SPAM_POLICIES,
    &rules::ANTI_PHISH_RULES,
    &rules::SPAM_RULES,
    &rules::MALWARE_RULES,
    &rules::SAFE_LINKS_RULES,
    &rules::SAFE_ATTACHMENT_RULES,
    &rules::OUTBOUND_SPAM_RULES,
    &rules::PRESET_RULES,
    &rules::DEFENDER_PRESET_RULES,
    &rules::BUILT_IN_RULES,
    &settings::FILE_PROTECTION,
    &settings::TEAMS_PROTECTION,
    &settings::CONNECTION_FILTERS,
    &quarantine::QUARANTINE_POLICIES,
    &quarantine::ALLOWED_SENDERS,
    &settings::REPORT_SUBMISSION,
];

/// The licence without which there is no checking of links, attachments and imitations: the cmdlets are then not known.
const DEFENDER: Option<&str> = Some("Defender for Office 365 Plan 1");

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
