//! Protection of mail: phishing, spam, malware, links and attachments.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
