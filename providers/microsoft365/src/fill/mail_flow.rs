//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

use tenantscan_model::Table;
use tenantscan_model::rows::MailConnector;

use super::{Asking, Put};
use crate::sources::mail_flow::{self as from, INBOUND_CONNECTORS, InboundWire, OUTBOUND_CONNECTORS, OutboundWire};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (audit_log, rules, journal, remote, accepted, dkim, connectors) = futures::join!(
        ask.settings(&from::AUDIT_LOG, from::AuditLogWire::row),
        ask.table(&from::TRANSPORT_RULES, from::RuleWire::row),
        ask.table(&from::JOURNAL_RULES, from::JournalWire::row),
        ask.filled(&from::REMOTE_DOMAINS, from::RemoteWire::row),
        ask.filled(&from::ACCEPTED_DOMAINS, from::AcceptedWire::row),
        ask.table(&from::DKIM_SIGNING, from::DkimWire::row),
        connectors(ask),
    );
    let (organization, transport, sharing, outlook, encryption, templates, tag) = futures::join!(
        ask.settings(&from::ORGANIZATION_CONFIG, from::OrganizationConfigWire::row),
        ask.settings(&from::TRANSPORT_CONFIG, from::TransportConfigWire::row),
        ask.filled(&from::SHARING_POLICIES, from::SharingWire::row),
        ask.filled(&from::OUTLOOK_POLICIES, from::OutlookWire::row),
        ask.settings(&from::IRM_CONFIGURATION, from::IrmWire::row),
        // The default template is in every tenant that has the cmdlet.
        ask.filled(&from::ENCRYPTION_TEMPLATES, from::TemplateWire::row),
        ask.settings(&from::EXTERNAL_IN_OUTLOOK, from::ExternalTagWire::row),
    );
    let (authentication, phones, retention, tags, partners) = futures::join!(
        ask.table(&from::AUTHENTICATION_POLICIES, from::AuthenticationWire::row),
        ask.filled(&from::PHONE_POLICIES, from::PhoneWire::row),
        ask.table(&from::RETENTION_POLICIES, from::RetentionPolicyWire::row),
        ask.table(&from::RETENTION_TAGS, from::RetentionTagWire::row),
        ask.table(&from::ORGANIZATION_RELATIONSHIPS, from::RelationshipWire::row),
    );
    Box::new(|data| {
        data.audit_log = audit_log;
        data.transport_rules = rules;
        data.journal_rules = journal;
        data.remote_domains = remote;
        data.accepted_domains = accepted;
        data.dkim_signing = dkim;
        data.mail_connectors = connectors;
        data.exchange_organization = organization;
        data.transport_settings = transport;
        data.sharing_policies = sharing;
        data.outlook_policies = outlook;
        data.message_encryption = encryption;
        data.message_encryption_templates = templates;
        data.external_sender_tag = tag;
        data.mail_authentication_policies = authentication;
        data.phone_mail_policies = phones;
        data.mailbox_retention_policies = retention;
        data.mailbox_retention_tags = tags;
        data.partner_organizations = partners;
    })
}

/// Both directions; what is read of one stands also where the other is not.
async fn connectors(ask: &Asking<'_>) -> Table<MailConnector> {
    let (inbound, outbound) = futures::join!(
        ask.table(&INBOUND_CONNECTORS, InboundWire::row),
        ask.table(&OUTBOUND_CONNECTORS, OutboundWire::row),
    );
    let gap = inbound.gap().or(outbound.gap()).cloned();
    let mut table = Table::complete(inbound.rows.into_iter().chain(outbound.rows).collect());
    if let Some(gap) = gap {
        table.listing = tenantscan_model::Listing::Unread(gap);
    }
    table
}
