//! Signing in to Microsoft Entra as an app: a token for each service, held in memory alone.

mod credential;
mod error;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use oauth2::basic::BasicClient;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope,
    TokenResponse, TokenUrl,
};
use reqwest::Method;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tenantscan_model::Cause;
use tenantscan_provider::{Network, Source, TokenFuture, Tokens};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Cloud;
pub use credential::{Certificate, Credential, CredentialError};
pub use error::SignInError;

/// Most bytes of an answer about a token.
const MAX_BODY: usize = 1 << 20;
/// How long before its end a token is replaced.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// The app that signs in, and the tenant that it signs in to.
#[derive(Clone, Debug)]
pub struct App {
    /// The tenant's cloud.
    pub cloud: Cloud,
    /// The tenant's id, or one of its domains.
    pub tenant: String,
    /// The app's (client) id.
    pub client_id: String,
    /// What proves that it is the app.
    pub credential: Credential,
}

/// Signs in and keeps the tokens.
#[derive(Debug)]
pub struct SignIn {
    network: Arc<Network>,
    app: App,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The tenant's id, once it is known.
    tenant: Option<String>,
    /// By scope.
    tokens: HashMap<String, Token>,
}

#[derive(Clone, Debug)]
struct Token {
    secret: SecretString,
    until: Instant,
}

/// What is read of a token. Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
#[derive(Deserialize)]
struct Claims {
    tid: String,
}

/// What is read of a tenant's public description.
/// Source: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
}

impl SignIn {
    /// Prepares the sign-in; nothing is sent yet.
    pub fn new(network: Arc<Network>, app: App) -> Self {
        Self { network, app, state: Mutex::default() }
    }

    /// Signs in to Graph and gives the tenant's id, which the token names.
    ///
    /// # Errors
    /// When Microsoft refuses, cannot be reached, or issues a token of another tenant.
    pub async fn tenant_id(&self) -> Result<String, SignInError> {
        let mut state = self.state.lock().await;
        let graph = format!("https://{}/.default", self.app.cloud.graph_host());
        self.token_of(&mut state, &graph, None).await?;
        Ok(state.tenant.clone().unwrap_or_default())
    }

    async fn token_of(
        &self,
        state: &mut State,
        scope: &str,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, SignInError> {
        if let Some(token) = state.tokens.get(scope)
            && token.until > Instant::now()
            && refused.is_none_or(|refused| refused.expose_secret() != token.secret.expose_secret())
        {
            return Ok(token.secret.clone());
        }
        let asked = match &state.tenant {
            Some(tenant) => tenant.clone(),
            None => self.named_tenant().await?,
        };
        let token = self.request(&asked, scope).await?;
        let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(token.secret.expose_secret())
            .map_err(|_| SignInError::Unreadable { host: self.app.cloud.login_host() })?;
        if !claims.tid.eq_ignore_ascii_case(&asked) {
            return Err(SignInError::OtherTenant { asked, issued: error::plain(&claims.tid) });
        }
        state.tenant = Some(asked);
        let secret = token.secret.clone();
        state.tokens.insert(scope.to_owned(), token);
        Ok(secret)
    }

    /// The id of the tenant that was asked for; a domain's is looked up in its public description.
    async fn named_tenant(&self) -> Result<String, SignInError> {
        let tenant = self.app.tenant.trim();
        if uuid::Uuid::try_parse(tenant).is_ok() {
            return Ok(tenant.to_ascii_lowercase());
        }
        let domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if !tenant.contains('.') || !tenant.chars().all(domain) {
            return Err(SignInError::NoTenantName(error::plain(tenant)));
        }
        let host = self.app.cloud.login_host();
        let url = format!("https://{host}/{tenant}/v2.0/.well-known/openid-configuration");
        let answer = self.send(Method::GET, &url, HeaderMap::new(), Vec::new()).await?;
        if !answer.0.is_success() {
            return Err(SignInError::refused(&String::from_utf8_lossy(&answer.2), None));
        }
        let configuration: Configuration =
            serde_json::from_slice(&answer.2).map_err(|_| SignInError::Unreadable { host })?;
        let id = configuration.issuer.split('/').find(|part| uuid::Uuid::try_parse(part).is_ok());
        id.map(str::to_ascii_lowercase).ok_or(SignInError::Unreadable { host })
    }

    /// Asks for a token by the client credentials grant.
    /// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
    async fn request(&self, tenant: &str, scope: &str) -> Result<Token, SignInError> {
        let login = self.app.cloud.login_host();
        let url = format!("https://{login}/{tenant}/oauth2/v2.0/token");
        let mut client = BasicClient::new(ClientId::new(self.app.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::new(url.clone()).map_err(|_| SignInError::Unreadable { host: login })?);
        let assertion = self.app.credential.assertion(&url, &self.app.client_id)?;
        if let Credential::Secret(secret) = &self.app.credential {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        let mut grant = client.exchange_client_credentials().add_scope(Scope::new(scope.to_owned()));
        if let Some(assertion) = &assertion {
            grant = grant
                .add_extra_param("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .add_extra_param("client_assertion", assertion.expose_secret());
        }
        let http = Http { sign_in: self, date: std::sync::Mutex::default() };
        let answer = grant.request_async(&http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => {
                let date = http.date.lock().unwrap_or_else(PoisonError::into_inner).take();
                let text = answer.error_description().cloned().unwrap_or_else(|| answer.error().to_string());
                SignInError::refused(&text, date.as_deref())
            }
            RequestTokenError::Request(error) => error,
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => SignInError::Unreadable { host: login },
        })?;
        let lifetime = answer.expires_in().unwrap_or(Duration::from_secs(3599));
        Ok(Token {
            secret: answer.access_token().secret().clone().into(),
            until: Instant::now() + lifetime.saturating_sub(AHEAD).max(lifetime / 2),
        })
    }

    /// Sends a request to the service that issues tokens, again where it does not answer.
    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<(reqwest::StatusCode, HeaderMap, Vec<u8>), SignInError> {
        let host = self.app.cloud.login_host();
        let sent = self.network.send_patiently(method, url, headers, body, MAX_BODY).await;
        let answer = sent.map_err(|failure| SignInError::Unreachable { host, failure })?;
        if answer.is_busy() {
            return Err(SignInError::Unavailable { host, status: answer.status.as_u16() });
        }
        Ok((answer.status, answer.headers, answer.body.to_vec()))
    }
}

/// Carries the requests of `oauth2` over the one way out.
struct Http<'s> {
    sign_in: &'s SignIn,
    /// The service's own time, by which a wrong clock here is told.
    date: std::sync::Mutex<Option<String>>,
}

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = SignInError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, SignInError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = parts.uri.to_string();
            let (status, headers, body) = self.sign_in.send(parts.method, &url, parts.headers, body).await?;
            *self.date.lock().unwrap_or_else(PoisonError::into_inner) =
                headers.get("date").and_then(|value| value.to_str().ok()).map(str::to_owned);
            let mut response = HttpResponse::new(body);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

impl Tokens for SignIn {
    fn token<'a>(
        &'a self,
        _source: &'static Source,
        url: &'a reqwest::Url,
        refused: Option<&'a SecretString>,
    ) -> TokenFuture<'a> {
        Box::pin(async move {
            let scope = url.host_str().and_then(|host| self.app.cloud.scope(host)).ok_or(Cause::SignInFailed)?;
            let mut state = self.state.lock().await;
            self.token_of(&mut state, &scope, refused).await.map_err(|_| Cause::SignInFailed)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_holds_a_secret() {
        let app = App {
            cloud: Cloud::Global,
            tenant: "practice.example".to_owned(),
            client_id: "app".to_owned(),
            credential: Credential::Secret("canary".to_owned().into()),
        };
        let network = Arc::new(Network::new(&tenantscan_provider::NetworkOptions::default()).expect("a network"));
        let sign_in = SignIn::new(network, app.clone());
        assert!(!format!("{app:?} {sign_in:?}").contains("canary"));
    }

    #[test]
    fn a_certificate_file_that_cannot_be_used_says_why() {
        let certificate =
            |text: &str| Certificate::from_pem(&text.to_owned().into()).map(|_| ()).unwrap_err().to_string();
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(certificate("").contains("no certificate"));
        assert!(certificate(pem).contains("no private key"));
        let locked = format!("{pem}-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assert!(certificate(&locked).contains("locked"));
        let wrong = format!("{pem}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assert!(certificate(&wrong).contains("RSA") && !certificate(&wrong).contains("AAAA"));
    }

    #[tokio::test]
    async fn a_token_goes_to_no_other_host() {
        let network = Arc::new(Network::new(&tenantscan_provider::NetworkOptions::default()).expect("a network"));
        let app = App {
            cloud: Cloud::Global,
            tenant: "practice.example".to_owned(),
            client_id: "app".to_owned(),
            credential: Credential::Secret("canary".to_owned().into()),
        };
        let sign_in = SignIn::new(network, app);
        for host in ["evil.example", "graph.microsoft.us", "login.microsoftonline.com"] {
            let url = format!("https://{host}/").parse().expect("an address");
            let token = sign_in.token(&crate::sources::tenant::ORGANIZATION, &url, None).await;
            assert_eq!(token.map(|_| ()), Err(Cause::SignInFailed), "{host}");
        }
    }
}
