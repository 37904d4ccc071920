//! Administrator roles and who holds them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::{RoleAssignment, RoleDefinition};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::DIRECTORY;

const ROLE_MANAGEMENT: &[&str] = &["https://www.googleapis.com/auth/admin.directory.rolemanagement.readonly"];

pub(crate) static ROLES: Source = Source {
    id: "google-workspace.roles",
    title: "Administrator roles",
    api: &DIRECTORY,
    path: "/admin/directory/v1/customer/my_customer/roles?maxResults=100&fields=nextPageToken,items(roleId,roleName,roleDescription,isSystemRole,isSuperAdminRole,rolePrivileges(privilegeName))",
    call: Call::Pages("items"),
    permissions: ROLE_MANAGEMENT,
    licence: None,
    // Super administrators alone see roles.
    role: None,
    lists: &["role_definitions"],
    fills: &[
        "role_definitions.id",
        "role_definitions.template_id",
        "role_definitions.name",
        "role_definitions.is_built_in",
        "role_definitions.is_enabled",
        "role_definitions.is_privileged",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/roles/list",
};

pub(crate) static ROLE_ASSIGNMENTS: Source = Source {
    id: "google-workspace.role_assignments",
    title: "Who holds administrator roles",
    api: &DIRECTORY,
    path: "/admin/directory/v1/customer/my_customer/roleassignments?maxResults=200&fields=nextPageToken,items(roleAssignmentId,roleId,assignedTo,assigneeType,scopeType,orgUnitId,expirationDetails)",
    call: Call::Pages("items"),
    permissions: ROLE_MANAGEMENT,
    licence: None,
    // Super administrators alone see roles.
    role: None,
    lists: &["role_assignments"],
    fills: &[
        "role_assignments.id",
        "role_assignments.role_id",
        "role_assignments.role_name",
        "role_assignments.role_template_id",
        "role_assignments.is_privileged",
        "role_assignments.principal_id",
        "role_assignments.principal_type",
        "role_assignments.principal_name",
        "role_assignments.principal_enabled",
        "role_assignments.scope",
        "role_assignments.kind",
        "role_assignments.via_group",
        "role_assignments.ends",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/roleAssignments/list",
};

/// The fixed name of the highest role.
pub(crate) const SUPER_ADMIN: &str = "_SEED_ADMIN_ROLE";

#[derive(Deserialize)]
struct Catalogue {
    only_look: BTreeSet<Text>,
    names: BTreeMap<Text, Text>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../../policies/catalogues/google-roles.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

/// Source: Directory API, Role. What is false is left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleWire {
    role_id: Text,
    role_name: Option<Text>,
    role_description: Option<Text>,
    #[serde(default)]
    is_system_role: bool,
    #[serde(default)]
    is_super_admin_role: bool,
    #[serde(default)]
    role_privileges: Vec<PrivilegeWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrivilegeWire {
    privilege_name: Text,
}

impl RoleWire {
    pub(crate) fn row(self) -> RoleDefinition {
        let gap = || unclear(&ROLES);
        let mut row = RoleDefinition::new(self.role_id);
        let fixed = self.role_name.clone().filter(|_| self.is_system_role);
        row.template_id = Cell::Known(if self.is_super_admin_role { Some(SUPER_ADMIN.into()) } else { fixed.clone() });
        // A pre-built role's name is a code; its description is what people are shown.
        let shown = fixed.and_then(|fixed| {
            CATALOGUE.names.get(&fixed).cloned().or_else(|| self.role_description.filter(|text| !text.is_empty()))
        });
        row.name = shown.or(self.role_name).ok_or_else(gap).into();
        row.is_built_in = Cell::Known(Some(self.is_system_role));
        row.is_enabled = Cell::Known(Some(true));
        let only_looks = self.role_privileges.iter().all(|one| CATALOGUE.only_look.contains(&one.privilege_name));
        row.is_privileged = match self.is_super_admin_role || !only_looks {
            // A role that Google made is for something.
            false if self.is_system_role && self.role_privileges.is_empty() => Cell::Unknown(gap()),
            privileged => Cell::Known(privileged),
        };
        row
    }
}

/// Source: Directory API, RoleAssignment. The documentation writes its words in small and in capital letters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignmentWire {
    pub(crate) role_assignment_id: Text,
    pub(crate) role_id: Option<Text>,
    pub(crate) assigned_to: Option<Text>,
    assignee_type: Option<Text>,
    scope_type: Option<Text>,
    pub(crate) org_unit_id: Option<Text>,
    expiration_details: Option<ExpirationWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExpirationWire {
    expire_time: Option<Time>,
}

impl AssignmentWire {
    /// Whether a group holds it, so far as the assignment itself says.
    pub(crate) fn says_group(&self) -> bool {
        self.assignee_type.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("group"))
    }

    /// Whether an account holds it, so far as the assignment itself says.
    pub(crate) fn says_user(&self) -> bool {
        self.assignee_type.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("user"))
    }

    /// Whether it is for one unit, and what is below it; none where that was not said.
    pub(crate) fn for_unit(&self) -> Option<bool> {
        match self.scope_type.as_deref() {
            Some(scope) if scope.eq_ignore_ascii_case("CUSTOMER") => Some(false),
            Some(scope) if scope.eq_ignore_ascii_case("ORG_UNIT") => Some(true),
            _ => None,
        }
    }

    /// The row, with everything that needs no other list.
    pub(crate) fn row(&self) -> RoleAssignment {
        let gap = || unclear(&ROLE_ASSIGNMENTS);
        let mut row = RoleAssignment::new(self.role_assignment_id.clone());
        row.role_id = self.role_id.clone().ok_or_else(gap).into();
        row.principal_id = self.assigned_to.clone().ok_or_else(gap).into();
        let ends = self.expiration_details.as_ref().and_then(|details| details.expire_time);
        // Google knows no roles that their holder switches on.
        row.kind = Cell::Known(tenantscan_model::rows::AssignmentKind::Active);
        row.is_standing = Cell::Known(ends.is_none());
        row.ends = Cell::Known(ends);
        row.via_group = Cell::Known(None);
        row
    }
}

#[cfg(test)]
mod tests {
    //! Cases: roles as Google lists them, and whether they are privileged.

    use super::*;

    #[test]
    fn a_role_is_privileged_unless_all_that_it_may_is_known_to_only_look() {
        let cases = [
            (
                r#"{"roleId":"1","roleName":"_SEED_ADMIN_ROLE","isSystemRole":true,"isSuperAdminRole":true}"#,
                "Super Admin",
                true,
            ),
            (
                r#"{"roleId":"2","roleName":"_GROUPS_READER_ROLE","isSystemRole":true,"rolePrivileges":[{"privilegeName":"GROUPS_RETRIEVE"}]}"#,
                "Groups Reader",
                false,
            ),
            (
                r#"{"roleId":"3","roleName":"Desk","rolePrivileges":[{"privilegeName":"USERS_RETRIEVE"},{"privilegeName":"USERS_RESET_PASSWORD"}]}"#,
                "Desk",
                true,
            ),
            (
                r#"{"roleId":"4","roleName":"_NEW_ROLE","roleDescription":"New thing","isSystemRole":true,"rolePrivileges":[{"privilegeName":"NEWER"}]}"#,
                "New thing",
                true,
            ),
            (r#"{"roleId":"5","roleName":"Empty"}"#, "Empty", false),
        ];
        for (text, name, privileged) in cases {
            let wire: RoleWire = serde_json::from_str(text).expect("as Google writes it");
            let row = wire.row();
            assert_eq!((row.name, row.is_privileged), (Cell::Known(name.into()), Cell::Known(privileged)), "{text}");
        }
        let text = r#"{"roleId":"6","roleName":"_GROUPS_ADMIN_ROLE","isSystemRole":true}"#;
        let wire: RoleWire = serde_json::from_str(text).expect("as Google writes it");
        assert!(wire.row().is_privileged.gap().is_some(), "nobody knows what it is for");
    }

    #[test]
    fn an_assignment_is_for_good_unless_it_ends() {
        let read = |text: &str| serde_json::from_str::<AssignmentWire>(text).expect("as Google writes it");
        let wire = read(
            r#"{"roleAssignmentId":"1","roleId":"2","assignedTo":"3","assigneeType":"GROUP","scopeType":"CUSTOMER"}"#,
        );
        assert!(wire.says_group());
        assert_eq!((wire.for_unit(), wire.row().is_standing), (Some(false), Cell::Known(true)));
        let wire = read(
            r#"{"roleAssignmentId":"1","roleId":"2","assignedTo":"3","assigneeType":"user","scopeType":"ORG_UNIT","orgUnitId":"03ph","expirationDetails":{"expireTime":"2026-12-01T00:00:00Z"}}"#,
        );
        assert_eq!((wire.for_unit(), wire.row().is_standing), (Some(true), Cell::Known(false)));
    }
}
