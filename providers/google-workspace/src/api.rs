//! Google's APIs: their limits, and why they refuse.

use std::time::Duration;

use tenantscan_model::Cause;
use tenantscan_provider::{Api, Diagnosis, Pace, Refusal};

use crate::cure::CURES;

/// The Directory API: accounts, groups, organisational units, roles, devices. `resource` is the name of the service, under
/// which it is switched on in a project. Limits: developers.google.com/workspace/admin/directory/v1/limits.
pub(crate) static DIRECTORY: Api = Api {
    id: "directory",
    title: "Google Admin SDK",
    resource: "admin.googleapis.com",
    public: false,
    concurrency: 8,
    root: 3,
    batch: 1,
    paces: &[Pace { prefix: "/admin/", requests: 40, per: Duration::from_secs(1) }],
    headers: &[("Accept", "application/json")],
    diagnose,
    cures: &CURES,
};

/// The Cloud Identity API: settings. Only a super administrator may read them. Limits:
/// docs.cloud.google.com/identity/docs/how-to/list-get-policies gives no number; others are let through with a page a second.
pub(crate) static CLOUD_IDENTITY: Api = Api {
    id: "cloud-identity",
    title: "Cloud Identity",
    resource: "cloudidentity.googleapis.com",
    public: false,
    concurrency: 2,
    root: 1,
    batch: 1,
    paces: &[Pace { prefix: "/v1/policies", requests: 1, per: Duration::from_secs(1) }],
    headers: &[("Accept", "application/json")],
    diagnose,
    cures: &CURES,
};

/// Why Google refused. Source: developers.google.com/workspace/admin/directory/v1/guides/troubleshoot-error-codes,
/// cloud.google.com/apis/design/errors.
pub(crate) fn diagnose(refusal: &Refusal<'_>) -> Diagnosis {
    match refusal.code.unwrap_or_default() {
        "SERVICE_DISABLED" | "accessNotConfigured" => return Diagnosis::lasting(Cause::ServiceDisabled),
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT" | "insufficientPermissions" => {
            return Diagnosis::lasting(Cause::PermissionMissing);
        }
        "rateLimitExceeded"
        | "userRateLimitExceeded"
        | "quotaExceeded"
        | "RATE_LIMIT_EXCEEDED"
        | "RESOURCE_EXHAUSTED"
        | "dailyLimitExceeded" => return Diagnosis::transient(Cause::Throttled),
        _ => {}
    }
    match refusal.status {
        429 => Diagnosis::transient(Cause::Throttled),
        401 => Diagnosis::lasting(Cause::SignInFailed),
        403 => Diagnosis::lasting(Cause::RoleMissing),
        500 | 502..=504 => Diagnosis::transient(Cause::Unavailable),
        _ => Diagnosis::lasting(Cause::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::users::USERS;

    #[test]
    fn refusals_that_look_alike_have_their_own_causes() {
        let cases = [
            (403, Some("forbidden"), Cause::RoleMissing, false),
            (403, Some("insufficientPermissions"), Cause::PermissionMissing, false),
            (403, Some("ACCESS_TOKEN_SCOPE_INSUFFICIENT"), Cause::PermissionMissing, false),
            (403, Some("accessNotConfigured"), Cause::ServiceDisabled, false),
            (403, Some("SERVICE_DISABLED"), Cause::ServiceDisabled, false),
            (403, Some("userRateLimitExceeded"), Cause::Throttled, true),
            (403, Some("quotaExceeded"), Cause::Throttled, true),
            (429, Some("RESOURCE_EXHAUSTED"), Cause::Throttled, true),
            (429, None, Cause::Throttled, true),
            (401, Some("UNAUTHENTICATED"), Cause::SignInFailed, false),
            (400, Some("failedPrecondition"), Cause::Unavailable, false),
            (404, Some("notFound"), Cause::Unavailable, false),
            (503, Some("backendError"), Cause::Unavailable, true),
        ];
        for (status, code, cause, passes) in cases {
            let said = diagnose(&Refusal { source: &USERS, status, code, message: "" });
            assert_eq!((said.cause, said.transient), (cause, passes), "{status} {code:?}");
        }
    }
}
