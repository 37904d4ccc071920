//! What `tenantscan policy` takes.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List the policies
    List {
        /// How to list them
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
        /// Policies that replace the shipped ones of the same name, or add to them
        #[arg(long, env = "TENANTSCAN_POLICIES", value_name = "DIR", value_hint = ValueHint::DirPath)]
        policies: Option<PathBuf>,
    },
    /// Show one policy whole: what it asks, why, and how to mend it
    Show {
        /// The policy
        id: String,
        /// Policies that replace the shipped ones of the same name, or add to them
        #[arg(long, env = "TENANTSCAN_POLICIES", value_name = "DIR", value_hint = ValueHint::DirPath)]
        policies: Option<PathBuf>,
    },
    /// Show what each policy rests on, and which licences decide how many policies for each safeguard
    Coverage {
        /// How to show it
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
        /// Policies that replace the shipped ones of the same name, or add to them
        #[arg(long, env = "TENANTSCAN_POLICIES", value_name = "DIR", value_hint = ValueHint::DirPath)]
        policies: Option<PathBuf>,
    },
    /// Report every mistake of every policy file
    Check {
        /// A folder of policies [default: the shipped ones]
        #[arg(value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    /// Run the test cases that the policies carry
    Test {
        /// A folder of policies [default: the shipped ones]
        #[arg(value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    /// Write a new policy file to start from
    New {
        /// Its name, also the file's: small letters, digits and hyphens
        id: String,
        /// The folder to write it in
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
        dir: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    #[default]
    Terminal,
    /// JSON
    Json,
    /// Markdown
    Md,
}
