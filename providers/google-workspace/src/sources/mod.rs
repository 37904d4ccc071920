//! The requests that the provider can make, by subject.

pub(crate) mod alerts;
pub(crate) mod console;
pub(crate) mod customer;
pub(crate) mod device_users;
pub(crate) mod devices;
pub(crate) mod group_settings;
pub(crate) mod groups;
pub(crate) mod licences;
pub(crate) mod logs;
pub(crate) mod mailboxes;
pub(crate) mod org_units;
pub(crate) mod policies;
pub(crate) mod roles;
pub(crate) mod security;
pub(crate) mod sign_ins;
pub(crate) mod sso;
pub(crate) mod usage;
pub(crate) mod users;

use tenantscan_provider::Source;

/// The closed list of what is sent.
pub(crate) const ALL: &[&[&Source]] = &[
    DIRECTORY,
    ADMINISTRATION,
    &licences::PRODUCTS,
    &[&policies::POLICIES, &console::UNSAID, &console::MAIL_RULE, &console::DLP_RULE],
    &console::ALL,
    mailboxes::SOURCES,
    group_settings::SOURCES,
    devices::SOURCES,
    logs::SOURCES,
    sign_ins::SOURCES,
    alerts::SOURCES,
    usage::SOURCES,
];

const DIRECTORY: &[&Source] =
    &[&customer::CUSTOMER, &customer::DOMAINS, &org_units::ORG_UNITS, &users::USERS, &groups::GROUPS, &groups::MEMBERS];

const ADMINISTRATION: &[&Source] = &[
    &roles::ROLES,
    &roles::ROLE_ASSIGNMENTS,
    &security::TOKENS,
    &security::APP_PASSWORDS,
    &security::APP_USE,
    &security::ACCOUNT_USAGE,
    &security::RECOVERY,
    &sso::ASSIGNMENTS,
    &sso::SAML_PROFILES,
    &sso::OIDC_PROFILES,
    &sso::ORGANIZATION_PROFILE,
    &sso::OTHER_SECOND_STEP,
];
