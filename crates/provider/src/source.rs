//! What a provider declares of itself: the APIs it talks to and the requests it can make.

use std::time::Duration;

use tenantscan_model::{Cause, Gap, Text};

use crate::RecordKind;

/// One API of a vendor: how it is paced, and how its refusals are read.
#[derive(Debug)]
pub struct Api {
    /// Short name: `graph`.
    pub id: &'static str,
    /// The service as people know it: `Microsoft Graph`.
    pub title: &'static str,
    /// The name under which its permissions are granted: `Office 365 Exchange Online`.
    pub resource: &'static str,
    /// Whether it answers anybody: no token is sent to it.
    pub public: bool,
    /// How many requests may be under way at once.
    pub concurrency: usize,
    /// How many parts of a path name the version of the API and the tenant: a list's further pages, and its batches, lie
    /// under the same ones. `/v1.0/users` has one, `/adminapi/beta/{id}/InvokeCommand` three.
    pub root: usize,
    /// How many requests may travel together in one batch.
    pub batch: usize,
    /// The vendor's documented limits. A request is held to the first one whose prefix its path starts with.
    pub paces: &'static [Pace],
    /// Headers that every request carries.
    pub headers: &'static [(&'static str, &'static str)],
    /// Tells why a request was refused.
    pub diagnose: fn(&Refusal<'_>) -> Diagnosis,
    /// What its vendor's administrators do about a refusal.
    pub cures: &'static Cures,
}

/// What whoever administers a tenant of this vendor does so that a source can be read. Each is a whole sentence, without
/// the full stop.
#[derive(Debug)]
pub struct Cures {
    /// Grants the source's permission.
    pub permission: fn(&Source) -> String,
    /// Gives the source's role.
    pub role: fn(&Source) -> String,
    /// Mends a sign-in that failed.
    pub sign_in: &'static str,
    /// Switches the API on, where that is an act of its own; the project is known where the vendor names it.
    pub switch_on: fn(&Api, Option<&str>) -> String,
}

/// A documented limit of requests over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Start of the paths (without host and query) that share the limit: `/v1.0/identity/conditionalAccess/`.
    pub prefix: &'static str,
    /// How many requests may start …
    pub requests: u32,
    /// … in this time.
    pub per: Duration,
}

/// How a source is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// GET of its path. Several may travel together in the vendor's batch request, which holds nothing but GETs.
    Get,
    /// GET of its path, which gives a list under this name, with `nextPageToken` beside it, as Google's APIs write lists:
    /// a list that is empty is left out of the answer.
    Pages(&'static str),
    /// A cmdlet of Exchange Online or of Microsoft Purview, which is sent as a POST though it only reads: its name
    /// begins with `Get-`, and nothing else is ever sent.
    Cmdlet {
        /// The name: `Get-Mailbox`.
        name: &'static str,
        /// Its parameters, as a JSON object.
        parameters: &'static str,
    },
    /// Never: whoever may see it may change things as well, and such a permission is not asked for. A person looks.
    Withheld {
        /// Where a person sees it, step by step with ` > ` between.
        portal: &'static str,
    },
    /// Never: no API shows it. A person looks.
    NoApi {
        /// Where a person sees it, step by step with ` > ` between.
        portal: &'static str,
    },
    /// A question to the domain name system; the path is the name.
    Lookup(RecordKind),
}

/// An answer that is not the data that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// What was asked for.
    pub source: &'static Source,
    /// The HTTP status.
    pub status: u16,
    /// The vendor's error code.
    pub code: Option<&'a str>,
    /// The vendor's message: only to tell causes apart, never to be kept or shown.
    pub message: &'a str,
}

/// What a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Why the data was not given.
    pub cause: Cause,
    /// Whether the same request may succeed a little later.
    pub transient: bool,
}

impl Diagnosis {
    /// A refusal that stays one however often it is asked again.
    pub const fn lasting(cause: Cause) -> Self {
        Self { cause, transient: false }
    }

    /// A refusal that may pass.
    pub const fn transient(cause: Cause) -> Self {
        Self { cause, transient: true }
    }
}

/// One request that a provider can make.
///
/// The list of all sources is the closed list of what the program can send: the reader refuses any path that no source
/// declares.
#[derive(Debug)]
pub struct Source {
    /// Platform and name: `microsoft365.users`.
    pub id: &'static str,
    /// What it reads, in plain words: `Accounts`.
    pub title: &'static str,
    /// The API that answers it.
    pub api: &'static Api,
    /// Path and query as they are sent, with `{id}` where an object's or the tenant's id stands.
    pub path: &'static str,
    /// How it is asked for.
    pub call: Call,
    /// The least permission that is enough; any one of several.
    pub permissions: &'static [&'static str],
    /// The licence without which the vendor refuses: `Entra ID P1`.
    pub licence: Option<&'static str>,
    /// The directory role that the app needs besides the permission.
    pub role: Option<&'static str>,
    /// The datasets of which it gives the whole list.
    pub lists: &'static [&'static str],
    /// The columns that it fills itself: `users.enabled`.
    pub fills: &'static [&'static str],
    /// The vendor's page that describes it.
    pub docs: &'static str,
}

impl Source {
    /// Whether a request for this address is one that the source declares: its path, with anything but a slash in
    /// the place of `{id}`. What stands in the query of a further page is the vendor's.
    pub(crate) fn allows(&self, url: &str) -> bool {
        if matches!(self.call, Call::Withheld { .. } | Call::NoApi { .. }) {
            return false;
        }
        let Ok(url) = reqwest::Url::parse(url) else { return false };
        let declared = self.path.split('?').next().unwrap_or_default().split('/');
        let asked: Vec<&str> = url.path().split('/').collect();
        let declared: Vec<&str> = declared.collect();
        declared.len() == asked.len()
            && declared.iter().zip(asked).all(|(part, asked)| {
                if *part == "{id}" { !asked.is_empty() && !asked.contains('%') } else { *part == asked }
            })
    }
}

/// A column that is worked out from others.
#[derive(Debug)]
pub struct Derived {
    /// The columns that are worked out together: `users.mfa`.
    pub columns: &'static [&'static str],
    /// The columns and whole datasets that they are worked out from: `users.id`, `conditional_access_policies`.
    /// A dataset's name stands for all its columns.
    pub from: &'static [&'static str],
}

/// A source that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Why.
    pub cause: Cause,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The vendor's error code, where there was one.
    pub code: Option<Text>,
    /// The vendor's id of the request.
    pub request_id: Option<Text>,
    /// The vendor's id of the project whose API is switched off, where it names one.
    pub project: Option<Text>,
}

impl Unread {
    /// The gap that the source leaves.
    pub fn gap(&self, source: &Source) -> Gap {
        Gap::new(self.cause, source.id)
    }

    /// Unread for a reason that no answer gave.
    pub fn because(cause: Cause) -> Self {
        Self { cause, status: None, code: None, request_id: None, project: None }
    }
}
