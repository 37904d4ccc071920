//! From all policies to the value that holds for a situation, field by field. A value is known only when it is the same
//! whatever the facts turn out to be that could not be read.
//!
//! Google says twice which of several policies counts: the one with the greatest `sortOrder`, which no two of a setting
//! share, and, of units, the nearest. An administrator's policy is made to come before Google's own, and one for a group
//! before one for a unit. Its numbers say the same; where they do not, the value is not known.
//!
//! Sources: docs.cloud.google.com/identity/docs/concepts/policy-api-concepts (reduction);
//! developers.google.com/workspace/admin/directory/v1/guides/manage-org-units (the nearest unit);
//! docs.cloud.google.com/identity/docs/reference/rest/v1/policies (sortOrder).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tenantscan_model::{Cause, Gap, Text};

use super::catalogue::{Field, Reducer, defaults, reducer};
use super::columns::shows;
use super::policy::{Author, Policy, Rank, Standing};
use super::query::{Answer, Who};
use super::situation::{InSituation, Situation};
use super::units::{Units, unit_for_people};

/// Most clauses about products of one setting that may be open, so that each case is still looked at.
const CASES: usize = 6;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// From policies: the units, groups or vendor that made them.
    Policies(Text),
    /// From the dated table, because no policy sets it.
    Default,
}

/// A value that holds, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
}

/// The values of all fields of one situation.
pub(crate) type Effective = BTreeMap<Field, Result<Held, Gap>>;

/// A policy in its place among those of the same setting.
struct Placed<'p> {
    policy: &'p Policy,
    rank: Option<Rank>,
    /// Who made it, for people.
    by: Text,
}

/// A policy that holds for nobody, or nobody knows for whom; and why.
pub(crate) struct Unapplied<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) reason: &'static str,
}

/// All policies in their order.
pub(crate) struct Settings<'p> {
    by_setting: BTreeMap<&'p Text, Vec<Placed<'p>>>,
    units: &'p Units,
    gap: Gap,
    /// Policies that hold for nobody or for nobody knows whom.
    pub(crate) unapplied: Vec<Unapplied<'p>>,
}

/// A policy that may hold in a situation.
struct Candidate<'s> {
    placed: &'s Placed<'s>,
    answer: Answer,
}

impl<'p> Settings<'p> {
    /// Orders the policies. `source` is named as the one that would have told what is not understood.
    pub(crate) fn new(policies: &'p [Policy], units: &'p Units, names: &BTreeMap<Text, Text>, source: &str) -> Self {
        let mut settings =
            Self { by_setting: BTreeMap::new(), units, gap: Gap::new(Cause::Malformed, source), unapplied: Vec::new() };
        for policy in policies {
            let (rank, by) = match policy.standing(units) {
                Standing::Deleted => {
                    let reason = "its organisational unit no longer exists, so that it holds for nobody";
                    settings.unapplied.push(Unapplied { policy, reason });
                    continue;
                }
                Standing::Unclear => {
                    if policy.query.is_unclear() {
                        let reason = "its condition is not understood, so that nobody knows for whom it holds";
                        settings.unapplied.push(Unapplied { policy, reason });
                    }
                    (None, "a policy with a condition of its own".into())
                }
                Standing::Ranked(rank, demands) => {
                    let group = demands.groups.iter().map(|group| names.get(group).unwrap_or(group));
                    let groups: Vec<&str> = group.map(Text::as_str).collect();
                    let paths = demands.units.iter().filter_map(|unit| units.path(unit));
                    let deepest = paths.max_by_key(|path| path.len()).map_or("/", Text::as_str);
                    let by = if policy.author == Some(Author::System) {
                        "Google".to_owned()
                    } else if groups.is_empty() {
                        unit_for_people(deepest)
                    } else {
                        format!("group {}", groups.join(" and "))
                    };
                    (Some(rank), by.into())
                }
            };
            settings.by_setting.entry(&policy.setting).or_default().push(Placed { policy, rank, by });
        }
        for placed in settings.by_setting.values_mut() {
            placed.sort_by(|a, b| order(a.rank.as_ref(), b.rank.as_ref()).reverse());
        }
        settings
    }

    /// Policies of a setting whose values stand side by side, with for whom each is.
    pub(crate) fn beside<'s>(&'s self, setting: &str) -> impl Iterator<Item = (&'s Policy, &'s Text)> {
        let placed = self.by_setting.get(&Text::from(setting)).into_iter().flatten();
        placed.map(|placed| (placed.policy, &placed.by))
    }

    /// Policies of all settings whose name starts so, with for whom each is.
    pub(crate) fn of_app<'s>(&'s self, start: &'s str) -> impl Iterator<Item = (&'s Policy, &'s Text)> {
        let placed =
            self.by_setting.iter().filter(move |(setting, _)| setting.starts_with(start)).flat_map(|(_, it)| it);
        placed.map(|placed| (placed.policy, &placed.by))
    }

    /// Of the policies of a setting that speak of one thing, those that may come first: the one with the greatest rank,
    /// and each that may come before it.
    pub(crate) fn leading<'s>(&'s self, setting: &str, speaks: impl Fn(&Policy) -> bool) -> Vec<&'s Policy> {
        let placed = self.by_setting.get(&Text::from(setting)).into_iter().flatten();
        let placed: Vec<&Placed<'_>> = placed.filter(|placed| speaks(placed.policy)).collect();
        let first = placed.iter().find_map(|placed| placed.rank.as_ref());
        let leads = |rank: Option<&Rank>| match (rank, first) {
            (Some(rank), Some(first)) => std::ptr::eq(rank, first) || rank.contests(first),
            _ => true,
        };
        placed.into_iter().filter(|placed| leads(placed.rank.as_ref())).map(|placed| placed.policy).collect()
    }

    /// Whether a policy holds in a situation.
    pub(crate) fn applies(&self, policy: &Policy, situation: &Situation) -> Answer {
        policy.query.holds(&self.who(situation, &BTreeMap::new()))
    }

    fn who<'a>(&'a self, situation: &'a Situation, assumed: &'a BTreeMap<Vec<Text>, bool>) -> InSituation<'a> {
        InSituation { situation, units: self.units, gap: &self.gap, assumed }
    }

    /// The value of every field in a situation. A field that no policy sets and no table names is not in it.
    pub(crate) fn effective(&self, situation: &Situation) -> Effective {
        let mut effective = Effective::new();
        for (setting, placed) in &self.by_setting {
            if reducer(setting) != Reducer::Beside {
                effective.extend(self.setting(setting, placed, situation));
            }
        }
        for (key, value) in defaults() {
            let held = || Ok(Held { value: value.clone(), origin: Origin::Default });
            effective.entry(key.clone()).or_insert_with(held);
        }
        effective
    }

    /// The fields of one setting. Where it is not known which products people hold, each case is looked at: one policy for
    /// holders and one for everybody else may well say the same.
    fn setting(&self, setting: &Text, placed: &[Placed<'_>], situation: &Situation) -> Effective {
        let none = BTreeMap::new();
        let who = self.who(situation, &none);
        let mut clauses = BTreeSet::new();
        placed.iter().for_each(|placed| placed.policy.query.clauses(&mut clauses));
        let open: Vec<(Vec<Text>, Gap)> =
            clauses.into_iter().filter_map(|it| gap(&who.holds(&it)).cloned().map(|gap| (it, gap))).collect();
        if open.is_empty() || open.len() > CASES {
            return self.in_case(setting, placed, &who);
        }
        let mut effective: Option<Effective> = None;
        for case in 0..1_usize << open.len() {
            let assumed = open.iter().enumerate().map(|(place, (it, _))| (it.clone(), case & (1 << place) != 0));
            let assumed: BTreeMap<Vec<Text>, bool> = assumed.collect();
            let here = self.in_case(setting, placed, &self.who(situation, &assumed));
            effective = Some(match effective {
                None => here,
                Some(before) => agreed(before, here, &open[0].1),
            });
        }
        effective.unwrap_or_default()
    }

    fn in_case(&self, setting: &Text, placed: &[Placed<'_>], who: &InSituation<'_>) -> Effective {
        let reducer = reducer(setting);
        let candidates: Vec<Candidate<'_>> = placed
            .iter()
            .map(|placed| Candidate { placed, answer: placed.policy.query.holds(who) })
            .filter(|candidate| candidate.answer != Answer::No)
            .collect();
        let fields: BTreeSet<&Text> = placed.iter().flat_map(|placed| placed.policy.fields.keys()).collect();
        let held = fields.into_iter().filter_map(|field| {
            let key = (setting.clone(), field.clone());
            let held = self.field(&candidates, field, reducer, defaults().get(&key))?;
            Some((key, held))
        });
        held.collect()
    }

    fn field(
        &self,
        candidates: &[Candidate<'_>],
        field: &Text,
        reducer: Reducer,
        default: Option<&Value>,
    ) -> Option<Result<Held, Gap>> {
        let setting: Vec<(&Candidate<'_>, &Value)> = candidates
            .iter()
            .filter_map(|candidate| candidate.placed.policy.fields.get(field).map(|value| (candidate, value)))
            .collect();
        let lists = setting.iter().all(|(_, value)| value.is_array());
        match reducer {
            Reducer::Joined if lists => self.joined(&setting, default),
            Reducer::Keyed(key) if lists => self.keyed(&setting, key, default),
            Reducer::Unsaid if lists && setting.len() > 1 => {
                let same = setting.iter().all(|(_, value)| *value == setting[0].1);
                if same { self.first(&setting, default) } else { Some(Err(self.gap.clone())) }
            }
            _ => self.first(&setting, default),
        }
    }

    /// The value of the policy that comes first, when every one that may come first says the same.
    fn first(&self, setting: &[(&Candidate<'_>, &Value)], default: Option<&Value>) -> Option<Result<Held, Gap>> {
        let mut possible: Vec<(&Value, &Gap)> = Vec::new();
        let mut winner: Option<(&Candidate<'_>, &Value)> = None;
        let mut sure = false;
        for (candidate, value) in setting {
            let ranked = candidate.placed.rank.as_ref();
            match (&candidate.answer, ranked, winner) {
                (Answer::Yes, Some(_), None) => winner = Some((candidate, value)),
                (answer, Some(_), Some((first, _))) => {
                    if contests(ranked, first.placed.rank.as_ref()) {
                        possible.push((value, gap(answer).unwrap_or(&self.gap)));
                    }
                }
                (answer, None, _) | (answer, Some(_), None) => {
                    sure |= *answer == Answer::Yes;
                    possible.push((value, gap(answer).unwrap_or(&self.gap)));
                }
            }
        }
        let held = match winner {
            Some((candidate, value)) => {
                Some(Held { value: value.clone(), origin: Origin::Policies(candidate.placed.by.clone()) })
            }
            None if sure => {
                let (value, _) = possible[0];
                Some(Held {
                    value: value.clone(),
                    origin: Origin::Policies("a policy with a condition of its own".into()),
                })
            }
            None => default.map(|value| Held { value: value.clone(), origin: Origin::Default }),
        };
        match held {
            Some(held) => {
                let other = possible.iter().find(|(value, _)| **value != held.value);
                Some(other.map_or(Ok(held), |(_, gap)| Err((*gap).clone())))
            }
            None => possible.first().map(|(_, gap)| Err((*gap).clone())),
        }
    }

    /// The lists of all policies, one after the other.
    fn joined(&self, setting: &[(&Candidate<'_>, &Value)], default: Option<&Value>) -> Option<Result<Held, Gap>> {
        let adds = |value: &Value| value.as_array().is_some_and(|items| !items.is_empty());
        let unknown = setting.iter().find(|(candidate, value)| candidate.answer != Answer::Yes && adds(value));
        if let Some((candidate, _)) = unknown {
            return Some(Err(gap(&candidate.answer).unwrap_or(&self.gap).clone()));
        }
        let certain: Vec<&(&Candidate<'_>, &Value)> =
            setting.iter().filter(|(candidate, _)| candidate.answer == Answer::Yes).collect();
        if certain.is_empty() {
            return self.first(setting, default);
        }
        let items = certain.iter().filter_map(|(_, value)| value.as_array()).flatten().cloned();
        Some(Ok(Held { value: items.collect(), origin: origin(&certain) }))
    }

    /// Of entries with the same key, the one of the policy that comes first.
    fn keyed(
        &self,
        setting: &[(&Candidate<'_>, &Value)],
        key: &str,
        default: Option<&Value>,
    ) -> Option<Result<Held, Gap>> {
        let mut entries: BTreeMap<String, (&Value, Option<&Rank>)> = BTreeMap::new();
        let certain: Vec<&(&Candidate<'_>, &Value)> =
            setting.iter().filter(|(it, _)| it.answer == Answer::Yes && it.placed.rank.is_some()).collect();
        if setting.is_empty() {
            return self.first(setting, default);
        }
        if certain.is_empty() {
            return Some(Err(gap(&setting[0].0.answer).unwrap_or(&self.gap).clone()));
        }
        let of = |value: &Value| value.get(key).map(Value::to_string);
        for (candidate, value) in &certain {
            let rank = candidate.placed.rank.as_ref();
            for entry in value.as_array().into_iter().flatten() {
                let Some(name) = of(entry) else { return Some(Err(self.gap.clone())) };
                let (first, before) = *entries.entry(name).or_insert((entry, rank));
                if first != entry && contests(rank, before) {
                    return Some(Err(self.gap.clone()));
                }
            }
        }
        let others = setting.iter().filter(|(it, _)| it.answer != Answer::Yes || it.placed.rank.is_none());
        for (candidate, value) in others {
            let same =
                |entry: &Value| of(entry).and_then(|name| entries.get(&name)).is_some_and(|(first, _)| *first == entry);
            if !value.as_array().into_iter().flatten().all(same) {
                return Some(Err(gap(&candidate.answer).unwrap_or(&self.gap).clone()));
            }
        }
        Some(Ok(Held {
            value: entries.into_values().map(|(entry, _)| entry.clone()).collect(),
            origin: origin(&certain),
        }))
    }
}

/// Whether this program shows a setting in a column.
pub(crate) fn is_read(setting: &str) -> bool {
    shows(setting)
        || setting.ends_with(".service_status")
        || setting.ends_with(".user_takeout")
        || reducer(setting) == Reducer::Beside
}

/// What holds in one case as well as in another; what does not is not known.
fn agreed(mut effective: Effective, other: Effective, open: &Gap) -> Effective {
    for (field, held) in &mut effective {
        let same = match (&*held, other.get(field)) {
            (Err(_), _) => true,
            (Ok(held), Some(Ok(other))) => held.value == other.value,
            (Ok(_), _) => false,
        };
        if !same {
            *held = Err(open.clone());
        }
    }
    for field in other.into_keys() {
        effective.entry(field).or_insert_with(|| Err(open.clone()));
    }
    effective
}

fn gap(answer: &Answer) -> Option<&Gap> {
    match answer {
        Answer::Maybe(gap) => Some(gap),
        Answer::Yes | Answer::No => None,
    }
}

/// One without a rank may come before any other.
fn order(a: Option<&Rank>, b: Option<&Rank>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.compare(b),
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
    }
}

/// Whether a policy may come before one that stands before it: they stand together, or the vendor's own order says so.
fn contests(later: Option<&Rank>, first: Option<&Rank>) -> bool {
    match (later, first) {
        (Some(later), Some(first)) => later.contests(first),
        _ => order(later, first) == Ordering::Equal,
    }
}

fn origin(parts: &[&(&Candidate<'_>, &Value)]) -> Origin {
    let mut by: Vec<&str> = Vec::new();
    for (candidate, _) in parts {
        if !by.contains(&candidate.placed.by.as_str()) {
            by.push(&candidate.placed.by);
        }
    }
    Origin::Policies(by.join(", ").into())
}
