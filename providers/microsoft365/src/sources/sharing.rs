//! SharePoint and OneDrive: what leaves the practice by a link.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
