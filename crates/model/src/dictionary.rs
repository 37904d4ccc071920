//! The dictionary: what datasets and columns exist, of which type, and what they mean.
//!
//! Nothing here is written by hand a second time: [`crate::rows`] declares each dataset once, and its doc comments and
//! Rust types become the entries.

use crate::{Text, Time, Value};

/// One dataset: a table of rows of one kind.
#[derive(Debug)]
pub struct DatasetInfo {
    /// The name that policies write after `each`: `users`.
    pub name: &'static str,
    /// The name of one row inside a rule: `user`. For a singleton it is the dataset's own name.
    pub row: &'static str,
    /// True when a tenant has exactly one row, which rules then read without a loop.
    pub singleton: bool,
    /// What the dataset holds, in plain words.
    pub doc: &'static str,
    /// The columns in the order of declaration.
    pub columns: &'static [ColumnInfo],
    /// Index of the column that identifies a row for good (an object id, never a name).
    pub key: usize,
    /// Index of the column that names a row to people.
    pub label: usize,
}

impl DatasetInfo {
    /// The column with this name and its index.
    pub fn column(&self, name: &str) -> Option<(usize, &'static ColumnInfo)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }
}

/// One column of a dataset.
#[derive(Debug)]
pub struct ColumnInfo {
    /// The name that rules write after the row's: `enabled`.
    pub name: &'static str,
    /// The type of a known value.
    pub r#type: Type,
    /// Whether the vendor may answer "no value".
    pub nullable: bool,
    /// What the column says, with units and the official source.
    pub doc: &'static str,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number, 64 bits, signed.
    Int,
    /// Text that may be anything.
    Text,
    /// One of a closed list of words: comparing it with any other word is a mistake that is found at load.
    Enum(&'static [&'static str]),
    /// A point in time.
    Time,
    /// A list of texts.
    Texts,
}

impl Type {
    /// The CEL name of the type.
    pub fn cel(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Text | Self::Enum(_) => "string",
            Self::Time => "timestamp",
            Self::Texts => "list(string)",
        }
    }
}

/// A Rust type that can stand in a column.
pub trait ColumnType {
    /// The column type that it gives.
    const TYPE: Type;
    /// Whether it has a null.
    const NULLABLE: bool = false;

    /// The value as rules see it.
    fn value(&self) -> Value<'_>;
}

impl ColumnType for bool {
    const TYPE: Type = Type::Bool;

    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl ColumnType for i64 {
    const TYPE: Type = Type::Int;

    fn value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl ColumnType for Text {
    const TYPE: Type = Type::Text;

    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ColumnType for Time {
    const TYPE: Type = Type::Time;

    fn value(&self) -> Value<'_> {
        Value::Time(*self)
    }
}

impl ColumnType for Vec<Text> {
    const TYPE: Type = Type::Texts;

    fn value(&self) -> Value<'_> {
        Value::Texts(self)
    }
}

impl<T: ColumnType> ColumnType for Option<T> {
    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = true;

    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

/// A Rust enumeration whose members are words of the dictionary.
pub trait ClosedEnum: Copy + 'static {
    /// Every member, in order.
    const ALL: &'static [Self];
    /// Every member's word, in order.
    const WORDS: &'static [&'static str];

    /// This member's word.
    fn word(self) -> &'static str;

    /// Every member with its word.
    fn words() -> Vec<(&'static str, Self)> {
        Self::ALL.iter().map(|member| (member.word(), *member)).collect()
    }
}

/// Declares enumerations that can stand in columns; in JSON and in rules a member is its word.
macro_rules! words {
    ($( $(#[doc = $doc:literal])* pub enum $name:ident { $( $(#[doc = $member_doc:literal])* $member:ident = $word:literal ),+ $(,)? } )+) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
            pub enum $name {
                $( $(#[doc = $member_doc])* #[serde(rename = $word)] $member ),+
            }

            impl $crate::ClosedEnum for $name {
                const ALL: &'static [Self] = &[$(Self::$member),+];
                const WORDS: &'static [&'static str] = &[$($word),+];

                fn word(self) -> &'static str {
                    match self { $( Self::$member => $word ),+ }
                }
            }

            impl $crate::ColumnType for $name {
                const TYPE: $crate::Type = $crate::Type::Enum(<Self as $crate::ClosedEnum>::WORDS);

                fn value(&self) -> $crate::Value<'_> {
                    $crate::Value::Text($crate::ClosedEnum::word(*self))
                }
            }
        )+
    };
}
pub(crate) use words;
