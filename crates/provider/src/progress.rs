//! What a reader tells while it reads.

use std::time::Duration;

use tenantscan_model::Cause;

use crate::Source;

/// Hears what a reader does.
pub type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// Something that happened while a source was read.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// Its first request is on its way.
    Started(&'static Source),
    /// So many rows more have come.
    Rows(&'static Source, u64),
    /// The vendor asked to wait, or did not answer: the request goes out again after this time.
    Waiting(&'static Source, Cause, Duration),
    /// It was read.
    Read(&'static Source),
    /// It was not read.
    Unread(&'static Source, Cause),
}
