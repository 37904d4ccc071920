//! Which sensitivity labels a policy offers to anybody.

use tenantscan_model::rows::{LabelPolicy, SensitivityLabel};
use tenantscan_model::{Datasets, Gap, Table};

pub(super) fn apply(datasets: &mut Datasets) {
    let policies = &datasets.label_policies;
    for label in &mut datasets.sensitivity_labels.rows {
        label.published = published(label, policies).into();
    }
}

fn published(label: &SensitivityLabel, policies: &Table<LabelPolicy>) -> Result<bool, Gap> {
    let mut doubt = policies.gap().cloned();
    for policy in &policies.rows {
        match (policy.enabled.read(), offers(policy, label)) {
            (Ok(true), Ok(true)) => return Ok(true),
            (Ok(false), _) | (_, Ok(false)) => {}
            (Err(gap), _) => doubt = doubt.or(Some(gap.clone())),
            (_, Err(gap)) => doubt = doubt.or(Some(gap)),
        }
    }
    doubt.map_or(Ok(false), Err)
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
    use tenantscan_model::{Cause, Cell};

    use super::*;

    #[test]
    fn a_label_is_published_when_a_policy_that_is_on_offers_it() {
        let gap = || Gap::new(Cause::RoleMissing, "test");
        let policy = |enabled: Cell<bool>, labels: Cell<Vec<tenantscan_model::Text>>| {
            Table::complete(vec![LabelPolicy { enabled, labels, ..LabelPolicy::new("p") }])
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
