//! Policies: what each kind of protection does.

use serde::Deserialize;
use tenantscan_model::rows::{
    AntiPhishPolicy, MailAction, MalwarePolicy, OutboundSpamPolicy, ProtectionOrigin, SafeAttachmentPolicy,
    SafeLinksPolicy, SpamPolicy,
};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::DEFENDER;
use super::rules::{Entries, Rules, list};
use super::scope::Scoped;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

/// Policies against phishing. The columns about imitations need Defender for Office 365.
pub(crate) static ANTI_PHISH_POLICIES: Source = Source {
    id: "microsoft365.anti_phish_policies",
    title: "Anti-phishing policies",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IsDefault,Enabled,EnableSpoofIntelligence,AuthenticationFailAction,HonorDmarcPolicy,DmarcRejectAction,EnableTargetedUserProtection,TargetedUsersToProtect,TargetedUserProtectionAction,EnableOrganizationDomainsProtection,TargetedDomainProtectionAction,EnableMailboxIntelligenceProtection,MailboxIntelligenceProtectionAction",
    call: Call::Cmdlet { name: "Get-AntiPhishPolicy", parameters: "{}" },
    lists: &["anti_phish_policies"],
    fills: &[
        "anti_phish_policies.id",
        "anti_phish_policies.name",
        "anti_phish_policies.is_default",
        "anti_phish_policies.enabled",
        "anti_phish_policies.spoof_intelligence",
        "anti_phish_policies.spoof_action",
        "anti_phish_policies.honors_dmarc",
        "anti_phish_policies.dmarc_reject_action",
        "anti_phish_policies.protects_people",
        "anti_phish_policies.protected_people",
        "anti_phish_policies.people_action",
        "anti_phish_policies.protects_own_domains",
        "anti_phish_policies.domain_action",
        "anti_phish_policies.protects_contacts",
        "anti_phish_policies.contacts_action",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-antiphishpolicy",
    ..CMDLET
};

/// Policies against spam.
pub(crate) static SPAM_POLICIES: Source = Source {
    id: "microsoft365.spam_policies",
    title: "Anti-spam policies",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IsDefault,SpamAction,HighConfidenceSpamAction,PhishSpamAction,HighConfidencePhishAction,SpamZapEnabled,PhishZapEnabled,QuarantineRetentionPeriod,AllowedSenders,AllowedSenderDomains,PhishQuarantineTag,HighConfidencePhishQuarantineTag",
    call: Call::Cmdlet { name: "Get-HostedContentFilterPolicy", parameters: "{}" },
    lists: &["spam_policies"],
    fills: &[
        "spam_policies.id",
        "spam_policies.name",
        "spam_policies.is_default",
        "spam_policies.spam_action",
        "spam_policies.high_confidence_spam_action",
        "spam_policies.phishing_action",
        "spam_policies.high_confidence_phishing_action",
        "spam_policies.spam_purged_later",
        "spam_policies.phishing_purged_later",
        "spam_policies.quarantine_days",
        "spam_policies.allowed_senders",
        "spam_policies.allowed_domains",
        "spam_policies.phishing_quarantine",
        "spam_policies.high_confidence_phishing_quarantine",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-hostedcontentfilterpolicy",
    ..CMDLET
};

/// Policies against malware.
pub(crate) static MALWARE_POLICIES: Source = Source {
    id: "microsoft365.malware_policies",
    title: "Anti-malware policies",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IsDefault,EnableFileFilter,FileTypes,ZapEnabled,EnableInternalSenderAdminNotifications,InternalSenderAdminAddress",
    call: Call::Cmdlet { name: "Get-MalwareFilterPolicy", parameters: "{}" },
    lists: &["malware_policies"],
    fills: &[
        "malware_policies.id",
        "malware_policies.name",
        "malware_policies.is_default",
        "malware_policies.blocks_file_types",
        "malware_policies.file_types",
        "malware_policies.purged_later",
        "malware_policies.tells_administrator",
        "malware_policies.administrator_address",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-malwarefilterpolicy",
    ..CMDLET
};

/// Policies for links.
pub(crate) static SAFE_LINKS_POLICIES: Source = Source {
    id: "microsoft365.safe_links_policies",
    title: "Safe Links policies",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IsBuiltInProtection,EnableSafeLinksForEmail,EnableSafeLinksForTeams,EnableSafeLinksForOffice,ScanUrls,DeliverMessageAfterScan,EnableForInternalSenders,AllowClickThrough",
    call: Call::Cmdlet { name: "Get-SafeLinksPolicy", parameters: "{}" },
    licence: DEFENDER,
    lists: &["safe_links_policies"],
    fills: &[
        "safe_links_policies.id",
        "safe_links_policies.name",
        "safe_links_policies.is_default",
        "safe_links_policies.in_mail",
        "safe_links_policies.in_teams",
        "safe_links_policies.in_office",
        "safe_links_policies.scans",
        "safe_links_policies.waits_for_scan",
        "safe_links_policies.internal_mail",
        "safe_links_policies.click_through",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-safelinkspolicy",
    ..CMDLET
};

/// Policies for attachments.
pub(crate) static SAFE_ATTACHMENT_POLICIES: Source = Source {
    id: "microsoft365.safe_attachment_policies",
    title: "Safe Attachments policies",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IsBuiltInProtection,Enable,Action",
    call: Call::Cmdlet { name: "Get-SafeAttachmentPolicy", parameters: "{}" },
    licence: DEFENDER,
    lists: &["safe_attachment_policies"],
    fills: &[
        "safe_attachment_policies.id",
        "safe_attachment_policies.name",
        "safe_attachment_policies.is_default",
        "safe_attachment_policies.enabled",
        "safe_attachment_policies.action",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-safeattachmentpolicy",
    ..CMDLET
};

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

/// A policy: its name, whether it is the default one, and what it does.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyWire<T> {
    name: Text,
    #[serde(default)]
    is_default: Field<bool>,
    /// Stands in for `IsDefault` where a policy is for links or attachments.
    #[serde(default)]
    is_built_in_protection: Field<bool>,
    #[serde(flatten)]
    effect: T,
}

/// What a policy of one kind does.
pub(crate) trait Effect {
    /// The policy as a row.
    type Policy: Scoped;
    /// Whether the default policy is the built-in protection.
    const BUILT_IN: bool;
    /// The source that lists the policies.
    const SOURCE: &'static Source;

    /// The row of the policy with this name.
    fn row(self, name: Text) -> Self::Policy;
}

impl<T: Effect> PolicyWire<T> {
    pub(crate) fn row(self, rules: &Rules<'_>) -> T::Policy {
        let flag = if T::BUILT_IN { self.is_built_in_protection } else { self.is_default };
        let mut is_default: Cell<bool> = flag.needed(T::SOURCE);
        let scope = rules.scope(&self.name, &is_default);
        if let (Cell::Unknown(_), Cell::Known(origin)) = (&is_default, &scope.origin) {
            // Its rule tells as well.
            is_default = Cell::Known(*origin == ProtectionOrigin::Default);
        }
        self.effect.row(self.name).scoped(is_default, scope)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AntiPhishWire {
    enabled: Field<bool>,
    enable_spoof_intelligence: Field<bool>,
    authentication_fail_action: Field<Text>,
    honor_dmarc_policy: Field<bool>,
    dmarc_reject_action: Field<Text>,
    enable_targeted_user_protection: Field<bool>,
    targeted_users_to_protect: Field<Entries>,
    targeted_user_protection_action: Field<Text>,
    enable_organization_domains_protection: Field<bool>,
    targeted_domain_protection_action: Field<Text>,
    enable_mailbox_intelligence_protection: Field<bool>,
    mailbox_intelligence_protection_action: Field<Text>,
}

impl Effect for AntiPhishWire {
    type Policy = AntiPhishPolicy;
    const BUILT_IN: bool = false;
    const SOURCE: &'static Source = &ANTI_PHISH_POLICIES;

    fn row(self, name: Text) -> AntiPhishPolicy {
        AntiPhishPolicy {
            enabled: self.enabled.needed(Self::SOURCE),
            spoof_intelligence: self.enable_spoof_intelligence.needed(Self::SOURCE),
            spoof_action: action(self.authentication_fail_action, Self::SOURCE),
            honors_dmarc: self.honor_dmarc_policy.needed(Self::SOURCE),
            dmarc_reject_action: action(self.dmarc_reject_action, Self::SOURCE),
            protects_people: self.enable_targeted_user_protection.needed(Self::SOURCE),
            protected_people: list(self.targeted_users_to_protect, Self::SOURCE),
            people_action: action(self.targeted_user_protection_action, Self::SOURCE),
            protects_own_domains: self.enable_organization_domains_protection.needed(Self::SOURCE),
            domain_action: action(self.targeted_domain_protection_action, Self::SOURCE),
            protects_contacts: self.enable_mailbox_intelligence_protection.needed(Self::SOURCE),
            contacts_action: action(self.mailbox_intelligence_protection_action, Self::SOURCE),
            ..AntiPhishPolicy::new(name)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SpamWire {
    spam_action: Field<Text>,
    high_confidence_spam_action: Field<Text>,
    phish_spam_action: Field<Text>,
    high_confidence_phish_action: Field<Text>,
    spam_zap_enabled: Field<bool>,
    phish_zap_enabled: Field<bool>,
    quarantine_retention_period: Field<i64>,
    allowed_senders: Field<Entries>,
    allowed_sender_domains: Field<Entries>,
    phish_quarantine_tag: Field<Text>,
    high_confidence_phish_quarantine_tag: Field<Text>,
}

impl Effect for SpamWire {
    type Policy = SpamPolicy;
    const BUILT_IN: bool = false;
    const SOURCE: &'static Source = &SPAM_POLICIES;

    fn row(self, name: Text) -> SpamPolicy {
        SpamPolicy {
            spam_action: action(self.spam_action, Self::SOURCE),
            high_confidence_spam_action: action(self.high_confidence_spam_action, Self::SOURCE),
            phishing_action: action(self.phish_spam_action, Self::SOURCE),
            high_confidence_phishing_action: action(self.high_confidence_phish_action, Self::SOURCE),
            spam_purged_later: self.spam_zap_enabled.needed(Self::SOURCE),
            phishing_purged_later: self.phish_zap_enabled.needed(Self::SOURCE),
            quarantine_days: self.quarantine_retention_period.needed(Self::SOURCE),
            allowed_senders: list(self.allowed_senders, Self::SOURCE),
            allowed_domains: list(self.allowed_sender_domains, Self::SOURCE),
            phishing_quarantine: self.phish_quarantine_tag.needed(Self::SOURCE),
            high_confidence_phishing_quarantine: self.high_confidence_phish_quarantine_tag.needed(Self::SOURCE),
            ..SpamPolicy::new(name)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct MalwareWire {
    enable_file_filter: Field<bool>,
    file_types: Field<Entries>,
    zap_enabled: Field<bool>,
    enable_internal_sender_admin_notifications: Field<bool>,
    internal_sender_admin_address: Field<Text>,
}

impl Effect for MalwareWire {
    type Policy = MalwarePolicy;
    const BUILT_IN: bool = false;
    const SOURCE: &'static Source = &MALWARE_POLICIES;

    fn row(self, name: Text) -> MalwarePolicy {
        MalwarePolicy {
            blocks_file_types: self.enable_file_filter.needed(Self::SOURCE),
            file_types: list(self.file_types, Self::SOURCE).map(endings),
            purged_later: self.zap_enabled.needed(Self::SOURCE),
            tells_administrator: self.enable_internal_sender_admin_notifications.needed(Self::SOURCE),
            administrator_address: self.internal_sender_admin_address.nullable(Self::SOURCE),
            ..MalwarePolicy::new(name)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SafeLinksWire {
    enable_safe_links_for_email: Field<bool>,
    enable_safe_links_for_teams: Field<bool>,
    enable_safe_links_for_office: Field<bool>,
    scan_urls: Field<bool>,
    deliver_message_after_scan: Field<bool>,
    enable_for_internal_senders: Field<bool>,
    allow_click_through: Field<bool>,
}

impl Effect for SafeLinksWire {
    type Policy = SafeLinksPolicy;
    const BUILT_IN: bool = true;
    const SOURCE: &'static Source = &SAFE_LINKS_POLICIES;

    fn row(self, name: Text) -> SafeLinksPolicy {
        SafeLinksPolicy {
            in_mail: self.enable_safe_links_for_email.needed(Self::SOURCE),
            in_teams: self.enable_safe_links_for_teams.needed(Self::SOURCE),
            in_office: self.enable_safe_links_for_office.needed(Self::SOURCE),
            scans: self.scan_urls.needed(Self::SOURCE),
            waits_for_scan: self.deliver_message_after_scan.needed(Self::SOURCE),
            internal_mail: self.enable_for_internal_senders.needed(Self::SOURCE),
            click_through: self.allow_click_through.needed(Self::SOURCE),
            ..SafeLinksPolicy::new(name)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SafeAttachmentWire {
    enable: Field<bool>,
    action: Field<Text>,
}

impl Effect for SafeAttachmentWire {
    type Policy = SafeAttachmentPolicy;
    const BUILT_IN: bool = true;
    const SOURCE: &'static Source = &SAFE_ATTACHMENT_POLICIES;

    fn row(self, name: Text) -> SafeAttachmentPolicy {
        SafeAttachmentPolicy {
            enabled: self.enable.needed(Self::SOURCE),
            action: self.action.needed(Self::SOURCE),
            ..SafeAttachmentPolicy::new(name)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct OutboundSpamWire {
    auto_forwarding_mode: Field<Text>,
    action_when_threshold_reached: Field<Text>,
    notify_outbound_spam: Field<bool>,
    notify_outbound_spam_recipients: Field<Entries>,
}

impl Effect for OutboundSpamWire {
    type Policy = OutboundSpamPolicy;
    const BUILT_IN: bool = false;
    const SOURCE: &'static Source = &OUTBOUND_SPAM_POLICIES;

    fn row(self, name: Text) -> OutboundSpamPolicy {
        OutboundSpamPolicy {
            auto_forwarding_mode: self.auto_forwarding_mode.needed(Self::SOURCE),
            action_over_limit: self.action_when_threshold_reached.needed(Self::SOURCE),
            notifies: self.notify_outbound_spam.needed(Self::SOURCE),
            notified: list(self.notify_outbound_spam_recipients, Self::SOURCE),
            ..OutboundSpamPolicy::new(name)
        }
    }
}

/// Endings of file names, in lower case and without the dot.
fn endings(types: Vec<Text>) -> Vec<Text> {
    types.iter().map(|one| one.trim_start_matches('.').to_ascii_lowercase().into()).collect()
}

/// The vendor's words for what happens to mail that a filter has recognized.
const ACTIONS: [(&str, MailAction); 9] = [
    ("MoveToJmf", MailAction::JunkFolder),
    ("Quarantine", MailAction::Quarantine),
    ("Reject", MailAction::Reject),
    ("Delete", MailAction::Delete),
    ("Redirect", MailAction::Redirect),
    ("BccMessage", MailAction::Copy),
    ("AddXHeader", MailAction::Mark),
    ("ModifySubject", MailAction::Mark),
    ("NoAction", MailAction::Inbox),
];

fn action(field: Field<Text>, source: &Source) -> Cell<MailAction> {
    let known = |word: &Text| ACTIONS.iter().find(|(known, _)| word == known).map(|(_, action)| *action);
    field.value().and_then(known).map_or_else(|| Cell::Unknown(unclear(source)), Cell::Known)
}
