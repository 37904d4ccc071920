//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// Which way mail goes through a connector.
    pub enum MailDirection {
        /// From elsewhere into the tenant.
        Inbound = "inbound",
        /// Out of the tenant.
        Outbound = "outbound",
    }

    /// How much of a calendar is seen.
    pub enum CalendarDetail {
        /// Nothing.
        Nothing = "nothing",
        /// When somebody is free or busy.
        FreeBusy = "free_busy",
        /// Times, subjects and places.
        Subjects = "subjects",
        /// Everything that stands in an appointment.
        Everything = "everything",
    }
}

dataset! {
    /// Whether the vendor keeps a record of who did what. Microsoft: the unified audit log. Google always records what
    /// administrators do and who signs in, and nobody can switch it off: that a record can be read is the proof.
    audit_log as audit_log: AuditLog, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether activity of people and administrators is being recorded, for all services.
        /// Microsoft: Get-AdminAuditLogConfig, UnifiedAuditLogIngestionEnabled, asked of Exchange Online. Google: the log of
        /// sign-ins and that of administrators hold entries; not known where the log of sign-ins ended a week before an
        /// account last signed in.
        enabled: bool,
    }
}

dataset! {
    /// Rules by which Exchange changes, copies, redirects or refuses mail on its way. Lists of recipients hold mail
    /// addresses as the rule names them. Source: Get-TransportRule.
    transport_rules as rule: TransportRule, singleton = false, label = name {
        /// The rule's id.
        id: Text,
        /// The rule's name.
        name: Text,
        /// Whether it acts: it is switched on and does not only try out. Whether its dates let it act is in `starts` and
        /// `ends`. Source: State is Enabled and Mode is Enforce.
        enforced: bool,
        /// When it begins to act; null for no such date. Source: ActivationDate.
        starts: Option<Time>,
        /// When it ceases to act; null for no such date. Source: ExpiryDate.
        ends: Option<Time>,
        /// Who gets the mail in place of its recipients. Source: RedirectMessageTo.
        redirects_to: Vec<Text>,
        /// Who gets a blind copy. Source: BlindCopyTo.
        blind_copies_to: Vec<Text>,
        /// Who gets a copy. Source: CopyTo.
        copies_to: Vec<Text>,
        /// Who is added to the recipients. Source: AddToRecipients.
        adds_recipients: Vec<Text>,
        /// Who gets a report on the mail, which may carry the mail itself. Source: GenerateIncidentReport.
        reports_to: Vec<Text>,
        /// Everybody of these five lists whose address is in no domain of the tenant.
        outside_recipients: Vec<Text>,
        /// Whether the rule sends mail, copies or reports to anybody outside the tenant.
        sends_outside: bool,
        /// The connector that it sends mail through; null for none. Source: RouteMessageOutboundConnector.
        outbound_connector: Option<Text>,
        /// Whether it says that mail is not spam, so that the filters let it pass. Source: SetSCL is -1.
        skips_spam_filter: bool,
        /// How many conditions it has. Source: Conditions.
        conditions: i64,
        /// How many exceptions it has. Source: Exceptions.
        exceptions: i64,
        /// Domains of senders that it is for; empty for all. Source: SenderDomainIs.
        sender_domains: Vec<Text>,
        /// Domains of recipients that it is for; empty for all. Source: RecipientDomainIs.
        recipient_domains: Vec<Text>,
        /// Whether it encrypts mail. Source: ApplyOME, ApplyRightsProtectionTemplate.
        encrypts: bool,
        /// Whether mail leaves over an encrypted connection or not at all. Source: RouteMessageOutboundRequireTls.
        requires_tls: bool,
        /// The kind of mail that it is for, such as `AutoForward`; null for all. Source: MessageTypeMatches.
        message_type: Option<Text>,
        /// Whether it refuses mail. Source: RejectMessageEnhancedStatusCode, RejectMessageReasonText.
        rejects: bool,
    }
}

dataset! {
    /// What Exchange lets go to domains outside, by domain; `*` is for all that have no row of their own.
    /// Source: Get-RemoteDomain.
    remote_domains as remote_domain: RemoteDomain, singleton = false, label = domain {
        /// The vendor's name of the entry.
        id: Text,
        /// The domain, or `*`. Source: DomainName.
        domain: Text,
        /// Whether mail may be forwarded to it automatically. Source: AutoForwardEnabled.
        auto_forward_enabled: bool,
    }
}

dataset! {
    /// Domains for which Exchange takes mail: the tenant's own. Source: Get-AcceptedDomain.
    accepted_domains as accepted_domain: AcceptedDomain, singleton = false, label = id {
        /// The domain, in small letters. Source: DomainName.
        id: Text,
        /// `Authoritative`, or `InternalRelay` and `ExternalRelay` where mail goes on to another server.
        domain_type: Text,
        /// Whether it is the domain of new mailboxes. Source: Default.
        is_default: bool,
        /// Whether the vendor gave the domain to the tenant: `….onmicrosoft.com`.
        is_vendors: bool,
        /// Whether subdomains count as well. Source: MatchSubDomains.
        includes_subdomains: bool,
        /// Whether nobody may send from it. Source: SendingFromDomainDisabled.
        sending_disabled: bool,
    }
}

dataset! {
    /// Ways between Exchange and other mail servers that somebody set up. Source: Get-InboundConnector and
    /// Get-OutboundConnector.
    mail_connectors as connector: MailConnector, singleton = false, label = name {
        /// The direction and the vendor's id.
        id: Text,
        /// The connector's name.
        name: Text,
        /// Which way mail goes.
        direction: MailDirection,
        /// Whether it is in use. Source: Enabled.
        enabled: bool,
        /// `Partner` or `OnPremises`. Source: ConnectorType.
        connector_type: Text,
        /// Whether mail goes over an encrypted connection or not at all. Source: RequireTls of inbound connectors; of
        /// outbound ones, whether TlsSettings asks for anything.
        requires_tls: bool,
        /// For outbound ones, what the other server must prove: `EncryptionOnly`, `CertificateValidation`,
        /// `DomainValidation`; null for nothing. Source: TlsSettings.
        tls_settings: Option<Text>,
        /// Domains of the senders (inbound) or recipients (outbound) that it is for, in small letters; `*` is for all.
        /// Source: SenderDomains, RecipientDomains.
        domains: Vec<Text>,
        /// For inbound ones, addresses and address ranges of the servers that it is for; empty for any that fits
        /// otherwise. Source: SenderIPAddresses.
        sender_servers: Vec<Text>,
        /// For outbound ones, servers that mail is handed to; empty where the recipient's own are looked up.
        /// Source: SmartHosts.
        smart_hosts: Vec<Text>,
        /// For outbound ones, whether only mail goes through it that a rule sends there. Source: IsTransportRuleScoped.
        rules_only: bool,
    }
}

dataset! {
    /// Switches of Exchange for the whole organization. Source: Get-OrganizationConfig.
    exchange_organization as exchange_organization: ExchangeOrganization, singleton = true, label = id {
        /// Always `Get-OrganizationConfig`.
        id: Text,
        /// Whether somebody has ever changed a setting. As long as nobody has, the vendor answers the defaults that are in
        /// force, and `Enable-OrganizationCustomization` comes before the first change. Source: IsDehydrated is false.
        customized: bool,
        /// Whether what people, delegates and administrators do in mailboxes is recorded. While it is off, no switch of a
        /// mailbox helps. Source: AuditDisabled is false.
        mailbox_audit_enabled: bool,
        /// Whether Outlook may sign in with a second step. Source: OAuth2ClientProfileEnabled.
        modern_authentication: bool,
        /// Whether mail that comes in the tenant's own name, from no account and no connector, is refused.
        /// Source: RejectDirectSend.
        direct_send_rejected: bool,
        /// Whether hints are shown while mail is written. Source: MailTipsAllTipsEnabled.
        mail_tips: bool,
        /// Whether a hint says that a recipient is outside. Source: MailTipsExternalRecipientsTipsEnabled.
        mail_tips_outside: bool,
        /// Whether hints say how many a group reaches. Source: MailTipsGroupMetricsEnabled.
        mail_tips_groups: bool,
        /// From how many recipients on a hint says how many there are. Source: MailTipsLargeAudienceThreshold.
        mail_tips_many_recipients: i64,
        /// Whether there are booking pages. Source: BookingsEnabled.
        bookings_enabled: bool,
        /// Whether search engines are asked to leave booking pages out. Source: BookingsSearchEngineIndexDisabled.
        bookings_hidden_from_search: bool,
        /// The name of the authentication policy for everybody who has no other; null for none.
        /// Source: DefaultAuthenticationPolicy.
        default_authentication_policy: Option<Text>,
    }
}

dataset! {
    /// Switches of mail transport for the whole organization. Source: Get-TransportConfig.
    transport_settings as transport_settings: TransportSettings, singleton = true, label = id {
        /// Always `Get-TransportConfig`.
        id: Text,
        /// Whether sending with a name and a password alone (SMTP AUTH) is off wherever a mailbox does not say otherwise.
        /// Source: SmtpClientAuthenticationDisabled.
        smtp_auth_disabled: bool,
    }
}

dataset! {
    /// What people may show of their calendars to others outside. Source: Get-SharingPolicy.
    sharing_policies as sharing_policy: SharingPolicy, singleton = false, label = name {
        /// The policy's id.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it is in force. Source: Enabled.
        enabled: bool,
        /// Whether mailboxes have it that were given no other. Source: Default.
        is_default: bool,
        /// The most that people may show to everybody, or to every organization. Source: the entries `Anonymous` and `*` of
        /// Domains.
        anybody_sees: CalendarDetail,
        /// Whether people may share their contacts with everybody, or with every organization. Source: the same.
        anybody_gets_contacts: bool,
    }
}

dataset! {
    /// What people may do in Outlook on the web and the new Outlook. Source: Get-OwaMailboxPolicy.
    outlook_policies as outlook_policy: OutlookPolicy, singleton = false, label = name {
        /// The policy's id.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether new mailboxes get it. Source: IsDefault.
        is_default: bool,
        /// Whether files go to and from private cloud drives. Source: AdditionalStorageProvidersAvailable.
        private_drives: bool,
        /// Whether private mail accounts may be added. Source: PersonalAccountsEnabled.
        private_accounts: bool,
        /// Whether private calendars may be added. Source: PersonalAccountCalendarsEnabled.
        private_calendars: bool,
        /// Whether people may make booking pages. Source: BookingsMailboxCreationEnabled.
        makes_booking_pages: bool,
    }
}

dataset! {
    /// Whether mail can be encrypted for the reader. Source: Get-IRMConfiguration.
    message_encryption as message_encryption: MessageEncryption, singleton = true, label = id {
        /// Always `Get-IRMConfiguration`.
        id: Text,
        /// Whether Exchange gets keys from Azure Rights Management. Source: AzureRMSLicensingEnabled.
        keys_available: bool,
        /// Whether mail inside the organization can be encrypted; nothing is without it. Source: InternalLicensingEnabled.
        encryption_enabled: bool,
        /// Whether people have an Encrypt button in Outlook. Source: SimplifiedClientAccessEnabled, and
        /// SimplifiedClientAccessEncryptOnlyDisabled is false.
        people_can_encrypt: bool,
    }
}

dataset! {
    /// How whoever gets encrypted mail and has no Microsoft 365 opens it in the browser: templates, of which the one that
    /// every tenant has is `OME Configuration`. Source: Get-OMEConfiguration.
    message_encryption_templates as template: MessageEncryptionTemplate, singleton = false, label = id {
        /// The template's name. Source: Identity.
        id: Text,
        /// Whether a code that comes by mail opens it. Source: OTPEnabled.
        one_time_code: bool,
        /// Whether an account at Google, Yahoo or the like opens it. Source: SocialIdSignIn.
        social_sign_in: bool,
        /// After how many days nobody can open it any more; null for never. Source: ExternalMailExpiryInDays, where 0 is
        /// never; other numbers need Advanced Message Encryption.
        expires_days: Option<i64>,
    }
}

dataset! {
    /// The tag that Outlook puts on mail from outside. Source: Get-ExternalInOutlook.
    external_sender_tag as external_sender_tag: ExternalSenderTag, singleton = true, label = id {
        /// Always `Get-ExternalInOutlook`.
        id: Text,
        /// Whether it is shown. Source: Enabled.
        enabled: bool,
        /// Senders and domains that get no tag. Source: AllowList.
        left_out: Vec<Text>,
    }
}

dataset! {
    /// How Exchange signs mail that goes out (DKIM), by domain. Source: Get-DkimSigningConfig.
    dkim_signing as signing: DkimSigning, singleton = false, label = id {
        /// The domain, in small letters. Source: Domain.
        id: Text,
        /// Whether mail is signed. Source: Enabled.
        enabled: bool,
        /// `Valid` where the keys are published and found; else what is missing: `CnameMissing`, `NoDKIMKeys`, ….
        /// Source: Status.
        status: Text,
    }
}

dataset! {
    /// Rules that send a copy of mail to an archive. Source: Get-JournalRule.
    journal_rules as journal_rule: JournalRule, singleton = false, label = name {
        /// The rule's id.
        id: Text,
        /// The rule's name.
        name: Text,
        /// Whether it acts. Source: Enabled.
        enabled: bool,
        /// The address that gets the copies. Source: JournalEmailAddress.
        sends_to: Text,
        /// Whether that address is in no domain of the tenant.
        sends_outside: bool,
    }
}

dataset! {
    /// Which ways into Exchange take a name and a password alone, as far as policies say so. Source:
    /// Get-AuthenticationPolicy.
    mail_authentication_policies as authentication_policy: MailAuthenticationPolicy, singleton = false, label = name {
        /// The policy's id.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether everybody has it who was given no other. Source: Get-OrganizationConfig, DefaultAuthenticationPolicy.
        is_default: bool,
        /// Whether any of the ways takes a password alone. Source: any of AllowBasicAuthActiveSync, …Autodiscover, …Imap,
        /// …Mapi, …OfflineAddressBook, …OutlookService, …Pop, …Powershell, …ReportingWebServices, …Rpc, …Smtp,
        /// …WebServices.
        password_alone: bool,
        /// The ways that do, as the vendor names them after `AllowBasicAuth`. Source: the same.
        password_alone_for: Vec<Text>,
    }
}

dataset! {
    /// What Exchange asks of phones whose own mail program reads the practice's mail. Source:
    /// Get-MobileDeviceMailboxPolicy.
    phone_mail_policies as phone_policy: PhoneMailPolicy, singleton = false, label = name {
        /// The policy's id.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether mailboxes have it that were given no other. Source: IsDefault.
        is_default: bool,
        /// Whether the phone must have a password. Source: PasswordEnabled.
        password_required: bool,
        /// After how many minutes without use the phone must lock itself; null for never. Source: MaxInactivityTimeLock,
        /// where parts of a minute count as a whole one.
        lock_minutes: Option<i64>,
        /// Whether the phone must encrypt what it keeps. Source: RequireDeviceEncryption.
        encryption_required: bool,
        /// Whether phones are let in that cannot do what is asked. Source: AllowNonProvisionableDevices.
        others_let_in: bool,
    }
}

dataset! {
    /// Which tags a mailbox has that move or delete mail by age. Source: Get-RetentionPolicy.
    mailbox_retention_policies as mailbox_policy: MailboxRetentionPolicy, singleton = false, label = name {
        /// The policy's id.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it is for Exchange's own mailboxes, which hold no mail of people. Source: IsDefaultArbitrationMailbox.
        is_for_system: bool,
        /// Its tags, by name. Source: RetentionPolicyTagLinks.
        tags: Vec<Text>,
    }
}

dataset! {
    /// Tags that move or delete mail by its age. Source: Get-RetentionPolicyTag.
    mailbox_retention_tags as tag: MailboxRetentionTag, singleton = false, label = name {
        /// The tag's id.
        id: Text,
        /// The tag's name.
        name: Text,
        /// What it is for: `All` for mail with no other tag, `Personal` for what people choose, or a folder such as
        /// `DeletedItems`. Source: Type.
        kind: Text,
        /// Whether it acts. Source: RetentionEnabled.
        enabled: bool,
        /// Whether it deletes for good: people get the mail back for a few weeks or not at all. Source: RetentionAction is
        /// DeleteAndAllowRecovery or PermanentlyDelete.
        deletes: bool,
        /// At what age, in days; null for never. Source: AgeLimitForRetention.
        age_days: Option<i64>,
        /// Whether a policy for mailboxes of people has it. Source: Get-RetentionPolicy, RetentionPolicyTagLinks.
        is_in_policy: bool,
    }
}

dataset! {
    /// Other organizations that may look into calendars. Source: Get-OrganizationRelationship.
    partner_organizations as partner: PartnerOrganization, singleton = false, label = name {
        /// The relationship's id.
        id: Text,
        /// The relationship's name.
        name: Text,
        /// Whether it is in force. Source: Enabled.
        enabled: bool,
        /// Domains of the other organization, in small letters. Source: DomainNames.
        domains: Vec<Text>,
        /// What its people see of calendars. Source: FreeBusyAccessEnabled, FreeBusyAccessLevel.
        calendar: CalendarDetail,
    }
}
