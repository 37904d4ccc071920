//! Protection of mail: phishing, spam, malware, links and attachments.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// Where a protection policy comes from. Of those that cover a mailbox the first in this order applies.
    pub enum ProtectionOrigin {
        /// One of Microsoft's preset security policies, Strict or Standard.
        Preset = "preset",
        /// Made by the tenant, or by an older tool of Microsoft's.
        Custom = "custom",
        /// For whoever no other policy covers.
        Default = "default",
        /// No policy at all: a row that stands for the mailboxes that nothing covers. Links and attachments only.
        Nothing = "nothing",
    }

    /// What happens to mail that a filter has recognized.
    pub enum MailAction {
        /// It goes to the folder for junk mail, where people can open it.
        JunkFolder = "junk_folder",
        /// It is held back in quarantine.
        Quarantine = "quarantine",
        /// It is sent back.
        Reject = "reject",
        /// It is thrown away.
        Delete = "delete",
        /// Somebody else gets it.
        Redirect = "redirect",
        /// It is delivered, and somebody else gets a copy.
        Copy = "copy",
        /// It is delivered to the inbox with a mark.
        Mark = "mark",
        /// It is delivered to the inbox.
        Inbox = "inbox",
    }
}

/// Declares the policies of one kind of protection: what they do, and for whom.
macro_rules! protection {
    ( $(#[doc = $doc:literal])* $dataset:ident as $row:ident: $name:ident { $($column:tt)* } ) => {
        dataset! {
            $(#[doc = $doc])*
            $dataset as $row: $name, singleton = false, label = name {
                /// The policy's name, which no two of its kind share.
                id: Text,
                /// The policy's name.
                name: Text,
                /// Whether it is for whoever no other policy covers. Source: IsDefault; for links and attachments
                /// IsBuiltInProtection.
                is_default: bool,
                /// Where it comes from.
                origin: ProtectionOrigin,
                /// Whether it is in force: the default one always, another one while its rule is switched on.
                in_force: bool,
                /// Which of its origin goes first, the lowest first; null for the default one and where there is no rule.
                priority: Option<i64>,
                /// People it is for, by address; empty for no such condition. Conditions of several kinds must all hold.
                applies_to_addresses: Vec<Text>,
                /// Groups whose members it is for; empty for no such condition.
                applies_to_groups: Vec<Text>,
                /// Domains it is for; empty for no such condition.
                applies_to_domains: Vec<Text>,
                /// People it leaves out. One exception is enough.
                except_addresses: Vec<Text>,
                /// Groups whose members it leaves out.
                except_groups: Vec<Text>,
                /// Domains it leaves out.
                except_domains: Vec<Text>,
                /// Whether it is what applies to at least one mailbox, after all policies that go before it.
                applies: bool,
                /// To how many mailboxes it applies.
                mailboxes: i64,
                $($column)*
            }
        }
    };
}

protection! {
    /// Policies for mail that goes out: how much one mailbox may send, who is told, whether it forwards by itself.
    outbound_spam_policies as policy: OutboundSpamPolicy {
        /// Whether mailboxes may forward to outside by themselves: `Automatic` (Microsoft decides, which today means
        /// no), `On`, `Off`. Source: AutoForwardingMode.
        auto_forwarding_mode: Text,
        /// What happens to an account that sends too much: `Alert`, `BlockUser`, `BlockUserForToday`.
        /// Source: ActionWhenThresholdReached.
        action_over_limit: Text,
        /// Whether somebody is told when an account is blocked. Source: NotifyOutboundSpam.
        notifies: bool,
        /// Who is told. Source: NotifyOutboundSpamRecipients.
        notified: Vec<Text>,
    }
}

protection! {
    /// Policies against phishing: who pretends to be the practice, or somebody whom it trusts.
    anti_phish_policies as policy: AntiPhishPolicy {
        /// Whether the policy does anything. Source: Enabled.
        enabled: bool,
        /// Whether mail with a forged sender is looked for. Source: EnableSpoofIntelligence.
        spoof_intelligence: bool,
        /// What happens to mail with a forged sender. Source: AuthenticationFailAction.
        spoof_action: MailAction,
        /// Whether the wish of the forged domain's owner (its DMARC record) is followed. Source: HonorDmarcPolicy.
        honors_dmarc: bool,
        /// What happens to forged mail that the owner wants rejected. Source: DmarcRejectAction.
        dmarc_reject_action: MailAction,
        /// Whether mail that looks as if it came from the named people is looked for.
        /// Source: EnableTargetedUserProtection; Defender for Office 365.
        protects_people: bool,
        /// The people of whom no imitation may pass. Source: TargetedUsersToProtect.
        protected_people: Vec<Text>,
        /// What happens to an imitation of one of them. Source: TargetedUserProtectionAction.
        people_action: MailAction,
        /// Whether mail from domains that look like one of the practice's own is looked for.
        /// Source: EnableOrganizationDomainsProtection.
        protects_own_domains: bool,
        /// What happens to it. Source: TargetedDomainProtectionAction.
        domain_action: MailAction,
        /// Whether imitations of those with whom somebody often exchanges mail are looked for.
        /// Source: EnableMailboxIntelligenceProtection.
        protects_contacts: bool,
        /// What happens to them. Source: MailboxIntelligenceProtectionAction.
        contacts_action: MailAction,
    }
}

protection! {
    /// Policies against spam and phishing in mail that comes in.
    spam_policies as policy: SpamPolicy {
        /// What happens to spam. Source: SpamAction.
        spam_action: MailAction,
        /// The same for mail that is very likely spam. Source: HighConfidenceSpamAction.
        high_confidence_spam_action: MailAction,
        /// The same for phishing. Source: PhishSpamAction.
        phishing_action: MailAction,
        /// The same for mail that is very likely phishing. Source: HighConfidencePhishAction.
        high_confidence_phishing_action: MailAction,
        /// Whether spam is taken out of the inbox when it is recognized only later. Source: SpamZapEnabled.
        spam_purged_later: bool,
        /// The same for phishing. Source: PhishZapEnabled.
        phishing_purged_later: bool,
        /// For how many days mail stays in quarantine before it is gone. Source: QuarantineRetentionPeriod.
        quarantine_days: i64,
        /// The quarantine policy for phishing, by name. Source: PhishQuarantineTag.
        phishing_quarantine: Text,
        /// The quarantine policy for mail that is very likely phishing, by name.
        /// Source: HighConfidencePhishQuarantineTag.
        high_confidence_phishing_quarantine: Text,
        /// Whether the quarantine policy for phishing lets people release it by themselves.
        people_release_phishing: bool,
        /// Whether the quarantine policy for mail that is very likely phishing lets people release it by themselves.
        /// Microsoft today turns such a release into a request to an administrator.
        people_release_high_confidence_phishing: bool,
        /// Senders whose mail is not looked at. Source: AllowedSenders.
        allowed_senders: Vec<Text>,
        /// Domains whose mail is not looked at. Source: AllowedSenderDomains.
        allowed_domains: Vec<Text>,
    }
}

protection! {
    /// Policies against dangerous attachments.
    malware_policies as policy: MalwarePolicy {
        /// Whether attachments are refused by the kind of file. Source: EnableFileFilter.
        blocks_file_types: bool,
        /// The endings that are refused, in lower case and without the dot. Source: FileTypes.
        file_types: Vec<Text>,
        /// Whether malware is taken out of mailboxes when it is recognized only later. Source: ZapEnabled.
        purged_later: bool,
        /// Whether an administrator is told that somebody inside sends malware.
        /// Source: EnableInternalSenderAdminNotifications.
        tells_administrator: bool,
        /// The address of that administrator. Source: InternalSenderAdminAddress.
        administrator_address: Option<Text>,
    }
}

protection! {
    /// Policies that check links when somebody clicks. Needs Defender for Office 365.
    safe_links_policies as policy: SafeLinksPolicy {
        /// Whether links in mail are checked. Source: EnableSafeLinksForEmail.
        in_mail: bool,
        /// Whether links in Teams are checked. Source: EnableSafeLinksForTeams.
        in_teams: bool,
        /// Whether links in Office documents are checked. Source: EnableSafeLinksForOffice.
        in_office: bool,
        /// Whether suspicious links are opened and looked at. Source: ScanUrls.
        scans: bool,
        /// Whether mail waits until that is done. Source: DeliverMessageAfterScan.
        waits_for_scan: bool,
        /// Whether links from colleagues are checked too. Source: EnableForInternalSenders.
        internal_mail: bool,
        /// Whether people can go on to a page that was found dangerous. Source: AllowClickThrough.
        click_through: bool,
    }
}

protection! {
    /// Policies that open attachments in a place apart before they are delivered. Needs Defender for Office 365.
    safe_attachment_policies as policy: SafeAttachmentPolicy {
        /// Whether the policy does anything. Source: Enable.
        enabled: bool,
        /// What happens to a dangerous attachment: `Block`, `DynamicDelivery` (the mail comes first), `Replace`; `Allow`
        /// only watches. Source: Action.
        action: Text,
    }
}

dataset! {
    /// Protection of files in SharePoint, OneDrive and Teams. Needs Defender for Office 365.
    file_protection as file_protection: FileProtection, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether files in SharePoint, OneDrive and Teams are scanned and dangerous ones locked.
        /// Source: Get-AtpPolicyForO365, EnableATPForSPOTeamsODB.
        scans_shared_files: bool,
    }
}

dataset! {
    /// Protection of messages in Teams. Needs Defender for Office 365.
    teams_protection as teams_protection: TeamsProtection, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether dangerous messages are taken out of chats when they are recognized only later.
        /// Source: Get-TeamsProtectionPolicy, ZapEnabled.
        purged_later: bool,
    }
}

dataset! {
    /// Which servers may hand in mail that is not looked at.
    connection_filters as filter: ConnectionFilter, singleton = false, label = name {
        /// The vendor's name of the filter.
        id: Text,
        /// The vendor's name of the filter.
        name: Text,
        /// Addresses and address ranges of the servers. Source: IPAllowList.
        allowed_servers: Vec<Text>,
        /// Whether servers on a list that Microsoft buys, and nobody can see, are let through. Source: EnableSafeList.
        safe_list: bool,
    }
}

dataset! {
    /// What people may do with their own mail that is held back. Source: Get-QuarantinePolicy.
    quarantine_policies as quarantine_policy: QuarantinePolicy, singleton = false, label = id {
        /// The policy's name, by which protection policies know it.
        id: Text,
        /// Whether they may release it by themselves. Source: EndUserQuarantinePermissions, PermissionToRelease.
        people_release: bool,
        /// Whether they may ask an administrator to release it. Source: the same, PermissionToRequestRelease.
        people_ask: bool,
    }
}

dataset! {
    /// Senders and domains that the Tenant Allow/Block List lets in. Source: Get-TenantAllowBlockListItems, with the
    /// parameters `ListType Sender` and `Allow`.
    allowed_senders as allowed_sender: AllowedSender, singleton = false, label = id {
        /// The mail address or domain, in small letters. Source: Value.
        id: Text,
        /// When the entry ends; null for never. Source: ExpirationDate.
        ends: Option<Time>,
    }
}

dataset! {
    /// What lets mail in without being looked at: one row for each sender, domain or server. Links, files, IPv6 addresses
    /// and spoofed senders of the Tenant Allow/Block List are not among them.
    filter_bypasses as bypass: FilterBypass, singleton = false, label = entry {
        /// Made from the place and the entry.
        id: Text,
        /// The sender, domain or server.
        entry: Text,
        /// Where it stands, in words.
        place: Text,
        /// Whether it counts: in a spam policy, whether that applies to anybody.
        applies: bool,
    }
}

dataset! {
    /// What happens when somebody reports a message as phishing.
    report_submission as report_submission: ReportSubmission, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether reports go to Microsoft. Source: Get-ReportSubmissionPolicy, EnableReportToMicrosoft.
        to_microsoft: bool,
        /// Whether reports of phishing go to a mailbox of the practice. Source: ReportPhishToCustomizedAddress.
        phishing_to_own_mailbox: bool,
        /// That mailbox. Source: ReportPhishAddresses.
        phishing_addresses: Vec<Text>,
        /// Whether another product's button sends its reports to a mailbox that Microsoft sees.
        /// Source: EnableThirdPartyAddress.
        other_product: bool,
    }
}
