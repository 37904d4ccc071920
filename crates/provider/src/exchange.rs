//! One request and its answer, as the reader sees them and as recordings keep them.

use std::time::Duration;

use bytes::Bytes;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenantscan_model::Cause;

use crate::{Call, Source};

/// A request, addressed to the vendor's own host.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, or `POST` for a cmdlet that reads and for a batch.
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) body: Option<serde_json::Value>,
}

/// The request of a source for an address. `parameters` take the place of those of its cmdlet.
pub(crate) fn request(source: &Source, url: &str, parameters: Option<&serde_json::Value>) -> Request {
    let (method, body) = match source.call {
        Call::Get | Call::Pages(_) | Call::Lookup(_) | Call::Withheld { .. } | Call::NoApi { .. } => ("GET", None),
        Call::Cmdlet { name, parameters: own } => {
            let parameters = parameters.cloned().or_else(|| serde_json::from_str(own).ok()).unwrap_or_default();
            ("POST", Some(serde_json::json!({ "CmdletInput": { "CmdletName": name, "Parameters": parameters } })))
        }
    };
    Request { method, url: url.to_owned(), body }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// In a recording: whether the same request would get the same answer again.
    pub(crate) is_last: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// How long the vendor asks to wait: `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry_after(self.header("retry-after")?, self.header("date"))
    }
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoAnswer {
    pub(crate) cause: Cause,
    /// Whether the same request may be answered a little later.
    pub(crate) transient: bool,
}

/// A date counts from the answer's own `date`, so that a wrong clock here changes nothing.
pub(crate) fn retry_after(text: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let parse = |text| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let (at, now) = (parse(text)?, date.and_then(parse).unwrap_or_else(jiff::Timestamp::now));
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

impl NoAnswer {
    pub(crate) const fn lasting(cause: Cause) -> Self {
        Self { cause, transient: false }
    }
}

/// An exchange as it stands in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) request: RecordedRequest,
    pub(crate) response: RecordedResponse,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordedRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordedResponse {
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) headers: std::collections::BTreeMap<String, String>,
    pub(crate) body: Box<serde_json::value::RawValue>,
}

/// A URL with its query parameters in order and decoded, for comparison. The day of a midnight from which on a log is asked
/// for is left out: it follows the clock, and a recording has one answer, of its own day.
pub(crate) fn canonical(url: &str) -> Option<(String, Vec<(String, String)>)> {
    let parsed = reqwest::Url::parse(url).ok()?;
    let pairs = parsed.query_pairs().into_owned();
    let mut query: Vec<(String, String)> = pairs.map(|(name, value)| (name, without_day(value))).collect();
    query.sort();
    let path = format!("{}{}", parsed.origin().ascii_serialization(), parsed.path());
    Some((path, query))
}

/// The value without the day of a midnight in it: of `2026-11-17T00:00:00Z` the time alone is left.
fn without_day(mut value: String) -> String {
    let end = value.find("T00:00:00Z");
    let day = end.and_then(|end| Some(end.checked_sub("2026-11-17".len())?..end));
    if let Some(day) = day.filter(|day| value.get(day.clone()).is_some_and(|text| text.parse::<Date>().is_ok())) {
        value.replace_range(day, "");
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_answers_whatever_the_day_from_which_on_a_log_is_asked_for() {
        let log = |since: &str| canonical(&format!("https://a.example/log?since=at%20ge%20{since}%20and%20b&$top=9"));
        assert_eq!(log("2026-11-17T00:00:00Z"), log("2026-11-18T00:00:00Z"));
        for other in
            ["2026-11-17T00:00:01Z", "2026-11-17", "xT00:00:00Z", "é026-11-17T00:00:00Z", "2026-11-77T00:00:00Z"]
        {
            assert_ne!(log(other), log("2026-11-17T00:00:00Z"), "{other}");
        }
        assert_ne!(canonical("https://a.example/log?b=1"), canonical("https://a.example/log?b=2"));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = Some("Fri, 20 Nov 2026 09:00:00 GMT");
        assert_eq!(retry_after("7", None), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Fri, 20 Nov 2026 09:00:12 GMT", date), Some(Duration::from_secs(12)));
        assert_eq!(retry_after("Fri, 20 Nov 2026 08:00:00 GMT", date), Some(Duration::ZERO), "long past");
        for wrong in ["", "-1", "soon"] {
            assert_eq!(retry_after(wrong, date), None, "{wrong}");
        }
    }
}
