//! Every way on which mail leaves a mailbox by itself, and whether it does.
//!
//! Automatic forwarding and filters that forward both stop while the unit's setting is off.
//! Source: support.google.com/a/answer/2491924.

use std::collections::{BTreeSet, HashMap, HashSet};

use tenantscan_model::rows::{ForwardingPath, InboxRule, MailForwarding, Mailbox, Reach};
use tenantscan_model::{Cell, ClosedEnum, Datasets, Gap, Listing, Table, Text};

use super::allowed::Allowed;
use crate::settings::situation::Situations;

/// What stops mail on its way out.
const STOP: &str = "automatic forwarding is off for the unit";

pub(super) fn apply(data: &mut Datasets, situations: Option<&Situations>) {
    let mut mailboxes = std::mem::take(&mut data.mailboxes);
    let mut rules: HashMap<&str, Vec<&InboxRule>> = HashMap::new();
    for rule in &data.inbox_rules.rows {
        if let Cell::Known(id) = &rule.mailbox_id {
            rules.entry(id).or_default().push(rule);
        }
    }
    let own = data.domains.read().map(|rows| rows.iter().map(|row| row.id.to_lowercase()).collect());
    let own = own.map_err(Clone::clone);
    let allowed = Allowed::new(data, situations);
    let mut gap = mailboxes.gap().cloned();
    let mut rows = Vec::new();
    for mailbox in &mut mailboxes.rows {
        let on = allowed.is_on(&mailbox.id, |setting| &setting.auto_forwarding);
        let of_it = rules.get(&*mailbox.id).map_or(&[][..], Vec::as_slice);
        let found = Found::new(mailbox, of_it, &Judge { own: &own, on: &on });
        (mailbox.forwards_outside, mailbox.forwarding_domains) = found.leaving(&on);
        gap = gap.or(found.gap).or_else(|| mailbox.forwarding_ready_domains.gap().cloned());
        rows.extend(found.rows);
    }
    let mut table = Table::complete(rows);
    table.rows.dedup_by(|a, b| a.id == b.id);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    data.mail_forwarding = table;
    data.mailboxes = mailboxes;
}

/// What decides whether mail on a way leaves.
struct Judge<'a> {
    own: &'a Result<HashSet<String>, Gap>,
    on: &'a Result<bool, Gap>,
}

impl Judge<'_> {
    /// Whether a domain is the practice's own; none where it is.
    fn outcome(&self, domain: &str, set_up: bool) -> Option<Result<Reach, Gap>> {
        let own = self.own.as_ref().map(|own| own.contains(domain));
        Some(match (own, self.on) {
            (Ok(true), _) => return None,
            (_, Ok(false)) => Ok(Reach::Cannot),
            (Err(gap), _) | (_, Err(gap)) => Err(gap.clone()),
            (Ok(false), Ok(true)) => Ok(if set_up { Reach::Does } else { Reach::Can }),
        })
    }
}

/// The ways of one mailbox, and why there may be more that are set up.
struct Found {
    rows: Vec<MailForwarding>,
    gap: Option<Gap>,
}

impl Found {
    fn new(mailbox: &Mailbox, rules: &[&InboxRule], judge: &Judge<'_>) -> Self {
        let mut found = Self { rows: Vec::new(), gap: None };
        match mailbox.forwarding_address_domain.read() {
            Ok(Some(domain)) => found.add(mailbox, None, domain, judge, true),
            Ok(None) => {}
            Err(gap) => found.gap = Some(gap.clone()),
        }
        if let Err(gap) = mailbox.forwarding_rules.read() {
            found.gap.get_or_insert_with(|| gap.clone());
        }
        for rule in rules {
            match rule.target_domains.read() {
                Ok(domains) => domains.iter().for_each(|domain| found.add(mailbox, Some(rule), domain, judge, true)),
                Err(gap) => drop(found.gap.get_or_insert_with(|| gap.clone())),
            }
        }
        // An address that was proven, and to which nothing goes yet.
        let used: HashSet<Text> = found.rows.iter().filter_map(|row| row.domain.known().cloned()).collect();
        for domain in mailbox.forwarding_ready_domains.known().into_iter().flatten().filter(|it| !used.contains(*it)) {
            found.add(mailbox, None, domain, judge, false);
        }
        found
    }

    fn add(&mut self, mailbox: &Mailbox, rule: Option<&InboxRule>, domain: &Text, judge: &Judge<'_>, set_up: bool) {
        let Some(outcome) = judge.outcome(domain, set_up) else { return };
        let path = if rule.is_some() { ForwardingPath::MailboxRule } else { ForwardingPath::MailboxSetting };
        let place = rule.map_or(&mailbox.id, |rule| &rule.id);
        let stopped = judge.on == &Ok(false);
        self.rows.push(MailForwarding {
            mailbox: mailbox.address.clone(),
            path: Cell::Known(path),
            name: rule.map_or(Cell::Known(None), |rule| rule.name.clone().map(Some)),
            domain: Cell::Known(domain.clone()),
            outcome: outcome.into(),
            stopped_by: Cell::Known(if stopped { vec![STOP.into()] } else { Vec::new() }),
            ..MailForwarding::new(format!("{}/{place}/{domain}", path.word()))
        });
    }

    /// Whether mail goes outside, and to which domains. What was not read does not matter where nothing leaves.
    fn leaving(&self, on: &Result<bool, Gap>) -> (Cell<bool>, Cell<Vec<Text>>) {
        if on == &Ok(false) {
            return (Cell::Known(false), Cell::Known(Vec::new()));
        }
        let mut gap = self.gap.clone();
        let mut domains = BTreeSet::new();
        for row in &self.rows {
            match (row.outcome.read(), row.domain.known()) {
                (Ok(Reach::Does), Some(domain)) => drop(domains.insert(domain.clone())),
                (Err(hole), _) => drop(gap.get_or_insert_with(|| hole.clone())),
                _ => {}
            }
        }
        match gap {
            None => (Cell::Known(!domains.is_empty()), Cell::Known(domains.into_iter().collect())),
            Some(gap) if domains.is_empty() => (Cell::Unknown(gap.clone()), Cell::Unknown(gap)),
            Some(gap) => (Cell::Known(true), Cell::Unknown(gap)),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what is known of a mailbox and of its unit, and whether its mail leaves.

    use tenantscan_model::Cause;
    use tenantscan_model::rows::{Domain, GoogleGmailSettings};

    use super::*;
    use crate::settings::situation::in_unit;

    fn gap() -> Gap {
        Gap::new(Cause::Timeout, "test")
    }

    /// A mailbox that forwards nothing, in a unit that may.
    fn open() -> Datasets {
        let mailbox = Mailbox {
            address: Cell::Known("ann@cedar.example".into()),
            forwarding_address_domain: Cell::Known(None),
            forwarding_rules: Cell::Known(0),
            forwarding_ready_domains: Cell::Known(Vec::new()),
            ..Mailbox::new("u")
        };
        let unit = GoogleGmailSettings { auto_forwarding: Cell::Known(true), ..GoogleGmailSettings::new("/") };
        Datasets {
            domains: Table::complete(vec![Domain::new("cedar.example")]),
            mailboxes: Table::complete(vec![mailbox]),
            inbox_rules: Table::complete(Vec::new()),
            google_gmail_settings: Table::complete(vec![unit]),
            ..Datasets::default()
        }
    }

    fn filter(data: &mut Datasets, domains: Cell<Vec<Text>>) {
        data.inbox_rules.rows.push(InboxRule {
            mailbox_id: Cell::Known("u".into()),
            name: Cell::Known("a filter".into()),
            target_domains: domains,
            ..InboxRule::new("u/1")
        });
    }

    #[test]
    fn whether_a_mailbox_sends_mail_outside() {
        type Case = (&'static str, fn(&mut Datasets), Option<bool>, Option<&'static [&'static str]>);
        let cases: [Case; 11] = [
            ("nothing is set up", |_| {}, Some(false), Some(&[])),
            (
                "automatic forwarding",
                |data| data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("mail.example".into())),
                Some(true),
                Some(&["mail.example"]),
            ),
            (
                "to its own domain",
                |data| data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("cedar.example".into())),
                Some(false),
                Some(&[]),
            ),
            (
                "a filter",
                |data| filter(data, Cell::Known(vec!["mail.example".into()])),
                Some(true),
                Some(&["mail.example"]),
            ),
            ("a filter to nobody knows whom", |data| filter(data, Cell::Unknown(gap())), None, None),
            (
                "a filter, but the unit may not forward",
                |data| {
                    filter(data, Cell::Known(vec!["mail.example".into()]));
                    data.google_gmail_settings.rows[0].auto_forwarding = Cell::Known(false);
                },
                Some(false),
                Some(&[]),
            ),
            (
                "a filter, and nobody knows what the unit may",
                |data| {
                    filter(data, Cell::Known(vec!["mail.example".into()]));
                    data.google_gmail_settings = Table::unread(gap());
                },
                None,
                None,
            ),
            (
                "filters unread, and the unit may not forward",
                |data| {
                    data.mailboxes.rows[0].forwarding_rules = Cell::Unknown(gap());
                    data.google_gmail_settings.rows[0].auto_forwarding = Cell::Known(false);
                },
                Some(false),
                Some(&[]),
            ),
            ("filters unread", |data| data.mailboxes.rows[0].forwarding_rules = Cell::Unknown(gap()), None, None),
            (
                "filters unread, and automatic forwarding",
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
                    filter(data, Cell::Known(vec!["mail.example".into()]));
                    data.domains = Table::unread(gap());
                },
                None,
                None,
            ),
        ];
        for (what, change, forwards, domains) in cases {
            let mut data = open();
            change(&mut data);
            apply(&mut data, Some(&in_unit("u", "/")));
            let mailbox = &data.mailboxes.rows[0];
            assert_eq!(mailbox.forwards_outside.known().copied(), forwards, "{what}");
            let found = mailbox.forwarding_domains.known().map(|it| it.iter().map(Text::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref(), domains, "{what}");
        }
    }

    #[test]
    fn every_way_has_a_row() {
        let mut data = open();
        data.mailboxes.rows[0].forwarding_address_domain = Cell::Known(Some("home.example".into()));
        data.mailboxes.rows[0].forwarding_ready_domains =
            Cell::Known(vec!["home.example".into(), "ready.example".into(), "cedar.example".into()]);
        filter(&mut data, Cell::Known(vec!["mail.example".into()]));
        apply(&mut data, Some(&in_unit("u", "/")));
        assert_eq!(data.mail_forwarding.gap(), None);
        let row = |row: &MailForwarding| {
            (row.domain.known().cloned().unwrap_or_default(), row.path.known().copied(), row.outcome.known().copied())
        };
        let mut rows: Vec<_> = data.mail_forwarding.rows.iter().map(row).collect();
        rows.sort();
        let (setting, rule) = (Some(ForwardingPath::MailboxSetting), Some(ForwardingPath::MailboxRule));
        assert_eq!(
            rows,
            [
                ("home.example".into(), setting, Some(Reach::Does)),
                ("mail.example".into(), rule, Some(Reach::Does)),
                ("ready.example".into(), setting, Some(Reach::Can)),
            ]
        );
    }
}
