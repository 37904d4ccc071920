//! Reads the wanted sources side by side and fills the rows.

mod apps;
mod changes;
mod devices;
mod mail_flow;
mod mail_protection;
mod mailboxes;
mod purview;
mod roles;
mod settings;
mod sharing;
mod sign_ins;
mod teams;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::rows::{Organization, SubscribedSku};
use tenantscan_model::{Cause, Datasets, Gap, Table, Text, Time};
use tenantscan_people::{Declared, GroupMembers};
use tenantscan_provider::{Reader, Unread};

use crate::ask::{Asking, Places, find_hosts};
use crate::sources::{access, conditional_access, identity, tenant};
use crate::{Request, TenantFacts, derive, sources_for};

/// Puts what an area has read in its place.
type Put = Box<dyn FnOnce(&mut Datasets) + Send>;

/// Reads what is wanted of one tenant.
pub(crate) async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    let mut ask = Asking::new(reader, Places::new(request.cloud), sources_for(request.columns));
    let organization = ask.table(&tenant::ORGANIZATION, tenant::OrganizationWire::row).await;
    let row = organization.rows.first();
    let id = request.tenant.map(Text::from).or_else(|| row.map(|row| row.id.clone()));
    let cause = organization.gap().map_or(Cause::Malformed, Gap::cause);
    let initial_domain = row.and_then(|row| row.initial_domain.known()).and_then(Option::as_ref);
    find_hosts(&mut ask, id.ok_or(Unread::because(cause)), initial_domain).await;
    let ask = ask;
    let areas = futures::future::join_all(areas(&ask, request.now));
    let (identity, areas) = futures::join!(identity(&ask, organization, request.declared), areas);
    let (mut data, mut members) = identity;
    for put in areas {
        put(&mut data);
    }
    tenantscan_provider::disbelieve_dates_ahead(&mut data, crate::sources, request.now);
    let named = mail_protection::groups(&ask, &data, &members).await;
    members.0.extend(named.0);
    derive::apply(&mut data, &members, request.declared);
    let (id, name) = match data.organization.rows.first() {
        Some(row) => (row.id.clone(), row.name.known().cloned().unwrap_or_default()),
        None => Default::default(),
    };
    TenantFacts { id, name, datasets: data }
}

/// Everything besides identity, side by side.
fn areas<'a>(ask: &'a Asking<'_>, now: Time) -> Vec<futures::future::BoxFuture<'a, Put>> {
    vec![
        Box::pin(mail_flow::read(ask)),
        Box::pin(mailboxes::read(ask)),
        Box::pin(mail_protection::read(ask)),
        Box::pin(purview::read(ask)),
        Box::pin(sharing::read(ask)),
        Box::pin(teams::read(ask)),
        Box::pin(devices::read(ask)),
        Box::pin(apps::read(ask)),
        Box::pin(changes::read(ask)),
        Box::pin(sign_ins::read(ask, now)),
    ]
}

/// The tenant, its accounts, roles, groups and rules of access, and the members of the groups that these name.
async fn identity(
    ask: &Asking<'_>,
    organization: Table<Organization>,
    declared: &Declared,
) -> (Datasets, GroupMembers) {
    let mut data = Datasets::default();
    let (skus, domains, accounts, groups, mut held) = futures::join!(
        ask.items::<tenant::SkuWire>(&tenant::SUBSCRIBED_SKUS),
        ask.filled(&tenant::DOMAINS, tenant::DomainWire::row),
        users::read(ask),
        ask.table(&identity::GROUPS, identity::GroupWire::row),
        roles::read(ask),
    );
    let (policies, locations, strengths, defaults) = futures::join!(
        ask.table(&conditional_access::CONDITIONAL_ACCESS_POLICIES, conditional_access::PolicyWire::row),
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
    let (mut table, wires) = accounts;
    let skus = subscriptions(&mut data, skus);
    for (user, wire) in table.rows.iter_mut().zip(&wires) {
        users::licences(user, wire, &skus);
    }
    data.users = table;
    data.role_definitions = held.definitions;
    if let Some(Ok(rows)) = &mut held.assignments {
        roles::resolve(rows, &data);
    }
    let members = roles::group_members(ask, &data, declared, held.assignments.as_ref()).await;
    data.role_assignments = match held.assignments {
        None => Table::default(),
        Some(Err(gap)) => Table::unread(gap),
        Some(Ok(rows)) => tenantscan_people::expanded(rows, &data, &members, &derive::VENDOR),
    };
    data.role_policies = roles::named(held.policies, &data);
    settings::read(ask, &mut data).await;
    (data, members)
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
            skus.extend(sku.map(|sku| (id, sku)));
            rows.push(row);
        }
        data.subscribed_skus = Table::complete(rows);
        skus
    });
    let plans = skus.as_ref().map_err(Clone::clone).and_then(|_| plans(&data.subscribed_skus.rows));
    if let Some(row) = data.organization.rows.first_mut() {
        row.service_plans = plans.into();
    }
    skus
}

/// Every service plan that the tenant has; unknown where one of its subscriptions may hold more.
fn plans(subscriptions: &[SubscribedSku]) -> Result<Vec<Text>, Gap> {
    let mut plans = BTreeSet::new();
    for row in subscriptions {
        if matches!(row.capability_status.read().map_err(Clone::clone)?.as_str(), "Enabled" | "Warning") {
            plans.extend(row.service_plans.read().map_err(Clone::clone)?.iter().cloned());
        }
    }
    Ok(plans.into_iter().collect())
}
