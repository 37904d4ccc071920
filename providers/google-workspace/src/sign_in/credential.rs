//! Which service account signs in, and what proves that we may speak for it: Google's credential files.

use std::fs;
use std::path::{Path, PathBuf};

use jsonwebtoken::EncodingKey;
use secrecy::{ExposeSecret, SecretString};

use super::error::{CredentialError, plain};
use super::file::{File, Source};
use super::identity::{Federated, Identity, Subject, User};

/// Where a credential file's field leads, and the only place where we go.
const STS: &str = "https://sts.googleapis.com/v1/token";
const IMPERSONATION: &str = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/";

/// What proves that we may speak for a service account: its own key, or the right to have Google sign in its name.
#[derive(Clone, Debug)]
pub struct Credential {
    pub(super) signer: Signer,
}

#[derive(Clone, Debug)]
pub(super) enum Signer {
    /// The account's own key.
    Key(Key),
    /// Google signs for the account when somebody asks who may.
    Remote {
        /// Who asks.
        caller: Identity,
        /// The account; the attached one where none is named.
        account: Option<String>,
        /// The accounts by way of which the caller may.
        delegates: Vec<String>,
    },
}

/// A service account and its private key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Where the key is, for errors.
    pub(super) file: String,
    pub(super) account: String,
    /// The numeric id by which domain-wide delegation knows the account.
    pub(super) client_id: Option<String>,
    pub(super) key_id: Option<String>,
    /// PEM; known to be an RSA key.
    pub(super) private_key: SecretString,
}

impl Credential {
    /// Looks where Application Default Credentials are: in the file that is given, else in that of gcloud, else the
    /// service account attached to this computer. `account` is the service account to sign in as; without one it is that
    /// of the file, or the attached one.
    /// Source: cloud.google.com/docs/authentication/application-default-credentials.
    ///
    /// # Errors
    /// When the file cannot be used, or does not say which account is meant.
    pub fn find(file: Option<&Path>, account: Option<&str>) -> Result<Self, CredentialError> {
        match file.map(Path::to_owned).or_else(|| gcloud_file().filter(|path| path.exists())) {
            Some(path) => Self::read(&path, account),
            None => Self::attached(account),
        }
    }

    /// Reads a credential file of Google's.
    ///
    /// # Errors
    /// When the file cannot be used, or does not say which account is meant.
    pub fn read(path: &Path, account: Option<&str>) -> Result<Self, CredentialError> {
        let account = account.map(address).transpose()?;
        let name = path.display().to_string();
        let text: SecretString = fs::read_to_string(path)
            .map_err(|error| CredentialError::File { path: name.clone(), why: error.kind().to_string() })?
            .into();
        let file: File = serde_json::from_str(text.expose_secret()).map_err(|error| CredentialError::Broken {
            path: name.clone(),
            what: if error.is_data() { "a field is not of the kind that Google writes" } else { "it is not JSON" },
            line: error.line(),
            column: error.column(),
        })?;
        let file = Named { path: &name, file };
        let signer = match file.file.kind.as_deref() {
            Some("service_account") => {
                let key = file.key()?;
                match account {
                    Some(account) if account != key.account => {
                        Signer::Remote { caller: Identity::Key(key), account: Some(account), delegates: Vec::new() }
                    }
                    _ => Signer::Key(key),
                }
            }
            Some("impersonated_service_account") => {
                let (caller, target, delegates) = file.impersonation()?;
                match account {
                    // Whoever may act as the account may also have it sign: one step less.
                    None => Signer::Remote { caller, account: Some(target), delegates },
                    Some(account) if account == target => Signer::Remote { caller, account: Some(target), delegates },
                    Some(account) => {
                        let caller = Identity::Acting { from: Box::new(caller), account: target, delegates };
                        Signer::Remote { caller, account: Some(account), delegates: Vec::new() }
                    }
                }
            }
            _ => {
                let caller = file.identity()?;
                let own = match &caller {
                    Identity::Acting { account, .. } => Some(account.clone()),
                    _ => None,
                };
                let account = Some(account.or(own).ok_or(CredentialError::NoAccount)?);
                Signer::Remote { caller, account, delegates: Vec::new() }
            }
        };
        Ok(Self { signer })
    }

    /// The service account attached to this computer signs for itself, or for the one that is named.
    ///
    /// # Errors
    /// When the name is no address.
    pub fn attached(account: Option<&str>) -> Result<Self, CredentialError> {
        let account = account.map(address).transpose()?;
        Ok(Self { signer: Signer::Remote { caller: Identity::Attached, account, delegates: Vec::new() } })
    }
}

/// Where `gcloud auth application-default login` leaves its file.
fn gcloud_file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let configuration = folder("CLOUDSDK_CONFIG").or_else(|| {
        if cfg!(windows) {
            Some(folder("APPDATA")?.join("gcloud"))
        } else {
            Some(folder("HOME")?.join(".config/gcloud"))
        }
    })?;
    Some(configuration.join("application_default_credentials.json"))
}

/// The address of a service account, which becomes part of a path.
pub(super) fn address(text: &str) -> Result<String, CredentialError> {
    let text = text.trim();
    let part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    match text.split_once('@') {
        Some((name, domain)) if part(name) && part(domain) && domain.contains('.') => Ok(text.to_owned()),
        _ => Err(CredentialError::NotAnAccount(plain(text))),
    }
}

/// A file and its name, for errors.
struct Named<'a> {
    path: &'a str,
    file: File,
}

impl Named<'_> {
    fn missing(&self, field: &'static str) -> CredentialError {
        CredentialError::Missing { path: self.path.to_owned(), field }
    }

    fn unusable(&self, what: impl Into<String>, next: &'static str) -> CredentialError {
        CredentialError::Unusable { path: self.path.to_owned(), what: what.into(), next }
    }

    /// A service account that is named in a field.
    fn address(&self, field: &'static str, text: &str) -> Result<String, CredentialError> {
        address(text).map_err(|_| {
            self.unusable(
                format!("names in `{field}` what is no service account"),
                "download the file again, or write it again with gcloud; do not edit it",
            )
        })
    }

    /// A field as text.
    fn field(&self, name: &'static str, value: &Option<String>) -> Result<String, CredentialError> {
        value.clone().filter(|value| !value.is_empty()).ok_or_else(|| self.missing(name))
    }

    fn secret(&self, name: &'static str, value: &Option<SecretString>) -> Result<SecretString, CredentialError> {
        value.clone().filter(|value| !value.expose_secret().is_empty()).ok_or_else(|| self.missing(name))
    }

    fn key(&self) -> Result<Key, CredentialError> {
        let private_key = self.secret("private_key", &self.file.private_key)?;
        EncodingKey::from_rsa_pem(private_key.expose_secret().as_bytes())
            .map_err(|_| CredentialError::PrivateKey { path: self.path.to_owned() })?;
        let number = |id: &String| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit());
        Ok(Key {
            file: self.path.to_owned(),
            account: self.address("client_email", &self.field("client_email", &self.file.client_email)?)?,
            client_id: self.file.client_id.clone().filter(number),
            key_id: self.file.private_key_id.clone(),
            private_key,
        })
    }

    fn impersonation(&self) -> Result<(Identity, String, Vec<String>), CredentialError> {
        let url = self.field("service_account_impersonation_url", &self.file.service_account_impersonation_url)?;
        let source = self.file.source_credentials.clone().ok_or_else(|| self.missing("source_credentials"))?;
        let source = Named { path: self.path, file: *source };
        let delegates = self.file.delegates.iter().map(|name| {
            let name = name.rsplit('/').next().unwrap_or_default();
            self.address("delegates", name).map(|account| format!("projects/-/serviceAccounts/{account}"))
        });
        Ok((source.identity()?, self.impersonated(&url)?, delegates.collect::<Result<_, _>>()?))
    }

    /// The account of an address of IAM Credentials.
    fn impersonated(&self, url: &str) -> Result<String, CredentialError> {
        let account = url.strip_prefix(IMPERSONATION).and_then(|rest| rest.strip_suffix(":generateAccessToken"));
        let account = account.ok_or_else(|| {
            self.unusable(
                "has a service_account_impersonation_url that is not one of Google's",
                "write the file again with gcloud iam workload-identity-pools create-cred-config",
            )
        })?;
        self.address("service_account_impersonation_url", account)
    }

    /// Whoever the file speaks for.
    fn identity(&self) -> Result<Identity, CredentialError> {
        match self.file.kind.as_deref() {
            Some("service_account") => self.key().map(Identity::Key),
            Some("authorized_user") => Ok(Identity::User(User {
                client_id: self.field("client_id", &self.file.client_id)?,
                client_secret: self.secret("client_secret", &self.file.client_secret)?,
                refresh_token: self.secret("refresh_token", &self.file.refresh_token)?,
                quota_project: self.file.quota_project_id.clone(),
            })),
            Some("external_account") => self.federated(),
            Some("impersonated_service_account") => {
                let (from, account, delegates) = self.impersonation()?;
                Ok(Identity::Acting { from: Box::new(from), account, delegates })
            }
            None if self.file.installed.is_some() || self.file.web.is_some() => Err(self.unusable(
                "describes an OAuth client, which cannot act for an administrator",
                "take the key of a service account: Google Cloud console > IAM & Admin > Service Accounts > the account > Keys > Add key > JSON",
            )),
            None => Err(self.missing("type")),
            Some(other) => Err(self.unusable(
                format!("is of type `{}`, which is not supported", plain(other)),
                "give one of type service_account, external_account, authorized_user or impersonated_service_account",
            )),
        }
    }

    fn federated(&self) -> Result<Identity, CredentialError> {
        if self.file.token_url.as_deref().is_some_and(|url| url != STS) {
            return Err(self.unusable(
                "has a token_url that is not https://sts.googleapis.com/v1/token",
                "write the file again with gcloud iam workload-identity-pools create-cred-config",
            ));
        }
        let source = self.file.credential_source.clone().ok_or_else(|| self.missing("credential_source"))?;
        let federated = Identity::Federated(Federated {
            audience: self.field("audience", &self.file.audience)?,
            token_type: self.field("subject_token_type", &self.file.subject_token_type)?,
            subject: self.subject(source)?,
        });
        match &self.file.service_account_impersonation_url {
            None => Ok(federated),
            Some(url) => {
                let account = self.impersonated(url)?;
                Ok(Identity::Acting { from: Box::new(federated), account, delegates: Vec::new() })
            }
        }
    }

    fn subject(&self, source: Source) -> Result<Subject, CredentialError> {
        let field =
            match source.format.kind.as_deref() {
                Some("json") => Some(self.field(
                    "credential_source.format.subject_token_field_name",
                    &source.format.subject_token_field_name,
                )?),
                _ => None,
            };
        match (source.file, source.url) {
            (Some(path), _) => Ok(Subject::File { path: path.into(), field }),
            (None, Some(url)) if url.starts_with("https://") || url.starts_with("http://169.254.169.254/") => {
                Ok(Subject::Url { url, headers: source.headers, field })
            }
            (None, Some(_)) => Err(self.unusable(
                "has a credential_source whose url is not https",
                "give one that begins with https:// (http is possible for 169.254.169.254 alone)",
            )),
            (None, None) => Err(self.unusable(
                "has a credential_source that is neither a file nor a url",
                "have the workload's token written to a file, or given at a url, and name that in credential_source",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, account: Option<&str>) -> Result<Credential, CredentialError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), text).expect("written");
        Credential::read(file.path(), account)
    }

    fn wrong(text: &str) -> String {
        let shown = read(text, Some("scan@p.iam.gserviceaccount.com")).expect_err(text).to_string();
        assert!(shown.contains("\n  next: ") && !shown.contains("canary"), "{shown}");
        shown
    }

    #[test]
    fn a_file_that_cannot_be_used_says_what_is_wrong_with_it() {
        let cases = [
            ("", "line 1, column 0: it is not JSON"),
            ("canary", "line 1, column 1: it is not JSON"),
            (
                "{\"type\": \"service_account\",\n \"private_key\": [\"canary\"]}",
                "line 2, column 16: a field is not of",
            ),
            (r#"{"client_email": "canary"}"#, "has no `type`"),
            (r#"{"installed": {"client_secret": "canary"}}"#, "describes an OAuth client"),
            (r#"{"type": "gdch_service_account", "private_key": "canary"}"#, "of type `gdch_service_account`"),
            (r#"{"type": "service_account", "client_email": "a@b.example"}"#, "has no `private_key`"),
            (
                r#"{"type": "service_account", "client_email": "a@b.example", "private_key": "canary"}"#,
                "private_key in",
            ),
            (r#"{"type": "authorized_user", "client_id": "c", "client_secret": "canary"}"#, "has no `refresh_token`"),
            (r#"{"type": "external_account", "audience": "a"}"#, "has no `credential_source`"),
            (
                r#"{"type": "external_account", "token_url": "https://canary.example", "credential_source": {"file": "x"}}"#,
                "has a token_url that is not",
            ),
            (
                r#"{"type": "external_account", "audience": "a", "subject_token_type": "t", "credential_source": {"executable": {"command": "canary"}}}"#,
                "neither a file nor a url",
            ),
            (
                r#"{"type": "external_account", "audience": "a", "subject_token_type": "t", "credential_source": {"url": "http://canary.example/"}}"#,
                "whose url is not https",
            ),
            (
                r#"{"type": "external_account", "audience": "a", "subject_token_type": "t", "credential_source": {"file": "x"}, "service_account_impersonation_url": "https://canary.example/:generateAccessToken"}"#,
                "not one of Google's",
            ),
            (r#"{"type": "impersonated_service_account"}"#, "has no `service_account_impersonation_url`"),
        ];
        for (text, says) in cases {
            let shown = wrong(text);
            assert!(shown.contains(says), "{text}: {shown}");
        }
        for (key, says) in [
            (rcgen::KeyPair::generate().expect("a key"), "cannot be read as an RSA key"),
            (
                rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key"),
                "`client_email` what is no service",
            ),
        ] {
            let file = serde_json::json!({ "type": "service_account", "client_email": "canary", "private_key": key.serialize_pem() });
            let shown = wrong(&file.to_string());
            assert!(shown.contains(says), "{shown}");
        }
        let gone = Credential::read(Path::new("/nowhere/key.json"), None).expect_err("no such file").to_string();
        assert!(gone.contains("/nowhere/key.json: entity not found"), "{gone}");
    }

    #[test]
    fn a_person_and_a_workload_must_say_which_account_is_meant() {
        let user =
            r#"{"type": "authorized_user", "client_id": "c", "client_secret": "canary", "refresh_token": "canary"}"#;
        assert_eq!(read(user, None).expect_err("no account"), CredentialError::NoAccount);
        let credential = read(user, Some("scan@p.iam.gserviceaccount.com")).expect("a credential");
        assert!(!format!("{credential:?}").contains("canary"), "{credential:?}");
        for bad in ["scan", "a@b", "a/b@c.example", "a@b.example/x", "a@b.example:signJwt"] {
            let shown = read(user, Some(bad)).expect_err(bad).to_string();
            assert!(shown.contains("no address of a service account"), "{shown}");
        }
    }

    #[test]
    fn whoever_may_act_as_an_account_has_it_sign_directly() {
        let text = r#"{"type": "impersonated_service_account",
            "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/scan@p.iam.gserviceaccount.com:generateAccessToken",
            "delegates": ["projects/-/serviceAccounts/hop@p.iam.gserviceaccount.com"],
            "source_credentials": {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}}"#;
        match read(text, None).expect("a credential").signer {
            Signer::Remote { caller: Identity::User(_), account, delegates } => {
                assert_eq!(account.as_deref(), Some("scan@p.iam.gserviceaccount.com"));
                assert_eq!(delegates, ["projects/-/serviceAccounts/hop@p.iam.gserviceaccount.com"]);
            }
            other => panic!("{other:?}"),
        }
        let other = read(text, Some("other@p.iam.gserviceaccount.com")).expect("a credential").signer;
        assert!(matches!(other, Signer::Remote { caller: Identity::Acting { .. }, .. }), "{other:?}");
    }
}
