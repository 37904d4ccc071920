//! Microsoft Purview: retention, labels, data loss prevention, alerts and how long logs are kept.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
