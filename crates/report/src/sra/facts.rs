//! Facts in words: days, cells that may be unknown, lists that were not read.

use tenantscan_model::{Cause, Cell as Fact, Datasets, Gap, Row, Snapshot, Table as Facts, Time};

use super::page::{Cell, Mark};

/// `20 November 2026`, in UTC.
pub(super) fn day(time: Time) -> String {
    time.strftime("%-d %B %Y").to_string()
}

/// The same of a day as the report writes it: `2026-11-20`.
pub(super) fn written(day: &str) -> String {
    day.parse().map_or_else(|_| day.to_owned(), |date: jiff::civil::Date| date.strftime("%-d %B %Y").to_string())
}

/// A known value in words, or why it is not known.
pub(super) fn said<T>(fact: &Fact<T>, words: impl FnOnce(&T) -> String) -> String {
    match fact.read() {
        Ok(value) => words(value),
        Err(gap) => unread(gap),
    }
}

/// Why something is not known.
pub(super) fn unread(gap: &Gap) -> String {
    format!("not known: {}", gap.cause().plain())
}

/// The rows of a list that is the client's and not a tenant's: every tenant has the same one.
///
/// # Errors
/// The gap, when no tenant has it whole.
pub(super) fn records<R: Row>(snapshot: &Snapshot, list: fn(&Datasets) -> &Facts<R>) -> Result<&[R], Gap> {
    let mut first = None;
    for tenant in &snapshot.tenants {
        match list(&tenant.datasets).read() {
            Ok(rows) => return Ok(rows),
            Err(gap) => first = first.or_else(|| Some(gap.clone())),
        }
    }
    Err(first.unwrap_or_else(|| Gap::new(Cause::NotCollected, R::INFO.name)))
}

/// The state of a safeguard.
pub(super) fn state_words(state: &str) -> Cell {
    Cell::marked(match state {
        "gap_found" => Mark::Bad("gap found"),
        "not_determined" => Mark::Open("not determined"),
        "not_reasonable" => Mark::Plain("said not to be reasonable here"),
        "documented_alternative" => Mark::Good("alternative documented"),
        "supported" => Mark::Good("supported by what was seen"),
        _ => Mark::Plain("no policy speaks of it"),
    })
}
