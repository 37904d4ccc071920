//! Who asks Google to sign for the service account: an access token for whoever this computer speaks for.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::credential::{Key, address};
use super::error::{CredentialError, SignInError, plain};
use super::token::Token;
use super::wire::{Reply, Wire};
use super::{assertion, iam, refusal};

/// The scope under which IAM Credentials signs. Source: discovery document of iamcredentials v1.
pub(super) const CLOUD: &str = "https://www.googleapis.com/auth/cloud-platform";
/// Source: cloud.google.com/compute/docs/metadata/querying-metadata.
const METADATA: &str = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/";
/// How long to wait for the metadata server, which is on this very computer or nowhere.
const METADATA_TIMEOUT: Duration = Duration::from_secs(5);

/// Whoever this computer speaks for.
#[derive(Clone, Debug)]
pub(super) enum Identity {
    /// The service account attached to this virtual machine or container.
    Attached,
    /// A service account whose key is at hand.
    Key(Key),
    /// A person who signed in with gcloud.
    User(User),
    /// A workload that another issuer vouches for.
    Federated(Federated),
    /// A service account that another may act as.
    Acting {
        /// The other.
        from: Box<Self>,
        /// The service account.
        account: String,
        /// The accounts by way of which the other may.
        delegates: Vec<String>,
    },
}

/// A person who signed in with gcloud.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) client_id: String,
    pub(super) client_secret: SecretString,
    pub(super) refresh_token: SecretString,
    pub(super) quota_project: Option<String>,
}

/// A workload and the pool that takes its token.
#[derive(Clone, Debug)]
pub(super) struct Federated {
    /// The provider's resource name.
    pub(super) audience: String,
    pub(super) token_type: String,
    pub(super) subject: Subject,
}

/// Where the workload's token is; with a field where it stands in JSON.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    File { path: PathBuf, field: Option<String> },
    Url { url: String, headers: BTreeMap<String, SecretString>, field: Option<String> },
}

impl Identity {
    /// The project that is charged, where it has to be named.
    pub(super) fn quota_project(&self) -> Option<&str> {
        match self {
            Self::User(user) => user.quota_project.as_deref(),
            _ => None,
        }
    }

    /// The name by which a role is given, as a person would say it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Attached => "the service account attached to this computer".to_owned(),
            Self::Key(key) => format!("the service account {}", key.account),
            Self::User(_) => "the person who signed in with gcloud".to_owned(),
            Self::Federated(federated) => format!("the workload's principal in {}", resource(&federated.audience)),
            Self::Acting { account, .. } => format!("the service account {account}"),
        }
    }

    /// An access token with which IAM Credentials can be asked.
    pub(super) fn token<'a>(
        &'a self,
        wire: &'a Wire,
    ) -> Pin<Box<dyn Future<Output = Result<Token, SignInError>> + Send + 'a>> {
        Box::pin(async move {
            match self {
                Self::Attached => metadata(wire, &format!("token?scopes={CLOUD}")).await?.token(),
                Self::Key(key) => {
                    let signed = assertion::sign(key, &assertion::Claims::new(&key.account, None, CLOUD))?;
                    let reply = assertion::exchange(wire, &signed).await?;
                    if reply.is_success() { reply.token() } else { Err(refusal::own_key(&reply, key)) }
                }
                Self::User(user) => user.token(wire).await,
                Self::Federated(federated) => federated.token(wire).await,
                Self::Acting { from, account, delegates } => iam::act(wire, from, account, delegates).await,
            }
        })
    }
}

/// The address of the service account attached to this computer.
pub(super) async fn attached(wire: &Wire) -> Result<String, SignInError> {
    let reply = metadata(wire, "email").await?;
    let text = String::from_utf8_lossy(&reply.body);
    // A cluster that binds no service account to the workload answers with the name of its pool.
    address(&text)
        .ok()
        .filter(|account| account.contains("gserviceaccount.com"))
        .ok_or(CredentialError::NoAccount.into())
}

/// Asks the metadata server.
async fn metadata(wire: &Wire, path: &str) -> Result<Reply, SignInError> {
    let url = format!("{METADATA}{path}");
    let asked = wire.get(&url, [("metadata-flavor", "Google")]);
    let reply = match tokio::time::timeout(METADATA_TIMEOUT, asked).await {
        Err(_) | Ok(Err(SignInError::Unreachable { .. })) => return Err(SignInError::NoCredential),
        Ok(reply) => reply?,
    };
    // Anybody may answer under that name in another network.
    if reply.headers.get("metadata-flavor").is_none_or(|flavor| flavor.as_bytes() != b"Google") {
        return Err(SignInError::NoCredential);
    }
    match reply.status {
        200..300 => Ok(reply),
        404 => Err(SignInError::NothingAttached),
        _ => Err(reply.unreadable()),
    }
}

impl User {
    /// Source: developers.google.com/identity/protocols/oauth2/web-server#offline.
    async fn token(&self, wire: &Wire) -> Result<Token, SignInError> {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("refresh_token", self.refresh_token.expose_secret()),
        ];
        let reply = wire.form(assertion::TOKEN_URL, &fields).await?;
        if reply.is_success() { reply.token() } else { Err(refusal::person(&reply)) }
    }
}

impl Federated {
    /// Source: discovery document of sts v1, GoogleIdentityStsV1ExchangeTokenRequest.
    async fn token(&self, wire: &Wire) -> Result<Token, SignInError> {
        let subject = self.subject.read(wire).await?;
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("audience", self.audience.as_str()),
            ("scope", CLOUD),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("subject_token_type", self.token_type.as_str()),
            ("subject_token", subject.expose_secret()),
        ];
        let reply = wire.form("https://sts.googleapis.com/v1/token", &fields).await?;
        if reply.is_success() { reply.token() } else { Err(refusal::workload(&reply, &resource(&self.audience))) }
    }
}

impl Subject {
    /// Read anew each time, since whoever writes it replaces it.
    async fn read(&self, wire: &Wire) -> Result<SecretString, SignInError> {
        let (place, text, field) = match self {
            Self::File { path, field } => {
                let place = path.display().to_string();
                let text = fs::read_to_string(path).map_err(|_| CredentialError::SubjectToken(place.clone()))?;
                (place, SecretString::from(text), field)
            }
            Self::Url { url, headers, field } => {
                let place = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
                let headers = headers.iter().map(|(name, value)| (name.as_str(), value.expose_secret()));
                let reply = wire.get(url, headers).await?;
                if !reply.is_success() {
                    return Err(CredentialError::SubjectToken(place).into());
                }
                (place, String::from_utf8_lossy(&reply.body).into_owned().into(), field)
            }
        };
        let token = match field {
            None => Some(SecretString::from(text.expose_secret().trim().to_owned())),
            Some(field) => {
                let value: Option<Value> = serde_json::from_str(text.expose_secret()).ok();
                value.and_then(|value| value.get(field)?.as_str().map(|token| token.to_owned().into()))
            }
        };
        let token = token.filter(|token| !token.expose_secret().is_empty());
        token.ok_or(CredentialError::SubjectToken(place).into())
    }
}

/// A provider's resource name, fit to be shown.
fn resource(audience: &str) -> String {
    audience.split('/').filter(|part| !part.is_empty()).map(plain).collect::<Vec<_>>().join("/")
}
