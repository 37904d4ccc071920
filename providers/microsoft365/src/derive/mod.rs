//! Columns that no request gives: worked out from rows that were read.

mod account_kind;
mod administrators;
mod apps;
mod changes;
mod conditional_access;
pub(crate) mod devices;
mod emergency_accounts;
mod mail_flow;
mod mail_policies;
pub(crate) mod mail_protection;
mod mailboxes;
mod purview;
mod shared_logins;
mod sharing;
mod teams;

pub(crate) use administrators::GLOBAL_ADMINISTRATOR;
use tenantscan_model::Datasets;
use tenantscan_provider::Derived;

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
    Derived { columns: &["users.shared_login_signals"], from: &["users"] },
    Derived {
        columns: &["role_assignments.is_standing"],
        from: &["role_assignments", "role_assignments.kind", "role_assignments.ends"],
    },
];

/// Fills every derived column. Call it once, after all rows are in place.
pub(crate) fn apply(datasets: &mut Datasets, members: &crate::GroupMembers, declared: &crate::Declared) {
    administrators::apply(datasets);
    account_kind::apply(datasets, declared);
    conditional_access::apply(datasets, members);
    emergency_accounts::apply(datasets, declared);
    shared_logins::apply(datasets);
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

/// Whether a list of the client's names this account, by sign-in name or object id.
fn declares(list: &[String], user: &tenantscan_model::rows::User) -> bool {
    list.iter().any(|entry| {
        let entry = entry.trim();
        entry.eq_ignore_ascii_case(&user.id)
            || user.principal_name.known().is_some_and(|name| entry.eq_ignore_ascii_case(name))
    })
}
