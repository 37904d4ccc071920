//! Mailboxes, how programs reach them, and the entries of the address book that mail is forwarded to.

use serde::Deserialize;
use tenantscan_model::rows::{Mailbox, MailboxType};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

/// One request for each thousand mailboxes.
pub(crate) static MAILBOXES: Source = Source {
    id: "microsoft365.mailboxes",
    title: "Mailboxes",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=ExternalDirectoryObjectId,Guid,PrimarySmtpAddress,DisplayName,RecipientTypeDetails,AccountDisabled,ForwardingAddress,ForwardingSmtpAddress,DeliverToMailboxAndForward,LitigationHoldEnabled,InPlaceHolds,RetentionPolicy,SingleItemRecoveryEnabled,RetainDeletedItemsFor,AuditEnabled,DefaultAuditSet",
    call: Call::Cmdlet { name: "Get-Mailbox", parameters: r#"{"ResultSize":"Unlimited"}"# },
    lists: &["mailboxes", "inbox_rules", "mailbox_delegates"],
    fills: &[
        "mailboxes.id",
        "mailboxes.address",
        "mailboxes.name",
        "mailboxes.recipient_type",
        "mailboxes.sign_in_enabled",
        "mailboxes.forwarding_address_domain",
        "mailboxes.forwarding_recipient_domain",
        "mailboxes.keeps_copy",
        "mailboxes.litigation_hold",
        "mailboxes.holds",
        "mailboxes.retention_policy",
        "mailboxes.single_item_recovery",
        "mailboxes.deleted_items_days",
        "mailboxes.audit_enabled",
        "mailboxes.audit_defaults",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-mailbox",
    ..CMDLET
};

/// One request for each thousand mailboxes.
pub(crate) static MAIL_ACCESS: Source = Source {
    id: "microsoft365.mail_access",
    title: "How programs reach mailboxes",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=ExternalDirectoryObjectId,Guid,PrimarySmtpAddress,PopEnabled,ImapEnabled,SmtpClientAuthenticationDisabled",
    call: Call::Cmdlet { name: "Get-CASMailbox", parameters: r#"{"ResultSize":"Unlimited"}"# },
    fills: &["mailboxes.pop_enabled", "mailboxes.imap_enabled", "mailboxes.smtp_auth_enabled"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-casmailbox",
    ..CMDLET
};

/// Asked for only where a mailbox or a rule forwards to an entry of the address book: the answer of those names an
/// entry and not its address.
pub(crate) static RECIPIENTS: Source = Source {
    id: "microsoft365.mail_recipients",
    title: "The address book, where mail is forwarded to an entry of it",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,Name,DisplayName,Alias,Guid,ExternalDirectoryObjectId,PrimarySmtpAddress,ExternalEmailAddress,RecipientType",
    call: Call::Cmdlet { name: "Get-Recipient", parameters: r#"{"ResultSize":"Unlimited"}"# },
    fills: &["mailboxes.forwarding_recipient_domain", "inbox_rules.target_domains", "inbox_rules.unresolved_targets"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-recipient",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MailboxWire {
    #[serde(default)]
    external_directory_object_id: Option<Text>,
    pub(crate) guid: Text,
    primary_smtp_address: Text,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    recipient_type_details: Field<Text>,
    #[serde(default)]
    account_disabled: Field<bool>,
    #[serde(default)]
    pub(crate) forwarding_address: Field<Text>,
    #[serde(default)]
    forwarding_smtp_address: Field<Text>,
    #[serde(default)]
    deliver_to_mailbox_and_forward: Field<bool>,
    #[serde(default)]
    litigation_hold_enabled: Field<bool>,
    #[serde(default)]
    in_place_holds: Field<Vec<Text>>,
    #[serde(default)]
    retention_policy: Field<Text>,
    #[serde(default)]
    single_item_recovery_enabled: Field<bool>,
    #[serde(default)]
    retain_deleted_items_for: Field<Text>,
    #[serde(default)]
    audit_enabled: Field<bool>,
    #[serde(default)]
    default_audit_set: Field<Vec<Text>>,
}

/// Members of RecipientTypeDetails that Get-Mailbox gives.
fn mailbox_type(word: &str) -> Option<MailboxType> {
    match word {
        "UserMailbox" | "LinkedMailbox" | "LegacyMailbox" => Some(MailboxType::Person),
        "SharedMailbox" => Some(MailboxType::Shared),
        "RoomMailbox" | "LinkedRoomMailbox" => Some(MailboxType::Room),
        "EquipmentMailbox" => Some(MailboxType::Equipment),
        "DiscoveryMailbox" | "SchedulingMailbox" | "TeamMailbox" | "GroupMailbox" => Some(MailboxType::Service),
        _ => None,
    }
}

/// Text that is empty stands for none.
pub(crate) fn filled(field: Field<Text>) -> Field<Text> {
    match field {
        Field::Value(text) if text.trim().is_empty() => Field::Null,
        other => other,
    }
}

/// The domain of a mail address, in small letters; `smtp:` may stand before it.
pub(crate) fn domain(address: &str) -> Option<Text> {
    let address = address.trim();
    let address = match address.get(..5) {
        Some(start) if start.eq_ignore_ascii_case("smtp:") => &address[5..],
        _ => address,
    };
    tenantscan_people::mail_domain(address)
}

/// Whole days of a span of time as Exchange writes it: `14.00:00:00`.
fn days(span: &str) -> Option<i64> {
    match span.split_once('.') {
        Some((days, _)) => days.parse().ok(),
        None => (span.matches(':').count() == 2).then_some(0),
    }
}

impl MailboxWire {
    /// Everything but what other requests say of it.
    pub(crate) fn row(self) -> Mailbox {
        let id = self.external_directory_object_id.filter(|id| !id.is_empty()).unwrap_or(self.guid);
        let understood = |field: Field<Text>| field.needed(&MAILBOXES);
        Mailbox {
            address: Cell::Known(self.primary_smtp_address),
            name: self.display_name.needed(&MAILBOXES),
            recipient_type: match understood(self.recipient_type_details) {
                Cell::Known(word) => mailbox_type(&word).map_or_else(not_understood, Cell::Known),
                Cell::Unknown(gap) => Cell::Unknown(gap),
            },
            sign_in_enabled: self.account_disabled.needed(&MAILBOXES).map(|disabled| !disabled),
            forwarding_address_domain: match filled(self.forwarding_smtp_address).nullable(&MAILBOXES) {
                Cell::Known(Some(address)) => domain(&address).map_or_else(not_understood, |it| Cell::Known(Some(it))),
                other => other,
            },
            // An entry of the address book is looked up afterwards.
            forwarding_recipient_domain: filled(self.forwarding_address).nullable(&MAILBOXES),
            keeps_copy: self.deliver_to_mailbox_and_forward.nullable(&MAILBOXES),
            litigation_hold: self.litigation_hold_enabled.needed(&MAILBOXES),
            holds: list(self.in_place_holds),
            retention_policy: filled(self.retention_policy).nullable(&MAILBOXES),
            single_item_recovery: self.single_item_recovery_enabled.needed(&MAILBOXES),
            deleted_items_days: match understood(self.retain_deleted_items_for) {
                Cell::Known(span) => days(&span).map_or_else(not_understood, Cell::Known),
                Cell::Unknown(gap) => Cell::Unknown(gap),
            },
            audit_enabled: self.audit_enabled.needed(&MAILBOXES),
            audit_defaults: list(self.default_audit_set),
            ..Mailbox::new(id)
        }
    }
}

fn not_understood<T>() -> Cell<T> {
    Cell::Unknown(unclear(&MAILBOXES))
}

/// A list that is null is an empty one.
fn list(field: Field<Vec<Text>>) -> Cell<Vec<Text>> {
    field.nullable(&MAILBOXES).map(Option::unwrap_or_default)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessWire {
    #[serde(default)]
    external_directory_object_id: Option<Text>,
    #[serde(default)]
    guid: Option<Text>,
    #[serde(default)]
    pop_enabled: Field<bool>,
    #[serde(default)]
    imap_enabled: Field<bool>,
    #[serde(default)]
    smtp_client_authentication_disabled: Field<bool>,
}

impl AccessWire {
    /// The id of the mailbox, as in [`MailboxWire::row`].
    pub(crate) fn id(&self) -> Option<&Text> {
        self.external_directory_object_id.as_ref().filter(|id| !id.is_empty()).or(self.guid.as_ref())
    }

    pub(crate) fn fill(self, mailbox: &mut Mailbox) {
        mailbox.pop_enabled = self.pop_enabled.needed(&MAIL_ACCESS);
        mailbox.imap_enabled = self.imap_enabled.needed(&MAIL_ACCESS);
        let disabled = self.smtp_client_authentication_disabled.nullable(&MAIL_ACCESS);
        mailbox.smtp_auth_enabled = disabled.map(|disabled| disabled.map(|disabled| !disabled));
    }
}

/// An entry of the address book.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RecipientWire {
    #[serde(default)]
    identity: Option<Text>,
    #[serde(default)]
    name: Option<Text>,
    #[serde(default)]
    display_name: Option<Text>,
    #[serde(default)]
    alias: Option<Text>,
    #[serde(default)]
    guid: Option<Text>,
    #[serde(default)]
    external_directory_object_id: Option<Text>,
    #[serde(default)]
    primary_smtp_address: Option<Text>,
    #[serde(default)]
    external_email_address: Option<Text>,
    #[serde(default)]
    recipient_type: Option<Text>,
}

impl RecipientWire {
    /// Everything by which another answer may name it, in small letters.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let all = [
            &self.identity,
            &self.name,
            &self.display_name,
            &self.alias,
            &self.guid,
            &self.external_directory_object_id,
            &self.primary_smtp_address,
        ];
        all.into_iter().flatten().filter(|name| !name.is_empty()).map(|name| name.to_lowercase())
    }

    /// The domain in which mail for it ends up; none where that is not one address: a group, a public folder.
    pub(crate) fn domain(&self) -> Option<Text> {
        match self.recipient_type.as_deref()? {
            "UserMailbox" => domain(self.primary_smtp_address.as_ref()?),
            "MailContact" | "MailUser" => domain(self.external_email_address.as_ref()?),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_addresses() {
        let cases = [
            ("smtp:Ann@Gmail.Example", Some("gmail.example")),
            ("SMTP:ann@a.example", Some("a.example")),
            ("ann@a.example.", Some("a.example")),
            ("\"odd@local\"@a.example", Some("a.example")),
            ("ann", None),
            ("@a.example", None),
            ("ann@", None),
            ("ann@<script>", None),
            ("", None),
        ];
        for (address, expected) in cases {
            assert_eq!(domain(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn spans_of_days() {
        for (span, expected) in
            [("14.00:00:00", Some(14)), ("30.12:00:00", Some(30)), ("06:00:00", Some(0)), ("soon", None)]
        {
            assert_eq!(days(span), expected, "{span}");
        }
    }

    #[test]
    fn what_an_answer_leaves_out_is_unknown_and_what_is_null_is_none() {
        let wire: MailboxWire = serde_json::from_value(serde_json::json!({
            "ExternalDirectoryObjectId": "", "Guid": "g", "PrimarySmtpAddress": "a@b.example",
            "RecipientTypeDetails": "MailboxOfTomorrow", "ForwardingSmtpAddress": null, "InPlaceHolds": null,
            "RetainDeletedItemsFor": "14.00:00:00"
        }))
        .expect("a mailbox");
        let row = wire.row();
        assert_eq!(row.id, "g");
        assert_eq!(row.recipient_type.known(), None);
        assert_eq!(row.forwarding_address_domain, Cell::Known(None));
        assert_eq!(row.forwarding_recipient_domain.known(), None);
        assert_eq!(row.holds, Cell::Known(Vec::new()));
        assert_eq!(row.deleted_items_days, Cell::Known(14));
        assert_eq!(row.audit_defaults.known(), None);
    }
}
