//! `tenantscan demo`: a scan of a made-up practice that the program carries with it.

use tenantscan_provider::Replay;

use crate::commands::scan::{self, Plan};
use crate::config::Config;
use crate::embedded;
use crate::error::Error;
use crate::grammar::{DemoArgs, Global};
use crate::judge::Judge;
use crate::output;

/// Shows what a scan finds. The exit code is 0 whatever it finds: a demo is no alarm.
pub(crate) async fn run(global: &Global, args: &DemoArgs) -> Result<u8, Error> {
    let replay = Replay::from_files(embedded::DEMO.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
        .map_err(|error| Error::Internal(format!("the demo's practice cannot be read: {error}")))?;
    let config: Config = embedded::demo_config()?;
    let judge = Judge::new(&args.judge, None)?;
    let snapshot = scan::read(global, Plan::replay(replay, &config, None)?, &judge).await?;
    let report = judge.report(&snapshot)?;
    output::write(global, &args.output, &report, &snapshot)?;
    if !global.quiet {
        anstream::eprintln!(
            "\nThis practice is made up and travels with the program; nothing was sent anywhere.\n\
             Next: `tenantscan policy show mfa-admins` explains one finding; `tenantscan scan --help` says what a scan needs."
        );
    }
    Ok(0)
}
