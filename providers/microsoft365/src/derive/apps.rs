//! Apps and partners: what they may read, who let them in, and which secrets they hold.

use tenantscan_model::Datasets;
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[];

pub(super) fn apply(_: &mut Datasets) {}
