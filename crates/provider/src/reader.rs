//! Reads sources: the one way to the outside world that providers have.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tenantscan_model::{Cause, SourceRecord, Text};
use tokio::time::Instant;

use crate::exchange::{self, Answer, Request};
use crate::ledger::Ledger;
use crate::live::{Live, Tokens};
use crate::network::Network;
use crate::pace::Gates;
use crate::progress::{Event, Listener};
use crate::record::Recorder;
use crate::replay::Replay;
use crate::transport::Transport;
use crate::{Refusal, Source, Unread, page};

/// Most pages of one list.
const MAX_PAGES: usize = 100_000;
/// Most requests in one batch. Source: learn.microsoft.com/graph/json-batching.
const BATCH: usize = 20;
/// Batches that are under way at once.
const BATCHES: usize = 4;
/// How often a request is sent again after a server error or a broken connection.
const MAX_RETRIES: u32 = 4;
/// How often a request is sent again when the vendor asks to slow down; the deadline mostly ends it sooner.
const MAX_SLOWDOWNS: u32 = 30;

/// How long a scan may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most that all sources together may take.
    pub scan: Duration,
    /// The most that one source may take.
    pub source: Duration,
    /// The first wait where the vendor names none; it doubles with each further one, up to a minute.
    pub backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            scan: Duration::from_secs(30 * 60),
            source: Duration::from_secs(10 * 60),
            backoff: Duration::from_secs(2),
        }
    }
}

/// Reads the sources of one tenant and keeps account of what became of each.
pub struct Reader {
    transport: Transport,
    ledger: Ledger,
    gates: Gates,
    limits: Limits,
    end: Instant,
    listener: Option<Listener>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("transport", &self.transport).finish_non_exhaustive()
    }
}

/// A vendor's error as Microsoft Graph writes it; other shapes give no code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: ErrorParts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorParts {
    code: Option<String>,
    message: Option<String>,
    #[serde(rename = "innerError", alias = "innererror")]
    inner: InnerError,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InnerError {
    #[serde(rename = "request-id")]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct BatchBody<'b> {
    #[serde(borrow)]
    responses: Vec<BatchItem<'b>>,
}

#[derive(Deserialize)]
struct BatchItem<'b> {
    id: String,
    status: u16,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    #[serde(borrow, default)]
    body: Option<&'b serde_json::value::RawValue>,
}

impl BatchItem<'_> {
    fn retry_after(&self) -> Option<Duration> {
        let header = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
        header.and_then(|(_, value)| exchange::retry_after(value, None))
    }
}

impl Reader {
    /// A reader whose answers come from recorded exchanges.
    pub fn replaying(replay: Replay) -> Self {
        Self::new(Transport::Replay(replay), Limits::default())
    }

    /// A reader that asks the vendors, and keeps the exchanges where a recorder is given. Needs a running `tokio`.
    pub fn live(network: Arc<Network>, tokens: Arc<dyn Tokens>, recorder: Option<Recorder>, limits: Limits) -> Self {
        Self::new(Transport::Live(Live::new(network, tokens, recorder)), limits)
    }

    fn new(transport: Transport, limits: Limits) -> Self {
        let end = Instant::now() + limits.scan;
        Self { transport, ledger: Ledger::default(), gates: Gates::default(), limits, end, listener: None }
    }

    /// Has `listener` told of everything that happens.
    #[must_use]
    pub fn telling(mut self, listener: Listener) -> Self {
        self.listener = Some(listener);
        self
    }

    fn tell(&self, event: Event) {
        if let Some(listener) = &self.listener {
            listener(&event);
        }
    }

    /// Notes that reading begins. What became of it is noted by `done`.
    fn begin(&self, source: &'static Source) {
        if self.ledger.begin(source) {
            self.tell(Event::Started(source));
        }
    }

    fn done(&self, source: &'static Source, result: Result<(), &Unread>) {
        self.ledger.done(source, result);
        self.tell(result.map_or_else(|unread| Event::Unread(source, unread.cause), |()| Event::Read(source)));
    }

    fn body(&self, source: &'static Source, body: &[u8], rows: u64) {
        self.ledger.body(source, body, rows);
        self.tell(Event::Rows(source, rows));
    }

    /// Reads a list to its end, page after page, and gives each item to `each`.
    ///
    /// `url` is the full address of the first page at the vendor's own host. Items already given before an error are
    /// to be thrown away by the caller: a list is read to its end or not at all.
    ///
    /// # Errors
    /// What kept the list from being read to its end.
    pub async fn list<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        url: &str,
        mut each: impl FnMut(T) + Send,
    ) -> Result<(), Unread> {
        self.begin(source);
        let result = self.pages(source, url, &mut each).await;
        self.done(source, result.as_ref().copied());
        result
    }

    async fn pages<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        url: &str,
        each: &mut (dyn FnMut(T) + Send),
    ) -> Result<(), Unread> {
        let first = Place::of(url).filter(|_| source.allows(url)).ok_or(Unread::because(Cause::Malformed))?;
        let mut seen = BTreeSet::from([url.to_owned()]);
        let mut url = url.to_owned();
        loop {
            let answer = self.ask(source, &get(&url)).await?;
            let page = page::read(&answer.body, each).map_err(|_| malformed(&answer))?;
            self.body(source, &answer.body, page.items);
            let Some(next) = page.next else { return Ok(()) };
            let next = self.transport.vendor_address(&first.host, next);
            // A token goes only to the host it was issued for, and only to read.
            if Place::of(&next).as_ref() != Some(&first) {
                return Err(malformed(&answer));
            }
            if seen.len() >= MAX_PAGES || !seen.insert(next.clone()) {
                return Err(Unread { cause: Cause::Truncated, ..malformed(&answer) });
            }
            url = next;
        }
    }

    /// Reads one object.
    ///
    /// # Errors
    /// What kept it from being read.
    pub async fn get<T: DeserializeOwned + Send>(&self, source: &'static Source, url: &str) -> Result<T, Unread> {
        self.begin(source);
        let result = match self.ask_declared(source, url).await {
            Ok(answer) => {
                self.body(source, &answer.body, 1);
                serde_json::from_slice(&answer.body).map_err(|_| malformed(&answer))
            }
            Err(unread) => Err(unread),
        };
        self.done(source, result.as_ref().map(|_| ()));
        result
    }

    /// Reads one list each for many objects, several in one request where the API offers it (Graph: `$batch`, 20 at
    /// most). `urls` are full addresses; the answers stand in the same order, each list whole or unread.
    pub async fn lists<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Vec<Result<Vec<T>, Unread>> {
        if urls.is_empty() {
            return Vec::new();
        }
        self.begin(source);
        let batches: Vec<_> = urls.chunks(BATCH).map(|chunk| self.batch(source, chunk)).collect();
        let all: Vec<_> = futures::stream::iter(batches).buffered(BATCHES).concat().await;
        let failed = all.iter().find_map(|result: &Result<Vec<T>, Unread>| result.as_ref().err());
        self.done(source, failed.map_or(Ok(()), Err));
        all
    }

    /// The answers of one batch, each refused item asked for again by itself.
    async fn batch<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Vec<Result<Vec<T>, Unread>> {
        let items = self.batch_items(source, urls).await;
        let mut results = Vec::with_capacity(urls.len());
        for (index, url) in urls.iter().enumerate() {
            let item = items.as_ref().and_then(|items| items.get(index));
            results.push(match item {
                Some(BatchAnswer::Read(body)) => {
                    let mut rows = Vec::new();
                    match page::read(body.get().as_bytes(), &mut |row| rows.push(row)) {
                        Ok(page) if page.next.is_none() => {
                            self.body(source, body.get().as_bytes(), page.items);
                            Ok(rows)
                        }
                        Ok(_) => self.single(source, url).await,
                        Err(_) => Err(Unread { status: Some(200), ..Unread::because(Cause::Malformed) }),
                    }
                }
                Some(BatchAnswer::Refused(unread)) => Err(unread.clone()),
                Some(BatchAnswer::Again(cause, wait)) => {
                    self.tell(Event::Waiting(source, *cause, *wait));
                    if self.transport.is_live() {
                        tokio::time::sleep(*wait).await;
                    }
                    self.single(source, url).await
                }
                None => self.single(source, url).await,
            });
        }
        results
    }

    async fn single<T: DeserializeOwned + Send>(&self, source: &'static Source, url: &str) -> Result<Vec<T>, Unread> {
        let mut rows = Vec::new();
        self.pages(source, url, &mut |row| rows.push(row)).await.map(|()| rows)
    }

    /// What one batch request answers for each address; none where the batch as such had no answer that can be read.
    async fn batch_items(&self, source: &'static Source, urls: &[String]) -> Option<Vec<BatchAnswer>> {
        let first = Place::of(urls.first()?)?;
        let base = format!("https://{}/{}", first.host, first.version);
        let relative: Vec<&str> = urls.iter().map(|url| url.strip_prefix(&base)).collect::<Option<_>>()?;
        if !urls.iter().all(|url| source.allows(url)) {
            return None;
        }
        let requests = relative
            .iter()
            .zip(1..)
            .map(|(url, id)| serde_json::json!({ "id": id.to_string(), "method": "GET", "url": url }));
        let body = serde_json::json!({ "requests": requests.collect::<Vec<_>>() });
        let request = Request { method: "POST", url: format!("{base}/$batch"), body: Some(body) };
        let answer = self.ask(source, &request).await.ok()?;
        let body: BatchBody<'_> = serde_json::from_slice(&answer.body).ok()?;
        let answers = (1..=urls.len()).map(|id| {
            let id = id.to_string();
            match body.responses.iter().find(|item| item.id == id) {
                Some(BatchItem { status: 200, body: Some(body), .. }) => BatchAnswer::Read((*body).to_owned()),
                Some(item) => {
                    let text = item.body.map(|body| body.get().as_bytes()).unwrap_or_default();
                    let (unread, transient) = refused(source, item.status, None, text);
                    if transient {
                        BatchAnswer::Again(unread.cause, item.retry_after().unwrap_or(self.limits.backoff))
                    } else {
                        BatchAnswer::Refused(unread)
                    }
                }
                None => BatchAnswer::Refused(Unread::because(Cause::Malformed)),
            }
        });
        Some(answers.collect())
    }

    /// Notes a source as unread that was not asked.
    pub fn skip(&self, source: &'static Source, unread: &Unread) {
        self.ledger.done(source, Err(unread));
    }

    /// The first exchange that could not be recorded, if any.
    pub fn recording_error(&self) -> Option<std::io::Error> {
        match &self.transport {
            Transport::Live(live) => live.recorder.as_ref().and_then(Recorder::error),
            Transport::Replay(_) => None,
        }
    }

    /// What became of every source, sorted by id.
    pub fn finish(self) -> Vec<SourceRecord> {
        self.ledger.records(self.transport.is_live())
    }

    /// Asks for an address that the source declares; any other is never sent.
    async fn ask_declared(&self, source: &'static Source, url: &str) -> Result<Answer, Unread> {
        if source.allows(url) { self.ask(source, &get(url)).await } else { Err(Unread::because(Cause::Malformed)) }
    }

    /// Sends a request until it is answered, refused for good, or out of time.
    async fn ask(&self, source: &'static Source, request: &Request) -> Result<Answer, Unread> {
        let end = (self.ledger.started(source) + self.limits.source).min(self.end);
        tokio::time::timeout_at(end, self.attempts(source, request, end))
            .await
            .unwrap_or_else(|_| Err(Unread::because(Cause::Timeout)))
    }

    async fn attempts(&self, source: &'static Source, request: &Request, end: Instant) -> Result<Answer, Unread> {
        let path = reqwest::Url::parse(&request.url).map(|url| url.path().to_owned()).unwrap_or_default();
        let (mut retries, mut slowdowns) = (0, 0);
        loop {
            let permit = if self.transport.is_live() { self.gates.pass(source.api, &path).await } else { None };
            self.ledger.asked(source);
            let answer = self.transport.answer(source, request).await;
            drop(permit);
            let (unread, wait, again) = match answer {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer),
                Ok(answer) => {
                    let id = answer.header("request-id");
                    let (unread, transient) = refused(source, answer.status, id, &answer.body);
                    (unread, answer.retry_after(), transient && !answer.is_last)
                }
                Err(failed) => (Unread::because(failed.cause), None, failed.transient),
            };
            let count = if unread.cause == Cause::Throttled { &mut slowdowns } else { &mut retries };
            *count += 1;
            let count = *count;
            if !again || retries > MAX_RETRIES || slowdowns > MAX_SLOWDOWNS {
                return Err(unread);
            }
            if !self.transport.is_live() {
                continue;
            }
            let wait = wait.unwrap_or_else(|| self.backoff(count)).max(Duration::from_millis(50));
            // Waiting in vain helps nobody.
            if Instant::now() + wait >= end {
                return Err(unread);
            }
            self.tell(Event::Waiting(source, unread.cause, wait));
            tokio::time::sleep(wait).await;
        }
    }

    /// Half of it fixed, half by chance, so that scans side by side do not come back all at once.
    fn backoff(&self, count: u32) -> Duration {
        let most = self.limits.backoff.saturating_mul(1 << (count - 1).min(6)).min(Duration::from_secs(60));
        let chance = f64::from(uuid::Uuid::new_v4().as_bytes()[0]) / 255.0;
        most.mul_f64(0.5 + chance / 2.0)
    }
}

/// What a batch says of one of its requests.
enum BatchAnswer {
    Read(Box<serde_json::value::RawValue>),
    Refused(Unread),
    /// To be asked again by itself after this time.
    Again(Cause, Duration),
}

/// Where pages of one list may lie: the same host over TLS, the same version of the API.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    host: String,
    version: String,
}

impl Place {
    fn of(url: &str) -> Option<Self> {
        let url = reqwest::Url::parse(url).ok()?;
        if url.scheme() != "https" || url.port().is_some() || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        Some(Self { host: url.host_str()?.to_owned(), version: url.path_segments()?.next()?.to_owned() })
    }
}

fn get(url: &str) -> Request {
    Request { method: "GET", url: url.to_owned(), body: None }
}

fn malformed(answer: &Answer) -> Unread {
    Unread {
        cause: Cause::Malformed,
        status: Some(answer.status),
        code: None,
        request_id: answer.header("request-id").and_then(word),
    }
}

/// Why a request was refused, by status and the vendor's code as the API tells them apart, and whether it may pass.
fn refused(source: &'static Source, status: u16, request_id: Option<&str>, body: &[u8]) -> (Unread, bool) {
    let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let refusal = Refusal { status, code: body.error.code.as_deref(), message: body.error.message.as_deref() };
    let diagnosis = match status {
        // A redirect: no API answers so, and a token is not carried along.
        300..400 => crate::Diagnosis::lasting(Cause::Malformed),
        _ => (source.api.diagnose)(&refusal),
    };
    let unread = Unread {
        cause: diagnosis.cause,
        status: Some(status),
        code: body.error.code.as_deref().and_then(word),
        request_id: body.error.inner.request_id.as_deref().or(request_id).and_then(word),
    };
    (unread, diagnosis.transient)
}

/// A code or an id, when it looks like one: a vendor's text may hold anything.
fn word(text: &str) -> Option<Text> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (text.len() <= 80 && text.chars().all(plain)).then(|| text.into())
}
