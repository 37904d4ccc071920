//! What the other policies found, as facts for rules about it.

use tenantscan_model::rows::{PolicyResult, RESULTS};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Listing, Table, Tenant, Text, Time};
use tenantscan_policy::{Policy, Rule, Verdict};

use crate::exceptions;
use crate::judge::{Chosen, Outcome};

/// Whether a rule is about the results of other policies.
pub fn is_about_results(rule: &Rule) -> bool {
    rule.reads.iter().any(|(dataset, _)| Datasets::ALL[*dataset].name == RESULTS)
}

/// What such a rule reads of a tenant, with what the others found in it. Of the exceptions it is the tenant's own.
pub(crate) fn beside(
    rule: &Rule,
    tenant: &Tenant,
    policies: &[&Policy],
    chosen: Chosen,
    outcomes: &[Outcome],
    now: Time,
) -> Datasets {
    let mut datasets = tenant.datasets.only(|index| rule.reads.iter().any(|(dataset, _)| *dataset == index));
    exceptions::only_of(tenant, &mut datasets.exceptions);
    let others = outcomes.iter().filter(|outcome| {
        let own = policies[outcome.policy].rules.get(&tenant.platform);
        own.is_none_or(|rule| !is_about_results(rule))
    });
    datasets.policy_results = Table::complete(others.map(|it| row(policies[it.policy], it, tenant, now)).collect());
    if chosen == Chosen::Some {
        datasets.policy_results.listing = Listing::Unread(Gap::new(Cause::NotCollected, RESULTS));
    }
    datasets
}

fn row(policy: &Policy, outcome: &Outcome, tenant: &Tenant, now: Time) -> PolicyResult {
    let mut row = PolicyResult::new(policy.id.as_str());
    row.severity = Cell::Known(policy.severity);
    row.accepted = exceptions::borne(tenant, &policy.id, &outcome.findings, now).into();
    if let Some(gap) = outcome.gaps.first() {
        row.failing = Cell::Unknown(gap.clone());
        row.resources = Cell::Unknown(gap.clone());
        row.resources_complete = Cell::Unknown(gap.clone());
        return row;
    }
    let ids = outcome.findings.iter().map(|finding| Text::from(finding.resource.as_str()));
    row.failing = Cell::Known(outcome.verdict == Verdict::Fail);
    row.resources = Cell::Known(ids.collect());
    row.resources_complete = outcome.more.clone().map_or(Cell::Known(true), Cell::Unknown);
    row
}
