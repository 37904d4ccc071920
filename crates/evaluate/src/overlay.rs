//! What people decided and answered, laid over the outcomes.

use tenantscan_model::rows::{self, Answer, Disposition};
use tenantscan_model::{Snapshot, Text, Time, has_begun};
use tenantscan_policy::{Policy, Verdict};

use crate::exceptions::{Accepted, Covered, Decision, Matter, Stand, lay_over, unlicensed};
use crate::judge::{Evaluation, Outcome};
use crate::safeguards::Safeguards;

/// The decisions and answers that speak of an evaluation. No verdict rests on them.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    covered: Vec<Covered>,
    attested: Vec<Option<Attested>>,
    /// Every exception and how it stands, in the order of their ids.
    pub decisions: Vec<Decision>,
}

/// A person's answer to the question of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// The answer.
    pub answer: Answer,
    /// The answer in the person's own words.
    pub statement: Text,
    /// Who answered.
    pub by: Text,
    /// That person's role in the practice.
    pub role: Text,
    /// The day of the answer.
    pub on: Time,
    /// The last moment at which it is good.
    pub valid_until: Time,
    /// Whether that moment is over.
    pub expired: bool,
    /// Whether its day has come.
    pub begun: bool,
    /// What shows it: files and addresses.
    pub evidence: Vec<Text>,
    /// Files of its evidence that are no longer what they were.
    pub evidence_changed: Vec<Text>,
}

/// What was decided of a result that is not met, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Nothing, of one finding at least.
    Open,
    /// The risk is borne for a time, or the repair is planned; or it is met in another way where the rule leaves no choice.
    Gap,
    /// Something of all that was found, in another way than by bearing it; but not all was read, so more may fail.
    Partly,
    /// Somebody says that the result is wrong.
    Disputed,
    /// It is said not to be reasonable here.
    NotReasonable,
    /// The requirement is met in another way.
    Alternative,
}

impl Standing {
    /// What a decision comes to for a provision that leaves a choice, or none: 45 CFR 164.306(d).
    pub(crate) fn of(disposition: Disposition, choice: bool) -> Self {
        match disposition {
            Disposition::FalsePositive => Self::Disputed,
            Disposition::Planned | Disposition::RiskAccepted => Self::Gap,
            _ if !choice => Self::Gap,
            Disposition::AddressableNotReasonable => Self::NotReasonable,
            Disposition::ThirdParty | Disposition::AlternateMitigation | Disposition::AddressableAlternative => {
                Self::Alternative
            }
        }
    }
}

impl Overlay {
    /// Lays the exceptions and answers of a snapshot over its evaluation. Files that nobody supplied cover nothing.
    pub fn new(policies: &[&Policy], snapshot: &Snapshot, evaluation: &Evaluation, safeguards: &Safeguards) -> Self {
        let (covered, decisions) = lay_over(policies, snapshot, evaluation, safeguards);
        let attested = |outcome: &Outcome| {
            let tenant = &snapshot.tenants[outcome.tenant];
            // Where each cloud needs an answer of its own, its name stands after the policy's id.
            let id = policies[outcome.policy].id.as_str();
            let of_cloud = format!("{id}-{}", tenant.platform);
            let rows = &tenant.datasets.attestations.rows;
            let row = rows.iter().find(|row| *row.question == *of_cloud);
            let row = row.or_else(|| rows.iter().find(|row| *row.question == *id))?;
            Attested::new(row, evaluation.now)
        };
        Self { covered, decisions, attested: evaluation.outcomes.iter().map(attested).collect() }
    }

    /// Exceptions that somebody has to look at, and what is the matter with each.
    pub fn due(&self) -> impl Iterator<Item = (&Decision, &Matter)> {
        self.decisions.iter().filter_map(|it| match &it.standing {
            Stand::Due(matter) => Some((it, matter)),
            _ => None,
        })
    }

    /// The exception that covers a finding, by the indices of the outcome and of the finding.
    pub fn accepted(&self, outcome: usize, finding: usize) -> Option<&Accepted> {
        self.covered.get(outcome)?.findings.get(finding)?.as_ref()
    }

    /// What was decided instead of a control for which the tenant has no licence, by the index of the outcome.
    pub fn instead(&self, outcome: usize) -> Option<&Accepted> {
        self.covered.get(outcome)?.instead.as_ref()
    }

    /// The answer to the question of the outcome's policy, by the index of the outcome.
    pub fn attested(&self, outcome: usize) -> Option<&Attested> {
        self.attested.get(outcome)?.as_ref()
    }

    /// Every exception that covers something of an outcome.
    pub(crate) fn all(&self, outcome: usize) -> impl Iterator<Item = &Accepted> {
        let covered = self.covered.get(outcome);
        covered.into_iter().flat_map(|it| it.findings.iter().flatten().chain(&it.instead))
    }

    /// What was decided of a result that fails, for a provision that leaves a choice or none: the least of what was decided
    /// of its findings.
    pub(crate) fn standing(&self, index: usize, outcome: &Outcome, choice: bool) -> Standing {
        let of =
            |finding| self.accepted(index, finding).map_or(Standing::Open, |it| Standing::of(it.disposition, choice));
        let least = (0..outcome.findings.len()).map(of).min().unwrap_or(Standing::Open);
        if outcome.more.is_some() { least.min(Standing::Partly) } else { least }
    }

    /// Whether everything that makes a result fail is accepted, or what it cannot do without a licence is met otherwise.
    pub(crate) fn is_decided(&self, index: usize, outcome: &Outcome) -> bool {
        match outcome.verdict {
            Verdict::Fail => self.standing(index, outcome, true) != Standing::Open && outcome.more.is_none(),
            Verdict::Unknown => self.replaced(index, outcome, true).is_some(),
            _ => false,
        }
    }

    /// What was decided in writing instead of a control that needs a licence which is not held, for a provision that leaves a
    /// choice or none. Where it leaves none, only somebody's word counts that it is done all the same.
    pub(crate) fn replaced(&self, index: usize, outcome: &Outcome, choice: bool) -> Option<Standing> {
        if !unlicensed(outcome) {
            return None;
        }
        let answered = self.attested(index).filter(|it| it.holds()).is_some_and(|it| match it.answer {
            Answer::Implemented => true,
            Answer::AddressedDifferently => choice,
            _ => false,
        });
        let instead = self.instead(index).map(|it| Standing::of(it.disposition, choice));
        let answered = answered.then_some(Standing::Alternative);
        instead.max(answered).filter(|standing| *standing >= Standing::NotReasonable)
    }
}

impl Attested {
    /// Whether it counts, as rules count it: its day has come, it is in date, and its evidence is on file as it was.
    pub fn holds(&self) -> bool {
        let named = !self.answer.needs_evidence() || !self.evidence.is_empty();
        self.begun && !self.expired && named && self.evidence_changed.is_empty()
    }

    fn new(row: &rows::Attestation, now: Time) -> Option<Self> {
        let (on, valid_until) = (*row.on.known()?, *row.valid_until.known()?);
        Some(Self {
            answer: *row.answer.known()?,
            statement: row.statement.known()?.clone(),
            by: row.by.known()?.clone(),
            role: row.role.known()?.clone(),
            on,
            valid_until,
            expired: valid_until < now,
            begun: has_begun(on, now),
            evidence: row.evidence.known().cloned().unwrap_or_default(),
            evidence_changed: row.evidence_changed.known()?.clone(),
        })
    }
}
