//! Accounts that are closed in one cloud and open in the other: the same sign-in name in several tenants of a client.

use std::collections::BTreeMap;

use tenantscan_model::{Cell, Gap, Tenant};

/// What the accounts of one tenant say of a sign-in name.
#[derive(Default)]
struct Accounts {
    /// Whether the account of a name, in small letters, is switched off.
    closed: BTreeMap<String, Result<bool, Gap>>,
    /// Why there may be accounts of a name that does not stand in `closed`.
    open: Option<Gap>,
}

impl Accounts {
    fn of(tenant: &Tenant) -> Self {
        let users = &tenant.datasets.users;
        let mut all = Self { closed: BTreeMap::new(), open: users.gap().cloned() };
        for user in &users.rows {
            match (user.principal_name.read(), user.enabled.read()) {
                (Ok(name), enabled) => {
                    all.closed.insert(name.to_lowercase(), enabled.map(|enabled| !enabled).map_err(Clone::clone));
                }
                // Whoever may sign in is not closed, whatever the name.
                (Err(_), Ok(true)) => {}
                (Err(gap), _) => all.open = all.open.or_else(|| Some(gap.clone())),
            }
        }
        all
    }

    fn closed(&self, name: &str) -> Result<bool, Gap> {
        match (self.closed.get(name), &self.open) {
            (Some(known), _) => known.clone(),
            (None, Some(gap)) => Err(gap.clone()),
            (None, None) => Ok(false),
        }
    }
}

/// Fills `users.closed_elsewhere` once all tenants of a client are read.
pub fn join(tenants: &mut [Tenant]) {
    let accounts: Vec<Accounts> = tenants.iter().map(Accounts::of).collect();
    for (index, tenant) in tenants.iter_mut().enumerate() {
        let others = || accounts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, accounts)| accounts);
        let is_alone = others().next().is_none();
        for user in &mut tenant.datasets.users.rows {
            user.closed_elsewhere = match user.principal_name.read() {
                _ if is_alone => Cell::Known(false),
                Err(gap) => Cell::Unknown(gap.clone()),
                Ok(name) => {
                    let name = name.to_lowercase();
                    let said: Vec<Result<bool, Gap>> = others().map(|accounts| accounts.closed(&name)).collect();
                    let gap = said.iter().find_map(|said| said.as_ref().err());
                    match gap {
                        _ if said.contains(&Ok(true)) => Cell::Known(true),
                        Some(gap) => Cell::Unknown(gap.clone()),
                        None => Cell::Known(false),
                    }
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what the other tenant says of Ann, and what follows for her account here.

    use tenantscan_model::rows::User;
    use tenantscan_model::{Cause, Datasets, Platform, Table};

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::Timeout, "test")
    }

    fn user(name: Option<&str>, enabled: Option<bool>) -> User {
        let mut user = User::new(name.unwrap_or("?"));
        user.principal_name = name.map_or_else(|| Cell::Unknown(gap()), |name| Cell::Known(name.into()));
        user.enabled = enabled.map_or_else(|| Cell::Unknown(gap()), Cell::Known);
        user
    }

    fn tenant(users: Table<User>) -> Tenant {
        let datasets = Datasets { users, ..Datasets::default() };
        Tenant { id: "t".into(), name: "t".into(), platform: Platform::Microsoft365, sources: Vec::new(), datasets }
    }

    fn said(mut tenants: Vec<Tenant>) -> Cell<bool> {
        join(&mut tenants);
        tenants[0].datasets.users.rows[0].closed_elsewhere.clone()
    }

    #[test]
    fn an_account_is_closed_elsewhere_by_its_sign_in_name() {
        let here = || tenant(Table::complete(vec![user(Some("Ann@oak.example"), Some(true))]));
        let cut = |users| Table { listing: tenantscan_model::Listing::Unread(gap()), rows: users };
        let unknown = || Cell::Unknown(gap());
        let cases = [
            ("switched off", Table::complete(vec![user(Some("ann@oak.example"), Some(false))]), Cell::Known(true)),
            ("switched on", Table::complete(vec![user(Some("ann@oak.example"), Some(true))]), Cell::Known(false)),
            ("not there", Table::complete(vec![user(Some("bob@oak.example"), Some(false))]), Cell::Known(false)),
            ("nobody there", Table::complete(Vec::new()), Cell::Known(false)),
            ("on or off is not known", Table::complete(vec![user(Some("ann@oak.example"), None)]), unknown()),
            ("a closed account without a name", Table::complete(vec![user(None, Some(false))]), unknown()),
            ("an open account without a name", Table::complete(vec![user(None, Some(true))]), Cell::Known(false)),
            ("not read", Table::unread(gap()), unknown()),
            ("cut, and off", cut(vec![user(Some("ann@oak.example"), Some(false))]), Cell::Known(true)),
            ("cut, and not seen", cut(Vec::new()), unknown()),
        ];
        for (case, users, expected) in cases {
            assert_eq!(said(vec![here(), tenant(users)]), expected, "{case}");
        }
        assert_eq!(said(vec![here()]), Cell::Known(false), "alone");
        let off = || tenant(Table::complete(vec![user(Some("ann@oak.example"), Some(false))]));
        assert_eq!(said(vec![here(), tenant(Table::unread(gap())), off()]), Cell::Known(true), "one of two says so");
        let nameless = tenant(Table::complete(vec![user(None, Some(true))]));
        assert_eq!(said(vec![nameless, off()]), unknown(), "who is it here");
    }
}
