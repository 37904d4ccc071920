//! Logs: that there are any, what administrators changed, sign-ins that look odd, and files that were opened to others.
//!
//! Entries are asked for by the name of the event: what else a log holds, titles of files above all, does not come along.
//! Not asked are: each time somebody let an app in or threw it out (which apps are in now is read of each account), hits of
//! rules that look for data (they name files and messages), what people changed of their own second step (it is read as it
//! stands) and sign-ins to other companies' services: no policy needs more of them than is read elsewhere.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::Deserialize;
use tenantscan_model::rows::{AuditLog, ChangeKind, ConfigurationChange, RiskLevel, RiskyAccount, User};
use tenantscan_model::{Cell, Gap, Table, Text, Time};
use tenantscan_provider::{Call, Source, lies_ahead, unclear};

use crate::api::REPORTS;

pub(super) const SOURCES: &[&Source] = &[
    &ADMIN_LOG,
    &SIGN_IN_LOG,
    &ADMIN_CHANGES,
    &SIGN_IN_WARNINGS,
    &OPENED_BY_LINK,
    &OPENED_TO_WEB,
    &OPEN_FILES,
    &LOG_EXPORT,
];

/// What all logs have in common.
const LOG: Source = Source {
    id: "",
    title: "",
    api: &REPORTS,
    path: "",
    call: Call::Pages("items"),
    permissions: &["https://www.googleapis.com/auth/admin.reports.audit.readonly"],
    licence: None,
    role: Some("Reports"),
    lists: &[],
    fills: &[],
    docs: "https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list",
};

/// The latest entry: the proof that the log is kept.
pub(crate) static ADMIN_LOG: Source = Source {
    id: "google-workspace.admin_log",
    title: "The log of administrators",
    path: "/admin/reports/v1/activity/users/all/applications/admin?maxResults=1&fields=items(id/time)",
    call: Call::Get,
    lists: &["audit_log"],
    fills: &["audit_log.id", "audit_log.enabled"],
    ..LOG
};

pub(crate) static SIGN_IN_LOG: Source = Source {
    id: "google-workspace.sign_in_log",
    title: "The log of sign-ins",
    path: "/admin/reports/v1/activity/users/all/applications/login?maxResults=1&fields=items(id/time)",
    call: Call::Get,
    lists: &["audit_log"],
    fills: &["audit_log.enabled"],
    ..LOG
};

/// Asked once for each name in [`CHANGES`]; Google keeps about 180 days.
pub(crate) static ADMIN_CHANGES: Source = Source {
    id: "google-workspace.admin_changes",
    title: "Changes to the configuration lately",
    path: "/admin/reports/v1/activity/users/all/applications/admin?eventName={id}&maxResults=1000&fields=nextPageToken,items(id(time,uniqueQualifier),actor(email,key),events(name,parameters(name,value)))",
    lists: &["configuration_changes"],
    fills: &[
        "configuration_changes.id",
        "configuration_changes.at",
        "configuration_changes.activity",
        "configuration_changes.kind",
        "configuration_changes.changed_by",
        "configuration_changes.by_app",
        "configuration_changes.target",
        "configuration_changes.target_id",
        "configuration_changes.role",
        "configuration_changes.role_ids",
        "configuration_changes.before",
        "configuration_changes.after",
        "configuration_changes.details",
    ],
    ..LOG
};

/// Asked once for each name in [`WARNINGS`].
pub(crate) static SIGN_IN_WARNINGS: Source = Source {
    id: "google-workspace.sign_in_warnings",
    title: "Sign-ins that look odd",
    path: "/admin/reports/v1/activity/users/all/applications/login?eventName={id}&maxResults=1000&fields=nextPageToken,items(id/time,actor(email,profileId),events(name,parameters(name,value)))",
    lists: &["risky_accounts"],
    fills: &["risky_accounts.id", "risky_accounts.name", "risky_accounts.level", "risky_accounts.updated"],
    ..LOG
};

/// Only that it happened: neither whose file nor what it is called.
pub(crate) static OPENED_BY_LINK: Source = Source {
    id: "google-workspace.files_opened_by_link",
    title: "Files that were opened for anybody with the link",
    path: "/admin/reports/v1/activity/users/all/applications/drive?eventName=change_document_visibility&filters=visibility==people_with_link&maxResults=1000&fields=nextPageToken,items(id/time)",
    lists: &["drive_exposure"],
    fills: &["drive_exposure.id", "drive_exposure.opened_by_link"],
    ..LOG
};

pub(crate) static OPENED_TO_WEB: Source = Source {
    id: "google-workspace.files_opened_to_web",
    title: "Files that were opened to the web",
    path: "/admin/reports/v1/activity/users/all/applications/drive?eventName=change_document_visibility&filters=visibility==public_on_the_web&maxResults=1000&fields=nextPageToken,items(id/time)",
    fills: &["drive_exposure.opened_to_web"],
    ..LOG
};

/// Which files are open, and what shared drives allow: only permissions that read every file (`drive.readonly`) show it.
pub(crate) static OPEN_FILES: Source = Source {
    id: "google-workspace.open_files",
    title: "Files that are open to others",
    path: "",
    call: Call::Withheld {
        portal: "Admin console > Security > Security center > Dashboard > File exposure; in plans without it: Reporting > \
                 Audit and investigation > Drive log events > Visibility; for shared drives: Apps > Google Workspace > Drive \
                 and Docs > Manage shared drives",
    },
    permissions: &[],
    role: None,
    fills: &["drive_exposure.open_now"],
    docs: "https://support.google.com/a/answer/7584076",
    ..LOG
};

pub(crate) static LOG_EXPORT: Source = Source {
    id: "google-workspace.log_export",
    title: "Whether logs are copied to a place that keeps them",
    path: "",
    call: Call::NoApi {
        portal: "Admin console > Reporting > Data integrations > BigQuery export, and Account > Account settings > Legal and \
                 compliance > Sharing options > Google Cloud Platform Sharing Options; or where else the practice keeps logs",
    },
    permissions: &[],
    role: None,
    lists: &["log_keeping"],
    fills: &["log_keeping.id", "log_keeping.days", "log_keeping.exported"],
    docs: "https://support.google.com/a/answer/7061566",
    ..LOG
};

/// Events of the administrators' log that change who may do what, and what each is about.
/// Source: developers.google.com/workspace/admin/reports/v1/appendix/activity/admin-event-names.
pub(crate) const CHANGES: [(&str, ChangeKind); 30] = [
    ("ASSIGN_ROLE", ChangeKind::RoleAdded),
    ("GRANT_ADMIN_PRIVILEGE", ChangeKind::RoleAdded),
    ("GRANT_DELEGATED_ADMIN_PRIVILEGES", ChangeKind::RoleAdded),
    ("UNASSIGN_ROLE", ChangeKind::RoleRemoved),
    ("REVOKE_ADMIN_PRIVILEGE", ChangeKind::RoleRemoved),
    ("ADD_PRIVILEGE", ChangeKind::RoleSettings),
    ("UPDATE_ROLE", ChangeKind::RoleSettings),
    ("AUTHORIZE_API_CLIENT_ACCESS", ChangeKind::AppConsent),
    ("ADD_APPLICATION", ChangeKind::AppConsent),
    ("ADD_TO_TRUSTED_OAUTH2_APPS", ChangeKind::AppConsent),
    ("UNBLOCK_ALL_THIRD_PARTY_API_ACCESS", ChangeKind::AppConsent),
    ("ENFORCE_STRONG_AUTHENTICATION", ChangeKind::AuthenticationMethods),
    ("ALLOW_STRONG_AUTHENTICATION", ChangeKind::AuthenticationMethods),
    ("CHANGE_ALLOWED_TWO_STEP_VERIFICATION_METHODS", ChangeKind::AuthenticationMethods),
    ("TURN_OFF_2_STEP_VERIFICATION", ChangeKind::AuthenticationMethods),
    ("UNENROLL_USER_FROM_STRONG_AUTH", ChangeKind::AuthenticationMethods),
    ("WEAK_PROGRAMMATIC_LOGIN_SETTINGS_CHANGED", ChangeKind::AuthenticationMethods),
    ("CHANGE_SSO_SETTINGS", ChangeKind::Federation),
    ("TOGGLE_SSO_ENABLED", ChangeKind::Federation),
    ("TOGGLE_CAA_ENABLEMENT", ChangeKind::ConditionalAccess),
    ("CHANGE_CAA_APP_ASSIGNMENTS", ChangeKind::ConditionalAccess),
    ("ADD_TRUSTED_DOMAINS", ChangeKind::Domain),
    ("ADD_SECONDARY_DOMAIN", ChangeKind::Domain),
    ("CHANGE_RESELLER_ACCESS", ChangeKind::Partner),
    ("CREATE_APPLICATION_SETTING", ChangeKind::AppSettings),
    ("CHANGE_APPLICATION_SETTING", ChangeKind::AppSettings),
    ("DELETE_APPLICATION_SETTING", ChangeKind::AppSettings),
    ("SYSTEM_DEFINED_RULE_UPDATED", ChangeKind::Alerts),
    ("ALERT_STATUS_CHANGED", ChangeKind::Alerts),
    ("ALERT_RECEIVERS_CHANGED", ChangeKind::Alerts),
];

/// Events of the log of sign-ins that say that somebody else may use an account, and how sure they are of it.
/// Source: developers.google.com/workspace/admin/reports/v1/appendix/activity/login.
pub(crate) const WARNINGS: [(&str, RiskLevel); 6] = [
    ("suspicious_login", RiskLevel::Medium),
    ("suspicious_login_less_secure_app", RiskLevel::Medium),
    ("suspicious_programmatic_login", RiskLevel::Medium),
    ("account_disabled_password_leak", RiskLevel::High),
    ("account_disabled_hijacked", RiskLevel::High),
    ("gov_attack_warning", RiskLevel::High),
];

/// One page of a log, of which no more than one entry is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Latest {
    items: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: EntryId,
}

#[derive(Debug, Deserialize)]
struct EntryId {
    time: Time,
}

/// How much later than the newest entry of the log of sign-ins an account may have signed in: entries come late, but not
/// that late. Source: support.google.com/a/answer/7061566.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An empty log proves nothing: there is no customer in which nobody ever signed in or changed anything. A log of sign-ins
/// that ends before accounts signed in is not kept, or not whole. Administrators may have changed nothing for long.
pub(crate) fn audit_log(
    admin: Result<Latest, Gap>,
    sign_ins: Result<Latest, Gap>,
    users: &Table<User>,
    now: Time,
) -> AuditLog {
    let newest = |read: Result<Latest, Gap>, source: &'static Source| {
        let newest = |latest: Latest| latest.items.iter().map(|entry| entry.id.time).max();
        read.and_then(|latest| newest(latest).filter(|time| !lies_ahead(*time, now)).ok_or_else(|| unclear(source)))
    };
    let both = newest(admin, &ADMIN_LOG).and_then(|_| newest(sign_ins, &SIGN_IN_LOG));
    let holds =
        both.and_then(|newest| if goes_on(newest, users, now)? { Ok(true) } else { Err(unclear(&SIGN_IN_LOG)) });
    AuditLog { enabled: holds.into(), ..AuditLog::new("Reports API") }
}

/// Whether no account has signed in since a log's newest entry, but for what may come late.
fn goes_on(newest: Time, users: &Table<User>, now: Time) -> Result<bool, Gap> {
    let until = newest.checked_add(LATE).unwrap_or(Time::MAX);
    if until >= now {
        return Ok(true);
    }
    let mut open = users.gap();
    for user in &users.rows {
        match user.last_sign_in.read() {
            Ok(Some(time)) if *time > until => return Ok(false),
            Ok(_) => {}
            Err(gap) => open = open.or(Some(gap)),
        }
    }
    open.map_or(Ok(true), |gap| Err(gap.clone()))
}

/// Source: Reports API, Activity.
#[derive(Debug, Deserialize)]
pub(crate) struct ActivityWire {
    id: ActivityId,
    #[serde(default)]
    actor: Actor,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActivityId {
    time: Time,
    unique_qualifier: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Actor {
    email: Option<Text>,
    /// In place of an address, where it was no person: a name of Google's own.
    key: Option<Text>,
    profile_id: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct Event {
    name: Text,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Debug, Deserialize)]
struct Parameter {
    name: Text,
    value: Option<Text>,
}

impl Event {
    fn value(&self, name: &str) -> Option<&Text> {
        let found = self.parameters.iter().find(|it| it.name == name);
        found.and_then(|it| it.value.as_ref()).filter(|value| !value.is_empty())
    }

    /// The first of several that has a value.
    fn first(&self, names: &[&str]) -> Option<&Text> {
        names.iter().find_map(|name| self.value(name))
    }
}

/// A value as far as it is a word: what people wrote themselves is not kept.
fn word(value: Option<&Text>) -> Option<Text> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    value.filter(|value| value.len() <= 40 && value.chars().all(plain)).cloned()
}

/// What an event is about, the closest first.
const TARGETS: [&str; 9] = [
    "USER_EMAIL",
    "GROUP_EMAIL",
    "API_CLIENT_NAME",
    "OAUTH2_APP_NAME",
    "SYSTEM_DEFINED_RULE_NAME",
    "ALERT_NAME",
    "SETTING_NAME",
    "DOMAIN_NAME",
    "APPLICATION_NAME",
];

impl ActivityWire {
    /// The changes that an entry holds.
    pub(crate) fn changes(self) -> Vec<ConfigurationChange> {
        let Self { id, actor, events } = self;
        let known = |event: &Event| CHANGES.iter().find(|(name, _)| *event.name == **name).map(|(_, kind)| *kind);
        let rows = events.iter().enumerate().filter_map(|(number, event)| Some((number, event, known(event)?)));
        rows.map(|(number, event, kind)| {
            let unique = id.unique_qualifier.as_deref().unwrap_or_default();
            let role = event.value("ROLE_NAME").cloned();
            let role = role.or_else(|| (*event.name == *"GRANT_ADMIN_PRIVILEGE").then(|| "Super Admin".into()));
            let (before, after) = (word(event.value("OLD_VALUE")), word(event.value("NEW_VALUE")));
            let target = event.first(&TARGETS).cloned().unwrap_or_else(|| event.name.clone());
            let app = event.value("APPLICATION_NAME").filter(|app| **app != target);
            let unit = event.value("ORG_UNIT_NAME");
            let parts = [
                role.as_ref().map(|role| format!("as {role}")),
                app.map(|app| format!("in {app}")),
                unit.map(|unit| format!("for {unit}")),
                before.as_ref().zip(after.as_ref()).map(|(before, after)| format!("from {before} to {after}")),
            ];
            ConfigurationChange {
                at: Cell::Known(id.time),
                activity: Cell::Known(event.name.clone()),
                kind: Cell::Known(kind),
                changed_by: Cell::Known(actor.email.clone().or_else(|| actor.key.clone())),
                by_app: Cell::Known(actor.email.is_none()),
                target: Cell::Known(target),
                target_id: Cell::Known(None),
                role: Cell::Known(role),
                role_ids: Cell::Known(Vec::new()),
                before: Cell::Known(before),
                after: Cell::Known(after),
                details: Cell::Known(parts.into_iter().flatten().collect::<Vec<_>>().join(" ").into()),
                ..ConfigurationChange::new(format!("{}/{unique}/{number}", id.time))
            }
        })
        .collect()
    }
}

/// Accounts that warnings name, each once: the latest warning counts, and the surest of those that came.
pub(crate) fn risky(entries: Vec<ActivityWire>) -> Vec<RiskyAccount> {
    let mut accounts: BTreeMap<Text, (Time, RiskLevel)> = BTreeMap::new();
    for ActivityWire { id, actor, events } in entries {
        for event in &events {
            let Some((_, level)) = WARNINGS.iter().find(|(name, _)| *event.name == **name) else { continue };
            // Warnings by Google itself name the account beside the event.
            let affected = event.value("affected_email_address").or(actor.email.as_ref()).or(actor.profile_id.as_ref());
            let Some(account) = affected else { continue };
            let known = accounts.entry(account.clone()).or_insert((id.time, *level));
            known.0 = known.0.max(id.time);
            if *level == RiskLevel::High {
                known.1 = *level;
            }
        }
    }
    let row = |(account, (updated, level)): (Text, (Time, RiskLevel))| RiskyAccount {
        name: Cell::Known(account.clone()),
        level: Cell::Known(level),
        updated: Cell::Known(updated),
        ..RiskyAccount::new(account)
    };
    accounts.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> ActivityWire {
        serde_json::from_str(text).expect("an entry")
    }

    #[test]
    fn a_change_says_who_did_what_to_whom() {
        let rows = entry(
            r#"{"id":{"time":"2026-11-18T10:00:00.000Z","uniqueQualifier":"-7"},"actor":{"email":"ana@x.example"},"events":[
            {"name":"GRANT_ADMIN_PRIVILEGE","parameters":[{"name":"USER_EMAIL","value":"bob@x.example"}]},
            {"name":"SOMETHING_ELSE"},
            {"name":"CHANGE_APPLICATION_SETTING","parameters":[{"name":"APPLICATION_NAME","value":"Drive and Docs"},
             {"name":"SETTING_NAME","value":"SHARING_OUTSIDE_DOMAIN"},{"name":"OLD_VALUE","value":"false"},
             {"name":"NEW_VALUE","value":"what somebody wrote: <about a patient>"},{"name":"ORG_UNIT_NAME","value":"Clinic"}]}]}"#,
        )
        .changes();
        assert_eq!(rows.len(), 2, "what is not asked for is passed over");
        let (grant, setting) = (&rows[0], &rows[1]);
        assert_eq!(grant.kind, Cell::Known(ChangeKind::RoleAdded));
        assert_eq!(
            (&grant.target, &grant.changed_by),
            (&Cell::Known("bob@x.example".into()), &Cell::Known(Some("ana@x.example".into())))
        );
        assert_eq!(grant.details, Cell::Known("as Super Admin".into()));
        assert_eq!((&setting.before, &setting.after), (&Cell::Known(Some("false".into())), &Cell::Known(None)));
        assert_eq!(setting.details, Cell::Known("in Drive and Docs for Clinic".into()));
        assert_ne!(grant.id, setting.id);
    }

    #[test]
    fn what_google_does_itself_was_no_person() {
        let text =
            r#"{"id":{"time":"2026-11-18T10:00:00Z"},"actor":{"key":"SYSTEM"},"events":[{"name":"ASSIGN_ROLE"}]}"#;
        let rows = entry(text).changes();
        assert_eq!((&rows[0].by_app, &rows[0].changed_by), (&Cell::Known(true), &Cell::Known(Some("SYSTEM".into()))));
    }

    #[test]
    fn an_account_stands_once_with_its_latest_warning() {
        let warning = |time: &str, name: &str, actor: &str, affected: &str| {
            entry(&format!(
                r#"{{"id":{{"time":"{time}"}},"actor":{{{actor}}},"events":[{{"name":"{name}","parameters":[{{"name":"affected_email_address","value":"{affected}"}}]}}]}}"#
            ))
        };
        let rows = risky(vec![
            warning("2026-11-01T00:00:00Z", "account_disabled_hijacked", "", "ana@x.example"),
            warning("2026-11-09T00:00:00Z", "suspicious_login", r#""email":"ana@x.example""#, ""),
            warning("2026-11-09T00:00:00Z", "suspicious_login", r#""email":"bob@x.example""#, ""),
            warning("2026-11-09T00:00:00Z", "login_success", r#""email":"cy@x.example""#, ""),
        ]);
        let found: Vec<(&str, Option<RiskLevel>)> =
            rows.iter().map(|row| (&*row.id, row.level.known().copied())).collect();
        assert_eq!(found, [("ana@x.example", Some(RiskLevel::High)), ("bob@x.example", Some(RiskLevel::Medium))]);
        assert_eq!(rows[0].updated, Cell::Known("2026-11-09T00:00:00Z".parse().expect("a time")));
    }

    #[test]
    fn a_log_without_an_entry_or_one_that_ended_proves_nothing() {
        let time = |day: &str| format!("2026-{day}T10:00:00Z").parse::<Time>().expect("a time");
        let latest = |day: &str| {
            let text = format!(r#"{{"items":[{{"id":{{"time":"2026-{day}T10:00:00Z"}}}}]}}"#);
            Ok(serde_json::from_str::<Latest>(&text).expect("a page"))
        };
        let empty = || Ok(Latest::default());
        let user = |cell: Cell<Option<Time>>| User { last_sign_in: cell, ..User::new("1") };
        let at = |day: &str| Table::complete(vec![user(Cell::Known(Some(time(day))))]);
        let gap = || Gap::new(tenantscan_model::Cause::RoleMissing, "test");
        let unread = || Table::<User>::unread(gap());
        let on = |admin, sign_ins, users: Table<User>| {
            audit_log(admin, sign_ins, &users, time("11-20")).enabled.known().copied()
        };
        let yes = Some(true);
        assert_eq!(on(latest("11-18"), latest("11-18"), unread()), yes, "a fresh entry needs no other proof");
        assert_eq!(on(latest("02-18"), latest("11-18"), at("11-18")), yes, "administrators may be quiet");
        assert_eq!(on(latest("11-18"), empty(), at("11-18")), None);
        assert_eq!(on(empty(), latest("11-18"), at("11-18")), None);
        assert_eq!(on(latest("11-18"), latest("12-24"), at("11-18")), None, "nobody signed in next month");
        assert_eq!(on(latest("12-24"), latest("11-18"), at("11-18")), None);
        assert_eq!(on(latest("11-18"), latest("09-01"), at("11-18")), None, "somebody signed in since");
        assert_eq!(on(latest("11-18"), latest("09-01"), at("09-05")), yes, "nobody signed in since");
        assert_eq!(on(latest("11-18"), latest("09-01"), unread()), None);
        let hidden = Table::complete(vec![user(Cell::Unknown(gap())), user(Cell::Known(None))]);
        assert_eq!(on(latest("11-18"), latest("09-01"), hidden), None);
    }
}
