//! Carries the requests about tokens over the one way out.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantscan_provider::{Network, secret_header};

use super::SignInError;
use super::token::Token;

/// Most bytes of an answer about a token.
const MAX_BODY: usize = 1 << 20;

/// What a service answered.
pub(super) struct Reply {
    pub(super) host: String,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// An answer with a token, as RFC 6749 has it.
#[derive(Deserialize)]
struct Issued {
    access_token: SecretString,
    /// In seconds.
    expires_in: Option<u64>,
}

impl Reply {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, SignInError> {
        serde_json::from_slice(&self.body).map_err(|_| self.unreadable())
    }

    pub(super) fn unreadable(&self) -> SignInError {
        SignInError::Unreadable { host: self.host.clone() }
    }

    /// The token in the answer.
    pub(super) fn token(&self) -> Result<Token, SignInError> {
        let issued: Issued = self.json()?;
        if issued.access_token.expose_secret().is_empty() {
            return Err(self.unreadable());
        }
        Ok(Token::new(issued.access_token, issued.expires_in.map(Duration::from_secs)))
    }

    /// How many seconds this computer's clock is ahead of the service's.
    pub(super) fn clock(&self) -> Option<i64> {
        let date = self.headers.get("date")?.to_str().ok()?;
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
        Some(jiff::Timestamp::now().as_second() - date.as_second())
    }
}

/// The way to the services that issue tokens.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    network: Arc<Network>,
}

impl Wire {
    pub(super) fn new(network: Arc<Network>) -> Self {
        Self { network }
    }

    /// Sends a form.
    pub(super) async fn form(&self, url: &str, fields: &[(&str, &str)]) -> Result<Reply, SignInError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.send(Method::POST, url, headers, form(fields)).await
    }

    /// Sends JSON in the name of whoever holds the token.
    pub(super) async fn post(
        &self,
        url: &str,
        token: &SecretString,
        quota_project: Option<&str>,
        body: &Value,
    ) -> Result<Reply, SignInError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let host = host(url);
        let unreadable = || SignInError::Unreadable { host: host.clone() };
        headers
            .insert(AUTHORIZATION, secret_header(&format!("Bearer {}", token.expose_secret())).ok_or_else(unreadable)?);
        if let Some(project) = quota_project.and_then(|project| HeaderValue::from_str(project).ok()) {
            headers.insert("x-goog-user-project", project);
        }
        self.send(Method::POST, url, headers, body.to_string().into_bytes()).await
    }

    /// Reads an address, with secret headers where it needs some.
    pub(super) async fn get<'h>(
        &self,
        url: &str,
        fields: impl IntoIterator<Item = (&'h str, &'h str)>,
    ) -> Result<Reply, SignInError> {
        let named = fields
            .into_iter()
            .map(|(name, value)| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, secret_header(value)?)));
        let headers = named.collect::<Option<HeaderMap>>();
        let headers = headers.ok_or_else(|| SignInError::Unreadable { host: host(url) })?;
        self.send(Method::GET, url, headers, Vec::new()).await
    }

    /// Sends a request, again where the service does not answer.
    async fn send(&self, method: Method, url: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Reply, SignInError> {
        let host = host(url);
        let sent = self.network.send_patiently(method, url, headers, body, MAX_BODY).await;
        let answer = sent.map_err(|failure| SignInError::Unreachable { host: host.clone(), failure })?;
        let status = answer.status.as_u16();
        if answer.is_busy() {
            return Err(SignInError::Unavailable { host, status });
        }
        Ok(Reply { host, status, headers: answer.headers, body: answer.body })
    }
}

fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Fields as `application/x-www-form-urlencoded`.
fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let Ok(mut url) = Url::parse("form://fields") else { return Vec::new() };
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_a_form() {
        let written = form(&[("grant_type", "urn:x:y"), ("scope", "a b"), ("assertion", "e30.e30.a-_=&")]);
        assert_eq!(written, b"grant_type=urn%3Ax%3Ay&scope=a+b&assertion=e30.e30.a-_%3D%26");
    }
}
