//! App protection: rules for the vendor's apps on phones. In beta, because only there a rule says which apps it covers.

use serde::Deserialize;
use serde::de::IgnoredAny;
use tenantscan_model::rows::{AppProtectionPolicy, DevicePlatform};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::INTUNE;
use super::policies::{Assignment, Scope, scope};
use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static IOS_APP_PROTECTION: Source = Source {
    id: "microsoft365.ios_app_protection",
    title: "App protection for iPhones and iPads",
    api: &GRAPH,
    path: "/beta/deviceAppManagement/iosManagedAppProtections?$expand=apps,assignments",
    call: Call::Get,
    permissions: &["DeviceManagementApps.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["app_protection_policies"],
    fills: FILLS,
    docs: "https://learn.microsoft.com/graph/api/intune-mam-iosmanagedappprotection-list?view=graph-rest-beta",
};

pub(crate) static ANDROID_APP_PROTECTION: Source = Source {
    id: "microsoft365.android_app_protection",
    title: "App protection for Android",
    api: &GRAPH,
    path: "/beta/deviceAppManagement/androidManagedAppProtections?$expand=apps,assignments",
    call: Call::Get,
    permissions: &["DeviceManagementApps.Read.All"],
    licence: Some(INTUNE),
    role: None,
    lists: &["app_protection_policies"],
    fills: FILLS,
    docs: "https://learn.microsoft.com/graph/api/intune-mam-androidmanagedappprotection-list?view=graph-rest-beta",
};

const FILLS: &[&str] = &[
    "app_protection_policies.id",
    "app_protection_policies.name",
    "app_protection_policies.platform",
    "app_protection_policies.reaches_everybody",
    "app_protection_policies.pin_required",
    "app_protection_policies.transfer_limited",
    "app_protection_policies.covers_core_apps",
];

/// Ids of Outlook, Teams and OneDrive: of iOS, and of Android.
const CORE: [[&str; 2]; 3] = [
    ["com.microsoft.office.outlook", "com.microsoft.office.outlook"],
    ["com.microsoft.skype.teams", "com.microsoft.teams"],
    ["com.microsoft.skydrive", "com.microsoft.skydrive"],
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppPolicyWire {
    id: Text,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    pin_required: Field<bool>,
    #[serde(default)]
    allowed_outbound_data_transfer_destinations: Field<Text>,
    #[serde(default)]
    app_group_type: Field<Text>,
    #[serde(default)]
    apps: Field<Vec<App>>,
    #[serde(default, rename = "apps@odata.nextLink")]
    more_apps: Field<IgnoredAny>,
    #[serde(default)]
    assignments: Field<Vec<Assignment>>,
    #[serde(default, rename = "assignments@odata.nextLink")]
    more: Field<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct App {
    mobile_app_identifier: Option<Identifier>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identifier {
    bundle_id: Option<Text>,
    package_id: Option<Text>,
}

/// To whom a rule is assigned; none where that is not told whole, or a filter narrows it.
#[derive(Clone, Debug)]
pub(crate) struct AppScope {
    pub(crate) include: Vec<Text>,
    pub(crate) exclude: Vec<Text>,
}

impl AppPolicyWire {
    /// The row, and the groups that `reached` follows from.
    pub(crate) fn row(
        self,
        platform: DevicePlatform,
        source: &'static Source,
    ) -> (AppProtectionPolicy, Option<AppScope>) {
        let whole = self.assignments.value().filter(|_| self.more.value().is_none());
        let scope: Option<Scope> = whole.and_then(|it| scope(it)).filter(|scope| !scope.filtered);
        let everybody = scope.as_ref().map(|scope| scope.all_users && scope.exclude.is_empty());
        let row = AppProtectionPolicy {
            platform: Cell::Known(platform),
            reaches_everybody: everybody.ok_or_else(|| unclear(source)).into(),
            covers_core_apps: self.covers(platform).ok_or_else(|| unclear(source)).into(),
            pin_required: self.pin_required.needed(source),
            transfer_limited: match self.allowed_outbound_data_transfer_destinations.value().map(Text::as_str) {
                Some("allApps") => Cell::Known(false),
                Some("managedApps" | "none") => Cell::Known(true),
                _ => Cell::Unknown(unclear(source)),
            },
            name: self.display_name.needed(source),
            ..AppProtectionPolicy::new(self.id)
        };
        (row, scope.map(|scope| AppScope { include: scope.include, exclude: scope.exclude }))
    }

    fn covers(&self, platform: DevicePlatform) -> Option<bool> {
        match self.app_group_type.value()?.as_str() {
            "allApps" | "allMicrosoftApps" | "allCoreMicrosoftApps" => Some(true),
            "selectedPublicApps" => {
                let apps = self.apps.value().filter(|_| self.more_apps.value().is_none())?;
                let ids: Vec<String> = apps.iter().filter_map(App::id).collect();
                let which = usize::from(platform == DevicePlatform::Android);
                Some(CORE.iter().all(|app| ids.iter().any(|id| id == app[which])))
            }
            _ => None,
        }
    }
}

impl App {
    fn id(&self) -> Option<String> {
        let id = self.mobile_app_identifier.as_ref()?;
        id.bundle_id.as_ref().or(id.package_id.as_ref()).map(|id| id.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apps_that_matter_are_covered_or_not() {
        let app = |id: &str| format!(r#"{{"mobileAppIdentifier": {{"bundleId": "{id}"}}}}"#);
        let chosen = |ids: &[&str]| {
            let apps: Vec<String> = ids.iter().map(|id| app(id)).collect();
            format!(r#""appGroupType": "selectedPublicApps", "apps": [{}]"#, apps.join(", "))
        };
        let cases = [
            (r#""appGroupType": "allCoreMicrosoftApps""#.to_owned(), Some(true)),
            (
                chosen(&["com.microsoft.Office.Outlook", "com.microsoft.skype.teams", "com.microsoft.skydrive"]),
                Some(true),
            ),
            (chosen(&["com.microsoft.office.outlook"]), Some(false)),
            (r#""appGroupType": "selectedPublicApps""#.to_owned(), None),
            (r#""appGroupType": "brandNew""#.to_owned(), None),
            (r#""pinRequired": true"#.to_owned(), None),
        ];
        for (text, expected) in cases {
            let wire: AppPolicyWire = serde_json::from_str(&format!(r#"{{"id": "p", {text}}}"#)).expect("a rule");
            let (row, scope) = wire.row(DevicePlatform::Ios, &IOS_APP_PROTECTION);
            assert_eq!(row.covers_core_apps.known().copied(), expected, "{text}");
            assert!(scope.is_none() && row.reaches_everybody.gap().is_some(), "no assignments were told");
        }
    }
}
