//! Keeps exchanges as files, without tokens or secrets.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde_json::value::RawValue;

use crate::Source;
use crate::exchange::{Answer, Recorded, RecordedRequest, RecordedResponse, Request};
use crate::lookup::RecordedLookup;

/// Writes a file whole or not at all: name and text.
pub type WriteFile = Box<dyn Fn(&str, &str) -> io::Result<()> + Send + Sync>;

/// Keeps every exchange that is given to it, one file each, by way of `write`.
pub struct Recorder {
    write: WriteFile,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    counts: BTreeMap<&'static str, u64>,
    error: Option<io::Error>,
}

impl Recorder {
    /// A recorder whose files `write` puts in place.
    pub fn new(write: WriteFile) -> Self {
        Self { write, state: Mutex::default() }
    }

    /// Keeps an exchange. The request's headers, and so its token, are no part of it; `secrets` are taken out of
    /// whatever the vendor sent back.
    pub(crate) fn keep(&self, source: &'static Source, request: &Request, answer: &Answer, secrets: &[SecretString]) {
        self.write(source, || text(request, answer, secrets));
    }

    /// Keeps a question to the domain name system and its answer.
    pub(crate) fn keep_lookup(&self, source: &'static Source, lookup: RecordedLookup) {
        self.write(source, || Ok(serde_json::to_string_pretty(&lookup)? + "\n"));
    }

    fn write(&self, source: &'static Source, text: impl FnOnce() -> io::Result<String>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let count = state.counts.entry(source.id).or_default();
        *count += 1;
        let short = source.id.rsplit('.').next().unwrap_or(source.id);
        let name = format!("{short}-{count:04}.json");
        if let Err(error) = text().and_then(|text| (self.write)(&name, &text)) {
            state.error.get_or_insert(error);
        }
    }

    /// The first file that could not be written.
    pub(crate) fn error(&self) -> Option<io::Error> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).error.take()
    }
}

fn text(request: &Request, answer: &Answer, secrets: &[SecretString]) -> io::Result<String> {
    let body = String::from_utf8_lossy(&answer.body);
    // What is no JSON is kept as a text, so that its replay fails to parse as well.
    let body = match serde_json::from_str::<Box<RawValue>>(&body) {
        Ok(body) => body,
        Err(_) => serde_json::value::to_raw_value(&body)?,
    };
    let recorded = Recorded {
        request: RecordedRequest {
            method: request.method.to_owned(),
            url: request.url.clone(),
            body: request.body.clone(),
        },
        response: RecordedResponse { status: answer.status, headers: answer.headers.iter().cloned().collect(), body },
    };
    let mut text = serde_json::to_string_pretty(&recorded)?;
    text.push('\n');
    for secret in secrets {
        text = text.replace(secret.expose_secret(), "[removed]");
    }
    Ok(text)
}
