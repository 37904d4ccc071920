//! What Google counts for the whole customer, without a name: passwords that it knows to be weak, and old mail programs.
//!
//! Of files the report only counts what changed within its one day, so that it shows neither what is open nor what was
//! opened before; the log of Drive goes back further. What it counts of accounts, devices and licences is listed elsewhere,
//! one by one.

use serde::Deserialize;
use tenantscan_model::rows::GoogleUsage;
use tenantscan_model::{Cause, Cell, Gap, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::REPORTS;

pub(super) const SOURCES: &[&Source] = &[&CUSTOMER_USAGE];

/// One request; the day stands in the place of `{id}`.
pub(crate) static CUSTOMER_USAGE: Source = Source {
    id: "google-workspace.customer_usage",
    title: "Counts for the whole customer",
    api: &REPORTS,
    path: "/admin/reports/v1/usage/dates/{id}?parameters=accounts:num_users_password_strength_weak,accounts:num_users_password_strength_unknown,accounts:num_users_password_length_non_compliant,gmail:num_30day_imap_users,gmail:num_30day_pop_users&fields=nextPageToken,usageReports(date,parameters(name,intValue))",
    call: Call::Pages("usageReports"),
    permissions: &["https://www.googleapis.com/auth/admin.reports.usage.readonly"],
    licence: None,
    role: Some("Reports"),
    lists: &["google_usage"],
    fills: &[
        "google_usage.id",
        "google_usage.day",
        "google_usage.weak_passwords",
        "google_usage.unseen_passwords",
        "google_usage.short_passwords",
        "google_usage.imap_people",
        "google_usage.pop_people",
    ],
    docs: "https://developers.google.com/workspace/admin/reports/v1/appendix/usage/customer/accounts",
};

/// Source: Reports API, UsageReport.
#[derive(Debug, Deserialize)]
pub(crate) struct CountsWire {
    date: Option<Text>,
    #[serde(default)]
    parameters: Vec<CountWire>,
}

/// A whole number comes as text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountWire {
    name: Text,
    int_value: Option<Text>,
}

/// A count that the report leaves out is not nought. A report that is not there yet has none at all.
pub(crate) fn row(reports: &[CountsWire]) -> GoogleUsage {
    let missing = || match reports {
        [] => Gap::new(Cause::Unavailable, CUSTOMER_USAGE.id),
        [..] => unclear(&CUSTOMER_USAGE),
    };
    let count = |name: &str| -> Cell<i64> {
        let found = reports.iter().flat_map(|report| &report.parameters).find(|it| it.name == name);
        found.and_then(|it| it.int_value.as_ref()?.parse().ok()).ok_or_else(missing).into()
    };
    let unseen = count("accounts:num_users_password_strength_unknown");
    // None that is known to be weak says nothing of those of which Google knows nothing.
    let weak = match (count("accounts:num_users_password_strength_weak"), &unseen) {
        (Cell::Known(0), Cell::Known(1..)) => Cell::Unknown(Gap::new(Cause::NotSupplied, CUSTOMER_USAGE.id)),
        (Cell::Known(0), Cell::Unknown(gap)) => Cell::Unknown(gap.clone()),
        (weak, _) => weak,
    };
    let day = reports.iter().find_map(|report| report.date.as_ref());
    let day = day.and_then(|day| format!("{day}T00:00:00Z").parse::<Time>().ok());
    GoogleUsage {
        day: day.ok_or_else(missing).into(),
        weak_passwords: weak,
        unseen_passwords: unseen,
        short_passwords: count("accounts:num_users_password_length_non_compliant"),
        imap_people: count("gmail:num_30day_imap_users"),
        pop_people: count("gmail:num_30day_pop_users"),
        ..GoogleUsage::new("usage report")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_left_out_is_not_nought() {
        let text = r#"{"date":"2026-11-16","parameters":[{"name":"accounts:num_users_password_strength_weak","intValue":"3"},
            {"name":"gmail:num_30day_imap_users","intValue":"many"}]}"#;
        let row = row(&[serde_json::from_str(text).expect("as Google writes it")]);
        assert_eq!(row.weak_passwords, Cell::Known(3));
        assert_eq!(row.day, Cell::Known("2026-11-16T00:00:00Z".parse().expect("a time")));
        for cell in [&row.short_passwords, &row.unseen_passwords, &row.imap_people, &row.pop_people] {
            assert_eq!(cell.gap().map(Gap::cause), Some(Cause::Malformed));
        }
    }

    #[test]
    fn none_that_is_weak_is_known_only_where_all_were_seen() {
        let weak = |weak: i64, unseen: i64| {
            let text = format!(
                r#"{{"parameters":[{{"name":"accounts:num_users_password_strength_weak","intValue":"{weak}"}},
                {{"name":"accounts:num_users_password_strength_unknown","intValue":"{unseen}"}}]}}"#
            );
            row(&[serde_json::from_str(&text).expect("as Google writes it")]).weak_passwords
        };
        assert_eq!((weak(0, 0), weak(2, 5)), (Cell::Known(0), Cell::Known(2)));
        assert!(weak(0, 1).gap().is_some());
    }

    #[test]
    fn a_day_without_a_report_says_nothing() {
        let row = row(&[]);
        assert_eq!(row.weak_passwords.gap().map(Gap::cause), Some(Cause::Unavailable));
        assert_eq!(row.day.gap().map(Gap::cause), Some(Cause::Unavailable));
    }
}
