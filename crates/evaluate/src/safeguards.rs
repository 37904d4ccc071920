//! Safeguards: the catalogue, and what the verdicts come to for each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenantscan_policy::{Policy, Verdict};

use crate::judge::Evaluation;

/// Whether a provision states a goal or a way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A standard.
    Standard,
    /// An implementation specification.
    Specification,
}

/// Whether a provision leaves a choice: 45 CFR 164.306(d).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Designation {
    /// It must be met.
    Required,
    /// It must be met, or met in another way, or a reason be written down.
    Addressable,
    /// The distinction is not made there.
    None,
}

/// One provision of 45 CFR.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Safeguard {
    /// `164.312(a)(2)(i)`.
    pub citation: String,
    /// Its heading.
    pub title: String,
    /// Standard or specification.
    pub kind: Kind,
    /// Required or addressable.
    pub designation: Designation,
    /// The part of the rule that it belongs to.
    pub group: String,
    /// What it asks, in plain words.
    #[serde(default)]
    pub meaning: String,
}

/// The catalogue, in the order of the rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Safeguards {
    /// The day on which the catalogue was checked.
    pub dated: toml::value::Datetime,
    /// Where it is from.
    pub source: String,
    safeguards: Vec<Safeguard>,
}

/// What the verdicts come to for a safeguard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SafeguardState {
    /// Something that serves it is not met.
    GapFound,
    /// Nothing is known to be amiss, but not everything could be seen.
    NotDetermined,
    /// What is not met is met in another way, in writing.
    DocumentedAlternative,
    /// Everything that was asked is met.
    Supported,
    /// No policy that was run speaks of it.
    NotAssessed,
}

/// One safeguard and its state.
#[derive(Clone, Debug)]
pub struct SafeguardResult<'a> {
    /// The provision.
    pub safeguard: &'a Safeguard,
    /// Its state.
    pub state: SafeguardState,
    /// How many results say pass or fail.
    pub determined: usize,
    /// How many results apply.
    pub applicable: usize,
    /// How many results are fail, review and unknown.
    pub counts: (usize, usize, usize),
    /// Ids of the policies that serve it.
    pub policies: Vec<String>,
}

impl Safeguards {
    /// Reads the catalogue.
    ///
    /// # Errors
    /// When the text is not TOML of this shape.
    pub fn load(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Every safeguard, in the order of the rule.
    pub fn all(&self) -> &[Safeguard] {
        &self.safeguards
    }

    /// The state of every safeguard, in the order of the rule.
    pub fn roll_up(&self, policies: &[&Policy], evaluation: &Evaluation) -> Vec<SafeguardResult<'_>> {
        let mut by_citation: BTreeMap<&str, Vec<(usize, Verdict)>> = BTreeMap::new();
        for outcome in &evaluation.outcomes {
            for citation in &policies[outcome.policy].citations {
                by_citation.entry(citation).or_default().push((outcome.policy, outcome.verdict));
            }
        }
        let nothing = Vec::new();
        self.safeguards
            .iter()
            .map(|safeguard| {
                let verdicts = by_citation.get(safeguard.citation.as_str()).unwrap_or(&nothing);
                result(safeguard, verdicts, policies)
            })
            .collect()
    }
}

fn result<'a>(safeguard: &'a Safeguard, verdicts: &[(usize, Verdict)], policies: &[&Policy]) -> SafeguardResult<'a> {
    let count = |wanted: Verdict| verdicts.iter().filter(|(_, verdict)| *verdict == wanted).count();
    let (fail, review, unknown, pass) =
        (count(Verdict::Fail), count(Verdict::Review), count(Verdict::Unknown), count(Verdict::Pass));
    let applicable = fail + review + unknown + pass;
    let state = match () {
        () if fail > 0 => SafeguardState::GapFound,
        () if review + unknown > 0 => SafeguardState::NotDetermined,
        () if pass > 0 => SafeguardState::Supported,
        () => SafeguardState::NotAssessed,
    };
    let mut ids: Vec<String> = verdicts.iter().map(|(policy, _)| policies[*policy].id.clone()).collect();
    ids.sort();
    ids.dedup();
    SafeguardResult {
        safeguard,
        state,
        determined: pass + fail,
        applicable,
        counts: (fail, review, unknown),
        policies: ids,
    }
}
