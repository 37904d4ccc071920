//! Reads the wanted sources side by side and fills the rows.

mod roles;
mod settings;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use tenantscan_model::{Cause, Datasets, Gap, Row, Table, Text};
use tenantscan_provider::{Reader, Source, Unread};

use crate::sources::{access, identity, tenant};
use crate::{Request, TenantFacts, derive, sources_for};

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

    /// One object; none when it is not wanted.
    async fn object<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Option<Result<T, Gap>> {
        if !self.wants(source) {
            return None;
        }
        let read = self.reader.get(source, &self.url(source)).await;
        Some(read.map_err(|unread| gap(source, &unread)))
    }

    /// The table of one object.
    async fn single<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        match self.object(source).await {
            None => Table::default(),
            Some(Ok(object)) => Table::complete(vec![row(object)]),
            Some(Err(gap)) => Table::unread(gap),
        }
    }
}

/// Reads what is wanted of one tenant.
pub(crate) async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    let ask = Asking { reader, host: request.host, wanted: sources_for(request.columns) };
    let mut data = Datasets::default();
    let (organization, skus, domains, accounts, groups, held) = futures::join!(
        ask.table(&tenant::ORGANIZATION, tenant::OrganizationWire::row),
        ask.items::<tenant::SkuWire>(&tenant::SUBSCRIBED_SKUS),
        ask.table(&tenant::DOMAINS, tenant::DomainWire::row),
        users::read(&ask),
        ask.table(&identity::GROUPS, identity::GroupWire::row),
        roles::read(&ask),
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
    let (mut table, wires) = accounts;
    let skus = subscriptions(&mut data, skus);
    for (user, wire) in table.rows.iter_mut().zip(&wires) {
        users::licences(user, wire, &skus);
    }
    data.users = table;
    data.role_definitions = held.definitions;
    let members = roles::group_members(&ask, &data, held.assignments.as_ref()).await;
    data.role_assignments = match held.assignments {
        None => Table::default(),
        Some(Err(gap)) => Table::unread(gap),
        Some(Ok(rows)) => roles::expanded(rows, &data, &members),
    };
    data.role_policies = roles::named(held.policies, &data);
    settings::read(&ask, &mut data).await;
    derive::apply(&mut data, &members, request.declared);
    let (id, name) = match data.organization.rows.first() {
        Some(row) => (row.id.clone(), row.name.known().cloned().unwrap_or_default()),
        None => Default::default(),
    };
    TenantFacts { id, name, datasets: data }
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
