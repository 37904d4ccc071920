//! What is trusted of other tenants, and allowed to them.

use serde::Deserialize;
use tenantscan_model::rows::{CrossTenantAccess, CrossTenantPartner};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static CROSS_TENANT_ACCESS: Source = Source {
    id: "microsoft365.cross_tenant_access",
    title: "What is allowed to other tenants",
    api: &GRAPH,
    path: "/v1.0/policies/crossTenantAccessPolicy/default",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &["cross_tenant_access"],
    fills: &[
        "cross_tenant_access.id",
        "cross_tenant_access.is_service_default",
        "cross_tenant_access.inbound_mfa_trusted",
        "cross_tenant_access.inbound_compliant_device_trusted",
        "cross_tenant_access.collaboration_inbound",
        "cross_tenant_access.collaboration_outbound",
        "cross_tenant_access.direct_connect_inbound",
    ],
    docs: "https://learn.microsoft.com/graph/api/crosstenantaccesspolicyconfigurationdefault-get",
};

pub(crate) static CROSS_TENANT_PARTNERS: Source = Source {
    id: "microsoft365.cross_tenant_partners",
    title: "Other tenants with a setting of their own",
    api: &GRAPH,
    path: "/v1.0/policies/crossTenantAccessPolicy/partners",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &["cross_tenant_partners"],
    fills: &[
        "cross_tenant_partners.id",
        "cross_tenant_partners.is_service_provider",
        "cross_tenant_partners.is_in_multi_tenant_organization",
        "cross_tenant_partners.inbound_mfa_trusted",
    ],
    docs: "https://learn.microsoft.com/graph/api/crosstenantaccesspolicy-list-partners",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DefaultWire {
    #[serde(default)]
    is_service_default: Field<bool>,
    #[serde(default)]
    inbound_trust: Field<InboundTrust>,
    #[serde(default)]
    b2b_collaboration_inbound: Field<Access>,
    #[serde(default)]
    b2b_collaboration_outbound: Field<Access>,
    #[serde(default)]
    b2b_direct_connect_inbound: Field<Access>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InboundTrust {
    is_mfa_accepted: Field<bool>,
    is_compliant_device_accepted: Field<bool>,
    #[serde(rename = "isHybridAzureADJoinedDeviceAccepted")]
    is_hybrid_device_accepted: Field<bool>,
}

impl InboundTrust {
    /// Whether its word on a device is believed: that it is healthy, or that it is joined to a domain on site.
    fn devices(self) -> Field<bool> {
        match (self.is_compliant_device_accepted, self.is_hybrid_device_accepted) {
            (Field::Value(true), _) | (_, Field::Value(true)) => Field::Value(true),
            (Field::Absent, _) | (_, Field::Absent) => Field::Absent,
            (compliant, _) => compliant,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Access {
    users_and_groups: Field<Rule>,
    applications: Field<Rule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    access_type: Field<Text>,
    targets: Field<Vec<Target>>,
}

#[derive(Debug, Deserialize)]
struct Target {
    target: Text,
}

impl Rule {
    /// Whether it keeps everybody, or every app, out; none where that cannot be told.
    fn shuts(&self) -> Option<bool> {
        match self.access_type.value()?.as_str() {
            "allowed" => Some(false),
            "blocked" => {
                let targets = self.targets.value()?;
                Some(targets.iter().any(|it| it.target == "AllUsers" || it.target == "AllApplications"))
            }
            _ => None,
        }
    }
}

/// `blocked` where everybody or every app is kept out, `allowed` where somebody is let in to something.
fn access(setting: Field<Access>) -> Cell<Option<Text>> {
    let source = &CROSS_TENANT_ACCESS;
    let setting = match setting.nullable(source) {
        Cell::Known(Some(setting)) => setting,
        Cell::Known(None) => return Cell::Known(None),
        Cell::Unknown(gap) => return Cell::Unknown(gap),
    };
    let shuts = |rule: &Field<Rule>| rule.value().and_then(Rule::shuts);
    match (shuts(&setting.users_and_groups), shuts(&setting.applications)) {
        (Some(true), _) | (_, Some(true)) => Cell::Known(Some("blocked".into())),
        (Some(false), Some(false)) => Cell::Known(Some("allowed".into())),
        _ => Cell::Unknown(unclear(source)),
    }
}

impl DefaultWire {
    pub(crate) fn row(self) -> CrossTenantAccess {
        let source = &CROSS_TENANT_ACCESS;
        CrossTenantAccess {
            is_service_default: self.is_service_default.nullable(source),
            inbound_mfa_trusted: self.inbound_trust.clone().then(|it| it.is_mfa_accepted).nullable(source),
            inbound_compliant_device_trusted: self.inbound_trust.then(InboundTrust::devices).nullable(source),
            collaboration_inbound: access(self.b2b_collaboration_inbound),
            collaboration_outbound: access(self.b2b_collaboration_outbound),
            direct_connect_inbound: access(self.b2b_direct_connect_inbound),
            ..CrossTenantAccess::new("default")
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartnerWire {
    tenant_id: Text,
    #[serde(default)]
    is_service_provider: Field<bool>,
    #[serde(default)]
    is_in_multi_tenant_organization: Field<bool>,
    #[serde(default)]
    inbound_trust: Field<InboundTrust>,
}

impl PartnerWire {
    pub(crate) fn row(self) -> CrossTenantPartner {
        let source = &CROSS_TENANT_PARTNERS;
        CrossTenantPartner {
            is_service_provider: self.is_service_provider.nullable(source),
            is_in_multi_tenant_organization: self.is_in_multi_tenant_organization.nullable(source),
            inbound_mfa_trusted: self.inbound_trust.then(|it| it.is_mfa_accepted).nullable(source),
            ..CrossTenantPartner::new(self.tenant_id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn devices_are_trusted_when_either_word_is_believed() {
        let hybrid = "isHybridAzureADJoinedDeviceAccepted";
        let cases = [
            (json!({ "isCompliantDeviceAccepted": false, hybrid: false }), Some(Some(false))),
            (json!({ "isCompliantDeviceAccepted": true }), Some(Some(true))),
            (json!({ "isCompliantDeviceAccepted": false, hybrid: true }), Some(Some(true))),
            (json!({ "isCompliantDeviceAccepted": null, hybrid: null }), Some(None)),
            (json!({ "isCompliantDeviceAccepted": false }), None),
        ];
        for (trust, due) in cases {
            let wire: DefaultWire = serde_json::from_value(json!({ "inboundTrust": trust })).expect("settings");
            assert_eq!(wire.row().inbound_compliant_device_trusted.known().copied(), due, "{trust}");
        }
    }
}
