//! Teams: outsiders, meetings, recordings and apps. Microsoft documents the cmdlets that show these policies and not the
//! requests: an app may be refused, and then the policies are unknown.

pub(crate) mod apps;
pub(crate) mod federation;
pub(crate) mod guests;
pub(crate) mod live_events;
pub(crate) mod policies;

use serde::Deserialize;
use tenantscan_model::rows::TeamsPolicyKind;
use tenantscan_model::{Gap, Text};
use tenantscan_provider::{Call, Source};

use crate::api::TEAMS;
use tenantscan_provider::unclear;

pub(super) const SOURCES: &[&Source] = &[
    &federation::FEDERATION,
    &federation::EXTERNAL_ACCESS_POLICIES,
    &policies::MEETING_POLICIES,
    &policies::CLIENT_CONFIGURATION,
    &policies::MESSAGING_CONFIGURATION,
    &policies::MEETING_CONFIGURATION,
    &guests::GUEST_MESSAGING,
    &guests::GUEST_MEETINGS,
    &live_events::LIVE_EVENT_POLICIES,
    &apps::APP_POLICIES,
    &apps::APP_SETTINGS,
];

/// What the policies and settings of Teams have in common.
const SHOWN: Source = Source {
    id: "",
    title: "",
    api: &TEAMS,
    path: "",
    call: Call::Get,
    permissions: &[],
    licence: None,
    role: Some("Global Reader"),
    lists: &[],
    fills: &[],
    docs: "",
};

/// An answer: a list of policies; where a setting has one instance alone, it may stand without the list around it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer<T> {
    /// As it is for policies.
    Many(Vec<T>),
    /// One instance.
    One(T),
}

/// A policy or setting of Teams.
pub(crate) trait Identified {
    /// The vendor's identity: `Global`, `Tag:Name`.
    fn identity(&self) -> &Text;
}

impl<T: Identified> Answer<T> {
    /// The policies. A tenant has its default policy: a list without it is not whole.
    pub(crate) fn policies(self, source: &Source) -> Result<Vec<T>, Gap> {
        let policies = match self {
            Self::One(policy) => vec![policy],
            Self::Many(policies) => policies,
        };
        let whole = policies.iter().any(|policy| policy.identity().eq_ignore_ascii_case(GLOBAL));
        if whole { Ok(policies) } else { Err(unclear(source)) }
    }

    /// The tenant's own instance of a setting that has one.
    pub(crate) fn global(self, source: &Source) -> Result<Vec<T>, Gap> {
        let mut policies = self.policies(source)?;
        policies.retain(|policy| policy.identity().eq_ignore_ascii_case(GLOBAL));
        // Of two that both claim to be the tenant's own it cannot be told which holds.
        if policies.len() == 1 { Ok(policies) } else { Err(unclear(source)) }
    }
}

/// Identity of the default policy.
const GLOBAL: &str = "Global";

/// What stands before the name of every other policy.
const TAG: &str = "Tag:";

/// A policy's name and for whom it is. `presets` are the names that Microsoft ships.
pub(crate) fn named(identity: &Text, presets: &[&str]) -> (Text, TeamsPolicyKind) {
    if identity.eq_ignore_ascii_case(GLOBAL) {
        return ("Global".into(), TeamsPolicyKind::Global);
    }
    let name = identity.strip_prefix(TAG).unwrap_or(identity);
    let preset = presets.iter().any(|preset| preset.eq_ignore_ascii_case(name));
    (name.into(), if preset { TeamsPolicyKind::Preset } else { TeamsPolicyKind::Custom })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::teams::federation::FEDERATION;

    #[derive(Debug, Deserialize)]
    struct Wire(Text);

    impl Identified for Wire {
        fn identity(&self) -> &Text {
            &self.0
        }
    }

    #[test]
    fn the_tenants_own_instance_stands_once() {
        let found = |names: &[&str]| {
            let wires = names.iter().map(|name| Wire((*name).into())).collect();
            Answer::Many(wires).global(&FEDERATION).is_ok()
        };
        assert!(found(&["Global"]) && found(&["Global", "Tag:Other"]));
        assert!(!found(&["Tag:Other"]) && !found(&["Global", "Global"]));
    }
}
