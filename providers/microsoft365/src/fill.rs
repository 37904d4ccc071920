//! Reads the wanted sources side by side and fills the rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tenantscan_model::rows::{AssignmentKind, PrincipalType, RoleAssignment, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Row, Table, Text};
use tenantscan_provider::{Reader, Source, Unread};

use crate::sources::{access, identity, tenant};
use crate::{GroupMembers, Request, TenantFacts, derive, sources_for};

/// The dated list of privileged roles.
const ROLES: &str = include_str!("../../../policies/catalogues/microsoft365-roles.toml");

#[derive(Deserialize)]
struct RoleCatalogue {
    privileged: Vec<PrivilegedRole>,
}

#[derive(Deserialize)]
struct PrivilegedRole {
    template_id: Text,
}

struct Asking<'a> {
    reader: &'a Reader,
    host: &'a str,
    wanted: BTreeSet<&'static str>,
}

fn gap(source: &Source, unread: &Unread) -> Gap {
    Gap::new(unread.cause, source.id)
}

impl Asking<'_> {
    fn wants(&self, source: &Source) -> bool {
        self.wanted.contains(source.id)
    }

    fn url(&self, source: &Source) -> String {
        format!("https://{}{}", self.host, source.path)
    }

    /// The items of a list; none when it is not wanted.
    async fn items<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Option<Result<Vec<T>, Gap>> {
        if !self.wants(source) {
            return None;
        }
        let mut items = Vec::new();
        let read = self.reader.list(source, &self.url(source), |item| items.push(item)).await;
        Some(read.map(|()| items).map_err(|unread| gap(source, &unread)))
    }

    /// The table of a list whose items are rows.
    async fn table<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        match self.items(source).await {
            None => Table::default(),
            Some(Ok(items)) => Table::complete(items.into_iter().map(row).collect()),
            Some(Err(gap)) => Table::unread(gap),
        }
    }

    /// The table of one object.
    async fn single<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        if !self.wants(source) {
            return Table::default();
        }
        match self.reader.get::<T>(source, &self.url(source)).await {
            Ok(object) => Table::complete(vec![row(object)]),
            Err(unread) => Table::unread(gap(source, &unread)),
        }
    }
}

/// Reads what is wanted of one tenant.
pub(crate) async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    let ask = Asking { reader, host: request.host, wanted: sources_for(request.columns) };
    let mut data = Datasets::default();
    let (organization, skus, domains, users, groups, roles) = futures::join!(
        ask.table(&tenant::ORGANIZATION, tenant::OrganizationWire::row),
        ask.items::<tenant::SkuWire>(&tenant::SUBSCRIBED_SKUS),
        ask.table(&tenant::DOMAINS, tenant::DomainWire::row),
        users(&ask),
        ask.table(&identity::GROUPS, identity::GroupWire::row),
        roles(&ask),
    );
    let (policies, locations, strengths, defaults) = futures::join!(
        ask.table(&access::CONDITIONAL_ACCESS_POLICIES, access::PolicyWire::row),
        ask.table(&access::NAMED_LOCATIONS, access::NamedLocationWire::row),
        ask.table(&access::AUTHENTICATION_STRENGTHS, access::StrengthWire::row),
        ask.single(&access::SECURITY_DEFAULTS, access::SecurityDefaultsWire::row),
    );
    data.organization = organization;
    data.domains = domains;
    data.groups = groups;
    data.conditional_access_policies = policies;
    data.named_locations = locations;
    data.authentication_strengths = strengths;
    data.security_defaults = defaults;
    let (mut table, wires) = users;
    let skus = subscriptions(&mut data, skus);
    for (user, wire) in table.rows.iter_mut().zip(&wires) {
        licences(user, wire, &skus);
    }
    data.users = table;
    let (definitions, assignments) = roles;
    data.role_definitions = definitions;
    let members = group_members(&ask, &data, assignments.as_ref()).await;
    data.role_assignments = match assignments {
        None => Table::default(),
        Some(Err(gap)) => Table::unread(gap),
        Some(Ok(rows)) => expanded(rows, &data, &members),
    };
    derive::apply(&mut data, &members, request.declared);
    let (id, name) = match data.organization.rows.first() {
        Some(row) => (row.id.clone(), row.name.known().cloned().unwrap_or_default()),
        None => Default::default(),
    };
    TenantFacts { id, name, datasets: data }
}

/// Accounts with everything that is known of each by its id; rows and wires stand in the same order.
async fn users(ask: &Asking<'_>) -> (Table<User>, Vec<identity::UserWire>) {
    if !ask.wants(&identity::USERS) && !ask.wants(&identity::SIGN_IN_ACTIVITY) {
        return (Table::default(), Vec::new());
    }
    let mut activity = ask.items::<identity::UserWire>(&identity::SIGN_IN_ACTIVITY).await;
    let read = match activity.take_if(|read| read.is_ok()) {
        Some(read) => read.map(|wires| (wires, None)),
        None => {
            let mut wires = Vec::new();
            let plain = ask.reader.list(&identity::USERS, &ask.url(&identity::USERS), |wire| wires.push(wire)).await;
            let refused = activity.and_then(Result::err);
            let refused = refused.unwrap_or_else(|| Gap::new(Cause::NotCollected, identity::SIGN_IN_ACTIVITY.id));
            plain.map(|()| (wires, Some(refused))).map_err(|unread| gap(&identity::USERS, &unread))
        }
    };
    let (mut wires, no_activity) = match read {
        Ok(read) => read,
        Err(gap) => return (Table::unread(gap), Vec::new()),
    };
    wires.sort_by(|a, b| a.id.cmp(&b.id));
    let mut rows: Vec<User> =
        wires.iter().map(|wire| wire.row(|| Gap::new(Cause::Malformed, identity::USERS.id))).collect();
    for (row, wire) in rows.iter_mut().zip(&wires) {
        match &no_activity {
            None => {
                let last = wire.sign_in_activity.as_ref().and_then(identity::SignInActivity::last);
                row.last_sign_in = Cell::Known(last);
                row.ever_signed_in = Cell::Known(last.is_some());
            }
            Some(gap) => {
                row.last_sign_in = Cell::Unknown(gap.clone());
                row.ever_signed_in = Cell::Unknown(gap.clone());
            }
        }
    }
    methods(ask, &mut rows).await;
    (Table::complete(rows), wires)
}

/// Joins the two reports that speak of single accounts. An account that a report leaves out stays unknown.
async fn methods(ask: &Asking<'_>, rows: &mut [User]) {
    let (registrations, switches) = futures::join!(
        ask.items::<identity::RegistrationWire>(&identity::REGISTRATION_DETAILS),
        ask.items::<identity::PerUserMfaWire>(&identity::PER_USER_MFA),
    );
    let index: HashMap<Text, usize> = rows.iter().enumerate().map(|(index, row)| (row.id.clone(), index)).collect();
    if let Some(read) = registrations {
        let hole = match &read {
            Ok(_) => Gap::new(Cause::NotCollected, identity::REGISTRATION_DETAILS.id),
            Err(gap) => gap.clone(),
        };
        for row in rows.iter_mut() {
            row.mfa_registered = Cell::Unknown(hole.clone());
            row.mfa_capable = Cell::Unknown(hole.clone());
            row.methods_registered = Cell::Unknown(hole.clone());
            row.phishing_resistant_registered = Cell::Unknown(hole.clone());
        }
        for wire in read.unwrap_or_default() {
            if let Some(index) = index.get(&wire.id) {
                wire.fill(&mut rows[*index]);
            }
        }
    }
    if let Some(read) = switches {
        let hole = match &read {
            Ok(_) => Gap::new(Cause::Malformed, identity::PER_USER_MFA.id),
            Err(gap) => gap.clone(),
        };
        for row in rows.iter_mut() {
            row.per_user_mfa = Cell::Unknown(hole.clone());
        }
        for wire in read.unwrap_or_default() {
            if let (Some(index), Some(state)) = (index.get(&wire.id), wire.state()) {
                rows[*index].per_user_mfa = Cell::Known(state);
            }
        }
    }
}

type Skus = Result<BTreeMap<Text, tenant::Sku>, Gap>;

fn subscriptions(data: &mut Datasets, read: Option<Result<Vec<tenant::SkuWire>, Gap>>) -> Skus {
    let read = match read {
        None => Err(Gap::new(Cause::NotCollected, tenant::SUBSCRIBED_SKUS.id)),
        Some(Err(gap)) => {
            data.subscribed_skus = Table::unread(gap.clone());
            Err(gap)
        }
        Some(Ok(wires)) => Ok(wires),
    };
    let skus = read.map(|wires| {
        let mut skus = BTreeMap::new();
        let mut rows = Vec::new();
        for wire in wires {
            let id = wire.sku_id.clone();
            let (row, sku) = wire.row();
            skus.insert(id, sku);
            rows.push(row);
        }
        data.subscribed_skus = Table::complete(rows);
        skus
    });
    let in_force = |status: &str| matches!(status, "Enabled" | "Warning");
    let plans = skus.as_ref().map_err(Clone::clone).map(|_| {
        let rows = data.subscribed_skus.rows.iter();
        let held = rows.filter(|row| row.capability_status.known().is_some_and(|status| in_force(status)));
        let plans: BTreeSet<Text> = held.filter_map(|row| row.service_plans.known()).flatten().cloned().collect();
        plans.into_iter().collect::<Vec<_>>()
    });
    if let Some(row) = data.organization.rows.first_mut() {
        row.service_plans = plans.into();
    }
    skus
}

fn licences(user: &mut User, wire: &identity::UserWire, skus: &Skus) {
    match skus {
        Err(gap) => {
            user.sku_part_numbers = Cell::Unknown(gap.clone());
            user.has_mailbox = Cell::Unknown(gap.clone());
        }
        Ok(skus) => {
            let assigned = || {
                wire.assigned_licenses.iter().filter_map(|licence| Some((licence, skus.get(licence.sku_id.as_ref()?)?)))
            };
            user.sku_part_numbers = Cell::Known(assigned().map(|(_, sku)| sku.part_number.clone()).collect());
            user.has_mailbox = Cell::Known(assigned().any(|(licence, sku)| {
                sku.plans.iter().any(|(id, name)| name.starts_with("EXCHANGE_") && !licence.disabled_plans.contains(id))
            }));
        }
    }
}

type Assignments = Option<Result<Vec<RoleAssignment>, Gap>>;

/// Role definitions, and assignments as the vendor lists them: active and eligible.
async fn roles(ask: &Asking<'_>) -> (Table<tenantscan_model::rows::RoleDefinition>, Assignments) {
    let catalogue: RoleCatalogue = toml::from_str(ROLES).expect("a shipped catalogue, read by a test");
    let privileged: Vec<Text> = catalogue.privileged.into_iter().map(|role| role.template_id).collect();
    let (definitions, active, eligible) = futures::join!(
        ask.table(&identity::ROLE_DEFINITIONS, |wire: identity::RoleDefinitionWire| wire.row(&privileged)),
        ask.items::<identity::AssignmentWire>(&identity::ROLE_ASSIGNMENTS),
        ask.items::<identity::AssignmentWire>(&identity::ROLE_ELIGIBILITY),
    );
    let Some(active) = active else { return (definitions, None) };
    let rows = active.and_then(|active| {
        let mut rows: Vec<RoleAssignment> = active.into_iter().map(|wire| wire.row(AssignmentKind::Active)).collect();
        match eligible {
            Some(Ok(eligible)) => {
                // Where roles can be switched on, an active one may be so for now only: how long was not read.
                let unread = Gap::new(Cause::NotCollected, "microsoft365.role_assignment_instances");
                for row in &mut rows {
                    row.ends = Cell::Unknown(unread.clone());
                    row.is_standing = Cell::Unknown(unread.clone());
                }
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
    (definitions, Some(rows))
}

/// The members of the groups that Conditional Access or roles name.
async fn group_members(
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
    let path = identity::GROUP_MEMBERS.path;
    let urls: Vec<String> = ids.iter().map(|id| format!("https://{}{}", ask.host, path.replace("{id}", id))).collect();
    if urls.is_empty() {
        return GroupMembers::default();
    }
    let answers = ask.reader.lists::<identity::MemberWire>(&identity::GROUP_MEMBERS, &urls).await;
    let members = ids.into_iter().zip(answers).map(|(id, answer)| {
        let members = answer.map(|members| members.into_iter().map(|member| member.id).collect());
        (id, members.map_err(|unread| gap(&identity::GROUP_MEMBERS, &unread)))
    });
    GroupMembers(members.collect())
}

/// Assignments with names of roles, and groups replaced by their members where these are known.
fn expanded(rows: Vec<RoleAssignment>, data: &Datasets, members: &GroupMembers) -> Table<RoleAssignment> {
    let mut all = Vec::new();
    for mut row in rows {
        name_role(&mut row, data);
        let group =
            row.principal_id.known().filter(|_| row.principal_type.known() == Some(&PrincipalType::Group)).cloned();
        match group.as_ref().and_then(|group| members.0.get(group)) {
            Some(Ok(ids)) => {
                let via = row.principal_name.known().cloned();
                for id in ids {
                    let user = data.users.rows.iter().find(|user| user.id == *id);
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

fn name_role(row: &mut RoleAssignment, data: &Datasets) {
    let id = row.role_id.known().cloned().unwrap_or_default();
    match data.role_definitions.read() {
        Err(gap) => {
            row.role_name = Cell::Unknown(gap.clone());
            row.role_template_id = Cell::Unknown(gap.clone());
            row.is_privileged = Cell::Unknown(gap.clone());
        }
        Ok(definitions) => match definitions.iter().find(|definition| definition.id == id) {
            Some(definition) => {
                row.role_name = definition.name.clone().map(Some);
                row.role_template_id = definition.template_id.clone();
                row.is_privileged = definition.is_privileged.clone();
            }
            None => {
                row.role_name = Cell::Known(None);
                row.role_template_id = Cell::Known(None);
                row.is_privileged = Cell::Unknown(Gap::new(Cause::Malformed, identity::ROLE_DEFINITIONS.id));
            }
        },
    }
}
