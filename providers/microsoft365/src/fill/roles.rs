//! Roles: definitions, who holds them and how, and the rules for switching them on.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use tenantscan_model::rows::{AssignmentKind, PrincipalType, RoleAssignment, RoleDefinition, RolePolicy, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text, Time};

use super::Asking;
use crate::GroupMembers;
use crate::derive::GLOBAL_ADMINISTRATOR;
use crate::sources::{identity, roles};

/// The dated list of privileged roles.
const ROLES: &str = include_str!("../../../../policies/catalogues/microsoft365-roles.toml");

#[derive(Deserialize)]
struct RoleCatalogue {
    privileged: Vec<PrivilegedRole>,
}

#[derive(Deserialize)]
struct PrivilegedRole {
    template_id: Text,
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
    let catalogue: RoleCatalogue = toml::from_str(ROLES).expect("a shipped catalogue, read by a test");
    let privileged: Vec<Text> = catalogue.privileged.into_iter().map(|role| role.template_id).collect();
    let (definitions, active, instances, eligible, policies) = futures::join!(
        ask.table(&roles::ROLE_DEFINITIONS, |wire: roles::RoleDefinitionWire| wire.row(&privileged)),
        ask.items::<roles::AssignmentWire>(&roles::ROLE_ASSIGNMENTS),
        ask.items::<roles::InstanceWire>(&roles::ROLE_ASSIGNMENT_INSTANCES),
        ask.items::<roles::AssignmentWire>(&roles::ROLE_ELIGIBILITY),
        ask.table(&roles::ROLE_POLICIES, roles::RolePolicyWire::row),
    );
    let assignments = active.map(|active| {
        let mut rows: Vec<RoleAssignment> = active?.into_iter().map(|wire| wire.row(AssignmentKind::Active)).collect();
        match eligible {
            Some(Ok(eligible)) => {
                held(&mut rows, instances);
                rows.extend(eligible.into_iter().map(|wire| wire.row(AssignmentKind::Eligible)));
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

/// The members of the groups that Conditional Access or roles name.
pub(super) async fn group_members(
    ask: &Asking<'_>,
    data: &Datasets,
    assignments: Option<&Result<Vec<RoleAssignment>, Gap>>,
) -> GroupMembers {
    let mut ids: BTreeSet<Text> = BTreeSet::new();
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

/// Assignments with names of roles, and groups replaced by their members where these are known.
pub(super) fn expanded(rows: Vec<RoleAssignment>, data: &Datasets, members: &GroupMembers) -> Table<RoleAssignment> {
    let users: HashMap<&str, &User> = data.users.rows.iter().map(|user| (user.id.as_str(), user)).collect();
    let definitions = Definitions::of(data);
    let mut all = Vec::new();
    for mut row in rows {
        let definition = definitions.find(row.role_id.known());
        row.role_name = name(&definition);
        row.role_template_id = match &definition {
            Ok(Some(definition)) => definition.template_id.clone(),
            Ok(None) => Cell::Known(None),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
        row.is_privileged = privileged(&definition);
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
            _ => all.push(row),
        }
    }
    Table::complete(all)
}

/// Rules for switching on a role, with what the directory says of the role.
pub(super) fn named(mut policies: Table<RolePolicy>, data: &Datasets) -> Table<RolePolicy> {
    let definitions = Definitions::of(data);
    for row in &mut policies.rows {
        let definition = definitions.find(Some(&row.id));
        row.role_name = name(&definition);
        row.is_privileged = privileged(&definition);
        let is = |id: &Text| id.eq_ignore_ascii_case(GLOBAL_ADMINISTRATOR);
        row.is_global_admin = match &definition {
            // A built-in role's id is its template's.
            _ if is(&row.id) => Cell::Known(true),
            Ok(Some(definition)) => definition.template_id.clone().map(|id| id.as_ref().is_some_and(is)),
            Ok(None) => Cell::Unknown(Gap::new(Cause::Malformed, roles::ROLE_DEFINITIONS.id)),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
    }
    policies
}

/// The directory's roles by id, or why they were not read.
struct Definitions<'d>(Result<HashMap<&'d str, &'d RoleDefinition>, &'d Gap>);

/// The role, nothing where the directory's list does not have it, or why the list was not read.
type Definition<'d> = Result<Option<&'d RoleDefinition>, Gap>;

impl<'d> Definitions<'d> {
    fn of(data: &'d Datasets) -> Self {
        let read = data.role_definitions.read();
        Self(read.map(|rows| rows.iter().map(|row| (row.id.as_str(), row)).collect()))
    }

    fn find(&self, id: Option<&Text>) -> Definition<'d> {
        let all = self.0.as_ref().map_err(|gap| (*gap).clone())?;
        Ok(id.and_then(|id| all.get(id.as_str())).copied())
    }
}

fn name(definition: &Definition<'_>) -> Cell<Option<Text>> {
    match definition {
        Ok(Some(definition)) => definition.name.clone().map(Some),
        Ok(None) => Cell::Known(None),
        Err(gap) => Cell::Unknown(gap.clone()),
    }
}

fn privileged(definition: &Definition<'_>) -> Cell<bool> {
    match definition {
        Ok(Some(definition)) => definition.is_privileged.clone(),
        Ok(None) => Cell::Unknown(Gap::new(Cause::Malformed, roles::ROLE_DEFINITIONS.id)),
        Err(gap) => Cell::Unknown(gap.clone()),
    }
}
