//! The files of a practice's records: what each holds, which datasets it fills, and how it is begun.

/// One file of the records.
#[derive(Debug)]
pub struct RecordFile {
    /// Id as sources have it: `records.vendors`.
    pub id: &'static str,
    /// Its name in the folder.
    pub name: &'static str,
    /// What it holds, in plain words.
    pub title: &'static str,
    /// Datasets that it alone fills.
    pub fills: &'static [&'static str],
    /// What to do when it is not there, as a sentence to somebody who can.
    pub cure: &'static str,
}

pub(crate) static ATTESTATIONS: RecordFile = RecordFile {
    id: "records.attestations",
    name: "attestations.toml",
    title: "Answers that only people can give",
    fills: &["attestations"],
    cure: "Run `tenantscan attest`: it asks the questions one by one and writes attestations.toml.",
};

pub(crate) static VENDORS: RecordFile = RecordFile {
    id: "records.vendors",
    name: "vendors.toml",
    title: "Vendors and their agreements",
    fills: &["vendors", "vendor_categories"],
    cure: "Run `tenantscan vendor add` for the first vendor, or `tenantscan vendor import FILE.csv` for a whole list: \
           both write vendors.toml.",
};

pub(crate) static ROSTER: RecordFile = RecordFile {
    id: "records.roster",
    name: "roster.csv",
    title: "Who works and worked here",
    fills: &["roster"],
    cure: "Export the staff list with the columns email, name, role, status and last_day, check it with `tenantscan \
           roster check --file FILE.csv`, and keep it as roster.csv.",
};

pub(crate) static ACCOUNTS: RecordFile = RecordFile {
    id: "records.accounts",
    name: "accounts.toml",
    title: "Accounts that are no person's, and the groups of each role",
    fills: &["account_register", "practice_roles"],
    cure: "Run `tenantscan account add` for each account that is no person's: it writes accounts.toml. By hand, write a \
           `[[role]]` with its groups into it for each role in the practice. Where there is none, `account = []` or `role = \
           []` says so.",
};

pub(crate) static EXCEPTIONS: RecordFile = RecordFile {
    id: "records.exceptions",
    name: "exceptions.toml",
    title: "Results that were accepted",
    fills: &["exceptions"],
    cure: "Run `tenantscan exception add` for the first one: it writes exceptions.toml. If nothing was accepted, write \
           `exception = []` into exceptions.toml, which says so.",
};

pub(crate) static PLAN: RecordFile = RecordFile {
    id: "records.plan",
    name: "plan.toml",
    title: "What will be mended, by whom and until when",
    fills: &["remediation_plan"],
    cure: "Run `tenantscan plan fill --report report.json --owner NAME`: it writes plan.toml, with an item for each result \
           that fails. If there is nothing to mend, write `item = []` into plan.toml, which says so.",
};

/// Every file of the records.
pub fn files() -> [&'static RecordFile; 6] {
    [&ATTESTATIONS, &VENDORS, &ROSTER, &ACCOUNTS, &EXCEPTIONS, &PLAN]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_fill_every_dataset_of_what_people_keep() {
        let filled: Vec<&str> = files().into_iter().flat_map(|file| file.fills).copied().collect();
        assert_eq!(filled, tenantscan_model::rows::RECORDS);
    }
}
