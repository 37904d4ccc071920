//! `tenantscan evaluate`: judges a snapshot again, offline, with whatever policies.

use std::fs;
use std::path::Path;

use crate::config::Config;
use crate::error::Error;
use crate::grammar::{EvaluateArgs, Global};
use crate::judge::{Judge, snapshot};
use crate::output::Output;

/// Judges the snapshot; the exit code is that of a scan that had read the same.
pub(crate) fn run(global: &Global, args: &EvaluateArgs) -> Result<u8, Error> {
    let output = Output::new(global, &args.output)?;
    let text = fs::read_to_string(&args.snapshot).map_err(|error| Error::read(&args.snapshot, &error))?;
    let snapshot = snapshot(&args.snapshot, text.as_bytes())?;
    let config = Config::read(args.config.as_deref(), Path::new("."))?;
    config.expect_snapshot(&snapshot, &args.snapshot)?;
    let judge = Judge::new(&args.judge, Some(&config))?;
    let report = judge.report(&snapshot)?;
    output.write(&report, &snapshot)?;
    Ok(report.run.exit.code)
}
