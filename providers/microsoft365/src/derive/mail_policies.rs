//! Which of Exchange's policies count: the authentication policy of everybody, and tags that a mailbox can have.

use tenantscan_model::rows::{MailAuthenticationPolicy, MailboxRetentionPolicy, MailboxRetentionTag};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};
use tenantscan_provider::Derived;

use crate::sources::mail_flow::{ORGANIZATION_CONFIG, RETENTION_POLICIES};

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["mail_authentication_policies.is_default"],
        from: &["mail_authentication_policies", "exchange_organization"],
    },
    Derived {
        columns: &["mailbox_retention_tags.is_in_policy"],
        from: &["mailbox_retention_tags", "mailbox_retention_policies"],
    },
];

pub(super) fn apply(datasets: &mut Datasets) {
    let default = default_policy(datasets);
    let found = match &default {
        Ok(Some(link)) => datasets.mail_authentication_policies.rows.iter().any(|it| is_meant(link, &it.id, &it.name)),
        _ => true,
    };
    for policy in &mut datasets.mail_authentication_policies.rows {
        policy.is_default = is_default(policy, &default, found).into();
    }
    let policies = &datasets.mailbox_retention_policies;
    let strange = strange_links(policies, &datasets.mailbox_retention_tags);
    for tag in &mut datasets.mailbox_retention_tags.rows {
        tag.is_in_policy = is_in_policy(tag, policies, strange).into();
    }
}

/// Whether a reference means the object of this id and name: it is either, or a path or distinguished name that ends in it.
fn is_meant(link: &str, id: &str, name: &Cell<Text>) -> bool {
    let last = link.strip_prefix("CN=").and_then(|it| it.split(',').next());
    let last = last.or_else(|| link.rsplit(['/', '\\']).next()).unwrap_or(link);
    let is = |name: &str| link.eq_ignore_ascii_case(name) || last.eq_ignore_ascii_case(name);
    is(id) || name.known().is_some_and(|name| is(name))
}

fn default_policy(datasets: &Datasets) -> Result<Option<Text>, Gap> {
    let table = &datasets.exchange_organization;
    let absent = || table.gap().cloned().unwrap_or_else(|| Gap::new(Cause::Malformed, ORGANIZATION_CONFIG.id));
    table.rows.first().ok_or_else(absent)?.default_authentication_policy.read().cloned().map_err(Clone::clone)
}

fn is_default(
    policy: &MailAuthenticationPolicy,
    default: &Result<Option<Text>, Gap>,
    found: bool,
) -> Result<bool, Gap> {
    match default {
        Ok(None) => Ok(false),
        Ok(Some(link)) if is_meant(link, &policy.id, &policy.name) => Ok(true),
        Ok(Some(_)) if found => Ok(false),
        Ok(Some(_)) => Err(Gap::new(Cause::Malformed, ORGANIZATION_CONFIG.id)),
        Err(gap) => Err(gap.clone()),
    }
}

/// Whether a policy for people names a tag that is not among those that were read: it may be any of them.
fn strange_links(policies: &Table<MailboxRetentionPolicy>, tags: &Table<MailboxRetentionTag>) -> bool {
    let people = policies.rows.iter().filter(|policy| policy.is_for_system.known() != Some(&true));
    people
        .filter_map(|policy| policy.tags.known())
        .flatten()
        .any(|link| !tags.rows.iter().any(|tag| is_meant(link, &tag.id, &tag.name)))
}

fn is_in_policy(
    tag: &MailboxRetentionTag,
    policies: &Table<MailboxRetentionPolicy>,
    strange: bool,
) -> Result<bool, Gap> {
    let mut doubt = policies.gap().cloned();
    if strange {
        doubt = Some(Gap::new(Cause::Malformed, RETENTION_POLICIES.id));
    }
    for policy in &policies.rows {
        let has = policy.tags.read().map(|tags| tags.iter().any(|link| is_meant(link, &tag.id, &tag.name)));
        match (policy.is_for_system.read(), has) {
            (Ok(true), _) | (_, Ok(false)) => {}
            (Ok(false), Ok(true)) => return Ok(true),
            (Err(gap), _) | (_, Err(gap)) => doubt = Some(gap.clone()),
        }
    }
    doubt.map_or(Ok(false), Err)
}

#[cfg(test)]
mod tests {
    //! Cases: which policy is everybody's, and which tags a mailbox can have.

    use tenantscan_model::rows::ExchangeOrganization;

    use super::*;

    fn hidden<T>() -> Cell<T> {
        Cell::Unknown(Gap::new(Cause::RoleMissing, "x"))
    }

    #[test]
    fn the_default_policy_is_found_by_name_id_and_path() {
        let cases = [
            (Cell::Known(None), [Some(false), Some(false)]),
            (Cell::Known(Some("no passwords".into())), [Some(true), Some(false)]),
            (Cell::Known(Some("id-2".into())), [Some(false), Some(true)]),
            (Cell::Known(Some("cedar.example/Configuration/Old".into())), [Some(false), Some(true)]),
            (Cell::Known(Some("CN=Old,CN=Auth Policies,DC=x".into())), [Some(false), Some(true)]),
            (Cell::Known(Some("Another".into())), [None, None]),
            (hidden(), [None, None]),
        ];
        for (default, expected) in cases {
            let organization = ExchangeOrganization {
                default_authentication_policy: default.clone(),
                ..ExchangeOrganization::new("o")
            };
            let policy = |id: &str, name: &str| MailAuthenticationPolicy {
                name: Cell::Known(name.into()),
                ..MailAuthenticationPolicy::new(id)
            };
            let mut data = Datasets {
                exchange_organization: Table::complete(vec![organization]),
                mail_authentication_policies: Table::complete(vec![
                    policy("id-1", "No passwords"),
                    policy("id-2", "Old"),
                ]),
                ..Datasets::default()
            };
            apply(&mut data);
            let is: Vec<_> =
                data.mail_authentication_policies.rows.iter().map(|it| it.is_default.known().copied()).collect();
            assert_eq!(is, expected, "{default:?}");
        }
    }

    #[test]
    fn a_tag_counts_where_a_policy_for_people_has_it() {
        let policy = |system: Cell<bool>, tags: Cell<Vec<Text>>| MailboxRetentionPolicy {
            is_for_system: system,
            tags,
            ..MailboxRetentionPolicy::new("p")
        };
        let names = |names: &[&str]| Cell::Known(names.iter().copied().map(Text::from).collect::<Vec<Text>>());
        let (people, system) = (|| Cell::Known(false), || Cell::Known(true));
        let unread = || Table::unread(Gap::new(Cause::RoleMissing, "x"));
        let cases = [
            ("in one", Table::complete(vec![policy(people(), names(&["Week"]))]), Some(true)),
            ("in none", Table::complete(vec![policy(people(), names(&["Year"]))]), Some(false)),
            ("no policy", Table::complete(vec![]), Some(false)),
            ("only the system's", Table::complete(vec![policy(system(), names(&["Week"]))]), Some(false)),
            ("whose it is was not read", Table::complete(vec![policy(hidden(), names(&["Week"]))]), None),
            ("tags not read", Table::complete(vec![policy(people(), hidden())]), None),
            (
                "one has it, another was not read",
                Table::complete(vec![policy(people(), hidden()), policy(people(), names(&["Week"]))]),
                Some(true),
            ),
            ("a name that no tag has", Table::complete(vec![policy(people(), names(&["Woche"]))]), None),
            ("policies not read", unread(), None),
        ];
        for (what, policies, expected) in cases {
            let tag =
                |name: &str| MailboxRetentionTag { name: Cell::Known(name.into()), ..MailboxRetentionTag::new(name) };
            let mut data = Datasets {
                mailbox_retention_policies: policies,
                mailbox_retention_tags: Table::complete(vec![tag("Week"), tag("Year")]),
                ..Datasets::default()
            };
            apply(&mut data);
            assert_eq!(data.mailbox_retention_tags.rows[0].is_in_policy.known().copied(), expected, "{what}");
        }
    }
}
