//! Rules held against a snapshot: verdicts, findings, and safeguards rolled up. Pure.

mod exit;
mod judge;
mod rules;
mod safeguards;

pub use exit::{Exit, exit};
pub use judge::{CaseOutcome, Evaluation, Finding, Outcome, SourcesOf, evaluate, run_case};
pub use rules::{Demand, Rules, Stricter};
pub use safeguards::{Designation, Kind, Safeguard, SafeguardResult, SafeguardState, Safeguards};
