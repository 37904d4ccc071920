//! Where Exchange and Purview keep a tenant: their front doors point to a regional host.

use tenantscan_provider::{Call, Source};

use crate::api::{COMPLIANCE, EXCHANGE};

/// What the cmdlets of Exchange have in common. Those of Purview name its API instead.
pub(crate) const CMDLET: Source = Source {
    id: "",
    title: "",
    api: &EXCHANGE,
    path: "/adminapi/beta/{id}/InvokeCommand",
    call: Call::Get,
    permissions: &["Exchange.ManageAsApp"],
    licence: None,
    role: Some("Global Reader"),
    lists: &[],
    fills: &[],
    docs: "",
};

pub(crate) static EXCHANGE_ENDPOINT: Source = Source {
    id: "microsoft365.exchange_endpoint",
    title: "Where Exchange keeps the tenant",
    path: "/AdminApi/v1.0/{id}/EXOModuleFile",
    docs: "https://learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2",
    ..CMDLET
};

pub(crate) static PURVIEW_ENDPOINT: Source = Source {
    id: "microsoft365.purview_endpoint",
    title: "Where Purview keeps the tenant",
    api: &COMPLIANCE,
    ..EXCHANGE_ENDPOINT
};

pub(crate) const SOURCES: &[&Source] = &[&EXCHANGE_ENDPOINT, &PURVIEW_ENDPOINT];
