//! Accounts and groups.

use serde::{Deserialize, Deserializer};
use tenantscan_model::rows::{Group, PerUserMfa, User};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Field, Source, unclear};

use crate::api::GRAPH;

pub(crate) static USERS: Source = Source {
    id: "microsoft365.users",
    title: "Accounts",
    api: &GRAPH,
    path: "/v1.0/users?$select=id,userPrincipalName,displayName,accountEnabled,userType,createdDateTime,onPremisesSyncEnabled,assignedLicenses,lastPasswordChangeDateTime,passwordPolicies,externalUserState,externalUserStateChangeDateTime,isResourceAccount&$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All", "User.Read.All"],
    licence: None,
    role: None,
    lists: &["users"],
    fills: &[
        "users.id",
        "users.name",
        "users.principal_name",
        "users.enabled",
        "users.user_type",
        "users.is_resource_account",
        "users.created",
        "users.on_premises_synced",
        "users.licensed",
        "users.sku_part_numbers",
        "users.has_mailbox",
        "users.uncovered_services",
        "users.last_password_change",
        "users.password_never_expires",
        "users.invitation_state",
        "users.invitation_changed",
    ],
    docs: "https://learn.microsoft.com/graph/api/user-list",
};

pub(crate) static SIGN_IN_ACTIVITY: Source = Source {
    id: "microsoft365.sign_in_activity",
    title: "Last sign-ins",
    api: &GRAPH,
    path: "/v1.0/users?$select=id,userPrincipalName,displayName,accountEnabled,userType,createdDateTime,onPremisesSyncEnabled,assignedLicenses,lastPasswordChangeDateTime,passwordPolicies,externalUserState,externalUserStateChangeDateTime,isResourceAccount,signInActivity&$top=500",
    call: Call::Get,
    permissions: &["AuditLog.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &[],
    fills: &["users.last_sign_in", "users.ever_signed_in"],
    docs: "https://learn.microsoft.com/graph/api/resources/signinactivity",
};

pub(crate) static REGISTRATION_DETAILS: Source = Source {
    id: "microsoft365.registration_details",
    title: "Registered sign-in methods",
    api: &GRAPH,
    path: "/v1.0/reports/authenticationMethods/userRegistrationDetails",
    call: Call::Get,
    permissions: &["AuditLog.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &[],
    fills: &[
        "users.mfa_registered",
        "users.mfa_capable",
        "users.methods_registered",
        "users.phishing_resistant_registered",
    ],
    docs: "https://learn.microsoft.com/graph/api/authenticationmethodsroot-list-userregistrationdetails",
};

pub(crate) static PER_USER_MFA: Source = Source {
    id: "microsoft365.per_user_mfa",
    title: "Per-user multifactor authentication",
    api: &GRAPH,
    path: "/v1.0/users?$select=id,perUserMfaState&$top=999",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: None,
    role: None,
    lists: &[],
    fills: &["users.per_user_mfa"],
    docs: "https://learn.microsoft.com/graph/api/resources/strongauthenticationrequirements",
};

pub(crate) static GROUPS: Source = Source {
    id: "microsoft365.groups",
    title: "Groups",
    api: &GRAPH,
    path: "/v1.0/groups?$select=id,displayName,groupTypes,visibility,securityEnabled,mailEnabled,isAssignableToRole,resourceProvisioningOptions,mail&$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All", "Group.Read.All"],
    licence: None,
    role: None,
    lists: &["groups"],
    fills: &[
        "groups.id",
        "groups.name",
        "groups.types",
        "groups.visibility",
        "groups.security_enabled",
        "groups.mail_enabled",
        "groups.mail",
        "groups.role_assignable",
        "groups.is_microsoft365_group",
        "groups.is_team",
    ],
    docs: "https://learn.microsoft.com/graph/api/group-list",
};

pub(crate) static GROUP_MEMBERS: Source = Source {
    id: "microsoft365.group_members",
    title: "Members of the groups that rules and roles name",
    api: &GRAPH,
    path: "/v1.0/groups/{id}/transitiveMembers?$select=id&$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All", "GroupMember.Read.All"],
    licence: None,
    role: None,
    lists: &[],
    fills: &["group members"],
    docs: "https://learn.microsoft.com/graph/api/group-list-transitivemembers",
};

/// An id in small letters, by which other answers find it however they write it.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    Text::deserialize(deserializer).map(|id| id.to_ascii_lowercase().into())
}

/// As [`id`], where it may be left out.
pub(crate) fn some_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Text>, D::Error> {
    Field::<Text>::deserialize(deserializer).map(|it| it.then(|id| Field::Value(id.to_ascii_lowercase().into())))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWire {
    #[serde(deserialize_with = "id")]
    pub(crate) id: Text,
    #[serde(default)]
    user_principal_name: Field<Text>,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    account_enabled: Field<bool>,
    #[serde(default)]
    user_type: Field<Text>,
    #[serde(default)]
    created_date_time: Field<Time>,
    #[serde(default)]
    on_premises_sync_enabled: Field<bool>,
    #[serde(default)]
    pub(crate) assigned_licenses: Field<Vec<AssignedLicense>>,
    #[serde(default)]
    last_password_change_date_time: Field<Time>,
    #[serde(default)]
    password_policies: Field<Text>,
    #[serde(default)]
    external_user_state: Field<Text>,
    #[serde(default)]
    external_user_state_change_date_time: Field<Time>,
    #[serde(default)]
    is_resource_account: Field<bool>,
    /// Left out where nobody ever signed in.
    pub(crate) sign_in_activity: Option<SignInActivity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignedLicense {
    #[serde(default, deserialize_with = "some_id")]
    pub(crate) sku_id: Field<Text>,
    #[serde(default)]
    pub(crate) disabled_plans: Field<Vec<Text>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SignInActivity {
    last_successful_sign_in_date_time: Field<Time>,
    last_non_interactive_sign_in_date_time: Field<Time>,
    last_sign_in_date_time: Field<Time>,
}

/// Since when `lastSuccessfulSignInDateTime` is kept. Source: Microsoft Graph, signInActivity.
const SUCCESSES_KEPT_SINCE: &str = "2023-12-01T00:00:00Z";

impl SignInActivity {
    /// Last use. Where no success is kept, the other two bound the last use from above: they count failed tries as well,
    /// so what they say of the time since successes are kept was no use.
    pub(crate) fn last(&self) -> Cell<Option<Time>> {
        let tries = [&self.last_non_interactive_sign_in_date_time, &self.last_sign_in_date_time];
        let last_try = tries.iter().filter_map(|it| it.value().copied()).max();
        match &self.last_successful_sign_in_date_time {
            Field::Value(last) => Cell::Known(Some(*last)),
            Field::Null => {
                let kept: Time = SUCCESSES_KEPT_SINCE.parse().expect("a time");
                Cell::Known(last_try.map(|last| last.min(kept)))
            }
            Field::Absent if last_try.is_some() => Cell::Known(last_try),
            Field::Absent => Cell::Unknown(unclear(&SIGN_IN_ACTIVITY)),
        }
    }
}

impl UserWire {
    pub(crate) fn row(&self) -> User {
        let source = &USERS;
        User {
            name: self.display_name.clone().nullable(source).map(Option::unwrap_or_default),
            principal_name: self.user_principal_name.clone().needed(source),
            enabled: self.account_enabled.clone().needed(source),
            user_type: self.user_type.clone().word(&["Member", "Guest"], source),
            is_resource_account: self.is_resource_account.clone().nullable(source),
            created: self.created_date_time.clone().nullable(source),
            on_premises_synced: self.on_premises_sync_enabled.clone().nullable(source).map(|it| it == Some(true)),
            licensed: match &self.assigned_licenses {
                Field::Value(licences) => Cell::Known(!licences.is_empty()),
                Field::Absent | Field::Null => Cell::Unknown(unclear(source)),
            },
            last_password_change: self.last_password_change_date_time.clone().nullable(source),
            password_never_expires: self
                .password_policies
                .clone()
                .nullable(source)
                .map(|it| it.is_some_and(|policies| policies.contains("DisablePasswordExpiration"))),
            invitation_state: self.external_user_state.clone().word(&["PendingAcceptance", "Accepted"], source),
            invitation_changed: self.external_user_state_change_date_time.clone().nullable(source),
            ..User::new(self.id.clone())
        }
    }
}

/// Methods that a fake sign-in page cannot relay, as the registration report names them.
const PHISHING_RESISTANT: [&str; 7] = [
    "fido2",
    "fido2SecurityKey",
    "passKeyDeviceBound",
    "passKeyDeviceBoundAuthenticator",
    "windowsHelloForBusiness",
    "macOsSecureEnclaveKey",
    "x509Certificate",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistrationWire {
    #[serde(deserialize_with = "id")]
    pub(crate) id: Text,
    is_mfa_registered: bool,
    is_mfa_capable: bool,
    #[serde(default)]
    methods_registered: Field<Vec<Text>>,
}

impl RegistrationWire {
    pub(crate) fn fill(self, user: &mut User) {
        let methods = self.methods_registered.needed(&REGISTRATION_DETAILS);
        let resistant = |all: Vec<Text>| all.iter().any(|method| PHISHING_RESISTANT.contains(&method.as_str()));
        user.mfa_registered = Cell::Known(self.is_mfa_registered);
        user.mfa_capable = Cell::Known(self.is_mfa_capable);
        user.phishing_resistant_registered = methods.clone().map(resistant);
        user.methods_registered = methods;
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PerUserMfaWire {
    #[serde(deserialize_with = "id")]
    pub(crate) id: Text,
    per_user_mfa_state: Option<Text>,
}

impl PerUserMfaWire {
    pub(crate) fn state(&self) -> Option<PerUserMfa> {
        match self.per_user_mfa_state.as_deref()? {
            "disabled" => Some(PerUserMfa::Disabled),
            "enabled" => Some(PerUserMfa::Enabled),
            "enforced" => Some(PerUserMfa::Enforced),
            _ => None,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupWire {
    #[serde(deserialize_with = "id")]
    id: Text,
    display_name: Option<Text>,
    #[serde(default)]
    group_types: Field<Vec<Text>>,
    #[serde(default)]
    visibility: Field<Text>,
    #[serde(default)]
    security_enabled: Field<bool>,
    #[serde(default)]
    mail_enabled: Field<bool>,
    #[serde(default)]
    mail: Field<Text>,
    #[serde(default)]
    is_assignable_to_role: Field<bool>,
    #[serde(default)]
    resource_provisioning_options: Field<Vec<Text>>,
}

impl GroupWire {
    pub(crate) fn row(self) -> Group {
        let source = &GROUPS;
        let types = self.group_types.needed(source);
        let has = |word: &'static str| move |list: Vec<Text>| list.iter().any(|it| *it == word);
        Group {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            visibility: self.visibility.word(&["Public", "Private", "HiddenMembership", "Hiddenmembership"], source),
            security_enabled: self.security_enabled.nullable(source),
            mail_enabled: self.mail_enabled.nullable(source),
            mail: self.mail.nullable(source),
            role_assignable: self.is_assignable_to_role.nullable(source),
            is_microsoft365_group: types.clone().map(has("Unified")),
            is_team: self.resource_provisioning_options.needed(source).map(has("Team")),
            types,
            ..Group::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct MemberWire {
    #[serde(deserialize_with = "id")]
    pub(crate) id: Text,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn account() -> Value {
        json!({
            "id": "ABC", "userPrincipalName": "ana@cedar.example", "displayName": "Ana", "accountEnabled": true,
            "userType": "Member", "createdDateTime": "2024-01-01T00:00:00Z", "onPremisesSyncEnabled": null,
            "assignedLicenses": [], "lastPasswordChangeDateTime": null, "passwordPolicies": null,
            "externalUserState": null, "externalUserStateChangeDateTime": null, "isResourceAccount": null
        })
    }

    fn row(account: Value) -> User {
        serde_json::from_value::<UserWire>(account).expect("an account").row()
    }

    /// The names of the columns that are unknown.
    fn unknown(user: &User) -> Vec<&'static str> {
        let columns = [
            ("name", user.name.gap()),
            ("principal_name", user.principal_name.gap()),
            ("enabled", user.enabled.gap()),
            ("user_type", user.user_type.gap()),
            ("created", user.created.gap()),
            ("on_premises_synced", user.on_premises_synced.gap()),
            ("licensed", user.licensed.gap()),
            ("password_never_expires", user.password_never_expires.gap()),
            ("invitation_state", user.invitation_state.gap()),
            ("invitation_changed", user.invitation_changed.gap()),
            ("is_resource_account", user.is_resource_account.gap()),
        ];
        columns.into_iter().filter_map(|(name, gap)| gap.map(|_| name)).collect()
    }

    #[test]
    fn what_is_not_said_of_an_account_is_unknown() {
        let cases = [
            ("displayName", "name"),
            ("userPrincipalName", "principal_name"),
            ("accountEnabled", "enabled"),
            ("userType", "user_type"),
            ("createdDateTime", "created"),
            ("onPremisesSyncEnabled", "on_premises_synced"),
            ("assignedLicenses", "licensed"),
            ("passwordPolicies", "password_never_expires"),
            ("externalUserState", "invitation_state"),
            ("externalUserStateChangeDateTime", "invitation_changed"),
            ("isResourceAccount", "is_resource_account"),
        ];
        assert_eq!(unknown(&row(account())), Vec::<&str>::new());
        for (property, due) in cases {
            let mut account = account();
            account.as_object_mut().expect("an object").remove(property).expect(property);
            assert_eq!(unknown(&row(account)), [due], "{property}");
        }
        for (property, due) in [("userType", "user_type"), ("externalUserState", "invitation_state")] {
            let mut account = account();
            account[property] = "SomethingNew".into();
            assert_eq!(unknown(&row(account)), [due], "{property}");
        }
        assert_eq!(row(account()).id, "abc");
    }

    #[test]
    fn tries_that_failed_are_no_use_of_an_account() {
        let (old, late) = ("2023-05-01T00:00:00Z", "2026-11-01T00:00:00Z");
        let cases = [
            (json!({ "lastSuccessfulSignInDateTime": old, "lastSignInDateTime": late }), Some(Some(old))),
            (
                json!({ "lastSuccessfulSignInDateTime": null, "lastSignInDateTime": late }),
                Some(Some(SUCCESSES_KEPT_SINCE)),
            ),
            (json!({ "lastSuccessfulSignInDateTime": null, "lastNonInteractiveSignInDateTime": old }), Some(Some(old))),
            (json!({ "lastSuccessfulSignInDateTime": null, "lastSignInDateTime": null }), Some(None)),
            (json!({ "lastSignInDateTime": late }), Some(Some(late))),
            (json!({}), None),
        ];
        for (activity, due) in cases {
            let last = serde_json::from_value::<SignInActivity>(activity.clone()).expect("activity").last();
            let due = due.map(|due| due.map(|due| due.parse::<Time>().expect("a time")));
            assert_eq!(last.known().copied(), due, "{activity}");
        }
    }
}
