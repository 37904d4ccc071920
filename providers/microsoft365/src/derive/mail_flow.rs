//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

use tenantscan_model::Datasets;
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[];

pub(super) fn apply(_: &mut Datasets) {}
