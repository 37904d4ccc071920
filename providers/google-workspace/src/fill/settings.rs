//! Reads settings, and who is in the groups that have settings of their own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tenantscan_model::{Cause, Datasets, Gap, Text};

use crate::ask::Asking;
use crate::settings::policy::Policy;
use crate::settings::situation::{Members, Memberships, Person, Situations};
use crate::settings::tables::{self, Read};
use crate::sources::policies::{POLICIES, PolicyWire};
use crate::sources::{console, groups};

/// Products by account: `/product/101001/sku/1010010001`. None where licences were not asked for.
pub(crate) type Products = Option<Result<BTreeMap<Text, BTreeSet<Text>>, Gap>>;

/// Source: Directory API, Member.
#[derive(Debug, Deserialize)]
struct MemberWire {
    id: Option<Text>,
    r#type: Option<Text>,
}

/// Fills the datasets of settings, and gives the situation of each account. Call it once accounts, units and groups are in
/// place.
pub(crate) async fn read(ask: &Asking<'_>, data: &mut Datasets, products: &Products) -> Option<Situations> {
    if console::ALL.iter().any(|source| ask.wants(source)) {
        tables::console(data, console::ALL.map(|source| ask.withheld(source)));
    }
    let read = ask.items::<PolicyWire>(&POLICIES).await?;
    let policies: Result<Vec<Policy>, Gap> = read.map(|wires| wires.into_iter().map(PolicyWire::policy).collect());
    let memberships = match &policies {
        Ok(policies) => memberships(ask, data, policies).await,
        Err(_) => Memberships::new(),
    };
    let people = people(data, products);
    let read = Read {
        policies: policies.as_deref(),
        people: people.as_deref(),
        memberships: &memberships,
        source: POLICIES.id,
    };
    tables::fill(data, &read)
}

/// Members of the groups that policies name; only these are asked for.
async fn memberships(ask: &Asking<'_>, data: &Datasets, policies: &[Policy]) -> Memberships {
    let (mut named, mut products) = (BTreeSet::new(), BTreeSet::new());
    policies.iter().for_each(|policy| policy.query.names(&mut named, &mut products));
    if named.is_empty() {
        return Memberships::new();
    }
    let listed: Vec<Text> = data.groups.rows.iter().map(|row| row.id.clone()).filter(|id| named.contains(id)).collect();
    let read = ask.lists::<MemberWire>(&groups::MEMBERS, &listed).await;
    let mut all: Memberships = listed.into_iter().zip(read.into_iter().map(|read| read.and_then(members))).collect();
    // A group that the directory does not list: nobody can look into it.
    let absent = data.groups.gap().cloned().unwrap_or_else(|| Gap::new(Cause::Unavailable, groups::GROUPS.id));
    for group in named {
        all.entry(group).or_insert_with(|| Err(absent.clone()));
    }
    all
}

fn members(wires: Vec<MemberWire>) -> Result<Members, Gap> {
    let mut ids = BTreeSet::new();
    for member in wires {
        match (member.r#type.as_deref(), member.id) {
            (Some("CUSTOMER"), _) => return Ok(Members::Everybody),
            (_, Some(id)) => drop(ids.insert(id)),
            // Somebody outside who has no account at Google.
            (_, None) => {}
        }
    }
    Ok(Members::These(ids))
}

fn people(data: &Datasets, products: &Products) -> Result<Vec<Person>, Gap> {
    let users = data.users.read().map_err(Clone::clone)?;
    let unknown = Gap::new(Cause::NotCollected, "google-workspace.licences");
    let person = |user: &tenantscan_model::rows::User| Person {
        id: user.id.clone(),
        unit: user.org_unit.known().cloned().flatten(),
        active: user.enabled.known() != Some(&false),
        administers: user.roles.read().map(|roles| !roles.is_empty()).map_err(Clone::clone),
        products: match products {
            None => Err(unknown.clone()),
            Some(Err(gap)) => Err(gap.clone()),
            Some(Ok(held)) => Ok(held.get(&user.id).cloned().unwrap_or_default()),
        },
    };
    Ok(users.iter().map(person).collect())
}
