//! One file per command.

pub(crate) mod breach;
pub(crate) mod demo;
pub(crate) mod dictionary;
pub(crate) mod evaluate;
pub(crate) mod policy;
pub(crate) mod policy_coverage;
pub(crate) mod report;
pub(crate) mod scan;
pub(crate) mod schema;
