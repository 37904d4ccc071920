//! Who gets which policy: conditions, exceptions and order, in three-valued logic.

use std::collections::{BTreeSet, HashMap, HashSet};

use tenantscan_model::rows::{Group, Mailbox, MailboxType, ProtectionOrigin};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text};

use crate::GroupMembers;
use crate::sources::identity;
use crate::sources::mail_protection::scope::{Scope, Scoped};
use crate::sources::mailboxes::boxes::MAILBOXES;

/// Yes, no, or why it cannot be said.
pub(super) type Answer = Result<bool, Gap>;

pub(super) fn and(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Ok(true), other) => other,
        (one, Ok(true)) => one,
        (Err(gap), Err(_)) => Err(gap),
    }
}

pub(super) fn or(one: Answer, other: Answer) -> Answer {
    not(and(not(one), not(other)))
}

pub(super) fn not(answer: Answer) -> Answer {
    answer.map(|yes| !yes)
}

/// A list of addresses.
struct Names {
    entries: HashSet<String>,
    /// The gap of an entry that is nobody's address that is known: it may be anybody's other address.
    foreign: Option<Gap>,
}

/// Whether the list names this mailbox.
fn named(names: &Result<Names, Gap>, recipient: &Recipient) -> Answer {
    let names = names.as_ref().map_err(Clone::clone)?;
    if names.entries.is_empty() {
        return Ok(false);
    }
    let address = recipient.address.as_ref().map_err(Clone::clone)?;
    match names.entries.contains(address) {
        false => names.foreign.clone().map_or(Ok(false), Err),
        true => Ok(true),
    }
}

/// For whom a policy is, with its lists of addresses ready.
struct Ready {
    scope: Scope,
    for_addresses: Result<Names, Gap>,
    except_addresses: Result<Names, Gap>,
}

/// Somebody who gets mail.
struct Recipient {
    /// Whether there is such a mailbox.
    exists: Answer,
    /// Whether it is a mailbox to count. An account without a licence of which that is not known is none.
    counts: bool,
    /// The object id of the account.
    id: Option<Text>,
    /// The address, in lower case.
    address: Result<String, Gap>,
}

/// Everybody who gets mail, and the domains that mail comes to.
pub(super) struct Recipients {
    all: Vec<Recipient>,
    /// Every address that is known to be somebody's.
    addresses: HashSet<String>,
    domains: Result<BTreeSet<String>, Gap>,
    /// Why the mailboxes themselves were not read, with their addresses.
    unread: Option<Gap>,
    /// The ids of groups, by their addresses in lower case.
    groups: HashMap<String, Text>,
    /// Why the groups were not read.
    no_groups: Option<Gap>,
    members: GroupMembers,
}

/// The ids of groups, by their addresses in lower case.
pub(super) fn groups(datasets: &Datasets) -> HashMap<String, Text> {
    let address = |group: &Group| group.mail.known().cloned().flatten().map(|mail| mail.to_ascii_lowercase());
    let rows = datasets.groups.rows.iter();
    rows.filter_map(|group| Some((address(group)?, group.id.clone()))).collect()
}

/// The mailboxes of the tenant, but for those of the service itself.
fn mailboxes(datasets: &Datasets) -> Vec<Recipient> {
    let row = |mailbox: &Mailbox| Recipient {
        id: Some(mailbox.id.clone()),
        exists: mailbox.recipient_type.read().map(|kind| *kind != MailboxType::Service).map_err(Clone::clone),
        counts: true,
        address: mailbox.address.read().map(|address| address.to_ascii_lowercase()).map_err(Clone::clone),
    };
    datasets.mailboxes.rows.iter().map(row).collect()
}

/// The accounts that have a mailbox, or may have one, where the mailboxes were not read. A shared mailbox is an account
/// without a licence.
fn accounts(datasets: &Datasets) -> Vec<Recipient> {
    let users = &datasets.users;
    let unread = datasets.mailboxes.gap().cloned().unwrap_or_else(|| Gap::new(Cause::NotCollected, "mailboxes"));
    let mut all: Vec<Recipient> = users
        .gap()
        .map(|gap| Recipient { exists: Err(gap.clone()), counts: true, id: None, address: Err(gap.clone()) })
        .into_iter()
        .collect();
    for user in &users.rows {
        let address = user.principal_name.read().map(|name| name.to_ascii_lowercase()).map_err(Clone::clone);
        let guest = user.user_type.known().is_some_and(|kind| kind.as_deref() == Some("Guest"));
        let (exists, counts) = match user.has_mailbox.read() {
            Ok(true) => (Ok(true), true),
            Ok(false) if guest => (Ok(false), false),
            Ok(false) => (Err(unread.clone()), false),
            Err(gap) => (Err(gap.clone()), true),
        };
        all.push(Recipient { exists, counts, id: Some(user.id.clone()), address });
    }
    all
}

impl Recipients {
    pub(super) fn of(datasets: &Datasets, members: &GroupMembers) -> Self {
        // Who is not listed as a mailbox gets no mail, and the list has the addresses themselves.
        let unread = datasets.mailboxes.gap().cloned();
        let all = if unread.is_none() { mailboxes(datasets) } else { accounts(datasets) };
        let addresses = all.iter().filter_map(|one| one.address.as_ref().ok()).cloned().collect();
        let domains = match datasets.domains.gap() {
            Some(gap) => Err(gap.clone()),
            None => Ok(datasets.domains.rows.iter().map(|domain| domain.id.to_ascii_lowercase()).collect()),
        };
        Self {
            all,
            addresses,
            domains,
            unread,
            groups: groups(datasets),
            no_groups: datasets.groups.gap().cloned(),
            members: members.clone(),
        }
    }

    /// A list of addresses, made ready to be looked up for every mailbox.
    fn names(&self, list: &Cell<Vec<Text>>) -> Result<Names, Gap> {
        let list = list.read().map_err(Clone::clone)?;
        let entries: HashSet<String> = list.iter().map(|entry| entry.to_ascii_lowercase()).collect();
        // Whose other address it is, only a person can say where the mailboxes were read.
        let whose = || self.unread.clone().unwrap_or_else(|| Gap::new(Cause::NotSupplied, MAILBOXES.id));
        let foreign = (!entries.is_subset(&self.addresses)).then(whose);
        Ok(Names { entries, foreign })
    }

    /// Whether a list of groups has one that this mailbox belongs to. A group that the directory does not list has
    /// members that only a person can look up: those of a dynamic distribution list.
    fn member(&self, list: &Cell<Vec<Text>>, recipient: &Recipient) -> Answer {
        let list = list.read().map_err(Clone::clone)?;
        let by_hand = || Gap::new(Cause::NotSupplied, identity::GROUP_MEMBERS.id);
        let unlisted = || self.no_groups.clone().unwrap_or_else(by_hand);
        let within = |name: &Text| -> Answer {
            let group = self.groups.get(&name.to_ascii_lowercase()).ok_or_else(unlisted)?;
            let members = self.members.0.get(group).ok_or_else(unlisted)?.as_ref().map_err(Clone::clone)?;
            let id = recipient.id.as_ref().ok_or_else(unlisted)?;
            Ok(members.contains(id))
        };
        list.iter().map(within).fold(Ok(false), or)
    }

    /// Whether a list of domains has that of this address. Subdomains are included.
    fn within(&self, list: &Cell<Vec<Text>>, recipient: &Recipient) -> Answer {
        let list = list.read().map_err(Clone::clone)?;
        let has = |domain: &str| {
            list.iter().any(|entry| {
                let entry = entry.to_ascii_lowercase();
                domain == entry || domain.strip_suffix(entry.as_str()).is_some_and(|head| head.ends_with('.'))
            })
        };
        if list.is_empty() {
            return Ok(false);
        }
        if self.domains.as_ref().is_ok_and(|domains| !domains.is_empty() && domains.iter().all(|it| has(it))) {
            return Ok(true);
        }
        let address = recipient.address.as_ref().map_err(Clone::clone)?;
        let domain = address.rsplit('@').next().unwrap_or_default();
        match &self.unread {
            // Who signs in with the tenant's first name often gets mail at another.
            Some(gap) if domain.ends_with(".onmicrosoft.com") => Err(gap.clone()),
            _ => Ok(has(domain)),
        }
    }
}

/// Whether the condition asks for nothing, or for what the mailbox is.
fn holds(list: &Cell<Vec<Text>>, met: Answer) -> Answer {
    or(list.read().map(Vec::is_empty).map_err(Clone::clone), met)
}

/// Whether the policy is for this mailbox, whatever goes before it.
fn covers(ready: &Ready, recipient: &Recipient, all: &Recipients) -> Answer {
    let scope = &ready.scope;
    let parts = [
        holds(&scope.for_addresses, named(&ready.for_addresses, recipient)),
        holds(&scope.for_groups, all.member(&scope.for_groups, recipient)),
        holds(&scope.for_domains, all.within(&scope.for_domains, recipient)),
        not(named(&ready.except_addresses, recipient)),
        not(all.member(&scope.except_groups, recipient)),
        not(all.within(&scope.except_domains, recipient)),
    ];
    parts.into_iter().fold(scope.in_force.read().copied().map_err(Clone::clone), and)
}

/// Whether the one policy goes before the other.
fn before(one: &Scope, other: &Scope) -> Answer {
    let rank = |scope: &Scope| -> Result<(ProtectionOrigin, i64), Gap> {
        let origin = *scope.origin.read().map_err(Clone::clone)?;
        if origin >= ProtectionOrigin::Default {
            return Ok((origin, 0));
        }
        Ok((origin, scope.priority.read().map_err(Clone::clone)?.unwrap_or(i64::MAX)))
    };
    match (one.origin.known(), other.origin.known()) {
        (Some(one), Some(other)) if one != other => Ok(one < other),
        _ => Ok(rank(one)? < rank(other)?),
    }
}

/// To whom policies of one kind apply: an answer for each and, last, whether somebody is left over.
struct Tally {
    applies: Answer,
    mailboxes: Result<i64, Gap>,
}

impl Tally {
    fn new() -> Self {
        Self { applies: Ok(false), mailboxes: Ok(0) }
    }

    fn add(&mut self, recipient: &Recipient, gets: Answer) {
        let here = and(recipient.exists.clone(), gets);
        if recipient.counts {
            self.mailboxes = match (std::mem::replace(&mut self.mailboxes, Ok(0)), &here) {
                (Ok(count), Ok(yes)) => Ok(count + i64::from(*yes)),
                (Ok(_), Err(gap)) => Err(gap.clone()),
                (Err(gap), _) => Err(gap),
            };
        }
        self.applies = or(std::mem::replace(&mut self.applies, Ok(false)), here);
    }
}

/// Writes to whom each policy applies. The answer tells whether a mailbox is left that none covers, and how many.
pub(super) fn reach<R: Scoped>(rows: &mut [R], recipients: &Recipients) -> (Cell<bool>, Cell<i64>) {
    let scopes: Vec<Scope> = rows.iter().map(Scoped::scope).collect();
    let order: Vec<Vec<Answer>> =
        scopes.iter().map(|scope| scopes.iter().map(|other| before(other, scope)).collect()).collect();
    let ready = scopes.iter().map(|scope| Ready {
        for_addresses: recipients.names(&scope.for_addresses),
        except_addresses: recipients.names(&scope.except_addresses),
        scope: scope.clone(),
    });
    let ready: Vec<Ready> = ready.collect();
    let mut tallies: Vec<Tally> = scopes.iter().map(|_| Tally::new()).collect();
    let mut left = Tally::new();
    for recipient in &recipients.all {
        let covered: Vec<Answer> = ready.iter().map(|ready| covers(ready, recipient, recipients)).collect();
        for (place, tally) in tallies.iter_mut().enumerate() {
            let others = (0..scopes.len()).filter(|other| *other != place);
            let taken =
                others.map(|other| and(order[place][other].clone(), covered[other].clone())).fold(Ok(false), or);
            tally.add(recipient, and(covered[place].clone(), not(taken)));
        }
        left.add(recipient, not(covered.into_iter().fold(Ok(false), or)));
    }
    for (row, tally) in rows.iter_mut().zip(tallies) {
        row.reach(tally.applies.into(), tally.mailboxes.into());
    }
    (left.applies.into(), left.mailboxes.into())
}
