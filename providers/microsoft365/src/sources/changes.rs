//! Changes to the configuration lately: what, when and by whom.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{AuditLogSetting, ChangeKind, ConfigurationChange};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(super) const SOURCES: &[&Source] = &[&DIRECTORY_AUDITS, &AUDIT_LOG_SETTING];

/// No date is asked for: the vendor keeps no more than 30 days. People's and groups' ordinary changes are left out.
pub(crate) static DIRECTORY_AUDITS: Source = Source {
    id: "microsoft365.directory_audits",
    title: "Changes to the configuration lately",
    api: &GRAPH,
    path: "/v1.0/auditLogs/directoryAudits?$filter=category%20eq%20'Policy'%20or%20category%20eq%20'RoleManagement'\
           %20or%20category%20eq%20'AuthorizationPolicy'%20or%20category%20eq%20'DirectoryManagement'\
           %20or%20activityDisplayName%20eq%20'Authentication%20Methods%20Policy%20Update'\
           %20or%20activityDisplayName%20eq%20'Consent%20to%20application'\
           %20or%20activityDisplayName%20eq%20'Add%20delegated%20permission%20grant'\
           %20or%20activityDisplayName%20eq%20'Add%20app%20role%20assignment%20to%20service%20principal'&$top=999",
    call: Call::Get,
    permissions: &["AuditLog.Read.All"],
    licence: None,
    role: None,
    lists: &["configuration_changes"],
    fills: &[
        "configuration_changes.id",
        "configuration_changes.at",
        "configuration_changes.activity",
        "configuration_changes.kind",
        "configuration_changes.changed_by",
        "configuration_changes.by_app",
        "configuration_changes.by_service_principal",
        "configuration_changes.target",
        "configuration_changes.target_id",
        "configuration_changes.role",
        "configuration_changes.role_ids",
        "configuration_changes.before",
        "configuration_changes.after",
        "configuration_changes.details",
    ],
    docs: "https://learn.microsoft.com/graph/api/directoryaudit-list",
};

pub(crate) static AUDIT_LOG_SETTING: Source = Source {
    id: "microsoft365.audit_log_setting",
    title: "When the audit log's setting was last changed",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,UnifiedAuditLogIngestionEnabled,WhenChangedUTC",
    call: Call::Cmdlet { name: "Get-AdminAuditLogConfig", parameters: "{}" },
    lists: &["audit_log_setting"],
    fills: &["audit_log_setting.id", "audit_log_setting.enabled", "audit_log_setting.changed"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-adminauditlogconfig",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeWire {
    id: Text,
    activity_date_time: Time,
    activity_display_name: Text,
    #[serde(default)]
    correlation_id: Option<Text>,
    #[serde(default)]
    result: Option<Text>,
    #[serde(default)]
    initiated_by: Option<Initiator>,
    #[serde(default)]
    target_resources: Option<Vec<Target>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Initiator {
    user: Option<Actor>,
    app: Option<Actor>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Actor {
    id: Option<Text>,
    user_principal_name: Option<Text>,
    display_name: Option<Text>,
    app_id: Option<Text>,
    service_principal_id: Option<Text>,
}

impl Actor {
    fn name(self) -> Option<Text> {
        [self.user_principal_name, self.display_name, self.id].into_iter().flatten().find(|name| !name.is_empty())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Target {
    id: Option<Text>,
    display_name: Option<Text>,
    r#type: Option<Text>,
    user_principal_name: Option<Text>,
    modified_properties: Option<Vec<Property>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Property {
    display_name: Option<Text>,
    old_value: Option<Text>,
    new_value: Option<Text>,
}

/// A value as the log writes it: JSON in a text, or bare text.
fn value(text: &Text) -> Option<Value> {
    match serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_string())) {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        value => Some(value),
    }
}

/// The state that a policy is in: of everything that the log says of it, no more is kept.
fn state(text: Option<&Text>) -> Option<Text> {
    let value = value(text?)?;
    let object = value.as_array().and_then(|list| list.first()).unwrap_or(&value).as_object()?;
    let member = |name: &str| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    if let Some(state) = member("state").and_then(Value::as_str) {
        return Some(match state {
            "enabledForReportingButNotEnforced" => "report_only".into(),
            other => other.into(),
        });
    }
    let on = member("isEnabled")?.as_bool()?;
    Some(if on { "enabled" } else { "disabled" }.into())
}

impl Target {
    fn is(&self, kinds: &[&str]) -> bool {
        self.r#type.as_ref().is_some_and(|it| kinds.iter().any(|kind| it.eq_ignore_ascii_case(kind)))
    }

    fn name(&self) -> Option<Text> {
        let names = [&self.user_principal_name, &self.display_name, &self.id];
        names.into_iter().flatten().find(|name| !name.is_empty()).cloned()
    }

    /// What a property was set to, or what it was before it was taken away.
    fn property(&self, name: &str) -> Option<Text> {
        let mut properties = self.modified_properties.iter().flatten();
        let found = properties.find(|it| it.display_name.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(name)))?;
        let values = [&found.new_value, &found.old_value];
        values.into_iter().flatten().find_map(|text| match value(text)? {
            Value::String(text) => Some(text.into()),
            Value::Bool(on) => Some(on.to_string().into()),
            _ => None,
        })
    }
}

/// What is said of a change besides what was changed.
fn details(role: Option<&Text>, before: Option<&Text>, after: Option<&Text>, for_everybody: Option<bool>) -> Text {
    match (role, before, after, for_everybody) {
        (Some(role), ..) => format!("as {role}").into(),
        (_, Some(before), Some(after), _) if before == after => format!("(still {after})").into(),
        (_, Some(before), Some(after), _) => format!("from {before} to {after}").into(),
        (_, Some(before), None, _) => format!("(was {before}, is gone)").into(),
        (_, None, Some(after), _) => format!("(now {after})").into(),
        (.., Some(true)) => "for everybody".into(),
        (.., Some(false)) => "for one person".into(),
        _ => "(the log says no more)".into(),
    }
}

/// The app by which Privileged Identity Management gives and takes roles that people switch on for a while: its id in
/// every tenant. Its name proves nothing, as any app can have it.
pub(crate) const PIM: &str = "01fc33a7-78ba-4d2f-a4b7-768e336e890e";

/// What a role that was given or taken comes to, where Privileged Identity Management did it: somebody switched it on for
/// a while. Who may switch it on is another activity, and stays what it is.
pub(crate) fn by_pim(activity: &str, kind: ChangeKind) -> ChangeKind {
    let is = |name: &str| activity.trim().eq_ignore_ascii_case(name);
    match kind {
        ChangeKind::RoleAdded if is("add member to role") => ChangeKind::RoleActivated,
        ChangeKind::RoleRemoved if is("remove member from role") => ChangeKind::Other,
        other => other,
    }
}

/// What an entry is about, by the names of the vendor's list of activities:
/// learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities.
fn kind(activity: &str) -> ChangeKind {
    let activity = activity.to_ascii_lowercase();
    let says = |part: &str| activity.contains(part);
    let starts = |part: &str| activity.starts_with(part);
    let about = [
        ("conditional access policy", ChangeKind::ConditionalAccess),
        ("named location", ChangeKind::NamedLocation),
        ("security defaults", ChangeKind::SecurityDefaults),
        ("authorization policy", ChangeKind::AuthorizationPolicy),
        ("authentication methods policy", ChangeKind::AuthenticationMethods),
        ("consent to application", ChangeKind::AppConsent),
        ("app role assignment to service principal", ChangeKind::AppConsent),
        ("delegated permission grant", ChangeKind::AppConsent),
        ("domain authentication", ChangeKind::Federation),
        ("federation settings on domain", ChangeKind::Federation),
        ("partner", ChangeKind::Partner),
        ("verified domain", ChangeKind::Domain),
    ];
    if let Some((_, kind)) = about.iter().find(|(part, _)| says(part)) {
        return *kind;
    }
    let holder = ["member to role", "member from role", "eligible member", "scoped member"];
    match () {
        // Asked for, approved, refused: the role is not given by that.
        () if says("request") && !says("completed") => ChangeKind::Other,
        () if says("pim activation") && says("completed") => ChangeKind::RoleActivated,
        () if says("pim activation") => ChangeKind::Other,
        () if !holder.iter().any(|part| says(part)) => {
            if says("role setting") || says("role definition") {
                ChangeKind::RoleSettings
            } else {
                ChangeKind::Other
            }
        }
        () if starts("add") => ChangeKind::RoleAdded,
        () if starts("remove") => ChangeKind::RoleRemoved,
        () => ChangeKind::Other,
    }
}

/// The changes that went through. Who consents in the browser is in the log twice: with the consent, and with the
/// permission that it gives, under one correlation. A permission that was given without it stands for itself.
pub(crate) fn changes(entries: Vec<ChangeWire>) -> Vec<ConfigurationChange> {
    let of_consents: HashSet<Text> = entries
        .iter()
        .filter(|entry| entry.is("Consent to application") && !entry.failed())
        .filter_map(|entry| entry.correlation_id.clone())
        .collect();
    let told = |entry: &ChangeWire| {
        entry.is("Add delegated permission grant")
            && entry.correlation_id.as_ref().is_some_and(|id| of_consents.contains(id))
    };
    entries.into_iter().filter(|entry| !told(entry)).filter_map(ChangeWire::row).collect()
}

impl ChangeWire {
    fn is(&self, activity: &str) -> bool {
        self.activity_display_name.trim().eq_ignore_ascii_case(activity)
    }

    fn failed(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result.eq_ignore_ascii_case("failure"))
    }

    /// The change; none where it was tried and failed.
    fn row(self) -> Option<ConfigurationChange> {
        if self.failed() {
            return None;
        }
        let Initiator { user, app } = self.initiated_by.unwrap_or_default();
        let user = user.and_then(Actor::name);
        let by_app = user.is_none() && app.is_some();
        let app = app.filter(|_| by_app);
        let app_id = app.as_ref().and_then(|app| app.app_id.clone()).filter(|id| !id.is_empty());
        let by_object = app.as_ref().and_then(|app| app.service_principal_id.clone());
        let changed_by = user.or_else(|| app.and_then(Actor::name));
        let mut kind = kind(&self.activity_display_name);
        if app_id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(PIM)) {
            kind = by_pim(&self.activity_display_name, kind);
        }
        let targets = self.target_resources.unwrap_or_default();
        let is_role = matches!(kind, ChangeKind::RoleAdded | ChangeKind::RoleRemoved | ChangeKind::RoleActivated);
        let holder = targets.iter().find(|it| is_role && it.is(&["User", "Group", "ServicePrincipal"]));
        let target = holder.or(targets.first());
        let app = target.filter(|_| kind == ChangeKind::AppConsent);
        // The first target is the API; the app that was let in may be told by its object alone.
        let object = app.and_then(|it| it.property("ServicePrincipal.ObjectID"));
        let name = app.and_then(|it| it.property("ServicePrincipal.DisplayName"));
        let name = name.or_else(|| object.clone()).or_else(|| target?.name());
        let id = object.or_else(|| target?.id.clone());
        let role = targets.iter().find(|it| is_role && it.is(&["Role"]));
        let of_role = |name: &str| holder.and_then(|it| it.property(name));
        let states = || targets.iter().flat_map(|it| it.modified_properties.iter().flatten());
        let before = states().find_map(|it| state(it.old_value.as_ref()));
        let after = states().find_map(|it| state(it.new_value.as_ref()));
        let role_name = role.and_then(|it| it.display_name.clone()).or_else(|| of_role("Role.DisplayName"));
        let said = |name: &str, word: &str| Some(app?.property(name)?.eq_ignore_ascii_case(word));
        let for_everybody = said("ConsentContext.OnBehalfOfAll", "true")
            .or_else(|| said("DelegatedPermissionGrant.ConsentType", "AllPrincipals"))
            .or_else(|| said("ConsentContext.IsAdminConsent", "true"));
        Some(ConfigurationChange {
            at: Cell::Known(self.activity_date_time),
            kind: Cell::Known(kind),
            changed_by: Cell::Known(changed_by),
            by_app: Cell::Known(by_app),
            by_service_principal: Cell::Known(by_object.filter(|id| app_id.is_none() && !id.is_empty())),
            target: Cell::Known(name.unwrap_or_else(|| self.activity_display_name.clone())),
            target_id: Cell::Known(id),
            role_ids: Cell::Known(
                [role.and_then(|it| it.id.clone()), of_role("Role.TemplateId"), of_role("Role.ObjectID")]
                    .into_iter()
                    .flatten()
                    .collect(),
            ),
            details: Cell::Known(details(role_name.as_ref(), before.as_ref(), after.as_ref(), for_everybody)),
            role: Cell::Known(role_name),
            before: Cell::Known(before),
            after: Cell::Known(after),
            activity: Cell::Known(self.activity_display_name),
            ..ConfigurationChange::new(self.id)
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuditLogSettingWire {
    identity: Text,
    #[serde(default)]
    unified_audit_log_ingestion_enabled: Field<bool>,
    #[serde(default, rename = "WhenChangedUTC")]
    when_changed_utc: Field<Text>,
}

/// A time as Exchange writes it: `/Date(milliseconds)/` or ISO 8601, with or without its zone, which is UTC.
fn time(text: &str) -> Option<Time> {
    if let Some(number) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        return Time::from_millisecond(number.parse().ok()?).ok();
    }
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

impl AuditLogSettingWire {
    pub(crate) fn row(self) -> AuditLogSetting {
        let source = &AUDIT_LOG_SETTING;
        let changed = self.when_changed_utc.value().and_then(|text| time(text));
        AuditLogSetting {
            enabled: self.unified_audit_log_ingestion_enabled.needed(source),
            changed: changed.ok_or_else(|| unclear(source)).into(),
            ..AuditLogSetting::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(entry: Value) -> Option<ConfigurationChange> {
        let mut whole = json!({ "id": "1", "activityDateTime": "2026-11-10T09:00:00Z", "result": "success" });
        whole.as_object_mut().expect("an object").extend(entry.as_object().expect("an object").clone());
        serde_json::from_value::<ChangeWire>(whole).expect("an entry").row()
    }

    #[test]
    fn activities_have_their_kinds() {
        use ChangeKind::*;
        let cases = [
            ("Update conditional access policy", ConditionalAccess),
            ("Update security defaults", SecurityDefaults),
            ("Update authorization policy", AuthorizationPolicy),
            ("Authentication Methods Policy Update", AuthenticationMethods),
            ("Consent to application", AppConsent),
            ("Add delegated permission grant", AppConsent),
            ("Set domain authentication", Federation),
            ("Add partner to company", Partner),
            ("Add member to role", RoleAdded),
            ("Add member to role completed (PIM activation)", RoleActivated),
            ("Add member to role requested (PIM activation)", Other),
            ("Add eligible member to role in PIM completed (permanent)", RoleAdded),
            ("Add eligible member to role in PIM requested (permanent)", Other),
            ("Remove member from role", RoleRemoved),
            ("Remove member from role (PIM activation expired)", Other),
            ("Update role setting in PIM", RoleSettings),
            ("Update company settings", Other),
        ];
        for (activity, due) in cases {
            assert_eq!(kind(activity), due, "{activity}");
        }
    }

    #[test]
    fn a_role_is_switched_on_where_the_log_gives_the_apps_id_and_not_by_its_name_alone() {
        let given = |activity: &str, app: Value| {
            let entry =
                json!({ "activityDisplayName": activity, "category": "RoleManagement", "initiatedBy": { "app": app } });
            let found = row(entry).expect("a change");
            (*found.kind.known().expect("known"), found.by_service_principal.known().cloned().expect("known"))
        };
        let add = "Add member to role";
        let cases = [
            (
                add,
                json!({ "displayName": "MS-PIM", "appId": PIM, "servicePrincipalId": "sp" }),
                ChangeKind::RoleActivated,
                None,
            ),
            (
                "Remove member from role",
                json!({ "displayName": "MS-PIM", "appId": PIM.to_uppercase() }),
                ChangeKind::Other,
                None,
            ),
            (add, json!({ "displayName": "MS-PIM", "appId": "0000" }), ChangeKind::RoleAdded, None),
            (
                add,
                json!({ "displayName": "MS-PIM", "appId": null, "servicePrincipalId": "sp" }),
                ChangeKind::RoleAdded,
                Some("sp".into()),
            ),
            (add, json!({ "displayName": "MS-PIM" }), ChangeKind::RoleAdded, None),
            (
                "Add eligible member to role in PIM completed (permanent)",
                json!({ "displayName": "MS-PIM", "appId": PIM }),
                ChangeKind::RoleAdded,
                None,
            ),
        ];
        for (activity, app, kind, object) in cases {
            assert_eq!(given(activity, app.clone()), (kind, object), "{app}");
        }
    }

    #[test]
    fn a_change_of_conditional_access_says_who_and_which_states() {
        let found = row(json!({
            "activityDisplayName": "Update conditional access policy", "category": "Policy",
            "initiatedBy": { "user": { "userPrincipalName": "ana@cedar.example" }, "app": null },
            "targetResources": [{ "id": "ca-1", "displayName": "Ask everybody", "type": "Policy", "modifiedProperties": [{
                "displayName": "ConditionalAccessPolicy",
                "oldValue": "{\"id\":\"ca-1\",\"state\":\"enabled\"}",
                "newValue": "{\"id\":\"ca-1\",\"state\":\"enabledForReportingButNotEnforced\"}" }] }]
        }))
        .expect("a change");
        assert_eq!(found.changed_by, Cell::Known(Some("ana@cedar.example".into())));
        assert_eq!(found.target_id, Cell::Known(Some("ca-1".into())));
        assert_eq!(found.details, Cell::Known("from enabled to report_only".into()));
        assert_eq!(
            (found.before, found.after),
            (Cell::Known(Some("enabled".into())), Cell::Known(Some("report_only".into())))
        );
    }

    #[test]
    fn a_role_that_was_given_says_which_and_to_whom_in_either_form_of_the_log() {
        let directory = json!({
            "activityDisplayName": "Add member to role", "category": "RoleManagement",
            "initiatedBy": { "app": { "displayName": "Helper" } },
            "targetResources": [{ "id": "u-1", "type": "User", "userPrincipalName": "ben@cedar.example", "modifiedProperties": [
                { "displayName": "Role.DisplayName", "oldValue": null, "newValue": "\"Global Administrator\"" },
                { "displayName": "Role.TemplateId", "oldValue": null, "newValue": "\"62e9\"" }] }]
        });
        let pim = json!({
            "activityDisplayName": "Add eligible member to role in PIM completed (permanent)", "category": "RoleManagement",
            "initiatedBy": { "user": { "userPrincipalName": "ana@cedar.example" } },
            "targetResources": [
                { "id": "62e9", "displayName": "Global Administrator", "type": "Role" },
                { "id": "u-1", "type": "User", "userPrincipalName": "ben@cedar.example" }]
        });
        for (entry, by_app) in [(directory, true), (pim, false)] {
            let found = row(entry).expect("a change");
            assert_eq!(found.kind, Cell::Known(ChangeKind::RoleAdded));
            assert_eq!(found.target, Cell::Known("ben@cedar.example".into()));
            assert_eq!(found.role, Cell::Known(Some("Global Administrator".into())));
            assert_eq!(found.details, Cell::Known("as Global Administrator".into()));
            assert_eq!(found.role_ids, Cell::Known(vec!["62e9".into()]));
            assert_eq!(found.by_app, Cell::Known(by_app));
        }
    }

    #[test]
    fn a_consent_says_to_which_app_and_for_whom() {
        let property = |name: &str, value: &str| json!({ "displayName": name, "oldValue": null, "newValue": value });
        let consent = row(json!({
            "activityDisplayName": "Consent to application", "category": "ApplicationManagement",
            "targetResources": [{ "id": "sp-1", "displayName": "Notes", "type": "ServicePrincipal",
                "modifiedProperties": [property("ConsentContext.IsAdminConsent", "\"True\"")] }]
        }))
        .expect("a change");
        assert_eq!(
            (consent.target, consent.details),
            (Cell::Known("Notes".into()), Cell::Known("for everybody".into()))
        );
        let assigned = row(json!({
            "activityDisplayName": "Add app role assignment to service principal", "category": "ApplicationManagement",
            "targetResources": [{ "id": "graph", "displayName": "Microsoft Graph", "type": "ServicePrincipal",
                "modifiedProperties": [property("ServicePrincipal.DisplayName", "\"Backup\"")] }]
        }))
        .expect("a change");
        assert_eq!(
            (assigned.kind, assigned.target),
            (Cell::Known(ChangeKind::AppConsent), Cell::Known("Backup".into()))
        );
    }

    #[test]
    fn a_permission_that_was_given_without_a_consent_is_a_change_of_its_own() {
        let property = |name: &str, value: Value| json!({ "displayName": name, "oldValue": null, "newValue": value });
        let entry = |id: &str, activity: &str, correlation: &str, result: &str| {
            let properties = [
                property("DelegatedPermissionGrant.ConsentType", "\"AllPrincipals\"".into()),
                property("ServicePrincipal.ObjectID", "\"sp-1\"".into()),
                property("ServicePrincipal.DisplayName", Value::Null),
            ];
            json!({ "id": id, "activityDateTime": "2026-11-10T09:00:00Z", "activityDisplayName": activity,
                "correlationId": correlation, "result": result, "targetResources": [{ "id": "graph",
                "displayName": "Microsoft Graph", "type": "ServicePrincipal", "modifiedProperties": properties }] })
        };
        let (grant, consent) = ("Add delegated permission grant", "Consent to application");
        let entries = json!([
            entry("in the browser", consent, "1", "success"),
            entry("told already", grant, "1", "success"),
            entry("by the API", grant, "2", "success"),
            entry("refused", consent, "3", "failure"),
            entry("given all the same", grant, "3", "success"),
        ]);
        let found = changes(serde_json::from_value(entries).expect("entries"));
        let ids: Vec<&str> = found.iter().map(|change| change.id.as_str()).collect();
        assert_eq!(ids, ["in the browser", "by the API", "given all the same"]);
        let by_api = &found[1];
        assert_eq!(by_api.kind, Cell::Known(ChangeKind::AppConsent));
        assert_eq!(by_api.target_id, Cell::Known(Some("sp-1".into())));
        assert_eq!(by_api.target, Cell::Known("sp-1".into()), "the API is not what was let in");
        assert_eq!(by_api.details, Cell::Known("for everybody".into()));
    }

    #[test]
    fn what_was_tried_and_failed_is_no_change() {
        let consent = |result: &str| row(json!({ "activityDisplayName": "Consent to application", "result": result }));
        assert!(consent("somethingNew").is_some(), "it may have gone through");
        assert!(consent("timeout").is_some(), "it may have gone through later");
        assert_eq!(row(json!({ "activityDisplayName": "Consent to application", "result": "failure" })), None);
    }

    #[test]
    fn times_of_exchange_are_read_in_every_form() {
        for text in
            ["/Date(1733343234000)/", "2024-12-04T20:13:54Z", "2024-12-04T20:13:54", "2024-12-04T20:13:54.0000000Z"]
        {
            assert_eq!(time(text).map(Time::as_second), Some(1_733_343_234), "{text}");
        }
        assert_eq!(time("soon"), None);
    }
}
