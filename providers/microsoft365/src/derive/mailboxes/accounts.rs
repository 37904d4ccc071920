//! The accounts behind mailboxes.

use std::collections::HashMap;

use tenantscan_model::rows::User;
use tenantscan_model::{Cell, Datasets};

pub(super) fn apply(data: &mut Datasets) {
    let users: HashMap<&str, &User> = data.users.rows.iter().map(|user| (&*user.id, user)).collect();
    for mailbox in &mut data.mailboxes.rows {
        match (users.get(&*mailbox.id), data.users.gap()) {
            (Some(user), _) => {
                mailbox.sign_in_enabled = user.enabled.clone();
                mailbox.account_licences = user.sku_part_numbers.clone();
            }
            (None, None) => mailbox.account_licences = Cell::Known(Vec::new()),
            (None, Some(gap)) => {
                mailbox.sign_in_enabled = Cell::Unknown(gap.clone());
                mailbox.account_licences = Cell::Unknown(gap.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::rows::Mailbox;
    use tenantscan_model::{Cause, Gap, Table, Text};

    use super::*;

    #[test]
    fn the_directory_says_whether_somebody_can_sign_in() {
        let user =
            User { enabled: Cell::Known(true), sku_part_numbers: Cell::Known(vec!["SPB".into()]), ..User::new("1") };
        let gap = Gap::new(Cause::PermissionMissing, "users");
        let cases = [
            ("there", Table::complete(vec![user]), Some(true), Some(vec!["SPB".into()])),
            ("no such account", Table::complete(Vec::new()), Some(false), Some(Vec::<Text>::new())),
            ("unread", Table::unread(gap), None, None),
        ];
        for (what, users, enabled, licences) in cases {
            // What Exchange says of it.
            let mailbox = Mailbox { sign_in_enabled: Cell::Known(false), ..Mailbox::new("1") };
            let mut data = Datasets { users, mailboxes: Table::complete(vec![mailbox]), ..Datasets::default() };
            apply(&mut data);
            let row = &data.mailboxes.rows[0];
            assert_eq!(
                (row.sign_in_enabled.known().copied(), row.account_licences.known().cloned()),
                (enabled, licences),
                "{what}"
            );
        }
    }
}
