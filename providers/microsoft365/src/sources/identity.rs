//! Accounts and groups.

use serde::Deserialize;
use tenantscan_model::rows::{Group, PerUserMfa, User};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Field, Source};

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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWire {
    pub(crate) id: Text,
    user_principal_name: Option<Text>,
    display_name: Option<Text>,
    account_enabled: Option<bool>,
    user_type: Option<Text>,
    created_date_time: Option<Time>,
    on_premises_sync_enabled: Option<bool>,
    #[serde(default)]
    pub(crate) assigned_licenses: Vec<AssignedLicense>,
    last_password_change_date_time: Option<Time>,
    password_policies: Option<Text>,
    external_user_state: Option<Text>,
    external_user_state_change_date_time: Option<Time>,
    is_resource_account: Option<bool>,
    pub(crate) sign_in_activity: Option<SignInActivity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignedLicense {
    pub(crate) sku_id: Option<Text>,
    #[serde(default)]
    pub(crate) disabled_plans: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInActivity {
    last_successful_sign_in_date_time: Option<Time>,
    last_non_interactive_sign_in_date_time: Option<Time>,
    last_sign_in_date_time: Option<Time>,
}

impl SignInActivity {
    /// Last use. `lastSuccessfulSignInDateTime` is kept since December 2023; where it is missing, the other two count
    /// failed tries as well and so bound the last use from above.
    pub(crate) fn last(&self) -> Option<Time> {
        self.last_successful_sign_in_date_time
            .or_else(|| self.last_non_interactive_sign_in_date_time.max(self.last_sign_in_date_time))
    }
}

impl UserWire {
    pub(crate) fn row(&self, unclear: impl FnOnce() -> tenantscan_model::Gap) -> User {
        let policies = self.password_policies.as_deref().unwrap_or_default();
        User {
            name: Cell::Known(self.display_name.clone().unwrap_or_default()),
            principal_name: Cell::Known(self.user_principal_name.clone().unwrap_or_default()),
            enabled: self.account_enabled.map_or_else(|| Cell::Unknown(unclear()), Cell::Known),
            user_type: Cell::Known(self.user_type.clone()),
            is_resource_account: Cell::Known(self.is_resource_account),
            created: Cell::Known(self.created_date_time),
            on_premises_synced: Cell::Known(self.on_premises_sync_enabled == Some(true)),
            licensed: Cell::Known(!self.assigned_licenses.is_empty()),
            last_password_change: Cell::Known(self.last_password_change_date_time),
            password_never_expires: Cell::Known(policies.contains("DisablePasswordExpiration")),
            invitation_state: Cell::Known(self.external_user_state.clone()),
            invitation_changed: Cell::Known(self.external_user_state_change_date_time),
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
    pub(crate) id: Text,
    is_mfa_registered: bool,
    is_mfa_capable: bool,
    #[serde(default)]
    methods_registered: Vec<Text>,
}

impl RegistrationWire {
    pub(crate) fn fill(self, user: &mut User) {
        let resistant = self.methods_registered.iter().any(|method| PHISHING_RESISTANT.contains(&method.as_str()));
        user.mfa_registered = Cell::Known(self.is_mfa_registered);
        user.mfa_capable = Cell::Known(self.is_mfa_capable);
        user.methods_registered = Cell::Known(self.methods_registered);
        user.phishing_resistant_registered = Cell::Known(resistant);
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PerUserMfaWire {
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
    id: Text,
    display_name: Option<Text>,
    #[serde(default)]
    group_types: Vec<Text>,
    visibility: Option<Text>,
    security_enabled: Option<bool>,
    mail_enabled: Option<bool>,
    #[serde(default)]
    mail: Field<Text>,
    is_assignable_to_role: Option<bool>,
    #[serde(default)]
    resource_provisioning_options: Vec<Text>,
}

impl GroupWire {
    pub(crate) fn row(self) -> Group {
        Group {
            name: Cell::Known(self.display_name.unwrap_or_default()),
            visibility: Cell::Known(self.visibility),
            security_enabled: Cell::Known(self.security_enabled),
            mail_enabled: Cell::Known(self.mail_enabled),
            mail: self.mail.nullable(&GROUPS),
            role_assignable: Cell::Known(self.is_assignable_to_role),
            is_microsoft365_group: Cell::Known(self.group_types.iter().any(|it| *it == "Unified")),
            is_team: Cell::Known(self.resource_provisioning_options.iter().any(|it| *it == "Team")),
            types: Cell::Known(self.group_types),
            ..Group::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct MemberWire {
    pub(crate) id: Text,
}
