//! Conditional Access policies: whom and what they are for, and what they ask.

use serde::Deserialize;
use tenantscan_model::rows::{ConditionalAccessPolicy, PolicyState};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Field, Source, unclear};

use crate::api::GRAPH;

pub(crate) static CONDITIONAL_ACCESS_POLICIES: Source = Source {
    id: "microsoft365.conditional_access_policies",
    title: "Conditional Access policies",
    api: &GRAPH,
    path: "/v1.0/identity/conditionalAccess/policies",
    call: Call::Get,
    permissions: &["Policy.Read.All"],
    licence: Some("Entra ID P1"),
    role: None,
    lists: &["conditional_access_policies"],
    fills: &[
        "conditional_access_policies.id",
        "conditional_access_policies.name",
        "conditional_access_policies.state",
        "conditional_access_policies.created",
        "conditional_access_policies.modified",
        "conditional_access_policies.microsoft_managed",
        "conditional_access_policies.include_users",
        "conditional_access_policies.exclude_users",
        "conditional_access_policies.include_groups",
        "conditional_access_policies.exclude_groups",
        "conditional_access_policies.include_roles",
        "conditional_access_policies.exclude_roles",
        "conditional_access_policies.include_guests",
        "conditional_access_policies.exclude_guests",
        "conditional_access_policies.include_applications",
        "conditional_access_policies.exclude_applications",
        "conditional_access_policies.user_actions",
        "conditional_access_policies.client_app_types",
        "conditional_access_policies.include_platforms",
        "conditional_access_policies.exclude_platforms",
        "conditional_access_policies.include_locations",
        "conditional_access_policies.exclude_locations",
        "conditional_access_policies.sign_in_risk_levels",
        "conditional_access_policies.user_risk_levels",
        "conditional_access_policies.authentication_flows",
        "conditional_access_policies.device_filter",
        "conditional_access_policies.other_conditions",
        "conditional_access_policies.grant_operator",
        "conditional_access_policies.grant_controls",
        "conditional_access_policies.authentication_strength",
        "conditional_access_policies.other_grant_controls",
        "conditional_access_policies.sign_in_frequency_hours",
        "conditional_access_policies.persistent_browser",
        "conditional_access_policies.app_enforced_restrictions",
        "conditional_access_policies.cloud_app_security",
    ],
    docs: "https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyWire {
    id: Text,
    display_name: Option<Text>,
    state: Option<Text>,
    created_date_time: Option<Time>,
    modified_date_time: Option<Time>,
    #[serde(default)]
    conditions: Field<Conditions>,
    #[serde(default)]
    grant_controls: Field<Grant>,
    #[serde(default)]
    session_controls: Field<Session>,
}

/// Properties that this program does not weigh, by the vendor's name.
type Rest = std::collections::BTreeMap<String, serde_json::Value>;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Conditions {
    users: Field<Users>,
    applications: Field<Applications>,
    client_app_types: Field<Vec<Text>>,
    platforms: Field<Platforms>,
    locations: Field<Locations>,
    sign_in_risk_levels: Field<Vec<Text>>,
    user_risk_levels: Field<Vec<Text>>,
    authentication_flows: Option<Flows>,
    devices: Option<Devices>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Users {
    include_users: Field<Vec<Text>>,
    exclude_users: Field<Vec<Text>>,
    include_groups: Field<Vec<Text>>,
    exclude_groups: Field<Vec<Text>>,
    include_roles: Field<Vec<Text>>,
    exclude_roles: Field<Vec<Text>>,
    include_guests_or_external_users: Option<Guests>,
    exclude_guests_or_external_users: Option<Guests>,
    #[serde(flatten)]
    rest: Rest,
}

impl Users {
    /// A policy for no account at all: it is for apps, which stand in `clientApplications`.
    fn none() -> Self {
        let none = || Field::Value(Vec::new());
        Self {
            include_users: none(),
            exclude_users: none(),
            include_groups: none(),
            exclude_groups: none(),
            include_roles: none(),
            exclude_roles: none(),
            ..Self::default()
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Guests {
    guest_or_external_user_types: Field<Text>,
    external_tenants: Option<Tenants>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Tenants {
    membership_kind: Text,
}

impl Guests {
    fn kinds(this: Option<&Self>) -> Cell<Vec<Text>> {
        let Some(guests) = this else { return Cell::Known(Vec::new()) };
        guests.guest_or_external_user_types.clone().needed(&CONDITIONAL_ACCESS_POLICIES).map(words)
    }

    fn some_tenants(this: Option<&Self>) -> bool {
        let tenants = this.and_then(|it| it.external_tenants.as_ref());
        tenants.is_some_and(|it| it.membership_kind != "all")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Applications {
    include_applications: Field<Vec<Text>>,
    exclude_applications: Field<Vec<Text>>,
    include_user_actions: Field<Vec<Text>>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Platforms {
    include_platforms: Field<Vec<Text>>,
    exclude_platforms: Field<Vec<Text>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Locations {
    include_locations: Field<Vec<Text>>,
    exclude_locations: Field<Vec<Text>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Flows {
    transfer_methods: Field<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Devices {
    device_filter: Option<DeviceFilter>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeviceFilter {
    mode: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Grant {
    operator: Field<Text>,
    built_in_controls: Field<Vec<Text>>,
    custom_authentication_factors: Field<Vec<Text>>,
    terms_of_use: Field<Vec<Text>>,
    authentication_strength: Option<StrengthId>,
}

#[derive(Debug, Deserialize)]
struct StrengthId {
    #[serde(default)]
    id: Field<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Session {
    sign_in_frequency: Option<Frequency>,
    persistent_browser: Option<Browser>,
    application_enforced_restrictions: Option<Switch>,
    cloud_app_security: Option<Switch>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Frequency {
    is_enabled: Field<bool>,
    value: Field<i64>,
    r#type: Field<Text>,
    frequency_interval: Field<Text>,
}

impl Frequency {
    fn hours(&self) -> Cell<Option<i64>> {
        let interval = self.frequency_interval.value().map(Text::as_str);
        let hours = match (self.is_enabled.value(), interval) {
            (Some(false), _) => return Cell::Known(None),
            (Some(true), Some("everyTime")) => Some(0),
            (Some(true), None | Some("timeBased")) => {
                let per = match self.r#type.value().map(Text::as_str) {
                    Some("hours") => Some(1),
                    Some("days") => Some(24),
                    _ => None,
                };
                let value = self.value.value().copied().filter(|value| *value > 0);
                value.zip(per).and_then(|(value, per)| value.checked_mul(per))
            }
            _ => None,
        };
        hours.map(Some).ok_or_else(|| unclear(&CONDITIONAL_ACCESS_POLICIES)).into()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Browser {
    is_enabled: Field<bool>,
    mode: Field<Text>,
}

impl Browser {
    fn mode(self) -> Cell<Option<Text>> {
        let source = &CONDITIONAL_ACCESS_POLICIES;
        match self.is_enabled.needed(source) {
            Cell::Known(true) => self.mode.needed(source).map(Some),
            Cell::Known(false) => Cell::Known(None),
            Cell::Unknown(gap) => Cell::Unknown(gap),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Switch {
    is_enabled: Field<bool>,
}

impl Switch {
    fn on(this: &Option<Self>) -> Cell<bool> {
        let on = |it: &Self| it.is_enabled.clone().needed(&CONDITIONAL_ACCESS_POLICIES);
        this.as_ref().map_or(Cell::Known(false), on)
    }
}

/// Whether a condition that this program does not weigh says anything at all.
fn says_something(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => false,
        serde_json::Value::Array(items) => !items.is_empty(),
        serde_json::Value::Object(parts) => parts.values().any(says_something),
        serde_json::Value::String(text) => !text.is_empty() && text != "none",
        _ => true,
    }
}

/// A part of something that may be null as a whole; `null` is what that stands for.
fn part<C, T>(whole: &Field<C>, null: T, part: impl FnOnce(&C) -> Cell<T>) -> Cell<T> {
    match whole {
        Field::Value(whole) => part(whole),
        Field::Null => Cell::Known(null),
        Field::Absent => Cell::Unknown(unclear(&CONDITIONAL_ACCESS_POLICIES)),
    }
}

/// As [`part`], for a list.
fn listed<C, T>(
    whole: &Field<C>,
    list: impl FnOnce(&C) -> Field<Vec<Text>>,
    null: T,
    wrap: impl FnOnce(Vec<Text>) -> T,
) -> Cell<T> {
    part(whole, null, |it| list(it).needed(&CONDITIONAL_ACCESS_POLICIES).map(wrap))
}

fn both(first: Cell<Vec<Text>>, second: Cell<Vec<Text>>) -> Cell<Vec<Text>> {
    match (first, second) {
        (Cell::Known(first), Cell::Known(second)) => Cell::Known(first.into_iter().chain(second).collect()),
        (Cell::Unknown(gap), _) | (_, Cell::Unknown(gap)) => Cell::Unknown(gap),
    }
}

/// The words of a list that stands in one text.
fn words(text: Text) -> Vec<Text> {
    text.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "none").map(Text::from).collect()
}

impl PolicyWire {
    pub(crate) fn row(self) -> ConditionalAccessPolicy {
        let source = &CONDITIONAL_ACCESS_POLICIES;
        // What the answer leaves out stays unknown, column by column: a policy never counts for more than it says.
        let conditions = self.conditions.into_value().unwrap_or_default();
        let users = match conditions.users {
            Field::Null => Users::none(),
            users => users.into_value().unwrap_or_default(),
        };
        let apps = conditions.applications.into_value().unwrap_or_default();
        let rest = conditions.rest.iter().chain(&users.rest).chain(&apps.rest);
        let mut other: Vec<Text> = rest
            .filter(|(name, value)| !name.contains('@') && says_something(value))
            .map(|(name, _)| name.as_str().into())
            .collect();
        let (include, exclude) =
            (users.include_guests_or_external_users.as_ref(), users.exclude_guests_or_external_users.as_ref());
        for (guests, name) in [
            (include, "includeGuestsOrExternalUsers.externalTenants"),
            (exclude, "excludeGuestsOrExternalUsers.externalTenants"),
        ] {
            if Guests::some_tenants(guests) {
                other.push(name.into());
            }
        }
        let none = Vec::<Text>::new;
        let (platforms, places) = (&conditions.platforms, &conditions.locations);
        let flows = conditions.authentication_flows.map(|it| it.transfer_methods);
        let grant = self.grant_controls;
        let strength = match &grant {
            Field::Value(Grant { authentication_strength: Some(strength), .. }) => {
                strength.id.clone().needed(source).map(Some)
            }
            Field::Value(_) | Field::Null => Cell::Known(None),
            Field::Absent => Cell::Unknown(unclear(source)),
        };
        let operator = match &grant {
            Field::Null => Cell::Known(None),
            grant => {
                let word = grant.value().and_then(|it| it.operator.value());
                let known = word.filter(|it| ["AND", "OR"].iter().any(|word| it.eq_ignore_ascii_case(word)));
                known.cloned().map(Some).ok_or_else(|| unclear(source)).into()
            }
        };
        let terms = listed(&grant, |it| it.terms_of_use.clone(), none(), |list| list);
        let factors = listed(&grant, |it| it.custom_authentication_factors.clone(), none(), |list| list);
        let frequency = |it: &Session| it.sign_in_frequency.as_ref().map_or(Cell::Known(None), Frequency::hours);
        let browser = |it: &Session| it.persistent_browser.clone().map_or(Cell::Known(None), Browser::mode);
        let session = &self.session_controls;
        let name = self.display_name.unwrap_or_default();
        ConditionalAccessPolicy {
            state: Cell::Known(match self.state.as_deref() {
                Some("enabled") => PolicyState::Enabled,
                Some("disabled") => PolicyState::Disabled,
                Some("enabledForReportingButNotEnforced") => PolicyState::ReportOnly,
                _ => PolicyState::Other,
            }),
            created: Cell::Known(self.created_date_time),
            modified: Cell::Known(self.modified_date_time),
            microsoft_managed: Cell::Known(name.starts_with("Microsoft-managed:")),
            name: Cell::Known(name),
            include_guests: Guests::kinds(include),
            exclude_guests: Guests::kinds(exclude),
            include_users: users.include_users.needed(source),
            exclude_users: users.exclude_users.needed(source),
            include_groups: users.include_groups.needed(source),
            exclude_groups: users.exclude_groups.needed(source),
            include_roles: users.include_roles.needed(source),
            exclude_roles: users.exclude_roles.needed(source),
            include_applications: apps.include_applications.needed(source),
            exclude_applications: apps.exclude_applications.needed(source),
            user_actions: apps.include_user_actions.needed(source),
            client_app_types: conditions.client_app_types.needed(source),
            exclude_platforms: listed(platforms, |it| it.exclude_platforms.clone(), none(), |list| list),
            include_platforms: listed(platforms, |it| it.include_platforms.clone(), None, Some),
            exclude_locations: listed(places, |it| it.exclude_locations.clone(), none(), |list| list),
            include_locations: listed(places, |it| it.include_locations.clone(), None, Some),
            sign_in_risk_levels: conditions.sign_in_risk_levels.needed(source),
            user_risk_levels: conditions.user_risk_levels.needed(source),
            authentication_flows: flows.map_or(Cell::Known(none()), |it| it.needed(source).map(words)),
            device_filter: Cell::Known(conditions.devices.and_then(|it| it.device_filter).map(|filter| filter.mode)),
            other_conditions: Cell::Known(other),
            grant_operator: operator,
            authentication_strength: strength,
            other_grant_controls: both(terms, factors),
            grant_controls: listed(&grant, |it| it.built_in_controls.clone(), none(), |list| list),
            sign_in_frequency_hours: part(session, None, frequency),
            persistent_browser: part(session, None, browser),
            app_enforced_restrictions: part(session, false, |it| Switch::on(&it.application_enforced_restrictions)),
            cloud_app_security: part(session, false, |it| Switch::on(&it.cloud_app_security)),
            ..ConditionalAccessPolicy::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    //! Cases: one fact of a policy's answer left out or not understood, and the column that must then be unknown.

    use serde_json::{Value, json};

    use super::*;

    fn answer() -> Value {
        json!({
            "id": "p", "displayName": "Everybody", "state": "enabled",
            "conditions": {
                "users": {
                    "includeUsers": ["All"], "excludeUsers": [], "includeGroups": [], "excludeGroups": [],
                    "includeRoles": [], "excludeRoles": [],
                    "excludeGuestsOrExternalUsers": { "guestOrExternalUserTypes": "serviceProvider" }
                },
                "applications": { "includeApplications": ["All"], "excludeApplications": [], "includeUserActions": [] },
                "clientAppTypes": ["all"], "platforms": null, "locations": { "includeLocations": ["All"], "excludeLocations": [] },
                "signInRiskLevels": [], "userRiskLevels": [], "authenticationFlows": { "transferMethods": "deviceCodeFlow" }
            },
            "grantControls": {
                "operator": "OR", "builtInControls": ["mfa"], "customAuthenticationFactors": [], "termsOfUse": [],
                "authenticationStrength": { "id": "s" }
            },
            "sessionControls": {
                "signInFrequency": { "value": 4, "type": "hours", "isEnabled": true, "frequencyInterval": "timeBased" },
                "persistentBrowser": { "mode": "never", "isEnabled": true }
            }
        })
    }

    fn row(answer: Value) -> ConditionalAccessPolicy {
        serde_json::from_value::<PolicyWire>(answer).expect("a policy").row()
    }

    /// The names of the columns that are unknown.
    fn unknown(policy: &ConditionalAccessPolicy) -> Vec<&'static str> {
        let columns = [
            ("include_users", policy.include_users.gap()),
            ("exclude_users", policy.exclude_users.gap()),
            ("include_groups", policy.include_groups.gap()),
            ("exclude_groups", policy.exclude_groups.gap()),
            ("include_roles", policy.include_roles.gap()),
            ("exclude_roles", policy.exclude_roles.gap()),
            ("exclude_guests", policy.exclude_guests.gap()),
            ("include_applications", policy.include_applications.gap()),
            ("exclude_applications", policy.exclude_applications.gap()),
            ("user_actions", policy.user_actions.gap()),
            ("client_app_types", policy.client_app_types.gap()),
            ("include_platforms", policy.include_platforms.gap()),
            ("exclude_platforms", policy.exclude_platforms.gap()),
            ("include_locations", policy.include_locations.gap()),
            ("exclude_locations", policy.exclude_locations.gap()),
            ("sign_in_risk_levels", policy.sign_in_risk_levels.gap()),
            ("user_risk_levels", policy.user_risk_levels.gap()),
            ("authentication_flows", policy.authentication_flows.gap()),
            ("grant_operator", policy.grant_operator.gap()),
            ("grant_controls", policy.grant_controls.gap()),
            ("authentication_strength", policy.authentication_strength.gap()),
            ("other_grant_controls", policy.other_grant_controls.gap()),
            ("sign_in_frequency_hours", policy.sign_in_frequency_hours.gap()),
            ("persistent_browser", policy.persistent_browser.gap()),
        ];
        columns.into_iter().filter_map(|(name, gap)| gap.map(|_| name)).collect()
    }

    #[test]
    fn what_the_answer_leaves_out_is_unknown() {
        let cases: [(&str, &[&str]); 29] = [
            ("/conditions/users/includeUsers", &["include_users"]),
            ("/conditions/users/excludeUsers", &["exclude_users"]),
            ("/conditions/users/includeGroups", &["include_groups"]),
            ("/conditions/users/excludeGroups", &["exclude_groups"]),
            ("/conditions/users/includeRoles", &["include_roles"]),
            ("/conditions/users/excludeRoles", &["exclude_roles"]),
            ("/conditions/users/excludeGuestsOrExternalUsers/guestOrExternalUserTypes", &["exclude_guests"]),
            ("/conditions/applications/includeApplications", &["include_applications"]),
            ("/conditions/applications/excludeApplications", &["exclude_applications"]),
            ("/conditions/applications", &["include_applications", "exclude_applications", "user_actions"]),
            ("/conditions/clientAppTypes", &["client_app_types"]),
            ("/conditions/platforms", &["include_platforms", "exclude_platforms"]),
            ("/conditions/locations", &["include_locations", "exclude_locations"]),
            ("/conditions/locations/excludeLocations", &["exclude_locations"]),
            ("/conditions/signInRiskLevels", &["sign_in_risk_levels"]),
            ("/conditions/userRiskLevels", &["user_risk_levels"]),
            ("/conditions/authenticationFlows/transferMethods", &["authentication_flows"]),
            ("/grantControls/operator", &["grant_operator"]),
            ("/grantControls/builtInControls", &["grant_controls"]),
            ("/grantControls/authenticationStrength/id", &["authentication_strength"]),
            ("/grantControls/termsOfUse", &["other_grant_controls"]),
            ("/grantControls/customAuthenticationFactors", &["other_grant_controls"]),
            (
                "/grantControls",
                &["grant_operator", "grant_controls", "authentication_strength", "other_grant_controls"],
            ),
            ("/sessionControls/signInFrequency/value", &["sign_in_frequency_hours"]),
            ("/sessionControls/signInFrequency/type", &["sign_in_frequency_hours"]),
            ("/sessionControls/signInFrequency/isEnabled", &["sign_in_frequency_hours"]),
            ("/sessionControls/persistentBrowser/isEnabled", &["persistent_browser"]),
            ("/sessionControls/persistentBrowser/mode", &["persistent_browser"]),
            ("/sessionControls", &["sign_in_frequency_hours", "persistent_browser"]),
        ];
        assert_eq!(unknown(&row(answer())), Vec::<&str>::new());
        for (path, due) in cases {
            let mut changed = answer();
            let (parent, name) = path.rsplit_once('/').expect("a path");
            changed.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(name).expect(path);
            assert_eq!(unknown(&row(changed)), due, "{path}");
        }
    }

    #[test]
    fn words_that_are_not_understood_are_unknown() {
        let cases = [
            ("/grantControls/operator", json!("XOR"), "grant_operator"),
            ("/sessionControls/signInFrequency/type", json!("weeks"), "sign_in_frequency_hours"),
            ("/sessionControls/signInFrequency/value", json!(0), "sign_in_frequency_hours"),
            ("/sessionControls/signInFrequency/frequencyInterval", json!("now and then"), "sign_in_frequency_hours"),
        ];
        for (path, value, due) in cases {
            let mut changed = answer();
            *changed.pointer_mut(path).expect(path) = value;
            assert_eq!(unknown(&row(changed)), [due], "{path}");
        }
    }

    #[test]
    fn null_where_the_vendor_says_it_stands_for_everything_or_for_nothing() {
        let mut changed = answer();
        changed["conditions"]["locations"] = Value::Null;
        changed["conditions"]["users"] = Value::Null;
        changed["grantControls"] = Value::Null;
        changed["sessionControls"] = Value::Null;
        let policy = row(changed);
        assert_eq!(unknown(&policy), Vec::<&str>::new());
        assert_eq!(policy.include_locations, Cell::Known(None));
        assert_eq!(policy.include_users, Cell::Known(vec![]));
        assert_eq!(policy.grant_operator, Cell::Known(None));
        assert_eq!(policy.sign_in_frequency_hours, Cell::Known(None));
    }

    #[test]
    fn a_narrowing_that_is_not_weighed_is_named_wherever_it_stands() {
        let cases = [
            ("/conditions", "insiderRiskLevels", json!("elevated")),
            ("/conditions/users", "excludeSomebody", json!({ "ids": ["a"] })),
            ("/conditions/applications", "includeAuthenticationContextClassReferences", json!(["c1"])),
            ("/conditions/applications", "applicationFilter", json!({ "mode": "include", "rule": "x" })),
        ];
        for (path, name, value) in cases {
            let mut changed = answer();
            changed.pointer_mut(path).expect(path)[name] = value;
            assert_eq!(row(changed).other_conditions, Cell::Known(vec![name.into()]), "{name}");
        }
        let mut changed = answer();
        changed["conditions"]["users@odata.context"] = json!("https://graph.microsoft.com/");
        changed["conditions"]["applications"]["applicationFilter"] = Value::Null;
        assert_eq!(row(changed).other_conditions, Cell::Known(vec![]));
    }
}
