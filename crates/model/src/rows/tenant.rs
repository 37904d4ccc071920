//! The tenant itself: who it is, its domains, what it has bought.

use crate::dataset::dataset;
use crate::{Text, Time};

dataset! {
    /// The tenant as the vendor knows it.
    organization as organization: Organization, singleton = true, label = name {
        /// The vendor's id of the tenant.
        id: Text,
        /// The organisation's name.
        name: Text,
        /// Kind of directory: `AAD` for an ordinary one, `AAD B2C` or `CIAM` for one that holds customers.
        /// Source: Microsoft Graph, organization.tenantType.
        tenant_type: Option<Text>,
        /// When the tenant was made.
        created: Option<Time>,
        /// Two-letter country code.
        country: Option<Text>,
        /// Whether accounts come from a server on site. Null: never; false: once, but no longer.
        /// Source: Microsoft Graph, organization.onPremisesSyncEnabled.
        on_premises_sync: Option<bool>,
        /// When accounts were last brought over from the server on site.
        on_premises_last_sync: Option<Time>,
        /// Addresses to which the vendor sends technical notices.
        technical_contacts: Vec<Text>,
        /// Addresses to which the vendor sends security and privacy notices.
        security_contacts: Vec<Text>,
        /// The address for privacy questions that people outside are shown.
        privacy_contact: Option<Text>,
        /// Names of the domains that are proven to belong to the tenant.
        verified_domains: Vec<Text>,
        /// The domain that new accounts get.
        default_domain: Option<Text>,
        /// The domain that the vendor gave the tenant at its start: `….onmicrosoft.com`.
        initial_domain: Option<Text>,
        /// Names of the service plans that are in force for the tenant, from every subscription that is paid up or in
        /// its grace period: `AAD_PREMIUM` is Entra ID P1, `AAD_PREMIUM_P2` is Entra ID P2.
        /// Source: Microsoft Graph, subscribedSku.servicePlans of SKUs whose capabilityStatus is Enabled or Warning. Google:
        /// names of the editions that somebody has a licence of.
        service_plans: Vec<Text>,
    }
}

dataset! {
    /// Domains of the tenant, proven or not.
    domains as domain: Domain, singleton = false, label = id {
        /// The domain's name.
        id: Text,
        /// `Managed`: passwords are checked by the vendor; `Federated`: by another sign-in service.
        authentication_type: Text,
        /// Whether new accounts get this domain.
        is_default: bool,
        /// Whether the vendor gave this domain to the tenant at its start.
        is_initial: bool,
        /// Whether it is a domain of its own, not a subdomain that follows its root.
        is_root: bool,
        /// Whether ownership is proven.
        is_verified: bool,
        /// Days after which a password must be changed. 2147483647, or null in tenants made since October 2021, means
        /// never. Source: Microsoft Graph, domain.passwordValidityPeriodInDays.
        password_validity_days: Option<i64>,
        /// Whether passwords of this domain never expire, by either way of saying so.
        password_never_expires: bool,
        /// Services that use the domain: `Email`, `OfficeCommunicationsOnline`, …
        supported_services: Vec<Text>,
    }
}

dataset! {
    /// Subscriptions that the tenant holds.
    subscribed_skus as sku: SubscribedSku, singleton = false, label = part_number {
        /// The id of the product (skuId).
        id: Text,
        /// The vendor's short name of the product: `SPB` is Microsoft 365 Business Premium. Google has none: the name by
        /// the dated list of editions, as `Business Standard`.
        part_number: Text,
        /// `User` or `Company`: what the product is assigned to.
        applies_to: Option<Text>,
        /// `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`. A feature counts only while it is `Enabled` or
        /// `Warning` (the grace period).
        capability_status: Text,
        /// Seats that are paid for.
        enabled_units: i64,
        /// Seats that are assigned.
        consumed_units: i64,
        /// Names of the service plans inside that are not switched off: `AAD_PREMIUM`, `EXCHANGE_S_STANDARD`, …
        service_plans: Vec<Text>,
    }
}
