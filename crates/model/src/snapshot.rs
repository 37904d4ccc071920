//! The snapshot: everything that was read of one client at one moment, and what became of every request.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Cause, Datasets, Text, Time};

/// The version of the snapshot's JSON. It changes only when a reader of the old one could misread the new one.
pub const SNAPSHOT_SCHEMA: &str = "snapshot@1";

/// The cloud service that a tenant is a customer of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Platform {
    /// A Microsoft Entra directory and the Microsoft 365 services on it.
    #[serde(rename = "microsoft365")]
    Microsoft365,
    /// A Google Workspace customer account.
    #[serde(rename = "google-workspace")]
    GoogleWorkspace,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 2] = [Self::Microsoft365, Self::GoogleWorkspace];

    /// The name in files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Microsoft365 => "microsoft365",
            Self::GoogleWorkspace => "google-workspace",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Microsoft365 => "Microsoft 365",
            Self::GoogleWorkspace => "Google Workspace",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The organisation that was scanned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Short stable name, fit for a file name: `cedar-grove`.
    pub id: Text,
    /// Name for people.
    pub name: Text,
}

/// The program that made the snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Always `tenantscan`.
    pub name: Text,
    /// The version, as in `tenantscan --version`.
    pub version: Text,
}

/// What became of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// It was read to its end.
    Read {
        /// How many requests it took, repeated ones included.
        requests: u64,
        /// How many rows it gave.
        rows: u64,
        /// How long it took, in milliseconds; 0 when it was replayed.
        milliseconds: u64,
        /// SHA-256, hexadecimal, over the bodies of all answers in the order in which they were read.
        sha256: Text,
    },
    /// It was not read, or not to its end.
    Unread {
        /// Why.
        cause: Cause,
        /// The HTTP status of the answer that ended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The vendor's error code. Never its message, which may quote names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<Text>,
        /// The vendor's id of the request, to quote to its support.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<Text>,
        /// The one thing that would cure it, as a sentence to somebody who can do it.
        cure: Text,
    },
}

/// One source and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The id of the source: `microsoft365.users`.
    pub source: Text,
    /// What it reads, in plain words.
    pub title: Text,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// One tenant of the client, with its facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// The vendor's id of the tenant; empty when it could not be read.
    pub id: Text,
    /// The tenant's own name, or the client's where it could not be read.
    pub name: Text,
    /// The platform.
    pub platform: Platform,
    /// What became of every source, sorted by id.
    pub sources: Vec<SourceRecord>,
    /// The facts.
    pub datasets: Datasets,
}

impl Tenant {
    /// The record of the source with this id.
    pub fn source(&self, id: &str) -> Option<&SourceRecord> {
        self.sources.iter().find(|record| &*record.source == id)
    }
}

/// Everything that was read of one client at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// [`SNAPSHOT_SCHEMA`].
    pub schema: Text,
    /// Whose configuration it is.
    pub client: Client,
    /// When it was read. Rules take this as `now`.
    pub taken_at: Time,
    /// The program that read it.
    pub tool: Tool,
    /// The tenants, sorted by platform and id.
    pub tenants: Vec<Tenant>,
}

/// A text is not a snapshot that can be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not JSON, or not of this shape.
    #[error("not a snapshot: {0}")]
    Shape(#[from] serde_json::Error),
    /// It is a snapshot of another version.
    #[error("the snapshot says schema `{0}`; this program reads `{SNAPSHOT_SCHEMA}`")]
    Version(String),
}

impl Snapshot {
    /// Reads a snapshot from its JSON.
    ///
    /// # Errors
    /// When the text is not JSON, not a snapshot, or of a version that this program does not read.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.schema != SNAPSHOT_SCHEMA {
            return Err(SnapshotError::Version(head.schema));
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The snapshot as indented JSON with a newline at its end. Equal snapshots give equal texts.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a snapshot has only string keys and finite numbers");
        text.push('\n');
        text
    }
}
