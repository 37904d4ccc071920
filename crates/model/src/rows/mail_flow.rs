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
}

dataset! {
    /// Whether Microsoft 365 keeps a record of who did what: the unified audit log.
    audit_log as audit_log: AuditLog, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether activity of people and administrators is being recorded, for all services.
        /// Source: Get-AdminAuditLogConfig, UnifiedAuditLogIngestionEnabled, asked of Exchange Online.
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
        /// For outbound ones, servers that mail is handed to; empty where the recipient's own are looked up.
        /// Source: SmartHosts.
        smart_hosts: Vec<Text>,
        /// For outbound ones, whether only mail goes through it that a rule sends there. Source: IsTransportRuleScoped.
        rules_only: bool,
    }
}
