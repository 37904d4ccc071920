//! How long everything in each service is kept, whoever deletes it.

use tenantscan_model::rows::{LocationScope, RetentionCoverage, RetentionPolicy, RetentionRule};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};

use super::{Counts, Demand, Together, counts, named, reaches_all};

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
        let together = together(policies, rules, scope);
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

fn together(policies: &Table<RetentionPolicy>, rules: &Table<RetentionRule>, scope: Scope) -> Together<i64> {
    let mut found = Together::default();
    if let Some(gap) = policies.gap() {
        found.possibly(FOREVER, gap);
    }
    for policy in &policies.rows {
        let scope = scope(policy);
        if scope.known() == Some(&LocationScope::None) {
            continue;
        }
        let name = named(&policy.name, &policy.id);
        let in_force = match counts(in_force(policy).into_iter().chain(reaches_all(scope))) {
            Counts::No(reason) => {
                found.not(&name, reason);
                continue;
            }
            Counts::Yes => None,
            Counts::Maybe(gap) => Some(gap),
        };
        if let Some(gap) = rules.gap() {
            found.possibly(FOREVER, gap);
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
                (Counts::Maybe(gap), days) => found.possibly(days.unwrap_or(FOREVER), &gap),
                (Counts::Yes, Err(gap)) => found.possibly(FOREVER, &gap),
                (Counts::Yes, Ok(days)) => match own.or(in_force.clone()) {
                    Some(gap) => found.possibly(days, &gap),
                    None => found.certainly(days, &name),
                },
            }
        }
    }
    found
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
            ("some people", one(|it| it.exchange = Cell::Known(LocationScope::Some)), six(), Some(Some(0))),
            ("all but one", one(|it| it.exchange = Cell::Known(LocationScope::AllBut)), six(), Some(Some(0))),
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

    #[test]
    fn a_policy_that_does_not_count_is_named_with_the_reason() {
        let mut data = Datasets {
            retention_policies: Table::complete(vec![policy(|it| it.exchange = Cell::Known(LocationScope::AllBut))]),
            retention_rules: Table::complete(vec![rule(None, |_| {})]),
            ..Datasets::default()
        };
        apply(&mut data);
        let mail = data.retention_coverage.rows.iter().find(|row| row.id == *"exchange").expect("a row");
        assert_eq!(mail.not_counted, Cell::Known(vec!["Six years (leaves some out)".into()]));
    }
}
