//! `tenantscan report`: documents for people, made from a snapshot.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tenantscan_records::questions;
use tenantscan_report::{Assessment, RiskMethod};

use crate::config::Config;
use crate::embedded;
use crate::error::Error;
use crate::files::write_whole;
use crate::grammar::{JudgeArgs, PaperFormat, SraArgs};
use crate::judge::{Judge, snapshot};
use crate::output::print;

/// The security risk assessment. The exit code is 0 whatever it says: it is paper, no alarm.
pub(crate) fn sra(args: &SraArgs) -> Result<u8, Error> {
    let bytes = fs::read(&args.snapshot).map_err(|error| Error::read(&args.snapshot, &error))?;
    let snapshot = snapshot(&args.snapshot, &bytes)?;
    let config = Config::read(args.config.as_deref(), Path::new("."))?;
    config.expect_snapshot(&snapshot, &args.snapshot)?;
    let every_policy =
        JudgeArgs { as_of: args.as_of, rules: args.rules, ..JudgeArgs::every_policy(args.policies.clone()) };
    let report = Judge::new(&every_policy, Some(&config))?.report(&snapshot)?;
    let method: RiskMethod = embedded::parsed("risk-method.toml")?;
    let has = |platform| snapshot.tenants.iter().any(|tenant| tenant.platform == platform);
    let asked = questions().iter().filter(|it| it.platform.is_none_or(has));
    let questions: BTreeMap<String, String> = asked.map(|it| (it.id.clone(), it.question.clone())).collect();
    let assessment = Assessment {
        snapshot: &snapshot,
        snapshot_bytes: &bytes,
        report: &report,
        method: &method,
        questions: &questions,
        now: args.as_of.unwrap_or(snapshot.taken_at),
        version: env!("CARGO_PKG_VERSION"),
    };
    let format = args.format.or_else(|| of_name(args.output.as_deref()?)).unwrap_or(PaperFormat::Html);
    let text = match format {
        PaperFormat::Html => assessment.to_html(),
        PaperFormat::Md => assessment.to_markdown(),
    };
    match &args.output {
        Some(path) => write_whole(path, &text)?,
        None => print(&text)?,
    }
    Ok(0)
}

fn of_name(path: &Path) -> Option<PaperFormat> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    matches!(&*ending, "md" | "markdown").then_some(PaperFormat::Md)
}
