//! What the directory knows of devices, and of which it keeps a key to recover the disk.

use serde::Deserialize;
use tenantscan_model::rows::DirectoryDevice;
use tenantscan_model::{Text, Time};
use tenantscan_provider::{Call, Source};

use super::some_id;
use crate::api::GRAPH;
use tenantscan_provider::Field;

pub(crate) static DIRECTORY_DEVICES: Source = Source {
    id: "microsoft365.directory_devices",
    title: "Devices of the directory",
    api: &GRAPH,
    path: "/v1.0/devices?$select=id,deviceId,displayName,operatingSystem,isManaged,trustType,accountEnabled,approximateLastSignInDateTime&$top=999",
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
}

impl DirectoryDeviceWire {
    pub(crate) fn row(self) -> DirectoryDevice {
        let source = &DIRECTORY_DEVICES;
        DirectoryDevice {
            device_id: some_id(self.device_id, source),
            name: self.display_name.needed(source),
            operating_system: self.operating_system.nullable(source),
            enabled: self.account_enabled.needed(source),
            trust_type: self.trust_type.nullable(source),
            managed_reported: self.is_managed.nullable(source),
            last_sign_in: self.approximate_last_sign_in_date_time.nullable(source),
            ..DirectoryDevice::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryKeyWire {
    pub(crate) device_id: Option<Text>,
}
