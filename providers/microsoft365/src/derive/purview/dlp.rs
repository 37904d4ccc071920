//! What happens to health data that is about to leave by each service.

use tenantscan_model::rows::{DlpAction, DlpCoverage, DlpPolicy, DlpRule, LocationScope};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};

use crate::sources::purview::DLP_RULES;

use super::{Counts, Demand, Together, counts, named, reaches_all};

type Scope = fn(&DlpPolicy) -> &Cell<LocationScope>;

const MAIL: &str = "exchange";

const SERVICES: [(&str, &str, Scope); 4] = [
    (MAIL, "Mail", |policy| &policy.exchange),
    ("sharepoint", "SharePoint sites", |policy| &policy.sharepoint),
    ("onedrive", "OneDrive", |policy| &policy.onedrive),
    ("teams", "Teams chats and channels", |policy| &policy.teams),
];

/// Actions from the weakest to the strongest.
const STRENGTH: [DlpAction; 4] = [DlpAction::None, DlpAction::Warns, DlpAction::Encrypts, DlpAction::Blocks];
const WARNS: usize = 1;
const STRONGEST: usize = STRENGTH.len() - 1;

pub(super) fn apply(datasets: &mut Datasets) {
    let (policies, rules) = (&datasets.dlp_policies, &datasets.dlp_rules);
    let rows = SERVICES.map(|(id, name, scope)| {
        let together = together(policies, rules, scope, id == MAIL);
        DlpCoverage {
            name: Cell::Known(name.into()),
            action: Cell::from(together.best()).map(|strength| STRENGTH[strength]),
            by: together.list(&together.by),
            not_counted: together.list(&together.not_counted),
            ..DlpCoverage::new(id)
        }
    });
    datasets.dlp_coverage = Table::complete(rows.into());
}

fn together(policies: &Table<DlpPolicy>, rules: &Table<DlpRule>, scope: Scope, mail: bool) -> Together<usize> {
    let mut found = Together::default();
    if let Some(gap) = policies.gap() {
        found.possibly(STRONGEST, gap);
    }
    for policy in &policies.rows {
        let scope = scope(policy);
        if scope.known() == Some(&LocationScope::None) {
            continue;
        }
        let name = named(&policy.name, &policy.id);
        let in_force = counts(in_force(policy).into_iter().chain(reaches_all(scope)));
        if let (Some(gap), Counts::Yes | Counts::Maybe(_)) = (rules.gap(), &in_force) {
            found.possibly(STRONGEST, gap);
        }
        for rule in &rules.rows {
            let own = match belongs(rule, policy) {
                Ok(false) => continue,
                Ok(true) => None,
                Err(gap) => Some(gap),
            };
            // A rule about other data says nothing here.
            if rule.health_types.known().is_some_and(Vec::is_empty) {
                continue;
            }
            let doubt = match (&in_force, counts(stops(rule))) {
                (Counts::No(reason), _) => {
                    found.not(&name, reason);
                    continue;
                }
                (_, Counts::No(_)) if own.is_some() => continue,
                (_, Counts::No(reason)) => {
                    found.not(&name, reason);
                    continue;
                }
                (Counts::Maybe(gap), _) => Some(gap.clone()),
                (_, Counts::Maybe(gap)) => Some(gap),
                (Counts::Yes, Counts::Yes) => own,
            };
            match (strength(rule), doubt) {
                (Err(gap), _) => found.possibly(STRONGEST, &gap),
                // Only mail is encrypted; whether the rule warns besides is not kept.
                (Ok(strength), _) if !mail && STRENGTH[strength] == DlpAction::Encrypts => {
                    found.possibly(WARNS, &Gap::new(Cause::NotSupplied, DLP_RULES.id));
                }
                (Ok(strength), Some(gap)) => found.possibly(strength, &gap),
                (Ok(0), None) => found.not(&name, "does nothing that the sender notices"),
                (Ok(strength), None) => found.certainly(strength, &name),
            }
        }
    }
    found
}

fn in_force(policy: &DlpPolicy) -> [Demand<'_>; 3] {
    let says = |mode: &Option<Text>, start: &str| mode.as_ref().is_some_and(|mode| mode.starts_with(start));
    [
        (policy.enabled.read().copied(), "switched off"),
        (policy.mode.read().map(|mode| !says(mode, "Test")), "only tried out"),
        (policy.mode.read().map(|mode| says(mode, "Enable")), "switched off"),
    ]
}

fn stops(rule: &DlpRule) -> [Demand<'_>; 5] {
    [
        (rule.enabled.read().copied(), "its rule is switched off"),
        (rule.health_types.read().map(|types| !types.is_empty()), "looks for other data"),
        (rule.covers_outside.read().copied(), "only for what stays inside"),
        (rule.narrowed_by.read().map(Vec::is_empty), "only under further conditions"),
        (
            rule.least_count.read().map(|count| count.is_none_or(|it| it <= 1)),
            "acts only where there are several finds",
        ),
    ]
}

fn belongs(rule: &DlpRule, policy: &DlpPolicy) -> Result<bool, Gap> {
    let of = rule.policy.read().map_err(Clone::clone)?;
    if of.eq_ignore_ascii_case(&policy.id) {
        return Ok(true);
    }
    policy.name.read().map(|name| of.eq_ignore_ascii_case(name)).map_err(Clone::clone)
}

fn strength(rule: &DlpRule) -> Result<usize, Gap> {
    let action = rule.action.read().map_err(Clone::clone)?;
    Ok(STRENGTH.iter().position(|it| it == action).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    //! Cases: policies and rules, and what happens to health data in mail.

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::RoleMissing, "test")
    }

    fn policy(change: impl FnOnce(&mut DlpPolicy)) -> Table<DlpPolicy> {
        let mut policy = DlpPolicy {
            name: Cell::Known("HIPAA".into()),
            enabled: Cell::Known(true),
            mode: Cell::Known(Some("Enable".into())),
            exchange: Cell::Known(LocationScope::All),
            ..DlpPolicy::new("p")
        };
        change(&mut policy);
        Table::complete(vec![policy])
    }

    fn rule(change: impl FnOnce(&mut DlpRule)) -> DlpRule {
        let mut rule = DlpRule {
            policy: Cell::Known("p".into()),
            enabled: Cell::Known(true),
            health_types: Cell::Known(vec!["U.S. Social Security Number (SSN)".into()]),
            covers_outside: Cell::Known(true),
            action: Cell::Known(DlpAction::Blocks),
            narrowed_by: Cell::Known(vec![]),
            least_count: Cell::Known(Some(1)),
            ..DlpRule::new("r")
        };
        change(&mut rule);
        rule
    }

    fn all<R: tenantscan_model::Row>(rows: Vec<R>) -> Table<R> {
        Table::complete(rows)
    }

    type Case = (&'static str, Table<DlpPolicy>, Table<DlpRule>, Option<DlpAction>);

    fn cases() -> Vec<Case> {
        use DlpAction::{Blocks, None as Nothing, Warns};
        let one = |change: fn(&mut DlpRule)| all(vec![rule(change)]);
        let same = || policy(|_| {});
        let blocks = || one(|_| {});
        vec![
            ("no policy", all(vec![]), all(vec![]), Some(Nothing)),
            ("blocks", same(), blocks(), Some(Blocks)),
            ("warns", same(), one(|it| it.action = Cell::Known(Warns)), Some(Warns)),
            ("only reports", same(), one(|it| it.action = Cell::Known(Nothing)), Some(Nothing)),
            (
                "the strongest counts",
                same(),
                all(vec![rule(|it| it.action = Cell::Known(Warns)), rule(|_| {})]),
                Some(Blocks),
            ),
            ("other data", same(), one(|it| it.health_types = Cell::Known(vec![])), Some(Nothing)),
            ("from ten on", same(), one(|it| it.least_count = Cell::Known(Some(10))), Some(Nothing)),
            ("from how many on unread", same(), one(|it| it.least_count = Cell::Unknown(gap())), Option::None),
            (
                "few, and many",
                same(),
                all(vec![rule(|it| it.least_count = Cell::Known(Some(10))), rule(|it| it.action = Cell::Known(Warns))]),
                Some(Warns),
            ),
            ("inside only", same(), one(|it| it.covers_outside = Cell::Known(false)), Some(Nothing)),
            ("narrowed", same(), one(|it| it.narrowed_by = Cell::Known(vec!["SentTo".into()])), Some(Nothing)),
            (
                "tried out",
                policy(|it| it.mode = Cell::Known(Some("TestWithNotifications".into()))),
                blocks(),
                Some(Nothing),
            ),
            ("off", policy(|it| it.mode = Cell::Known(Some("Disable".into()))), blocks(), Some(Nothing)),
            ("some people", policy(|it| it.exchange = Cell::Known(LocationScope::Some)), blocks(), Some(Nothing)),
            ("another service", policy(|it| it.exchange = Cell::Known(LocationScope::None)), blocks(), Some(Nothing)),
            ("policies unread", Table::unread(gap()), blocks(), Option::None),
            ("rules unread", same(), Table::unread(gap()), Option::None),
            (
                "rules unread, policy off",
                policy(|it| it.enabled = Cell::Known(false)),
                Table::unread(gap()),
                Some(Nothing),
            ),
            ("types unread", same(), one(|it| it.health_types = Cell::Unknown(gap())), Option::None),
            ("action unread", same(), one(|it| it.action = Cell::Unknown(gap())), Option::None),
            (
                "a second one unread cannot matter",
                same(),
                all(vec![rule(|_| {}), rule(|it| it.action = Cell::Unknown(gap()))]),
                Some(Blocks),
            ),
            (
                "a second one unread may be stronger",
                same(),
                all(vec![rule(|it| it.action = Cell::Known(Warns)), rule(|it| it.action = Cell::Unknown(gap()))]),
                Option::None,
            ),
        ]
    }

    #[test]
    fn what_happens_to_health_data_in_mail() {
        for (case, policies, rules, due) in cases() {
            let mut data = Datasets { dlp_policies: policies, dlp_rules: rules, ..Datasets::default() };
            apply(&mut data);
            let mail = data.dlp_coverage.rows.iter().find(|row| row.id == *"exchange").expect("a row");
            assert_eq!(mail.action.known().copied(), due, "{case}");
        }
    }

    #[test]
    fn what_encrypts_mail_does_not_encrypt_files() {
        let covered = |rules: Vec<DlpRule>| {
            let mut data = Datasets {
                dlp_policies: policy(|it| it.sharepoint = Cell::Known(LocationScope::All)),
                dlp_rules: all(rules),
                ..Datasets::default()
            };
            apply(&mut data);
            ["exchange", "sharepoint"].map(|id| {
                let row = data.dlp_coverage.rows.iter().find(|row| row.id == *id).expect("a row");
                row.action.known().copied()
            })
        };
        let encrypts = || rule(|it| it.action = Cell::Known(DlpAction::Encrypts));
        assert_eq!(covered(vec![encrypts()]), [Some(DlpAction::Encrypts), None]);
        let warns = rule(|it| it.action = Cell::Known(DlpAction::Warns));
        assert_eq!(covered(vec![encrypts(), warns]), [Some(DlpAction::Encrypts), Some(DlpAction::Warns)]);
    }
}
