//! Signing in over real HTTP, with a server on this computer in Google's place.

mod google;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use google::{ACCOUNT, ADMIN, Google, KEY, answer};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tenantscan_google_workspace::{Credential, Granted, SignIn, SignInError};
use tenantscan_model::Cause;
use tenantscan_provider::{Api, Call, Network, NetworkOptions, Source, Tokens};

const USERS: &str = "https://www.googleapis.com/auth/admin.directory.user.readonly";
const GROUPS: &str = "https://www.googleapis.com/auth/admin.directory.group.readonly";
const DOMAINS: &str = "https://www.googleapis.com/auth/admin.directory.domain.readonly";
const GMAIL: &str = "https://www.googleapis.com/auth/gmail.settings.basic";
const ALL: [&str; 4] = [USERS, GROUPS, DOMAINS, GMAIL];
const CLOUD: &str = "https://www.googleapis.com/auth/cloud-platform";

fn source(id: &str) -> &'static Source {
    tenantscan_google_workspace::sources().find(|source| source.id == id).expect("a source")
}

/// A source that is asked for in a person's name.
fn forwarding() -> &'static Source {
    static FORWARDING: std::sync::OnceLock<Source> = std::sync::OnceLock::new();
    static API: std::sync::OnceLock<Api> = std::sync::OnceLock::new();
    let directory = source("google-workspace.users").api;
    let api = API.get_or_init(|| Api {
        id: "gmail",
        title: "Gmail",
        resource: "gmail.googleapis.com",
        public: false,
        concurrency: 8,
        root: 4,
        batch: 1,
        paces: &[],
        headers: &[],
        diagnose: directory.diagnose,
        cures: directory.cures,
    });
    FORWARDING.get_or_init(|| Source {
        id: "google-workspace.forwarding",
        title: "Forwarding",
        api,
        path: "/gmail/v1/users/{id}/settings/autoForwarding",
        call: Call::Get,
        permissions: &[GMAIL],
        licence: None,
        role: None,
        lists: &[],
        fills: &[],
        docs: "",
    })
}

/// A credential file in a folder of its own.
struct File(tempfile::TempDir);

impl File {
    fn new(content: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("credential.json"), content.to_string()).expect("written");
        Self(folder)
    }

    fn read(&self, account: Option<&str>) -> Credential {
        Credential::read(&self.0.path().join("credential.json"), account).expect("a credential")
    }
}

fn key_file() -> Value {
    json!({
        "type": "service_account",
        "project_id": "practice",
        "private_key_id": "k1",
        "private_key": KEY.serialize_pem(),
        "client_email": ACCOUNT,
        "client_id": "104857600001",
        "token_uri": "https://oauth2.googleapis.com/token",
    })
}

fn person_file() -> Value {
    json!({
        "type": "authorized_user",
        "client_id": "gcloud.apps.googleusercontent.com",
        "client_secret": "canary-secret",
        "refresh_token": "canary-refresh",
        "quota_project_id": "practice",
    })
}

fn sign_in(google: &Google, credential: Credential) -> SignIn {
    SignIn::new(google.network(), credential, Some(ADMIN.to_owned()), ALL.into())
}

fn with_key(google: &Google) -> SignIn {
    sign_in(google, File::new(&key_file()).read(None))
}

async fn token(sign_in: &SignIn, id: &str, refused: Option<&str>) -> Result<String, Cause> {
    let source = source(id);
    let url = format!("https://admin.googleapis.com{}", source.path).parse().expect("an address");
    let refused = refused.map(|token| token.to_owned().into());
    sign_in.token(source, &url, refused.as_ref()).await.map(|token| token.expose_secret().to_owned())
}

async fn token_for(sign_in: &SignIn, person: &str) -> Result<String, Cause> {
    let url = format!("https://gmail.googleapis.com/gmail/v1/users/{person}/settings/autoForwarding");
    let url = url.parse().expect("an address");
    sign_in.token(forwarding(), &url, None).await.map(|token| token.expose_secret().to_owned())
}

/// What is shown of a failure: with a next step, and nothing secret in it.
#[track_caller]
fn shown(sign_in: &SignIn, error: &SignInError) -> String {
    let text = error.to_string();
    assert!(text.contains("\n  next: "), "{text}");
    nothing_secret(&format!("{text} {error:?} {sign_in:?}"));
    text
}

#[track_caller]
fn nothing_secret(text: &str) {
    let pem = KEY.serialize_pem();
    let key = pem.lines().nth(2).expect("a line of the key");
    assert!(!text.contains("canary") && !text.contains(key), "{text}");
}

#[tokio::test]
async fn a_key_file_gives_one_token_for_all_scopes() {
    let google = Google::start(&ALL, |_, _| None);
    let sign_in = with_key(&google);
    let granted = sign_in.check().await.expect("signed in");
    assert_eq!(granted, Granted { granted: ALL.into(), refused: BTreeSet::new() });
    let first = token(&sign_in, "google-workspace.users", None).await.expect("a token");
    assert_eq!(first, token(&sign_in, "google-workspace.groups", None).await.expect("a token"));

    let issued = google.issued();
    assert_eq!((issued.len(), google.seen().len()), (1, 1), "one request in all");
    let claims = &issued[0];
    assert_eq!((claims.iss.as_str(), claims.sub.as_deref(), claims.kid.as_deref()), (ACCOUNT, Some(ADMIN), Some("k1")));
    assert_eq!((claims.scopes(), claims.aud.as_str()), (ALL.into(), "https://oauth2.googleapis.com/token"));
    assert!((claims.iat - jiff::Timestamp::now().as_second()).abs() < 60 && claims.exp - claims.iat == 3600);
    nothing_secret(&format!("{sign_in:?}"));

    let renewed = token(&sign_in, "google-workspace.users", Some(&first)).await.expect("a token");
    assert_ne!(renewed, first, "one that was refused is replaced");
    let kept = token(&sign_in, "google-workspace.users", Some(&first)).await.expect("a token");
    assert_eq!((kept, google.issued().len()), (renewed, 2), "once, however many were refused it");
}

#[tokio::test]
async fn one_scope_that_is_missing_blocks_its_sources_alone() {
    let google = Google::start(&[USERS, DOMAINS], |_, _| None);
    let sign_in = with_key(&google);
    let granted = sign_in.check().await.expect("signed in");
    assert_eq!(granted, Granted { granted: [USERS, DOMAINS].into(), refused: [GROUPS, GMAIL].into() });
    assert_eq!(google.seen().len(), 6, "all at once, each alone, and all that are granted");
    assert!(token(&sign_in, "google-workspace.users", None).await.is_ok());
    assert_eq!(token(&sign_in, "google-workspace.groups", None).await, Err(Cause::PermissionMissing));
    assert_eq!(token_for(&sign_in, "amy@cedar.example").await, Err(Cause::PermissionMissing));
    let last = google.issued().pop().expect("a token");
    assert_eq!((last.scopes(), google.seen().len()), ([USERS, DOMAINS].into(), 6));
    let users = token(&sign_in, "google-workspace.users", None).await.expect("a token");
    token(&sign_in, "google-workspace.users", Some(&users)).await.expect("a token");
    assert_eq!(google.seen().len(), 7, "what was refused once is not asked for again");
}

#[tokio::test]
async fn without_delegation_the_client_id_and_the_scopes_to_enter_are_told() {
    let google = Google::start(&[], |_, _| None);
    let sign_in = with_key(&google);
    let shown = shown(&sign_in, &sign_in.check().await.expect_err("nothing is granted"));
    assert!(shown.contains("(unauthorized_client): ") && shown.contains("the client ID 104857600001 "), "{shown}");
    assert!(
        ALL.iter().all(|scope| shown.contains(scope)) && shown.contains("Manage domain-wide delegation"),
        "{shown}"
    );
    assert_eq!(token(&sign_in, "google-workspace.users", None).await, Err(Cause::PermissionMissing));
    assert_eq!(token_for(&sign_in, "amy@cedar.example").await, Err(Cause::PermissionMissing));
    assert_eq!(google.seen().len(), 5, "and it is not tried for each source anew");
}

#[tokio::test]
async fn the_attached_service_account_has_google_sign_for_it() {
    let google = Google::start(&ALL, |_, _| None);
    let sign_in = sign_in(&google, Credential::attached(None).expect("a credential"));
    sign_in.check().await.expect("signed in");
    token(&sign_in, "google-workspace.users", None).await.expect("a token");
    for seen in google.seen_at("/computeMetadata/") {
        assert_eq!((seen.method.as_str(), seen.header("metadata-flavor")), ("GET", Some("Google")));
    }
    let signs = google.seen_at("/v1/projects/-/serviceAccounts/");
    assert_eq!(signs[0].path, format!("/v1/projects/-/serviceAccounts/{ACCOUNT}:signJwt"));
    assert_eq!(signs[0].header("authorization"), Some("Bearer canary-attached"));
    let claims = google.issued().pop().expect("a token");
    assert_eq!(
        (claims.iss.as_str(), claims.sub.as_deref(), claims.kid.as_deref()),
        (ACCOUNT, Some(ADMIN), Some("of-google"))
    );
    assert_eq!(google.seen().len(), 4, "{:?}", google.seen());
    nothing_secret(&format!("{sign_in:?}"));
}

#[tokio::test]
async fn a_caller_whose_token_is_refused_gets_another() {
    let google = Google::start(&ALL, |seen, before| {
        let stale = seen.path.ends_with(":signJwt") && before == 0;
        stale.then(|| answer(401, &json!({ "error": { "code": 401, "status": "UNAUTHENTICATED" } })))
    });
    sign_in(&google, Credential::attached(Some(ACCOUNT)).expect("a credential")).check().await.expect("signed in");
    assert_eq!(google.seen_at("/computeMetadata/").len(), 2);
}

fn workload_file(source: &Value, impersonates: bool) -> Value {
    let mut file = json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": source,
    });
    if impersonates {
        file["service_account_impersonation_url"] = format!(
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
        )
        .into();
    }
    file
}

#[tokio::test]
async fn a_workload_acts_as_the_service_account_with_a_token_from_a_file() {
    let google = Google::start(&ALL, |_, _| None);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token.json");
    let write = |token: &str| std::fs::write(&path, json!({ "id_token": token }).to_string()).expect("written");
    write("canary-stale");
    let source = json!({ "file": path, "format": { "type": "json", "subject_token_field_name": "id_token" } });
    let sign_in = sign_in(&google, File::new(&workload_file(&source, true)).read(None));
    write("canary-workload");
    sign_in.check().await.expect("signed in with the token that stands there now");
    let sts = google.seen_at("/v1/token").pop().expect("an exchange").form();
    assert_eq!(sts["grant_type"], "urn:ietf:params:oauth:grant-type:token-exchange");
    assert_eq!((sts["scope"].as_str(), sts["audience"].ends_with("/providers/q")), (CLOUD, true));
    let acts = google.seen_at("/v1/projects/-/serviceAccounts/");
    assert_eq!(acts.len(), 2);
    assert!(acts[0].path.ends_with(":generateAccessToken") && acts[0].json()["scope"] == json!([CLOUD]));
    assert_eq!(acts[0].header("authorization"), Some("Bearer canary-federated"));
    assert!(acts[1].path.ends_with(":signJwt"));
    assert_eq!(acts[1].header("authorization"), Some("Bearer canary-acting"));
    nothing_secret(&format!("{sign_in:?}"));
}

#[tokio::test]
async fn a_workload_may_have_its_token_from_an_address_and_sign_directly() {
    let google = Google::start(&ALL, |seen, _| {
        let asked = seen.path == "/oidc?audience=x" && seen.header("x-secret") == Some("canary-header");
        asked.then(|| (200, Vec::new(), "canary-workload\n".to_owned()))
    });
    let source = json!({ "url": "https://issuer.example/oidc?audience=x", "headers": { "X-Secret": "canary-header" } });
    let sign_in = sign_in(&google, File::new(&workload_file(&source, false)).read(Some(ACCOUNT)));
    sign_in.check().await.expect("signed in");
    let signs = google.seen_at("/v1/projects/-/serviceAccounts/");
    assert_eq!((signs.len(), signs[0].header("authorization")), (1, Some("Bearer canary-federated")));
    nothing_secret(&format!("{sign_in:?}"));
}

#[tokio::test]
async fn a_workload_whose_token_is_refused_is_told_what_to_compare() {
    let google = Google::start(&ALL, |seen, _| {
        (seen.path == "/v1/token")
            .then(|| answer(400, &json!({ "error": "unauthorized_client", "error_description": "canary" })))
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    std::fs::write(&path, "canary-workload").expect("written");
    let sign_in = sign_in(&google, File::new(&workload_file(&json!({ "file": path }), false)).read(Some(ACCOUNT)));
    let shown = shown(&sign_in, &sign_in.check().await.expect_err("refused"));
    assert!(shown.contains("attribute condition of iam.googleapis.com/projects/1/"), "{shown}");
    std::fs::remove_file(&path).expect("removed");
    let gone = sign_in.check().await.expect_err("no token").to_string();
    assert!(gone.contains("cannot read the workload's token from ") && gone.contains("next: "), "{gone}");
}

#[tokio::test]
async fn a_person_signed_in_with_gcloud_has_google_sign() {
    let google = Google::start(&ALL, |_, _| None);
    let direct = sign_in(&google, File::new(&person_file()).read(Some(ACCOUNT)));
    direct.check().await.expect("signed in");
    let hop = "projects/-/serviceAccounts/hop@practice.iam.gserviceaccount.com";
    let acting = json!({
        "type": "impersonated_service_account",
        "service_account_impersonation_url":
            format!("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"),
        "delegates": [hop],
        "source_credentials": person_file(),
    });
    let acting = sign_in(&google, File::new(&acting).read(None));
    acting.check().await.expect("signed in");
    let signs = google.seen_at("/v1/projects/-/serviceAccounts/");
    assert_eq!(signs.len(), 2, "whoever may act as the account may have it sign");
    for sign in &signs {
        assert_eq!(sign.path, format!("/v1/projects/-/serviceAccounts/{ACCOUNT}:signJwt"));
        assert_eq!(sign.header("authorization"), Some("Bearer canary-person"));
        assert_eq!(sign.header("x-goog-user-project"), Some("practice"));
    }
    assert_eq!((signs[0].json().get("delegates"), &signs[1].json()["delegates"]), (None, &json!([hop])));
    nothing_secret(&format!("{direct:?} {acting:?}"));
}

#[tokio::test]
async fn a_key_of_another_account_has_google_sign_as_itself() {
    let google = Google::start(&[CLOUD, USERS, GROUPS, DOMAINS, GMAIL], |_, _| None);
    let other = "other@practice.iam.gserviceaccount.com";
    let sign_in = sign_in(&google, File::new(&key_file()).read(Some(other)));
    sign_in.check().await.expect("signed in");
    let issued = google.issued();
    assert_eq!((issued[0].iss.as_str(), issued[0].sub.as_deref(), issued[0].scope.as_str()), (ACCOUNT, None, CLOUD));
    assert_eq!((issued[1].iss.as_str(), issued[1].sub.as_deref()), (other, Some(ADMIN)));
}

#[tokio::test]
async fn a_wrong_clock_is_told_in_seconds() {
    let google = Google::start(&ALL, |_, _| {
        let date = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(1000);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).expect("a date");
        let error = json!({ "error": "invalid_grant", "error_description": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. canary" });
        Some((400, vec![("date", date)], error.to_string()))
    });
    let sign_in = with_key(&google);
    let shown = shown(&sign_in, &sign_in.check().await.expect_err("refused"));
    assert!(["999", "1000"].iter().any(|by| shown.contains(&format!("clock is {by} seconds slow"))), "{shown}");
    assert_eq!(token(&sign_in, "google-workspace.users", None).await, Err(Cause::SignInFailed));
}

#[tokio::test]
async fn an_api_that_is_switched_off_is_told_with_its_project() {
    let google = Google::start(&ALL, |seen, _| {
        let detail = json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": { "consumer": "projects/4711", "service": "iamcredentials.googleapis.com" },
        });
        let error = json!({ "error": { "code": 403, "message": "canary", "status": "PERMISSION_DENIED", "details": [detail] } });
        seen.path.ends_with(":signJwt").then(|| answer(403, &error))
    });
    let sign_in = sign_in(&google, Credential::attached(None).expect("a credential"));
    let shown = shown(&sign_in, &sign_in.check().await.expect_err("switched off"));
    assert!(shown.contains("switched off in the project 4711"), "{shown}");
    assert!(shown.contains("/apis/library/iamcredentials.googleapis.com?project=4711,"), "{shown}");
}

#[tokio::test]
async fn whoever_may_not_have_google_sign_is_told_the_role() {
    let google = Google::start(&ALL, |seen, _| {
        let error = json!({ "error": { "code": 403, "message": "canary", "status": "PERMISSION_DENIED" } });
        seen.path.ends_with(":signJwt").then(|| answer(403, &error))
    });
    let sign_in = sign_in(&google, File::new(&person_file()).read(Some(ACCOUNT)));
    let shown = shown(&sign_in, &sign_in.check().await.expect_err("no role"));
    assert!(
        shown.contains("the person who signed in with gcloud") && shown.contains("Service Account Token Creator"),
        "{shown}"
    );
    assert!(shown.contains(ACCOUNT), "{shown}");
}

#[tokio::test]
async fn a_mailbox_is_asked_for_in_its_owners_name() {
    let google = Google::start(&ALL, |_, _| None);
    let sign_in = with_key(&google);
    let people: Vec<String> = (0..20).map(|number| format!("person{number}@cedar.example")).collect();
    let asked = people.iter().chain(&people).map(|person| token_for(&sign_in, person));
    let tokens = futures::future::join_all(asked).await;
    assert!(tokens.iter().all(Result::is_ok), "{tokens:?}");
    assert_eq!(tokens[..20], tokens[20..], "one token for each, however often it is asked for");
    assert_eq!(tokens[..20].iter().flatten().collect::<BTreeSet<_>>().len(), 20);
    let issued = google.issued();
    assert_eq!(issued.len(), 21, "the administrator's, and one each");
    for claims in &issued[1..] {
        assert!(people.contains(claims.sub.as_ref().expect("a person")), "{claims:?}");
        assert_eq!(claims.scope, GMAIL, "and nothing but what is asked for");
    }
    let administrator = token(&sign_in, "google-workspace.users", None).await.expect("a token");
    assert!(tokens.iter().flatten().all(|token| *token != administrator));
}

#[tokio::test]
async fn a_person_that_google_gives_no_token_for_is_one_gap() {
    let google = Google::start(&ALL, |_, _| None);
    let sign_in = with_key(&google);
    for _ in 0..3 {
        assert_eq!(token_for(&sign_in, "gone@cedar.example").await, Err(Cause::Unavailable));
    }
    assert_eq!(google.seen().len(), 2, "asked for once");
    assert!(token_for(&sign_in, "amy@cedar.example").await.is_ok());
    for nobody in ["me", "amy%40cedar.example"] {
        assert_eq!(token_for(&sign_in, nobody).await, Err(Cause::SignInFailed), "{nobody}");
    }
}

#[tokio::test]
async fn a_token_endpoint_that_falters_is_asked_again() {
    let google = Google::start(&ALL, |_, before| (before == 0).then(|| (503, Vec::new(), "canary".to_owned())));
    with_key(&google).check().await.expect("signed in");
    assert_eq!(google.seen().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_none() {
    for body in ["", "canary", "{}", r#"{"access_token": ""}"#, r#"{"access_token": 5}"#] {
        let google = Google::start(&ALL, move |_, _| Some((200, Vec::new(), body.to_owned())));
        let sign_in = with_key(&google);
        let shown = shown(&sign_in, &sign_in.check().await.expect_err("no token"));
        assert!(shown.contains("the answer of oauth2.googleapis.com could not be read"), "{body}: {shown}");
    }
    let google =
        Google::start(&ALL, |_, _| Some((307, vec![("location", "https://evil.example/".to_owned())], String::new())));
    assert!(with_key(&google).check().await.is_err(), "no redirect is followed");
    assert_eq!(google.seen().len(), 1);
}

#[tokio::test]
async fn where_nobody_or_somebody_else_answers_for_the_metadata_server_there_is_no_credential() {
    let google = Google::start(&ALL, |seen, _| {
        seen.path
            .starts_with("/computeMetadata/")
            .then(|| (200, Vec::new(), json!({ "access_token": "canary" }).to_string()))
    });
    let captive = sign_in(&google, Credential::attached(Some(ACCOUNT)).expect("a credential"));
    assert_eq!(captive.check().await, Err(SignInError::NoCredential));
    assert_eq!(google.seen().len(), 1, "and nothing is sent on with what it gave");

    let google = Google::start(&ALL, |seen, _| {
        let flavor = vec![("metadata-flavor", "Google".to_owned())];
        seen.path.starts_with("/computeMetadata/").then(|| (404, flavor, String::new()))
    });
    let bare = sign_in(&google, Credential::attached(None).expect("a credential"));
    let text = shown(&bare, &bare.check().await.expect_err("nothing attached"));
    assert!(text.contains("no service account is attached"), "{text}");
}

#[tokio::test]
async fn away_from_google_there_is_no_metadata_server() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let endpoints = [("metadata.google.internal".to_owned(), format!("http://{free}"))].into();
    let network = Network::new(&NetworkOptions { endpoints, ..NetworkOptions::default() }).expect("a network");
    let credential = Credential::attached(None).expect("a credential");
    let sign_in = SignIn::new(Arc::new(network), credential, Some(ADMIN.to_owned()), ALL.into());
    let text = shown(&sign_in, &sign_in.check().await.expect_err("nobody answers"));
    assert!(text.contains("there is no credential") && text.contains("GOOGLE_APPLICATION_CREDENTIALS"), "{text}");
}

#[test]
fn a_given_file_goes_before_all_else() {
    let file = File::new(&key_file());
    let path = file.0.path().join("credential.json");
    let credential = Credential::find(Some(&path), None).expect("a credential");
    nothing_secret(&format!("{credential:?}"));
    let error = Credential::find(Some(Path::new("/nowhere.json")), None).expect_err("no such file");
    assert!(error.to_string().contains("/nowhere.json"), "{error}");
}
