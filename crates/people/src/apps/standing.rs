//! Who let an app in, and with which permissions.

use std::collections::{BTreeSet, HashMap};

use tenantscan_model::rows::{App, GrantKind, User};
use tenantscan_model::{Cell, Datasets, Gap, Text};

use super::Grants;

/// Fills the columns of `apps` that say who let each in, and with which permissions, and that of `users` that says the same
/// of each account.
pub fn apply(datasets: &mut Datasets) {
    let mut apps = std::mem::take(&mut datasets.apps);
    let grants = Grants::of(&datasets.app_grants);
    let mut let_in: HashMap<Text, Vec<Text>> = HashMap::new();
    let mut hidden = apps.gap().cloned();
    let users = datasets.users.read().map(|users| users.iter().map(|user| (&user.id, user)).collect());
    for app in &mut apps.rows {
        let standing = Standing::of(&grants, app);
        app.application_permissions = standing.list(standing.application.iter());
        app.delegated_permissions = standing.list(standing.delegated.iter());
        app.admin_consented = match &standing.gap {
            _ if standing.admin => Cell::Known(true),
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(false),
        };
        app.people = match &standing.gap {
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(i64::try_from(standing.people.len()).unwrap_or(i64::MAX)),
        };
        app.disabled_people = standing.disabled(&users);
        match app.name.read().and_then(|name| standing.gap.as_ref().map_or(Ok(name), Err)) {
            Ok(name) => standing.people.into_iter().for_each(|id| let_in.entry(id).or_default().push(name.clone())),
            Err(gap) => drop(hidden.get_or_insert_with(|| gap.clone())),
        }
    }
    for user in &mut datasets.users.rows {
        user.apps_let_in = match &hidden {
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(let_in.remove(&user.id).unwrap_or_default()),
        };
    }
    datasets.apps = apps;
}

/// What is known of one app's permissions, and why there may be more.
struct Standing {
    application: BTreeSet<Text>,
    delegated: BTreeSet<Text>,
    people: BTreeSet<Text>,
    admin: bool,
    gap: Option<Gap>,
}

impl Standing {
    fn of(grants: &Grants<'_>, app: &App) -> Self {
        let mut standing = Self {
            application: BTreeSet::new(),
            delegated: BTreeSet::new(),
            people: BTreeSet::new(),
            admin: false,
            gap: grants.gap().cloned(),
        };
        for row in grants.rows(&app.id) {
            if let Err(gap) = standing.add(row) {
                standing.gap.get_or_insert(gap);
            }
        }
        standing
    }

    fn add(&mut self, row: &tenantscan_model::rows::AppGrant) -> Result<(), Gap> {
        let kind = *row.kind.read().map_err(Clone::clone)?;
        self.admin |= kind != GrantKind::Person;
        if kind == GrantKind::Person {
            self.people.extend(row.person.read().map_err(Clone::clone)?.clone());
        }
        let list = if kind == GrantKind::Application { &mut self.application } else { &mut self.delegated };
        list.extend(row.permissions.read().map_err(Clone::clone)?.iter().cloned());
        Ok(())
    }

    fn list<'a>(&self, known: impl Iterator<Item = &'a Text>) -> Cell<Vec<Text>> {
        match &self.gap {
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(known.cloned().collect()),
        }
    }

    /// Names of people with a switched-off account. An account that is gone can no longer be used by anybody.
    fn disabled(&self, users: &Result<HashMap<&Text, &User>, &Gap>) -> Cell<Vec<Text>> {
        if let Some(gap) = &self.gap {
            return Cell::Unknown(gap.clone());
        }
        if self.people.is_empty() {
            return Cell::Known(Vec::new());
        }
        let users = match users {
            Ok(users) => users,
            Err(gap) => return Cell::Unknown((*gap).clone()),
        };
        let mut names = Vec::new();
        for user in self.people.iter().filter_map(|id| users.get(id)) {
            match (user.enabled.read(), user.name.read()) {
                (Ok(true), _) => {}
                (Ok(false), Ok(name)) => names.push(name.clone()),
                (Err(gap), _) | (_, Err(gap)) => return Cell::Unknown(gap.clone()),
            }
        }
        names.sort();
        Cell::Known(names)
    }
}

#[cfg(test)]
mod tests {
    //! Cases: grants of one app, and what is said of who let it in.

    use tenantscan_model::rows::AppGrant;
    use tenantscan_model::{Cause, Listing, Table};

    use super::*;

    fn row(id: &str, kind: GrantKind, permission: &str, person: Option<&str>) -> AppGrant {
        let mut row = AppGrant::new(id);
        row.app = Cell::Known("o".into());
        row.kind = Cell::Known(kind);
        row.permissions = Cell::Known(vec![permission.into()]);
        row.person = Cell::Known(person.map(Text::from));
        row
    }

    fn judged(grants: Table<AppGrant>) -> App {
        all(grants).apps.rows.remove(0)
    }

    fn all(grants: Table<AppGrant>) -> Datasets {
        let user = |id: &str, enabled| {
            let mut user = User::new(id);
            user.name = Cell::Known(id.into());
            user.enabled = Cell::Known(enabled);
            user
        };
        let mut app = App::new("o");
        app.name = Cell::Known("Recorder".into());
        let mut datasets = Datasets {
            apps: Table::complete(vec![app]),
            users: Table::complete(vec![user("ana", true), user("ben", false)]),
            app_grants: grants,
            ..Datasets::default()
        };
        apply(&mut datasets);
        datasets
    }

    #[test]
    fn each_account_has_the_apps_that_it_let_in_itself() {
        let gap = Gap::new(Cause::PermissionMissing, "test");
        let of = |grants| all(grants).users.rows.into_iter().map(|user| user.apps_let_in).collect::<Vec<_>>();
        let rows = || {
            vec![
                row("1", GrantKind::Person, "Mail.Read", Some("ana")),
                row("2", GrantKind::Person, "Files.Read", Some("ana")),
                row("3", GrantKind::Everybody, "Mail.Read", None),
            ]
        };
        let (ana, ben) = (Cell::Known(vec!["Recorder".into()]), Cell::Known(Vec::new()));
        assert_eq!(of(Table::complete(rows())), [ana, ben], "open and closed accounts alike");
        let unread = of(Table { listing: Listing::Unread(gap.clone()), rows: rows() });
        assert!(unread.iter().all(|cell| cell.gap() == Some(&gap)));
    }

    #[test]
    fn people_are_counted_once_and_administrators_apart() {
        let app = judged(Table::complete(vec![
            row("1", GrantKind::Person, "Mail.Read", Some("ana")),
            row("2", GrantKind::Person, "Files.Read", Some("ana")),
            row("3", GrantKind::Person, "Mail.Read", Some("ben")),
            row("4", GrantKind::Person, "Mail.Read", Some("gone")),
        ]));
        assert_eq!(app.people, Cell::Known(3));
        assert_eq!(app.admin_consented, Cell::Known(false));
        assert_eq!(app.disabled_people, Cell::Known(vec!["ben".into()]));
        assert_eq!(app.delegated_permissions, Cell::Known(vec!["Files.Read".into(), "Mail.Read".into()]));
        let app = judged(Table::complete(vec![row("1", GrantKind::Application, "Mail.Read", None)]));
        assert_eq!((app.people, app.admin_consented), (Cell::Known(0), Cell::Known(true)));
    }

    #[test]
    fn what_is_there_counts_though_the_rest_was_not_read() {
        let gap = Gap::new(Cause::PermissionMissing, "test");
        let rows = vec![row("1", GrantKind::Everybody, "Mail.Read", None)];
        let app = judged(Table { listing: Listing::Unread(gap.clone()), rows });
        assert_eq!(app.admin_consented, Cell::Known(true));
        assert_eq!(app.people, Cell::Unknown(gap.clone()));
        assert_eq!(judged(Table::unread(gap.clone())).admin_consented, Cell::Unknown(gap));
    }
}
