//! Columns that no request gives: worked out from rows that were read.

mod account_kind;
mod apps;
mod changes;
mod conditional_access;
pub(crate) mod devices;
mod mail_flow;
mod mail_policies;
pub(crate) mod mail_protection;
mod mailboxes;
mod purview;
mod sharing;
mod teams;

use tenantscan_model::rows::RoleAssignment;
use tenantscan_model::{Datasets, Gap, Platform, Text};
use tenantscan_people::{Declared, GroupMembers, Vendor};
use tenantscan_provider::Derived;

/// Template id of Global Administrator.
pub(crate) const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// What the columns that every vendor's accounts have rest on.
pub(crate) const VENDOR: Vendor =
    Vendor { is_highest: is_global, members: "microsoft365.group_members", roles: "microsoft365.role_definitions" };

fn is_global(row: &RoleAssignment) -> Result<bool, Gap> {
    let is = |id: &Text| id.eq_ignore_ascii_case(GLOBAL_ADMINISTRATOR);
    // In most tenants a built-in role's id is its template's.
    if row.role_id.known().is_some_and(is) {
        return Ok(true);
    }
    row.role_template_id.read().map(|template| template.as_ref().is_some_and(is)).map_err(Clone::clone)
}

/// The columns that are worked out here, and from what.
pub(crate) const ALL: &[&[Derived]] = &[
    IDENTITY,
    mail_flow::DERIVED,
    mail_policies::DERIVED,
    mailboxes::DERIVED,
    mail_protection::DERIVED,
    purview::DERIVED,
    sharing::DERIVED,
    teams::DERIVED,
    devices::DERIVED,
    apps::DERIVED,
    changes::DERIVED,
];

const IDENTITY: &[Derived] = &[
    Derived {
        columns: &["users.kind", "users.kind_evidence"],
        from: &[
            "users",
            "users.user_type",
            "role_assignments",
            "role_definitions",
            "role_assignments.role_template_id",
            "mailboxes",
            "mailboxes.recipient_type",
            "account_register",
        ],
    },
    Derived {
        columns: &[
            "users.roles",
            "users.privileged_roles",
            "users.standing_privileged_roles",
            "users.is_admin",
            "users.is_global_admin",
        ],
        from: &["users", "role_assignments", "role_definitions", "role_assignments.is_standing", "group members"],
    },
    Derived {
        columns: &[
            "users.mfa",
            "users.mfa_by",
            "users.mfa_gaps",
            "users.phishing_resistant_mfa",
            "users.legacy_authentication_blocked",
            "users.device_code_blocked",
            "users.managed_device_required",
            "users.sign_in_risk_response",
            "users.user_risk_response",
            "users.sign_in_frequency_hours",
            "users.persistent_browser_blocked",
        ],
        from: &[
            "users",
            "users.kind",
            "users.per_user_mfa",
            "conditional_access_policies",
            "named_locations",
            "authentication_strengths",
            "security_defaults",
            "role_assignments",
            "role_definitions",
            "groups",
            "group members",
        ],
    },
    Derived {
        columns: &["emergency_accounts"],
        from: &[
            "users",
            "users.phishing_resistant_registered",
            "users.last_sign_in",
            "role_assignments",
            "role_assignments.kind",
            "role_assignments.is_standing",
            "role_definitions",
            "account_register",
        ],
    },
    Derived {
        columns: &["users.practice_roles"],
        from: &["users", "groups", "groups.name", "group members", "practice_roles"],
    },
    Derived {
        columns: &["users.plan_covered"],
        from: &["users", "users.sku_part_numbers", "subscribed_skus", "subscribed_skus.capability_status"],
    },
    Derived { columns: &["users.shared_login_signals"], from: &["users"] },
    Derived { columns: &["users.closed_elsewhere"], from: &["users", "users.principal_name", "users.enabled"] },
    Derived {
        columns: &["role_assignments.is_standing"],
        from: &["role_assignments", "role_assignments.kind", "role_assignments.ends"],
    },
];

/// Fills every derived column. Call it once, after all rows are in place.
pub(crate) fn apply(datasets: &mut Datasets, members: &GroupMembers, declared: &Declared) {
    tenantscan_people::administrators(datasets, &VENDOR);
    account_kind::apply(datasets, declared);
    tenantscan_people::practice_roles(datasets, declared, members, &VENDOR);
    conditional_access::apply(datasets, members);
    tenantscan_people::emergency_accounts(datasets, declared, &VENDOR, |user| {
        user.on_premises_synced.clone().map(|synced| !synced)
    });
    tenantscan_people::agreement_plans(datasets, Platform::Microsoft365);
    tenantscan_people::shared_logins(datasets);
    mail_flow::apply(datasets);
    mail_policies::apply(datasets);
    mail_protection::apply(datasets, members);
    // Where mail leaves rests on what the two before it have worked out.
    mailboxes::apply(datasets);
    purview::apply(datasets);
    sharing::apply(datasets);
    teams::apply(datasets);
    devices::apply(datasets);
    apps::apply(datasets);
    changes::apply(datasets);
}
