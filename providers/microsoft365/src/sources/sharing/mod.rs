//! SharePoint and OneDrive: what leaves the practice by a link; and what people may switch on for themselves.

pub(crate) mod services;
pub(crate) mod settings;
pub(crate) mod sites;

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[
    &settings::SHAREPOINT_SETTINGS,
    &settings::SHAREPOINT_ADMIN,
    &settings::SHAREPOINT_VERSIONS,
    &sites::SHAREPOINT_SITES,
    &sites::REPORT_SETTINGS,
    &services::FORMS_SETTINGS,
    &services::APPS_AND_SERVICES,
];
