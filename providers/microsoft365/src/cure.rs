//! What a Microsoft 365 administrator does about a refusal.

use tenantscan_provider::{Cures, Source};

pub(crate) static CURES: Cures = Cures {
    permission,
    role,
    sign_in: "Check the app's certificate or secret (Entra admin center > Entra ID > App registrations > the app > \
              Certificates & secrets) and the tenant's id",
    switch_on: |api, _| format!("Have Microsoft switch {} on for the tenant", api.title),
};

/// Entra lists the permissions of an API under that API's name.
fn permission(source: &Source) -> String {
    let permission = source.permissions.first().copied().unwrap_or("a read permission");
    format!(
        "Grant the app the application permission {permission} of {} and give admin consent (Entra admin center > \
         Entra ID > App registrations > the app > API permissions)",
        source.api.resource
    )
}

fn role(source: &Source) -> String {
    let role = source.role.unwrap_or("Global Reader");
    format!(
        "Give the app the directory role {role} (Entra admin center > Entra ID > Roles & admins > {role} > Add \
         assignments)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::mail_flow::AUDIT_LOG;

    #[test]
    fn a_permission_is_named_with_its_api_and_a_role_with_its_page() {
        let said = permission(&AUDIT_LOG);
        assert!(said.contains("Exchange.ManageAsApp of Office 365 Exchange Online"), "{said}");
        assert!(role(&AUDIT_LOG).contains("Global Reader > Add assignments"), "{}", role(&AUDIT_LOG));
    }
}
