//! Google's credential files as they are written.
//! Source: google.aip.dev/auth/4110, 4112, 4113 and 4117.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The fields of all types of credential files.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) client_email: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) private_key: Option<SecretString>,
    pub(super) private_key_id: Option<String>,
    pub(super) client_secret: Option<SecretString>,
    pub(super) refresh_token: Option<SecretString>,
    pub(super) quota_project_id: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) subject_token_type: Option<String>,
    pub(super) token_url: Option<String>,
    pub(super) credential_source: Option<Source>,
    pub(super) service_account_impersonation_url: Option<String>,
    pub(super) source_credentials: Option<Box<Self>>,
    pub(super) delegates: Vec<String>,
    /// An OAuth client of an installed program.
    pub(super) installed: Option<IgnoredAny>,
    /// An OAuth client of a web server.
    pub(super) web: Option<IgnoredAny>,
}

/// Where a workload's own token is.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Source {
    pub(super) file: Option<String>,
    pub(super) url: Option<String>,
    pub(super) headers: BTreeMap<String, SecretString>,
    pub(super) format: Format,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Format {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) subject_token_field_name: Option<String>,
}
