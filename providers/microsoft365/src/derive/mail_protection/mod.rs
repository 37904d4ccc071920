//! Which protection policy applies to which mailbox, after all policies that go before it; and what no policy looks at.

mod bypasses;
mod quarantine;
mod reach;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use tenantscan_model::rows::{ProtectionOrigin, SafeAttachmentPolicy, SafeLinksPolicy};

use tenantscan_model::{Cell, Datasets, Row, Table, Text};
use tenantscan_provider::Derived;

use crate::GroupMembers;
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
                "groups",
                "groups.mail",
                "group members",
            ],
        }
    };
}
use reach_of;

/// The ids of the groups that the policies name, as far as the directory has them.
pub(crate) fn named_groups(datasets: &Datasets) -> BTreeSet<Text> {
    let groups = reach::groups(datasets);
    let scopes = scopes(&datasets.anti_phish_policies)
        .chain(scopes(&datasets.spam_policies))
        .chain(scopes(&datasets.malware_policies))
        .chain(scopes(&datasets.safe_links_policies))
        .chain(scopes(&datasets.safe_attachment_policies))
        .chain(scopes(&datasets.outbound_spam_policies));
    let lists = scopes.flat_map(|scope| [scope.for_groups, scope.except_groups]);
    let names = lists.filter_map(|list| list.known().cloned()).flatten();
    names.filter_map(|name| groups.get(&name.to_ascii_lowercase()).cloned()).collect()
}

fn scopes<R: Row + Scoped>(table: &Table<R>) -> impl Iterator<Item = Scope> {
    table.rows.iter().map(Scoped::scope)
}

pub(super) fn apply(datasets: &mut Datasets, members: &GroupMembers) {
    let recipients = Recipients::of(datasets, members);
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
