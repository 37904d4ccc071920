//! Questions to the domain name system, recorded and replayed like everything else that is read.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenantscan_model::Cause;

use crate::exchange::NoAnswer;
use crate::{Call, Reader, Source, Unread};

/// The kinds of records that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordKind {
    /// Texts.
    Txt,
    /// Hosts that take mail: preference and name, as in `10 mail.practice.example`.
    Mx,
    /// Addresses of the fourth version, as in `192.0.2.1`.
    A,
}

/// What the domain name system says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Its records of the kind, sorted; none where it has only others.
    Records(Vec<String>),
    /// There is no such name.
    NoName,
}

impl Lookup {
    /// The records; a name that is not there has none.
    pub fn records(&self) -> &[String] {
        match self {
            Self::Records(records) => records,
            Self::NoName => &[],
        }
    }
}

/// A future that a [`Resolver`] gives back.
pub type LookupFuture<'a> = Pin<Box<dyn Future<Output = Result<Lookup, Cause>> + Send + 'a>>;

/// Asks the domain name system.
pub trait Resolver: Send + Sync {
    /// The records of a name, or why no answer came. That there is no such name is an answer.
    fn lookup<'a>(&'a self, name: &'a str, kind: RecordKind) -> LookupFuture<'a>;
}

/// A question and its answer as they stand in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordedLookup {
    pub(crate) query: Question,
    answer: RecordedAnswer,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: RecordKind,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct RecordedAnswer {
    /// `NOERROR`, `NXDOMAIN`, or the cause for which there is no answer.
    code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    records: Vec<String>,
}

impl RecordedLookup {
    pub(crate) fn new(query: Question, answer: &Result<Lookup, Cause>) -> Self {
        let (code, records) = match answer {
            Ok(Lookup::Records(records)) => ("NOERROR", records.clone()),
            Ok(Lookup::NoName) => ("NXDOMAIN", Vec::new()),
            Err(cause) => (cause.name(), Vec::new()),
        };
        Self { query, answer: RecordedAnswer { code: code.to_owned(), records } }
    }

    pub(crate) fn answer(&self) -> Result<Lookup, Cause> {
        match self.answer.code.as_str() {
            "NOERROR" => Ok(Lookup::Records(self.answer.records.clone())),
            "NXDOMAIN" => Ok(Lookup::NoName),
            code => Err(Cause::ALL.into_iter().find(|cause| cause.name() == code).unwrap_or(Cause::Malformed)),
        }
    }
}

/// A name that can be asked for: labels of letters, digits, hyphens and underscores.
struct Name;

impl FromStr for Name {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(plain);
        if text.len() <= 253 && text.split('.').all(label) { Ok(Self) } else { Err(()) }
    }
}

impl Source {
    /// Whether a name is one that the source declares, with a domain in the place of `{id}`.
    fn allows_name(&self, name: &str) -> bool {
        let Some((before, after)) = self.path.split_once("{id}") else { return false };
        let domain = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        domain.is_some_and(|domain| domain.parse::<Name>().is_ok())
    }
}

impl Reader {
    /// What the domain name system says of a name.
    ///
    /// # Errors
    /// Why no answer came.
    pub async fn lookup(&self, source: &'static Source, name: &str) -> Result<Lookup, Unread> {
        self.begin(source);
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let result = match source.call {
            Call::Lookup(kind) if source.allows_name(&name) => self.question(source, Question { name, kind }).await,
            _ => Err(Unread::because(Cause::Malformed)),
        };
        if let Ok(found) = &result {
            let records = found.records();
            self.body(source, records.join("\n").as_bytes(), u64::try_from(records.len()).unwrap_or(u64::MAX));
        }
        self.done(source, result.as_ref().map(|_| ()));
        result
    }

    async fn question(&self, source: &'static Source, question: Question) -> Result<Lookup, Unread> {
        let answer = self.within_time(source, async {
            let _permit = self.turn(source, "").await;
            self.transport.lookup(source, &question).await.map_err(|NoAnswer { cause, .. }| Unread::because(cause))
        });
        answer.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_asked_for() {
        for good in ["practice.example", "_dmarc.practice.example", "a-1.example"] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        for bad in ["", ".", "a..b", "a b.example", "é.example", "a/b.example", &"a".repeat(64), &"a.".repeat(130)] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_was_recorded_is_what_is_replayed() {
        let records = vec!["v=spf1 -all".to_owned()];
        for answer in
            [Ok(Lookup::Records(records)), Ok(Lookup::Records(Vec::new())), Ok(Lookup::NoName), Err(Cause::Timeout)]
        {
            let query = Question { name: "practice.example".into(), kind: RecordKind::Txt };
            let text = serde_json::to_string(&RecordedLookup::new(query, &answer)).expect("JSON");
            let back: RecordedLookup = serde_json::from_str(&text).expect("its own text");
            assert_eq!(back.answer(), answer, "{text}");
        }
    }
}
