//! A property of an answer, with "left out" told apart from null: what was not said is unknown, not "no value".

use serde::{Deserialize, Deserializer};
use tenantscan_model::{Cause, Cell, Gap, Text};

use crate::Source;

/// A property as it stands in an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Field<T> {
    /// The answer does not have it.
    #[default]
    Absent,
    /// It is null.
    Null,
    /// It has a value.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// What the source's answer does not say as the vendor describes it.
pub fn unclear(source: &Source) -> Gap {
    Gap::new(Cause::Malformed, source.id)
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value itself, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// For a column that may be null.
    pub fn nullable(self, source: &Source) -> Cell<Option<T>> {
        match self {
            Self::Value(value) => Cell::Known(Some(value)),
            Self::Null => Cell::Known(None),
            Self::Absent => Cell::Unknown(unclear(source)),
        }
    }

    /// For a column that is never null.
    pub fn needed(self, source: &Source) -> Cell<T> {
        match self {
            Self::Value(value) => Cell::Known(value),
            Self::Absent | Self::Null => Cell::Unknown(unclear(source)),
        }
    }

    /// A property of this object.
    pub fn then<U>(self, part: impl FnOnce(T) -> Field<U>) -> Field<U> {
        match self {
            Self::Value(value) => part(value),
            Self::Null => Field::Null,
            Self::Absent => Field::Absent,
        }
    }
}

impl Field<Text> {
    /// For a word of a closed list: one that this program does not know is not understood, and so unknown.
    pub fn word(self, known: &[&str], source: &Source) -> Cell<Option<Text>> {
        match self {
            Self::Value(word) if !known.contains(&word.as_str()) => Cell::Unknown(unclear(source)),
            other => other.nullable(source),
        }
    }

    /// As [`Field::word`], for a column that is never null.
    pub fn one_of(self, known: &[&str], source: &Source) -> Cell<Text> {
        match self {
            Self::Value(word) if known.contains(&word.as_str()) => Cell::Known(word),
            _ => Cell::Unknown(unclear(source)),
        }
    }
}
