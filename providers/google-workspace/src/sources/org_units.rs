//! Organisational units: the tree by which settings are handed down.

use serde::Deserialize;
use tenantscan_model::rows::OrgUnit;
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use crate::api::DIRECTORY;

pub(crate) static ORG_UNITS: Source = Source {
    id: "google-workspace.org_units",
    title: "Organisational units",
    api: &DIRECTORY,
    path: "/admin/directory/v1/customer/my_customer/orgunits?type=allIncludingParent&fields=organizationUnits(orgUnitId,orgUnitPath,parentOrgUnitId,name)",
    call: Call::Pages("organizationUnits"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.orgunit.readonly"],
    licence: None,
    role: Some("Organizational Units > Read"),
    lists: &["org_units"],
    fills: &["org_units.id", "org_units.name", "org_units.path", "org_units.parent"],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/orgunits/list",
};

/// Source: Directory API, OrgUnit. `id:` before an id is left out, so that it joins with policies.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrgUnitWire {
    org_unit_id: Text,
    org_unit_path: Text,
    parent_org_unit_id: Option<Text>,
    #[serde(default)]
    name: Text,
}

impl OrgUnitWire {
    pub(crate) fn row(self) -> OrgUnit {
        let mut row = OrgUnit::new(bare(&self.org_unit_id));
        row.name = Cell::Known(self.name);
        row.path = Cell::Known(self.org_unit_path);
        row.parent = Cell::Known(self.parent_org_unit_id.as_ref().map(|id| bare(id)));
        row
    }
}

fn bare(id: &str) -> Text {
    id.strip_prefix("id:").unwrap_or(id).into()
}
