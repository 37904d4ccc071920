//! Apps and partners: what they may read, who let them in, and which secrets they hold.

pub(crate) mod backup;
pub(crate) mod credentials;
pub(crate) mod grants;
pub(crate) mod principals;
pub(crate) mod reviews;
pub(crate) mod services;

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[
    &principals::SERVICE_PRINCIPALS,
    &principals::SIGN_INS,
    &grants::PERMISSION_NAMES,
    &grants::GRAPH_PERMISSIONS,
    &grants::EXCHANGE_PERMISSIONS,
    &grants::SHAREPOINT_PERMISSIONS,
    &grants::DELEGATED_PERMISSIONS,
    &grants::MAILBOX_LIMITS,
    &credentials::APPLICATIONS,
    &backup::SERVICE,
    &backup::POLICIES,
    &reviews::ACCESS_REVIEWS,
    &services::SERVICES_NOT_SHOWN,
];
