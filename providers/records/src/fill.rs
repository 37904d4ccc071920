//! Records as datasets, like any other: known, or unread with a cause.

use tenantscan_model::{Cause, Datasets, Gap, Outcome, Row, SourceRecord, Table};

use crate::files::{self, RecordFile};
use crate::{Attestation, Exception, Person, PlanItem, Records, Vendors};

impl Records {
    /// Puts the records among the facts of a tenant.
    pub fn fill(&self, datasets: &mut Datasets) {
        datasets.attestations = table(files::ATTESTATIONS.id, self.attestations.as_deref(), |all| {
            all.iter().map(|it: &Attestation| it.row(&self.documents)).collect()
        });
        let vendors = self.vendors.as_ref();
        datasets.vendors = table(files::VENDORS.id, vendors, |all: &Vendors| {
            all.vendors.iter().map(|it| it.row(&self.documents)).collect()
        });
        datasets.vendor_categories = table(files::VENDORS.id, vendors, Vendors::categories);
        datasets.roster = table(files::ROSTER.id, self.roster.as_deref(), |all| all.iter().map(Person::row).collect());
        let of_accounts = |list: &str| match &self.accounts {
            Some(_) => format!("{} ({list})", files::ACCOUNTS.id),
            None => files::ACCOUNTS.id.to_owned(),
        };
        let accounts = self.accounts.as_ref().and_then(|all| all.accounts.as_deref());
        datasets.account_register =
            table(&of_accounts("account"), accounts, |all| all.iter().map(crate::Account::row).collect());
        let roles = self.accounts.as_ref().and_then(|all| all.roles.as_deref());
        datasets.practice_roles = table(&of_accounts("role"), roles, crate::Role::rows);
        datasets.exceptions =
            table(files::EXCEPTIONS.id, self.exceptions.as_deref(), |all| all.iter().map(Exception::row).collect());
        datasets.remediation_plan =
            table(files::PLAN.id, self.plan.as_deref(), |all| all.iter().map(PlanItem::row).collect());
    }

    /// What became of each file, as sources of a tenant say it.
    pub fn sources(&self) -> Vec<SourceRecord> {
        let rows = |file: &RecordFile| match file.name {
            "attestations.toml" => self.attestations.as_ref().map_or(0, Vec::len),
            "vendors.toml" => self.vendors.as_ref().map_or(0, |all| all.vendors.len()),
            "roster.csv" => self.roster.as_ref().map_or(0, Vec::len),
            "accounts.toml" => self
                .accounts
                .as_ref()
                .map_or(0, |all| all.accounts.as_ref().map_or(0, Vec::len) + all.roles.as_ref().map_or(0, Vec::len)),
            "exceptions.toml" => self.exceptions.as_ref().map_or(0, Vec::len),
            _ => self.plan.as_ref().map_or(0, Vec::len),
        };
        let outcome = |file: &RecordFile| match self.hashes.get(file.name) {
            Some(hash) => {
                Outcome::Read { requests: 0, rows: rows(file) as u64, milliseconds: 0, sha256: hash.as_str().into() }
            }
            None => Outcome::Unread {
                cause: Cause::NotSupplied,
                status: None,
                code: None,
                request_id: None,
                cure: file.cure.into(),
            },
        };
        let record = |file: &'static RecordFile| SourceRecord {
            source: file.id.into(),
            title: file.title.into(),
            outcome: outcome(file),
        };
        files::files().into_iter().map(record).collect()
    }
}

/// The rows of a source; nobody supplied those of one that was not read.
fn table<T: ?Sized, R: Row>(source: &str, read: Option<&T>, rows: impl FnOnce(&T) -> Vec<R>) -> Table<R> {
    match read {
        Some(read) => Table::complete(rows(read)),
        None => Table::unread(Gap::new(Cause::NotSupplied, source)),
    }
}
