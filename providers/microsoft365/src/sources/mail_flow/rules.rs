//! Rules that act on mail on its way, or send copies of it to an archive.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{JournalRule, TransportRule};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::values::{any, is_set, moment, texts};
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static TRANSPORT_RULES: Source = Source {
    id: "microsoft365.transport_rules",
    title: "Mail-flow rules",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,State,Mode,ActivationDate,ExpiryDate,Conditions,Exceptions,RedirectMessageTo,\
BlindCopyTo,CopyTo,AddToRecipients,GenerateIncidentReport,RouteMessageOutboundConnector,SetSCL,SenderDomainIs,\
RecipientDomainIs,ApplyOME,ApplyRightsProtectionTemplate,RouteMessageOutboundRequireTls,MessageTypeMatches,\
RejectMessageEnhancedStatusCode,RejectMessageReasonText",
    call: Call::Cmdlet { name: "Get-TransportRule", parameters: "{\"ResultSize\":\"Unlimited\"}" },
    lists: &["transport_rules"],
    fills: &[
        "transport_rules.id",
        "transport_rules.name",
        "transport_rules.enforced",
        "transport_rules.starts",
        "transport_rules.ends",
        "transport_rules.conditions",
        "transport_rules.exceptions",
        "transport_rules.redirects_to",
        "transport_rules.blind_copies_to",
        "transport_rules.copies_to",
        "transport_rules.adds_recipients",
        "transport_rules.reports_to",
        "transport_rules.outbound_connector",
        "transport_rules.skips_spam_filter",
        "transport_rules.sender_domains",
        "transport_rules.recipient_domains",
        "transport_rules.encrypts",
        "transport_rules.requires_tls",
        "transport_rules.message_type",
        "transport_rules.rejects",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-transportrule",
    ..CMDLET
};

pub(crate) static JOURNAL_RULES: Source = Source {
    id: "microsoft365.journal_rules",
    title: "Rules that copy mail to an archive",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,Enabled,JournalEmailAddress",
    call: Call::Cmdlet { name: "Get-JournalRule", parameters: "{}" },
    lists: &["journal_rules"],
    fills: &["journal_rules.id", "journal_rules.name", "journal_rules.enabled", "journal_rules.sends_to"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-journalrule",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct JournalWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    journal_email_address: Field<Text>,
}

impl JournalWire {
    pub(crate) fn row(self) -> JournalRule {
        let source = &JOURNAL_RULES;
        JournalRule {
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            sends_to: self.journal_email_address.needed(source),
            ..JournalRule::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    state: Field<Text>,
    #[serde(default)]
    mode: Field<Text>,
    #[serde(default)]
    activation_date: Field<Text>,
    #[serde(default)]
    expiry_date: Field<Text>,
    #[serde(default)]
    conditions: Field<Value>,
    #[serde(default)]
    exceptions: Field<Value>,
    #[serde(default)]
    redirect_message_to: Field<Value>,
    #[serde(default)]
    blind_copy_to: Field<Value>,
    #[serde(default)]
    copy_to: Field<Value>,
    #[serde(default)]
    add_to_recipients: Field<Value>,
    #[serde(default)]
    generate_incident_report: Field<Value>,
    #[serde(default)]
    route_message_outbound_connector: Field<Text>,
    #[serde(default, rename = "SetSCL")]
    set_scl: Field<Value>,
    #[serde(default)]
    sender_domain_is: Field<Value>,
    #[serde(default)]
    recipient_domain_is: Field<Value>,
    #[serde(default, rename = "ApplyOME")]
    apply_ome: Field<bool>,
    #[serde(default)]
    apply_rights_protection_template: Field<Value>,
    #[serde(default)]
    route_message_outbound_require_tls: Field<bool>,
    #[serde(default)]
    message_type_matches: Field<Text>,
    #[serde(default)]
    reject_message_enhanced_status_code: Field<Value>,
    #[serde(default)]
    reject_message_reason_text: Field<Value>,
}

/// How many there are; one may stand without a list.
fn count(list: &Field<Value>) -> Option<i64> {
    match list {
        Field::Null => Some(0),
        Field::Value(Value::Array(items)) => i64::try_from(items.len()).ok(),
        Field::Value(Value::String(_) | Value::Object(_)) => Some(1),
        Field::Value(_) | Field::Absent => None,
    }
}

/// Whether a rule acts; unknown for states and modes of which nothing is known here.
fn enforced(state: Option<&Text>, mode: Option<&Text>) -> Option<bool> {
    let on = state.and_then(|state| match state.as_str() {
        "Enabled" => Some(true),
        "Disabled" => Some(false),
        _ => None,
    });
    let acts = mode.and_then(|mode| match mode.as_str() {
        "Enforce" => Some(true),
        "Audit" | "AuditAndNotify" => Some(false),
        _ => None,
    });
    if on == Some(false) || acts == Some(false) { Some(false) } else { on.zip(acts).map(|_| true) }
}

/// Whether the spam confidence that is set lets mail pass the filters: -1 does, as a number or as text.
fn skips_filter(scl: &Field<Value>) -> Option<bool> {
    match scl {
        Field::Null => Some(false),
        Field::Value(Value::Number(number)) => number.as_i64().map(|scl| scl < 0),
        Field::Value(Value::String(text)) => text.parse::<i64>().ok().map(|scl| scl < 0),
        Field::Value(_) | Field::Absent => None,
    }
}

impl RuleWire {
    pub(crate) fn row(self) -> TransportRule {
        let source = &TRANSPORT_RULES;
        let known = |fact: Option<bool>| -> Cell<bool> { fact.ok_or_else(|| unclear(source)).into() };
        let rejects = [is_set(&self.reject_message_enhanced_status_code), is_set(&self.reject_message_reason_text)];
        TransportRule {
            name: self.name.needed(source),
            enforced: known(enforced(self.state.value(), self.mode.value())),
            starts: moment(self.activation_date, source),
            ends: moment(self.expiry_date, source),
            conditions: count(&self.conditions).ok_or_else(|| unclear(source)).into(),
            exceptions: count(&self.exceptions).ok_or_else(|| unclear(source)).into(),
            redirects_to: texts(self.redirect_message_to, source),
            blind_copies_to: texts(self.blind_copy_to, source),
            copies_to: texts(self.copy_to, source),
            adds_recipients: texts(self.add_to_recipients, source),
            reports_to: texts(self.generate_incident_report, source),
            outbound_connector: self.route_message_outbound_connector.nullable(source),
            skips_spam_filter: known(skips_filter(&self.set_scl)),
            sender_domains: texts(self.sender_domain_is, source),
            recipient_domains: texts(self.recipient_domain_is, source),
            encrypts: any(&[self.apply_ome.value().copied(), is_set(&self.apply_rights_protection_template)], source),
            requires_tls: self.route_message_outbound_require_tls.needed(source),
            message_type: self.message_type_matches.nullable(source),
            rejects: any(&rejects, source),
            ..TransportRule::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(properties: &Value) -> TransportRule {
        let mut whole = json!({ "Guid": "1", "Name": "Rule", "State": "Enabled", "Mode": "Enforce", "SetSCL": null,
            "ApplyOME": false, "ApplyRightsProtectionTemplate": null });
        for (name, value) in properties.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        serde_json::from_value::<RuleWire>(whole).expect("a rule").row()
    }

    #[test]
    fn a_rule_acts_only_when_it_is_on_and_enforced() {
        let cases = [
            ("Enabled", "Enforce", Some(true)),
            ("Disabled", "Enforce", Some(false)),
            ("Enabled", "Audit", Some(false)),
            ("Enabled", "AuditAndNotify", Some(false)),
            ("Disabled", "Tomorrow", Some(false)),
            ("Enabled", "Tomorrow", None),
        ];
        for (state, mode, expected) in cases {
            let rule = row(&json!({ "State": state, "Mode": mode }));
            assert_eq!(rule.enforced.known().copied(), expected, "{state} {mode}");
        }
    }

    #[test]
    fn minus_one_skips_the_filters_whether_it_is_a_number_or_text() {
        let cases =
            [(json!(-1), Some(true)), (json!("-1"), Some(true)), (json!("9"), Some(false)), (json!(null), Some(false))];
        for (scl, expected) in cases {
            assert_eq!(row(&json!({ "SetSCL": scl })).skips_spam_filter.known().copied(), expected, "{scl}");
        }
        assert_eq!(row(&json!({ "SetSCL": {} })).skips_spam_filter.known(), None);
    }

    #[test]
    fn either_way_of_encrypting_counts() {
        assert_eq!(row(&json!({ "ApplyOME": true })).encrypts.known(), Some(&true));
        assert_eq!(row(&json!({ "ApplyRightsProtectionTemplate": "Encrypt" })).encrypts.known(), Some(&true));
        assert_eq!(row(&json!({})).encrypts.known(), Some(&false));
    }

    #[test]
    fn what_is_left_out_is_unknown() {
        let rule = row(&json!({}));
        assert_eq!(rule.redirects_to.known(), None);
        assert_eq!(rule.rejects.known(), None);
    }
}
