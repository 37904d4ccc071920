//! Accounts that a rule only counts because nobody has declared what they are for.

use tenantscan_model::rows::{AccountKind, User};
use tenantscan_model::{AnyRow, Cause, Cell, Datasets};
use tenantscan_policy::{Rows, Rule, Verdict};

use crate::judge::{Facts, Finding, judge};

/// The register of accounts with which a policy would be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What the accounts would be declared to be.
    pub kind: AccountKind,
    /// Sign-in name and name for people of each account, in the order of names.
    pub accounts: Vec<(String, String)>,
}

/// Judges the rule once more as if the likely accounts were declared. None where the verdict would still not be pass.
pub(crate) fn declaration(rule: &Rule, facts: &Facts<'_>, findings: &[Finding]) -> Option<Declaration> {
    let declare = rule.declare.as_ref()?;
    let by_user = rule.each.is_some_and(|each| Datasets::ALL[each].name == "users");
    let scope = facts.scope(None);
    let mut rows = Rows::new(&scope);
    let mut likely = |user| {
        rows.turn_to(user);
        rows.holds(&declare.filter) == Ok(true)
    };
    let chosen: Vec<usize> = (0..facts.datasets.users.rows.len())
        .filter(|index| {
            let user: &User = &facts.datasets.users.rows[*index];
            let counted = match user.kind.read() {
                Ok(kind) => {
                    let found = || findings.iter().any(|finding| finding.resource == user.id.as_str());
                    *kind != declare.kind && (!by_user || found())
                }
                // What it is for is unknown because nobody keeps a register.
                Err(gap) => gap.cause() == Cause::NotSupplied,
            };
            counted && likely(user)
        })
        .collect();
    if chosen.is_empty() {
        return None;
    }
    let mut datasets = facts.datasets.clone();
    for index in &chosen {
        datasets.users.rows[*index].kind = Cell::Known(declare.kind);
    }
    let (verdict, ..) = judge(rule, &facts.with(&datasets));
    let mut accounts: Vec<(String, String)> = chosen
        .iter()
        .map(|index| {
            let user = &facts.datasets.users.rows[*index];
            let account = user.principal_name.known().unwrap_or(&user.id);
            (account.to_string(), user.label().to_owned())
        })
        .collect();
    accounts.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    (verdict == Verdict::Pass).then_some(Declaration { kind: declare.kind, accounts })
}
