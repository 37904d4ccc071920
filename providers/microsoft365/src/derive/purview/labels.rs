//! Which sensitivity labels a policy offers to everybody.

use tenantscan_model::rows::{LabelPolicy, LocationScope, SensitivityLabel};
use tenantscan_model::{Cause, Datasets, Gap, Table};

use crate::sources::purview::LABEL_POLICIES;

pub(super) fn apply(datasets: &mut Datasets) {
    let policies = &datasets.label_policies;
    for label in &mut datasets.sensitivity_labels.rows {
        label.published = published(label, policies).into();
    }
}

fn published(label: &SensitivityLabel, policies: &Table<LabelPolicy>) -> Result<bool, Gap> {
    let mut doubt = policies.gap().cloned();
    for policy in &policies.rows {
        match (policy.enabled.read(), offers(policy, label), to_everybody(policy)) {
            (Ok(true), Ok(true), Ok(true)) => return Ok(true),
            (Ok(false), ..) | (_, Ok(false), _) | (_, _, Ok(false)) => {}
            (Err(gap), ..) => doubt = doubt.or(Some(gap.clone())),
            (_, Err(gap), _) | (_, _, Err(gap)) => doubt = doubt.or(Some(gap)),
        }
    }
    doubt.map_or(Ok(false), Err)
}

/// Whether those who are named are all who need labels, only a person can say.
fn to_everybody(policy: &LabelPolicy) -> Result<bool, Gap> {
    match policy.reach.read().map_err(Clone::clone)? {
        LocationScope::All => Ok(true),
        LocationScope::None => Ok(false),
        LocationScope::Some | LocationScope::AllBut => Err(Gap::new(Cause::NotSupplied, LABEL_POLICIES.id)),
    }
}

fn offers(policy: &LabelPolicy, label: &SensitivityLabel) -> Result<bool, Gap> {
    let labels = policy.labels.read().map_err(Clone::clone)?;
    let has = |name: &str| labels.iter().any(|it| it.eq_ignore_ascii_case(name));
    if labels.is_empty() || has(&label.id) {
        return Ok(!labels.is_empty());
    }
    label.internal_name.read().map(|name| has(name)).map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cell;

    use super::*;

    #[test]
    fn a_label_is_published_when_a_policy_that_is_on_offers_it() {
        let gap = || Gap::new(Cause::RoleMissing, "test");
        let policy = |enabled: Cell<bool>, labels: Cell<Vec<tenantscan_model::Text>>| {
            let reach = Cell::Known(LocationScope::All);
            Table::complete(vec![LabelPolicy { enabled, labels, reach, ..LabelPolicy::new("p") }])
        };
        let to = |reach: Cell<LocationScope>| {
            let mut table = policy(Cell::Known(true), Cell::Known(vec!["patient".into()]));
            table.rows[0].reach = reach;
            table
        };
        let on = || Cell::Known(true);
        let named = |name: &str| Cell::Known(vec![name.into()]);
        let cases = [
            ("by id", policy(on(), named("ID-1")), Some(true)),
            ("by name", policy(on(), named("patient")), Some(true)),
            ("another label", policy(on(), named("public")), Some(false)),
            ("policy off", policy(Cell::Known(false), named("patient")), Some(false)),
            ("no policies", Table::complete(vec![]), Some(false)),
            ("policies unread", Table::unread(gap()), None),
            ("its labels unread", policy(on(), Cell::Unknown(gap())), None),
            ("to some by name", to(Cell::Known(LocationScope::Some)), None),
            ("to all but some", to(Cell::Known(LocationScope::AllBut)), None),
            ("to nobody", to(Cell::Known(LocationScope::None)), Some(false)),
            ("to whom unread", to(Cell::Unknown(gap())), None),
            ("its labels unread, off", policy(Cell::Known(false), Cell::Unknown(gap())), Some(false)),
        ];
        for (case, policies, due) in cases {
            let label =
                SensitivityLabel { internal_name: Cell::Known("Patient".into()), ..SensitivityLabel::new("id-1") };
            let mut data = Datasets {
                sensitivity_labels: Table::complete(vec![label]),
                label_policies: policies,
                ..Datasets::default()
            };
            apply(&mut data);
            assert_eq!(data.sensitivity_labels.rows[0].published.known().copied(), due, "{case}");
        }
    }
}
