//! Safeguards: the catalogue, and what the verdicts come to for each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenantscan_model::Time;
use tenantscan_model::rows::Disposition;
use tenantscan_policy::{Policy, Verdict};

use crate::exceptions::Accepted;
use crate::judge::{Evaluation, Outcome};
use crate::overlay::{Overlay, Standing};

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
    /// Some of what is not met is said, in writing, not to be reasonable here; the rest is met in another way.
    NotReasonable,
    /// What is not met is met in another way, in writing.
    DocumentedAlternative,
    /// Everything that was asked is met.
    Supported,
    /// No policy that was run speaks of it.
    NotAssessed,
}

/// Why a provision cannot be met in another way, or left, for a reason of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This provision, which the policy serves, is required.
    Required(String),
    /// None that the policy serves is addressable.
    NothingAddressable,
}

/// Until when a gap stands, by what was decided of every result that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is to be mended.
    Planned {
        /// The last of it by then; none where the plan says no day for all of it.
        by: Option<Time>,
        /// Whether the day of some of it is over.
        overdue: bool,
    },
    /// The risk, or the first of several, is borne until then.
    Accepted(Time),
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
    /// How many of the results that fail have a decision for each of their findings.
    pub covered: usize,
    /// For a gap of which everything is planned or accepted: until when.
    pub decided: Option<Decided>,
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

    /// Why a disposition is no choice for a policy with these citations: 45 CFR 164.306(d) leaves one for addressable
    /// specifications alone. None where it is a choice.
    pub fn refused(&self, citations: &[String], disposition: Disposition) -> Option<Refusal> {
        if !matches!(disposition, Disposition::AddressableAlternative | Disposition::AddressableNotReasonable) {
            return None;
        }
        if let Some(required) = self.required(citations) {
            return Some(Refusal::Required(required.citation.clone()));
        }
        let addressable =
            |it: &Safeguard| it.designation == Designation::Addressable && citations.contains(&it.citation);
        (!self.safeguards.iter().any(addressable)).then_some(Refusal::NothingAddressable)
    }

    /// The first of these provisions that must be met as it stands: a required specification, or a required standard
    /// without specifications. A standard with specifications is met by way of them.
    pub fn required(&self, citations: &[String]) -> Option<&Safeguard> {
        let cited = self.safeguards.iter().enumerate().filter(|(_, it)| citations.contains(&it.citation));
        cited.into_iter().find(|(index, _)| self.is_required(*index)).map(|(_, required)| required)
    }

    fn is_required(&self, index: usize) -> bool {
        let this = &self.safeguards[index];
        let paragraph = this.citation.rsplit_once('(').map_or(&*this.citation, |(paragraph, _)| paragraph);
        let of_it = |next: &Safeguard| next.kind == Kind::Specification && next.citation.starts_with(paragraph);
        let specified = this.kind == Kind::Standard && self.safeguards.get(index + 1).is_some_and(of_it);
        this.designation == Designation::Required && !specified
    }

    /// The state of every safeguard, in the order of the rule.
    pub fn roll_up(
        &self,
        policies: &[&Policy],
        evaluation: &Evaluation,
        overlay: &Overlay,
    ) -> Vec<SafeguardResult<'_>> {
        let by_citation = by_citation(policies, evaluation);
        let of = |safeguard: &Safeguard| by_citation.get(safeguard.citation.as_str()).map_or(&[][..], Vec::as_slice);
        self.safeguards.iter().map(|safeguard| self.result(safeguard, of(safeguard), policies, overlay)).collect()
    }

    /// Whether a provision leaves a choice to a policy with these citations: an addressable one does, and a standard that is
    /// met by way of addressable specifications alone.
    fn leaves_choice(&self, safeguard: &Safeguard, citations: &[String]) -> bool {
        match safeguard.designation {
            Designation::Addressable => true,
            Designation::Required => self.refused(citations, Disposition::AddressableAlternative).is_none(),
            Designation::None => false,
        }
    }

    fn result<'a>(
        &self,
        safeguard: &'a Safeguard,
        outcomes: &[(usize, &Outcome)],
        policies: &[&Policy],
        overlay: &Overlay,
    ) -> SafeguardResult<'a> {
        let of = |wanted: Verdict| outcomes.iter().filter(move |(_, outcome)| outcome.verdict == wanted);
        let (fail, review, unknown, pass) = (
            of(Verdict::Fail).count(),
            of(Verdict::Review).count(),
            of(Verdict::Unknown).count(),
            of(Verdict::Pass).count(),
        );
        let choice = |outcome: &Outcome| self.leaves_choice(safeguard, &policies[outcome.policy].citations);
        let standings: Vec<Standing> =
            of(Verdict::Fail).map(|(index, outcome)| overlay.standing(*index, outcome, choice(outcome))).collect();
        let replaced: Vec<Standing> = of(Verdict::Unknown)
            .filter_map(|(index, outcome)| overlay.replaced(*index, outcome, choice(outcome)))
            .collect();
        let worst = standings.iter().chain(&replaced).min();
        let state = match worst {
            Some(Standing::Open | Standing::Gap) => SafeguardState::GapFound,
            Some(Standing::Partly | Standing::Disputed) => SafeguardState::NotDetermined,
            _ if review + unknown > replaced.len() => SafeguardState::NotDetermined,
            Some(Standing::NotReasonable) => SafeguardState::NotReasonable,
            Some(Standing::Alternative) => SafeguardState::DocumentedAlternative,
            None if pass > 0 => SafeguardState::Supported,
            None => SafeguardState::NotAssessed,
        };
        let gaps = of(Verdict::Fail).flat_map(|(index, outcome)| {
            let is_gap = |it: &&Accepted| Standing::of(it.disposition, choice(outcome)) == Standing::Gap;
            overlay.all(*index).filter(is_gap)
        });
        let whole = of(Verdict::Fail).all(|(_, outcome)| outcome.more.is_none());
        let decided = (whole && worst == Some(&Standing::Gap)).then(|| decided(gaps));
        let mut ids: Vec<String> = outcomes.iter().map(|(_, outcome)| policies[outcome.policy].id.clone()).collect();
        ids.sort();
        ids.dedup();
        SafeguardResult {
            safeguard,
            state,
            determined: pass + fail,
            applicable: fail + review + unknown + pass,
            counts: (fail, review, unknown),
            covered: standings.iter().filter(|standing| **standing != Standing::Open).count(),
            decided: decided.flatten(),
            policies: ids,
        }
    }
}

/// The outcomes, each with its index, of the policies that cite a provision.
pub(crate) fn by_citation<'a>(
    policies: &'a [&Policy],
    evaluation: &'a Evaluation,
) -> BTreeMap<&'a str, Vec<(usize, &'a Outcome)>> {
    let mut by_citation: BTreeMap<&str, Vec<(usize, &Outcome)>> = BTreeMap::new();
    for (index, outcome) in evaluation.outcomes.iter().enumerate() {
        for citation in &policies[outcome.policy].citations {
            by_citation.entry(citation).or_default().push((index, outcome));
        }
    }
    by_citation
}

/// Until when: a risk that is borne, which ends first, says more than a plan, of which the last part counts.
fn decided<'a>(gaps: impl Iterator<Item = &'a Accepted>) -> Option<Decided> {
    let (mut dues, mut overdue, mut borne) = (Vec::new(), false, None);
    for gap in gaps {
        if gap.disposition == Disposition::Planned {
            dues.push(gap.due);
            overdue |= gap.overdue;
        } else {
            borne = Some(borne.map_or(gap.until, |until: Time| until.min(gap.until)));
        }
    }
    let planned = (!dues.is_empty()).then(|| {
        let dated: Option<Vec<Time>> = dues.into_iter().collect();
        Decided::Planned { by: dated.and_then(|dates| dates.into_iter().max()), overdue }
    });
    borne.map(Decided::Accepted).or(planned)
}
