//! Lays the policies that are for an account over the space of its sign-ins, and reads off the answers.

use std::collections::BTreeSet;

use tenantscan_model::rows::{ConditionalAccessPolicy, Enforcement, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text};

use super::conditions::{Atom, ORDINARY, Places, dimensions, is_legacy};
use super::grants::Strengths;
use super::level::{Bound, Level, Span};
use super::policy::Policy;
use super::questions::{Demand, Question};
use super::standing::Standing;

/// How many different overlaps of policies are looked at before giving up: far more than real tenants have.
const MOST_OVERLAPS: usize = 50_000;

/// What binds an account besides Conditional Access.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Base {
    pub(super) defaults: Span,
    pub(super) per_user: Span,
    pub(super) gap: Option<Gap>,
}

/// The answers for one account.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    mfa: Cell<Enforcement>,
    mfa_by: Cell<Vec<Text>>,
    mfa_gaps: Cell<Vec<Text>>,
    phishing_resistant_mfa: Cell<Enforcement>,
    legacy_authentication_blocked: Cell<Enforcement>,
    device_code_blocked: Cell<Enforcement>,
    managed_device_required: Cell<Enforcement>,
    sign_in_risk_response: Cell<Enforcement>,
    user_risk_response: Cell<Enforcement>,
    sign_in_frequency_hours: Cell<Option<i64>>,
    persistent_browser_blocked: Cell<Enforcement>,
}

impl Outcome {
    pub(super) fn write(self, user: &mut User) {
        user.mfa = self.mfa;
        user.mfa_by = self.mfa_by;
        user.mfa_gaps = self.mfa_gaps;
        user.phishing_resistant_mfa = self.phishing_resistant_mfa;
        user.legacy_authentication_blocked = self.legacy_authentication_blocked;
        user.device_code_blocked = self.device_code_blocked;
        user.managed_device_required = self.managed_device_required;
        user.sign_in_risk_response = self.sign_in_risk_response;
        user.user_risk_response = self.user_risk_response;
        user.sign_in_frequency_hours = self.sign_in_frequency_hours;
        user.persistent_browser_blocked = self.persistent_browser_blocked;
    }
}

/// All policies of a tenant, ready to be laid over any account.
pub(super) struct Judge<'a> {
    pub(super) policies: Vec<Policy<'a>>,
    pub(super) dimensions: Vec<Vec<Atom>>,
    /// Why there may be more policies.
    pub(super) unlisted: Option<&'a Gap>,
    pub(super) place_names: std::collections::HashMap<&'a str, &'a Text>,
}

/// A policy that may have a say in a question for an account.
pub(super) struct Voice {
    pub(super) policy: usize,
    /// Whether it is in force for the account.
    pub(super) reach: Span,
    pub(super) demand: Demand,
}

/// One overlap of policies: how far each of the voices covers it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Overlap {
    legacy: bool,
    cover: Vec<Span>,
}

/// A question laid over an account.
pub(super) struct Laid {
    pub(super) voices: Vec<Voice>,
    /// Null when there are too many to look at.
    pub(super) overlaps: Option<BTreeSet<Overlap>>,
    /// What holds at every point, whatever the policies say.
    pub(super) ground: Span,
}

impl Laid {
    /// How far the question is answered, and how far the sign-in is protected, in one overlap.
    pub(super) fn point(&self, overlap: &Overlap) -> (Span, Span) {
        let mut sums = (self.ground, self.ground);
        for (voice, cover) in self.voices.iter().zip(&overlap.cover) {
            let Demand { asks, protects, protects_legacy } = voice.demand;
            sums.0 = sums.0.or(cover.and(asks));
            sums.1 = sums.1.or(cover.and(if overlap.legacy { protects_legacy } else { protects }));
        }
        sums
    }

    pub(super) fn enforcement(&self, bound: Bound) -> Enforcement {
        let Some(overlaps) = &self.overlaps else {
            return if bound == Bound::Low { Enforcement::Never } else { Enforcement::Always };
        };
        let (mut always, mut never) = (true, true);
        for overlap in overlaps {
            let (asks, protects) = self.point(overlap);
            always &= protects.at(bound) == Level::Full;
            never &= asks.at(bound) == Level::None;
        }
        match (always, never) {
            (true, _) => Enforcement::Always,
            (false, true) => Enforcement::Never,
            (false, false) => Enforcement::Conditional,
        }
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(datasets: &'a Datasets) -> Self {
        let table = &datasets.conditional_access_policies;
        let places = Places::new(&datasets.named_locations);
        let strengths = Strengths::new(&datasets.authentication_strengths);
        let dimensions = dimensions(&table.rows.iter().collect::<Vec<_>>(), &places);
        let policies = table.rows.iter().map(|row| Policy::new(row, &dimensions, &places, &strengths)).collect();
        let names = datasets.named_locations.rows.iter().filter_map(|row| Some((&*row.id, row.name.known()?)));
        Self { policies, dimensions, unlisted: table.gap(), place_names: names.collect() }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &'a ConditionalAccessPolicy> {
        self.policies.iter().map(|policy| policy.row)
    }

    pub(super) fn outcome(&self, standings: &[Standing], base: &Base) -> Outcome {
        let both = base.defaults.or(base.per_user);
        let answer = |question, ground| self.answer(&self.lay(question, standings, ground), standings, base);
        let mfa = self.lay(Question::Mfa, standings, both);
        Outcome {
            mfa: self.answer(&mfa, standings, base),
            mfa_by: self.settle(&mfa, standings, base, |bound| self.decided_by(&mfa, base, bound)),
            mfa_gaps: self.settle(&mfa, standings, base, |bound| self.gaps(&mfa, standings, base, bound)),
            phishing_resistant_mfa: answer(Question::PhishingResistantMfa, Span::NONE),
            legacy_authentication_blocked: answer(Question::LegacyAuthentication, base.defaults),
            device_code_blocked: answer(Question::DeviceCode, Span::NONE),
            managed_device_required: answer(Question::ManagedDevice, Span::NONE),
            sign_in_risk_response: answer(Question::SignInRisk, base.defaults),
            user_risk_response: answer(Question::UserRisk, base.defaults),
            sign_in_frequency_hours: self.frequency(standings, base),
            persistent_browser_blocked: answer(Question::PersistentBrowser, Span::NONE),
        }
    }

    fn answer(&self, laid: &Laid, standings: &[Standing], base: &Base) -> Cell<Enforcement> {
        self.settle(laid, standings, base, |bound| laid.enforcement(bound))
    }

    /// The value on which both bounds agree, or why they do not.
    fn settle<T: PartialEq>(
        &self,
        laid: &Laid,
        standings: &[Standing],
        base: &Base,
        at: impl Fn(Bound) -> T,
    ) -> Cell<T> {
        let low = at(Bound::Low);
        if low == at(Bound::High) { Cell::Known(low) } else { Cell::Unknown(self.why(laid, standings, base)) }
    }

    /// The first gap that leaves a question open.
    fn why(&self, laid: &Laid, standings: &[Standing], base: &Base) -> Gap {
        if laid.overlaps.is_none() {
            return Gap::new(Cause::Truncated, super::SOURCE);
        }
        let voices = laid.voices.iter().find_map(|voice| {
            let policy = &self.policies[voice.policy];
            let grant = || (!voice.demand.is_known()).then(|| policy.grant.gap.clone()).flatten();
            standings[voice.policy].gap.clone().or_else(grant).or_else(|| policy.gap.clone())
        });
        let names = || self.policies.iter().find_map(|policy| policy.grant.gap.clone().or(policy.gap.clone()));
        self.unlisted
            .cloned()
            .or(voices)
            .or_else(|| base.gap.clone())
            .or_else(|| standings.iter().find_map(|standing| standing.gap.clone()))
            .or_else(names)
            .unwrap_or_else(|| Gap::new(Cause::NotCollected, super::SOURCE))
    }

    pub(super) fn lay(&self, question: Question, standings: &[Standing], ground: Span) -> Laid {
        let voices: Vec<Voice> = self.voices(standings, |policy| question.demand(policy), Demand::possible);
        let overlaps = self.overlaps(&voices, |_, atom| question.about(atom));
        let ground = if self.unlisted.is_some() { ground.or(Span::UNKNOWN) } else { ground };
        Laid { voices, overlaps, ground }
    }

    fn voices(
        &self,
        standings: &[Standing],
        demand: impl Fn(&Policy<'_>) -> Demand,
        matters: impl Fn(&Demand) -> bool,
    ) -> Vec<Voice> {
        let voices = self.policies.iter().zip(standings).enumerate().map(|(index, (policy, standing))| Voice {
            policy: index,
            reach: policy.in_force.and(standing.applies),
            demand: demand(policy),
        });
        voices.filter(|voice| voice.reach.possible() && matters(&voice.demand)).collect()
    }

    /// Every different way in which the voices overlap, over the sign-ins whose values pass `about`.
    pub(super) fn overlaps(&self, voices: &[Voice], about: impl Fn(usize, &Atom) -> bool) -> Option<BTreeSet<Overlap>> {
        let start = Overlap { legacy: false, cover: voices.iter().map(|voice| voice.reach).collect() };
        let mut overlaps = BTreeSet::from([start]);
        for (dimension, atoms) in self.dimensions.iter().enumerate() {
            let columns: BTreeSet<(bool, Vec<Span>)> = atoms
                .iter()
                .enumerate()
                .filter(|(_, atom)| about(dimension, atom))
                .map(|(index, atom)| {
                    let column = voices.iter().map(|voice| self.policies[voice.policy].covers[dimension][index]);
                    (is_legacy(atom), column.collect())
                })
                .collect();
            let mut next = BTreeSet::new();
            for overlap in &overlaps {
                for (legacy, column) in &columns {
                    let cover = overlap.cover.iter().zip(column).map(|(cover, span)| cover.and(*span)).collect();
                    next.insert(Overlap { legacy: overlap.legacy || *legacy, cover });
                }
                if next.len() > MOST_OVERLAPS {
                    return None;
                }
            }
            overlaps = next;
        }
        Some(overlaps)
    }

    /// The names of what forces a second step.
    fn decided_by(&self, laid: &Laid, base: &Base, bound: Bound) -> Vec<Text> {
        if laid.enforcement(bound) == Enforcement::Never {
            return Vec::new();
        }
        let mut names = BTreeSet::new();
        for overlap in laid.overlaps.iter().flatten() {
            let asked = laid.point(overlap).0.at(bound);
            for (voice, cover) in laid.voices.iter().zip(&overlap.cover) {
                let protects = if overlap.legacy { voice.demand.protects_legacy } else { voice.demand.protects };
                let shields = asked < Level::Full && cover.and(protects).at(bound) > asked;
                if shields || cover.and(voice.demand.asks).at(bound) > Level::None {
                    names.insert(self.policies[voice.policy].name());
                }
            }
        }
        let mut names: Vec<Text> = names.into_iter().collect();
        let grounds = [(base.defaults, "security defaults"), (base.per_user, "per-user MFA")];
        names
            .extend(grounds.iter().filter(|(span, _)| span.at(bound) > Level::None).map(|(_, name)| Text::from(*name)));
        names
    }

    fn frequency(&self, standings: &[Standing], base: &Base) -> Cell<Option<i64>> {
        // A demand with the hours unknown may ask at every sign-in; one that lets nobody in leaves nothing to ask.
        let demand = |policy: &Policy<'_>| {
            let hours = Span::from(policy.row.sign_in_frequency_hours.read().map(Option::is_some));
            let block = Question::DeviceCode.demand(policy).asks;
            Demand { asks: hours, protects: block, protects_legacy: Span::NONE }
        };
        let voices = self.voices(standings, demand, Demand::possible);
        let overlaps = self.overlaps(&voices, |_, atom| match atom {
            Atom::Client(_) => !is_legacy(atom),
            Atom::Flow(flow) => *flow == ORDINARY,
            Atom::SignInRisk(level) | Atom::UserRisk(level) => *level == "none",
            _ => true,
        });
        let laid = Laid { voices, overlaps, ground: Span::NONE };
        let none = BTreeSet::new();
        self.settle(&laid, standings, base, |bound| {
            if bound == Bound::High && (self.unlisted.is_some() || laid.overlaps.is_none()) {
                return Some(0);
            }
            let overlaps = laid.overlaps.as_ref().unwrap_or(&none);
            let hours = overlaps.iter().map(|overlap| self.hours(&laid, overlap, bound));
            hours.collect::<Option<Vec<i64>>>().and_then(|hours| hours.into_iter().max())
        })
    }

    /// The shortest time that binds one overlap.
    fn hours(&self, laid: &Laid, overlap: &Overlap, bound: Bound) -> Option<i64> {
        let full = |span: Span| span.at(bound) == Level::Full;
        let hours = laid.voices.iter().zip(&overlap.cover).filter_map(|(voice, cover)| {
            let known = self.policies[voice.policy].row.sign_in_frequency_hours.known();
            if full(cover.and(voice.demand.protects)) {
                Some(0)
            } else if full(cover.and(voice.demand.asks)) {
                Some(known.copied().flatten().unwrap_or(0))
            } else {
                None
            }
        });
        hours.min()
    }
}
