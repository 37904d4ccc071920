//! What people set in their own mailboxes: where mail goes, who else opens it, which programs copy it.
//!
//! Of a filter nothing is asked for but where it forwards to: what it looks for in mail stays unread.

use serde::Deserialize;
use tenantscan_model::rows::{InboxRule, SendAsAddress};
use tenantscan_model::{Cell, Gap, Text};
use tenantscan_people::mail_domain;
use tenantscan_provider::{Call, Source, Unread, unclear};

use crate::api::GMAIL;

pub(super) const SOURCES: &[&Source] =
    &[&AUTO_FORWARDING, &FORWARDING_ADDRESSES, &FILTERS, &DELEGATES, &IMAP, &POP, &SEND_AS];

/// What all of them have in common.
const SETTING: Source = Source {
    id: "",
    title: "",
    api: &GMAIL,
    path: "",
    call: Call::Get,
    permissions: &["https://www.googleapis.com/auth/gmail.settings.basic"],
    licence: None,
    role: None,
    lists: &[],
    fills: &[],
    docs: "",
};

pub(crate) static AUTO_FORWARDING: Source = Source {
    id: "google-workspace.auto_forwarding",
    title: "Automatic forwarding of each mailbox",
    path: "/gmail/v1/users/{id}/settings/autoForwarding?fields=enabled,emailAddress,disposition",
    fills: &["mailboxes.forwarding_address_domain", "mailboxes.forwarding_recipient_domain", "mailboxes.keeps_copy"],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings/getAutoForwarding",
    ..SETTING
};

pub(crate) static FORWARDING_ADDRESSES: Source = Source {
    id: "google-workspace.forwarding_addresses",
    title: "Addresses that each mailbox may forward to",
    path: "/gmail/v1/users/{id}/settings/forwardingAddresses?fields=forwardingAddresses(forwardingEmail,verificationStatus)",
    fills: &["mailboxes.forwarding_ready_domains"],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.forwardingAddresses/list",
    ..SETTING
};

pub(crate) static FILTERS: Source = Source {
    id: "google-workspace.mail_filters",
    title: "Filters that forward mail, of each mailbox",
    path: "/gmail/v1/users/{id}/settings/filters?fields=filter(id,action/forward)",
    lists: &["inbox_rules"],
    fills: &[
        "mailboxes.forwarding_rules",
        "inbox_rules.id",
        "inbox_rules.mailbox_id",
        "inbox_rules.mailbox",
        "inbox_rules.name",
        "inbox_rules.enabled",
        "inbox_rules.forwards",
        "inbox_rules.target_domains",
        "inbox_rules.unresolved_targets",
    ],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.filters/list",
    ..SETTING
};

pub(crate) static DELEGATES: Source = Source {
    id: "google-workspace.mail_delegates",
    title: "Who may open the mailboxes of others",
    path: "/gmail/v1/users/{id}/settings/delegates?fields=delegates(delegateEmail,verificationStatus)",
    lists: &["mailbox_delegates"],
    fills: &[
        "mailboxes.full_access_delegates",
        "mailbox_delegates.id",
        "mailbox_delegates.mailbox",
        "mailbox_delegates.right",
        "mailbox_delegates.holder",
    ],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.delegates/list",
    ..SETTING
};

pub(crate) static IMAP: Source = Source {
    id: "google-workspace.imap",
    title: "IMAP of each mailbox",
    path: "/gmail/v1/users/{id}/settings/imap?fields=enabled",
    fills: &["mailboxes.imap_enabled"],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings/getImap",
    ..SETTING
};

pub(crate) static POP: Source = Source {
    id: "google-workspace.pop",
    title: "POP of each mailbox",
    path: "/gmail/v1/users/{id}/settings/pop?fields=accessWindow",
    fills: &["mailboxes.pop_enabled"],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings/getPop",
    ..SETTING
};

pub(crate) static SEND_AS: Source = Source {
    id: "google-workspace.send_as",
    title: "Addresses that mail is sent as through other servers, of each mailbox",
    path: "/gmail/v1/users/{id}/settings/sendAs?fields=sendAs(sendAsEmail,smtpMsa(host,securityMode))",
    lists: &["send_as_addresses"],
    fills: &[
        "send_as_addresses.id",
        "send_as_addresses.mailbox",
        "send_as_addresses.address",
        "send_as_addresses.server",
        "send_as_addresses.security",
    ],
    docs: "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs/list",
    ..SETTING
};

/// Whether the account has no Gmail: it is switched off for it, or its plan has none.
/// Source: developers.google.com/workspace/gmail/api/guides/handle-errors.
pub(crate) fn has_no_mail(unread: &Unread) -> bool {
    unread.status == Some(400) && unread.code.as_deref() == Some("failedPrecondition")
}

/// Source: Gmail API, AutoForwarding.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AutoForwardingWire {
    #[serde(default)]
    enabled: bool,
    email_address: Option<Text>,
    disposition: Option<Text>,
}

impl AutoForwardingWire {
    /// Where everything goes, and whether the mailbox keeps it.
    pub(crate) fn read(self) -> (Result<Option<Text>, Gap>, Cell<Option<bool>>) {
        if !self.enabled {
            return (Ok(None), Cell::Known(None));
        }
        let gap = || unclear(&AUTO_FORWARDING);
        let domain = self.email_address.as_deref().and_then(mail_domain).ok_or_else(gap).map(Some);
        let keeps = match self.disposition.as_deref() {
            Some("leaveInInbox" | "archive" | "markRead") => Ok(Some(true)),
            Some("trash") => Ok(Some(false)),
            _ => Err(gap()),
        };
        (domain, keeps.into())
    }
}

/// Source: Gmail API, ListForwardingAddressesResponse.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(crate) struct ForwardingAddressesWire {
    forwarding_addresses: Vec<ForwardingAddress>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForwardingAddress {
    forwarding_email: Text,
    verification_status: Option<Text>,
}

impl ForwardingAddressesWire {
    /// The domains of the addresses whose owners have agreed.
    pub(crate) fn domains(self) -> Result<Vec<Text>, Gap> {
        let ready = self.forwarding_addresses.iter().filter(|it| it.verification_status.as_deref() != Some("pending"));
        let domains = ready.map(|it| mail_domain(&it.forwarding_email).ok_or_else(|| unclear(&FORWARDING_ADDRESSES)));
        let mut domains = domains.collect::<Result<Vec<Text>, Gap>>()?;
        domains.sort();
        domains.dedup();
        Ok(domains)
    }
}

/// Source: Gmail API, ListFiltersResponse; without what filters look for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FiltersWire {
    filter: Vec<Filter>,
}

#[derive(Debug, Deserialize)]
struct Filter {
    id: Text,
    #[serde(default)]
    action: Action,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Action {
    forward: Option<Text>,
}

impl FiltersWire {
    /// Those that forward.
    pub(crate) fn rows(self, mailbox: &Text, address: &Cell<Text>) -> Vec<InboxRule> {
        let forwards =
            self.filter.into_iter().filter_map(|it| Some((it.id, it.action.forward.filter(|to| !to.is_empty())?)));
        forwards
            .map(|(id, to)| InboxRule {
                mailbox_id: Cell::Known(mailbox.clone()),
                mailbox: address.clone(),
                name: Cell::Known("a filter".into()),
                enabled: Cell::Known(true),
                forwards: Cell::Known(true),
                target_domains: mail_domain(&to).map(|domain| vec![domain]).ok_or_else(|| unclear(&FILTERS)).into(),
                unresolved_targets: Cell::Known(0),
                ..InboxRule::new(format!("{mailbox}/{id}"))
            })
            .collect()
    }
}

/// Source: Gmail API, ListDelegatesResponse.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DelegatesWire {
    delegates: Vec<Delegate>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delegate {
    delegate_email: Text,
    verification_status: Option<Text>,
}

impl DelegatesWire {
    /// The addresses of those who may open the mailbox now: an invitation that was not taken up opens nothing.
    pub(crate) fn holders(self) -> Vec<Text> {
        let waits =
            |it: &Delegate| matches!(it.verification_status.as_deref(), Some("pending" | "rejected" | "expired"));
        let mut holders: Vec<Text> =
            self.delegates.into_iter().filter(|it| !waits(it)).map(|it| it.delegate_email).collect();
        holders.sort();
        holders.dedup();
        holders
    }
}

/// Source: Gmail API, ImapSettings.
#[derive(Debug, Deserialize)]
pub(crate) struct ImapWire {
    #[serde(default)]
    pub(crate) enabled: bool,
}

/// Source: Gmail API, PopSettings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PopWire {
    access_window: Option<Text>,
}

impl PopWire {
    pub(crate) fn enabled(&self) -> Result<bool, Gap> {
        match self.access_window.as_deref() {
            Some("disabled") => Ok(false),
            Some("fromNowOn" | "allMail") => Ok(true),
            _ => Err(unclear(&POP)),
        }
    }
}

/// Source: Gmail API, ListSendAsResponse.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SendAsWire {
    send_as: Vec<SendAs>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendAs {
    send_as_email: Text,
    smtp_msa: Option<Server>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Server {
    host: Option<Text>,
    security_mode: Option<Text>,
}

impl SendAsWire {
    /// Those that go through a server of somebody else.
    pub(crate) fn rows(self, mailbox: &Text, address: &Cell<Text>) -> Vec<SendAsAddress> {
        let others = self.send_as.into_iter().filter_map(|it| Some((it.send_as_email, it.smtp_msa?)));
        others
            .map(|(email, server)| SendAsAddress {
                mailbox: address.clone(),
                server: server.host.ok_or_else(|| unclear(&SEND_AS)).into(),
                security: Cell::Known(server.security_mode.filter(|mode| mode != "securityModeUnspecified")),
                address: Cell::Known(email.clone()),
                ..SendAsAddress::new(format!("{mailbox}/{email}"))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn forwarding_that_is_off_goes_nowhere_whatever_address_stands_there() {
        let read = |text| wire::<AutoForwardingWire>(text).read();
        assert_eq!(read("{}"), (Ok(None), Cell::Known(None)));
        assert_eq!(read(r#"{"emailAddress":"a@mail.example"}"#).0, Ok(None));
        let on = r#"{"enabled":true,"emailAddress":"a@Mail.Example","disposition":"trash"}"#;
        assert_eq!(read(on), (Ok(Some("mail.example".into())), Cell::Known(Some(false))));
        assert!(read(r#"{"enabled":true}"#).0.is_err(), "on, and nobody says where to");
    }

    #[test]
    fn of_filters_only_those_that_forward_are_kept() {
        let filters = r#"{"filter":[{"id":"1","action":{"forward":"a@mail.example"}},{"id":"2"},{"id":"3","action":{}},
            {"id":"4","action":{"forward":"nobody"}}]}"#;
        let rows = wire::<FiltersWire>(filters).rows(&"m".into(), &Cell::Known("m@cedar.example".into()));
        let ids: Vec<&str> = rows.iter().map(|row| &*row.id).collect();
        assert_eq!(ids, ["m/1", "m/4"]);
        assert_eq!(rows[0].target_domains, Cell::Known(vec!["mail.example".into()]));
        assert!(rows[1].target_domains.gap().is_some());
        assert!(wire::<FiltersWire>("{}").rows(&"m".into(), &Cell::Known("m".into())).is_empty());
    }

    #[test]
    fn who_has_not_agreed_yet_opens_nothing_and_gets_nothing() {
        let delegates = r#"{"delegates":[{"delegateEmail":"b@x.example","verificationStatus":"accepted"},
            {"delegateEmail":"c@x.example","verificationStatus":"pending"},{"delegateEmail":"a@x.example"}]}"#;
        assert_eq!(wire::<DelegatesWire>(delegates).holders(), ["a@x.example", "b@x.example"]);
        let addresses = r#"{"forwardingAddresses":[{"forwardingEmail":"b@y.example","verificationStatus":"accepted"},
            {"forwardingEmail":"b@x.example","verificationStatus":"pending"}]}"#;
        assert_eq!(wire::<ForwardingAddressesWire>(addresses).domains(), Ok(vec!["y.example".into()]));
    }

    #[test]
    fn pop_is_on_for_old_and_for_new_mail() {
        let pop = |window| wire::<PopWire>(&format!(r#"{{"accessWindow":"{window}"}}"#)).enabled();
        assert_eq!([pop("disabled"), pop("fromNowOn"), pop("allMail")], [Ok(false), Ok(true), Ok(true)]);
        assert!(pop("accessWindowUnspecified").is_err());
    }

    #[test]
    fn an_address_of_ones_own_goes_through_google() {
        let own = r#"{"sendAs":[{"sendAsEmail":"a@x.example"},{"sendAsEmail":"a@y.example",
            "smtpMsa":{"host":"smtp.y.example","securityMode":"none"}}]}"#;
        let rows = wire::<SendAsWire>(own).rows(&"m".into(), &Cell::Known("a@x.example".into()));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].server, Cell::Known("smtp.y.example".into()));
    }
}
