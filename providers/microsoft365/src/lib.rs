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
        let from = DERIVED.iter().filter(|derived| derived.columns.contains(&path.as_str())).flat_map(|it| it.from);
        for next in from.map(|it| (*it).to_owned()).chain(whole) {
            if wanted.insert(next.clone()) {
                left.push(next);
            }
        }
    }
    let fills = |source: &&&Source| source.lists.iter().chain(source.fills).any(|name| wanted.contains(*name));
    SOURCES.iter().filter(fills).map(|source| source.id).collect()
}

/// Ids of the sources that a scan for these columns asks: those that fill them, and the one that says which tenant it
/// is.
pub fn sources_for(columns: &BTreeSet<(usize, Option<usize>)>) -> BTreeSet<&'static str> {
    let mut sources = filling(columns);
    sources.insert(sources::tenant::ORGANIZATION.id);
    sources
}

/// Reads what is wanted of one tenant. Never fails: what cannot be read is unknown, with its cause.
pub async fn read(reader: &Reader, request: &Request<'_>) -> TenantFacts {
    fill::read(reader, request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that the program can send to Microsoft, read and agreed to: nothing here changes a tenant, and
    /// nothing here reads mail, files or calendars. `$batch` carries the paths with `{id}`.
    const REVIEWED: [&str; 26] = [
        "/v1.0/directory/onPremisesSynchronization",
        "/v1.0/domains",
        "/v1.0/groupSettings",
        "/v1.0/groups",
        "/v1.0/groups/{id}/transitiveMembers",
        "/v1.0/identity/conditionalAccess/namedLocations",
        "/v1.0/identity/conditionalAccess/policies",
        "/v1.0/organization",
        "/v1.0/policies/activityBasedTimeoutPolicies",
        "/v1.0/policies/adminConsentRequestPolicy",
        "/v1.0/policies/authenticationMethodsPolicy",
        "/v1.0/policies/authenticationStrengthPolicies",
        "/v1.0/policies/authorizationPolicy",
        "/v1.0/policies/crossTenantAccessPolicy/default",
        "/v1.0/policies/crossTenantAccessPolicy/partners",
        "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy",
        "/v1.0/policies/roleManagementPolicyAssignments",
        "/v1.0/reports/authenticationMethods/userRegistrationDetails",
        "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
        "/v1.0/roleManagement/directory/roleAssignments",
        "/v1.0/roleManagement/directory/roleDefinitions",
        "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances",
        "/v1.0/subscribedSkus",
        "/v1.0/users",
        "/v1.0/users",
        "/v1.0/users",
    ];

    #[test]
    fn the_list_of_what_can_be_sent_is_closed() {
        let mut paths: Vec<&str> =
            SOURCES.iter().map(|source| source.path.split('?').next().unwrap_or_default()).collect();
        paths.sort_unstable();
        assert_eq!(paths, REVIEWED);
        for source in SOURCES {
            let write = source.permissions.iter().find(|permission| permission.contains("Write"));
            assert_eq!(write, None, "{} asks for a permission to write", source.id);
        }
    }

    #[test]
    fn every_column_has_a_source_and_every_name_is_in_the_dictionary() {
        let known: BTreeSet<String> = Datasets::ALL
            .iter()
            .flat_map(|info| {
                let columns = info.columns.iter().map(|column| format!("{}.{}", info.name, column.name));
                columns.chain([info.name.to_owned()])
            })
            .collect();
        let mut filled = BTreeSet::new();
        let sources = SOURCES.iter().flat_map(|source| source.lists.iter().chain(source.fills));
        let derived = DERIVED.iter().flat_map(|derived| derived.columns.iter().chain(derived.from));
        for name in sources.chain(derived).filter(|name| **name != "group members") {
            assert!(known.contains(*name), "there is no `{name}` in the dictionary");
        }
        for name in SOURCES.iter().flat_map(|source| source.fills).chain(DERIVED.iter().flat_map(|it| it.columns)) {
            filled.insert((*name).to_owned());
            if Datasets::find(name).is_some() {
                filled.extend(known.iter().filter(|it| it.starts_with(&format!("{name}."))).cloned());
            }
        }
        for source in SOURCES {
            filled.extend(source.lists.iter().map(|name| (*name).to_owned()));
        }
        let empty: Vec<&String> = known.difference(&filled).collect();
        assert!(empty.is_empty(), "no source fills {empty:?}");
    }
}
