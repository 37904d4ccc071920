//! From columns to the sources that fill them.

use std::collections::BTreeSet;

use tenantscan_model::Datasets;

use crate::{Derived, Source};

/// Names of the datasets and columns (`users`, `users.kind`) that columns rest on: dataset and column by index, no column
/// for the list as such; themselves, and whatever they are worked out from.
pub fn resting_on(
    columns: &BTreeSet<(usize, Option<usize>)>,
    derived: impl Iterator<Item = &'static Derived>,
) -> BTreeSet<String> {
    let derived: Vec<&Derived> = derived.collect();
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
        let from = derived.iter().filter(|derived| derived.columns.contains(&path.as_str())).flat_map(|it| it.from);
        for next in from.map(|it| (*it).to_owned()).chain(whole) {
            if wanted.insert(next.clone()) {
                left.push(next);
            }
        }
    }
    wanted
}

/// Ids of the sources that fill columns, straight or by way of what they are worked out from.
pub fn filling(
    columns: &BTreeSet<(usize, Option<usize>)>,
    sources: impl Iterator<Item = &'static Source>,
    derived: impl Iterator<Item = &'static Derived>,
) -> BTreeSet<&'static str> {
    let wanted = resting_on(columns, derived);
    let fills = |source: &&Source| source.lists.iter().chain(source.fills).any(|name| wanted.contains(*name));
    sources.filter(fills).map(|source| source.id).collect()
}
