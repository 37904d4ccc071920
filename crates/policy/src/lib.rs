//! Policy files read, checked against the dictionary and compiled into rules. No I/O beyond text.

mod expression;
mod policy;

pub use expression::{Expression, Scope, Template, Truth};
pub use policy::{Fix, Licence, Parameter, ParameterValue, Policy, Rule, Severity, TestCase, Verdict};
