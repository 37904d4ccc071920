//! Chats with other organizations and with private accounts: the tenant's settings and the policies.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{ExternalAccessPolicy, TeamsFederation};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::Source;

use super::{Identified, SHOWN, named};
use tenantscan_provider::{Field, unclear};

pub(crate) static FEDERATION: Source = Source {
    id: "microsoft365.teams_federation",
    title: "Chats with other organizations",
    path: "/Skype.Policy/configurations/TenantFederationSettings",
    lists: &["teams_federation"],
    fills: &[
        "teams_federation.id",
        "teams_federation.federation",
        "teams_federation.allowed_domains",
        "teams_federation.consumers",
        "teams_federation.trial_tenants_blocked",
    ],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-cstenantfederationconfiguration",
    ..SHOWN
};

pub(crate) static EXTERNAL_ACCESS_POLICIES: Source = Source {
    id: "microsoft365.external_access_policies",
    title: "Policies for chats with people outside",
    path: "/Skype.Policy/configurations/ExternalAccessPolicy",
    lists: &["external_access_policies"],
    fills: &[
        "external_access_policies.id",
        "external_access_policies.name",
        "external_access_policies.kind",
        "external_access_policies.federation",
        "external_access_policies.consumers",
        "external_access_policies.domains",
    ],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csexternalaccesspolicy",
    ..SHOWN
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FederationWire {
    identity: Text,
    #[serde(default)]
    allow_federated_users: Field<bool>,
    #[serde(default)]
    allowed_domains: Field<Value>,
    #[serde(default)]
    allow_teams_consumer: Field<bool>,
    #[serde(default)]
    external_access_with_trial_tenants: Field<Text>,
}

impl Identified for FederationWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl FederationWire {
    pub(crate) fn row(self) -> TeamsFederation {
        let source = &FEDERATION;
        TeamsFederation {
            federation: self.allow_federated_users.needed(source),
            allowed_domains: allowed(self.allowed_domains.value()).ok_or_else(|| unclear(source)).into(),
            consumers: self.allow_teams_consumer.needed(source),
            trial_tenants_blocked: match self.external_access_with_trial_tenants.value().map(Text::as_str) {
                Some("Blocked") => Cell::Known(true),
                Some("Allowed") => Cell::Known(false),
                _ => Cell::Unknown(unclear(source)),
            },
            ..TeamsFederation::new(self.identity)
        }
    }
}

/// The domains of `AllowedDomains`: `Some(None)` for all, none where it is not understood.
///
/// It is one of two objects: a list of domains, or "all known domains", which has no properties and is written as `{}`
/// or by its name.
fn allowed(value: Option<&Value>) -> Option<Option<Vec<Text>>> {
    const ALL: &str = "AllowAllKnownDomains";
    match value? {
        Value::String(word) if word == ALL => Some(None),
        Value::Object(parts) if parts.is_empty() || parts.contains_key(ALL) => Some(None),
        Value::Object(parts) => {
            let listed = parts.get("AllowedDomain")?.as_array().filter(|listed| !listed.is_empty())?;
            listed.iter().map(domain).collect::<Option<Vec<Text>>>().map(Some)
        }
        _ => None,
    }
}

/// One domain: `{"Domain": "a.example"}`, `"Domain=a.example"` or its name alone.
fn domain(value: &Value) -> Option<Text> {
    let text = match value {
        Value::String(text) => text.strip_prefix("Domain=").unwrap_or(text),
        Value::Object(parts) => parts.get("Domain")?.as_str()?,
        _ => return None,
    };
    (!text.is_empty()).then(|| text.to_ascii_lowercase().into())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ExternalAccessWire {
    identity: Text,
    #[serde(default)]
    enable_federation_access: Field<bool>,
    #[serde(default)]
    enable_teams_consumer_access: Field<bool>,
    #[serde(default)]
    communication_with_external_orgs: Field<Value>,
}

/// Policies that Microsoft ships. Source: learn.microsoft.com, Get-CsExternalAccessPolicy.
const PRESETS: [&str; 3] = ["FederationAndPICDefault", "FederationOnly", "NoFederationAndPIC"];

/// Rules over domains that a policy can have. Source: learn.microsoft.com, Set-CsExternalAccessPolicy.
const DOMAIN_RULES: [&str; 5] = [
    "OrganizationDefault",
    "AllowAllExternalDomains",
    "AllowSpecificExternalDomains",
    "BlockSpecificExternalDomains",
    "BlockAllExternalDomains",
];

impl Identified for ExternalAccessWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl ExternalAccessWire {
    pub(crate) fn row(self) -> ExternalAccessPolicy {
        let source = &EXTERNAL_ACCESS_POLICIES;
        let (name, kind) = named(&self.identity, &PRESETS);
        let rule = self.communication_with_external_orgs.value().and_then(Value::as_str);
        ExternalAccessPolicy {
            name: Cell::Known(name),
            kind: Cell::Known(kind),
            federation: self.enable_federation_access.needed(source),
            consumers: self.enable_teams_consumer_access.needed(source),
            domains: rule
                .filter(|rule| DOMAIN_RULES.contains(rule))
                .map(Text::from)
                .ok_or_else(|| unclear(source))
                .into(),
            ..ExternalAccessPolicy::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn allowed_domains_in_every_shape_that_was_seen() {
        let domains = |names: &[&str]| Some(Some(names.iter().map(|name| Text::from(*name)).collect()));
        let cases = [
            (json!({}), Some(None)),
            (json!({ "AllowAllKnownDomains": {} }), Some(None)),
            (json!("AllowAllKnownDomains"), Some(None)),
            (json!({ "AllowedDomain": [{ "Domain": "Lab.example" }] }), domains(&["lab.example"])),
            (
                json!({ "AllowedDomain": ["Domain=lab.example", "imaging.example"] }),
                domains(&["lab.example", "imaging.example"]),
            ),
            (json!({ "AllowedDomain": [] }), None),
            (json!({ "AllowedDomain": [7] }), None),
            (json!({ "Something": "else" }), None),
            (json!([]), None),
            (json!(null), None),
        ];
        for (shape, expected) in cases {
            assert_eq!(allowed(Some(&shape)), expected, "{shape}");
        }
        assert_eq!(allowed(None), None);
    }
}
