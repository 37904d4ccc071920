//! What a Google Workspace administrator does about a refusal.

use tenantscan_provider::{Api, Cures, Source};

pub(crate) static CURES: Cures = Cures {
    permission,
    role,
    sign_in: "Check the service account's key and the administrator that it acts for (admin_subject under \
              [google-workspace] in tenantscan.toml), and that domain-wide delegation names the account's client id (Admin \
              console > Security > Access and data control > API controls > Manage domain-wide delegation)",
    switch_on,
};

fn permission(source: &Source) -> String {
    let scope = source.permissions.first().copied().unwrap_or("a read-only scope");
    let writes = if scope.ends_with(".readonly") {
        ""
    } else {
        " Google has no scope that only reads this; the program reads all the same. Whoever does not want to give it leaves \
         it out, and looks in the Admin console instead"
    };
    format!(
        "Add the scope {scope} to the service account's client id (Admin console > Security > Access and data control > \
         API controls > Manage domain-wide delegation){}{writes}",
        if writes.is_empty() { "" } else { "." }
    )
}

fn role(source: &Source) -> String {
    match source.role {
        Some(role) => format!(
            "Give the administrator that the program acts for the privilege {role} (Admin console > Account > Admin \
             roles), or name a super administrator as admin_subject"
        ),
        None => "Name a super administrator as admin_subject under [google-workspace] in tenantscan.toml".to_owned(),
    }
}

fn switch_on(api: &Api, project: Option<&str>) -> String {
    let project = project.map(|project| format!("?project={project}")).unwrap_or_default();
    format!(
        "Switch the API on in the service account's project: \
         https://console.cloud.google.com/apis/library/{}{project}",
        api.resource
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::users::USERS;

    #[test]
    fn a_refusal_is_cured_where_google_cures_it() {
        let said = permission(&USERS);
        assert!(said.contains("admin.directory.user.readonly") && said.contains("domain-wide delegation"), "{said}");
        assert!(!said.contains("only reads"), "{said}");
        let said = switch_on(USERS.api, Some("123"));
        assert!(said.contains("/apis/library/admin.googleapis.com?project=123"), "{said}");
    }
}
