//! Whose devices may be enrolled.

use serde::Deserialize;
use tenantscan_model::rows::EnrolmentDefaults;
use tenantscan_model::{Gap, Table, Text};
use tenantscan_provider::{Call, Source};

use super::INTUNE;
use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

/// The rules are of many kinds, and `$select` knows only what all have.
pub(crate) static ENROLMENT: Source = Source {
    id: "microsoft365.enrolment",
    title: "Rules for enrolling devices",
    api: &GRAPH,
    path: "/v1.0/deviceManagement/deviceEnrollmentConfigurations",
    call: Call::Get,
    permissions: &["DeviceManagementConfiguration.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["enrolment_defaults"],
    fills: &["enrolment_defaults.id", "enrolment_defaults.personal_allowed"],
    docs: "https://learn.microsoft.com/graph/api/intune-onboarding-deviceenrollmentplatformrestrictionsconfiguration-list",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnrolmentWire {
    id: Text,
    #[serde(default)]
    windows_restriction: Field<RestrictionWire>,
    #[serde(default, rename = "macOSRestriction")]
    mac_restriction: Field<RestrictionWire>,
    #[serde(default)]
    ios_restriction: Field<RestrictionWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RestrictionWire {
    platform_blocked: Option<bool>,
    personal_device_enrollment_blocked: Option<bool>,
}

impl RestrictionWire {
    fn personal_allowed(&self) -> Option<bool> {
        match (self.platform_blocked, self.personal_device_enrollment_blocked) {
            (Some(true), _) | (_, Some(true)) => Some(false),
            (Some(false), Some(false)) => Some(true),
            _ => None,
        }
    }
}

/// How the id of the rule ends that every tenant has, and that holds where no other does.
const DEFAULT: &str = "_DefaultPlatformRestrictions";

/// The default rule among all. A tenant has it: a list without it is not whole.
pub(crate) fn defaults(read: Result<Vec<EnrolmentWire>, Gap>) -> Table<EnrolmentDefaults> {
    let rule = read
        .and_then(|rules| rules.into_iter().find(|rule| rule.id.ends_with(DEFAULT)).ok_or_else(|| unclear(&ENROLMENT)));
    match rule {
        Ok(rule) => Table::complete(vec![rule.row()]),
        Err(gap) => Table::unread(gap),
    }
}

impl EnrolmentWire {
    fn row(self) -> EnrolmentDefaults {
        let systems =
            [("Windows", &self.windows_restriction), ("macOS", &self.mac_restriction), ("iOS", &self.ios_restriction)];
        let told = systems.into_iter().map(|(name, rule)| Some((name, rule.value()?.personal_allowed()?)));
        let allowed = told.collect::<Option<Vec<_>>>().map(|told| {
            told.into_iter().filter(|(_, allowed)| *allowed).map(|(name, _)| Text::from(name)).collect::<Vec<_>>()
        });
        EnrolmentDefaults {
            personal_allowed: allowed.ok_or_else(|| unclear(&ENROLMENT)).into(),
            ..EnrolmentDefaults::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(rules: Value) -> Table<EnrolmentDefaults> {
        defaults(Ok(serde_json::from_value(rules).expect("rules")))
    }

    fn rule(windows: Value) -> Value {
        let open = json!({ "platformBlocked": false, "personalDeviceEnrollmentBlocked": false });
        let shut = json!({ "platformBlocked": true, "personalDeviceEnrollmentBlocked": false });
        json!([{ "id": "t_DefaultLimit", "limit": 15 },
            { "id": "t_DefaultPlatformRestrictions", "windowsRestriction": windows, "macOSRestriction": open, "iosRestriction": shut }])
    }

    #[test]
    fn what_may_be_enrolled_is_known_when_all_systems_are_told() {
        let allowed = |windows: Value| read(rule(windows)).rows[0].personal_allowed.known().cloned();
        let blocked = json!({ "platformBlocked": false, "personalDeviceEnrollmentBlocked": true });
        assert_eq!(allowed(blocked), Some(vec!["macOS".into()]));
        let open = json!({ "platformBlocked": false, "personalDeviceEnrollmentBlocked": false });
        assert_eq!(allowed(open), Some(vec!["Windows".into(), "macOS".into()]));
        assert_eq!(allowed(json!({ "platformBlocked": false })), None);
        assert_eq!(allowed(json!(null)), None);
    }

    #[test]
    fn a_list_without_the_default_is_not_whole() {
        assert!(read(json!([{ "id": "t_DefaultLimit" }])).gap().is_some());
    }
}
