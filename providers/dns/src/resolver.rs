//! The resolver of this computer, or one that was named.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use tenantscan_model::Cause;
use tenantscan_provider::{Lookup, LookupFuture, RecordKind, Resolver};

/// How long one server is waited for, and how often it is asked.
const TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPTS: usize = 2;

/// No resolver can be had.
#[derive(Debug, thiserror::Error)]
pub enum ResolverError {
    /// This computer's own settings cannot be read.
    #[error(
        "this computer's settings for domain names cannot be read: {0}\n  next: name a server, as in --resolver 9.9.9.9"
    )]
    System(String),
    /// It is no address.
    #[error(
        "`{0}` is no address of a server for domain names\n  next: give ADDRESS or ADDRESS:PORT, as in 9.9.9.9 or [2620:fe::fe]:53"
    )]
    Address(String),
}

/// Asks the domain name system through the servers that this computer uses, or through one that was named.
pub struct SystemResolver(TokioResolver);

impl std::fmt::Debug for SystemResolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemResolver")
    }
}

impl SystemResolver {
    /// The resolver; `server` is an address, with a port where it is not 53.
    ///
    /// # Errors
    /// When the address is none, or this computer's settings cannot be read.
    pub fn new(server: Option<&str>) -> Result<Self, ResolverError> {
        let system = |error: NetError| ResolverError::System(error.to_string());
        let mut builder = match server {
            None => TokioResolver::builder_tokio().map_err(system)?,
            Some(text) => {
                let address = address(text).ok_or_else(|| ResolverError::Address(text.to_owned()))?;
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = address.port();
                    connection
                });
                let server = NameServerConfig::new(address.ip(), true, connections.into());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = TIMEOUT;
        options.attempts = ATTEMPTS;
        // A hosts file is for this computer alone; what the world sees is asked for.
        options.use_hosts_file = hickory_resolver::config::ResolveHosts::Never;
        builder.build().map(Self).map_err(system)
    }
}

fn address(text: &str) -> Option<SocketAddr> {
    let bare = |text: &str| text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
    text.parse().ok().or_else(|| bare(text))
}

impl Resolver for SystemResolver {
    fn lookup<'a>(&'a self, name: &'a str, kind: RecordKind) -> LookupFuture<'a> {
        Box::pin(async move {
            let record_type = match kind {
                RecordKind::Txt => RecordType::TXT,
                RecordKind::Mx => RecordType::MX,
                RecordKind::A => RecordType::A,
            };
            // The dot at the end keeps this computer's search domains out of it.
            match self.0.lookup(format!("{name}."), record_type).await {
                Ok(found) => {
                    let mut records: Vec<String> =
                        found.answers().iter().filter_map(|record| text(&record.data)).collect();
                    records.sort();
                    Ok(Lookup::Records(records))
                }
                Err(error) => absent(&error),
            }
        })
    }
}

fn text(data: &RData) -> Option<String> {
    match data {
        // A long text comes in parts that belong together. Source: RFC 7208, section 3.3.
        RData::TXT(parts) => Some(parts.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect()),
        RData::MX(server) => Some(format!("{} {}", server.preference, server.exchange).to_ascii_lowercase()),
        RData::A(address) => Some(address.to_string()),
        _ => None,
    }
}

/// What an error says: that there is nothing, which is a fact, or that no answer came.
fn absent(error: &NetError) -> Result<Lookup, Cause> {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NXDomain => {
            Ok(Lookup::NoName)
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NoError => {
            Ok(Lookup::Records(Vec::new()))
        }
        NetError::Timeout => Err(Cause::Timeout),
        _ => Err(Cause::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_with_or_without_a_port() {
        for good in ["9.9.9.9", "127.0.0.1:5353", "2620:fe::fe", "[::1]:5353"] {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in ["", "dns.example", "1.2.3", "9.9.9.9:x"] {
            let error = SystemResolver::new(Some(bad)).expect_err(bad).to_string();
            assert!(error.contains("next:"), "{error}");
        }
    }
}
