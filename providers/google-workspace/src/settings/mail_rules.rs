//! Rules of Gmail that change, copy or redirect mail on its way: those of compliance, which are the ones that the Policy
//! API lists. Routing, gateways and rules for encrypted connections it does not list.

use std::collections::BTreeSet;

use serde_json::Value;
use tenantscan_model::rows::{Domain, GoogleMailRule};
use tenantscan_model::{Cause, Cell, Gap, Table, Text};
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

/// Every such rule that a policy holds.
pub(super) fn rows(
    settings: &Settings<'_>,
    pairs: &[(&Situation, &Effective)],
    domains: &Table<Domain>,
    source: &str,
) -> Vec<GoogleMailRule> {
    let gap = Gap::new(Cause::Malformed, source);
    let own = domains.read().map_err(Clone::clone);
    let own: Result<BTreeSet<String>, Gap> = own.map(|rows| rows.iter().map(|row| row.id.to_lowercase()).collect());
    let mut rows = Vec::new();
    for (setting, field) in LISTS {
        for (policy, by) in settings.beside(setting) {
            let Some(list) = policy.fields.get(field).and_then(Value::as_array) else { continue };
            for (number, rule) in list.iter().enumerate() {
                let mut row = GoogleMailRule::new(format!("{}/{setting}/{number}", policy.name));
                let name = rule.get("description").and_then(Value::as_str).filter(|name| !name.is_empty());
                row.name = Cell::Known(name.unwrap_or("(without a name)").into());
                row.setting = Cell::Known(setting.into());
                row.scope = Cell::Known(by.clone());
                row.enforced = enforced(settings, policy, rule, pairs, &gap);
                does(&mut row, rule, own.as_ref(), &gap);
                rows.push(row);
            }
        }
    }
    rows
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

/// What a rule does with mail.
fn does(row: &mut GoogleMailRule, rule: &Value, own: Result<&BTreeSet<String>, &Gap>, gap: &Gap) {
    let consequence = rule.get("consequence");
    let kind = consequence.and_then(|it| it.get("ruleConsequenceType")).and_then(Value::as_str);
    let (Some(consequence), Some(kind)) = (consequence, kind) else {
        row.goes_to = Cell::Unknown(gap.clone());
        row.sends_outside = Cell::Unknown(gap.clone());
        row.skips_spam_filter = Cell::Unknown(gap.clone());
        return;
    };
    // What is refused or put into quarantine goes nowhere.
    if kind != "MODIFY_MESSAGE" {
        row.goes_to = Cell::Known(Vec::new());
        row.sends_outside = Cell::Known(false);
        row.skips_spam_filter = Cell::Known(false);
        return;
    }
    let flag = |of: &Value, key: &str| of.get(key).and_then(Value::as_bool) == Some(true);
    let (mut goes_to, mut unclear, mut skips) = (Vec::new(), false, false);
    let mut look = |delivery: &Value, recipient: bool| {
        skips |= flag(delivery, "bypassSpamFilter");
        // Which server a route leads to is not in the rule.
        unclear |= flag(delivery, "changeDefaultRoute");
        if recipient {
            match recipient_of(delivery) {
                Some(Some(domain)) => goes_to.push(domain),
                Some(None) => {}
                None => unclear = true,
            }
        }
    };
    if let Some(primary) = consequence.get("primaryDelivery") {
        look(primary, flag(primary, "changeEnvelopeRecipient"));
    }
    if flag(consequence, "deliverToAdditionalRecipients") {
        let lists = consequence.as_object().into_iter().flat_map(|it| it.values()).filter_map(Value::as_array);
        let additional: Vec<&Value> = lists.flatten().filter(|it| it.is_object()).collect();
        additional.iter().for_each(|delivery| look(delivery, true));
        unclear |= additional.is_empty();
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
    row.skips_spam_filter = Cell::Known(skips);
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
        let cases: [Case<'_>; 11] = [
            ("a line on top", modified(json!({ "prependCustomSubject": true })), &[], no, no),
            ("refused", json!({ "ruleConsequenceType": "REJECT_MESSAGE" }), &[], no, no),
            ("to a colleague", modified(to("Ana@Juniper.example")), &["juniper.example"], no, no),
            ("to a private address", modified(to("ana@mail.example")), &["mail.example"], yes, no),
            (
                "an address that is set and not in use",
                modified(json!({ "recipientAddress": "a@mail.example" })),
                &[],
                no,
                no,
            ),
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
    fn without_the_practices_domains_nobody_knows_what_is_outside() {
        let mut row = GoogleMailRule::new("1");
        let rule = json!({ "consequence": modified(json!({ "changeEnvelopeRecipient": true, "recipientAddress": "a@b.example" })) });
        does(&mut row, &rule, Err(&gap()), &gap());
        assert!(row.sends_outside.gap().is_some() && row.goes_to.known().is_some());
    }
}
