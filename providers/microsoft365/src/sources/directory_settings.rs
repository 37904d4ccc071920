//! Directory settings that the tenant changed, and the protection against guessed passwords, which is one of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenantscan_model::rows::{DirectorySetting, PasswordProtection};
use tenantscan_model::{Cell, Gap, Table, Text};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static DIRECTORY_SETTINGS: Source = Source {
    id: "microsoft365.directory_settings",
    title: "Directory settings",
    api: &GRAPH,
    path: "/v1.0/groupSettings",
    call: Call::Get,
    permissions: &["Directory.Read.All", "GroupSettings.Read.All"],
    licence: None,
    role: None,
    lists: &["directory_settings", "password_protection"],
    fills: &[
        "directory_settings.id",
        "directory_settings.template",
        "directory_settings.name",
        "directory_settings.value",
        "password_protection.id",
        "password_protection.lockout_threshold",
        "password_protection.lockout_seconds",
        "password_protection.custom_banned_list_enforced",
        "password_protection.custom_banned_list_size",
        "password_protection.on_premises_enabled",
        "password_protection.on_premises_mode",
        "password_protection.is_default",
    ],
    docs: "https://learn.microsoft.com/graph/api/group-list-settings",
};

/// Template of "Password Rule Settings". Source: Microsoft Graph, groupSettingTemplate.
const PASSWORD_RULES: &str = "5cf42378-d67d-4f36-ba46-e8b86229381d";

/// The value that is never kept: whoever knows the list knows what to try next.
const BANNED_LIST: &str = "BannedPasswordList";

/// The dated list of what Microsoft sets where the tenant has changed nothing.
const DEFAULTS: &str = include_str!("../../../../policies/catalogues/microsoft365-defaults.toml");

#[derive(Deserialize)]
struct Defaults {
    password_protection: PasswordDefaults,
}

#[derive(Deserialize)]
struct PasswordDefaults {
    lockout_threshold: i64,
    lockout_threshold_us_government: i64,
    lockout_seconds: i64,
    custom_banned_list_enforced: bool,
    on_premises_enabled: bool,
    on_premises_mode: Text,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingWire {
    #[serde(default)]
    display_name: Field<Text>,
    template_id: Text,
    values: Vec<ValueWire>,
}

#[derive(Debug, Deserialize)]
struct ValueWire {
    name: Text,
    #[serde(default)]
    value: Field<Text>,
}

/// Both tables of the one list. `host` tells the cloud, on which a default depends.
pub(crate) fn tables(
    settings: Result<Vec<SettingWire>, Gap>,
    host: &str,
) -> (Table<DirectorySetting>, Table<PasswordProtection>) {
    match settings {
        Err(gap) => (Table::unread(gap.clone()), Table::unread(gap)),
        Ok(settings) => {
            let rules = settings.iter().find(|it| it.template_id.eq_ignore_ascii_case(PASSWORD_RULES));
            let protection = rules.map_or_else(|| by_default(host), SettingWire::password_protection);
            let rows = settings.iter().flat_map(SettingWire::rows).collect();
            (Table::complete(rows), Table::complete(vec![protection]))
        }
    }
}

fn by_default(host: &str) -> PasswordProtection {
    let defaults: Defaults = toml::from_str(DEFAULTS).expect("a shipped catalogue, read by a test");
    let defaults = defaults.password_protection;
    let threshold = match host.ends_with(".us") {
        true => defaults.lockout_threshold_us_government,
        false => defaults.lockout_threshold,
    };
    PasswordProtection {
        lockout_threshold: Cell::Known(threshold),
        lockout_seconds: Cell::Known(defaults.lockout_seconds),
        custom_banned_list_enforced: Cell::Known(defaults.custom_banned_list_enforced),
        custom_banned_list_size: Cell::Known(0),
        on_premises_enabled: Cell::Known(defaults.on_premises_enabled),
        on_premises_mode: Cell::Known(defaults.on_premises_mode),
        is_default: Cell::Known(true),
        ..PasswordProtection::new("password_protection")
    }
}

impl SettingWire {
    fn rows(&self) -> Vec<DirectorySetting> {
        let source = &DIRECTORY_SETTINGS;
        let kept = self.values.iter().filter(|it| !it.name.eq_ignore_ascii_case(BANNED_LIST));
        kept.map(|it| DirectorySetting {
            template: self.display_name.clone().needed(source),
            name: Cell::Known(it.name.clone()),
            value: it.value.clone().needed(source),
            ..DirectorySetting::new(format!("{}/{}", self.template_id, it.name))
        })
        .collect()
    }

    fn password_protection(&self) -> PasswordProtection {
        let values: BTreeMap<&str, &str> =
            self.values.iter().filter_map(|it| Some((it.name.as_str(), it.value.value()?.as_str()))).collect();
        PasswordProtection {
            lockout_threshold: said(&values, "LockoutThreshold", |text| text.parse().ok()),
            lockout_seconds: said(&values, "LockoutDurationInSeconds", |text| text.parse().ok()),
            custom_banned_list_enforced: said(&values, "EnableBannedPasswordCheck", truth),
            custom_banned_list_size: said(&values, BANNED_LIST, |text| {
                let words = text.split(['\t', '\r', '\n']).filter(|word| !word.trim().is_empty());
                i64::try_from(words.count()).ok()
            }),
            on_premises_enabled: said(&values, "EnableBannedPasswordCheckOnPremises", truth),
            on_premises_mode: said(&values, "BannedPasswordCheckOnPremisesMode", |text| match text {
                "Enforce" | "Enforced" => Some("Enforce".into()),
                "Audit" => Some("Audit".into()),
                _ => None,
            }),
            is_default: Cell::Known(false),
            ..PasswordProtection::new("password_protection")
        }
    }
}

/// A value that the setting has and that can be read.
fn said<T>(values: &BTreeMap<&str, &str>, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Cell<T> {
    values.get(name).and_then(|text| read(text.trim())).ok_or_else(|| unclear(&DIRECTORY_SETTINGS)).into()
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
