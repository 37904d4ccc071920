//! Devices: Intune, encryption, screen locks, and what Defender says.

use std::collections::HashMap;

use tenantscan_model::rows::{
    AppProtectionPolicy, Device, DevicePlatform, DevicePolicy, DevicePolicyKind, RiskyAccount, SecurityAlertCount,
    SecurityIncidentCount,
};
use tenantscan_model::{Cause, Gap, Listing, Row, Table, Text};

use super::{Asking, Put};
use crate::derive::devices::{Joined, app_reach, join, named_groups};
use crate::sources::devices::{apps, catalogue, directory, enrolment, managed, policies, risk, score, security};
use crate::sources::identity;
use tenantscan_people::GroupMembers;
use tenantscan_provider::unclear;

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (devices, health, encryption, directory_devices, recovery, settings, enrolled, policies, apps) = futures::join!(
        ask.table(&managed::MANAGED_DEVICES, managed::DeviceWire::row),
        ask.items::<managed::HealthWire>(&managed::DEVICE_HEALTH),
        ask.items::<managed::EncryptionWire>(&managed::ENCRYPTION_STATES),
        ask.table(&directory::DIRECTORY_DEVICES, directory::DirectoryDeviceWire::row),
        ask.items::<directory::RecoveryKeyWire>(&directory::RECOVERY_KEYS),
        ask.single(&security::DEVICE_SETTINGS, security::SettingsWire::row),
        ask.items::<enrolment::EnrolmentWire>(&enrolment::ENROLMENT),
        device_policies(ask),
        app_policies(ask),
    );
    let (mut apps, scopes) = apps;
    let (members, (alerts, incidents, risky), score) = futures::join!(
        members(ask, named_groups(&policies, &scopes)),
        threats(ask),
        ask.object::<score::ScoresWire>(&score::SECURE_SCORE),
    );
    reached(&mut apps, &scopes, &members);
    let devices = with_health(devices, health);
    Box::new(move |data| {
        data.devices = devices;
        data.directory_devices = directory_devices;
        data.device_settings = settings;
        data.enrolment_defaults = enrolled.map(enrolment::defaults).unwrap_or_default();
        data.security_alert_counts = alerts;
        data.security_incident_counts = incidents;
        data.risky_accounts = risky;
        data.secure_score = match score {
            None => Table::default(),
            Some(Ok(scores)) => scores.table(),
            Some(Err(gap)) => Table::unread(gap),
        };
        data.device_policies = policies;
        data.app_protection_policies = apps;
        join(data, &Joined { encryption, recovery, members });
    })
}

/// What the vendor's security products have found, and nobody has dealt with.
async fn threats(ask: &Asking<'_>) -> (Table<SecurityAlertCount>, Table<SecurityIncidentCount>, Table<RiskyAccount>) {
    let (alerts, incidents, risky) = futures::join!(
        ask.items::<security::AlertWire>(&security::SECURITY_ALERTS),
        ask.items::<security::AlertWire>(&security::SECURITY_INCIDENTS),
        ask.table(&risk::RISKY_ACCOUNTS, risk::RiskyWire::row),
    );
    (counted(alerts, security::counts), counted(incidents, security::incident_counts), risky)
}

fn counted<R: Row>(
    read: Option<Result<Vec<security::AlertWire>, Gap>>,
    count: fn(&[security::AlertWire]) -> Vec<R>,
) -> Table<R> {
    match read {
        None => Table::default(),
        Some(Ok(wires)) => Table::complete(count(&wires)),
        Some(Err(gap)) => Table::unread(gap),
    }
}

/// The rows of several lists; whole only when each of them is.
fn together<T: tenantscan_model::Row>(tables: impl IntoIterator<Item = Option<Result<Vec<T>, Gap>>>) -> Table<T> {
    let (mut rows, mut gap, mut asked) = (Vec::new(), None, false);
    for table in tables {
        asked |= table.is_some();
        match table {
            Some(Ok(more)) => rows.extend(more),
            Some(Err(unread)) => gap = gap.or(Some(unread)),
            None => gap = gap.or_else(|| Table::<T>::default().gap().cloned()),
        }
    }
    if !asked {
        return Table::default();
    }
    let mut table = Table::complete(rows);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    table
}

async fn device_policies(ask: &Asking<'_>) -> Table<DevicePolicy> {
    let (compliance, profiles, catalogue) = futures::join!(
        ask.items::<policies::PolicyWire>(&policies::COMPLIANCE_POLICIES),
        ask.items::<policies::PolicyWire>(&policies::DEVICE_PROFILES),
        ask.items::<catalogue::CatalogueWire>(&catalogue::SETTINGS_CATALOGUE),
    );
    let rows = |read: Option<Result<Vec<policies::PolicyWire>, Gap>>, kind, source| {
        read.map(|read| read.map(|wires| wires.into_iter().map(|wire| wire.row(kind, source)).collect()))
    };
    together([
        rows(compliance, DevicePolicyKind::Compliance, &policies::COMPLIANCE_POLICIES),
        rows(profiles, DevicePolicyKind::Configuration, &policies::DEVICE_PROFILES),
        catalogue.map(|read| read.map(|wires| wires.into_iter().map(catalogue::CatalogueWire::row).collect())),
    ])
}

/// Rules for apps, and to which groups each is assigned, by its id.
type AppPolicies = (Table<AppProtectionPolicy>, Vec<(Text, Option<apps::AppScope>)>);

async fn app_policies(ask: &Asking<'_>) -> AppPolicies {
    let (ios, android) = futures::join!(
        ask.items::<apps::AppPolicyWire>(&apps::IOS_APP_PROTECTION),
        ask.items::<apps::AppPolicyWire>(&apps::ANDROID_APP_PROTECTION),
    );
    let mut scopes = Vec::new();
    let mut rows = |read: Option<Result<Vec<apps::AppPolicyWire>, Gap>>, platform, source| {
        read.map(|read| {
            read.map(|wires| {
                let split = wires.into_iter().map(|wire| wire.row(platform, source));
                split
                    .map(|(row, scope)| {
                        scopes.push((row.id.clone(), scope));
                        row
                    })
                    .collect()
            })
        })
    };
    let ios = rows(ios, DevicePlatform::Ios, &apps::IOS_APP_PROTECTION);
    let android = rows(android, DevicePlatform::Android, &apps::ANDROID_APP_PROTECTION);
    (together([ios, android]), scopes)
}

/// The members of groups, in small letters' ids as the directory writes them.
async fn members(ask: &Asking<'_>, groups: Vec<Text>) -> GroupMembers {
    if groups.is_empty() || !ask.wants(&identity::GROUP_MEMBERS) {
        return GroupMembers::default();
    }
    super::roles::members_of(ask, groups).await
}

fn reached(
    policies: &mut Table<AppProtectionPolicy>,
    scopes: &[(Text, Option<apps::AppScope>)],
    members: &GroupMembers,
) {
    let scopes: HashMap<&Text, &Option<apps::AppScope>> = scopes.iter().map(|(id, scope)| (id, scope)).collect();
    for policy in &mut policies.rows {
        let scope = scopes.get(&policy.id).copied().and_then(Option::as_ref);
        let gap = || policy.reaches_everybody.gap().cloned().unwrap_or_else(|| unclear(&apps::IOS_APP_PROTECTION));
        policy.reached = scope.ok_or_else(gap).and_then(|scope| app_reach(scope, members)).into();
    }
}

fn with_health(mut devices: Table<Device>, health: Option<Result<Vec<managed::HealthWire>, Gap>>) -> Table<Device> {
    let source = &managed::DEVICE_HEALTH;
    let (mut states, gap) = match health {
        None => (HashMap::new(), Gap::new(Cause::NotCollected, source.id)),
        Some(Err(gap)) => (HashMap::new(), gap),
        Some(Ok(wires)) => (wires.into_iter().map(|wire| (wire.id.clone(), wire)).collect(), unclear(source)),
    };
    for device in &mut devices.rows {
        match states.remove(&device.id) {
            Some(state) => state.fill(device),
            None => managed::HealthWire::missing(device, &gap),
        }
    }
    devices
}
