//! Asks for wanted sources, and gives their answers as tables or as the gap that they leave.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantscan_model::{Cause, Gap, Row, Table, Text};

use crate::field::unclear;
use crate::{Reader, Source, Unread};

/// Where a tenant's sources are asked for.
pub trait Places: Sync {
    /// The full address of a source, at the vendor's own host.
    ///
    /// # Errors
    /// When this tenant has no such place.
    fn address(&self, source: &'static Source) -> Result<String, Unread>;
}

/// What is wanted of one tenant, and where its parts are asked for.
#[derive(Debug)]
pub struct Asking<'a, P> {
    /// The way out.
    pub reader: &'a Reader,
    /// Where the sources are.
    pub places: P,
    wanted: BTreeSet<&'static str>,
}

/// A list that no tenant has nothing in is unread where it is empty.
fn never_empty<R: Row>(table: Table<R>, otherwise: impl FnOnce() -> Gap) -> Table<R> {
    if table.gap().is_none() && table.rows.is_empty() { Table::unread(otherwise()) } else { table }
}

/// Whether what keeps one object from being read keeps them all.
fn is_general(unread: &Unread) -> bool {
    matches!(unread.cause, Cause::PermissionMissing | Cause::ServiceDisabled | Cause::SignInFailed | Cause::RoleMissing)
}

impl<'a, P: Places> Asking<'a, P> {
    /// Asks through `reader` for the sources with the ids in `wanted`.
    pub fn new(reader: &'a Reader, places: P, wanted: BTreeSet<&'static str>) -> Self {
        Self { reader, places, wanted }
    }

    /// Whether the source is wanted.
    pub fn wants(&self, source: &Source) -> bool {
        self.wanted.contains(source.id)
    }

    /// The address, or the gap that is left where there is none.
    fn address(&self, source: &'static Source) -> Result<String, Gap> {
        self.places.address(source).map_err(|unread| {
            self.reader.skip(source, &unread);
            unread.gap(source)
        })
    }

    /// The items of a list; none when it is not wanted.
    pub async fn items<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Option<Result<Vec<T>, Gap>> {
        if self.wants(source) { Some(self.always(source).await) } else { None }
    }

    /// The table of a list whose items are rows.
    pub async fn table<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        match self.items(source).await {
            None => Table::default(),
            // Of what stands once in a tenant two rows cannot both hold.
            Some(Ok(items)) if R::INFO.singleton && items.len() > 1 => Table::unread(unclear(source)),
            Some(Ok(items)) => Table::complete(items.into_iter().map(row).collect()),
            Some(Err(gap)) => Table::unread(gap),
        }
    }

    /// The table of a list that every tenant has something in: an empty one is not the whole list.
    pub async fn filled<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        never_empty(self.table(source, row).await, || unclear(source))
    }

    /// The table of settings that stand in a list of one. Where nobody opened their page yet there may be none, and what
    /// holds then is not in the answer.
    pub async fn settings<T: DeserializeOwned + Send, R: Row>(
        &self,
        source: &'static Source,
        row: impl Fn(T) -> R,
    ) -> Table<R> {
        never_empty(self.table(source, row).await, || Gap::new(Cause::Unavailable, source.id))
    }

    /// The items of a list, whether or not they are wanted.
    pub async fn always<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Result<Vec<T>, Gap> {
        let url = self.address(source)?;
        let mut items = Vec::new();
        let read = self.reader.list(source, &url, |item| items.push(item)).await;
        read.map(|()| items).map_err(|unread| unread.gap(source))
    }

    /// One object; none when it is not wanted.
    pub async fn object<T: DeserializeOwned + Send>(&self, source: &'static Source) -> Option<Result<T, Gap>> {
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
    pub async fn single<T: DeserializeOwned + Send, R: Row>(
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
    pub fn withheld(&self, source: &'static Source) -> Gap {
        let unread = Unread::because(if self.wants(source) { Cause::NotSupplied } else { Cause::NotCollected });
        if self.wants(source) {
            self.reader.skip(source, &unread);
        }
        unread.gap(source)
    }

    /// One list each for many objects, by their ids, which stand in the source's path.
    pub async fn lists<T: DeserializeOwned + Send>(
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

    /// One object each for many, by their ids, which stand in the source's path.
    pub async fn objects<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        ids: &[Text],
    ) -> Vec<Result<T, Gap>> {
        match self.address(source) {
            Ok(url) => {
                let urls: Vec<String> = ids.iter().map(|id| url.replace("{id}", id)).collect();
                let read = self.reader.objects(source, &urls).await;
                read.into_iter().map(|read| read.map_err(|unread| unread.gap(source))).collect()
            }
            Err(gap) => ids.iter().map(|_| Err(gap.clone())).collect(),
        }
    }

    /// One object each for many, by their ids; none where a refusal says that there is none, as `absent` tells. Nothing
    /// when the source is not wanted. Where the first few are all refused for a reason that holds for every object, so are
    /// the rest: nobody asks thousands of times in vain.
    pub async fn objects_if_any<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        ids: &[Text],
        absent: fn(&Unread) -> bool,
    ) -> Option<Vec<Result<Option<T>, Gap>>> {
        if !self.wants(source) {
            return None;
        }
        let url = match self.address(source) {
            Ok(url) => url,
            Err(gap) => return Some(ids.iter().map(|_| Err(gap.clone())).collect()),
        };
        let urls: Vec<String> = ids.iter().map(|id| url.replace("{id}", id)).collect();
        let (first, rest) = urls.split_at(urls.len().min(source.api.concurrency));
        let mut answers: Vec<Result<Option<T>, Unread>> = self.reader.objects_if_any(source, first, absent).await;
        match answers.iter().find_map(|answer| answer.as_ref().err().filter(|unread| is_general(unread))) {
            Some(unread) if answers.iter().all(Result::is_err) => {
                let unread = unread.clone();
                answers.extend(rest.iter().map(|_| Err(unread.clone())));
            }
            _ => answers.extend(self.reader.objects_if_any(source, rest, absent).await),
        }
        Some(answers.into_iter().map(|read| read.map_err(|unread| unread.gap(source))).collect())
    }

    /// The answers of a cmdlet that is run once for each set of parameters.
    pub async fn invoke<T: DeserializeOwned + Send>(
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

    #[test]
    fn a_list_that_cannot_be_empty_is_unread_where_it_is() {
        let gap = || Gap::new(Cause::Malformed, "x");
        let table = |rows| never_empty(Table::<AcceptedDomain>::complete(rows), gap);
        assert_eq!(table(Vec::new()).gap().map(Gap::cause), Some(Cause::Malformed));
        assert_eq!(table(vec![AcceptedDomain::new("cedar.example")]).gap(), None);
        let refused = Table::<AcceptedDomain>::unread(Gap::new(Cause::RoleMissing, "x"));
        assert_eq!(never_empty(refused, gap).gap().map(Gap::cause), Some(Cause::RoleMissing));
    }
}
