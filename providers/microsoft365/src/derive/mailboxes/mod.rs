//! Mailboxes: who opens them, what they keep, and where their mail goes.

use tenantscan_model::Datasets;
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[];

pub(super) fn apply(_: &mut Datasets) {}
