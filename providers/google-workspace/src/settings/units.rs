//! The tree of organisational units.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::Text;
use tenantscan_model::rows::OrgUnit;

const TOP: &str = "/";

/// A unit as people read of it. What is set at the top is for the whole organisation, which `/` alone does not tell.
pub(crate) fn unit_for_people(path: &str) -> String {
    if path == TOP { format!("the whole organisation ({TOP})") } else { format!("unit {path}") }
}

/// The units by id, with the way up from each.
#[derive(Debug, Default)]
pub(crate) struct Units {
    by_id: BTreeMap<Text, Unit>,
    by_path: BTreeMap<Text, Text>,
}

#[derive(Debug)]
struct Unit {
    path: Text,
    /// The unit itself and those above it.
    up: Vec<Text>,
}

impl Units {
    pub(crate) fn new(rows: &[OrgUnit]) -> Self {
        let parents: BTreeMap<&Text, Option<&Text>> =
            rows.iter().map(|row| (&row.id, row.parent.known().and_then(Option::as_ref))).collect();
        let mut units = Self::default();
        for row in rows {
            let Some(path) = row.path.known() else { continue };
            let mut up = vec![row.id.clone()];
            let mut here = parents.get(&row.id).copied().flatten();
            while let Some(parent) = here.filter(|parent| !up.contains(parent)) {
                up.push(parent.clone());
                here = parents.get(parent).copied().flatten();
            }
            units.by_path.insert(path.clone(), row.id.clone());
            units.by_id.insert(row.id.clone(), Unit { path: path.clone(), up });
        }
        // A customer's list may leave the top out; the units below name it all the same.
        let tops: BTreeSet<Text> = units.by_id.values().filter_map(|unit| unit.up.last().cloned()).collect();
        for top in tops {
            if !units.by_id.contains_key(&top) {
                units.by_path.entry(TOP.into()).or_insert_with(|| top.clone());
                units.by_id.insert(top.clone(), Unit { path: TOP.into(), up: vec![top] });
            }
        }
        units
    }

    /// How many units stand above it; none for a unit that is not in the directory.
    pub(crate) fn depth(&self, unit: &str) -> Option<usize> {
        self.by_id.get(unit).map(|unit| unit.up.len() - 1)
    }

    /// Whether a unit is the other one or lies below it.
    pub(crate) fn within(&self, unit: &str, other: &str) -> bool {
        self.by_id.get(unit).is_some_and(|unit| unit.up.iter().any(|it| *it == other))
    }

    pub(crate) fn at(&self, path: &str) -> Option<&Text> {
        self.by_path.get(path)
    }

    pub(crate) fn path(&self, unit: &str) -> Option<&Text> {
        self.by_id.get(unit).map(|unit| &unit.path)
    }

    /// Where people of a unit are, as other people read of it. Whoever is in the top unit is in none of the others.
    pub(crate) fn place(&self, path: &Text) -> Text {
        match (path.as_str(), self.by_id.len()) {
            (TOP, ..=1) => unit_for_people(TOP).into(),
            (TOP, _) => format!("the top unit ({TOP})").into(),
            _ => path.clone(),
        }
    }

    /// Ids of all units.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &Text> {
        self.by_id.keys()
    }
}
