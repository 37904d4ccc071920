//! The one way out: paging, refusals told apart, account of every source, and recorded exchanges.

mod cure;
mod exchange;
mod ledger;
mod page;
mod reader;
mod replay;
mod source;

pub use reader::Reader;
pub use replay::{Replay, ReplayError};
pub use source::{Api, Derived, Diagnosis, Pace, Refusal, Source, Unread};
