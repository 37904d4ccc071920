//! The one thing that would cure an unread source, as a sentence to somebody who can do it.

use tenantscan_model::Cause;

use crate::{Call, Source, Unread};

/// What to do about a source that was not read.
pub(crate) fn cure(source: &Source, unread: &Unread) -> String {
    match unread.cause {
        Cause::PermissionMissing => permission(source),
        Cause::ServiceDisabled => {
            let project = unread.project.as_deref();
            format!("{}, wait a few minutes, then scan again.", (source.api.cures.switch_on)(source.api, project))
        }
        Cause::LicenceRequired => licence(source),
        Cause::RoleMissing => {
            // Where no permission is documented, nothing promises that an app is let in.
            let else_look = if source.permissions.is_empty() {
                " If it is refused again, the vendor does not show this to apps: look in its admin center and write \
                 down what stands there."
            } else {
                ""
            };
            format!("{}, then scan again.{else_look}", (source.api.cures.role)(source))
        }
        Cause::SignInFailed => format!("{}, then scan again.", source.api.cures.sign_in),
        Cause::Throttled => {
            "The vendor asked to slow down for too long: scan again later, or with more time (--deadline).".to_owned()
        }
        Cause::Timeout => match source.call {
            Call::Lookup(_) => "The domain's name servers did not answer in time: scan again, or ask another resolver \
                                (--resolver)."
                .to_owned(),
            _ => "No answer came in time: scan again, or with more time (--read-timeout, --deadline).".to_owned(),
        },
        Cause::Unavailable => unavailable(source, unread.status),
        Cause::Malformed => {
            "The vendor did not understand the request, or answered otherwise than it describes: scan again with \
             --record, and report it to the makers of tenantscan."
                .to_owned()
        }
        Cause::Truncated => {
            "The list did not end: scan again with --record, and report it to the makers of tenantscan.".to_owned()
        }
        Cause::NotRecorded => {
            format!("The recording has no answer for \"{}\": record the scan again.", source.title)
        }
        Cause::NotSupplied => match source.call {
            Call::Withheld { portal } => format!(
                "No permission that only reads shows this to an app, and this program asks for no other: look at \
                 {portal}, and write down what stands there."
            ),
            Call::NoApi { portal } => {
                format!("No API shows this: look at {portal}, and write down what stands there.")
            }
            Call::Get | Call::Pages(_) | Call::Cmdlet { .. } | Call::Lookup(_) => {
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

fn permission(source: &Source) -> String {
    let cures = source.api.cures;
    // Such an API takes the permission for a ticket: what may be seen, the role decides.
    let and_role = if source.role.is_some() { format!(" {}.", (cures.role)(source)) } else { String::new() };
    format!("{}.{and_role} Then scan again.", (cures.permission)(source))
}

/// The first sentences are those of a policy that needs a licence itself, so that both stand together in a report.
fn licence(source: &Source) -> String {
    let licence = source.licence.unwrap_or("a licence");
    let or_role = match (source.call, source.role) {
        (Call::Cmdlet { .. }, Some(role)) => {
            format!(" If the tenant does have it, the app lacks the directory role {role}.")
        }
        _ => String::new(),
    };
    format!(
        "This control needs {licence}, which the tenant does not have. Buy it, or write down how the risk is met in \
         another way.{or_role}"
    )
}

fn unavailable(source: &Source, status: Option<u16>) -> String {
    match (source.call, status) {
        (Call::Lookup(_), _) => "The domain's name servers gave no usable answer: have whoever runs the domain's DNS \
                                 look at it, then scan again, or ask another resolver (--resolver)."
            .to_owned(),
        (_, None | Some(429..)) if source.api.public => {
            format!("The domain's web server for \"{}\" did not answer: scan again later.", source.title)
        }
        (_, Some(_)) if source.api.public => format!(
            "The domain's web server for \"{}\" did not give it: have whoever runs it look at it, then scan again.",
            source.title
        ),
        (_, None | Some(500..)) => {
            let or_licence = source
                .licence
                .map(|licence| format!(" If it stays so, see that the tenant has {licence}."))
                .unwrap_or_default();
            format!("{} did not answer: scan again later.{or_licence}", source.api.title)
        }
        (_, Some(_)) => format!(
            "\"{}\": this is not set up in the tenant, or not part of what it pays for. If the practice uses it, open its \
             page in the admin center once and scan again; if not, write that down.",
            source.title
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Api, Cures, Diagnosis, RecordKind};

    static CURES: Cures = Cures {
        permission: |source| format!("Grant {}", source.permissions.join(", ")),
        role: |source| format!("Give the role {}", source.role.unwrap_or("Reader")),
        sign_in: "Mend the sign-in",
        switch_on: |api, project| format!("Switch {} on in {}", api.resource, project.unwrap_or("the project")),
    };

    static API: Api = Api {
        id: "made-up",
        title: "Made up",
        resource: "Made up",
        public: false,
        concurrency: 1,
        root: 1,
        batch: 1,
        paces: &[],
        headers: &[],
        diagnose: |_| Diagnosis::lasting(Cause::Unavailable),
        cures: &CURES,
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
        assert!(cure.contains("asks for no other") && cure.contains("Admin center > Sharing"), "{cure}");
    }

    #[test]
    fn a_permission_is_named_with_its_api_and_with_the_role_that_it_is_nothing_without() {
        let source = Source { permissions: &["Read.Everything"], role: Some("Reader of all"), ..WITHHELD };
        let cure = cure(&source, &Unread::because(Cause::PermissionMissing));
        assert_eq!(cure, "Grant Read.Everything. Give the role Reader of all. Then scan again.");
    }

    #[test]
    fn what_no_api_shows_and_what_is_switched_off_have_their_own_words() {
        let hidden = Source { call: Call::NoApi { portal: "Admin console > Vault" }, ..WITHHELD };
        assert!(!hidden.allows("https://made-up.example/"));
        let said = cure(&hidden, &Unread::because(Cause::NotSupplied));
        assert!(said.contains("No API") && said.contains("Admin console > Vault"), "{said}");
        let off = Unread { project: Some("123".into()), ..Unread::because(Cause::ServiceDisabled) };
        assert!(cure(&WITHHELD, &off).starts_with("Switch Made up on in 123, wait"), "{}", cure(&WITHHELD, &off));
    }

    #[test]
    fn a_service_that_is_down_is_told_from_one_that_is_not_there() {
        let source = Source { call: Call::Get, licence: Some("Plan 9"), ..WITHHELD };
        let cure = |status| cure(&source, &Unread { status: Some(status), ..Unread::because(Cause::Unavailable) });
        assert!(cure(503).contains("scan again later") && cure(503).contains("Plan 9"), "{}", cure(503));
        assert!(cure(404).contains("not set up") && !cure(404).contains("later"), "{}", cure(404));
    }

    #[test]
    fn domain_names_need_no_app() {
        let source = Source { call: Call::Lookup(RecordKind::Txt), ..WITHHELD };
        for cause in [Cause::Unavailable, Cause::Timeout] {
            let cure = cure(&source, &Unread::because(cause));
            assert!(cure.contains("name servers") && !cure.contains("app"), "{cure}");
        }
    }

    #[test]
    fn where_no_permission_is_documented_there_is_another_way_out() {
        let cure = cure(&WITHHELD, &Unread::because(Cause::RoleMissing));
        assert!(cure.starts_with("Give the role Reader, then") && cure.contains("write down"), "{cure}");
    }
}
