//! What stands in for Google: a service account's key, and tokens for whoever asks.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::server::{Reply, Seen};

/// Every host of Google's that a scan may ask: none of them is asked for real.
pub(crate) const HOSTS: [&str; 7] = [
    "admin.googleapis.com",
    "alertcenter.googleapis.com",
    "cloudidentity.googleapis.com",
    "gmail.googleapis.com",
    "licensing.googleapis.com",
    "oauth2.googleapis.com",
    "www.googleapis.com",
];

/// The token that `token` gives.
pub(crate) const TOKEN: &str = "canary-google-token-5b2d";

/// A service account's key, made for this run; its private part is in PEM.
pub(crate) fn key_file(folder: &Path) -> (PathBuf, rcgen::KeyPair) {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key");
    let account = json!({ "type": "service_account", "project_id": "practice", "private_key_id": "k1", "client_id": "1",
        "private_key": key.serialize_pem(), "client_email": "scan@practice.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token" });
    let path = folder.join("key.json");
    std::fs::write(&path, account.to_string()).expect("written");
    (path, key)
}

/// The tokens of Google's sign-in, for whoever asks; `None` for everything else.
pub(crate) fn token(seen: &Seen) -> Option<Reply> {
    let body = json!({ "access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer" });
    (seen.path == "/token").then(|| Reply::json(body))
}

/// An error as Google's older APIs write it.
pub(crate) fn refusal(status: u16, reason: &str) -> Reply {
    let error = json!({ "error": { "code": status, "message": "no",
        "errors": [{ "domain": "global", "reason": reason, "message": "no" }] } });
    Reply::Answer(status, Vec::new(), error.to_string())
}
