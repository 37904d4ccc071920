//! What those are who may open the mailboxes of others.

use std::collections::{HashMap, HashSet};

use tenantscan_model::rows::{DelegateKind, MailboxDelegate, User};
use tenantscan_model::{Cell, Datasets, Gap};

use tenantscan_people::mail_domain;

pub(super) fn apply(data: &mut Datasets) {
    let named = |user: &'_ User| user.principal_name.known().map(|name| name.to_lowercase());
    let users: HashMap<String, &User> = data.users.rows.iter().filter_map(|user| Some((named(user)?, user))).collect();
    let mails = data.groups.rows.iter().filter_map(|group| group.mail.known()?.as_ref());
    let groups: HashSet<String> = mails.map(|mail| mail.to_lowercase()).collect();
    // Why a name that is not found may still be somebody's.
    let hidden = data.users.rows.iter().find_map(|user| user.principal_name.gap());
    let hidden = hidden.or_else(|| data.groups.rows.iter().find_map(|group| group.mail.gap()));
    let unread = data.users.gap().or(data.groups.gap()).or(hidden).cloned();
    let own = data.domains.read().map(|rows| rows.iter().map(|row| row.id.clone()).collect::<HashSet<_>>());
    for row in &mut data.mailbox_delegates.rows {
        let outside = |holder: &str| match &own {
            Ok(own) => Ok(mail_domain(holder).is_some_and(|domain| !own.contains(&domain))),
            Err(gap) => Err((*gap).clone()),
        };
        let (kind, enabled) = judge(row, &users, &groups, unread.as_ref(), outside);
        row.holder_kind = kind;
        row.holder_enabled = enabled;
    }
}

fn judge(
    row: &MailboxDelegate,
    users: &HashMap<String, &User>,
    groups: &HashSet<String>,
    unread: Option<&Gap>,
    outside: impl Fn(&str) -> Result<bool, Gap>,
) -> (Cell<DelegateKind>, Cell<Option<bool>>) {
    let unknown = |gap: Gap| (Cell::Unknown(gap.clone()), Cell::Unknown(gap));
    let holder = match row.holder.read() {
        Ok(holder) => holder.to_lowercase(),
        Err(gap) => return unknown(gap.clone()),
    };
    if let Some(user) = users.get(&holder) {
        return (Cell::Known(DelegateKind::Member), user.enabled.clone().map(Some));
    }
    if groups.contains(&holder) {
        return (Cell::Known(DelegateKind::Group), Cell::Known(None));
    }
    match (outside(&holder), unread) {
        (Ok(true), _) => (Cell::Known(DelegateKind::Guest), Cell::Known(None)),
        (_, Some(gap)) => unknown(gap.clone()),
        (Err(gap), None) => unknown(gap),
        (Ok(false), None) => (Cell::Known(DelegateKind::Unresolved), Cell::Known(None)),
    }
}

#[cfg(test)]
mod tests {
    //! Cases: addresses of holders, and who they are.

    use tenantscan_model::rows::{Domain, Group};
    use tenantscan_model::{Cause, Table};

    use super::*;

    fn practice() -> Datasets {
        let user = |id: &str, name: &str, enabled| User {
            principal_name: Cell::Known(name.into()),
            enabled: Cell::Known(enabled),
            ..User::new(id)
        };
        Datasets {
            users: Table::complete(vec![user("1", "Ann@cedar.example", true), user("2", "bob@cedar.example", false)]),
            groups: Table::complete(vec![Group {
                mail: Cell::Known(Some("desk@cedar.example".into())),
                ..Group::new("g")
            }]),
            domains: Table::complete(vec![Domain::new("cedar.example")]),
            ..Datasets::default()
        }
    }

    fn held(mut data: Datasets, holder: &str) -> (Option<DelegateKind>, Option<Option<bool>>) {
        let row = MailboxDelegate { holder: Cell::Known(holder.into()), ..MailboxDelegate::new("d") };
        data.mailbox_delegates = Table::complete(vec![row]);
        apply(&mut data);
        let row = &data.mailbox_delegates.rows[0];
        (row.holder_kind.known().copied(), row.holder_enabled.known().copied())
    }

    #[test]
    fn holders() {
        let cases = [
            ("ann@Cedar.example", Some(DelegateKind::Member), Some(Some(true))),
            ("bob@cedar.example", Some(DelegateKind::Member), Some(Some(false))),
            ("desk@cedar.example", Some(DelegateKind::Group), Some(None)),
            ("eve@mail.example", Some(DelegateKind::Guest), Some(None)),
            ("gone@cedar.example", Some(DelegateKind::Unresolved), Some(None)),
        ];
        for (holder, kind, enabled) in cases {
            assert_eq!(held(practice(), holder), (kind, enabled), "{holder}");
        }
    }

    #[test]
    fn who_is_not_found_in_a_list_that_was_not_read_is_not_known() {
        let gap = Gap::new(Cause::RoleMissing, "x");
        let blind = Datasets { groups: Table::unread(gap.clone()), ..practice() };
        assert_eq!(held(blind, "gone@cedar.example"), (None, None));
        let blind = Datasets { domains: Table::unread(gap), ..practice() };
        assert_eq!(held(blind, "eve@mail.example"), (None, None));
    }
}
