//! `accounts.toml`: accounts that are no person's, each with whoever answers for it; and which groups a role has.

use jiff::civil::Date;
use schemars::JsonSchema;
use tenantscan_model::rows::{self, RegisteredKind};
use tenantscan_model::{Cell, ClosedEnum};
use tenantscan_written::{Reader, TableAt, help};

use crate::edit::{Entry, Fields, day, text};
use crate::keys::{
    Once, begins, day_schema, list, needed, not_one_name, says_something, texts, trimmed, word, word_schema,
};

/// The file `accounts.toml`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct AccountsFile {
    /// The accounts; an empty list says that there is none, and one that is left out says nothing.
    #[schemars(default)]
    account: Vec<Account>,
    /// The roles that people have in the practice; an empty list says that there is none, and one that is left out says
    /// nothing.
    #[schemars(default)]
    role: Vec<Role>,
}

/// An account that is no person's.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Account {
    /// The sign-in name or object id.
    pub account: String,
    /// What kind of account it is.
    #[schemars(schema_with = "word_schema::<RegisteredKind>")]
    pub kind: RegisteredKind,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// The day on which somebody last asked whether it is still needed.
    #[schemars(schema_with = "day_schema")]
    pub reviewed_on: Date,
}

/// A role that people have in the practice, and the groups that give it its access.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Role {
    /// The role: `front desk`.
    pub name: String,
    /// The groups, by object id or name.
    pub groups: Vec<String>,
    /// Other roles of this file that the same person must not have as well.
    #[schemars(default)]
    pub conflicts_with: Vec<String>,
}

/// What `accounts.toml` says; a list that is left out says nothing, and is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The accounts that are no person's.
    pub accounts: Option<Vec<Account>>,
    /// The roles that people have in the practice.
    pub roles: Option<Vec<Role>>,
}

impl Accounts {
    /// Sign-in names and object ids of the accounts of one kind.
    pub fn of(&self, kind: RegisteredKind) -> impl Iterator<Item = &str> {
        self.accounts.iter().flatten().filter(move |it| it.kind == kind).map(|it| &*it.account)
    }
}

pub(crate) const KEYS: [&str; 5] = ["account", "kind", "owner", "purpose", "reviewed_on"];
pub(crate) const ROLE_KEYS: [&str; 3] = ["name", "groups", "conflicts_with"];

/// All accounts and roles of the file.
pub(crate) fn read(reader: &mut Reader<'_>, root: TableAt<'_>) -> Accounts {
    reader.only(root, &["account", "role"]);
    says_something(reader, root, &["account", "role"]);
    let mut once = Once::default();
    let tables = reader.list_of_tables(root, "account");
    let accounts = tables.into_iter().filter_map(|table| account(reader, table, &mut once)).collect();
    let roles = roles(reader, root);
    let has = |list: &str| root.table.contains_key(list);
    Accounts { accounts: has("account").then_some(accounts), roles: has("role").then_some(roles) }
}

fn account(reader: &mut Reader<'_>, table: TableAt<'_>, once: &mut Once) -> Option<Account> {
    reader.only(table, &KEYS);
    let account = reader.needed(table, "account", "the sign-in name or the object id");
    if let Some(account) = &account {
        once.keep(reader, &trimmed(&account.text).to_lowercase(), account.span.clone(), "the account");
        if let Some((message, help)) = not_one_name(trimmed(&account.text)) {
            reader.mistake(account.span.clone(), message, Some(help.into()));
        }
    }
    let kind = word(reader, table, "kind");
    let owner = needed(reader, table, "owner", "who answers for the account");
    let purpose = needed(reader, table, "purpose", "what the account is for");
    let reviewed_on = reader.needed_date(table, "reviewed_on", "the day on which somebody asked whether it is needed");
    Some(Account {
        account: trimmed(&account?.text).to_lowercase(),
        kind: kind?,
        owner: owner?,
        purpose: purpose?,
        reviewed_on: reviewed_on?,
    })
}

fn roles(reader: &mut Reader<'_>, root: TableAt<'_>) -> Vec<Role> {
    let tables = reader.list_of_tables(root, "role");
    let names: Vec<String> = tables
        .iter()
        .filter_map(|table| table.table.get("name")?.get_ref().as_str())
        .map(|name| name.trim().to_owned())
        .collect();
    let mut once = Once::default();
    let mut found = Vec::new();
    for table in tables {
        reader.only(table, &ROLE_KEYS);
        let name = reader.needed(table, "name", "what people call the role");
        if let Some(name) = &name {
            once.keep(reader, name.text.trim(), name.span.clone(), "the role");
        }
        let name = name.map(|name| name.text.trim().to_owned());
        let groups = list(reader, table, "groups");
        if groups.is_empty() {
            let help = "add `groups = [\"…\"]`: the groups that give the role its access, by object id or name";
            reader.mistake(table.span(), "`groups` names no group", Some(help.into()));
        }
        let mut conflicts_with = Vec::new();
        for other in reader.texts(table, "conflicts_with") {
            let (text, own) = (other.text.trim(), name.as_deref());
            if own == Some(text) {
                let help = "name another role, or take it out".to_owned();
                reader.mistake(other.span, "a role cannot conflict with itself", Some(help));
            } else if names.iter().any(|name| name == text) {
                conflicts_with.push(text.to_owned());
            } else {
                let help = help(text, names.iter().map(String::as_str), "roles");
                reader.mistake(other.span.clone(), format!("there is no role `{text}` here"), Some(help));
            }
        }
        found.extend(name.map(|name| Role { name, groups, conflicts_with }));
    }
    found
}

impl Account {
    pub(crate) fn row(&self) -> rows::RegisteredAccount {
        rows::RegisteredAccount {
            account: self.account.as_str().into(),
            kind: Cell::Known(self.kind),
            owner: Cell::Known(self.owner.as_str().into()),
            purpose: Cell::Known(self.purpose.as_str().into()),
            reviewed: Cell::Known(begins(self.reviewed_on)),
        }
    }
}

impl Role {
    /// The roles; a conflict that is written on one side holds on both.
    pub(crate) fn rows(roles: &[Self]) -> Vec<rows::PracticeRole> {
        let row = |role: &Self| {
            let mut conflicts = role.conflicts_with.clone();
            let against = roles.iter().filter(|it| it.conflicts_with.contains(&role.name));
            conflicts.extend(against.map(|it| it.name.clone()));
            conflicts.sort();
            conflicts.dedup();
            rows::PracticeRole {
                name: role.name.as_str().into(),
                groups: Cell::Known(texts(&role.groups)),
                conflicts_with: Cell::Known(texts(&conflicts)),
            }
        };
        roles.iter().map(row).collect()
    }
}

impl Entry for Account {
    const FILE: &'static str = "accounts.toml";
    const LIST: &'static str = "account";
    const KEY: &'static [&'static str] = &["account"];
    const ANY_CASE: bool = true;

    fn fields(&self) -> Fields {
        vec![
            ("account", text(&self.account)),
            ("kind", text(self.kind.word())),
            ("owner", text(&self.owner)),
            ("purpose", text(&self.purpose)),
            ("reviewed_on", day(Some(self.reviewed_on))),
        ]
    }
}
