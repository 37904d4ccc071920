//! Forms, and what people may get for themselves.

use serde::Deserialize;
use tenantscan_model::rows::{FormsSettings, SelfService};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::Field;

/// The vendor has it in beta alone.
pub(crate) static FORMS_SETTINGS: Source = Source {
    id: "microsoft365.forms_settings",
    title: "Settings of Microsoft Forms",
    api: &GRAPH,
    path: "/beta/admin/forms",
    call: Call::Get,
    permissions: &["OrgSettings-Forms.Read.All"],
    licence: None,
    role: None,
    lists: &["forms_settings"],
    fills: &[
        "forms_settings.id",
        "forms_settings.outsiders_answer",
        "forms_settings.outsiders_edit",
        "forms_settings.outsiders_see_answers",
        "forms_settings.phishing_scan",
    ],
    docs: "https://learn.microsoft.com/graph/api/adminforms-get",
};

/// The vendor has it in beta alone.
pub(crate) static APPS_AND_SERVICES: Source = Source {
    id: "microsoft365.apps_and_services",
    title: "What people may get for themselves",
    api: &GRAPH,
    path: "/beta/admin/appsAndServices",
    call: Call::Get,
    permissions: &["OrgSettings-AppsAndServices.Read.All"],
    licence: None,
    role: None,
    lists: &["self_service"],
    fills: &["self_service.id", "self_service.office_store", "self_service.trials"],
    docs: "https://learn.microsoft.com/graph/api/adminappsandservices-get",
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FormsWire {
    settings: Field<FormsParts>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FormsParts {
    is_external_send_form_enabled: Field<bool>,
    is_external_share_collaboration_enabled: Field<bool>,
    is_external_share_result_enabled: Field<bool>,
    is_in_org_forms_phishing_scan_enabled: Field<bool>,
}

impl FormsWire {
    pub(crate) fn row(self) -> FormsSettings {
        let of = |part: fn(FormsParts) -> Field<bool>| self.settings.clone().then(part).needed(&FORMS_SETTINGS);
        FormsSettings {
            outsiders_answer: of(|it| it.is_external_send_form_enabled),
            outsiders_edit: of(|it| it.is_external_share_collaboration_enabled),
            outsiders_see_answers: of(|it| it.is_external_share_result_enabled),
            phishing_scan: of(|it| it.is_in_org_forms_phishing_scan_enabled),
            ..FormsSettings::new("forms_settings")
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AppsAndServicesWire {
    settings: Field<AppsAndServicesParts>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AppsAndServicesParts {
    is_office_store_enabled: Field<bool>,
    is_app_and_services_trial_enabled: Field<bool>,
}

impl AppsAndServicesWire {
    pub(crate) fn row(self) -> SelfService {
        let of =
            |part: fn(AppsAndServicesParts) -> Field<bool>| self.settings.clone().then(part).needed(&APPS_AND_SERVICES);
        SelfService {
            office_store: of(|it| it.is_office_store_enabled),
            trials: of(|it| it.is_app_and_services_trial_enabled),
            ..SelfService::new("self_service")
        }
    }
}
