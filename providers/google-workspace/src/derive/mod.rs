//! Columns that no request gives: worked out from rows that were read.

mod devices;
mod groups;
mod logs;
pub(crate) mod mailboxes;
mod second_step;
mod settings;

use tenantscan_model::{Cell, Datasets, Time};
use tenantscan_provider::Derived;

use crate::settings::situation::Situations;

/// The columns that are worked out here, and from what.
pub(crate) const ALL: &[&[Derived]] = &[
    UNITS,
    settings::DERIVED,
    second_step::DERIVED,
    mailboxes::DERIVED,
    devices::DERIVED,
    groups::DERIVED,
    logs::DERIVED,
];

const UNITS: &[Derived] = &[Derived {
    columns: &["org_units.people"],
    from: &["org_units", "org_units.path", "users", "users.enabled", "users.org_unit"],
}];

/// Fills every derived column. Call it once, after all rows are in place. `situations` says which settings hold for whom,
/// where they were read.
pub(crate) fn apply(data: &mut Datasets, situations: Option<&Situations>, now: Time) {
    people(data);
    second_step::apply(data, situations, now);
    mailboxes::apply(data, situations);
    devices::apply(data);
    logs::apply(data);
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
