//! Columns that no request gives: worked out from rows that were read.

mod account_kind;
mod administrators;
mod conditional_access;
mod emergency_accounts;
mod shared_logins;

use tenantscan_model::Datasets;

/// Fills every derived column. Call it once, after all rows are in place.
pub(crate) fn apply(datasets: &mut Datasets, members: &crate::GroupMembers, declared: &crate::Declared) {
    administrators::apply(datasets);
    account_kind::apply(datasets, declared);
    conditional_access::apply(datasets, members);
    emergency_accounts::apply(datasets, declared);
    shared_logins::apply(datasets);
}

/// Whether the client's file names this account, by sign-in name or object id.
fn declares(list: &[String], user: &tenantscan_model::rows::User) -> bool {
    list.iter().any(|entry| {
        let entry = entry.trim();
        entry.eq_ignore_ascii_case(&user.id)
            || user.principal_name.known().is_some_and(|name| entry.eq_ignore_ascii_case(name))
    })
}
