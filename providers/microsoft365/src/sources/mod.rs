//! The requests that the provider can make, by subject.

pub(crate) mod access;
pub(crate) mod apps;
pub(crate) mod changes;
pub(crate) mod conditional_access;
pub(crate) mod cross_tenant;
pub(crate) mod devices;
pub(crate) mod directory_settings;
pub(crate) mod endpoints;
pub(crate) mod identity;
pub(crate) mod mail_flow;
pub(crate) mod mail_protection;
pub(crate) mod mailboxes;
pub(crate) mod purview;
pub(crate) mod roles;
pub(crate) mod settings;
pub(crate) mod sharing;
pub(crate) mod sign_ins;
pub(crate) mod teams;
pub(crate) mod tenant;

use tenantscan_provider::Source;

/// The closed list of what is sent.
pub(crate) const ALL: &[&[&Source]] = &[
    IDENTITY,
    endpoints::SOURCES,
    mail_flow::SOURCES,
    mailboxes::SOURCES,
    mail_protection::SOURCES,
    purview::SOURCES,
    sharing::SOURCES,
    teams::SOURCES,
    devices::SOURCES,
    apps::SOURCES,
    changes::SOURCES,
    sign_ins::SOURCES,
];

const IDENTITY: &[&Source] = &[
    &tenant::ORGANIZATION,
    &tenant::SUBSCRIBED_SKUS,
    &tenant::DOMAINS,
    &identity::USERS,
    &identity::SIGN_IN_ACTIVITY,
    &identity::REGISTRATION_DETAILS,
    &identity::PER_USER_MFA,
    &identity::GROUPS,
    &identity::GROUP_MEMBERS,
    &roles::ROLE_DEFINITIONS,
    &roles::ROLE_ASSIGNMENTS,
    &roles::ROLE_ASSIGNMENT_INSTANCES,
    &roles::ROLE_ELIGIBILITY,
    &roles::ROLE_POLICIES,
    &conditional_access::CONDITIONAL_ACCESS_POLICIES,
    &access::NAMED_LOCATIONS,
    &access::AUTHENTICATION_STRENGTHS,
    &access::SECURITY_DEFAULTS,
    &settings::AUTHORIZATION_POLICY,
    &settings::AUTHENTICATION_METHODS,
    &settings::ADMIN_CONSENT_POLICY,
    &settings::ACTIVITY_TIMEOUTS,
    &settings::ON_PREMISES_SYNC,
    &cross_tenant::CROSS_TENANT_ACCESS,
    &cross_tenant::CROSS_TENANT_PARTNERS,
    &directory_settings::DIRECTORY_SETTINGS,
];
