//! How long everything in each service is kept, whoever deletes it.

use tenantscan_model::rows::{LocationScope, RetentionCoverage, RetentionPolicy, RetentionRule};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};

use super::{Counts, Demand, Together, counts, named};
use crate::sources::purview::RETENTION_POLICIES;
use tenantscan_provider::unclear;

/// Longer than any number of days.
const FOREVER: i64 = i64::MAX;

type Scope = fn(&RetentionPolicy) -> &Cell<LocationScope>;

const SERVICES: [(&str, &str, Scope); 6] = [
    ("exchange", "Mailboxes", |policy| &policy.exchange),
    ("sharepoint", "SharePoint sites", |policy| &policy.sharepoint),
    ("onedrive", "OneDrive", |policy| &policy.onedrive),
    ("groups", "Microsoft 365 groups", |policy| &policy.groups),
    ("teams_chats", "Teams chats", |policy| &policy.teams_chats),
    ("teams_channels", "Teams channel messages", |policy| &policy.teams_channels),
];

pub(super) fn apply(datasets: &mut Datasets) {
    let (policies, rules) = (&datasets.retention_policies, &datasets.retention_rules);
    let rows = SERVICES.map(|(id, name, scope)| {
        let together = together(policies, rules, id, scope);
        RetentionCoverage {
            name: Cell::Known(name.into()),
            keep_days: Cell::from(together.best()).map(|days| (days != FOREVER).then_some(days)),
            by: together.list(&together.by),
            not_counted: together.list(&together.not_counted),
            ..RetentionCoverage::new(id)
        }
    });
    datasets.retention_coverage = Table::complete(rows.into());
}

/// How much of a service a policy reaches, as far as it adds to others.
enum Part {
    Everything,
    /// All but places with these names.
    AllBut(Vec<Text>),
    /// Places with these names.
    Only(Vec<Text>),
}

impl Part {
    /// The part of a service that a policy reaches, and why that is not certain. What is not certain may be everything.
    fn of(policy: &RetentionPolicy, service: &str, scope: &Cell<LocationScope>) -> (Self, Option<Gap>) {
        let names = |list: &Cell<Vec<Text>>| {
            let ours = |it: &&Text| it.split_once('/').is_some_and(|(of, _)| of == service);
            let names = list.read().map(|all| all.iter().filter(ours).cloned().collect::<Vec<Text>>());
            // The scope says that there are some.
            match names {
                Ok(names) if names.is_empty() => Err(unclear(&RETENTION_POLICIES)),
                names => names.map_err(Clone::clone),
            }
        };
        let part = match scope.read() {
            Ok(LocationScope::AllBut) => names(&policy.leaves_out).map(Self::AllBut),
            Ok(LocationScope::Some) => names(&policy.reaches_only).map(Self::Only),
            Ok(LocationScope::All | LocationScope::None) => Ok(Self::Everything),
            Err(gap) => Err(gap.clone()),
        };
        match part {
            Ok(part) => (part, None),
            // A list of names is never enough by itself, whatever stands on it.
            Err(gap) if scope.known() == Some(&LocationScope::Some) => (Self::Only(Vec::new()), Some(gap)),
            Err(gap) => (Self::Everything, Some(gap)),
        }
    }

    fn reaches(&self, place: &Text, certain: bool) -> bool {
        match self {
            Self::Everything => true,
            Self::AllBut(left_out) => !left_out.contains(place),
            Self::Only(places) => places.contains(place) || (!certain && places.is_empty()),
        }
    }
}

/// What one rule keeps, for how long at most, and why that is not certain.
struct Kept {
    name: Text,
    part: Part,
    days: i64,
    doubt: Option<Gap>,
}

fn together(
    policies: &Table<RetentionPolicy>,
    rules: &Table<RetentionRule>,
    service: &str,
    scope: Scope,
) -> Together<i64> {
    let mut found = Together::default();
    let mut kept: Vec<Kept> = Vec::new();
    if let Some(gap) = policies.gap() {
        found.possibly(FOREVER, gap);
    }
    for policy in &policies.rows {
        let scope = scope(policy);
        if scope.known() == Some(&LocationScope::None) {
            continue;
        }
        let name = named(&policy.name, &policy.id);
        let in_force = match counts(in_force(policy)) {
            Counts::No(reason) => {
                found.not(&name, reason);
                continue;
            }
            Counts::Yes => None,
            Counts::Maybe(gap) => Some(gap),
        };
        let mut keep = |days: i64, doubt: Option<Gap>| {
            let (part, unclear) = Part::of(policy, service, scope);
            kept.push(Kept { name: name.clone(), part, days, doubt: doubt.or(in_force.clone()).or(unclear) });
        };
        if let Some(gap) = rules.gap() {
            keep(FOREVER, Some(gap.clone()));
        }
        for rule in &rules.rows {
            let own = match belongs(rule, policy) {
                Ok(false) => continue,
                Ok(true) => None,
                Err(gap) => Some(gap),
            };
            match (counts(keeps(rule)), days(rule)) {
                (Counts::No(_), _) if own.is_some() => {}
                (Counts::No(reason), _) => found.not(&name, reason),
                (Counts::Maybe(gap), days) => keep(days.unwrap_or(FOREVER), Some(gap)),
                (Counts::Yes, Err(gap)) => keep(FOREVER, Some(gap)),
                (Counts::Yes, Ok(days)) => keep(days, own),
            }
        }
    }
    add_up(&mut found, &kept);
    found
}

/// What is kept in the whole service: by one policy for all of it, or by one that leaves some out and others for these.
fn add_up(found: &mut Together<i64>, kept: &[Kept]) {
    for certain in [true, false] {
        let all: Vec<&Kept> = kept.iter().filter(|it| !certain || it.doubt.is_none()).collect();
        for one in &all {
            let Some(others) = fill(one, &all, certain) else { continue };
            let days = others.iter().map(|it| it.days).fold(one.days, i64::min);
            match [*one].iter().chain(&others).find_map(|it| it.doubt.as_ref()) {
                Some(gap) => found.possibly(days, gap),
                None => [*one].iter().chain(&others).for_each(|it| found.certainly(days, &it.name)),
            }
        }
    }
    for one in kept.iter().filter(|it| it.doubt.is_none()) {
        let reason = match one.part {
            Part::Everything => continue,
            Part::AllBut(_) => "leaves some out",
            Part::Only(_) => "only for the names on its list",
        };
        if !found.by.contains(&one.name) {
            found.not(&one.name, reason);
        }
    }
}

/// Those of `all` that keep longest what one leaves out; none where nobody keeps something of it.
fn fill<'a>(one: &Kept, all: &[&'a Kept], certain: bool) -> Option<Vec<&'a Kept>> {
    let left_out = match &one.part {
        Part::Everything => return Some(Vec::new()),
        Part::AllBut(left_out) => left_out,
        Part::Only(_) => return None,
    };
    let longest = |place| all.iter().filter(|it| it.part.reaches(place, certain)).max_by_key(|it| it.days).copied();
    left_out.iter().map(longest).collect()
}

fn in_force(policy: &RetentionPolicy) -> [Demand<'_>; 3] {
    let says = |word: &Option<Text>, due: &str| word.as_ref().is_some_and(|word| word.as_str() == due);
    [
        (policy.enabled.read().copied(), "switched off"),
        (policy.mode.read().map(|mode| says(mode, "Enforce")), "only tried out"),
        (policy.distribution_status.read().map(|status| says(status, "Success")), "has not reached every place yet"),
    ]
}

fn keeps(rule: &RetentionRule) -> [Demand<'_>; 4] {
    let action = rule.action.read();
    [
        (rule.enabled.read().copied(), "its rule is switched off"),
        (action.map(Option::is_some), "only for labels that people or rules put on items"),
        (action.map(|action| action.as_ref().is_some_and(|it| it.as_str() != "Delete")), "only deletes"),
        (rule.narrowed_by.read().map(Vec::is_empty), "only for what matches its conditions"),
    ]
}

fn belongs(rule: &RetentionRule, policy: &RetentionPolicy) -> Result<bool, Gap> {
    let of = rule.policy.read().map_err(Clone::clone)?;
    if of.eq_ignore_ascii_case(&policy.id) {
        return Ok(true);
    }
    policy.name.read().map(|name| of.eq_ignore_ascii_case(name)).map_err(Clone::clone)
}

fn days(rule: &RetentionRule) -> Result<i64, Gap> {
    if *rule.keeps_forever.read().map_err(Clone::clone)? {
        return Ok(FOREVER);
    }
    rule.keep_days.read().map(|days| days.unwrap_or(0)).map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    //! Cases: policies and rules, and for how long all mail is kept.

    use tenantscan_model::Cause;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::RoleMissing, "test")
    }

    fn policy(change: impl FnOnce(&mut RetentionPolicy)) -> RetentionPolicy {
        let mut policy = RetentionPolicy {
            name: Cell::Known("Six years".into()),
            enabled: Cell::Known(true),
            mode: Cell::Known(Some("Enforce".into())),
            distribution_status: Cell::Known(Some("Success".into())),
            exchange: Cell::Known(LocationScope::All),
            reaches_only: Cell::Known(vec![]),
            leaves_out: Cell::Known(vec![]),
            ..RetentionPolicy::new("p")
        };
        change(&mut policy);
        policy
    }

    fn rule(days: Option<i64>, change: impl FnOnce(&mut RetentionRule)) -> RetentionRule {
        let mut rule = RetentionRule {
            policy: Cell::Known("p".into()),
            enabled: Cell::Known(true),
            action: Cell::Known(Some("Keep".into())),
            keep_days: Cell::Known(days),
            keeps_forever: Cell::Known(days.is_none()),
            narrowed_by: Cell::Known(vec![]),
            ..RetentionRule::new("r")
        };
        change(&mut rule);
        rule
    }

    fn all<R: tenantscan_model::Row>(rows: Vec<R>) -> Table<R> {
        Table::complete(rows)
    }

    type Case = (&'static str, Table<RetentionPolicy>, Table<RetentionRule>, Option<Option<i64>>);

    fn cases() -> Vec<Case> {
        let one = |change: fn(&mut RetentionPolicy)| all(vec![policy(change)]);
        let ruled = |change: fn(&mut RetentionRule)| all(vec![rule(Some(2190), change)]);
        let same = || one(|_| {});
        let six = || ruled(|_| {});
        vec![
            ("no policies", all(vec![]), all(vec![]), Some(Some(0))),
            ("six years", same(), six(), Some(Some(2190))),
            ("for ever", same(), all(vec![rule(None, |_| {})]), Some(None)),
            ("known by name", same(), ruled(|it| it.policy = Cell::Known("SIX YEARS".into())), Some(Some(2190))),
            ("another policy's rule", same(), ruled(|it| it.policy = Cell::Known("q".into())), Some(Some(0))),
            (
                "keep, then delete",
                same(),
                ruled(|it| it.action = Cell::Known(Some("KeepAndDelete".into()))),
                Some(Some(2190)),
            ),
            ("delete only", same(), ruled(|it| it.action = Cell::Known(Some("Delete".into()))), Some(Some(0))),
            ("a label", same(), ruled(|it| it.action = Cell::Known(None)), Some(Some(0))),
            (
                "some mail",
                same(),
                ruled(|it| it.narrowed_by = Cell::Known(vec!["ContentMatchQuery".into()])),
                Some(Some(0)),
            ),
            ("rule off", same(), ruled(|it| it.enabled = Cell::Known(false)), Some(Some(0))),
            ("policy off", one(|it| it.enabled = Cell::Known(false)), six(), Some(Some(0))),
            ("tried out", one(|it| it.mode = Cell::Known(Some("Test".into()))), six(), Some(Some(0))),
            (
                "on its way",
                one(|it| it.distribution_status = Cell::Known(Some("Pending".into()))),
                six(),
                Some(Some(0)),
            ),
            ("some people", one(|it| only(it, &["ana"])), six(), Some(Some(0))),
            ("all but one", one(|it| all_but(it, &["ana"])), six(), Some(Some(0))),
            (
                "all but some whose names are unread",
                one(|it| {
                    all_but(it, &["ana"]);
                    it.leaves_out = Cell::Unknown(gap());
                }),
                six(),
                None,
            ),
            (
                "some whose names are unread",
                one(|it| {
                    only(it, &["ana"]);
                    it.reaches_only = Cell::Unknown(gap());
                }),
                six(),
                Some(Some(0)),
            ),
            (
                "all but one, and it may not be on",
                one(|it| {
                    all_but(it, &["ana"]);
                    it.mode = Cell::Unknown(gap());
                }),
                six(),
                Some(Some(0)),
            ),
            ("another service", one(|it| it.exchange = Cell::Known(LocationScope::None)), six(), Some(Some(0))),
            ("policies unread", Table::unread(gap()), six(), None),
            ("rules unread", same(), Table::unread(gap()), None),
            ("rules unread, and no policy", all(vec![]), Table::unread(gap()), Some(Some(0))),
            (
                "rules unread, policy off",
                one(|it| it.enabled = Cell::Known(false)),
                Table::unread(gap()),
                Some(Some(0)),
            ),
            ("mode unread", one(|it| it.mode = Cell::Unknown(gap())), six(), None),
            (
                "mode unread, off",
                one(|it| (it.mode, it.enabled) = (Cell::Unknown(gap()), Cell::Known(false))),
                six(),
                Some(Some(0)),
            ),
            ("places unread", one(|it| it.exchange = Cell::Unknown(gap())), six(), None),
            ("days unread", same(), ruled(|it| it.keep_days = Cell::Unknown(gap())), None),
            ("whose rule unread", same(), ruled(|it| it.policy = Cell::Unknown(gap())), None),
            (
                "a shorter one is unread",
                same(),
                all(vec![rule(Some(2190), |_| {}), rule(Some(30), |it| it.enabled = Cell::Unknown(gap()))]),
                Some(Some(2190)),
            ),
            (
                "for ever in any case",
                same(),
                all(vec![rule(None, |_| {}), rule(Some(30), |it| it.keep_days = Cell::Unknown(gap()))]),
                Some(None),
            ),
        ]
    }

    #[test]
    fn how_long_all_mail_is_kept() {
        for (case, policies, rules, due) in cases() {
            let mut data = Datasets { retention_policies: policies, retention_rules: rules, ..Datasets::default() };
            apply(&mut data);
            let mail = data.retention_coverage.rows.iter().find(|row| row.id == *"exchange").expect("a row");
            assert_eq!(mail.keep_days.known().copied(), due, "{case}");
        }
    }

    fn names(of: &[&str]) -> Cell<Vec<Text>> {
        Cell::Known(of.iter().map(|name| format!("exchange/{name}").into()).collect())
    }

    fn only(policy: &mut RetentionPolicy, of: &[&str]) {
        policy.exchange = Cell::Known(LocationScope::Some);
        policy.reaches_only = names(of);
    }

    fn all_but(policy: &mut RetentionPolicy, of: &[&str]) {
        policy.exchange = Cell::Known(LocationScope::AllBut);
        policy.leaves_out = names(of);
    }

    /// Two policies, the first for six years, and what they come to: for how long, and who is named.
    fn two(first: fn(&mut RetentionPolicy), second: fn(&mut RetentionPolicy), days: Option<i64>) -> RetentionCoverage {
        let second = RetentionPolicy { name: Cell::Known("Others".into()), ..policy(second) };
        let second = RetentionPolicy { id: "q".into(), ..second };
        let rules = vec![
            rule(Some(2190), |_| {}),
            RetentionRule { id: "s".into(), ..rule(days, |it| it.policy = Cell::Known("q".into())) },
        ];
        let mut data = Datasets {
            retention_policies: all(vec![policy(first), second]),
            retention_rules: all(rules),
            ..Datasets::default()
        };
        apply(&mut data);
        data.retention_coverage.rows.into_iter().find(|row| row.id == *"exchange").expect("a row")
    }

    #[test]
    fn policies_add_up_where_one_keeps_what_the_other_leaves_out() {
        let kept = |row: &RetentionCoverage| row.keep_days.known().copied();
        let row = two(|it| all_but(it, &["ana", "ben"]), |it| only(it, &["ben", "ana"]), None);
        assert_eq!(kept(&row), Some(Some(2190)));
        assert_eq!(row.by, Cell::Known(vec!["Six years".into(), "Others".into()]));
        assert_eq!(row.not_counted, Cell::Known(vec![]));
        let row = two(|it| all_but(it, &["ana"]), |it| only(it, &["ana"]), Some(30));
        assert_eq!(kept(&row), Some(Some(30)), "the shorter one counts");
        let row = two(|it| all_but(it, &["ana"]), |it| all_but(it, &["ben"]), Some(3650));
        assert_eq!(kept(&row), Some(Some(2190)), "each keeps what the other leaves out");
        let row = two(|it| all_but(it, &["ana", "ben"]), |it| only(it, &["ana"]), None);
        assert_eq!(kept(&row), Some(Some(0)), "nobody keeps Ben's");
        let left = ["Six years (leaves some out)", "Others (only for the names on its list)"];
        assert_eq!(row.not_counted, Cell::Known(left.iter().map(|it| Text::from(*it)).collect()));
        let row = two(|it| only(it, &["ana"]), |it| only(it, &["ben"]), None);
        assert_eq!(kept(&row), Some(Some(0)), "whoever comes next is on no list");
        let unread = |it: &mut RetentionPolicy| {
            only(it, &["ana"]);
            it.mode = Cell::Unknown(gap());
        };
        assert_eq!(kept(&two(|it| all_but(it, &["ana"]), unread, None)), None, "the other may not be on");
    }

    #[test]
    fn a_policy_that_does_not_count_is_named_with_the_reason() {
        let mut data = Datasets {
            retention_policies: Table::complete(vec![policy(|it| all_but(it, &["ana"]))]),
            retention_rules: Table::complete(vec![rule(None, |_| {})]),
            ..Datasets::default()
        };
        apply(&mut data);
        let mail = data.retention_coverage.rows.iter().find(|row| row.id == *"exchange").expect("a row");
        assert_eq!(mail.not_counted, Cell::Known(vec!["Six years (leaves some out)".into()]));
    }
}
