//! What the rules of signing in rest on: places, strengths, security defaults.

use serde::Deserialize;
use tenantscan_model::rows::{AuthenticationStrength, NamedLocation, SecurityDefaults};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Field, Source, unclear};

use crate::api::GRAPH;

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
    #[serde(default)]
    is_trusted: Field<bool>,
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
        // Only addresses can be trusted, countries have no such property.
        let is_trusted = match (&self.is_trusted, self.kind.as_deref()) {
            (Field::Value(trusted), _) => Cell::Known(*trusted),
            (_, Some("#microsoft.graph.countryNamedLocation")) => Cell::Known(false),
            _ => Cell::Unknown(unclear(&NAMED_LOCATIONS)),
        };
        let kind = match self.kind.as_deref() {
            Some("#microsoft.graph.ipNamedLocation") => "ip".into(),
            Some("#microsoft.graph.countryNamedLocation") => "country".into(),
            other => other.unwrap_or_default().into(),
        };
        NamedLocation {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            kind: Cell::Known(kind),
            is_trusted,
            ip_ranges: Cell::Known(self.ip_ranges.into_iter().filter_map(|range| range.cidr_address).collect()),
            countries: Cell::Known(self.countries_and_regions),
            ..NamedLocation::new(self.id)
        }
    }
}

/// Combinations that a fake sign-in page cannot relay. Source: learn.microsoft.com, authentication strengths.
const PHISHING_RESISTANT: [&str; 3] = ["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"];

/// The other methods that combinations are made of: authenticationMethodModes in Microsoft Graph.
const RELAYED: [&str; 13] = [
    "x509CertificateSingleFactor",
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "microsoftAuthenticatorPush",
    "softwareOath",
    "hardwareOath",
    "sms",
    "voice",
    "password",
    "federatedMultiFactor",
    "federatedSingleFactor",
    "qrCodePin",
];

/// Whether only what cannot be relayed is let in; null where a method that the vendor added later decides it.
fn phishing_resistant(combinations: &[Text]) -> Option<bool> {
    let relayed = |combination: &Text| combination.split(',').all(|method| RELAYED.contains(&method.trim()));
    if combinations.iter().any(relayed) {
        return Some(false);
    }
    let resistant = |combination: &Text| PHISHING_RESISTANT.contains(&combination.as_str());
    (!combinations.is_empty() && combinations.iter().all(resistant)).then_some(true)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StrengthWire {
    id: Text,
    display_name: Option<Text>,
    policy_type: Option<Text>,
    #[serde(default)]
    requirements_satisfied: Field<Text>,
    #[serde(default)]
    allowed_combinations: Field<Vec<Text>>,
}

impl StrengthWire {
    pub(crate) fn row(self) -> AuthenticationStrength {
        let source = &AUTHENTICATION_STRENGTHS;
        let requires_mfa = match self.requirements_satisfied.value().map(Text::as_str) {
            Some("mfa") => Cell::Known(true),
            Some("none") => Cell::Known(false),
            _ => Cell::Unknown(unclear(source)),
        };
        let allowed = self.allowed_combinations.needed(source);
        let resistant = allowed.known().and_then(|combinations| phishing_resistant(combinations));
        AuthenticationStrength {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            policy_type: Cell::Known(self.policy_type.unwrap_or_default()),
            allowed_combinations: allowed,
            requires_mfa,
            phishing_resistant: resistant.ok_or_else(|| unclear(source)).into(),
            ..AuthenticationStrength::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn whether_a_place_is_trusted_is_not_guessed() {
        let cases = [
            (json!({ "@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": true }), Some(true)),
            (json!({ "@odata.type": "#microsoft.graph.ipNamedLocation" }), None),
            (json!({ "@odata.type": "#microsoft.graph.countryNamedLocation" }), Some(false)),
            (json!({ "@odata.type": "#microsoft.graph.otherNamedLocation" }), None),
            (json!({ "isTrusted": false }), Some(false)),
        ];
        for (mut place, due) in cases {
            place["id"] = "p".into();
            let row = serde_json::from_value::<NamedLocationWire>(place.clone()).expect("a place").row();
            assert_eq!(row.is_trusted.known().copied(), due, "{place}");
        }
    }

    #[test]
    fn what_a_strength_asks_for_is_not_guessed() {
        let cases = [
            (json!("mfa"), json!(["fido2", "windowsHelloForBusiness"]), Some(true), Some(true)),
            (json!("none"), json!(["password"]), Some(false), Some(false)),
            (json!("mfa"), json!(["fido2", "password,sms"]), Some(true), Some(false)),
            (json!("mfa"), json!(["fido2", "somethingNew"]), Some(true), None),
            (json!("mfa"), json!(["somethingNew", "password,softwareOath"]), Some(true), Some(false)),
            (json!("somethingNew"), json!([]), None, None),
            (Value::Null, Value::Null, None, None),
        ];
        for (satisfies, combinations, mfa, resistant) in cases {
            let whole = json!({ "id": "s", "requirementsSatisfied": satisfies, "allowedCombinations": combinations });
            let row = serde_json::from_value::<StrengthWire>(whole.clone()).expect("a strength").row();
            assert_eq!(
                (row.requires_mfa.known(), row.phishing_resistant.known()),
                (mfa.as_ref(), resistant.as_ref()),
                "{whole}"
            );
        }
    }
}
