//! The one way out: sign-in, paging, pacing, retries, recording and replay.

mod reader;
mod source;

pub use reader::Reader;
pub use source::{Api, Derived, Diagnosis, Pace, Refusal, Source, Unread};
