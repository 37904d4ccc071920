//! Apps and partners: what they may read, who let them in, and which secrets they hold.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
