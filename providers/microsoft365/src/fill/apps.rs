//! Apps and partners: what they may read, who let them in, and which secrets they hold.

use std::collections::HashMap;

use tenantscan_model::rows::{App, AppCredential, AppGrant};
use tenantscan_model::{Cause, Cell, Gap, Listing, Table, Text, Time};
use tenantscan_provider::Source;

use super::{Asking, Put};
use crate::sources::apps::{backup, credentials, grants, principals, reviews, services};
use tenantscan_provider::unclear;

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let ((apps, grants), credentials, limits, service, policies, reviews) = futures::join!(
        apps(ask),
        ask.items::<credentials::ApplicationWire>(&credentials::APPLICATIONS),
        ask.table(&grants::MAILBOX_LIMITS, grants::LimitWire::row),
        ask.single(&backup::SERVICE, backup::ServiceWire::row),
        ask.table(&backup::POLICIES, backup::PolicyWire::row),
        ask.table(&reviews::ACCESS_REVIEWS, reviews::ReviewWire::row),
    );
    let services = services::table(&ask.withheld(&services::SERVICES_NOT_SHOWN));
    Box::new(move |data| {
        data.apps = apps;
        data.app_grants = grants;
        data.app_credentials = credential_rows(credentials);
        data.app_mailbox_limits = limits;
        data.backup_service = service;
        data.backup_policies = policies;
        data.access_reviews = reviews;
        data.uncovered_services = services;
    })
}

/// Apps with their last use, and what they were given.
async fn apps(ask: &Asking<'_>) -> (Table<App>, Table<AppGrant>) {
    let tenant = ask.places.tenant();
    let (mut apps, used, names, delegated) = futures::join!(
        ask.filled(&principals::SERVICE_PRINCIPALS, |wire: principals::PrincipalWire| wire.row(tenant)),
        ask.items::<principals::SignInWire>(&principals::SIGN_INS),
        ask.items::<grants::ResourceWire>(&grants::PERMISSION_NAMES),
        ask.items::<grants::DelegatedWire>(&grants::DELEGATED_PERMISSIONS),
    );
    let names = names.unwrap_or_else(|| Err(Gap::new(Cause::NotCollected, grants::PERMISSION_NAMES.id)));
    let names = grants::names(names);
    let (graph, exchange, sharepoint) = futures::join!(
        held(ask, &apps, &grants::GRAPH_PERMISSIONS, grants::MICROSOFT_GRAPH),
        held(ask, &apps, &grants::EXCHANGE_PERMISSIONS, grants::EXCHANGE_ONLINE),
        held(ask, &apps, &grants::SHAREPOINT_PERMISSIONS, grants::SHAREPOINT_ONLINE),
    );
    if let Some(used) = used {
        last_used(&mut apps, used);
    }
    let Some(delegated) = delegated else { return (apps, Table::default()) };
    let known = known(&apps);
    let mut all = Table::complete(Vec::new());
    add(&mut all, delegated.map(|wires| wires.into_iter().map(|wire| wire.row(&known)).collect()));
    for (read, source, resource) in [
        (graph, &grants::GRAPH_PERMISSIONS, grants::MICROSOFT_GRAPH),
        (exchange, &grants::EXCHANGE_PERMISSIONS, grants::EXCHANGE_ONLINE),
        (sharepoint, &grants::SHAREPOINT_PERMISSIONS, grants::SHAREPOINT_ONLINE),
    ] {
        let rows = |wires: Vec<grants::AssignedWire>| {
            wires.into_iter().filter_map(|wire| wire.row(source, resource, &names)).collect()
        };
        add(&mut all, read.map(rows));
    }
    all.rows.sort_by(|a, b| a.id.cmp(&b.id));
    (apps, all)
}

/// Who holds permissions of a service. Nobody does where the tenant does not know the service.
async fn held(
    ask: &Asking<'_>,
    apps: &Table<App>,
    source: &'static Source,
    service: &str,
) -> Result<Vec<grants::AssignedWire>, Gap> {
    if let Ok(apps) = apps.read()
        && apps.iter().all(|app| app.app_id.known().is_some_and(|id| *id != service))
    {
        return Ok(Vec::new());
    }
    ask.items(source).await.unwrap_or_else(|| Err(Gap::new(Cause::NotCollected, source.id)))
}

/// Adds the rows of one list; where it was not read, rows are missing, and the ones that are there still count.
fn add(all: &mut Table<AppGrant>, read: Result<Vec<AppGrant>, Gap>) {
    match read {
        Ok(rows) => all.rows.extend(rows),
        Err(gap) => all.listing = Listing::Unread(gap),
    }
}

/// Name and app id of each app by its object id.
fn known(apps: &Table<App>) -> Result<HashMap<Text, (Text, Text)>, Gap> {
    let apps = apps.read().map_err(Clone::clone)?;
    let one = |app: &App| {
        let name = app.name.known().cloned().unwrap_or_default();
        let app_id = app.app_id.known().cloned().unwrap_or_else(|| app.id.clone());
        (app.id.clone(), (name, app_id))
    };
    Ok(apps.iter().map(one).collect())
}

/// An app that the whole report does not name was never seen.
fn last_used(apps: &mut Table<App>, used: Result<Vec<principals::SignInWire>, Gap>) {
    let mut times: Result<HashMap<Text, Cell<Option<Time>>>, Gap> = Ok(HashMap::new());
    match used {
        Err(gap) => times = Err(gap),
        Ok(wires) => {
            let times = times.as_mut().expect("it was just made");
            for wire in wires {
                times.insert(wire.app_id.clone(), wire.last());
            }
        }
    }
    for app in &mut apps.rows {
        app.last_used = match (&times, app.app_id.read()) {
            (Ok(times), Ok(id)) => times.get(id).cloned().unwrap_or(Cell::Known(None)),
            (Err(gap), _) | (_, Err(gap)) => Cell::Unknown(gap.clone()),
        };
    }
}

fn credential_rows(read: Option<Result<Vec<credentials::ApplicationWire>, Gap>>) -> Table<AppCredential> {
    let wires = match read {
        None => return Table::default(),
        Some(Err(gap)) => return Table::unread(gap),
        Some(Ok(wires)) => wires,
    };
    let mut all = Vec::new();
    for wire in wires {
        let Some(rows) = wire.rows() else { return Table::unread(unclear(&credentials::APPLICATIONS)) };
        all.extend(rows);
    }
    Table::complete(all)
}
