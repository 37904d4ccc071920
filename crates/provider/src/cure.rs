//! The one thing that would cure an unread source, as a sentence to somebody who can do it.

use tenantscan_model::Cause;

use crate::{Call, Source, Unread};

/// What to do about a source that was not read.
pub(crate) fn cure(source: &Source, unread: &Unread) -> String {
    let permission = source.permissions.first().copied().unwrap_or("a read permission");
    match unread.cause {
        Cause::PermissionMissing => format!(
            "Grant the app the application permission {permission} and give admin consent (Entra admin center > App \
             registrations > the app > API permissions), then scan again."
        ),
        Cause::LicenceRequired => format!(
            "{} need {}, which the tenant does not have. Buy it, or write down how the risk is met in another way.",
            source.title,
            source.licence.unwrap_or("a licence")
        ),
        Cause::RoleMissing => {
            let role = source.role.unwrap_or("Global Reader");
            // Where no permission is documented, nothing promises that an app is let in.
            let else_look = if source.permissions.is_empty() {
                " If it is refused again, the vendor does not show this to apps: look in its admin center and write \
                 down what stands there."
            } else {
                ""
            };
            format!("Give the app the directory role {role}, then scan again.{else_look}")
        }
        Cause::SignInFailed => "Check the app's certificate or secret and its tenant, then scan again.".to_owned(),
        Cause::Throttled => {
            "The vendor asked to slow down for too long: scan again later, or with more time (--deadline).".to_owned()
        }
        Cause::Timeout => {
            "No answer came in time: scan again, or with more time (--read-timeout, --deadline).".to_owned()
        }
        Cause::Unavailable => {
            "The service did not answer or is not set up in this tenant: scan again later.".to_owned()
        }
        Cause::Malformed => {
            "The answer was not as the vendor describes it: scan again with --record and report it.".to_owned()
        }
        Cause::Truncated => "The list did not end: scan again with --record and report it.".to_owned(),
        Cause::NotRecorded => {
            format!("The recording has no answer for \"{}\": record the scan again.", source.title)
        }
        Cause::NotSupplied => match source.call {
            Call::Withheld { portal } => format!(
                "Only a permission that can also change files shows this, and this program asks for none: look at \
                 {portal}, and write down what stands there."
            ),
            Call::Get | Call::Cmdlet { .. } | Call::Lookup(_) => {
                "Only a person can say this: write it down, then scan again.".to_owned()
            }
        },
        Cause::NamesConcealed => {
            "Show names in reports (Microsoft 365 admin center > Settings > Org settings > Reports), then scan again."
                .to_owned()
        }
        Cause::NotCollected => "Scan again with the policies that need it.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Api, Diagnosis};

    static API: Api = Api {
        id: "made-up",
        title: "Made up",
        public: true,
        concurrency: 1,
        root: 1,
        batch: 1,
        paces: &[],
        headers: &[],
        diagnose: |_| Diagnosis::lasting(Cause::Unavailable),
    };
    static WITHHELD: Source = Source {
        id: "made-up.withheld",
        title: "What only a writer sees",
        api: &API,
        path: "",
        call: Call::Withheld { portal: "Admin center > Sharing" },
        permissions: &[],
        licence: None,
        role: None,
        lists: &[],
        fills: &[],
        docs: "",
    };

    #[test]
    fn what_is_never_asked_for_says_where_a_person_looks() {
        assert!(!WITHHELD.allows("https://made-up.example/"));
        let cure = cure(&WITHHELD, &Unread::because(Cause::NotSupplied));
        assert!(cure.contains("can also change") && cure.contains("Admin center > Sharing"), "{cure}");
    }

    #[test]
    fn where_no_permission_is_documented_there_is_another_way_out() {
        let cure = cure(&WITHHELD, &Unread::because(Cause::RoleMissing));
        assert!(cure.contains("Global Reader") && cure.contains("write down"), "{cure}");
    }
}
