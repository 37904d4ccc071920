//! The requests that the provider can make, by subject.

pub(crate) mod console;
pub(crate) mod customer;
pub(crate) mod groups;
pub(crate) mod org_units;
pub(crate) mod policies;
pub(crate) mod users;

use tenantscan_provider::Source;

/// The closed list of what is sent.
pub(crate) const ALL: &[&[&Source]] = &[DIRECTORY, &[&policies::POLICIES, &console::UNSAID], &console::ALL];

const DIRECTORY: &[&Source] =
    &[&customer::CUSTOMER, &customer::DOMAINS, &org_units::ORG_UNITS, &users::USERS, &groups::GROUPS, &groups::MEMBERS];
