//! Settings of mail protection that a tenant has once.

use serde::Deserialize;
use tenantscan_model::rows::{ConnectionFilter, FileProtection, ReportSubmission, TeamsProtection};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::DEFENDER;
use super::rules::{Entries, list};
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

pub(crate) static FILE_PROTECTION: Source = Source {
    id: "microsoft365.file_protection",
    title: "File scans of SharePoint, OneDrive and Teams",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,EnableATPForSPOTeamsODB",
    call: Call::Cmdlet { name: "Get-AtpPolicyForO365", parameters: "{}" },
    licence: DEFENDER,
    lists: &["file_protection"],
    fills: &["file_protection.id", "file_protection.scans_shared_files"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-atppolicyforo365",
    ..CMDLET
};

pub(crate) static TEAMS_PROTECTION: Source = Source {
    id: "microsoft365.teams_protection",
    title: "Settings that protect messages in Teams",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,ZapEnabled",
    call: Call::Cmdlet { name: "Get-TeamsProtectionPolicy", parameters: "{}" },
    licence: DEFENDER,
    lists: &["teams_protection"],
    fills: &["teams_protection.id", "teams_protection.purged_later"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-teamsprotectionpolicy",
    ..CMDLET
};

pub(crate) static CONNECTION_FILTERS: Source = Source {
    id: "microsoft365.connection_filters",
    title: "Servers whose mail is not looked at",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Name,IPAllowList,EnableSafeList",
    call: Call::Cmdlet { name: "Get-HostedConnectionFilterPolicy", parameters: "{}" },
    lists: &["connection_filters"],
    fills: &[
        "connection_filters.id",
        "connection_filters.name",
        "connection_filters.allowed_servers",
        "connection_filters.safe_list",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-hostedconnectionfilterpolicy",
    ..CMDLET
};

pub(crate) static REPORT_SUBMISSION: Source = Source {
    id: "microsoft365.report_submission",
    title: "Where reports of phishing go",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,EnableReportToMicrosoft,ReportPhishToCustomizedAddress,ReportPhishAddresses,EnableThirdPartyAddress",
    call: Call::Cmdlet { name: "Get-ReportSubmissionPolicy", parameters: "{}" },
    lists: &["report_submission"],
    fills: &[
        "report_submission.id",
        "report_submission.to_microsoft",
        "report_submission.phishing_to_own_mailbox",
        "report_submission.phishing_addresses",
        "report_submission.other_product",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-reportsubmissionpolicy",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FileProtectionWire {
    identity: Text,
    #[serde(default, rename = "EnableATPForSPOTeamsODB")]
    enabled: Field<bool>,
}

impl FileProtectionWire {
    pub(crate) fn row(self) -> FileProtection {
        FileProtection {
            scans_shared_files: self.enabled.needed(&FILE_PROTECTION),
            ..FileProtection::new(self.identity)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TeamsProtectionWire {
    name: Text,
    #[serde(default)]
    zap_enabled: Field<bool>,
}

impl TeamsProtectionWire {
    pub(crate) fn row(self) -> TeamsProtection {
        TeamsProtection { purged_later: self.zap_enabled.needed(&TEAMS_PROTECTION), ..TeamsProtection::new(self.name) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionFilterWire {
    name: Text,
    #[serde(default, rename = "IPAllowList")]
    ip_allow_list: Field<Entries>,
    #[serde(default)]
    enable_safe_list: Field<bool>,
}

impl ConnectionFilterWire {
    pub(crate) fn row(self) -> ConnectionFilter {
        ConnectionFilter {
            name: Cell::Known(self.name.clone()),
            allowed_servers: list(self.ip_allow_list, &CONNECTION_FILTERS),
            safe_list: self.enable_safe_list.needed(&CONNECTION_FILTERS),
            ..ConnectionFilter::new(self.name)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReportSubmissionWire {
    identity: Text,
    #[serde(default)]
    enable_report_to_microsoft: Field<bool>,
    #[serde(default)]
    report_phish_to_customized_address: Field<bool>,
    #[serde(default)]
    report_phish_addresses: Field<Entries>,
    #[serde(default)]
    enable_third_party_address: Field<bool>,
}

impl ReportSubmissionWire {
    pub(crate) fn row(self) -> ReportSubmission {
        let source = &REPORT_SUBMISSION;
        ReportSubmission {
            to_microsoft: self.enable_report_to_microsoft.needed(source),
            phishing_to_own_mailbox: self.report_phish_to_customized_address.needed(source),
            phishing_addresses: list(self.report_phish_addresses, source),
            other_product: self.enable_third_party_address.needed(source),
            ..ReportSubmission::new(self.identity)
        }
    }
}
