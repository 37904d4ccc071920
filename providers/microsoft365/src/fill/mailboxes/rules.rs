//! Inbox rules of every mailbox, of which those are kept that forward, redirect or delete.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantscan_model::rows::{InboxRule, Mailbox};
use tenantscan_model::{Cell, Gap, Listing, Table, Text};

use super::{Asking, Entries, INBOX_RULES, each};
use crate::sources::mailboxes::rules::{RuleWire, Target};
use tenantscan_provider::unclear;

/// A rule that matters, its targets not yet looked up.
struct Rule {
    mailbox: usize,
    row: InboxRule,
    /// None where the answer does not say.
    targets: Option<Vec<Target>>,
}

/// What was read: the rules that matter, and for each mailbox whether its rules were read.
#[derive(Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    read: Vec<Result<(), Gap>>,
    wanted: bool,
}

pub(super) async fn read(ask: &Asking<'_>, mailboxes: &Table<Mailbox>, guids: &[Text]) -> Rules {
    let mut rules = Rules { wanted: ask.wants(&INBOX_RULES), ..Rules::default() };
    if !rules.wanted {
        return rules;
    }
    let parameters: Vec<Value> =
        guids.iter().map(|guid| json!({ "Mailbox": guid, "IncludeHidden": true, "ResultSize": "Unlimited" })).collect();
    each::<RuleWire>(ask, &INBOX_RULES, &parameters, |index, answer| {
        let wires = match answer {
            Ok(wires) => wires,
            Err(gap) => return rules.read.push(Err(gap)),
        };
        rules.read.push(Ok(()));
        for (number, wire) in wires.into_iter().enumerate() {
            let targets = wire.targets();
            let deletes = wire.delete_message.needed(&INBOX_RULES);
            let forwards = targets.as_ref().map(|targets| !targets.is_empty());
            if forwards == Some(false) && deletes.known() == Some(&false) {
                continue;
            }
            let mailbox = &mailboxes.rows[index];
            let own = match &wire.rule_identity {
                Some(Value::String(id)) => id.clone(),
                Some(Value::Number(id)) => id.to_string(),
                _ => format!("#{number}"),
            };
            rules.rules.push(Rule {
                mailbox: index,
                row: InboxRule {
                    mailbox_id: Cell::Known(mailbox.id.clone()),
                    mailbox: mailbox.address.clone(),
                    name: wire.name.needed(&INBOX_RULES),
                    enabled: wire.enabled.needed(&INBOX_RULES),
                    forwards: forwards.map_or_else(|| Cell::Unknown(unclear(&INBOX_RULES)), Cell::Known),
                    deletes,
                    ..InboxRule::new(format!("{}/{own}", mailbox.id))
                },
                targets,
            });
        }
    })
    .await;
    rules
}

impl Rules {
    /// Names of the address book's entries that rules send mail to.
    pub(super) fn entries(&self) -> impl Iterator<Item = &String> {
        self.rules.iter().filter_map(|rule| rule.targets.as_ref()).flatten().flat_map(|target| match target {
            Target::Entry(names) => names.as_slice(),
            Target::Domain(_) => &[],
        })
    }

    /// The table, and how many rules of each mailbox forward.
    pub(super) fn table(self, mailboxes: &mut Table<Mailbox>, entries: &Entries) -> Table<InboxRule> {
        if !self.wanted {
            return Table::default();
        }
        if let Some(gap) = mailboxes.gap() {
            return Table::unread(gap.clone());
        }
        let mut counts: Vec<Result<i64, Gap>> = self.read.iter().map(|read| read.clone().map(|()| 0)).collect();
        let mut rows = Vec::with_capacity(self.rules.len());
        for Rule { mailbox, mut row, targets } in self.rules {
            let Some(targets) = targets else {
                counts[mailbox] = Err(unclear(&INBOX_RULES));
                row.target_domains = Cell::Unknown(unclear(&INBOX_RULES));
                row.unresolved_targets = Cell::Unknown(unclear(&INBOX_RULES));
                rows.push(row);
                continue;
            };
            if let (Ok(count), false) = (&mut counts[mailbox], targets.is_empty()) {
                *count += 1;
            }
            let (mut domains, mut unresolved) = (BTreeSet::new(), Ok(0));
            for target in &targets {
                match (entries.resolve(target), &mut unresolved) {
                    (Ok(Some(domain)), _) => drop(domains.insert(domain)),
                    (Ok(None), Ok(count)) => *count += 1,
                    (Err(gap), _) => unresolved = Err(gap),
                    (Ok(None), Err(_)) => {}
                }
            }
            row.target_domains = Cell::Known(domains.into_iter().collect());
            row.unresolved_targets = unresolved.into();
            rows.push(row);
        }
        for (row, count) in mailboxes.rows.iter_mut().zip(counts) {
            row.forwarding_rules = count.into();
        }
        let mut table = Table::complete(rows);
        if let Some(gap) = self.read.into_iter().find_map(Result::err) {
            table.listing = Listing::Unread(gap);
        }
        table
    }
}
