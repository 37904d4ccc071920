//! How mail flows: the organization's switches, rules, connectors and domains of Exchange.

use tenantscan_model::Table;
use tenantscan_model::rows::MailConnector;

use super::{Asking, Put};
use crate::sources::mail_flow::{
    ACCEPTED_DOMAINS, AUDIT_LOG, AcceptedWire, AuditLogWire, INBOUND_CONNECTORS, InboundWire, OUTBOUND_CONNECTORS,
    OutboundWire, REMOTE_DOMAINS, RemoteWire, RuleWire, TRANSPORT_RULES,
};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (audit_log, rules, remote, accepted, connectors) = futures::join!(
        ask.table(&AUDIT_LOG, AuditLogWire::row),
        ask.table(&TRANSPORT_RULES, RuleWire::row),
        ask.table(&REMOTE_DOMAINS, RemoteWire::row),
        ask.table(&ACCEPTED_DOMAINS, AcceptedWire::row),
        connectors(ask),
    );
    Box::new(|data| {
        data.audit_log = audit_log;
        data.transport_rules = rules;
        data.remote_domains = remote;
        data.accepted_domains = accepted;
        data.mail_connectors = connectors;
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
