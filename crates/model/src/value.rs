//! The plain values that cells hold, and the borrowed view through which rules read them.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Gap;

/// A point in time, UTC, to the nanosecond.
pub type Time = jiff::Timestamp;

/// Immutable text that is cheap to clone and may be shared between rows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Arc<str>);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Arc::from(""))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Arc::from(text))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

/// Shares equal texts, so that a value which stands in thousands of rows is held once.
#[derive(Debug, Default)]
pub struct Interner(HashSet<Text>);

impl Interner {
    /// The shared copy of `text`.
    pub fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new = Text::from(text);
        self.0.insert(new.clone());
        new
    }
}

/// What a cell says, borrowed for the length of one evaluation.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// The fact was not read; the gap says why.
    Unknown(&'a Gap),
    /// The vendor answered that there is no value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text; members of an enumeration too.
    Text(&'a str),
    /// A point in time.
    Time(Time),
    /// A list of texts.
    Texts(&'a [Text]),
}

impl Value<'_> {
    /// The value as JSON, with an unknown as `{"unknown": …}`.
    pub fn to_json(self) -> serde_json::Value {
        match self {
            Value::Unknown(gap) => serde_json::json!({ "unknown": gap }),
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => value.into(),
            Value::Int(value) => value.into(),
            Value::Text(value) => value.into(),
            Value::Time(value) => value.to_string().into(),
            Value::Texts(values) => values.iter().map(Text::as_str).collect(),
        }
    }
}
