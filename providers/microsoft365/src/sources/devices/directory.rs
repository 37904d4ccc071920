//! What the directory knows of devices, and of which it keeps a key to recover the disk.

use serde::Deserialize;
use tenantscan_model::rows::DirectoryDevice;
use tenantscan_model::{Cause, Cell, Gap, Text, Time};
use tenantscan_provider::{Call, Source};

use super::some_id;
use crate::api::GRAPH;
use tenantscan_provider::Field;

pub(crate) static DIRECTORY_DEVICES: Source = Source {
    id: "microsoft365.directory_devices",
    title: "Devices of the directory",
    api: &GRAPH,
    path: "/v1.0/devices?$select=id,deviceId,displayName,operatingSystem,isManaged,trustType,accountEnabled,approximateLastSignInDateTime,registrationDateTime&$top=999",
    call: Call::Get,
    permissions: &["Directory.Read.All", "Device.Read.All"],
    licence: None,
    role: None,
    lists: &["directory_devices"],
    fills: &[
        "directory_devices.id",
        "directory_devices.device_id",
        "directory_devices.name",
        "directory_devices.operating_system",
        "directory_devices.enabled",
        "directory_devices.trust_type",
        "directory_devices.managed_reported",
        "directory_devices.last_sign_in",
        "directory_devices.registered",
    ],
    docs: "https://learn.microsoft.com/graph/api/device-list",
};

/// The permission gives which devices have a key, never the key.
pub(crate) static RECOVERY_KEYS: Source = Source {
    id: "microsoft365.recovery_keys",
    title: "Which devices have a recovery key",
    api: &GRAPH,
    path: "/v1.0/informationProtection/bitlocker/recoveryKeys?$select=id,deviceId",
    call: Call::Get,
    permissions: &["BitlockerKey.ReadBasic.All"],
    licence: None,
    role: None,
    lists: &[],
    fills: &["devices.recovery_key_kept"],
    docs: "https://learn.microsoft.com/graph/api/bitlocker-list-recoverykeys",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DirectoryDeviceWire {
    id: Text,
    #[serde(default)]
    device_id: Field<Text>,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    operating_system: Field<Text>,
    #[serde(default)]
    account_enabled: Field<bool>,
    #[serde(default)]
    trust_type: Field<Text>,
    #[serde(default)]
    is_managed: Field<bool>,
    #[serde(default)]
    approximate_last_sign_in_date_time: Field<Time>,
    #[serde(default)]
    registration_date_time: Field<Time>,
}

impl DirectoryDeviceWire {
    /// A device without a date of its last sign-in may be in use all the same, says Microsoft:
    /// learn.microsoft.com/entra/identity/devices/manage-stale-devices.
    pub(crate) fn row(self) -> DirectoryDevice {
        let source = &DIRECTORY_DEVICES;
        let last_sign_in = match self.approximate_last_sign_in_date_time {
            Field::Null => Cell::Unknown(Gap::new(Cause::NotSupplied, source.id)),
            said => said.nullable(source),
        };
        DirectoryDevice {
            device_id: some_id(self.device_id, source),
            name: self.display_name.needed(source),
            operating_system: self.operating_system.nullable(source),
            enabled: self.account_enabled.needed(source),
            trust_type: self.trust_type.nullable(source),
            managed_reported: self.is_managed.nullable(source),
            last_sign_in,
            registered: self.registration_date_time.nullable(source),
            ..DirectoryDevice::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryKeyWire {
    pub(crate) device_id: Option<Text>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_device_without_a_last_sign_in_may_be_in_use() {
        let row = |last: Value| {
            let device = json!({ "id": "1", "approximateLastSignInDateTime": last,
                "registrationDateTime": "2026-11-01T08:00:00Z" });
            serde_json::from_value::<DirectoryDeviceWire>(device).expect("a device").row()
        };
        assert_eq!(row(Value::Null).last_sign_in.gap().map(Gap::cause), Some(Cause::NotSupplied));
        assert!(row(json!("2026-11-02T08:00:00Z")).last_sign_in.known().is_some_and(Option::is_some));
        assert!(row(Value::Null).registered.known().is_some_and(Option::is_some));
    }
}
