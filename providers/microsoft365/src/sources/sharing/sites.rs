//! Sites and their links, from the vendor's usage report: counts, and no right to any content.

use std::collections::BTreeSet;

use serde::Deserialize;
use tenantscan_model::rows::SharepointSite;
use tenantscan_model::{Cause, Gap, Table, Text};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::Field;

pub(crate) static SHAREPOINT_SITES: Source = Source {
    id: "microsoft365.sharepoint_sites",
    title: "SharePoint sites and how many links they have",
    api: &GRAPH,
    path: "/beta/reports/getSharePointSiteUsageDetail(period='D30')?$format=application/json&$top=200",
    call: Call::Get,
    permissions: &["Reports.Read.All"],
    licence: None,
    role: None,
    lists: &["sharepoint_sites"],
    fills: &[
        "sharepoint_sites.id",
        "sharepoint_sites.name",
        "sharepoint_sites.deleted",
        "sharepoint_sites.external_sharing",
        "sharepoint_sites.anonymous_links",
        "sharepoint_sites.organization_links",
        "sharepoint_sites.guest_links",
    ],
    docs: "https://learn.microsoft.com/graph/api/reportroot-getsharepointsiteusagedetail",
};

/// Only asked to tell why names in a report cannot be read.
pub(crate) static REPORT_SETTINGS: Source = Source {
    id: "microsoft365.report_settings",
    title: "Whether reports show names",
    api: &GRAPH,
    path: "/v1.0/admin/reportSettings",
    call: Call::Get,
    permissions: &["ReportSettings.Read.All"],
    licence: None,
    role: None,
    lists: &[],
    fills: &["sharepoint_sites.name"],
    docs: "https://learn.microsoft.com/graph/api/adminreportsettings-get",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportSettingsWire {
    #[serde(default)]
    display_concealed_names: Field<bool>,
}

impl ReportSettingsWire {
    /// Whether the vendor says that names are hidden.
    pub(crate) fn concealed(&self) -> bool {
        self.display_concealed_names.value() == Some(&true)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SiteWire {
    site_id: Field<Text>,
    site_url: Field<Text>,
    is_deleted: Field<bool>,
    external_sharing: Field<bool>,
    anonymous_link_count: Field<i64>,
    company_link_count: Field<i64>,
    secure_link_for_guest_count: Field<i64>,
}

/// What a hidden id consists of.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The sites of a report. A tenant has one site at least: a report without any is not ready yet.
pub(crate) fn table(wires: Vec<SiteWire>, concealed: bool) -> Table<SharepointSite> {
    if wires.is_empty() {
        return Table::unread(Gap::new(Cause::Unavailable, SHAREPOINT_SITES.id));
    }
    let mut taken = BTreeSet::new();
    let rows = wires.into_iter().enumerate().map(|(index, wire)| {
        let own = wire.site_id.value().filter(|id| !id.is_empty() && *id != NO_ID).cloned();
        let id = own.filter(|id| taken.insert(id.clone())).unwrap_or_else(|| format!("site {}", index + 1).into());
        wire.row(id, concealed)
    });
    Table::complete(rows.collect())
}

impl SiteWire {
    fn row(self, id: Text, concealed: bool) -> SharepointSite {
        let source = &SHAREPOINT_SITES;
        // A hidden address is empty or a hash; now and then the vendor leaves it out without hiding names.
        let hidden = if concealed {
            Gap::new(Cause::NamesConcealed, REPORT_SETTINGS.id)
        } else {
            Gap::new(Cause::Unavailable, SHAREPOINT_SITES.id)
        };
        let address = self.site_url.value().filter(|url| url.starts_with("https://")).cloned();
        SharepointSite {
            name: address.ok_or(hidden).into(),
            deleted: self.is_deleted.needed(source),
            external_sharing: self.external_sharing.needed(source),
            anonymous_links: self.anonymous_link_count.needed(source),
            organization_links: self.company_link_count.needed(source),
            guest_links: self.secure_link_for_guest_count.needed(source),
            ..SharepointSite::new(id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(id: &str, url: &str) -> SiteWire {
        serde_json::from_value(serde_json::json!({ "siteId": id, "siteUrl": url, "anonymousLinkCount": 2 }))
            .expect("a site")
    }

    #[test]
    fn hidden_names_are_unknown_for_that_reason_and_counts_stay() {
        let cases = [
            ("https://cedar.sharepoint.com/sites/a", true, None),
            ("7F2A", true, Some(Cause::NamesConcealed)),
            ("", true, Some(Cause::NamesConcealed)),
            ("", false, Some(Cause::Unavailable)),
        ];
        for (url, concealed, cause) in cases {
            let rows = table(vec![wire("a", url)], concealed).rows;
            assert_eq!(rows[0].name.gap().map(Gap::cause), cause, "{url} {concealed}");
            assert_eq!(rows[0].anonymous_links.known(), Some(&2));
            assert_eq!(rows[0].organization_links.known(), None, "what is left out is not zero");
        }
    }

    #[test]
    fn sites_without_ids_are_told_apart() {
        let rows = table(vec![wire(NO_ID, ""), wire("a", ""), wire("a", ""), wire("", "")], true).rows;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["a", "site 1", "site 3", "site 4"]);
    }

    #[test]
    fn a_report_without_sites_is_not_a_tenant_without_sites() {
        assert_eq!(table(Vec::new(), false).gap().map(Gap::cause), Some(Cause::Unavailable));
    }
}
