//! The emergency accounts that the client's records declare, joined with what the directory says of them.

use std::collections::HashSet;

use tenantscan_model::rows::{AssignmentKind, EmergencyAccount, PrincipalType, RoleAssignment, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table};

use crate::declared::names;
use crate::{Declared, Vendor};

/// Fills `emergency_accounts`. `cloud_only` says of an account whether it stands on its own, without a server on site or
/// another company's sign-in service.
pub fn apply(datasets: &mut Datasets, declared: &Declared, vendor: &Vendor, cloud_only: fn(&User) -> Cell<bool>) {
    datasets.emergency_accounts = match &declared.break_glass {
        None => Table::unread(Gap::new(Cause::NotSupplied, "records.accounts")),
        Some(accounts) => {
            let mut seen = HashSet::new();
            let users = accounts.iter().map(|entry| (entry.trim(), user_named(entry.trim(), datasets)));
            // An account may be declared by its name and again by its id: it is one.
            let once = users.filter(|(_, user)| user.is_none_or(|user| seen.insert(&user.id)));
            Table::complete(once.map(|(entry, user)| row(entry, user, datasets, vendor, cloud_only)).collect())
        }
    };
}

fn user_named<'a>(entry: &str, datasets: &'a Datasets) -> Option<&'a User> {
    let list = [entry.to_owned()];
    datasets.users.rows.iter().find(|user| names(&list, user))
}

fn row(
    entry: &str,
    user: Option<&User>,
    datasets: &Datasets,
    vendor: &Vendor,
    cloud_only: fn(&User) -> Cell<bool>,
) -> EmergencyAccount {
    let mut row = EmergencyAccount::new(entry);
    if let Some(user) = user {
        row.exists = Cell::Known(true);
        row.enabled = user.enabled.clone();
        row.cloud_only = cloud_only(user);
        row.standing_global_admin = standing_global_admin(user, &datasets.role_assignments, vendor);
        row.phishing_resistant_registered = user.phishing_resistant_registered.clone();
        row.last_sign_in = user.last_sign_in.clone();
        return row;
    }
    // It may be an account whose name, or row, was not read.
    let hidden = datasets.users.rows.iter().find_map(|user| user.principal_name.gap());
    match datasets.users.gap().or(hidden).cloned() {
        Some(gap) => {
            row.exists = Cell::Unknown(gap.clone());
            row.enabled = Cell::Unknown(gap.clone());
            row.cloud_only = Cell::Unknown(gap.clone());
            row.standing_global_admin = Cell::Unknown(gap.clone());
            row.phishing_resistant_registered = Cell::Unknown(gap.clone());
            row.last_sign_in = Cell::Unknown(gap);
        }
        None => {
            row.exists = Cell::Known(false);
            row.enabled = Cell::Known(false);
            row.cloud_only = Cell::Known(false);
            row.standing_global_admin = Cell::Known(false);
            row.phishing_resistant_registered = Cell::Known(false);
            row.last_sign_in = Cell::Known(None);
        }
    }
    row
}

/// Whether the account always holds the highest role in the whole tenant.
fn standing_global_admin(user: &User, assignments: &Table<RoleAssignment>, vendor: &Vendor) -> Cell<bool> {
    let mut gap = assignments.gap().cloned();
    for row in &assignments.rows {
        match always_global(user, row, vendor) {
            Ok(true) => return Cell::Known(true),
            Ok(false) => {}
            Err(hole) => drop(gap.get_or_insert(hole)),
        }
    }
    gap.map_or(Cell::Known(false), Cell::Unknown)
}

/// Whether this row gives the account the highest role for good. One part that is surely not so is enough for no.
fn always_global(user: &User, row: &RoleAssignment, vendor: &Vendor) -> Result<bool, Gap> {
    let holder = match row.principal_type.known() {
        Some(PrincipalType::Group) => Err(vendor.members_unread()),
        _ => row.principal_id.read().map(|id| *id == user.id).map_err(Clone::clone),
    };
    let role = (vendor.is_highest)(row);
    let kind = row.kind.read().map(|kind| *kind == AssignmentKind::Active).map_err(Clone::clone);
    let standing = row.is_standing.read().copied().map_err(Clone::clone);
    let parts = [holder, role, kind, standing];
    if parts.contains(&Ok(false)) {
        return Ok(false);
    }
    parts.into_iter().try_fold(true, |all, part| part.map(|part| all && part))
}

#[cfg(test)]
mod tests {
    //! Cases: what the register of accounts declares, and what the directory has.

    use super::*;
    use crate::test_vendor::VENDOR;

    fn judged(declare: &[&str], users: Table<User>) -> Datasets {
        let mut assignment = RoleAssignment::new("a");
        assignment.role_template_id = Cell::Known(Some("top".into()));
        assignment.principal_id = Cell::Known("u1".into());
        assignment.principal_type = Cell::Known(PrincipalType::User);
        assignment.kind = Cell::Known(AssignmentKind::Active);
        assignment.is_standing = Cell::Known(true);
        let role_assignments = Table::complete(vec![assignment]);
        let mut datasets = Datasets { users, role_assignments, ..Datasets::default() };
        let break_glass = Some(declare.iter().map(|&entry| entry.to_owned()).collect());
        let declared = Declared { break_glass, ..Declared::default() };
        apply(&mut datasets, &declared, &VENDOR, |user| user.on_premises_synced.clone().map(|synced| !synced));
        datasets
    }

    fn user() -> User {
        let mut user = User::new("u1");
        user.principal_name = Cell::Known("glass@cedar.example".into());
        user.on_premises_synced = Cell::Known(false);
        user
    }

    #[test]
    fn declared_accounts_are_joined() {
        let mut unknown = Datasets::default();
        apply(&mut unknown, &Declared::default(), &VENDOR, |_| Cell::Known(true));
        assert_eq!(unknown.emergency_accounts.gap().map(Gap::cause), Some(Cause::NotSupplied));
        let none = judged(&[], Table::complete(vec![user()]));
        assert_eq!(none.emergency_accounts.read().map(<[_]>::len), Ok(0), "the register names none");
        let found = judged(&["Glass@cedar.example"], Table::complete(vec![user()])).emergency_accounts.rows.remove(0);
        assert_eq!((found.exists, found.cloud_only), (Cell::Known(true), Cell::Known(true)));
        assert_eq!(found.standing_global_admin, Cell::Known(true));
        let twice = judged(&["glass@cedar.example", "u1"], Table::complete(vec![user()])).emergency_accounts;
        assert_eq!(twice.rows.len(), 1, "by its name and by its id, it is one account");
        let missing = judged(&["other@cedar.example"], Table::complete(vec![user()])).emergency_accounts.rows.remove(0);
        assert_eq!(missing.exists, Cell::Known(false));
        let gap = Gap::new(Cause::PermissionMissing, "test");
        let unread = judged(&["other@cedar.example"], Table::unread(gap)).emergency_accounts.rows.remove(0);
        assert!(unread.exists.gap().is_some());
    }
}
