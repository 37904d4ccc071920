//! IAM Credentials: Google signs for a service account, or lets somebody act as one.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::assertion::Claims;
use super::error::{SignInError, plain};
use super::identity::{CLOUD, Identity};
use super::refusal::{self, ACCOUNTS};
use super::token::Token;
use super::wire::{Reply, Wire};

/// What IAM Credentials was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// To sign for an account.
    Sign,
    /// To let somebody act as an account.
    Impersonate,
}

/// Source: discovery document of iamcredentials v1, SignJwtResponse.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signed {
    signed_jwt: SecretString,
}

/// Has Google sign for the account, asked by `caller`, whose token it is; a refusal is an answer like another.
/// Source: discovery document of iamcredentials v1, signJwt.
pub(super) async fn sign(
    wire: &Wire,
    caller: &Identity,
    token: &SecretString,
    delegates: &[String],
    claims: &Claims<'_>,
) -> Result<Reply, SignInError> {
    let url = format!("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{}:signJwt", claims.iss);
    let mut body = json!({ "payload": json!(claims).to_string() });
    if !delegates.is_empty() {
        body["delegates"] = json!(delegates);
    }
    wire.post(&url, token, caller.quota_project(), &body).await
}

/// What Google signed.
pub(super) fn signed(reply: &Reply, caller: &Identity, account: &str) -> Result<SecretString, SignInError> {
    if !reply.is_success() {
        return Err(refused(reply, caller, account, Act::Sign));
    }
    Ok(reply.json::<Signed>()?.signed_jwt)
}

/// Source: discovery document of iamcredentials v1, GenerateAccessTokenResponse.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Generated {
    access_token: SecretString,
    expire_time: jiff::Timestamp,
}

/// A token of an account for `from`, who may act as it.
/// Source: discovery document of iamcredentials v1, generateAccessToken.
pub(super) async fn act(
    wire: &Wire,
    from: &Identity,
    account: &str,
    delegates: &[String],
) -> Result<Token, SignInError> {
    let token = from.token(wire).await?;
    let url =
        format!("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{account}:generateAccessToken");
    let mut body = json!({ "scope": [CLOUD], "lifetime": "3600s" });
    if !delegates.is_empty() {
        body["delegates"] = json!(delegates);
    }
    let reply = wire.post(&url, &token.secret, from.quota_project(), &body).await?;
    if !reply.is_success() {
        return Err(refused(&reply, from, account, Act::Impersonate));
    }
    let generated: Generated = reply.json()?;
    let lifetime = generated.expire_time.as_second() - jiff::Timestamp::now().as_second();
    // By a wrong clock here the end may lie anywhere: then the lifetime that was asked for holds.
    let lifetime = u64::try_from(lifetime).ok().filter(|seconds| (1..=3600).contains(seconds)).unwrap_or(3600);
    Ok(Token::new(generated.access_token, Some(Duration::from_secs(lifetime))))
}

/// A refusal as Google's APIs have it. Source: cloud.google.com/apis/design/errors.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Parts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parts {
    status: String,
    details: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    reason: String,
    metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    consumer: String,
}

/// IAM Credentials refused `caller` what it asked of `account`.
fn refused(reply: &Reply, caller: &Identity, account: &str, act: Act) -> SignInError {
    let Body { error } = serde_json::from_slice(&reply.body).unwrap_or_default();
    let detail = error.details.iter().find(|detail| !detail.reason.is_empty());
    let code = detail.map_or(error.status.as_str(), |detail| detail.reason.as_str());
    if code.is_empty() {
        return reply.unreadable();
    }
    let (what, next) = match (code, reply.status) {
        ("SERVICE_DISABLED", _) => {
            let project = detail.and_then(|detail| detail.metadata.consumer.strip_prefix("projects/")).map(plain);
            let (of, query) = match &project {
                Some(project) => (format!("the project {project}"), format!("?project={project}")),
                None => ("the project".to_owned(), String::new()),
            };
            (
                format!("the IAM Service Account Credentials API is switched off in {of}"),
                format!("switch it on: https://console.cloud.google.com/apis/library/iamcredentials.googleapis.com{query}, wait a few minutes, then scan again"),
            )
        }
        ("USER_PROJECT_DENIED", _) => (
            "whoever signed in with gcloud may not use the project that is charged".to_owned(),
            "name another one with `gcloud auth application-default set-quota-project PROJECT`".to_owned(),
        ),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", _) if matches!(caller, Identity::Attached) => (
            "this virtual machine has no access to the IAM Service Account Credentials API".to_owned(),
            "stop it and give it the access scope \"Allow full access to all Cloud APIs\" (cloud-platform); what it may do is decided by the roles of its service account".to_owned(),
        ),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", _) if matches!(caller, Identity::User(_)) => (
            "the sign-in with gcloud does not reach the IAM Service Account Credentials API".to_owned(),
            "run `gcloud auth application-default login` without --scopes, then scan again".to_owned(),
        ),
        ("IAM_PERMISSION_DENIED" | "PERMISSION_DENIED" | "forbidden", 403) => {
            let (verb, role) = match (act, caller) {
                (Act::Impersonate, Identity::Federated(_)) => ("act as", "Workload Identity User"),
                (Act::Impersonate, _) => ("act as", "Service Account Token Creator"),
                (Act::Sign, _) => ("have Google sign for", "Service Account Token Creator"),
            };
            let name = caller.name();
            (
                format!("{name} may not {verb} the service account {account}"),
                format!("give {name} the role {role} on {account} ({ACCOUNTS} > {account} > Permissions > Grant access), wait a few minutes, then scan again"),
            )
        }
        (_, 404) => (
            format!("there is no service account {account}, or it may not be seen"),
            format!("check service_account under [google-workspace] in tenantscan.toml with {ACCOUNTS}"),
        ),
        (_, 401) => (
            format!("Google does not take the token of {}", caller.name()),
            "check the credential, then scan again".to_owned(),
        ),
        (_, 400) if refusal::is_clock_wrong(reply) => refusal::clock(reply),
        (_, 400) => (
            format!("the service account {account} cannot sign: it is disabled, or a policy of its organisation forbids it"),
            format!("check that it is enabled: {ACCOUNTS}"),
        ),
        _ => (
            refusal::UNKNOWN.to_owned(),
            "look the code up at https://cloud.google.com/apis/design/errors, or ask whoever runs the Google Cloud project"
                .to_owned(),
        ),
    };
    refusal::refused(code, what, next)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;
    use crate::sign_in::identity::User;

    const ACCOUNT: &str = "scan@p.iam.gserviceaccount.com";

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            host: "iamcredentials.googleapis.com".to_owned(),
            status,
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    #[track_caller]
    fn says(error: &SignInError, what: &str, next: &str) {
        let shown = error.to_string();
        let (told, step) = shown.split_once("\n  next: ").expect("a next step");
        assert!(told.contains(what) && step.contains(next), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn iam_credentials_says_who_lacks_what() {
        let api = |status: u16, kind: &str, reason: &str, metadata: serde_json::Value| {
            let detail = serde_json::json!({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata });
            let error = serde_json::json!({ "code": status, "message": "canary", "status": kind, "details": [{ "@type": "x", "links": [] }, detail] });
            reply(status, &serde_json::json!({ "error": error }).to_string())
        };
        let none = serde_json::json!({});
        let off = api(403, "PERMISSION_DENIED", "SERVICE_DISABLED", serde_json::json!({ "consumer": "projects/123" }));
        says(
            &refused(&off, &Identity::Attached, ACCOUNT, Act::Sign),
            "(SERVICE_DISABLED): the IAM Service Account Credentials API is switched off in the project 123",
            "https://console.cloud.google.com/apis/library/iamcredentials.googleapis.com?project=123,",
        );
        let denied = api(
            403,
            "PERMISSION_DENIED",
            "IAM_PERMISSION_DENIED",
            serde_json::json!({ "permission": "iam.serviceAccounts.signJwt" }),
        );
        says(
            &refused(&denied, &Identity::Attached, ACCOUNT, Act::Sign),
            "attached to this computer may not have Google sign for",
            "the role Service Account Token Creator on scan@p",
        );
        let user = Identity::User(User {
            client_id: String::new(),
            client_secret: "canary".to_owned().into(),
            refresh_token: "canary".to_owned().into(),
            quota_project: None,
        });
        says(
            &refused(&denied, &user, ACCOUNT, Act::Impersonate),
            "signed in with gcloud may not act as",
            "Service Account Token Creator",
        );
        let narrow = api(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", none.clone());
        says(&refused(&narrow, &Identity::Attached, ACCOUNT, Act::Sign), "this virtual machine", "cloud-platform");
        let project = api(403, "PERMISSION_DENIED", "USER_PROJECT_DENIED", none.clone());
        says(&refused(&project, &user, ACCOUNT, Act::Sign), "may not use the project", "set-quota-project");
        says(
            &refused(&narrow, &user, ACCOUNT, Act::Sign),
            "the sign-in with gcloud does not reach",
            "without --scopes",
        );
        let billing = api(403, "PERMISSION_DENIED", "BILLING_DISABLED", none.clone());
        says(
            &refused(&billing, &user, ACCOUNT, Act::Sign),
            "(BILLING_DISABLED): it gave no reason",
            "look the code up",
        );
        says(&refused(&reply(403, "<canary>"), &user, ACCOUNT, Act::Sign), "could not be read", "rewrites answers");
        says(
            &refused(&api(404, "NOT_FOUND", "", none.clone()), &user, ACCOUNT, Act::Sign),
            "(NOT_FOUND): there is no service account",
            "service_account",
        );
        says(
            &refused(&api(400, "FAILED_PRECONDITION", "", none.clone()), &user, ACCOUNT, Act::Sign),
            "is disabled",
            "enabled",
        );
        let mut late = api(400, "INVALID_ARGUMENT", "", none.clone());
        late.headers.insert("date", HeaderValue::from_static("Wed, 25 Nov 2020 21:00:00 GMT"));
        says(&refused(&late, &user, ACCOUNT, Act::Sign), "seconds fast", "set this computer's clock");
        says(
            &refused(&api(401, "UNAUTHENTICATED", "", none), &user, ACCOUNT, Act::Sign),
            "does not take the token",
            "credential",
        );
    }
}
