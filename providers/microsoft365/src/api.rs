//! Microsoft Graph: its limits, and why it refuses.

use std::time::Duration;

use tenantscan_model::Cause;
use tenantscan_provider::{Api, Diagnosis, Pace, Refusal};

/// Microsoft Graph. Limits: learn.microsoft.com/graph/throttling-limits.
pub(crate) static GRAPH: Api = Api {
    id: "graph",
    concurrency: 8,
    paces: &[
        Pace { prefix: "/v1.0/reports/", requests: 5, per: Duration::from_secs(10) },
        Pace { prefix: "/v1.0/auditLogs/", requests: 5, per: Duration::from_secs(10) },
        Pace { prefix: "/v1.0/identity/conditionalAccess/", requests: 1, per: Duration::from_secs(1) },
        Pace { prefix: "/v1.0/identityProtection/", requests: 1, per: Duration::from_secs(1) },
    ],
    headers: &[("Prefer", "include-unknown-enum-members"), ("x-ms-throttle-priority", "Low")],
    diagnose,
};

/// Codes that mean the same whatever the status.
const BY_CODE: [(&str, Cause); 9] = [
    ("Authentication_RequestFromNonPremiumTenantOrB2CTenant", Cause::LicenceRequired),
    ("AadPremiumLicenseRequired", Cause::LicenceRequired),
    ("Authorization_RequestDenied", Cause::PermissionMissing),
    ("AccessDenied", Cause::PermissionMissing),
    ("InvalidAuthenticationToken", Cause::SignInFailed),
    ("ResourceNotFound", Cause::Unavailable),
    ("MailboxNotEnabledForRESTAPI", Cause::Unavailable),
    ("ErrorItemNotFound", Cause::Unavailable),
    // The request itself is at fault: asking again later cures nothing.
    ("Request_UnsupportedQuery", Cause::Malformed),
];

/// Messages that tell apart what shares a code.
const BY_MESSAGE: [(&str, Cause); 6] = [
    ("not licensed for this feature", Cause::LicenceRequired),
    ("premium license", Cause::LicenceRequired),
    ("does not have a SPO license", Cause::LicenceRequired),
    ("not applicable to target tenant", Cause::Unavailable),
    ("not provisioned", Cause::Unavailable),
    ("required scopes are missing", Cause::PermissionMissing),
];

fn diagnose(refusal: &Refusal<'_>) -> Diagnosis {
    let message = refusal.message.unwrap_or_default();
    if let Some((_, cause)) = BY_MESSAGE.iter().find(|(part, _)| message.contains(part)) {
        return Diagnosis::lasting(*cause);
    }
    if let Some((_, cause)) = BY_CODE.iter().find(|(code, _)| refusal.code == Some(*code)) {
        return Diagnosis::lasting(*cause);
    }
    match refusal.status {
        429 => Diagnosis::transient(Cause::Throttled),
        401 => Diagnosis::lasting(Cause::SignInFailed),
        403 => Diagnosis::lasting(Cause::PermissionMissing),
        500 | 502..=504 => Diagnosis::transient(Cause::Unavailable),
        _ => Diagnosis::lasting(Cause::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_that_look_alike_have_their_own_causes() {
        const SCOPES: &str = "You cannot perform the requested operation, required scopes are missing in the token.";
        const PREMIUM: &str = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
        let cases = [
            (401, Some("InvalidAuthenticationToken"), "Access token has expired.", Cause::SignInFailed),
            (
                403,
                Some("Authorization_RequestDenied"),
                "Insufficient privileges to complete the operation.",
                Cause::PermissionMissing,
            ),
            (403, Some("AccessDenied"), SCOPES, Cause::PermissionMissing),
            (403, Some("Forbidden"), SCOPES, Cause::PermissionMissing),
            (
                403,
                Some("Forbidden"),
                "Application is not authorized to perform this operation.",
                Cause::PermissionMissing,
            ),
            (
                403,
                Some(PREMIUM),
                "Neither tenant is B2C or tenant doesn't have premium license",
                Cause::LicenceRequired,
            ),
            (
                403,
                Some(PREMIUM),
                "Tenant is not a B2C tenant and doesn't have premium license(s)",
                Cause::LicenceRequired,
            ),
            (403, Some(PREMIUM), "", Cause::LicenceRequired),
            (400, Some("AadPremiumLicenseRequired"), "", Cause::LicenceRequired),
            (403, Some("Forbidden"), "Your tenant is not licensed for this feature.", Cause::LicenceRequired),
            (400, Some("BadRequest"), "Request not applicable to target tenant.", Cause::Unavailable),
            (400, Some("BadRequest"), "Tenant does not have a SPO license.", Cause::LicenceRequired),
            (401, None, "Unauthorized request - Account is not provisioned.", Cause::Unavailable),
            (404, Some("ResourceNotFound"), "", Cause::Unavailable),
            (404, Some("MailboxNotEnabledForRESTAPI"), "", Cause::Unavailable),
            (404, Some("ErrorItemNotFound"), "", Cause::Unavailable),
            (400, Some("Request_UnsupportedQuery"), "Unsupported query.", Cause::Malformed),
        ];
        for (status, code, message, cause) in cases {
            let refusal = Refusal { status, code, message: Some(message) };
            assert_eq!(diagnose(&refusal), Diagnosis::lasting(cause), "{status} {code:?} {message}");
        }
    }

    #[test]
    fn what_may_pass_is_told_from_what_lasts() {
        for (status, cause) in [
            (429, Cause::Throttled),
            (500, Cause::Unavailable),
            (502, Cause::Unavailable),
            (503, Cause::Unavailable),
            (504, Cause::Unavailable),
        ] {
            let refusal = Refusal { status, code: None, message: None };
            assert_eq!(diagnose(&refusal), Diagnosis::transient(cause), "{status}");
        }
    }
}
