//! Settings of the customer as policies for units, groups and products.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tenantscan_model::Text;
use tenantscan_provider::{Call, Source};

use crate::api::CLOUD_IDENTITY;
use crate::settings::catalogue::returned_name;
use crate::settings::policy::{Author, Policy};
use crate::settings::query::Query;

/// All settings in one list. It can be filtered by the name of a setting, but the tables of settings need most of it, and
/// whatever is new should be seen too.
pub(crate) static POLICIES: Source = Source {
    id: "google-workspace.policies",
    title: "Settings",
    api: &CLOUD_IDENTITY,
    path: "/v1/policies?pageSize=100&fields=nextPageToken,policies(name,type,policyQuery(query,orgUnit,group,sortOrder),setting)",
    call: Call::Pages("policies"),
    permissions: &["https://www.googleapis.com/auth/cloud-identity.policies.readonly"],
    licence: None,
    role: None,
    lists: &["setting_types"],
    fills: &["setting_types.id", "setting_types.known", "setting_types.policies"],
    docs: "https://docs.cloud.google.com/identity/docs/reference/rest/v1/policies/list",
};

/// Source: Cloud Identity API, Policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyWire {
    name: Text,
    #[serde(default)]
    policy_query: QueryWire,
    setting: SettingWire,
    r#type: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct QueryWire {
    query: String,
    org_unit: String,
    group: String,
    #[serde(deserialize_with = "order")]
    sort_order: Option<f64>,
}

/// A number, or one that is written as text, as JSON of Google's may have it.
fn order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_f64().or_else(|| value.as_str()?.parse().ok()))
}

#[derive(Debug, Deserialize)]
struct SettingWire {
    r#type: String,
    #[serde(default)]
    value: BTreeMap<Text, Value>,
}

impl PolicyWire {
    /// The unit and the group stand in the condition and beside it; both must hold.
    pub(crate) fn policy(self) -> Policy {
        let wire = self.policy_query;
        // A policy that does not say for whom it is may be for anybody.
        let says = !wire.query.trim().is_empty() || !wire.org_unit.is_empty() || !wire.group.is_empty();
        let mut parts = vec![if says { Query::parse(&wire.query) } else { Query::NotUnderstood }];
        let bare = |id: &str, list: &str| -> Option<Text> {
            (!id.is_empty()).then(|| id.strip_prefix(list).unwrap_or(id).into())
        };
        parts.extend(bare(&wire.org_unit, "orgUnits/").map(Query::Unit));
        parts.extend(bare(&wire.group, "groups/").map(Query::Group));
        let setting = self.setting.r#type;
        Policy {
            name: self.name,
            setting: returned_name(setting.strip_prefix("settings/").unwrap_or(&setting)).into(),
            fields: self.setting.value.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            query: Query::All(parts),
            author: match self.r#type.as_deref() {
                Some("ADMIN") => Some(Author::Admin),
                Some("SYSTEM") => Some(Author::System),
                _ => None,
            },
            order: wire.sort_order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helper_fields_count_where_the_condition_is_left_out() {
        let wire: PolicyWire = serde_json::from_str(
            r#"{"name": "policies/1", "customer": "customers/C1", "type": "ADMIN",
                "policyQuery": {"orgUnit": "orgUnits/03ph8a2z1", "group": "groups/01b", "sortOrder": "201.00048"},
                "setting": {"type": "settings/security.password", "value": {"minimumLength": 12, "allowReuse": null}}}"#,
        )
        .expect("as the vendor writes it");
        let policy = wire.policy();
        assert_eq!((policy.setting.as_str(), policy.author), ("security.password", Some(Author::Admin)));
        assert_eq!(policy.fields.keys().map(Text::as_str).collect::<Vec<_>>(), ["minimumLength"]);
        assert_eq!(policy.order, Some(201.00048));
        let demands = policy.query.demands().expect("plain");
        assert_eq!((demands.units, demands.groups), (vec!["03ph8a2z1".into()], vec!["01b".into()]));
        let wire: PolicyWire = serde_json::from_str(
            r#"{"name": "policies/2", "type": "ADMIN", "policyQuery": {"sortOrder": 1}, "setting": {"type": "settings/x.y"}}"#,
        )
        .expect("a policy that does not say for whom it is");
        assert!(wire.policy().query.is_unclear());
    }
}
