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
    /// The unit itself and those above it, as far as they are known.
    up: Vec<Text>,
    /// Whether the way leads to the top. From where it does not, nobody knows what is handed down.
    whole: bool,
}

/// The path of the unit above.
fn above(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => TOP,
        Some((above, _)) => above,
    }
}

impl Units {
    pub(crate) fn new(rows: &[OrgUnit]) -> Self {
        let row =
            |row: &OrgUnit| Some((row.id.clone(), (row.path.known()?.clone(), row.parent.known().cloned().flatten())));
        let mut all: BTreeMap<Text, (Text, Option<Text>)> = rows.iter().filter_map(row).collect();
        let mut tops: BTreeSet<Text> =
            all.iter().filter(|(_, (path, _))| *path == TOP).map(|(id, _)| id.clone()).collect();
        // A customer's list may leave the top out; the units right below name it all the same.
        if tops.is_empty() {
            let below = all.values().filter(|(path, _)| above(path) == TOP);
            tops = below.filter_map(|(_, parent)| parent.clone()).filter(|id| !all.contains_key(id)).collect();
        }
        // Of two tops one is none, and nobody knows which.
        let top = if tops.len() == 1 { tops.pop_first() } else { None };
        if let Some(top) = &top {
            all.entry(top.clone()).or_insert_with(|| (TOP.into(), None));
        }
        let mut units = Self::default();
        for (id, (path, _)) in &all {
            let mut up = vec![id.clone()];
            let mut here = (path, id);
            // Its path and its parent must name the same unit.
            while here.0 != TOP
                && let Some((id, (path, _))) = all[here.1].1.as_ref().and_then(|parent| all.get_key_value(parent))
                && *path == above(here.0)
            {
                up.push(id.clone());
                here = (path, id);
            }
            units.by_path.insert(path.clone(), id.clone());
            units.by_id.insert(id.clone(), Unit { path: path.clone(), whole: up.last() == top.as_ref(), up });
        }
        units
    }

    /// How many units stand above it; none for a unit that is not in the directory, or whose way up is not known.
    pub(crate) fn depth(&self, unit: &str) -> Option<usize> {
        self.by_id.get(unit).filter(|unit| unit.whole).map(|unit| unit.up.len() - 1)
    }

    /// Whether the directory has it.
    pub(crate) fn has(&self, unit: &str) -> bool {
        self.by_id.contains_key(unit)
    }

    /// Whether a unit is the other one or lies below it; none where nobody knows.
    pub(crate) fn within(&self, unit: &str, other: &str) -> Option<bool> {
        let Some(unit) = self.by_id.get(unit) else { return Some(false) };
        if unit.up.iter().any(|it| *it == other) { Some(true) } else { unit.whole.then_some(false) }
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
