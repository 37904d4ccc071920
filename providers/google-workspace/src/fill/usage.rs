//! What usage reports count, and of which day.

use jiff::{SignedDuration, Timestamp};
use tenantscan_model::{Table, Text};

use super::Put;
use crate::ask::Asking;
use crate::sources::usage::{self, CUSTOMER_USAGE, CountsWire};

/// A usage report is whole some days after its day. Source: support.google.com/a/answer/7061566.
const REPORTED_AFTER: SignedDuration = SignedDuration::from_hours(4 * 24);

/// The latest day whose report is whole.
pub(super) fn reported_day(now: Timestamp) -> Text {
    let day = now.checked_sub(REPORTED_AFTER).unwrap_or(now).to_zoned(jiff::tz::TimeZone::UTC).date();
    day.to_string().into()
}

/// Reads the area's table.
pub(super) async fn read(ask: &Asking<'_>, now: Timestamp) -> Put {
    if !ask.wants(&CUSTOMER_USAGE) {
        return Box::new(|_| {});
    }
    let table = match ask.lists::<CountsWire>(&CUSTOMER_USAGE, &[reported_day(now)]).await.pop() {
        None => Table::default(),
        Some(Ok(reports)) => Table::complete(vec![usage::row(&reports)]),
        Some(Err(gap)) => Table::unread(gap),
    };
    Box::new(|data| data.google_usage = table)
}
