//! The requests that the provider can make, by subject.

pub(crate) mod access;
pub(crate) mod identity;
pub(crate) mod tenant;

use tenantscan_provider::Source;

/// The closed list of what is sent.
pub(crate) const ALL: &[&Source] = &[
    &tenant::ORGANIZATION,
    &tenant::SUBSCRIBED_SKUS,
    &tenant::DOMAINS,
    &identity::USERS,
    &identity::SIGN_IN_ACTIVITY,
    &identity::REGISTRATION_DETAILS,
    &identity::PER_USER_MFA,
    &identity::GROUPS,
    &identity::GROUP_MEMBERS,
    &identity::ROLE_DEFINITIONS,
    &identity::ROLE_ASSIGNMENTS,
    &identity::ROLE_ELIGIBILITY,
    &access::CONDITIONAL_ACCESS_POLICIES,
    &access::NAMED_LOCATIONS,
    &access::AUTHENTICATION_STRENGTHS,
    &access::SECURITY_DEFAULTS,
];
