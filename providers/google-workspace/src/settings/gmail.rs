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

/// Names of spam settings in force that let senders past the filter. Where no policy names any, there is none.
pub(super) fn spam_bypasses(view: &View<'_>) -> Cell<Vec<Text>> {
    let Some(held) = view.held("gmail.spam_override_lists", "spamOverride") else { return Cell::Known(Vec::new()) };
    let read = || -> Result<Vec<Text>, Gap> {
        let held = held.as_ref().map_err(Clone::clone)?;
        let mut found = Vec::new();
        for rule in held.value.as_array().ok_or_else(|| view.gap(Cause::Malformed))? {
            let bypasses = BYPASSES.iter().any(|key| rule.get(*key).and_then(Value::as_bool) == Some(true));
            if bypasses && is_on(view, rule)? {
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
