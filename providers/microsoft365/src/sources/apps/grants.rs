//! Permissions that apps were given, and the mailboxes that Exchange limits them to.

use std::collections::HashMap;

use serde::Deserialize;
use tenantscan_model::rows::{AppGrant, AppMailboxLimit, GrantKind};
use tenantscan_model::{Cell, Gap, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use crate::sources::endpoints::CMDLET;
use crate::sources::identity::{id, some_id};
use tenantscan_provider::{Field, unclear};

/// App id of Microsoft Graph.
pub(crate) const MICROSOFT_GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// App id of Exchange Online.
pub(crate) const EXCHANGE_ONLINE: &str = "00000002-0000-0ff1-ce00-000000000000";
/// App id of SharePoint Online.
pub(crate) const SHAREPOINT_ONLINE: &str = "00000003-0000-0ff1-ce00-000000000000";

pub(crate) static PERMISSION_NAMES: Source = Source {
    id: "microsoft365.permission_names",
    title: "Names of permissions",
    api: &GRAPH,
    path: "/v1.0/servicePrincipals?$filter=appId%20in%20('00000003-0000-0000-c000-000000000000','00000002-0000-0ff1-ce00-000000000000','00000003-0000-0ff1-ce00-000000000000')&$select=id,appId,appRoles",
    call: Call::Get,
    permissions: &["Directory.Read.All", "Application.Read.All"],
    licence: None,
    role: None,
    lists: &[],
    fills: &["app_grants.permissions"],
    docs: "https://learn.microsoft.com/graph/api/resources/approle",
};

/// Who holds permissions of a service: one list for each of the three that hold patient data.
const fn holders(id: &'static str, title: &'static str, path: &'static str) -> Source {
    Source {
        id,
        title,
        api: &GRAPH,
        path,
        call: Call::Get,
        permissions: &["Directory.Read.All", "Application.Read.All"],
        licence: None,
        role: None,
        lists: &["app_grants"],
        fills: &["app_grants.id", "app_grants.app", "app_grants.kind", "app_grants.permissions", "app_grants.granted"],
        docs: "https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto",
    }
}

pub(crate) static GRAPH_PERMISSIONS: Source = holders(
    "microsoft365.graph_permissions",
    "Apps that use Microsoft Graph by themselves",
    "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo?$top=999",
);

pub(crate) static EXCHANGE_PERMISSIONS: Source = holders(
    "microsoft365.exchange_permissions",
    "Apps that use Exchange by themselves",
    "/v1.0/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')/appRoleAssignedTo?$top=999",
);

pub(crate) static SHAREPOINT_PERMISSIONS: Source = holders(
    "microsoft365.sharepoint_permissions",
    "Apps that use SharePoint by themselves",
    "/v1.0/servicePrincipals(appId='00000003-0000-0ff1-ce00-000000000000')/appRoleAssignedTo?$top=999",
);

pub(crate) static DELEGATED_PERMISSIONS: Source = Source {
    id: "microsoft365.delegated_permissions",
    title: "Apps that people and administrators let in",
    api: &GRAPH,
    path: "/v1.0/oauth2PermissionGrants?$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All"],
    licence: None,
    role: None,
    lists: &["app_grants"],
    fills: &["app_grants.id", "app_grants.app", "app_grants.kind", "app_grants.permissions", "app_grants.person"],
    docs: "https://learn.microsoft.com/graph/api/oauth2permissiongrant-list",
};

pub(crate) static MAILBOX_LIMITS: Source = Source {
    id: "microsoft365.app_mailbox_limits",
    title: "Mailboxes that apps are limited to",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,AppId,AccessRight",
    call: Call::Cmdlet { name: "Get-ApplicationAccessPolicy", parameters: "{}" },
    lists: &["app_mailbox_limits"],
    fills: &["app_mailbox_limits.id", "app_mailbox_limits.app_id", "app_mailbox_limits.access_right"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-applicationaccesspolicy",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceWire {
    #[serde(deserialize_with = "id")]
    pub(crate) app_id: Text,
    #[serde(default)]
    app_roles: Field<Vec<AppRole>>,
}

#[derive(Debug, Deserialize)]
struct AppRole {
    #[serde(deserialize_with = "id")]
    id: Text,
    #[serde(default)]
    value: Option<Text>,
}

/// Names of application permissions by service and id.
pub(crate) type PermissionNames = HashMap<Text, HashMap<Text, Option<Text>>>;

/// The names, or why they are not known.
pub(crate) fn names(read: Result<Vec<ResourceWire>, Gap>) -> Result<PermissionNames, Gap> {
    let mut names = PermissionNames::new();
    for resource in read? {
        // Each of these services has permissions.
        let roles = resource.app_roles.into_value().filter(|roles| !roles.is_empty());
        let roles = roles.ok_or_else(|| unclear(&PERMISSION_NAMES))?;
        let named = roles.into_iter().map(|role| (role.id, role.value)).collect();
        names.insert(resource.app_id, named);
    }
    Ok(names)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignedWire {
    id: Text,
    #[serde(deserialize_with = "id")]
    app_role_id: Text,
    #[serde(default)]
    created_date_time: Field<Time>,
    #[serde(deserialize_with = "id")]
    principal_id: Text,
    #[serde(default)]
    principal_type: Field<Text>,
    #[serde(default)]
    principal_display_name: Field<Text>,
}

impl AssignedWire {
    /// A permission of the service with this app id; none when its holder is a person or a group.
    pub(crate) fn row(
        self,
        source: &'static Source,
        resource: &'static str,
        names: &Result<PermissionNames, Gap>,
    ) -> Option<AppGrant> {
        if self.principal_type.value().is_some_and(|kind| ["User", "Group"].contains(&kind.as_str())) {
            return None;
        }
        let permissions = match names {
            // A permission that the service itself no longer has is named by its id.
            Ok(names) => match names.get(resource) {
                Some(roles) => match roles.get(&self.app_role_id) {
                    Some(Some(name)) => Cell::Known(vec![name.clone()]),
                    Some(None) => Cell::Unknown(unclear(&PERMISSION_NAMES)),
                    None => Cell::Known(vec![self.app_role_id]),
                },
                None => Cell::Unknown(unclear(&PERMISSION_NAMES)),
            },
            Err(gap) => Cell::Unknown(gap.clone()),
        };
        Some(AppGrant {
            app_name: Cell::Known(
                self.principal_display_name.value().cloned().unwrap_or_else(|| self.principal_id.clone()),
            ),
            app: Cell::Known(self.principal_id),
            kind: Cell::Known(GrantKind::Application),
            resource: Cell::Known(resource.into()),
            permissions,
            person: Cell::Known(None),
            granted: self.created_date_time.nullable(source),
            ..AppGrant::new(self.id)
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DelegatedWire {
    id: Text,
    #[serde(deserialize_with = "id")]
    client_id: Text,
    #[serde(deserialize_with = "id")]
    resource_id: Text,
    #[serde(default)]
    consent_type: Field<Text>,
    #[serde(default, deserialize_with = "some_id")]
    principal_id: Field<Text>,
    #[serde(default)]
    scope: Field<Text>,
}

impl DelegatedWire {
    /// `apps`: name and app id of each app by its object id, or why they are not known.
    pub(crate) fn row(self, apps: &Result<HashMap<Text, (Text, Text)>, Gap>) -> AppGrant {
        let source = &DELEGATED_PERMISSIONS;
        let kind = match self.consent_type.value().map(Text::as_str) {
            Some("AllPrincipals") => Cell::Known(GrantKind::Everybody),
            Some("Principal") => Cell::Known(GrantKind::Person),
            _ => Cell::Unknown(unclear(source)),
        };
        let of = |id: &Text, part: fn(&(Text, Text)) -> &Text| match apps {
            Ok(apps) => Cell::Known(apps.get(id).map_or_else(|| id.clone(), |app| part(app).clone())),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
        AppGrant {
            app_name: of(&self.client_id, |(name, _)| name),
            resource: of(&self.resource_id, |(_, app_id)| app_id),
            app: Cell::Known(self.client_id),
            kind,
            permissions: self
                .scope
                .nullable(source)
                .map(|scope| scope.as_deref().unwrap_or_default().split_whitespace().map(Text::from).collect()),
            person: self.principal_id.nullable(source),
            granted: Cell::Known(None),
            ..AppGrant::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LimitWire {
    identity: Text,
    #[serde(default)]
    app_id: Field<Text>,
    #[serde(default)]
    access_right: Field<Text>,
}

impl LimitWire {
    pub(crate) fn row(self) -> AppMailboxLimit {
        AppMailboxLimit {
            app_id: self.app_id.needed(&MAILBOX_LIMITS),
            access_right: self.access_right.needed(&MAILBOX_LIMITS),
            ..AppMailboxLimit::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_people_and_groups_are_no_apps() {
        let row = |kind: &str| {
            let whole = json!({ "id": "1", "appRoleId": "R", "principalId": "P", "principalType": kind });
            let names = names(Ok(serde_json::from_value(json!([{ "appId": MICROSOFT_GRAPH, "appRoles": [
                { "id": "r", "value": "Mail.Read" }] }]))
            .expect("services")));
            serde_json::from_value::<AssignedWire>(whole).expect("a permission").row(
                &GRAPH_PERMISSIONS,
                MICROSOFT_GRAPH,
                &names,
            )
        };
        assert_eq!(row("ServicePrincipal").map(|row| row.permissions), Some(Cell::Known(vec!["Mail.Read".into()])));
        assert_eq!(row("SomethingNew").map(|row| row.app), Some(Cell::Known("p".into())));
        assert_eq!((row("User"), row("Group")), (None, None));
    }

    #[test]
    fn a_permission_of_a_service_whose_names_are_not_in_the_answer_is_unknown() {
        let row = |roles: serde_json::Value| {
            let read: Vec<ResourceWire> = serde_json::from_value(roles).expect("services");
            let wire: AssignedWire = serde_json::from_value(json!({ "id": "1", "appRoleId": "r", "principalId": "p" }))
                .expect("a permission");
            wire.row(&GRAPH_PERMISSIONS, MICROSOFT_GRAPH, &names(Ok(read))).expect("a row").permissions
        };
        let graph = json!({ "appId": MICROSOFT_GRAPH, "appRoles": [{ "id": "r", "value": "Mail.Read" }] });
        assert_eq!(row(json!([graph])), Cell::Known(vec!["Mail.Read".into()]));
        assert!(row(json!([{ "appId": MICROSOFT_GRAPH, "appRoles": [] }])).gap().is_some());
        assert!(row(json!([{ "appId": MICROSOFT_GRAPH, "appRoles": [{ "id": "r", "value": null }] }])).gap().is_some());
        assert!(row(json!([{ "appId": EXCHANGE_ONLINE, "appRoles": [{ "id": "x", "value": "X" }] }])).gap().is_some());
        assert!(row(json!([])).gap().is_some());
    }
}
