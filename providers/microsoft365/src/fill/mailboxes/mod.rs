//! Mailboxes: who opens them, what they keep, and where their mail goes.

mod delegates;
mod rules;

use std::collections::{BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantscan_model::rows::{AuditBypass, Mailbox};
use tenantscan_model::{Cause, Cell, Gap, Table, Text};
use tenantscan_provider::{Source, unclear};

use super::{Asking, Put};
use crate::sources::mailboxes::boxes::{self, AccessWire, MailboxWire, RecipientWire};
use crate::sources::mailboxes::delegates::{AUDIT_BYPASSES, BypassWire, FULL_ACCESS, PermissionWire, SEND_AS};
use crate::sources::mailboxes::rules::{INBOX_RULES, Target};

/// How many mailboxes are asked about before the answers are made into rows, after a first few that show whether there
/// are answers at all.
const SLICE: usize = 500;

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (read, access, bypasses, send_as) = futures::join!(
        ask.items::<MailboxWire>(&boxes::MAILBOXES),
        ask.items::<AccessWire>(&boxes::MAIL_ACCESS),
        ask.items::<BypassWire>(&AUDIT_BYPASSES),
        ask.items::<PermissionWire>(&SEND_AS),
    );
    let (mut mailboxes, guids) = match read {
        None => (Table::default(), Vec::new()),
        Some(Err(gap)) => (Table::unread(gap), Vec::new()),
        // Exchange makes mailboxes of its own in every tenant.
        Some(Ok(wires)) if wires.is_empty() => (Table::unread(unclear(&boxes::MAILBOXES)), Vec::new()),
        Some(Ok(mut wires)) => {
            wires.sort_by(|a, b| a.guid.cmp(&b.guid));
            let guids: HashMap<Text, Text> = HashMap::new();
            let (rows, guids) = wires.into_iter().fold((Vec::new(), guids), |(mut rows, mut guids), wire| {
                let guid = wire.guid.clone();
                let row = wire.row();
                guids.insert(row.id.clone(), guid);
                rows.push(row);
                (rows, guids)
            });
            let table = Table::complete(rows);
            let guids = table.rows.iter().map(|row| guids.get(&row.id).cloned().unwrap_or_default()).collect();
            (table, guids)
        }
    };
    if let Some(access) = access {
        programs(&mut mailboxes.rows, access);
    }
    let (rights, rules) =
        futures::join!(delegates::read(ask, &mailboxes, &guids), rules::read(ask, &mailboxes, &guids));
    let entries = entries(ask, &mailboxes, &rules).await;
    for mailbox in &mut mailboxes.rows {
        if let Cell::Known(Some(name)) = &mailbox.forwarding_recipient_domain {
            let domain = entries.resolve(&Target::Entry(vec![name.to_lowercase()]));
            mailbox.forwarding_recipient_domain = match domain {
                Ok(Some(domain)) => Cell::Known(Some(domain)),
                Ok(None) => Cell::Unknown(Gap::new(Cause::NotSupplied, boxes::RECIPIENTS.id)),
                Err(gap) => Cell::Unknown(gap),
            };
        }
    }
    let inbox_rules = rules.table(&mut mailboxes, &entries);
    let mailbox_delegates = delegates::table(&mut mailboxes, rights, send_as);
    let audit_bypasses = match bypasses {
        None => Table::<AuditBypass>::default(),
        Some(Err(gap)) => Table::unread(gap),
        // The list has every mailbox, whether or not something is recorded of it.
        Some(Ok(wires)) if wires.is_empty() => Table::unread(unclear(&AUDIT_BYPASSES)),
        Some(Ok(wires)) => {
            Table::complete(wires.into_iter().filter(|wire| !wire.is_ordinary()).map(BypassWire::row).collect())
        }
    };
    Box::new(|data| {
        data.mailboxes = mailboxes;
        data.audit_bypasses = audit_bypasses;
        data.mailbox_delegates = mailbox_delegates;
        data.inbox_rules = inbox_rules;
    })
}

/// How programs reach each mailbox. One that the list leaves out stays unknown.
fn programs(rows: &mut [Mailbox], read: Result<Vec<AccessWire>, Gap>) {
    let hole = match &read {
        Ok(_) => Gap::new(Cause::Malformed, boxes::MAIL_ACCESS.id),
        Err(gap) => gap.clone(),
    };
    let said = read.unwrap_or_default().into_iter().filter_map(|wire| Some((wire.id()?.clone(), wire)));
    let mut said: HashMap<Text, AccessWire> = said.collect();
    for row in rows {
        match said.remove(&row.id) {
            Some(wire) => wire.fill(row),
            None => {
                row.pop_enabled = Cell::Unknown(hole.clone());
                row.imap_enabled = Cell::Unknown(hole.clone());
                row.smtp_auth_enabled = Cell::Unknown(hole.clone());
            }
        }
    }
}

/// Runs a cmdlet for every mailbox, a slice at a time, and gives each answer to `take`. Where everybody of a slice is
/// refused for the same reason, so are the rest: nobody asks ten thousand times in vain.
async fn each<T: DeserializeOwned + Send>(
    ask: &Asking<'_>,
    source: &'static Source,
    parameters: &[Value],
    mut take: impl FnMut(usize, Result<Vec<T>, Gap>),
) {
    let mut start = 0;
    let mut refused: Option<Gap> = None;
    while start < parameters.len() {
        let size = if start == 0 { source.api.batch } else { SLICE };
        let slice = &parameters[start..(start + size).min(parameters.len())];
        let answers = match &refused {
            Some(gap) => slice.iter().map(|_| Err(gap.clone())).collect(),
            None => ask.invoke::<T>(source, slice).await,
        };
        let causes: BTreeSet<Option<&Gap>> = answers.iter().map(|answer| answer.as_ref().err()).collect();
        if let [Some(gap)] = causes.iter().copied().collect::<Vec<_>>()[..] {
            refused = Some(gap.clone());
        }
        for (index, answer) in answers.into_iter().enumerate() {
            take(start + index, answer);
        }
        start += slice.len();
    }
}

/// Domains of the address book's entries to which mail is forwarded.
enum Entries {
    /// By name; none where it is not one address.
    Read(HashMap<String, BTreeSet<Option<Text>>>),
    Unread(Gap),
}

impl Entries {
    /// The domain of a target; none where the address book does not say it.
    fn resolve(&self, target: &Target) -> Result<Option<Text>, Gap> {
        match (target, self) {
            (Target::Domain(domain), _) => Ok(Some(domain.clone())),
            (Target::Entry(_), Self::Unread(gap)) => Err(gap.clone()),
            (Target::Entry(names), Self::Read(known)) => {
                let mut found = names.iter().find_map(|name| known.get(name)).into_iter().flatten();
                Ok(match (found.next(), found.next()) {
                    (Some(domain), None) => domain.clone(),
                    // Nobody, or several who share the name.
                    _ => None,
                })
            }
        }
    }
}

/// Looks up the address book, where anything is forwarded to an entry of it.
async fn entries(ask: &Asking<'_>, mailboxes: &Table<Mailbox>, rules: &rules::Rules) -> Entries {
    let of_mailboxes = mailboxes.rows.iter().filter_map(|row| row.forwarding_recipient_domain.known()?.as_ref());
    let mut wanted: BTreeSet<String> = of_mailboxes.map(|name| name.to_lowercase()).collect();
    wanted.extend(rules.entries().cloned());
    if wanted.is_empty() {
        return Entries::Read(HashMap::new());
    }
    match ask.items::<RecipientWire>(&boxes::RECIPIENTS).await {
        None => Entries::Unread(Gap::new(Cause::NotCollected, boxes::RECIPIENTS.id)),
        Some(Err(gap)) => Entries::Unread(gap),
        Some(Ok(wires)) => {
            let mut known: HashMap<String, BTreeSet<Option<Text>>> = HashMap::new();
            for wire in wires {
                for name in wire.names().filter(|name| wanted.contains(name)) {
                    known.entry(name).or_default().insert(wire.domain());
                }
            }
            Entries::Read(known)
        }
    }
}
