//! The requests that the provider can make, by subject.

pub(crate) mod alerts;
pub(crate) mod console;
pub(crate) mod customer;
pub(crate) mod devices;
pub(crate) mod group_settings;
pub(crate) mod groups;
pub(crate) mod logs;
pub(crate) mod mailboxes;
pub(crate) mod org_units;
pub(crate) mod policies;
pub(crate) mod users;

use tenantscan_provider::Source;

/// The closed list of what is sent.
pub(crate) const ALL: &[&[&Source]] = &[
    DIRECTORY,
    &[&policies::POLICIES],
    &console::ALL,
    mailboxes::SOURCES,
    group_settings::SOURCES,
    devices::SOURCES,
    logs::SOURCES,
    alerts::SOURCES,
];

const DIRECTORY: &[&Source] =
    &[&customer::CUSTOMER, &customer::DOMAINS, &org_units::ORG_UNITS, &users::USERS, &groups::GROUPS, &groups::MEMBERS];
