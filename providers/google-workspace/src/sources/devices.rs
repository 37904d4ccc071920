//! Devices: phones and computers that open the practice's data, and enrolled Chromebooks.
//!
//! The Directory API's list of mobile devices is not asked: the same phones stand here, with states from closed lists in
//! place of free text, and what that list says of password, encryption, first sign-in and tampering stands in the devices
//! and their accounts. It would take a permission of its own, and each phone would have to be told from its double.

use serde::Deserialize;
use tenantscan_model::rows::{Device, DeviceOwner, DevicePlatform, DirectoryDevice};
use tenantscan_model::{Cause, Cell, Gap, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use super::device_users::{DEVICE_USERS, Use};
use crate::api::{DEVICES as API, DIRECTORY};

pub(super) const SOURCES: &[&Source] = &[&DEVICES, &DEVICE_USERS, &CHROMEBOOKS, &LOCK_RULES];

pub(crate) static DEVICES: Source = Source {
    id: "google-workspace.devices",
    title: "Phones and computers",
    api: &API,
    path: "/v1/devices?customer=customers/my_customer&pageSize=100&view=USER_ASSIGNED_DEVICES&fields=nextPageToken,devices(name,deviceType,hostname,serialNumber,model,osVersion,encryptionState,compromisedState,managementState,ownerType,createTime,lastSyncTime)",
    call: Call::Pages("devices"),
    permissions: &["https://www.googleapis.com/auth/cloud-identity.devices.readonly"],
    licence: None,
    role: Some("Mobile Device Management > Manage Devices and Settings"),
    lists: &["devices", "directory_devices"],
    fills: &[
        "devices.id",
        "devices.name",
        "devices.directory_device_id",
        "devices.platform",
        "devices.operating_system",
        "devices.os_version",
        "devices.edition",
        "devices.owner",
        "devices.managed",
        "devices.enrolled",
        "devices.last_contact",
        "devices.jailbroken",
        "devices.encrypted",
        "directory_devices.id",
        "directory_devices.device_id",
        "directory_devices.name",
        "directory_devices.operating_system",
        "directory_devices.enabled",
        "directory_devices.trust_type",
        "directory_devices.managed",
        "directory_devices.last_sign_in",
    ],
    docs: "https://docs.cloud.google.com/identity/docs/reference/rest/v1/devices/list",
};

pub(crate) static CHROMEBOOKS: Source = Source {
    id: "google-workspace.chromebooks",
    title: "Enrolled Chromebooks",
    api: &DIRECTORY,
    path: "/admin/directory/v1/customer/my_customer/devices/chromeos?maxResults=300&projection=FULL&fields=nextPageToken,chromeosdevices(deviceId,serialNumber,model,status,osVersion,lastSync,lastEnrollmentTime,annotatedUser,bootMode,autoUpdateThrough)",
    call: Call::Pages("chromeosdevices"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.device.chromeos.readonly"],
    licence: None,
    role: Some("Chrome Management > Manage Devices"),
    lists: &["devices"],
    fills: &[
        "directory_devices.managed",
        "devices.os_support_ends",
        "devices.os_support_ends_earliest",
        "devices.os_support_ends_latest",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/chromeosdevices/list",
};

/// After how many minutes devices lock.
pub(crate) static LOCK_RULES: Source = Source {
    id: "google-workspace.lock_rules",
    title: "After how long devices lock",
    api: &API,
    path: "",
    call: Call::NoApi {
        portal: "Admin console > Devices > Mobile and endpoints > Settings > Universal > General > Password requirements; \
                 for Chromebooks: Devices > Chrome > Settings > User experience and Idle settings",
    },
    permissions: &[],
    licence: None,
    role: None,
    lists: &[],
    fills: &["devices.lock_minutes"],
    docs: "https://support.google.com/a/answer/6328708",
};

/// Source: Cloud Identity API, Device. What is not set is left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceWire {
    name: Text,
    device_type: Option<Text>,
    hostname: Option<Text>,
    pub(crate) serial_number: Option<Text>,
    model: Option<Text>,
    os_version: Option<Text>,
    encryption_state: Option<Text>,
    compromised_state: Option<Text>,
    management_state: Option<Text>,
    owner_type: Option<Text>,
    create_time: Option<Time>,
    last_sync_time: Option<Time>,
}

/// The bare version of `iOS 18.5`, `Windows 10.0.26100`, `8.1.0`.
fn version(text: &str) -> Option<Text> {
    let number = text.split_whitespace().rev().find(|part| part.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(number.into())
}

impl DeviceWire {
    fn platform(&self) -> Cell<DevicePlatform> {
        match self.device_type.as_deref() {
            Some("ANDROID") => Cell::Known(DevicePlatform::Android),
            Some("IOS") => Cell::Known(DevicePlatform::Ios),
            Some("WINDOWS") => Cell::Known(DevicePlatform::Windows),
            Some("MAC_OS") => Cell::Known(DevicePlatform::MacOs),
            Some("LINUX") => Cell::Known(DevicePlatform::Linux),
            Some("CHROME_OS") => Cell::Known(DevicePlatform::ChromeOs),
            Some("GOOGLE_SYNC" | "GOOGLEBOOK") => Cell::Known(DevicePlatform::Other),
            _ => Cell::Unknown(unclear(&DEVICES)),
        }
    }

    pub(crate) fn id(&self) -> &Text {
        &self.name
    }

    pub(crate) fn is_chromebook(&self) -> bool {
        self.device_type.as_deref() == Some("CHROME_OS")
    }

    /// The system in plain words, as far as the answer names it.
    fn system(&self) -> &'static str {
        match self.device_type.as_deref() {
            Some("ANDROID") => "Android",
            Some("IOS") => "iOS",
            Some("WINDOWS") => "Windows",
            Some("MAC_OS") => "macOS",
            Some("LINUX") => "Linux",
            Some("CHROME_OS") => "ChromeOS",
            Some("GOOGLE_SYNC") => "Google Sync",
            _ => "another system",
        }
    }

    fn label(&self) -> Text {
        let named = [&self.hostname, &self.model].into_iter().flatten().find(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| format!("a device with {}", self.system()).into())
    }

    fn owner(&self) -> DeviceOwner {
        match self.owner_type.as_deref() {
            Some("COMPANY") => DeviceOwner::Company,
            Some("BYOD") => DeviceOwner::Personal,
            _ => DeviceOwner::Unknown,
        }
    }

    /// A phone that was approved, or where Google says nothing of the phone itself the accounts on it, can be blocked and emptied of the practice's data; a Chromebook whose accounts report here
    /// is judged by its enrolment. Of computers Google only sees what Endpoint Verification reports: those are the
    /// practice's that stand in its inventory.
    fn managed(&self, enrolled: Result<bool, &Gap>, used: Result<Option<&Use>, &Gap>) -> Cell<bool> {
        let known = |state: Option<bool>| state.ok_or_else(|| unclear(&DEVICES)).into();
        match self.platform() {
            Cell::Known(DevicePlatform::Android | DevicePlatform::Ios | DevicePlatform::Other) => {
                match (self.management_state.as_deref(), used) {
                    (Some("APPROVED"), _) => Cell::Known(true),
                    (Some("BLOCKED" | "PENDING" | "UNPROVISIONED" | "WIPING" | "WIPED"), _) => Cell::Known(false),
                    (None | Some("MANAGEMENT_STATE_UNSPECIFIED"), Ok(used)) => {
                        known(used.and_then(|used| used.approved))
                    }
                    (None | Some("MANAGEMENT_STATE_UNSPECIFIED"), Err(gap)) => Cell::Unknown(gap.clone()),
                    (Some(_), _) => known(None),
                }
            }
            Cell::Known(DevicePlatform::ChromeOs) => enrolled.map_err(Clone::clone).into(),
            Cell::Known(_) => known(match self.owner() {
                DeviceOwner::Company => Some(true),
                DeviceOwner::Personal => Some(false),
                DeviceOwner::Unknown => None,
            }),
            Cell::Unknown(gap) => Cell::Unknown(gap),
        }
    }

    /// Whether it can still be used to sign in.
    fn enabled(&self) -> Cell<bool> {
        match self.management_state.as_deref() {
            Some("APPROVED" | "PENDING" | "UNPROVISIONED") | None => Cell::Known(true),
            Some("BLOCKED" | "WIPING" | "WIPED") => Cell::Known(false),
            Some(_) => Cell::Unknown(unclear(&DEVICES)),
        }
    }

    /// Nothing is known of a device that did not report.
    fn encrypted(&self, password: Result<Option<bool>, &Gap>) -> Cell<bool> {
        match self.encryption_state.as_deref() {
            Some("ENCRYPTED") => return Cell::Known(true),
            Some("NOT_ENCRYPTED" | "UNSUPPORTED_BY_DEVICE") => return Cell::Known(false),
            _ => {}
        }
        match (self.device_type.as_deref(), password) {
            // Source: support.apple.com/guide/security (Data Protection): a passcode switches it on.
            (Some("IOS"), Ok(Some(set))) => Cell::Known(set),
            (Some("IOS"), Err(gap)) => Cell::Unknown(gap.clone()),
            (Some("CHROME_OS"), _) => Cell::Known(true),
            _ => Cell::Unknown(Gap::new(Cause::Unavailable, DEVICES.id)),
        }
    }

    /// Google says when a device was entered in the practice's inventory; of people's own, when an account first signed in
    /// on it.
    fn enrolled(&self, used: Result<Option<&Use>, &Gap>) -> Cell<Option<Time>> {
        match (self.create_time, used) {
            (Some(time), _) => Cell::Known(Some(time)),
            (None, Ok(used)) => Cell::Known(used.and_then(|used| used.first)),
            (None, Err(gap)) => Cell::Unknown(gap.clone()),
        }
    }

    /// The device may say so, or an account on it. Of computers Google knows nothing of the kind; of a phone of which neither
    /// says anything, nobody does.
    fn jailbroken(&self, used: Result<Option<&Use>, &Gap>) -> Cell<Option<bool>> {
        let own = match self.compromised_state.as_deref() {
            Some("COMPROMISED") => Some(true),
            Some("UNCOMPROMISED") => Some(false),
            _ => None,
        };
        let phone = !matches!(self.device_type.as_deref(), Some("WINDOWS" | "MAC_OS" | "LINUX"));
        match (own, used) {
            (Some(true), _) => Cell::Known(own),
            (_, Ok(used)) => match own.max(used.and_then(|used| used.broken)) {
                None if phone => Cell::Unknown(Gap::new(Cause::Unavailable, DEVICES.id)),
                told => Cell::Known(told),
            },
            (_, Err(gap)) => Cell::Unknown(gap.clone()),
        }
    }

    /// The device may say so, or an account on it, whichever is newer. Where neither does, nothing tells whether it is silent.
    fn last_contact(&self, used: Result<Option<&Use>, &Gap>) -> Cell<Option<Time>> {
        match used.map(|used| self.last_sync_time.max(used.and_then(|used| used.last))) {
            Ok(Some(time)) => Cell::Known(Some(time)),
            Ok(None) => Cell::Unknown(Gap::new(Cause::Unavailable, DEVICES.id)),
            Err(gap) => Cell::Unknown(gap.clone()),
        }
    }

    /// As the directory knows it: whatever was signed in with.
    pub(crate) fn known(&self, enrolled: Result<bool, &Gap>, used: Result<Option<&Use>, &Gap>) -> DirectoryDevice {
        DirectoryDevice {
            device_id: Cell::Known(Some(self.name.clone())),
            name: Cell::Known(self.label()),
            operating_system: Cell::Known(Some(self.system().into())),
            enabled: self.enabled(),
            trust_type: Cell::Known(self.owner_type.clone()),
            managed: self.managed(enrolled, used),
            last_sign_in: self.last_contact(used),
            ..DirectoryDevice::new(self.name.clone())
        }
    }

    pub(crate) fn row(self, used: Result<Option<Use>, &Gap>) -> Device {
        let used = used.as_ref().map(Option::as_ref).map_err(|gap| *gap);
        let password = used.map(|used| used.and_then(|used| used.password));
        let user = used.map(|used| used.and_then(|used| used.user.clone())).map_err(Clone::clone);
        let none = Gap::new(Cause::Unavailable, DEVICES.id);
        let phone = matches!(self.platform(), Cell::Known(DevicePlatform::Android | DevicePlatform::Ios));
        Device {
            name: Cell::Known(self.label()),
            user: user.into(),
            directory_device_id: Cell::Known(Some(self.name.clone())),
            platform: self.platform(),
            operating_system: Cell::Known(self.system().into()),
            os_version: Cell::Known(self.os_version.as_deref().and_then(version)),
            edition: Cell::Known(None),
            owner: Cell::Known(self.owner()),
            managed: self.managed(Err(&none), used),
            enrolled: self.enrolled(used),
            last_contact: self.last_contact(used),
            jailbroken: self.jailbroken(used),
            password_set: match password {
                // Of computers Google does not know it; of a phone that does not say, nobody does.
                Ok(None) if phone => Cell::Unknown(none.clone()),
                told => told.map_err(Clone::clone).into(),
            },
            encrypted: self.encrypted(password),
            ..Device::new(self.name)
        }
    }
}

/// Source: Directory API, ChromeOsDevice.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChromebookWire {
    device_id: Text,
    pub(crate) serial_number: Option<Text>,
    model: Option<Text>,
    status: Option<Text>,
    os_version: Option<Text>,
    last_sync: Option<Time>,
    last_enrollment_time: Option<Time>,
    annotated_user: Option<Text>,
    boot_mode: Option<Text>,
    /// A day, or a moment.
    auto_update_through: Option<Text>,
}

impl ChromebookWire {
    /// Whether it is still enrolled.
    pub(crate) fn is_enrolled(&self) -> bool {
        !matches!(self.status.as_deref(), Some("DEPROVISIONED" | "SHIPPED" | "RETURN_ARRIVED" | "RETURN_REQUESTED"))
    }

    /// Chromebooks are encrypted always, and each account on one by its own password.
    /// Source: support.google.com/chromebook (verified boot, encryption), chromium.org/chromium-os.
    pub(crate) fn row(self) -> Device {
        let day = self.auto_update_through.as_deref().map(|text| text.get(..10).unwrap_or(text));
        let ends = match day.map(|day| format!("{day}T00:00:00Z").parse::<Time>()) {
            None => Cell::Unknown(Gap::new(Cause::Unavailable, CHROMEBOOKS.id)),
            Some(Ok(time)) => Cell::Known(Some(time)),
            Some(Err(_)) => Cell::Unknown(unclear(&CHROMEBOOKS)),
        };
        let os_version = self.os_version.as_deref().and_then(version);
        // The day is the last for the newest system: without a version nobody knows whether it runs one that is mended.
        let now = match &os_version {
            Some(_) => ends.clone(),
            None => Cell::Unknown(Gap::new(Cause::Unavailable, CHROMEBOOKS.id)),
        };
        let name = self.model.into_iter().chain(self.serial_number).map(|part| part.to_string()).collect::<Vec<_>>();
        Device {
            name: Cell::Known(if name.is_empty() { "a Chromebook".into() } else { name.join(" ").into() }),
            user: Cell::Known(self.annotated_user.filter(|user| !user.is_empty())),
            directory_device_id: Cell::Known(None),
            platform: Cell::Known(DevicePlatform::ChromeOs),
            operating_system: Cell::Known("ChromeOS".into()),
            os_version: Cell::Known(os_version),
            edition: Cell::Known(None),
            owner: Cell::Known(DeviceOwner::Company),
            managed: match self.status.as_deref() {
                Some("ACTIVE") => Cell::Known(true),
                Some("DELINQUENT" | "DISABLED" | "INACTIVE" | "PRE_PROVISIONED") => Cell::Known(false),
                _ => Cell::Unknown(unclear(&CHROMEBOOKS)),
            },
            enrolled: Cell::Known(self.last_enrollment_time),
            last_contact: match self.last_sync {
                Some(time) => Cell::Known(Some(time)),
                None => Cell::Unknown(Gap::new(Cause::Unavailable, CHROMEBOOKS.id)),
            },
            jailbroken: match self.boot_mode.as_deref() {
                Some("Verified") => Cell::Known(Some(false)),
                Some("Dev") => Cell::Known(Some(true)),
                _ => Cell::Unknown(Gap::new(Cause::Unavailable, CHROMEBOOKS.id)),
            },
            password_set: Cell::Known(Some(true)),
            encrypted: Cell::Known(true),
            os_support_ends: now.clone(),
            os_support_ends_earliest: now,
            os_support_ends_latest: ends,
            ..Device::new(self.device_id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::device_users::{DeviceUserWire, by_device};

    fn device(text: &str) -> DeviceWire {
        serde_json::from_str(&format!(r#"{{"name":"devices/1",{text}}}"#)).expect("a device")
    }

    fn used(password: Option<bool>) -> Option<Use> {
        Some(Use { user: Some("a@x.example".into()), password, ..Use::default() })
    }

    #[test]
    fn encryption_is_known_where_the_device_or_its_passcode_tells() {
        let gap = Gap::new(Cause::PermissionMissing, "x");
        let cases = [
            (r#""deviceType":"WINDOWS","encryptionState":"ENCRYPTED""#, Ok(None), Some(true)),
            (r#""deviceType":"WINDOWS","encryptionState":"NOT_ENCRYPTED""#, Ok(None), Some(false)),
            (r#""deviceType":"ANDROID","encryptionState":"UNSUPPORTED_BY_DEVICE""#, Ok(used(Some(true))), Some(false)),
            (r#""deviceType":"ANDROID""#, Ok(used(Some(true))), None),
            (r#""deviceType":"MAC_OS""#, Ok(None), None),
            (r#""deviceType":"IOS""#, Ok(used(Some(true))), Some(true)),
            (r#""deviceType":"IOS""#, Ok(used(Some(false))), Some(false)),
            (r#""deviceType":"IOS""#, Ok(used(None)), None),
            (r#""deviceType":"IOS""#, Err(&gap), None),
        ];
        for (text, use_of_it, expected) in cases {
            let row = device(text).row(use_of_it.clone());
            assert_eq!(row.encrypted.known().copied(), expected, "{text} {use_of_it:?}");
        }
    }

    #[test]
    fn phones_are_managed_when_approved_and_computers_when_the_practice_lists_them() {
        let gap = Gap::new(Cause::PermissionMissing, "x");
        let managed = |text: &str, enrolled| device(text).known(enrolled, Ok(None)).managed.known().copied();
        assert_eq!(managed(r#""deviceType":"IOS","managementState":"APPROVED""#, Ok(false)), Some(true));
        assert_eq!(managed(r#""deviceType":"ANDROID","managementState":"PENDING""#, Ok(false)), Some(false));
        assert_eq!(
            managed(r#""deviceType":"WINDOWS","managementState":"APPROVED","ownerType":"BYOD""#, Ok(false)),
            Some(false)
        );
        assert_eq!(managed(r#""deviceType":"MAC_OS","ownerType":"COMPANY""#, Ok(false)), Some(true));
        assert_eq!(managed(r#""deviceType":"CHROME_OS""#, Ok(true)), Some(true));
        assert_eq!(managed(r#""deviceType":"CHROME_OS""#, Err(&gap)), None);
        assert_eq!(managed(r#""deviceType":"FRIDGE""#, Ok(true)), None);
        assert_eq!(managed(r#""deviceType":"IOS","managementState":"NEWER""#, Ok(false)), None);
        // Under basic management Google says it of the account alone.
        let by_account = |text: &str, approved| {
            let used = Use { approved, ..Use::default() };
            device(text).known(Ok(false), Ok(Some(&used))).managed.known().copied()
        };
        for state in ["", r#","managementState":"MANAGEMENT_STATE_UNSPECIFIED""#] {
            let phone = format!(r#""deviceType":"ANDROID"{state}"#);
            for approved in [None, Some(true), Some(false)] {
                assert_eq!(by_account(&phone, approved), approved, "{phone}");
            }
            assert!(device(&phone).known(Ok(false), Err(&gap)).managed.gap().is_some());
            assert_eq!(managed(&phone, Ok(false)), None, "of which nobody says anything");
        }
        assert_eq!(by_account(r#""deviceType":"ANDROID","managementState":"BLOCKED""#, Some(true)), Some(false));
        assert_eq!(managed(r#""deviceType":"WINDOWS","managementState":"APPROVED""#, Ok(false)), None, "whose is it?");
    }

    #[test]
    fn an_account_on_a_device_may_tell_that_it_was_broken_open_and_since_when_it_is_there() {
        let user = |state: &str, time: &str| -> DeviceUserWire {
            serde_json::from_str(&format!(
                r#"{{"name":"devices/1/deviceUsers/{time}","userEmail":"a@x.example","compromisedState":"{state}","createTime":"2026-{time}T08:00:00Z"}}"#
            ))
            .expect("a user")
        };
        let used = |states: &[(&str, &str)]| {
            let users = states.iter().map(|(state, time)| user(state, time)).collect();
            by_device(users).remove("devices/1")
        };
        let gap = Gap::new(Cause::PermissionMissing, "x");
        let both = used(&[("NOT_COMPROMISED", "03-01"), ("COMPROMISED", "02-01")]);
        let fine = used(&[("NOT_COMPROMISED", "02-01")]);
        let silent = used(&[("COMPROMISED_STATE_UNSPECIFIED", "02-01")]);
        let cases = [
            ("UNCOMPROMISED", Ok(both.clone()), Some(Some(true))),
            ("UNCOMPROMISED", Ok(silent.clone()), Some(Some(false))),
            ("COMPROMISED", Ok(fine.clone()), Some(Some(true))),
            ("COMPROMISED_STATE_UNSPECIFIED", Ok(fine), Some(Some(false))),
            ("COMPROMISED_STATE_UNSPECIFIED", Ok(silent), None),
            ("COMPROMISED", Err(&gap), Some(Some(true))),
            ("UNCOMPROMISED", Err(&gap), None),
        ];
        for (state, used, expected) in cases {
            let row = device(&format!(r#""deviceType":"ANDROID","compromisedState":"{state}""#)).row(used);
            assert_eq!(row.jailbroken.known().copied(), expected, "{state}");
        }
        let computer = device(r#""deviceType":"WINDOWS""#).row(Ok(None));
        assert_eq!(computer.jailbroken, Cell::Known(None), "nobody asks a computer");
        let since = |text: &str, used| device(text).row(used).enrolled.known().copied();
        let first = "2026-02-01T08:00:00Z".parse().expect("a time");
        let listed = r#""deviceType":"IOS","createTime":"2025-01-01T00:00:00Z""#;
        assert_eq!(since(r#""deviceType":"IOS""#, Ok(both.clone())), Some(Some(first)));
        assert_eq!(since(listed, Ok(both)), Some(Some("2025-01-01T00:00:00Z".parse().expect("a time"))));
        assert_eq!(since(r#""deviceType":"IOS""#, Err(&gap)), None);
    }

    #[test]
    fn a_device_reports_by_itself_or_by_an_account_on_it_and_where_neither_does_nobody_knows_when() {
        let time = |day: &str| format!("2026-11-{day}T08:00:00Z").parse::<Time>().expect("a time");
        let at = |day: Option<&str>| Some(Use { last: day.map(time), ..Use::default() });
        let gap = Gap::new(Cause::PermissionMissing, "x");
        let (timed, untimed) =
            (r#""deviceType":"ANDROID","lastSyncTime":"2026-11-10T08:00:00Z""#, r#""deviceType":"ANDROID""#);
        let cases = [
            (timed, Ok(at(Some("12"))), Some(Some(time("12")))),
            (timed, Ok(at(Some("08"))), Some(Some(time("10")))),
            (timed, Ok(None), Some(Some(time("10")))),
            (untimed, Ok(at(Some("12"))), Some(Some(time("12")))),
            (untimed, Ok(at(None)), None),
            (untimed, Ok(None), None),
            (timed, Err(&gap), None),
        ];
        for (text, used, expected) in cases {
            let known = device(text).known(Ok(false), used.as_ref().map(Option::as_ref).map_err(|gap| *gap));
            assert_eq!(known.last_sign_in.known().copied(), expected, "{text} {used:?}");
            assert_eq!(device(text).row(used).last_contact.known().copied(), expected, "{text}");
        }
    }

    #[test]
    fn whether_a_phone_asks_for_a_password_is_not_known_where_no_account_on_it_says() {
        let set =
            |kind: &str, password| device(&format!(r#""deviceType":"{kind}""#)).row(Ok(used(password))).password_set;
        assert_eq!(set("IOS", Some(true)), Cell::Known(Some(true)));
        assert!(set("IOS", None).gap().is_some() && set("ANDROID", None).gap().is_some());
        assert_eq!(set("WINDOWS", None), Cell::Known(None), "of a computer nobody is asked");
    }

    #[test]
    fn versions_stand_alone() {
        let cases = [
            ("iOS 18.5", "18.5"),
            ("Windows 10.0.26100", "10.0.26100"),
            ("8.1.0", "8.1.0"),
            ("Android 8.1.0", "8.1.0"),
        ];
        for (text, expected) in cases {
            assert_eq!(version(text).as_deref(), Some(expected));
        }
        assert_eq!(version("Nougat"), None);
    }

    #[test]
    fn a_chromebook_is_mended_until_the_day_that_google_names() {
        let wire = |text: &str| serde_json::from_str::<ChromebookWire>(text).expect("a Chromebook").row();
        let row = wire(
            r#"{"deviceId":"c","status":"ACTIVE","osVersion":"142.0.7444.59","bootMode":"Dev","autoUpdateThrough":"2029-06-01"}"#,
        );
        assert_eq!(row.os_support_ends, Cell::Known(Some("2029-06-01T00:00:00Z".parse().expect("a time"))));
        assert_eq!((&row.managed, &row.jailbroken), (&Cell::Known(true), &Cell::Known(Some(true))));
        let silent = wire(r#"{"deviceId":"c"}"#);
        assert!(silent.os_support_ends.gap().is_some());
        assert!(silent.managed.gap().is_some(), "nobody knows whether it is enrolled");
        assert!(silent.last_contact.gap().is_some() && silent.jailbroken.gap().is_some());
        let verified = wire(r#"{"deviceId":"c","bootMode":"Verified","autoUpdateThrough":"2029-06-01"}"#);
        assert_eq!(verified.jailbroken, Cell::Known(Some(false)));
        assert!(verified.os_support_ends.gap().is_some(), "nobody knows what it runs");
        assert_eq!(verified.os_support_ends_latest, row.os_support_ends);
    }
}
