//! Devices: Intune, encryption, screen locks, and what Defender says.

use tenantscan_provider::Source;

pub(super) const SOURCES: &[&Source] = &[];
