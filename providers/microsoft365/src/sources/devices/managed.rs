//! What Intune knows of each device. Serial numbers, telephone numbers and hardware ids are never asked for.

use serde::Deserialize;
use tenantscan_model::rows::{Device, DeviceCompliance, DeviceOwner, DevicePlatform};
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::{Call, Source};

use super::{INTUNE, moment, some_id};
use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static MANAGED_DEVICES: Source = Source {
    id: "microsoft365.managed_devices",
    title: "Managed devices",
    api: &GRAPH,
    path: "/v1.0/deviceManagement/managedDevices?$select=id,deviceName,userId,userPrincipalName,azureADDeviceId,operatingSystem,osVersion,isEncrypted,complianceState,enrolledDateTime,lastSyncDateTime,managedDeviceOwnerType,managementAgent,jailBroken",
    call: Call::Get,
    permissions: &["DeviceManagementManagedDevices.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["devices"],
    fills: &[
        "devices.id",
        "devices.name",
        "devices.user",
        "devices.user_id",
        "devices.directory_device_id",
        "devices.platform",
        "devices.operating_system",
        "devices.os_version",
        "devices.owner",
        "devices.managed",
        "devices.compliance",
        "devices.enrolled",
        "devices.last_contact",
        "devices.jailbroken",
        "devices.encryption_reported",
    ],
    docs: "https://learn.microsoft.com/graph/api/intune-devices-manageddevice-list",
};

/// In some tenants the list comes without the state of protection: then that is unknown.
pub(crate) static DEVICE_HEALTH: Source = Source {
    id: "microsoft365.device_health",
    title: "Protection of devices from malware",
    api: &GRAPH,
    path: "/beta/deviceManagement/managedDevices?$select=id,skuFamily&$expand=windowsProtectionState",
    call: Call::Get,
    permissions: &["DeviceManagementManagedDevices.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &[],
    fills: &[
        "devices.edition",
        "devices.malware_protection_on",
        "devices.real_time_protection_on",
        "devices.signatures_overdue",
        "devices.protection_reported",
    ],
    docs: "https://learn.microsoft.com/graph/api/resources/intune-devices-windowsprotectionstate?view=graph-rest-beta",
};

pub(crate) static ENCRYPTION_STATES: Source = Source {
    id: "microsoft365.encryption_states",
    title: "Measured encryption of computers",
    api: &GRAPH,
    path: "/beta/deviceManagement/managedDeviceEncryptionStates",
    call: Call::Get,
    permissions: &["DeviceManagementConfiguration.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &[],
    fills: &["devices.encrypted"],
    docs: "https://learn.microsoft.com/graph/api/intune-deviceconfig-manageddeviceencryptionstate-list?view=graph-rest-beta",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceWire {
    id: Text,
    #[serde(default)]
    device_name: Field<Text>,
    #[serde(default)]
    user_id: Field<Text>,
    #[serde(default)]
    user_principal_name: Field<Text>,
    #[serde(default, rename = "azureADDeviceId")]
    directory_device_id: Field<Text>,
    #[serde(default)]
    operating_system: Field<Text>,
    #[serde(default)]
    os_version: Field<Text>,
    #[serde(default)]
    is_encrypted: Field<bool>,
    #[serde(default)]
    compliance_state: Field<Text>,
    #[serde(default)]
    enrolled_date_time: Field<Text>,
    #[serde(default)]
    last_sync_date_time: Field<Text>,
    #[serde(default)]
    managed_device_owner_type: Field<Text>,
    #[serde(default)]
    management_agent: Field<Text>,
    #[serde(default)]
    jail_broken: Field<Text>,
}

/// The member that a word stands for; a word that this program does not know is not understood.
fn member<T: Copy>(field: Field<Text>, known: &[(&str, T)]) -> Cell<T> {
    let word = field.value().and_then(|word| known.iter().find(|(name, _)| word == *name));
    word.map(|(_, member)| *member).ok_or_else(|| unclear(&MANAGED_DEVICES)).into()
}

const OWNERS: [(&str, DeviceOwner); 3] =
    [("company", DeviceOwner::Company), ("personal", DeviceOwner::Personal), ("unknown", DeviceOwner::Unknown)];

const COMPLIANCE: [(&str, DeviceCompliance); 7] = [
    ("compliant", DeviceCompliance::Compliant),
    ("noncompliant", DeviceCompliance::Noncompliant),
    ("inGracePeriod", DeviceCompliance::InGracePeriod),
    ("conflict", DeviceCompliance::Conflict),
    ("error", DeviceCompliance::Error),
    ("configManager", DeviceCompliance::ConfigManager),
    ("unknown", DeviceCompliance::Unknown),
];

/// Whether the agent lets the practice set rules. Exchange ActiveSync (`eas`) and Defender (`msSense`) alone do not.
const AGENTS: [(&str, bool); 12] = [
    ("eas", false),
    ("msSense", false),
    ("mdm", true),
    ("easMdm", true),
    ("intuneClient", true),
    ("easIntuneClient", true),
    ("configurationManagerClient", true),
    ("configurationManagerClientMdm", true),
    ("configurationManagerClientMdmEas", true),
    ("microsoft365ManagedMdm", true),
    ("jamf", true),
    ("googleCloudDevicePolicyController", true),
];

/// Starts of the names of systems, in small letters.
const PLATFORMS: [(&str, DevicePlatform); 14] = [
    ("windows phone", DevicePlatform::Other),
    ("windowsphone", DevicePlatform::Other),
    ("tvos", DevicePlatform::Other),
    ("visionos", DevicePlatform::Other),
    ("watchos", DevicePlatform::Other),
    ("windows", DevicePlatform::Windows),
    ("mac", DevicePlatform::MacOs),
    ("ios", DevicePlatform::Ios),
    ("ipad", DevicePlatform::Ios),
    ("iphone", DevicePlatform::Ios),
    ("ipod", DevicePlatform::Ios),
    ("android", DevicePlatform::Android),
    ("linux", DevicePlatform::Linux),
    ("chrome", DevicePlatform::ChromeOs),
];

fn platform(name: &Text) -> Cell<DevicePlatform> {
    let name = name.to_ascii_lowercase();
    let found = PLATFORMS.iter().find(|(start, _)| name.starts_with(start));
    found.map(|(_, platform)| *platform).ok_or_else(|| unclear(&MANAGED_DEVICES)).into()
}

impl DeviceWire {
    pub(crate) fn row(self) -> Device {
        let source = &MANAGED_DEVICES;
        let system = self.operating_system.needed(source);
        let jailbroken = |word: Text| match word.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        Device {
            name: self.device_name.needed(source),
            user: self.user_principal_name.nullable(source).map(|name| name.filter(|name| !name.is_empty())),
            user_id: some_id(self.user_id, source),
            directory_device_id: some_id(self.directory_device_id, source),
            platform: match &system {
                Cell::Known(name) => platform(name),
                Cell::Unknown(gap) => Cell::Unknown(gap.clone()),
            },
            operating_system: system,
            os_version: self.os_version.nullable(source).map(|version| version.filter(|it| !it.is_empty())),
            owner: member(self.managed_device_owner_type, &OWNERS),
            managed: member(self.management_agent, &AGENTS),
            compliance: member(self.compliance_state, &COMPLIANCE),
            enrolled: moment(self.enrolled_date_time, source),
            last_contact: moment(self.last_sync_date_time, source),
            jailbroken: self.jail_broken.nullable(source).map(|word| word.and_then(jailbroken)),
            encryption_reported: self.is_encrypted.needed(source),
            ..Device::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthWire {
    pub(crate) id: Text,
    #[serde(default)]
    sku_family: Field<Text>,
    #[serde(default)]
    windows_protection_state: Field<ProtectionState>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ProtectionState {
    malware_protection_enabled: Field<bool>,
    real_time_protection_enabled: Field<bool>,
    signature_update_overdue: Field<bool>,
    last_reported_date_time: Field<Text>,
}

impl HealthWire {
    pub(crate) fn fill(self, device: &mut Device) {
        let source = &DEVICE_HEALTH;
        device.edition = self.sku_family.nullable(source).map(|name| name.filter(|name| !name.is_empty()));
        let state = match self.windows_protection_state {
            Field::Value(state) => state,
            Field::Null | Field::Absent => ProtectionState::default(),
        };
        // What a device has not reported is not "off".
        let reported = |field: Field<bool>| match field {
            Field::Value(value) => Cell::Known(value),
            Field::Null | Field::Absent => Cell::Unknown(Gap::new(Cause::Unavailable, source.id)),
        };
        device.malware_protection_on = reported(state.malware_protection_enabled);
        device.real_time_protection_on = reported(state.real_time_protection_enabled);
        device.signatures_overdue = reported(state.signature_update_overdue);
        device.protection_reported = match state.last_reported_date_time {
            Field::Absent => Cell::Unknown(Gap::new(Cause::Unavailable, source.id)),
            field => moment(field, source),
        };
    }

    /// What the list leaves open for a device that it should have had.
    pub(crate) fn missing(device: &mut Device, gap: &Gap) {
        device.edition = Cell::Unknown(gap.clone());
        device.malware_protection_on = Cell::Unknown(gap.clone());
        device.real_time_protection_on = Cell::Unknown(gap.clone());
        device.signatures_overdue = Cell::Unknown(gap.clone());
        device.protection_reported = Cell::Unknown(gap.clone());
    }
}

/// The measured state of one computer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EncryptionWire {
    pub(crate) id: Text,
    pub(crate) device_name: Option<Text>,
    pub(crate) user_principal_name: Option<Text>,
    pub(crate) encryption_state: Option<Text>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_not_known_are_unknown() {
        let device = |change: &str| {
            let text = format!(r#"{{"id": "d", "operatingSystem": "iPadOS", "complianceState": "compliant"{change}}}"#);
            serde_json::from_str::<DeviceWire>(&text).expect("a device").row()
        };
        assert_eq!(device("").platform, Cell::Known(DevicePlatform::Ios));
        let named = |name: &str| platform(&name.into()).known().copied();
        assert_eq!((named("MacMDM"), named("iPhone")), (Some(DevicePlatform::MacOs), Some(DevicePlatform::Ios)));
        assert_eq!((named("macOS"), named("visionOS")), (Some(DevicePlatform::MacOs), Some(DevicePlatform::Other)));
        assert_eq!((named(""), named("Unknown"), named("BrandNewOS")), (None, None, None), "it may be a computer");
        assert_eq!(device("").compliance, Cell::Known(DeviceCompliance::Compliant));
        assert!(device("").encryption_reported.gap().is_some(), "left out");
        assert_eq!(device(r#", "managementAgent": "eas""#).managed, Cell::Known(false));
        assert!(device(r#", "managementAgent": "unknown""#).managed.gap().is_some());
        assert!(device(r#", "managementAgent": "brandNew""#).managed.gap().is_some());
        assert_eq!(device(r#", "jailBroken": "Unknown""#).jailbroken, Cell::Known(None));
        assert_eq!(device(r#", "jailBroken": "True""#).jailbroken, Cell::Known(Some(true)));
    }

    #[test]
    fn protection_that_was_not_reported_is_unknown_and_not_off() {
        let health = |text: &str| {
            let mut device = Device::new("d");
            serde_json::from_str::<HealthWire>(text).expect("health").fill(&mut device);
            device
        };
        let device = health(r#"{"id": "d", "skuFamily": "Pro", "windowsProtectionState": null}"#);
        assert_eq!(device.edition, Cell::Known(Some("Pro".into())));
        assert_eq!(device.real_time_protection_on.gap().map(Gap::cause), Some(Cause::Unavailable));
        let device = health(r#"{"id": "d", "windowsProtectionState": {"realTimeProtectionEnabled": false}}"#);
        assert_eq!(device.real_time_protection_on, Cell::Known(false));
        assert!(device.malware_protection_on.gap().is_some());
    }
}
