//! What records may say of policies: which there are, and which of them leave no choice.

use std::collections::BTreeMap;

/// The policies that exceptions and the plan may name.
#[derive(Clone, Debug, Default)]
pub struct Policies<'a>(BTreeMap<&'a str, Option<&'a str>>);

impl<'a> Policies<'a> {
    /// Whether there is such a policy.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// The ids of all.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &'a str> {
        self.0.keys().copied()
    }

    /// Why a policy leaves no choice between ways to meet it, where it leaves none.
    pub(crate) fn closed(&self, id: &str) -> Option<&'a str> {
        self.0.get(id).copied().flatten()
    }
}

/// Each with why it leaves no choice between ways to meet it, where it leaves none, as words that follow its id: `supports
/// 164.312(b), which is required`.
impl<'a> FromIterator<(&'a str, Option<&'a str>)> for Policies<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, Option<&'a str>)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

/// Ids alone, of policies that leave a choice.
impl<'a> FromIterator<&'a str> for Policies<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        ids.into_iter().map(|id| (id, None)).collect()
    }
}

impl<'a, const N: usize> From<[&'a str; N]> for Policies<'a> {
    fn from(ids: [&'a str; N]) -> Self {
        ids.into_iter().collect()
    }
}
