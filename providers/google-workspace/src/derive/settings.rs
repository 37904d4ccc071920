//! Which datasets are worked out from the policies of a customer, and from what.

use tenantscan_provider::Derived;

const FROM: &[&str] = &[
    "setting_types",
    "org_units",
    "org_units.path",
    "org_units.parent",
    "users",
    "users.enabled",
    "users.org_unit",
    "users.roles",
    "users.licensed",
    "groups",
    "groups.name",
    "group members",
];

pub(crate) const DERIVED: &[Derived] = &[
    Derived { columns: &["google_mail_rules"], from: FROM },
    Derived { columns: &["google_mail_rules.sends_outside"], from: &["google_mail_rules", "domains"] },
    Derived {
        columns: &["google_alert_rules.reaches"],
        from: &["google_alert_rules", "users", "users.principal_name", "users.enabled"],
    },
    Derived {
        columns: &[
            "situations",
            "effective_settings",
            "unapplied_policies",
            "google_service_states",
            "google_takeout_states",
            "google_alert_rules",
            "google_dlp_rules",
            "google_dlp_coverage",
            "google_sign_in_settings",
            "google_drive_settings",
            "google_calendar_settings",
            "google_group_settings",
            "google_site_settings",
            "google_gmail_settings",
            "google_chat_settings",
            "google_meet_settings",
            "google_app_settings",
        ],
        from: FROM,
    },
];
