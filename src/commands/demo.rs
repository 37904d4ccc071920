//! `tenantscan demo`: a scan of a made-up practice that the program carries with it.

use tenantscan_provider::Replay;

use crate::commands::scan;
use crate::embedded;
use crate::error::Error;
use crate::grammar::{DemoArgs, Global};
use crate::judge::Judge;
use crate::output::Output;
use crate::progress::Progress;

/// Shows what a scan finds. The exit code is 0 whatever it finds: a demo is no alarm.
pub(crate) async fn run(global: &Global, args: &DemoArgs) -> Result<u8, Error> {
    let output = Output::new(global, &args.output)?;
    let files = embedded::DEMO.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let replay = Replay::from_files(files).map_err(|error| Error::Internal(error.to_string()))?;
    let judge = Judge::new(&args.judge, None)?;
    let records = judge.records(embedded::demo_records())?;
    let snapshot = scan::replayed(replay, &embedded::demo_config()?, &records, &judge, |_| Progress::none()).await;
    let report = judge.report(&snapshot)?;
    output.write(&report, &snapshot)?;
    Ok(0)
}
