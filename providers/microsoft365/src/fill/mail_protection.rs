//! Protection of mail: phishing, spam, malware, links and attachments.

use serde::de::DeserializeOwned;
use tenantscan_model::rows::ProtectionOrigin;
use tenantscan_model::{Gap, Row, Table};

use super::{Asking, Put};
use crate::sources::mail_protection::policies::{OUTBOUND_SPAM_POLICIES, OutboundSpamWire};
use crate::sources::mail_protection::rules::{Kind, OUTBOUND_SPAM_RULES, RuleWire, Rules};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (outbound, outbound_rules) = futures::join!(
        ask.items::<OutboundSpamWire>(&OUTBOUND_SPAM_POLICIES),
        ask.items::<RuleWire>(&OUTBOUND_SPAM_RULES),
    );
    let rules = Rules {
        kind: Kind::OutboundSpam,
        lists: vec![(ProtectionOrigin::Custom, &OUTBOUND_SPAM_RULES, &outbound_rules)],
    };
    let outbound = table(outbound, |wire| wire.row(&rules));
    Box::new(|data| data.outbound_spam_policies = outbound)
}

/// The policies of one kind as a table.
fn table<T: DeserializeOwned, R: Row>(read: Option<Result<Vec<T>, Gap>>, row: impl Fn(T) -> R) -> Table<R> {
    match read {
        None => Table::default(),
        Some(Ok(wires)) => Table::complete(wires.into_iter().map(row).collect()),
        Some(Err(gap)) => Table::unread(gap),
    }
}
