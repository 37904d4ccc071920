//! What each account has let in or set up for its own security: apps, app passwords, security keys, ways back in.

use serde::Deserialize;
use tenantscan_model::rows::AppPassword;
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::{DIRECTORY, REPORTS};

const USER_SECURITY: &[&str] = &["https://www.googleapis.com/auth/admin.directory.user.security"];

/// Apps that one account has let in. Google has no list of all accounts' apps that says what each may do.
pub(crate) static TOKENS: Source = Source {
    id: "google-workspace.tokens",
    title: "Apps that people let in",
    api: &DIRECTORY,
    path: "/admin/directory/v1/users/{id}/tokens?fields=items(clientId,displayText,scopes)",
    call: Call::Pages("items"),
    permissions: USER_SECURITY,
    licence: None,
    role: Some("Security > User security management"),
    lists: &["apps", "app_grants"],
    fills: &[
        "apps.id",
        "apps.name",
        "apps.app_id",
        "apps.is_vendor_app",
        "apps.enabled",
        "apps.created",
        "app_grants.id",
        "app_grants.app",
        "app_grants.app_name",
        "app_grants.kind",
        "app_grants.resource",
        "app_grants.permissions",
        "app_grants.person",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/tokens/list",
};

/// App passwords of one account. Google has no list of all accounts' app passwords.
pub(crate) static APP_PASSWORDS: Source = Source {
    id: "google-workspace.app_passwords",
    title: "App passwords",
    api: &DIRECTORY,
    path: "/admin/directory/v1/users/{id}/asps?fields=items(codeId,name,creationTime,lastTimeUsed)",
    call: Call::Pages("items"),
    permissions: USER_SECURITY,
    licence: None,
    role: Some("Security > User security management"),
    lists: &["app_passwords"],
    fills: &[
        "app_passwords.id",
        "app_passwords.name",
        "app_passwords.person",
        "app_passwords.person_name",
        "app_passwords.person_enabled",
        "app_passwords.created",
        "app_passwords.last_used",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/asps/list",
};

/// When one app was last seen: the newest event of its tokens, in the last 180 days.
pub(crate) static APP_USE: Source = Source {
    id: "google-workspace.app_use",
    title: "When apps were last used",
    api: &REPORTS,
    path: "/admin/reports/v1/activity/users/all/applications/token?eventName=activity&filters=client_id=={id}&maxResults=1&fields=items(id(time))",
    call: Call::Pages("items"),
    permissions: &["https://www.googleapis.com/auth/admin.reports.audit.readonly"],
    licence: None,
    role: Some("Reports"),
    lists: &[],
    fills: &["apps.last_used"],
    docs: "https://developers.google.com/workspace/admin/reports/v1/appendix/activity/token",
};

/// Security keys, passkeys, and the last sign-in by another service, of every account; the day stands in the place of
/// `{id}`.
pub(crate) static ACCOUNT_USAGE: Source = Source {
    id: "google-workspace.account_usage",
    title: "Security keys and passkeys of people",
    api: &REPORTS,
    path: "/admin/reports/v1/usage/users/all/dates/{id}?parameters=accounts:num_security_keys,accounts:num_passkeys_enrolled,accounts:timestamp_last_sso&maxResults=1000&fields=nextPageToken,usageReports(entity(profileId),parameters(name,intValue,datetimeValue))",
    call: Call::Pages("usageReports"),
    permissions: &["https://www.googleapis.com/auth/admin.reports.usage.readonly"],
    licence: None,
    role: Some("Reports"),
    lists: &[],
    fills: &["users.security_keys", "users.passkeys", "users.last_sso_sign_in"],
    docs: "https://developers.google.com/workspace/admin/reports/v1/appendix/usage/user/accounts",
};

/// Ways back in of super administrators alone: that there is a number or an address is all that is kept of them.
pub(crate) static RECOVERY: Source = Source {
    id: "google-workspace.recovery",
    title: "Ways back in for super administrators",
    api: &DIRECTORY,
    path: "/admin/directory/v1/users?customer=my_customer&maxResults=500&projection=basic&query=isAdmin=true&fields=nextPageToken,users(id,recoveryEmail,recoveryPhone)",
    call: Call::Pages("users"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.user.readonly"],
    licence: None,
    role: Some("Users > Read"),
    lists: &[],
    fills: &["users.recovery_phone_set", "users.recovery_mail_set"],
    docs: "https://developers.google.com/workspace/admin/directory/v1/guides/search-users",
};

/// Source: Directory API, Token.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenWire {
    pub(crate) client_id: Text,
    pub(crate) display_text: Option<Text>,
    pub(crate) scopes: Option<Vec<Text>>,
}

/// Source: Directory API, Asp. Times are milliseconds of Unix time, as text; 0 is never.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppPasswordWire {
    code_id: i64,
    name: Option<Text>,
    creation_time: Option<Text>,
    last_time_used: Option<Text>,
}

impl AppPasswordWire {
    pub(crate) fn row(self, person: &Text) -> AppPassword {
        let gap = || unclear(&APP_PASSWORDS);
        let mut row = AppPassword::new(format!("{person}/{}", self.code_id));
        row.name = self.name.ok_or_else(gap).into();
        row.person = Cell::Known(person.clone());
        row.created = millis(self.creation_time.as_deref()).ok_or_else(gap).into();
        row.last_used = millis(self.last_time_used.as_deref().or(Some("0"))).ok_or_else(gap).into();
        row
    }
}

/// A time; nothing for 0, and no answer for what is no time.
fn millis(text: Option<&str>) -> Option<Option<Time>> {
    let millis: i64 = text?.parse().ok()?;
    if millis == 0 { Some(None) } else { Time::from_millisecond(millis).ok().map(Some) }
}

/// Source: Reports API, Activity.
#[derive(Debug, Deserialize)]
pub(crate) struct EventWire {
    pub(crate) id: EventId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EventId {
    pub(crate) time: Time,
}

/// Source: Reports API, UsageReport.
#[derive(Debug, Deserialize)]
pub(crate) struct UsageWire {
    entity: EntityWire,
    #[serde(default)]
    parameters: Vec<ParameterWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntityWire {
    profile_id: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParameterWire {
    name: Text,
    int_value: Option<Text>,
    datetime_value: Option<Time>,
}

/// What the report says of one account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Usage {
    /// None where it was left out or is no number.
    pub(crate) security_keys: Option<i64>,
    /// The same of passkeys.
    pub(crate) passkeys: Option<i64>,
    /// The last sign-in by another service; none where there was none, as far as the report goes.
    pub(crate) last_sso: Option<Time>,
}

impl UsageWire {
    /// The account's id, and what is said of it.
    pub(crate) fn of(self) -> Option<(Text, Usage)> {
        let mut usage = Usage { security_keys: None, passkeys: None, last_sso: None };
        for parameter in self.parameters {
            match parameter.name.as_str() {
                "accounts:num_security_keys" => usage.security_keys = number(parameter.int_value),
                "accounts:num_passkeys_enrolled" => usage.passkeys = number(parameter.int_value),
                "accounts:timestamp_last_sso" => {
                    usage.last_sso = parameter.datetime_value.filter(|time| *time > Time::UNIX_EPOCH);
                }
                _ => {}
            }
        }
        Some((self.entity.profile_id?, usage))
    }
}

/// A whole number, which comes as text.
fn number(text: Option<Text>) -> Option<i64> {
    text?.parse().ok()
}

/// Source: Directory API, User. An address or a number is dropped as soon as it is seen.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryWire {
    pub(crate) id: Text,
    #[serde(default, deserialize_with = "is_set")]
    pub(crate) recovery_email: bool,
    #[serde(default, deserialize_with = "is_set")]
    pub(crate) recovery_phone: bool,
}

fn is_set<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(!String::deserialize(deserializer)?.is_empty())
}

#[cfg(test)]
mod tests {
    //! Cases: answers as Google writes them, and what is kept of them.

    use super::*;

    #[test]
    fn times_of_app_passwords_are_milliseconds_and_zero_is_never() {
        let text = r#"{"codeId":7,"name":"Old mail program","creationTime":"1700000000000","lastTimeUsed":"0"}"#;
        let row = serde_json::from_str::<AppPasswordWire>(text).expect("as Google writes it").row(&"u1".into());
        assert_eq!(row.id, "u1/7");
        assert_eq!(row.created, Cell::Known(Some("2023-11-14T22:13:20Z".parse().expect("a time"))));
        assert_eq!(row.last_used, Cell::Known(None));
        let text = r#"{"codeId":7,"name":"x","creationTime":"soon"}"#;
        let row = serde_json::from_str::<AppPasswordWire>(text).expect("as Google writes it").row(&"u1".into());
        assert!(row.created.gap().is_some() && row.last_used == Cell::Known(None));
    }

    #[test]
    fn of_a_way_back_in_it_is_kept_only_that_there_is_one() {
        let text = r#"{"id":"1","recoveryEmail":"owner@home.example"}"#;
        let wire: RecoveryWire = serde_json::from_str(text).expect("as Google writes it");
        assert!(wire.recovery_email && !wire.recovery_phone);
        assert!(!format!("{wire:?}").contains("home.example"));
    }

    #[test]
    fn the_usage_report_counts_keys_and_passkeys() {
        let text = r#"{"entity":{"profileId":"1"},"parameters":[{"name":"accounts:num_security_keys","intValue":"2"},{"name":"accounts:num_passkeys_enrolled","intValue":"1"},{"name":"accounts:timestamp_last_sso","datetimeValue":"1970-01-01T00:00:00.000Z"}]}"#;
        let wire: UsageWire = serde_json::from_str(text).expect("as Google writes it");
        assert_eq!(wire.of(), Some(("1".into(), Usage { security_keys: Some(2), passkeys: Some(1), last_sso: None })));
        let text = r#"{"entity":{},"parameters":[]}"#;
        assert_eq!(serde_json::from_str::<UsageWire>(text).expect("as Google writes it").of(), None);
    }
}
