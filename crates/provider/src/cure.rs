//! The one thing that would cure an unread source, as a sentence to somebody who can do it.

use tenantscan_model::Cause;

use crate::{Source, Unread};

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
            format!("Give the app the directory role {}, then scan again.", source.role.unwrap_or("Global Reader"))
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
        Cause::NotSupplied => "Only a person can say this: write it down, then scan again.".to_owned(),
        Cause::NamesConcealed => {
            "Show names in reports (Microsoft 365 admin center > Settings > Org settings > Reports), then scan again."
                .to_owned()
        }
        Cause::NotCollected => "Scan again with the policies that need it.".to_owned(),
    }
}
