//! The exit code that results come to.

use serde::{Deserialize, Serialize};
use tenantscan_policy::{Policy, Severity, Verdict};

use crate::judge::Evaluation;

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

/// 4 when a critical or high policy is unknown; else 3 when a policy of at least this severity fails; else 0.
pub fn exit(policies: &[&Policy], evaluation: &Evaluation, fail_on: Option<Severity>) -> Exit {
    let ids = |wanted: Verdict, least: Severity| {
        let mut ids: Vec<String> = evaluation
            .outcomes
            .iter()
            .filter(|outcome| outcome.verdict == wanted && policies[outcome.policy].severity >= least)
            .map(|outcome| policies[outcome.policy].id.clone())
            .collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let unknown = ids(Verdict::Unknown, Severity::High);
    let failed = fail_on.map(|least| ids(Verdict::Fail, least)).unwrap_or_default();
    let (code, name, reasons) = match (unknown.is_empty(), failed.is_empty()) {
        (false, _) => (4, "incomplete", unknown),
        (true, false) => (3, "findings", failed),
        (true, true) => (0, "ok", Vec::new()),
    };
    Exit { code, name: name.to_owned(), reasons }
}
