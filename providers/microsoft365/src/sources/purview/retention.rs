//! For how long mail, files and chats are kept: retention policies and their rules.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{LocationScope, RetentionPolicy, RetentionRule};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::{Place, adaptive, says_something, scope};
use crate::api::COMPLIANCE;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

/// Without `DistributionDetail` the places are not accurate.
pub(crate) static RETENTION_POLICIES: Source = Source {
    id: "microsoft365.retention_policies",
    title: "Retention policies",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-RetentionCompliancePolicy", parameters: r#"{"DistributionDetail":true}"# },
    lists: &["retention_policies"],
    fills: &[
        "retention_policies.id",
        "retention_policies.name",
        "retention_policies.enabled",
        "retention_policies.mode",
        "retention_policies.distribution_status",
        "retention_policies.exchange",
        "retention_policies.sharepoint",
        "retention_policies.onedrive",
        "retention_policies.groups",
        "retention_policies.teams_chats",
        "retention_policies.teams_channels",
        "retention_policies.reaches_only",
        "retention_policies.leaves_out",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-retentioncompliancepolicy",
    ..CMDLET
};

pub(crate) static RETENTION_RULES: Source = Source {
    id: "microsoft365.retention_rules",
    title: "Rules of retention policies",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-RetentionComplianceRule", parameters: "{}" },
    lists: &["retention_rules"],
    fills: &[
        "retention_rules.id",
        "retention_rules.name",
        "retention_rules.policy",
        "retention_rules.enabled",
        "retention_rules.action",
        "retention_rules.keep_days",
        "retention_rules.keeps_forever",
        "retention_rules.narrowed_by",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-retentioncompliancerule",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RetentionPolicyWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    mode: Field<Text>,
    #[serde(default)]
    distribution_status: Field<Text>,
    #[serde(default)]
    exchange_location: Field<Vec<Place>>,
    #[serde(default)]
    exchange_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    share_point_location: Field<Vec<Place>>,
    #[serde(default)]
    share_point_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    one_drive_location: Field<Vec<Place>>,
    #[serde(default)]
    one_drive_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    modern_group_location: Field<Vec<Place>>,
    #[serde(default)]
    modern_group_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    teams_chat_location: Field<Vec<Place>>,
    #[serde(default)]
    teams_chat_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    teams_channel_location: Field<Vec<Place>>,
    #[serde(default)]
    teams_channel_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    adaptive_scope_location: Value,
    #[serde(default, rename = "PolicyRBACScopes")]
    policy_rbac_scopes: Value,
}

/// The places of all services by name. `All` is none, and one without a name makes the list one that is not whole.
fn named(services: [(&str, &Field<Vec<Place>>); 6], source: &Source) -> Cell<Vec<Text>> {
    let mut all = Vec::new();
    for (service, places) in services {
        match places {
            Field::Absent => return Cell::Unknown(unclear(source)),
            Field::Null => {}
            Field::Value(places) => {
                for place in places {
                    match place.name() {
                        None => return Cell::Unknown(unclear(source)),
                        Some(name) if name.eq_ignore_ascii_case("all") => {}
                        Some(name) => all.push(format!("{service}/{}", name.to_lowercase()).into()),
                    }
                }
            }
        }
    }
    Cell::Known(all)
}

impl RetentionPolicyWire {
    pub(crate) fn row(self) -> RetentionPolicy {
        let source = &RETENTION_POLICIES;
        let (words, unit) = (says_something(&self.adaptive_scope_location), says_something(&self.policy_rbac_scopes));
        let services = [
            ("exchange", &self.exchange_location, &self.exchange_location_exception),
            ("sharepoint", &self.share_point_location, &self.share_point_location_exception),
            ("onedrive", &self.one_drive_location, &self.one_drive_location_exception),
            ("groups", &self.modern_group_location, &self.modern_group_location_exception),
            ("teams_chats", &self.teams_chat_location, &self.teams_chat_location_exception),
            ("teams_channels", &self.teams_channel_location, &self.teams_channel_location_exception),
        ];
        let reaches_only = named(services.map(|(service, places, _)| (service, places)), source);
        let leaves_out = named(services.map(|(service, _, places)| (service, places)), source);
        let reach = |places, left_out| {
            let scope = scope(places, &[left_out], source);
            let part = unit && scope.known() != Some(&LocationScope::None);
            adaptive(scope, [words, part], source)
        };
        RetentionPolicy {
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            mode: self.mode.word(&["Enforce", "Test", "AuditAndNotify", "PendingDeletion"], source),
            distribution_status: self
                .distribution_status
                .word(&["Success", "Pending", "Error", "PendingDeletion"], source),
            exchange: reach(&self.exchange_location, &self.exchange_location_exception),
            sharepoint: reach(&self.share_point_location, &self.share_point_location_exception),
            onedrive: reach(&self.one_drive_location, &self.one_drive_location_exception),
            groups: reach(&self.modern_group_location, &self.modern_group_location_exception),
            teams_chats: reach(&self.teams_chat_location, &self.teams_chat_location_exception),
            teams_channels: reach(&self.teams_channel_location, &self.teams_channel_location_exception),
            reaches_only,
            leaves_out,
            ..RetentionPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RetentionRuleWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    policy: Field<Text>,
    #[serde(default)]
    disabled: Field<bool>,
    #[serde(default)]
    retention_compliance_action: Field<Text>,
    #[serde(default)]
    retention_duration: Field<Value>,
    #[serde(default)]
    content_match_query: Field<Value>,
    #[serde(default)]
    content_contains_sensitive_information: Value,
    #[serde(default)]
    excluded_item_classes: Value,
    #[serde(default)]
    apply_compliance_tag: Value,
    #[serde(default)]
    publish_compliance_tag: Value,
}

/// A duration as the vendor writes it: a number of days, as text or number, or `Unlimited`.
pub(super) enum Duration {
    Days(i64),
    Forever,
    Unset,
}

impl Duration {
    pub(super) fn days(self) -> Option<i64> {
        match self {
            Self::Days(days) => Some(days),
            Self::Forever | Self::Unset => None,
        }
    }
}

pub(super) fn duration(field: &Field<Value>, source: &Source) -> Cell<Duration> {
    let unclear = || Cell::Unknown(unclear(source));
    match field {
        Field::Absent => unclear(),
        Field::Null => Cell::Known(Duration::Unset),
        Field::Value(Value::String(text)) if text.eq_ignore_ascii_case("unlimited") => Cell::Known(Duration::Forever),
        Field::Value(Value::String(text)) if text.is_empty() => Cell::Known(Duration::Unset),
        Field::Value(Value::String(text)) => {
            text.parse().map_or_else(|_| unclear(), |days| Cell::Known(Duration::Days(days)))
        }
        Field::Value(value) => value.as_i64().map_or_else(unclear, |days| Cell::Known(Duration::Days(days))),
    }
}

impl RetentionRuleWire {
    pub(crate) fn row(self) -> RetentionRule {
        let source = &RETENTION_RULES;
        let action = match self.retention_compliance_action {
            Field::Value(empty) if empty.is_empty() => Field::Null,
            other => other,
        };
        let narrowed_by = self.content_match_query.nullable(source).map(|query| {
            [
                ("ContentMatchQuery", query.unwrap_or_default()),
                ("ContentContainsSensitiveInformation", self.content_contains_sensitive_information),
                ("ExcludedItemClasses", self.excluded_item_classes),
                ("ApplyComplianceTag", self.apply_compliance_tag),
                ("PublishComplianceTag", self.publish_compliance_tag),
            ]
            .into_iter()
            .filter(|(_, value)| says_something(value))
            .map(|(name, _)| name.into())
            .collect()
        });
        RetentionRule {
            name: self.name.needed(source),
            policy: self.policy.needed(source),
            enabled: self.disabled.needed(source).map(|disabled| !disabled),
            action: action.word(&["Keep", "KeepAndDelete", "Delete"], source),
            keep_days: duration(&self.retention_duration, source).map(Duration::days),
            keeps_forever: duration(&self.retention_duration, source).map(|it| matches!(it, Duration::Forever)),
            narrowed_by,
            ..RetentionRule::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_an_adaptive_scope_takes_in_is_not_known() {
        let policy = |more: &str| {
            let json = format!(
                r#"{{"Guid":"g","ExchangeLocation":[],"OneDriveLocation":["All"],
                "OneDriveLocationException":[]{more}}}"#
            );
            let row = serde_json::from_str::<RetentionPolicyWire>(&json).expect("a policy").row();
            (row.exchange.known().copied(), row.onedrive.known().copied())
        };
        let (all, none) = (Some(LocationScope::All), Some(LocationScope::None));
        assert_eq!(policy(""), (none, all));
        assert_eq!(policy(r#","AdaptiveScopeLocation":[]"#), (none, all));
        assert_eq!(policy(r#","AdaptiveScopeLocation":["Clinicians"]"#), (None, None));
        assert_eq!(policy(r#","PolicyRBACScopes":["unit"]"#), (none, None));
    }

    #[test]
    fn a_duration_is_days_or_for_ever_and_nothing_is_guessed() {
        let cases = [
            (r#""RetentionDuration":"2555""#, Some((Some(2555), false))),
            (r#""RetentionDuration":2555"#, Some((Some(2555), false))),
            (r#""RetentionDuration":"Unlimited""#, Some((None, true))),
            (r#""RetentionDuration":null"#, Some((None, false))),
            (r#""RetentionDuration":"seven years""#, None),
            (r#""Comment":"""#, None),
        ];
        for (json, due) in cases {
            let wire: RetentionRuleWire = serde_json::from_str(&format!(r#"{{"Guid":"g",{json}}}"#)).expect(json);
            let row = wire.row();
            let found = row.keep_days.known().zip(row.keeps_forever.known()).map(|(days, forever)| (*days, *forever));
            assert_eq!(found, due, "{json}");
        }
    }
}
