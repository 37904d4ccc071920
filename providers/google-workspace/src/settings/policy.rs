//! One policy: a setting, its values, for whom they are, and before which other policies it comes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;
use tenantscan_model::Text;

use super::query::{Demands, Query};
use super::units::Units;

/// A policy as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    /// The vendor's name.
    pub(crate) name: Text,
    /// The setting, without `settings/`: `security.password`.
    pub(crate) setting: Text,
    /// Its values by field; a field that is null is left out.
    pub(crate) fields: BTreeMap<Text, Value>,
    /// For whom it is.
    pub(crate) query: Query,
    /// Who made it; none where the vendor does not say.
    pub(crate) author: Option<Author>,
    /// The vendor's own order; a larger one comes first.
    pub(crate) order: Option<f64>,
}

/// Who made a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Author {
    /// Google.
    System,
    /// An administrator.
    Admin,
}

/// Which of several policies comes first: the larger one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rank {
    author: Author,
    group: bool,
    depth: usize,
    order: f64,
}

impl Rank {
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let first = (self.author, self.group, self.depth).cmp(&(other.author, other.group, other.depth));
        first.then(self.order.total_cmp(&other.order))
    }

    /// Whether one that comes after another may still be the one that counts: they cannot be told apart, or the vendor's
    /// own order puts it first.
    pub(crate) fn contests(&self, first: &Self) -> bool {
        let told = self.order.is_finite() && first.order.is_finite();
        self.compare(first) == Ordering::Equal || (told && self.order > first.order)
    }
}

/// What becomes of a policy among the units that there are.
pub(crate) enum Standing {
    /// It comes before and after others.
    Ranked(Rank, Demands),
    /// It may hold, but nobody knows before which others it comes.
    Unclear,
    /// Its unit was deleted: it holds for nobody.
    Deleted,
}

impl Policy {
    /// Its place among other policies of the same setting. An administrator's come before Google's; those for a group
    /// before those for a unit; nearer units before those above; then by the vendor's own order.
    pub(crate) fn standing(&self, units: &Units) -> Standing {
        let (Some(demands), Some(author)) = (self.query.demands(), self.author) else { return Standing::Unclear };
        let mut depth = 0;
        for unit in &demands.units {
            match units.depth(unit) {
                Some(here) => depth = depth.max(here),
                None if units.has(unit) => return Standing::Unclear,
                None => return Standing::Deleted,
            }
        }
        let group = !demands.groups.is_empty();
        let order = self.order.unwrap_or(f64::NEG_INFINITY);
        Standing::Ranked(Rank { author, group, depth: if group { 0 } else { depth }, order }, demands)
    }
}
