//! Every column of the dictionary has a source, and every name that a provider gives is in the dictionary.

use std::collections::BTreeSet;

use tenantscan_model::Datasets;
use tenantscan_provider::{Derived, Source};

#[test]
fn every_column_has_a_source_and_every_name_is_in_the_dictionary() {
    let sources: Vec<&Source> = tenantscan_microsoft365::sources()
        .chain(tenantscan_google_workspace::sources())
        .chain(tenantscan_dns::sources())
        .collect();
    let derived: Vec<&Derived> =
        tenantscan_microsoft365::derived().chain(tenantscan_google_workspace::derived()).collect();
    let columns = |info: &tenantscan_model::DatasetInfo| {
        let columns: Vec<String> = info.columns.iter().map(|column| format!("{}.{}", info.name, column.name)).collect();
        columns
    };
    let known: BTreeSet<String> =
        Datasets::ALL.iter().flat_map(|info| columns(info).into_iter().chain([info.name.to_owned()])).collect();
    let named = sources.iter().flat_map(|source| source.lists.iter().chain(source.fills));
    let worked_out = derived.iter().flat_map(|derived| derived.columns.iter().chain(derived.from));
    for name in named.chain(worked_out).filter(|name| **name != "group members") {
        assert!(known.contains(*name), "there is no `{name}` in the dictionary");
    }
    let mut filled = BTreeSet::new();
    let fills = sources.iter().flat_map(|source| source.fills).chain(derived.iter().flat_map(|it| it.columns));
    for name in fills {
        filled.insert((*name).to_owned());
        if let Some((_, info)) = Datasets::find(name) {
            filled.extend(columns(info));
        }
    }
    filled.extend(sources.iter().flat_map(|source| source.lists).map(|name| (*name).to_owned()));
    for name in tenantscan_records::files().into_iter().flat_map(|file| file.fills) {
        let (_, info) = Datasets::find(name).expect("a dataset of the records");
        filled.extend(columns(info).into_iter().chain([(*name).to_owned()]));
    }
    // Which domains there are to ask about, the dataset of domains says.
    filled.extend(["mail_domains", "mail_domains.id", "mail_domains.sends_mail"].map(str::to_owned));
    // Rules about the other policies' results are judged after them.
    let (_, results) = Datasets::find(tenantscan_model::rows::RESULTS).expect("a dataset");
    filled.extend(columns(results).into_iter().chain([results.name.to_owned()]));
    let empty: Vec<&String> = known.difference(&filled).collect();
    assert!(empty.is_empty(), "no source fills {empty:?}");
}
