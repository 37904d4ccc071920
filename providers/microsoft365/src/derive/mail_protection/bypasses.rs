//! What lets mail in without being looked at: one row for each sender, domain or server.

use tenantscan_model::rows::FilterBypass;
use tenantscan_model::{Cell, Datasets, Gap, Listing, Table, Text};

/// The entries found so far, and why there may be more.
#[derive(Default)]
struct Found {
    rows: Vec<FilterBypass>,
    gap: Option<Gap>,
}

impl Found {
    fn missing(&mut self, gap: Option<&Gap>) {
        self.gap = self.gap.take().or_else(|| gap.cloned());
    }

    fn entries(&mut self, entries: &Cell<Vec<Text>>, place: &str, applies: &Cell<bool>) {
        self.missing(entries.gap());
        for entry in entries.known().into_iter().flatten() {
            self.entry(entry.clone(), place, applies);
        }
    }

    fn entry(&mut self, entry: Text, place: &str, applies: &Cell<bool>) {
        let mut row = FilterBypass::new(format!("{place}/{entry}"));
        row.entry = Cell::Known(entry);
        row.place = Cell::Known(place.into());
        row.applies = applies.clone();
        self.rows.push(row);
    }
}

pub(super) fn of(datasets: &Datasets) -> Table<FilterBypass> {
    let mut found = Found::default();
    found.missing(datasets.spam_policies.gap());
    for policy in &datasets.spam_policies.rows {
        let senders = format!("allowed senders of the anti-spam policy {}", policy.id);
        found.entries(&policy.allowed_senders, &senders, &policy.applies);
        let domains = format!("allowed domains of the anti-spam policy {}", policy.id);
        found.entries(&policy.allowed_domains, &domains, &policy.applies);
    }
    found.missing(datasets.connection_filters.gap());
    let always = Cell::Known(true);
    for filter in &datasets.connection_filters.rows {
        let place = format!("allowed servers of the connection filter {}", filter.id);
        found.entries(&filter.allowed_servers, &place, &always);
        match filter.safe_list.read() {
            Ok(true) => {
                found.entry("Microsoft's safe list".into(), &format!("connection filter {}", filter.id), &always);
            }
            Ok(false) => {}
            Err(gap) => found.missing(Some(gap)),
        }
    }
    found.missing(datasets.allowed_senders.gap());
    for sender in &datasets.allowed_senders.rows {
        found.entry(sender.id.clone(), "allowed senders of the Tenant Allow/Block List", &always);
    }
    let mut table = Table::complete(found.rows);
    if let Some(gap) = found.gap {
        table.listing = Listing::Unread(gap);
    }
    table
}
