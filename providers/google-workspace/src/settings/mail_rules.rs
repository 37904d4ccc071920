//! Rules of Gmail that change, copy or redirect mail on its way: those of compliance, which are the ones that the Policy
//! API lists. Routing, gateways and rules for encrypted connections it does not list.

use std::collections::BTreeSet;

use serde_json::Value;
use tenantscan_model::rows::{Domain, GoogleMailRule};
use tenantscan_model::{Cell, Gap, Table, Text};
use tenantscan_people::mail_domain;

use super::gmail;
use super::policy::Policy;
use super::query::Answer;
use super::resolve::{Effective, Settings};
use super::situation::Situation;

/// Settings that are lists of such rules, each with the field that holds the list.
pub(super) const LISTS: [(&str, &str); 3] = [
    ("gmail.content_compliance", "contentComplianceRules"),
    ("gmail.attachment_compliance", "attachmentComplianceRules"),
    ("gmail.objectionable_content", "objectionableContentRules"),
];

/// Every such rule that a policy holds. `gap` is that of what is not understood of one.
pub(super) fn rows(
    settings: &Settings<'_>,
    pairs: &[(&Situation, &Effective)],
    domains: &Table<Domain>,
    gap: &Gap,
) -> Vec<GoogleMailRule> {
    let own = domains.read().map_err(Clone::clone);
    let own: Result<BTreeSet<String>, Gap> = own.map(|rows| rows.iter().map(|row| row.id.to_lowercase()).collect());
    let mut rows = Vec::new();
    for (policy, by) in settings.of_app("gmail.") {
        let setting = policy.setting.as_str();
        for (number, rule) in rules_of(policy).into_iter().enumerate() {
            let mut row = GoogleMailRule::new(format!("{}/{setting}/{number}", policy.name));
            let name = rule.get("description").and_then(Value::as_str).filter(|name| !name.is_empty());
            row.name = Cell::Known(name.unwrap_or("(without a name)").into());
            row.setting = Cell::Known(setting.into());
            row.scope = Cell::Known(by.clone());
            row.enforced = enforced(settings, policy, rule, pairs, gap);
            does(&mut row, rule, own.as_ref(), gap);
            rows.push(row);
        }
    }
    rows
}

/// The rules of a policy: those of a list that is known to hold them, and whatever else stands in the place of such a list
/// or has a consequence like a rule. What is not understood is a rule that may do anything.
fn rules_of(policy: &Policy) -> Vec<&Value> {
    let known = LISTS.iter().find(|(setting, _)| policy.setting == *setting).map(|(_, field)| *field);
    let mut rules = Vec::new();
    for (field, value) in &policy.fields {
        match value.as_array() {
            Some(list) if known == Some(field) => rules.extend(list),
            _ if known.is_some() && !says_nothing(value) => rules.push(value),
            Some(list) => rules.extend(list.iter().filter(|it| it.get("consequence").is_some())),
            None => {}
        }
    }
    rules
}

/// Whether a value is one that the vendor writes where nothing is set.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(set) => !set,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.values().all(says_nothing),
    }
}

/// Whether a rule acts for anybody: its policy is for people, and the rule is not switched off for all of them.
fn enforced(
    settings: &Settings<'_>,
    policy: &Policy,
    rule: &Value,
    pairs: &[(&Situation, &Effective)],
    gap: &Gap,
) -> Cell<bool> {
    let mut open = None;
    for (situation, effective) in pairs {
        let applies = settings.applies(policy, situation);
        if applies == Answer::No || situation.people == Cell::Known(0) {
            continue;
        }
        let on = rule.get("ruleId").map_or(Ok(true), |id| gmail::state(effective, id, gap));
        match (&on, &applies, &situation.people) {
            (Ok(false), ..) => {}
            (Ok(true), Answer::Yes, Cell::Known(_)) => return Cell::Known(true),
            (Err(hole), ..) | (_, Answer::Maybe(hole), _) | (_, _, Cell::Unknown(hole)) => open = Some(hole.clone()),
            (Ok(true), Answer::No, Cell::Known(_)) => {}
        }
    }
    open.map_or(Cell::Known(false), Cell::Unknown)
}

/// Keys of a consequence, beside the lists of additional recipients.
const CONSEQUENCE: [&str; 3] = ["ruleConsequenceType", "primaryDelivery", "deliverToAdditionalRecipients"];

/// Keys of a delivery that are read.
const READ: [&str; 6] = [
    "bypassSpamFilter",
    "changeDefaultRoute",
    "changeEnvelopeRecipient",
    "recipientAddress",
    "recipientDomain",
    "recipientUser",
];

/// Keys of a delivery that neither send mail elsewhere nor let it past the filter.
const HARMLESS: [&str; 14] = [
    "addCustomHeaders",
    "addXGmOriginalToHeader",
    "addXGmSpamHeader",
    "customHeaders",
    "customSubject",
    "doNotDeliverSpam",
    "encryptMessage",
    "normalRouting",
    "prependCustomSubject",
    "removeAttachments",
    "replaceEnvelopeRecipientType",
    "requireTls",
    "rerouteSpam",
    "suppressBounces",
];

/// A switch; none where it is neither on nor off.
fn switch(of: &Value, key: &str) -> Option<bool> {
    match of.get(key) {
        None | Some(Value::Null) => Some(false),
        Some(value) => value.as_bool(),
    }
}

/// Whether something is set under a key that is not among these.
fn says_more(of: &Value, keys: &[&[&str]]) -> bool {
    let known = |key: &str| keys.iter().any(|keys| keys.contains(&key));
    of.as_object().is_none_or(|it| it.iter().any(|(key, value)| !known(key) && !says_nothing(value)))
}

/// What a rule does with mail.
fn does(row: &mut GoogleMailRule, rule: &Value, own: Result<&BTreeSet<String>, &Gap>, gap: &Gap) {
    row.goes_to = Cell::Unknown(gap.clone());
    row.sends_outside = Cell::Unknown(gap.clone());
    row.skips_spam_filter = Cell::Unknown(gap.clone());
    let consequence = rule.get("consequence");
    let kind = consequence.and_then(|it| it.get("ruleConsequenceType")).and_then(Value::as_str);
    let (Some(consequence), Some(kind)) = (consequence, kind) else { return };
    // What is refused or put into quarantine goes nowhere.
    if kind.starts_with("REJECT") || kind.starts_with("QUARANTINE") {
        row.goes_to = Cell::Known(Vec::new());
        row.sends_outside = Cell::Known(false);
        row.skips_spam_filter = Cell::Known(false);
        return;
    }
    if kind != "MODIFY_MESSAGE" {
        return;
    }
    let (mut goes_to, mut unclear, mut skips) = (Vec::new(), false, Some(false));
    let mut look = |delivery: &Value, recipient: Option<bool>| {
        let more = says_more(delivery, &[&READ, &HARMLESS]);
        skips = match (switch(delivery, "bypassSpamFilter"), skips) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) if !more => Some(false),
            _ => None,
        };
        // Which server a route leads to is not in the rule.
        unclear |= more || switch(delivery, "changeDefaultRoute") != Some(false);
        match recipient.and_then(|is| is.then(|| recipient_of(delivery))) {
            Some(Some(Some(domain))) => goes_to.push(domain),
            Some(Some(None)) => {}
            Some(None) => unclear = true,
            None => unclear |= recipient.is_none(),
        }
    };
    let additional = switch(consequence, "deliverToAdditionalRecipients");
    match consequence.get("primaryDelivery") {
        Some(primary) => {
            // A recipient that stands there without the switch being written may be in use.
            let unsaid = primary.get("changeEnvelopeRecipient").is_none() && recipient_of(primary).is_some();
            look(primary, switch(primary, "changeEnvelopeRecipient").filter(|_| !unsaid));
        }
        None => look(&Value::Null, Some(false)),
    }
    let objects = consequence.as_object().into_iter().flatten();
    let others: Vec<&Value> = objects
        .filter(|(key, value)| !CONSEQUENCE.contains(&key.as_str()) && !says_nothing(value))
        .map(|it| it.1)
        .collect();
    if additional == Some(true) {
        let deliveries: Vec<&Value> = others.iter().filter_map(|it| it.as_array()).flatten().collect();
        deliveries.iter().for_each(|delivery| look(delivery, Some(true)));
        unclear |= deliveries.is_empty() || others.iter().any(|it| !it.is_array());
    } else if additional.is_none() || !others.is_empty() {
        look(&Value::Null, None);
    }
    goes_to.sort_unstable();
    goes_to.dedup();
    let outside = own.map(|own| goes_to.iter().any(|domain| !own.contains(&domain.to_lowercase())));
    row.sends_outside = match outside {
        Ok(true) => Cell::Known(true),
        _ if unclear => Cell::Unknown(gap.clone()),
        Ok(false) => Cell::Known(false),
        Err(_) if goes_to.is_empty() => Cell::Known(false),
        Err(hole) => Cell::Unknown(hole.clone()),
    };
    row.goes_to = Cell::Known(goes_to);
    row.skips_spam_filter = skips.ok_or_else(|| gap.clone()).into();
}

/// The domain that mail goes to instead; none for one of the recipient's own domain; nothing where the rule does not say.
fn recipient_of(delivery: &Value) -> Option<Option<Text>> {
    let text = |key: &str| delivery.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(address) = text("recipientAddress") {
        return mail_domain(address).map(Some);
    }
    match (text("recipientDomain"), text("recipientUser")) {
        (Some(domain), _) => Some(Some(domain.trim_start_matches('@').to_lowercase().into())),
        (None, Some(_)) => Some(None),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    //! Cases: the consequence of a rule, and what it does.

    use serde_json::json;
    use tenantscan_model::Cause;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::Malformed, "policies")
    }

    /// Where mail goes, whether outside, and whether past the filter; nothing for what is not known.
    fn done(consequence: Value) -> (Vec<String>, Option<bool>, Option<bool>) {
        let own = BTreeSet::from(["juniper.example".to_owned()]);
        let mut row = GoogleMailRule::new("1");
        does(&mut row, &json!({ "consequence": consequence }), Ok(&own), &gap());
        let goes_to = row.goes_to.known().into_iter().flatten().map(ToString::to_string).collect();
        (goes_to, row.sends_outside.known().copied(), row.skips_spam_filter.known().copied())
    }

    fn modified(primary: Value) -> Value {
        json!({ "ruleConsequenceType": "MODIFY_MESSAGE", "primaryDelivery": primary })
    }

    #[test]
    fn a_rule_sends_mail_where_its_consequence_says() {
        let (yes, no) = (Some(true), Some(false));
        let to = |address: &str| json!({ "changeEnvelopeRecipient": true, "recipientAddress": address });
        let with = |more: Value| {
            let mut all = modified(json!({}));
            all["deliverToAdditionalRecipients"] = json!(true);
            all["additionalDeliveries"] = more;
            all
        };
        type Case<'a> = (&'a str, Value, &'a [&'a str], Option<bool>, Option<bool>);
        let cases: [Case<'_>; 17] = [
            ("a line on top", modified(json!({ "prependCustomSubject": true })), &[], no, no),
            ("refused", json!({ "ruleConsequenceType": "REJECT_MESSAGE" }), &[], no, no),
            ("to a colleague", modified(to("Ana@Juniper.example")), &["juniper.example"], no, no),
            ("to a private address", modified(to("ana@mail.example")), &["mail.example"], yes, no),
            (
                "an address that is set and not in use",
                modified(json!({ "changeEnvelopeRecipient": false, "recipientAddress": "a@mail.example" })),
                &[],
                no,
                no,
            ),
            (
                "an address of which nobody says whether it is in use",
                modified(json!({ "recipientAddress": "a@mail.example" })),
                &[],
                None,
                no,
            ),
            ("a key that is not known", modified(json!({ "sendsToLab": true })), &[], None, None),
            ("a key that is not known, and not set", modified(json!({ "sendsToLab": false })), &[], no, no),
            ("a switch that is none", modified(json!({ "bypassSpamFilter": "yes" })), &[], no, None),
            ("a kind that is not known", json!({ "ruleConsequenceType": "SEND_MESSAGE" }), &[], None, None),
            ("changed, and nothing says how", json!({ "ruleConsequenceType": "MODIFY_MESSAGE" }), &[], None, None),
            (
                "to the same name elsewhere",
                modified(json!({ "changeEnvelopeRecipient": true, "recipientDomain": "out.example" })),
                &["out.example"],
                yes,
                no,
            ),
            ("past the filter", modified(json!({ "bypassSpamFilter": true })), &[], no, yes),
            ("by another server", modified(json!({ "changeDefaultRoute": true })), &[], None, no),
            ("a copy outside", with(json!([to("a@mail.example")])), &["mail.example"], yes, no),
            ("a copy to nobody knows whom", with(json!([])), &[], None, no),
            ("nothing that is understood", json!({}), &[], None, None),
        ];
        for (case, consequence, goes_to, outside, skips) in cases {
            let goes_to: Vec<String> = goes_to.iter().map(ToString::to_string).collect();
            assert_eq!(done(consequence), (goes_to, outside, skips), "{case}");
        }
    }

    #[test]
    fn what_stands_in_the_place_of_rules_may_be_one() {
        let policy = |setting: &str, fields: Value| Policy {
            name: "policies/1".into(),
            setting: setting.into(),
            fields: serde_json::from_value(fields).expect("fields"),
            query: super::super::query::Query::parse(""),
            author: None,
            order: None,
        };
        let content = "gmail.content_compliance";
        let cases = [
            (content, json!({ "contentComplianceRules": [{ "ruleId": "1" }, { "ruleId": "2" }] }), 2),
            (content, json!({}), 0),
            (content, json!({ "rules": [{ "ruleId": "1" }] }), 1),
            (content, json!({ "contentComplianceRules": "two" }), 1),
            (content, json!({ "contentComplianceRules": [], "later": [] }), 0),
            ("gmail.routing", json!({ "routes": [{ "consequence": {} }], "enabled": true }), 1),
            ("gmail.imap_access", json!({ "enableImapAccess": true }), 0),
        ];
        for (setting, fields, expected) in cases {
            let policy = policy(setting, fields);
            assert_eq!(rules_of(&policy).len(), expected, "{policy:?}");
        }
    }

    #[test]
    fn without_the_practices_domains_nobody_knows_what_is_outside() {
        let mut row = GoogleMailRule::new("1");
        let rule = json!({ "consequence": modified(json!({ "changeEnvelopeRecipient": true, "recipientAddress": "a@b.example" })) });
        does(&mut row, &rule, Err(&gap()), &gap());
        assert!(row.sends_outside.gap().is_some() && row.goes_to.known().is_some());
    }
}
