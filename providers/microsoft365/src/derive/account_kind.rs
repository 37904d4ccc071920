//! What an account is for, and what that rests on.

use std::collections::{HashMap, HashSet};

use tenantscan_model::rows::{AccountKind, AssignmentKind, MailboxType, PrincipalType, RoleAssignment, User};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};
use tenantscan_people::Declared;

/// Template id of the role Directory Synchronization Accounts.
pub(super) const SYNC_ROLE: &str = "d29b2b05-8046-44ba-8758-1e26182fcf32";

pub(super) fn apply(datasets: &mut Datasets, declared: &Declared) {
    let sync = SyncHolders::new(&datasets.role_assignments);
    let typed = datasets.mailboxes.rows.iter().map(|row| (&*row.id, row.recipient_type.read().copied()));
    let mailboxes: HashMap<&str, Result<MailboxType, &Gap>> = typed.collect();
    let unread = datasets.mailboxes.gap();
    for user in &mut datasets.users.rows {
        let mailbox = match (mailboxes.get(&*user.id), unread) {
            (Some(read), _) => read.map(Some),
            (None, None) => Ok(None),
            (None, Some(gap)) => Err(gap),
        };
        let (kind, evidence) = match judge(user, declared, &sync, mailbox) {
            Ok((kind, evidence)) => (Cell::Known(kind), Cell::Known(Text::from(evidence))),
            Err(gap) => (Cell::Unknown(gap.clone()), Cell::Unknown(gap)),
        };
        user.kind = kind;
        user.kind_evidence = evidence;
    }
}

/// Who holds the synchronisation role, and why somebody else may.
struct SyncHolders<'a> {
    known: HashSet<&'a str>,
    gap: Option<Gap>,
}

impl<'a> SyncHolders<'a> {
    fn new(assignments: &'a Table<RoleAssignment>) -> Self {
        let mut holders = Self { known: HashSet::new(), gap: assignments.gap().cloned() };
        for row in &assignments.rows {
            let template = match row.role_template_id.read() {
                Ok(Some(template)) => template,
                Ok(None) => &row.role_id.known().cloned().unwrap_or_default(),
                Err(gap) => {
                    holders.gap.get_or_insert_with(|| gap.clone());
                    continue;
                }
            };
            if !template.eq_ignore_ascii_case(SYNC_ROLE) || row.kind.known() == Some(&AssignmentKind::Eligible) {
                continue;
            }
            if let Err(gap) = row.kind.read() {
                holders.gap.get_or_insert_with(|| gap.clone());
                continue;
            }
            match (row.principal_id.read(), row.principal_type.known()) {
                (Ok(id), Some(PrincipalType::User) | None) => {
                    holders.known.insert(id);
                }
                (Err(gap), _) => {
                    holders.gap.get_or_insert_with(|| gap.clone());
                }
                (Ok(_), Some(PrincipalType::Group)) => {
                    let gap = Gap::new(tenantscan_model::Cause::NotCollected, "microsoft365.group_members");
                    holders.gap.get_or_insert(gap);
                }
                _ => {}
            }
        }
        holders
    }

    fn holds(&self, id: &str) -> Result<bool, Gap> {
        match (&self.gap, self.known.contains(id)) {
            (_, true) => Ok(true),
            (None, false) => Ok(false),
            (Some(gap), false) => Err(gap.clone()),
        }
    }
}

/// `mailbox` is the type of the account's mailbox, if Exchange has one: it decides between an account that somebody signs
/// in with and one that only stands behind a mailbox. Where that was not read, an account without a licence may be either;
/// one with a licence is taken for a person's, since mailboxes that are shared need none.
/// Source: learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes.
fn judge(
    user: &User,
    declared: &Declared,
    sync: &SyncHolders<'_>,
    mailbox: Result<Option<MailboxType>, &Gap>,
) -> Result<(AccountKind, &'static str), Gap> {
    if let Some(kind) = declared.kind(user)? {
        return Ok(kind);
    }

    match mailbox {
        Ok(Some(MailboxType::Shared)) => {
            return Ok((AccountKind::SharedMailbox, "Exchange lists its mailbox as shared"));
        }
        Ok(Some(MailboxType::Room | MailboxType::Equipment)) => {
            return Ok((AccountKind::Room, "Exchange lists its mailbox as that of a room or equipment"));
        }
        Ok(Some(MailboxType::Person | MailboxType::Service) | None) | Err(_) => {}
    }

    // Each question is asked in order; an answer that is not known, and would decide, stops there.
    let owned = |cell: Result<&Option<Text>, &Gap>| cell.cloned().map_err(Clone::clone);
    if let Ok(Some(kind)) = user.user_type.read()
        && kind.eq_ignore_ascii_case("guest")
    {
        return Ok((AccountKind::Guest, "the directory lists it as a guest"));
    }
    if owned(user.invitation_state.read())?.is_some() {
        return Ok((AccountKind::Guest, "it was invited from outside"));
    }
    owned(user.user_type.read())?;

    let role = sync.holds(&user.id);
    if role == Ok(true) {
        return Ok((AccountKind::Sync, "holds the role for copying accounts from a server on site"));
    }
    let name = user.principal_name.read().map_err(Clone::clone)?;
    if name.get(..25).is_some_and(|start| start.eq_ignore_ascii_case("ADToAADSyncServiceAccount")) {
        return Ok((AccountKind::Sync, "carries the name of the cloud synchronisation account"));
    }
    role?;
    let resource = user.is_resource_account.read().map_err(Clone::clone)?;
    if *resource == Some(true) {
        return Ok((AccountKind::Service, "the directory lists it as a resource account"));
    }
    match mailbox {
        Err(gap) if user.licensed.known() != Some(&true) => Err(gap.clone()),
        _ => declared.person(user),
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what is known of an account, and its kind.

    use tenantscan_model::Cause;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn holder(kind: AssignmentKind) -> Table<RoleAssignment> {
        let mut row = RoleAssignment::new("a");
        row.role_template_id = Cell::Known(Some(SYNC_ROLE.into()));
        row.principal_id = Cell::Known("u1".into());
        row.principal_type = Cell::Known(PrincipalType::User);
        row.kind = Cell::Known(kind);
        Table::complete(vec![row])
    }

    #[test]
    fn kinds() {
        type Change = fn(&mut User, &mut Table<RoleAssignment>, &mut Declared);
        let cases: [(&str, Change, Option<AccountKind>); 14] = [
            ("ordinary", |_, _, _| {}, Some(AccountKind::Person)),
            (
                "declared by name",
                |_, _, d| d.break_glass = Some(vec!["ANN@cedar.example".into()]),
                Some(AccountKind::BreakGlass),
            ),
            ("declared by id", |_, _, d| d.rooms = vec!["U1".into()], Some(AccountKind::Room)),
            ("another declared", |_, _, d| d.service = vec!["bob@cedar.example".into()], Some(AccountKind::Person)),
            ("guest", |u, _, _| u.user_type = Cell::Known(Some("Guest".into())), Some(AccountKind::Guest)),
            (
                "external member",
                |u, _, _| u.invitation_state = Cell::Known(Some("Accepted".into())),
                Some(AccountKind::Guest),
            ),
            ("type unread", |u, _, _| u.user_type = Cell::Unknown(gap()), None),
            (
                "type unread, declared",
                |u, _, d| {
                    u.user_type = Cell::Unknown(gap());
                    d.service = vec!["u1".into()];
                },
                Some(AccountKind::Service),
            ),
            ("holds the role", |_, r, _| *r = holder(AssignmentKind::Active), Some(AccountKind::Sync)),
            ("could hold the role", |_, r, _| *r = holder(AssignmentKind::Eligible), Some(AccountKind::Person)),
            ("roles unread, ordinary name", |_, r, _| *r = Table::unread(gap()), None),
            (
                "roles unread, sync name",
                |u, r, _| {
                    u.principal_name = Cell::Known("Sync_DC1@cedar.example".into());
                    *r = Table::unread(gap());
                },
                None,
            ),
            (
                "cloud sync",
                |u, _, _| u.principal_name = Cell::Known("ADToAADSyncServiceAccount@cedar.example".into()),
                Some(AccountKind::Sync),
            ),
            ("resource account", |u, _, _| u.is_resource_account = Cell::Known(Some(true)), Some(AccountKind::Service)),
        ];
        for (case, change, expected) in cases {
            let mut user = User::new("u1");
            user.name = Cell::Known("Ann".into());
            user.principal_name = Cell::Known("ann@cedar.example".into());
            user.user_type = Cell::Known(Some("Member".into()));
            user.invitation_state = Cell::Known(None);
            user.is_resource_account = Cell::Known(None);
            let (mut roles, mut declared) = (Table::complete(Vec::new()), Declared::default());
            change(&mut user, &mut roles, &mut declared);
            let found = judge(&user, &declared, &SyncHolders::new(&roles), Ok(None)).ok().map(|(kind, _)| kind);
            assert_eq!(found, expected, "{case}");
        }
    }

    #[test]
    fn the_type_of_the_mailbox_decides() {
        let cases = [
            (Some(MailboxType::Shared), Some(AccountKind::SharedMailbox)),
            (Some(MailboxType::Room), Some(AccountKind::Room)),
            (Some(MailboxType::Equipment), Some(AccountKind::Room)),
            (Some(MailboxType::Person), None),
            (None, None),
        ];
        let roles = Table::unread(gap());
        for (mailbox, expected) in cases {
            let user = User::new("u1");
            let judged = judge(&user, &Declared::default(), &SyncHolders::new(&roles), Ok(mailbox));
            assert_eq!(judged.ok().map(|(kind, _)| kind), expected, "{mailbox:?}, nothing else was read");
        }
        let declared = Declared { break_glass: Some(vec!["u1".into()]), ..Declared::default() };
        let judged = judge(&User::new("u1"), &declared, &SyncHolders::new(&roles), Ok(Some(MailboxType::Shared)));
        assert_eq!(judged.map(|(kind, _)| kind), Ok(AccountKind::BreakGlass), "a declaration goes first");
    }

    #[test]
    fn without_exchange_an_account_without_a_licence_may_be_a_shared_mailbox() {
        for (licensed, mailbox, expected) in [
            (Cell::Known(false), Err(gap()), None),
            (Cell::Unknown(gap()), Err(gap()), None),
            (Cell::Known(true), Err(gap()), Some(AccountKind::Person)),
            (Cell::Known(false), Ok(None), Some(AccountKind::Person)),
        ] {
            let user = User {
                name: Cell::Known("Ann".into()),
                principal_name: Cell::Known("ann@cedar.example".into()),
                user_type: Cell::Known(Some("Member".into())),
                invitation_state: Cell::Known(None),
                is_resource_account: Cell::Known(None),
                licensed,
                ..User::new("u1")
            };
            let roles = Table::complete(Vec::new());
            let mailbox: Result<Option<MailboxType>, Gap> = mailbox;
            let judged = judge(&user, &Declared::default(), &SyncHolders::new(&roles), mailbox.as_ref().copied());
            assert_eq!(judged.ok().map(|(kind, _)| kind), expected, "{user:?}");
        }
    }
}
