//! What a result rests on, in words: facts that were read, a person's answer, the practice's records, a vendor's default.

use crate::document::{Report, ResultEntry};
use crate::text::{cause_words, count, safe};

/// How the ids of sources begin that are files of the practice's own.
const RECORDS: &str = "records.";
/// The file of answers, which are named with who gave them.
const ANSWERS: &str = "records.attestations";

/// Whether facts of a tenant were read for it, and not only what people wrote down.
fn is_seen(result: &ResultEntry) -> bool {
    result.sources.iter().any(|source| !source.starts_with(RECORDS))
}

/// Whether a result is of its tenant, and not of the practice as a whole: facts of the tenant were read for it, or it is told
/// of each tenant what its own facts show.
pub(crate) fn is_of_tenant(report: &Report, result: &ResultEntry) -> bool {
    is_seen(result) || report.results.iter().filter(|it| it.policy == result.policy).nth(1).is_some()
}

/// `seen, 22 checked; answered by A. Person (manager) on 2026-10-01`.
pub(crate) fn rests_on(result: &ResultEntry) -> String {
    let mut on = Vec::new();
    match (is_seen(result), result.checked) {
        (true, 0 | 1) => on.push("seen".to_owned()),
        (true, checked) => on.push(format!("seen, {checked} checked")),
        (false, _) => {}
    }
    if result.sources.iter().any(|source| source.starts_with(RECORDS) && source != ANSWERS) {
        on.push("the practice's own records".to_owned());
    }
    match result.vendor_defaults.len() {
        0 => {}
        1 => on.push("one setting was never set: the vendor's default holds".to_owned()),
        count => on.push(format!("{count} settings were never set: the vendor's defaults hold")),
    }
    if let Some(answer) = result.attestation.as_ref().filter(|answer| answer.holds) {
        on.push(format!("answered by {} ({}) on {}", safe(&answer.by), safe(&answer.role), answer.on));
    }
    if on.is_empty() { "not said".to_owned() } else { on.join("; ") }
}

/// Why there may be more findings than those that are named; none where everything was read.
pub(crate) fn may_be_more(result: &ResultEntry) -> Option<String> {
    let more = result.more.as_ref()?;
    let what = match more.resources {
        None => "the list was not read to its end".to_owned(),
        Some(0) => "something besides could not be read".to_owned(),
        Some(number) => format!("{} could not be judged", count(number, "resource", "resources")),
    };
    Some(format!("There may be more: {what} ({}).", cause_words(&more.cause)))
}

/// The technical safeguards of 45 CFR 164.312.
pub(crate) struct Technical {
    /// Its name.
    pub(crate) name: &'static str,
    /// How its citations begin.
    pub(crate) citation: &'static str,
    /// What it is about.
    pub(crate) about: &'static str,
}

/// In the order of the rule.
pub(crate) const TECHNICAL: [Technical; 5] = [
    Technical { name: "Access control", citation: "164.312(a)", about: "Who can reach what." },
    Technical {
        name: "Audit controls",
        citation: "164.312(b)",
        about: "What is recorded, so that somebody can find out who opened what.",
    },
    Technical {
        name: "Integrity",
        citation: "164.312(c)",
        about: "What keeps data from being changed or destroyed unseen.",
    },
    Technical { name: "Authentication", citation: "164.312(d)", about: "How people prove who they are." },
    Technical { name: "Transmission security", citation: "164.312(e)", about: "What protects data on its way." },
];

/// The results that apply to a technical safeguard, by how they came out; each in the order of the report.
pub(crate) struct Controls<'a> {
    pub(crate) met: Vec<&'a ResultEntry>,
    pub(crate) not_met: Vec<&'a ResultEntry>,
    pub(crate) review: Vec<&'a ResultEntry>,
    pub(crate) unknown: Vec<&'a ResultEntry>,
}

impl Technical {
    pub(crate) fn controls<'a>(&self, results: &'a [ResultEntry]) -> Controls<'a> {
        let serves = |result: &&ResultEntry| result.citations.iter().any(|it| it.starts_with(self.citation));
        let of = |verdict: &str| results.iter().filter(serves).filter(|it| it.verdict == verdict).collect();
        Controls { met: of("pass"), not_met: of("fail"), review: of("review"), unknown: of("unknown") }
    }
}

impl Controls<'_> {
    /// How many could be determined, and of how many.
    pub(crate) fn coverage(&self) -> (usize, usize) {
        let determined = self.met.len() + self.not_met.len();
        (determined, determined + self.review.len() + self.unknown.len())
    }
}
