//! The space of sign-ins that policies tell apart, and which part of it a policy covers.

use std::collections::{BTreeSet, HashMap};

use tenantscan_model::rows::{ConditionalAccessPolicy, NamedLocation};
use tenantscan_model::{Cell, Gap, Table, Text};

use super::level::Span;

/// One value of one dimension of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Atom {
    /// An app, or a group of apps, that some policy names.
    App(Text),
    /// Every app that no policy names.
    OtherApp,
    /// A kind of client.
    Client(&'static str),
    /// A kind of device that some policy names.
    Platform(Text),
    /// Every kind of device that no policy names.
    OtherPlatform,
    /// Inside this named place and no other.
    Place(Text),
    /// Inside a trusted place that could not be listed.
    UnlistedTrustedPlace,
    /// Outside every place that a policy names.
    Elsewhere,
    /// How risky the sign-in looks.
    SignInRisk(&'static str),
    /// How likely the account is taken over.
    UserRisk(&'static str),
    /// How the sign-in is passed between devices.
    Flow(&'static str),
}

/// Client types that know no second step.
pub(super) fn is_legacy(atom: &Atom) -> bool {
    matches!(atom, Atom::Client("exchangeActiveSync" | "other"))
}

/// The sign-in that passes nothing between devices.
pub(super) const ORDINARY: &str = "ordinary";

/// Exchange Online, SharePoint Online and Teams: the apps that stand inside the group `Office365` in every tenant.
const OFFICE_365: [&str; 3] = [
    "00000002-0000-0ff1-ce00-000000000000",
    "00000003-0000-0ff1-ce00-000000000000",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
];

/// Which named places are trusted.
pub(super) struct Places<'a> {
    trusted: HashMap<&'a str, Result<bool, &'a Gap>>,
    gap: Option<&'a Gap>,
}

impl<'a> Places<'a> {
    pub(super) fn new(table: &'a Table<NamedLocation>) -> Self {
        let trusted = table.rows.iter().map(|row| (&*row.id, row.is_trusted.read().copied())).collect();
        Self { trusted, gap: table.gap() }
    }

    fn is_trusted(&self, id: &str) -> Span {
        match self.trusted.get(id) {
            Some(read) => Span::from(*read),
            // The vendor's own id for the trusted addresses of per-user MFA.
            None if id == "00000000-0000-0000-0000-000000000000" => Span::FULL,
            None if self.gap.is_some() => Span::UNKNOWN,
            None => Span::NONE,
        }
    }

    /// Why it is not known which places are trusted.
    pub(super) fn gap(&self) -> Option<&'a Gap> {
        self.gap.or_else(|| self.trusted.values().find_map(|read| read.err()))
    }
}

fn texts(cell: &Cell<Vec<Text>>) -> &[Text] {
    cell.known().map_or(&[], Vec::as_slice)
}

fn some_texts(cell: &Cell<Option<Vec<Text>>>) -> &[Text] {
    cell.known().and_then(Option::as_deref).unwrap_or_default()
}

/// The dimensions of a sign-in, each with the values that these policies tell apart.
pub(super) fn dimensions(policies: &[&ConditionalAccessPolicy], places: &Places<'_>) -> Vec<Vec<Atom>> {
    let mut apps = BTreeSet::from([Atom::OtherApp]);
    let mut platforms = BTreeSet::from([Atom::OtherPlatform]);
    let mut locations = BTreeSet::from([Atom::Elsewhere]);
    for policy in policies {
        for id in texts(&policy.include_applications).iter().chain(texts(&policy.exclude_applications)) {
            if !is(id, "All") && !is(id, "None") {
                apps.insert(Atom::App(id.clone()));
            }
        }
        for id in some_texts(&policy.include_platforms).iter().chain(texts(&policy.exclude_platforms)) {
            if !is(id, "all") {
                platforms.insert(Atom::Platform(id.clone()));
            }
        }
        for id in some_texts(&policy.include_locations).iter().chain(texts(&policy.exclude_locations)) {
            if is(id, "AllTrusted") {
                let trusted = places.trusted.keys().filter(|id| places.is_trusted(id).possible());
                locations.extend(trusted.map(|id| Atom::Place(Text::from(*id))));
                if places.gap.is_some() {
                    locations.insert(Atom::UnlistedTrustedPlace);
                }
            } else if !is(id, "All") {
                locations.insert(Atom::Place(id.clone()));
            }
        }
    }
    let risk = ["none", "low", "medium", "high"];
    vec![
        apps.into_iter().collect(),
        ["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"].map(Atom::Client).to_vec(),
        platforms.into_iter().collect(),
        locations.into_iter().collect(),
        risk.map(Atom::SignInRisk).to_vec(),
        risk.map(Atom::UserRisk).to_vec(),
        [ORDINARY, "deviceCodeFlow", "authenticationTransfer"].map(Atom::Flow).to_vec(),
    ]
}

fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

/// Whether any entry of a list that may be unread satisfies `test`.
fn any(cell: &Cell<Vec<Text>>, test: impl Fn(&str) -> Span) -> Span {
    match cell {
        Cell::Known(list) => list.iter().fold(Span::NONE, |sum, entry| sum.or(test(entry))),
        Cell::Unknown(_) => Span::UNKNOWN,
    }
}

/// As [`any`], where no list at all stands for everything.
fn any_or_all(cell: &Cell<Option<Vec<Text>>>, test: impl Fn(&str) -> Span) -> Span {
    match cell {
        Cell::Known(Some(list)) => list.iter().fold(Span::NONE, |sum, entry| sum.or(test(entry))),
        Cell::Known(None) => Span::FULL,
        Cell::Unknown(_) => Span::UNKNOWN,
    }
}

/// As [`any`], where an empty list stands for everything.
fn any_or_empty(cell: &Cell<Vec<Text>>, test: impl Fn(&str) -> Span) -> Span {
    if cell.known().is_some_and(Vec::is_empty) { Span::FULL } else { any(cell, test) }
}

/// How far a policy's conditions cover this value of their dimension.
pub(super) fn covers(policy: &ConditionalAccessPolicy, atom: &Atom, places: &Places<'_>) -> Span {
    match atom {
        Atom::App(id) => {
            let names = |entry: &str| {
                let inside = is(entry, "Office365") && OFFICE_365.iter().any(|app| is(app, id));
                Span::from(is(entry, "All") || is(entry, id) || inside)
            };
            any(&policy.include_applications, names).and(any(&policy.exclude_applications, names).not())
        }
        Atom::OtherApp => {
            let all = |entry: &str| Span::from(is(entry, "All"));
            any(&policy.include_applications, all).and(any(&policy.exclude_applications, all).not())
        }
        Atom::Client(kind) => any_or_empty(&policy.client_app_types, |entry| {
            let supported = is(entry, "easSupported") && is(kind, "exchangeActiveSync");
            Span::from(is(entry, "all") || is(entry, kind) || supported)
        }),
        Atom::Platform(kind) => {
            let names = |entry: &str| Span::from(is(entry, "all") || is(entry, kind));
            any_or_all(&policy.include_platforms, names).and(any(&policy.exclude_platforms, names).not())
        }
        Atom::OtherPlatform => {
            let all = |entry: &str| Span::from(is(entry, "all"));
            any_or_all(&policy.include_platforms, all).and(any(&policy.exclude_platforms, all).not())
        }
        Atom::Place(id) => place(policy, |entry| {
            if is(entry, "AllTrusted") { places.is_trusted(id) } else { Span::from(is(entry, "All") || is(entry, id)) }
        }),
        // It may be one of the places that are named, or none.
        Atom::UnlistedTrustedPlace => place(policy, |entry| if is(entry, "All") { Span::FULL } else { Span::UNKNOWN }),
        Atom::Elsewhere => place(policy, |entry| Span::from(is(entry, "All"))),
        Atom::SignInRisk(level) => any_or_empty(&policy.sign_in_risk_levels, |entry| Span::from(is(entry, level))),
        Atom::UserRisk(level) => any_or_empty(&policy.user_risk_levels, |entry| Span::from(is(entry, level))),
        Atom::Flow(flow) => any_or_empty(&policy.authentication_flows, |entry| Span::from(is(entry, flow))),
    }
}

fn place(policy: &ConditionalAccessPolicy, names: impl Fn(&str) -> Span + Copy) -> Span {
    any_or_all(&policy.include_locations, names).and(any(&policy.exclude_locations, names).not())
}
