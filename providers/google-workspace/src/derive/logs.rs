//! Whether accounts that Google warned of are still there.

use std::collections::HashSet;

use tenantscan_model::{Cell, Datasets, Gap};
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived { columns: &["risky_accounts.deleted"], from: &["risky_accounts", "users", "users.principal_name"] },
    Derived { columns: &["audit_log.enabled"], from: &["audit_log", "users", "users.last_sign_in"] },
];

pub(super) fn apply(data: &mut Datasets) {
    let named = |user: &tenantscan_model::rows::User| {
        user.principal_name.read().map(|name| [name.to_lowercase(), user.id.to_lowercase()]).map_err(Clone::clone)
    };
    let all: Result<Vec<[String; 2]>, Gap> =
        data.users.read().map_err(Clone::clone).and_then(|users| users.iter().map(named).collect());
    let known: Result<HashSet<String>, Gap> = all.map(|names| names.into_iter().flatten().collect());
    for row in &mut data.risky_accounts.rows {
        let here = known.as_ref().map(|known| known.contains(&row.id.to_lowercase()));
        row.deleted = here.map_or_else(|gap| Cell::Unknown(gap.clone()), |here| Cell::Known(!here));
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::rows::{RiskyAccount, User};
    use tenantscan_model::{Cause, Table};

    use super::*;

    #[test]
    fn an_account_that_is_in_no_list_is_gone() {
        let user = User { principal_name: Cell::Known("Ana@x.example".into()), ..User::new("7") };
        let mut data = Datasets {
            users: Table::complete(vec![user]),
            risky_accounts: Table::complete(["ana@x.example", "7", "bob@x.example"].map(RiskyAccount::new).to_vec()),
            ..Datasets::default()
        };
        apply(&mut data);
        let gone = |data: &Datasets| {
            data.risky_accounts.rows.iter().map(|row| row.deleted.known().copied()).collect::<Vec<_>>()
        };
        assert_eq!(gone(&data), [Some(false), Some(false), Some(true)]);
        data.users = Table::unread(Gap::new(Cause::RoleMissing, "x"));
        apply(&mut data);
        assert_eq!(gone(&data), [None, None, None]);
    }
}
