//! The command line: what can be typed, and what it means.

mod policy;
mod records;
mod report;
mod scan;
mod vendors;

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::Severity;

pub(crate) use policy::{ListFormat, PolicyCommand};
pub(crate) use records::{
    AccountCommand, AccountsArgs, AnswerArgs, AttestArgs, AttestCommand, ExceptionArgs, ExceptionCommand, ExceptionId,
    FillArgs, PlanArgs, PlanCommand, PlanId, RecordsArgs, RosterCommand, SheetFormat,
};
pub(crate) use report::{PaperFormat, ReportCommand, SraArgs};
pub(crate) use scan::{GoogleArgs, NetworkArgs, ScanArgs, SignInArgs};
pub(crate) use vendors::{ReconcileArgs, VendorArgs, VendorCommand, VendorsArgs};

/// Reads the configuration of a practice's Microsoft 365 and Google Workspace tenants and holds it against the HIPAA
/// safeguards.
#[derive(Debug, Parser)]
#[command(
    name = "tenantscan",
    version,
    arg_required_else_help = true,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Start with `tenantscan demo`: a made-up practice, without network or sign-in. `tenantscan policy list` \
                  shows what is asked of a tenant, `tenantscan scan --help` how one is read."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true, env = "TENANTSCAN_QUIET", value_parser = BoolishValueParser::new(), conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say what became of each source; twice: of each answer
    #[arg(short, long, global = true, action = clap::ArgAction::Count, env = "TENANTSCAN_VERBOSE")]
    pub(crate) verbose: u8,
    /// How to show progress on standard error
    #[arg(long, global = true, env = "TENANTSCAN_PROGRESS", value_enum, default_value_t)]
    pub(crate) progress: ProgressStyle,
    /// Never ask anything: what is missing is an error
    #[arg(long, global = true, env = "TENANTSCAN_NO_INPUT", value_parser = BoolishValueParser::new())]
    pub(crate) no_input: bool,
    /// When to use colour
    #[arg(long, global = true, env = "TENANTSCAN_COLOR", value_enum, default_value_t, hide_possible_values = false)]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// When the output is a terminal that shows it
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressStyle {
    /// Bars on a terminal, plain lines elsewhere
    #[default]
    Auto,
    /// Bars
    Bar,
    /// A line for each source
    Plain,
    /// A JSON object on a line for each event
    Json,
    /// Nothing
    None,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a scan finds in a made-up practice, without network or sign-in
    Demo(DemoArgs),
    /// Read a tenant, or a recording of one, and judge it
    Scan(Box<ScanArgs>),
    /// Judge a snapshot again, offline
    Evaluate(EvaluateArgs),
    /// List, show, check, test and start policies
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Answer what no configuration can answer
    Attest(Box<AttestArgs>),
    /// Accept a result that fails, for a time and with a reason
    Exception(ExceptionArgs),
    /// Keep the register of accounts that are no person's, emergency accounts first
    Account(AccountsArgs),
    /// Keep the plan of repairs: who mends what, and until when
    Plan(PlanArgs),
    /// Keep the register of vendors and their agreements
    Vendor(VendorsArgs),
    /// Check the list of the workforce
    #[command(subcommand)]
    Roster(RosterCommand),
    /// Write documents for people from a snapshot
    #[command(subcommand)]
    Report(ReportCommand),
    /// Work out until when whom must be told of a breach
    Breach(BreachArgs),
    /// Show the datasets and columns that policies can read
    Dictionary(DictionaryArgs),
    /// Print the JSON Schema of a document
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What is judged")]
pub(crate) struct JudgeArgs {
    /// Only these policies
    #[arg(long = "policy", env = "TENANTSCAN_POLICY", value_name = "ID", value_delimiter = ',')]
    pub(crate) policy: Vec<String>,
    /// Only policies of these severities
    #[arg(long, env = "TENANTSCAN_SEVERITY", value_name = "SEVERITY", value_delimiter = ',', value_parser = word::<Severity>)]
    pub(crate) severity: Vec<Severity>,
    /// Policies that replace the shipped ones of the same name, or add to them
    #[arg(long, env = "TENANTSCAN_POLICIES", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) policies: Option<PathBuf>,
    /// The moment to judge for (RFC 3339) [default: when the snapshot was taken]
    #[arg(long, env = "TENANTSCAN_AS_OF", value_name = "TIME")]
    pub(crate) as_of: Option<jiff::Timestamp>,
    /// The least severity of a failed policy that makes the exit code 3: low, medium, high, critical or none
    #[arg(long, env = "TENANTSCAN_FAIL_ON", value_name = "SEVERITY", default_value = "high", value_parser = fail_on)]
    pub(crate) fail_on: FailOn,
    /// Leave out of the exit code what an exception covers whole; no verdict changes
    #[arg(long, env = "TENANTSCAN_EXCEPT_ACCEPTED", value_parser = BoolishValueParser::new())]
    pub(crate) except_accepted: bool,
    /// Show besides what would differ if these rules were in force; no verdict changes
    #[arg(long, env = "TENANTSCAN_RULES", value_enum, value_name = "RULES")]
    pub(crate) rules: Option<ProposedRules>,
}

/// Rules that are not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProposedRules {
    /// The Security Rule proposed in January 2025
    #[value(name = "nprm-2025")]
    Nprm2025,
}

impl JudgeArgs {
    /// Every policy, and nothing that counts for the exit code.
    pub(crate) fn every_policy(policies: Option<PathBuf>) -> Self {
        Self {
            policy: Vec::new(),
            severity: Vec::new(),
            policies,
            as_of: None,
            fail_on: FailOn(None),
            except_accepted: false,
            rules: None,
        }
    }
}

/// The least severity that counts, or nothing at all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailOn(pub(crate) Option<Severity>);

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// terminal, json or oneline, with :PATH to write a file; may be given several times [default: terminal]
    #[arg(long = "format", env = "TENANTSCAN_FORMAT", value_name = "FORMAT[:PATH]", value_delimiter = ',')]
    pub(crate) formats: Vec<Sink>,
    /// Write report.json, report.txt and snapshot.json into this folder
    #[arg(short, long, env = "TENANTSCAN_OUTPUT", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
    /// Write the snapshot that was judged
    #[arg(long, env = "TENANTSCAN_SNAPSHOT", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) snapshot: Option<PathBuf>,
    /// List every safeguard, also those of which no policy speaks
    #[arg(long, env = "TENANTSCAN_ALL_SAFEGUARDS", value_parser = BoolishValueParser::new())]
    pub(crate) all_safeguards: bool,
    /// Show whole every policy that is not met or to be looked at, not only the worst
    #[arg(long, env = "TENANTSCAN_ALL_RESULTS", value_parser = BoolishValueParser::new())]
    pub(crate) all_results: bool,
}

/// A format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sink {
    pub(crate) format: Format,
    /// None: standard output.
    pub(crate) path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Terminal,
    Json,
    Oneline,
}

impl std::str::FromStr for Sink {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = match text.split_once(':') {
            Some((_, "")) => return Err(format!("`{text}` has no path after the colon")),
            Some((format, path)) => (format, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let format = match format {
            "terminal" => Format::Terminal,
            "json" => Format::Json,
            "oneline" => Format::Oneline,
            other => {
                return Err(format!("there is no format `{other}`{}", near(other, &["terminal", "json", "oneline"])));
            }
        };
        Ok(Self { format, path })
    }
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// A snapshot that `scan --snapshot` wrote
    #[arg(id = "file", value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) snapshot: PathBuf,
    /// The client's file or the folder that holds it, for its baseline
    #[arg(short, long, env = "TENANTSCAN_CONFIG", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  tenantscan breach --discovered 2026-11-03 --affected 700 --by-state CA=501,NV=199")]
pub(crate) struct BreachArgs {
    /// The first day on which anybody of the workforce knew of it, or would have with reasonable care (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) discovered: jiff::civil::Date,
    /// How many people's data it is about
    #[arg(long, value_name = "N")]
    pub(crate) affected: u64,
    /// How many of them live in each State, by its postal code; DC, PR, GU, VI, AS and MP count
    #[arg(long, value_name = "STATE=N", value_delimiter = ',', value_parser = residents)]
    pub(crate) by_state: Vec<(String, u64)>,
    /// It happened at a business associate, such as the IT provider
    #[arg(long)]
    pub(crate) at_business_associate: bool,
    /// The day to count from [default: today, in UTC]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) today: Option<jiff::civil::Date>,
    /// Text or JSON
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// Text
    #[default]
    Terminal,
    /// JSON
    Json,
}

/// Today, in UTC: verdicts end a day there too, so that what is shown and what is judged never differ.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// A day, as a flag gives it.
fn day(text: &str) -> Result<jiff::civil::Date, String> {
    let day = text.trim().parse().ok().filter(|day: &jiff::civil::Date| day.year() >= 1);
    day.ok_or_else(|| "there is no such day, or it is not written as in 2026-01-31".to_owned())
}

fn residents(text: &str) -> Result<(String, u64), String> {
    let (state, count) = text.split_once('=').ok_or_else(|| format!("`{text}` is not STATE=N, as in CA=501"))?;
    let count = count.trim().parse().map_err(|_| format!("`{count}` is no number of people"))?;
    match state.trim().to_ascii_uppercase() {
        state if state.is_empty() => Err(format!("`{text}` names no State")),
        state => Ok((state, count)),
    }
}

#[derive(Debug, Args)]
pub(crate) struct DictionaryArgs {
    /// Only this dataset
    pub(crate) dataset: Option<String>,
    /// Markdown or JSON
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DictionaryFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DictionaryFormat {
    /// Markdown
    #[default]
    Md,
    /// JSON
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The document
    #[arg(value_enum)]
    pub(crate) name: SchemaName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// What a scan or an evaluation says: report@1
    Report,
    /// What a scan read: snapshot@1
    Snapshot,
    /// Answers of people: attestations.toml
    Attestations,
    /// Vendors and their agreements: vendors.toml
    Vendors,
    /// Who works and worked here: roster.csv, as a list of its lines
    Roster,
    /// Accounts that are no person's: accounts.toml
    Accounts,
    /// Results that were accepted: exceptions.toml
    Exceptions,
    /// What will be mended: plan.toml
    Plan,
}

fn word<E: ClosedEnum>(text: &str) -> Result<E, String> {
    let found = E::ALL.iter().find(|member| member.word() == text).copied();
    found.ok_or_else(|| format!("there is no `{text}`{}", near(text, E::WORDS)))
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    if text == "none" { Ok(FailOn(None)) } else { word(text).map(|severity| FailOn(Some(severity))) }
}

/// `; did you mean …?` with the nearest of the words, or the list of them where it is short.
pub(crate) fn near(text: &str, words: &[&str]) -> String {
    let nearest = words.iter().map(|word| (strsim::jaro_winkler(text, word), word)).max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((likeness, word)) if likeness > 0.75 => format!("; did you mean `{word}`?"),
        _ if words.len() <= 12 => format!("; there are {}", words.join(", ")),
        _ => String::new(),
    }
}
