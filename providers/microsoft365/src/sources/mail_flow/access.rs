//! Ways to mail that Exchange itself holds shut or open: with a password alone, and from phones.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{MailAuthenticationPolicy, PhoneMailPolicy};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::values::{any, span};
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static AUTHENTICATION_POLICIES: Source = Source {
    id: "microsoft365.mail_authentication_policies",
    title: "Ways into Exchange with a password alone",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,AllowBasicAuthActiveSync,AllowBasicAuthAutodiscover,AllowBasicAuthImap,\
AllowBasicAuthMapi,AllowBasicAuthOfflineAddressBook,AllowBasicAuthOutlookService,AllowBasicAuthPop,\
AllowBasicAuthPowershell,AllowBasicAuthReportingWebServices,AllowBasicAuthRpc,\
AllowBasicAuthSmtp,AllowBasicAuthWebServices",
    call: Call::Cmdlet { name: "Get-AuthenticationPolicy", parameters: "{}" },
    lists: &["mail_authentication_policies"],
    fills: &[
        "mail_authentication_policies.id",
        "mail_authentication_policies.name",
        "mail_authentication_policies.password_alone",
        "mail_authentication_policies.password_alone_for",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-authenticationpolicy",
    ..CMDLET
};

pub(crate) static PHONE_POLICIES: Source = Source {
    id: "microsoft365.phone_mail_policies",
    title: "What Exchange asks of phones",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,IsDefault,PasswordEnabled,MaxInactivityTimeLock,\
RequireDeviceEncryption,AllowNonProvisionableDevices",
    call: Call::Cmdlet { name: "Get-MobileDeviceMailboxPolicy", parameters: "{}" },
    lists: &["phone_mail_policies"],
    fills: &["phone_mail_policies"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-mobiledevicemailboxpolicy",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthenticationWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    allow_basic_auth_active_sync: Field<bool>,
    #[serde(default)]
    allow_basic_auth_autodiscover: Field<bool>,
    #[serde(default)]
    allow_basic_auth_imap: Field<bool>,
    #[serde(default)]
    allow_basic_auth_mapi: Field<bool>,
    #[serde(default)]
    allow_basic_auth_offline_address_book: Field<bool>,
    #[serde(default)]
    allow_basic_auth_outlook_service: Field<bool>,
    #[serde(default)]
    allow_basic_auth_pop: Field<bool>,
    #[serde(default)]
    allow_basic_auth_powershell: Field<bool>,
    #[serde(default)]
    allow_basic_auth_reporting_web_services: Field<bool>,
    #[serde(default)]
    allow_basic_auth_rpc: Field<bool>,
    #[serde(default)]
    allow_basic_auth_smtp: Field<bool>,
    #[serde(default)]
    allow_basic_auth_web_services: Field<bool>,
}

impl AuthenticationWire {
    pub(crate) fn row(self) -> MailAuthenticationPolicy {
        let source = &AUTHENTICATION_POLICIES;
        let ways = [
            ("ActiveSync", self.allow_basic_auth_active_sync),
            ("Autodiscover", self.allow_basic_auth_autodiscover),
            ("Imap", self.allow_basic_auth_imap),
            ("Mapi", self.allow_basic_auth_mapi),
            ("OfflineAddressBook", self.allow_basic_auth_offline_address_book),
            ("OutlookService", self.allow_basic_auth_outlook_service),
            ("Pop", self.allow_basic_auth_pop),
            ("Powershell", self.allow_basic_auth_powershell),
            ("ReportingWebServices", self.allow_basic_auth_reporting_web_services),
            ("Rpc", self.allow_basic_auth_rpc),
            ("Smtp", self.allow_basic_auth_smtp),
            ("WebServices", self.allow_basic_auth_web_services),
        ]
        .map(|(name, allowed)| (name, allowed.value().copied()));
        let known: Option<Vec<(&str, bool)>> = ways.iter().map(|(name, allowed)| Some((*name, (*allowed)?))).collect();
        let open = known.map(|ways| ways.into_iter().filter(|way| way.1).map(|way| Text::from(way.0)).collect());
        let password_alone: Cell<bool> = any(&ways.map(|way| way.1), source);
        MailAuthenticationPolicy {
            name: self.name.needed(source),
            password_alone,
            password_alone_for: open.ok_or_else(|| unclear(source)).into(),
            ..MailAuthenticationPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PhoneWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    is_default: Field<bool>,
    #[serde(default)]
    password_enabled: Field<bool>,
    #[serde(default)]
    max_inactivity_time_lock: Field<Value>,
    #[serde(default)]
    require_device_encryption: Field<bool>,
    #[serde(default)]
    allow_non_provisionable_devices: Field<bool>,
}

impl PhoneWire {
    pub(crate) fn row(self) -> PhoneMailPolicy {
        let source = &PHONE_POLICIES;
        PhoneMailPolicy {
            name: self.name.needed(source),
            is_default: self.is_default.needed(source),
            password_required: self.password_enabled.needed(source),
            lock_minutes: span(self.max_inactivity_time_lock, source).map(|it| it.map(|seconds| (seconds + 59) / 60)),
            encryption_required: self.require_device_encryption.needed(source),
            others_let_in: self.allow_non_provisionable_devices.needed(source),
            ..PhoneMailPolicy::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn authentication(change: &[(&str, Value)]) -> MailAuthenticationPolicy {
        let names = AUTHENTICATION_POLICIES.path.split_once("$select=").expect("a selection").1.split(',');
        let mut wire: serde_json::Map<String, Value> = names.map(|name| (name.to_owned(), json!(false))).collect();
        wire.insert("Guid".to_owned(), json!("1"));
        wire.insert("Name".to_owned(), json!("No passwords"));
        for (name, value) in change {
            match value {
                Value::Null => wire.remove(*name),
                value => wire.insert((*name).to_owned(), value.clone()),
            };
        }
        serde_json::from_value::<AuthenticationWire>(Value::Object(wire)).expect("a policy").row()
    }

    #[test]
    fn every_way_that_is_asked_for_counts() {
        assert_eq!(authentication(&[]).password_alone, Cell::Known(false));
        assert_eq!(authentication(&[]).password_alone_for, Cell::Known(Vec::new()));
        let ways = AUTHENTICATION_POLICIES.path.split(',').filter_map(|name| name.strip_prefix("AllowBasicAuth"));
        for way in ways {
            let row = authentication(&[(&format!("AllowBasicAuth{way}"), json!(true))]);
            assert_eq!(row.password_alone, Cell::Known(true), "{way}");
            assert_eq!(row.password_alone_for, Cell::Known(vec![way.into()]));
        }
    }

    #[test]
    fn a_way_that_is_left_out_counts_only_where_none_is_open() {
        let left_out = ("AllowBasicAuthPop", json!(null));
        assert_eq!(authentication(std::slice::from_ref(&left_out)).password_alone.known(), None);
        let row = authentication(&[left_out, ("AllowBasicAuthImap", json!(true))]);
        assert_eq!(row.password_alone, Cell::Known(true));
        assert_eq!(row.password_alone_for.known(), None);
    }

    #[test]
    fn a_phone_locks_after_whole_minutes_or_never() {
        let cases = [
            (json!("00:05:00"), Some(Some(5))),
            (json!("00:05:01"), Some(Some(6))),
            (json!("Unlimited"), Some(None)),
            (json!("later"), None),
        ];
        for (lock, expected) in cases {
            let wire = json!({ "Guid": "1", "MaxInactivityTimeLock": lock });
            let row = serde_json::from_value::<PhoneWire>(wire).expect("a policy").row();
            assert_eq!(row.lock_minutes.known().copied(), expected, "{lock}");
            assert_eq!(row.password_required.known(), None);
        }
    }
}
