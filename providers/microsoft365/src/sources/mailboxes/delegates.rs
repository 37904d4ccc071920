//! Who may open or speak for the mailboxes of others, and whose doings in mailboxes are not recorded.

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_model::rows::AuditBypass;
use tenantscan_provider::{Call, Source};

use super::INVOKE;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

/// One request for each thousand accounts: the vendor lists every account, and there is no filter.
pub(crate) static AUDIT_BYPASSES: Source = Source {
    id: "microsoft365.audit_bypasses",
    title: "Accounts exempt from mailbox auditing",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,Name,AuditBypassEnabled",
    call: Call::Cmdlet { name: "Get-MailboxAuditBypassAssociation", parameters: r#"{"ResultSize":"Unlimited"}"# },
    lists: &["audit_bypasses"],
    fills: &["audit_bypasses.id", "audit_bypasses.name", "audit_bypasses.enabled"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-mailboxauditbypassassociation",
    ..CMDLET
};

/// One request for each ten mailboxes.
pub(crate) static FULL_ACCESS: Source = Source {
    id: "microsoft365.mailbox_permissions",
    title: "Who can open the mailboxes of others",
    path: INVOKE,
    call: Call::Cmdlet { name: "Get-MailboxPermission", parameters: r#"{"ResultSize":"Unlimited"}"# },
    lists: &["mailbox_delegates"],
    fills: &[
        "mailbox_delegates.id",
        "mailbox_delegates.mailbox",
        "mailbox_delegates.right",
        "mailbox_delegates.holder",
        "mailboxes.full_access_delegates",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-mailboxpermission",
    ..CMDLET
};

/// Listed whole, with groups and contacts: one request for each thousand rights.
pub(crate) static SEND_AS: Source = Source {
    id: "microsoft365.send_as_permissions",
    title: "Who can send mail in the name of others",
    path: INVOKE,
    call: Call::Cmdlet { name: "Get-RecipientPermission", parameters: r#"{"ResultSize":"Unlimited"}"# },
    lists: &["mailbox_delegates"],
    fills: &[
        "mailbox_delegates.id",
        "mailbox_delegates.mailbox",
        "mailbox_delegates.right",
        "mailbox_delegates.holder",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-recipientpermission",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BypassWire {
    identity: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    audit_bypass_enabled: Field<bool>,
}

impl BypassWire {
    /// Whether it is one of the many that are not exempt.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.audit_bypass_enabled.value() == Some(&false)
    }

    pub(crate) fn row(self) -> AuditBypass {
        AuditBypass {
            name: self.name.needed(&AUDIT_BYPASSES),
            enabled: self.audit_bypass_enabled.needed(&AUDIT_BYPASSES),
            ..AuditBypass::new(self.identity)
        }
    }
}

/// A right on a mailbox (User) or on whatever has an address (Trustee).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PermissionWire {
    #[serde(default)]
    pub(crate) identity: Option<Text>,
    #[serde(alias = "Trustee")]
    pub(crate) user: Text,
    access_rights: Rights,
    #[serde(default)]
    is_inherited: Option<bool>,
    #[serde(default)]
    deny: Option<Denied>,
    #[serde(default)]
    access_control_type: Option<Text>,
}

/// A list, or one text with commas.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Rights {
    Many(Vec<Text>),
    One(Text),
}

/// True and false, as a value or as a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Denied {
    Value(bool),
    Text(Text),
}

/// Holders that are no people: the owner itself, the system, and nobody.
const NOBODY_ELSE: [&str; 4] =
    ["nt authority\\self", "nt authority\\system", "nt authority\\network service", "null sid"];

impl PermissionWire {
    /// Whether it gives `right` to somebody besides the owner, by an entry made for this mailbox.
    pub(crate) fn gives(&self, right: &str) -> bool {
        let denied = match &self.deny {
            Some(Denied::Value(denied)) => *denied,
            Some(Denied::Text(text)) => text.eq_ignore_ascii_case("true"),
            None => self.access_control_type.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("deny")),
        };
        let has = match &self.access_rights {
            Rights::Many(rights) => rights.iter().any(|it| it.eq_ignore_ascii_case(right)),
            Rights::One(rights) => rights.split(',').any(|it| it.trim().eq_ignore_ascii_case(right)),
        };
        has && !denied
            && self.is_inherited != Some(true)
            && !NOBODY_ELSE.iter().any(|name| self.user.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_that_somebody_was_given() {
        let cases = [
            (serde_json::json!({ "User": "a@b.example", "AccessRights": ["FullAccess"], "Deny": false }), true),
            (serde_json::json!({ "User": "a@b.example", "AccessRights": "FullAccess, ReadPermission" }), true),
            (serde_json::json!({ "User": "a@b.example", "AccessRights": ["ReadPermission"] }), false),
            (serde_json::json!({ "User": "a@b.example", "AccessRights": ["FullAccess"], "IsInherited": true }), false),
            (serde_json::json!({ "User": "a@b.example", "AccessRights": ["FullAccess"], "Deny": "True" }), false),
            (serde_json::json!({ "User": "NT AUTHORITY\\SELF", "AccessRights": ["FullAccess"] }), false),
            (
                serde_json::json!({ "Trustee": "a@b.example", "AccessRights": ["FullAccess"],
                    "AccessControlType": "Deny" }),
                false,
            ),
        ];
        for (value, expected) in cases {
            let wire: PermissionWire = serde_json::from_value(value.clone()).expect("a permission");
            assert_eq!(wire.gives("FullAccess"), expected, "{value}");
        }
    }
}
