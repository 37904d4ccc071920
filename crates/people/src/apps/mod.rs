//! Apps: who let them in, and which product each is.

mod grants;
mod known;
mod standing;

pub use grants::Grants;
pub use known::{apply as known, products};
pub use standing::apply as standing;
