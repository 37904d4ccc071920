//! Sign-ins of the last days: only when each was, of which account, and from which network.

use serde::Deserialize;
use tenantscan_model::{Cell, Text, Time};
use tenantscan_people::{Network, SignIn};
use tenantscan_provider::{Call, Field, Source, unclear};

use crate::api::REPORTS;

pub(super) const SOURCES: &[&Source] = &[&SIGN_INS];

/// How many whole days are asked for, besides the day of the scan. A session at Google lasts 14 days where nobody set
/// another length, so that people sign in seldom: in this time each browser that is in use does so once.
/// Source: support.google.com/a/answer/7576830.
pub(crate) const DAYS: i64 = 14;

/// One list; the moment from which on stands in the place of `{id}`. The log does not name devices.
pub(crate) static SIGN_INS: Source = Source {
    id: "google-workspace.sign_ins",
    title: "Sign-ins of the last days",
    api: &REPORTS,
    path: "/admin/reports/v1/activity/users/all/applications/login?eventName=login_success&startTime={id}&maxResults=1000&fields=nextPageToken,items(id/time,actor(email,profileId),ipAddress)",
    call: Call::Pages("items"),
    permissions: &["https://www.googleapis.com/auth/admin.reports.audit.readonly"],
    licence: None,
    role: Some("Reports"),
    lists: &[],
    fills: &["users.places_at_once"],
    docs: "https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login",
};

/// What stands for an account that is not said. Source: Reports API, Activity, actor.profileId.
const PLACEHOLDER: &str = "105250506097979753968";

/// Source: Reports API, Activity.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInWire {
    #[serde(default)]
    id: Field<EntryId>,
    #[serde(default)]
    actor: Actor,
    #[serde(default)]
    ip_address: Field<Text>,
}

#[derive(Debug, Deserialize)]
struct EntryId {
    #[serde(default)]
    time: Field<Time>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Actor {
    email: Option<Text>,
    profile_id: Option<Text>,
}

impl SignInWire {
    /// The sign-in; the account is named by its id, or else by its address.
    pub(crate) fn sign_in(self) -> SignIn {
        let source = &SIGN_INS;
        let Actor { email, profile_id } = self.actor;
        let id = profile_id.filter(|id| !id.is_empty() && *id != PLACEHOLDER);
        let account = id.or_else(|| email.filter(|email| !email.is_empty()));
        SignIn {
            account: account.ok_or_else(|| unclear(source)).into(),
            at: self.id.then(|id| id.time).needed(source),
            network: self.ip_address.value().and_then(|it| Network::of(it)).ok_or_else(|| unclear(source)).into(),
            device: Cell::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(text: &str) -> SignIn {
        serde_json::from_str::<SignInWire>(text).expect("as Google writes it").sign_in()
    }

    #[test]
    fn an_account_is_named_by_its_id_or_else_by_its_address() {
        let cases = [
            (r#""profileId":"1","email":"ana@x.example""#, Some("1")),
            (r#""profileId":"105250506097979753968","email":"ana@x.example""#, Some("ana@x.example")),
            (r#""email":"ana@x.example""#, Some("ana@x.example")),
            (r#""profileId":"105250506097979753968""#, None),
            (r#""profileId":"","email":"""#, None),
            ("", None),
        ];
        for (actor, expected) in cases {
            let found = sign_in(&format!(
                r#"{{"id":{{"time":"2026-11-18T08:00:00.000Z"}},"actor":{{{actor}}},"ipAddress":"2001:db8::1"}}"#
            ));
            assert_eq!(found.account.known().map(Text::as_str), expected, "{actor}");
            assert!(found.at.known().is_some() && found.network.known().is_some(), "{actor}");
        }
    }

    #[test]
    fn what_the_log_does_not_say_is_unknown() {
        let found = sign_in("{}");
        assert!(found.account.gap().is_some() && found.at.gap().is_some() && found.network.gap().is_some());
        assert!(sign_in(r#"{"id":{},"ipAddress":"a phone"}"#).network.gap().is_some());
        assert!(found.device.gap().is_some(), "devices are not in this log");
    }
}
