//! Where the parts of a Microsoft 365 tenant are asked for.

use tenantscan_model::{Cause, Text};
use tenantscan_provider::{Api, Source, Unread};

use crate::Cloud;
use crate::api::{COMPLIANCE, EXCHANGE, GRAPH, TEAMS};
use crate::cloud::regional;
use crate::sources::endpoints;

/// The mailbox of the system that Exchange routes requests of an app by: it is the same in every tenant.
const SYSTEM_MAILBOX: &str = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}";

/// What is wanted of one tenant.
pub(crate) type Asking<'a> = tenantscan_provider::Asking<'a, Places>;

/// The hosts of one tenant.
pub(crate) struct Places {
    pub(crate) cloud: Cloud,
    /// The tenant's id, or why it is not known.
    tenant: Result<Text, Unread>,
    exchange: String,
    compliance: Option<String>,
}

impl Places {
    pub(crate) fn new(cloud: Cloud) -> Self {
        Self {
            cloud,
            tenant: Err(Unread::because(Cause::NotCollected)),
            exchange: cloud.exchange_host().to_owned(),
            compliance: cloud.compliance_host().map(str::to_owned),
        }
    }

    /// The tenant's id, where it is known.
    pub(crate) fn tenant(&self) -> Option<&Text> {
        self.tenant.as_ref().ok()
    }

    fn host(&self, api: &'static Api) -> Result<&str, Unread> {
        let host = match api.id {
            id if id == GRAPH.id => Some(self.cloud.graph_host()),
            id if id == EXCHANGE.id => Some(self.exchange.as_str()),
            id if id == COMPLIANCE.id => self.compliance.as_deref(),
            id if id == TEAMS.id => self.cloud.teams_host(),
            _ => None,
        };
        host.ok_or(Unread::because(Cause::Unavailable))
    }
}

impl tenantscan_provider::Places for Places {
    /// `{id}` in a path of Exchange or Purview is the tenant.
    fn address(&self, source: &'static Source) -> Result<String, Unread> {
        let host = self.host(source.api)?;
        if [EXCHANGE.id, COMPLIANCE.id].contains(&source.api.id) {
            let tenant = self.tenant.as_ref().map_err(Clone::clone)?;
            return Ok(format!("https://{host}{}", source.path.replace("{id}", tenant)));
        }
        Ok(format!("https://{host}{}", source.path))
    }
}

/// Takes down which tenant it is, and finds the regional hosts of Exchange and Purview where they are wanted.
pub(crate) async fn find_hosts(ask: &mut Asking<'_>, tenant: Result<Text, Unread>, initial_domain: Option<&Text>) {
    ask.places.tenant = tenant;
    let Ok(id) = ask.places.tenant.clone() else { return };
    ask.reader.add_header(&EXCHANGE, "x-anchormailbox", format!("APP:{SYSTEM_MAILBOX}@{id}"));
    let anchor = initial_domain
        .map_or_else(|| format!("APP:{SYSTEM_MAILBOX}@{id}"), |domain| format!("UPN:{SYSTEM_MAILBOX}@{domain}"));
    ask.reader.add_header(&COMPLIANCE, "x-anchormailbox", anchor);
    let (exchange, compliance) = (ask.places.exchange.clone(), ask.places.compliance.clone());
    let (found, purview) = futures::join!(
        regional_host(ask, &endpoints::EXCHANGE_ENDPOINT, &exchange),
        regional_host(ask, &endpoints::PURVIEW_ENDPOINT, compliance.as_deref().unwrap_or_default()),
    );
    ask.places.exchange = found.unwrap_or(exchange);
    ask.places.compliance = purview.or(compliance);
}

/// The host that a front door points to; none where it points nowhere that is its own.
async fn regional_host(ask: &Asking<'_>, source: &'static Source, front: &str) -> Option<String> {
    if !ask.wants(source) {
        return None;
    }
    let url = tenantscan_provider::Places::address(&ask.places, source).ok()?;
    let location = ask.reader.location(source, &url).await.ok()??;
    let host = location.strip_prefix("https://")?.split(['/', ':']).next()?.to_ascii_lowercase();
    // Purview points to a host of another name; its prefix is what counts.
    let prefix = host.split('.').next()?;
    let host = format!("{prefix}.{front}");
    (host != front && regional(&host, front)).then_some(host)
}
