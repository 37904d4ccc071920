//! Which roles each account holds or can switch on, and whether that makes it an administrator.

use std::collections::{BTreeSet, HashMap};

use tenantscan_model::rows::{PrincipalType, RoleAssignment};
use tenantscan_model::{Cell, Datasets, Gap, Text};

use crate::Vendor;

/// Fills the columns of `users` that speak of roles. Call it once `role_assignments` stand in place, with groups replaced
/// by their members.
pub fn apply(datasets: &mut Datasets, vendor: &Vendor) {
    let assignments = &datasets.role_assignments;
    // What keeps anybody's list from being whole: the list unread, or members of a holding group unread.
    let mut everybody = assignments.gap().cloned().map(Holding::of);
    let mut holders: HashMap<&str, Holding> = HashMap::new();
    for row in &assignments.rows {
        match (row.principal_id.read(), row.principal_type.read()) {
            (Ok(id), Ok(PrincipalType::User)) => holders.entry(id).or_default().add(row, vendor),
            (_, Ok(PrincipalType::ServicePrincipal | PrincipalType::Unresolved)) => {}
            (_, Ok(PrincipalType::Group)) => {
                everybody.get_or_insert_default().may_hold(row, &vendor.members_unread(), vendor);
            }
            // It may be a group, and so anybody.
            (_, Err(gap)) | (Err(gap), _) => everybody.get_or_insert_default().may_hold(row, gap, vendor),
        }
    }
    let none = Holding::default();
    for user in &mut datasets.users.rows {
        let own = holders.get(&*user.id).unwrap_or(&none);
        let all = everybody.as_ref();
        let doubt = |pick: fn(&Holding) -> &Option<Gap>| pick(own).clone().or_else(|| pick(all?).clone());
        user.roles = list(&own.roles, doubt(|h| &h.roles_gap));
        user.privileged_roles = list(&own.privileged, doubt(|h| &h.privileged_gap));
        user.standing_privileged_roles = list(&own.standing, doubt(|h| &h.standing_gap));
        user.is_admin = truth(own.admin, doubt(|h| &h.admin_gap));
        user.is_global_admin = truth(own.global, doubt(|h| &h.global_gap));
    }
}

/// What is known of one account's roles, and for each answer why it may be incomplete.
#[derive(Clone, Debug, Default)]
struct Holding {
    roles: BTreeSet<Text>,
    privileged: BTreeSet<Text>,
    standing: BTreeSet<Text>,
    admin: bool,
    global: bool,
    roles_gap: Option<Gap>,
    privileged_gap: Option<Gap>,
    standing_gap: Option<Gap>,
    admin_gap: Option<Gap>,
    global_gap: Option<Gap>,
}

impl Holding {
    fn of(gap: Gap) -> Self {
        let gap = Some(gap);
        Self {
            roles_gap: gap.clone(),
            privileged_gap: gap.clone(),
            standing_gap: gap.clone(),
            admin_gap: gap.clone(),
            global_gap: gap,
            ..Self::default()
        }
    }

    /// Takes in a role that this account surely holds or can switch on.
    fn add(&mut self, row: &RoleAssignment, vendor: &Vendor) {
        let name = name(row);
        match &name {
            Ok(name) => drop(self.roles.insert(name.clone())),
            Err(gap) => doubt(&mut self.roles_gap, gap),
        }
        match row.is_privileged.read() {
            Ok(true) => {
                self.admin = true;
                match &name {
                    Ok(name) => drop(self.privileged.insert(name.clone())),
                    Err(gap) => doubt(&mut self.privileged_gap, gap),
                }
                match (row.is_standing.read(), &name) {
                    (Ok(true), Ok(name)) => drop(self.standing.insert(name.clone())),
                    (Ok(true), Err(gap)) => doubt(&mut self.standing_gap, gap),
                    (Ok(false), _) => {}
                    (Err(gap), _) => doubt(&mut self.standing_gap, gap),
                }
            }
            Ok(false) => {}
            Err(gap) => {
                doubt(&mut self.admin_gap, gap);
                doubt(&mut self.privileged_gap, gap);
                if row.is_standing.known() != Some(&false) {
                    doubt(&mut self.standing_gap, gap);
                }
            }
        }
        match (vendor.is_highest)(row) {
            Ok(global) => self.global |= global,
            Err(gap) => doubt(&mut self.global_gap, &gap),
        }
    }

    /// Takes in a role that this account may hold: `gap` says why it is not known.
    fn may_hold(&mut self, row: &RoleAssignment, gap: &Gap, vendor: &Vendor) {
        doubt(&mut self.roles_gap, gap);
        if row.is_privileged.known() != Some(&false) {
            doubt(&mut self.admin_gap, gap);
            doubt(&mut self.privileged_gap, gap);
            if row.is_standing.known() != Some(&false) {
                doubt(&mut self.standing_gap, gap);
            }
        }
        if (vendor.is_highest)(row) != Ok(false) {
            doubt(&mut self.global_gap, gap);
        }
    }
}

fn doubt(slot: &mut Option<Gap>, gap: &Gap) {
    slot.get_or_insert_with(|| gap.clone());
}

fn list(known: &BTreeSet<Text>, gap: Option<Gap>) -> Cell<Vec<Text>> {
    gap.map_or_else(|| Cell::Known(known.iter().cloned().collect()), Cell::Unknown)
}

fn truth(known: bool, gap: Option<Gap>) -> Cell<bool> {
    match gap {
        Some(gap) if !known => Cell::Unknown(gap),
        _ => Cell::Known(known),
    }
}

/// The role's name, or its id where the directory's list does not have it.
fn name(row: &RoleAssignment) -> Result<Text, Gap> {
    match row.role_name.read() {
        Ok(Some(name)) => Ok(name.clone()),
        Ok(None) => row.role_id.read().cloned().map_err(Clone::clone),
        Err(gap) => Err(gap.clone()),
    }
}

#[cfg(test)]
mod tests {
    //! Cases: rows of assignments, and what they make of one account.

    use tenantscan_model::rows::User;
    use tenantscan_model::{Cause, Table};

    use super::*;
    use crate::test_vendor::VENDOR;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn row(id: &str, holder: &str, privileged: bool) -> RoleAssignment {
        let mut row = RoleAssignment::new(id);
        row.role_id = Cell::Known("r".into());
        row.role_name = Cell::Known(Some("Helpdesk".into()));
        row.role_template_id = Cell::Known(Some("r".into()));
        row.is_privileged = Cell::Known(privileged);
        row.principal_id = Cell::Known(holder.into());
        row.principal_type = Cell::Known(PrincipalType::User);
        row.is_standing = Cell::Known(true);
        row
    }

    fn judged(table: Table<RoleAssignment>) -> User {
        let mut datasets = Datasets { users: Table::complete(vec![User::new("u1")]), ..Datasets::default() };
        datasets.role_assignments = table;
        apply(&mut datasets, &VENDOR);
        datasets.users.rows.remove(0)
    }

    #[test]
    fn whether_an_account_administers() {
        let group = |privileged| {
            let mut row = row("g", "group", privileged);
            row.principal_type = Cell::Known(PrincipalType::Group);
            row
        };
        let unsure = || {
            let mut row = row("x", "u1", true);
            row.is_privileged = Cell::Unknown(gap());
            row
        };
        let cases = [
            ("no rows", Table::complete(vec![]), Some(false), Some(0)),
            ("unread", Table::unread(gap()), None, None),
            ("a privileged role", Table::complete(vec![row("a", "u1", true)]), Some(true), Some(1)),
            ("a small role", Table::complete(vec![row("a", "u1", false)]), Some(false), Some(1)),
            ("another's role", Table::complete(vec![row("a", "u2", true)]), Some(false), Some(0)),
            ("members unread", Table::complete(vec![group(true)]), None, None),
            ("members unread, small role", Table::complete(vec![group(false)]), Some(false), None),
            (
                "members unread, admin anyhow",
                Table::complete(vec![group(true), row("a", "u1", true)]),
                Some(true),
                None,
            ),
            ("privilege unread", Table::complete(vec![unsure()]), None, Some(1)),
            (
                "privilege unread, admin anyhow",
                Table::complete(vec![unsure(), row("a", "u1", true)]),
                Some(true),
                Some(1),
            ),
        ];
        for (case, table, admin, roles) in cases {
            let user = judged(table);
            assert_eq!(user.is_admin.known().copied(), admin, "{case}");
            assert_eq!(user.roles.known().map(Vec::len), roles, "{case}");
        }
    }

    #[test]
    fn the_highest_role_is_known_by_its_template() {
        let mut top = row("a", "u1", true);
        top.role_template_id = Cell::Known(Some("top".into()));
        top.is_standing = Cell::Known(false);
        let user = judged(Table::complete(vec![top]));
        assert_eq!(user.is_global_admin, Cell::Known(true));
        assert_eq!(user.privileged_roles.known().map(Vec::len), Some(1));
        assert_eq!(user.standing_privileged_roles, Cell::Known(Vec::new()));
    }
}
