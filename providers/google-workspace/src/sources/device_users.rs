//! Accounts on phones and computers: whose they are, and what they report of the device.

use std::collections::HashMap;

use serde::Deserialize;
use tenantscan_model::{Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::DEVICES as API;

/// Twenty a page is the most that Google gives.
pub(crate) static DEVICE_USERS: Source = Source {
    id: "google-workspace.device_users",
    title: "Who uses phones and computers",
    api: &API,
    path: "/v1/devices/-/deviceUsers?customer=customers/my_customer&pageSize=20&fields=nextPageToken,deviceUsers(name,userEmail,managementState,passwordState,compromisedState,createTime,lastSyncTime)",
    call: Call::Pages("deviceUsers"),
    permissions: &["https://www.googleapis.com/auth/cloud-identity.devices.readonly"],
    licence: None,
    role: Some("Mobile Device Management > Manage Devices and Settings"),
    lists: &[],
    fills: &[
        "devices.user",
        "devices.password_set",
        "devices.encrypted",
        "devices.enrolled",
        "devices.jailbroken",
        "devices.last_contact",
        "devices.managed",
        "directory_devices.managed",
        "directory_devices.last_sign_in",
    ],
    docs: "https://docs.cloud.google.com/identity/docs/reference/rest/v1/devices.deviceUsers/list",
};

/// An account on a device. Source: Cloud Identity API, DeviceUser.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceUserWire {
    name: Text,
    user_email: Option<Text>,
    management_state: Option<Text>,
    password_state: Option<Text>,
    compromised_state: Option<Text>,
    /// When the account first signed in on the device.
    create_time: Option<Time>,
    last_sync_time: Option<Time>,
}

/// What is known of the accounts on one device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Use {
    pub(crate) user: Option<Text>,
    pub(crate) last: Option<Time>,
    /// Whether every account that reported asks for a password; none where none reported.
    pub(crate) password: Option<bool>,
    /// Whether an account reported that the device's own protection was broken; none where none reported.
    pub(crate) broken: Option<bool>,
    /// Whether every account of which it is said was let in by the practice; none where it is said of none.
    pub(crate) approved: Option<bool>,
    /// When the first of them signed in.
    pub(crate) first: Option<Time>,
}

/// Accounts by device. An account that was wiped or blocked no longer counts.
pub(crate) fn by_device(users: Vec<DeviceUserWire>) -> HashMap<Text, Use> {
    let mut devices: HashMap<Text, Use> = HashMap::new();
    for user in users {
        let gone = matches!(user.management_state.as_deref(), Some("WIPING" | "WIPED" | "BLOCKED" | "UNENROLLED"));
        let Some(device) = user.name.split("/deviceUsers/").next().filter(|_| !gone) else { continue };
        let known = devices.entry(device.into()).or_default();
        if known.user.is_none() || user.last_sync_time > known.last {
            known.user = user.user_email;
            known.last = user.last_sync_time;
        }
        let set = match user.password_state.as_deref() {
            Some("PASSWORD_SET") => Some(true),
            Some("PASSWORD_NOT_SET") => Some(false),
            _ => None,
        };
        let approved = match user.management_state.as_deref() {
            Some("APPROVED") => Some(true),
            Some("PENDING_APPROVAL") => Some(false),
            _ => None,
        };
        let both = |one: Option<bool>, other: Option<bool>| match (one, other) {
            (Some(one), Some(other)) => Some(one && other),
            (one, other) => one.or(other),
        };
        known.password = both(known.password, set);
        known.approved = both(known.approved, approved);
        let broken = match user.compromised_state.as_deref() {
            Some("COMPROMISED") => Some(true),
            Some("NOT_COMPROMISED") => Some(false),
            _ => None,
        };
        // None comes before false, and false before true.
        known.broken = known.broken.max(broken);
        known.first = [known.first, user.create_time].into_iter().flatten().min();
    }
    devices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_set_when_every_account_that_reported_has_one() {
        let user = |number: u8, state: &str, password: &str, time: &str| -> DeviceUserWire {
            serde_json::from_str(&format!(
                r#"{{"name":"devices/1/deviceUsers/{number}","userEmail":"{number}@x.example","managementState":"{state}","passwordState":"{password}","lastSyncTime":"2026-11-{time}T08:00:00Z"}}"#
            ))
            .expect("a user")
        };
        let of = |users| by_device(users).remove("devices/1");
        let both = of(vec![user(1, "APPROVED", "PASSWORD_SET", "01"), user(2, "APPROVED", "PASSWORD_NOT_SET", "09")]);
        let both = both.expect("known");
        assert_eq!((both.password, both.user.as_deref()), (Some(false), Some("2@x.example")));
        assert_eq!(both.approved, Some(true));
        let waits =
            of(vec![user(1, "APPROVED", "PASSWORD_SET", "01"), user(2, "PENDING_APPROVAL", "PASSWORD_SET", "02")]);
        assert_eq!(waits.expect("known").approved, Some(false));
        let one = of(vec![user(1, "APPROVED", "PASSWORD_SET", "01"), user(2, "WIPED", "PASSWORD_NOT_SET", "09")]);
        assert_eq!(one.expect("known").password, Some(true));
        let none = of(vec![user(1, "APPROVED", "PASSWORD_STATE_UNSPECIFIED", "01")]);
        assert_eq!(none.expect("known").password, None);
    }
}
