//! What an account is for, and what that rests on: the register of accounts, else what the directory says of guests. Google lists
//! neither shared mailboxes nor rooms as accounts, and a service account of a Cloud project is none either; so whatever is
//! left is a person's until the register of accounts says otherwise.

use tenantscan_model::rows::{AccountKind, User};
use tenantscan_model::{Cell, Datasets, Gap, Text};
use tenantscan_people::Declared;

pub(super) fn apply(data: &mut Datasets, declared: &Declared) {
    for user in &mut data.users.rows {
        let (kind, evidence) = match judge(user, declared) {
            Ok((kind, evidence)) => (Cell::Known(kind), Cell::Known(Text::from(evidence))),
            Err(gap) => (Cell::Unknown(gap.clone()), Cell::Unknown(gap)),
        };
        user.kind = kind;
        user.kind_evidence = evidence;
    }
}

fn judge(user: &User, declared: &Declared) -> Result<(AccountKind, &'static str), Gap> {
    if let Some(kind) = declared.kind(user)? {
        return Ok(kind);
    }
    let kind = user.user_type.read().map_err(Clone::clone)?;
    match kind.as_deref() {
        Some("Guest") => Ok((AccountKind::Guest, "the directory lists it as a guest")),
        _ => declared.person(user),
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what is known of an account, and its kind.

    use tenantscan_model::Cause;

    use super::*;

    #[test]
    fn kinds() {
        let gap = Gap::new(Cause::PermissionMissing, "test");
        let declares = Declared { service: vec!["scan@cedar.example".into()], ..Declared::default() };
        let nobody = Declared::default();
        let kind = |word: &str| Cell::Known(Some(Text::from(word)));
        let cases = [
            ("ordinary", kind("Member"), &nobody, Some(AccountKind::Person)),
            ("guest", kind("Guest"), &nobody, Some(AccountKind::Guest)),
            ("declared", kind("Member"), &declares, Some(AccountKind::Service)),
            ("unread", Cell::Unknown(gap.clone()), &nobody, None),
            ("unread, declared", Cell::Unknown(gap), &declares, Some(AccountKind::Service)),
        ];
        for (case, user_type, declared, expected) in cases {
            let mut user = User::new("1");
            user.name = Cell::Known("Scan".into());
            user.principal_name = Cell::Known("scan@cedar.example".into());
            user.user_type = user_type;
            assert_eq!(judge(&user, declared).ok().map(|(kind, _)| kind), expected, "{case}");
        }
    }
}
