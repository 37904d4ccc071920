//! Whether people may release what a spam policy holds back, by the quarantine policy that it names.

use tenantscan_model::rows::QuarantinePolicy;
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};

use crate::sources::mail_protection::quarantine::QUARANTINE_POLICIES;
use tenantscan_provider::unclear;

pub(super) fn apply(datasets: &mut Datasets) {
    let held = &datasets.quarantine_policies;
    for policy in &mut datasets.spam_policies.rows {
        policy.people_release_phishing = release(&policy.phishing_quarantine, held).into();
        policy.people_release_high_confidence_phishing =
            release(&policy.high_confidence_phishing_quarantine, held).into();
    }
}

/// A name that is in no list says nothing.
fn release(name: &Cell<Text>, held: &Table<QuarantinePolicy>) -> Result<bool, Gap> {
    let name = name.read().map_err(Clone::clone)?;
    match held.rows.iter().find(|policy| policy.id.eq_ignore_ascii_case(name)) {
        Some(policy) => policy.people_release.read().copied().map_err(Clone::clone),
        None => Err(held.gap().cloned().unwrap_or_else(|| unclear(&QUARANTINE_POLICIES))),
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cause;
    use tenantscan_model::rows::SpamPolicy;

    use super::*;

    #[test]
    fn whether_people_release_phishing_hangs_on_the_quarantine_policy_that_is_named() {
        let held = |release| QuarantinePolicy { people_release: release, ..QuarantinePolicy::new("Own") };
        let known = |release| Table::complete(vec![held(Cell::Known(release))]);
        let gap = || Gap::new(Cause::RoleMissing, "test");
        let cases = [
            ("they may", "own", known(true), Some(true)),
            ("they may not", "Own", known(false), Some(false)),
            ("the name is in no list", "Other", known(true), None),
            ("permissions are unread", "Own", Table::complete(vec![held(Cell::Unknown(gap()))]), None),
            ("the list is unread", "Own", Table::unread(gap()), None),
        ];
        for (case, name, quarantine_policies, due) in cases {
            let policy = SpamPolicy { phishing_quarantine: Cell::Known(name.into()), ..SpamPolicy::new("Default") };
            let mut data =
                Datasets { spam_policies: Table::complete(vec![policy]), quarantine_policies, ..Datasets::default() };
            apply(&mut data);
            let row = &data.spam_policies.rows[0];
            assert_eq!(row.people_release_phishing.known().copied(), due, "{case}");
            assert_eq!(row.people_release_high_confidence_phishing.known(), None, "{case}: no name was read");
        }
    }
}
