//! The expression language: CEL's syntax and meaning, in a typed subset that always ends.

#[cfg(test)]
mod agreement;
pub(crate) mod answers;
pub(crate) mod check;
pub(crate) mod condition;
pub(crate) mod eval;
pub(crate) mod lexer;
pub(crate) mod parser;
#[cfg(test)]
mod tests;

use std::ops::Range;

/// A mistake in an expression, with the bytes of the source that it is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) span: Range<usize>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

impl Mistake {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Longest source of one expression, in bytes.
pub(crate) const MAX_LENGTH: usize = 4096;
/// Deepest nesting of one expression.
pub(crate) const MAX_DEPTH: usize = 64;
