//! Why a sign-in failed, and what to do next: Microsoft's codes in plain words.

use tenantscan_provider::Failure;

use super::CredentialError;

/// Why no token could be had.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Microsoft refused.
    #[error("Microsoft refused the sign-in{}: {what}\n  next: {next}", .code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Refused {
        /// Microsoft's code: `AADSTS7000222`.
        code: Option<String>,
        /// What it means.
        what: String,
        /// What to do.
        next: String,
    },
    /// The service that issues tokens could not be reached.
    #[error(
        "cannot sign in: {host}: {failure}\n  next: try `curl -I https://{host}` from this computer, then scan again"
    )]
    Unreachable {
        /// The host.
        host: &'static str,
        /// Why.
        failure: Failure,
    },
    /// The service that issues tokens is down.
    #[error("cannot sign in: {host} answers with server error {status}\n  next: scan again later")]
    Unavailable {
        /// The host.
        host: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// The answer is no token that can be read.
    #[error(
        "cannot sign in: the answer of {host} could not be read\n  next: check that nothing between here and Microsoft rewrites answers, and --endpoint if you gave it"
    )]
    Unreadable {
        /// The host.
        host: &'static str,
    },
    /// The token is one of another tenant.
    #[error(
        "cannot sign in: the token is for tenant {issued}, not for {asked}\n  next: check the tenant's id (--tenant-id, AZURE_TENANT_ID); nothing was read"
    )]
    OtherTenant {
        /// The tenant that was asked for.
        asked: String,
        /// The tenant that the token names.
        issued: String,
    },
    /// The tenant's name is neither an id nor a domain.
    #[error(
        "`{0}` is neither a tenant's id nor a domain\n  next: take the Tenant ID from Entra admin center > Entra ID > Overview"
    )]
    NoTenantName(String),
    /// The credential cannot be used.
    #[error("cannot sign in: {0}")]
    Credential(#[from] CredentialError),
}

/// Microsoft's codes: number, what it means, what to do next.
/// Source: learn.microsoft.com/entra/identity-platform/reference-error-codes, read 2026-11.
const CODES: [(u32, &str, &str); 18] = [
    (7000215, "the client secret is wrong", "put the secret's value, not its id, into AZURE_CLIENT_SECRET"),
    (
        7000222,
        "the client secret has run out",
        "make a new one, better a certificate: Entra admin center > Entra ID > App registrations > the app > Certificates & secrets",
    ),
    (
        700027,
        "the certificate is not on the app registration",
        "upload its public part: Entra admin center > Entra ID > App registrations > the app > Certificates & secrets; if you just did, wait a minute",
    ),
    (
        700016,
        "the app is not in this tenant",
        "check AZURE_CLIENT_ID and the tenant; in a client's tenant an administrator must first give admin consent to the app",
    ),
    (
        7000229,
        "the app is not in this tenant",
        "an administrator of the tenant must first give admin consent to the app",
    ),
    (
        65001,
        "nobody has consented to the app in this tenant",
        "an administrator gives admin consent: Entra admin center > Entra ID > Enterprise apps > the app > Permissions",
    ),
    (
        7000112,
        "the app is switched off in this tenant",
        "an administrator switches it on: Entra admin center > Entra ID > Enterprise apps > the app > Properties > Enabled for users to sign in",
    ),
    (90002, "there is no such tenant", "check the tenant's id (--tenant-id, AZURE_TENANT_ID) and the cloud (--cloud)"),
    (900023, "this is not the name of a tenant", "check the tenant's id (--tenant-id, AZURE_TENANT_ID)"),
    (900382, "the tenant is in another cloud", "give its cloud with --cloud"),
    (
        53003,
        "a Conditional Access policy blocks the app",
        "let this computer's address pass in the policy for workload identities, or leave the app out of it",
    ),
    (530032, "a policy of the tenant blocks this way of signing in", "sign in as an app, with a certificate"),
    (50020, "the account has no access to this tenant", "sign in as an app that the tenant has consented to"),
    (700082, "the sign-in has run out", "sign in again"),
    (
        70021,
        "the app trusts no token like the federated one",
        "compare issuer, subject and audience of the token with Entra admin center > Entra ID > App registrations > the app > Certificates & secrets > Federated credentials",
    ),
    (
        700211,
        "the app trusts no issuer like that of the federated token",
        "compare the token's issuer with Entra admin center > Entra ID > App registrations > the app > Certificates & secrets > Federated credentials",
    ),
    (
        700212,
        "the app trusts no audience like that of the federated token",
        "have the token issued for api://AzureADTokenExchange, or compare with Entra admin center > Entra ID > App registrations > the app > Certificates & secrets > Federated credentials",
    ),
    (
        700213,
        "the app trusts no subject like that of the federated token",
        "compare the token's subject with Entra admin center > Entra ID > App registrations > the app > Certificates & secrets > Federated credentials",
    ),
];

/// The assertion is outside its time: nearly always a wrong clock.
const OUTSIDE_TIME: u32 = 700024;

impl SignInError {
    /// Translates a refusal. `text` is the vendor's and is not kept, since it may quote names; `date` is the answer's.
    pub(crate) fn refused(text: &str, date: Option<&str>) -> Self {
        let number = text.split("AADSTS").nth(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
        let number: Option<u32> = number.and_then(|digits: String| digits.parse().ok());
        let code = number.map(|number| format!("AADSTS{number}"));
        if number == Some(OUTSIDE_TIME) {
            let skew = date
                .and_then(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok())
                .map(|date| jiff::Timestamp::now().as_second() - date.as_second());
            let what = match skew {
                Some(seconds) if seconds.abs() > 60 => format!(
                    "this computer's clock is {} seconds {}",
                    seconds.abs(),
                    if seconds > 0 { "fast" } else { "slow" }
                ),
                _ => "the proof of who signs in is outside its time".to_owned(),
            };
            return Self::Refused { code, what, next: "set this computer's clock, then scan again".to_owned() };
        }
        let known = CODES.iter().find(|(known, ..)| Some(*known) == number);
        let (what, next) = known.map_or(
            (
                "it gave no reason that this program knows",
                "look the code up at https://login.microsoftonline.com/error",
            ),
            |(_, what, next)| (*what, *next),
        );
        Self::Refused { code, what: what.to_owned(), next: next.to_owned() }
    }
}

/// A name from outside, fit to be shown.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_own_meaning_and_next_step() {
        let cases = [
            (7000215, "client secret is wrong", "secret's value, not its id"),
            (7000222, "client secret has run out", "Certificates & secrets"),
            (700027, "certificate is not on the app registration", "upload its public part"),
            (700016, "app is not in this tenant", "AZURE_CLIENT_ID"),
            (7000229, "app is not in this tenant", "admin consent"),
            (65001, "nobody has consented", "admin consent"),
            (90002, "no such tenant", "--tenant-id"),
            (50020, "no access to this tenant", "sign in as an app"),
            (53003, "Conditional Access policy blocks", "workload identities"),
            (530032, "blocks this way of signing in", "with a certificate"),
            (700082, "sign-in has run out", "sign in again"),
            (700024, "outside its time", "clock"),
            (70021, "no token like", "issuer, subject and audience"),
            (700211, "no issuer like that", "Federated credentials"),
            (700212, "no audience like that", "api://AzureADTokenExchange"),
            (700213, "no subject like that", "Federated credentials"),
            (7000112, "switched off", "Enabled for users to sign in"),
            (900023, "not the name of a tenant", "--tenant-id"),
            (900382, "another cloud", "--cloud"),
        ];
        for (number, what, next) in cases {
            let shown = SignInError::refused(&format!("AADSTS{number}: told otherwise."), None).to_string();
            let (told, step) = shown.split_once("next:").expect("a next step");
            assert!(told.contains(what) && told.contains(&format!("(AADSTS{number})")), "{number}: {shown}");
            assert!(step.contains(next), "{number}: {shown}");
        }
        let told: std::collections::BTreeSet<u32> = cases.iter().map(|case| case.0).collect();
        let known = CODES.iter().map(|code| code.0).chain([OUTSIDE_TIME]).collect();
        assert_eq!(told, known, "a code is missing from one of the two lists");
    }

    #[test]
    fn codes_are_told_in_plain_words_and_the_vendors_text_is_not_kept() {
        for (number, what, next) in CODES {
            let text = format!("AADSTS{number}: something about ana@practice.example. Trace ID: 1");
            let shown = SignInError::refused(&text, None).to_string();
            assert!(shown.contains(what) && shown.contains(next), "{shown}");
            assert!(shown.contains(&format!("(AADSTS{number})")) && !shown.contains("ana@"), "{shown}");
        }
        let unknown = SignInError::refused("invalid_client", None).to_string();
        assert!(unknown.contains("next:"), "{unknown}");
    }

    #[test]
    fn a_wrong_clock_is_told_in_seconds() {
        let date = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(412);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).expect("a date");
        let shown =
            SignInError::refused("AADSTS700024: Client assertion is not within its valid time range.", Some(&date));
        let shown = shown.to_string();
        assert!(shown.contains("clock is 412 seconds fast") || shown.contains("clock is 413 seconds fast"), "{shown}");
    }
}
