//! The report document, and one module per output format. Pure.

mod basis;
mod breach;
mod decided;
mod decisions;
mod document;
mod exceptions;
mod oneline;
mod page;
mod sra;
mod technical;
mod terminal;
mod text;
mod what_if;

pub use breach::{Breach, BreachClock, BreachError, Due, Notice, breach_clock};
pub use decided::{AcceptedEntry, AddressableEntry, AttestationEntry, DeclareEntry, ReasonEntry};
pub use document::{
    BaselineEntry, ByCause, Coverage, ExitEntry, FindingEntry, FixEntry, LimitEntry, MoreEntry, Named, REPORT_SCHEMA,
    Report, ResultEntry, RunEntry, SafeguardEntry, SourceEntry, TenantEntry, ToolEntry, document, report_schema,
    to_json,
};
pub use exceptions::{ChangeEntry, ExceptionEntry};
pub use oneline::oneline;
pub use sra::{Assessment, Rating, RiskMethod};
pub use terminal::{TerminalOptions, terminal};
pub use text::{columns, count, cut, pad, safe, wrap};
pub use what_if::{WhatIf, WhatIfDemand, WhatIfResult, WhatIfSafeguard, what_if};
