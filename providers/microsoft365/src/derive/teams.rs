//! With whom people may chat: the tenant's settings and the policy together. Both must allow it.

use tenantscan_model::rows::{ChatReach, ExternalAccessPolicy, TeamsFederation};
use tenantscan_model::{Cause, Cell, Datasets, Gap};
use tenantscan_provider::Derived;

use crate::sources::teams::federation::FEDERATION;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["external_access_policies.reach"],
        from: &[
            "external_access_policies.federation",
            "external_access_policies.domains",
            "teams_federation.federation",
            "teams_federation.allowed_domains",
        ],
    },
    Derived {
        columns: &["external_access_policies.consumer_chat"],
        from: &["external_access_policies.consumers", "teams_federation.consumers"],
    },
];

pub(super) fn apply(datasets: &mut Datasets) {
    let unread = datasets.teams_federation.gap().cloned();
    let tenant = match datasets.teams_federation.rows.first() {
        Some(row) if unread.is_none() => Ok(row),
        _ => Err(unread.unwrap_or_else(|| Gap::new(Cause::NotCollected, FEDERATION.id))),
    };
    for policy in &mut datasets.external_access_policies.rows {
        policy.reach = reach(policy, &tenant).into();
        policy.consumer_chat = both(policy.consumers.read(), tenant.as_ref().map(|it| &it.consumers)).into();
    }
}

/// Whether both are true; one that is false decides alone.
fn both(policy: Result<&bool, &Gap>, tenant: Result<&Cell<bool>, &Gap>) -> Result<bool, Gap> {
    match (policy, tenant.and_then(Cell::read)) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Ok(true), Ok(true)) => Ok(true),
        (Err(gap), _) | (_, Err(gap)) => Err(gap.clone()),
    }
}

fn reach(policy: &ExternalAccessPolicy, tenant: &Result<&TeamsFederation, Gap>) -> Result<ChatReach, Gap> {
    if policy.federation.known() == Some(&false) {
        return Ok(ChatReach::Nobody);
    }
    let tenant = of_tenant(tenant);
    let own = match policy.domains.read() {
        Ok(rule) => match rule.as_str() {
            "AllowSpecificExternalDomains" => Ok(ChatReach::Listed),
            "BlockAllExternalDomains" => Ok(ChatReach::Nobody),
            "OrganizationDefault" => tenant.clone(),
            _ => Ok(ChatReach::Anyone),
        },
        Err(gap) => Err(gap.clone()),
    };
    // A policy's own rule counts only where the tenant lets policies have one, and no answer says whether it does.
    let reach = match (own, tenant) {
        (Ok(own), Ok(tenant)) if own == tenant => Ok(own),
        (Ok(_), Ok(_)) => Err(Gap::new(Cause::Unavailable, FEDERATION.id)),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
    }?;
    match (reach, policy.federation.read()) {
        (ChatReach::Nobody, _) => Ok(ChatReach::Nobody),
        (reach, Ok(_)) => Ok(reach),
        (_, Err(gap)) => Err(gap.clone()),
    }
}

/// How far the tenant's settings reach by themselves.
fn of_tenant(tenant: &Result<&TeamsFederation, Gap>) -> Result<ChatReach, Gap> {
    let tenant = tenant.as_ref().map_err(Clone::clone)?;
    if !*tenant.federation.read().map_err(Clone::clone)? {
        return Ok(ChatReach::Nobody);
    }
    let listed = tenant.allowed_domains.read().map_err(Clone::clone)?;
    Ok(if listed.is_some() { ChatReach::Listed } else { ChatReach::Anyone })
}

#[cfg(test)]
mod tests {
    //! Cases: a policy, the tenant's settings, and with whom people under the policy may chat.

    use tenantscan_model::Table;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::RoleMissing, "test")
    }

    fn cell<T>(value: Option<T>) -> Cell<T> {
        value.ok_or_else(gap).into()
    }

    #[test]
    fn both_the_tenant_and_the_policy_must_allow_it() {
        use ChatReach::{Anyone, Listed, Nobody};
        let listed = || Some(vec!["lab.example".into()]);
        // The policy's switch and rule, the tenant's switch and domains, the result.
        let cases = [
            ("open", Some(true), Some("OrganizationDefault"), Some(true), Some(None), Some(Anyone)),
            ("a list", Some(true), Some("OrganizationDefault"), Some(true), Some(listed()), Some(Listed)),
            ("off for all", Some(true), Some("OrganizationDefault"), Some(false), Some(None), Some(Nobody)),
            ("off for all, list unread", Some(true), Some("OrganizationDefault"), Some(false), None, Some(Nobody)),
            ("off in the policy", Some(false), None, None, None, Some(Nobody)),
            ("off for all, policy unread", None, Some("OrganizationDefault"), Some(false), None, Some(Nobody)),
            ("the policy's switch unread", None, Some("OrganizationDefault"), Some(true), Some(None), None),
            ("the policy's rule unread", Some(true), None, Some(true), Some(None), None),
            ("the tenant's list unread", Some(true), Some("OrganizationDefault"), Some(true), None, None),
            ("a rule of its own", Some(true), Some("AllowAllExternalDomains"), Some(true), Some(listed()), None),
            ("the same rule", Some(true), Some("AllowAllExternalDomains"), Some(true), Some(None), Some(Anyone)),
            ("all but some", Some(true), Some("BlockSpecificExternalDomains"), Some(true), Some(None), Some(Anyone)),
            ("nobody by a rule", Some(true), Some("BlockAllExternalDomains"), Some(true), Some(None), None),
        ];
        for (case, federation, rule, tenant, domains, expected) in cases {
            let mut policy = ExternalAccessPolicy::new("Global");
            policy.federation = cell(federation);
            policy.domains = cell(rule.map(Into::into));
            let mut settings = TeamsFederation::new("Global");
            settings.federation = cell(tenant);
            settings.allowed_domains = cell(domains);
            let mut datasets = Datasets {
                external_access_policies: Table::complete(vec![policy]),
                teams_federation: Table::complete(vec![settings]),
                ..Datasets::default()
            };
            apply(&mut datasets);
            assert_eq!(datasets.external_access_policies.rows[0].reach.known().copied(), expected, "{case}");
        }
    }

    #[test]
    fn private_accounts_need_both_too() {
        let cases = [
            (Some(true), Some(true), Some(true)),
            (Some(true), Some(false), Some(false)),
            (None, Some(false), Some(false)),
            (Some(false), None, Some(false)),
            (Some(true), None, None),
            (None, Some(true), None),
        ];
        for (policy, tenant, expected) in cases {
            let (policy, tenant): (Cell<bool>, Cell<bool>) = (cell(policy), cell(tenant));
            assert_eq!(both(policy.read(), Ok(&tenant)).ok(), expected, "{policy:?} {tenant:?}");
        }
    }
}
