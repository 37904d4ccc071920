//! Reads a Microsoft 365 tenant: sign-in, Graph sources, rows, and the columns derived from them.

mod api;
mod ask;
mod cloud;
mod derive;
mod fill;
mod sign_in;
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::{Datasets, Gap, Text};
use tenantscan_provider::{Derived, Reader, Source};

pub use cloud::Cloud;
pub use sign_in::{App, Certificate, Credential, CredentialError, SignIn, SignInError};

/// Every request that the provider can make.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    sources::ALL.iter().copied().flatten().copied()
}

/// The columns that are worked out from others.
fn derived() -> impl Iterator<Item = &'static Derived> {
    derive::ALL.iter().copied().flatten()
}

/// The users of each group that was asked for, transitively.
#[derive(Clone, Debug, Default)]
pub struct GroupMembers(pub BTreeMap<Text, Result<BTreeSet<Text>, Gap>>);

/// What the client's file says of accounts: names or ids.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Emergency accounts.
    pub break_glass: Vec<String>,
    /// Accounts that software uses.
    pub service: Vec<String>,
    /// Mailboxes that several people open.
    pub shared_mailboxes: Vec<String>,
    /// Rooms and equipment.
    pub rooms: Vec<String>,
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
    /// What the client's file declares.
    pub declared: &'a Declared,
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
    let mut wanted: BTreeSet<String> = columns
        .iter()
        .map(|(dataset, column)| {
            let info = Datasets::ALL[*dataset];
            column.map_or_else(|| info.name.to_owned(), |column| format!("{}.{}", info.name, info.columns[column].name))
        })
        .collect();
    let mut left: Vec<String> = wanted.iter().cloned().collect();
    while let Some(path) = left.pop() {
        let whole = path.split_once('.').map(|(dataset, _)| dataset.to_owned());
        let from = derived().filter(|derived| derived.columns.contains(&path.as_str())).flat_map(|it| it.from);
        for next in from.map(|it| (*it).to_owned()).chain(whole) {
            if wanted.insert(next.clone()) {
                left.push(next);
            }
        }
    }
    let fills = |source: &&Source| source.lists.iter().chain(source.fills).any(|name| wanted.contains(*name));
    sources().filter(fills).map(|source| source.id).collect()
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
                Call::Lookup(_) => panic!("{} asks no name server", source.id),
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

    #[test]
    fn every_column_has_a_source_and_every_name_is_in_the_dictionary() {
        // What the domain name system says and what people keep is other providers'.
        let others = [
            "mail_domains",
            "attestations",
            "vendors",
            "vendor_categories",
            "roster",
            "account_register",
            "practice_roles",
            "exceptions",
            "remediation_plan",
        ];
        let known: BTreeSet<String> = Datasets::ALL
            .iter()
            .filter(|info| !others.contains(&info.name))
            .flat_map(|info| {
                let columns = info.columns.iter().map(|column| format!("{}.{}", info.name, column.name));
                columns.chain([info.name.to_owned()])
            })
            .collect();
        let mut filled = BTreeSet::new();
        let named = sources().flat_map(|source| source.lists.iter().chain(source.fills));
        let worked_out = derived().flat_map(|derived| derived.columns.iter().chain(derived.from));
        for name in named.chain(worked_out).filter(|name| **name != "group members") {
            assert!(known.contains(*name), "there is no `{name}` in the dictionary");
        }
        for name in sources().flat_map(|source| source.fills).chain(derived().flat_map(|it| it.columns)) {
            filled.insert((*name).to_owned());
            if Datasets::find(name).is_some() {
                filled.extend(known.iter().filter(|it| it.starts_with(&format!("{name}."))).cloned());
            }
        }
        for source in sources() {
            filled.extend(source.lists.iter().map(|name| (*name).to_owned()));
        }
        let empty: Vec<&String> = known.difference(&filled).collect();
        assert!(empty.is_empty(), "no source fills {empty:?}");
    }
}
