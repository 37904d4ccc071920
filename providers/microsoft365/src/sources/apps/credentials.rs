//! Secrets and certificates of the apps that were made in the tenant: when they end, never what they are.

use serde::Deserialize;
use tenantscan_model::rows::{AppCredential, CredentialKind};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static APPLICATIONS: Source = Source {
    id: "microsoft365.applications",
    title: "Secrets of the tenant's own apps",
    api: &GRAPH,
    path: "/v1.0/applications?$select=id,appId,displayName,passwordCredentials,keyCredentials&$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All", "Application.Read.All"],
    licence: None,
    role: None,
    lists: &["app_credentials"],
    fills: &[
        "app_credentials.id",
        "app_credentials.app_name",
        "app_credentials.app_id",
        "app_credentials.name",
        "app_credentials.kind",
        "app_credentials.starts",
        "app_credentials.ends",
        "app_credentials.valid_days",
    ],
    docs: "https://learn.microsoft.com/graph/api/application-list",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationWire {
    id: Text,
    app_id: Text,
    display_name: Option<Text>,
    #[serde(default)]
    password_credentials: Field<Vec<Credential>>,
    #[serde(default)]
    key_credentials: Field<Vec<Credential>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    #[serde(default)]
    key_id: Option<Text>,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    start_date_time: Field<Time>,
    #[serde(default)]
    end_date_time: Field<Time>,
}

const SECONDS_OF_A_DAY: i64 = 86_400;

impl ApplicationWire {
    /// A row for each credential; nothing when the answer leaves out a list of them.
    pub(crate) fn rows(self) -> Option<Vec<AppCredential>> {
        let source = &APPLICATIONS;
        let (Field::Value(secrets), Field::Value(certificates)) = (self.password_credentials, self.key_credentials)
        else {
            return None;
        };
        let kinds = [(CredentialKind::Secret, secrets), (CredentialKind::Certificate, certificates)];
        let all = kinds.into_iter().flat_map(|(kind, list)| list.into_iter().map(move |one| (kind, one)));
        let row = |(number, (kind, one)): (usize, (CredentialKind, Credential))| {
            let key = one.key_id.unwrap_or_else(|| number.to_string().into());
            let starts = one.start_date_time.nullable(source);
            let ends = one.end_date_time.nullable(source);
            let valid_days = match (&starts, &ends) {
                (Cell::Known(Some(starts)), Cell::Known(Some(ends))) => {
                    let seconds = ends.as_second() - starts.as_second();
                    Cell::Known(Some(seconds.div_euclid(SECONDS_OF_A_DAY) + i64::from(seconds % SECONDS_OF_A_DAY > 0)))
                }
                (Cell::Known(_), Cell::Known(_)) => Cell::Known(None),
                _ => Cell::Unknown(unclear(source)),
            };
            AppCredential {
                app_name: Cell::Known(self.display_name.clone().unwrap_or_default()),
                app_id: Cell::Known(self.app_id.clone()),
                name: one.display_name.nullable(source),
                kind: Cell::Known(kind),
                starts,
                ends,
                valid_days,
                ..AppCredential::new(format!("{}/{key}", self.id))
            }
        };
        Some(all.enumerate().map(row).collect())
    }
}
