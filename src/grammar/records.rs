//! What the commands take that keep the records: account, attest, exception, plan, roster.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use jiff::civil::Date;
use tenantscan_model::rows::{Answer, Disposition, PlanState, RegisteredKind};

use crate::error::Error;

use super::{TextFormat, day, word};

/// Where the records are, and what day it is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Records")]
pub(crate) struct RecordsArgs {
    /// The client's file, or the folder that holds it [default: tenantscan.toml here, if there is one]
    #[arg(short, long, env = "TENANTSCAN_CONFIG", value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The folder of the records [default: as the client's file says, else `records` beside it]
    #[arg(long, env = "TENANTSCAN_RECORDS", value_name = "DIR", value_hint = ValueHint::DirPath, global = true)]
    pub(crate) records: Option<PathBuf>,
    /// Policies that replace the shipped ones of the same name, or add to them
    #[arg(long, env = "TENANTSCAN_POLICIES", value_name = "DIR", value_hint = ValueHint::DirPath, global = true)]
    pub(crate) policies: Option<PathBuf>,
    /// The day that counts as today [default: today, in UTC]
    #[arg(long, env = "TENANTSCAN_TODAY", value_name = "DATE", global = true, value_parser = day)]
    today: Option<Date>,
}

impl RecordsArgs {
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(super::today)
    }

    /// The day that a flag gives, of something that has happened.
    ///
    /// # Errors
    /// It has not come yet.
    pub(crate) fn come(&self, flag: &str, day: Date) -> Result<Date, Error> {
        let today = self.today();
        if day <= today {
            return Ok(day);
        }
        Err(Error::Usage(format!(
            "{flag} {day} has not come yet ({today} is today)\n  next: give the day on which it happened"
        )))
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tenantscan attest                                       asks what is open, one question after the other
  tenantscan attest clients/cedar-grove                   the same of another client than the one here
  tenantscan attest --question restore-tested --answer implemented --statement \"Restored the billing folder.\" \\
      --by \"Ana Sample\" --role \"Practice manager\" --evidence evidence/restore.pdf
  tenantscan attest export --blank --format xlsx --file questions.xlsx
  tenantscan attest import questions.xlsx

Every answer is kept in attestations.toml as soon as it is given. One that says that something is done counts only with what
shows it. An answer never changes what was found in a tenant.")]
pub(crate) struct AttestArgs {
    /// The client: its file, or the folder that holds it [default: the one here]
    #[arg(value_name = "CLIENT", value_hint = ValueHint::AnyPath, conflicts_with = "config")]
    pub(crate) client: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
    /// A report, to show beside each question what the scanner saw [default: report.json beside the client's file, if it is
    /// of the last 35 days]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Option<AttestCommand>,
}

/// One answer, without being asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "One answer, without being asked")]
pub(crate) struct AnswerArgs {
    /// The question, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) question: Option<String>,
    /// implemented, partly, no, addressed_differently or not_applicable
    #[arg(long, value_name = "WORD", value_parser = word::<Answer>)]
    pub(crate) answer: Option<Answer>,
    /// In a sentence what is done, or why not
    #[arg(long, value_name = "TEXT")]
    pub(crate) statement: Option<String>,
    /// Who answers
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// That person's role in the practice
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// What proves it: a file in the folder of the records, or a web address; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) evidence: Vec<String>,
    /// The last day on which the answer is good [default: as long as the question allows]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) valid_until: Option<Date>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AttestCommand {
    /// List the questions, with what was answered and until when it is good
    List {
        /// Only what needs an answer within so many days
        #[arg(long, value_name = "DAYS", value_parser = days)]
        due: Option<i32>,
        /// Text or JSON
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Write the questions as a spreadsheet, to be answered there
    Export {
        /// Only the open questions, with empty answers [default: every question, with the answers that are there]
        #[arg(long)]
        blank: bool,
        /// csv or xlsx [default: as the file's name ends]
        #[arg(long, value_enum)]
        format: Option<SheetFormat>,
        /// The spreadsheet to write; a file that is there already is never overwritten [default: questions.xlsx, or
        /// questions.csv with --format csv]
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Take the answers from a spreadsheet: all of them, or none where there is any mistake; a newer answer that is there
    /// already stays
    Import {
        /// The spreadsheet, CSV or XLSX
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Who answers, where a line does not say
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// That person's role, where a line does not say
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
    },
}

/// A kind of spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SheetFormat {
    /// Comma-separated values
    Csv,
    /// A workbook of Excel
    Xlsx,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  tenantscan exception add shared-logins --tenant microsoft365 --resource 00000001-0000-4000-8000-000000000005 \\
      --disposition risk_accepted --reason \"Own accounts come with the new computers in spring.\" \\
      --approved-by \"Dr. Fiction, security official\" --until 2027-03-31 --report report.json

An exception never changes the verdict of what it accepts: it is shown beside it, until its end, and as long as the accepted
state stays.")]
pub(crate) struct ExceptionArgs {
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    #[command(subcommand)]
    pub(crate) command: ExceptionCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionCommand {
    /// Accept a result that fails
    Add {
        #[command(flatten)]
        id: ExceptionId,
        /// planned, risk_accepted, third_party, alternate_mitigation, addressable_alternative,
        /// addressable_not_reasonable or false_positive
        #[arg(long, value_name = "WORD", value_parser = word::<Disposition>)]
        disposition: Disposition,
        /// Why, in at least 20 characters
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// What proves it: a file in the folder of the records, or a web address; may be given several times
        #[arg(long, value_name = "PATH")]
        evidence: Vec<String>,
        /// Who decided, with the role
        #[arg(long, value_name = "NAME")]
        approved_by: String,
        /// The last day on which it holds, at most 365 days from today
        #[arg(long, value_name = "DATE", value_parser = day)]
        until: Date,
        /// The report whose finding is accepted; not needed with `--resource '*'`. A tenant or a resource that is not named is
        /// the only one for which the policy fails in it
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        report: Option<PathBuf>,
    },
    /// List the exceptions and how they stand
    List {
        /// Text or JSON
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Decide anew on an exception: it holds until another day
    Renew {
        #[command(flatten)]
        id: ExceptionId,
        /// The last day on which it holds, at most 365 days from today
        #[arg(long, value_name = "DATE", value_parser = day)]
        until: Date,
        /// Who decided, with the role
        #[arg(long, value_name = "NAME")]
        approved_by: String,
        /// Another reason than before
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// A newer report, whose finding is accepted from now on
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        report: Option<PathBuf>,
    },
    /// End an exception: it stays in the file, and holds no more
    Expire {
        #[command(flatten)]
        id: ExceptionId,
    },
}

/// What an exception is for.
#[derive(Debug, Args)]
pub(crate) struct ExceptionId {
    /// The policy
    #[arg(value_name = "POLICY")]
    pub(crate) policy: String,
    /// microsoft365, google-workspace or the tenant's id [default: the only one that fits]
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// The id of what fails, as the report shows it; `*` for whatever fails [default: the only one that fits]
    #[arg(long, value_name = "ID")]
    pub(crate) resource: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tenantscan plan fill --report report.json --owner \"Ana Sample\"
  tenantscan plan set audit-log-on --owner \"Carl Contractor\" --due 2026-12-15
  tenantscan plan set audit-log-on --state done

A plan never changes what was found in a tenant.")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    #[command(subcommand)]
    pub(crate) command: PlanCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Write a repair for each policy that fails and that was neither planned nor accepted
    Fill(FillArgs),
    /// Write one repair
    Add {
        #[command(flatten)]
        id: PlanId,
        /// Who mends it
        #[arg(long, value_name = "NAME")]
        owner: String,
        /// The day until which it is to be mended
        #[arg(long, value_name = "DATE", value_parser = day)]
        due: Date,
        /// The day on which it was found [default: today]
        #[arg(long, value_name = "DATE", value_parser = day)]
        found: Option<Date>,
        /// Whatever else there is to say
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Change a repair: what is not given stays
    Set {
        #[command(flatten)]
        id: PlanId,
        /// Who mends it
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// The day until which it is to be mended
        #[arg(long, value_name = "DATE", value_parser = day)]
        due: Option<Date>,
        /// The day on which it was found
        #[arg(long, value_name = "DATE", value_parser = day)]
        found: Option<Date>,
        /// open, in_progress or done
        #[arg(long, value_name = "WORD", value_parser = word::<PlanState>)]
        state: Option<PlanState>,
        /// Whatever else there is to say
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// List the repairs and how they stand
    List {
        /// Text or JSON
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
}

#[derive(Debug, Args)]
pub(crate) struct FillArgs {
    /// The report of the last scan, whose day counts as the one on which all of it was found
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: PathBuf,
    /// Who mends it
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: String,
    /// The day until which all of it is to be mended [default: as long as the severity of each allows, from its finding on]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) due: Option<Date>,
}

/// What a repair is for.
#[derive(Debug, Args)]
pub(crate) struct PlanId {
    /// The policy
    #[arg(value_name = "POLICY")]
    pub(crate) policy: String,
    /// The id of what fails, as the report shows it; `*` for whatever fails
    #[arg(long, value_name = "ID", default_value = "*")]
    pub(crate) resource: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tenantscan account add emergency-1@cedar.example --kind break_glass --owner \"Ana Sample\" \\
      --purpose \"Opens the tenant when nothing else does.\"
  tenantscan account review emergency-1@cedar.example

Emergency accounts, service accounts, shared mailboxes and rooms are no longer judged as a person's; that each is used as its
kind should be, is judged instead. Kiosks and shared logins have an owner here, and are judged as before.")]
pub(crate) struct AccountsArgs {
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    #[command(subcommand)]
    pub(crate) command: AccountCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Declare an account that is no person's
    Add {
        /// Its sign-in name, or its id as the report shows it
        account: String,
        /// break_glass, service, shared_mailbox, room, kiosk or shared_login
        #[arg(long, value_name = "WORD", value_parser = word::<RegisteredKind>)]
        kind: RegisteredKind,
        /// Who answers for it
        #[arg(long, value_name = "NAME")]
        owner: String,
        /// What it is for
        #[arg(long, value_name = "TEXT")]
        purpose: String,
        /// The day on which somebody last asked whether it is still needed [default: today]
        #[arg(long, value_name = "DATE", value_parser = day)]
        reviewed_on: Option<Date>,
    },
    /// Say that somebody asked today, and that the account is still needed
    Review {
        /// Its sign-in name, or its id, as the list has it
        account: String,
        /// Who answers for it from now on
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
    },
    /// List the accounts that are no person's
    List {
        /// Text or JSON
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RosterCommand {
    /// Say what is in a list of the workforce, and whether anything in it must not be there; nothing is written
    Check {
        /// The list, CSV or XLSX
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

/// `30d`, or the number alone.
fn days(text: &str) -> Result<i32, String> {
    let number = text.trim().trim_end_matches(['d', 'D']).parse().ok().filter(|days| (0..=3650).contains(days));
    number.ok_or_else(|| format!("`{text}` is no number of days: write it as 30d"))
}
