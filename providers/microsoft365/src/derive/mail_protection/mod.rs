//! Which protection policy applies to which mailbox, after all policies that go before it; and what no policy looks at.

mod bypasses;
mod quarantine;
mod reach;

#[cfg(test)]
mod tests;

use tenantscan_model::rows::{ProtectionOrigin, SafeAttachmentPolicy, SafeLinksPolicy};
use tenantscan_model::{Cell, Datasets, Row, Table};
use tenantscan_provider::Derived;

use crate::sources::mail_protection::scope::{Scope, Scoped};
use reach::{Recipients, reach};

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    reach_of!("anti_phish_policies"),
    reach_of!("spam_policies"),
    reach_of!("malware_policies"),
    reach_of!("safe_links_policies"),
    reach_of!("safe_attachment_policies"),
    reach_of!("outbound_spam_policies"),
    Derived {
        columns: &["filter_bypasses"],
        from: &[
            "spam_policies",
            "spam_policies.applies",
            "spam_policies.allowed_senders",
            "spam_policies.allowed_domains",
            "connection_filters",
            "connection_filters.allowed_servers",
            "connection_filters.safe_list",
            "allowed_senders",
        ],
    },
    Derived {
        columns: &["spam_policies.people_release_phishing", "spam_policies.people_release_high_confidence_phishing"],
        from: &[
            "spam_policies",
            "spam_policies.phishing_quarantine",
            "spam_policies.high_confidence_phishing_quarantine",
            "quarantine_policies",
            "quarantine_policies.people_release",
        ],
    },
];

/// What it takes to say to whom the policies of a table apply.
macro_rules! reach_of {
    ($table:literal) => {
        Derived {
            columns: &[concat!($table, ".applies"), concat!($table, ".mailboxes")],
            from: &[
                $table,
                concat!($table, ".is_default"),
                concat!($table, ".in_force"),
                "mailboxes",
                "mailboxes.address",
                "mailboxes.recipient_type",
                "users",
                "users.principal_name",
                "users.user_type",
                "users.has_mailbox",
                "domains",
            ],
        }
    };
}
use reach_of;

pub(super) fn apply(datasets: &mut Datasets) {
    let recipients = Recipients::of(datasets);
    reach(&mut datasets.anti_phish_policies.rows, &recipients);
    reach(&mut datasets.spam_policies.rows, &recipients);
    reach(&mut datasets.malware_policies.rows, &recipients);
    reach(&mut datasets.outbound_spam_policies.rows, &recipients);
    let nothing = SafeLinksPolicy {
        in_mail: Cell::Known(false),
        in_teams: Cell::Known(false),
        in_office: Cell::Known(false),
        scans: Cell::Known(false),
        waits_for_scan: Cell::Known(false),
        internal_mail: Cell::Known(false),
        click_through: Cell::Known(true),
        ..SafeLinksPolicy::new(NOTHING)
    };
    reach_or_nothing(&mut datasets.safe_links_policies, &recipients, nothing);
    let nothing = SafeAttachmentPolicy {
        enabled: Cell::Known(false),
        action: Cell::Known("Allow".into()),
        ..SafeAttachmentPolicy::new(NOTHING)
    };
    reach_or_nothing(&mut datasets.safe_attachment_policies, &recipients, nothing);
    datasets.filter_bypasses = bypasses::of(datasets);
    quarantine::apply(datasets);
}

/// The name of the row that stands for mailboxes without a policy.
const NOTHING: &str = "no policy at all";

/// For links and attachments, where no default policy catches whoever is left.
fn reach_or_nothing<R: Row + Scoped>(table: &mut Table<R>, recipients: &Recipients, nothing: R) {
    let (left, mailboxes) = reach(&mut table.rows, recipients);
    if table.gap().is_some() || left == Cell::Known(false) {
        return;
    }
    let scope = Scope::everybody(ProtectionOrigin::Nothing, true);
    let mut row = nothing.scoped(Cell::Known(false), scope);
    row.reach(left, mailboxes);
    let mut rows = std::mem::take(&mut table.rows);
    rows.push(row);
    *table = Table::complete(rows);
}
