//! Roles: definitions, who holds them and how, and the rules for switching them on.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use tenantscan_model::rows::{AssignmentKind, PrincipalType, RoleAssignment, RoleDefinition, RolePolicy, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text, Time};
use tenantscan_people::{Declared, Definitions, GroupMembers};
use tenantscan_provider::unclear;

use super::Asking;
use crate::derive::{GLOBAL_ADMINISTRATOR, VENDOR};
use crate::sources::{identity, roles};

/// The dated list of built-in roles.
const ROLES: &str = include_str!("../../../../policies/catalogues/microsoft365-roles.toml");

#[derive(Deserialize)]
struct RoleCatalogue {
    privileged: Vec<PrivilegedRole>,
    /// Their ids by their names.
    ordinary: HashMap<Text, Text>,
}

#[derive(Deserialize)]
struct PrivilegedRole {
    template_id: Text,
}

/// Whether each built-in role that the catalogue knows is privileged, by its id in every tenant.
fn known_roles() -> Vec<(Text, bool)> {
    let catalogue: RoleCatalogue = toml::from_str(ROLES).expect("a shipped catalogue, read by a test");
    let privileged = catalogue.privileged.into_iter().map(|role| (role.template_id, true));
    privileged.chain(catalogue.ordinary.into_values().map(|id| (id, false))).collect()
}

/// Assignments as the vendor lists them: with groups as they stand.
pub(super) type Assignments = Option<Result<Vec<RoleAssignment>, Gap>>;

/// What was read of roles, before names are joined and groups replaced by their members.
pub(super) struct Roles {
    pub(super) definitions: Table<RoleDefinition>,
    pub(super) assignments: Assignments,
    pub(super) policies: Table<RolePolicy>,
}

type Instances = Option<Result<Vec<roles::InstanceWire>, Gap>>;

pub(super) async fn read(ask: &Asking<'_>) -> Roles {
    let known = known_roles();
    let (definitions, active, instances, eligible, policies) = futures::join!(
        ask.filled(&roles::ROLE_DEFINITIONS, |wire: roles::RoleDefinitionWire| wire.row(&known)),
        ask.items::<roles::AssignmentWire>(&roles::ROLE_ASSIGNMENTS),
        ask.items::<roles::InstanceWire>(&roles::ROLE_ASSIGNMENT_INSTANCES),
        ask.items::<roles::AssignmentWire>(&roles::ROLE_ELIGIBILITY),
        ask.table(&roles::ROLE_POLICIES, roles::RolePolicyWire::row),
    );
    let assignments = active.map(|active| {
        let mut rows: Vec<RoleAssignment> =
            active?.into_iter().map(|wire| wire.row(AssignmentKind::Active, &roles::ROLE_ASSIGNMENTS)).collect();
        match eligible {
            Some(Ok(eligible)) => {
                held(&mut rows, instances);
                rows.extend(
                    eligible.into_iter().map(|wire| wire.row(AssignmentKind::Eligible, &roles::ROLE_ELIGIBILITY)),
                );
            }
            // Without the licence nobody can be eligible: Microsoft removes such assignments when it ends.
            // Source: learn.microsoft.com/entra/id-governance/licensing-fundamentals.
            Some(Err(gap)) if gap.cause() == Cause::LicenceRequired => {}
            Some(Err(gap)) => return Err(gap),
            None => {}
        }
        Ok(rows)
    });
    Roles { definitions, assignments, policies }
}

/// Joins what says whether a role is held for good: an assignment in force may have an end, or be switched on for now.
fn held(rows: &mut [RoleAssignment], instances: Instances) {
    let instances = match instances {
        // Without the licence nobody can switch on a role, and no assignment has an end.
        Some(Err(gap)) if gap.cause() == Cause::LicenceRequired => return,
        Some(read) => read,
        None => Err(Gap::new(Cause::NotCollected, roles::ROLE_ASSIGNMENT_INSTANCES.id)),
    };
    let mut strongest: HashMap<roles::AssignmentKey, Held> = HashMap::new();
    for instance in instances.iter().flatten() {
        let Some(key) = instance.key() else { continue };
        let held = instance.held();
        match strongest.entry(key) {
            Entry::Vacant(slot) => drop(slot.insert(held)),
            Entry::Occupied(mut slot) if rank(&held) > rank(slot.get()) => drop(slot.insert(held)),
            Entry::Occupied(_) => {}
        }
    }
    let missing = match instances {
        Ok(_) => Gap::new(Cause::Malformed, roles::ROLE_ASSIGNMENT_INSTANCES.id),
        Err(gap) => gap,
    };
    for row in rows {
        let known = (row.principal_id.known(), row.role_id.known(), row.scope.known());
        let key = if let (Some(a), Some(b), Some(c)) = known { Some((a.clone(), b.clone(), c.clone())) } else { None };
        let held = key.and_then(|key| strongest.get(&key)).cloned();
        (row.kind, row.ends) = held.unwrap_or_else(|| (Cell::Unknown(missing.clone()), Cell::Unknown(missing.clone())));
        row.is_standing = match (&row.kind, &row.ends) {
            (Cell::Known(AssignmentKind::Active), Cell::Known(None)) => Cell::Known(true),
            (Cell::Known(AssignmentKind::Activated | AssignmentKind::Eligible), _) => Cell::Known(false),
            (_, Cell::Known(Some(_))) => Cell::Known(false),
            (Cell::Unknown(gap), _) | (_, Cell::Unknown(gap)) => Cell::Unknown(gap.clone()),
        };
    }
}

/// How a role is held, and until when.
type Held = (Cell<AssignmentKind>, Cell<Option<Time>>);

/// Where one role is held in several ways, the way that lasts longest counts, and what is not known before what ends.
fn rank(held: &Held) -> (u8, Option<Time>) {
    match held {
        (Cell::Known(AssignmentKind::Active), Cell::Known(None)) => (3, None),
        (Cell::Unknown(_), _) | (_, Cell::Unknown(_)) => (2, None),
        (Cell::Known(AssignmentKind::Active), Cell::Known(end)) => (1, *end),
        (_, Cell::Known(end)) => (0, *end),
    }
}

/// Finds holders whose kind the answer does not tell among the accounts and groups of the directory.
pub(super) fn resolve(rows: &mut [RoleAssignment], data: &Datasets) {
    let users: HashMap<&str, &User> = data.users.rows.iter().map(|user| (user.id.as_str(), user)).collect();
    let groups: HashSet<&str> = data.groups.rows.iter().map(|group| group.id.as_str()).collect();
    let whole = data.users.gap().is_none() && data.groups.gap().is_none();
    for row in rows {
        let untold = matches!(&row.principal_type, Cell::Unknown(_) | Cell::Known(PrincipalType::Unresolved));
        let Some(id) = row.principal_id.known().filter(|_| untold) else { continue };
        if let Some(user) = users.get(id.as_str()) {
            row.principal_name = user.name.clone();
            row.principal_enabled = user.enabled.clone().map(Some);
            row.principal_type = Cell::Known(PrincipalType::User);
        } else if groups.contains(id.as_str()) {
            row.principal_type = Cell::Known(PrincipalType::Group);
        } else if whole {
            row.principal_type = Cell::Known(PrincipalType::Unresolved);
        }
    }
}

/// The members of the groups that Conditional Access, roles, or the practice's register of its own roles name.
pub(super) async fn group_members(
    ask: &Asking<'_>,
    data: &Datasets,
    declared: &Declared,
    assignments: Option<&Result<Vec<RoleAssignment>, Gap>>,
) -> GroupMembers {
    let mut ids = tenantscan_people::groups_of_practice_roles(declared, &data.groups);
    for policy in &data.conditional_access_policies.rows {
        for list in [&policy.include_groups, &policy.exclude_groups] {
            ids.extend(list.known().into_iter().flatten().cloned());
        }
    }
    for row in assignments.and_then(|read| read.as_ref().ok()).into_iter().flatten() {
        if row.principal_type.known() == Some(&PrincipalType::Group) {
            ids.extend(row.principal_id.known().cloned());
        }
    }
    members_of(ask, ids.into_iter().collect()).await
}

/// The members of groups, by the groups' ids.
pub(super) async fn members_of(ask: &Asking<'_>, groups: Vec<Text>) -> GroupMembers {
    let answers = ask.lists::<identity::MemberWire>(&identity::GROUP_MEMBERS, &groups).await;
    let read = groups.into_iter().zip(answers);
    let ids = |members: Vec<identity::MemberWire>| members.into_iter().map(|member| member.id).collect();
    GroupMembers(read.map(|(group, members)| (group, members.map(ids))).collect())
}

/// Rules for switching on a role, with what the directory says of the role.
pub(super) fn named(mut policies: Table<RolePolicy>, data: &Datasets) -> Table<RolePolicy> {
    // Every tenant has rules for the highest role: a list without them is not whole.
    if policies.gap().is_none() && !policies.rows.iter().any(|row| row.id.eq_ignore_ascii_case(GLOBAL_ADMINISTRATOR)) {
        return Table::unread(unclear(&roles::ROLE_POLICIES));
    }
    let definitions = Definitions::of(data, &VENDOR);
    for row in &mut policies.rows {
        let definition = definitions.find(Some(&row.id));
        row.role_name = definition.name();
        row.is_privileged = definition.privileged();
        row.is_global_admin = if row.id.eq_ignore_ascii_case(GLOBAL_ADMINISTRATOR) {
            // A built-in role's id is its template's.
            Cell::Known(true)
        } else {
            definition.is_template(GLOBAL_ADMINISTRATOR)
        };
    }
    policies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_says_of_each_role_one_thing() {
        let known = known_roles();
        let ids: HashSet<String> = known.iter().map(|(id, _)| id.to_ascii_lowercase()).collect();
        assert_eq!(ids.len(), known.len(), "a role stands there twice");
        let says = |id: &str| known.iter().find(|(known, _)| known == id).map(|(_, privileged)| *privileged);
        assert_eq!(says(GLOBAL_ADMINISTRATOR), Some(true));
        assert_eq!(says("4a5d8f65-41da-4de4-8968-e035b65339cf"), Some(false), "Reports Reader");
    }

    #[test]
    fn rules_without_those_of_the_highest_role_are_not_all_rules() {
        let data = Datasets::default();
        assert!(named(Table::complete(vec![]), &data).gap().is_some());
        assert!(named(Table::complete(vec![RolePolicy::new("other")]), &data).gap().is_some());
        assert!(named(Table::complete(vec![RolePolicy::new(GLOBAL_ADMINISTRATOR)]), &data).gap().is_none());
    }

    #[test]
    fn a_holder_of_whom_the_answer_tells_no_kind_is_found_in_the_directory() {
        let gap = || Gap::new(Cause::Malformed, "test");
        let row = |id: &str| RoleAssignment {
            principal_id: Cell::Known(id.into()),
            principal_type: Cell::Unknown(gap()),
            ..RoleAssignment::new(id)
        };
        let user = User { name: Cell::Known("Ana".into()), enabled: Cell::Known(true), ..User::new("u") };
        let mut data = Datasets { users: Table::complete(vec![user]), ..Datasets::default() };
        data.groups = Table::complete(vec![tenantscan_model::rows::Group::new("g")]);
        let mut rows = [row("u"), row("g"), row("s")];
        resolve(&mut rows, &data);
        let kinds = rows.iter().map(|row| row.principal_type.known().copied());
        let due = [PrincipalType::User, PrincipalType::Group, PrincipalType::Unresolved].map(Some);
        assert_eq!(kinds.collect::<Vec<_>>(), due);
        data.groups = Table::unread(gap());
        let mut rows = [row("s")];
        resolve(&mut rows, &data);
        assert!(rows[0].principal_type.gap().is_some(), "it may be a group");
    }
}
