//! Until when the systems of devices are mended.

use tenantscan_model::Datasets;
use tenantscan_model::rows::DevicePlatform;
use tenantscan_provider::Derived;
use tenantscan_systems::Told;

use crate::sources::devices::DEVICES;

/// The columns that are worked out here, and from what. Google names the end for Chromebooks itself.
pub(super) const DERIVED: &[Derived] = &[Derived {
    columns: &["devices.os_support_ends", "devices.os_support_ends_earliest", "devices.os_support_ends_latest"],
    from: &["devices", "devices.platform", "devices.os_version"],
}];

pub(super) fn apply(data: &mut Datasets) {
    let told = Told { system: DEVICES.id, edition: DEVICES.id };
    for device in &mut data.devices.rows {
        if device.platform.known() != Some(&DevicePlatform::ChromeOs) {
            tenantscan_systems::fill(device, told);
        }
    }
}
