//! The tenant's own domains and how their mail is signed, and what may go to others.

use serde::Deserialize;
use tenantscan_model::rows::{AcceptedDomain, DkimSigning, RemoteDomain};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

pub(crate) static ACCEPTED_DOMAINS: Source = Source {
    id: "microsoft365.accepted_domains",
    title: "Domains that mail is taken for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=DomainName,DomainType,Default,InitialDomain,MatchSubDomains,\
SendingFromDomainDisabled",
    call: Call::Cmdlet { name: "Get-AcceptedDomain", parameters: "{\"ResultSize\":\"Unlimited\"}" },
    lists: &["accepted_domains"],
    fills: &[
        "accepted_domains.id",
        "accepted_domains.domain_type",
        "accepted_domains.is_default",
        "accepted_domains.is_vendors",
        "accepted_domains.includes_subdomains",
        "accepted_domains.sending_disabled",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-accepteddomain",
    ..CMDLET
};

pub(crate) static REMOTE_DOMAINS: Source = Source {
    id: "microsoft365.remote_domains",
    title: "What may go to domains outside",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,DomainName,AutoForwardEnabled",
    call: Call::Cmdlet { name: "Get-RemoteDomain", parameters: "{\"ResultSize\":\"Unlimited\"}" },
    lists: &["remote_domains"],
    fills: &["remote_domains.id", "remote_domains.domain", "remote_domains.auto_forward_enabled"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-remotedomain",
    ..CMDLET
};

pub(crate) static DKIM_SIGNING: Source = Source {
    id: "microsoft365.dkim_signing",
    title: "How outgoing mail is signed",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Domain,Enabled,Status",
    call: Call::Cmdlet { name: "Get-DkimSigningConfig", parameters: "{}" },
    lists: &["dkim_signing"],
    fills: &["dkim_signing"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-dkimsigningconfig",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AcceptedWire {
    domain_name: Text,
    #[serde(default)]
    domain_type: Field<Text>,
    #[serde(default)]
    default: Field<bool>,
    #[serde(default)]
    match_sub_domains: Field<bool>,
    #[serde(default)]
    sending_from_domain_disabled: Field<bool>,
}

/// Whether the vendor gave the domain: `….onmicrosoft.com`, and `….onmicrosoft.us` and `….partner.onmschina.cn` in the
/// clouds of their own. The flag `InitialDomain` tells of only one of them.
fn is_vendors(domain: &str) -> bool {
    [".onmicrosoft.com", ".onmicrosoft.us", ".partner.onmschina.cn"].iter().any(|end| domain.ends_with(end))
}

impl AcceptedWire {
    pub(crate) fn row(self) -> AcceptedDomain {
        let source = &ACCEPTED_DOMAINS;
        let domain = self.domain_name.to_ascii_lowercase();
        AcceptedDomain {
            domain_type: self.domain_type.needed(source),
            is_default: self.default.needed(source),
            is_vendors: Cell::Known(is_vendors(&domain)),
            includes_subdomains: self.match_sub_domains.needed(source),
            sending_disabled: self.sending_from_domain_disabled.needed(source),
            ..AcceptedDomain::new(domain)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RemoteWire {
    identity: Text,
    #[serde(default)]
    domain_name: Field<Text>,
    #[serde(default)]
    auto_forward_enabled: Field<bool>,
}

impl RemoteWire {
    pub(crate) fn row(self) -> RemoteDomain {
        let source = &REMOTE_DOMAINS;
        RemoteDomain {
            domain: self.domain_name.needed(source).map(|name| name.to_ascii_lowercase().into()),
            auto_forward_enabled: self.auto_forward_enabled.needed(source),
            ..RemoteDomain::new(self.identity)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DkimWire {
    domain: Text,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    status: Field<Text>,
}

impl DkimWire {
    pub(crate) fn row(self) -> DkimSigning {
        DkimSigning {
            enabled: self.enabled.needed(&DKIM_SIGNING),
            status: self.status.needed(&DKIM_SIGNING),
            ..DkimSigning::new(self.domain.to_ascii_lowercase())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_vendors;

    #[test]
    fn only_the_vendors_own_domains_are_told_apart() {
        assert!(is_vendors("cedar.onmicrosoft.com"));
        assert!(is_vendors("cedar.mail.onmicrosoft.com"));
        assert!(!is_vendors("cedar.example"));
        assert!(!is_vendors("notonmicrosoft.com"));
    }
}
