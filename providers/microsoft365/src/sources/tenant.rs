//! The tenant itself, its subscriptions and domains.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenantscan_model::rows::{Domain, Organization, SubscribedSku};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Field, Source};

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
    sku_part_number: Option<Text>,
    applies_to: Option<Text>,
    capability_status: Option<Text>,
    #[serde(default)]
    consumed_units: i64,
    prepaid_units: Option<PrepaidUnits>,
    #[serde(default)]
    service_plans: Vec<ServicePlan>,
}

#[derive(Debug, Deserialize)]
struct PrepaidUnits {
    enabled: Option<i64>,
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

impl SkuWire {
    pub(crate) fn row(self) -> (SubscribedSku, Sku) {
        let on: Vec<ServicePlan> =
            self.service_plans.into_iter().filter(|it| it.provisioning_status.as_deref() != Some("Disabled")).collect();
        let names = on.iter().filter_map(|plan| plan.service_plan_name.clone()).collect();
        let part_number = self.sku_part_number.unwrap_or_default();
        let row = SubscribedSku {
            part_number: Cell::Known(part_number.clone()),
            applies_to: Cell::Known(self.applies_to),
            capability_status: Cell::Known(self.capability_status.unwrap_or_default()),
            enabled_units: Cell::Known(self.prepaid_units.and_then(|units| units.enabled).unwrap_or_default()),
            consumed_units: Cell::Known(self.consumed_units),
            service_plans: Cell::Known(names),
            ..SubscribedSku::new(self.sku_id)
        };
        let plans = on.into_iter().filter_map(|plan| Some((plan.service_plan_id?, plan.service_plan_name?))).collect();
        (row, Sku { part_number, plans })
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
