//! Logs and alerts.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::{DriveExposure, LogKeeping};
use tenantscan_model::{Cause, Cell, Gap, Table, Text, Time};
use tenantscan_provider::Source;

use super::Put;
use crate::ask::Asking;
use crate::sources::alerts::{self, ALERTS, AlertWire};
use crate::sources::logs::{
    self, ADMIN_CHANGES, ADMIN_LOG, ActivityWire, CHANGES, LOG_EXPORT, Latest, OPEN_FILES, OPENED_BY_LINK,
    OPENED_TO_WEB, SIGN_IN_LOG, SIGN_IN_WARNINGS, WARNINGS,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keeping {
    #[serde(rename = "dated")]
    _dated: toml::value::Datetime,
    #[serde(rename = "source")]
    _source: String,
    days: i64,
}

/// For how many days Google keeps its logs.
static KEPT: LazyLock<i64> = LazyLock::new(|| {
    let text = include_str!("../../../../policies/catalogues/google-logs.toml");
    toml::from_str::<Keeping>(text).expect("the built-in list parses: a test reads it").days
});

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>, now: Time) -> Put {
    let (admin, sign_ins, changes, warnings, link, web, alerts) = futures::join!(
        ask.object::<Latest>(&ADMIN_LOG),
        ask.object::<Latest>(&SIGN_IN_LOG),
        events(ask, &ADMIN_CHANGES, CHANGES.map(|(name, _)| name)),
        events(ask, &SIGN_IN_WARNINGS, WARNINGS.map(|(name, _)| name)),
        ask.items::<serde::de::IgnoredAny>(&OPENED_BY_LINK),
        ask.items::<serde::de::IgnoredAny>(&OPENED_TO_WEB),
        ask.items::<AlertWire>(&ALERTS),
    );
    let exposure = ask.wants(&OPENED_BY_LINK).then(|| DriveExposure {
        opened_by_link: count(link, &OPENED_BY_LINK),
        opened_to_web: count(web, &OPENED_TO_WEB),
        open_now: Cell::Unknown(ask.withheld(&OPEN_FILES)),
        ..DriveExposure::new("drive")
    });
    let keeping = ask.wants(&LOG_EXPORT).then(|| LogKeeping {
        days: Cell::Known(*KEPT),
        exported: Cell::Unknown(ask.withheld(&LOG_EXPORT)),
        ..LogKeeping::new("logs")
    });
    let changes = match changes {
        None => Table::default(),
        Some(Ok(entries)) => Table::complete(entries.into_iter().flat_map(ActivityWire::changes).collect()),
        Some(Err(gap)) => Table::unread(gap),
    };
    let risky = match warnings {
        None => Table::default(),
        Some(Ok(entries)) => Table::complete(logs::risky(entries)),
        Some(Err(gap)) => Table::unread(gap),
    };
    let alerts = match alerts {
        None => Table::default(),
        Some(Ok(wires)) => Table::complete(alerts::counts(&wires)),
        Some(Err(gap)) => Table::unread(gap),
    };
    Box::new(move |data| {
        data.audit_log = match (admin, sign_ins) {
            (None, _) | (_, None) => Table::default(),
            (Some(admin), Some(sign_ins)) => Table::complete(vec![logs::audit_log(admin, sign_ins, &data.users, now)]),
        };
        data.configuration_changes = changes;
        data.risky_accounts = risky;
        data.security_alert_counts = alerts;
        data.drive_exposure = exposure.map_or_else(Table::default, |row| Table::complete(vec![row]));
        data.log_keeping = keeping.map_or_else(Table::default, |row| Table::complete(vec![row]));
    })
}

fn count(read: Option<Result<Vec<serde::de::IgnoredAny>, Gap>>, source: &Source) -> Cell<i64> {
    let read = read.unwrap_or_else(|| Err(Gap::new(Cause::NotCollected, source.id)));
    read.map(|entries| i64::try_from(entries.len()).unwrap_or(i64::MAX)).into()
}

/// The entries of a log with one of these names. The list is whole when each of them is.
async fn events<const N: usize>(
    ask: &Asking<'_>,
    source: &'static Source,
    names: [&str; N],
) -> Option<Result<Vec<ActivityWire>, Gap>> {
    if !ask.wants(source) {
        return None;
    }
    let names: Vec<Text> = names.into_iter().map(Text::from).collect();
    let read: Result<Vec<Vec<ActivityWire>>, Gap> = ask.lists(source, &names).await.into_iter().collect();
    Some(read.map(|lists| lists.into_iter().flatten().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_says_how_long_logs_are_kept() {
        assert!(*KEPT > 0);
    }
}
