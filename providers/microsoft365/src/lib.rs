//! Reads a Microsoft 365 tenant: sign-in, Graph sources, rows, and the columns derived from them.

mod api;
mod ask;
mod cloud;
mod cure;
mod derive;
mod fill;
mod sign_in;
mod sources;

use std::collections::BTreeSet;

use tenantscan_model::{Datasets, Text, Time};
use tenantscan_people::{Declared, GroupMembers};
use tenantscan_provider::{Derived, Reader, Source};

pub use cloud::Cloud;
pub use sign_in::{App, Certificate, Credential, CredentialError, SignIn, SignInError};

/// Every request that the provider can make.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    sources::ALL.iter().copied().flatten().copied()
}

/// The columns that are worked out from others.
pub fn derived() -> impl Iterator<Item = &'static Derived> {
    derive::ALL.iter().copied().flatten()
}

/// What is wanted of a tenant.
#[derive(Debug)]
pub struct Request<'a> {
    /// The tenant's cloud.
    pub cloud: Cloud,
    /// The tenant's id, where it is known before anything is read.
    pub tenant: Option<&'a str>,
    /// The facts that are wanted: dataset index, and column index where it is one column.
    pub columns: &'a BTreeSet<(usize, Option<usize>)>,
    /// What the client's records declare.
    pub declared: &'a Declared,
    /// The moment of the scan, from which the last days are counted.
    pub now: Time,
}

/// What was read of a tenant.
#[derive(Debug)]
pub struct TenantFacts {
    /// The tenant's id; empty when it could not be read.
    pub id: Text,
    /// The tenant's name; empty when it could not be read.
    pub name: Text,
    /// The facts.
    pub datasets: Datasets,
}

/// Ids of the sources that fill columns, straight or by way of what they are worked out from: the evidence for
/// whatever rests on the columns.
pub fn sources_of(columns: &BTreeSet<(usize, Option<usize>)>) -> BTreeSet<&'static str> {
    let mut sources = filling(columns);
    if sources.contains(sources::identity::USERS.id) {
        // The list of accounts with their last sign-ins stands in for the one without, where it is read.
        sources.insert(sources::identity::SIGN_IN_ACTIVITY.id);
    }
    sources
}

fn filling(columns: &BTreeSet<(usize, Option<usize>)>) -> BTreeSet<&'static str> {
    tenantscan_provider::filling(columns, sources(), derived())
}

/// Whether a refusal for want of the source's licence is itself the answer: without it there is nothing to list.
pub fn answers_without_licence(source: &Source) -> bool {
    [sources::roles::ROLE_ELIGIBILITY.id, sources::roles::ROLE_ASSIGNMENT_INSTANCES.id].contains(&source.id)
}

/// Ids of the sources that a scan for these columns asks: those that fill them, and the one that says which tenant it
/// is.
pub fn sources_for(columns: &BTreeSet<(usize, Option<usize>)>) -> BTreeSet<&'static str> {
    let mut wanted = filling(columns);
    for endpoint in sources::endpoints::SOURCES {
        if sources().any(|source| source.api.id == endpoint.api.id && wanted.contains(source.id)) {
            wanted.insert(endpoint.id);
        }
    }
    wanted.insert(sources::tenant::ORGANIZATION.id);
    wanted
}

/// Reads what is wanted of one tenant. Never fails: what cannot be read is unknown, with its cause.
pub async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    fill::read(reader, request).await
}

#[cfg(test)]
mod tests {
    use tenantscan_provider::Call;

    use super::*;

    /// Everything that the program can send to Microsoft, read and agreed to: nothing in it changes a tenant, and
    /// nothing in it reads mail, files or calendars. `$batch` carries the paths with `{id}`.
    const REVIEWED: &str = include_str!("../requests.txt");

    #[test]
    fn the_list_of_what_can_be_sent_is_closed() {
        let sent: BTreeSet<String> = sources()
            .filter_map(|source| match source.call {
                Call::Get => Some(format!("GET {}", source.path.split('?').next().unwrap_or_default())),
                Call::Cmdlet { name, .. } => Some(format!("{} {name}", source.api.title)),
                Call::Pages(_) | Call::NoApi { .. } | Call::Lookup(_) => panic!("{} is not Microsoft's", source.id),
                Call::Withheld { .. } => None,
            })
            .collect();
        let reviewed: BTreeSet<String> = REVIEWED.lines().map(str::to_owned).collect();
        assert_eq!(sent, reviewed);
        for source in sources() {
            let write = source.permissions.iter().find(|permission| permission.contains("Write"));
            assert_eq!(write, None, "{} asks for a permission to write", source.id);
            if let Call::Cmdlet { name, parameters } = source.call {
                assert!(name.starts_with("Get-"), "{name} may do more than read");
                let parameters: serde_json::Value = serde_json::from_str(parameters).expect("JSON");
                assert!(parameters.is_object(), "{}: {parameters}", source.id);
            }
        }
        let ids: BTreeSet<&str> = sources().map(|source| source.id).collect();
        assert_eq!(ids.len(), sources().count(), "two sources share an id");
    }
}
