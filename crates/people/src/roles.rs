//! Assignments of roles joined with what the directory says of roles, groups and accounts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tenantscan_model::rows::{PrincipalType, RoleAssignment, RoleDefinition, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};

use crate::Vendor;

/// The users of each group that was asked for, those of groups inside it too.
#[derive(Clone, Debug, Default)]
pub struct GroupMembers(pub BTreeMap<Text, Result<BTreeSet<Text>, Gap>>);

/// The directory's roles by id, or why they were not read.
#[derive(Debug)]
pub struct Definitions<'d> {
    read: Result<HashMap<&'d str, &'d RoleDefinition>, &'d Gap>,
    source: &'static str,
}

/// The role, nothing where the directory's list does not have it, or why the list was not read.
#[derive(Debug)]
pub struct Definition<'d> {
    found: Result<Option<&'d RoleDefinition>, Gap>,
    source: &'static str,
}

impl<'d> Definitions<'d> {
    /// The roles of one tenant.
    pub fn of(data: &'d Datasets, vendor: &Vendor) -> Self {
        let read = data.role_definitions.read();
        let read = read.map(|rows| rows.iter().map(|row| (row.id.as_str(), row)).collect());
        Self { read, source: vendor.roles }
    }

    /// The role with this id.
    pub fn find(&self, id: Option<&Text>) -> Definition<'d> {
        let found = self.read.as_ref().map(|all| id.and_then(|id| all.get(id.as_str())).copied());
        Definition { found: found.map_err(|gap| (*gap).clone()), source: self.source }
    }
}

impl Definition<'_> {
    /// A column of the role; `absent` where the directory's list does not have the role.
    fn column<T>(&self, column: impl FnOnce(&RoleDefinition) -> Cell<T>, absent: impl FnOnce() -> Cell<T>) -> Cell<T> {
        match &self.found {
            Ok(Some(definition)) => column(definition),
            Ok(None) => absent(),
            Err(gap) => Cell::Unknown(gap.clone()),
        }
    }

    fn missing(&self) -> Gap {
        Gap::new(Cause::Malformed, self.source)
    }

    /// Its name; null where the directory's list does not have the role.
    pub fn name(&self) -> Cell<Option<Text>> {
        self.column(|role| role.name.clone().map(Some), || Cell::Known(None))
    }

    /// Its id in every tenant; null where the directory's list does not have the role.
    pub fn template(&self) -> Cell<Option<Text>> {
        self.column(|role| role.template_id.clone(), || Cell::Known(None))
    }

    /// Whether it is the built-in role with this id in every tenant.
    pub fn is_template(&self, template: &str) -> Cell<bool> {
        let is = |id: &Text| id.eq_ignore_ascii_case(template);
        self.column(
            |role| role.template_id.clone().map(|id| id.as_ref().is_some_and(is)),
            || Cell::Unknown(self.missing()),
        )
    }

    /// Whether it is privileged.
    pub fn privileged(&self) -> Cell<bool> {
        self.column(|role| role.is_privileged.clone(), || Cell::Unknown(self.missing()))
    }
}

/// Assignments with names of roles, and groups replaced by their members where these are known.
pub fn expanded(
    rows: Vec<RoleAssignment>,
    data: &Datasets,
    members: &GroupMembers,
    vendor: &Vendor,
) -> Table<RoleAssignment> {
    let users: HashMap<&str, &User> = data.users.rows.iter().map(|user| (user.id.as_str(), user)).collect();
    let definitions = Definitions::of(data, vendor);
    let mut all = Vec::new();
    for mut row in rows {
        match &row.role_id {
            Cell::Known(id) => {
                let definition = definitions.find(Some(id));
                row.role_name = definition.name();
                row.role_template_id = definition.template();
                row.is_privileged = definition.privileged();
            }
            Cell::Unknown(gap) => {
                row.role_name = Cell::Unknown(gap.clone());
                row.role_template_id = Cell::Unknown(gap.clone());
                row.is_privileged = Cell::Unknown(gap.clone());
            }
        }
        let group =
            row.principal_id.known().filter(|_| row.principal_type.known() == Some(&PrincipalType::Group)).cloned();
        match group.as_ref().and_then(|group| members.0.get(group)) {
            Some(Ok(ids)) => {
                let via = row.principal_name.known().cloned();
                for id in ids {
                    let user = users.get(id.as_str());
                    let mut member = row.clone();
                    member.id = format!("{}/{id}", row.id).into();
                    member.principal_id = Cell::Known(id.clone());
                    member.principal_type =
                        Cell::Known(user.map_or(PrincipalType::Unresolved, |_| PrincipalType::User));
                    member.principal_name = user.map_or_else(|| Cell::Known(id.clone()), |user| user.name.clone());
                    member.principal_enabled = user.map_or(Cell::Known(None), |user| user.enabled.clone().map(Some));
                    member.via_group = Cell::Known(via.clone());
                    all.push(member);
                }
            }
            read => {
                if group.is_some() {
                    let gap = read.and_then(|read| read.as_ref().err()).cloned();
                    row.principal_enabled = Cell::Unknown(gap.unwrap_or_else(|| vendor.members_unread()));
                }
                all.push(row);
            }
        }
    }
    Table::complete(all)
}

#[cfg(test)]
mod tests {
    //! Cases: an assignment to a group, and what is known of its members.

    use super::*;
    use crate::test_vendor::VENDOR;

    fn expand(members: Result<BTreeSet<Text>, Gap>) -> Vec<RoleAssignment> {
        let mut role = RoleDefinition::new("r");
        role.name = Cell::Known("Helpdesk".into());
        role.template_id = Cell::Known(None);
        role.is_privileged = Cell::Known(true);
        let mut user = User::new("u1");
        user.name = Cell::Known("Ann".into());
        user.enabled = Cell::Known(false);
        let data = Datasets {
            role_definitions: Table::complete(vec![role]),
            users: Table::complete(vec![user]),
            ..Datasets::default()
        };
        let mut row = RoleAssignment::new("a");
        row.role_id = Cell::Known("r".into());
        row.principal_id = Cell::Known("g".into());
        row.principal_name = Cell::Known("Desk".into());
        row.principal_type = Cell::Known(PrincipalType::Group);
        let members = GroupMembers([("g".into(), members)].into());
        expanded(vec![row], &data, &members, &VENDOR).rows
    }

    #[test]
    fn a_group_is_replaced_by_its_members() {
        let rows = expand(Ok(["u1".into(), "gone".into()].into()));
        let kinds: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.principal_type.known().copied())).collect();
        assert_eq!(kinds, [("a/gone", Some(PrincipalType::Unresolved)), ("a/u1", Some(PrincipalType::User))]);
        assert_eq!(rows[1].principal_enabled, Cell::Known(Some(false)));
        assert_eq!(rows[1].via_group, Cell::Known(Some("Desk".into())));
        assert_eq!(rows[1].role_name, Cell::Known(Some("Helpdesk".into())));
    }

    #[test]
    fn a_role_that_is_not_told_may_be_any() {
        let mut row = RoleAssignment::new("a");
        row.role_id = Cell::Unknown(Gap::new(Cause::Malformed, "test"));
        let rows = expanded(vec![row], &Datasets::default(), &GroupMembers::default(), &VENDOR).rows;
        let row = &rows[0];
        assert!(row.role_name.gap().is_some() && row.role_template_id.gap().is_some());
        assert!(row.is_privileged.gap().is_some());
    }

    #[test]
    fn a_group_whose_members_were_not_read_stays_a_group() {
        let rows = expand(Err(Gap::new(Cause::PermissionMissing, "test")));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].principal_type, Cell::Known(PrincipalType::Group));
        assert_eq!(rows[0].principal_enabled, Cell::Unknown(Gap::new(Cause::PermissionMissing, "test")));
    }
}
