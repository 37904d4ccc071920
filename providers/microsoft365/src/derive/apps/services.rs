//! Which services beside the vendor's list are on for anybody who can sign in.

use tenantscan_model::rows::User;
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};

use crate::sources::apps::services::is_read;

pub(super) fn apply(datasets: &mut Datasets) {
    let users = &datasets.users;
    for service in &mut datasets.uncovered_services.rows {
        if is_read(&service.id) {
            service.on = on(&service.id, users);
        }
    }
}

/// One account is enough; that there is none is known when every account was read.
fn on(id: &Text, users: &Table<User>) -> Cell<bool> {
    let mut doubt: Option<&Gap> = users.gap();
    for user in &users.rows {
        match (user.enabled.read(), user.uncovered_services.read().map(|has| has.contains(id))) {
            (Ok(true), Ok(true)) => return Cell::Known(true),
            (Ok(false), _) | (_, Ok(false)) => {}
            (Err(gap), _) | (_, Err(gap)) => doubt = doubt.or(Some(gap)),
        }
    }
    doubt.map_or(Cell::Known(false), |gap| Cell::Unknown(gap.clone()))
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cause;

    use super::*;

    #[test]
    fn a_service_is_on_where_anybody_who_can_sign_in_has_it() {
        let gap = || Gap::new(Cause::PermissionMissing, "test");
        let user = |id: &str, enabled: Cell<bool>, has: Cell<Vec<Text>>| User {
            enabled,
            uncovered_services: has,
            ..User::new(id)
        };
        let known = |enabled, has: &[&str]| {
            user("1", Cell::Known(enabled), Cell::Known(has.iter().map(|it| Text::from(*it)).collect()))
        };
        let unread = || user("2", Cell::Known(true), Cell::Unknown(gap()));
        let cases = [
            ("has it", Table::complete(vec![known(true, &["clipchamp"]), unread()]), Some(true)),
            ("has another", Table::complete(vec![known(true, &["bookings"])]), Some(false)),
            ("cannot sign in", Table::complete(vec![known(false, &["clipchamp"])]), Some(false)),
            ("one is unread", Table::complete(vec![known(true, &[]), unread()]), None),
            ("nobody was read", Table::unread(gap()), None),
        ];
        for (case, users, due) in cases {
            assert_eq!(on(&"clipchamp".into(), &users).known().copied(), due, "{case}");
        }
    }
}
