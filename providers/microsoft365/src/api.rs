//! Microsoft Graph: its limits, and why it refuses.

use std::time::Duration;

use tenantscan_model::Cause;
use tenantscan_provider::{Api, Diagnosis, Pace, Refusal};

use crate::cure::CURES;
use crate::sources::devices::INTUNE;

/// Microsoft Graph. Limits: learn.microsoft.com/graph/throttling-limits.
pub(crate) static GRAPH: Api = Api {
    id: "graph",
    title: "Microsoft Graph",
    resource: "Microsoft Graph",
    public: false,
    concurrency: 8,
    root: 1,
    // Source: learn.microsoft.com/graph/json-batching.
    batch: 20,
    paces: &[
        Pace { prefix: "/v1.0/reports/", requests: 5, per: Duration::from_secs(10) },
        Pace { prefix: "/v1.0/auditLogs/", requests: 5, per: Duration::from_secs(10) },
        Pace { prefix: "/v1.0/identity/conditionalAccess/", requests: 1, per: Duration::from_secs(1) },
        Pace { prefix: "/v1.0/identityProtection/", requests: 1, per: Duration::from_secs(1) },
    ],
    headers: &[("Prefer", "include-unknown-enum-members"), ("x-ms-throttle-priority", "Low")],
    diagnose,
    cures: &CURES,
};

/// The admin API of Exchange Online, which Microsoft's own PowerShell module speaks. Microsoft documents its cmdlets and
/// not the requests: learn.microsoft.com/powershell/exchange/exchange-online-powershell-v2.
pub(crate) static EXCHANGE: Api = Api {
    id: "exchange",
    title: "Exchange Online",
    resource: "Office 365 Exchange Online",
    public: false,
    concurrency: 5,
    root: 3,
    batch: 10,
    paces: &[],
    headers: &[
        ("Accept", "application/json"),
        ("Prefer", "odata.maxpagesize=1000"),
        ("X-ResponseFormat", "json"),
        ("parameter-based-routing", "true"),
    ],
    diagnose: diagnose_cmdlet,
    cures: &CURES,
};

/// The admin API of Microsoft Purview: the same as Exchange's, at a host of its own.
pub(crate) static COMPLIANCE: Api = Api { id: "purview", title: "Microsoft Purview", ..EXCHANGE };

/// The admin API of Teams, which Microsoft's own PowerShell module speaks.
pub(crate) static TEAMS: Api = Api {
    id: "teams",
    title: "Microsoft Teams",
    resource: "Microsoft Teams",
    public: false,
    concurrency: 4,
    root: 2,
    batch: 1,
    // Source: learn.microsoft.com/graph/throttling-limits, Teams; kept to though it names Graph.
    paces: &[Pace { prefix: "/", requests: 30, per: Duration::from_secs(1) }],
    headers: &[("Accept", "application/json"), ("x-authz-scope", "tenant")],
    diagnose: diagnose_teams,
    cures: &CURES,
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

/// Whether the refusal means that the tenant does not have Intune, which answers in ways of its own then.
fn lacks_intune(refusal: &Refusal<'_>) -> bool {
    let nobody = refusal.status == 401 && refusal.code == Some("UnknownError");
    refusal.source.licence == Some(INTUNE) && (nobody || refusal.message.contains("not applicable to target tenant"))
}

fn diagnose(refusal: &Refusal<'_>) -> Diagnosis {
    if lacks_intune(refusal) {
        return Diagnosis::lasting(Cause::LicenceRequired);
    }
    if let Some((_, cause)) = BY_MESSAGE.iter().find(|(part, _)| refusal.message.contains(part)) {
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

/// Why a cmdlet was refused. Without a licence, and without a directory role that shows it, a cmdlet is not even known.
fn diagnose_cmdlet(refusal: &Refusal<'_>) -> Diagnosis {
    let says = |part: &str| refusal.message.contains(part);
    let unknown = says("is not recognized as") || says("CommandNotFound") || refusal.code == Some("CmdletNotFound");
    let absent = if refusal.source.licence.is_some() { Cause::LicenceRequired } else { Cause::RoleMissing };
    match refusal.status {
        _ if says("isn't supported in this scenario") || says("is not supported in this scenario") => {
            Diagnosis::lasting(Cause::RoleMissing)
        }
        _ if unknown => Diagnosis::lasting(absent),
        _ if says("licen") => Diagnosis::lasting(Cause::LicenceRequired),
        // Without Exchange.ManageAsApp the token is for nobody, and the answer has no words.
        401 => Diagnosis::lasting(Cause::PermissionMissing),
        403 => Diagnosis::lasting(Cause::RoleMissing),
        429 => Diagnosis::transient(Cause::Throttled),
        500 | 502..=504 => Diagnosis::transient(Cause::Unavailable),
        _ => Diagnosis::lasting(Cause::Unavailable),
    }
}

/// Why Teams refused. There is no permission to ask for: it lets in whoever holds a directory role.
fn diagnose_teams(refusal: &Refusal<'_>) -> Diagnosis {
    match refusal.status {
        401 | 403 => Diagnosis::lasting(Cause::RoleMissing),
        _ => diagnose(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::mail_flow::AUDIT_LOG;
    use crate::sources::tenant::ORGANIZATION;

    fn refusal<'a>(
        source: &'static tenantscan_provider::Source,
        status: u16,
        code: Option<&'a str>,
        message: &'a str,
    ) -> Refusal<'a> {
        Refusal { source, status, code, message }
    }

    #[test]
    fn refusals_of_cmdlets_have_their_own_causes() {
        let unknown = "The term 'Get-X' is not recognized as a name of a cmdlet, function, script file, or executable.";
        let cases = [
            (403, "The role assigned to application 1 isn't supported in this scenario.", Cause::RoleMissing),
            (401, "The role assigned to application 1 isn't supported in this scenario.", Cause::RoleMissing),
            (401, "", Cause::PermissionMissing),
            (403, "", Cause::RoleMissing),
            (400, unknown, Cause::RoleMissing),
            (400, "The tenant has no license for this.", Cause::LicenceRequired),
            (404, "The tenant was not found.", Cause::Unavailable),
        ];
        for (status, message, cause) in cases {
            let said = diagnose_cmdlet(&refusal(&AUDIT_LOG, status, Some("BadRequest"), message));
            assert_eq!(said, Diagnosis::lasting(cause), "{status} {message}");
        }
        for (status, cause) in [(429, Cause::Throttled), (500, Cause::Unavailable), (503, Cause::Unavailable)] {
            let said = diagnose_cmdlet(&refusal(&AUDIT_LOG, status, None, ""));
            assert_eq!(said, Diagnosis::transient(cause), "{status}");
        }
    }

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
            let refusal = refusal(&ORGANIZATION, status, code, message);
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
            let refusal = refusal(&ORGANIZATION, status, None, "");
            assert_eq!(diagnose(&refusal), Diagnosis::transient(cause), "{status}");
        }
    }

    #[test]
    fn a_tenant_without_intune_needs_a_licence_and_other_services_do_not() {
        use crate::sources::devices::managed::MANAGED_DEVICES;
        let refused = "Application is not authorized to perform this operation.";
        let cases = [
            (
                &MANAGED_DEVICES,
                400,
                Some("BadRequest"),
                "Request not applicable to target tenant.",
                Cause::LicenceRequired,
            ),
            (&MANAGED_DEVICES, 401, Some("UnknownError"), r#"{"ErrorCode":"Forbidden"}"#, Cause::LicenceRequired),
            (&MANAGED_DEVICES, 401, Some("InvalidAuthenticationToken"), "", Cause::SignInFailed),
            (&MANAGED_DEVICES, 403, Some("Forbidden"), refused, Cause::PermissionMissing),
            (&MANAGED_DEVICES, 503, None, "", Cause::Unavailable),
            (&ORGANIZATION, 400, Some("BadRequest"), "Request not applicable to target tenant.", Cause::Unavailable),
            (&ORGANIZATION, 401, Some("UnknownError"), "", Cause::SignInFailed),
        ];
        for (source, status, code, message, cause) in cases {
            let refusal = refusal(source, status, code, message);
            assert_eq!(diagnose(&refusal).cause, cause, "{} {status} {code:?} {message}", source.id);
        }
    }
}
