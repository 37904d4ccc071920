//! Reads sources: the one way to the outside world that providers have.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tenantscan_model::{Cause, SourceRecord};

use crate::exchange::{Answer, NoAnswer, Request};
use crate::ledger::Ledger;
use crate::replay::Replay;
use crate::{Refusal, Source, Unread, page};

/// Most pages of one list.
const MAX_PAGES: usize = 100_000;
/// Most requests in one batch. Source: learn.microsoft.com/graph/json-batching.
const BATCH: usize = 20;

/// Reads the sources of one tenant and keeps account of what became of each.
#[derive(Debug)]
pub struct Reader {
    transport: Replay,
    ledger: Ledger,
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
    #[serde(borrow, default)]
    body: Option<&'b serde_json::value::RawValue>,
}

impl Reader {
    /// A reader whose answers come from recorded exchanges.
    pub fn replaying(replay: Replay) -> Self {
        Self { transport: replay, ledger: Ledger::default() }
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
        let result = self.pages(source, url, &mut each).await;
        self.ledger.done(source, None, result.as_ref().copied());
        result
    }

    async fn pages<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        url: &str,
        each: &mut (dyn FnMut(T) + Send),
    ) -> Result<(), Unread> {
        let origin =
            |url: &str| reqwest::Url::parse(url).map(|url| (url.origin().ascii_serialization(), url.path().to_owned()));
        let first = origin(url).map_err(|_| Unread::because(Cause::Malformed))?;
        let mut seen = BTreeSet::from([url.to_owned()]);
        let mut url = url.to_owned();
        loop {
            let answer = self.ask(source, &url).await?;
            let page = page::read(&answer.body, each).map_err(|_| malformed(&answer))?;
            self.ledger.body(source, &answer.body, page.items);
            let Some(next) = page.next else { return Ok(()) };
            // A token goes only to the host it was issued for, and only for what the source declares.
            if origin(&next).ok().as_ref() != Some(&first) {
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
        let result = match self.ask(source, url).await {
            Ok(answer) => {
                self.ledger.body(source, &answer.body, 1);
                serde_json::from_slice(&answer.body).map_err(|_| malformed(&answer))
            }
            Err(unread) => Err(unread),
        };
        self.ledger.done(source, None, result.as_ref().map(|_| ()));
        result
    }

    /// Reads one list each for many objects, several in one request where the API offers it (Graph: `$batch`, 20 at
    /// most). `urls` are full addresses; the answers stand in the same order, each list whole or unread.
    pub async fn lists<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Vec<Result<Vec<T>, Unread>> {
        let mut all = Vec::new();
        for chunk in urls.chunks(BATCH) {
            match self.batch(source, chunk).await {
                Some(answers) => all.extend(answers),
                None => {
                    for url in chunk {
                        let mut items = Vec::new();
                        all.push(self.pages(source, url, &mut |item| items.push(item)).await.map(|()| items));
                    }
                }
            }
        }
        for result in &all {
            self.ledger.done(source, None, result.as_ref().map(|_| ()));
        }
        all
    }

    /// The answers of one batch; none where the batch as such had no answer that can be read.
    async fn batch<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Option<Vec<Result<Vec<T>, Unread>>> {
        let parsed: Vec<reqwest::Url> =
            urls.iter().map(|url| reqwest::Url::parse(url)).collect::<Result<_, _>>().ok()?;
        let first = parsed.first()?;
        let version = first.path_segments()?.next()?.to_owned();
        let requests: Vec<serde_json::Value> = urls
            .iter()
            .zip(1..)
            .map(|(url, id)| {
                let prefix = format!("{}/{version}", first.origin().ascii_serialization());
                let relative = url.strip_prefix(&prefix).unwrap_or(url);
                serde_json::json!({ "id": id.to_string(), "method": "GET", "url": relative })
            })
            .collect();
        let request = Request {
            method: "POST",
            url: format!("{}/{version}/$batch", first.origin().ascii_serialization()),
            body: Some(serde_json::json!({ "requests": requests })),
        };
        self.ledger.asked(source);
        let answer = self.transport.answer(&request).ok().filter(|answer| answer.status == 200)?;
        let body: BatchBody<'_> = serde_json::from_slice(&answer.body).ok()?;
        let mut results = Vec::new();
        for (index, url) in urls.iter().enumerate() {
            let id = (index + 1).to_string();
            let item = body.responses.iter().find(|item| item.id == id);
            results.push(match item {
                Some(BatchItem { status: 200, body: Some(text), .. }) => {
                    let mut items = Vec::new();
                    match page::read(text.get().as_bytes(), &mut |item| items.push(item)) {
                        Ok(page) if page.next.is_none() => {
                            self.ledger.body(source, text.get().as_bytes(), page.items);
                            Ok(items)
                        }
                        Ok(_) => {
                            let mut items = Vec::new();
                            self.pages(source, url, &mut |item| items.push(item)).await.map(|()| items)
                        }
                        Err(_) => Err(Unread { status: Some(200), ..Unread::because(Cause::Malformed) }),
                    }
                }
                Some(item) => {
                    Err(refused(source, item.status, item.body.map(|body| body.get().as_bytes()).unwrap_or_default()))
                }
                None => Err(Unread::because(Cause::Malformed)),
            });
        }
        Some(results)
    }

    /// Notes a source as unread that was not asked.
    pub fn skip(&self, source: &'static Source, unread: &Unread) {
        self.ledger.done(source, None, Err(unread));
    }

    /// What became of every source, sorted by id.
    pub fn finish(self) -> Vec<SourceRecord> {
        self.ledger.records()
    }

    async fn ask(&self, source: &'static Source, url: &str) -> Result<Answer, Unread> {
        let request = Request { method: "GET", url: url.to_owned(), body: None };
        self.ledger.asked(source);
        match self.transport.answer(&request) {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer),
            Ok(answer) => Err(refused(source, answer.status, &answer.body)),
            Err(NoAnswer { cause, .. }) => Err(Unread::because(cause)),
        }
    }
}

fn malformed(answer: &Answer) -> Unread {
    Unread {
        cause: Cause::Malformed,
        status: Some(answer.status),
        code: None,
        request_id: answer.header("request-id").map(Into::into),
    }
}

/// Why a request was refused: by status and the vendor's code, as the API tells them apart.
fn refused(source: &'static Source, status: u16, body: &[u8]) -> Unread {
    let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let refusal = Refusal { status, code: body.error.code.as_deref(), message: body.error.message.as_deref() };
    let diagnosis = (source.api.diagnose)(&refusal);
    Unread {
        cause: diagnosis.cause,
        status: Some(status),
        code: body.error.code.map(Into::into),
        request_id: body.error.inner.request_id.map(Into::into),
    }
}
