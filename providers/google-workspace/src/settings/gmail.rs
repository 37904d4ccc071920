//! Settings of Gmail that are lists of rules, with a list of their own that says which rules are on.

use serde_json::Value;
use tenantscan_model::{Cause, Cell, Gap, Text};

use super::columns::View;
use super::resolve::Effective;

/// What lets a sender past the filter or its warnings. Source: gmail.spam_override_lists.
const BYPASSES: [&str; 4] = [
    "bypassInternalSenders",
    "bypassSelectedSenders",
    "hideWarningBannerFromSelectedSenders",
    "hideWarningBannerForAll",
];

/// Switches of the same rules that let nobody past. Source: the same; public examples of answers for the second.
const STRICTER: [&str; 2] = ["enableAggressiveFiltering", "addToQuarantine"];

/// Whether a rule lets senders past; none where a switch is on, or written in a way, that is not known.
fn bypasses(rule: &Value) -> Option<bool> {
    let rule = rule.as_object()?;
    let mut strange = false;
    for (key, value) in rule {
        match (BYPASSES.contains(&key.as_str()), value) {
            (true, Value::Bool(true)) => return Some(true),
            (true, Value::Bool(false) | Value::Null) => {}
            (true, _) => strange = true,
            (false, value) => strange |= *value == Value::Bool(true) && !STRICTER.contains(&key.as_str()),
        }
    }
    (!strange).then_some(false)
}

/// Names of spam settings in force that let senders past the filter. Where no policy names any, there is none.
pub(super) fn spam_bypasses(view: &View<'_>) -> Cell<Vec<Text>> {
    const SETTING: &str = "gmail.spam_override_lists";
    const LIST: &str = "spamOverride";
    if view.effective.keys().any(|(setting, field)| *setting == SETTING && *field != LIST) {
        return Cell::Unknown(view.gap(Cause::Malformed));
    }
    let Some(held) = view.held(SETTING, LIST) else { return Cell::Known(Vec::new()) };
    let read = || -> Result<Vec<Text>, Gap> {
        let held = held.as_ref().map_err(Clone::clone)?;
        let mut found = Vec::new();
        for rule in held.value.as_array().ok_or_else(|| view.gap(Cause::Malformed))? {
            if bypasses(rule) != Some(false) && is_on(view, rule)? {
                bypasses(rule).ok_or_else(|| view.gap(Cause::Malformed))?;
                let name = rule.get("description").and_then(Value::as_str).filter(|name| !name.is_empty());
                found.push(name.unwrap_or("(without a name)").into());
            }
        }
        Ok(found)
    };
    read().into()
}

/// Whether the rule that keeps mail of other apps in the mailbox is on. Where no policy names it, it is not.
pub(super) fn mail_kept_everywhere(view: &View<'_>) -> Cell<bool> {
    match view.held("gmail.comprehensive_mail_storage", "ruleId") {
        None => Cell::Known(false),
        Some(Err(gap)) => Cell::Unknown(gap.clone()),
        Some(Ok(held)) => state(view.effective, &held.value, &view.gap(Cause::Malformed)).into(),
    }
}

fn is_on(view: &View<'_>, rule: &Value) -> Result<bool, Gap> {
    rule.get("ruleId").map_or(Ok(true), |id| state(view.effective, id, &view.gap(Cause::Malformed)))
}

/// Whether a rule is on: unless the list of states says otherwise. `gap` is what is said where the list is not
/// understood. Source: gmail.rule_states.
pub(super) fn state(effective: &Effective, id: &Value, gap: &Gap) -> Result<bool, Gap> {
    let Some(held) = effective.get(&("gmail.rule_states".into(), "ruleStates".into())) else { return Ok(true) };
    let held = held.as_ref().map_err(Clone::clone)?;
    let states = held.value.as_array().ok_or_else(|| gap.clone())?;
    match states.iter().find(|state| state.get("ruleId") == Some(id)) {
        None => Ok(true),
        Some(state) => state.get("enabled").and_then(Value::as_bool).ok_or_else(|| gap.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_spam_setting_whose_switches_are_not_known_may_let_anybody_past() {
        let cases = [
            (json!({ "ruleId": "1", "bypassSelectedSenders": true }), Some(true)),
            (json!({ "ruleId": "1", "bypassSelectedSenders": false, "enableAggressiveFiltering": true }), Some(false)),
            (json!({ "ruleId": "1", "addToQuarantine": true, "quarantineId": 0 }), Some(false)),
            (json!({ "ruleId": "1", "passSelectedSenders": true }), None),
            (json!({ "ruleId": "1", "bypassInternalSenders": "on" }), None),
            (json!("a rule"), None),
        ];
        for (rule, expected) in cases {
            assert_eq!(bypasses(&rule), expected, "{rule}");
        }
    }
}
