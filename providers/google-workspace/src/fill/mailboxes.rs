//! Mailboxes of active accounts, each asked in its owner's name, and no more of it than the policies need: what a unit's
//! setting stops for its people is not asked of each of them.

use serde::de::DeserializeOwned;
use tenantscan_model::rows::{Mailbox, MailboxDelegate, MailboxRight, MailboxType, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Listing, Row, Table, Text};
use tenantscan_provider::Source;

use super::Put;
use crate::ask::Asking;
use crate::derive::mailboxes::allowed::{Allowed, Setting};
use crate::settings::situation::Situations;
use crate::sources::mailboxes::{
    AUTO_FORWARDING, AutoForwardingWire, DELEGATES, DelegatesWire, FILTERS, FORWARDING_ADDRESSES, FiltersWire,
    ForwardingAddressesWire, IMAP, ImapWire, POP, PopWire, SEND_AS, SendAsWire, has_no_mail,
};
use crate::sources::users::USERS;

/// For each mailbox the answer to one question, none where its account has no Gmail; nothing where nobody asked.
type Answers<T> = Option<Vec<Result<Option<T>, Gap>>>;

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>, data: &Datasets, situations: Option<&Situations>) -> Put {
    let asked: [&Source; 7] = [&AUTO_FORWARDING, &FORWARDING_ADDRESSES, &FILTERS, &DELEGATES, &IMAP, &POP, &SEND_AS];
    if !ask.wants(&USERS) || !asked.iter().any(|source| ask.wants(source)) {
        return Box::new(|_| {});
    }
    let mut mailboxes = of_users(&data.users);
    let who = Who { rows: &mailboxes.rows, allowed: Allowed::new(data, situations) };
    let (forwarding, ready, filters, delegates, imap, pop, send_as) = futures::join!(
        who.ask::<AutoForwardingWire>(ask, &AUTO_FORWARDING, Some(|setting| &setting.auto_forwarding)),
        who.ask::<ForwardingAddressesWire>(ask, &FORWARDING_ADDRESSES, Some(|setting| &setting.auto_forwarding)),
        who.ask::<FiltersWire>(ask, &FILTERS, Some(|setting| &setting.auto_forwarding)),
        who.ask::<DelegatesWire>(ask, &DELEGATES, None),
        who.ask::<ImapWire>(ask, &IMAP, Some(|setting| &setting.imap)),
        who.ask::<PopWire>(ask, &POP, Some(|setting| &setting.pop)),
        who.ask::<SendAsWire>(ask, &SEND_AS, Some(|setting| &setting.outbound_gateways)),
    );
    each(&mut mailboxes, forwarding, |row, answer| {
        let (domain, keeps) = match answer {
            Ok(wire) => wire.map_or((Ok(None), Cell::Known(None)), AutoForwardingWire::read),
            Err(gap) => (Err(gap.clone()), Cell::Unknown(gap)),
        };
        row.forwarding_address_domain = domain.into();
        row.keeps_copy = keeps;
        // There is no other setting of the kind.
        row.forwarding_recipient_domain = Cell::Known(None);
    });
    each(&mut mailboxes, ready, |row, answer| {
        let wire = answer.map(Option::unwrap_or_default);
        row.forwarding_ready_domains = wire.and_then(ForwardingAddressesWire::domains).into();
    });
    each(&mut mailboxes, imap, |row, answer| {
        row.imap_enabled = answer.map(|wire| wire.is_some_and(|wire| wire.enabled)).into();
    });
    each(&mut mailboxes, pop, |row, answer| {
        row.pop_enabled = answer.and_then(|wire| wire.map_or(Ok(false), |wire| wire.enabled())).into();
    });
    let inbox_rules = lists(&mut mailboxes, filters, |row, answer| {
        let rules = answer.map(|wire| wire.map_or_else(Vec::new, |wire: FiltersWire| wire.rows(&row.id, &row.address)));
        row.forwarding_rules = rules.as_ref().map(|rules| count(rules)).map_err(Clone::clone).into();
        rules
    });
    let mailbox_delegates = lists(&mut mailboxes, delegates, |row, answer| {
        let holders = answer.map(|wire| wire.map_or_else(Vec::new, DelegatesWire::holders));
        row.full_access_delegates = holders.as_ref().map(|holders| count(holders)).map_err(Clone::clone).into();
        holders.map(|holders| holders.into_iter().map(|holder| delegate(row, holder)).collect())
    });
    let send_as_addresses = lists(&mut mailboxes, send_as, |row, answer| {
        answer.map(|wire| wire.map_or_else(Vec::new, |wire: SendAsWire| wire.rows(&row.id, &row.address)))
    });
    Box::new(|data| {
        data.mailboxes = mailboxes;
        data.inbox_rules = inbox_rules;
        data.mailbox_delegates = mailbox_delegates;
        data.send_as_addresses = send_as_addresses;
    })
}

/// Whose mailboxes they are, and what their units let them do.
struct Who<'a> {
    rows: &'a [Mailbox],
    allowed: Allowed<'a>,
}

impl Who<'_> {
    /// One answer for each mailbox. Those of people whom `setting` stops are not asked: what they have set up does nothing.
    async fn ask<T: DeserializeOwned + Send>(
        &self,
        ask: &Asking<'_>,
        source: &'static Source,
        setting: Option<Setting>,
    ) -> Answers<T> {
        let stopped = |row: &Mailbox| setting.is_some_and(|setting| self.allowed.is_on(&row.id, setting) == Ok(false));
        let asked: Vec<bool> = self.rows.iter().map(|row| !stopped(row)).collect();
        let open = self.rows.iter().zip(&asked).filter(|(_, asked)| **asked);
        let ids: Vec<Text> = open.filter_map(|(row, _)| row.address.known().cloned()).collect();
        let mut answers = ask.objects_if_any::<T>(source, &ids, has_no_mail).await?.into_iter();
        let passed_over = || Err(Gap::new(Cause::NotCollected, source.id));
        let all = asked.into_iter().map(|asked| asked.then(|| answers.next()).flatten().unwrap_or_else(passed_over));
        Some(all.collect())
    }
}

/// A mailbox for each active account that has one. Nobody can act for an account that is switched off, and no mail goes
/// out of it. Where it is not known whether an account has a mailbox, the list is not whole.
fn of_users(users: &Table<User>) -> Table<Mailbox> {
    let mut gap = users.gap().cloned();
    let mut rows = Vec::new();
    for user in &users.rows {
        match (user.enabled.read(), user.has_mailbox.read(), user.principal_name.read()) {
            (Ok(false), ..) | (_, Ok(false), _) => {}
            (Ok(true), Ok(true), Ok(address)) => rows.push(Mailbox {
                address: Cell::Known(address.clone()),
                name: user.name.clone(),
                recipient_type: Cell::Known(MailboxType::Person),
                sign_in_enabled: Cell::Known(true),
                ..Mailbox::new(user.id.clone())
            }),
            (Err(hole), ..) | (_, Err(hole), _) | (.., Err(hole)) => drop(gap.get_or_insert_with(|| hole.clone())),
        }
    }
    let mut table = Table::complete(rows);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    table
}

fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

fn delegate(mailbox: &Mailbox, holder: Text) -> MailboxDelegate {
    MailboxDelegate {
        mailbox: mailbox.address.clone(),
        right: Cell::Known(MailboxRight::FullAccess),
        holder: Cell::Known(holder.clone()),
        ..MailboxDelegate::new(format!("{}/full_access/{holder}", mailbox.id))
    }
}

/// Gives each mailbox its answer.
fn each<T>(mailboxes: &mut Table<Mailbox>, answers: Answers<T>, fill: impl Fn(&mut Mailbox, Result<Option<T>, Gap>)) {
    for (row, answer) in mailboxes.rows.iter_mut().zip(answers.into_iter().flatten()) {
        fill(row, answer);
    }
}

/// The rows of all mailboxes' answers: the whole list only where every mailbox answered.
fn lists<T, R: Row>(
    mailboxes: &mut Table<Mailbox>,
    answers: Answers<T>,
    rows: impl Fn(&mut Mailbox, Result<Option<T>, Gap>) -> Result<Vec<R>, Gap>,
) -> Table<R> {
    let Some(answers) = answers else { return Table::default() };
    let mut gap = mailboxes.gap().cloned();
    let mut all = Vec::new();
    for (row, answer) in mailboxes.rows.iter_mut().zip(answers) {
        match rows(row, answer) {
            Ok(more) => all.extend(more),
            Err(hole) => drop(gap.get_or_insert(hole)),
        }
    }
    let mut table = Table::complete(all);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    table
}
