//! Rules held against a snapshot: verdicts, findings, and safeguards rolled up. Pure.

mod addressable;
mod declare;
mod exceptions;
mod exit;
mod judge;
mod overlay;
mod results;
mod rules;
mod safeguards;

pub use addressable::{Addressable, AddressableDecision, Reason};
pub use declare::Declaration;
pub use exceptions::{Accepted, Change, Decision, Matter, Stand};
pub use exit::{Exit, ExitOn, exit};
pub use judge::{
    CaseOutcome, Chosen, Evaluation, Finding, Outcome, SourcesOf, UNDECIDED, Undecided, evaluate, run_case,
};
pub use overlay::{Attested, Overlay};
pub use results::is_about_results;
pub use rules::{Demand, Rules, Stricter};
pub use safeguards::{Decided, Designation, Kind, Refusal, Safeguard, SafeguardResult, SafeguardState, Safeguards};
