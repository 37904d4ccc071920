//! What proves that a request for a token comes from the app.

use std::fs;
use std::path::PathBuf;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

/// How long an assertion holds, in seconds. Source: learn.microsoft.com/entra/identity-platform/certificate-credentials
/// asks for five to ten minutes.
const LIFETIME: i64 = 600;

/// What proves that it is the app.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A client secret.
    Secret(SecretString),
    /// A certificate, whose key signs each request for a token.
    Certificate(Certificate),
    /// A file with a token of another issuer that the app trusts (workload identity federation). It is read anew for
    /// each request, since whoever writes it replaces it.
    FederatedTokenFile(PathBuf),
}

/// A credential that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The PEM text holds no certificate.
    #[error(
        "it holds no certificate\n  next: put the block that begins with -----BEGIN CERTIFICATE----- into the same file"
    )]
    NoCertificate,
    /// The PEM text holds no private key.
    #[error(
        "it holds no private key\n  next: put the block that begins with -----BEGIN PRIVATE KEY----- into the same file"
    )]
    NoKey,
    /// The private key is locked with a password.
    #[error(
        "its private key is locked with a password\n  next: write one without: openssl pkcs8 -in app.pem -out key.pem, and guard the file"
    )]
    Locked,
    /// The private key is not RSA.
    #[error(
        "its private key is not an RSA key, which Microsoft Entra asks for\n  next: make one with openssl req -x509 -newkey rsa:2048 -nodes …"
    )]
    NotRsa,
    /// The file with a federated token cannot be read.
    #[error(
        "cannot read the federated token file {0}\n  next: check AZURE_FEDERATED_TOKEN_FILE and who may read the file"
    )]
    TokenFile(String),
}

/// A certificate of the app and its private key.
#[derive(Clone, Debug)]
pub struct Certificate {
    key: SecretString,
    thumbprint: String,
}

/// The claims of an assertion.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: i64,
    iat: i64,
    exp: i64,
}

impl Certificate {
    /// Takes the certificate and its RSA key, in any order, from PEM text.
    ///
    /// # Errors
    /// When one of them is missing or cannot be used.
    pub fn from_pem(pem: &SecretString) -> Result<Self, CredentialError> {
        let text = pem.expose_secret();
        let certificate =
            CertificateDer::from_pem_slice(text.as_bytes()).map_err(|_| CredentialError::NoCertificate)?;
        if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(CredentialError::Locked);
        }
        let block = ["PRIVATE KEY", "RSA PRIVATE KEY"].iter().find_map(|label| {
            let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
            let from = text.find(&begin)?;
            let to = from + text[from..].find(&end)? + end.len();
            Some(&text[from..to])
        });
        let key: SecretString = match block {
            Some(block) => block.to_owned().into(),
            None if text.contains("-----BEGIN EC PRIVATE KEY-----") => return Err(CredentialError::NotRsa),
            None => return Err(CredentialError::NoKey),
        };
        EncodingKey::from_rsa_pem(key.expose_secret().as_bytes()).map_err(|_| CredentialError::NotRsa)?;
        Ok(Self { key, thumbprint: BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, &certificate)) })
    }

    fn sign(&self, audience: &str, client_id: &str) -> Result<SecretString, CredentialError> {
        let now = jiff::Timestamp::now().as_second();
        let claims = Claims {
            aud: audience,
            iss: client_id,
            sub: client_id,
            jti: uuid::Uuid::new_v4().to_string(),
            nbf: now,
            iat: now,
            exp: now + LIFETIME,
        };
        let header = Header { x5t_s256: Some(self.thumbprint.clone()), ..Header::new(Algorithm::PS256) };
        let key =
            EncodingKey::from_rsa_pem(self.key.expose_secret().as_bytes()).map_err(|_| CredentialError::NotRsa)?;
        let token = jsonwebtoken::encode(&header, &claims, &key).map_err(|_| CredentialError::NotRsa)?;
        Ok(token.into())
    }
}

impl Credential {
    /// The assertion for a request to `audience`; none where a secret is sent instead.
    pub(crate) fn assertion(&self, audience: &str, client_id: &str) -> Result<Option<SecretString>, CredentialError> {
        match self {
            Self::Secret(_) => Ok(None),
            Self::Certificate(certificate) => certificate.sign(audience, client_id).map(Some),
            Self::FederatedTokenFile(path) => {
                let text: SecretString = fs::read_to_string(path)
                    .map_err(|_| CredentialError::TokenFile(path.display().to_string()))?
                    .into();
                Ok(Some(text.expose_secret().trim().to_owned().into()))
            }
        }
    }
}
