//! The assertion by which a service account asks for a token, signed by its own key or by Google for it.
//! Source: developers.google.com/identity/protocols/oauth2/service-account#httprest.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::credential::Key;
use super::error::{CredentialError, SignInError};
use super::wire::{Reply, Wire};

/// Where tokens are issued; the assertion's audience.
pub(super) const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// How long an assertion holds, in seconds: the most that Google takes.
const LIFETIME: i64 = 3600;

/// The claims of an assertion.
#[derive(Debug, Serialize)]
pub(super) struct Claims<'a> {
    pub(super) iss: &'a str,
    /// Whom the account acts for; nobody but itself where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    scope: &'a str,
    aud: &'static str,
    iat: i64,
    exp: i64,
}

impl<'a> Claims<'a> {
    pub(super) fn new(account: &'a str, subject: Option<&'a str>, scope: &'a str) -> Self {
        let iat = jiff::Timestamp::now().as_second();
        Self { iss: account, sub: subject, scope, aud: TOKEN_URL, iat, exp: iat + LIFETIME }
    }
}

/// Signs with the account's own key.
pub(super) fn sign(key: &Key, claims: &Claims<'_>) -> Result<SecretString, SignInError> {
    let header = Header { kid: key.key_id.clone(), ..Header::new(Algorithm::RS256) };
    let signed = EncodingKey::from_rsa_pem(key.private_key.expose_secret().as_bytes())
        .and_then(|private| jsonwebtoken::encode(&header, claims, &private));
    signed.map(SecretString::from).map_err(|_| CredentialError::PrivateKey { path: key.file.clone() }.into())
}

/// Gives the assertion for a token; a refusal is an answer like another.
pub(super) async fn exchange(wire: &Wire, assertion: &SecretString) -> Result<Reply, SignInError> {
    let fields =
        [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.expose_secret())];
    wire.form(TOKEN_URL, &fields).await
}
