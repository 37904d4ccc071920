//! The settings catalogue of Intune: rules that are made of single settings, each known by an id.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use tenantscan_model::rows::{DevicePolicy, DevicePolicyKind};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::INTUNE;
use super::policies::{Assignment, FILLS, assign};
use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static SETTINGS_CATALOGUE: Source = Source {
    id: "microsoft365.configuration_policies",
    title: "Settings catalogue for devices",
    api: &GRAPH,
    path: "/beta/deviceManagement/configurationPolicies?$select=id,name,platforms&$expand=assignments,settings",
    call: Call::Get,
    permissions: &["DeviceManagementConfiguration.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["device_policies"],
    fills: FILLS,
    docs: "https://learn.microsoft.com/graph/api/resources/intune-deviceconfigv2-devicemanagementconfigurationpolicy?view=graph-rest-beta",
};

#[derive(Debug, Deserialize)]
pub(crate) struct CatalogueWire {
    id: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    platforms: Field<Flags>,
    #[serde(default)]
    assignments: Field<Vec<Assignment>>,
    #[serde(default, rename = "assignments@odata.nextLink")]
    more_assignments: Field<IgnoredAny>,
    #[serde(default)]
    settings: Field<Vec<Setting>>,
    #[serde(default, rename = "settings@odata.nextLink")]
    more_settings: Field<IgnoredAny>,
}

/// Flags, which the vendor writes as one text with commas and describes as a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Flags {
    Text(Text),
    List(Vec<Text>),
}

impl Flags {
    fn joined(&self) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::List(list) => list.iter().map(Text::as_str).collect::<Vec<_>>().join(","),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Setting {
    setting_instance: Option<Instance>,
}

/// A setting in one of its shapes: a choice, a plain value, or a group of further settings.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Instance {
    setting_definition_id: Option<Text>,
    choice_setting_value: Option<Part>,
    choice_setting_collection_value: Vec<Part>,
    simple_setting_value: Option<Part>,
    group_setting_value: Option<Part>,
    group_setting_collection_value: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    value: Value,
    children: Vec<Instance>,
}

/// Every setting of a rule, by id in small letters.
#[derive(Default)]
struct Settings(BTreeMap<String, Value>);

impl Settings {
    fn take(&mut self, instance: &Instance) {
        let id = instance.setting_definition_id.as_deref().unwrap_or_default().to_ascii_lowercase();
        let parts = [&instance.choice_setting_value, &instance.simple_setting_value, &instance.group_setting_value];
        let lists = [&instance.choice_setting_collection_value, &instance.group_setting_collection_value];
        for part in parts.into_iter().flatten().chain(lists.into_iter().flatten()) {
            if !part.value.is_null() {
                self.0.insert(id.clone(), part.value.clone());
            }
            part.children.iter().for_each(|child| self.take(child));
        }
    }

    /// Whether a choice stands on the member whose id ends so.
    fn chosen(&self, setting: &str, members: &[&str]) -> bool {
        let value = self.0.get(setting).and_then(Value::as_str).map(str::to_ascii_lowercase);
        value.is_some_and(|value| members.iter().any(|member| value == format!("{setting}{member}")))
    }

    /// A number greater than zero; zero means that nothing is set.
    fn number(&self, setting: &str) -> Option<i64> {
        let value = self.0.get(setting)?;
        let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
        (number > 0).then_some(number)
    }
}

// Ids of settings, as Microsoft's list of definitions has them (deviceManagement/configurationSettings).
const BITLOCKER: &str = "device_vendor_msft_bitlocker_requiredeviceencryption";
const FILEVAULT: &str = "com.apple.mcx.filevault2_enable";
const WINDOWS_PASSWORD: &str = "device_vendor_msft_policy_config_devicelock_devicepasswordenabled";
const WINDOWS_LOCK: &str = "device_vendor_msft_policy_config_devicelock_maxinactivitytimedevicelock";
/// Seconds after which Windows locks, and asks for the password by itself.
const WINDOWS_LIMIT: [&str; 2] = [
    "device_vendor_msft_policy_config_localpoliciessecurityoptions_interactivelogon_machineinactivitylimit_v2",
    "device_vendor_msft_policy_config_localpoliciessecurityoptions_interactivelogon_machineinactivitylimit",
];
const SCREENSAVER_PASSWORD: &str = "com.apple.screensaver_askforpassword";
/// Seconds of grace before the screen saver asks for the password.
const SCREENSAVER_DELAY: &str = "com.apple.screensaver_askforpassworddelay";
/// Seconds until the screen saver begins.
const SCREENSAVER: [&str; 2] = ["com.apple.screensaver.user_idletime", "com.apple.screensaver_idletime"];
const APPLE_CODE: &str = "com.apple.mobiledevice.passwordpolicy_forcepin";
const APPLE_LENGTH: &str = "com.apple.mobiledevice.passwordpolicy_minlength";
/// Minutes.
const APPLE_LOCK: &str = "com.apple.mobiledevice.passwordpolicy_maxinactivity";
/// Minutes.
const APPLE_GRACE: &str = "com.apple.mobiledevice.passwordpolicy_maxgraceperiod";

fn minutes(seconds: i64) -> i64 {
    seconds.saturating_add(59) / 60
}

/// What the settings demand: encryption, a password, and the minutes until the screen locks.
fn demands(settings: &Settings, ios: bool) -> (bool, bool, Option<i64>) {
    let apple_code = settings.chosen(APPLE_CODE, &["_true", "_1"]) || settings.number(APPLE_LENGTH).is_some();
    let windows_limit = WINDOWS_LIMIT.iter().find_map(|id| settings.number(id)).map(minutes);
    let screensaver = SCREENSAVER.iter().find_map(|id| settings.number(id));
    let asks = settings.chosen(SCREENSAVER_PASSWORD, &["_true", "_1"]);
    let delayed = |idle: i64| minutes(idle.saturating_add(settings.number(SCREENSAVER_DELAY).unwrap_or(0)));
    let graced = |idle: i64| idle.saturating_add(settings.number(APPLE_GRACE).unwrap_or(0));
    let locks = [
        settings.number(WINDOWS_LOCK),
        windows_limit,
        screensaver.filter(|_| asks).map(delayed),
        settings.number(APPLE_LOCK).map(graced),
    ];
    let encryption = settings.chosen(BITLOCKER, &["_1"]) || settings.chosen(FILEVAULT, &["_0"]) || (ios && apple_code);
    let password = settings.chosen(WINDOWS_PASSWORD, &["_0"]) || windows_limit.is_some() || asks || apple_code;
    (encryption, password, locks.into_iter().flatten().min())
}

/// Members of the vendor's flags, and the systems that they stand for.
const PLATFORMS: [(&str, &str); 8] = [
    ("windows10", "windows"),
    ("windows10x", "windows"),
    ("macos", "macos"),
    ("ios", "ios"),
    ("android", "android"),
    ("androidenterprise", "android"),
    ("aosp", "android"),
    ("linux", "linux"),
];

/// None where there is a member that this program does not know.
fn platforms(flags: &str) -> Option<Vec<Text>> {
    let mut platforms: Vec<Text> = Vec::new();
    for flag in flags.split(',').map(|flag| flag.trim().to_ascii_lowercase()) {
        if matches!(flag.as_str(), "none" | "visionos" | "tvos") {
            continue;
        }
        let (_, platform) = PLATFORMS.iter().find(|(name, _)| *name == flag)?;
        if !platforms.iter().any(|known| known.as_str() == *platform) {
            platforms.push((*platform).into());
        }
    }
    Some(platforms)
}

impl CatalogueWire {
    pub(crate) fn row(self) -> DevicePolicy {
        let source = &SETTINGS_CATALOGUE;
        let platforms =
            self.platforms.value().and_then(|flags| platforms(&flags.joined())).ok_or_else(|| unclear(source));
        let ios = platforms.as_ref().is_ok_and(|names| names.iter().any(|name| name.as_str() == "ios"));
        let whole = self.settings.value().filter(|_| self.more_settings.value().is_none());
        let instances: Option<Vec<&Instance>> =
            whole.and_then(|settings| settings.iter().map(|setting| setting.setting_instance.as_ref()).collect());
        let demands = instances.ok_or_else(|| unclear(source)).map(|instances| {
            let mut settings = Settings::default();
            instances.into_iter().for_each(|instance| settings.take(instance));
            demands(&settings, ios)
        });
        let mut row = DevicePolicy {
            name: self.name.needed(source),
            kind: Cell::Known(DevicePolicyKind::Configuration),
            platforms: platforms.into(),
            requires_encryption: demands.clone().map(|it| it.0).into(),
            requires_password: demands.clone().map(|it| it.1).into(),
            lock_minutes: demands.map(|it| it.2).into(),
            ..DevicePolicy::new(self.id)
        };
        assign(&mut row, &self.assignments, &self.more_assignments, source);
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(id: &str, member: &str, children: &str) -> String {
        let value = format!(r#"{{"value": "{id}{member}", "children": [{children}]}}"#);
        format!(r#"{{"settingDefinitionId": "{id}", "choiceSettingValue": {value}}}"#)
    }

    fn choice(id: &str, member: &str, children: &str) -> String {
        format!(r#"{{"settingInstance": {}}}"#, instance(id, member, children))
    }

    fn simple(id: &str, value: &str) -> String {
        format!(r#"{{"settingDefinitionId": "{id}", "simpleSettingValue": {{"value": {value}}}}}"#)
    }

    fn group(children: &str) -> String {
        format!(
            r#"{{"settingInstance": {{"settingDefinitionId": "group",
                "groupSettingCollectionValue": [{{"children": [{children}]}}]}}}}"#
        )
    }

    fn read(platforms: &str, settings: &str) -> DevicePolicy {
        let text = format!(
            r#"{{"id": "p", "name": "P", "platforms": "{platforms}", "assignments": [], "settings": [{settings}]}}"#
        );
        serde_json::from_str::<CatalogueWire>(&text).expect("a rule").row()
    }

    #[test]
    fn settings_are_found_wherever_they_stand() {
        let lock = simple(WINDOWS_LOCK, "10");
        let cases = [
            ("windows10", choice(BITLOCKER, "_1", ""), (true, false, None)),
            ("windows10", choice(BITLOCKER, "_0", ""), (false, false, None)),
            ("macOS", group(&instance(FILEVAULT, "_0", "")), (true, false, None)),
            ("windows10", choice(WINDOWS_PASSWORD, "_0", &lock), (false, true, Some(10))),
            ("windows10", group(&simple(WINDOWS_LIMIT[0], "900")), (false, true, Some(15))),
            ("windows10", group(&simple(WINDOWS_LIMIT[0], "0")), (false, false, None)),
            ("macOS", group(&simple(SCREENSAVER[0], "600")), (false, false, None)),
            (
                "iOS",
                group(&format!(
                    "{}, {}, {}",
                    simple(APPLE_LOCK, "5"),
                    simple(APPLE_GRACE, "1"),
                    simple(APPLE_LENGTH, "6")
                )),
                (true, true, Some(6)),
            ),
        ];
        for (platform, settings, expected) in cases {
            let row = read(platform, &settings);
            let found = (
                *row.requires_encryption.known().expect("known"),
                *row.requires_password.known().expect("known"),
                *row.lock_minutes.known().expect("known"),
            );
            assert_eq!(found, expected, "{platform} {settings}");
        }
    }

    #[test]
    fn what_is_not_told_whole_is_unknown() {
        let wire = |text: &str| serde_json::from_str::<CatalogueWire>(text).expect("a rule").row();
        let row = wire(r#"{"id": "p", "platforms": "windows10", "settings": [], "settings@odata.nextLink": "x"}"#);
        assert!(row.requires_encryption.gap().is_some() && row.all_devices.gap().is_some());
        let row = wire(r#"{"id": "p", "platforms": "windows10,brandNew", "settings": null}"#);
        assert!(row.platforms.gap().is_some() && row.lock_minutes.gap().is_some());
        let row = wire(r#"{"id": "p", "platforms": ["iOS", "macOS"]}"#);
        assert_eq!(row.platforms, Cell::Known(vec!["ios".into(), "macos".into()]));
        assert_eq!(read("iOS,macOS", "").platforms, Cell::Known(vec!["ios".into(), "macos".into()]));
    }
}
