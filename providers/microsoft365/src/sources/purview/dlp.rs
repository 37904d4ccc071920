//! Data loss prevention: policies, and rules with what they look for.

use serde::Deserialize;
use serde_json::{Map, Value};
use tenantscan_model::rows::{DlpAction, DlpPolicy, DlpRule, LocationScope};
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::{Call, Source};

use super::dlp_conditions::{Conditions, count_of_types, tells_of_a_patient};
use super::{Place, adaptive, says_something, scope};
use crate::api::COMPLIANCE;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static DLP_POLICIES: Source = Source {
    id: "microsoft365.dlp_policies",
    title: "Data loss prevention policies",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-DlpCompliancePolicy", parameters: "{}" },
    licence: Some("Microsoft Purview Data Loss Prevention"),
    lists: &["dlp_policies"],
    fills: &[
        "dlp_policies.id",
        "dlp_policies.name",
        "dlp_policies.enabled",
        "dlp_policies.mode",
        "dlp_policies.exchange",
        "dlp_policies.sharepoint",
        "dlp_policies.onedrive",
        "dlp_policies.teams",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-dlpcompliancepolicy",
    ..CMDLET
};

pub(crate) static DLP_RULES: Source = Source {
    id: "microsoft365.dlp_rules",
    title: "Rules of data loss prevention",
    api: &COMPLIANCE,
    call: Call::Cmdlet { name: "Get-DlpComplianceRule", parameters: "{}" },
    licence: Some("Microsoft Purview Data Loss Prevention"),
    lists: &["dlp_rules"],
    fills: &[
        "dlp_rules.id",
        "dlp_rules.name",
        "dlp_rules.policy",
        "dlp_rules.enabled",
        "dlp_rules.sensitive_types",
        "dlp_rules.health_types",
        "dlp_rules.covers_outside",
        "dlp_rules.action",
        "dlp_rules.narrowed_by",
        "dlp_rules.least_count",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-dlpcompliancerule",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DlpPolicyWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    mode: Field<Text>,
    #[serde(default)]
    exchange_location: Field<Vec<Place>>,
    #[serde(default)]
    share_point_location: Field<Vec<Place>>,
    #[serde(default)]
    share_point_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    one_drive_location: Field<Vec<Place>>,
    #[serde(default)]
    one_drive_location_exception: Field<Vec<Place>>,
    #[serde(default)]
    teams_location: Field<Vec<Place>>,
    #[serde(default)]
    teams_location_exception: Field<Vec<Place>>,
    /// Senders and owners that it is for, and those that it leaves out.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl DlpPolicyWire {
    /// Narrowed besides by words for the service, or to a part of the organization.
    fn adaptive(&self, scope: Cell<LocationScope>, service: &str) -> Cell<LocationScope> {
        let says = |name: &str| self.rest.get(name).is_some_and(says_something);
        let names = ["AdaptiveScopes", "AdaptiveScopesException"];
        let words = names.iter().any(|name| says(&format!("{service}{name}")));
        let part = says("PolicyRBACScopes") && scope.known() != Some(&LocationScope::None);
        adaptive(scope, [words, part], &DLP_POLICIES)
    }

    /// The scope by places, narrowed by people where properties that begin with one of `only` or `but` say so.
    fn narrowed(&self, scope: Cell<LocationScope>, only: &[&str], but: &[&str]) -> Cell<LocationScope> {
        let says = |names: &[&str]| names.iter().any(|name| self.rest.get(*name).is_some_and(says_something));
        match scope {
            Cell::Known(LocationScope::All | LocationScope::AllBut) if says(only) => Cell::Known(LocationScope::Some),
            Cell::Known(LocationScope::All) if says(but) => Cell::Known(LocationScope::AllBut),
            scope => scope,
        }
    }

    pub(crate) fn row(self) -> DlpPolicy {
        let source = &DLP_POLICIES;
        let exchange = self.narrowed(
            scope(&self.exchange_location, &[], source),
            &["ExchangeSender", "ExchangeSenderMemberOf"],
            &["ExchangeSenderException", "ExchangeSenderMemberOfException"],
        );
        let onedrive = self.narrowed(
            scope(&self.one_drive_location, &[&self.one_drive_location_exception], source),
            &["OneDriveSharedBy", "OneDriveSharedByMemberOf"],
            &["ExceptIfOneDriveSharedBy", "ExceptIfOneDriveSharedByMemberOf"],
        );
        DlpPolicy {
            exchange: self.adaptive(exchange, "Exchange"),
            onedrive: self.adaptive(onedrive, "OneDrive"),
            sharepoint: self.adaptive(
                scope(&self.share_point_location, &[&self.share_point_location_exception], source),
                "SharePoint",
            ),
            teams: self.adaptive(scope(&self.teams_location, &[&self.teams_location_exception], source), "Teams"),
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            mode: self.mode.word(
                &["Enable", "TestWithNotifications", "TestWithoutNotifications", "Disable", "PendingDeletion"],
                source,
            ),
            ..DlpPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DlpRuleWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    policy: Field<Text>,
    #[serde(default)]
    disabled: Field<bool>,
    #[serde(default)]
    access_scope: Field<Text>,
    /// Conditions as JSON in a text; empty for rules that were made the older way.
    #[serde(default)]
    advanced_rule: Field<Text>,
    #[serde(default)]
    content_contains_sensitive_information: Field<Value>,
    #[serde(default)]
    block_access: Field<bool>,
    #[serde(default, rename = "EncryptRMSTemplate")]
    encrypt_rms_template: Field<Text>,
    #[serde(default)]
    notify_user: Field<Vec<Text>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Conditions that a rule made the older way may have besides. Source: learn.microsoft.com, New-DlpComplianceRule, and
/// the properties that Get-DlpComplianceRule was seen to give.
const OLDER_CONDITIONS: [&str; 53] = [
    "From",
    "FromMemberOf",
    "FromScope",
    "FromAddressContainsWords",
    "FromAddressMatchesPatterns",
    "SenderDomainIs",
    "SenderIPRanges",
    "SenderADAttributeContainsWords",
    "SenderADAttributeMatchesPatterns",
    "HasSenderOverride",
    "SentTo",
    "SentToMemberOf",
    "RecipientDomainIs",
    "RecipientADAttributeContainsWords",
    "RecipientADAttributeMatchesPatterns",
    "AnyOfRecipientAddressContainsWords",
    "AnyOfRecipientAddressMatchesPatterns",
    "SharedWithDomain",
    "TeamsSharedWithParticipantCategory",
    "SubjectContainsWords",
    "SubjectMatchesPatterns",
    "SubjectOrBodyContainsWords",
    "SubjectOrBodyMatchesPatterns",
    "HeaderContainsTokens",
    "HeaderContainsWords",
    "HeaderMatchesPatterns",
    "MessageTypeMatches",
    "MessageSizeOver",
    "MessageIsNotLabeled",
    "MessageLabelChangeDetected",
    "WithImportance",
    "DocumentNameMatchesWords",
    "DocumentNameMatchesPatterns",
    "DocumentContainsWords",
    "DocumentMatchesPatterns",
    "DocumentCreatedBy",
    "DocumentCreatedByMemberOf",
    "DocumentSizeOver",
    "DocumentIsPasswordProtected",
    "DocumentIsUnsupported",
    "UnscannableDocumentExtensionIs",
    "ProcessingLimitExceeded",
    "AttachmentCountOver",
    "AttachmentIsNotLabeled",
    "ContentExtensionMatchesWords",
    "ContentFileTypeMatches",
    "ContentPropertyContainsWords",
    "ContentCharacterSetContainsWords",
    "ContentIsNotLabeled",
    "ContentMissingSensitivityLabel",
    "AccessedBy",
    "AccessedByMemberOf",
    "UrlContainsText",
];

impl DlpRuleWire {
    fn conditions(&self) -> Result<Conditions, Gap> {
        let gap = || unclear(&DLP_RULES);
        match (&self.advanced_rule, &self.content_contains_sensitive_information) {
            (Field::Value(text), _) if !text.trim().is_empty() => Conditions::read(text).ok_or_else(gap),
            (Field::Absent, Field::Absent | Field::Null) | (_, Field::Absent) => Err(gap()),
            (_, older) => {
                let mut found = Conditions::default();
                older.value().into_iter().for_each(|older| found.take_types(older));
                found.count = older.value().map_or(Some(None), count_of_types);
                let says = |name: &&&str| self.rest.get(**name).is_some_and(says_something);
                found.others = OLDER_CONDITIONS.iter().filter(says).map(|name| (*name).into()).collect();
                found.exceptions =
                    self.rest.iter().any(|(name, value)| name.starts_with("ExceptIf") && says_something(value));
                Ok(found)
            }
        }
    }

    fn covers_outside(&self, conditions: &Conditions) -> Result<bool, Gap> {
        let property = match &self.access_scope {
            Field::Value(word) => Some(word),
            Field::Null => None,
            Field::Absent if conditions.scopes.is_empty() => return Err(unclear(&DLP_RULES)),
            Field::Absent => None,
        };
        let mut outside = true;
        for word in property.into_iter().chain(&conditions.scopes) {
            match word.as_str() {
                "NotInOrganization" | "None" | "" => {}
                "InOrganization" => outside = false,
                _ => return Err(unclear(&DLP_RULES)),
            }
        }
        Ok(outside)
    }

    fn action(&self) -> Result<DlpAction, Gap> {
        let gap = || unclear(&DLP_RULES);
        if *self.block_access.value().ok_or_else(gap)? {
            return Ok(DlpAction::Blocks);
        }
        match &self.encrypt_rms_template {
            Field::Absent => return Err(gap()),
            Field::Value(template) if !template.is_empty() => return Ok(DlpAction::Encrypts),
            _ => {}
        }
        match &self.notify_user {
            Field::Absent => Err(gap()),
            Field::Null => Ok(DlpAction::None),
            // Others who are told are not those who are about to send.
            Field::Value(told) => {
                let sender = |it: &Text| ["lastmodifier", "owner"].contains(&it.to_ascii_lowercase().as_str());
                Ok(if told.iter().any(sender) { DlpAction::Warns } else { DlpAction::None })
            }
        }
    }

    pub(crate) fn row(self) -> DlpRule {
        let source = &DLP_RULES;
        let conditions = self.conditions();
        let from = |part: fn(&Conditions) -> Vec<Text>| conditions.as_ref().map(part).map_err(Clone::clone).into();
        DlpRule {
            sensitive_types: from(|it| it.types.iter().map(|(name, _)| name.clone()).collect()),
            health_types: from(|it| {
                it.types.iter().filter(|it| tells_of_a_patient(it)).map(|(name, _)| name.clone()).collect()
            }),
            narrowed_by: conditions.as_ref().map_err(Clone::clone).and_then(narrowed_by).into(),
            least_count: conditions
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|it| it.count.ok_or_else(|| unclear(source)))
                .into(),
            covers_outside: conditions.as_ref().map_err(Clone::clone).and_then(|it| self.covers_outside(it)).into(),
            action: self.action().into(),
            name: self.name.needed(source),
            policy: self.policy.needed(source),
            enabled: self.disabled.needed(source).map(|disabled| !disabled),
            ..DlpRule::new(self.guid)
        }
    }
}

/// What narrows a rule besides the kinds of data. How much an exception leaves out, only a person can say.
fn narrowed_by(conditions: &Conditions) -> Result<Vec<Text>, Gap> {
    match &conditions.others {
        others if others.is_empty() && conditions.exceptions => Err(Gap::new(Cause::NotSupplied, DLP_RULES.id)),
        others => Ok(others.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whom_an_adaptive_scope_takes_in_is_not_known() {
        let policy = |more: Value| {
            let mut policy = json!({ "Guid": "g", "ExchangeLocation": ["All"], "TeamsLocation": [] });
            policy.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            let row = serde_json::from_value::<DlpPolicyWire>(policy).expect("a policy").row();
            (row.exchange.known().copied(), row.teams.known().copied())
        };
        let (all, none) = (Some(LocationScope::All), Some(LocationScope::None));
        assert_eq!(policy(json!({ "ExchangeAdaptiveScopes": [], "PolicyRBACScopes": null })), (all, none));
        assert_eq!(policy(json!({ "ExchangeAdaptiveScopes": ["Billing"] })), (None, none));
        assert_eq!(policy(json!({ "TeamsAdaptiveScopes": ["Billing"] })), (all, None));
        assert_eq!(policy(json!({ "PolicyRBACScopes": ["unit"] })), (None, none));
    }

    #[test]
    fn a_rule_with_exceptions_is_not_known_to_cover_everything() {
        let types = json!([{ "name": "U.S. Social Security Number (SSN)" }]);
        let older = |more: Value| {
            let mut rule = json!({ "Guid": "g", "ContentContainsSensitiveInformation": types });
            rule.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            serde_json::from_value::<DlpRuleWire>(rule).expect("a rule").row().narrowed_by
        };
        assert_eq!(older(json!({ "ExceptIfRecipientDomainIs": [], "FromScope": null })), Cell::Known(vec![]));
        assert_eq!(older(json!({ "FromScope": "InOrganization" })), Cell::Known(vec!["FromScope".into()]));
        let excepted = older(json!({ "ExceptIfRecipientDomainIs": ["mail.example"] }));
        assert_eq!(excepted.gap().map(Gap::cause), Some(Cause::NotSupplied));
        let advanced = json!({ "Condition": { "Operator": "And", "SubConditions": [
            { "ConditionName": "ContentContainsSensitiveInformation", "Value": types },
            { "Operator": "Not", "SubConditions": [{ "ConditionName": "RecipientDomainIs", "Value": ["x.example"] }] }] } });
        let advanced = older(json!({ "AdvancedRule": advanced.to_string() }));
        assert_eq!(advanced.gap().map(Gap::cause), Some(Cause::NotSupplied));
    }

    #[test]
    fn what_a_rule_does_is_its_strongest_action() {
        let cases = [
            (json!({ "BlockAccess": true }), Some(DlpAction::Blocks)),
            (json!({ "BlockAccess": false, "EncryptRMSTemplate": "Encrypt" }), Some(DlpAction::Encrypts)),
            (
                json!({ "BlockAccess": false, "EncryptRMSTemplate": null, "NotifyUser": ["LastModifier"] }),
                Some(DlpAction::Warns),
            ),
            (
                json!({ "BlockAccess": false, "EncryptRMSTemplate": null, "NotifyUser": ["boss@x.example"] }),
                Some(DlpAction::None),
            ),
            (json!({ "BlockAccess": false, "EncryptRMSTemplate": null }), None),
            (json!({}), None),
        ];
        for (mut rule, due) in cases {
            rule["Guid"] = json!("g");
            let wire: DlpRuleWire = serde_json::from_value(rule.clone()).expect("a rule");
            assert_eq!(wire.row().action.known().copied(), due, "{rule}");
        }
    }
}
