//! A policy, taken apart once for all accounts.

use tenantscan_model::rows::{ConditionalAccessPolicy, PolicyState};
use tenantscan_model::{Cause, Cell, Gap, Text};

use super::conditions::{Atom, Places, covers};
use super::grants::{Grant, Strengths};
use super::level::{Level, Span};

pub(super) struct Policy<'a> {
    pub(super) row: &'a ConditionalAccessPolicy,
    /// Whether it is in force, for all devices that its other conditions reach.
    pub(super) in_force: Span,
    pub(super) grant: Grant,
    /// How far it covers each value of each dimension.
    pub(super) covers: Vec<Vec<Span>>,
    /// Why its conditions are not all known.
    pub(super) gap: Option<Gap>,
}

impl<'a> Policy<'a> {
    pub(super) fn new(
        row: &'a ConditionalAccessPolicy,
        dimensions: &[Vec<Atom>],
        places: &Places<'_>,
        strengths: &Strengths<'_>,
    ) -> Self {
        let covers: Vec<Vec<Span>> =
            dimensions.iter().map(|atoms| atoms.iter().map(|atom| covers(row, atom, places)).collect()).collect();
        let own = gaps(row).into_iter().flatten().next().cloned();
        let other = matches!(row.state, Cell::Known(PolicyState::Other));
        let gap = own.or_else(|| other.then(|| Gap::new(Cause::Malformed, super::SOURCE))).or_else(|| {
            let unsure = covers.iter().flatten().any(|span| !span.is_known());
            unsure.then(|| places.gap().cloned()).flatten()
        });
        Self { row, in_force: state(row).and(extent(row)), grant: Grant::new(row, strengths), covers, gap }
    }

    /// The name for people.
    pub(super) fn name(&self) -> Text {
        self.row.name.known().unwrap_or(&self.row.id).clone()
    }

    pub(super) fn only_reports(&self) -> bool {
        self.row.state.known() == Some(&PolicyState::ReportOnly)
    }
}

fn state(row: &ConditionalAccessPolicy) -> Span {
    match row.state.known() {
        Some(PolicyState::Enabled) => Span::FULL,
        Some(PolicyState::Disabled | PolicyState::ReportOnly) => Span::NONE,
        Some(PolicyState::Other) | None => Span::UNKNOWN,
    }
}

/// Conditions that reach some of the devices or sign-ins, without a way to tell which.
fn extent(row: &ConditionalAccessPolicy) -> Span {
    let either = Span { low: Level::Part, high: Level::Full };
    let filter = match row.device_filter.known() {
        Some(None) => Span::FULL,
        Some(Some(_)) => Span::PART,
        None => either,
    };
    // Which guests a policy is for is weighed with the account, not here.
    let guests = |condition: &Text| condition.to_ascii_lowercase().ends_with("guestsorexternalusers.externaltenants");
    let other = match row.other_conditions.known() {
        Some(list) if list.iter().all(guests) => Span::FULL,
        Some(_) => Span::PART,
        None => either,
    };
    filter.and(other)
}

fn gaps(row: &ConditionalAccessPolicy) -> [Option<&Gap>; 15] {
    [
        row.state.gap(),
        row.include_applications.gap(),
        row.exclude_applications.gap(),
        row.client_app_types.gap(),
        row.include_platforms.gap(),
        row.exclude_platforms.gap(),
        row.include_locations.gap(),
        row.exclude_locations.gap(),
        row.sign_in_risk_levels.gap(),
        row.user_risk_levels.gap(),
        row.authentication_flows.gap(),
        row.device_filter.gap(),
        row.other_conditions.gap(),
        row.sign_in_frequency_hours.gap(),
        row.persistent_browser.gap(),
    ]
}
