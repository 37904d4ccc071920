//! tenantscan: reads the configuration of a practice's Microsoft 365 and Google Workspace tenants and holds it against
//! the HIPAA safeguards.

mod commands;
mod config;
mod embedded;
mod error;
mod files;
mod grammar;
mod judge;
mod output;
mod progress;
mod providers;
mod records;
mod reports;
mod sheet;
mod sign_in;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use grammar::{Cli, Command, ReportCommand};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            match &error {
                error::Error::Policies(mistakes) => anstream::eprintln!("{}", mistakes.render(true)),
                error => anstream::eprintln!("error: {error}"),
            }
            ExitCode::from(error.code())
        }
    }
}

fn run(cli: &Cli) -> Result<u8, error::Error> {
    match &cli.command {
        Command::Demo(args) => runtime()?.block_on(commands::demo::run(&cli.global, args)),
        Command::Scan(args) => runtime()?.block_on(commands::scan::run(&cli.global, args)),
        Command::Evaluate(args) => commands::evaluate::run(&cli.global, args),
        Command::Policy(command) => commands::policy::run(cli.global.color, command),
        Command::Attest(args) => commands::attest::run(&cli.global, args),
        Command::Exception(args) => commands::exception::run(&cli.global, args),
        Command::Account(args) => commands::account::run(&cli.global, args),
        Command::Plan(args) => commands::plan::run(&cli.global, args),
        Command::Vendor(args) => commands::vendor::run(&cli.global, args),
        Command::Roster(command) => commands::roster::run(command),
        Command::Report(ReportCommand::Sra(args)) => commands::report::sra(args),
        Command::Breach(args) => output::print(&commands::breach::run(args)?).map(|()| 0),
        Command::Dictionary(args) => output::print(&commands::dictionary::run(args)?).map(|()| 0),
        Command::Schema(args) => output::print(&commands::schema::run(args)).map(|()| 0),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "tenantscan", &mut script);
            output::print(&String::from_utf8_lossy(&script)).map(|()| 0)
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, error::Error> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error::Error::Internal(format!("no runtime: {error}")))
}
