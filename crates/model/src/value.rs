//! The plain values that cells hold, and the borrowed view through which rules read them.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use jiff::SignedDuration;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Gap;

/// A point in time, UTC, to the nanosecond.
pub type Time = jiff::Timestamp;

/// A day begins by so many hours earlier in the east than in UTC, at the most. Source: IANA, tzdata, Pacific/Kiritimati.
const EARLIEST: SignedDuration = SignedDuration::from_hours(14);

/// Whether a day, given as its first moment in UTC, has begun anywhere: what people write down is a day of wherever they are.
pub fn has_begun(day: Time, now: Time) -> bool {
    day.duration_since(now) <= EARLIEST
}

/// Whether a sign cannot be seen, or moves what stands around it: control signs, marks of writing direction, joiners, soft
/// hyphens, blanks that count as letters. Names that carry one are not the names that they look like.
/// Source: The Unicode Standard, general categories Cc and Cf, and property `Default_Ignorable_Code_Point`.
pub fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Immutable text that is cheap to clone and may be shared between rows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(Arc<str>);

/// Texts longer than this are hardly ever the same in two rows: an id has 36 bytes.
const SHORT: usize = 32;
/// Most texts that are kept for sharing, by each thread.
const SHARED: usize = 4096;

thread_local! {
    static KNOWN: RefCell<HashSet<Text>> = RefCell::default();
}

impl<'de> Deserialize<'de> for Text {
    /// Short texts are shared, so that a value which stands in thousands of rows is held once.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Sharing)
    }
}

struct Sharing;

impl Visitor<'_> for Sharing {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        if text.len() > SHORT {
            return Ok(text.into());
        }
        Ok(KNOWN.with_borrow_mut(|known| {
            if let Some(same) = known.get(text) {
                return same.clone();
            }
            let new = Text::from(text);
            if known.len() < SHARED {
                known.insert(new.clone());
            }
            new
        }))
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_begun_from_its_first_moment_in_the_east_on() {
        let time = |text: &str| text.parse::<Time>().expect("a time");
        let day = time("2026-11-02T00:00:00Z");
        for (now, begun) in [
            ("2026-11-01T09:59:59Z", false),
            ("2026-11-01T09:59:59.999999999Z", false),
            ("2026-11-01T10:00:00Z", true),
            ("2026-11-01T10:30:00Z", true),
            ("2026-11-02T00:00:00Z", true),
            ("2027-11-02T00:00:00Z", true),
        ] {
            assert_eq!(has_begun(day, time(now)), begun, "{now}");
        }
        assert!(!has_begun(Time::MAX, day) && has_begun(Time::MIN, day));
    }

    #[test]
    fn short_texts_that_are_read_are_held_once() {
        let read = |json: &str| serde_json::from_str::<Vec<Text>>(json).expect("texts");
        let long = "x".repeat(SHORT + 1);
        let texts = read(&format!(r#"["Member","Me\u006dber","Guest","{long}","{long}"]"#));
        assert_eq!(texts, ["Member", "Member", "Guest", &long, &long]);
        assert!(Arc::ptr_eq(&texts[0].0, &texts[1].0) && Arc::ptr_eq(&texts[0].0, &read(r#"["Member"]"#)[0].0));
        assert!(!Arc::ptr_eq(&texts[3].0, &texts[4].0));
    }
}
