//! Devices: what opens the practice's data, and enrolled Chromebooks.

use std::collections::HashMap;

use tenantscan_model::rows::{Device, DirectoryDevice};
use tenantscan_model::{Cause, Cell, Gap, Listing, Table, Text};

use super::Put;
use crate::ask::Asking;
use crate::sources::device_users::{DEVICE_USERS, DeviceUserWire, Use, by_device};
use crate::sources::devices::{CHROMEBOOKS, ChromebookWire, DEVICES, DeviceWire, LOCK_RULES};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (known, users, chromebooks) = futures::join!(
        ask.items::<DeviceWire>(&DEVICES),
        ask.items::<DeviceUserWire>(&DEVICE_USERS),
        ask.items::<ChromebookWire>(&CHROMEBOOKS),
    );
    let Some(known) = known else { return Box::new(|_| {}) };
    let lock = ask.withheld(&LOCK_RULES);
    let chromebooks = chromebooks.unwrap_or_else(|| Err(Gap::new(Cause::NotCollected, CHROMEBOOKS.id)));
    let users = users.unwrap_or_else(|| Err(Gap::new(Cause::NotCollected, DEVICE_USERS.id))).map(by_device);
    let directory = match &known {
        // A practice has devices: where none reports, nobody has set it up, and what they are like is seen by nobody.
        Ok(known) if known.is_empty() => Table::unread(nothing_reports()),
        Ok(known) => {
            Table::complete(known.iter().map(|it| it.known(enrolled(it, &chromebooks), used(it, &users))).collect())
        }
        Err(gap) => Table::<DirectoryDevice>::unread(gap.clone()),
    };
    let mut devices = devices(known, &users, chromebooks);
    for device in &mut devices.rows {
        device.lock_minutes = Cell::Unknown(lock.clone());
    }
    Box::new(|data| {
        data.directory_devices = directory;
        data.devices = devices;
    })
}

/// Whether a device is one of the enrolled Chromebooks.
fn enrolled<'a>(device: &DeviceWire, chromebooks: &'a Result<Vec<ChromebookWire>, Gap>) -> Result<bool, &'a Gap> {
    let is_one = |it: &ChromebookWire| it.is_enrolled() && it.serial_number == device.serial_number;
    chromebooks.as_ref().map(|all| device.serial_number.is_some() && all.iter().any(is_one))
}

/// What the accounts on a device tell.
fn used<'a>(device: &DeviceWire, users: &'a Result<HashMap<Text, Use>, Gap>) -> Result<Option<&'a Use>, &'a Gap> {
    users.as_ref().map(|users| users.get(device.id()))
}

fn nothing_reports() -> Gap {
    Gap::new(Cause::Unavailable, DEVICES.id)
}

/// Chromebooks stand here by their enrolment, everything else by what it reports. The list is whole when both are.
fn devices(
    known: Result<Vec<DeviceWire>, Gap>,
    users: &Result<HashMap<Text, Use>, Gap>,
    chromebooks: Result<Vec<ChromebookWire>, Gap>,
) -> Table<Device> {
    let mut gap = None;
    let mut rows = Vec::new();
    match known {
        Ok(known) => rows.extend(known.into_iter().filter(|it| !it.is_chromebook()).map(|it| {
            let used = used(&it, users).map(Option::<&Use>::cloned);
            it.row(used)
        })),
        Err(hole) => gap = Some(hole),
    }
    match chromebooks {
        Ok(all) => rows.extend(all.into_iter().filter(ChromebookWire::is_enrolled).map(ChromebookWire::row)),
        Err(hole) => drop(gap.get_or_insert(hole)),
    }
    if gap.is_none() && rows.is_empty() {
        gap = Some(nothing_reports());
    }
    let mut table = Table::complete(rows);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    table
}
