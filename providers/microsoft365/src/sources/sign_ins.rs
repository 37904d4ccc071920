//! Sign-ins of the last days: only when each was, of which account, and from which network and registered device.

use serde::Deserialize;
use tenantscan_model::{Cell, Text, Time};
use tenantscan_people::{Network, SignIn};
use tenantscan_provider::{Call, Field, Source, unclear};

use crate::api::GRAPH;

pub(super) const SOURCES: &[&Source] = &[&SIGN_INS];

/// How many whole days are asked for, besides the day of the scan: after a weekend, the working day before it is among
/// them.
pub(crate) const DAYS: i64 = 3;

/// One list; the moment from which on stands in the place of `{id}`. This version of the API lists only sign-ins with a
/// person at the keyboard, and takes no choice of properties; what is not named below is dropped. Microsoft asks for `Directory.Read.All` besides, which accounts are read by.
pub(crate) static SIGN_INS: Source = Source {
    id: "microsoft365.sign_ins",
    title: "Sign-ins of the last days",
    api: &GRAPH,
    path: "/v1.0/auditLogs/signIns?$filter=createdDateTime%20ge%20{id}%20and%20status/errorCode%20eq%200\
           &$top=1000",
    call: Call::Get,
    permissions: &["AuditLog.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &[],
    fills: &["users.places_at_once", "users.devices_at_once"],
    docs: "https://learn.microsoft.com/graph/api/signin-list",
};

/// An id that stands where there is none.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// Source: Microsoft Graph, signIn.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInWire {
    #[serde(default)]
    created_date_time: Field<Time>,
    #[serde(default)]
    user_id: Field<Text>,
    #[serde(default)]
    ip_address: Field<Text>,
    #[serde(default)]
    is_interactive: Field<bool>,
    #[serde(default)]
    status: Field<Status>,
    #[serde(default)]
    device_detail: Field<Device>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    error_code: Field<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    #[serde(default)]
    device_id: Field<Text>,
}

impl SignInWire {
    /// The sign-in; none where it failed, or where no person was at the keyboard. One of which it is not said whether it
    /// succeeded leaves its account open.
    pub(crate) fn sign_in(self) -> Option<SignIn> {
        let source = &SIGN_INS;
        let code = self.status.then(|status| status.error_code);
        if self.is_interactive.value() == Some(&false) || code.value().is_some_and(|code| *code != 0) {
            return None;
        }
        let at = match code.needed(source) {
            Cell::Known(_) => self.created_date_time.needed(source),
            Cell::Unknown(gap) => Cell::Unknown(gap),
        };
        let account = self.user_id.value().filter(|id| !id.is_empty()).cloned();
        let device = self.device_detail.then(|device| device.device_id).nullable(source);
        Some(SignIn {
            account: account.ok_or_else(|| unclear(source)).into(),
            at,
            network: self.ip_address.value().and_then(|it| Network::of(it)).ok_or_else(|| unclear(source)).into(),
            device: device.map(|id| id.filter(|id| !id.is_empty() && *id != NO_ID)),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sign_in(change: Value) -> Option<SignIn> {
        let mut whole = json!({ "createdDateTime": "2026-11-18T08:00:00Z", "userId": "u", "ipAddress": "192.0.2.1",
            "isInteractive": true, "status": { "errorCode": 0 }, "deviceDetail": { "deviceId": "d" } });
        for (name, value) in change.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        serde_json::from_value::<SignInWire>(whole).expect("as Graph writes it").sign_in()
    }

    #[test]
    fn what_failed_and_what_a_program_did_is_left_out() {
        assert!(sign_in(json!({})).is_some());
        for change in [json!({ "status": { "errorCode": 50126 } }), json!({ "isInteractive": false })] {
            assert!(sign_in(change.clone()).is_none(), "{change}");
        }
    }

    #[test]
    fn what_the_log_does_not_say_is_unknown() {
        type Part = fn(&SignIn) -> bool;
        let cases: [(Value, Part); 8] = [
            (json!({ "userId": null }), |it| it.account.known().is_none()),
            (json!({ "userId": "" }), |it| it.account.known().is_none()),
            (json!({ "createdDateTime": null }), |it| it.at.known().is_none()),
            (json!({ "status": null }), |it| it.at.known().is_none()),
            (json!({ "status": {} }), |it| it.at.known().is_none()),
            (json!({ "ipAddress": null }), |it| it.network.known().is_none()),
            (json!({ "ipAddress": "a phone" }), |it| it.network.known().is_none()),
            (json!({ "deviceDetail": {} }), |it| it.device.known().is_none()),
        ];
        for (change, is_unknown) in cases {
            assert!(sign_in(change.clone()).is_some_and(|found| is_unknown(&found)), "{change}");
        }
    }

    #[test]
    fn a_device_without_an_id_is_not_registered() {
        for id in [json!(""), json!(null), json!(NO_ID)] {
            let found = sign_in(json!({ "deviceDetail": { "deviceId": id } })).expect("a sign-in");
            assert_eq!(found.device, Cell::Known(None), "{id}");
        }
        let found = sign_in(json!({ "deviceDetail": null })).expect("a sign-in");
        assert_eq!(found.device, Cell::Known(None), "nothing is known of the device, so it is none that is registered");
    }
}
