//! Rules for devices: compliance policies and device profiles, each of a type of its own.
//!
//! They are asked for in beta: only there do assignments show their filters, and profiles of newer types their settings.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use tenantscan_model::rows::{DevicePolicy, DevicePolicyKind};
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::{Call, Source};

use super::{INTUNE, id};
use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static COMPLIANCE_POLICIES: Source = Source {
    id: "microsoft365.device_compliance_policies",
    title: "Compliance policies for devices",
    api: &GRAPH,
    path: "/beta/deviceManagement/deviceCompliancePolicies?$expand=assignments",
    call: Call::Get,
    permissions: &["DeviceManagementConfiguration.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["device_policies"],
    fills: FILLS,
    docs: "https://learn.microsoft.com/graph/api/intune-deviceconfig-devicecompliancepolicy-list?view=graph-rest-beta",
};

pub(crate) static DEVICE_PROFILES: Source = Source {
    id: "microsoft365.device_configurations",
    title: "Profiles for devices",
    api: &GRAPH,
    path: "/beta/deviceManagement/deviceConfigurations?$expand=assignments",
    call: Call::Get,
    permissions: &["DeviceManagementConfiguration.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["device_policies"],
    fills: FILLS,
    docs: "https://learn.microsoft.com/graph/api/intune-deviceconfig-deviceconfiguration-list?view=graph-rest-beta",
};

pub(super) const FILLS: &[&str] = &[
    "device_policies.id",
    "device_policies.name",
    "device_policies.kind",
    "device_policies.platforms",
    "device_policies.all_devices",
    "device_policies.all_users",
    "device_policies.include_groups",
    "device_policies.exclude_groups",
    "device_policies.filtered",
    "device_policies.requires_encryption",
    "device_policies.requires_password",
    "device_policies.lock_minutes",
];

/// To whom something is assigned.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Assignment {
    target: Option<Target>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    #[serde(rename = "@odata.type")]
    kind: Option<Text>,
    group_id: Option<Text>,
    device_and_app_management_assignment_filter_id: Option<Text>,
    device_and_app_management_assignment_filter_type: Option<Text>,
}

/// The assignments of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scope {
    pub(super) all_devices: bool,
    pub(super) all_users: bool,
    pub(super) include: Vec<Text>,
    pub(super) exclude: Vec<Text>,
    pub(super) filtered: bool,
}

/// None where an assignment is of a kind that this program does not know.
pub(super) fn scope(assignments: &[Assignment]) -> Option<Scope> {
    let mut scope = Scope::default();
    for assignment in assignments {
        let target = assignment.target.as_ref()?;
        let kind = target.kind.as_deref()?.to_ascii_lowercase();
        match kind.trim_start_matches("#microsoft.graph.") {
            "alldevicesassignmenttarget" => scope.all_devices = true,
            "alllicensedusersassignmenttarget" => scope.all_users = true,
            "groupassignmenttarget" => scope.include.push(id(target.group_id.as_ref()?)),
            "exclusiongroupassignmenttarget" => scope.exclude.push(id(target.group_id.as_ref()?)),
            _ => return None,
        }
        let has_filter =
            target.device_and_app_management_assignment_filter_id.as_ref().is_some_and(|it| !it.is_empty());
        let narrows = target.device_and_app_management_assignment_filter_type.as_deref() != Some("none");
        scope.filtered |= has_filter && narrows;
    }
    Some(scope)
}

/// Puts the assignments into a row; a list that was not told whole is unknown.
pub(super) fn assign(
    row: &mut DevicePolicy,
    assignments: &Field<Vec<Assignment>>,
    more: &Field<IgnoredAny>,
    source: &Source,
) {
    let whole = assignments.value().filter(|_| more.value().is_none());
    let scope = whole.and_then(|assignments| scope(assignments)).ok_or_else(|| unclear(source));
    row.all_devices = scope.clone().map(|scope| scope.all_devices).into();
    row.all_users = scope.clone().map(|scope| scope.all_users).into();
    row.include_groups = scope.clone().map(|scope| scope.include).into();
    row.exclude_groups = scope.clone().map(|scope| scope.exclude).into();
    row.filtered = scope.map(|scope| scope.filtered).into();
}

#[derive(Debug, Deserialize)]
pub(crate) struct PolicyWire {
    #[serde(default, rename = "@odata.type")]
    kind: Field<Text>,
    id: Text,
    #[serde(default, rename = "displayName")]
    name: Field<Text>,
    #[serde(default)]
    assignments: Field<Vec<Assignment>>,
    #[serde(default, rename = "assignments@odata.nextLink")]
    more: Field<IgnoredAny>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

/// How a type says that a password is demanded.
enum Password {
    /// It says nothing of passwords.
    Never,
    /// By a switch.
    Switch(&'static str),
    /// By the kind of password: any but the device's own default.
    Kind(&'static str),
    /// Windows asks by itself whenever this rule locks it; a rule that locks nothing says nothing.
    Implied,
}

/// The properties of one type of rule that matter here.
struct Reads {
    kind: &'static str,
    /// Any of these demands encryption.
    encryption: &'static [&'static str],
    password: Password,
    /// Minutes until the screen locks: the first that is set.
    lock: &'static [&'static str],
    /// Minutes that pass besides until the password is asked for.
    grace: Option<&'static str>,
}

const LOCK: &[&str] = &["passwordMinutesOfInactivityBeforeLock"];
const SCREEN: &[&str] = &["passwordMinutesOfInactivityBeforeScreenTimeout"];
const CODE: &[&str] = &["passcodeMinutesOfInactivityBeforeScreenTimeout"];
const STORAGE: &[&str] = &["storageRequireEncryption"];
const REQUIRED: Password = Password::Switch("passwordRequired");
const KIND: Password = Password::Kind("passwordRequiredType");

const fn compliance(kind: &'static str) -> Reads {
    Reads { kind, encryption: STORAGE, password: REQUIRED, lock: LOCK, grace: None }
}

const fn android(kind: &'static str) -> Reads {
    Reads { kind, encryption: &[], password: KIND, lock: SCREEN, grace: None }
}

/// Types whose settings are read. On iPhones and iPads a demanded passcode switches encryption on.
/// Source: learn.microsoft.com/graph/api/resources/intune-deviceconfig-conceptual.
const READS: &[Reads] = &[
    Reads { encryption: &["bitLockerEnabled", "storageRequireEncryption"], ..compliance("windows10compliancepolicy") },
    compliance("windows81compliancepolicy"),
    compliance("macoscompliancepolicy"),
    Reads {
        kind: "ioscompliancepolicy",
        encryption: &["passcodeRequired"],
        password: Password::Switch("passcodeRequired"),
        lock: CODE,
        grace: Some("passcodeMinutesOfInactivityBeforeLock"),
    },
    compliance("androidcompliancepolicy"),
    compliance("androidworkprofilecompliancepolicy"),
    compliance("androidforworkcompliancepolicy"),
    compliance("androiddeviceownercompliancepolicy"),
    compliance("aospdeviceownercompliancepolicy"),
    Reads { encryption: &[], password: REQUIRED, ..android("windows10generalconfiguration") },
    Reads {
        kind: "windows10endpointprotectionconfiguration",
        encryption: &["bitLockerEncryptDevice"],
        password: Password::Implied,
        lock: &["localSecurityOptionsMachineInactivityLimitInMinutes", "localSecurityOptionsMachineInactivityLimit"],
        grace: None,
    },
    Reads {
        kind: "macosgeneraldeviceconfiguration",
        encryption: &[],
        password: REQUIRED,
        lock: SCREEN,
        grace: Some("passwordMinutesOfInactivityBeforeLock"),
    },
    Reads {
        kind: "macosendpointprotectionconfiguration",
        encryption: &["fileVaultEnabled"],
        password: Password::Never,
        lock: &[],
        grace: None,
    },
    Reads {
        kind: "iosgeneraldeviceconfiguration",
        encryption: &["passcodeRequired"],
        password: Password::Switch("passcodeRequired"),
        lock: CODE,
        grace: Some("passcodeMinutesOfInactivityBeforeLock"),
    },
    Reads {
        encryption: &["storageRequireDeviceEncryption"],
        password: REQUIRED,
        ..android("androidgeneraldeviceconfiguration")
    },
    android("androiddeviceownergeneraldeviceconfiguration"),
    android("androidworkprofilegeneraldeviceconfiguration"),
    android("androidforworkgeneraldeviceconfiguration"),
    android("aospdeviceownerdeviceconfiguration"),
];

/// Parts of the names of types that set neither encryption nor a lock.
const QUIET: &[&str] = &[
    "advancedthreatprotection",
    "certificate",
    "defaultdevicecompliance",
    "deliveryoptimization",
    "derivedcredential",
    "devicefeatures",
    "devicefirmware",
    "domainjoin",
    "easemail",
    "edudevice",
    "educationdevice",
    "editionupgrade",
    "expeditedcheckin",
    "extensions",
    "healthmonitoring",
    "identityprotection",
    "kiosk",
    "modernappmanagement",
    "networkboundary",
    "omacp",
    "secureassessment",
    "softwareupdate",
    "updateconfiguration",
    "updateforbusiness",
    "vpn",
    "wifi",
    "windows10mobile",
    "windows10team",
    "windowsphone",
    "wirednetwork",
    "ztdns",
    "easconfiguration",
];

/// Starts of the names of types, and the systems that they are for.
const PLATFORMS: [(&str, &[&str]); 7] = [
    ("windows", &["windows"]),
    ("sharedpc", &["windows"]),
    ("macos", &["macos"]),
    ("ios", &["ios"]),
    ("apple", &["ios", "macos"]),
    ("android", &["android"]),
    ("aosp", &["android"]),
];

impl PolicyWire {
    pub(crate) fn row(self, kind: DevicePolicyKind, source: &'static Source) -> DevicePolicy {
        let r#type = self.kind.value().map(|it| it.to_ascii_lowercase().replace("#microsoft.graph.", ""));
        let r#type = r#type.unwrap_or_default();
        let platforms = PLATFORMS.iter().find(|(start, _)| r#type.starts_with(start)).map(|(_, names)| *names);
        let mut row = DevicePolicy {
            name: self.name.clone().needed(source),
            kind: Cell::Known(kind),
            platforms: platforms
                .map(|names| names.iter().map(|name| Text::from(*name)).collect())
                .ok_or_else(|| unclear(source))
                .into(),
            ..DevicePolicy::new(self.id.clone())
        };
        assign(&mut row, &self.assignments, &self.more, source);
        if let Some(reads) = READS.iter().find(|reads| reads.kind == r#type) {
            row.requires_encryption = self.any(reads.encryption, source);
            row.lock_minutes = self.lock(reads, source);
            row.requires_password = match &reads.password {
                Password::Implied => row.lock_minutes.clone().map(|minutes| minutes.is_some()),
                password => self.password(password, source),
            };
        } else if QUIET.iter().any(|part| r#type.contains(part)) {
            row.requires_encryption = Cell::Known(false);
            row.requires_password = Cell::Known(false);
            row.lock_minutes = Cell::Known(None);
        } else {
            // A custom profile may set anything: only whoever wrote it can say. Other types are not known here.
            let gap = if r#type.contains("custom") { Gap::new(Cause::NotSupplied, source.id) } else { unclear(source) };
            row.requires_encryption = Cell::Unknown(gap.clone());
            row.requires_password = Cell::Unknown(gap.clone());
            row.lock_minutes = Cell::Unknown(gap);
        }
        row
    }

    fn any(&self, names: &[&str], source: &Source) -> Cell<bool> {
        let values: Vec<Option<bool>> =
            names.iter().map(|name| self.settings.get(*name).and_then(Value::as_bool)).collect();
        if values.contains(&Some(true)) {
            return Cell::Known(true);
        }
        if values.contains(&None) { Cell::Unknown(unclear(source)) } else { Cell::Known(false) }
    }

    fn password(&self, password: &Password, source: &Source) -> Cell<bool> {
        match password {
            Password::Never | Password::Implied => Cell::Known(false),
            Password::Switch(name) => self.any(&[name], source),
            Password::Kind(name) => match self.settings.get(*name).and_then(Value::as_str) {
                Some(kind) => Cell::Known(kind != "deviceDefault"),
                None => Cell::Unknown(unclear(source)),
            },
        }
    }

    /// Minutes of a property; zero and null mean that nothing is set.
    fn minutes(&self, name: &str, source: &Source) -> Result<Option<i64>, Gap> {
        match self.settings.get(name) {
            Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(|it| (it > 0).then_some(it)).ok_or_else(|| unclear(source)),
            None => Err(unclear(source)),
        }
    }

    fn lock(&self, reads: &Reads, source: &Source) -> Cell<Option<i64>> {
        let mut set = Ok(None);
        for name in reads.lock {
            match self.minutes(name, source) {
                Ok(Some(minutes)) => {
                    set = Ok(Some(minutes));
                    break;
                }
                Ok(None) => {}
                Err(gap) => set = Err(gap),
            }
        }
        let grace = reads.grace.map_or(Ok(None), |name| self.minutes(name, source));
        match (set, grace) {
            (Ok(None), _) => Cell::Known(None),
            (Ok(Some(lock)), Ok(grace)) => Cell::Known(Some(lock.saturating_add(grace.unwrap_or(0)))),
            (Err(gap), _) | (_, Err(gap)) => Cell::Unknown(gap),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> DevicePolicy {
        let wire: PolicyWire = serde_json::from_str(text).expect("a rule");
        wire.row(DevicePolicyKind::Configuration, &DEVICE_PROFILES)
    }

    #[test]
    fn each_type_says_it_in_its_own_way() {
        // type, settings, encryption, password, minutes
        let cases = [
            (
                "windows10EndpointProtectionConfiguration",
                r#""bitLockerEncryptDevice": true, "localSecurityOptionsMachineInactivityLimitInMinutes": null,
                   "localSecurityOptionsMachineInactivityLimit": null"#,
                Some(true),
                Some(false),
                Some(None),
            ),
            (
                "windows10CompliancePolicy",
                r#""bitLockerEnabled": true, "passwordRequired": true, "passwordMinutesOfInactivityBeforeLock": 15"#,
                Some(true),
                Some(true),
                Some(Some(15)),
            ),
            (
                "windows10CompliancePolicy",
                r#""bitLockerEnabled": false, "storageRequireEncryption": false, "passwordRequired": false,
                   "passwordMinutesOfInactivityBeforeLock": null"#,
                Some(false),
                Some(false),
                Some(None),
            ),
            ("windows10CompliancePolicy", r#""bitLockerEnabled": false"#, None, None, None),
            (
                "iosCompliancePolicy",
                r#""passcodeRequired": true, "passcodeMinutesOfInactivityBeforeScreenTimeout": 5,
                   "passcodeMinutesOfInactivityBeforeLock": 1"#,
                Some(true),
                Some(true),
                Some(Some(6)),
            ),
            (
                "iosCompliancePolicy",
                r#""passcodeRequired": true, "passcodeMinutesOfInactivityBeforeScreenTimeout": null,
                   "passcodeMinutesOfInactivityBeforeLock": 1"#,
                Some(true),
                Some(true),
                Some(None),
            ),
            (
                "windows10EndpointProtectionConfiguration",
                r#""bitLockerEncryptDevice": true, "localSecurityOptionsMachineInactivityLimitInMinutes": 10"#,
                Some(true),
                Some(true),
                Some(Some(10)),
            ),
            (
                "androidDeviceOwnerGeneralDeviceConfiguration",
                r#""passwordRequiredType": "deviceDefault", "passwordMinutesOfInactivityBeforeScreenTimeout": 5"#,
                Some(false),
                Some(false),
                Some(Some(5)),
            ),
            ("windowsUpdateForBusinessConfiguration", r#""x": 1"#, Some(false), Some(false), Some(None)),
            ("windows10CustomConfiguration", r#""omaSettings": []"#, None, None, None),
            ("windowsBrandNewConfiguration", r#""x": 1"#, None, None, None),
        ];
        for (kind, settings, encryption, password, minutes) in cases {
            let row = row(&format!(
                r##"{{"@odata.type": "#microsoft.graph.{kind}", "id": "p", "displayName": "P", "assignments": [], {settings}}}"##
            ));
            assert_eq!(row.requires_encryption.known().copied(), encryption, "{kind} {settings}");
            assert_eq!(row.requires_password.known().copied(), password, "{kind} {settings}");
            assert_eq!(row.lock_minutes.known().copied(), minutes, "{kind} {settings}");
        }
    }

    #[test]
    fn assignments_are_read_whole_or_not_at_all() {
        let group = r##"{"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "G1"}}"##;
        let devices = r##"{"target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
            "deviceAndAppManagementAssignmentFilterId": "f", "deviceAndAppManagementAssignmentFilterType": "include"}}"##;
        let strange = r##"{"target": {"@odata.type": "#microsoft.graph.brandNewTarget"}}"##;
        let with = |assignments: &str| row(&format!(r#"{{"id": "p", "displayName": "P", {assignments}}}"#));
        let known = with(&format!(r#""assignments": [{group}, {devices}]"#));
        assert_eq!(known.include_groups, Cell::Known(vec!["g1".into()]));
        assert_eq!((known.all_devices, known.filtered), (Cell::Known(true), Cell::Known(true)));
        assert_eq!(with(r#""assignments": []"#).all_users, Cell::Known(false));
        for unclear in [
            format!(r#""assignments": [{group}, {strange}]"#),
            format!(r#""assignments": [{group}], "assignments@odata.nextLink": "https://graph.microsoft.com/x""#),
            r#""assignments": null"#.to_owned(),
            r#""version": 1"#.to_owned(),
        ] {
            assert!(with(&unclear).include_groups.gap().is_some(), "{unclear}");
        }
    }
}
