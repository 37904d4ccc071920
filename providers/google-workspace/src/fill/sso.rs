//! Who signs in at another company's service, as the practice has set it.

use std::collections::HashMap;

use tenantscan_model::rows::SsoAssignment;
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};
use tenantscan_provider::unclear;

use super::Asking;
use crate::settings::units::unit_for_people;
use crate::sources::sso::{ASSIGNMENTS, AssignmentWire, OIDC_PROFILES, ProfileWire, SAML_PROFILES};

/// What was read of sign-in at other services.
pub(crate) struct SigningIn {
    /// None where it was not wanted.
    pub(crate) assignments: Option<Result<Vec<AssignmentWire>, Gap>>,
    pub(crate) profiles: Result<HashMap<Text, Option<Text>>, Gap>,
}

impl SigningIn {
    /// Ids of the groups that an assignment is for.
    pub(super) fn groups(&self) -> impl Iterator<Item = Text> {
        let read = self.assignments.as_ref().and_then(|read| read.as_ref().ok()).into_iter().flatten();
        read.filter_map(AssignmentWire::group)
    }
}

pub(super) async fn read(ask: &Asking<'_>) -> SigningIn {
    let (assignments, saml, oidc) = futures::join!(
        ask.items::<AssignmentWire>(&ASSIGNMENTS),
        ask.items::<ProfileWire>(&SAML_PROFILES),
        ask.items::<ProfileWire>(&OIDC_PROFILES),
    );
    let both = [(saml, &SAML_PROFILES), (oidc, &OIDC_PROFILES)]
        .into_iter()
        .map(|(read, source)| read.unwrap_or_else(|| Err(Gap::new(tenantscan_model::Cause::NotCollected, source.id))));
    let both: Result<Vec<Vec<ProfileWire>>, Gap> = both.collect();
    let profiles = both.map(|lists| lists.into_iter().flatten().map(|it| (it.name, it.display_name)).collect());
    SigningIn { assignments, profiles }
}

pub(super) fn fill(data: &mut Datasets, read: &SigningIn) {
    data.sso_assignments = match &read.assignments {
        None => Table::default(),
        Some(Err(gap)) => Table::unread(gap.clone()),
        Some(Ok(wires)) => Table::complete(wires.iter().map(|wire| row(wire, data, &read.profiles)).collect()),
    };
}

fn row(wire: &AssignmentWire, data: &Datasets, profiles: &Result<HashMap<Text, Option<Text>>, Gap>) -> SsoAssignment {
    let mut row = SsoAssignment::new(wire.name.clone());
    row.target = match (wire.group(), wire.unit()) {
        (Some(id), _) => {
            let found = data.groups.rows.iter().find(|group| group.id == id);
            let name = found.and_then(|group| group.name.known()).unwrap_or(&id);
            Cell::Known(format!("group {name}").into())
        }
        (None, Some(id)) => {
            let found = data.org_units.rows.iter().find(|unit| unit.id == id);
            let path = found.and_then(|unit| unit.path.known()).map_or(id, Text::as_str);
            Cell::Known(unit_for_people(path).into())
        }
        (None, None) => Cell::Unknown(unclear(&ASSIGNMENTS)),
    };
    row.mode = wire.sso_mode.clone().ok_or_else(|| unclear(&ASSIGNMENTS)).into();
    row.rank = Cell::Known((wire.rank > 0).then_some(wire.rank));
    row.profile = match (wire.profile(), profiles) {
        (None, _) => Cell::Known(None),
        (Some(_), Err(gap)) => Cell::Unknown(gap.clone()),
        (Some(name), Ok(all)) => Cell::Known(Some(all.get(name).cloned().flatten().unwrap_or_else(|| name.clone()))),
    };
    row
}
