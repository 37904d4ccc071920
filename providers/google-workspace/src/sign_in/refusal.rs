//! Google's refusals of a sign-in in plain words: what each means, and what to do next. Its own text is not kept, since it
//! may quote names.

use serde::Deserialize;

use super::credential::Key;
use super::error::{SignInError, plain};
use super::wire::Reply;

/// By how many seconds clocks differ so much that Google refuses for it, whatever it says.
const SKEW: i64 = 5 * 60;
/// Where delegation is granted.
const DELEGATION: &str =
    "Admin console > Security > Access and data control > API controls > Manage domain-wide delegation";
pub(super) const UNKNOWN: &str = "it gave no reason that this program knows";
pub(super) const ACCOUNTS: &str = "Google Cloud console > IAM & Admin > Service Accounts";

/// A refusal as OAuth has it. Source: RFC 6749, 5.2.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OAuth {
    error: String,
    error_description: String,
}

/// Who asked for a token, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker<'a> {
    pub(super) account: &'a str,
    pub(super) client_id: Option<&'a str>,
    pub(super) key_id: Option<&'a str>,
    pub(super) subject: &'a str,
}

/// Codes by which one scope that is not granted spoils a request for many.
/// Source: developers.google.com/identity/protocols/oauth2/service-account#jwt-error-codes.
const SCOPE: [&str; 4] = ["unauthorized_client", "access_denied", "invalid_scope", "admin_policy_enforced"];

/// What Google says of an assertion that is outside its time, whose key it does not know, or whose account it does not know.
/// Source: the same page.
const TIME: [&str; 2] = ["timeframe", "short-lived"];
const SIGNATURE: [&str; 2] = ["signature", "verifier"];
const ACCOUNT_GONE: [&str; 1] = ["account not found"];

pub(super) fn refused(code: &str, what: String, next: String) -> SignInError {
    let code = plain(code);
    SignInError::Refused { code: Some(code).filter(|code| !code.is_empty()), what, next }
}

fn oauth(reply: &Reply) -> OAuth {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// The code, where the refusal is one of scopes.
pub(super) fn of_scopes(reply: &Reply) -> Option<&'static str> {
    let code = oauth(reply).error;
    SCOPE.iter().find(|known| **known == code).copied()
}

/// Whether a refusal for a scope that is granted to others is about the person: unknown, suspended, never signed in, or
/// without the service.
pub(super) fn of_person(reply: &Reply) -> bool {
    let refusal = oauth(reply);
    let text = refusal.error_description.to_ascii_lowercase();
    of_scopes(reply).is_some()
        || refusal.error == "invalid_grant"
            && ![&TIME[..], &SIGNATURE, &ACCOUNT_GONE].concat().iter().any(|word| text.contains(word))
}

/// None of the scopes is granted.
pub(super) fn delegation(code: &str, asker: &Asker<'_>, scopes: &[&str]) -> SignInError {
    let Asker { account, subject, .. } = asker;
    let (subject, id, scopes) = (plain(subject), client_id(asker), scopes.join(","));
    let (what, before) = match code {
        "access_denied" => (
            format!("the practice does not let the service account {account} act for {subject}"),
            format!("check that {subject} has signed in once and accepted Google's terms. If so, "),
        ),
        "admin_policy_enforced" => (
            format!("a policy of the practice blocks the service account {account}"),
            "trust it (Admin console > Security > Access and data control > API controls > Manage app access). Then "
                .to_owned(),
        ),
        "invalid_scope" => (
            "Google knows none of the scopes that were asked for".to_owned(),
            "update this program. If it is up to date, ".to_owned(),
        ),
        _ => {
            (format!("the practice has granted the service account {account} no domain-wide delegation"), String::new())
        }
    };
    let next = format!(
        "{before}a super administrator adds {id} ({DELEGATION} > Add new) with these scopes: {scopes}; it may take up to 24 hours until it works"
    );
    refused(code, what, next)
}

fn client_id(asker: &Asker<'_>) -> String {
    match asker.client_id {
        Some(id) => format!("the client ID {id}"),
        None => format!("the account's numeric client ID ({ACCOUNTS} > {} > Details > Unique ID)", asker.account),
    }
}

/// The token endpoint refused the assertion for another reason than scopes.
pub(super) fn assertion(reply: &Reply, asker: &Asker<'_>) -> SignInError {
    let OAuth { error: code, error_description: text } = oauth(reply);
    if code.is_empty() {
        return reply.unreadable();
    }
    let (account, text) = (asker.account, text.to_ascii_lowercase());
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let (what, next) = match code.as_str() {
        "invalid_grant" if says(&TIME) || is_clock_wrong(reply) => clock(reply),
        "invalid_grant" if says(&SIGNATURE) => {
            let key = asker.key_id.map(|id| format!(" {}", plain(id))).unwrap_or_default();
            (
                format!("the key{key} is no longer one of the service account {account}: it was deleted or switched off"),
                format!("make a new key ({ACCOUNTS} > {account} > Keys), better: sign in without a key (workload identity federation)"),
            )
        }
        "invalid_grant" if says(&ACCOUNT_GONE) => gone(account),
        "invalid_grant" => (
            format!("{} is no active account of a Google Workspace customer: unknown, suspended or deleted", plain(asker.subject)),
            "check admin_subject under [google-workspace] in tenantscan.toml, and that the account is active (Admin console > Directory > Users)".to_owned(),
        ),
        "invalid_client" | "deleted_client" | "disabled_client" => gone(account),
        _ => unknown(),
    };
    refused(&code, what, next)
}

/// Whether the clocks differ so much that this is the likelier reason.
pub(super) fn is_clock_wrong(reply: &Reply) -> bool {
    reply.clock().is_some_and(|ahead| ahead.abs() > SKEW)
}

pub(super) fn clock(reply: &Reply) -> (String, String) {
    let what = match reply.clock() {
        Some(seconds) if seconds.abs() > 60 => {
            format!("this computer's clock is {} seconds {}", seconds.abs(), if seconds > 0 { "fast" } else { "slow" })
        }
        _ => "the proof of who signs in is outside its time".to_owned(),
    };
    (what, "set this computer's clock, then scan again".to_owned())
}

fn gone(account: &str) -> (String, String) {
    (
        format!("the service account {account} does not exist or is disabled, or its key was deleted"),
        format!("check the account and its keys: {ACCOUNTS}"),
    )
}

fn unknown() -> (String, String) {
    (
        UNKNOWN.to_owned(),
        "look the code up at https://developers.google.com/identity/protocols/oauth2/service-account#jwt-error-codes"
            .to_owned(),
    )
}

/// A key was refused that asks for itself alone.
pub(super) fn own_key(reply: &Reply, key: &Key) -> SignInError {
    let asker = Asker { account: &key.account, client_id: None, key_id: key.key_id.as_deref(), subject: &key.account };
    assertion(reply, &asker)
}

/// A person's sign-in with gcloud was refused.
pub(super) fn person(reply: &Reply) -> SignInError {
    let code = oauth(reply).error;
    if code.is_empty() {
        return reply.unreadable();
    }
    let (what, next) = match code.as_str() {
        "invalid_grant" | "invalid_client" | "deleted_client" | "disabled_client" | "unauthorized_client" => (
            "the sign-in with gcloud has run out or was revoked".to_owned(),
            "run `gcloud auth application-default login`, then scan again".to_owned(),
        ),
        _ => unknown(),
    };
    refused(&code, what, next)
}

/// A workload's token was refused.
/// Source: cloud.google.com/iam/docs/troubleshooting-workload-identity-federation.
pub(super) fn workload(reply: &Reply, provider: &str) -> SignInError {
    let code = oauth(reply).error;
    if code.is_empty() {
        return reply.unreadable();
    }
    let what = match code.as_str() {
        "unauthorized_client" => format!("the workload's token does not meet the attribute condition of {provider}"),
        "invalid_target" => format!("there is no provider {provider}, or it is disabled"),
        _ => format!(
            "{provider} does not accept the workload's token: it has run out, or its issuer, audience or mapping is another"
        ),
    };
    let next = "compare the token's issuer, audience and subject with the provider: Google Cloud console > IAM & Admin > \
                Workload Identity Federation; credential_source and audience stand in the credential file";
    refused(&code, what, next.to_owned())
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    const ACCOUNT: &str = "scan@p.iam.gserviceaccount.com";
    const ASKER: Asker<'_> =
        Asker { account: ACCOUNT, client_id: Some("1234567"), key_id: Some("k1"), subject: "admin@cedar.example" };

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            host: "oauth2.googleapis.com".to_owned(),
            status,
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    fn code(code: &str, text: &str) -> Reply {
        reply(400, &serde_json::json!({ "error": code, "error_description": text }).to_string())
    }

    #[track_caller]
    fn says(error: &SignInError, what: &str, next: &str) {
        let shown = error.to_string();
        let (told, step) = shown.split_once("\n  next: ").expect("a next step");
        assert!(told.contains(what) && step.contains(next), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn an_assertion_that_is_refused_has_its_own_meaning_and_next_step() {
        let cases = [
            ("invalid_grant", "Invalid JWT Signature. canary", "the key k1 is no longer", "make a new key"),
            ("invalid_grant", "Invalid JWT: No valid verifier found for issuer", "the key k1 is no longer", "Keys"),
            ("invalid_grant", "Invalid grant: account not found", "does not exist or is disabled", "Service Accounts"),
            ("invalid_grant", "Invalid email or User ID canary", "admin@cedar.example is no active", "admin_subject"),
            ("invalid_grant", "Bad Request", "unknown, suspended or deleted", "Directory > Users"),
            (
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
                "outside its time",
                "clock",
            ),
            ("invalid_client", "The OAuth client was not found.", "does not exist or is disabled", "Service Accounts"),
            ("disabled_client", "canary", "does not exist or is disabled", "its keys"),
            ("something_new", "canary", "no reason that this program knows", "https://developers.google.com/"),
        ];
        for (error, text, what, next) in cases {
            let refusal = assertion(&code(error, text), &ASKER);
            says(&refusal, what, next);
            assert!(refusal.to_string().contains(&format!("({error})")), "{refusal}");
        }
        let page = reply(400, "<canary>");
        for refusal in [assertion(&page, &ASKER), person(&page), workload(&page, "pool/p")] {
            says(&refusal, "the answer of oauth2.googleapis.com could not be read", "rewrites answers");
        }
    }

    #[test]
    fn a_person_without_a_token_is_told_from_a_sign_in_that_failed() {
        for (error, text, person) in [
            ("invalid_grant", "Invalid email or User ID", true),
            ("invalid_grant", "Bad Request", true),
            ("access_denied", "Requested client not authorized.", true),
            ("invalid_grant", "Invalid JWT Signature.", false),
            ("invalid_grant", "Invalid JWT: Token must be a short-lived token", false),
            ("invalid_client", "The OAuth client was not found.", false),
            ("", "", false),
        ] {
            assert_eq!(of_person(&code(error, text)), person, "{error} {text}");
        }
    }

    #[test]
    fn a_wrong_clock_is_told_in_seconds() {
        for (behind, shown) in
            [(412, ["412 seconds fast", "413 seconds fast"]), (-412, ["412 seconds slow", "411 seconds slow"])]
        {
            let mut reply = code("invalid_grant", "Bad Request");
            let date = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(behind);
            let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).expect("a date");
            reply.headers.insert("date", HeaderValue::from_str(&date).expect("a header"));
            let told = assertion(&reply, &ASKER).to_string();
            assert!(shown.iter().any(|shown| told.contains(shown)), "{told}");
        }
    }

    #[test]
    fn delegation_that_is_missing_names_the_client_id_and_the_scopes() {
        let scopes = ["https://www.googleapis.com/auth/a.readonly", "https://www.googleapis.com/auth/b.readonly"];
        let joined = scopes.join(",");
        let missing = delegation("unauthorized_client", &ASKER, &scopes);
        says(&missing, "no domain-wide delegation", "the client ID 1234567 (Admin console > Security");
        says(&missing, ACCOUNT, &joined);
        let nameless = Asker { client_id: None, ..ASKER };
        says(&delegation("unauthorized_client", &nameless, &scopes), "delegation", "Details > Unique ID");
        says(&delegation("access_denied", &ASKER, &scopes), "act for admin@cedar.example", "accepted Google's terms");
        says(&delegation("admin_policy_enforced", &ASKER, &scopes), "a policy of the practice", "Manage app access");
        says(&delegation("invalid_scope", &ASKER, &scopes), "none of the scopes", "update this program");
    }

    #[test]
    fn a_workload_and_a_person_are_told_what_to_compare_or_renew() {
        says(
            &workload(&code("unauthorized_client", "canary"), "pool/p"),
            "attribute condition of pool/p",
            "issuer, audience and subject",
        );
        says(&workload(&code("invalid_target", ""), "pool/p"), "no provider pool/p", "Workload Identity Federation");
        says(
            &workload(&code("invalid_grant", "canary"), "pool/p"),
            "does not accept the workload's token",
            "credential_source",
        );
        says(
            &person(&code("invalid_grant", "reauth related error (invalid_rapt)")),
            "has run out",
            "gcloud auth application-default login",
        );
    }
}
