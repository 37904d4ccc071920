//! Teams: outsiders, meetings, recordings and apps. Microsoft documents the cmdlets that show these policies and not the
//! requests: an app may be refused, and then the policies are unknown.

pub(crate) mod federation;
pub(crate) mod policies;

use serde::Deserialize;
use tenantscan_model::rows::TeamsPolicyKind;
use tenantscan_model::{Gap, Text};
use tenantscan_provider::Source;

use super::field::unclear;

pub(super) const SOURCES: &[&Source] = &[
    &federation::FEDERATION,
    &federation::EXTERNAL_ACCESS_POLICIES,
    &policies::MEETING_POLICIES,
    &policies::CLIENT_CONFIGURATION,
];

/// An answer: a list of policies; where a setting has one instance alone, it may stand without the list around it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer<T> {
    /// As it is for policies.
    Many(Vec<T>),
    /// One instance.
    One(T),
}

impl<T> Answer<T> {
    /// The policies. A tenant has its default policy at least: a list without any is not one.
    pub(crate) fn policies(self, source: &Source) -> Result<Vec<T>, Gap> {
        match self {
            Self::One(policy) => Ok(vec![policy]),
            Self::Many(policies) if policies.is_empty() => Err(unclear(source)),
            Self::Many(policies) => Ok(policies),
        }
    }

    /// The tenant's own instance of a setting that has one.
    pub(crate) fn global(self, source: &Source, identity: fn(&T) -> &Text) -> Result<T, Gap> {
        let policies = self.policies(source)?;
        policies.into_iter().find(|it| identity(it).eq_ignore_ascii_case(GLOBAL)).ok_or_else(|| unclear(source))
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
