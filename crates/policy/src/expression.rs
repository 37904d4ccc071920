//! Compiled expressions and how they are evaluated.

use std::collections::BTreeSet;

use tenantscan_model::{AnyRow, Datasets, Gap, Time};

use crate::cel::check::{Checked, Names, Ty, check};
use crate::cel::condition::condition;
use crate::cel::eval::{Frame, Plan, Value, eval};
use crate::cel::{MAX_LENGTH, Mistake};
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

/// A scope to hold many rows against, one after the other.
pub struct Rows<'a>(Frame<'a>);

impl<'a> Rows<'a> {
    /// Rows in this scope.
    pub fn new(scope: &Scope<'a>) -> Self {
        Self(Frame { scope: *scope, variables: Vec::new() })
    }

    /// Turns to a row.
    #[inline]
    pub fn turn_to(&mut self, row: &'a dyn AnyRow) {
        self.0.scope.row = Some(row);
    }

    /// The scope with the row.
    pub fn scope(&self) -> Scope<'a> {
        self.0.scope
    }

    /// Whether a condition holds of the row.
    ///
    /// # Errors
    /// The gap that leaves it open.
    #[inline]
    pub fn holds(&mut self, expression: &'a Expression) -> Result<bool, &'a Gap> {
        condition(&expression.plan, &mut self.0)
    }
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
pub struct Expression {
    plan: Plan,
    row_columns: Vec<usize>,
    /// Whether its value changes by itself, as time goes by or by use alone.
    moves: bool,
}

pub(crate) type Reads = BTreeSet<(usize, Option<usize>)>;

impl Expression {
    pub(crate) fn compile(source: &str, names: &Names<'_>) -> Result<(Self, Ty, Reads), Vec<Mistake>> {
        let Checked { plan, ty, reads, row_columns, moves } = check(source, names)?;
        Ok((Self { plan, row_columns: row_columns.into_iter().collect(), moves }, ty, reads))
    }

    pub(crate) fn value<'a>(&'a self, scope: &Scope<'a>) -> Value<'a> {
        eval(&self.plan, &mut Frame { scope: *scope, variables: Vec::new() })
    }

    /// Whether the condition holds. Only for expressions of type bool, which the loader guarantees of rules.
    pub fn truth<'a>(&'a self, scope: &Scope<'a>) -> Truth {
        match condition(&self.plan, &mut Frame { scope: *scope, variables: Vec::new() }) {
            Ok(true) => Truth::True,
            Ok(false) => Truth::False,
            Err(gap) => Truth::Unknown(gap.clone()),
        }
    }

    /// The value as JSON; an unknown is `{"unknown": …}`.
    pub fn json<'a>(&'a self, scope: &Scope<'a>) -> serde_json::Value {
        self.value(scope).json()
    }

    /// The columns of the population's row that it reads, by index, sorted.
    pub fn row_columns(&self) -> &[usize] {
        &self.row_columns
    }
}

/// Text with expressions in braces.
#[derive(Debug)]
pub struct Template {
    parts: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Value {
        expression: Expression,
        /// Whether it reads a list, and not the row, one setting or a parameter alone.
        of_list: bool,
    },
}

impl Template {
    pub(crate) fn compile(source: &str, names: &Names<'_>) -> Result<(Self, Reads), Vec<Mistake>> {
        let (mut parts, mut reads, mut mistakes) = (Vec::new(), Reads::new(), Vec::new());
        if source.len() > MAX_LENGTH {
            let message = format!("a finding has at most {MAX_LENGTH} bytes");
            return Err(vec![Mistake::new(0..1, message).help("say less, or make two policies of it")]);
        }
        let (mut rest, mut at) = (source, 0);
        while let Some(open) = rest.find('{') {
            parts.push(Piece::Text(rest[..open].to_owned()));
            let Some(length) = rest[open..].find('}') else {
                return Err(vec![
                    Mistake::new(at + open..at + open + 1, "this brace is never closed")
                        .help("close it with `}` behind the expression"),
                ]);
            };
            let (start, end) = (open + 1, open + length);
            match Expression::compile(&rest[start..end], names) {
                Ok((expression, _, more)) => {
                    let of_row = |dataset, column: Option<usize>| names.each == Some(dataset) && column.is_some();
                    let of_list = more
                        .iter()
                        .any(|(dataset, column)| !Datasets::ALL[*dataset].singleton && !of_row(*dataset, *column));
                    reads.extend(more);
                    parts.push(Piece::Value { expression, of_list });
                }
                Err(found) => mistakes.extend(found.into_iter().map(|mut mistake| {
                    mistake.span = mistake.span.start + at + start..mistake.span.end + at + start;
                    mistake
                })),
            }
            at += end + 1;
            rest = &rest[end + 1..];
        }
        parts.push(Piece::Text(rest.to_owned()));
        if mistakes.is_empty() { Ok((Self { parts }, reads)) } else { Err(mistakes) }
    }

    /// The text with its values filled in; an unknown value stands as `(not read)`, null as `none`.
    pub fn fill<'a>(&'a self, scope: &Scope<'a>) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Piece::Text(text) => text.clone(),
                Piece::Value { expression, .. } => expression.value(scope).plain(),
            })
            .collect()
    }

    /// The columns of the population's row that it says, apart from what changes by itself.
    pub fn row_columns(&self) -> impl Iterator<Item = usize> {
        let said = self.parts.iter().filter_map(|part| match part {
            Piece::Value { expression, of_list: false } if !expression.moves => Some(expression.row_columns()),
            _ => None,
        });
        said.flatten().copied()
    }

    /// What it says of lists, apart from what changes by itself, in the order of the text; an unknown is
    /// `{"unknown": …}`.
    pub fn of_lists<'a>(&'a self, scope: &Scope<'a>) -> Vec<serde_json::Value> {
        let said = self.parts.iter().filter_map(|part| match part {
            Piece::Value { expression, of_list: true } if !expression.moves => Some(expression.json(scope)),
            _ => None,
        });
        said.collect()
    }
}
