//! Accounts: three reports joined by id, and what their licences include.

use std::collections::HashMap;

use tenantscan_model::rows::User;
use tenantscan_model::{Cause, Cell, Gap, Table, Text};

use super::{Asking, Skus};
use crate::sources::apps::services;
use crate::sources::identity;

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
    wires.sort_by(|a, b| a.id.cmp(&b.id));
    let mut rows: Vec<User> =
        wires.iter().map(|wire| wire.row(|| Gap::new(Cause::Malformed, identity::USERS.id))).collect();
    for (row, wire) in rows.iter_mut().zip(&wires) {
        match &no_activity {
            None => {
                let last = wire.sign_in_activity.as_ref().and_then(identity::SignInActivity::last);
                row.last_sign_in = Cell::Known(last);
                row.ever_signed_in = Cell::Known(last.is_some());
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
    match skus {
        Err(gap) => {
            user.sku_part_numbers = Cell::Unknown(gap.clone());
            user.has_mailbox = Cell::Unknown(gap.clone());
            user.uncovered_services = Cell::Unknown(gap.clone());
        }
        Ok(skus) => {
            let assigned = || {
                wire.assigned_licenses.iter().filter_map(|licence| Some((licence, skus.get(licence.sku_id.as_ref()?)?)))
            };
            user.sku_part_numbers = Cell::Known(assigned().map(|(_, sku)| sku.part_number.clone()).collect());
            let plans = || {
                assigned()
                    .flat_map(|(licence, sku)| sku.plans.iter().filter(|(id, _)| !licence.disabled_plans.contains(id)))
            };
            user.has_mailbox = Cell::Known(plans().any(|(_, name)| name.starts_with("EXCHANGE_")));
            user.uncovered_services = Cell::Known(services::opened(plans().map(|(_, name)| name)));
        }
    }
}
