//! Columns that no request gives: worked out from rows that were read.

mod account_kind;
pub(crate) mod apps;
mod devices;
mod groups;
mod logs;
pub(crate) mod mailboxes;
mod second_step;
mod settings;
mod sso;

use std::collections::HashMap;

use tenantscan_model::rows::RoleAssignment;
use tenantscan_model::{Cell, Datasets, Gap, Platform, Text, Time};
use tenantscan_people::{Declared, GroupMembers, Vendor};
use tenantscan_provider::{Derived, unclear};

use crate::fill::SigningIn;
use crate::settings::situation::Situations;
use crate::sources::roles::{ROLE_ASSIGNMENTS, SUPER_ADMIN};

/// What the columns that every vendor's accounts have rest on.
pub(crate) const VENDOR: Vendor =
    Vendor { is_highest: is_super_admin, members: "google-workspace.group_members", roles: "google-workspace.roles" };

fn is_super_admin(row: &RoleAssignment) -> Result<bool, Gap> {
    row.role_template_id.read().map(|template| template.as_deref() == Some(SUPER_ADMIN)).map_err(Clone::clone)
}

/// The columns that are worked out here, and from what.
pub(crate) const ALL: &[&[Derived]] = &[
    PEOPLE,
    sso::DERIVED,
    apps::DERIVED,
    settings::DERIVED,
    second_step::DERIVED,
    mailboxes::DERIVED,
    devices::DERIVED,
    groups::DERIVED,
    logs::DERIVED,
];

const PEOPLE: &[Derived] = &[
    Derived {
        columns: &["org_units.people"],
        from: &["org_units", "org_units.path", "users", "users.enabled", "users.org_unit"],
    },
    Derived {
        columns: &["users.kind", "users.kind_evidence"],
        from: &["users", "users.user_type", "account_register"],
    },
    Derived {
        columns: &["users.practice_roles"],
        from: &["users", "groups", "groups.name", "group members", "practice_roles"],
    },
    Derived { columns: &["users.plan_covered"], from: &["users", "users.sku_part_numbers"] },
    Derived { columns: &["users.shared_login_signals"], from: &["users"] },
    Derived { columns: &["users.closed_elsewhere"], from: &["users", "users.principal_name", "users.enabled"] },
    Derived {
        columns: &["users.phishing_resistant_registered"],
        from: &["users", "users.security_keys", "users.passkeys"],
    },
    Derived { columns: &["role_assignments.scope"], from: &["role_assignments", "org_units", "org_units.path"] },
    Derived {
        columns: &[
            "role_assignments.principal_type",
            "role_assignments.principal_name",
            "role_assignments.principal_enabled",
            "role_assignments.via_group",
        ],
        from: &["role_assignments", "users", "groups", "groups.name", "group members"],
    },
    Derived {
        columns: &["role_assignments.role_name", "role_assignments.role_template_id", "role_assignments.is_privileged"],
        from: &["role_assignments", "role_definitions"],
    },
    Derived { columns: &["role_assignments.is_standing"], from: &["role_assignments", "role_assignments.ends"] },
    Derived {
        columns: &["users.roles", "users.privileged_roles", "users.standing_privileged_roles", "users.is_admin"],
        from: &[
            "users",
            "users.is_delegated_admin",
            "role_assignments",
            "role_definitions",
            "role_assignments.principal_type",
        ],
    },
    Derived {
        columns: &["emergency_accounts"],
        from: &[
            "users",
            "users.last_sign_in",
            "users.phishing_resistant_registered",
            "users.signs_in_elsewhere",
            "role_assignments",
            "role_assignments.principal_type",
            "role_definitions",
            "account_register",
        ],
    },
    Derived { columns: &["groups.members"], from: &["groups", "users"] },
    Derived { columns: &["groups.external_members"], from: &["groups", "domains"] },
];

/// What was read beside the rows.
pub(crate) struct Beside<'a> {
    pub(crate) members: &'a GroupMembers,
    pub(crate) sso: &'a SigningIn,
}

/// Fills every derived column. Call it once, after all rows are in place.
pub(crate) fn apply(data: &mut Datasets, beside: &Beside<'_>, declared: &Declared) {
    people(data);
    account_kind::apply(data, declared);
    tenantscan_people::practice_roles(data, declared, beside.members, &VENDOR);
    administrators(data);
    for user in &mut data.users.rows {
        user.phishing_resistant_registered = phishing_resistant(&user.security_keys, &user.passkeys);
    }
    sso::apply(data, beside);
    // An account that signs in at another service is of no use when that service is down.
    tenantscan_people::emergency_accounts(data, declared, &VENDOR, |user| {
        user.signs_in_elsewhere.clone().map(|elsewhere| !elsewhere)
    });
    tenantscan_people::agreement_plans(data, Platform::GoogleWorkspace);
    tenantscan_people::shared_logins(data);
    apps::apply(data);
}

/// Fills what rests on the settings that hold for each account. Call it last. `situations` says which settings hold for
/// whom, where they were read.
pub(crate) fn under_settings(data: &mut Datasets, situations: Option<&Situations>, now: Time) {
    second_step::apply(data, situations, now);
    mailboxes::apply(data, situations);
    devices::apply(data);
    logs::apply(data);
}

/// The accounts themselves say who is a super administrator; a group cannot be one. Where an account and the list of roles
/// contradict each other, neither is believed.
/// Source: support.google.com/a/answer/9807615.
fn administrators(data: &mut Datasets) {
    let flags = data.users.rows.iter().map(|user| (user.id.clone(), user.is_global_admin.clone()));
    let flags: HashMap<Text, Cell<bool>> = flags.collect();
    tenantscan_people::administrators(data, &VENDOR);
    let contradicted = || unclear(&ROLE_ASSIGNMENTS);
    for user in &mut data.users.rows {
        // The account is said to hold a role that is not in the list of roles.
        let missing = user.is_delegated_admin.known() == Some(&true) && user.roles.known().is_some_and(Vec::is_empty);
        if missing {
            user.roles = Cell::Unknown(contradicted());
            user.privileged_roles = Cell::Unknown(contradicted());
            user.standing_privileged_roles = Cell::Unknown(contradicted());
            user.is_admin = Cell::Unknown(contradicted());
        }
        let Some(flag) = flags.get(&user.id) else { continue };
        let listed = user.is_global_admin.known() == Some(&true);
        user.is_global_admin = match flag {
            Cell::Known(false) if listed => Cell::Unknown(contradicted()),
            flag => flag.clone(),
        };
        if flag.known() == Some(&true) {
            user.is_admin = Cell::Known(true);
        }
    }
}

/// A security key or a passkey is one; that there is none is known when neither is counted.
fn phishing_resistant(keys: &Cell<i64>, passkeys: &Cell<i64>) -> Cell<bool> {
    match (keys, passkeys) {
        (Cell::Known(1..), _) | (_, Cell::Known(1..)) => Cell::Known(true),
        (Cell::Unknown(gap), _) | (_, Cell::Unknown(gap)) => Cell::Unknown(gap.clone()),
        (Cell::Known(_), Cell::Known(_)) => Cell::Known(false),
    }
}

/// How many active people are in each unit itself.
fn people(data: &mut Datasets) {
    for unit in &mut data.org_units.rows {
        unit.people = match data.users.read() {
            Err(gap) => Cell::Unknown(gap.clone()),
            Ok(users) => {
                let here = users.iter().filter(|user| {
                    user.enabled.known() == Some(&true)
                        && user.org_unit.known().and_then(Option::as_ref) == unit.path.known()
                });
                Cell::Known(i64::try_from(here.count()).unwrap_or(i64::MAX))
            }
        };
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what an account says of itself, and what the list of roles adds.

    use tenantscan_model::rows::{PrincipalType, User};
    use tenantscan_model::{Cause, Table};

    use super::*;

    fn judged(flag: Cell<bool>, assignments: Table<RoleAssignment>) -> User {
        let user = User { is_global_admin: flag, is_delegated_admin: Cell::Known(false), ..User::new("1") };
        judged_as(user, assignments)
    }

    fn judged_as(user: User, assignments: Table<RoleAssignment>) -> User {
        let mut data =
            Datasets { users: Table::complete(vec![user]), role_assignments: assignments, ..Datasets::default() };
        administrators(&mut data);
        data.users.rows.remove(0)
    }

    fn role(privileged: bool) -> Table<RoleAssignment> {
        let mut row = RoleAssignment::new("a");
        row.role_name = Cell::Known(Some("Desk".into()));
        row.role_template_id = Cell::Known(None);
        row.is_privileged = Cell::Known(privileged);
        row.principal_id = Cell::Known("1".into());
        row.principal_type = Cell::Known(PrincipalType::User);
        row.is_standing = Cell::Known(true);
        Table::complete(vec![row])
    }

    #[test]
    fn a_super_administrator_is_known_without_the_list_of_roles() {
        let gap = Gap::new(Cause::PermissionMissing, "test");
        let (yes, no) = (Cell::Known(true), Cell::Known(false));
        let none = || Table::complete(Vec::new());
        let unread = || Table::unread(gap.clone());
        let unknown = || Cell::Unknown(gap.clone());
        let cases = [
            ("super, roles unread", yes.clone(), unread(), yes.clone(), yes.clone()),
            ("not super, roles unread", no.clone(), unread(), no.clone(), unknown()),
            ("not super, no role", no.clone(), none(), no.clone(), no.clone()),
            ("not super, a privileged role", no.clone(), role(true), no.clone(), yes.clone()),
            ("not super, a small role", no.clone(), role(false), no.clone(), no),
        ];
        for (case, flag, assignments, global, admin) in cases {
            let user = judged(flag, assignments);
            assert_eq!((user.is_global_admin, user.is_admin), (global, admin), "{case}");
        }
    }

    #[test]
    fn an_account_that_says_otherwise_than_the_list_of_roles_is_not_believed() {
        let user = || User { is_global_admin: Cell::Known(false), ..User::new("1") };
        let delegated = || User { is_delegated_admin: Cell::Known(true), ..user() };
        let without = judged_as(delegated(), Table::complete(Vec::new()));
        assert!(without.roles.gap().is_some() && without.is_admin.gap().is_some());
        assert!(without.privileged_roles.gap().is_some() && without.standing_privileged_roles.gap().is_some());
        assert_eq!(without.is_global_admin, Cell::Known(false));
        let with = judged_as(delegated(), role(false));
        assert_eq!((with.roles, with.is_admin), (Cell::Known(vec!["Desk".into()]), Cell::Known(false)));
        let mut highest = role(true);
        highest.rows[0].role_template_id = Cell::Known(Some(SUPER_ADMIN.into()));
        let listed = judged_as(user(), highest);
        assert!(listed.is_global_admin.gap().is_some(), "the list says yes, the account no");
        assert_eq!(listed.is_admin, Cell::Known(true));
    }

    #[test]
    fn a_key_or_a_passkey_is_enough_and_only_both_counts_show_that_there_is_none() {
        let left_out = || Cell::Unknown(Gap::new(Cause::Malformed, "x"));
        let cases = [
            (Cell::Known(2), Cell::Known(0), Some(true)),
            (Cell::Known(0), Cell::Known(1), Some(true)),
            (Cell::Known(1), left_out(), Some(true)),
            (left_out(), Cell::Known(1), Some(true)),
            (Cell::Known(0), Cell::Known(0), Some(false)),
            (Cell::Known(0), left_out(), None),
            (left_out(), Cell::Known(0), None),
        ];
        for (keys, passkeys, expected) in cases {
            assert_eq!(phishing_resistant(&keys, &passkeys).known().copied(), expected, "{keys:?} {passkeys:?}");
        }
    }
}
