//! The connection to the outside world: TLS, proxies, where a vendor's host is reached, and how long to wait.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, Url};

/// How to reach the vendors.
#[derive(Clone, Debug)]
pub struct NetworkOptions {
    /// Certificates (PEM) that are trusted besides the system's.
    pub ca_bundle: Option<Vec<u8>>,
    /// A vendor's host, and the URL to which its requests go instead.
    pub endpoints: BTreeMap<String, String>,
    /// How long a request may stay without a byte.
    pub read_timeout: Duration,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self { ca_bundle: None, endpoints: BTreeMap::new(), read_timeout: Duration::from_secs(60) }
    }
}

/// Options that cannot be used as they are.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The certificates cannot be read.
    #[error(
        "the CA bundle holds no certificate that can be read\n  next: give a file with PEM blocks that begin with -----BEGIN CERTIFICATE-----"
    )]
    CaBundle,
    /// An address for a vendor's host cannot be used.
    #[error(
        "cannot send {host} to `{url}`: {why}\n  next: give HOST=https://… (http only to this computer, as in graph.microsoft.com=http://127.0.0.1:8080)"
    )]
    Endpoint {
        /// The vendor's host.
        host: String,
        /// The address as given.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The host's name is not known, or nothing answers there.
    Connect,
    /// The host's certificate is not trusted.
    Certificate,
    /// Nothing came in the time allowed.
    Timeout,
    /// The connection broke before the answer was whole.
    Broken,
    /// The answer is larger than what may be read.
    TooLarge,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => {
                "no connection could be made: check the network, the proxy and its variables (HTTPS_PROXY, NO_PROXY)"
            }
            Self::Certificate => {
                "its certificate is not trusted: if a proxy here inspects TLS, give its certificate with --ca-bundle"
            }
            Self::Timeout => "no answer came in time",
            Self::Broken => "the connection broke before the answer was whole",
            Self::TooLarge => "the answer is larger than what may be read",
        })
    }
}

impl std::error::Error for Failure {}

/// An answer as it came.
#[derive(Debug)]
pub struct HttpAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Bytes,
}

impl HttpAnswer {
    /// Whether the service may answer otherwise a little later.
    pub fn is_busy(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

/// How often a request to a service that issues tokens is sent when it does not answer.
const ATTEMPTS: u32 = 3;

/// Hosts that answer on this very computer alone, over plain HTTP and past any proxy: the metadata servers of clouds, which
/// say who a virtual machine is. Nothing that the program holds is sent to them.
/// Source: cloud.google.com/compute/docs/metadata/querying-metadata, RFC 3927.
const LOCAL: [&str; 2] = ["metadata.google.internal", "169.254.169.254"];

/// The connection to the outside world. Follows no redirect and keeps no cookie.
#[derive(Debug)]
pub struct Network {
    client: reqwest::Client,
    /// Knows no proxy and needs no certificates; made when it is asked for, which is seldom.
    local: OnceLock<reqwest::Client>,
    read_timeout: Duration,
    endpoints: BTreeMap<String, Url>,
}

impl Network {
    /// Sets the connection up; nothing is sent yet.
    ///
    /// # Errors
    /// When an option cannot be used.
    pub fn new(options: &NetworkOptions) -> Result<Self, NetworkError> {
        let endpoints = options.endpoints.iter().map(|(host, url)| Ok((host.clone(), endpoint(host, url)?)));
        let endpoints = endpoints.collect::<Result<_, NetworkError>>()?;
        let mut builder = client(options.read_timeout);
        if let Some(pem) = &options.ca_bundle {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| NetworkError::CaBundle)?;
            if certificates.is_empty() {
                return Err(NetworkError::CaBundle);
            }
            builder = builder.tls_certs_merge(certificates);
        }
        let client = builder.build().map_err(|error| NetworkError::Tls(error.to_string()))?;
        Ok(Self { client, local: OnceLock::new(), read_timeout: options.read_timeout, endpoints })
    }

    /// Sends one request, addressed to the vendor's own host, and reads its answer up to `limit` bytes.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
        limit: usize,
    ) -> Result<HttpAnswer, Failure> {
        let local = is_local(url);
        let url = self.address(url).ok_or(Failure::Connect)?;
        let client = if local && url.scheme() == "http" { self.local()? } else { &self.client };
        let mut request = client.request(method, url).headers(headers);
        if !body.is_empty() {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > limit {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpAnswer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: body.freeze(),
        })
    }

    /// Sends a request to a service that issues tokens, a few times where it is not there or is busy. The answer may be
    /// that it is busy still.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn send_patiently(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
        limit: usize,
    ) -> Result<HttpAnswer, Failure> {
        for attempt in 1..ATTEMPTS {
            let sent = self.send(method.clone(), url, headers.clone(), body.clone(), limit).await;
            let passing = match &sent {
                Ok(answer) => answer.is_busy(),
                Err(failure) => matches!(failure, Failure::Connect | Failure::Broken),
            };
            if !passing {
                return sent;
            }
            tokio::time::sleep(Duration::from_secs(u64::from(attempt))).await;
        }
        self.send(method, url, headers, body, limit).await
    }

    /// For what answers on this very computer.
    fn local(&self) -> Result<&reqwest::Client, Failure> {
        if self.local.get().is_none() {
            let client = client(self.read_timeout).no_proxy().build().map_err(|_| Failure::Connect)?;
            // Somebody else may have been quicker, with one that is as good.
            let _ = self.local.set(client);
        }
        self.local.get().ok_or(Failure::Connect)
    }

    /// Where a vendor's address is really reached.
    fn address(&self, vendor: &str) -> Option<Url> {
        let mut url = Url::parse(vendor).ok()?;
        let Some(elsewhere) = self.elsewhere(url.host_str()?) else {
            return (url.scheme() == "https" || is_local(vendor)).then_some(url);
        };
        url.set_scheme(elsewhere.scheme()).ok()?;
        url.set_host(elsewhere.host_str()).ok()?;
        url.set_port(elsewhere.port()).ok()?;
        Some(url)
    }

    /// Where a host's requests go instead: named by itself, or by the front door before it, one label less.
    fn elsewhere(&self, host: &str) -> Option<&Url> {
        self.endpoints.get(host).or_else(|| self.endpoints.get(host.split_once('.')?.1))
    }

    /// The vendor's own address of a link in an answer; a host that answers in a vendor's place may write its own.
    pub(crate) fn vendor_address(&self, host: &str, link: &str) -> String {
        if let (Some(elsewhere), Ok(mut url)) = (self.elsewhere(host), Url::parse(link))
            && url.origin() == elsewhere.origin()
            && url.set_port(None).is_ok()
            && url.set_host(Some(host)).is_ok()
        {
            // `set_scheme` refuses nothing between http and https.
            let _ = url.set_scheme("https");
            return url.into();
        }
        link.to_owned()
    }
}

/// Whether an address is one of this very computer's, asked for as such.
fn is_local(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        url.scheme() == "http" && url.port().is_none() && url.host_str().is_some_and(|host| LOCAL.contains(&host))
    })
}

fn client(read_timeout: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("tenantscan/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(read_timeout.min(Duration::from_secs(20)))
        .read_timeout(read_timeout)
}

/// `value` as a header that no log shows.
pub fn secret_header(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn endpoint(host: &str, text: &str) -> Result<Url, NetworkError> {
    let wrong = |why| NetworkError::Endpoint { host: host.to_owned(), url: text.to_owned(), why };
    let url = Url::parse(text).map_err(|_| wrong("it is not a URL"))?;
    let Some(target) = url.host_str() else { return Err(wrong("it names no host")) };
    let ip = target.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let loopback = target == "localhost" || ip.is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Err(wrong("tokens would cross the network unencrypted")),
        _ => return Err(wrong("it is neither https nor http")),
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || !url.username().is_empty() {
        return Err(wrong("only scheme, host and port can be given"));
    }
    Ok(url)
}

fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::Timeout;
    }
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("certificate") {
            return Failure::Certificate;
        }
        cause = error.source();
    }
    if error.is_connect() { Failure::Connect } else { Failure::Broken }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(host: &str, url: &str) -> Result<Network, NetworkError> {
        let endpoints = [(host.to_owned(), url.to_owned())].into();
        Network::new(&NetworkOptions { endpoints, ..NetworkOptions::default() })
    }

    #[test]
    fn plain_http_goes_to_this_computer_alone() {
        for good in ["https://proxy.example", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:2/"] {
            assert!(network("graph.microsoft.com", good).is_ok(), "{good}");
        }
        for bad in [
            "http://proxy.example",
            "http://127.0.0.1.example",
            "ftp://127.0.0.1",
            "127.0.0.1:80",
            "https://a.example/x",
        ] {
            let error = network("graph.microsoft.com", bad).expect_err(bad).to_string();
            assert!(error.contains(bad) && error.contains("next:"), "{error}");
        }
    }

    #[test]
    fn a_link_of_a_stand_in_is_the_vendors() {
        let network = network("graph.microsoft.com", "http://127.0.0.1:8080").expect("a network");
        let vendor = |link| network.vendor_address("graph.microsoft.com", link);
        assert_eq!(vendor("http://127.0.0.1:8080/v1.0/users?a=1"), "https://graph.microsoft.com/v1.0/users?a=1");
        for other in ["http://127.0.0.1:8081/v1.0/users", "https://evil.example/v1.0/users", "nothing"] {
            assert_eq!(vendor(other), other);
        }
        let address = network.address("https://graph.microsoft.com/v1.0/users?a=1").expect("an address");
        assert_eq!(address.as_str(), "http://127.0.0.1:8080/v1.0/users?a=1");
        let behind = network.address("https://region.graph.microsoft.com/x").expect("an address");
        assert_eq!(behind.as_str(), "http://127.0.0.1:8080/x", "a host behind the front door");
        assert_eq!(network.address("http://graph.microsoft.us/v1.0/users"), None, "never unencrypted to a vendor");
    }

    #[test]
    fn the_metadata_server_of_this_computer_is_asked_in_the_open_and_nothing_else_is() {
        let network = network("graph.microsoft.com", "http://127.0.0.1:8080").expect("a network");
        for own in ["http://metadata.google.internal/computeMetadata/v1/", "http://169.254.169.254/metadata/identity"] {
            assert!(is_local(own), "{own}");
            assert_eq!(network.address(own).map(String::from).as_deref(), Some(own));
        }
        for other in [
            "http://metadata.google.internal.example/",
            "http://x.metadata.google.internal/",
            "http://169.254.169.253/",
            "http://metadata.google.internal:8080/",
            "http://metadata.google.internal@evil.example/",
            "http://sts.googleapis.com/v1/token",
        ] {
            assert_eq!(network.address(other), None, "{other}");
        }
        assert!(!is_local("https://metadata.google.internal/"), "over TLS as any other");
    }
}
