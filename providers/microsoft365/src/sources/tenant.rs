//! The tenant itself, its subscriptions and domains.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenantscan_model::rows::{Domain, Organization, SubscribedSku};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Field, Source, unclear};

use crate::api::GRAPH;
use crate::sources::identity::id;

pub(crate) static ORGANIZATION: Source = Source {
    id: "microsoft365.organization",
    title: "The tenant",
    api: &GRAPH,
    path: "/v1.0/organization?$select=id,displayName,tenantType,createdDateTime,countryLetterCode,onPremisesSyncEnabled,onPremisesLastSyncDateTime,technicalNotificationMails,securityComplianceNotificationMails,privacyProfile,verifiedDomains",
    call: Call::Get,
    permissions: &["Directory.Read.All", "Organization.Read.All"],
    licence: None,
    role: None,
    lists: &["organization"],
    fills: &[
        "organization.id",
        "organization.name",
        "organization.tenant_type",
        "organization.created",
        "organization.country",
        "organization.on_premises_sync",
        "organization.on_premises_last_sync",
        "organization.technical_contacts",
        "organization.security_contacts",
        "organization.privacy_contact",
        "organization.verified_domains",
        "organization.default_domain",
        "organization.initial_domain",
    ],
    docs: "https://learn.microsoft.com/graph/api/organization-list",
};

pub(crate) static SUBSCRIBED_SKUS: Source = Source {
    id: "microsoft365.subscribed_skus",
    title: "Subscriptions",
    api: &GRAPH,
    path: "/v1.0/subscribedSkus?$select=skuId,skuPartNumber,appliesTo,capabilityStatus,consumedUnits,prepaidUnits,servicePlans",
    call: Call::Get,
    permissions: &["Directory.Read.All", "LicenseAssignment.Read.All"],
    licence: None,
    role: None,
    lists: &["subscribed_skus"],
    fills: &[
        "subscribed_skus.id",
        "subscribed_skus.part_number",
        "subscribed_skus.applies_to",
        "subscribed_skus.capability_status",
        "subscribed_skus.enabled_units",
        "subscribed_skus.consumed_units",
        "subscribed_skus.service_plans",
        "organization.service_plans",
        "users.sku_part_numbers",
        "users.has_mailbox",
        "users.uncovered_services",
    ],
    docs: "https://learn.microsoft.com/graph/api/subscribedsku-list",
};

pub(crate) static DOMAINS: Source = Source {
    id: "microsoft365.domains",
    title: "Domains",
    api: &GRAPH,
    path: "/v1.0/domains?$select=id,authenticationType,isDefault,isInitial,isRoot,isVerified,passwordValidityPeriodInDays,supportedServices",
    call: Call::Get,
    permissions: &["Domain.Read.All"],
    licence: None,
    role: None,
    lists: &["domains"],
    fills: &[
        "domains.id",
        "domains.authentication_type",
        "domains.is_default",
        "domains.is_initial",
        "domains.is_root",
        "domains.is_verified",
        "domains.password_validity_days",
        "domains.password_never_expires",
        "domains.supported_services",
    ],
    docs: "https://learn.microsoft.com/graph/api/domain-list",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationWire {
    id: Text,
    display_name: Option<Text>,
    tenant_type: Option<Text>,
    created_date_time: Option<Time>,
    country_letter_code: Option<Text>,
    #[serde(default)]
    on_premises_sync_enabled: Field<bool>,
    #[serde(default)]
    on_premises_last_sync_date_time: Field<Time>,
    #[serde(default)]
    technical_notification_mails: Field<Vec<Text>>,
    #[serde(default)]
    security_compliance_notification_mails: Field<Vec<Text>>,
    privacy_profile: Option<PrivacyProfile>,
    #[serde(default)]
    verified_domains: Vec<VerifiedDomain>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrivacyProfile {
    contact_email: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VerifiedDomain {
    name: Option<Text>,
    is_default: Option<bool>,
    is_initial: Option<bool>,
}

impl OrganizationWire {
    pub(crate) fn row(self) -> Organization {
        let named = |wanted: fn(&VerifiedDomain) -> Option<bool>| {
            self.verified_domains.iter().find(|it| wanted(it) == Some(true)).and_then(|it| it.name.clone())
        };
        let source = &ORGANIZATION;
        let (default, initial) = (named(|it| it.is_default), named(|it| it.is_initial));
        Organization {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            tenant_type: Cell::Known(self.tenant_type),
            created: Cell::Known(self.created_date_time),
            country: Cell::Known(self.country_letter_code),
            on_premises_sync: self.on_premises_sync_enabled.nullable(source),
            on_premises_last_sync: self.on_premises_last_sync_date_time.nullable(source),
            technical_contacts: self.technical_notification_mails.needed(source),
            security_contacts: self.security_compliance_notification_mails.needed(source),
            privacy_contact: Cell::Known(self.privacy_profile.and_then(|profile| profile.contact_email)),
            verified_domains: Cell::Known(self.verified_domains.into_iter().filter_map(|it| it.name).collect()),
            default_domain: Cell::Known(default),
            initial_domain: Cell::Known(initial),
            ..Organization::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkuWire {
    #[serde(deserialize_with = "id")]
    pub(crate) sku_id: Text,
    #[serde(default)]
    sku_part_number: Field<Text>,
    #[serde(default)]
    applies_to: Field<Text>,
    #[serde(default)]
    capability_status: Field<Text>,
    #[serde(default)]
    consumed_units: Field<i64>,
    #[serde(default)]
    prepaid_units: Field<PrepaidUnits>,
    #[serde(default)]
    service_plans: Field<Vec<ServicePlan>>,
}

#[derive(Debug, Deserialize)]
struct PrepaidUnits {
    #[serde(default)]
    enabled: Field<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServicePlan {
    service_plan_id: Option<Text>,
    service_plan_name: Option<Text>,
    provisioning_status: Option<Text>,
}

/// What other tables need to know of a subscription: its short name, and the plans inside by id.
#[derive(Debug)]
pub(crate) struct Sku {
    pub(crate) part_number: Text,
    pub(crate) plans: BTreeMap<Text, Text>,
}

/// What a subscription can be: subscribedSku.capabilityStatus in Microsoft Graph.
const CAPABILITIES: [&str; 5] = ["Enabled", "Warning", "Suspended", "Deleted", "LockedOut"];

impl SkuWire {
    /// The row, and what other tables need, where the answer says it.
    pub(crate) fn row(self) -> (SubscribedSku, Option<Sku>) {
        let source = &SUBSCRIBED_SKUS;
        let part_number = self.sku_part_number.needed(source);
        let on = |plans: Vec<ServicePlan>| {
            let on = plans.into_iter().filter(|it| it.provisioning_status.as_deref() != Some("Disabled"));
            let named = on.map(|plan| Some((plan.service_plan_id?, plan.service_plan_name?)));
            named.collect::<Option<BTreeMap<Text, Text>>>().ok_or_else(|| unclear(source))
        };
        let plans = self.service_plans.into_value().ok_or_else(|| unclear(source)).and_then(on);
        let plans = Cell::from(plans);
        let sku = match (&part_number, &plans) {
            (Cell::Known(part_number), Cell::Known(plans)) => {
                Some(Sku { part_number: part_number.clone(), plans: plans.clone() })
            }
            _ => None,
        };
        let row = SubscribedSku {
            part_number,
            applies_to: self.applies_to.nullable(source),
            capability_status: self.capability_status.one_of(&CAPABILITIES, source),
            enabled_units: self.prepaid_units.then(|units| units.enabled).needed(source),
            consumed_units: self.consumed_units.needed(source),
            service_plans: plans.map(|plans| plans.into_values().collect()),
            ..SubscribedSku::new(self.sku_id)
        };
        (row, sku)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DomainWire {
    id: Text,
    #[serde(default)]
    authentication_type: Field<Text>,
    is_default: bool,
    is_initial: bool,
    is_root: bool,
    is_verified: bool,
    #[serde(default)]
    password_validity_period_in_days: Field<i64>,
    #[serde(default)]
    supported_services: Vec<Text>,
}

/// The number of days that stands for "never". Source: Microsoft Graph, domain.passwordValidityPeriodInDays.
const NEVER: i64 = 2_147_483_647;

impl DomainWire {
    pub(crate) fn row(self) -> Domain {
        let days = self.password_validity_period_in_days.nullable(&DOMAINS);
        Domain {
            authentication_type: self.authentication_type.one_of(&["Managed", "Federated"], &DOMAINS),
            is_default: Cell::Known(self.is_default),
            is_initial: Cell::Known(self.is_initial),
            is_root: Cell::Known(self.is_root),
            is_verified: Cell::Known(self.is_verified),
            password_never_expires: days.clone().map(|days| days.is_none_or(|days| days == NEVER)),
            password_validity_days: days,
            supported_services: Cell::Known(self.supported_services),
            ..Domain::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_said_of_a_subscription_is_unknown() {
        let whole = || {
            json!({ "skuId": "S", "skuPartNumber": "SPB", "appliesTo": "User", "capabilityStatus": "Enabled",
                "consumedUnits": 1, "prepaidUnits": { "enabled": 2 },
                "servicePlans": [{ "servicePlanId": "p", "servicePlanName": "AAD_PREMIUM", "provisioningStatus": "Success" }] })
        };
        let read = |wire| serde_json::from_value::<SkuWire>(wire).expect("a subscription").row();
        let (row, sku) = read(whole());
        assert_eq!(row.service_plans, Cell::Known(vec!["AAD_PREMIUM".into()]));
        assert_eq!((row.id.as_str(), sku.map(|sku| sku.part_number)), ("s", Some("SPB".into())));
        type Unknown = fn(&SubscribedSku) -> bool;
        let cases: [(&str, Unknown, bool); 4] = [
            ("skuPartNumber", |row| row.part_number.gap().is_some(), false),
            ("servicePlans", |row| row.service_plans.gap().is_some(), false),
            ("capabilityStatus", |row| row.capability_status.gap().is_some(), true),
            ("prepaidUnits", |row| row.enabled_units.gap().is_some(), true),
        ];
        for (property, unknown, told) in cases {
            let mut wire = whole();
            wire.as_object_mut().expect("an object").remove(property);
            let (row, sku) = read(wire);
            assert!(unknown(&row), "{property}");
            assert_eq!(sku.is_some(), told, "{property}");
        }
        let mut wire = whole();
        wire["capabilityStatus"] = "SomethingNew".into();
        assert!(read(wire).0.capability_status.gap().is_some());
    }
}
