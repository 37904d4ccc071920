//! Services beside the ones that the vendor's list of services under its business associate agreement names.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::UncoveredService;
use tenantscan_model::{Cause, Cell, Gap, Table, Text};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use crate::sources::tenant::SUBSCRIBED_SKUS;

/// Switches that the vendor shows to people in its admin centers, and to no app that only reads.
pub(crate) static SERVICES_NOT_SHOWN: Source = Source {
    id: "microsoft365.services_not_shown",
    title: "Services whose switches stand in admin centers alone",
    api: &GRAPH,
    path: "",
    call: Call::Withheld {
        portal: "the places that the fix of the policy non-covered-services-off names (admin center > Settings > Org \
                 settings, Copilot, Microsoft 365 Apps admin center, Entra user settings)",
    },
    permissions: &[],
    licence: None,
    role: None,
    lists: &["uncovered_services"],
    fills: &[
        "uncovered_services.id",
        "uncovered_services.name",
        "uncovered_services.reason",
        "uncovered_services.on",
        "uncovered_services.look_at",
    ],
    docs: "https://learn.microsoft.com/compliance/regulatory/offering-hipaa-hitech",
};

#[derive(Deserialize)]
struct Catalogue {
    service: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    id: Text,
    name: Text,
    reason: Text,
    #[serde(default)]
    service_plans: Vec<Text>,
    look_at: Text,
}

static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let text = include_str!("../../../../../policies/catalogues/microsoft365-services.toml");
    toml::from_str::<Catalogue>(text).expect("the built-in list parses: a test reads it").service
});

/// The services that these service plans open.
pub(crate) fn opened<'a>(plans: impl Iterator<Item = &'a Text>) -> Vec<Text> {
    let plans: Vec<&Text> = plans.collect();
    let open = |service: &&Service| service.service_plans.iter().any(|plan| plans.contains(&plan));
    SERVICES.iter().filter(open).map(|service| service.id.clone()).collect()
}

/// A row for each service of the catalogue. Whether one is on is worked out later where a service plan tells.
pub(crate) fn table(not_shown: &Gap) -> Table<UncoveredService> {
    let later = Gap::new(Cause::NotCollected, SUBSCRIBED_SKUS.id);
    let rows = SERVICES.iter().map(|service| UncoveredService {
        name: Cell::Known(service.name.clone()),
        reason: Cell::Known(service.reason.clone()),
        on: Cell::Unknown(if service.service_plans.is_empty() { not_shown.clone() } else { later.clone() }),
        look_at: Cell::Known(service.look_at.clone()),
        ..UncoveredService::new(service.id.clone())
    });
    Table::complete(rows.collect())
}

/// Whether a service plan tells that a service is on.
pub(crate) fn is_read(id: &Text) -> bool {
    SERVICES.iter().any(|service| service.id == *id && !service.service_plans.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_opened_by_any_of_its_plans() {
        let plans: Vec<Text> = ["WHITEBOARD_PLAN2", "EXCHANGE_S_STANDARD", "CLIPCHAMP"].map(Text::from).into();
        assert_eq!(opened(plans.iter()), ["whiteboard", "clipchamp"]);
    }

    #[test]
    fn what_is_not_shown_is_unknown_with_that_cause() {
        let rows = table(&Gap::new(Cause::NotSupplied, SERVICES_NOT_SHOWN.id)).rows;
        assert!(rows.len() > 5);
        for row in rows {
            let due = if is_read(&row.id) { Cause::NotCollected } else { Cause::NotSupplied };
            assert_eq!(row.on.gap().map(Gap::cause), Some(due), "{}", row.id);
        }
    }
}
