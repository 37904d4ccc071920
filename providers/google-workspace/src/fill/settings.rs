//! Reads settings, and who is in the groups that have settings of their own.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::{Cause, Datasets, Gap, Text, Value};

use super::members::{account, own_domains};
use crate::ask::Asking;
use crate::settings::policy::Policy;
use crate::settings::situation::{Members, Memberships, Person, Situations};
use crate::settings::tables::{self, Read};
use crate::sources::groups::{self, MemberWire};
use crate::sources::policies::{POLICIES, PolicyWire};
use crate::sources::{console, licences};
use tenantscan_provider::{Source, unclear};

/// Products by account: `/product/101001/sku/1010010001`. None where licences were not asked for.
pub(crate) type Products = Option<Result<BTreeMap<Text, BTreeSet<Text>>, Gap>>;

/// Fills the datasets of settings, and gives the situation of each account. Call it once accounts, units and groups are in
/// place.
pub(crate) async fn read(
    ask: &Asking<'_>,
    data: &mut Datasets,
    listed: &super::members::Members,
    products: &Products,
) -> Option<Situations> {
    if console::ALL.iter().any(|source| ask.wants(source)) {
        tables::console(data, console::ALL.map(|source| ask.withheld(source)));
    }
    let read = ask.items::<PolicyWire>(&POLICIES).await?;
    let policies: Result<Vec<Policy>, Gap> = read.map(|wires| wires.into_iter().map(PolicyWire::policy).collect());
    let (mut named, mut tied) = (BTreeSet::new(), BTreeSet::new());
    policies.iter().flatten().for_each(|policy| policy.query.names(&mut named, &mut tied));
    let memberships = memberships(ask, data, listed, named).await;
    // Who holds a product that nobody asked for is not known.
    let unasked = tied.iter().any(|product| !licences::is_asked(product));
    let unasked = unasked.then(|| Some(Err(unclear(&POLICIES))));
    let people = people(data, unasked.as_ref().unwrap_or(products));
    let gap = |source: &Source| Gap::new(Cause::NotSupplied, source.id);
    let (unsaid, mail_rule, dlp_rule) = (gap(&console::UNSAID), gap(&console::MAIL_RULE), gap(&console::DLP_RULE));
    let read = Read {
        policies: policies.as_deref(),
        people: people.as_deref(),
        memberships: &memberships,
        source: POLICIES.id,
        unsaid: &unsaid,
        mail_rule: &mail_rule,
        dlp_rule: &dlp_rule,
    };
    let situations = tables::fill(data, &read);
    for (gap, source) in [(unsaid, &console::UNSAID), (mail_rule, &console::MAIL_RULE), (dlp_rule, &console::DLP_RULE)]
    {
        if leaves_open(data, &gap) {
            ask.withheld(source);
        }
    }
    situations
}

/// Whether a cell of a dataset of settings has this gap.
fn leaves_open(data: &Datasets, gap: &Gap) -> bool {
    let tables =
        (0..Datasets::ALL.len()).map(|index| data.table(index)).filter(|it| it.info().name.starts_with("google_"));
    let mut rows = tables.flat_map(|table| (0..table.len()).map(move |row| table.row(row)));
    rows.any(|row| {
        let columns = 0..row.info().columns.len();
        columns.into_iter().any(|column| matches!(row.cell(column), Value::Unknown(it) if it == gap))
    })
}

/// Members of the groups that policies name; only these are asked for.
async fn memberships(
    ask: &Asking<'_>,
    data: &Datasets,
    known: &super::members::Members,
    named: BTreeSet<Text>,
) -> Memberships {
    if named.is_empty() {
        return Memberships::new();
    }
    let listed = data.groups.rows.iter().map(|row| row.id.clone()).filter(|id| named.contains(id));
    let (listed, asked): (Vec<Text>, Vec<Text>) = listed.partition(|id| known.listed(id).is_some());
    let read = ask.lists::<MemberWire>(&groups::MEMBERS, &asked).await;
    let own = own_domains(data);
    let members = |wires: Vec<MemberWire>| members(&wires, data, &own);
    let mut all: Memberships = asked.into_iter().zip(read.into_iter().map(|read| read.and_then(members))).collect();
    all.extend(listed.into_iter().filter_map(|id| {
        let read = known.listed(&id)?.clone();
        Some((id, read.and_then(members)))
    }));
    // A group that the directory does not list: nobody can look into it.
    let absent = data.groups.gap().cloned().unwrap_or_else(|| Gap::new(Cause::Unavailable, groups::GROUPS.id));
    for group in named {
        all.entry(group).or_insert_with(|| Err(absent.clone()));
    }
    all
}

fn members(wires: &[MemberWire], data: &Datasets, own: &Result<BTreeSet<String>, Gap>) -> Result<Members, Gap> {
    if wires.iter().any(|member| member.kind.as_deref() == Some("CUSTOMER")) {
        return Ok(Members::Everybody);
    }
    let people = wires.iter().filter(|member| member.kind.as_deref() != Some("GROUP"));
    let ids: Result<Vec<Option<Text>>, Gap> = people.map(|member| account(member, data, own)).collect();
    Ok(Members::These(ids?.into_iter().flatten().collect()))
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
