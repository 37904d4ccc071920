//! Accounts: three reports joined by id, and what their licences include.

use std::collections::{BTreeMap, HashMap};

use tenantscan_model::rows::User;
use tenantscan_model::{Cause, Cell, Gap, Table, Text};

use super::{Asking, Skus};
use crate::sources::apps::services;
use crate::sources::identity;
use crate::sources::tenant::Sku;
use tenantscan_provider::unclear;

/// Accounts with everything that is known of each by its id; rows and wires stand in the same order.
pub(super) async fn read(ask: &Asking<'_>) -> (Table<User>, Vec<identity::UserWire>) {
    if !ask.wants(&identity::USERS) && !ask.wants(&identity::SIGN_IN_ACTIVITY) {
        return (Table::default(), Vec::new());
    }
    let (read, registrations, switches) = futures::join!(
        accounts(ask),
        ask.items::<identity::RegistrationWire>(&identity::REGISTRATION_DETAILS),
        ask.items::<identity::PerUserMfaWire>(&identity::PER_USER_MFA),
    );
    let (mut wires, no_activity) = match read {
        Ok(read) => read,
        Err(gap) => return (Table::unread(gap), Vec::new()),
    };
    // Somebody signs in to every tenant.
    if wires.is_empty() {
        return (Table::unread(unclear(&identity::USERS)), wires);
    }
    wires.sort_by(|a, b| a.id.cmp(&b.id));
    let mut rows: Vec<User> = wires.iter().map(identity::UserWire::row).collect();
    for (row, wire) in rows.iter_mut().zip(&wires) {
        match &no_activity {
            None => {
                let last = wire.sign_in_activity.as_ref().map_or(Cell::Known(None), identity::SignInActivity::last);
                row.ever_signed_in = last.clone().map(|last| last.is_some());
                row.last_sign_in = last;
            }
            Some(gap) => {
                row.last_sign_in = Cell::Unknown(gap.clone());
                row.ever_signed_in = Cell::Unknown(gap.clone());
            }
        }
    }
    methods(&mut rows, registrations, switches);
    (Table::complete(rows), wires)
}

/// Accounts with their last sign-ins; where these are refused, accounts alone and why.
async fn accounts(ask: &Asking<'_>) -> Result<(Vec<identity::UserWire>, Option<Gap>), Gap> {
    let refused = match ask.items(&identity::SIGN_IN_ACTIVITY).await {
        Some(Ok(wires)) => return Ok((wires, None)),
        Some(Err(gap)) => gap,
        None => Gap::new(Cause::NotCollected, identity::SIGN_IN_ACTIVITY.id),
    };
    Ok((ask.always(&identity::USERS).await?, Some(refused)))
}

/// Joins the two reports that speak of single accounts. An account that a report leaves out stays unknown.
fn methods(
    rows: &mut [User],
    registrations: Option<Result<Vec<identity::RegistrationWire>, Gap>>,
    switches: Option<Result<Vec<identity::PerUserMfaWire>, Gap>>,
) {
    let index: HashMap<Text, usize> = rows.iter().enumerate().map(|(index, row)| (row.id.clone(), index)).collect();
    if let Some(read) = registrations {
        let hole = match &read {
            Ok(_) => Gap::new(Cause::NotCollected, identity::REGISTRATION_DETAILS.id),
            Err(gap) => gap.clone(),
        };
        for row in rows.iter_mut() {
            row.mfa_registered = Cell::Unknown(hole.clone());
            row.mfa_capable = Cell::Unknown(hole.clone());
            row.methods_registered = Cell::Unknown(hole.clone());
            row.phishing_resistant_registered = Cell::Unknown(hole.clone());
        }
        for wire in read.unwrap_or_default() {
            if let Some(index) = index.get(&wire.id) {
                wire.fill(&mut rows[*index]);
            }
        }
    }
    if let Some(read) = switches {
        let hole = match &read {
            Ok(_) => Gap::new(Cause::Malformed, identity::PER_USER_MFA.id),
            Err(gap) => gap.clone(),
        };
        for row in rows.iter_mut() {
            row.per_user_mfa = Cell::Unknown(hole.clone());
        }
        for wire in read.unwrap_or_default() {
            if let (Some(index), Some(state)) = (index.get(&wire.id), wire.state()) {
                rows[*index].per_user_mfa = Cell::Known(state);
            }
        }
    }
}

/// What the products that are assigned to an account give it.
pub(super) fn licences(user: &mut User, wire: &identity::UserWire, skus: &Skus) {
    match skus.as_ref().map_err(Clone::clone).and_then(|skus| assigned(wire, skus)) {
        Err(gap) => {
            user.sku_part_numbers = Cell::Unknown(gap.clone());
            user.has_mailbox = Cell::Unknown(gap.clone());
            user.uncovered_services = Cell::Unknown(gap);
        }
        Ok(assigned) => {
            user.sku_part_numbers = Cell::Known(assigned.iter().map(|(sku, _)| sku.part_number.clone()).collect());
            let on = assigned.iter().flat_map(|(sku, off)| sku.plans.iter().filter(|(id, _)| !off.contains(id)));
            let plans: Vec<&Text> = on.map(|(_, name)| name).collect();
            user.has_mailbox = Cell::Known(plans.iter().any(|name| name.starts_with("EXCHANGE_")));
            user.uncovered_services = Cell::Known(services::opened(plans.into_iter()));
        }
    }
}

/// Each product of an account, with the ids of what is switched off in it. What is said of a product that the tenant's
/// list of subscriptions does not have is not understood.
fn assigned<'a>(
    wire: &'a identity::UserWire,
    skus: &'a BTreeMap<Text, Sku>,
) -> Result<Vec<(&'a Sku, &'a [Text])>, Gap> {
    let lost = || unclear(&identity::USERS);
    let licences = wire.assigned_licenses.value().ok_or_else(lost)?;
    let found = licences.iter().map(|licence| {
        let off = licence.disabled_plans.value()?;
        Some((skus.get(licence.sku_id.value()?)?, off.as_slice()))
    });
    found.collect::<Option<Vec<_>>>().ok_or_else(lost)
}
