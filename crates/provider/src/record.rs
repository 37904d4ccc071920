//! Keeps exchanges as files, without tokens or secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Source;
use crate::exchange::{Answer, Recorded, RecordedRequest, RecordedResponse, Request};
use crate::lookup::RecordedLookup;

/// Writes a file whole or not at all: name and text.
pub type WriteFile = Box<dyn Fn(&str, &str) -> io::Result<()> + Send + Sync>;

/// Names under which vendors give a person's private telephone number or mail address. A recording keeps that there is
/// one, as all that this program asks of it.
const PRIVATE: [&str; 2] = ["recoveryEmail", "recoveryPhone"];

/// What stands in a recording in place of what it does not keep.
const REMOVED: &str = "[removed]";

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
    let body = without_private(String::from_utf8_lossy(&answer.body));
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
        text = text.replace(secret.expose_secret(), REMOVED);
    }
    Ok(text)
}

fn without_private(body: Cow<'_, str>) -> Cow<'_, str> {
    if !PRIVATE.iter().any(|name| body.contains(name)) {
        return body;
    }
    match serde_json::from_str::<Value>(&body) {
        Ok(mut value) => {
            remove_private(&mut value);
            Cow::Owned(value.to_string())
        }
        // Nobody reads what is no JSON.
        Err(_) => Cow::Borrowed(REMOVED),
    }
}

fn remove_private(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if PRIVATE.contains(&name.as_str()) && !text.is_empty() => {
                        *text = REMOVED.to_owned();
                    }
                    _ => remove_private(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_private),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_private_address_a_recording_keeps_that_there_is_one() {
        let body = r#"{"users":[{"id":"1","recoveryEmail":"owner@home.example","recoveryPhone":""},{"id":"2"}]}"#;
        let kept = without_private(Cow::Borrowed(body));
        let kept: Value = serde_json::from_str(&kept).expect("JSON");
        assert_eq!(kept["users"][0]["recoveryEmail"], REMOVED);
        assert_eq!(kept["users"][0]["recoveryPhone"], "");
        assert_eq!(kept["users"][1], serde_json::json!({ "id": "2" }));
        let other = r#"{ "b": 1, "a": 2 }"#;
        assert_eq!(without_private(Cow::Borrowed(other)), other, "what holds nothing private stays as it came");
        assert!(!without_private(Cow::Borrowed("recoveryEmail: owner@home.example")).contains("home.example"));
    }
}
