//! Situations: people for whom all settings are the same, because they are in one unit, in the same groups with settings
//! of their own, and hold the same products that a setting is tied to.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::{Cell, Gap, Text};

use super::query::{Answer, Who};
use super::units::Units;

/// One account, as settings need to know it.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Text,
    /// Path of the unit; none where it is not known.
    pub(crate) unit: Option<Text>,
    pub(crate) active: bool,
    /// Whether the account administers anything.
    pub(crate) administers: Result<bool, Gap>,
    /// Products that the account holds: `/product/101001/sku/1010010001`.
    pub(crate) products: Result<BTreeSet<Text>, Gap>,
}

/// Ids of the members of a group, those of groups inside it too; or that everybody is in it.
#[derive(Clone, Debug)]
pub(crate) enum Members {
    Everybody,
    These(BTreeSet<Text>),
}

/// Who is in the groups that have settings of their own, by the group's id.
pub(crate) type Memberships = BTreeMap<Text, Result<Members, Gap>>;

/// The name that the API gives all administrators in the place of a group. The documentation does not say who counts.
pub(crate) const ADMINISTRATORS: &str = "WORKSPACE_ALL_ADMIN_GROUP";

/// People for whom the same settings hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Situation {
    /// For people: `/Clinic/Front desk, in group Interns`.
    pub(crate) label: Text,
    /// Id of the unit; none where it is not known.
    pub(crate) unit: Option<Text>,
    pub(crate) path: Text,
    /// Answers by group.
    groups: BTreeMap<Text, Answer>,
    /// Names of the groups that the people are in.
    pub(crate) group_names: Vec<Text>,
    /// Answers by product.
    products: BTreeMap<Text, Answer>,
    /// How many active accounts are in it.
    pub(crate) people: Cell<i64>,
}

impl Situation {
    /// Products that the people hold for certain.
    pub(crate) fn held(&self) -> Vec<Text> {
        let held = self.products.iter().filter(|(_, answer)| **answer == Answer::Yes);
        held.map(|(product, _)| product.clone()).collect()
    }
}

/// A situation as policies ask about it.
pub(crate) struct InSituation<'a> {
    pub(crate) situation: &'a Situation,
    pub(crate) units: &'a Units,
    /// What is said where something is not known or not understood.
    pub(crate) gap: &'a Gap,
    /// Clauses about products that are taken to be true or false, to look at each case.
    pub(crate) assumed: &'a BTreeMap<Vec<Text>, bool>,
}

impl Who for InSituation<'_> {
    fn in_unit(&self, unit: &str) -> Answer {
        match &self.situation.unit {
            Some(own) => Answer::of(self.units.within(own, unit).ok_or(self.gap)),
            None => Answer::Maybe(self.gap.clone()),
        }
    }

    fn in_group(&self, group: &str) -> Answer {
        self.situation.groups.get(group).cloned().unwrap_or_else(|| Answer::Maybe(self.gap.clone()))
    }

    fn holds(&self, products: &[Text]) -> Answer {
        if let Some(held) = self.assumed.get(products) {
            return Answer::of(Ok(*held));
        }
        let mut answer = Answer::No;
        for product in products {
            match self.situation.products.get(product) {
                Some(Answer::Yes) => return Answer::Yes,
                Some(Answer::No) => {}
                Some(Answer::Maybe(gap)) => answer = Answer::Maybe(gap.clone()),
                None => answer = Answer::Maybe(self.gap.clone()),
            }
        }
        answer
    }

    fn unclear(&self) -> Gap {
        self.gap.clone()
    }
}

/// What policies tie settings to, besides units.
pub(crate) struct Tied<'a> {
    /// Ids of groups.
    pub(crate) groups: BTreeSet<Text>,
    /// Names of products.
    pub(crate) products: BTreeSet<Text>,
    /// Names of groups for people.
    pub(crate) names: &'a BTreeMap<Text, Text>,
    pub(crate) memberships: &'a Memberships,
    /// What is said of a group that nobody could look into.
    pub(crate) gap: &'a Gap,
}

/// All situations, and in which one each active account is.
pub(crate) struct Situations {
    pub(crate) all: Vec<Situation>,
    of: BTreeMap<Text, usize>,
}

impl Situations {
    /// The situation of an account.
    pub(crate) fn of(&self, person: &str) -> Option<usize> {
        self.of.get(person).copied()
    }
}

/// One account alone in a unit.
#[cfg(test)]
pub(crate) fn in_unit(person: &str, path: &str) -> Situations {
    let situation = Situation {
        label: path.into(),
        unit: Some(path.into()),
        path: path.into(),
        groups: BTreeMap::new(),
        group_names: Vec::new(),
        products: BTreeMap::new(),
        people: Cell::Known(1),
    };
    Situations { all: vec![situation], of: BTreeMap::from([(person.into(), 0)]) }
}

/// A situation under construction is told from others by these.
type Key = (Option<Text>, Vec<Answer3>, Vec<Answer3>);

/// An answer without its gap, so that it can be compared.
type Answer3 = Option<bool>;

fn plain(answer: &Answer) -> Answer3 {
    match answer {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        Answer::Maybe(_) => None,
    }
}

/// Puts people into situations, and adds one for each unit in which nobody is.
pub(crate) fn situations(units: &Units, people: Result<&[Person], &Gap>, tied: &Tied<'_>) -> Situations {
    let mut found: BTreeMap<Key, (Situation, i64)> = BTreeMap::new();
    let mut keys: BTreeMap<Text, Key> = BTreeMap::new();
    let everybody = people.unwrap_or_default();
    for person in everybody.iter().filter(|person| person.active) {
        let unit = person.unit.as_ref().and_then(|path| units.at(path)).cloned();
        let groups: BTreeMap<Text, Answer> =
            tied.groups.iter().map(|group| (group.clone(), tied.is_in(person, group))).collect();
        let holds = |product: &Text| Answer::of(person.products.as_ref().map(|held| held.contains(product)));
        let products: BTreeMap<Text, Answer> =
            tied.products.iter().map(|product| (product.clone(), holds(product))).collect();
        let key = (unit, groups.values().map(plain).collect(), products.values().map(plain).collect());
        found.entry(key.clone()).or_insert_with(|| (tied.situation(units, key.0.clone(), groups, products), 0)).1 += 1;
        keys.insert(person.id.clone(), key);
    }
    for unit in units.ids() {
        if found.keys().any(|(here, ..)| here.as_ref() == Some(unit)) {
            continue;
        }
        // Nobody is here; or nobody knows who is, and then anybody may be.
        let answer = || people.map_or_else(|gap| Answer::Maybe(gap.clone()), |_| Answer::No);
        let all = |names: &BTreeSet<Text>| names.iter().map(|name| (name.clone(), answer())).collect();
        let (groups, products): (BTreeMap<_, _>, BTreeMap<_, _>) = (all(&tied.groups), all(&tied.products));
        let key = (Some(unit.clone()), groups.values().map(plain).collect(), products.values().map(plain).collect());
        found.insert(key, (tied.situation(units, Some(unit.clone()), groups, products), 0));
    }
    let index: BTreeMap<&Key, usize> = found.keys().enumerate().map(|(index, key)| (key, index)).collect();
    let of = keys.iter().map(|(person, key)| (person.clone(), index[key])).collect();
    let count = |count: i64| people.map(|_| count).map_err(Clone::clone).into();
    let all = found.values().map(|(it, people)| Situation { people: count(*people), ..it.clone() }).collect();
    Situations { all: told_apart(all), of }
}

impl Tied<'_> {
    fn is_in(&self, person: &Person, group: &str) -> Answer {
        if group == ADMINISTRATORS {
            return match &person.administers {
                Ok(false) => Answer::No,
                Ok(true) => Answer::Maybe(self.gap.clone()),
                Err(gap) => Answer::Maybe(gap.clone()),
            };
        }
        match self.memberships.get(group) {
            Some(Ok(Members::Everybody)) => Answer::Yes,
            Some(Ok(Members::These(members))) => Answer::of(Ok(members.contains(&person.id))),
            Some(Err(gap)) => Answer::Maybe(gap.clone()),
            None => Answer::Maybe(self.gap.clone()),
        }
    }

    fn situation(
        &self,
        units: &Units,
        unit: Option<Text>,
        groups: BTreeMap<Text, Answer>,
        products: BTreeMap<Text, Answer>,
    ) -> Situation {
        let path = unit.as_ref().and_then(|unit| units.path(unit)).cloned();
        let path = path.unwrap_or_else(|| "(unit not known)".into());
        let named = groups.iter().filter(|(_, answer)| **answer == Answer::Yes);
        let mut group_names: Vec<Text> =
            named.map(|(group, _)| self.names.get(group).unwrap_or(group).clone()).collect();
        group_names.sort();
        let place = units.place(&path);
        let label = match group_names.as_slice() {
            [] => place,
            [group] => format!("{place}, in group {group}").into(),
            [most @ .., last] => format!("{place}, in groups {} and {last}", most.join(", ")).into(),
        };
        Situation { label, unit, path, groups, group_names, products, people: Cell::Known(0) }
    }
}

/// Situations with the same unit and groups get labels that tell them apart.
fn told_apart(mut all: Vec<Situation>) -> Vec<Situation> {
    let mut count: BTreeMap<Text, usize> = BTreeMap::new();
    for situation in &all {
        *count.entry(situation.label.clone()).or_default() += 1;
    }
    let mut used = BTreeSet::new();
    for situation in &mut all {
        if count[&situation.label] > 1 {
            let held = situation.held();
            let with = if held.is_empty() { "no such product".to_owned() } else { held.join(" and ") };
            situation.label = format!("{}, with {with}", situation.label).into();
        }
        let mut label = situation.label.clone();
        let mut number = 2;
        while !used.insert(label.clone()) {
            label = format!("{} ({number})", situation.label).into();
            number += 1;
        }
        situation.label = label;
    }
    all
}
