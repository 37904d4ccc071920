//! Administrator roles, and who holds them: people, members of groups one by one, and what has no account.

use std::collections::HashMap;

use tenantscan_model::rows::{PrincipalType, RoleAssignment, RoleDefinition, User};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};
use tenantscan_provider::unclear;

use super::Asking;
use super::members::Members;
use crate::derive::VENDOR;
use crate::sources::roles::{AssignmentWire, ROLE_ASSIGNMENTS, ROLES, RoleWire};

/// What was read of roles.
pub(super) struct Held {
    definitions: Table<RoleDefinition>,
    assignments: Option<Result<Vec<AssignmentWire>, Gap>>,
}

impl Held {
    /// Ids of the groups that hold a role.
    pub(super) fn groups(&self) -> impl Iterator<Item = Text> {
        let read = self.assignments.as_ref().and_then(|read| read.as_ref().ok()).into_iter().flatten();
        read.filter(|wire| wire.says_group()).filter_map(|wire| wire.assigned_to.clone())
    }
}

pub(super) async fn read(ask: &Asking<'_>) -> Held {
    let (definitions, assignments) =
        futures::join!(ask.table(&ROLES, RoleWire::row), ask.items::<AssignmentWire>(&ROLE_ASSIGNMENTS),);
    Held { definitions, assignments }
}

/// Puts the rows in place, joined with what accounts, groups and units say.
pub(super) fn fill(data: &mut Datasets, held: Held, members: &Members) {
    data.role_definitions = held.definitions;
    data.role_assignments = match held.assignments {
        None => Table::default(),
        Some(Err(gap)) => Table::unread(gap),
        Some(Ok(wires)) => {
            let named = Named::of(data);
            let rows = wires.iter().map(|wire| named.row(wire)).collect();
            tenantscan_people::expanded(rows, data, members.people(), &VENDOR)
        }
    };
}

/// Accounts, groups and units by their ids.
struct Named<'d> {
    users: Result<HashMap<&'d str, &'d User>, Gap>,
    groups: HashMap<&'d str, &'d Cell<Text>>,
    units: Result<HashMap<&'d str, &'d Cell<Text>>, Gap>,
}

impl<'d> Named<'d> {
    fn of(data: &'d Datasets) -> Self {
        let users = data.users.read().map_err(Clone::clone);
        let units = data.org_units.read().map_err(Clone::clone);
        Self {
            users: users.map(|all| all.iter().map(|it| (&*it.id, it)).collect()),
            groups: data.groups.rows.iter().map(|it| (&*it.id, &it.name)).collect(),
            units: units.map(|all| all.iter().map(|it| (&*it.id, &it.path)).collect()),
        }
    }

    fn row(&self, wire: &AssignmentWire) -> RoleAssignment {
        let mut row = wire.row();
        row.scope = self.scope(wire);
        row.principal_owner_tenant = Cell::Known(None);
        row.is_vendor_app = Cell::Known(false);
        let Some(id) = &wire.assigned_to else {
            let gap = unclear(&ROLE_ASSIGNMENTS);
            row.principal_type = Cell::Unknown(gap.clone());
            row.principal_name = Cell::Unknown(gap.clone());
            row.principal_enabled = Cell::Unknown(gap);
            return row;
        };
        if wire.says_group() {
            row.principal_type = Cell::Known(PrincipalType::Group);
            row.principal_name = self.groups.get(&**id).map_or_else(|| Cell::Known(id.clone()), |name| (*name).clone());
            row.principal_enabled = Cell::Known(None);
            return row;
        }
        (row.principal_type, row.principal_name, row.principal_enabled) = match &self.users {
            Err(gap) => (Cell::Unknown(gap.clone()), Cell::Unknown(gap.clone()), Cell::Unknown(gap.clone())),
            Ok(users) => match users.get(&**id) {
                Some(user) => (Cell::Known(PrincipalType::User), user.name.clone(), user.enabled.clone().map(Some)),
                // It may be a group.
                None if !wire.says_user() => {
                    let gap = unclear(&ROLE_ASSIGNMENTS);
                    (Cell::Unknown(gap.clone()), Cell::Known(id.clone()), Cell::Unknown(gap))
                }
                // A service account of a Cloud project has an id like an account's, and the directory does not list it.
                None => (Cell::Known(PrincipalType::Unresolved), Cell::Known(id.clone()), Cell::Known(None)),
            },
        };
        row
    }

    /// `/` for the whole customer, else the path of the unit; the id of a unit that is gone.
    fn scope(&self, wire: &AssignmentWire) -> Cell<Text> {
        match (wire.for_unit(), &wire.org_unit_id, &self.units) {
            (Some(false), ..) => Cell::Known("/".into()),
            (Some(true), Some(id), Ok(units)) => {
                let id = id.strip_prefix("id:").unwrap_or(id);
                units.get(id).map_or_else(|| Cell::Known(id.into()), |path| (*path).clone())
            }
            (Some(true), Some(_), Err(gap)) => Cell::Unknown(gap.clone()),
            _ => Cell::Unknown(unclear(&ROLE_ASSIGNMENTS)),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Cases: an assignment, and what the directory knows of its holder.

    use tenantscan_model::Cause;
    use tenantscan_model::rows::OrgUnit;

    use super::*;

    fn row(text: &str, users: Table<User>, units: Table<OrgUnit>) -> RoleAssignment {
        let data = Datasets { users, org_units: units, ..Datasets::default() };
        Named::of(&data).row(&serde_json::from_str(text).expect("as Google writes it"))
    }

    fn ann() -> Table<User> {
        let mut user = User::new("1");
        user.name = Cell::Known("Ann".into());
        user.enabled = Cell::Known(true);
        Table::complete(vec![user])
    }

    fn clinic() -> Table<OrgUnit> {
        let mut unit = OrgUnit::new("03ph");
        unit.path = Cell::Known("/Clinic".into());
        Table::complete(vec![unit])
    }

    #[test]
    fn a_holder_is_an_account_a_group_or_something_that_has_no_account() {
        let of = |holder: &str, kind: &str| {
            let text = format!(
                r#"{{"roleAssignmentId":"a","roleId":"r","assignedTo":"{holder}","assigneeType":"{kind}","scopeType":"CUSTOMER"}}"#
            );
            row(&text, ann(), clinic())
        };
        let cases = [
            ("1", "user", PrincipalType::User, "Ann"),
            ("g", "group", PrincipalType::Group, "g"),
            ("1042", "user", PrincipalType::Unresolved, "1042"),
        ];
        for (holder, kind, expected, name) in cases {
            let row = of(holder, kind);
            assert_eq!((row.principal_type, row.principal_name), (Cell::Known(expected), Cell::Known(name.into())));
        }
        assert_eq!(of("1", "newer").principal_type, Cell::Known(PrincipalType::User));
        assert!(of("1042", "newer").principal_type.gap().is_some(), "it may be a group");
        let text = r#"{"roleAssignmentId":"a","roleId":"r","assignedTo":"1","assigneeType":"user"}"#;
        let gap = Gap::new(Cause::RoleMissing, "test");
        assert_eq!(row(text, Table::unread(gap.clone()), clinic()).principal_type, Cell::Unknown(gap));
    }

    #[test]
    fn a_role_for_one_unit_says_which() {
        let text =
            r#"{"roleAssignmentId":"a","roleId":"r","assignedTo":"1","scopeType":"ORG_UNIT","orgUnitId":"03ph"}"#;
        assert_eq!(row(text, ann(), clinic()).scope, Cell::Known("/Clinic".into()));
        assert_eq!(row(text, ann(), Table::complete(Vec::new())).scope, Cell::Known("03ph".into()));
        let gap = Gap::new(Cause::RoleMissing, "test");
        assert_eq!(row(text, ann(), Table::unread(gap.clone())).scope, Cell::Unknown(gap));
        let text = r#"{"roleAssignmentId":"a","roleId":"r","assignedTo":"1"}"#;
        assert!(row(text, ann(), clinic()).scope.gap().is_some());
    }

    #[test]
    fn the_names_by_which_the_common_code_knows_the_sources_are_theirs() {
        assert_eq!(VENDOR.roles, ROLES.id);
        assert_eq!(VENDOR.members, crate::sources::groups::MEMBERS.id);
    }
}
