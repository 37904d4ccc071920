//! A server on this computer that answers as Microsoft does: real HTTP, whole or broken as a test wants it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query, decoded.
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Seen {
    /// The fields of a form.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        let url = reqwest::Url::parse(&format!("http://a/?{}", self.body)).expect("a form");
        url.query_pairs().into_owned().collect()
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status, further headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The head promises more than comes.
    Cut(String),
    /// The connection is closed without a word.
    Close,
    /// Nothing comes for this long.
    Stall(Duration),
}

impl Reply {
    pub(crate) fn json(body: impl ToString) -> Self {
        Self::Answer(200, Vec::new(), body.to_string())
    }

    pub(crate) fn refusal(status: u16, code: &str, headers: Vec<(&'static str, String)>) -> Self {
        let error = serde_json::json!({ "error": { "code": code, "message": "no", "innerError": {} } });
        Self::Answer(status, headers, error.to_string())
    }
}

type Handler = dyn Fn(&Seen, usize) -> Option<Reply> + Send + Sync;

/// Every request so far, and how many there were of each method and path.
#[derive(Default)]
struct Log {
    all: Vec<Seen>,
    counts: BTreeMap<(String, String), usize>,
}

/// Answers with what `handler` says (it is given the request and how many like it came before), else with the exchange
/// of a practice, else with a token or 404.
pub(crate) struct Server {
    scheme: &'static str,
    address: SocketAddr,
    /// Where the practice's domain names are answered.
    pub(crate) dns: SocketAddr,
    seen: Arc<Mutex<Log>>,
}

/// Every host that a scan may ask: none of them is asked for real.
pub(crate) const HOSTS: [&str; 6] = [
    "maplehill.example",
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "outlook.office365.com",
    "ps.compliance.protection.outlook.com",
    "api.interfaces.records.teams.microsoft.com",
];

/// The tenant whose tokens the server issues: that of maple-hill.
pub(crate) const TENANT: &str = "3a91e000-0000-4000-8000-000000000002";

/// A token that only looks like one: `mark` can be searched for.
pub(crate) fn token(tenant: &str, mark: &str) -> String {
    let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = serde_json::json!({ "tid": tenant, "aud": "https://graph.microsoft.com" });
    format!("{}.{}.{mark}", part(serde_json::json!({ "alg": "none" })), part(claims))
}

pub(crate) fn token_answer(token: &str) -> Reply {
    Reply::json(serde_json::json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token }))
}

impl Server {
    /// Starts it with the exchanges of a practice.
    pub(crate) fn start(
        practice: &str,
        handler: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        Self::listen("http", practice, Arc::new(handler), Some)
    }

    /// Starts it with TLS, for a name that only the authority it gives vouches for (PEM).
    pub(crate) fn start_tls(practice: &str) -> (Self, String) {
        let key = rcgen::KeyPair::generate().expect("a key");
        let names = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("parameters");
        let certificate = names.self_signed(&key).expect("signed");
        let chain = vec![certificate.der().clone()];
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .expect("a configuration");
        let config = Arc::new(config);
        let server = Self::listen("https", practice, Arc::new(|_, _| None), move |stream| {
            let connection = rustls::ServerConnection::new(config.clone()).ok()?;
            Some(rustls::StreamOwned::new(connection, stream))
        });
        (server, certificate.pem())
    }

    fn listen<S: Read + Write + Send + 'static>(
        scheme: &'static str,
        practice: &str,
        handler: Arc<Handler>,
        open: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (seen, exchanges) = (Arc::new(Mutex::new(Log::default())), Arc::new(exchanges(practice)));
        let log = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten().filter_map(open) {
                let (log, exchanges, handler) = (log.clone(), exchanges.clone(), handler.clone());
                std::thread::spawn(move || serve(stream, &log, &exchanges, &*handler));
            }
        });
        Self { scheme, address, dns: super::dns::start(practice), seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Every request so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").all.clone()
    }

    /// Requests whose path starts so.
    pub(crate) fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.path.starts_with(path)).collect()
    }
}

/// Path and query of each recorded exchange → its answer.
fn exchanges(practice: &str) -> BTreeMap<String, Reply> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(super::repository("fixtures").join(practice)).expect("the practice") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let exchange: serde_json::Value = serde_json::from_str(&text).expect("an exchange");
        if exchange["request"].is_null() {
            continue;
        }
        let (request, response) = (&exchange["request"], &exchange["response"]);
        let body = if request["body"].is_null() { String::new() } else { request["body"].to_string() };
        let status = u16::try_from(response["status"].as_u64().expect("a status")).expect("a status");
        let key = key(&decoded(request["url"].as_str().expect("a URL")), &body);
        let header = |name: &'static str| Some((name, response["headers"][name].as_str()?.to_owned()));
        let headers = ["date", "location"].into_iter().filter_map(header).collect();
        all.insert(key, Reply::Answer(status, headers, body_of(&response["body"])));
    }
    all
}

/// A body as it goes over the wire: a recorded text was no JSON.
fn body_of(body: &serde_json::Value) -> String {
    body.as_str().map_or_else(|| body.to_string(), str::to_owned)
}

/// The day from which on a log is asked for follows the clock, while the practice stands still: any day is as good.
fn key(path: &str, body: &str) -> String {
    const MIDNIGHT: &str = "T00:00:00Z";
    let body = serde_json::from_str::<serde_json::Value>(body).map(|body| body.to_string()).unwrap_or_default();
    let mut path = path.to_owned();
    if let Some(end) = path.find(MIDNIGHT)
        && let Some(start) = end.checked_sub("2026-11-20".len())
        && path.is_char_boundary(start)
    {
        path.replace_range(start..end, "");
    }
    format!("{path} {body}")
}

/// Path and query of a URL, with the query decoded.
fn decoded(url: &str) -> String {
    let base = reqwest::Url::parse("http://a/").expect("a URL");
    let url = base.join(url).expect("a URL");
    let query: Vec<String> = url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    if query.is_empty() { url.path().to_owned() } else { format!("{}?{}", url.path(), query.join("&")) }
}

fn read(reader: &mut impl BufRead) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), decoded(words.next()?));
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
    let body = String::from_utf8(body).expect("text");
    Some(Seen { method, path, headers, body, at: Instant::now() })
}

fn serve<S: Read + Write>(stream: S, log: &Mutex<Log>, exchanges: &BTreeMap<String, Reply>, handler: &Handler) {
    let mut reader = BufReader::new(stream);
    while let Some(seen) = read(&mut reader) {
        let before = {
            let mut log = log.lock().expect("the log");
            log.all.push(seen.clone());
            let count = log.counts.entry((seen.method.clone(), seen.path.clone())).or_default();
            *count += 1;
            *count - 1
        };
        let reply = handler(&seen, before)
            .or_else(|| exchanges.get(&key(&seen.path, &seen.body)).cloned())
            .or_else(|| seen.path.ends_with("/oauth2/v2.0/token").then(|| token_answer(&token(TENANT, "issued"))))
            .unwrap_or_else(|| Reply::refusal(404, "ResourceNotFound", Vec::new()));
        let writer = reader.get_mut();
        let written = match reply {
            Reply::Answer(status, headers, body) => {
                let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                write!(
                    writer,
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
                    body.len()
                )
            }
            Reply::Cut(body) => {
                let _ = write!(
                    writer,
                    "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len() + 1000
                );
                return;
            }
            Reply::Close => return,
            Reply::Stall(time) => {
                std::thread::sleep(time);
                return;
            }
        };
        if written.and_then(|()| writer.flush()).is_err() {
            return;
        }
    }
}
