//! What members of groups are worked out from: `fill` does it, since members themselves are not kept.

use tenantscan_provider::Derived;

/// The columns that are worked out from who is in a group.
pub(super) const DERIVED: &[Derived] = &[Derived {
    columns: &["group_settings.outside_members", "group_settings.outside_domains", "group_settings.readers"],
    from: &["group_settings", "group members", "domains", "users", "users.enabled", "users.principal_name"],
}];
