//! Accounts that the register of accounts says are not what they look like.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::{AccountKind, User};
use tenantscan_model::{Cause, Gap, Text};

use crate::words::{says, spaced};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    /// The date of the list; kept in the file for people.
    #[serde(rename = "as_of")]
    _as_of: String,
    break_glass: Vec<Text>,
    service: Vec<Text>,
}

static WORDS: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../policies/catalogues/account-words.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

/// What the client's register says of accounts: sign-in names or the vendor's ids.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Emergency accounts; none where nobody keeps a register.
    pub break_glass: Option<Vec<String>>,
    /// Accounts that software uses.
    pub service: Vec<String>,
    /// Mailboxes that several people open.
    pub shared_mailboxes: Vec<String>,
    /// Rooms and equipment.
    pub rooms: Vec<String>,
    /// The roles that people have in the practice; none where nobody keeps a register.
    pub roles: Option<Vec<PracticeRole>>,
}

/// A role of the practice, and the groups that give it its access.
#[derive(Clone, Debug, Default)]
pub struct PracticeRole {
    /// The role: `front desk`.
    pub name: String,
    /// Its groups, by the vendor's id or by name.
    pub groups: Vec<String>,
}

impl Declared {
    /// What the file says that the account is, and what that rests on in words; nothing where it does not name it.
    ///
    /// # Errors
    /// The gap, where the file names accounts and this one's sign-in name was not read: it may be one of them.
    pub fn kind(&self, user: &User) -> Result<Option<(AccountKind, &'static str)>, Gap> {
        let none = Vec::new();
        let lists = [
            (self.break_glass.as_ref().unwrap_or(&none), AccountKind::BreakGlass, "declared as an emergency account"),
            (&self.service, AccountKind::Service, "declared as an account that software uses"),
            (&self.shared_mailboxes, AccountKind::SharedMailbox, "declared as a shared mailbox"),
            (&self.rooms, AccountKind::Room, "declared as a room or equipment"),
        ];
        if let Some((_, kind, evidence)) = lists.iter().find(|(list, ..)| names(list, user)) {
            return Ok(Some((*kind, evidence)));
        }
        match user.principal_name.gap() {
            Some(gap) if lists.iter().any(|(list, ..)| !list.is_empty()) => Err(gap.clone()),
            _ => Ok(None),
        }
    }

    /// The kind of an account that nothing but the register could tell from a person's.
    ///
    /// # Errors
    /// The gap, where nobody keeps a register and the account's name suggests an emergency account or a program's: what it
    /// is for is then not known. The gap of the names, where they were not read.
    pub fn person(&self, user: &User) -> Result<(AccountKind, &'static str), Gap> {
        if self.break_glass.is_none() {
            let local = |principal: &Text| principal.split('@').next().map(spaced);
            let named = user.name.read().map(|name| spaced(name));
            let signs_in = user.principal_name.read().map(|name| local(name).unwrap_or_default());
            for text in [named.map_err(Clone::clone)?, signs_in.map_err(Clone::clone)?] {
                if WORDS.break_glass.iter().chain(&WORDS.service).any(|word| says(&text, word)) {
                    return Err(Gap::new(Cause::NotSupplied, "records.accounts"));
                }
            }
        }
        Ok((AccountKind::Person, "an ordinary account of the directory"))
    }
}

/// Whether a list of the register of accounts names this account, by sign-in name or the vendor's id.
pub(crate) fn names(list: &[String], user: &User) -> bool {
    list.iter().any(|entry| {
        let entry = entry.trim();
        entry.eq_ignore_ascii_case(&user.id)
            || user.principal_name.known().is_some_and(|name| entry.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    //! Cases: what the file names, and what is known of the account.

    use tenantscan_model::Cell;

    use super::*;

    #[test]
    fn without_a_register_a_telling_name_leaves_open_what_the_account_is_for() {
        let nobody = Declared::default();
        let kept = Declared { break_glass: Some(Vec::new()), ..Declared::default() };
        let open = Err(Cause::NotSupplied);
        let cases = [
            ("Ann Sample", "ann@cedar.example", Ok(AccountKind::Person)),
            ("Emergency One", "e1@cedar.example", open),
            ("Ann Sample", "break-glass2@cedar.example", open),
            ("EHR link", "svc.ehr@cedar.example", open),
            ("Abbot Syncope", "bottle@emergency.example", Ok(AccountKind::Person)),
        ];
        for (name, principal, expected) in cases {
            let mut user = User::new("u1");
            user.name = Cell::Known(name.into());
            user.principal_name = Cell::Known(principal.into());
            let kind = |declared: &Declared| declared.person(&user).map(|(kind, _)| kind);
            assert_eq!(kind(&nobody).map_err(|gap| gap.cause()), expected, "{name} {principal}");
            assert_eq!(kind(&kept), Ok(AccountKind::Person), "{name} {principal}");
            user.principal_name = Cell::Unknown(Gap::new(Cause::PermissionMissing, "test"));
            assert!(nobody.person(&user).is_err(), "{name}");
        }
    }

    #[test]
    fn an_account_is_named_by_sign_in_name_or_id() {
        let gap = Gap::new(Cause::PermissionMissing, "test");
        let named = || Cell::Known("ann@cedar.example".into());
        let cases = [
            ("nobody", "", named(), Ok(None)),
            ("by name, in other letters", " ANN@cedar.example ", named(), Ok(Some(AccountKind::Service))),
            ("by id", "U1", Cell::Unknown(gap.clone()), Ok(Some(AccountKind::Service))),
            ("another", "bob@cedar.example", named(), Ok(None)),
            ("another, name unread", "bob@cedar.example", Cell::Unknown(gap.clone()), Err(gap.clone())),
            ("nobody, name unread", "", Cell::Unknown(gap), Ok(None)),
        ];
        for (case, entry, name, expected) in cases {
            let mut user = User::new("u1");
            user.principal_name = name;
            let service = if entry.is_empty() { Vec::new() } else { vec![entry.to_owned()] };
            let declared = Declared { service, ..Declared::default() };
            assert_eq!(declared.kind(&user).map(|kind| kind.map(|(kind, _)| kind)), expected, "{case}");
        }
    }
}
