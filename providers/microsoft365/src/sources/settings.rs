//! Settings of the tenant: what accounts may do, how they sign in, when sessions end, what comes from a server on site.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenantscan_model::rows::{
    ActivityTimeout, AdminConsentPolicy, AuthenticationMethod, AuthenticationMethodsPolicy, AuthorizationPolicy,
    MethodState, OnPremisesSync,
};
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static AUTHORIZATION_POLICY: Source = Source {
    id: "microsoft365.authorization_policy",
    title: "What members and guests may do",
    api: &GRAPH,
    path: "/v1.0/policies/authorizationPolicy",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &["authorization_policy"],
    fills: &[
        "authorization_policy.id",
        "authorization_policy.allow_invites_from",
        "authorization_policy.guest_access",
        "authorization_policy.email_verified_users_may_join",
        "authorization_policy.email_subscriptions_allowed",
        "authorization_policy.self_service_reset_allowed",
        "authorization_policy.risky_app_consent_allowed",
        "authorization_policy.msol_powershell_blocked",
        "authorization_policy.users_create_apps",
        "authorization_policy.users_create_security_groups",
        "authorization_policy.users_create_tenants",
        "authorization_policy.users_read_others",
        "authorization_policy.consent_policies",
        "authorization_policy.user_consent",
    ],
    docs: "https://learn.microsoft.com/graph/api/authorizationpolicy-get",
};

pub(crate) static AUTHENTICATION_METHODS: Source = Source {
    id: "microsoft365.authentication_methods",
    title: "Sign-in methods that are allowed",
    api: &GRAPH,
    path: "/v1.0/policies/authenticationMethodsPolicy",
    call: Call::Get,
    permissions: &["Policy.Read.All", "Policy.Read.AuthenticationMethod"],
    licence: None,
    role: None,
    lists: &["authentication_methods_policy", "authentication_methods"],
    fills: &[
        "authentication_methods_policy.id",
        "authentication_methods_policy.migration_state",
        "authentication_methods_policy.registration_campaign",
        "authentication_methods.id",
        "authentication_methods.state",
        "authentication_methods.include_targets",
        "authentication_methods.exclude_targets",
    ],
    docs: "https://learn.microsoft.com/graph/api/authenticationmethodspolicy-get",
};

pub(crate) static ADMIN_CONSENT_POLICY: Source = Source {
    id: "microsoft365.admin_consent_policy",
    title: "How people ask for the approval of an app",
    api: &GRAPH,
    path: "/v1.0/policies/adminConsentRequestPolicy",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &["admin_consent_policy"],
    fills: &[
        "admin_consent_policy.id",
        "admin_consent_policy.enabled",
        "admin_consent_policy.reviewer_count",
        "admin_consent_policy.notifies_reviewers",
    ],
    docs: "https://learn.microsoft.com/graph/api/adminconsentrequestpolicy-get",
};

pub(crate) static ACTIVITY_TIMEOUTS: Source = Source {
    id: "microsoft365.activity_timeouts",
    title: "When idle web sessions end",
    api: &GRAPH,
    path: "/v1.0/policies/activityBasedTimeoutPolicies?$select=id,displayName,definition,isOrganizationDefault",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &["activity_timeouts"],
    fills: &[
        "activity_timeouts.id",
        "activity_timeouts.name",
        "activity_timeouts.is_organization_default",
        "activity_timeouts.application",
        "activity_timeouts.web_session_idle_minutes",
    ],
    docs: "https://learn.microsoft.com/graph/api/activitybasedtimeoutpolicy-list",
};

/// The vendor names no application permission for it: an app may be refused. It is asked all the same.
pub(crate) static ON_PREMISES_SYNC: Source = Source {
    id: "microsoft365.on_premises_sync",
    title: "How accounts come from a server on site",
    api: &GRAPH,
    path: "/v1.0/directory/onPremisesSynchronization",
    call: Call::Get,
    permissions: &["OnPremDirectorySynchronization.Read.All"],
    licence: None,
    role: None,
    lists: &["on_premises_sync"],
    fills: &[
        "on_premises_sync.id",
        "on_premises_sync.password_hash_sync",
        "on_premises_sync.deletion_prevention",
        "on_premises_sync.soft_match_enabled",
        "on_premises_sync.hard_match_takeover_blocked",
    ],
    docs: "https://learn.microsoft.com/graph/api/onpremisesdirectorysynchronization-get",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthorizationWire {
    id: Text,
    #[serde(default)]
    allow_invites_from: Field<Text>,
    #[serde(default)]
    guest_user_role_id: Field<Text>,
    #[serde(default)]
    allow_email_verified_users_to_join_organization: Field<bool>,
    #[serde(default)]
    allowed_to_sign_up_email_based_subscriptions: Field<bool>,
    #[serde(default, rename = "allowedToUseSSPR")]
    allowed_to_use_sspr: Field<bool>,
    #[serde(default)]
    allow_user_consent_for_risky_apps: Field<bool>,
    #[serde(default, rename = "blockMsolPowerShell")]
    block_msol_power_shell: Field<bool>,
    #[serde(default)]
    default_user_role_permissions: Field<RolePermissions>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RolePermissions {
    allowed_to_create_apps: Field<bool>,
    allowed_to_create_security_groups: Field<bool>,
    allowed_to_create_tenants: Field<bool>,
    allowed_to_read_other_users: Field<bool>,
    permission_grant_policies_assigned: Field<Vec<Text>>,
}

/// What guests see, by the role that they get. Source: Microsoft Graph, authorizationPolicy.guestUserRoleId.
const GUEST_ACCESS: [(&str, &str); 3] = [
    ("a0b1b346-4d3e-4e8b-98f8-753987be4970", "same_as_members"),
    ("10dae51f-b6af-4016-8d66-8c2a99b929b3", "limited"),
    ("2af84b1e-32c8-42b7-82bc-daa82404023b", "restricted"),
];

/// Start of the consent policies by which people consent for themselves; others are about groups that they own.
const FOR_SELF: &str = "managepermissiongrantsforself.";

/// The vendor's own consent policies. "recommended" is what Microsoft manages and changes by itself: no administrator is
/// asked where it allows consent, so it counts as `any`. Source: learn.microsoft.com, manage app consent policies.
const CONSENT: [(&str, &str); 4] = [
    ("microsoft-user-default-legacy", "any"),
    ("microsoft-user-default-recommended", "any"),
    ("microsoft-user-default-allow-consent-apps", "any"),
    ("microsoft-user-default-low", "low_risk"),
];

/// How far people may consent to apps; none when a policy of the vendor is not known here.
fn user_consent(policies: &[Text]) -> Option<&'static str> {
    let mut words = Vec::new();
    for policy in policies {
        let id = policy.to_ascii_lowercase().replacen(FOR_SELF, "", 1);
        let known = CONSENT.iter().find(|(known, _)| *known == id).map(|(_, word)| *word);
        words.push(known.or((!id.starts_with("microsoft-")).then_some("custom"))?);
    }
    ["any", "custom", "low_risk"].into_iter().find(|word| words.contains(word)).or(Some("none"))
}

impl AuthorizationWire {
    pub(crate) fn row(self) -> AuthorizationPolicy {
        let source = &AUTHORIZATION_POLICY;
        let people = self.default_user_role_permissions;
        let role = |id: Text| {
            let known = GUEST_ACCESS.iter().find(|(known, _)| id.eq_ignore_ascii_case(known));
            known.map_or(id.clone(), |(_, word)| (*word).into())
        };
        let own = |policies: Vec<Text>| {
            policies.into_iter().filter(|it| it.to_ascii_lowercase().starts_with(FOR_SELF)).collect::<Vec<_>>()
        };
        let consent = people.clone().then(|it| it.permission_grant_policies_assigned).needed(source).map(own);
        let user_consent = match &consent {
            Cell::Known(policies) => user_consent(policies).map(Text::from).ok_or_else(|| unclear(source)).into(),
            Cell::Unknown(gap) => Cell::Unknown(gap.clone()),
        };
        AuthorizationPolicy {
            allow_invites_from: self
                .allow_invites_from
                .word(&["none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"], source),
            guest_access: self.guest_user_role_id.nullable(source).map(|id| id.map(role)),
            email_verified_users_may_join: self.allow_email_verified_users_to_join_organization.needed(source),
            email_subscriptions_allowed: self.allowed_to_sign_up_email_based_subscriptions.needed(source),
            self_service_reset_allowed: self.allowed_to_use_sspr.needed(source),
            risky_app_consent_allowed: self.allow_user_consent_for_risky_apps.nullable(source),
            msol_powershell_blocked: self.block_msol_power_shell.nullable(source),
            users_create_apps: people.clone().then(|it| it.allowed_to_create_apps).needed(source),
            users_create_security_groups: people.clone().then(|it| it.allowed_to_create_security_groups).needed(source),
            users_create_tenants: people.clone().then(|it| it.allowed_to_create_tenants).nullable(source),
            users_read_others: people.then(|it| it.allowed_to_read_other_users).needed(source),
            consent_policies: consent,
            user_consent,
            ..AuthorizationPolicy::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodsWire {
    id: Text,
    #[serde(default)]
    policy_migration_state: Field<Text>,
    #[serde(default)]
    registration_enforcement: Field<RegistrationEnforcement>,
    #[serde(default)]
    pub(crate) authentication_method_configurations: Field<Vec<MethodWire>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RegistrationEnforcement {
    authentication_methods_registration_campaign: Field<Campaign>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Campaign {
    state: Field<Text>,
}

impl MethodsWire {
    pub(crate) fn row(self) -> AuthenticationMethodsPolicy {
        let source = &AUTHENTICATION_METHODS;
        let campaign = self.registration_enforcement.then(|it| it.authentication_methods_registration_campaign);
        AuthenticationMethodsPolicy {
            migration_state: self
                .policy_migration_state
                .word(&["preMigration", "migrationInProgress", "migrationComplete"], source),
            registration_campaign: campaign.then(|it| it.state).word(&["default", "enabled", "disabled"], source),
            ..AuthenticationMethodsPolicy::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodWire {
    id: Text,
    #[serde(default)]
    state: Field<Text>,
    #[serde(default)]
    include_targets: Field<Vec<Target>>,
    #[serde(default)]
    exclude_targets: Field<Vec<Target>>,
}

#[derive(Debug, Deserialize)]
struct Target {
    id: Text,
}

/// Methods that the older settings, for a second step and for resetting a password, can allow as well.
/// Source: learn.microsoft.com/entra/identity/authentication/how-to-authentication-methods-manage.
const ALLOWED_BY_OLDER_SETTINGS: [&str; 6] =
    ["Sms", "Voice", "Email", "MicrosoftAuthenticator", "SoftwareOath", "HardwareOath"];

/// Methods that every tenant's list has, switched on or off: of one that is not there nothing is known. The cloud in China
/// has no telephone calls.
const ALWAYS_LISTED: [&str; 2] = ["Email", "Sms"];

impl MethodWire {
    /// Whether the list has what every tenant's has.
    pub(crate) fn are_whole(methods: &[Self]) -> bool {
        ALWAYS_LISTED.iter().all(|known| methods.iter().any(|method| method.id.eq_ignore_ascii_case(known)))
    }

    /// `migration` says whether the older settings, which no API shows, count too: they do until the change to the newer
    /// ones is complete. A tenant that never had them has no such state. Source:
    /// learn.microsoft.com/entra/identity/authentication/concept-authentication-methods-manage#migration-between-policies.
    pub(crate) fn row(self, migration: &Cell<Option<Text>>) -> AuthenticationMethod {
        let source = &AUTHENTICATION_METHODS;
        let older = ALLOWED_BY_OLDER_SETTINGS.iter().any(|known| self.id.eq_ignore_ascii_case(known));
        let doubt = match migration.read() {
            _ if !older => None,
            Ok(None) => None,
            Ok(Some(state)) if *state == "migrationComplete" => None,
            Ok(Some(_)) => Some(Gap::new(Cause::NotSupplied, source.id)),
            Err(gap) => Some(gap.clone()),
        };
        let ids = |targets: Vec<Target>| targets.into_iter().map(|target| target.id).collect();
        AuthenticationMethod {
            state: match self.state.value().map(Text::as_str) {
                Some("enabled") => Cell::Known(MethodState::Enabled),
                Some("disabled") => doubt.map_or(Cell::Known(MethodState::Disabled), Cell::Unknown),
                _ => Cell::Unknown(unclear(source)),
            },
            include_targets: self.include_targets.needed(source).map(ids),
            exclude_targets: self.exclude_targets.needed(source).map(ids),
            ..AuthenticationMethod::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminConsentWire {
    #[serde(default)]
    is_enabled: Field<bool>,
    #[serde(default)]
    notify_reviewers: Field<bool>,
    #[serde(default)]
    reviewers: Field<Vec<serde::de::IgnoredAny>>,
}

impl AdminConsentWire {
    pub(crate) fn row(self) -> AdminConsentPolicy {
        let source = &ADMIN_CONSENT_POLICY;
        let count = |reviewers: Vec<_>| i64::try_from(reviewers.len()).unwrap_or(i64::MAX);
        AdminConsentPolicy {
            enabled: self.is_enabled.needed(source),
            reviewer_count: self.reviewers.needed(source).map(count),
            notifies_reviewers: self.notify_reviewers.needed(source),
            ..AdminConsentPolicy::new("adminConsentRequestPolicy")
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeoutWire {
    id: Text,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    is_organization_default: Field<bool>,
    #[serde(default)]
    definition: Field<Vec<Text>>,
}

/// The JSON that stands as text in `definition`.
#[derive(Deserialize)]
struct Definition {
    #[serde(rename = "ActivityBasedTimeoutPolicy")]
    policy: TimeoutPolicy,
}

#[derive(Deserialize)]
struct TimeoutPolicy {
    #[serde(rename = "ApplicationPolicies")]
    applications: Vec<BTreeMap<String, serde_json::Value>>,
}

/// Minutes of `hh:mm:ss` or `d.hh:mm:ss`, rounded up.
fn minutes(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once('.').unwrap_or(("0", text));
    let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok().map(i64::from));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let days = i64::from(days.parse::<u32>().ok()?);
    parts.next().is_none().then_some((days * 24 + hours) * 60 + minutes + i64::from(seconds > 0))
}

impl TimeoutWire {
    /// One row for each app; one that says nothing where the definition cannot be read.
    pub(crate) fn rows(self) -> Vec<ActivityTimeout> {
        let source = &ACTIVITY_TIMEOUTS;
        let name = self.display_name.needed(source);
        let whole = self.is_organization_default.nullable(source);
        let row = |id: Text, application: Option<&str>, minutes: Option<i64>| ActivityTimeout {
            name: name.clone(),
            is_organization_default: whole.clone(),
            application: application.map(Text::from).ok_or_else(|| unclear(source)).into(),
            web_session_idle_minutes: minutes.ok_or_else(|| unclear(source)).into(),
            ..ActivityTimeout::new(id)
        };
        let texts = self.definition.value();
        let read: Option<Vec<Definition>> =
            texts.and_then(|texts| texts.iter().map(|text| serde_json::from_str(text).ok()).collect());
        let Some(definitions) = read.filter(|definitions| !definitions.is_empty()) else {
            return vec![row(self.id, None, None)];
        };
        let applications = definitions.iter().flat_map(|definition| &definition.policy.applications);
        applications
            .map(|application| {
                let text = |name: &str| application.get(name).and_then(serde_json::Value::as_str);
                let id = text("ApplicationId");
                let key = format!("{}/{}", self.id, id.unwrap_or_default());
                row(key.into(), id, text("WebSessionIdleTimeout").and_then(minutes))
            })
            .collect()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncWire {
    id: Text,
    #[serde(default)]
    configuration: Field<SyncConfiguration>,
    #[serde(default)]
    features: Field<SyncFeatures>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SyncConfiguration {
    accidental_deletion_prevention: Field<DeletionPrevention>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeletionPrevention {
    synchronization_prevention_type: Field<Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SyncFeatures {
    password_sync_enabled: Field<bool>,
    block_soft_match_enabled: Field<bool>,
    block_cloud_object_takeover_through_hard_match_enabled: Field<bool>,
}

impl SyncWire {
    pub(crate) fn row(self) -> OnPremisesSync {
        let source = &ON_PREMISES_SYNC;
        let features = self.features;
        let prevention = self.configuration.then(|it| it.accidental_deletion_prevention);
        OnPremisesSync {
            password_hash_sync: features.clone().then(|it| it.password_sync_enabled).nullable(source),
            deletion_prevention: prevention
                .then(|it| it.synchronization_prevention_type)
                .word(&["disabled", "enabledForCount", "enabledForPercentage"], source),
            // Accounts are matched by mail address whatever `softMatchOnUpnEnabled` says; only the block stops it.
            // Source: Microsoft Graph, onPremisesDirectorySynchronizationFeature.
            soft_match_enabled: features
                .clone()
                .then(|it| it.block_soft_match_enabled)
                .nullable(source)
                .map(|blocked| blocked.map(|blocked| !blocked)),
            hard_match_takeover_blocked: features
                .then(|it| it.block_cloud_object_takeover_through_hard_match_enabled)
                .nullable(source),
            ..OnPremisesSync::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_of_methods_without_text_messages_is_not_the_whole_list() {
        let whole = |ids: &[&str]| {
            let list = ids.iter().map(|id| json!({ "id": id, "state": "disabled" })).collect();
            let methods: Vec<MethodWire> = serde_json::from_value(serde_json::Value::Array(list)).expect("methods");
            MethodWire::are_whole(&methods)
        };
        assert!(whole(&["Fido2", "Sms", "Voice", "Email"]));
        assert!(whole(&["fido2", "sms", "email"]));
        assert!(!whole(&["Fido2", "Voice", "Email"]));
        assert!(!whole(&[]));
    }

    #[test]
    fn a_method_that_is_off_may_be_allowed_by_the_older_settings_until_these_no_longer_count() {
        let state = |migration: serde_json::Value, id: &str, state: &str| {
            let mut policy = json!({ "id": "p", "policyMigrationState": migration });
            if migration == "left out" {
                policy.as_object_mut().expect("an object").remove("policyMigrationState");
            }
            let policy = serde_json::from_value::<MethodsWire>(policy).expect("a policy").row();
            let wire: MethodWire = serde_json::from_value(json!({ "id": id, "state": state })).expect("a method");
            wire.row(&policy.migration_state).state.known().copied()
        };
        let (on, off) = (Some(MethodState::Enabled), Some(MethodState::Disabled));
        let cases = [
            (json!("preMigration"), "Sms", "disabled", None),
            (json!("migrationInProgress"), "Voice", "disabled", None),
            (json!("migrationInProgress"), "Sms", "enabled", on),
            (json!("preMigration"), "Fido2", "disabled", off),
            (json!("migrationComplete"), "Sms", "disabled", off),
            (json!(null), "Sms", "disabled", off),
            (json!("somethingNew"), "Sms", "disabled", None),
            (json!("left out"), "Sms", "disabled", None),
        ];
        for (migration, id, said, due) in cases {
            assert_eq!(state(migration.clone(), id, said), due, "{migration} {id} {said}");
        }
    }
}
