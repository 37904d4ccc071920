//! Changes to the configuration lately: what, when and by whom.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
