//! Reads sources: the one way to the outside world that providers have.

use serde::de::DeserializeOwned;

use crate::{Source, Unread};

/// Reads the sources of one tenant and keeps account of what became of each.
#[derive(Debug)]
pub struct Reader {}

impl Reader {
    /// Reads a list to its end, page after page, and gives each item to `each`.
    ///
    /// `url` is the full address of the first page at the vendor's own host. Items already given before an error are
    /// to be thrown away by the caller: a list is read to its end or not at all.
    ///
    /// # Errors
    /// What kept the list from being read to its end.
    pub async fn list<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        url: &str,
        each: impl FnMut(T) + Send,
    ) -> Result<(), Unread> {
        let _ = (source, url, each);
        Err(Unread::because(tenantscan_model::Cause::NotCollected))
    }

    /// Reads one object.
    ///
    /// # Errors
    /// What kept it from being read.
    pub async fn get<T: DeserializeOwned + Send>(&self, source: &'static Source, url: &str) -> Result<T, Unread> {
        let _ = (source, url);
        Err(Unread::because(tenantscan_model::Cause::NotCollected))
    }

    /// Reads one list each for many objects, several in one request where the API offers it (Graph: `$batch`, 20 at
    /// most). `urls` are full addresses; the answers stand in the same order, each list whole or unread.
    pub async fn lists<T: DeserializeOwned + Send>(
        &self,
        source: &'static Source,
        urls: &[String],
    ) -> Vec<Result<Vec<T>, Unread>> {
        let _ = source;
        urls.iter().map(|_| Err(Unread::because(tenantscan_model::Cause::NotCollected))).collect()
    }
}
