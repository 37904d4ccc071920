//! The providers, and which of their sources a platform's columns rest on.

use std::collections::BTreeSet;

use tenantscan_model::Platform;
use tenantscan_provider::{Source, resting_on};
use tenantscan_records::RecordFile;

use crate::judge::Columns;

/// Every request and question of every provider.
pub(crate) fn sources() -> impl Iterator<Item = &'static Source> {
    tenantscan_microsoft365::sources().chain(tenantscan_google_workspace::sources()).chain(tenantscan_dns::sources())
}

/// Ids of the sources that fill columns of a platform, by way of what they are worked out from too: the evidence.
pub(crate) fn sources_of(platform: Platform, columns: &Columns) -> BTreeSet<&'static str> {
    let mut columns = columns.clone();
    columns.extend(tenantscan_dns::needs(&columns));
    let mut sources = match platform {
        Platform::Microsoft365 => tenantscan_microsoft365::sources_of(&columns),
        Platform::GoogleWorkspace => tenantscan_google_workspace::sources_of(&columns),
    };
    sources.extend(tenantscan_dns::sources_of(&columns));
    sources.extend(record_files(platform, &columns).map(|file| file.id));
    sources
}

/// The files of the records on which columns of a platform rest, by way of what they are worked out from too.
pub(crate) fn record_files(platform: Platform, columns: &Columns) -> impl Iterator<Item = &'static RecordFile> {
    let names = match platform {
        Platform::Microsoft365 => resting_on(columns, tenantscan_microsoft365::derived()),
        Platform::GoogleWorkspace => resting_on(columns, tenantscan_google_workspace::derived()),
    };
    tenantscan_records::files().into_iter().filter(move |file| file.fills.iter().any(|name| names.contains(*name)))
}

/// The sources that a scan of a platform for these columns asks.
pub(crate) fn sources_for(platform: Platform, columns: &Columns) -> Vec<&'static Source> {
    let mut wanted = match platform {
        Platform::Microsoft365 => tenantscan_microsoft365::sources_for(columns),
        Platform::GoogleWorkspace => tenantscan_google_workspace::sources_for(columns),
    };
    wanted.extend(tenantscan_dns::sources_of(columns));
    sources().filter(|source| wanted.contains(source.id)).collect()
}
