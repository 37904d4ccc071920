//! Apps as the tenant knows them, and when they were last used.

use serde::Deserialize;
use tenantscan_model::rows::App;
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use crate::sources::identity::{id, some_id};
use tenantscan_provider::Field;

pub(crate) static SERVICE_PRINCIPALS: Source = Source {
    id: "microsoft365.service_principals",
    title: "Apps",
    api: &GRAPH,
    path: "/v1.0/servicePrincipals?$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId,servicePrincipalType,createdDateTime,verifiedPublisher&$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All", "Application.Read.All"],
    licence: None,
    role: None,
    lists: &["apps"],
    fills: &[
        "apps.id",
        "apps.name",
        "apps.app_id",
        "apps.publisher",
        "apps.publisher_verified",
        "apps.owner_tenant",
        "apps.is_vendor_app",
        "apps.is_own",
        "apps.enabled",
        "apps.created",
        "app_grants.app_name",
        "app_grants.resource",
    ],
    docs: "https://learn.microsoft.com/graph/api/serviceprincipal-list",
};

pub(crate) static SIGN_INS: Source = Source {
    id: "microsoft365.app_sign_ins",
    title: "Last use of apps",
    api: &GRAPH,
    path: "/beta/reports/servicePrincipalSignInActivities?$top=999",
    call: Call::Get,
    permissions: &["AuditLog.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &[],
    fills: &["apps.last_used"],
    docs: "https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities?view=graph-rest-beta",
};

/// Tenants that own Microsoft's own apps.
const MICROSOFT: [&str; 2] = ["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrincipalWire {
    #[serde(deserialize_with = "id")]
    id: Text,
    #[serde(default, deserialize_with = "some_id")]
    app_id: Field<Text>,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    account_enabled: Field<bool>,
    #[serde(default)]
    app_owner_organization_id: Field<Text>,
    #[serde(default)]
    service_principal_type: Field<Text>,
    #[serde(default)]
    created_date_time: Field<Time>,
    #[serde(default)]
    verified_publisher: Field<Publisher>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publisher {
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    verified_publisher_id: Field<Text>,
}

impl PrincipalWire {
    /// `tenant`: the id of the tenant that is read, where it is known.
    pub(crate) fn row(self, tenant: Option<&Text>) -> App {
        let source = &SERVICE_PRINCIPALS;
        // Null for a managed identity, which is the tenant's own, and for what a very old tool made.
        let owner = self.app_owner_organization_id.nullable(source);
        let is_vendor_app = owner
            .clone()
            .map(|owner| owner.is_some_and(|owner| MICROSOFT.iter().any(|tenant| owner.eq_ignore_ascii_case(tenant))));
        let is_own = match (tenant, owner.clone()) {
            _ if self.service_principal_type.value().is_some_and(|kind| *kind == "ManagedIdentity") => {
                Cell::Known(true)
            }
            (Some(tenant), owner) => owner.map(|owner| owner.as_ref() == Some(tenant)),
            (None, Cell::Known(None)) => Cell::Known(false),
            (None, _) => Cell::Unknown(tenantscan_provider::unclear(source)),
        };
        let (publisher, verified) = match self.verified_publisher {
            Field::Value(publisher) => (
                publisher.display_name.nullable(source),
                publisher.verified_publisher_id.nullable(source).map(|id| id.is_some_and(|id| !id.is_empty())),
            ),
            Field::Null => (Cell::Known(None), Cell::Known(false)),
            Field::Absent => {
                let gap = tenantscan_provider::unclear(source);
                (Cell::Unknown(gap.clone()), Cell::Unknown(gap))
            }
        };
        App {
            name: Cell::Known(self.display_name.value().cloned().unwrap_or_default()),
            app_id: self.app_id.needed(source),
            publisher,
            publisher_verified: verified,
            owner_tenant: owner,
            is_vendor_app,
            is_own,
            enabled: self.account_enabled.needed(source),
            created: self.created_date_time.nullable(source),
            ..App::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInWire {
    #[serde(deserialize_with = "id")]
    pub(crate) app_id: Text,
    #[serde(default)]
    last_sign_in_activity: Field<Activity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    #[serde(default)]
    last_sign_in_date_time: Field<Time>,
}

impl SignInWire {
    /// The last use of whatever kind: as a client or as what is signed in to, by a person or alone.
    pub(crate) fn last(self) -> Cell<Option<Time>> {
        self.last_sign_in_activity.then(|activity| activity.last_sign_in_date_time).nullable(&SIGN_INS)
    }
}
