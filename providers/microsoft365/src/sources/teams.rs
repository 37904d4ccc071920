//! Teams: outsiders, meetings, recordings and apps.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
