//! Sign-in at another company's service: for whom, and with which.

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_provider::{Call, Source};

use crate::api::{CLOUD_IDENTITY, DIRECTORY};

const INBOUND_SSO: &[&str] = &["https://www.googleapis.com/auth/cloud-identity.inboundsso.readonly"];

pub(crate) static ASSIGNMENTS: Source = Source {
    id: "google-workspace.sso_assignments",
    title: "Who signs in at another service",
    api: &CLOUD_IDENTITY,
    path: "/v1/inboundSsoAssignments?pageSize=100&fields=nextPageToken,inboundSsoAssignments(name,targetOrgUnit,targetGroup,rank,ssoMode,samlSsoInfo(inboundSamlSsoProfile),oidcSsoInfo(inboundOidcSsoProfile))",
    call: Call::Pages("inboundSsoAssignments"),
    permissions: INBOUND_SSO,
    licence: None,
    role: Some("Security > Security settings"),
    lists: &["sso_assignments"],
    fills: &["sso_assignments.id", "sso_assignments.target", "sso_assignments.mode", "sso_assignments.rank"],
    docs: "https://cloud.google.com/identity/docs/reference/rest/v1/inboundSsoAssignments/list",
};

pub(crate) static SAML_PROFILES: Source = Source {
    id: "google-workspace.sso_saml_profiles",
    title: "Other sign-in services (SAML)",
    api: &CLOUD_IDENTITY,
    path: "/v1/inboundSamlSsoProfiles?pageSize=100&fields=nextPageToken,inboundSamlSsoProfiles(name,displayName)",
    call: Call::Pages("inboundSamlSsoProfiles"),
    permissions: INBOUND_SSO,
    licence: None,
    role: Some("Security > Security settings"),
    lists: &[],
    fills: &["sso_assignments.profile"],
    docs: "https://cloud.google.com/identity/docs/reference/rest/v1/inboundSamlSsoProfiles/list",
};

pub(crate) static OIDC_PROFILES: Source = Source {
    id: "google-workspace.sso_oidc_profiles",
    title: "Other sign-in services (OIDC)",
    api: &CLOUD_IDENTITY,
    path: "/v1/inboundOidcSsoProfiles?pageSize=100&fields=nextPageToken,inboundOidcSsoProfiles(name,displayName)",
    call: Call::Pages("inboundOidcSsoProfiles"),
    permissions: INBOUND_SSO,
    licence: None,
    role: Some("Security > Security settings"),
    lists: &[],
    fills: &["sso_assignments.profile"],
    docs: "https://cloud.google.com/identity/docs/reference/rest/v1/inboundOidcSsoProfiles/list",
};

/// The older profile for the whole organisation: the API that showed it is gone.
pub(crate) static ORGANIZATION_PROFILE: Source = Source {
    id: "google-workspace.sso_organization_profile",
    title: "The other sign-in service of the whole organisation",
    api: &DIRECTORY,
    path: "",
    call: Call::NoApi {
        portal: "Admin console > Security > Authentication > SSO with third party IdP > SSO profile for your organization",
    },
    permissions: &[],
    licence: None,
    role: None,
    lists: &[],
    fills: &["users.signs_in_elsewhere"],
    docs: "https://support.google.com/a/answer/12032922",
};

/// What the other sign-in service asks for: Google cannot know.
pub(crate) static OTHER_SECOND_STEP: Source = Source {
    id: "google-workspace.sso_second_step",
    title: "The second step at the other sign-in service",
    api: &DIRECTORY,
    path: "",
    call: Call::NoApi { portal: "the administration of the other sign-in service > its rules for a second step" },
    permissions: &[],
    licence: None,
    role: None,
    lists: &[],
    fills: &["users.mfa_capable"],
    docs: "https://support.google.com/a/answer/12032922",
};

/// Source: Cloud Identity API, InboundSsoAssignment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignmentWire {
    pub(crate) name: Text,
    pub(crate) target_org_unit: Option<Text>,
    pub(crate) target_group: Option<Text>,
    #[serde(default)]
    pub(crate) rank: i64,
    pub(crate) sso_mode: Option<Text>,
    #[serde(default)]
    saml_sso_info: SamlInfo,
    #[serde(default)]
    oidc_sso_info: OidcInfo,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SamlInfo {
    inbound_saml_sso_profile: Option<Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OidcInfo {
    inbound_oidc_sso_profile: Option<Text>,
}

impl AssignmentWire {
    /// The vendor's name of the profile that it uses.
    pub(crate) fn profile(&self) -> Option<&Text> {
        let saml = self.saml_sso_info.inbound_saml_sso_profile.as_ref();
        saml.or(self.oidc_sso_info.inbound_oidc_sso_profile.as_ref())
    }

    /// The id of the group that it is for.
    pub(crate) fn group(&self) -> Option<Text> {
        self.target_group.as_ref().and_then(|name| name.strip_prefix("groups/")).map(Text::from)
    }

    /// The id of the unit that it is for.
    pub(crate) fn unit(&self) -> Option<&str> {
        self.target_org_unit.as_ref().and_then(|name| name.strip_prefix("orgUnits/"))
    }
}

/// Source: Cloud Identity API, InboundSamlSsoProfile and InboundOidcSsoProfile.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileWire {
    pub(crate) name: Text,
    pub(crate) display_name: Option<Text>,
}
