//! `tenantscan report`: documents for people.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::ProposedRules;

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Write the security risk assessment, for a person to review, complete and sign
    #[command(after_help = "Example:
  tenantscan scan --snapshot cedar-grove.json
  tenantscan report sra --snapshot cedar-grove.json --output cedar-grove.html

It is an input to the risk analysis that 45 CFR 164.308(a)(1)(ii)(A) asks for, not the analysis itself.")]
    Sra(SraArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SraArgs {
    /// A snapshot that `scan --snapshot` wrote
    #[arg(long, env = "TENANTSCAN_FROM_SNAPSHOT", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) snapshot: PathBuf,
    /// The client's file or the folder that holds it, for its baseline
    #[arg(short, long, env = "TENANTSCAN_CONFIG", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Policies that replace the shipped ones of the same name, or add to them
    #[arg(long, env = "TENANTSCAN_POLICIES", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) policies: Option<PathBuf>,
    /// The moment to judge for (RFC 3339) [default: when the snapshot was taken]
    #[arg(long, env = "TENANTSCAN_AS_OF", value_name = "TIME")]
    pub(crate) as_of: Option<jiff::Timestamp>,
    /// Show besides what would differ if these rules were in force; no verdict changes
    #[arg(long, env = "TENANTSCAN_RULES", value_enum, value_name = "RULES")]
    pub(crate) rules: Option<ProposedRules>,
    /// How to write it [default: as the file's name ends, else html]
    #[arg(long, value_enum)]
    pub(crate) format: Option<PaperFormat>,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaperFormat {
    /// One HTML file without scripts, to read and to print
    Html,
    /// Markdown
    Md,
}
