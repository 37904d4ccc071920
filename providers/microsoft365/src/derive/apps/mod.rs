//! Apps: what each reaches, who let it in, which product it is, and whose secrets matter.

mod credentials;
mod reach;
mod services;

use tenantscan_model::Datasets;
use tenantscan_people::apps;
use tenantscan_provider::Derived;

/// The category of products for backup, as the catalogue of vendors writes it.
const BACKUP: &str = "backup";

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &[
            "apps.application_permissions",
            "apps.delegated_permissions",
            "apps.admin_consented",
            "apps.people",
            "apps.reads_all_files",
            "apps.changes_directory",
            "apps.reaches_data",
        ],
        from: &["apps", "app_grants", "app_grants.permissions"],
    },
    Derived {
        columns: &["apps.reach", "apps.reads_all_mail", "apps.is_high_risk"],
        from: &["apps", "apps.app_id", "app_grants", "app_grants.permissions", "app_mailbox_limits"],
    },
    Derived {
        columns: &["users.apps_let_in"],
        from: &["users", "apps", "apps.name", "app_grants", "app_grants.permissions"],
    },
    Derived {
        columns: &["apps.disabled_people"],
        from: &["apps", "app_grants", "app_grants.permissions", "users", "users.enabled"],
    },
    Derived {
        columns: &["apps.known_as", "apps.category", "apps.contract", "apps.seen_in_attacks"],
        from: &["apps", "apps.name", "apps.app_id"],
    },
    Derived {
        columns: &["app_credentials.app_enabled", "app_credentials.app_has_access"],
        from: &[
            "app_credentials",
            "apps",
            "apps.app_id",
            "apps.enabled",
            "app_grants",
            "app_grants.permissions",
            "role_assignments",
        ],
    },
    Derived {
        columns: &["uncovered_services.on"],
        from: &["uncovered_services", "users", "users.enabled", "users.uncovered_services"],
    },
    Derived {
        columns: &["backup_service.other_products"],
        from: &["backup_service", "apps", "apps.enabled", "apps.known_as", "apps.category"],
    },
];

pub(super) fn apply(datasets: &mut Datasets) {
    apps::known(datasets);
    let products = apps::products(datasets, BACKUP);
    for row in &mut datasets.backup_service.rows {
        row.other_products = products.clone();
    }
    reach::apply(datasets);
    apps::standing(datasets);
    credentials::apply(datasets);
    services::apply(datasets);
}
