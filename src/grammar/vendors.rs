//! What `tenantscan vendor` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use jiff::civil::Date;
use tenantscan_model::rows::HandlesPhi;

use super::{RecordsArgs, TextFormat, day, word};

#[derive(Debug, Args)]
pub(crate) struct VendorsArgs {
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    #[command(subcommand)]
    pub(crate) command: VendorCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VendorCommand {
    /// Hold the register against what a scan saw: what is in no row, who has no agreement, whom nobody uses any more
    #[command(after_help = "Example:
  tenantscan scan --output reports/cedar-grove
  tenantscan vendor reconcile --snapshot reports/cedar-grove/snapshot.json

The register is read as it is now; agreements are held against today, use against the day of the scan. Nothing is written:
the lines shown add a row each.

Exit codes: 0 nothing to do; 2 usage or configuration; 3 something is on a list; 4 a list may lack something, because facts
behind it could not be read (beats 3).")]
    Reconcile(ReconcileArgs),
    /// Write a vendor into the register
    Add {
        #[command(flatten)]
        vendor: Box<VendorArgs>,
    },
    /// List the vendors and how their agreements stand
    List {
        /// Text or JSON
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Take vendors from a spreadsheet: all of them, or none where there is any mistake
    Import {
        /// The spreadsheet, CSV or XLSX: a column for each of name, services, app_ids, tenant_ids, domains, categories,
        /// handles_phi, owner, baa_signed_on, baa_renews_on, …; several values in one cell with `;` between them. What it has
        /// no column for stays as it is in the register; an empty cell takes it away
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ReconcileArgs {
    /// A snapshot that `scan --snapshot` or `scan --output` wrote [default: snapshot.json beside the client's file]
    #[arg(long, env = "TENANTSCAN_FROM_SNAPSHOT", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) snapshot: Option<PathBuf>,
    /// Text or JSON
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// One vendor.
#[derive(Debug, Args)]
pub(crate) struct VendorArgs {
    /// The vendor's name
    pub(crate) name: String,
    /// Whether it handles patient data: yes, no or unknown
    #[arg(long, value_name = "WORD", value_parser = word::<HandlesPhi>)]
    pub(crate) handles_phi: HandlesPhi,
    /// Who in the practice answers for the vendor
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: String,
    /// What it does or delivers; may be given several times, as the next four
    #[arg(long = "service", value_name = "TEXT")]
    pub(crate) services: Vec<String>,
    /// The id of one of its apps, as the platforms show it
    #[arg(long = "app-id", value_name = "ID")]
    pub(crate) app_ids: Vec<String>,
    /// The id of one of its own tenants at Microsoft, as partner relationships show it
    #[arg(long = "tenant-id", value_name = "ID")]
    pub(crate) tenant_ids: Vec<String>,
    /// A domain that it sends mail from or takes it at
    #[arg(long = "domain", value_name = "DOMAIN")]
    pub(crate) domains: Vec<String>,
    /// Which of the usual kinds of vendors it is, by id
    #[arg(long = "category", value_name = "ID")]
    pub(crate) categories: Vec<String>,
    /// The day on which the business associate agreement was signed
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) baa_signed_on: Option<Date>,
    /// The day on which it ends or must be renewed
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) baa_renews_on: Option<Date>,
    /// The day on which somebody last looked whether it is there and fits
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) baa_verified_on: Option<Date>,
    /// The plan or product that it covers
    #[arg(long, value_name = "TEXT")]
    pub(crate) baa_plan: Option<String>,
    /// Within how many days the vendor must report a breach
    #[arg(long, value_name = "DAYS")]
    pub(crate) baa_breach_notice_days: Option<u16>,
    /// The signed agreement: a file in the folder of the records
    #[arg(long, value_name = "PATH")]
    pub(crate) baa_document: Option<String>,
    /// Why no agreement is needed, in 20 characters or more; an IT provider always needs one
    #[arg(long, value_name = "TEXT")]
    pub(crate) baa_not_required_because: Option<String>,
}
