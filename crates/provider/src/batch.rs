//! Many requests in one: Graph's and Exchange's `$batch`.

use std::time::Duration;

use futures::StreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tenantscan_model::Cause;

use crate::exchange::{self, Request};
use crate::reader::Place;
use crate::{Call, Reader, Source, Unread, page, refusal};

/// Batches that are under way at once.
const BATCHES: usize = 4;

#[derive(Deserialize)]
struct Body<'b> {
    #[serde(borrow)]
    responses: Vec<Item<'b>>,
}

#[derive(Deserialize)]
struct Item<'b> {
    id: String,
    status: u16,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    #[serde(borrow, default)]
    body: Option<&'b RawValue>,
}

impl Item<'_> {
    fn retry_after(&self) -> Option<Duration> {
        let header = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
        header.and_then(|(_, value)| exchange::retry_after(value, None))
    }
}

/// What a batch says of one of its requests.
enum Said {
    Read(Box<RawValue>),
    Refused(Unread),
    /// To be asked again by itself after this time.
    Again(Cause, Duration),
    /// To be asked again by itself: inside a batch it was not let in.
    Alone,
}

impl Reader {
    /// Reads one list each for many objects, several in one request. `urls` are full addresses; the answers stand in
    /// the same order, each list whole or unread.
    pub async fn lists<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Vec<Result<Vec<T>, Unread>> {
        self.many(source, urls.iter().map(|url| exchange::request(source, url, None)).collect()).await
    }

    /// Runs a source's cmdlet once for each set of `parameters`, several in one request. The answers stand in the same
    /// order, each list whole or unread.
    pub async fn invoke<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        url: &str,
        parameters: &[Value],
    ) -> Vec<Result<Vec<T>, Unread>> {
        let one = |parameters: &Value| exchange::request(source, url, Some(parameters));
        self.many(source, parameters.iter().map(one).collect()).await
    }

    async fn many<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        requests: Vec<Request>,
    ) -> Vec<Result<Vec<T>, Unread>> {
        if requests.is_empty() {
            return Vec::new();
        }
        self.begin(source);
        let batches: Vec<_> = requests.chunks(source.api.batch.max(1)).map(|chunk| self.batch(source, chunk)).collect();
        let at_once = if source.api.batch < 2 { source.api.concurrency } else { BATCHES };
        let all: Vec<_> = futures::stream::iter(batches).buffered(at_once).concat().await;
        let failed = all.iter().find_map(|result: &Result<Vec<T>, Unread>| result.as_ref().err());
        self.done(source, failed.map_or(Ok(()), Err));
        all
    }

    /// The answers of one batch, each refused item asked for again by itself where that may help.
    async fn batch<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        requests: &[Request],
    ) -> Vec<Result<Vec<T>, Unread>> {
        let items = self.batch_items(source, requests).await;
        let mut results = Vec::with_capacity(requests.len());
        let mut shut_out = None;
        for (index, request) in requests.iter().enumerate() {
            let result = match items.as_ref().and_then(|items| items.get(index)) {
                Some(Said::Read(body)) => {
                    let mut rows = Vec::new();
                    match page::read(source.call, body.get().as_bytes(), &mut |row| rows.push(row)) {
                        Ok(page) if page.cut => Err(Unread { status: Some(200), ..Unread::because(Cause::Truncated) }),
                        Ok(page) if page.next.is_none() => {
                            self.body(source, body.get().as_bytes(), page.items);
                            Ok(rows)
                        }
                        Ok(_) => self.single(source, request).await,
                        Err(_) => Err(Unread { status: Some(200), ..Unread::because(Cause::Malformed) }),
                    }
                }
                Some(Said::Refused(unread)) => Err(unread.clone()),
                Some(Said::Again(cause, wait)) => {
                    self.pause(source, *cause, *wait).await;
                    self.single(source, request).await
                }
                Some(Said::Alone) | None => match &shut_out {
                    None => self.single(source, request).await,
                    // What is refused to one by itself is refused to all: asking each would only cost.
                    Some(unread) => Err(Unread::clone(unread)),
                },
            };
            if let (Some(Said::Alone), Err(unread)) = (items.as_ref().and_then(|items| items.get(index)), &result) {
                shut_out.get_or_insert_with(|| unread.clone());
            }
            results.push(result);
        }
        results
    }

    async fn single<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        request: &Request,
    ) -> Result<Vec<T>, Unread> {
        let mut rows = Vec::new();
        self.pages(source, request.clone(), &mut |row| rows.push(row)).await.map(|()| rows)
    }

    /// What one batch request answers for each request; none where the batch as such had no answer that can be read.
    async fn batch_items(&self, source: &'static Source, requests: &[Request]) -> Option<Vec<Said>> {
        if source.api.batch < 2 || requests.len() < 2 && matches!(source.call, Call::Cmdlet { .. }) {
            return None;
        }
        let first = Place::of(&requests.first()?.url)?;
        if !requests.iter().all(|request| source.allows(&request.url)) {
            return None;
        }
        let base = format!("https://{}{}", first.host, first.root(source));
        let items = requests.iter().zip(1..).map(|(request, id)| {
            let mut item = json!({ "id": id.to_string(), "method": request.method, "url": request.url });
            match &request.body {
                None => item["url"] = request.url.strip_prefix(&base)?.into(),
                Some(body) => {
                    item["headers"] = json!({ "Content-Type": "application/json" });
                    item["body"] = body.clone();
                }
            }
            Some(item)
        });
        let body = json!({ "requests": items.collect::<Option<Vec<_>>>()? });
        let request = Request { method: "POST", url: format!("{base}/$batch"), body: Some(body) };
        let answer = self.ask(source, &request, |_| false).await.ok()?;
        let body: Body<'_> = serde_json::from_slice(&answer.body).ok()?;
        let said = (1..=requests.len()).map(|id| {
            let id = id.to_string();
            let mut matching = body.responses.iter().filter(|item| item.id == id);
            match (matching.next(), matching.next()) {
                (Some(Item { status: 200, body: Some(body), .. }), None) => Said::Read((*body).to_owned()),
                (Some(item), None) => {
                    let text = item.body.map(|body| body.get().as_bytes()).unwrap_or_default();
                    let (unread, transient) = refusal::read(source, item.status, None, text);
                    if transient {
                        Said::Again(unread.cause, item.retry_after().unwrap_or(self.limits.backoff))
                    } else if item.status == 401 {
                        Said::Alone
                    } else {
                        Said::Refused(unread)
                    }
                }
                // Left out, or answered twice: nobody can tell which answer is whose.
                _ => Said::Refused(Unread::because(Cause::Malformed)),
            }
        });
        Some(said.collect())
    }
}
