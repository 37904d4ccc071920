//! Whether a credential opens anything: its app may sign in here, and reaches something.

use std::collections::HashMap;

use tenantscan_model::rows::{App, RoleAssignment};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};

use tenantscan_people::apps::Grants;

pub(super) fn apply(datasets: &mut Datasets) {
    let mut credentials = std::mem::take(&mut datasets.app_credentials);
    let grants = Grants::of(&datasets.app_grants);
    let apps = by_app_id(datasets);
    for row in &mut credentials.rows {
        let app = match (&apps, row.app_id.read()) {
            (Ok(apps), Ok(id)) => Ok(apps.get(id).copied()),
            (Err(gap), _) => Err(gap.clone()),
            (_, Err(gap)) => Err(gap.clone()),
        };
        row.app_enabled = match &app {
            Ok(Some(app)) => app.enabled.clone(),
            // Without its object in this tenant an app cannot sign in here.
            Ok(None) => Cell::Known(false),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
        row.app_has_access = match &app {
            Ok(Some(app)) => has_access(&grants, &datasets.role_assignments, app),
            Ok(None) => Cell::Known(false),
            Err(gap) => Cell::Unknown(gap.clone()),
        };
    }
    datasets.app_credentials = credentials;
}

/// Permissions that do no more than sign a person in and show that person's own name.
const SIGN_IN: [&str; 5] = ["openid", "profile", "email", "offline_access", "User.Read"];

/// By a permission, or by a role of the directory that the app holds without any.
fn has_access(grants: &Grants<'_>, roles: &Table<RoleAssignment>, app: &App) -> Cell<bool> {
    let mut gap = grants.gap().or(roles.gap());
    for role in &roles.rows {
        match role.principal_id.read() {
            Ok(holder) if holder.eq_ignore_ascii_case(&app.id) => return Cell::Known(true),
            Ok(_) => {}
            Err(unread) => gap = gap.or(Some(unread)),
        }
    }
    for row in grants.rows(&app.id) {
        match row.permissions.read() {
            Ok(permissions) if permissions.iter().any(|it| !SIGN_IN.contains(&it.as_str())) => {
                return Cell::Known(true);
            }
            Ok(_) => {}
            Err(unread) => gap = gap.or(Some(unread)),
        }
    }
    gap.map_or(Cell::Known(false), |gap| Cell::Unknown(gap.clone()))
}

fn by_app_id(datasets: &Datasets) -> Result<HashMap<&Text, &App>, Gap> {
    let apps = datasets.apps.read().map_err(Clone::clone)?;
    let one = |app| -> Result<_, Gap> {
        let app: &App = app;
        Ok((app.app_id.read().map_err(Clone::clone)?, app))
    };
    apps.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    //! Cases: an app and its permissions, and whether its secret opens anything.

    use tenantscan_model::Cause;
    use tenantscan_model::rows::{AppCredential, AppGrant};

    use super::*;

    #[test]
    fn a_secret_opens_what_its_app_may() {
        let gap = || Gap::new(Cause::PermissionMissing, "test");
        let app = |enabled| {
            let mut app = App::new("o");
            app.app_id = Cell::Known("a".into());
            app.enabled = Cell::Known(enabled);
            Table::complete(vec![app])
        };
        let given = |permissions| {
            let mut grant = AppGrant::new("g");
            grant.app = Cell::Known("o".into());
            grant.permissions = permissions;
            Table::complete(vec![grant])
        };
        let grant = || given(Cell::Known(vec!["openid".into(), "Mail.Read".into()]));
        let none = || Table::complete(Vec::new());
        let no_roles = || Table::complete(Vec::new());
        let role = |holder: &str| {
            Table::complete(vec![RoleAssignment {
                principal_id: Cell::Known(holder.into()),
                ..RoleAssignment::new("r")
            }])
        };
        let (yes, no) = (Some(true), Some(false));
        let cases = [
            ("in use", app(true), grant(), no_roles(), [yes, yes]),
            ("switched off", app(false), grant(), no_roles(), [no, yes]),
            ("without permissions", app(true), none(), no_roles(), [yes, no]),
            ("without permissions, roles unread", app(true), none(), Table::unread(gap()), [yes, None]),
            ("with a role alone", app(true), none(), role("O"), [yes, yes]),
            ("with a role, permissions unread", app(true), Table::unread(gap()), role("o"), [yes, yes]),
            ("another holds a role", app(true), none(), role("other"), [yes, no]),
            ("sign-in alone", app(true), given(Cell::Known(vec!["User.Read".into()])), no_roles(), [yes, no]),
            ("names unread", app(true), given(Cell::Unknown(gap())), no_roles(), [yes, None]),
            ("not in this tenant", Table::complete(Vec::new()), grant(), no_roles(), [no, no]),
            ("apps unread", Table::unread(gap()), grant(), no_roles(), [None, None]),
            ("permissions unread", app(true), Table::unread(gap()), no_roles(), [yes, None]),
        ];
        for (case, apps, app_grants, role_assignments, expected) in cases {
            let mut credential = AppCredential::new("c");
            credential.app_id = Cell::Known("a".into());
            let mut datasets = Datasets {
                apps,
                app_grants,
                role_assignments,
                app_credentials: Table::complete(vec![credential]),
                ..Datasets::default()
            };
            apply(&mut datasets);
            let row = &datasets.app_credentials.rows[0];
            assert_eq!([&row.app_enabled, &row.app_has_access].map(|cell| cell.known().copied()), expected, "{case}");
        }
    }
}
