//! Alerts as counts: what they are about is not read.

use serde::Deserialize;
use tenantscan_model::rows::{AlertSeverity, SecurityAlertCount};
use tenantscan_model::{Cell, ClosedEnum, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::ALERT_CENTER;

pub(super) const SOURCES: &[&Source] = &[&ALERTS];

/// Without `fields` an alert would bring the people, files and messages that it is about.
pub(crate) static ALERTS: Source = Source {
    id: "google-workspace.alerts",
    title: "Alerts of the Alert Center",
    api: &ALERT_CENTER,
    path: "/v1beta1/alerts?pageSize=100&fields=nextPageToken,alerts(createTime,deleted,metadata(status,severity))",
    call: Call::Pages("alerts"),
    permissions: &["https://www.googleapis.com/auth/apps.alerts"],
    licence: None,
    role: Some("Alert Center > View access"),
    lists: &["security_alert_counts"],
    fills: &[
        "security_alert_counts.id",
        "security_alert_counts.severity",
        "security_alert_counts.open",
        "security_alert_counts.oldest",
    ],
    docs: "https://developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts/list",
};

/// Source: Alert Center API, Alert and AlertMetadata.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertWire {
    create_time: Option<Time>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    status: Option<Text>,
    severity: Option<Text>,
}

const SEVERITIES: [AlertSeverity; 4] =
    [AlertSeverity::High, AlertSeverity::Medium, AlertSeverity::Low, AlertSeverity::Informational];

impl AlertWire {
    /// Whether nobody has closed it. One whose state is a word that this program does not know may be open.
    fn is_open(&self) -> bool {
        !self.deleted && self.metadata.status.as_deref() != Some("CLOSED")
    }

    /// Whether it is known to be open.
    fn is_surely_open(&self) -> bool {
        matches!(self.metadata.status.as_deref(), None | Some("" | "NOT_STARTED" | "IN_PROGRESS"))
    }

    /// None where Google could not tell, for a word that this program does not know, and for an alert that may be closed.
    /// Source: developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/AlertMetadata.
    fn severity(&self) -> Option<AlertSeverity> {
        match self.metadata.severity.as_deref().filter(|_| self.is_surely_open()).unwrap_or_default() {
            "HIGH" => Some(AlertSeverity::High),
            "MEDIUM" => Some(AlertSeverity::Medium),
            "LOW" => Some(AlertSeverity::Low),
            _ => None,
        }
    }
}

/// Open alerts, a row for each urgency. One of unknown urgency could be of any: then no count is known, and the oldest only
/// where that one is not older.
pub(crate) fn counts(alerts: &[AlertWire]) -> Vec<SecurityAlertCount> {
    let open: Vec<&AlertWire> = alerts.iter().filter(|alert| alert.is_open()).collect();
    let (strange, told): (Vec<&AlertWire>, Vec<&AlertWire>) = open.iter().partition(|alert| alert.severity().is_none());
    let strange_dates: Option<Vec<Time>> = strange.iter().map(|alert| alert.create_time).collect();
    let clear = |known: bool| if known { Ok(()) } else { Err(unclear(&ALERTS)) };
    let row = |severity: AlertSeverity| {
        let those = told.iter().filter(|alert| alert.severity() == Some(severity));
        let dates: Option<Vec<Time>> = those.clone().map(|alert| alert.create_time).collect();
        let oldest = dates.as_ref().and_then(|dates| dates.iter().min().copied());
        let not_older = |dates: &Vec<Time>| oldest.is_some_and(|oldest| dates.iter().all(|date| *date >= oldest));
        let settled = strange.is_empty() || strange_dates.as_ref().is_some_and(not_older);
        SecurityAlertCount {
            severity: Cell::Known(severity),
            open: clear(strange.is_empty()).map(|()| i64::try_from(those.count()).unwrap_or(i64::MAX)).into(),
            oldest: clear(settled && dates.is_some()).map(|()| oldest).into(),
            ..SecurityAlertCount::new(severity.word())
        }
    };
    SEVERITIES.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(severity: &str, status: &str, created: &str) -> AlertWire {
        let text =
            format!(r#"{{"createTime":"{created}","metadata":{{"severity":"{severity}","status":"{status}"}}}}"#);
        serde_json::from_str(&text).expect("an alert")
    }

    #[test]
    fn alerts_that_nobody_closed_are_counted_and_the_oldest_kept() {
        let mut alerts = vec![
            alert("HIGH", "NOT_STARTED", "2026-11-10T08:00:00Z"),
            alert("HIGH", "IN_PROGRESS", "2026-11-01T08:00:00Z"),
            alert("HIGH", "CLOSED", "2026-01-01T08:00:00Z"),
            alert("MEDIUM", "", "2026-11-15T08:00:00Z"),
            alert("LOW", "NOT_STARTED", "2026-02-01T08:00:00Z"),
        ];
        alerts[4].deleted = true;
        let rows = counts(&alerts);
        let found: Vec<(&str, Option<i64>)> = rows.iter().map(|row| (&*row.id, row.open.known().copied())).collect();
        assert_eq!(found, [("high", Some(2)), ("medium", Some(1)), ("low", Some(0)), ("informational", Some(0))]);
        assert_eq!(rows[0].oldest, Cell::Known(Some("2026-11-01T08:00:00Z".parse().expect("a time"))));
    }

    #[test]
    fn an_urgency_that_is_not_known_could_be_any() {
        let none: AlertWire = serde_json::from_str(r#"{"createTime":"2026-11-10T08:00:00Z"}"#).expect("an alert");
        let word = |word| alert(word, "NOT_STARTED", "2026-11-10T08:00:00Z");
        for strange in [word("DIRE"), word(""), none, alert("HIGH", "SNOOZED", "2026-11-10T08:00:00Z")] {
            let rows = counts(&[strange]);
            assert!(rows.iter().all(|row| row.open.gap().is_some() && row.oldest.gap().is_some()));
        }
        let rows = counts(&[word(""), alert("HIGH", "NOT_STARTED", "2026-09-01T08:00:00Z")]);
        assert!(rows[0].open.gap().is_some(), "there may be two");
        assert_eq!(rows[0].oldest, Cell::Known(Some("2026-09-01T08:00:00Z".parse().expect("a time"))));
    }
}
