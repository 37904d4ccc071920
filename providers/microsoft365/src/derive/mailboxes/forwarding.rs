//! Every way on which mail leaves the practice by itself.

use std::collections::{BTreeSet, HashMap};

use tenantscan_model::rows::{
    AcceptedDomain, ForwardingPath, InboxRule, JournalRule, MailConnector, MailDirection, MailForwarding, Mailbox,
    Reach, TransportRule,
};
use tenantscan_model::{Cause, Cell, ClosedEnum, Datasets, Gap, Listing, Table, Text};

use super::stops::{Kind, Stops};
use crate::derive::mail_flow::is_own;
use crate::sources::mailboxes::boxes::{RECIPIENTS, domain};

/// The mailbox of a way that is for all.
const EVERY: &str = "every mailbox";

pub(super) fn apply(data: &mut Datasets, stops: &Stops) {
    let mut rules: HashMap<&str, Vec<&InboxRule>> = HashMap::new();
    let mut stray = None;
    for rule in &data.inbox_rules.rows {
        match rule.mailbox_id.read() {
            Ok(id) => rules.entry(id).or_default().push(rule),
            Err(gap) => stray = Some(gap.clone()),
        }
    }
    let judge = Judge { own: &data.accepted_domains, stops };
    let mut gap = data.mailboxes.gap().cloned();
    let mut rows = Vec::new();
    for mailbox in &mut data.mailboxes.rows {
        let found = judge.mailbox(mailbox, rules.get(&*mailbox.id).map_or(&[], Vec::as_slice), stray.as_ref());
        let leaving = found.leaving(stops);
        mailbox.forwarding_domains = leaving
            .clone()
            .map_or_else(|(_, gap)| Cell::Unknown(gap), |domains| Cell::Known(domains.into_iter().collect()));
        mailbox.forwards_outside = match leaving {
            Ok(domains) => Cell::Known(!domains.is_empty()),
            Err((true, _)) => Cell::Known(true),
            Err((false, gap)) => Cell::Unknown(gap),
        };
        gap = gap.or(found.gap);
        rows.extend(found.rows.into_iter().map(|(row, _)| row));
    }
    gap = gap.or_else(|| data.transport_rules.gap().cloned());
    gap = gap.or_else(|| data.journal_rules.gap().cloned());
    gap = gap.or_else(|| data.mail_connectors.gap().cloned());
    for rule in &data.transport_rules.rows {
        gap = gap.or(tenant_rule(rule, &mut rows));
    }
    for rule in &data.journal_rules.rows {
        gap = gap.or(journal_rule(rule, &mut rows));
    }
    for connector in &data.mail_connectors.rows {
        gap = gap.or(self::connector(connector, &mut rows));
    }
    let mut table = Table::complete(rows);
    table.rows.dedup_by(|a, b| a.id == b.id);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    data.mail_forwarding = table;
}

struct Judge<'a> {
    own: &'a Table<AcceptedDomain>,
    stops: &'a Stops,
}

/// The ways of one mailbox, and why there may be more.
struct Found {
    /// Each with whether it is switched off.
    rows: Vec<(MailForwarding, bool)>,
    gap: Option<Gap>,
}

impl Found {
    /// The domains that mail goes to; where that is not known to the end, whether it goes to any, and the gap.
    fn leaving(&self, stops: &Stops) -> Result<BTreeSet<Text>, (bool, Gap)> {
        // What was not read does not matter where nothing leaves.
        let mut gap = self.gap.clone().filter(|_| !stops.everything());
        let mut domains = BTreeSet::new();
        for (row, _) in self.rows.iter().filter(|(_, off)| !off) {
            match (row.outcome.read(), row.domain.known()) {
                (Ok(Reach::Does), Some(domain)) => drop(domains.insert(domain.clone())),
                (Err(hole), _) => gap = gap.or(Some(hole.clone())),
                _ => {}
            }
        }
        match gap {
            None => Ok(domains),
            Some(gap) => Err((!domains.is_empty(), gap)),
        }
    }
}

impl Judge<'_> {
    fn mailbox(&self, mailbox: &Mailbox, rules: &[&InboxRule], stray: Option<&Gap>) -> Found {
        let mut found = Found { rows: Vec::new(), gap: stray.cloned() };
        let settings = [
            (&mailbox.forwarding_address_domain, Kind::Owner),
            (&mailbox.forwarding_recipient_domain, Kind::Administrator),
        ];
        for (setting, kind) in settings {
            match setting.read() {
                Ok(Some(domain)) => self.add(&mut found, mailbox, None, domain, &Ok(true), kind),
                Ok(None) => {}
                Err(gap) => found.gap = found.gap.take().or(Some(gap.clone())),
            }
        }
        if let Err(gap) = mailbox.forwarding_rules.read() {
            found.gap = found.gap.take().or(Some(gap.clone()));
        }
        for rule in rules {
            let enabled = rule.enabled.read().copied().map_err(Clone::clone);
            match rule.target_domains.read() {
                Ok(domains) => {
                    for domain in domains {
                        self.add(&mut found, mailbox, Some(rule), domain, &enabled, Kind::Owner);
                    }
                }
                Err(gap) => found.gap = found.gap.take().or(Some(gap.clone())),
            }
            let unresolved = match rule.unresolved_targets.read() {
                Ok(0) => None,
                Ok(_) => Some(Gap::new(Cause::NotSupplied, RECIPIENTS.id)),
                Err(gap) => Some(gap.clone()),
            };
            // A rule that is switched off sends nothing, wherever it points.
            if enabled != Ok(false) {
                found.gap = found.gap.take().or(unresolved);
            }
        }
        found
    }

    /// Notes a way, unless it stays inside.
    fn add(
        &self,
        found: &mut Found,
        mailbox: &Mailbox,
        rule: Option<&InboxRule>,
        domain: &Text,
        enabled: &Result<bool, Gap>,
        kind: Kind,
    ) {
        let inside = is_own(&format!("x@{domain}"), self.own);
        if inside == Ok(true) {
            return;
        }
        let outcome = match (inside, self.stops.stopped(domain, kind), enabled) {
            (_, Ok(true), _) => Ok(Reach::Cannot),
            (Ok(_), Ok(false), Ok(true)) => Ok(Reach::Does),
            (Ok(_), Ok(false), Ok(false)) => Ok(Reach::Can),
            (Err(gap), _, _) | (_, Err(gap), _) => Err(gap),
            (_, _, Err(gap)) => Err(gap.clone()),
        };
        let path = if rule.is_some() { ForwardingPath::MailboxRule } else { ForwardingPath::MailboxSetting };
        let name = rule.map_or(Cell::Known(None), |rule| rule.name.clone().map(Some));
        let place = rule.map_or(&mailbox.id, |rule| &rule.id);
        let row = MailForwarding {
            mailbox: mailbox.address.clone(),
            path: Cell::Known(path),
            name,
            domain: Cell::Known(domain.clone()),
            stopped_by: Cell::Known(self.stops.by(domain)),
            outcome: outcome.into(),
            ..MailForwarding::new(format!("{}/{place}/{domain}", path.word()))
        };
        found.rows.push((row, enabled == &Ok(false)));
    }
}

/// Copies and redirects by a rule of the tenant: nothing stops them.
fn tenant_rule(rule: &TransportRule, rows: &mut Vec<MailForwarding>) -> Option<Gap> {
    let outside = match rule.outside_recipients.read() {
        Ok(outside) => outside,
        Err(gap) => return Some(gap.clone()),
    };
    let domains: BTreeSet<Text> = outside.iter().filter_map(|address| domain(address)).collect();
    for domain in domains {
        rows.push(of_all(&rule.id, &rule.name, ForwardingPath::TenantRule, &domain, rule.enforced.clone()));
    }
    None
}

/// Copies for an archive: nothing stops them.
fn journal_rule(rule: &JournalRule, rows: &mut Vec<MailForwarding>) -> Option<Gap> {
    match (rule.sends_outside.read(), rule.sends_to.read()) {
        (Ok(false), _) => None,
        (Ok(true), Ok(address)) => {
            let domain = domain(address).unwrap_or_else(|| address.clone());
            rows.push(of_all(&rule.id, &rule.name, ForwardingPath::JournalRule, &domain, rule.enabled.clone()));
            None
        }
        (Err(gap), _) | (_, Err(gap)) => Some(gap.clone()),
    }
}

/// A route to another mail server.
fn connector(connector: &MailConnector, rows: &mut Vec<MailForwarding>) -> Option<Gap> {
    if connector.direction.known() == Some(&MailDirection::Inbound) {
        return None;
    }
    let hosts = match (connector.direction.read(), connector.smart_hosts.read()) {
        (Ok(_), Ok(hosts)) => hosts,
        (Err(gap), _) | (_, Err(gap)) => return Some(gap.clone()),
    };
    let used = match (connector.enabled.read(), connector.rules_only.read()) {
        (Ok(false), _) | (_, Ok(true)) => Cell::Known(false),
        (Ok(true), Ok(false)) => Cell::Known(true),
        (Err(gap), _) | (_, Err(gap)) => Cell::Unknown(gap.clone()),
    };
    for host in hosts {
        rows.push(of_all(&connector.id, &connector.name, ForwardingPath::Connector, host, used.clone()));
    }
    None
}

fn of_all(id: &Text, name: &Cell<Text>, path: ForwardingPath, domain: &Text, used: Cell<bool>) -> MailForwarding {
    MailForwarding {
        mailbox: Cell::Known(EVERY.into()),
        path: Cell::Known(path),
        name: name.clone().map(Some),
        domain: Cell::Known(domain.clone()),
        outcome: used.map(|used| if used { Reach::Does } else { Reach::Can }),
        stopped_by: Cell::Known(Vec::new()),
        ..MailForwarding::new(format!("{}/{id}/{domain}", path.word()))
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what is known of a mailbox and of the tenant, and whether its mail leaves.

    use tenantscan_model::rows::{OutboundSpamPolicy, RemoteDomain};

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::RoleMissing, "test")
    }

    /// A tenant in which everything was read and nothing is stopped, with one mailbox that forwards nothing.
    fn open() -> Datasets {
        let mailbox = Mailbox {
            address: Cell::Known("ann@cedar.example".into()),
            forwarding_address_domain: Cell::Known(None),
            forwarding_recipient_domain: Cell::Known(None),
            forwarding_rules: Cell::Known(0),
            ..Mailbox::new("m")
        };
        let own = AcceptedDomain { includes_subdomains: Cell::Known(false), ..AcceptedDomain::new("cedar.example") };
        let policy = OutboundSpamPolicy {
            applies: Cell::Known(true),
            auto_forwarding_mode: Cell::Known("On".into()),
            ..OutboundSpamPolicy::new("Default")
        };
        let all = RemoteDomain {
            domain: Cell::Known("*".into()),
            auto_forward_enabled: Cell::Known(true),
            ..RemoteDomain::new("Default")
        };
        Datasets {
            mailboxes: Table::complete(vec![mailbox]),
            inbox_rules: Table::complete(Vec::new()),
            accepted_domains: Table::complete(vec![own]),
            outbound_spam_policies: Table::complete(vec![policy]),
            remote_domains: Table::complete(vec![all]),
            transport_rules: Table::complete(Vec::new()),
            journal_rules: Table::complete(Vec::new()),
            mail_connectors: Table::complete(Vec::new()),
            ..Datasets::default()
        }
    }

    fn shut(data: &mut Datasets) {
        data.outbound_spam_policies.rows[0].auto_forwarding_mode = Cell::Known("Off".into());
    }

    fn rule(domains: &[&str], enabled: bool) -> InboxRule {
        InboxRule {
            mailbox_id: Cell::Known("m".into()),
            name: Cell::Known("a rule".into()),
            enabled: Cell::Known(enabled),
            forwards: Cell::Known(true),
            target_domains: Cell::Known(domains.iter().map(|&domain| domain.into()).collect()),
            unresolved_targets: Cell::Known(0),
            ..InboxRule::new("m/1")
        }
    }

    #[test]
    fn whether_a_mailbox_sends_mail_outside() {
        type Change = fn(&mut Datasets);
        let outside: fn(&mut Datasets) =
            |data| data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("mail.example".into()));
        type Case = (&'static str, Change, Option<bool>, Option<&'static [&'static str]>);
        let cases: [Case; 16] = [
            ("nothing is set up", |_| {}, Some(false), Some(&[])),
            ("a setting", outside, Some(true), Some(&["mail.example"])),
            (
                "a setting, to its own domain",
                |data| data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("cedar.example".into())),
                Some(false),
                Some(&[]),
            ),
            (
                "an entry of the address book",
                |data| data.mailboxes.rows[0].forwarding_recipient_domain = Cell::Known(Some("mail.example".into())),
                Some(true),
                Some(&["mail.example"]),
            ),
            (
                "an entry that nobody knows",
                |data| data.mailboxes.rows[0].forwarding_recipient_domain = Cell::Unknown(gap()),
                None,
                None,
            ),
            (
                "an entry that nobody knows, but nothing leaves",
                |data| {
                    data.mailboxes.rows[0].forwarding_recipient_domain = Cell::Unknown(gap());
                    shut(data);
                },
                Some(false),
                Some(&[]),
            ),
            (
                "a setting, but nothing leaves",
                |data| {
                    data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("mail.example".into()));
                    shut(data);
                },
                Some(false),
                Some(&[]),
            ),
            (
                "a rule",
                |data| data.inbox_rules.rows.push(rule(&["mail.example", "cedar.example"], true)),
                Some(true),
                Some(&["mail.example"]),
            ),
            (
                "a rule that is off",
                |data| data.inbox_rules.rows.push(rule(&["mail.example"], false)),
                Some(false),
                Some(&[]),
            ),
            (
                "a rule to an entry that nobody knows",
                |data| {
                    let rule = InboxRule { unresolved_targets: Cell::Known(1), ..rule(&[], true) };
                    data.inbox_rules.rows.push(rule);
                },
                None,
                None,
            ),
            (
                "a rule that is off, to an entry that nobody knows",
                |data| {
                    let rule = InboxRule { unresolved_targets: Cell::Known(1), ..rule(&[], false) };
                    data.inbox_rules.rows.push(rule);
                },
                Some(false),
                Some(&[]),
            ),
            (
                "a rule, and one to an entry that nobody knows",
                |data| {
                    let rule = InboxRule { unresolved_targets: Cell::Known(1), ..rule(&["mail.example"], true) };
                    data.inbox_rules.rows.push(rule);
                },
                Some(true),
                None,
            ),
            ("rules unread", |data| data.mailboxes.rows[0].forwarding_rules = Cell::Unknown(gap()), None, None),
            (
                "rules unread, and a setting",
                |data| {
                    data.mailboxes.rows[0].forwarding_rules = Cell::Unknown(gap());
                    data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("mail.example".into()));
                },
                Some(true),
                None,
            ),
            (
                "own domains unread",
                |data| {
                    data.accepted_domains = Table::unread(gap());
                    data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("mail.example".into()));
                },
                None,
                None,
            ),
            (
                "own domains unread, nothing is set up",
                |data| data.accepted_domains = Table::unread(gap()),
                Some(false),
                Some(&[]),
            ),
        ];
        for (what, change, forwards, domains) in cases {
            let mut data = open();
            change(&mut data);
            super::super::apply(&mut data);
            let mailbox = &data.mailboxes.rows[0];
            assert_eq!(mailbox.forwards_outside.known().copied(), forwards, "{what}");
            let found = mailbox.forwarding_domains.known().map(|it| it.iter().map(Text::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref(), domains, "{what}");
        }
    }

    #[test]
    fn every_way_has_a_row() {
        let mut data = open();
        data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("mail.example".into()));
        data.inbox_rules.rows.push(rule(&["home.example"], false));
        data.transport_rules.rows.push(TransportRule {
            name: Cell::Known("copy".into()),
            enforced: Cell::Known(true),
            rejects: Cell::Known(false),
            outside_recipients: Cell::Known(vec!["a@archive.example".into()]),
            ..TransportRule::new("t")
        });
        data.mail_connectors.rows.push(MailConnector {
            name: Cell::Known("filter".into()),
            direction: Cell::Known(MailDirection::Outbound),
            enabled: Cell::Known(true),
            rules_only: Cell::Known(false),
            smart_hosts: Cell::Known(vec!["out.filter.example".into()]),
            ..MailConnector::new("c")
        });
        data.journal_rules.rows.push(JournalRule {
            name: Cell::Known("journal".into()),
            enabled: Cell::Known(true),
            sends_to: Cell::Known("copies@vault.example".into()),
            sends_outside: Cell::Known(true),
            ..JournalRule::new("j")
        });
        let ways = |data: &mut Datasets| {
            super::super::apply(data);
            assert_eq!(data.mail_forwarding.gap(), None);
            let row = |row: &MailForwarding| (row.domain.known().cloned(), row.outcome.known().copied());
            let mut rows: Vec<_> = data.mail_forwarding.rows.iter().map(row).collect();
            rows.sort_by(|a, b| a.0.cmp(&b.0));
            rows.into_iter().filter_map(|(domain, outcome)| Some((domain?.to_string(), outcome?))).collect::<Vec<_>>()
        };
        let named = |rows: [(&str, Reach); 5]| rows.map(|(domain, outcome)| (domain.to_owned(), outcome)).to_vec();
        let (does, can, cannot) = (Reach::Does, Reach::Can, Reach::Cannot);
        let all = ["archive.example", "home.example", "mail.example", "out.filter.example", "vault.example"];
        let expected = |outcomes: [Reach; 5]| named(std::array::from_fn(|index| (all[index], outcomes[index])));
        assert_eq!(ways(&mut data), expected([does, can, does, does, does]));
        shut(&mut data);
        assert_eq!(
            ways(&mut data),
            expected([does, cannot, cannot, does, does]),
            "rules of the tenant are not stopped"
        );
    }
}
