//! Files that people write, read key by key: every mistake of every file is kept with its place and what to do.
//!
//! No I/O: texts come in, values and mistakes go out. Policies and records are read by it alike.

mod diagnostics;
mod reader;
mod suggest;
mod syntax;

pub use diagnostics::{Diagnostics, SourceFile};
pub use reader::{Reader, TableAt, TextAt, kind, parse, to_json};
pub use suggest::{help, nearest};
