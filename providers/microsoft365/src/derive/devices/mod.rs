//! Whether devices are protected: encrypted, locked, managed, supported.

mod encryption;
mod reach;

use std::collections::{BTreeSet, HashMap};

use tenantscan_model::rows::{Device, DevicePlatformRow, DirectoryDevice};
use tenantscan_model::{Cause, Cell, ClosedEnum, Datasets, Gap, Listing, Table, Text, Time};
use tenantscan_provider::Derived;

use crate::sources::devices::managed::{DEVICE_HEALTH, EncryptionWire, MANAGED_DEVICES};
use crate::sources::devices::{directory, id};
pub(crate) use reach::{app_reach, named_groups};
use tenantscan_people::GroupMembers;
use tenantscan_provider::unclear;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["devices.encrypted"],
        from: &[
            "devices",
            "devices.platform",
            "devices.encryption_reported",
            "devices.enrolled",
            "devices.last_contact",
        ],
    },
    Derived {
        columns: &["devices.encryption_demanded", "devices.lock_minutes"],
        from: &["devices", "devices.platform", "device_policies", "directory_devices", "group members"],
    },
    Derived { columns: &["devices.recovery_key_kept"], from: &["devices", "devices.directory_device_id"] },
    Derived {
        columns: &["devices.os_support_ends", "devices.os_support_ends_earliest", "devices.os_support_ends_latest"],
        from: &["devices", "devices.platform", "devices.os_version", "devices.edition"],
    },
    Derived {
        columns: &["device_platforms"],
        from: &["devices", "devices.managed", "devices.encryption_demanded", "devices.lock_minutes"],
    },
    Derived { columns: &["directory_devices.managed"], from: &["directory_devices", "devices", "devices.managed"] },
    Derived {
        columns: &["directory_devices.last_report"],
        from: &["directory_devices", "directory_devices.device_id", "devices", "devices.last_contact"],
    },
    Derived { columns: &["app_protection_policies.reached"], from: &["app_protection_policies", "group members"] },
];

/// Answers that are joined with the rows and not kept.
pub(crate) struct Joined {
    /// Measured states of computers; none when they are not wanted.
    pub(crate) encryption: Option<Result<Vec<EncryptionWire>, Gap>>,
    /// Devices of which the directory keeps a recovery key; none when they are not wanted.
    pub(crate) recovery: Option<Result<Vec<directory::RecoveryKeyWire>, Gap>>,
    /// Members of the groups that rules for devices name.
    pub(crate) members: GroupMembers,
}

/// Fills what follows from answers that are not kept. Call it once the area's tables are in place.
pub(crate) fn join(datasets: &mut Datasets, joined: &Joined) {
    let mut devices = std::mem::take(&mut datasets.devices);
    let reach = reach::Reach::new(&datasets.directory_devices, &joined.members);
    let states = joined.encryption.as_ref().map(|states| states.as_ref().map(|states| encryption::States::new(states)));
    let keys = joined.recovery.as_ref().map(|keys| keys.as_ref().map(|keys| Keys::new(keys)));
    for device in &mut devices.rows {
        device.encryption_demanded = reach.encryption_demanded(device, &datasets.device_policies).into();
        device.lock_minutes = reach.lock_minutes(device, &datasets.device_policies).into();
        if let Some(states) = &states {
            device.encrypted = encryption::encrypted(device, states.as_ref().map_err(|gap| (*gap).clone())).into();
        }
        if let Some(keys) = &keys {
            device.recovery_key_kept =
                keys.as_ref().map_err(|gap| (*gap).clone()).and_then(|keys| kept(device, keys)).into();
        }
    }
    datasets.devices = devices;
}

/// The devices of which a key is kept, and whether there is a key of which the answer does not say whose it is.
struct Keys {
    devices: BTreeSet<Text>,
    stray: bool,
}

impl Keys {
    fn new(keys: &[directory::RecoveryKeyWire]) -> Self {
        let devices = keys.iter().filter_map(|key| key.device_id.as_ref()).map(|text| id(text)).collect();
        Self { devices, stray: keys.iter().any(|key| key.device_id.is_none()) }
    }
}

fn kept(device: &Device, keys: &Keys) -> Result<bool, Gap> {
    let own = device.directory_device_id.read().map_err(Clone::clone)?;
    match own.as_ref().is_some_and(|own| keys.devices.contains(&id(own))) {
        false if keys.stray => Err(unclear(&directory::RECOVERY_KEYS)),
        found => Ok(found),
    }
}

pub(super) fn apply(datasets: &mut Datasets) {
    let told = tenantscan_systems::Told { system: MANAGED_DEVICES.id, edition: DEVICE_HEALTH.id };
    for device in &mut datasets.devices.rows {
        tenantscan_systems::fill(device, told);
    }
    for device in &mut datasets.directory_devices.rows {
        device.managed = managed(device, &datasets.devices).into();
    }
    last_reports(&mut datasets.directory_devices.rows, &datasets.devices);
    if let Some(gap) = unused(&datasets.devices) {
        datasets.devices.listing = Listing::Unread(gap);
    }
    datasets.device_platforms = match datasets.devices.gap() {
        Some(gap) => Table::unread(gap.clone()),
        None => platforms(&datasets.devices.rows),
    };
}

/// The gap of a device management that manages nothing: a practice has devices all the same, and what these are like
/// is then seen by nobody.
fn unused(devices: &Table<Device>) -> Option<Gap> {
    let none = devices.gap().is_none() && devices.rows.iter().all(|device| device.managed.known() == Some(&false));
    none.then(|| Gap::new(Cause::Unavailable, MANAGED_DEVICES.id))
}

/// Whether the directory says so, or the device management has the device.
fn managed(device: &DirectoryDevice, managed: &Table<Device>) -> Result<bool, Gap> {
    if device.managed_reported.known() == Some(&Some(true)) {
        return Ok(true);
    }
    let mut gap = device.managed_reported.gap().or(managed.gap()).cloned();
    match device.device_id.read() {
        Ok(None) => {}
        Ok(Some(own)) => {
            for row in &managed.rows {
                match (row.directory_device_id.read(), row.managed.read()) {
                    (Ok(Some(other)), Ok(true)) if own.eq_ignore_ascii_case(other) => return Ok(true),
                    (Ok(Some(other)), Err(unread)) if own.eq_ignore_ascii_case(other) => gap = Some(unread.clone()),
                    (Err(unread), _) => {
                        gap.get_or_insert_with(|| unread.clone());
                    }
                    _ => {}
                }
            }
        }
        Err(unread) => {
            gap.get_or_insert_with(|| unread.clone());
        }
    }
    gap.map_or(Ok(false), Err)
}

/// When the device management last heard of each device. A tenant without its licence has none that could.
fn last_reports(directory: &mut [DirectoryDevice], managed: &Table<Device>) {
    let mut gap = managed.gap().filter(|gap| gap.cause() != Cause::LicenceRequired).cloned();
    let mut heard: HashMap<String, Result<Option<Time>, Gap>> = HashMap::new();
    for row in &managed.rows {
        match row.directory_device_id.read() {
            Ok(Some(id)) => {
                let last = heard.entry(id.to_ascii_lowercase()).or_insert(Ok(None));
                *last = match (&*last, row.last_contact.read()) {
                    (Ok(before), Ok(now)) => Ok((*before).max(*now)),
                    (Err(unread), _) => Err(unread.clone()),
                    (_, Err(unread)) => Err(unread.clone()),
                };
            }
            Ok(None) => {}
            Err(unread) => drop(gap.get_or_insert_with(|| unread.clone())),
        }
    }
    for device in directory {
        device.last_report = match (device.device_id.read(), &gap) {
            (Err(unread), _) => Cell::Unknown(unread.clone()),
            (_, Some(gap)) => Cell::Unknown(gap.clone()),
            (Ok(None), None) => Cell::Known(None),
            (Ok(Some(id)), None) => heard.get(&id.to_ascii_lowercase()).cloned().unwrap_or(Ok(None)).into(),
        };
    }
}

/// The most names of devices that a row holds.
const NAMES: usize = 20;

/// One row for each system; none is whole while the system of a device, or whether it is managed, is not known.
fn platforms(devices: &[Device]) -> Table<DevicePlatformRow> {
    let mut rows = Vec::new();
    let mut words: BTreeSet<&str> = BTreeSet::new();
    let mut gap: Option<Gap> = None;
    for device in devices {
        match (device.platform.read(), device.managed.read()) {
            (_, Ok(false)) => {}
            (Ok(platform), Ok(true)) => {
                words.insert(platform.word());
            }
            (Err(unread), _) | (_, Err(unread)) => {
                gap.get_or_insert_with(|| unread.clone());
            }
        }
    }
    for word in words {
        let those = devices.iter().filter(|device| {
            device.platform.known().is_some_and(|platform| platform.word() == word)
                && device.managed.known() == Some(&true)
        });
        rows.push(platform(word, &those.collect::<Vec<_>>(), gap.as_ref()));
    }
    let mut table = Table::complete(rows);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    table
}

/// `open` is the gap that keeps it open whether further devices belong to the row.
fn platform(word: &str, devices: &[&Device], open: Option<&Gap>) -> DevicePlatformRow {
    let all = |judge: &dyn Fn(&Device) -> Result<bool, Gap>| {
        let (mut names, mut gap) = (Vec::new(), open.cloned());
        let mut missing = false;
        for device in devices {
            match judge(device) {
                Ok(true) => {}
                Ok(false) => {
                    missing = true;
                    if names.len() < NAMES {
                        names.push(device.name.known().cloned().unwrap_or_else(|| device.id.clone()));
                    }
                }
                Err(unread) => {
                    gap.get_or_insert(unread);
                }
            }
        }
        (missing, names, gap)
    };
    let encrypted = all(&|device| device.encryption_demanded.read().copied().map_err(Clone::clone));
    let locked = all(&|device| device.lock_minutes.read().map(Option::is_some).map_err(Clone::clone));
    let longest = devices.iter().filter_map(|device| device.lock_minutes.known().copied().flatten()).max();
    // Once one device is known to be without a rule, the rest cannot change the answer; its list may still grow.
    let decided = |missing: bool, gap: &Option<Gap>| if missing { None } else { gap.clone() };
    let listed = |names: Vec<Text>, gap: Option<Gap>| gap.map_or(Cell::Known(names), Cell::Unknown);
    DevicePlatformRow {
        name: devices.first().map(|device| device.operating_system.clone()).unwrap_or_default(),
        devices: open.map_or_else(
            || Cell::Known(i64::try_from(devices.len()).unwrap_or(i64::MAX)),
            |gap| Cell::Unknown(gap.clone()),
        ),
        encryption_demanded: decided(encrypted.0, &encrypted.2).map_or(Cell::Known(!encrypted.0), Cell::Unknown),
        without_encryption_rule: listed(encrypted.1, encrypted.2),
        lock_minutes: decided(locked.0, &locked.2)
            .map_or(Cell::Known(if locked.0 { None } else { longest }), Cell::Unknown),
        without_lock_rule: listed(locked.1, locked.2),
        ..DevicePlatformRow::new(word)
    }
}

/// The gap of a fact that only a person can supply.
fn for_a_person(source: &str) -> Gap {
    Gap::new(Cause::NotSupplied, source)
}

#[cfg(test)]
mod tests {
    use tenantscan_model::rows::DevicePlatform;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn device(name: &str, lock: Cell<Option<i64>>, encryption: Cell<bool>) -> Device {
        Device {
            name: Cell::Known(name.into()),
            platform: Cell::Known(DevicePlatform::Windows),
            managed: Cell::Known(true),
            lock_minutes: lock,
            encryption_demanded: encryption,
            ..Device::new(name)
        }
    }

    #[test]
    fn a_system_is_as_well_protected_as_its_least_protected_device() {
        let (ten, five) = (Cell::Known(Some(10)), Cell::Known(Some(5)));
        // devices' minutes, whether an unknown device may belong to them, minutes of the system
        type Case = (Vec<Cell<Option<i64>>>, bool, Option<Option<i64>>);
        let cases: [Case; 6] = [
            (vec![ten.clone(), five.clone()], false, Some(Some(10))),
            (vec![ten.clone(), Cell::Known(None)], false, Some(None)),
            (vec![ten.clone(), Cell::Unknown(gap())], false, None),
            (vec![Cell::Known(None), Cell::Unknown(gap())], false, Some(None)),
            (vec![ten], true, None),
            (vec![Cell::Known(None)], true, Some(None)),
        ];
        for (minutes, open, expected) in cases {
            let mut devices: Vec<Device> =
                minutes.iter().map(|cell| device("d", cell.clone(), Cell::Known(true))).collect();
            if open {
                let other = device("x", Cell::Unknown(gap()), Cell::Known(true));
                devices.push(Device { platform: Cell::Unknown(gap()), ..other });
            }
            let table = platforms(&devices);
            assert_eq!(table.gap().is_some(), open);
            assert_eq!(table.rows[0].lock_minutes.known().copied(), expected, "{minutes:?} {open}");
        }
    }

    #[test]
    fn a_device_management_that_manages_nothing_shows_no_devices() {
        let seen = |agent: Option<bool>| Device { managed: agent.ok_or_else(gap).into(), ..Device::new("i") };
        let cases = [
            (vec![], Some(Cause::Unavailable)),
            (vec![seen(Some(false))], Some(Cause::Unavailable)),
            (vec![seen(Some(false)), seen(None)], None),
            (vec![seen(Some(true))], None),
        ];
        for (rows, cause) in cases {
            let directory = DirectoryDevice {
                device_id: Cell::Known(Some("d-1".into())),
                managed_reported: Cell::Known(None),
                ..DirectoryDevice::new("o")
            };
            let mut data = Datasets {
                devices: Table::complete(
                    rows.into_iter()
                        .map(|row: Device| Device { directory_device_id: Cell::Known(None), ..row })
                        .collect(),
                ),
                directory_devices: Table::complete(vec![directory]),
                ..Datasets::default()
            };
            apply(&mut data);
            assert_eq!(data.devices.gap().map(Gap::cause), cause);
            assert_eq!(data.directory_devices.rows[0].managed.known(), Some(&false), "the directory's own stand");
        }
        let mut data = Datasets { devices: Table::unread(gap()), ..Datasets::default() };
        apply(&mut data);
        assert_eq!(data.devices.gap(), Some(&gap()));
    }

    #[test]
    fn a_key_of_which_nobody_says_whose_it_is_may_be_anybodys() {
        let key = |device: Option<&str>| directory::RecoveryKeyWire { device_id: device.map(Text::from) };
        let device = Device { directory_device_id: Cell::Known(Some("D-1".into())), ..Device::new("i") };
        let found = |keys: &[directory::RecoveryKeyWire]| kept(&device, &Keys::new(keys)).ok();
        assert_eq!(found(&[key(Some("d-1")), key(None)]), Some(true));
        assert_eq!(found(&[key(Some("d-2"))]), Some(false));
        assert_eq!(found(&[key(Some("d-2")), key(None)]), None);
    }

    #[test]
    fn names_of_unprotected_devices_are_listed_when_all_are_known() {
        let rows = [
            device("a", Cell::Known(Some(5)), Cell::Known(false)),
            device("b", Cell::Known(Some(5)), Cell::Known(true)),
        ];
        let row = &platforms(&rows).rows[0];
        assert_eq!(row.without_encryption_rule, Cell::Known(vec!["a".into()]));
        assert_eq!((&row.encryption_demanded, &row.devices), (&Cell::Known(false), &Cell::Known(2)));
    }

    #[test]
    fn when_the_device_management_last_heard_of_a_device() {
        let day = |day: &str| format!("2026-{day}T08:00:00Z").parse::<Time>().expect("a time");
        let row = |id: &str, last: Cell<Option<Time>>| Device {
            directory_device_id: Cell::Known(Some(id.into())),
            last_contact: last,
            ..Device::new(id)
        };
        let all = Table::complete;
        let last = |text: &str| Cell::Known(Some(day(text)));
        let cases = [
            ("another device", all(vec![row("D-2", last("11-01"))]), Some(None)),
            ("heard of", all(vec![row("D-1", last("11-01"))]), Some(Some(day("11-01")))),
            (
                "enrolled twice",
                all(vec![row("D-1", last("03-01")), row("d-1", last("11-01"))]),
                Some(Some(day("11-01"))),
            ),
            ("never heard of", all(vec![row("D-1", Cell::Known(None))]), Some(None)),
            ("not said", all(vec![row("D-1", Cell::Unknown(gap()))]), None),
            ("unread", Table::unread(gap()), None),
            ("no licence", Table::unread(Gap::new(Cause::LicenceRequired, "test")), Some(None)),
        ];
        for (case, devices, due) in cases {
            let mut directory =
                [DirectoryDevice { device_id: Cell::Known(Some("d-1".into())), ..DirectoryDevice::new("o") }];
            last_reports(&mut directory, &devices);
            assert_eq!(directory[0].last_report.known().copied(), due, "{case}");
        }
    }

    #[test]
    fn a_device_is_managed_when_either_list_says_so() {
        let intune = |agent: Cell<bool>| {
            Table::complete(vec![Device {
                directory_device_id: Cell::Known(Some("D-1".into())),
                managed: agent,
                ..Device::new("i")
            }])
        };
        let empty = || Table::complete(Vec::new());
        let cases = [
            ("the directory says so", Cell::Known(Some(true)), Table::unread(gap()), Some(true)),
            ("Intune has it", Cell::Known(None), intune(Cell::Known(true)), Some(true)),
            ("Intune has it, the directory lags", Cell::Known(Some(false)), intune(Cell::Known(true)), Some(true)),
            ("Intune sees it only", Cell::Known(None), intune(Cell::Known(false)), Some(false)),
            ("Intune has it, the agent is not known", Cell::Known(None), intune(Cell::Unknown(gap())), None),
            ("neither", Cell::Known(None), empty(), Some(false)),
            ("Intune was not read", Cell::Known(Some(false)), Table::unread(gap()), None),
            ("the directory did not say", Cell::Unknown(gap()), empty(), None),
        ];
        for (case, reported, devices, expected) in cases {
            let device = DirectoryDevice {
                device_id: Cell::Known(Some("d-1".into())),
                managed_reported: reported,
                ..DirectoryDevice::new("o")
            };
            assert_eq!(managed(&device, &devices).ok(), expected, "{case}");
        }
    }
}
