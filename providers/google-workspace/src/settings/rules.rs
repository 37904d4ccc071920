//! Rules that look for data on its way out. They stand side by side.

use std::collections::BTreeSet;

use serde_json::Value;
use tenantscan_model::rows::{GoogleDlpCoverage, GoogleDlpRule};
use tenantscan_model::{Cell, Gap, Text};

use super::catalogue::services;
use super::policy::Policy;
use super::query::Answer;
use super::resolve::Settings;
use super::situation::Situation;

/// Apps whose traffic can be looked through, and the start of their triggers. Source: rule.dlp, triggers.
const APPS: [(&str, &str); 3] =
    [("gmail", "google.workspace.gmail."), ("drive", "google.workspace.drive."), ("chat", "google.workspace.chat.")];

/// Triggers that look at what goes out. Source: rule.dlp, triggers; the guide to DLP rules of the Policy API.
const OUTGOING: [&str; 4] = [
    "google.workspace.gmail.email.v1.send",
    "google.workspace.drive.file.v1.share",
    "google.workspace.chat.message.v1.send",
    "google.workspace.chat.attachment.v1.upload",
];

/// Triggers that look at what comes in.
const INCOMING: [&str; 1] = ["google.workspace.gmail.email.v1.receive"];

/// What is done with what is found, by the start of the action's name; anything else only writes it down.
const ACTS: [&str; 3] = ["block", "warn", "quarantine"];

struct Dlp<'p> {
    policy: &'p Policy,
    row: GoogleDlpRule,
    triggers: Vec<&'p str>,
}

impl Dlp<'_> {
    /// Whether it looks at what goes out of an app; none where nobody knows what a trigger looks at.
    fn looks_at_outgoing(&self, wanted: &str) -> Option<bool> {
        let mut of_app = self.triggers.iter().filter(|trigger| app(trigger) == wanted);
        if of_app.clone().any(|trigger| OUTGOING.contains(trigger)) {
            return Some(true);
        }
        of_app.all(|trigger| INCOMING.contains(trigger)).then_some(false)
    }
}

/// The rules that look for data on its way out. `gap` is that of what is not understood of one.
pub(crate) fn dlp_rules(settings: &Settings<'_>, gap: &Gap) -> Vec<GoogleDlpRule> {
    read(settings, gap).into_iter().map(|rule| rule.row).collect()
}

fn read<'p>(settings: &'p Settings<'_>, gap: &Gap) -> Vec<Dlp<'p>> {
    settings
        .beside("rule.dlp")
        .map(|(policy, by)| Dlp { policy, row: row(policy, by, gap), triggers: triggers(policy) })
        .collect()
}

fn triggers(policy: &Policy) -> Vec<&str> {
    let triggers = policy.fields.get("triggers").and_then(Value::as_array);
    triggers.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn row(policy: &Policy, by: &Text, gap: &Gap) -> GoogleDlpRule {
    let text = |field: &str| policy.fields.get(field).and_then(Value::as_str).map(Text::from);
    let mut row = GoogleDlpRule::new(policy.name.clone());
    row.name = Cell::Known(text("displayName").unwrap_or_else(|| policy.name.clone()));
    row.state = text("state").ok_or_else(|| gap.clone()).into();
    row.scope = Cell::Known(by.clone());
    let apps: BTreeSet<Text> = triggers(policy).into_iter().map(app).collect();
    row.apps = Cell::Known(apps.into_iter().collect());
    let acts = |app: &str| {
        let action = policy.fields.get("action").and_then(|action| action.get(format!("{app}Action")));
        // Mail within the practice alone is not on its way out.
        let inside = |does: &Value| does.pointer("/actionParams/applyExternalMessages") == Some(&Value::Bool(false));
        let done = action.and_then(Value::as_object).into_iter().flatten();
        done.into_iter().any(|(name, does)| ACTS.iter().any(|act| name.starts_with(act)) && !inside(does))
    };
    let acts_in = APPS.iter().filter(|(app, _)| acts(app)).map(|(app, _)| Text::from(*app));
    row.acts_in = Cell::Known(acts_in.collect());
    let condition = policy.fields.get("condition").and_then(|it| it.get("contentCondition")).and_then(Value::as_str);
    let condition = condition.unwrap_or_default();
    row.health = finds_health(condition).ok_or_else(|| gap.clone()).into();
    row.detectors = Cell::Known(detectors(condition));
    row
}

fn app(trigger: &str) -> Text {
    let known = APPS.iter().find(|(_, start)| trigger.starts_with(start)).map(|(app, _)| *app);
    known.unwrap_or_else(|| trigger.split('.').nth(2).unwrap_or(trigger)).into()
}

/// Names of predefined detectors in a condition. One under a negation is not what the rule looks for, so a condition with
/// a negation has none.
fn detectors(condition: &str) -> Vec<Text> {
    if condition.contains('!') {
        return Vec::new();
    }
    calls(condition).map(|(name, _)| name).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The predefined detectors that a condition calls, each with what stands behind its name, up to the next call.
fn calls(condition: &str) -> impl Iterator<Item = (Text, &str)> {
    const CALL: &str = ".matches_dlp_detector(";
    condition.split(CALL).skip(1).filter_map(|rest| {
        let quote = rest.chars().next().filter(|sign| matches!(sign, '\'' | '"'))?;
        rest[1..].split_once(quote).map(|(name, rest)| (Text::from(name), rest))
    })
}

/// Whether a condition is met by a single find that tells of a patient; none where nobody knows: where it asks for
/// something else as well, or for what is not there.
fn finds_health(condition: &str) -> Option<bool> {
    let health: Vec<Option<i64>> = calls(condition)
        .filter(|(name, _)| services().health_detectors.contains(name))
        .map(|(_, rest)| least_count(rest))
        .collect();
    if health.is_empty() {
        return Some(false);
    }
    if condition.contains('!') || condition.contains("&&") {
        return None;
    }
    if health.contains(&Some(1)) { Some(true) } else { health.iter().all(Option::is_some).then_some(false) }
}

/// How many finds a call asks for: one where it does not say, none where that is not understood. `rest` is what stands
/// behind the detector's name. Source: the guide to DLP rules of the Policy API.
fn least_count(rest: &str) -> Option<i64> {
    // The arguments end where the call does: parameters stand in braces, and a likelihood has none.
    let arguments = rest.split_once(')').map_or(rest, |(arguments, _)| arguments);
    let Some((_, parameters)) = arguments.split_once('{') else { return Some(1) };
    let mut least = 1;
    for pair in parameters.split_once('}')?.0.split(',').filter(|pair| !pair.trim().is_empty()) {
        match pair.split_once(':')? {
            (key, count) if key.trim().starts_with("minimum_") && key.trim().ends_with("match_count") => {
                least = least.max(count.trim().parse().ok()?);
            }
            _ => return None,
        }
    }
    Some(least)
}

/// Which apps are looked through for health data, for each situation.
pub(crate) fn dlp_coverage(settings: &Settings<'_>, situations: &[Situation], gap: &Gap) -> Vec<GoogleDlpCoverage> {
    let rules = read(settings, gap);
    let mut rows = Vec::new();
    for situation in situations {
        for (app, _) in APPS {
            let mut row = GoogleDlpCoverage::new(format!("{}: {app}", situation.label));
            row.situation = Cell::Known(situation.label.clone());
            row.people = situation.people.clone();
            row.app = Cell::Known(app.into());
            row.rules = covering(settings, situation, &rules, app, gap).into();
            rows.push(row);
        }
    }
    rows
}

/// Rules that count for an app. One that may count and leaves the list otherwise empty makes it unknown.
fn covering(
    settings: &Settings<'_>,
    situation: &Situation,
    rules: &[Dlp<'_>],
    app: &str,
    unclear: &Gap,
) -> Result<Vec<Text>, Gap> {
    let has = |cell: &Cell<Vec<Text>>| cell.known().is_some_and(|list| list.iter().any(|it| *it == app));
    let (mut found, mut open) = (Vec::new(), None);
    for rule in rules {
        let Dlp { policy, row, .. } = rule;
        let outgoing = rule.looks_at_outgoing(app);
        let state = match row.state.read() {
            Ok(state) => Ok(*state == "ACTIVE"),
            Err(gap) => Err(gap),
        };
        let counts =
            row.health != Cell::Known(false) && has(&row.acts_in) && outgoing != Some(false) && state != Ok(false);
        if !counts {
            continue;
        }
        let state = state.and(outgoing.ok_or(unclear)).and(row.health.read());
        match (settings.applies(policy, situation), state) {
            (Answer::Yes, Ok(_)) => found.extend(row.name.known().cloned()),
            (Answer::No, _) => {}
            (Answer::Maybe(gap), _) => open = Some(gap),
            (Answer::Yes, Err(gap)) => open = Some(gap.clone()),
        }
    }
    match open {
        Some(gap) if found.is_empty() => Err(gap),
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_finds_a_patient_when_one_find_is_enough_for_it() {
        let call =
            |detector: &str, parameters: &str| format!("all_content.matches_dlp_detector('{detector}'{parameters})");
        let ssn = |parameters: &str| call("US_SOCIAL_SECURITY_NUMBER", parameters);
        let likely = ", google.privacy.dlp.v2.Likelihood.LIKELY";
        let many = ssn(&format!("{likely}, {{minimum_match_count: 100, minimum_unique_match_count: 1}}"));
        let cases = [
            (ssn(""), Some(true)),
            (ssn(likely), Some(true)),
            (ssn(&format!("{likely}, {{minimum_match_count: 1}}")), Some(true)),
            (ssn(", {}"), Some(true)),
            (many.clone(), Some(false)),
            (ssn(", {minimum_unique_match_count: 10}"), Some(false)),
            (format!("{many} || {}", call("ICD10_CODE", "")), Some(true)),
            (ssn(", {minimum_match_count: many}"), None),
            (ssn(", {about: 1}"), None),
            (ssn(", {minimum_match_count: 1"), None),
            (format!("!({})", ssn("")), None),
            (format!("{} && title.contains('x')", ssn("")), None),
            (call("CREDIT_CARD_NUMBER", ""), Some(false)),
            (String::new(), Some(false)),
        ];
        for (condition, expected) in cases {
            assert_eq!(finds_health(&condition), expected, "{condition}");
        }
    }

    #[test]
    fn detectors_are_read_from_a_condition_and_none_from_a_negated_one() {
        let condition = "all_content.matches_dlp_detector('US_SOCIAL_SECURITY_NUMBER', google.privacy.dlp.v2.Likelihood.LIKELY, \
                         {minimum_match_count: 1}) || all_content.matches_dlp_detector(\"ICD10_CODE\")";
        assert_eq!(detectors(condition), ["ICD10_CODE", "US_SOCIAL_SECURITY_NUMBER"]);
        assert!(detectors(&format!("!({condition})")).is_empty());
        assert!(detectors("all_content.contains('x')").is_empty());
        assert!(detectors(".matches_dlp_detector(").is_empty());
        assert_eq!(app("google.workspace.gmail.email.v1.send"), "gmail");
        assert_eq!(app("google.workspace.calendar.event.v1.save"), "calendar");
        assert_eq!(app("strange"), "strange");
    }
}
