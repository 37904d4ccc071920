//! Mailboxes: where their mail goes, who else opens them, and which programs copy them.

pub(crate) mod allowed;
mod delegates;
mod forwarding;
mod programs;

use tenantscan_model::Datasets;
use tenantscan_provider::Derived;

use crate::settings::situation::Situations;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["mailbox_delegates.holder_kind", "mailbox_delegates.holder_enabled"],
        from: &[
            "mailbox_delegates",
            "mailbox_delegates.holder",
            "users",
            "users.user_type",
            "groups",
            "groups.mail",
            "domains",
        ],
    },
    Derived {
        columns: &["mailboxes.forwards_outside", "mailboxes.forwarding_domains"],
        from: &[
            "mailboxes",
            "mailboxes.forwarding_address_domain",
            "mailboxes.forwarding_rules",
            "inbox_rules",
            "domains",
            allowed::AUTO_FORWARDING,
        ],
    },
    Derived {
        columns: &["mail_forwarding"],
        from: &["mailboxes", "mailboxes.forwards_outside", "mailboxes.forwarding_ready_domains"],
    },
    Derived { columns: &["mailboxes.imap_enabled"], from: &["mailboxes", allowed::IMAP] },
    Derived { columns: &["mailboxes.pop_enabled"], from: &["mailboxes", allowed::POP] },
];

/// `situations` says which settings hold for whom, where they were read.
pub(super) fn apply(data: &mut Datasets, situations: Option<&Situations>) {
    delegates::apply(data);
    forwarding::apply(data, situations);
    programs::apply(data, situations);
}
