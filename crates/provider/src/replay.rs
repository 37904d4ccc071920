//! Recorded exchanges in place of the network.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use bytes::Bytes;
use tenantscan_model::{Cause, Time};

use crate::exchange::{Answer, NoAnswer, Recorded, Request, canonical};
use crate::lookup::{Lookup, Question, RecordedLookup};

/// A folder of recordings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A file or the folder cannot be read.
    #[error("cannot read {path}: {error}\n  next: give the folder that `scan --record` wrote")]
    Read {
        /// The path.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file is not JSON.
    #[error("{file} is not JSON: {error}\n  next: record the scan again, or take the file out of the folder")]
    Shape {
        /// The file.
        file: String,
        /// Where and why.
        error: serde_json::Error,
    },
}

type Key = (String, String, Vec<(String, String)>);

/// Exchanges that answer in place of the vendor.
#[derive(Debug)]
pub struct Replay {
    answers: BTreeMap<Key, Vec<(Option<serde_json::Value>, Answer)>>,
    /// How many answers of a request were given already, by key and body.
    given: Mutex<BTreeMap<(Key, String), usize>>,
    hosts: Vec<String>,
    lookups: BTreeMap<Question, RecordedLookup>,
}

impl Replay {
    /// Reads the exchanges of a folder. Files that are JSON but no exchange are passed over.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, or a file is not JSON.
    pub fn open(folder: &Path) -> Result<Self, ReplayError> {
        let failed = |path: &Path, error| ReplayError::Read { path: path.display().to_string(), error };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
            let path = entry.map_err(|error| failed(folder, error))?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
                files.push((path.display().to_string(), text));
            }
        }
        Self::from_files(files)
    }

    /// Takes exchanges from memory: name and text of each file.
    ///
    /// # Errors
    /// When a text is not JSON.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, ReplayError> {
        let mut files: Vec<(String, String)> = files.into_iter().collect();
        files.sort();
        let mut replay =
            Self { answers: BTreeMap::new(), given: Mutex::default(), hosts: Vec::new(), lookups: BTreeMap::new() };
        for (file, text) in files {
            let recorded: Recorded = match serde_json::from_str(&text) {
                Ok(recorded) => recorded,
                Err(error) if error.is_data() => {
                    if let Ok(recorded) = serde_json::from_str::<RecordedLookup>(&text) {
                        replay.lookups.insert(recorded.query.clone(), recorded);
                    }
                    continue;
                }
                Err(error) => return Err(ReplayError::Shape { file, error }),
            };
            let Some((path, query)) = canonical(&recorded.request.url) else { continue };
            if let Some(host) =
                reqwest::Url::parse(&recorded.request.url).ok().and_then(|url| url.host_str().map(str::to_owned))
                && !replay.hosts.contains(&host)
            {
                replay.hosts.push(host);
            }
            let answer = Answer {
                status: recorded.response.status,
                headers: recorded
                    .response
                    .headers
                    .into_iter()
                    .map(|(name, value)| (name.to_ascii_lowercase(), value))
                    .collect(),
                body: Bytes::from(recorded.response.body.get().to_owned()),
                is_last: false,
            };
            let key = (recorded.request.method.to_ascii_uppercase(), path, query);
            replay.answers.entry(key).or_default().push((recorded.request.body, answer));
        }
        Ok(replay)
    }

    /// The hosts that were recorded.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The latest `date` of an answer: when the recording was made.
    pub fn latest_date(&self) -> Option<Time> {
        let dates = self.answers.values().flatten().filter_map(|(_, answer)| answer.header("date"));
        dates.filter_map(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()).max()
    }

    pub(crate) fn lookup(&self, question: &Question) -> Result<Lookup, NoAnswer> {
        let recorded = self.lookups.get(question).ok_or(NoAnswer::lasting(Cause::NotRecorded))?;
        recorded.answer().map_err(NoAnswer::lasting)
    }

    /// The answer of a request. What was asked several times is answered in the order of the recording; the last
    /// answer stands for all later requests.
    pub(crate) fn answer(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let missing = NoAnswer::lasting(Cause::NotRecorded);
        let (path, query) = canonical(&request.url).ok_or(missing)?;
        let key = (request.method.to_owned(), path, query);
        let all = self.answers.get(&key).ok_or(missing)?;
        let matching: Vec<&Answer> =
            all.iter().filter(|(body, _)| *body == request.body).map(|(_, answer)| answer).collect();
        let last = matching.len().checked_sub(1).ok_or(missing)?;
        let body = request.body.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let count = given.entry((key, body)).or_default();
        let answer = Answer { is_last: *count >= last, ..matching[(*count).min(last)].clone() };
        *count += 1;
        Ok(answer)
    }
}
