//! One request and its answer, as the reader sees them and as recordings keep them.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tenantscan_model::Cause;

/// A request, addressed to the vendor's own host.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, or `POST` for a batch of GETs.
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) body: Option<serde_json::Value>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoAnswer {
    pub(crate) cause: Cause,
    /// Whether the same request may be answered a little later.
    pub(crate) transient: bool,
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

/// A URL with its query parameters in order and decoded, for comparison.
pub(crate) fn canonical(url: &str) -> Option<(String, Vec<(String, String)>)> {
    let parsed = reqwest::Url::parse(url).ok()?;
    let mut query: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    query.sort();
    let path = format!("{}{}", parsed.origin().ascii_serialization(), parsed.path());
    Some((path, query))
}
