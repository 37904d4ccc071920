//! Who was given rights on the mailboxes of others.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use tenantscan_model::rows::{Mailbox, MailboxDelegate, MailboxRight};
use tenantscan_model::{Cause, Cell, ClosedEnum, Gap, Listing, Table, Text};
use tenantscan_provider::unclear;

use super::{Asking, FULL_ACCESS, PermissionWire, SEND_AS, each};

/// For each mailbox, who may open it.
pub(super) type Holders = Option<Vec<Result<BTreeSet<Text>, Gap>>>;

pub(super) async fn read(ask: &Asking<'_>, mailboxes: &Table<Mailbox>, guids: &[Text]) -> Holders {
    if !ask.wants(&FULL_ACCESS) {
        return None;
    }
    let parameters: Vec<Value> =
        guids.iter().map(|guid| json!({ "Identity": guid, "ResultSize": "Unlimited" })).collect();
    let mut holders = Vec::with_capacity(mailboxes.rows.len());
    each::<PermissionWire>(ask, &FULL_ACCESS, &parameters, |_, answer| {
        holders.push(answer.map(|wires| {
            wires.into_iter().filter(|wire| wire.gives("FullAccess")).map(|wire| wire.user).collect::<BTreeSet<_>>()
        }));
    })
    .await;
    Some(holders)
}

/// The table, and how many others may open each mailbox.
pub(super) fn table(
    mailboxes: &mut Table<Mailbox>,
    holders: Holders,
    send_as: Option<Result<Vec<PermissionWire>, Gap>>,
) -> Table<MailboxDelegate> {
    if holders.is_none() && send_as.is_none() {
        return Table::default();
    }
    let mut gap = mailboxes.gap().cloned();
    let mut rows = Vec::new();
    match holders {
        None => drop(gap.get_or_insert_with(|| Gap::new(Cause::NotCollected, FULL_ACCESS.id))),
        Some(holders) => {
            for (mailbox, read) in mailboxes.rows.iter_mut().zip(holders) {
                match read {
                    Ok(holders) => {
                        mailbox.full_access_delegates =
                            Cell::Known(holders.iter().filter(|holder| !is_gone(holder)).count() as i64);
                        let right = MailboxRight::FullAccess;
                        rows.extend(holders.into_iter().map(|holder| of_mailbox(mailbox, right, holder)));
                    }
                    Err(hole) => {
                        mailbox.full_access_delegates = Cell::Unknown(hole.clone());
                        gap.get_or_insert(hole);
                    }
                }
            }
        }
    }
    match send_as {
        None => drop(gap.get_or_insert_with(|| Gap::new(Cause::NotCollected, SEND_AS.id))),
        Some(Err(hole)) => drop(gap.get_or_insert(hole)),
        // Every mailbox may send as itself, and the list says so.
        Some(Ok(wires)) if wires.is_empty() && !mailboxes.rows.is_empty() => {
            gap = gap.or_else(|| Some(unclear(&SEND_AS)));
        }
        Some(Ok(wires)) => rows.extend(senders(mailboxes, wires)),
    }
    let mut table = Table::complete(rows);
    table.rows.dedup_by(|a, b| a.id == b.id);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    table
}

/// Whether the vendor itself no longer finds whose number it is: who is gone opens nothing.
fn is_gone(holder: &str) -> bool {
    holder.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("s-1-5-"))
}

fn of_mailbox(mailbox: &Mailbox, right: MailboxRight, holder: Text) -> MailboxDelegate {
    MailboxDelegate {
        mailbox: mailbox.address.clone(),
        right: Cell::Known(right),
        holder: Cell::Known(holder.clone()),
        ..MailboxDelegate::new(format!("{}/{}/{holder}", mailbox.id, right.word()))
    }
}

/// The list names mailboxes, groups and contacts by their names alone.
fn senders(mailboxes: &Table<Mailbox>, wires: Vec<PermissionWire>) -> Vec<MailboxDelegate> {
    // A name that two share is nobody's.
    let mut named: HashMap<String, Option<usize>> = HashMap::new();
    for (index, row) in mailboxes.rows.iter().enumerate() {
        let names = [Some(&row.id), row.address.known(), row.name.known()];
        for name in names.into_iter().flatten() {
            let place = named.entry(name.to_lowercase()).or_insert(Some(index));
            if *place != Some(index) {
                *place = None;
            }
        }
    }
    let mut rows = Vec::new();
    for wire in wires.into_iter().filter(|wire| wire.gives("SendAs")) {
        let identity = wire.identity.clone().unwrap_or_default();
        let found = named.get(&identity.to_lowercase()).copied().flatten();
        rows.push(match found.map(|index| &mailboxes.rows[index]) {
            Some(mailbox) => of_mailbox(mailbox, MailboxRight::SendAs, wire.user),
            None => MailboxDelegate {
                mailbox: Cell::Known(identity.clone()),
                right: Cell::Known(MailboxRight::SendAs),
                holder: Cell::Known(wire.user.clone()),
                ..MailboxDelegate::new(format!("{identity}/{}/{}", MailboxRight::SendAs.word(), wire.user))
            },
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_gone_has_a_right_and_opens_nothing() {
        let opened = |holders: &[&str]| {
            let mut mailboxes = Table::complete(vec![Mailbox::new("m")]);
            let holders = holders.iter().map(|&holder| Text::from(holder)).collect();
            let table = table(&mut mailboxes, Some(vec![Ok(holders)]), Some(Ok(Vec::new())));
            (table.rows.len(), mailboxes.rows[0].full_access_delegates.known().copied())
        };
        assert_eq!(opened(&[]), (0, Some(0)));
        assert_eq!(opened(&["ana@cedar.example", "S-1-5-21-1-2-3-4"]), (2, Some(1)));
        assert_eq!(opened(&["S-1-5-21-1-2-3-4"]), (1, Some(0)));
    }
}
