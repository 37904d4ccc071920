//! Tables of typed rows, and the macro that declares a dataset once.

use serde::{Deserialize, Serialize};

use crate::{Cause, DatasetInfo, Gap, Value};

/// A row of one dataset.
pub trait Row: Serialize + for<'de> Deserialize<'de> + 'static {
    /// What the dictionary says of the dataset.
    const INFO: &'static DatasetInfo;

    /// The cell of the column with this index of [`DatasetInfo::columns`].
    fn cell(&self, column: usize) -> Value<'_>;

    /// Makes a cell unknown. The key stays: a row without identity is no row.
    fn hide(&mut self, column: usize, gap: &Gap);
}

/// A row of whatever dataset, as rules see it.
pub trait AnyRow {
    /// What the dictionary says of the row's dataset.
    fn info(&self) -> &'static DatasetInfo;

    /// The cell of the column with this index.
    fn cell(&self, column: usize) -> Value<'_>;

    /// The stable identity of the row.
    fn key(&self) -> &str {
        match self.cell(self.info().key) {
            Value::Text(key) => key,
            _ => "",
        }
    }

    /// The name of the row for people; its key where it has none.
    fn label(&self) -> &str {
        match self.cell(self.info().label) {
            Value::Text(label) if !label.is_empty() => label,
            _ => self.key(),
        }
    }
}

impl<R: Row> AnyRow for R {
    fn info(&self) -> &'static DatasetInfo {
        R::INFO
    }

    #[inline]
    fn cell(&self, column: usize) -> Value<'_> {
        Row::cell(self, column)
    }
}

/// Whether the rows of a table are all there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// The whole list was read: what is not in it does not exist.
    Complete,
    /// The list, or its end, was not read; rows that are missing from it may exist.
    Unread(Gap),
}

/// The rows of one dataset of one tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "R: Row")]
pub struct Table<R: Row> {
    /// Whether the rows are all there are.
    pub listing: Listing,
    /// The rows, sorted by key.
    pub rows: Vec<R>,
}

impl<R: Row> Table<R> {
    /// A list that was read to its end. Sorts the rows by key, so that equal facts give equal snapshots.
    pub fn complete(mut rows: Vec<R>) -> Self {
        rows.sort_by(|a, b| AnyRow::key(a).cmp(AnyRow::key(b)));
        Self { listing: Listing::Complete, rows }
    }

    /// A list that was not read.
    pub fn unread(gap: Gap) -> Self {
        Self { listing: Listing::Unread(gap), rows: Vec::new() }
    }

    /// The gap, if the list was not read to its end.
    pub fn gap(&self) -> Option<&Gap> {
        match &self.listing {
            Listing::Complete => None,
            Listing::Unread(gap) => Some(gap),
        }
    }

    /// The rows, when they are all there are.
    ///
    /// # Errors
    /// The gap, when the list was not read.
    pub fn read(&self) -> Result<&[R], &Gap> {
        match &self.listing {
            Listing::Complete => Ok(&self.rows),
            Listing::Unread(gap) => Err(gap),
        }
    }
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self::unread(Gap::new(Cause::NotCollected, R::INFO.name))
    }
}

/// A table of whatever dataset, as rules see it.
pub trait AnyTable {
    /// What the dictionary says of the dataset.
    fn info(&self) -> &'static DatasetInfo;
    /// How many rows were read.
    fn len(&self) -> usize;
    /// Whether no row was read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The row at this index.
    fn row(&self, index: usize) -> &dyn AnyRow;
    /// The gap, if the list was not read to its end.
    fn gap(&self) -> Option<&Gap>;
    /// Makes the whole list unread: its rows are gone.
    fn hide(&mut self, gap: &Gap);
    /// Makes one cell unknown.
    fn hide_cell(&mut self, row: usize, column: usize, gap: &Gap);
}

impl<R: Row> AnyTable for Table<R> {
    fn info(&self) -> &'static DatasetInfo {
        R::INFO
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn row(&self, index: usize) -> &dyn AnyRow {
        &self.rows[index]
    }

    fn gap(&self) -> Option<&Gap> {
        Self::gap(self)
    }

    fn hide(&mut self, gap: &Gap) {
        *self = Self::unread(gap.clone());
    }

    fn hide_cell(&mut self, row: usize, column: usize, gap: &Gap) {
        self.rows[row].hide(column, gap);
    }
}

/// Declares a dataset: the row struct, its place in the dictionary and its serialisation, from one text.
///
/// `"many" users as user` is a table; `"one" organization` is a singleton. The first column is the key and is always
/// known; every other one becomes a [`crate::Cell`].
macro_rules! dataset {
    (
        $(#[doc = $doc:literal])*
        $dataset:ident as $row:ident: $name:ident, singleton = $singleton:literal, label = $label:ident {
            $(#[doc = $key_doc:literal])*
            $key:ident: Text,
            $( $(#[doc = $column_doc:literal])* $column:ident: $type:ty, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(#[doc = $key_doc])*
            pub $key: $crate::Text,
            $( $(#[doc = $column_doc])* #[serde(default)] pub $column: $crate::Cell<$type>, )*
        }

        impl $name {
            /// A row with this key, of which nothing else is known yet.
            pub fn new($key: impl Into<$crate::Text>) -> Self {
                Self { $key: $key.into(), ..Self::default() }
            }
        }

        impl $crate::Row for $name {
            const INFO: &'static $crate::DatasetInfo = &$crate::DatasetInfo {
                name: stringify!($dataset),
                row: stringify!($row),
                singleton: $singleton,
                doc: concat!($($doc, "\n"),*),
                columns: &[
                    $crate::ColumnInfo {
                        name: stringify!($key),
                        r#type: <$crate::Text as $crate::ColumnType>::TYPE,
                        nullable: false,
                        doc: concat!($($key_doc, "\n"),*),
                    },
                    $( $crate::ColumnInfo {
                        name: stringify!($column),
                        r#type: <$type as $crate::ColumnType>::TYPE,
                        nullable: <$type as $crate::ColumnType>::NULLABLE,
                        doc: concat!($($column_doc, "\n"),*),
                    }, )*
                ],
                key: 0,
                label: {
                    #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
                    enum Index { $key, $($column),* }
                    Index::$label as usize
                },
            };

            #[inline]
            fn cell(&self, column: usize) -> $crate::Value<'_> {
                #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
                enum Index { $key, $($column),* }
                if column == Index::$key as usize {
                    return $crate::ColumnType::value(&self.$key);
                }
                $( if column == Index::$column as usize {
                    return match &self.$column {
                        $crate::Cell::Known(value) => $crate::ColumnType::value(value),
                        $crate::Cell::Unknown(gap) => $crate::Value::Unknown(gap),
                    };
                } )*
                unreachable!("column {column} of {} does not exist", stringify!($dataset))
            }

            fn hide(&mut self, column: usize, gap: &$crate::Gap) {
                #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
                enum Index { $key, $($column),* }
                $( if column == Index::$column as usize {
                    self.$column = $crate::Cell::Unknown(gap.clone());
                } )*
            }
        }
    };
}
pub(crate) use dataset;

/// Declares the container of all datasets of one tenant, in the order in which they are listed to people.
macro_rules! datasets {
    ($( $module:ident { $( $(#[$attribute:meta])* $dataset:ident: $row:ident ),* $(,)? } )+) => {
        /// All datasets of one tenant.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Datasets {
            $( $(
                #[doc = concat!("See [`", stringify!($row), "`].")]
                $(#[$attribute])*
                pub $dataset: $crate::Table<$row>,
            )* )+
        }

        impl Datasets {
            /// What the dictionary says of each dataset.
            pub const ALL: &'static [&'static $crate::DatasetInfo] = &[ $( $( <$row as $crate::Row>::INFO, )* )+ ];

            /// The table at this index of [`Datasets::ALL`].
            pub fn table(&self, index: usize) -> &dyn $crate::AnyTable {
                let tables: [&dyn $crate::AnyTable; Self::ALL.len()] = [ $( $( &self.$dataset, )* )+ ];
                tables[index]
            }

            /// The table at this index, to change.
            pub fn table_mut(&mut self, index: usize) -> &mut dyn $crate::AnyTable {
                let tables: [&mut dyn $crate::AnyTable; Self::ALL.len()] = [ $( $( &mut self.$dataset, )* )+ ];
                tables.into_iter().nth(index).expect("an index of Datasets::ALL")
            }

            /// The same facts in the tables with these indices, and nothing in the others.
            pub fn only(&self, wanted: impl Fn(usize) -> bool) -> Self {
                let mut indices = 0..;
                let mut next = || indices.next().is_some_and(&wanted);
                Self { $( $( $dataset: if next() { self.$dataset.clone() } else { $crate::Table::default() }, )* )+ }
            }

            /// The dataset with this name and its index.
            pub fn find(name: &str) -> Option<(usize, &'static $crate::DatasetInfo)> {
                Self::ALL.iter().copied().enumerate().find(|(_, info)| info.name == name)
            }
        }
    };
}
pub(crate) use datasets;
