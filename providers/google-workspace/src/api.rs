//! Google's APIs: their limits, and why they refuse.

use std::time::Duration;

use tenantscan_model::Cause;
use tenantscan_provider::{Api, Diagnosis, Pace, Refusal};

use crate::cure::CURES;

/// What Google's services have in common.
const COMMON: Api = Api {
    id: "",
    title: "",
    resource: "admin.googleapis.com",
    public: false,
    concurrency: 8,
    root: 3,
    batch: 1,
    paces: &[],
    headers: &[("Accept", "application/json")],
    diagnose,
    cures: &CURES,
};

/// The Directory API: accounts, groups, organisational units, roles, devices. `resource` is the name of the service, under
/// which it is switched on in a project. Limits: developers.google.com/workspace/admin/directory/v1/limits.
pub(crate) static DIRECTORY: Api = Api {
    id: "directory",
    title: "Google Admin SDK",
    paces: &[Pace { prefix: "/admin/", requests: 40, per: Duration::from_secs(1) }],
    ..COMMON
};

/// The Enterprise License Manager API. Limit: one request a second, by
/// developers.google.com/workspace/admin/licensing/v1/limits.
pub(crate) static LICENSING: Api = Api {
    id: "licensing",
    title: "Google Enterprise License Manager",
    resource: "licensing.googleapis.com",
    concurrency: 1,
    paces: &[Pace { prefix: "/apps/licensing/", requests: 1, per: Duration::from_secs(1) }],
    diagnose: diagnose_licensing,
    ..COMMON
};

/// The Cloud Identity API: settings, sign-in at other services, devices. Limits: cloud.google.com/identity/docs/quotas; for
/// settings, which only a super administrator may read, no number is given: others are let through with a page a second.
pub(crate) static CLOUD_IDENTITY: Api = Api {
    id: "cloud_identity",
    title: "Cloud Identity",
    resource: "cloudidentity.googleapis.com",
    concurrency: 2,
    root: 1,
    paces: &[
        Pace { prefix: "/v1/policies", requests: 1, per: Duration::from_secs(1) },
        Pace { prefix: "/v1/", requests: 5, per: Duration::from_secs(1) },
    ],
    ..COMMON
};

/// A product that the customer never had is refused as one that does not exist. Source: as it is met in practice; the
/// reference names no error for it.
fn diagnose_licensing(refusal: &Refusal<'_>) -> Diagnosis {
    match (refusal.status, refusal.code.unwrap_or_default()) {
        (400, "invalid" | "INVALID_ARGUMENT") | (404, _) => Diagnosis::lasting(Cause::LicenceRequired),
        // Here this is how a quota that is used up is told. Source: developers.google.com/workspace/admin/licensing/v1/limits.
        (503, _) => Diagnosis::transient(Cause::Throttled),
        _ => diagnose(refusal),
    }
}

/// Gmail's settings, asked in the name of each mailbox's owner. Limits: developers.google.com/workspace/gmail/api/reference/quota
/// (one unit for each read of a setting; 15,000 a minute for each person, 1,200,000 for a project).
pub(crate) static GMAIL: Api = Api {
    id: "gmail",
    title: "Gmail",
    resource: "gmail.googleapis.com",
    concurrency: 16,
    root: 4,
    paces: &[Pace { prefix: "/gmail/", requests: 1000, per: Duration::from_secs(1) }],
    ..COMMON
};

/// Settings of groups. Limits: Google documents none but a daily one; the pace is that of the Directory API's quarter.
pub(crate) static GROUPS_SETTINGS: Api = Api {
    id: "groups-settings",
    title: "Google Groups settings",
    resource: "groupssettings.googleapis.com",
    concurrency: 4,
    root: 2,
    paces: &[Pace { prefix: "/groups/", requests: 10, per: Duration::from_secs(1) }],
    ..COMMON
};

/// Logs and usage. Limits: developers.google.com/workspace/admin/reports/v1/limits (2,400 a minute, 250 of those that filter).
pub(crate) static REPORTS: Api = Api {
    id: "reports",
    title: "Google Admin SDK, reports",
    concurrency: 4,
    paces: &[
        Pace { prefix: "/admin/reports/v1/activity/", requests: 4, per: Duration::from_secs(1) },
        Pace { prefix: "/admin/reports/", requests: 40, per: Duration::from_secs(1) },
    ],
    diagnose: diagnose_busy,
    ..COMMON
};

/// Alerts. Limits: developers.google.com/workspace/admin/alertcenter/limits.
pub(crate) static ALERT_CENTER: Api = Api {
    id: "alert-center",
    title: "Google Alert Center",
    resource: "alertcenter.googleapis.com",
    concurrency: 2,
    root: 1,
    paces: &[Pace { prefix: "/v1beta1/", requests: 5, per: Duration::from_secs(1) }],
    ..COMMON
};

/// Devices. Limits: docs.cloud.google.com/identity/quotas.
pub(crate) static DEVICES: Api = Api {
    id: "devices",
    title: "Google Cloud Identity, devices",
    resource: "cloudidentity.googleapis.com",
    concurrency: 2,
    root: 1,
    paces: &[Pace { prefix: "/v1/devices", requests: 5, per: Duration::from_secs(1) }],
    ..COMMON
};

/// The Reports API says 503 where others say 429. Source: developers.google.com/workspace/admin/reports/v1/limits.
fn diagnose_busy(refusal: &Refusal<'_>) -> Diagnosis {
    if refusal.status == 503 { Diagnosis::transient(Cause::Throttled) } else { diagnose(refusal) }
}

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
    fn a_product_that_the_customer_never_had_is_no_failure_of_the_service() {
        let source = crate::sources::licences::PRODUCTS[5];
        let said = |status, code| diagnose_licensing(&Refusal { source, status, code: Some(code), message: "" });
        assert_eq!(said(400, "invalid"), Diagnosis::lasting(Cause::LicenceRequired));
        assert_eq!(said(400, "badRequest").cause, Cause::Unavailable);
        assert_eq!(said(403, "forbidden"), Diagnosis::lasting(Cause::RoleMissing));
        assert_eq!(said(503, "backendError"), Diagnosis::transient(Cause::Throttled));
    }

    #[test]
    fn the_reports_api_says_503_when_it_is_asked_too_often() {
        let refusal = |status, code| Refusal { source: &USERS, status, code: Some(code), message: "" };
        assert_eq!(diagnose_busy(&refusal(503, "backendError")), Diagnosis::transient(Cause::Throttled));
        assert_eq!(diagnose_busy(&refusal(500, "backendError")), Diagnosis::transient(Cause::Unavailable));
        assert_eq!(diagnose_busy(&refusal(403, "forbidden")), Diagnosis::lasting(Cause::RoleMissing));
    }

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
