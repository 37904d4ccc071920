//! How a policy that is not met becomes a risk: impact from its severity, likelihood from how much is affected and from
//! whether outsiders can try, level from both.
//!
//! The tables stand in `policies/catalogues/risk-method.toml`, dated and with their source. In short:
//!
//! - impact: critical, high, medium and low severity are critical, high, moderate and low impact;
//! - likelihood: high from `many_percent` of what was checked on, moderate from `some_percent` on, else low, where what could
//!   not be judged counts as affected; one step more
//!   where the policy's first citation is about signing in, sending or malicious software, since outsiders can try there;
//! - level: the matrix of the two.

use serde::Deserialize;

use crate::document::ResultEntry;

/// A rating, in the words of the SRA Tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rating {
    /// Can wait.
    Low,
    /// Mend within the quarter.
    Moderate,
    /// Mend within the month.
    High,
    /// Mend now.
    Critical,
}

impl Rating {
    pub(super) const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Moderate, Self::Low];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The catalogue of the method.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskMethod {
    pub(super) dated: toml::value::Datetime,
    pub(super) source: String,
    pub(super) impact: Impact,
    pub(super) likelihood: Likelihood,
    pub(super) level: Levels,
}

/// The impact of each severity.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Impact {
    pub(super) critical: Rating,
    pub(super) high: Rating,
    pub(super) medium: Rating,
    pub(super) low: Rating,
}

/// What decides the likelihood.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Likelihood {
    pub(super) many_percent: usize,
    pub(super) some_percent: usize,
    pub(super) outside: Vec<String>,
}

/// A row of the matrix for each impact.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Levels {
    critical: Row,
    high: Row,
    moderate: Row,
    low: Row,
}

/// The level for each likelihood.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    low: Rating,
    moderate: Rating,
    high: Rating,
}

/// What a result comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rated {
    pub(super) likelihood: Rating,
    pub(super) impact: Rating,
    pub(super) level: Rating,
}

impl RiskMethod {
    /// The rating of a result that is not met.
    pub(super) fn rate(&self, result: &ResultEntry) -> Rated {
        let impact = match result.severity.as_str() {
            "critical" => self.impact.critical,
            "high" => self.impact.high,
            "medium" => self.impact.medium,
            _ => self.impact.low,
        };
        // Without a count everything is affected; what could not be judged may be.
        let unjudged = result.more.as_ref().map_or(Some(0), |more| more.resources);
        let affected = unjudged.map(|unjudged| (result.findings.len() + unjudged) * 100);
        let percent = affected.and_then(|affected| affected.checked_div(result.checked)).unwrap_or(100);
        let share = match percent {
            percent if percent >= self.likelihood.many_percent => Rating::High,
            percent if percent >= self.likelihood.some_percent => Rating::Moderate,
            _ => Rating::Low,
        };
        let likelihood = match share {
            Rating::Low if self.outside(result) => Rating::Moderate,
            Rating::Moderate if self.outside(result) => Rating::High,
            share => share,
        };
        Rated { likelihood, impact, level: self.level(impact, likelihood) }
    }

    /// Whether anybody on the internet can try.
    pub(super) fn outside(&self, result: &ResultEntry) -> bool {
        result.citations.first().is_some_and(|first| self.likelihood.outside.contains(first))
    }

    /// The level of an impact and a likelihood.
    pub(super) fn level(&self, impact: Rating, likelihood: Rating) -> Rating {
        let row = match impact {
            Rating::Critical => &self.level.critical,
            Rating::High => &self.level.high,
            Rating::Moderate => &self.level.moderate,
            Rating::Low => &self.level.low,
        };
        match likelihood {
            Rating::Low => row.low,
            Rating::Moderate => row.moderate,
            Rating::High | Rating::Critical => row.high,
        }
    }
}
