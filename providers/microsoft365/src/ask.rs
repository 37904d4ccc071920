//! Asks for wanted sources at the right host, and gives their answers as tables or as the gap that they leave.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantscan_model::{Cause, Gap, Row, Table, Text};
use tenantscan_provider::{Api, Reader, Source, Unread};

use crate::Cloud;
use crate::api::{COMPLIANCE, EXCHANGE, GRAPH, TEAMS};
use crate::cloud::regional;
use crate::sources::endpoints;
use crate::sources::field::unclear;

/// The mailbox of the system that Exchange routes requests of an app by: it is the same in every tenant.
const SYSTEM_MAILBOX: &str = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}";

/// What is wanted of one tenant, and where its parts are asked for.
pub(crate) struct Asking<'a> {
    reader: &'a Reader,
    pub(crate) cloud: Cloud,
    wanted: BTreeSet<&'static str>,
    /// The tenant's id, or why it is not known.
    tenant: Result<Text, Unread>,
    exchange: String,
    compliance: Option<String>,
}

/// A list that no tenant has nothing in is unread where it is empty.
fn never_empty<R: Row>(table: Table<R>, otherwise: impl FnOnce() -> Gap) -> Table<R> {
    if table.gap().is_none() && table.rows.is_empty() { Table::unread(otherwise()) } else { table }
}

impl<'a> Asking<'a> {
    pub(crate) fn new(reader: &'a Reader, cloud: Cloud, wanted: BTreeSet<&'static str>) -> Self {
        Self {
            reader,
            cloud,
            wanted,
            tenant: Err(Unread::because(Cause::NotCollected)),
            exchange: cloud.exchange_host().to_owned(),
            compliance: cloud.compliance_host().map(str::to_owned),
        }
    }

    /// Takes down which tenant it is, and finds the regional hosts of Exchange and Purview where they are wanted.
    pub(crate) async fn find_hosts(&mut self, tenant: Result<Text, Unread>, initial_domain: Option<&Text>) {
        self.tenant = tenant;
        let Ok(id) = self.tenant.clone() else { return };
        self.reader.add_header(&EXCHANGE, "x-anchormailbox", format!("APP:{SYSTEM_MAILBOX}@{id}"));
        let anchor = initial_domain
            .map_or_else(|| format!("APP:{SYSTEM_MAILBOX}@{id}"), |domain| format!("UPN:{SYSTEM_MAILBOX}@{domain}"));
        self.reader.add_header(&COMPLIANCE, "x-anchormailbox", anchor);
        let compliance = self.compliance.clone();
        let (exchange, purview) = futures::join!(
            self.regional_host(&endpoints::EXCHANGE_ENDPOINT, &self.exchange),
            self.regional_host(&endpoints::PURVIEW_ENDPOINT, compliance.as_deref().unwrap_or_default()),
        );
        self.exchange = exchange.unwrap_or_else(|| std::mem::take(&mut self.exchange));
        self.compliance = purview.or(compliance);
    }

    /// The host that a front door points to; none where it points nowhere that is its own.
    async fn regional_host(&self, source: &'static Source, front: &str) -> Option<String> {
        if !self.wants(source) {
            return None;
        }
        let url = self.url(source).ok()?;
        let location = self.reader.location(source, &url).await.ok()??;
        let host = location.strip_prefix("https://")?.split(['/', ':']).next()?.to_ascii_lowercase();
        // Purview points to a host of another name; its prefix is what counts.
        let prefix = host.split('.').next()?;
        let host = format!("{prefix}.{front}");
        (host != front && regional(&host, front)).then_some(host)
    }

    /// The tenant's id, where it is known.
    pub(crate) fn tenant(&self) -> Option<&Text> {
        self.tenant.as_ref().ok()
    }

    pub(crate) fn wants(&self, source: &Source) -> bool {
        self.wanted.contains(source.id)
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

    /// The full address of a source. `{id}` in a path of Exchange or Purview is the tenant.
    fn url(&self, source: &'static Source) -> Result<String, Unread> {
        let host = self.host(source.api)?;
        if [EXCHANGE.id, COMPLIANCE.id].contains(&source.api.id) {
            let tenant = self.tenant.as_ref().map_err(Clone::clone)?;
            return Ok(format!("https://{host}{}", source.path.replace("{id}", tenant)));
        }
        Ok(format!("https://{host}{}", source.path))
    }

    /// The address, or the gap that is left where there is none.
    fn address(&self, source: &'static Source) -> Result<String, Gap> {
        self.url(source).map_err(|unread| {
            self.reader.skip(source, &unread);
            unread.gap(source)
        })
    }

    /// The items of a list; none when it is not wanted.
    pub(crate) async fn items<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
    ) -> Option<Result<Vec<T>, Gap>> {
        if self.wants(source) { Some(self.always(source).await) } else { None }
    }

    /// The table of a list whose items are rows.
    pub(crate) async fn table<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        match self.items(source).await {
            None => Table::default(),
            Some(Ok(items)) => Table::complete(items.into_iter().map(row).collect()),
            Some(Err(gap)) => Table::unread(gap),
        }
    }

    /// The table of a list that every tenant has something in: an empty one is not the whole list.
    pub(crate) async fn filled<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        never_empty(self.table(source, row).await, || unclear(source))
    }

    /// The table of settings that stand in a list of one. Where nobody opened their page yet there may be none, and what
    /// holds then is not in the answer.
    pub(crate) async fn settings<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        never_empty(self.table(source, row).await, || Gap::new(Cause::Unavailable, source.id))
    }

    /// The items of a list, whether or not they are wanted.
    pub(crate) async fn always<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Result<Vec<T>, Gap> {
        let url = self.address(source)?;
        let mut items = Vec::new();
        let read = self.reader.list(source, &url, |item| items.push(item)).await;
        read.map(|()| items).map_err(|unread| unread.gap(source))
    }

    /// One object; none when it is not wanted.
    pub(crate) async fn object<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Option<Result<T, Gap>> {
        if !self.wants(source) {
            return None;
        }
        let url = match self.address(source) {
            Ok(url) => url,
            Err(gap) => return Some(Err(gap)),
        };
        Some(self.reader.get(source, &url).await.map_err(|unread| unread.gap(source)))
    }

    /// The table of one object.
    pub(crate) async fn single<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        match self.object(source).await {
            None => Table::default(),
            Some(Ok(object)) => Table::complete(vec![row(object)]),
            Some(Err(gap)) => Table::unread(gap),
        }
    }

    /// Notes a source that is never asked for, and gives the gap that it leaves.
    pub(crate) fn withheld(&self, source: &'static Source) -> Gap {
        let unread = Unread::because(if self.wants(source) { Cause::NotSupplied } else { Cause::NotCollected });
        if self.wants(source) {
            self.reader.skip(source, &unread);
        }
        unread.gap(source)
    }

    /// One list each for many objects, by their ids, which stand in the source's path.
    pub(crate) async fn lists<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        ids: &[Text],
    ) -> Vec<Result<Vec<T>, Gap>> {
        match self.address(source) {
            Ok(url) => {
                let urls: Vec<String> = ids.iter().map(|id| url.replace("{id}", id)).collect();
                let read = self.reader.lists(source, &urls).await;
                read.into_iter().map(|read| read.map_err(|unread| unread.gap(source))).collect()
            }
            Err(gap) => ids.iter().map(|_| Err(gap.clone())).collect(),
        }
    }

    /// The answers of a cmdlet that is run once for each set of parameters.
    pub(crate) async fn invoke<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        parameters: &[Value],
    ) -> Vec<Result<Vec<T>, Gap>> {
        match self.address(source) {
            Ok(url) => {
                let read = self.reader.invoke(source, &url, parameters).await;
                read.into_iter().map(|read| read.map_err(|unread| unread.gap(source))).collect()
            }
            Err(gap) => parameters.iter().map(|_| Err(gap.clone())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::rows::AcceptedDomain;

    use super::*;
    use crate::sources::mail_flow::ACCEPTED_DOMAINS;

    #[test]
    fn a_list_that_cannot_be_empty_is_unread_where_it_is() {
        let gap = || unclear(&ACCEPTED_DOMAINS);
        let table = |rows| never_empty(Table::<AcceptedDomain>::complete(rows), gap);
        assert_eq!(table(Vec::new()).gap().map(Gap::cause), Some(Cause::Malformed));
        assert_eq!(table(vec![AcceptedDomain::new("cedar.example")]).gap(), None);
        let refused = Table::<AcceptedDomain>::unread(Gap::new(Cause::RoleMissing, "x"));
        assert_eq!(never_empty(refused, gap).gap().map(Gap::cause), Some(Cause::RoleMissing));
    }
}
