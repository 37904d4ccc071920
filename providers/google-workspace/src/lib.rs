//! Reads a Google Workspace customer: sign-in, sources, effective settings, rows, and the columns derived from them.

mod api;
mod ask;
mod cure;
mod derive;
mod fill;
mod settings;
mod sign_in;
mod sources;

use std::collections::BTreeSet;

use tenantscan_model::{Datasets, Text};
use tenantscan_people::Declared;
use tenantscan_provider::{Call, Derived, Reader, Source};

pub use sign_in::{Credential, CredentialError, Granted, SignIn, SignInError};

/// Columns by dataset and column; no column stands for the list as such.
type Columns = BTreeSet<(usize, Option<usize>)>;

/// Every request that the provider can make.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    sources::ALL.iter().copied().flatten().copied()
}

/// The columns that are worked out from others.
pub fn derived() -> impl Iterator<Item = &'static Derived> {
    derive::ALL.iter().copied().flatten()
}

/// Whether a recording of this host is one of Google's.
pub fn is_host(host: &str) -> bool {
    host == "googleapis.com" || host.ends_with(".googleapis.com")
}

/// What is wanted of a customer.
#[derive(Debug)]
pub struct Request<'a> {
    /// The facts that are wanted: dataset index, and column index where it is one column.
    pub columns: &'a BTreeSet<(usize, Option<usize>)>,
    /// What the register of accounts declares.
    pub declared: &'a Declared,
    /// The moment of the scan, by which settings with a date are in force or not.
    pub now: jiff::Timestamp,
}

/// What was read of a customer.
#[derive(Debug)]
pub struct TenantFacts {
    /// The customer's id; empty when it could not be read.
    pub id: Text,
    /// The customer's name; empty when it could not be read.
    pub name: Text,
    /// The facts.
    pub datasets: Datasets,
}

/// Ids of the sources that fill columns, straight or by way of what they are worked out from: the evidence for
/// whatever rests on the columns.
pub fn sources_of(columns: &Columns) -> BTreeSet<&'static str> {
    tenantscan_provider::filling(columns, sources(), derived())
}

/// Ids of the sources that a scan for these columns asks: those that fill them, and the one that says which customer it
/// is.
pub fn sources_for(columns: &Columns) -> BTreeSet<&'static str> {
    let mut wanted = sources_of(columns);
    wanted.insert(sources::customer::CUSTOMER.id);
    wanted
}

/// The scopes that the sources of a scan for these columns are granted by.
pub fn scopes_for(columns: &Columns) -> BTreeSet<&'static str> {
    let wanted = sources_for(columns);
    let asked = sources().filter(|source| wanted.contains(source.id) && !matches!(source.call, Call::NoApi { .. }));
    asked.flat_map(|source| source.permissions).copied().collect()
}

/// Reads what is wanted of one customer. Never fails: what cannot be read is unknown, with its cause.
pub async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    fill::read(reader, request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that the program can send to Google, read and agreed to: nothing in it changes a customer, and nothing
    /// in it reads mail, files or calendars.
    const REVIEWED: &str = include_str!("../requests.txt");

    /// Scopes that can also change things, because Google has none that only reads the same. Whoever does not grant them
    /// gets "unknown" for what they would show.
    const NO_READ_ONLY_FORM: [&str; 5] = [
        "https://www.googleapis.com/auth/admin.directory.user.security",
        "https://www.googleapis.com/auth/apps.alerts",
        "https://www.googleapis.com/auth/apps.groups.settings",
        "https://www.googleapis.com/auth/apps.licensing",
        "https://www.googleapis.com/auth/gmail.settings.basic",
    ];

    #[test]
    fn a_scan_for_little_asks_for_few_scopes() {
        let least = scopes_for(&Columns::new());
        assert!(least.iter().copied().eq(sources::customer::CUSTOMER.permissions.iter().copied()), "{least:?}");
        let every = (0..Datasets::ALL.len()).map(|index| (index, None)).collect();
        assert!(scopes_for(&every).contains(sources::users::USERS.permissions[0]), "{every:?}");
    }

    #[test]
    fn the_list_of_what_can_be_sent_is_closed() {
        let sent: BTreeSet<String> = sources()
            .filter_map(|source| match source.call {
                Call::Get | Call::Pages(_) => {
                    let host = ask::host(source.api).expect("a host");
                    Some(format!("GET {host}{}", source.path.split('?').next().unwrap_or_default()))
                }
                Call::NoApi { .. } | Call::Withheld { .. } => None,
                Call::Cmdlet { .. } | Call::Lookup(_) => {
                    panic!("{} is not Google's", source.id)
                }
            })
            .collect();
        let reviewed: BTreeSet<String> = REVIEWED.lines().map(str::to_owned).collect();
        assert_eq!(sent, reviewed);
        for scope in sources().flat_map(|source| source.permissions) {
            let reads = scope.ends_with(".readonly") || NO_READ_ONLY_FORM.contains(scope);
            assert!(reads, "{scope} is not known to be needed for reading");
        }
        let ids: BTreeSet<&str> = sources().map(|source| source.id).collect();
        assert_eq!(ids.len(), sources().count(), "two sources share an id");
    }
}
