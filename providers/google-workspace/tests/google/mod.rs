//! A server on this computer that answers as Google's sign-in does, over real HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::{Value, json};
use tenantscan_provider::{Network, NetworkOptions};

/// The service account's key.
pub(crate) static KEY: LazyLock<rcgen::KeyPair> =
    LazyLock::new(|| rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key"));

pub(crate) const ACCOUNT: &str = "scan@practice.iam.gserviceaccount.com";
pub(crate) const ADMIN: &str = "admin@cedar.example";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        let url = reqwest::Url::parse(&format!("http://a/?{}", self.body)).expect("a form");
        url.query_pairs().into_owned().collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// The claims of an assertion whose signature was verified.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: Option<String>,
    pub(crate) scope: String,
    pub(crate) aud: String,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    #[serde(skip)]
    pub(crate) kid: Option<String>,
}

impl Claims {
    pub(crate) fn scopes(&self) -> BTreeSet<&str> {
        self.scope.split(' ').collect()
    }
}

/// Status, further headers, body.
pub(crate) type Answer = (u16, Vec<(&'static str, String)>, String);

pub(crate) fn answer(status: u16, body: &Value) -> Answer {
    (status, Vec::new(), body.to_string())
}

type Handler = dyn Fn(&Seen, usize) -> Option<Answer> + Send + Sync;

struct State {
    granted: BTreeSet<&'static str>,
    seen: Mutex<Vec<Seen>>,
    issued: Mutex<Vec<Claims>>,
    handler: Box<Handler>,
}

/// Answers with what the test's handler says (it is given the request and how many like it came before), else as Google
/// does where only some scopes are granted.
pub(crate) struct Google {
    address: SocketAddr,
    state: Arc<State>,
}

impl Google {
    pub(crate) fn start(
        granted: &[&'static str],
        handler: impl Fn(&Seen, usize) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            granted: granted.iter().copied().collect(),
            seen: Mutex::default(),
            issued: Mutex::default(),
            handler: Box::new(handler),
        });
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// A network on which this server stands in for every host of Google's, and for that of a workload's issuer.
    pub(crate) fn network(&self) -> Arc<Network> {
        let here = format!("http://{}", self.address);
        let hosts = ["googleapis.com", "metadata.google.internal", "issuer.example"];
        let endpoints = hosts.into_iter().map(|host| (host.to_owned(), here.clone())).collect();
        Arc::new(Network::new(&NetworkOptions { endpoints, ..NetworkOptions::default() }).expect("a network"))
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().expect("the log").clone()
    }

    /// Requests whose path starts so.
    pub(crate) fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.path.starts_with(path)).collect()
    }

    /// What the assertions said for which a token was issued.
    pub(crate) fn issued(&self) -> Vec<Claims> {
        self.state.issued.lock().expect("the log").clone()
    }
}

fn read(reader: &mut impl BufRead) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { method, path, headers, body: String::from_utf8(body).expect("text") })
}

fn serve(stream: TcpStream, state: &State) {
    let mut reader = BufReader::new(stream);
    while let Some(seen) = read(&mut reader) {
        let before = {
            let mut log = state.seen.lock().expect("the log");
            let before = log.iter().filter(|it| it.path == seen.path).count();
            log.push(seen.clone());
            before
        };
        let (status, headers, body) = (state.handler)(&seen, before).unwrap_or_else(|| google(&seen, state));
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let written = write!(
            reader.get_mut(),
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        if written.is_err() {
            return;
        }
    }
}

/// What Google answers. Every token and secret has the word canary in it, so that it can be searched for.
fn google(seen: &Seen, state: &State) -> Answer {
    let token = |name: &str| json!({ "access_token": name, "expires_in": 3599, "token_type": "Bearer" });
    let path = seen.path.split('?').next().unwrap_or_default();
    match (seen.method.as_str(), path) {
        ("GET", "/computeMetadata/v1/instance/service-accounts/default/token") => {
            (200, flavor(), token("canary-attached").to_string())
        }
        ("GET", "/computeMetadata/v1/instance/service-accounts/default/email") => (200, flavor(), ACCOUNT.to_owned()),
        ("POST", "/token") => {
            let form = seen.form();
            match form["grant_type"].as_str() {
                "refresh_token" if form["refresh_token"] == "canary-refresh" => answer(200, &token("canary-person")),
                "urn:ietf:params:oauth:grant-type:jwt-bearer" => exchange(&form["assertion"], state),
                _ => answer(400, &json!({ "error": "invalid_grant", "error_description": "canary" })),
            }
        }
        ("POST", "/v1/token") if seen.form()["subject_token"] == "canary-workload" => {
            answer(200, &token("canary-federated"))
        }
        ("POST", path) if path.ends_with(":signJwt") => {
            let payload: Value = serde_json::from_str(seen.json()["payload"].as_str().expect("text")).expect("claims");
            let key = EncodingKey::from_rsa_pem(KEY.serialize_pem().as_bytes()).expect("a key");
            let header = Header { kid: Some("of-google".to_owned()), ..Header::new(Algorithm::RS256) };
            let signed = jsonwebtoken::encode(&header, &payload, &key).expect("signed");
            answer(200, &json!({ "keyId": "of-google", "signedJwt": signed }))
        }
        ("POST", path) if path.ends_with(":generateAccessToken") => {
            let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(3600);
            answer(200, &json!({ "accessToken": "canary-acting", "expireTime": until.to_string() }))
        }
        _ => answer(404, &json!({ "error": { "code": 404, "message": "canary", "status": "NOT_FOUND" } })),
    }
}

fn flavor() -> Vec<(&'static str, String)> {
    vec![("metadata-flavor", "Google".to_owned())]
}

/// Verifies an assertion and issues a token, or refuses as Google does.
fn exchange(assertion: &str, state: &State) -> Answer {
    let public = DecodingKey::from_rsa_pem(KEY.public_key_pem().as_bytes()).expect("a key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["https://oauth2.googleapis.com/token"]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    let Ok(decoded) = jsonwebtoken::decode::<Claims>(assertion, &public, &validation) else {
        return answer(400, &json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." }));
    };
    let claims = Claims { kid: decoded.header.kid, ..decoded.claims };
    if claims.exp - claims.iat > 3600 {
        return answer(400, &json!({ "error": "invalid_grant", "error_description": "Invalid JWT: canary" }));
    }
    if !claims.scopes().iter().all(|scope| state.granted.contains(scope)) {
        return answer(401, &json!({ "error": "unauthorized_client", "error_description": "canary" }));
    }
    if claims.sub.as_deref().is_some_and(|sub| sub.starts_with("gone")) {
        return answer(400, &json!({ "error": "invalid_grant", "error_description": "Invalid email or User ID" }));
    }
    let mut issued = state.issued.lock().expect("the log");
    issued.push(claims);
    answer(200, &json!({ "access_token": format!("canary-{}", issued.len()), "expires_in": 3599 }))
}
