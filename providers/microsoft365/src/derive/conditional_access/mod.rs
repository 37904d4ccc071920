//! What Conditional Access, security defaults and per-user MFA together force on each account.
//!
//! Every answer is computed between two bounds: with all unread facts counted as absent, and as present. More rules
//! never force less, so where both bounds agree the answer is known, whatever the unread facts turn out to be.

mod conditions;
mod gaps;
mod grants;
mod judge;
mod level;
mod policy;
mod questions;
mod standing;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use tenantscan_model::Datasets;
use tenantscan_model::rows::{PerUserMfa, User};

use super::account_kind::SYNC_ROLE;
use judge::{Base, Judge, Outcome};
use level::Span;
use standing::{Directory, Standing};

/// The source that a policy's own gaps name.
const SOURCE: &str = "microsoft365.conditional_access_policies";

pub(super) fn apply(datasets: &mut Datasets, members: &tenantscan_people::GroupMembers) {
    let mut users = std::mem::take(&mut datasets.users);
    let judge = Judge::new(datasets);
    let directory = Directory::new(datasets, members);
    // Most accounts stand alike to every policy: each way of standing is judged once.
    let mut known: HashMap<(Vec<Standing>, Base), Outcome> = HashMap::new();
    for user in &mut users.rows {
        let standings = judge.rows().map(|policy| directory.standing(user, policy)).collect();
        let key = (standings, base(user, datasets, &directory));
        let outcome = match known.get(&key) {
            Some(outcome) => outcome.clone(),
            None => {
                let outcome = judge.outcome(&key.0, &key.1);
                known.insert(key, outcome.clone());
                outcome
            }
        };
        outcome.write(user);
    }
    datasets.users = users;
}

/// What binds the account besides Conditional Access.
fn base(user: &User, datasets: &Datasets, directory: &Directory<'_>) -> Base {
    let table = &datasets.security_defaults;
    let (mut defaults, mut gap) = match (table.gap(), table.rows.first()) {
        (Some(gap), _) => (Span::UNKNOWN, Some(gap.clone())),
        (None, Some(row)) => (Span::from(row.enabled.read().copied()), row.enabled.gap().cloned()),
        (None, None) => (Span::NONE, None),
    };
    // The account that copies accounts from a server on site cannot answer a second step.
    let (sync, sync_gap) = directory.holds_role(user, SYNC_ROLE);
    if defaults.possible() && sync.possible() {
        defaults = defaults.and(sync.not());
        gap = gap.or(sync_gap);
    }
    let per_user = match user.per_user_mfa.read() {
        Ok(PerUserMfa::Enforced) => Span::FULL,
        Ok(PerUserMfa::Enabled) => Span::PART,
        Ok(PerUserMfa::Disabled) => Span::NONE,
        Err(hole) => {
            gap = gap.or_else(|| Some(hole.clone()));
            Span::UNKNOWN
        }
    };
    Base { defaults, per_user, gap }
}
