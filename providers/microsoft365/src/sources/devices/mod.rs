//! Devices: Intune, encryption, screen locks, and what Defender says.

pub(crate) mod apps;
pub(crate) mod catalogue;
pub(crate) mod directory;
pub(crate) mod enrolment;
pub(crate) mod managed;
pub(crate) mod policies;
pub(crate) mod risk;
pub(crate) mod score;
pub(crate) mod security;

use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::Source;

use tenantscan_provider::{Field, unclear};

pub(super) const SOURCES: &[&Source] = &[
    &managed::MANAGED_DEVICES,
    &managed::DEVICE_HEALTH,
    &managed::ENCRYPTION_STATES,
    &policies::COMPLIANCE_POLICIES,
    &policies::DEVICE_PROFILES,
    &catalogue::SETTINGS_CATALOGUE,
    &apps::IOS_APP_PROTECTION,
    &apps::ANDROID_APP_PROTECTION,
    &directory::DIRECTORY_DEVICES,
    &directory::RECOVERY_KEYS,
    &security::DEVICE_SETTINGS,
    &security::SECURITY_ALERTS,
    &security::SECURITY_INCIDENTS,
    &score::SECURE_SCORE,
    &risk::RISKY_ACCOUNTS,
    &enrolment::ENROLMENT,
];

/// The licence without which Intune refuses.
pub(crate) const INTUNE: &str = "Microsoft Intune";

/// A date of Intune, which writes the year 1 for "none" and the year 9999 for "never".
fn moment(field: Field<Text>, source: &Source) -> Cell<Option<Time>> {
    match field {
        Field::Null => Cell::Known(None),
        Field::Absent => Cell::Unknown(unclear(source)),
        Field::Value(text) if text.starts_with("0001-") || text.starts_with("9999-") => Cell::Known(None),
        Field::Value(text) => match text.parse() {
            Ok(time) => Cell::Known(Some(time)),
            Err(_) => Cell::Unknown(unclear(source)),
        },
    }
}

/// An id, which may be empty or all zeros for "none".
fn some_id(field: Field<Text>, source: &Source) -> Cell<Option<Text>> {
    let none = |id: &Text| id.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    field.nullable(source).map(|id| id.filter(|id| !none(id)))
}

/// An id in small letters, as ids are compared.
pub(crate) fn id(text: &str) -> Text {
    text.to_ascii_lowercase().as_str().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_mean_none_are_none() {
        let known = |text: &str| match moment(Field::Value(text.into()), &managed::MANAGED_DEVICES) {
            Cell::Known(time) => Some(time.map(|time| time.to_string())),
            Cell::Unknown(_) => None,
        };
        assert_eq!(known("0001-01-01T00:00:00Z"), Some(None));
        assert_eq!(known("9999-12-31T23:59:59.9999999Z"), Some(None));
        assert_eq!(known("2026-11-18T08:00:00Z"), Some(Some("2026-11-18T08:00:00Z".to_owned())));
        assert_eq!(known("yesterday"), None);
        assert!(moment(Field::Absent, &managed::MANAGED_DEVICES).gap().is_some());
    }

    #[test]
    fn an_id_of_zeros_is_none() {
        let cases = [("", None), ("00000000-0000-0000-0000-000000000000", None), ("a-1", Some("a-1"))];
        for (text, expected) in cases {
            let id = some_id(Field::Value(text.into()), &managed::MANAGED_DEVICES);
            assert_eq!(id.known().expect("known").as_deref(), expected, "{text}");
        }
    }
}
