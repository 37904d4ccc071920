//! Apps and partners: what they may read, who let them in, and which secrets they hold.

use super::{Asking, Put};

/// Reads the area's tables.
pub(super) async fn read(_: &Asking<'_>) -> Put {
    Box::new(|_| {})
}
