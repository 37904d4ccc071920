//! Mailboxes: who opens them, what they keep, and where their mail goes.

mod accounts;
mod delegates;
mod forwarding;
mod stops;

use tenantscan_model::{Datasets, Gap};
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["mailboxes.sign_in_enabled", "mailboxes.account_licences"],
        from: &["mailboxes", "users", "users.enabled", "users.sku_part_numbers"],
    },
    Derived {
        columns: &["mailbox_delegates.holder_kind", "mailbox_delegates.holder_enabled"],
        from: &["mailbox_delegates", "mailbox_delegates.holder", "users", "users.user_type", "groups"],
    },
    Derived {
        columns: &["automatic_forwarding"],
        from: &[
            "outbound_spam_policies",
            "outbound_spam_policies.applies",
            "outbound_spam_policies.auto_forwarding_mode",
            "remote_domains",
            "transport_rules",
        ],
    },
    Derived {
        columns: &["mailboxes.forwards_outside", "mailboxes.forwarding_domains"],
        from: &[
            "mailboxes",
            "mailboxes.forwarding_recipient_domain",
            "mailboxes.forwarding_rules",
            "inbox_rules",
            "inbox_rules.unresolved_targets",
            "automatic_forwarding",
            "accepted_domains",
        ],
    },
    Derived {
        columns: &["mail_forwarding"],
        from: &[
            "mailboxes",
            "mailboxes.forwards_outside",
            "transport_rules",
            "transport_rules.outside_recipients",
            "journal_rules",
            "journal_rules.sends_outside",
            "mail_connectors",
        ],
    },
];

pub(super) fn apply(datasets: &mut Datasets) {
    accounts::apply(datasets);
    delegates::apply(datasets);
    let stops = stops::Stops::of(datasets);
    datasets.automatic_forwarding = stops.automatic_forwarding();
    forwarding::apply(datasets, &stops);
}

/// Yes, no, or why it cannot be said.
type Answer = Result<bool, Gap>;

/// One yes is enough; a no takes both.
fn or(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Ok(false), other) => other,
        (one, Ok(false)) => one,
        (Err(gap), Err(_)) => Err(gap),
    }
}
