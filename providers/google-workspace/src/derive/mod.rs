//! Columns that no request gives: worked out from rows that were read.

mod devices;
mod mailboxes;

use tenantscan_model::{Cell, Datasets, Time};
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(crate) const ALL: &[&[Derived]] = &[mailboxes::DERIVED, devices::DERIVED, UNITS];

const UNITS: &[Derived] = &[Derived {
    columns: &["org_units.people"],
    from: &["org_units", "org_units.path", "users", "users.enabled", "users.org_unit"],
}];

/// Fills every derived column. Call it once, after all rows are in place.
pub(crate) fn apply(data: &mut Datasets, _now: Time) {
    people(data);
    mailboxes::apply(data);
    devices::apply(data);
}

/// How many active people are in each unit itself.
fn people(data: &mut Datasets) {
    for unit in &mut data.org_units.rows {
        unit.people = match data.users.read() {
            Err(gap) => Cell::Unknown(gap.clone()),
            Ok(users) => {
                let here = users.iter().filter(|user| {
                    user.enabled.known() == Some(&true)
                        && user.org_unit.known().and_then(Option::as_ref) == unit.path.known()
                });
                Cell::Known(i64::try_from(here.count()).unwrap_or(i64::MAX))
            }
        };
    }
}
