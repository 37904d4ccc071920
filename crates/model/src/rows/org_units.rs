//! The tree of a Google Workspace customer, by which its settings are handed down.

use crate::Text;
use crate::dataset::dataset;

dataset! {
    /// Organisational units of Google Workspace: the practice's own tree, along which settings are handed down.
    org_units as unit: OrgUnit, singleton = false, label = path {
        /// The vendor's id.
        id: Text,
        /// The unit's own name; empty for the top.
        name: Text,
        /// The names from the top down: `/Clinic/Front desk`; `/` is the top.
        path: Text,
        /// The id of the unit above; null for the top.
        parent: Option<Text>,
        /// Active accounts in the unit itself, not in those below it.
        people: i64,
    }
}
