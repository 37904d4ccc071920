//! Where the parts of a Google Workspace customer are asked for.

use tenantscan_model::Cause;
use tenantscan_provider::{Api, Source, Unread};

/// What is wanted of one customer.
pub(crate) type Asking<'a> = tenantscan_provider::Asking<'a, Places>;

/// Google's hosts: the same for every customer.
pub(crate) struct Places;

/// The host of an API. Source: the discovery document of each, rootUrl.
pub(crate) fn host(api: &Api) -> Option<&'static str> {
    match api.resource {
        // Source: developers.google.com/workspace/admin/groups-settings/v1/reference.
        "groupssettings.googleapis.com" | "drive.googleapis.com" => Some("www.googleapis.com"),
        service => Some(service),
    }
}

impl tenantscan_provider::Places for Places {
    fn address(&self, source: &'static Source) -> Result<String, Unread> {
        let host = host(source.api).ok_or(Unread::because(Cause::Unavailable))?;
        Ok(format!("https://{host}{}", source.path))
    }
}
