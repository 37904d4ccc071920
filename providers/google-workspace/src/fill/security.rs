//! What each account has let in or set up: apps, app passwords, security keys, ways back in.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use tenantscan_model::rows::{App, AppGrant, AppPassword, GrantKind, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Listing, Table, Text};
use tenantscan_provider::{Source, unclear};

use super::Asking;
use super::usage::reported_day;
use crate::derive::apps::{is_vendor_app, may_reach_data};
use crate::sources::security::{
    ACCOUNT_USAGE, APP_PASSWORDS, APP_USE, AppPasswordWire, EventWire, RECOVERY, RecoveryWire, TOKENS, TokenWire,
    Usage, UsageWire,
};
use crate::sources::sso::{ORGANIZATION_PROFILE, OTHER_SECOND_STEP};

/// What the usage report says of each account; none where it was not wanted.
pub(super) type Reported = Option<Result<HashMap<Text, Usage>, Gap>>;

/// Super administrators' ways back in; none where they were not wanted.
pub(super) type WaysBack = Option<Result<HashMap<Text, RecoveryWire>, Gap>>;

/// Apps, what they may do, and app passwords.
pub(super) struct Security {
    apps: Table<App>,
    grants: Table<AppGrant>,
    passwords: Table<AppPassword>,
}

pub(super) async fn usage(ask: &Asking<'_>, now: Timestamp) -> Reported {
    if !ask.wants(&ACCOUNT_USAGE) {
        return None;
    }
    let read = ask.lists::<UsageWire>(&ACCOUNT_USAGE, &[reported_day(now)]).await.pop()?;
    Some(read.map(|wires| wires.into_iter().filter_map(UsageWire::of).collect()))
}

pub(super) async fn recovery(ask: &Asking<'_>) -> WaysBack {
    let read = ask.items::<RecoveryWire>(&RECOVERY).await?;
    Some(read.map(|wires| wires.into_iter().map(|wire| (wire.id.clone(), wire)).collect()))
}

/// One request for each account and source: Google has no list of all accounts' apps or app passwords. Accounts that are
/// closed are asked too, since what they let in wakes up with them.
pub(super) async fn read(ask: &Asking<'_>, data: &Datasets) -> Security {
    let ((apps, grants), passwords) = futures::join!(apps(ask, &data.users), passwords(ask, &data.users));
    Security { apps, grants, passwords }
}

/// One list for each account; none where the source is not wanted, and why accounts may be missing.
async fn each<T: serde::de::DeserializeOwned + Send>(
    ask: &Asking<'_>,
    source: &'static Source,
    users: &Table<User>,
) -> Option<(Vec<(Text, T)>, Option<Gap>)> {
    if !ask.wants(source) {
        return None;
    }
    let ids: Vec<Text> = users.rows.iter().map(|user| user.id.clone()).collect();
    let lists = ask.lists::<T>(source, &ids).await;
    let (mut all, mut gap) = (Vec::new(), users.gap().cloned());
    for (id, list) in ids.iter().zip(lists) {
        match list {
            Ok(items) => all.extend(items.into_iter().map(|item| (id.clone(), item))),
            Err(unread) => drop(gap.get_or_insert(unread)),
        }
    }
    Some((all, gap))
}

async fn passwords(ask: &Asking<'_>, users: &Table<User>) -> Table<AppPassword> {
    let Some((wires, gap)) = each::<AppPasswordWire>(ask, &APP_PASSWORDS, users).await else {
        return Table::default();
    };
    let by_id: HashMap<&Text, &User> = users.rows.iter().map(|user| (&user.id, user)).collect();
    let rows = wires.into_iter().map(|(person, wire)| {
        let mut row = wire.row(&person);
        if let Some(user) = by_id.get(&person) {
            row.person_name = user.name.clone();
            row.person_enabled = user.enabled.clone();
        }
        row
    });
    partly(Table::complete(rows.collect()), gap)
}

async fn apps(ask: &Asking<'_>, users: &Table<User>) -> (Table<App>, Table<AppGrant>) {
    let Some((wires, gap)) = each::<TokenWire>(ask, &TOKENS, users).await else {
        return (Table::default(), Table::default());
    };
    let (apps, grants) = rows(&wires);
    let (mut apps, grants) = (Table::complete(apps), Table::complete(grants));
    last_used(ask, &mut apps, &grants).await;
    (partly(apps, gap.clone()), partly(grants, gap))
}

/// What was read still counts where the rest was not.
fn partly<R: tenantscan_model::Row>(table: Table<R>, gap: Option<Gap>) -> Table<R> {
    match gap {
        None => table,
        Some(gap) => Table { listing: Listing::Unread(gap), rows: table.rows },
    }
}

/// Apps, each once, and one grant for each person who let one in.
fn rows(wires: &[(Text, TokenWire)]) -> (Vec<App>, Vec<AppGrant>) {
    let mut apps: BTreeMap<&Text, App> = BTreeMap::new();
    let mut grants: BTreeMap<(&Text, &Text), AppGrant> = BTreeMap::new();
    for (person, wire) in wires {
        let name = wire.display_text.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| wire.client_id.clone());
        apps.entry(&wire.client_id).or_insert_with(|| {
            let mut app = App::new(wire.client_id.clone());
            app.name = Cell::Known(name.clone());
            app.app_id = Cell::Known(wire.client_id.clone());
            app.is_vendor_app = Cell::Known(is_vendor_app(&wire.client_id));
            app.enabled = Cell::Known(true);
            app.created = Cell::Known(None);
            app
        });
        let grant = grants.entry((person, &wire.client_id)).or_insert_with(|| {
            let mut grant = AppGrant::new(format!("{person}/{}", wire.client_id));
            grant.app = Cell::Known(wire.client_id.clone());
            grant.app_name = Cell::Known(name);
            grant.kind = Cell::Known(GrantKind::Person);
            grant.resource = Cell::Known("Google".into());
            grant.person = Cell::Known(Some(person.clone()));
            grant.granted = Cell::Known(None);
            grant.permissions = Cell::Known(Vec::new());
            grant
        });
        // An app may hold several tokens of one person. One that is for nothing does not say what it is for.
        let scopes = wire.scopes.as_deref().filter(|scopes| !scopes.is_empty());
        match (&mut grant.permissions, scopes) {
            (Cell::Known(permissions), Some(scopes)) => {
                permissions.extend(scopes.iter().cloned());
                permissions.sort();
                permissions.dedup();
            }
            (permissions @ Cell::Known(_), None) => *permissions = Cell::Unknown(unclear(&TOKENS)),
            (Cell::Unknown(_), _) => {}
        }
    }
    (apps.into_values().collect(), grants.into_values().collect())
}

/// When each app was last used, of those that are not Google's and may reach what may hold patient data: the others are not
/// worth a request.
async fn last_used(ask: &Asking<'_>, apps: &mut Table<App>, grants: &Table<AppGrant>) {
    if !ask.wants(&APP_USE) {
        return;
    }
    let reaching = |app: &App| {
        let of_app = grants.rows.iter().filter(|grant| grant.app.known() == Some(&app.id));
        let mut scopes = of_app.filter_map(|grant| grant.permissions.known()).flatten();
        app.is_vendor_app.known() == Some(&false) && scopes.any(|scope| may_reach_data(scope))
    };
    // An id that does not look like one would change the question.
    let plain = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let mut asked: Vec<&mut App> = apps.rows.iter_mut().filter(|app| reaching(app)).collect();
    let ids: Vec<Text> = asked.iter().map(|app| app.id.clone()).filter(|id| plain(id)).collect();
    let answers = ask.lists::<EventWire>(&APP_USE, &ids).await;
    let answers: HashMap<Text, Result<Vec<EventWire>, Gap>> = ids.into_iter().zip(answers).collect();
    for app in &mut asked {
        app.last_used = match answers.get(&app.id) {
            None => Cell::Unknown(unclear(&APP_USE)),
            Some(Err(gap)) => Cell::Unknown(gap.clone()),
            Some(Ok(events)) => Cell::Known(events.iter().map(|event| event.id.time).max()),
        };
    }
}

pub(super) fn fill(data: &mut Datasets, security: Security, usage: Reported, recovery: WaysBack) {
    data.apps = security.apps;
    data.app_grants = security.grants;
    data.app_passwords = security.passwords;
    for user in &mut data.users.rows {
        if let Some(read) = &usage {
            reported(user, read);
        }
        if let Some(read) = &recovery {
            (user.recovery_phone_set, user.recovery_mail_set) = way_back(read, user);
        }
    }
}

/// An account that the report leaves out is newer than the report.
fn reported(user: &mut User, read: &Result<HashMap<Text, Usage>, Gap>) {
    let usage = read.as_ref().map_err(Clone::clone);
    let usage = usage.and_then(|all| all.get(&user.id).ok_or_else(|| Gap::new(Cause::Unavailable, ACCOUNT_USAGE.id)));
    let told = |count: fn(&Usage) -> Option<i64>| -> Cell<i64> {
        usage.as_ref().map_err(Clone::clone).and_then(|it| count(it).ok_or_else(|| unclear(&ACCOUNT_USAGE))).into()
    };
    (user.security_keys, user.passkeys) = (told(|usage| usage.security_keys), told(|usage| usage.passkeys));
    user.last_sso_sign_in = usage.map(|usage| usage.last_sso).into();
}

fn way_back(read: &Result<HashMap<Text, RecoveryWire>, Gap>, user: &User) -> (Cell<bool>, Cell<bool>) {
    let found = match read {
        Err(gap) => Err(gap.clone()),
        // The list holds super administrators alone.
        Ok(all) => all.get(&user.id).ok_or_else(|| match user.is_global_admin.known() {
            Some(true) => unclear(&RECOVERY),
            _ => Gap::new(Cause::NotCollected, RECOVERY.id),
        }),
    };
    match found {
        Ok(wire) => (Cell::Known(wire.recovery_phone), Cell::Known(wire.recovery_email)),
        Err(gap) => (Cell::Unknown(gap.clone()), Cell::Unknown(gap)),
    }
}

/// Says of what no API shows where a person can look, where it left something open.
pub(super) fn note_what_no_api_shows(ask: &Asking<'_>, data: &Datasets) {
    for source in [&ORGANIZATION_PROFILE, &OTHER_SECOND_STEP] {
        let left_open = data.users.rows.iter().any(|user| {
            let gaps = [user.signs_in_elsewhere.gap(), user.mfa_capable.gap()];
            gaps.into_iter().flatten().any(|gap| gap.source() == source.id)
        });
        if left_open {
            ask.withheld(source);
        }
    }
}

#[cfg(test)]
mod tests {
    //! Cases: tokens of people, and the apps that they make; reports, and what they leave open.

    use super::*;

    fn token(client: &str, name: &str, scopes: &[&str]) -> TokenWire {
        let wire = serde_json::json!({ "clientId": client, "displayText": name, "scopes": scopes });
        serde_json::from_value(wire).expect("as Google writes it")
    }

    #[test]
    fn an_app_stands_once_and_each_person_who_let_it_in_once() {
        let wires = [
            ("1".into(), token("z", "Notes", &["b"])),
            ("1".into(), token("z", "Notes", &["a", "b"])),
            ("2".into(), token("z", "Notes", &["a"])),
            ("2".into(), token("77185425430.apps.googleusercontent.com", "", &[])),
        ];
        let (apps, grants) = rows(&wires);
        let named: Vec<_> = apps.iter().map(|app| (app.name.known().cloned(), app.is_vendor_app.clone())).collect();
        assert_eq!(named[0].0.as_deref(), Some("77185425430.apps.googleusercontent.com"));
        assert_eq!((named[0].1.clone(), named[1].1.clone()), (Cell::Known(true), Cell::Known(false)));
        assert_eq!(grants.len(), 3);
        assert_eq!(grants[0].permissions, Cell::Known(vec!["a".into(), "b".into()]));
        let without = serde_json::from_value(serde_json::json!({ "clientId": "z" })).expect("as Google writes it");
        let (_, grants) = rows(&[("1".into(), token("z", "Notes", &["b"])), ("1".into(), without)]);
        assert!(grants[0].permissions.gap().is_some(), "nobody knows what the second is for");
    }

    #[test]
    fn an_account_that_a_report_leaves_out_is_unknown() {
        let usage = Usage { security_keys: Some(1), passkeys: None, last_sso: None };
        let read = Ok(HashMap::from([("1".into(), usage)]));
        let (mut told, mut left_out) = (User::new("1"), User::new("2"));
        reported(&mut told, &read);
        assert_eq!((&told.security_keys, &told.last_sso_sign_in), (&Cell::Known(1), &Cell::Known(None)));
        assert!(told.passkeys.gap().is_some(), "a count that is left out is no count");
        reported(&mut left_out, &read);
        assert!(left_out.security_keys.gap().is_some() && left_out.last_sso_sign_in.gap().is_some());
    }

    #[test]
    fn a_super_administrator_whom_the_list_leaves_out_is_not_without_a_way_back() {
        let mut user = User::new("1");
        user.is_global_admin = Cell::Known(true);
        let (phone, _) = way_back(&Ok(HashMap::new()), &user);
        assert_eq!(phone.gap().map(Gap::cause), Some(Cause::Malformed));
        user.is_global_admin = Cell::Known(false);
        let (phone, _) = way_back(&Ok(HashMap::new()), &user);
        assert_eq!(phone.gap().map(Gap::cause), Some(Cause::NotCollected));
    }
}
