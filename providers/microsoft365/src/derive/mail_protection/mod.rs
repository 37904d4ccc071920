//! Which protection policy applies to which mailbox, after all policies that go before it.

mod reach;

use tenantscan_model::Datasets;
use tenantscan_provider::Derived;

use reach::{Recipients, reach};

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[reach_of!("outbound_spam_policies")];

/// What it takes to say to whom the policies of a table apply.
macro_rules! reach_of {
    ($table:literal) => {
        Derived {
            columns: &[concat!($table, ".applies"), concat!($table, ".mailboxes")],
            from: &[
                $table,
                concat!($table, ".is_default"),
                concat!($table, ".in_force"),
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
    reach(&mut datasets.outbound_spam_policies.rows, &recipients);
}
