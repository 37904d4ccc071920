//! What keeps mail that is forwarded by itself from leaving: the policies for mail that goes out, the entries of remote
//! domains, rules of the tenant.
//!
//! Facts: learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding. `Automatic` has
//! meant off since 2021. One stop is enough. A redirect or a copy by a rule of the tenant is not stopped.

use tenantscan_model::rows::{AutomaticForwarding, Reach, RemoteDomain, TransportRule};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};

use super::{Answer, or};
use crate::sources::mail_flow::{REMOTE_DOMAINS, TRANSPORT_RULES};
use crate::sources::mail_protection::policies::OUTBOUND_SPAM_POLICIES;

/// How forwarding was set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// By the mailbox's owner, or whoever got into it: a rule, or an address in the mailbox's settings.
    Owner,
    /// By an administrator, to an entry of the address book. Whether the entry of a remote domain stops this, Microsoft
    /// does not say.
    Administrator,
}

/// What stops forwarding.
pub(super) struct Stops {
    /// Whether the policies for mail that goes out stop it for every mailbox.
    policies_stop_all: Answer,
    /// Whether they stop it for none.
    policies_stop_none: Answer,
    /// Whether they leave it open for at least one mailbox.
    policies_open: Answer,
    remote: Table<RemoteDomain>,
    /// Whether a rule of the tenant stops it for every mailbox and every domain.
    rules: Answer,
}

impl Stops {
    pub(super) fn of(data: &Datasets) -> Self {
        let policies = &data.outbound_spam_policies;
        let (mut all, mut none, mut open) = (Ok(true), Ok(true), Ok(false));
        for policy in policies.rows.iter().filter(|policy| policy.applies.known() != Some(&false)) {
            let is_open = match policy.auto_forwarding_mode.read() {
                Ok(mode) => match mode.as_str() {
                    "On" => Ok(true),
                    "Off" | "Automatic" => Ok(false),
                    _ => Err(Gap::new(Cause::Malformed, OUTBOUND_SPAM_POLICIES.id)),
                },
                Err(gap) => Err(gap.clone()),
            };
            let applies = policy.applies.read().copied().map_err(Clone::clone);
            all = not(or(not(all), is_open.clone()));
            none = not(or(not(none), not(is_open.clone())));
            open = or(open, not(or(not(applies), not(is_open))));
        }
        let gap = policies.gap().cloned();
        let unread = gap.or_else(|| {
            // There is always the default one.
            policies.rows.is_empty().then(|| Gap::new(Cause::Malformed, OUTBOUND_SPAM_POLICIES.id))
        });
        if let Some(gap) = unread {
            all = not(or(not(all), Err(gap.clone())));
            none = not(or(not(none), Err(gap.clone())));
            open = or(open, Err(gap));
        }
        let mut rules = data.transport_rules.gap().cloned().map_or(Ok(false), Err);
        for rule in &data.transport_rules.rows {
            rules = or(rules, refuses(rule));
        }
        Self {
            policies_stop_all: all,
            policies_stop_none: none,
            policies_open: open,
            remote: data.remote_domains.clone(),
            rules,
        }
    }

    /// Whether nothing that is forwarded by itself can leave, whoever set it up and wherever it goes.
    pub(super) fn everything(&self) -> bool {
        self.policies_stop_all == Ok(true) || self.rules == Ok(true)
    }

    /// Whether forwarding to a domain is stopped.
    pub(super) fn stopped(&self, domain: &str, kind: Kind) -> Answer {
        let policies = match (&self.policies_stop_all, &self.policies_stop_none) {
            (Ok(true), _) => Ok(true),
            (_, Ok(true)) => Ok(false),
            (Err(gap), _) | (_, Err(gap)) => Err(gap.clone()),
            // Some let it pass and some do not: which is for whom is not worked out here.
            (Ok(false), Ok(false)) => Err(Gap::new(Cause::NotSupplied, OUTBOUND_SPAM_POLICIES.id)),
        };
        let remote = match (self.remote_stops(domain), kind) {
            (Ok(true), Kind::Administrator) => Err(Gap::new(Cause::NotSupplied, REMOTE_DOMAINS.id)),
            (answer, _) => answer,
        };
        or(or(policies, remote), self.rules.clone())
    }

    /// What is known to stop it, in words.
    pub(super) fn by(&self, domain: &str) -> Vec<Text> {
        let mut by = self.by_all();
        if self.remote_stops(domain) == Ok(true) {
            by.push("remote domains".into());
        }
        by
    }

    fn by_all(&self) -> Vec<Text> {
        let all = [(&self.policies_stop_all, "outbound spam policies"), (&self.rules, "a mail-flow rule")];
        all.into_iter().filter(|(answer, _)| **answer == Ok(true)).map(|(_, name)| name.into()).collect()
    }

    /// Whether the entry that is for a domain stops it: its own, that of a domain above it, or the one for all.
    fn remote_stops(&self, domain: &str) -> Answer {
        let mut best: Option<&RemoteDomain> = None;
        for row in &self.remote.rows {
            let pattern = row.domain.read().map_err(Clone::clone)?;
            let pattern = pattern.to_lowercase();
            let fits = match pattern.strip_prefix('*') {
                Some(end) => domain.ends_with(end),
                None => pattern == domain,
            };
            let longer = best.is_none_or(|best| best.domain.known().is_some_and(|it| it.len() < pattern.len()));
            if fits && longer {
                best = Some(row);
            }
        }
        match (self.remote.gap(), best) {
            (Some(gap), _) => Err(gap.clone()),
            (None, Some(row)) => row.auto_forward_enabled.read().map(|enabled| !enabled).map_err(Clone::clone),
            (None, None) => Err(Gap::new(Cause::Malformed, REMOTE_DOMAINS.id)),
        }
    }

    /// Whether people can have mail forwarded outside.
    pub(super) fn automatic_forwarding(&self) -> Table<AutomaticForwarding> {
        let open_domains = self.open_domains();
        let mut stopped_by = self.by_all();
        if self.remote_domains() == Ok(Vec::new()) {
            stopped_by.push("remote domains".into());
        }
        let reach = |open: &Vec<Text>| if open.is_empty() { Reach::Cannot } else { Reach::Can };
        Table::complete(vec![AutomaticForwarding {
            outside: open_domains.as_ref().map(reach).map_err(Clone::clone).into(),
            open_domains: open_domains.into(),
            stopped_by: Cell::Known(stopped_by),
            ..AutomaticForwarding::new("automatic forwarding")
        }])
    }

    /// The remote domains whose entry lets forwarded mail pass.
    fn remote_domains(&self) -> Result<Vec<Text>, Gap> {
        let mut open = Vec::new();
        for row in self.remote.read().map_err(Clone::clone)? {
            if *row.auto_forward_enabled.read().map_err(Clone::clone)? {
                open.push(row.domain.read().map_err(Clone::clone)?.clone());
            }
        }
        if self.remote.rows.is_empty() {
            return Err(Gap::new(Cause::Malformed, REMOTE_DOMAINS.id));
        }
        open.sort();
        Ok(open)
    }

    fn open_domains(&self) -> Result<Vec<Text>, Gap> {
        match (&self.policies_open, self.remote_domains()) {
            _ if self.everything() => Ok(Vec::new()),
            (Ok(false), _) => Ok(Vec::new()),
            (_, Ok(open)) if open.is_empty() => Ok(open),
            (Ok(true), Ok(open)) => self.rules.clone().map(|_| open),
            (Err(gap), _) => Err(gap.clone()),
            (_, Err(gap)) => Err(gap),
        }
    }
}

/// Whether a rule refuses everything that is forwarded by itself. What it asks for besides is not read: where it asks
/// for more, or leaves somebody out, it may refuse or not.
fn refuses(rule: &TransportRule) -> Answer {
    let surely_not = rule.enforced.known() == Some(&false)
        || rule.rejects.known() == Some(&false)
        || rule.message_type.known().is_some_and(|kind| kind.as_deref() != Some("AutoForward"));
    if surely_not {
        return Ok(false);
    }
    let always = rule.enforced.known() == Some(&true)
        && rule.rejects.known() == Some(&true)
        && rule.message_type.known().is_some_and(Option::is_some)
        && rule.conditions.known() == Some(&1)
        && rule.exceptions.known() == Some(&0)
        && rule.starts.known() == Some(&None)
        && rule.ends.known() == Some(&None);
    if always { Ok(true) } else { Err(Gap::new(Cause::NotSupplied, TRANSPORT_RULES.id)) }
}

fn not(answer: Answer) -> Answer {
    answer.map(|yes| !yes)
}

#[cfg(test)]
mod tests {
    //! Cases: policies, remote domains and rules, and what they stop.

    use tenantscan_model::rows::OutboundSpamPolicy;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::RoleMissing, "test")
    }

    fn policies(of: &[(&str, Option<bool>)]) -> Table<OutboundSpamPolicy> {
        let row = |(index, (mode, applies)): (usize, &(&str, Option<bool>))| OutboundSpamPolicy {
            applies: applies.map_or_else(|| Cell::Unknown(gap()), Cell::Known),
            auto_forwarding_mode: Cell::Known((*mode).into()),
            ..OutboundSpamPolicy::new(index.to_string())
        };
        Table::complete(of.iter().enumerate().map(row).collect())
    }

    fn remote(of: &[(&str, bool)]) -> Table<RemoteDomain> {
        let row = |(domain, enabled): &(&str, bool)| RemoteDomain {
            domain: Cell::Known((*domain).into()),
            auto_forward_enabled: Cell::Known(*enabled),
            ..RemoteDomain::new(*domain)
        };
        Table::complete(of.iter().map(row).collect())
    }

    fn rejecting(conditions: i64) -> Table<TransportRule> {
        Table::complete(vec![TransportRule {
            enforced: Cell::Known(true),
            rejects: Cell::Known(true),
            message_type: Cell::Known(Some("AutoForward".into())),
            conditions: Cell::Known(conditions),
            exceptions: Cell::Known(0),
            starts: Cell::Known(None),
            ends: Cell::Known(None),
            ..TransportRule::new("r")
        }])
    }

    fn none() -> Table<TransportRule> {
        Table::complete(Vec::new())
    }

    #[test]
    fn what_is_stopped() {
        let (yes, no) = (Some(true), Some(false));
        let open = || remote(&[("*", true)]);
        let shut = || remote(&[("*", false)]);
        let cases = [
            ("the default says off", policies(&[("Off", yes)]), open(), none(), yes, yes),
            ("left to the system", policies(&[("Automatic", yes)]), Table::unread(gap()), none(), yes, yes),
            ("on", policies(&[("On", yes)]), open(), none(), no, no),
            ("on, remote domains shut", policies(&[("On", yes)]), shut(), none(), yes, None),
            ("on, remote domains unread", policies(&[("On", yes)]), Table::unread(gap()), none(), None, None),
            ("a word of tomorrow", policies(&[("Perhaps", yes)]), open(), none(), None, None),
            ("unread", Table::unread(gap()), open(), none(), None, None),
            ("unread, remote domains shut", Table::unread(gap()), shut(), none(), yes, None),
            ("on for nobody", policies(&[("Off", yes), ("On", no)]), open(), none(), yes, yes),
            ("on for some", policies(&[("Off", yes), ("On", yes)]), open(), none(), None, None),
            ("on, a rule may refuse", policies(&[("On", yes)]), open(), rejecting(2), None, None),
            ("on, a rule refuses all", policies(&[("On", yes)]), open(), rejecting(1), yes, yes),
            ("off, a rule may refuse", policies(&[("Off", yes)]), open(), rejecting(2), yes, yes),
            ("on, rules unread", policies(&[("On", yes)]), open(), Table::unread(gap()), None, None),
            (
                "its own entry",
                policies(&[("On", yes)]),
                remote(&[("*", true), ("mail.example", false)]),
                none(),
                yes,
                None,
            ),
            ("that above it", policies(&[("On", yes)]), remote(&[("*", false), ("*.example", true)]), none(), no, no),
        ];
        for (what, policies, remote, rules, owner, administrator) in cases {
            let data = Datasets {
                outbound_spam_policies: policies,
                remote_domains: remote,
                transport_rules: rules,
                ..Datasets::default()
            };
            let stops = Stops::of(&data);
            assert_eq!(stops.stopped("mail.example", Kind::Owner).ok(), owner, "{what}");
            assert_eq!(stops.stopped("mail.example", Kind::Administrator).ok(), administrator, "{what}");
        }
    }

    #[test]
    fn what_no_request_can_tell_is_for_a_person_to_say() {
        let data = Datasets {
            outbound_spam_policies: policies(&[("Off", Some(true)), ("On", Some(true))]),
            remote_domains: remote(&[("*", true)]),
            transport_rules: rejecting(2),
            ..Datasets::default()
        };
        let stops = Stops::of(&data);
        let cause = |kind| stops.stopped("mail.example", kind).map_err(|gap| gap.cause());
        assert_eq!(cause(Kind::Owner), Err(Cause::NotSupplied), "scanning again would not tell");
        let data = Datasets { remote_domains: remote(&[("*", false)]), ..data };
        let cause = Stops::of(&data).stopped("mail.example", Kind::Administrator).map_err(|gap| gap.cause());
        assert_eq!(cause, Err(Cause::NotSupplied));
    }

    #[test]
    fn to_which_domains_it_is_open() {
        let (yes, no) = (Some(true), Some(false));
        let cases: [(&str, _, _, _, Option<&[&str]>); 10] = [
            ("off", policies(&[("Off", yes)]), Table::unread(gap()), none(), Some(&[])),
            ("on", policies(&[("On", yes)]), remote(&[("*", true)]), none(), Some(&["*"])),
            ("on for one", policies(&[("Off", yes), ("On", yes)]), remote(&[("*", true)]), none(), Some(&["*"])),
            ("on for whom is not known", policies(&[("Off", yes), ("On", None)]), remote(&[("*", true)]), none(), None),
            ("on for nobody", policies(&[("Off", yes), ("On", no)]), remote(&[("*", true)]), none(), Some(&[])),
            ("shut there", policies(&[("On", yes)]), remote(&[("*", false)]), none(), Some(&[])),
            (
                "one partner",
                policies(&[("On", yes)]),
                remote(&[("*", false), ("lab.example", true)]),
                none(),
                Some(&["lab.example"]),
            ),
            ("policies unread, shut there", Table::unread(gap()), remote(&[("*", false)]), none(), Some(&[])),
            ("a rule refuses all", policies(&[("On", yes)]), remote(&[("*", true)]), rejecting(1), Some(&[])),
            ("a rule may refuse", policies(&[("On", yes)]), remote(&[("*", true)]), rejecting(2), None),
        ];
        for (what, policies, remote, rules, expected) in cases {
            let data = Datasets {
                outbound_spam_policies: policies,
                remote_domains: remote,
                transport_rules: rules,
                ..Datasets::default()
            };
            let table = Stops::of(&data).automatic_forwarding();
            let found =
                table.rows[0].open_domains.known().map(|list| list.iter().map(Text::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref(), expected, "{what}");
        }
    }
}
