//! The register of decisions on addressable specifications that 45 CFR 164.306(d)(3) asks for.

use tenantscan_model::rows::{Answer, Disposition};
use tenantscan_model::{ClosedEnum, Text, Time};
use tenantscan_policy::{Policy, Verdict};

use crate::judge::{Evaluation, Outcome};
use crate::overlay::{Overlay, Standing};
use crate::safeguards::{Designation, Safeguard, SafeguardState, Safeguards, by_citation};

/// What was decided of an addressable specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressableDecision {
    /// It is in place.
    Implemented,
    /// Something else is in place that serves the purpose, in writing.
    Alternative,
    /// Some or all of it is neither in place nor reasonable here, in writing.
    NotReasonable,
    /// Nobody has decided, or not of everything that is open.
    Undecided,
}

/// One line of the register.
#[derive(Clone, Debug)]
pub struct Addressable<'a> {
    /// The specification.
    pub safeguard: &'a Safeguard,
    /// What was decided.
    pub decision: AddressableDecision,
    /// The reasons, in the order of policies; each once.
    pub reasons: Vec<Reason>,
    /// Ids of the policies that keep it open, sorted.
    pub open: Vec<String>,
}

/// Who decided what, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Id of the policy.
    pub policy: String,
    /// The disposition of an exception, or the answer of an attestation.
    pub what: &'static str,
    /// Why.
    pub reason: Text,
    /// Who decided.
    pub by: Text,
    /// The last moment at which it holds: review it before.
    pub until: Time,
}

impl Safeguards {
    /// The register: every addressable specification, in the order of the rule.
    pub fn addressable(
        &self,
        policies: &[&Policy],
        evaluation: &Evaluation,
        overlay: &Overlay,
    ) -> Vec<Addressable<'_>> {
        let by_citation = by_citation(policies, evaluation);
        let states = self.roll_up(policies, evaluation, overlay);
        let addressable = states.iter().filter(|it| it.safeguard.designation == Designation::Addressable);
        addressable
            .map(|it| {
                let outcomes = by_citation.get(it.safeguard.citation.as_str()).map_or(&[][..], Vec::as_slice);
                line(it.safeguard, it.state, outcomes, policies, overlay)
            })
            .collect()
    }
}

fn line<'a>(
    safeguard: &'a Safeguard,
    state: SafeguardState,
    outcomes: &[(usize, &Outcome)],
    policies: &[&Policy],
    overlay: &Overlay,
) -> Addressable<'a> {
    let (mut reasons, mut open, mut not_reasonable) = (Vec::new(), Vec::new(), false);
    for (index, outcome) in outcomes {
        if !matches!(outcome.verdict, Verdict::Fail | Verdict::Review | Verdict::Unknown) {
            continue;
        }
        let policy = &policies[outcome.policy].id;
        let mut answered = false;
        for it in overlay.all(*index).filter(|it| Standing::of(it.disposition, true) >= Standing::NotReasonable) {
            not_reasonable |= it.disposition == Disposition::AddressableNotReasonable;
            reasons.push(Reason {
                policy: policy.clone(),
                what: it.disposition.word(),
                reason: it.reason.clone(),
                by: it.approved_by.clone(),
                until: it.until,
            });
        }
        let attested = overlay.attested(*index).filter(|it| it.holds() && it.answer == Answer::AddressedDifferently);
        if let Some(it) = attested {
            answered = true;
            reasons.push(Reason {
                policy: policy.clone(),
                what: it.answer.word(),
                reason: it.statement.clone(),
                by: format!("{}, {}", it.by, it.role).into(),
                until: it.valid_until,
            });
        }
        let covered =
            outcome.verdict == Verdict::Fail && overlay.standing(*index, outcome, true) >= Standing::NotReasonable;
        if !(answered || covered || overlay.replaced(*index, outcome, true).is_some()) {
            open.push(policy.clone());
        }
    }
    open.sort();
    open.dedup();
    let mut once: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !once.contains(&reason) {
            once.push(reason);
        }
    }
    let decision = match () {
        () if state == SafeguardState::Supported => AddressableDecision::Implemented,
        () if !open.is_empty() || once.is_empty() => AddressableDecision::Undecided,
        () if not_reasonable => AddressableDecision::NotReasonable,
        () => AddressableDecision::Alternative,
    };
    Addressable { safeguard, decision, reasons: once, open }
}
