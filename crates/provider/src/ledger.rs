//! Account of what became of each source.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use tenantscan_model::{Outcome, SourceRecord};
use tokio::time::Instant;

use crate::cure::cure;
use crate::{Source, Unread};

#[derive(Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<&'static str, Entry>>);

struct Entry {
    source: &'static Source,
    started: Instant,
    ended: Instant,
    requests: u64,
    rows: u64,
    digest: Context,
    done: bool,
    unread: Option<Unread>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ledger")
    }
}

impl Ledger {
    fn with<T>(&self, source: &'static Source, change: impl FnOnce(&mut Entry) -> T) -> T {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        change(entries.entry(source.id).or_insert_with(|| Entry {
            source,
            started: now,
            ended: now,
            requests: 0,
            rows: 0,
            digest: Context::new(&SHA256),
            done: false,
            unread: None,
        }))
    }

    pub(crate) fn asked(&self, source: &'static Source) {
        self.with(source, |entry| entry.requests += 1);
    }

    pub(crate) fn body(&self, source: &'static Source, body: &[u8], rows: u64) {
        self.with(source, |entry| {
            entry.digest.update(body);
            entry.rows += rows;
        });
    }

    /// Notes that a source is about to be read; false when it was already.
    pub(crate) fn begin(&self, source: &'static Source) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(source.id);
        self.with(source, |_| !known)
    }

    /// When reading the source began.
    pub(crate) fn started(&self, source: &'static Source) -> Instant {
        self.with(source, |entry| entry.started)
    }

    /// Notes how a read of the source ended; one that failed makes the source unread for good. False when that is
    /// nothing new.
    pub(crate) fn done(&self, source: &'static Source, result: Result<(), &Unread>) -> bool {
        self.with(source, |entry| {
            entry.ended = Instant::now();
            let first = !std::mem::replace(&mut entry.done, true);
            match result {
                Err(unread) if entry.unread.is_none() => {
                    entry.unread = Some(unread.clone());
                    true
                }
                _ => first,
            }
        })
    }

    /// What became of every source; without times where they say nothing.
    pub(crate) fn records(self, timed: bool) -> Vec<SourceRecord> {
        let entries = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        entries.into_values().map(|entry| record(entry, timed)).collect()
    }
}

fn record(entry: Entry, timed: bool) -> SourceRecord {
    let time = if timed { entry.ended - entry.started } else { Duration::ZERO };
    let outcome = match entry.unread {
        Some(unread) => Outcome::Unread {
            cure: cure(entry.source, &unread).into(),
            cause: unread.cause,
            status: unread.status,
            code: unread.code,
            request_id: unread.request_id,
        },
        None => Outcome::Read {
            requests: entry.requests,
            rows: entry.rows,
            milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
            sha256: hex(entry.digest.finish().as_ref()).into(),
        },
    };
    SourceRecord { source: entry.source.id.into(), title: entry.source.title.into(), outcome }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
