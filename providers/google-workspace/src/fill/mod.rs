//! Reads the wanted sources side by side and fills the rows.

mod devices;
mod group_settings;
mod logs;
mod mailboxes;
mod settings;

use tenantscan_model::{Datasets, Table};
use tenantscan_provider::Reader;

use crate::ask::{Asking, Places};
use crate::sources::{customer, groups, org_units, users};
use crate::{Request, TenantFacts, derive, sources_for};

/// Puts what an area has read in its place.
type Put = Box<dyn FnOnce(&mut Datasets) + Send>;

/// Reads what is wanted of one customer.
pub(crate) async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    let ask = Asking::new(reader, Places, sources_for(request.columns));
    let mut data = Datasets::default();
    let (organization, domains, units, accounts, groups) = futures::join!(
        ask.single(&customer::CUSTOMER, customer::CustomerWire::row),
        ask.items::<customer::DomainWire>(&customer::DOMAINS),
        ask.filled(&org_units::ORG_UNITS, org_units::OrgUnitWire::row),
        ask.filled(&users::USERS, users::UserWire::row),
        ask.table(&groups::GROUPS, groups::GroupWire::row),
    );
    data.organization = organization;
    data.domains = match domains {
        None => Table::default(),
        Some(Ok(wires)) => Table::complete(wires.into_iter().flat_map(customer::DomainWire::rows).collect()),
        Some(Err(gap)) => Table::unread(gap),
    };
    data.org_units = units;
    data.users = accounts;
    data.users.rows.sort_by(|a, b| a.id.cmp(&b.id));
    data.groups = groups;
    let (groups, _) = Datasets::find("group_settings").expect("a dataset of the model");
    let wanted = request.columns.iter().any(|(dataset, _)| *dataset == groups);
    let (devices, logs, situations) =
        futures::join!(devices::read(&ask), logs::read(&ask), settings::read(&ask, &mut data, &None),);
    let (mailboxes, members) =
        futures::join!(mailboxes::read(&ask, &data, situations.as_ref()), group_settings::read(&ask, &data, wanted),);
    for put in [devices, logs, mailboxes, members] {
        put(&mut data);
    }
    derive::apply(&mut data, situations.as_ref(), request.now);
    let (id, name) = match data.organization.rows.first() {
        Some(row) => (row.id.clone(), row.name.known().cloned().unwrap_or_default()),
        None => Default::default(),
    };
    TenantFacts { id, name, datasets: data }
}
