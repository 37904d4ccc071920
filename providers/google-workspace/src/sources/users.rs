//! Accounts.

use serde::Deserialize;
use tenantscan_model::rows::User;
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::DIRECTORY;

pub(crate) static USERS: Source = Source {
    id: "google-workspace.users",
    title: "Accounts",
    api: &DIRECTORY,
    path: "/admin/directory/v1/users?customer=my_customer&maxResults=500&projection=basic&fields=nextPageToken,users(id,primaryEmail,name/fullName,isAdmin,isDelegatedAdmin,isEnrolledIn2Sv,isEnforcedIn2Sv,suspended,archived,lastLoginTime,creationTime,orgUnitPath,isMailboxSetup,isGuestUser)",
    call: Call::Pages("users"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.user.readonly"],
    licence: None,
    role: Some("Users > Read"),
    lists: &["users", "mailboxes"],
    fills: &[
        "users.id",
        "users.name",
        "users.principal_name",
        "users.enabled",
        "users.created",
        "users.last_sign_in",
        "users.ever_signed_in",
        "users.has_mailbox",
        "users.mfa_registered",
        "users.mfa_enforced_reported",
        "users.is_delegated_admin",
        "users.user_type",
        "users.is_global_admin",
        "users.org_unit",
        "mailboxes.id",
        "mailboxes.address",
        "mailboxes.name",
        "mailboxes.recipient_type",
        "mailboxes.sign_in_enabled",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list",
};

/// Source: Directory API, User. What is false is left out of an answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWire {
    pub(crate) id: Text,
    pub(crate) primary_email: Option<Text>,
    name: Option<Name>,
    #[serde(default)]
    suspended: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    is_admin: bool,
    #[serde(default)]
    is_delegated_admin: bool,
    #[serde(default)]
    is_guest_user: bool,
    #[serde(default)]
    is_enrolled_in_2_sv: bool,
    #[serde(default)]
    is_enforced_in_2_sv: bool,
    last_login_time: Option<Time>,
    creation_time: Option<Time>,
    org_unit_path: Option<Text>,
    #[serde(default)]
    is_mailbox_setup: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    full_name: Option<Text>,
}

impl UserWire {
    pub(crate) fn row(self) -> User {
        let gap = || unclear(&USERS);
        let mut row = User::new(self.id);
        row.name = self.name.and_then(|name| name.full_name).ok_or_else(gap).into();
        row.principal_name = self.primary_email.ok_or_else(gap).into();
        row.enabled = Cell::Known(!self.suspended && !self.archived);
        row.created = Cell::Known(self.creation_time);
        // Google writes 1970 for never.
        let last = self.last_login_time.filter(|time| *time != Time::UNIX_EPOCH);
        row.ever_signed_in = self.last_login_time.map(|_| last.is_some()).ok_or_else(gap).into();
        row.last_sign_in = self.last_login_time.map(|_| last).ok_or_else(gap).into();
        row.has_mailbox = Cell::Known(self.is_mailbox_setup);
        row.mfa_registered = Cell::Known(self.is_enrolled_in_2_sv);
        row.mfa_enforced_reported = Cell::Known(self.is_enforced_in_2_sv);
        row.user_type = Cell::Known(Some(if self.is_guest_user { "Guest" } else { "Member" }.into()));
        row.is_global_admin = Cell::Known(self.is_admin);
        row.is_delegated_admin = Cell::Known(self.is_delegated_admin);
        row.org_unit = Cell::Known(self.org_unit_path);
        row
    }
}
