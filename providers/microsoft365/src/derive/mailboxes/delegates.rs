//! What those are who hold rights on the mailboxes of others: the answer names them, and no more.

use std::collections::{HashMap, HashSet};

use tenantscan_model::rows::{DelegateKind, MailboxDelegate, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap};

pub(super) fn apply(data: &mut Datasets) {
    let users: HashMap<String, &User> = data
        .users
        .rows
        .iter()
        .flat_map(|user| {
            let name = user.principal_name.known().map(|name| name.to_lowercase());
            name.into_iter().chain([user.id.to_lowercase()]).map(move |name| (name, user))
        })
        .collect();
    let named = |group: &tenantscan_model::rows::Group| group.name.known().map(|name| name.to_lowercase());
    let groups: HashSet<String> = data.groups.rows.iter().filter_map(named).collect();
    // Why a name that is not found may still be somebody's.
    let hidden_user = data.users.rows.iter().find_map(|user| user.principal_name.gap());
    let hidden_group = data.groups.rows.iter().find_map(|group| group.name.gap());
    let unread = data.users.gap().or(data.groups.gap()).or(hidden_user).or(hidden_group).cloned();
    for row in &mut data.mailbox_delegates.rows {
        let (kind, enabled) = judge(row, &users, &groups, unread.as_ref());
        row.holder_kind = kind;
        row.holder_enabled = enabled;
    }
}

/// Whether the holder is the role group of Exchange that may open the mailbox for search results, which every tenant
/// has. Role groups are not in the directory. Source: learn.microsoft.com/exchange/policy-and-compliance/ediscovery.
fn is_shipped_role_group(holder: &str) -> bool {
    holder.rsplit('\\').next() == Some("discovery management")
}

fn judge(
    row: &MailboxDelegate,
    users: &HashMap<String, &User>,
    groups: &HashSet<String>,
    unread: Option<&Gap>,
) -> (Cell<DelegateKind>, Cell<Option<bool>>) {
    let holder = match row.holder.read() {
        Ok(holder) => holder.to_lowercase(),
        Err(gap) => return (Cell::Unknown(gap.clone()), Cell::Unknown(gap.clone())),
    };
    if let Some(user) = users.get(&holder) {
        let kind = match user.user_type.read() {
            Ok(Some(kind)) if kind.eq_ignore_ascii_case("guest") => Cell::Known(DelegateKind::Guest),
            Ok(_) => Cell::Known(DelegateKind::Member),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
        return (kind, user.enabled.clone().map(Some));
    }
    // A number in place of a name: the vendor itself no longer finds whose it is.
    if holder.starts_with("s-1-5-") {
        return (Cell::Known(DelegateKind::Unresolved), Cell::Known(None));
    }
    if groups.contains(&holder) || is_shipped_role_group(&holder) {
        return (Cell::Known(DelegateKind::Group), Cell::Known(None));
    }
    let gap = unread.cloned().unwrap_or_else(|| Gap::new(Cause::Malformed, "microsoft365.mailbox_permissions"));
    (Cell::Unknown(gap.clone()), Cell::Unknown(gap))
}

#[cfg(test)]
mod tests {
    //! Cases: names of holders, and who they are.

    use tenantscan_model::Table;
    use tenantscan_model::rows::Group;

    use super::*;

    #[test]
    fn holders() {
        let user = |id: &str, name: &str, kind: &str, enabled| User {
            principal_name: Cell::Known(name.into()),
            user_type: Cell::Known(Some(kind.into())),
            enabled: Cell::Known(enabled),
            ..User::new(id)
        };
        let whole = || Datasets {
            users: Table::complete(vec![
                user("1", "Ann@cedar.example", "Member", true),
                user("2", "bob@cedar.example", "Member", false),
                user("3", "gus_mail.example#ext#@cedar.example", "Guest", true),
            ]),
            groups: Table::complete(vec![Group { name: Cell::Known("Billing".into()), ..Group::new("g") }]),
            ..Datasets::default()
        };
        let (member, guest) = (Some(DelegateKind::Member), Some(DelegateKind::Guest));
        let cases = [
            ("ann@cedar.example", member, Some(Some(true))),
            ("bob@cedar.example", member, Some(Some(false))),
            ("gus_mail.example#EXT#@cedar.example", guest, Some(Some(true))),
            ("billing", Some(DelegateKind::Group), Some(None)),
            ("Discovery Management", Some(DelegateKind::Group), Some(None)),
            (r"EURPR01A001\Discovery Management", Some(DelegateKind::Group), Some(None)),
            ("S-1-5-21-1-2-3-4", Some(DelegateKind::Unresolved), Some(None)),
            ("Somebody Else", None, None),
        ];
        for (holder, kind, enabled) in cases {
            let mut data = whole();
            let row = MailboxDelegate { holder: Cell::Known(holder.into()), ..MailboxDelegate::new("d") };
            data.mailbox_delegates = Table::complete(vec![row]);
            apply(&mut data);
            let row = &data.mailbox_delegates.rows[0];
            assert_eq!(
                (row.holder_kind.known().copied(), row.holder_enabled.known().copied()),
                (kind, enabled),
                "{holder}"
            );
        }
    }

    #[test]
    fn who_is_not_found_in_a_list_that_was_not_read_is_not_known_for_that_reason() {
        let gap = Gap::new(Cause::PermissionMissing, "groups");
        let row = MailboxDelegate { holder: Cell::Known("Billing".into()), ..MailboxDelegate::new("d") };
        let mut data = Datasets {
            users: Table::complete(Vec::new()),
            groups: Table::unread(gap.clone()),
            mailbox_delegates: Table::complete(vec![row]),
            ..Datasets::default()
        };
        apply(&mut data);
        assert_eq!(data.mailbox_delegates.rows[0].holder_kind.gap(), Some(&gap));
    }
}
