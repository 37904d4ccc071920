//! What would differ if a rule were in force that is only proposed. It never changes a verdict of today's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenantscan_evaluate::{Demand, Evaluation, Rules};
use tenantscan_policy::Policy;

use crate::document::Report;
use crate::text::{count, safe, wrap};

/// A rule that is not in force, and what would differ under it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIf {
    /// `nprm-2025`.
    pub id: String,
    /// Its name within a sentence.
    pub title: String,
    /// Whether it is in force.
    pub status: String,
    /// How it came about and what is expected.
    pub about: String,
    /// The day on which the status was checked (YYYY-MM-DD).
    pub dated: String,
    /// Where it is published.
    pub source: String,
    /// Results that would be others.
    pub results: Vec<WhatIfResult>,
    /// Addressable specifications with a gap today, for which a written reason would no longer do.
    pub no_longer_addressable: Vec<WhatIfSafeguard>,
    /// What it would ask, with what today's policies say of it.
    pub demands: Vec<WhatIfDemand>,
}

/// A result that would be another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIfResult {
    /// The policy's id.
    pub policy: String,
    /// What holds when it is met.
    pub title: String,
    /// The tenant's id.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// The verdict today.
    pub today: String,
    /// The verdict then.
    pub then: String,
    /// Findings that there are not today.
    pub findings: Vec<String>,
}

/// A specification that could no longer be declined in writing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIfSafeguard {
    /// `164.312(a)(2)(iv)`.
    pub citation: String,
    /// Its heading.
    pub title: String,
    /// Its state today.
    pub state: String,
}

/// One thing that would be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIfDemand {
    /// The number in the proposal.
    pub citation: String,
    /// A few words.
    pub title: String,
    /// What it asks.
    pub asks: String,
    /// Policies that speak of it today.
    pub policies: Vec<String>,
    /// What of it no policy looks at, within a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unasked: Option<String>,
    /// The worst that these say, today or with the stricter parameters: `fail`, `unknown`, `review`, `pass` or
    /// `not_applicable`; `not_examined` where none was run, and where they find nothing but do not look at all of it.
    pub today: String,
}

/// What would differ: `then` holds the same policies, in the same order, against the same snapshot as the report.
pub fn what_if(rules: &Rules, today: &Report, then: &Evaluation, policies: &[&Policy]) -> WhatIf {
    let differing = today.results.iter().zip(&then.outcomes).filter_map(|(result, outcome)| {
        debug_assert_eq!(result.policy, policies[outcome.policy].id);
        let new = outcome.findings.iter().filter(|it| !result.findings.iter().any(|old| old.resource == it.resource));
        let findings: Vec<String> = new.map(|finding| finding.text.clone()).collect();
        let then = outcome.verdict.name();
        (then != result.verdict || !findings.is_empty()).then(|| WhatIfResult {
            policy: result.policy.clone(),
            title: result.title.clone(),
            tenant: result.tenant.clone(),
            platform: result.platform.clone(),
            today: result.verdict.clone(),
            then: then.to_owned(),
            findings,
        })
    });
    let addressable = today.safeguards.iter().filter(|safeguard| {
        rules.addressable_becomes_required
            && safeguard.designation == "addressable"
            && matches!(safeguard.state.as_str(), "gap_found" | "not_reasonable" | "documented_alternative")
    });
    let verdicts = |demand: &Demand| {
        let both =
            today.results.iter().zip(&then.outcomes).filter(|(result, _)| demand.policies.contains(&result.policy));
        both.flat_map(|(result, outcome)| [result.verdict.as_str(), outcome.verdict.name()]).collect::<Vec<_>>()
    };
    let demands = rules.demands.iter().map(|demand| WhatIfDemand {
        citation: demand.citation.clone(),
        title: demand.title.clone(),
        asks: demand.asks.clone(),
        policies: demand.policies.clone(),
        unasked: demand.unasked.clone(),
        today: worst(&verdicts(demand), demand.unasked.is_some()).to_owned(),
    });
    WhatIf {
        id: rules.id.clone(),
        title: rules.title.clone(),
        status: rules.status.clone(),
        about: rules.about.clone(),
        dated: rules.dated.to_string(),
        source: rules.source.clone(),
        results: differing.collect(),
        no_longer_addressable: addressable
            .map(|it| WhatIfSafeguard {
                citation: it.citation.clone(),
                title: it.title.clone(),
                state: it.state.clone(),
            })
            .collect(),
        demands: demands.collect(),
    }
}

/// The worst of some verdicts. What is not looked at whole is neither met nor not to be met.
fn worst(verdicts: &[&str], is_part: bool) -> &'static str {
    let worst =
        ["fail", "unknown", "review", "pass", "not_applicable"].into_iter().find(|word| verdicts.contains(word));
    worst.filter(|word| !is_part || !matches!(*word, "pass" | "not_applicable")).unwrap_or("not_examined")
}

impl WhatIfDemand {
    /// What is known of it, in words.
    pub(crate) fn standing(&self) -> String {
        match (&self.unasked, plain(&self.today)) {
            (None, today) => today.to_owned(),
            (Some(unasked), "not looked at") => format!("not looked at: {unasked}"),
            (Some(unasked), today) => format!("{today}; not looked at: {unasked}"),
        }
    }
}

impl WhatIf {
    /// The heading.
    pub(crate) fn heading(&self) -> String {
        format!("What if {} were in force", self.title)
    }

    /// The status with its day.
    pub(crate) fn standing(&self) -> String {
        format!("Status on {}: {}. {} Nothing here changes a verdict of today's.", self.dated, self.status, self.about)
    }

    /// As lines of at most `width` columns, the heading left out.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let mut lines = wrap(&self.standing(), width);
        let mut list = |title: String, items: Vec<String>| {
            lines.push(String::new());
            lines.extend(wrap(&title, width));
            for item in items {
                let rest = wrap(&item, width - 4);
                lines.extend(
                    rest.iter().enumerate().map(|(at, it)| format!("  {} {it}", if at == 0 { '·' } else { ' ' })),
                );
            }
        };
        let results = self
            .results
            .iter()
            .map(|it| format!("{}: {} today, {} then", safe(&it.title), plain(&it.today), plain(&it.then)));
        list(
            format!("{} would be judged otherwise", count(self.results.len(), "result", "results")),
            results.collect(),
        );
        let addressable = self.no_longer_addressable.iter().map(|it| format!("{} {}", it.citation, it.title));
        let specifications =
            count(self.no_longer_addressable.len(), "addressable specification", "addressable specifications");
        list(format!("{specifications} with a gap could no longer be declined in writing"), addressable.collect());
        let asked = self.demands.iter().map(|it| format!("{} (proposed {}): {}", it.title, it.citation, it.standing()));
        list("What it would ask, and what today's policies say of it".to_owned(), asked.collect());
        lines
    }
}

/// A verdict in words.
pub(crate) fn plain(verdict: &str) -> &str {
    match verdict {
        "pass" => "met",
        "fail" => "not met",
        "review" => "to be looked at",
        "unknown" => "not determined",
        "not_applicable" => "does not apply",
        _ => "not looked at",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_at_whole_is_never_met() {
        assert_eq!(worst(&["pass", "pass"], false), "pass");
        assert_eq!(worst(&["pass", "not_applicable"], true), "not_examined");
        assert_eq!(worst(&["pass", "fail"], true), "fail");
        assert_eq!(worst(&["pass", "unknown"], true), "unknown");
        assert_eq!(worst(&[], false), "not_examined");
    }
}
