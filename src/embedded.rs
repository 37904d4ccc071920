//! What the program carries with it: policies, catalogues and the demo's practice.

use tenantscan_records::Store;

use crate::config::Config;
use crate::error::Error;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

const DEMO_CONFIG: &str = include_str!("../fixtures/cedar-grove/tenantscan.toml");

/// The file of the demo's practice.
pub(crate) fn demo_config() -> Result<Config, Error> {
    Config::parse("fixtures/cedar-grove/tenantscan.toml", DEMO_CONFIG.to_owned())
}

/// The records of the demo's practice.
pub(crate) fn demo_records() -> Store<'static> {
    Store::memory("fixtures/cedar-grove/records", DEMO_RECORDS)
}

/// The catalogue with this file name.
pub(crate) fn catalogue(name: &str) -> &'static str {
    CATALOGUES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text).expect("a shipped catalogue")
}

/// The catalogue with this file name, as a type.
pub(crate) fn parsed<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, Error> {
    toml::from_str(catalogue(name)).map_err(|error| Error::Internal(format!("policies/catalogues/{name}: {error}")))
}
