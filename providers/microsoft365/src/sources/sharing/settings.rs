//! Settings of SharePoint and OneDrive for the whole tenant.

use serde::Deserialize;
use tenantscan_model::rows::{DomainRestriction, SharepointSettings, SharingLevel};
use tenantscan_model::{Cell, Gap, Text};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static SHAREPOINT_SETTINGS: Source = Source {
    id: "microsoft365.sharepoint_settings",
    title: "Settings of SharePoint and OneDrive",
    api: &GRAPH,
    path: "/v1.0/admin/sharepoint/settings",
    call: Call::Get,
    permissions: &["SharePointTenantSettings.Read.All"],
    licence: Some("a plan with SharePoint"),
    role: None,
    lists: &["sharepoint_settings"],
    fills: &[
        "sharepoint_settings.id",
        "sharepoint_settings.sharing",
        "sharepoint_settings.domain_restriction",
        "sharepoint_settings.allowed_domains",
        "sharepoint_settings.guests_reshare",
        "sharepoint_settings.idle_sign_out",
        "sharepoint_settings.idle_sign_out_seconds",
        "sharepoint_settings.legacy_authentication",
        "sharepoint_settings.sync_restricted",
        "sharepoint_settings.sync_domains",
        "sharepoint_settings.leaver_files_days",
    ],
    docs: "https://learn.microsoft.com/graph/api/sharepointsettings-get",
};

/// SharePoint's own admin API shows more, and lets nobody in who may not also change every file.
pub(crate) static SHAREPOINT_ADMIN: Source = ADMIN_ONLY;

const ADMIN_ONLY: Source = Source {
    id: "microsoft365.sharepoint_admin",
    title: "Settings of sharing that only an administrator of SharePoint sees",
    api: &GRAPH,
    path: "",
    call: Call::Withheld { portal: "SharePoint admin center > Policies > Sharing" },
    permissions: &[],
    licence: None,
    role: None,
    lists: &[],
    fills: &[
        "sharepoint_settings.onedrive_sharing",
        "sharepoint_settings.default_link",
        "sharepoint_settings.default_link_permission",
        "sharepoint_settings.guest_expiry_days",
        "sharepoint_settings.guest_code_days",
    ],
    docs: "https://learn.microsoft.com/sharepoint/turn-external-sharing-on-or-off",
};

/// The same API's limits for earlier versions of files.
pub(crate) static SHAREPOINT_VERSIONS: Source = Source {
    id: "microsoft365.sharepoint_versions",
    title: "How many earlier versions of files are kept",
    call: Call::Withheld { portal: "SharePoint admin center > Settings > Version history limits" },
    fills: &[
        "sharepoint_settings.versions_automatic",
        "sharepoint_settings.versions_kept",
        "sharepoint_settings.versions_expire_days",
    ],
    docs: "https://learn.microsoft.com/sharepoint/document-library-version-history-limits",
    ..ADMIN_ONLY
};

/// Why the columns that only an administrator sees are not read.
pub(crate) struct Withheld {
    pub(crate) sharing: Gap,
    pub(crate) versions: Gap,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SettingsWire {
    sharing_capability: Field<Text>,
    sharing_domain_restriction_mode: Field<Text>,
    sharing_allowed_domain_list: Field<Vec<Text>>,
    is_resharing_by_external_users_enabled: Field<bool>,
    idle_session_sign_out: Field<IdleSignOut>,
    is_legacy_auth_protocols_enabled: Field<bool>,
    is_unmanaged_sync_app_for_tenant_restricted: Field<bool>,
    allowed_domain_guids_for_sync_app: Field<Vec<Text>>,
    deleted_user_personal_site_retention_period_in_days: Field<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IdleSignOut {
    is_enabled: Field<bool>,
    sign_out_after_in_seconds: Field<i64>,
}

/// The vendor's word for how far files may be shared.
pub(crate) fn level(word: &str) -> Option<SharingLevel> {
    match word {
        "disabled" => Some(SharingLevel::Nobody),
        "existingExternalUserSharingOnly" => Some(SharingLevel::KnownGuests),
        "externalUserSharingOnly" => Some(SharingLevel::Guests),
        "externalUserAndGuestSharing" => Some(SharingLevel::Anyone),
        _ => None,
    }
}

fn restriction(word: &str) -> Option<DomainRestriction> {
    match word {
        "none" => Some(DomainRestriction::None),
        "allowList" => Some(DomainRestriction::AllowList),
        "blockList" => Some(DomainRestriction::BlockList),
        _ => None,
    }
}

impl SettingsWire {
    /// The row; `withheld` says why what only an administrator sees is not in it.
    pub(crate) fn row(self, withheld: &Withheld) -> SharepointSettings {
        let source = &SHAREPOINT_SETTINGS;
        let word = |field: Field<Text>| field.needed(source);
        let idle = self.idle_session_sign_out;
        SharepointSettings {
            sharing: known(word(self.sharing_capability), level),
            domain_restriction: known(word(self.sharing_domain_restriction_mode), restriction),
            allowed_domains: self.sharing_allowed_domain_list.needed(source),
            guests_reshare: self.is_resharing_by_external_users_enabled.needed(source),
            idle_sign_out: idle.clone().then(|it| it.is_enabled).needed(source),
            idle_sign_out_seconds: idle.then(|it| it.sign_out_after_in_seconds).nullable(source),
            legacy_authentication: self.is_legacy_auth_protocols_enabled.needed(source),
            sync_restricted: self.is_unmanaged_sync_app_for_tenant_restricted.needed(source),
            sync_domains: self.allowed_domain_guids_for_sync_app.needed(source),
            leaver_files_days: self.deleted_user_personal_site_retention_period_in_days.needed(source),
            onedrive_sharing: Cell::Unknown(withheld.sharing.clone()),
            default_link: Cell::Unknown(withheld.sharing.clone()),
            default_link_permission: Cell::Unknown(withheld.sharing.clone()),
            guest_expiry_days: Cell::Unknown(withheld.sharing.clone()),
            guest_code_days: Cell::Unknown(withheld.sharing.clone()),
            versions_automatic: Cell::Unknown(withheld.versions.clone()),
            versions_kept: Cell::Unknown(withheld.versions.clone()),
            versions_expire_days: Cell::Unknown(withheld.versions.clone()),
            ..SharepointSettings::new("sharepoint_settings")
        }
    }
}

/// A word of a closed list; one that is not known here is not understood, and so unknown.
fn known<T>(word: Cell<Text>, meaning: fn(&str) -> Option<T>) -> Cell<T> {
    match word {
        Cell::Known(word) => meaning(&word).ok_or_else(|| unclear(&SHAREPOINT_SETTINGS)).into(),
        Cell::Unknown(gap) => Cell::Unknown(gap),
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cause;

    use super::*;

    fn row(json: serde_json::Value) -> SharepointSettings {
        let withheld = Withheld {
            sharing: Gap::new(Cause::NotSupplied, SHAREPOINT_ADMIN.id),
            versions: Gap::new(Cause::NotSupplied, SHAREPOINT_VERSIONS.id),
        };
        serde_json::from_value::<SettingsWire>(json).expect("as the vendor describes it").row(&withheld)
    }

    #[test]
    fn words_of_the_vendor_become_levels_and_unknown_ones_become_unknown() {
        let cases = [
            ("disabled", Some(SharingLevel::Nobody)),
            ("existingExternalUserSharingOnly", Some(SharingLevel::KnownGuests)),
            ("externalUserSharingOnly", Some(SharingLevel::Guests)),
            ("externalUserAndGuestSharing", Some(SharingLevel::Anyone)),
            ("unknownFutureValue", None),
        ];
        for (word, level) in cases {
            assert_eq!(row(serde_json::json!({ "sharingCapability": word })).sharing.known(), level.as_ref(), "{word}");
        }
    }

    #[test]
    fn what_is_left_out_and_what_is_withheld_have_causes_of_their_own() {
        let row = row(serde_json::json!({}));
        assert_eq!(row.sharing.gap().map(Gap::cause), Some(Cause::Malformed));
        assert_eq!(row.idle_sign_out_seconds.gap().map(Gap::cause), Some(Cause::Malformed));
        assert_eq!(row.default_link.gap().map(Gap::cause), Some(Cause::NotSupplied));
        assert_eq!(row.versions_kept.gap(), Some(&Gap::new(Cause::NotSupplied, SHAREPOINT_VERSIONS.id)));
    }
}
