//! What a tenant is: datasets of typed rows, cells that may be unknown, the snapshot that holds them, and the
//! dictionary that describes them.
//!
//! No I/O, no clock, no runtime. A fact is either known (null included) or unknown with a cause; everything else in
//! the workspace rests on that distinction.

mod cell;
mod dataset;
mod dictionary;
mod schema;
mod snapshot;
mod value;

pub mod rows;

pub use cell::{Cause, Cell, Gap};
pub use dataset::{AnyRow, AnyTable, Listing, Row, Table};
pub use dictionary::{ClosedEnum, ColumnInfo, ColumnType, DatasetInfo, Type};
pub use rows::Datasets;
pub use schema::snapshot_schema;
pub use snapshot::{Client, Outcome, Platform, SNAPSHOT_SCHEMA, Snapshot, SnapshotError, SourceRecord, Tenant, Tool};
pub use value::{Text, Time, Value, has_begun, is_unseen};
