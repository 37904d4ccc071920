//! A checked policy: one requirement, its rules, and its texts.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use tenantscan_model::Platform;
use tenantscan_model::rows::{AccountKind, Severity};

use crate::expression::{Expression, Template};

/// What a policy says of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Met, whatever the unread facts may be.
    Pass,
    /// Not met, whatever the unread facts may be.
    Fail,
    /// Something that a person has to look at: the evidence allows no more than a guess.
    Review,
    /// The facts that were read do not decide.
    Unknown,
    /// The requirement has nothing to hold on to in this tenant.
    NotApplicable,
}

impl Verdict {
    /// The name in files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Review => "review",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One requirement, checked and compiled.
#[derive(Debug)]
pub struct Policy {
    /// Short stable name, the same as the file's: `inactive-accounts`.
    pub id: String,
    /// The requirement as a plain sentence that is true when it is met.
    pub title: String,
    /// Why it matters, to a practice manager.
    pub why: String,
    /// How much harm an unmet requirement does.
    pub severity: Severity,
    /// The provisions of 45 CFR that it serves, the closest first.
    pub citations: Vec<String>,
    /// Why the first of them is the closest, where that is not evident.
    pub because: Option<String>,
    /// The parameters in order of declaration, with the values that are in force.
    pub parameters: Vec<Parameter>,
    /// The rule for each platform that has one.
    pub rules: BTreeMap<Platform, Rule>,
    /// Whether one and the same rule serves several platforms.
    pub shares_rule: bool,
    /// How to mend it, for each platform.
    pub fixes: BTreeMap<Platform, Fix>,
    /// Numbers of the same control elsewhere: `cis_m365`, `scuba_m365`, …
    pub references: BTreeMap<String, Vec<String>>,
    /// The policy's own test cases.
    pub tests: Vec<TestCase>,
    /// The file that it was read from.
    pub file: String,
}

/// A value that a baseline or a client may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name after `params.`.
    pub name: String,
    /// What it means, with its unit.
    pub about: String,
    /// The unit: `days`, `minutes`, …; empty for none.
    pub unit: String,
    /// The value that the policy itself sets.
    pub default: ParameterValue,
    /// The value in force.
    pub value: ParameterValue,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ParameterValue {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(tenantscan_model::Text),
    /// A list of texts.
    Texts(Vec<tenantscan_model::Text>),
}

/// What a policy asks of one platform.
#[derive(Debug)]
pub struct Rule {
    /// Index in `Datasets::ALL` of the population; none for a rule about the tenant as a whole.
    pub each: Option<usize>,
    /// Tenant-level condition; where it is false the verdict is `not_applicable`.
    pub applies: Option<Expression>,
    /// Which rows of the population it is about; all of them where there is none.
    pub filter: Option<Expression>,
    /// What must hold, of each such row or of the tenant.
    pub require: Expression,
    /// What is said of a row, or of the tenant, for which it does not hold.
    pub finding: Template,
    /// The verdict where it does not hold: `Fail`, or `Review` for what is only a guess.
    pub otherwise: Verdict,
    /// What a person must confirm besides.
    pub confirmed: Option<Confirmed>,
    /// The licence that the control needs. In a tenant that is known not to hold it, a rule that does not hold is
    /// unknown (`licence_required`), since nobody there could make it hold.
    pub licence: Option<Licence>,
    /// Which accounts may be the reason, since nobody has declared what they are for.
    pub declare: Option<Declare>,
    /// Everything that the rule reads, its texts included: dataset index, and column index where it is one column
    /// (none: the list as such). Sorted, each once.
    pub reads: Vec<(usize, Option<usize>)>,
    /// Those of them that the verdict rests on: not what is only told of a finding.
    pub decides: Vec<(usize, Option<usize>)>,
}

/// A question that a person must answer besides.
#[derive(Debug)]
pub struct Confirmed {
    /// Its id.
    pub question: String,
    /// Whether a person says so, in date.
    pub condition: Expression,
    /// What is said where nobody does.
    pub answer: Template,
}

/// A licence that a control needs, from the dated catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// The name for people: `Entra ID P1`.
    pub name: String,
    /// Service plans of which any one gives it; compare with `organization.service_plans`.
    pub service_plans: Vec<tenantscan_model::Text>,
}

/// Accounts that a rule may only count because the register of accounts does not name them.
#[derive(Debug)]
pub struct Declare {
    /// What they would be declared to be.
    pub kind: AccountKind,
    /// Which rows of `users` are likely to be that.
    pub filter: Expression,
}

/// How to mend what a policy found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// Who acts: `administrator`, `practice manager`, `IT provider`, …
    pub who: String,
    /// How long it takes: `10 minutes`.
    pub time: String,
    /// Where to click, step by step with ` > ` between.
    pub portal: String,
    /// A command that does the same.
    #[serde(default)]
    pub command: Option<String>,
    /// What else changes for whom.
    pub side_effects: String,
    /// How to go back.
    pub undo: String,
}

/// One test case of a policy.
#[derive(Debug)]
pub struct TestCase {
    /// What it shows.
    pub name: String,
    /// The platform whose rule it tests.
    pub platform: Platform,
    /// The moment that `now` stands for.
    pub now: tenantscan_model::Time,
    /// The facts. Datasets that it does not name are unread.
    pub datasets: tenantscan_model::Datasets,
    /// The parameters with the case's own values, in the policy's order.
    pub parameters: Vec<Parameter>,
    /// The verdict that is due.
    pub verdict: Verdict,
    /// The texts of the findings that are due, in any order; none when the case does not say.
    pub findings: Option<Vec<String>>,
}
