//! Compiled expressions and how they are evaluated.

use tenantscan_model::{AnyRow, Datasets, Gap, Time};

use crate::policy::Parameter;

/// What an expression may look at.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The facts of one tenant.
    pub datasets: &'a Datasets,
    /// The values of the policy's parameters, in the policy's order.
    pub parameters: &'a [Parameter],
    /// The moment of the snapshot.
    pub now: Time,
    /// The row of the population that the rule is about, if it has one.
    pub row: Option<&'a dyn AnyRow>,
}

/// What a condition says: three-valued, as Kleene has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds, whatever the unread facts may be.
    True,
    /// It does not hold, whatever the unread facts may be.
    False,
    /// The facts that were read do not decide.
    Unknown(Gap),
}

/// A checked expression.
#[derive(Debug)]
pub struct Expression {}

impl Expression {
    /// Whether the condition holds. Only for expressions of type bool, which the loader guarantees of rules.
    pub fn truth(&self, scope: &Scope<'_>) -> Truth {
        let _ = scope;
        unreachable!("not yet compiled")
    }

    /// The value as JSON; an unknown is `{"unknown": …}`.
    pub fn json(&self, scope: &Scope<'_>) -> serde_json::Value {
        let _ = scope;
        unreachable!("not yet compiled")
    }

    /// The columns of the population's row that it reads, by index, sorted.
    pub fn row_columns(&self) -> &[usize] {
        &[]
    }
}

/// Text with expressions in braces.
#[derive(Debug)]
pub struct Template {}

impl Template {
    /// The text with its values filled in; an unknown value stands as `(not read)`, null as `none`.
    pub fn fill(&self, scope: &Scope<'_>) -> String {
        let _ = scope;
        String::new()
    }
}
