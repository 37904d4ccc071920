//! Rules that are not in force, as an overlay: parameters that would be stricter, and what would be asked besides.

use serde::Deserialize;
use tenantscan_policy::{ParameterValue, Policy};

/// The catalogue of a proposed rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// `nprm-2025`.
    pub id: String,
    /// Its name within a sentence.
    pub title: String,
    /// Whether it is in force.
    pub status: String,
    /// How it came about and what is expected.
    pub about: String,
    /// The day on which the status was checked.
    pub dated: toml::value::Datetime,
    /// Where it is published.
    pub source: String,
    /// Whether addressable specifications would become required.
    pub addressable_becomes_required: bool,
    /// What it would ask, in the order of the rule.
    #[serde(rename = "demand")]
    pub demands: Vec<Demand>,
}

/// One thing that the rule would ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The number in the proposal.
    pub citation: String,
    /// A few words.
    pub title: String,
    /// What it asks, in plain words.
    pub asks: String,
    /// Policies that speak of it today.
    pub policies: Vec<String>,
    /// What of it no policy looks at, within a sentence; then it cannot be met.
    pub unasked: Option<String>,
    /// Parameters that would be stricter.
    #[serde(default)]
    pub stricter: Vec<Stricter>,
}

/// A parameter that would be stricter. Exactly one of the limits is set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stricter {
    /// The policy's id.
    pub policy: String,
    /// The parameter's name.
    pub parameter: String,
    /// It would be at most this, in the parameter's unit.
    pub at_most: Option<i64>,
    /// It would be at least this, in the parameter's unit.
    pub at_least: Option<i64>,
    /// It would be this.
    pub is: Option<bool>,
}

impl Stricter {
    /// The value that would be in force; none where the one that is in force is as strict, or of another kind.
    fn value(&self, now: &ParameterValue) -> Option<ParameterValue> {
        match (now, self.at_most, self.at_least, self.is) {
            (ParameterValue::Int(now), Some(most), None, None) if *now > most => Some(ParameterValue::Int(most)),
            (ParameterValue::Int(now), None, Some(least), None) if *now < least => Some(ParameterValue::Int(least)),
            (ParameterValue::Bool(now), None, None, Some(is)) if *now != is => Some(ParameterValue::Bool(is)),
            _ => None,
        }
    }
}

impl Rules {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// When the text is not TOML of this shape.
    pub fn load(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Sets the stricter parameters. What is as strict already stays, and so do policies that are not there.
    pub fn apply(&self, policies: &mut [Policy]) {
        for stricter in self.demands.iter().flat_map(|demand| &demand.stricter) {
            let Some(policy) = policies.iter_mut().find(|policy| policy.id == stricter.policy) else { continue };
            let parameter = policy.parameters.iter_mut().find(|parameter| parameter.name == stricter.parameter);
            if let Some(parameter) = parameter
                && let Some(value) = stricter.value(&parameter.value)
            {
                parameter.value = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_only_ever_makes_it_stricter() {
        let limit =
            |at_most, at_least, is| Stricter { policy: String::new(), parameter: String::new(), at_most, at_least, is };
        let int = ParameterValue::Int;
        assert_eq!(limit(Some(15), None, None).value(&int(30)), Some(int(15)));
        assert_eq!(limit(Some(15), None, None).value(&int(10)), None, "a client that is stricter stays so");
        assert_eq!(limit(None, Some(15), None).value(&int(10)), Some(int(15)));
        assert_eq!(limit(None, Some(15), None).value(&int(20)), None);
        assert_eq!(
            limit(None, None, Some(false)).value(&ParameterValue::Bool(true)),
            Some(ParameterValue::Bool(false))
        );
        assert_eq!(limit(Some(1), None, None).value(&ParameterValue::Bool(true)), None, "another kind is left alone");
    }
}
