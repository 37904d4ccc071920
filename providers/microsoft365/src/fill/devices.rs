//! Devices: Intune, encryption, screen locks, and what Defender says.

use super::{Asking, Put};

/// Reads the area's tables.
pub(super) async fn read(_: &Asking<'_>) -> Put {
    Box::new(|_| {})
}
