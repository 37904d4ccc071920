//! Reads sources: the one way to the outside world that providers have.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use serde::de::DeserializeOwned;
use tenantscan_model::{Cause, SourceRecord};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::exchange::{Answer, Request, request};
use crate::ledger::Ledger;
use crate::live::{Live, Tokens};
use crate::network::Network;
use crate::pace::Gates;
use crate::page::{self, Next};
use crate::progress::{Event, Listener};
use crate::record::Recorder;
use crate::refusal::{self, malformed};
use crate::replay::Replay;
use crate::transport::Transport;
use crate::{Api, Resolver, Source, Unread, surrogates};

/// Most pages of one list.
const MAX_PAGES: usize = 100_000;
/// How often a request is sent again after a server error or a broken connection.
const MAX_RETRIES: u32 = 4;
/// How often a request is sent again when the vendor asks to slow down; the deadline mostly ends it sooner.
const MAX_SLOWDOWNS: u32 = 30;

/// How many objects are made ready to be asked for at once.
const SLICE: usize = 256;

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
    pub(crate) transport: Transport,
    ledger: Ledger,
    gates: Gates,
    pub(crate) limits: Limits,
    end: Instant,
    listener: Option<Listener>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("transport", &self.transport).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader whose answers come from recorded exchanges.
    pub fn replaying(replay: impl Into<Arc<Replay>>) -> Self {
        Self::new(Transport::Replay(replay.into()), Limits::default())
    }

    /// A reader that asks the vendors, and keeps the exchanges where a recorder is given. Needs a running `tokio`.
    pub fn live(
        network: Arc<Network>,
        tokens: Arc<dyn Tokens>,
        recorder: Option<Arc<Recorder>>,
        limits: Limits,
    ) -> Self {
        Self::new(Transport::Live(Live::new(network, tokens, recorder)), limits)
    }

    /// Has questions to the domain name system answered by `resolver`. A recording answers them itself.
    #[must_use]
    pub fn resolving(mut self, resolver: Arc<dyn Resolver>) -> Self {
        if let Transport::Live(live) = &mut self.transport {
            live.resolver = Some(resolver);
        }
        self
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

    /// Has every request to the source's API carry a header more, which is not known before the tenant is.
    pub fn add_header(&self, api: &'static Api, name: &'static str, value: String) {
        if let Transport::Live(live) = &self.transport {
            live.add_header(api, name, value);
        }
    }

    fn tell(&self, event: Event) {
        if let Some(listener) = &self.listener {
            listener(&event);
        }
    }

    /// Notes that reading begins. What became of it is noted by `done`.
    pub(crate) fn begin(&self, source: &'static Source) {
        if self.ledger.begin(source) {
            self.tell(Event::Started(source));
        }
    }

    pub(crate) fn done(&self, source: &'static Source, result: Result<(), &Unread>) {
        if !self.ledger.done(source, result) {
            return;
        }
        self.tell(result.map_or_else(|unread| Event::Unread(source, unread.cause), |()| Event::Read(source)));
    }

    pub(crate) fn body(&self, source: &'static Source, body: &[u8], rows: u64) {
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
        let result = self.pages(source, request(source, url, None), &mut each).await;
        self.done(source, result.as_ref().copied());
        result
    }

    /// Further pages are asked for as the first was: by the same method, with the same body.
    pub(crate) async fn pages<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        mut request: Request,
        each: &mut (dyn FnMut(T) + Send),
    ) -> Result<(), Unread> {
        let first = Place::of(&request.url).filter(|_| source.allows(&request.url));
        let first = first.ok_or(Unread::because(Cause::Malformed))?;
        let mut seen = BTreeSet::from([request.url.clone()]);
        loop {
            let answer = self.ask(source, &request, |_| false).await?;
            let page = page::read(source.call, &answer.body, each).map_err(|_| malformed(&answer))?;
            self.body(source, &answer.body, page.items);
            if page.cut {
                return Err(Unread { cause: Cause::Truncated, ..malformed(&answer) });
            }
            let next = match page.next {
                None => return Ok(()),
                Some(Next::Link(link)) => self.transport.vendor_address(&first.host, link),
                Some(Next::Token(token)) => with_page_token(&request.url, &token),
            };
            // A token goes only to the host it was issued for, and only to read.
            if !Place::of(&next).is_some_and(|next| next.is_beside(&first, source)) {
                return Err(malformed(&answer));
            }
            if seen.len() >= MAX_PAGES || !seen.insert(next.clone()) {
                return Err(Unread { cause: Cause::Truncated, ..malformed(&answer) });
            }
            request.url = next;
        }
    }

    /// Reads one object.
    ///
    /// # Errors
    /// What kept it from being read.
    pub async fn get<T: DeserializeOwned + Send>(&self, source: &'static Source, url: &str) -> Result<T, Unread> {
        self.get_if_any(source, url, |_| false).await.and_then(there)
    }

    /// Reads one object each for many addresses, several at a time; none where a refusal says that there is none, as
    /// `absent` tells. The answers stand in the same order.
    pub async fn objects_if_any<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
        absent: fn(&Unread) -> bool,
    ) -> Vec<Result<Option<T>, Unread>> {
        let mut answers = Vec::with_capacity(urls.len());
        for slice in urls.chunks(SLICE) {
            let asked: Vec<_> = slice.iter().map(|url| self.get_if_any(source, url, absent)).collect();
            let mut read = futures::stream::iter(asked).buffered(source.api.concurrency);
            while let Some(answer) = read.next().await {
                answers.push(answer);
            }
        }
        answers
    }

    async fn get_if_any<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        url: &str,
        absent: fn(&Unread) -> bool,
    ) -> Result<Option<T>, Unread> {
        self.begin(source);
        let result = match self.ask_declared(source, url, |_| false).await {
            Ok(answer) => {
                self.body(source, &answer.body, 1);
                serde_json::from_slice(&surrogates::mended(&answer.body)).map(Some).map_err(|_| malformed(&answer))
            }
            Err(unread) if absent(&unread) => Ok(None),
            Err(unread) => Err(unread),
        };
        self.done(source, result.as_ref().map(|_| ()));
        result
    }

    /// Reads one object each for many addresses, several at a time. The answers stand in the same order.
    pub async fn objects<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Vec<Result<T, Unread>> {
        let read = self.objects_if_any(source, urls, |_| false).await;
        read.into_iter().map(|read| read.and_then(there)).collect()
    }

    /// Reads a text; none where the server says that there is none (404).
    ///
    /// # Errors
    /// What kept it from being read.
    pub async fn text(&self, source: &'static Source, url: &str) -> Result<Option<String>, Unread> {
        self.begin(source);
        let result = self.ask_declared(source, url, |status| status == 404).await.map(|answer| {
            self.body(source, &answer.body, 1);
            let text = String::from_utf8_lossy(&answer.body);
            // A recording keeps what is no JSON as a JSON string.
            let text = serde_json::from_str::<String>(&text).unwrap_or_else(|_| text.into_owned());
            (answer.status != 404).then_some(text)
        });
        self.done(source, result.as_ref().map(|_| ()));
        result
    }

    /// Where an address points to, without going there; none where it points nowhere else.
    ///
    /// # Errors
    /// What kept it from being read.
    pub async fn location(&self, source: &'static Source, url: &str) -> Result<Option<String>, Unread> {
        self.begin(source);
        let result = self.ask_declared(source, url, |status| (300..400).contains(&status)).await;
        let result = result.map(|answer| {
            self.body(source, &answer.body, 1);
            answer.header("location").map(str::to_owned)
        });
        self.done(source, result.as_ref().map(|_| ()));
        result
    }

    /// Notes a source as unread that was not asked.
    pub fn skip(&self, source: &'static Source, unread: &Unread) {
        self.ledger.done(source, Err(unread));
    }

    /// The first exchange that could not be recorded, if any.
    pub fn recording_error(&self) -> Option<std::io::Error> {
        match &self.transport {
            Transport::Live(live) => live.recorder.as_ref().and_then(|recorder| recorder.error()),
            Transport::Replay(_) => None,
        }
    }

    /// What became of every source, sorted by id.
    pub fn finish(self) -> Vec<SourceRecord> {
        self.ledger.records(self.transport.is_live())
    }

    /// Asks for an address that the source declares; any other is never sent. `also` tells statuses that are an answer
    /// too, besides those from 200 to 299.
    async fn ask_declared(&self, source: &'static Source, url: &str, also: fn(u16) -> bool) -> Result<Answer, Unread> {
        if source.allows(url) {
            self.ask(source, &request(source, url, None), also).await
        } else {
            Err(Unread::because(Cause::Malformed))
        }
    }

    /// Sends a request until it is answered, refused for good, or out of time.
    pub(crate) async fn ask(
        &self,
        source: &'static Source,
        request: &Request,
        also: fn(u16) -> bool,
    ) -> Result<Answer, Unread> {
        self.within_time(source, self.attempts(source, request, also)).await
    }

    /// When the source must have been read.
    fn end(&self, source: &'static Source) -> Instant {
        (self.ledger.started(source) + self.limits.source).min(self.end)
    }

    /// Gives work up when the source's time is over.
    pub(crate) async fn within_time<T>(
        &self,
        source: &'static Source,
        work: impl Future<Output = Result<T, Unread>>,
    ) -> Result<T, Unread> {
        let end = self.end(source);
        // What is left over when the time is up is not even begun.
        if Instant::now() >= end {
            return Err(Unread::because(Cause::Timeout));
        }
        let timely = tokio::time::timeout_at(end, work);
        timely.await.unwrap_or_else(|_| Err(Unread::because(Cause::Timeout)))
    }

    /// Notes that a request goes out, once it is its turn; the next may go out when the permit is dropped.
    pub(crate) async fn turn(&self, source: &'static Source, path: &str) -> Option<OwnedSemaphorePermit> {
        let permit = if self.transport.is_live() { self.gates.pass(source.api, path).await } else { None };
        self.ledger.asked(source);
        permit
    }

    async fn attempts(
        &self,
        source: &'static Source,
        request: &Request,
        also: fn(u16) -> bool,
    ) -> Result<Answer, Unread> {
        let path = reqwest::Url::parse(&request.url).map(|url| url.path().to_owned()).unwrap_or_default();
        let (mut retries, mut slowdowns) = (0, 0);
        loop {
            let permit = self.turn(source, &path).await;
            let answer = self.transport.answer(source, request).await;
            drop(permit);
            let (unread, wait, again) = match answer {
                Ok(answer) if (200..300).contains(&answer.status) || also(answer.status) => return Ok(answer),
                Ok(answer) => {
                    let id = answer.header("request-id");
                    let (unread, transient) = refusal::read(source, answer.status, id, &answer.body);
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
            if Instant::now() + wait >= self.end(source) {
                return Err(unread);
            }
            self.pause(source, unread.cause, wait).await;
        }
    }

    /// Waits before a request goes out again; a recording answers at once.
    pub(crate) async fn pause(&self, source: &'static Source, cause: Cause, wait: Duration) {
        if self.transport.is_live() {
            self.tell(Event::Waiting(source, cause, wait));
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

/// What no refusal takes for missing is there.
fn there<T>(object: Option<T>) -> Result<T, Unread> {
    object.ok_or(Unread::because(Cause::Malformed))
}

/// The same address for the page of this token; everything else stays as it was asked.
fn with_page_token(url: &str, token: &str) -> String {
    let base = url.split_once("pageToken=").map_or(url, |(base, _)| base).trim_end_matches(['?', '&']);
    let Ok(mut next) = reqwest::Url::parse(base) else { return String::new() };
    next.query_pairs_mut().append_pair("pageToken", token);
    next.into()
}

/// Where pages of one list may lie: the same host over TLS, the same version of the API.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) host: String,
    path: Vec<String>,
}

impl Place {
    pub(crate) fn of(url: &str) -> Option<Self> {
        let url = reqwest::Url::parse(url).ok()?;
        if url.scheme() != "https" || url.port().is_some() || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let path = url.path_segments()?.map(str::to_owned).collect();
        Some(Self { host: url.host_str()?.to_owned(), path })
    }

    /// Whether it lies at the same host, under the same root.
    fn is_beside(&self, other: &Self, source: &Source) -> bool {
        self.host == other.host && self.root(source) == other.root(source)
    }

    /// Start of all paths of the API, in the same version and of the same tenant.
    pub(crate) fn root(&self, source: &Source) -> String {
        self.path.iter().take(source.api.root).map(|part| format!("/{part}")).collect()
    }
}
