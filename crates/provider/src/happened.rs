//! Dates of what has happened: one that lies ahead is not believed.

use jiff::SignedDuration;
use tenantscan_model::rows::HAPPENED;
use tenantscan_model::{Cause, Datasets, Gap, Time, Value};

use crate::Source;

/// How far ahead of the scan such a date may lie: clocks differ, and a day begins earlier in the east.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Whether a date is too far after `now` to be believed of something that has happened.
pub fn lies_ahead(at: Time, now: Time) -> bool {
    at > now.saturating_add(AHEAD).unwrap_or(Time::MAX)
}

/// Makes unknown every date of something that has happened which lies more than a day after `now`: nobody has signed in
/// next year, and a date of next year would count as recent until then. To be called before anything is worked out from
/// such dates.
pub fn disbelieve_dates_ahead<S: Iterator<Item = &'static Source>>(
    data: &mut Datasets,
    sources: impl Fn() -> S,
    now: Time,
) {
    for (index, info) in Datasets::ALL.iter().enumerate() {
        for (column, _) in info.columns.iter().enumerate().filter(|(_, column)| HAPPENED.contains(&column.name)) {
            let table = data.table_mut(index);
            let ahead = |row: &usize| matches!(table.row(*row).cell(column), Value::Time(at) if lies_ahead(at, now));
            let rows: Vec<usize> = (0..table.len()).filter(ahead).collect();
            if rows.is_empty() {
                continue;
            }
            let path = format!("{}.{}", info.name, info.columns[column].name);
            let source = sources().find(|source| source.fills.contains(&path.as_str()));
            let gap = Gap::new(Cause::Malformed, source.map_or(info.name, |source| source.id));
            for row in rows {
                table.hide_cell(row, column, &gap);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::rows::{AppCredential, User};
    use tenantscan_model::{Cell, Table};

    use super::*;

    #[test]
    fn a_date_after_the_scan_is_not_believed_of_what_has_happened() {
        let time = |text: &str| Some(text.parse::<Time>().expect("a time"));
        let now = time("2026-11-20T09:00:00Z").expect("a time");
        let user = |id: &str, at| User { last_sign_in: Cell::Known(at), ..User::new(id) };
        let mut ends = AppCredential::new("1");
        ends.ends = Cell::Known(time("2099-01-01T00:00:00Z"));
        let rows = [None, time("2026-11-19T00:00:00Z"), time("2026-11-21T08:00:00Z"), time("2027-11-19T00:00:00Z")];
        let users = rows.into_iter().zip(["1", "2", "3", "4"]).map(|(at, id)| user(id, at)).collect();
        let mut data = Datasets {
            users: Table::complete(users),
            app_credentials: Table::complete(vec![ends.clone()]),
            ..Datasets::default()
        };
        disbelieve_dates_ahead(&mut data, std::iter::empty, now);
        let read: Vec<_> = data.users.rows.iter().map(|user| user.last_sign_in.known().copied()).collect();
        assert_eq!(read, [Some(rows[0]), Some(rows[1]), Some(rows[2]), None]);
        assert_eq!(data.users.rows[3].last_sign_in.gap().map(Gap::cause), Some(Cause::Malformed));
        assert_eq!(data.app_credentials.rows, [ends], "what ends may end later");
    }
}
