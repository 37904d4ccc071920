//! Reads the wanted sources side by side and fills the rows.

mod devices;
mod group_settings;
mod licences;
mod logs;
mod mailboxes;
mod members;
mod roles;
mod security;
mod settings;
mod sign_ins;
mod sso;
mod usage;

use tenantscan_model::{Datasets, Table};
use tenantscan_provider::{Reader, disbelieve_dates_ahead};

use crate::ask::{Asking, Places};
use crate::sources::{customer, groups, org_units, users};
use crate::{Request, TenantFacts, derive, sources_for};

pub(crate) use sso::SigningIn;

/// Puts what an area has read in its place.
type Put = Box<dyn FnOnce(&mut Datasets) + Send>;

/// Reads what is wanted of one customer.
pub(crate) async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    let ask = Asking::new(reader, Places, sources_for(request.columns));
    let mut data = Datasets::default();
    let (organization, domains, units, accounts, groups, held, signing_in, usage, recovery) = futures::join!(
        ask.single(&customer::CUSTOMER, customer::CustomerWire::row),
        ask.items::<customer::DomainWire>(&customer::DOMAINS),
        ask.filled(&org_units::ORG_UNITS, org_units::OrgUnitWire::row),
        ask.filled(&users::USERS, users::UserWire::row),
        ask.table(&groups::GROUPS, groups::GroupWire::row),
        roles::read(&ask),
        sso::read(&ask),
        security::usage(&ask, request.now),
        security::recovery(&ask),
    );
    data.organization = organization;
    data.org_units = units;
    data.users = accounts;
    data.users.rows.sort_by(|a, b| a.id.cmp(&b.id));
    data.domains = match domains {
        None => Table::default(),
        Some(Ok(wires)) => customer::domains(wires, &data.users),
        Some(Err(gap)) => Table::unread(gap),
    };
    data.groups = groups;
    let of_roles = tenantscan_people::groups_of_practice_roles(request.declared, &data.groups);
    let named = held.groups().chain(signing_in.groups()).chain(of_roles).collect();
    let (members, security, licences) = futures::join!(
        members::read(&ask, request.columns, &data, named),
        security::read(&ask, &data),
        licences::read(&ask, &data.organization),
    );
    members::fill(&mut data, &members);
    roles::fill(&mut data, held, &members);
    sso::fill(&mut data, &signing_in);
    security::fill(&mut data, security, usage, recovery);
    let products = licences.products(&data);
    licences::fill(&mut data, licences);
    disbelieve_dates_ahead(&mut data, crate::sources, request.now);
    derive::apply(&mut data, &derive::Beside { members: members.people(), sso: &signing_in }, request.declared);
    // Settings may be tied to who administers, and to products.
    let (devices, logs, sign_ins, counts, situations) = futures::join!(
        devices::read(&ask),
        logs::read(&ask, request.now),
        sign_ins::read(&ask, request.now),
        usage::read(&ask, request.now),
        settings::read(&ask, &mut data, &members, &products),
    );
    let (mailboxes, groups) = futures::join!(
        mailboxes::read(&ask, &data, situations.as_ref()),
        group_settings::read(&ask, request.columns, &data, &members),
    );
    for put in [devices, logs, sign_ins, counts, mailboxes, groups] {
        put(&mut data);
    }
    disbelieve_dates_ahead(&mut data, crate::sources, request.now);
    derive::under_settings(&mut data, situations.as_ref(), request.now);
    security::note_what_no_api_shows(&ask, &data);
    let (id, name) = match data.organization.rows.first() {
        Some(row) => (row.id.clone(), row.name.known().cloned().unwrap_or_default()),
        None => Default::default(),
    };
    TenantFacts { id, name, datasets: data }
}
