//! Reads a Microsoft 365 tenant: sign-in, Graph sources, rows, and the columns derived from them.

mod api;
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
pub static SOURCES: &[&Source] = sources::ALL;

/// The columns that are worked out from others.
pub static DERIVED: &[Derived] = derive::DERIVED;

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
    /// Host of Graph in the tenant's cloud: `graph.microsoft.com`.
    pub host: &'a str,
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

/// Ids of the sources that the wanted facts need: those that fill them, straight or by way of what they are worked out
/// from, and the one that says which tenant it is.
pub fn sources_for(columns: &BTreeSet<(usize, Option<usize>)>) -> BTreeSet<&'static str> {
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
        let from = DERIVED.iter().filter(|derived| derived.columns.contains(&path.as_str())).flat_map(|it| it.from);
        for next in from.map(|it| (*it).to_owned()).chain(whole) {
            if wanted.insert(next.clone()) {
                left.push(next);
            }
        }
    }
    let needed = |source: &&&Source| {
        source.id == sources::tenant::ORGANIZATION.id
            || source.lists.iter().chain(source.fills).any(|name| wanted.contains(*name))
    };
    SOURCES.iter().filter(needed).map(|source| source.id).collect()
}

/// Reads what is wanted of one tenant. Never fails: what cannot be read is unknown, with its cause.
pub async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    fill::read(reader, request).await
}
