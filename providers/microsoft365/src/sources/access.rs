//! Conditional Access and the other rules of signing in.

use serde::Deserialize;
use tenantscan_model::rows::{
    AuthenticationStrength, ConditionalAccessPolicy, NamedLocation, PolicyState, SecurityDefaults,
};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;

pub(crate) static CONDITIONAL_ACCESS_POLICIES: Source = Source {
    id: "microsoft365.conditional_access_policies",
    title: "Conditional Access policies",
    api: &GRAPH,
    path: "/v1.0/identity/conditionalAccess/policies",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &["conditional_access_policies"],
    fills: &[
        "conditional_access_policies.id",
        "conditional_access_policies.name",
        "conditional_access_policies.state",
        "conditional_access_policies.created",
        "conditional_access_policies.modified",
        "conditional_access_policies.microsoft_managed",
        "conditional_access_policies.include_users",
        "conditional_access_policies.exclude_users",
        "conditional_access_policies.include_groups",
        "conditional_access_policies.exclude_groups",
        "conditional_access_policies.include_roles",
        "conditional_access_policies.exclude_roles",
        "conditional_access_policies.include_guests",
        "conditional_access_policies.exclude_guests",
        "conditional_access_policies.include_applications",
        "conditional_access_policies.exclude_applications",
        "conditional_access_policies.user_actions",
        "conditional_access_policies.client_app_types",
        "conditional_access_policies.include_platforms",
        "conditional_access_policies.exclude_platforms",
        "conditional_access_policies.include_locations",
        "conditional_access_policies.exclude_locations",
        "conditional_access_policies.sign_in_risk_levels",
        "conditional_access_policies.user_risk_levels",
        "conditional_access_policies.authentication_flows",
        "conditional_access_policies.device_filter",
        "conditional_access_policies.other_conditions",
        "conditional_access_policies.grant_operator",
        "conditional_access_policies.grant_controls",
        "conditional_access_policies.authentication_strength",
        "conditional_access_policies.other_grant_controls",
        "conditional_access_policies.sign_in_frequency_hours",
        "conditional_access_policies.persistent_browser",
        "conditional_access_policies.app_enforced_restrictions",
        "conditional_access_policies.cloud_app_security",
    ],
    docs: "https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies",
};

pub(crate) static NAMED_LOCATIONS: Source = Source {
    id: "microsoft365.named_locations",
    title: "Named locations",
    api: &GRAPH,
    path: "/v1.0/identity/conditionalAccess/namedLocations",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &["named_locations"],
    fills: &[
        "named_locations.id",
        "named_locations.name",
        "named_locations.kind",
        "named_locations.is_trusted",
        "named_locations.ip_ranges",
        "named_locations.countries",
    ],
    docs: "https://learn.microsoft.com/graph/api/conditionalaccessroot-list-namedlocations",
};

pub(crate) static AUTHENTICATION_STRENGTHS: Source = Source {
    id: "microsoft365.authentication_strengths",
    title: "Authentication strengths",
    api: &GRAPH,
    path: "/v1.0/policies/authenticationStrengthPolicies?$select=id,displayName,policyType,requirementsSatisfied,allowedCombinations",
    call: Call::Get,
    permissions: &["Policy.Read.All", "Policy.Read.AuthenticationMethod"],
    licence: None,
    role: None,
    lists: &["authentication_strengths"],
    fills: &[
        "authentication_strengths.id",
        "authentication_strengths.name",
        "authentication_strengths.policy_type",
        "authentication_strengths.allowed_combinations",
        "authentication_strengths.requires_mfa",
        "authentication_strengths.phishing_resistant",
    ],
    docs: "https://learn.microsoft.com/graph/api/authenticationstrengthroot-list-policies",
};

pub(crate) static SECURITY_DEFAULTS: Source = Source {
    id: "microsoft365.security_defaults",
    title: "Security defaults",
    api: &GRAPH,
    path: "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy?$select=id,isEnabled",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &["security_defaults"],
    fills: &["security_defaults.id", "security_defaults.enabled"],
    docs: "https://learn.microsoft.com/graph/api/identitysecuritydefaultsenforcementpolicy-get",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecurityDefaultsWire {
    id: Text,
    is_enabled: bool,
}

impl SecurityDefaultsWire {
    pub(crate) fn row(self) -> SecurityDefaults {
        SecurityDefaults { enabled: Cell::Known(self.is_enabled), ..SecurityDefaults::new(self.id) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedLocationWire {
    id: Text,
    display_name: Option<Text>,
    #[serde(rename = "@odata.type")]
    kind: Option<Text>,
    is_trusted: Option<bool>,
    #[serde(default)]
    ip_ranges: Vec<IpRange>,
    #[serde(default)]
    countries_and_regions: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct IpRange {
    cidr_address: Option<Text>,
}

impl NamedLocationWire {
    pub(crate) fn row(self) -> NamedLocation {
        let kind = match self.kind.as_deref() {
            Some("#microsoft.graph.ipNamedLocation") => "ip".into(),
            Some("#microsoft.graph.countryNamedLocation") => "country".into(),
            other => other.unwrap_or_default().into(),
        };
        NamedLocation {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            kind: Cell::Known(kind),
            is_trusted: Cell::Known(self.is_trusted == Some(true)),
            ip_ranges: Cell::Known(self.ip_ranges.into_iter().filter_map(|range| range.cidr_address).collect()),
            countries: Cell::Known(self.countries_and_regions),
            ..NamedLocation::new(self.id)
        }
    }
}

/// Combinations that a fake sign-in page cannot relay. Source: learn.microsoft.com, authentication strengths.
const PHISHING_RESISTANT: [&str; 3] = ["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StrengthWire {
    id: Text,
    display_name: Option<Text>,
    policy_type: Option<Text>,
    requirements_satisfied: Option<Text>,
    #[serde(default)]
    allowed_combinations: Vec<Text>,
}

impl StrengthWire {
    pub(crate) fn row(self) -> AuthenticationStrength {
        let resistant = !self.allowed_combinations.is_empty()
            && self.allowed_combinations.iter().all(|it| PHISHING_RESISTANT.contains(&it.as_str()));
        let mfa = self.requirements_satisfied.as_deref().unwrap_or_default().split(',').any(|it| it.trim() == "mfa");
        AuthenticationStrength {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            policy_type: Cell::Known(self.policy_type.unwrap_or_default()),
            allowed_combinations: Cell::Known(self.allowed_combinations),
            requires_mfa: Cell::Known(mfa),
            phishing_resistant: Cell::Known(resistant),
            ..AuthenticationStrength::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyWire {
    id: Text,
    display_name: Option<Text>,
    state: Option<Text>,
    created_date_time: Option<Time>,
    modified_date_time: Option<Time>,
    #[serde(default)]
    conditions: Option<Conditions>,
    grant_controls: Option<Grant>,
    session_controls: Option<Session>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Conditions {
    users: Option<Users>,
    applications: Option<Applications>,
    client_app_types: Vec<Text>,
    platforms: Option<Platforms>,
    locations: Option<Locations>,
    sign_in_risk_levels: Vec<Text>,
    user_risk_levels: Vec<Text>,
    authentication_flows: Option<Flows>,
    devices: Option<Devices>,
    /// Everything else that narrows a policy, by the vendor's name.
    #[serde(flatten)]
    rest: std::collections::BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Users {
    include_users: Vec<Text>,
    exclude_users: Vec<Text>,
    include_groups: Vec<Text>,
    exclude_groups: Vec<Text>,
    include_roles: Vec<Text>,
    exclude_roles: Vec<Text>,
    include_guests_or_external_users: Option<Guests>,
    exclude_guests_or_external_users: Option<Guests>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Guests {
    guest_or_external_user_types: Text,
    external_tenants: Option<Tenants>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Tenants {
    membership_kind: Text,
}

impl Guests {
    fn kinds(this: Option<&Self>) -> Vec<Text> {
        let kinds = this.map(|it| it.guest_or_external_user_types.as_str()).unwrap_or_default();
        kinds.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "none").map(Text::from).collect()
    }

    fn some_tenants(this: Option<&Self>) -> bool {
        let tenants = this.and_then(|it| it.external_tenants.as_ref());
        tenants.is_some_and(|it| it.membership_kind != "all")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Applications {
    include_applications: Vec<Text>,
    exclude_applications: Vec<Text>,
    include_user_actions: Vec<Text>,
    include_authentication_context_class_references: Vec<Text>,
    application_filter: Option<serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Platforms {
    include_platforms: Vec<Text>,
    exclude_platforms: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Locations {
    include_locations: Vec<Text>,
    exclude_locations: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Flows {
    transfer_methods: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Devices {
    device_filter: Option<DeviceFilter>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeviceFilter {
    mode: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Grant {
    operator: Option<Text>,
    built_in_controls: Vec<Text>,
    custom_authentication_factors: Vec<Text>,
    terms_of_use: Vec<Text>,
    authentication_strength: Option<StrengthId>,
}

#[derive(Debug, Deserialize)]
struct StrengthId {
    id: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Session {
    sign_in_frequency: Option<Frequency>,
    persistent_browser: Option<Browser>,
    application_enforced_restrictions: Option<Switch>,
    cloud_app_security: Option<Switch>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Frequency {
    is_enabled: Option<bool>,
    value: Option<i64>,
    r#type: Option<Text>,
    frequency_interval: Option<Text>,
}

impl Frequency {
    fn hours(&self) -> Option<i64> {
        if self.is_enabled == Some(false) {
            return None;
        }
        if self.frequency_interval.as_deref() == Some("everyTime") {
            return Some(0);
        }
        let per = if self.r#type.as_deref() == Some("days") { 24 } else { 1 };
        self.value.and_then(|value| value.checked_mul(per))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Browser {
    is_enabled: Option<bool>,
    mode: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Switch {
    is_enabled: Option<bool>,
}

/// Whether a condition that this program does not weigh says anything at all.
fn says_something(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => false,
        serde_json::Value::Array(items) => !items.is_empty(),
        serde_json::Value::Object(parts) => parts.values().any(says_something),
        serde_json::Value::String(text) => !text.is_empty() && text != "none",
        _ => true,
    }
}

impl PolicyWire {
    pub(crate) fn row(self) -> ConditionalAccessPolicy {
        let conditions = self.conditions.unwrap_or_default();
        let users = conditions.users.unwrap_or_default();
        let apps = conditions.applications.unwrap_or_default();
        let mut other: Vec<Text> = conditions
            .rest
            .iter()
            .filter(|(_, value)| says_something(value))
            .map(|(name, _)| name.as_str().into())
            .collect();
        if !apps.include_authentication_context_class_references.is_empty() {
            other.push("includeAuthenticationContextClassReferences".into());
        }
        if apps.application_filter.as_ref().is_some_and(says_something) {
            other.push("applicationFilter".into());
        }
        let (include, exclude) =
            (users.include_guests_or_external_users.as_ref(), users.exclude_guests_or_external_users.as_ref());
        for (guests, name) in [
            (include, "includeGuestsOrExternalUsers.externalTenants"),
            (exclude, "excludeGuestsOrExternalUsers.externalTenants"),
        ] {
            if Guests::some_tenants(guests) {
                other.push(name.into());
            }
        }
        let grant = self.grant_controls;
        let session = self.session_controls.unwrap_or_default();
        let name = self.display_name.unwrap_or_default();
        let flows = conditions.authentication_flows.and_then(|it| it.transfer_methods).unwrap_or_default();
        ConditionalAccessPolicy {
            state: Cell::Known(match self.state.as_deref() {
                Some("enabled") => PolicyState::Enabled,
                Some("disabled") => PolicyState::Disabled,
                Some("enabledForReportingButNotEnforced") => PolicyState::ReportOnly,
                _ => PolicyState::Other,
            }),
            created: Cell::Known(self.created_date_time),
            modified: Cell::Known(self.modified_date_time),
            microsoft_managed: Cell::Known(name.starts_with("Microsoft-managed:")),
            name: Cell::Known(name),
            include_guests: Cell::Known(Guests::kinds(include)),
            exclude_guests: Cell::Known(Guests::kinds(exclude)),
            include_users: Cell::Known(users.include_users),
            exclude_users: Cell::Known(users.exclude_users),
            include_groups: Cell::Known(users.include_groups),
            exclude_groups: Cell::Known(users.exclude_groups),
            include_roles: Cell::Known(users.include_roles),
            exclude_roles: Cell::Known(users.exclude_roles),
            include_applications: Cell::Known(apps.include_applications),
            exclude_applications: Cell::Known(apps.exclude_applications),
            user_actions: Cell::Known(apps.include_user_actions),
            client_app_types: Cell::Known(conditions.client_app_types),
            exclude_platforms: Cell::Known(
                conditions.platforms.as_ref().map(|it| it.exclude_platforms.clone()).unwrap_or_default(),
            ),
            include_platforms: Cell::Known(conditions.platforms.map(|it| it.include_platforms)),
            exclude_locations: Cell::Known(
                conditions.locations.as_ref().map(|it| it.exclude_locations.clone()).unwrap_or_default(),
            ),
            include_locations: Cell::Known(conditions.locations.map(|it| it.include_locations)),
            sign_in_risk_levels: Cell::Known(conditions.sign_in_risk_levels),
            user_risk_levels: Cell::Known(conditions.user_risk_levels),
            authentication_flows: Cell::Known(
                flows.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "none").map(Text::from).collect(),
            ),
            device_filter: Cell::Known(conditions.devices.and_then(|it| it.device_filter).map(|filter| filter.mode)),
            other_conditions: Cell::Known(other),
            grant_operator: Cell::Known(grant.as_ref().map(|it| it.operator.clone().unwrap_or_else(|| "AND".into()))),
            authentication_strength: Cell::Known(
                grant.as_ref().and_then(|it| it.authentication_strength.as_ref()?.id.clone()),
            ),
            other_grant_controls: Cell::Known(
                grant
                    .iter()
                    .flat_map(|it| it.terms_of_use.iter().chain(&it.custom_authentication_factors).cloned())
                    .collect(),
            ),
            grant_controls: Cell::Known(grant.map(|it| it.built_in_controls).unwrap_or_default()),
            sign_in_frequency_hours: Cell::Known(session.sign_in_frequency.and_then(|it| it.hours())),
            persistent_browser: Cell::Known(
                session.persistent_browser.filter(|it| it.is_enabled != Some(false)).and_then(|it| it.mode),
            ),
            app_enforced_restrictions: Cell::Known(
                session.application_enforced_restrictions.is_some_and(|it| it.is_enabled == Some(true)),
            ),
            cloud_app_security: Cell::Known(session.cloud_app_security.is_some_and(|it| it.is_enabled == Some(true))),
            ..ConditionalAccessPolicy::new(self.id)
        }
    }
}
