//! What is worked out of accounts, roles and apps in the same way for every vendor.
//!
//! A provider reads the rows; what makes an administrator of an account, or a known product of an app, stands here once.

mod address;
mod administrators;
mod agreement_plans;
pub mod apps;
mod at_once;
mod declared;
mod elsewhere;
mod emergency_accounts;
mod known_vendors;
mod practice_roles;
mod roles;
mod shared_logins;
mod words;

use tenantscan_model::rows::RoleAssignment;
use tenantscan_model::{Cause, Gap};

pub use address::{lies_in, mail_domain};
pub use administrators::apply as administrators;
pub use agreement_plans::apply as agreement_plans;
pub use at_once::{AtOnce, Network, SignIn, apply as at_once, since};
pub use declared::{Declared, PracticeRole};
pub use elsewhere::join;
pub use emergency_accounts::apply as emergency_accounts;
pub use known_vendors::{KnownVendor, PlatformVendor};
pub use practice_roles::{apply as practice_roles, groups as groups_of_practice_roles};
pub use roles::{Definition, Definitions, GroupMembers, expanded};
pub use shared_logins::apply as shared_logins;

/// What one vendor calls the things that the columns rest on.
#[derive(Clone, Copy, Debug)]
pub struct Vendor {
    /// Whether an assignment is of the highest role, or why that is not known.
    pub is_highest: fn(&RoleAssignment) -> Result<bool, Gap>,
    /// Id of the source that lists the members of a group.
    pub members: &'static str,
    /// Id of the source that lists roles.
    pub roles: &'static str,
}

impl Vendor {
    /// The gap that a group leaves of which the members were not read.
    pub fn members_unread(&self) -> Gap {
        Gap::new(Cause::NotCollected, self.members)
    }
}

#[cfg(test)]
mod test_vendor {
    use super::*;

    /// A vendor whose highest role has the template `top`.
    pub(crate) const VENDOR: Vendor = Vendor { is_highest, members: "test.members", roles: "test.roles" };

    fn is_highest(row: &RoleAssignment) -> Result<bool, Gap> {
        row.role_template_id.read().map(|id| id.as_deref() == Some("top")).map_err(Clone::clone)
    }
}
