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

/// What the products that are assigned to an account give it. Of one that the tenant's list of subscriptions does not have
/// (a subscription that ended stays assigned for a while) nothing is known but that it may give anything.
pub(super) fn licences(user: &mut User, wire: &identity::UserWire, skus: &Skus) {
    let assigned = skus.as_ref().map_err(Clone::clone).and_then(|skus| assigned(wire, skus));
    let (known, lost): (Vec<Assigned<'_>>, Option<Gap>) = match assigned {
        Err(gap) => (Vec::new(), Some(gap)),
        Ok(all) => {
            let lost = all.iter().any(Option::is_none).then(|| unclear(&identity::USERS));
            (all.into_iter().flatten().collect(), lost)
        }
    };
    let on = known.iter().flat_map(|(sku, off)| sku.plans.iter().filter(|(id, _)| !off.contains(id)));
    let plans: Vec<&Text> = on.map(|(_, name)| name).collect();
    let mailbox = plans.iter().any(|name| name.starts_with("EXCHANGE_"));
    let whole = lost.map_or(Ok(()), Err);
    user.has_mailbox = if mailbox { Ok(true) } else { whole.clone().map(|()| false) }.into();
    let names = || known.iter().map(|(sku, _)| sku.part_number.clone()).collect();
    user.sku_part_numbers = whole.clone().map(|()| names()).into();
    user.uncovered_services = whole.map(|()| services::opened(plans.into_iter())).into();
}

/// A product, and the ids of what is switched off in it.
type Assigned<'a> = (&'a Sku, &'a [Text]);

/// Each product of an account with the ids of what is switched off in it; none for one of which that is not known.
fn assigned<'a>(wire: &'a identity::UserWire, skus: &'a BTreeMap<Text, Sku>) -> Result<Vec<Option<Assigned<'a>>>, Gap> {
    let licences = wire.assigned_licenses.value().ok_or_else(|| unclear(&identity::USERS))?;
    let one = |licence: &'a identity::AssignedLicense| {
        let off = licence.disabled_plans.value()?;
        Some((skus.get(licence.sku_id.value()?)?, off.as_slice()))
    };
    Ok(licences.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_product_that_is_in_no_subscription_only_what_others_give_is_known() {
        let skus: Skus = Ok(["mail", "files"]
            .map(|name| {
                let plan = if name == "mail" { "EXCHANGE_S_STANDARD" } else { "SHAREPOINTSTANDARD" };
                let plans = [(Text::from("p"), Text::from(plan))].into();
                (Text::from(name), Sku { part_number: name.into(), plans })
            })
            .into());
        let held = |ids: &[&str], off: &[&str]| {
            let licences: Vec<_> = ids.iter().map(|id| json!({ "skuId": id, "disabledPlans": off })).collect();
            let wire = serde_json::from_value(json!({ "id": "u", "assignedLicenses": licences })).expect("an account");
            let mut user = User::new("u");
            super::licences(&mut user, &wire, &skus);
            (user.has_mailbox.known().copied(), user.sku_part_numbers.known().map(Vec::len))
        };
        assert_eq!(held(&["mail", "files"], &[]), (Some(true), Some(2)));
        assert_eq!(held(&["mail"], &["p"]), (Some(false), Some(1)));
        assert_eq!(held(&["mail", "ended"], &[]), (Some(true), None), "the mailbox is there whatever the other gives");
        assert_eq!(held(&["files", "ended"], &[]), (None, None));
        assert_eq!(held(&[], &[]), (Some(false), Some(0)));
    }
}
