//! Whether a device's storage is encrypted, by what was measured and what it reported.

use std::collections::HashMap;

use jiff::SignedDuration;
use tenantscan_model::rows::{Device, DevicePlatform};
use tenantscan_model::{Cause, Gap, Text};

use crate::sources::devices::id;
use crate::sources::devices::managed::{ENCRYPTION_STATES, EncryptionWire, MANAGED_DEVICES};
use tenantscan_provider::unclear;

/// How long after its enrolment a device may not have reported yet.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// Measured states, found by the id of the device. The vendor does not say that its id is the device's: where none
/// fits, name and person decide if they are unique.
pub(super) struct States<'a> {
    by_id: HashMap<Text, &'a EncryptionWire>,
    by_name: HashMap<(Text, Text), Vec<&'a EncryptionWire>>,
}

impl<'a> States<'a> {
    pub(super) fn new(states: &'a [EncryptionWire]) -> Self {
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for state in states {
            let part = |text: &Option<Text>| id(text.as_deref().unwrap_or_default());
            by_name.entry((part(&state.device_name), part(&state.user_principal_name))).or_default().push(state);
        }
        Self { by_id: states.iter().map(|state| (id(&state.id), state)).collect(), by_name }
    }

    /// The state of a device; an error where it cannot be told which state is its own.
    fn find(&self, device: &Device) -> Result<Option<&'a EncryptionWire>, Gap> {
        if let Some(state) = self.by_id.get(&id(&device.id)) {
            return Ok(Some(state));
        }
        let name = device.name.read().map_err(Clone::clone)?;
        let user = device.user.read().map_err(Clone::clone)?;
        match self.by_name.get(&(id(name), id(user.as_deref().unwrap_or_default()))).map(Vec::as_slice) {
            None => Ok(None),
            Some([state]) => Ok(Some(state)),
            Some(_) => Err(unclear(&ENCRYPTION_STATES)),
        }
    }
}

/// Measured states are of computers alone; for the rest what the device reported stands.
pub(super) fn encrypted(device: &Device, states: Result<&States<'_>, Gap>) -> Result<bool, Gap> {
    let platform = device.platform.read().map_err(Clone::clone)?;
    let computer = matches!(platform, DevicePlatform::Windows | DevicePlatform::MacOs);
    let measured = if computer { states?.find(device)? } else { None };
    let encrypted = match measured.map(|state| state.encryption_state.as_deref()) {
        Some(Some("encrypted")) => true,
        Some(Some("notEncrypted")) => false,
        Some(_) => return Err(unclear(&ENCRYPTION_STATES)),
        None => *device.encryption_reported.read().map_err(Clone::clone)?,
    };
    if encrypted || has_reported(device)? {
        return Ok(encrypted);
    }
    Err(Gap::new(Cause::Unavailable, MANAGED_DEVICES.id))
}

/// Whether the device was in contact for long enough to have said "not encrypted" itself.
fn has_reported(device: &Device) -> Result<bool, Gap> {
    let Some(last) = device.last_contact.read().map_err(Clone::clone)? else { return Ok(false) };
    let enrolled = device.enrolled.read().map_err(Clone::clone)?;
    Ok(enrolled.is_none_or(|enrolled| last.duration_since(enrolled) >= FRESH))
}

#[cfg(test)]
mod tests {
    //! Cases: what is known of a device, and whether it is encrypted.

    use tenantscan_model::Cell;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn state(id: &str, name: &str, state: Option<&str>) -> EncryptionWire {
        EncryptionWire {
            id: id.into(),
            device_name: Some(name.into()),
            user_principal_name: Some("ann@cedar.example".into()),
            encryption_state: state.map(Text::from),
        }
    }

    #[test]
    fn cases() {
        type Change = fn(&mut Device, &mut Result<Vec<EncryptionWire>, Gap>);
        let cases: [(&str, Change, Option<bool>); 15] = [
            ("said so, nothing measured", |_, _| {}, Some(true)),
            (
                "measured, though it said no",
                |d, s| {
                    d.encryption_reported = Cell::Known(false);
                    *s = Ok(vec![state("D", "PC", Some("encrypted"))]);
                },
                Some(true),
            ),
            (
                "measured not, though it said so",
                |_, s| *s = Ok(vec![state("d", "PC", Some("notEncrypted"))]),
                Some(false),
            ),
            ("measured under another id", |_, s| *s = Ok(vec![state("x", "pc", Some("notEncrypted"))]), Some(false)),
            (
                "two of the same name",
                |_, s| {
                    *s = Ok(vec![state("x", "pc", Some("encrypted")), state("y", "pc", Some("notEncrypted"))]);
                },
                None,
            ),
            ("another measured", |_, s| *s = Ok(vec![state("x", "other", Some("notEncrypted"))]), Some(true)),
            ("a state that is not known", |_, s| *s = Ok(vec![state("d", "PC", Some("brandNew"))]), None),
            ("a state that was left out", |_, s| *s = Ok(vec![state("d", "PC", None)]), None),
            ("states unread", |_, s| *s = Err(gap()), None),
            (
                "states unread, but a telephone",
                |d, s| {
                    d.platform = Cell::Known(DevicePlatform::Ios);
                    *s = Err(gap());
                },
                Some(true),
            ),
            ("said no", |d, _| d.encryption_reported = Cell::Known(false), Some(false)),
            (
                "never reported",
                |d, _| {
                    d.encryption_reported = Cell::Known(false);
                    d.last_contact = Cell::Known(None);
                },
                None,
            ),
            (
                "just enrolled",
                |d, _| {
                    d.encryption_reported = Cell::Known(false);
                    d.enrolled = d.last_contact.clone();
                },
                None,
            ),
            (
                "just enrolled, measured not",
                |d, s| {
                    d.enrolled = d.last_contact.clone();
                    *s = Ok(vec![state("d", "PC", Some("notEncrypted"))]);
                },
                None,
            ),
            ("which system is not known", |d, _| d.platform = Cell::Unknown(gap()), None),
        ];
        for (case, change, expected) in cases {
            let time = |text: &str| Cell::Known(Some(text.parse().expect("a time")));
            let mut device = Device {
                name: Cell::Known("PC".into()),
                user: Cell::Known(Some("ann@cedar.example".into())),
                platform: Cell::Known(DevicePlatform::Windows),
                encryption_reported: Cell::Known(true),
                enrolled: time("2025-01-01T00:00:00Z"),
                last_contact: time("2026-11-18T00:00:00Z"),
                ..Device::new("d")
            };
            let mut states = Ok(Vec::new());
            change(&mut device, &mut states);
            let index = states.as_ref().map(|states| States::new(states)).map_err(Clone::clone);
            assert_eq!(encrypted(&device, index.as_ref().map_err(Clone::clone)).ok(), expected, "{case}");
        }
    }
}
