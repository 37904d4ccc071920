//! Groups and their members.

use serde::Deserialize;
use tenantscan_model::rows::Group;
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::DIRECTORY;

pub(crate) static GROUPS: Source = Source {
    id: "google-workspace.groups",
    title: "Groups",
    api: &DIRECTORY,
    path: "/admin/directory/v1/groups?customer=my_customer&maxResults=200&fields=nextPageToken,groups(id,email,name)",
    call: Call::Pages("groups"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.group.readonly"],
    licence: None,
    role: Some("Groups > Read"),
    lists: &["groups", "group_settings"],
    fills: &[
        "groups.id",
        "groups.name",
        "groups.mail",
        "group_settings.id",
        "group_settings.name",
        "group_settings.mail",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/groups/list",
};

/// Members of one group, those of the groups inside it too.
pub(crate) static MEMBERS: Source = Source {
    id: "google-workspace.group_members",
    title: "Members of groups",
    api: &DIRECTORY,
    path: "/admin/directory/v1/groups/{id}/members?maxResults=200&includeDerivedMembership=true&fields=nextPageToken,members(id,email,role,type,status)",
    call: Call::Pages("members"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.group.member.readonly"],
    licence: None,
    role: Some("Groups > Read"),
    lists: &[],
    fills: &["group members", "groups.members", "groups.external_members"],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/members/list",
};

/// Source: Directory API, Member. `CUSTOMER` is everybody in the organisation, and has no address.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MemberWire {
    pub(crate) id: Option<Text>,
    pub(crate) email: Option<Text>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text>,
}

/// Source: Directory API, Group.
#[derive(Debug, Deserialize)]
pub(crate) struct GroupWire {
    id: Text,
    email: Option<Text>,
    name: Option<Text>,
}

impl GroupWire {
    pub(crate) fn row(self) -> Group {
        let gap = || unclear(&GROUPS);
        let mut row = Group::new(self.id);
        row.name = self.name.filter(|name| !name.is_empty()).or_else(|| self.email.clone()).ok_or_else(gap).into();
        row.mail = Cell::Known(self.email);
        row
    }
}
