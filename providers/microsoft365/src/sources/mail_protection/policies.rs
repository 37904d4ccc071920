//! Policies: what each kind of protection does.

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_model::rows::OutboundSpamPolicy;
use tenantscan_provider::{Call, Source};

use super::CMDLET;
use super::rules::{Entries, Rules, list};
use super::scope::Scoped;
use crate::sources::field::Field;

/// Policies for mail that goes out.
pub(crate) static OUTBOUND_SPAM_POLICIES: Source = Source {
    id: "microsoft365.outbound_spam_policies",
    title: "Outbound spam policies",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IsDefault,AutoForwardingMode,ActionWhenThresholdReached,NotifyOutboundSpam,NotifyOutboundSpamRecipients",
    call: Call::Cmdlet { name: "Get-HostedOutboundSpamFilterPolicy", parameters: "{}" },
    lists: &["outbound_spam_policies"],
    fills: &[
        "outbound_spam_policies.id",
        "outbound_spam_policies.name",
        "outbound_spam_policies.is_default",
        "outbound_spam_policies.auto_forwarding_mode",
        "outbound_spam_policies.action_over_limit",
        "outbound_spam_policies.notifies",
        "outbound_spam_policies.notified",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-hostedoutboundspamfilterpolicy",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OutboundSpamWire {
    name: Text,
    #[serde(default)]
    is_default: Field<bool>,
    #[serde(default)]
    auto_forwarding_mode: Field<Text>,
    #[serde(default)]
    action_when_threshold_reached: Field<Text>,
    #[serde(default)]
    notify_outbound_spam: Field<bool>,
    #[serde(default)]
    notify_outbound_spam_recipients: Field<Entries>,
}

impl OutboundSpamWire {
    pub(crate) fn row(self, rules: &Rules<'_>) -> OutboundSpamPolicy {
        let source = &OUTBOUND_SPAM_POLICIES;
        let is_default = self.is_default.needed(source);
        let scope = rules.scope(&self.name, &is_default);
        OutboundSpamPolicy {
            name: tenantscan_model::Cell::Known(self.name.clone()),
            is_default,
            auto_forwarding_mode: self.auto_forwarding_mode.needed(source),
            action_over_limit: self.action_when_threshold_reached.needed(source),
            notifies: self.notify_outbound_spam.needed(source),
            notified: list(self.notify_outbound_spam_recipients, source),
            ..OutboundSpamPolicy::new(self.name)
        }
        .scoped(scope)
    }
}
