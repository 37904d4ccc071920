//! The settings that hold for people: policies along the tree of units, for groups and for products, put together field
//! by field as Google describes it. Pure: what was read comes in, what holds comes out.

mod alerts;
pub(crate) mod catalogue;
pub(crate) mod columns;
mod gmail;
mod mail_rules;
pub(crate) mod policy;
pub(crate) mod query;
pub(crate) mod resolve;
mod rules;
pub(crate) mod situation;
pub(crate) mod tables;
pub(crate) mod units;

#[cfg(test)]
mod tests;
