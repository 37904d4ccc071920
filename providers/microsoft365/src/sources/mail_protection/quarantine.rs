//! What people may do with mail that is held back, and which senders the Tenant Allow/Block List lets in.
//!
//! Both cmdlets are asked without `$select`: which names they take is not documented, and one name that they do not know
//! would cost the whole list.

use serde::Deserialize;
use tenantscan_model::rows::{AllowedSender, QuarantinePolicy};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use crate::sources::endpoints::CMDLET;
use crate::sources::mail_flow::moment;
use tenantscan_provider::{Field, unclear};

pub(crate) static QUARANTINE_POLICIES: Source = Source {
    id: "microsoft365.quarantine_policies",
    title: "What people may do with mail in quarantine",
    call: Call::Cmdlet { name: "Get-QuarantinePolicy", parameters: "{}" },
    lists: &["quarantine_policies"],
    fills: &["quarantine_policies.id", "quarantine_policies.people_release", "quarantine_policies.people_ask"],
    docs: "https://learn.microsoft.com/powershell/module/exchangepowershell/get-quarantinepolicy",
    ..CMDLET
};

/// Entries that let spoofed senders through are another list: they excuse a false sender, and no other filter.
pub(crate) static ALLOWED_SENDERS: Source = Source {
    id: "microsoft365.allowed_senders",
    title: "Senders that the Tenant Allow/Block List lets in",
    call: Call::Cmdlet { name: "Get-TenantAllowBlockListItems", parameters: r#"{"ListType":"Sender","Allow":true}"# },
    lists: &["allowed_senders"],
    fills: &["allowed_senders.id", "allowed_senders.ends"],
    docs: "https://learn.microsoft.com/powershell/module/exchangepowershell/get-tenantallowblocklistitems",
    ..CMDLET
};

/// A quarantine policy. Its permissions are told as text, `[PermissionToRelease: True …]`, or as a number.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct QuarantineWire {
    name: Text,
    #[serde(default)]
    end_user_quarantine_permissions: Field<serde_json::Value>,
    #[serde(default)]
    end_user_quarantine_permissions_value: Field<serde_json::Value>,
}

/// Bits of the number. Source: learn.microsoft.com, New-QuarantinePolicy, EndUserQuarantinePermissionsValue.
const ASK: i64 = 8;
const RELEASE: i64 = 4;

impl QuarantineWire {
    fn may(&self, permission: &str, bit: i64) -> Cell<bool> {
        if let Some(text) = self.end_user_quarantine_permissions.value().and_then(|it| it.as_str()) {
            let of = |part: &str| {
                let (name, word) = part.trim().split_once(':')?;
                (name.trim() == permission).then(|| word.trim().eq_ignore_ascii_case("true"))
            };
            let mut parts = text.trim_matches(['[', ']']).split(['\r', '\n', ',']);
            if let Some(may) = parts.find_map(of) {
                return Cell::Known(may);
            }
        }
        let number = self.end_user_quarantine_permissions_value.value().and_then(serde_json::Value::as_i64);
        number.map(|number| number & bit != 0).ok_or_else(|| unclear(&QUARANTINE_POLICIES)).into()
    }

    pub(crate) fn row(self) -> QuarantinePolicy {
        QuarantinePolicy {
            people_release: self.may("PermissionToRelease", RELEASE),
            people_ask: self.may("PermissionToRequestRelease", ASK),
            ..QuarantinePolicy::new(self.name)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AllowedWire {
    value: Text,
    #[serde(default)]
    expiration_date: Field<Text>,
}

impl AllowedWire {
    pub(crate) fn row(self) -> AllowedSender {
        // An entry without an end is told with an empty date, or with none.
        let ends = match self.expiration_date {
            Field::Value(text) if text.is_empty() => Field::Null,
            other => other,
        };
        AllowedSender {
            ends: moment(ends, &ALLOWED_SENDERS),
            ..AllowedSender::new(Text::from(self.value.to_ascii_lowercase()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn permissions_are_read_in_both_forms_and_nothing_is_guessed() {
        let cases = [
            (
                json!({ "EndUserQuarantinePermissions": "[PermissionToRequestRelease: True\r\nPermissionToRelease: False]" }),
                Some((false, true)),
            ),
            (
                json!({ "EndUserQuarantinePermissions": "[PermissionToRelease: True, PermissionToRequestRelease: False]" }),
                Some((true, false)),
            ),
            (json!({ "EndUserQuarantinePermissionsValue": 23 }), Some((true, false))),
            (json!({ "EndUserQuarantinePermissionsValue": 43 }), Some((false, true))),
            (json!({ "EndUserQuarantinePermissionsValue": 0 }), Some((false, false))),
            (json!({ "EndUserQuarantinePermissions": null }), None),
            (json!({}), None),
        ];
        for (mut wire, due) in cases {
            wire["Name"] = json!("Own");
            let row = serde_json::from_value::<QuarantineWire>(wire.clone()).expect("a policy").row();
            let found = row.people_release.known().copied().zip(row.people_ask.known().copied());
            assert_eq!(found, due, "{wire}");
        }
    }

    #[test]
    fn an_allowed_sender_has_an_end_or_none() {
        let ends = |more: serde_json::Value| {
            let mut wire = json!({ "Value": "Lab.Example" });
            wire.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            let row = serde_json::from_value::<AllowedWire>(wire).expect("an entry").row();
            assert_eq!(row.id, "lab.example");
            row.ends.known().map(|ends| ends.map(|at| at.to_string()))
        };
        assert_eq!(
            ends(json!({ "ExpirationDate": "2026-12-24T00:00:00" })),
            Some(Some("2026-12-24T00:00:00Z".to_owned()))
        );
        assert_eq!(ends(json!({ "ExpirationDate": null })), Some(None));
        assert_eq!(ends(json!({ "ExpirationDate": "" })), Some(None));
        assert_eq!(ends(json!({})), None);
    }
}
