//! The exit code that results come to.

use serde::{Deserialize, Serialize};
use tenantscan_model::rows::Severity;
use tenantscan_policy::{Policy, Verdict};

use crate::judge::{Evaluation, Outcome};
use crate::overlay::Overlay;

/// How a run ends, for scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// 0, 3 or 4.
    pub code: u8,
    /// `ok`, `findings` or `incomplete`.
    pub name: String,
    /// Ids of the policies that decided, sorted.
    pub reasons: Vec<String>,
}

/// Which results decide on the exit code.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExitOn {
    /// The least severity of a failed policy that counts; none: no failure counts.
    pub fail: Option<Severity>,
    /// Whether what an exception covers whole is left out.
    pub except_accepted: bool,
}

/// 4 when a critical or high policy is unknown; else 3 when a policy of at least the severity that counts fails; else 0.
/// No verdict rests on it.
pub fn exit(policies: &[&Policy], evaluation: &Evaluation, overlay: &Overlay, on: ExitOn) -> Exit {
    let counts = |index: usize, outcome: &Outcome| !(on.except_accepted && overlay.is_decided(index, outcome));
    let ids = |wanted: Verdict, least: Severity| {
        let mut ids: Vec<String> = evaluation
            .outcomes
            .iter()
            .enumerate()
            .filter(|(_, outcome)| outcome.verdict == wanted && policies[outcome.policy].severity >= least)
            .filter(|(index, outcome)| counts(*index, outcome))
            .map(|(_, outcome)| policies[outcome.policy].id.clone())
            .collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let unknown = ids(Verdict::Unknown, Severity::High);
    let failed = on.fail.map(|least| ids(Verdict::Fail, least)).unwrap_or_default();
    let (code, name, reasons) = match (unknown.is_empty(), failed.is_empty()) {
        (false, _) => (4, "incomplete", unknown),
        (true, false) => (3, "findings", failed),
        (true, true) => (0, "ok", Vec::new()),
    };
    Exit { code, name: name.to_owned(), reasons }
}
