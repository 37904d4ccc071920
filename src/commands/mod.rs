//! One file per command.

pub(crate) mod attest;
pub(crate) mod attest_ask;
pub(crate) mod attest_sheet;
pub(crate) mod breach;
pub(crate) mod demo;
pub(crate) mod dictionary;
pub(crate) mod evaluate;
pub(crate) mod exception;
pub(crate) mod plan;
pub(crate) mod policy;
pub(crate) mod policy_coverage;
pub(crate) mod report;
pub(crate) mod roster;
pub(crate) mod scan;
pub(crate) mod schema;
pub(crate) mod vendor;
mod vendor_reconcile;
mod vendor_seen;
