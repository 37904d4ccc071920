//! Why a vendor did not give what was asked for, read from its answer.

use serde::Deserialize;
use tenantscan_model::{Cause, Text};

use crate::exchange::Answer;
use crate::{Diagnosis, Refusal, Source, Unread};

/// A vendor's error as Microsoft Graph, Exchange and Google's APIs write it; other shapes give no code.
/// Source: cloud.google.com/apis/design/errors.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Parts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parts {
    /// A word of Microsoft's; Google repeats the HTTP status here.
    code: serde_json::Value,
    message: Option<String>,
    details: Vec<Detail>,
    /// Google's older form of `details`.
    errors: Vec<Detail>,
    /// Google's word for the kind of error.
    status: Option<String>,
    #[serde(rename = "innerError", alias = "innererror")]
    inner: Inner,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    message: Option<String>,
    reason: Option<String>,
    metadata: Metadata,
}

/// What Google says of an API that is switched off. Source: google.rpc.ErrorInfo.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    consumer: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Inner {
    #[serde(rename = "request-id")]
    request_id: Option<String>,
    message: Option<String>,
    #[serde(rename = "internalException", alias = "internalexception")]
    exception: Detail,
}

impl Parts {
    /// The most particular word for the error.
    fn code(&self) -> Option<&str> {
        let reason = self.details.iter().chain(&self.errors).find_map(|detail| detail.reason.as_deref());
        self.code.as_str().or(reason).or(self.status.as_deref())
    }

    fn project(&self) -> Option<&str> {
        let consumer = self.details.iter().find_map(|detail| detail.metadata.consumer.as_deref())?;
        consumer.strip_prefix("projects/")
    }

    /// Everything that is said in words: Exchange says "error executing cmdlet" first and the reason further in.
    fn words(&self) -> String {
        let details = self.details.iter().filter_map(|detail| detail.message.as_deref());
        let inner = [self.inner.exception.message.as_deref(), self.inner.message.as_deref()];
        self.message
            .as_deref()
            .into_iter()
            .chain(details)
            .chain(inner.into_iter().flatten())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// The cause, as the API tells its refusals apart by status and code, and whether the refusal may pass.
pub(crate) fn read(source: &'static Source, status: u16, request_id: Option<&str>, body: &[u8]) -> (Unread, bool) {
    let Body { error } = serde_json::from_slice(body).unwrap_or_default();
    let words = error.words();
    let code = error.code();
    let refusal = Refusal { source, status, code, message: &words };
    let diagnosis = match status {
        // A redirect: no API answers so, and a token is not carried along.
        300..400 => Diagnosis::lasting(Cause::Malformed),
        _ => (source.api.diagnose)(&refusal),
    };
    let unread = Unread {
        cause: diagnosis.cause,
        status: Some(status),
        code: code.and_then(word),
        request_id: error.inner.request_id.as_deref().or(request_id).and_then(word),
        project: error.project().and_then(word),
    };
    (unread, diagnosis.transient)
}

/// The answer is not as the vendor describes it.
pub(crate) fn malformed(answer: &Answer) -> Unread {
    Unread {
        cause: Cause::Malformed,
        status: Some(answer.status),
        code: None,
        request_id: answer.header("request-id").and_then(word),
        project: None,
    }
}

/// A code or an id, when it looks like one: a vendor's text may hold anything.
fn word(text: &str) -> Option<Text> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (text.len() <= 80 && text.chars().all(plain)).then(|| text.into())
}
