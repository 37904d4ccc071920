//! Which apps people may add to Teams.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{AppsAllowed, TeamsAppPolicy};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::{Identified, SHOWN, named};
use tenantscan_provider::{Field, unclear};

pub(crate) static APP_POLICIES: Source = Source {
    id: "microsoft365.teams_app_policies",
    title: "Policies for apps in Teams",
    path: "/Skype.Policy/configurations/TeamsAppPermissionPolicy",
    lists: &["teams_app_policies"],
    fills: &["teams_app_policies"],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsapppermissionpolicy",
    ..SHOWN
};

/// Whether a tenant was moved to app centric management stands in no answer that an app gets: the policies are shown as
/// before, and the settings of the whole organization are shown to people alone.
pub(crate) static APP_SETTINGS: Source = Source {
    id: "microsoft365.teams_app_settings",
    title: "How it is decided who may use an app in Teams",
    call: Call::Withheld {
        portal: "Teams admin center > Teams apps > Manage apps (an app with a page \"Users and groups\": each app says \
                 who may use it) and Actions > Org-wide app settings",
    },
    role: None,
    lists: &["teams_app_settings"],
    fills: &["teams_app_settings.id", "teams_app_settings.per_app"],
    docs: "https://learn.microsoft.com/microsoftteams/app-centric-management",
    ..SHOWN
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AppPolicyWire {
    identity: Text,
    #[serde(default)]
    global_catalog_apps_type: Field<Text>,
    #[serde(default)]
    global_catalog_apps: Field<Vec<Value>>,
    #[serde(default)]
    private_catalog_apps_type: Field<Text>,
    #[serde(default)]
    private_catalog_apps: Field<Vec<Value>>,
}

impl Identified for AppPolicyWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

/// What a list of apps amounts to: apps are allowed by it, or all but these are. Null is an empty list.
fn allowed(kind: &Field<Text>, apps: &Field<Vec<Value>>) -> Cell<AppsAllowed> {
    let some = match apps {
        Field::Value(apps) => Some(!apps.is_empty()),
        Field::Null => Some(false),
        Field::Absent => None,
    };
    let allowed = match (kind.value().map(Text::as_str), some) {
        (Some("AllowedAppList"), Some(true)) => Some(AppsAllowed::Listed),
        (Some("AllowedAppList"), Some(false)) => Some(AppsAllowed::Nothing),
        (Some("BlockedAppList"), Some(true)) => Some(AppsAllowed::AllBut),
        (Some("BlockedAppList"), Some(false)) => Some(AppsAllowed::All),
        _ => None,
    };
    allowed.ok_or_else(|| unclear(&APP_POLICIES)).into()
}

impl AppPolicyWire {
    pub(crate) fn row(self) -> TeamsAppPolicy {
        let (name, kind) = named(&self.identity, &[]);
        TeamsAppPolicy {
            name: Cell::Known(name),
            kind: Cell::Known(kind),
            other_companies: allowed(&self.global_catalog_apps_type, &self.global_catalog_apps),
            own: allowed(&self.private_catalog_apps_type, &self.private_catalog_apps),
            ..TeamsAppPolicy::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_allows_its_apps_or_all_others() {
        let cases = [
            (json!("AllowedAppList"), json!([{ "Id": "a" }]), Some(AppsAllowed::Listed)),
            (json!("AllowedAppList"), json!([]), Some(AppsAllowed::Nothing)),
            (json!("BlockedAppList"), json!([{ "Id": "a" }]), Some(AppsAllowed::AllBut)),
            (json!("BlockedAppList"), json!(null), Some(AppsAllowed::All)),
            (json!("Some"), json!([]), None),
            (json!(null), json!([]), None),
        ];
        for (kind, apps, due) in cases {
            let wire = json!({ "Identity": "Global", "GlobalCatalogAppsType": kind, "GlobalCatalogApps": apps });
            let row = serde_json::from_value::<AppPolicyWire>(wire.clone()).expect("a policy").row();
            assert_eq!(row.other_companies.known().copied(), due, "{wire}");
            assert_eq!(row.own.known(), None, "nothing was told");
        }
    }
}
