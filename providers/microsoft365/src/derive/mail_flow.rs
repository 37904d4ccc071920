//! Who of the recipients that mail-flow and journal rules name is outside the tenant.

use tenantscan_model::rows::{AcceptedDomain, TransportRule};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["transport_rules.outside_recipients", "transport_rules.sends_outside"],
        from: &["transport_rules", "accepted_domains"],
    },
    Derived { columns: &["journal_rules.sends_outside"], from: &["journal_rules", "accepted_domains"] },
];

pub(super) fn apply(datasets: &mut Datasets) {
    for rule in &mut datasets.transport_rules.rows {
        let outside = Outside::of(rule, &datasets.accepted_domains);
        rule.sends_outside = match (&outside.gap, outside.addresses.is_empty()) {
            (_, false) => Cell::Known(true),
            (None, true) => Cell::Known(false),
            (Some(gap), true) => Cell::Unknown(gap.clone()),
        };
        rule.outside_recipients = outside.gap.map_or(Ok(outside.addresses), Err).into();
    }
    for rule in &mut datasets.journal_rules.rows {
        rule.sends_outside = match rule.sends_to.read() {
            Ok(address) => is_own(address, &datasets.accepted_domains).map(|own| !own).into(),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
    }
}

/// Whether an address is in a domain of the tenant; why not known, where it is not.
///
/// # Errors
/// The gap: the domains were not read, or the text is no address.
pub(super) fn is_own(address: &str, own: &Table<AcceptedDomain>) -> Result<bool, Gap> {
    let unclear = || Gap::new(Cause::Malformed, crate::sources::mail_flow::TRANSPORT_RULES.id);
    let (_, domain) = address.rsplit_once('@').ok_or_else(unclear)?;
    let domain = domain.trim_end_matches(['>', ']', '.']).to_ascii_lowercase();
    let mut doubt = own.gap().cloned();
    for row in &own.rows {
        if *row.id == *domain {
            return Ok(true);
        }
        let below = domain.strip_suffix(&*row.id).is_some_and(|head| head.ends_with('.'));
        match row.includes_subdomains.read() {
            Ok(true) if below => return Ok(true),
            Err(gap) if below => doubt = Some(gap.clone()),
            _ => {}
        }
    }
    doubt.map_or(Ok(false), Err)
}

/// The recipients of a rule that are outside, and why there may be more.
#[derive(Default)]
struct Outside {
    addresses: Vec<Text>,
    gap: Option<Gap>,
}

impl Outside {
    fn of(rule: &TransportRule, own: &Table<AcceptedDomain>) -> Self {
        let lists =
            [&rule.redirects_to, &rule.blind_copies_to, &rule.copies_to, &rule.adds_recipients, &rule.reports_to];
        let mut outside = Self::default();
        for list in lists {
            match list.read() {
                Ok(list) => list.iter().for_each(|address| outside.add(address, own)),
                Err(gap) => outside.gap = Some(gap.clone()),
            }
        }
        outside
    }

    fn add(&mut self, address: &Text, own: &Table<AcceptedDomain>) {
        match is_own(address, own) {
            Ok(true) => {}
            Ok(false) if self.addresses.contains(address) => {}
            Ok(false) => self.addresses.push(address.clone()),
            Err(gap) => self.gap = Some(gap),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what a rule does with mail, and which of its recipients are outside.

    use super::*;

    fn own(domains: &[(&str, bool)]) -> Table<AcceptedDomain> {
        let row = |(name, subdomains): &(&str, bool)| AcceptedDomain {
            includes_subdomains: Cell::Known(*subdomains),
            ..AcceptedDomain::new(*name)
        };
        Table::complete(domains.iter().map(row).collect())
    }

    fn judged(copies: Cell<Vec<Text>>, redirects: Cell<Vec<Text>>, own: Table<AcceptedDomain>) -> TransportRule {
        let none = || Cell::Known(Vec::new());
        let rule = TransportRule {
            blind_copies_to: copies,
            redirects_to: redirects,
            copies_to: none(),
            adds_recipients: none(),
            reports_to: none(),
            ..TransportRule::new("1")
        };
        let mut data =
            Datasets { transport_rules: Table::complete(vec![rule]), accepted_domains: own, ..Datasets::default() };
        apply(&mut data);
        data.transport_rules.rows.remove(0)
    }

    fn list(addresses: &[&str]) -> Cell<Vec<Text>> {
        Cell::Known(addresses.iter().copied().map(Text::from).collect())
    }

    #[test]
    fn only_addresses_of_other_domains_are_outside() {
        let cases: [(&[&str], &[&str]); 6] = [
            (&[], &[]),
            (&["audit@Cedar.Example"], &[]),
            (&["audit@cedar.example", "me@mail.example"], &["me@mail.example"]),
            (&["a@lab.cedar.example"], &["a@lab.cedar.example"]),
            (&["a@branch.maple.example"], &[]),
            (&["a@notmaple.example"], &["a@notmaple.example"]),
        ];
        for (recipients, outside) in cases {
            let own = own(&[("cedar.example", false), ("maple.example", true)]);
            let rule = judged(list(recipients), list(&[]), own);
            assert_eq!(rule.outside_recipients, list(outside), "{recipients:?}");
            assert_eq!(rule.sends_outside.known(), Some(&!outside.is_empty()), "{recipients:?}");
        }
    }

    #[test]
    fn what_was_not_read_counts_only_where_it_matters() {
        let hidden = || Cell::Unknown(Gap::new(Cause::RoleMissing, "x"));
        let unread = || Table::unread(Gap::new(Cause::RoleMissing, "x"));
        let cedar = || own(&[("cedar.example", false)]);
        let cases = [
            ("one is outside, others unread", judged(list(&["me@mail.example"]), hidden(), cedar()), Some(true)),
            ("none is outside, others unread", judged(list(&["a@cedar.example"]), hidden(), cedar()), None),
            ("domains unread", judged(list(&["me@mail.example"]), list(&[]), unread()), None),
            ("domains unread, and nobody is named", judged(list(&[]), list(&[]), unread()), Some(false)),
            ("a name that is no address", judged(list(&["Billing"]), list(&[]), cedar()), None),
        ];
        for (what, rule, sends_outside) in cases {
            assert_eq!(rule.sends_outside.known().copied(), sends_outside, "{what}");
        }
    }
}
