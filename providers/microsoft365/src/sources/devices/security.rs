//! Settings of the device management, and open alerts and incidents as counts.

use serde::Deserialize;
use tenantscan_model::rows::{AlertSeverity, DeviceSettings, SecurityAlertCount, SecurityIncidentCount};
use tenantscan_model::{Cell, ClosedEnum, Text, Time};
use tenantscan_provider::{Call, Source};

use super::INTUNE;
use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static DEVICE_SETTINGS: Source = Source {
    id: "microsoft365.device_settings",
    title: "Settings of the device management",
    api: &GRAPH,
    path: "/beta/deviceManagement/settings",
    call: Call::Get,
    permissions: &["DeviceManagementConfiguration.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["device_settings"],
    fills: &["device_settings.id", "device_settings.secure_by_default", "device_settings.checkin_threshold_days"],
    docs: "https://learn.microsoft.com/graph/api/resources/intune-deviceconfig-devicemanagementsettings?view=graph-rest-beta",
};

/// Without `$select` an alert would bring the people, files and messages that it is about.
pub(crate) static SECURITY_ALERTS: Source = Source {
    id: "microsoft365.security_alerts",
    title: "Open security alerts",
    api: &GRAPH,
    path: "/v1.0/security/alerts_v2?$select=id,severity,status,createdDateTime&$filter=status%20ne%20'resolved'&$top=100",
    call: Call::Get,
    permissions: &["SecurityAlert.Read.All"],
    licence: None,
    role: None,
    lists: &["security_alert_counts"],
    fills: &[
        "security_alert_counts.id",
        "security_alert_counts.severity",
        "security_alert_counts.open",
        "security_alert_counts.oldest",
    ],
    docs: "https://learn.microsoft.com/graph/api/security-list-alerts_v2",
};

/// As for alerts: an incident's title and summary name people.
pub(crate) static SECURITY_INCIDENTS: Source = Source {
    id: "microsoft365.security_incidents",
    title: "Incidents that nobody has taken up",
    api: &GRAPH,
    path: "/v1.0/security/incidents?$select=id,severity,status,createdDateTime&$filter=status%20eq%20'active'&$top=50",
    call: Call::Get,
    permissions: &["SecurityIncident.Read.All"],
    licence: None,
    role: None,
    lists: &["security_incident_counts"],
    fills: &[
        "security_incident_counts.id",
        "security_incident_counts.severity",
        "security_incident_counts.open",
        "security_incident_counts.oldest",
    ],
    docs: "https://learn.microsoft.com/graph/api/security-list-incidents",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsWire {
    #[serde(default)]
    secure_by_default: Field<bool>,
    #[serde(default)]
    device_compliance_checkin_threshold_days: Field<i64>,
}

impl SettingsWire {
    pub(crate) fn row(self) -> DeviceSettings {
        let source = &DEVICE_SETTINGS;
        DeviceSettings {
            secure_by_default: self.secure_by_default.needed(source),
            checkin_threshold_days: self.device_compliance_checkin_threshold_days.needed(source),
            ..DeviceSettings::new("settings")
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertWire {
    severity: Option<Text>,
    status: Option<Text>,
    created_date_time: Option<Time>,
}

const SEVERITIES: [AlertSeverity; 4] =
    [AlertSeverity::High, AlertSeverity::Medium, AlertSeverity::Low, AlertSeverity::Informational];

/// How many of an urgency there are, and the oldest.
struct Count {
    severity: AlertSeverity,
    open: Cell<i64>,
    oldest: Cell<Option<Time>>,
}

/// A count for each urgency. One of unknown urgency could be of any: then no count is known.
fn count<'a>(
    open: impl Iterator<Item = &'a AlertWire> + Clone,
    source: &'static Source,
) -> impl Iterator<Item = Count> {
    let of = |alert: &AlertWire, severity: AlertSeverity| alert.severity.as_deref() == Some(severity.word());
    let strange = open.clone().any(|alert| !SEVERITIES.iter().any(|severity| of(alert, *severity)));
    SEVERITIES.into_iter().map(move |severity| {
        let those = open.clone().filter(|alert| of(alert, severity));
        let dates: Option<Vec<Time>> = those.clone().map(|alert| alert.created_date_time).collect();
        let clear = |strange: bool| if strange { Err(unclear(source)) } else { Ok(()) };
        Count {
            severity,
            open: clear(strange).map(|()| i64::try_from(those.count()).unwrap_or(i64::MAX)).into(),
            oldest: clear(strange || dates.is_none()).map(|()| dates.into_iter().flatten().min()).into(),
        }
    })
}

/// Open alerts, a row for each urgency.
pub(crate) fn counts(alerts: &[AlertWire]) -> Vec<SecurityAlertCount> {
    let open = alerts.iter().filter(|alert| alert.status.as_deref() != Some("resolved"));
    let rows = count(open, &SECURITY_ALERTS).map(|it| SecurityAlertCount {
        severity: Cell::Known(it.severity),
        open: it.open,
        oldest: it.oldest,
        ..SecurityAlertCount::new(it.severity.word())
    });
    rows.collect()
}

/// Incidents that nobody has taken up, a row for each urgency.
pub(crate) fn incident_counts(incidents: &[AlertWire]) -> Vec<SecurityIncidentCount> {
    let rows = count(incidents.iter(), &SECURITY_INCIDENTS).map(|it| SecurityIncidentCount {
        severity: Cell::Known(it.severity),
        open: it.open,
        oldest: it.oldest,
        ..SecurityIncidentCount::new(it.severity.word())
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(severity: &str, status: &str, created: &str) -> AlertWire {
        let text = format!(r#"{{"severity": "{severity}", "status": "{status}", "createdDateTime": "{created}"}}"#);
        serde_json::from_str(&text).expect("an alert")
    }

    #[test]
    fn open_alerts_are_counted_and_the_oldest_kept() {
        let alerts = [
            alert("high", "new", "2026-11-10T08:00:00Z"),
            alert("high", "inProgress", "2026-11-01T08:00:00Z"),
            alert("high", "resolved", "2026-01-01T08:00:00Z"),
            alert("low", "new", "2026-11-15T08:00:00Z"),
        ];
        let rows = counts(&alerts);
        assert_eq!((rows[0].id.as_str(), &rows[0].open), ("high", &Cell::Known(2)));
        assert_eq!(
            rows[0].oldest.known().expect("known").map(|it| it.to_string()).as_deref(),
            Some("2026-11-01T08:00:00Z")
        );
        assert_eq!((&rows[1].open, &rows[1].oldest), (&Cell::Known(0), &Cell::Known(None)));
    }

    #[test]
    fn an_urgency_that_is_not_known_could_be_any() {
        let rows = counts(&[alert("brandNew", "new", "2026-11-10T08:00:00Z")]);
        assert!(rows.iter().all(|row| row.open.gap().is_some() && row.oldest.gap().is_some()));
    }

    #[test]
    fn incidents_are_counted_alike() {
        let rows = incident_counts(&[alert("medium", "active", "2026-11-10T08:00:00Z")]);
        assert_eq!((&rows[0].open, &rows[1].open), (&Cell::Known(0), &Cell::Known(1)));
        let rows = incident_counts(&[alert("unknown", "active", "2026-11-10T08:00:00Z")]);
        assert!(rows.iter().all(|row| row.open.gap().is_some()));
    }
}
