//! Answers from the network, with a token for each host, and a recording where it is wanted.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tenantscan_model::Cause;

use crate::exchange::{Answer, NoAnswer, Request};
use crate::lookup::{Lookup, Question, RecordedLookup, Resolver};
use crate::network::{Failure, Network, secret_header};
use crate::record::Recorder;
use crate::{Api, Call, Source};

/// Most bytes of one answer. Source: a page of 999 accounts has less than one MiB.
const MAX_BODY: usize = 64 << 20;

/// Headers of answers that are kept and recorded: those that the program reads, and those that a vendor's support asks
/// for.
const HEADERS: [&str; 10] = [
    "content-type",
    "location",
    "date",
    "retry-after",
    "request-id",
    "client-request-id",
    "x-ms-throttle-limit-percentage",
    "x-ms-throttle-scope",
    "x-ms-throttle-information",
    "x-ms-resource-unit",
];

/// A future that a [`Tokens`] gives back.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<SecretString, Cause>> + Send + 'a>>;

/// Gives the token for a request: one that was issued for its host and goes nowhere else.
pub trait Tokens: Send + Sync {
    /// A token for a source at this address of the vendor. `refused` is one that the vendor no longer takes: it is to be
    /// replaced.
    fn token<'a>(
        &'a self,
        source: &'static Source,
        url: &'a reqwest::Url,
        refused: Option<&'a SecretString>,
    ) -> TokenFuture<'a>;
}

/// Answers from the network.
pub(crate) struct Live {
    pub(crate) network: Arc<Network>,
    pub(crate) tokens: Arc<dyn Tokens>,
    pub(crate) recorder: Option<Arc<Recorder>>,
    pub(crate) resolver: Option<Arc<dyn Resolver>>,
    /// Every token that was sent: what a recording must not hold, whatever a vendor sends back.
    sent: Mutex<Vec<SecretString>>,
    /// Headers that the requests to an API carry besides its own.
    more: Mutex<Vec<(&'static str, &'static str, String)>>,
}

impl Live {
    pub(crate) fn new(network: Arc<Network>, tokens: Arc<dyn Tokens>, recorder: Option<Arc<Recorder>>) -> Self {
        Self { network, tokens, recorder, resolver: None, sent: Mutex::default(), more: Mutex::default() }
    }

    pub(crate) fn add_header(&self, api: &'static Api, name: &'static str, value: String) {
        self.more.lock().unwrap_or_else(PoisonError::into_inner).push((api.id, name, value));
    }

    /// Sends a request; once more with a new token where the vendor no longer takes the first.
    pub(crate) async fn answer(&self, source: &'static Source, request: &Request) -> Result<Answer, NoAnswer> {
        let url = reqwest::Url::parse(&request.url).map_err(|_| NoAnswer::lasting(Cause::Malformed))?;
        if source.api.public {
            return self.send(source, request, None).await;
        }
        let token = self.token(source, &url, None).await?;
        let answer = self.send(source, request, Some(&token)).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let renewed = self.token(source, &url, Some(&token)).await?;
        if renewed.expose_secret() == token.expose_secret() {
            return Ok(answer);
        }
        self.send(source, request, Some(&renewed)).await
    }

    /// Asks the domain name system.
    pub(crate) async fn lookup(&self, source: &'static Source, question: &Question) -> Result<Lookup, NoAnswer> {
        let resolver = self.resolver.as_ref().ok_or(NoAnswer::lasting(Cause::Unavailable))?;
        let answer = resolver.lookup(&question.name, question.kind).await;
        if let Some(recorder) = &self.recorder {
            recorder.keep_lookup(source, RecordedLookup::new(question.clone(), &answer));
        }
        answer.map_err(NoAnswer::lasting)
    }

    async fn token(
        &self,
        source: &'static Source,
        url: &reqwest::Url,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, NoAnswer> {
        let token = self.tokens.token(source, url, refused).await.map_err(NoAnswer::lasting)?;
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.iter().all(|it| it.expose_secret() != token.expose_secret()) {
            sent.push(token.clone());
        }
        Ok(token)
    }

    async fn send(
        &self,
        source: &'static Source,
        request: &Request,
        token: Option<&SecretString>,
    ) -> Result<Answer, NoAnswer> {
        let id = uuid::Uuid::new_v4().to_string();
        let headers = self.headers(source, request, token, &id).ok_or(NoAnswer::lasting(Cause::SignInFailed))?;
        let (method, body) = match &request.body {
            None => (Method::GET, Vec::new()),
            Some(body) => (Method::POST, body.to_string().into_bytes()),
        };
        let answer = self.network.send(method, &request.url, headers, body, MAX_BODY).await.map_err(no_answer)?;
        let kept = HEADERS.iter().filter_map(|name| {
            let value = answer.headers.get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), value.to_owned()))
        });
        let answer =
            Answer { status: answer.status.as_u16(), headers: kept.collect(), body: answer.body, is_last: false };
        // Microsoft sends our id back: another one is the answer to another request, whatever brought it here.
        if answer.header("client-request-id").is_some_and(|other| !other.eq_ignore_ascii_case(&id)) {
            return Err(NoAnswer::lasting(Cause::Malformed));
        }
        if let Some(recorder) = &self.recorder {
            let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            recorder.keep(source, request, &answer, &sent);
        }
        Ok(answer)
    }
}

impl Live {
    fn headers(&self, source: &Source, request: &Request, token: Option<&SecretString>, id: &str) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        for (name, value) in source.api.headers {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_static(value));
        }
        for (api, name, value) in self.more.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if *api == source.api.id {
                headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
            }
        }
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, secret_header(&format!("Bearer {}", token.expose_secret()))?);
            headers.insert("client-request-id", HeaderValue::from_str(id).ok()?);
        }
        if let Call::Cmdlet { name, .. } = source.call {
            headers.insert("x-cmdletname", HeaderValue::from_static(name));
        }
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Some(headers)
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}

fn no_answer(failure: Failure) -> NoAnswer {
    match failure {
        Failure::Timeout => NoAnswer { cause: Cause::Timeout, transient: true },
        Failure::Connect | Failure::Broken => NoAnswer { cause: Cause::Unavailable, transient: true },
        Failure::Certificate => NoAnswer::lasting(Cause::Unavailable),
        Failure::TooLarge => NoAnswer::lasting(Cause::Truncated),
    }
}
