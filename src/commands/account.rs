//! `tenantscan account`: accounts that are no person's, each with whoever answers for it.

use serde_json::json;
use tenantscan_model::ClosedEnum;
use tenantscan_records::Account;
use tenantscan_report::{count, safe};

use crate::error::Error;
use crate::grammar::{AccountCommand, AccountsArgs, Global, TextFormat};
use crate::output::{beside, nothing_yet, print, said, width};
use crate::records::Desk;

/// Adds, reviews and lists accounts that are no person's.
pub(crate) fn run(global: &Global, args: &AccountsArgs) -> Result<u8, Error> {
    let desk = Desk::open(&args.records)?;
    let today = args.records.today();
    match &args.command {
        AccountCommand::Add { account, kind, owner, purpose, reviewed_on } => {
            let held = desk.hold()?;
            let account = Account {
                account: name(account),
                kind: *kind,
                owner: owner.trim().to_owned(),
                purpose: purpose.trim().to_owned(),
                reviewed_on: args.records.come("--reviewed-on", reviewed_on.unwrap_or(today))?,
            };
            if read(&desk)?.iter().any(|it| it.account == account.account) {
                return Err(Error::Usage(format!(
                    "the account `{}` stands in {} already\n  next: change it there, or `tenantscan account review` it",
                    safe(&account.account),
                    path(&desk)
                )));
            }
            held.put(std::slice::from_ref(&account))?;
            said(global, &format!("kept {} in {}", safe(&account.account), path(&desk)))?;
        }
        AccountCommand::Review { account, owner } => {
            let held = desk.hold()?;
            let mut found = find(&desk, account)?;
            if let Some(owner) = owner {
                found.owner = owner.trim().to_owned();
            }
            found.reviewed_on = today;
            held.put(std::slice::from_ref(&found))?;
            let (account, owner) = (safe(&found.account), safe(&found.owner));
            said(global, &format!("{owner} answers for {account}, which was found to be needed on {today}"))?;
        }
        AccountCommand::List { format } => list(&desk, *format)?,
    }
    Ok(0)
}

fn path(desk: &Desk) -> String {
    desk.folder.join("accounts.toml").display().to_string()
}

/// The account as the file keeps it.
fn name(account: &str) -> String {
    account.trim().to_lowercase()
}

fn read(desk: &Desk) -> Result<Vec<Account>, Error> {
    Ok(desk.read()?.accounts.and_then(|file| file.accounts).unwrap_or_default())
}

fn find(desk: &Desk, account: &str) -> Result<Account, Error> {
    let found = read(desk)?.into_iter().find(|it| it.account == name(account));
    found.ok_or_else(|| {
        Error::Usage(format!(
            "{} has no account `{}`\n  next: `tenantscan account list` shows them all, `tenantscan account add` adds one",
            path(desk),
            safe(account)
        ))
    })
}

fn list(desk: &Desk, format: TextFormat) -> Result<(), Error> {
    let Some(file) = desk.read()?.accounts else {
        return nothing_yet(format, &path(desk), "tenantscan account add");
    };
    let accounts = file.accounts.unwrap_or_default();
    if format == TextFormat::Json {
        let one = |it: &Account| {
            json!({
                "account": it.account,
                "kind": it.kind.word(),
                "owner": it.owner,
                "purpose": it.purpose,
                "reviewed_on": it.reviewed_on.to_string(),
            })
        };
        return print(&format!("{:#}\n", json!(accounts.iter().map(one).collect::<Vec<_>>())));
    }
    let mut text = String::new();
    for it in &accounts {
        text += &format!("{}  {}\n", safe(&it.account), it.kind.word().replace('_', " "));
        text += &beside("    ", &safe(&it.purpose), width());
        text += &beside("    ", &format!("{} answers for it; reviewed {}", safe(&it.owner), it.reviewed_on), width());
    }
    print(&format!("{text}{}\n", count(accounts.len(), "account that is no person's", "accounts that are no person's")))
}
