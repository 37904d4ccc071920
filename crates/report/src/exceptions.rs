//! Exceptions as they stand in the report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenantscan_evaluate::{Decision, Matter, Refusal, Stand};
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::ANY;

use crate::decided::day;

/// An exception and how it stands. No verdict rests on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionEntry {
    /// Its id: policy, tenant and resource.
    pub exception: String,
    /// The policy's id.
    pub policy: String,
    /// The tenant as the exception names it.
    pub tenant: String,
    /// Stable id of the resource, or `*`.
    pub resource: String,
    /// The resource's name, where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What was decided.
    pub disposition: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub approved_by: String,
    /// The day of the decision; null where it is not known.
    pub approved_on: Option<String>,
    /// The last day on which it holds, or held.
    pub until: String,
    /// `applies`; `pending` (what it is for could not be read whole); `not_held` (its policy was not held against its
    /// tenant); `ended` (its last day is over, and nothing that it was for fails); or what is the matter with it: `refused`, `expired`, `not_begun`, `state_changed`, `unused` or
    /// `over_broad`.
    pub standing: String,
    /// Whether somebody has to look at it.
    pub decision_due: bool,
    /// How many findings it covers.
    pub covers: usize,
    /// The standing in words, and what to do next.
    pub text: String,
    /// What is not as it was accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeEntry>,
}

/// One value that is not what was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeEntry {
    /// Its name.
    pub name: String,
    /// What was accepted; null when it had no value.
    pub accepted: Option<serde_json::Value>,
    /// What it is now; null when it has no value.
    pub now: Option<serde_json::Value>,
}

/// Every exception.
pub(crate) fn exception(it: &Decision) -> ExceptionEntry {
    let (standing, text) = match &it.standing {
        Stand::Applies(_) => ("applies", "It applies: what was accepted is as it was.".to_owned()),
        Stand::Pending => (
            "pending",
            "What it is for could not be read whole, so nobody knows whether it applies. See what would cure that."
                .to_owned(),
        ),
        Stand::NotHeld => ("not_held", "Its policy was not held against its tenant this time.".to_owned()),
        Stand::Ended => (
            "ended",
            format!(
                "It ended on {}, and nothing that it was for fails now. Keep it for six years from then (45 CFR 164.316(b)(2)).",
                day(it.until)
            ),
        ),
        Stand::Due(matter) => said(matter, it),
    };
    let changes = match &it.standing {
        Stand::Due(Matter::StateChanged(changes)) => &changes[..],
        _ => &[],
    };
    ExceptionEntry {
        exception: it.exception.to_string(),
        policy: it.policy.to_string(),
        tenant: it.tenant.to_string(),
        resource: it.resource.to_string(),
        name: it.name.clone(),
        disposition: it.disposition.word().to_owned(),
        reason: it.reason.to_string(),
        approved_by: it.approved_by.to_string(),
        approved_on: it.approved.map(day),
        until: day(it.until),
        standing: standing.to_owned(),
        decision_due: matches!(it.standing, Stand::Due(_)),
        covers: match it.standing {
            Stand::Applies(count) | Stand::Due(Matter::OverBroad(count)) => count,
            _ => 0,
        },
        text,
        changes: changes
            .iter()
            .map(|it| ChangeEntry { name: it.name.clone(), accepted: it.accepted.clone(), now: it.now.clone() })
            .collect(),
    }
}

/// What is the matter with an exception: a word, and what to do.
fn said(matter: &Matter, decision: &Decision) -> (&'static str, String) {
    let until = day(decision.until);
    match matter {
        Matter::Refused(refusal) => {
            let why = match refusal {
                Refusal::Required(provision) => format!("the policy serves {provision}, which is required"),
                Refusal::NothingAddressable => "the policy serves nothing that is addressable".to_owned(),
            };
            (
                "refused",
                format!(
                    "It does not apply: {why}, so that `{}` is no choice. Mend it, or decide in another way.",
                    decision.disposition.word()
                ),
            )
        }
        Matter::Expired(None) => {
            ("expired", format!("It ended on {until}. Decide anew: `tenantscan exception renew`."))
        }
        Matter::Expired(_) => (
            "expired",
            format!(
                "It ended on {until}, and what it was for still fails. Mend it, or decide anew: `tenantscan exception renew`."
            ),
        ),
        Matter::NotBegun(approved) => (
            "not_begun",
            format!("It was approved on {}, after the facts were read: it counts from then on.", day(*approved)),
        ),
        Matter::StateChanged(changes) => {
            let shown = |value: &Option<serde_json::Value>| value.as_ref().map_or("nothing".to_owned(), value_text);
            let changes: Vec<String> = changes
                .iter()
                .map(|change| format!("{}: {}, now {}", change.name, shown(&change.accepted), shown(&change.now)))
                .collect();
            let what = if changes.is_empty() { "only a hash of it was kept".to_owned() } else { changes.join("; ") };
            (
                "state_changed",
                format!(
                    "It does not apply any more, since what was accepted has changed: {what}. Look at it, then mend it, or accept it as it is now: `tenantscan exception renew --report` with the report of this scan."
                ),
            )
        }
        Matter::Unused => (
            "unused",
            "Nothing that it is for fails: end it with `tenantscan exception expire`, before it hides something new."
                .to_owned(),
        ),
        Matter::OverBroad(_) if *decision.resource != *ANY => (
            "over_broad",
            "It holds whatever becomes of it, since nothing that was found would show a change. Choose a near end, and look \
             again then."
                .to_owned(),
        ),
        Matter::OverBroad(count) => (
            "over_broad",
            format!(
                "It covers whatever fails, {count} now and every later one. Name those that were looked at, one exception each."
            ),
        ),
    }
}

/// A value for people; one that was not read says so.
fn value_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(map) if map.contains_key("unknown") => "not read".to_owned(),
        serde_json::Value::Array(items) if items.is_empty() => "empty".to_owned(),
        serde_json::Value::Array(items) => items.iter().map(value_text).collect::<Vec<_>>().join(", "),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenantscan_evaluate::Change;
    use tenantscan_model::rows::Disposition;

    use super::*;

    fn decided(matter: Matter) -> Decision {
        Decision {
            exception: "one microsoft365 1".into(),
            policy: "one".into(),
            tenant: "microsoft365".into(),
            resource: "1".into(),
            name: Some("Front Desk".into()),
            disposition: Disposition::AddressableAlternative,
            reason: "A reason that others understand.".into(),
            approved_by: "A. Person".into(),
            approved: None,
            until: "2026-12-31T23:59:59.999999999Z".parse().expect("a time"),
            standing: Stand::Due(matter),
        }
    }

    #[test]
    fn an_exception_that_needs_a_decision_says_what_is_the_matter_and_what_to_do() {
        let change = |name: &str, accepted, now| Change { name: name.to_owned(), accepted, now };
        let gone = json!({ "unknown": { "cause": "timeout", "source": "s" } });
        let changes = vec![
            change("enabled", Some(json!(true)), Some(json!(false))),
            change("methods", Some(json!(["fido2", "sms"])), Some(json!([]))),
            change("created", None, Some(json!("2022-03-01T08:00:00Z"))),
            change("mfa", Some(json!("always")), Some(gone)),
        ];
        let said: Vec<String> = [
            Matter::Refused(Refusal::Required("164.312(b)".into())),
            Matter::Refused(Refusal::NothingAddressable),
            Matter::Expired(Some(2)),
            Matter::Expired(None),
            Matter::NotBegun("2026-12-01T00:00:00Z".parse().expect("a time")),
            Matter::StateChanged(changes),
            Matter::StateChanged(Vec::new()),
            Matter::Unused,
            Matter::OverBroad(12),
        ]
        .into_iter()
        .map(|matter| exception(&decided(matter)))
        .map(|entry| format!("{}: {}", entry.standing, entry.text))
        .collect();
        let any = Decision { resource: ANY.into(), ..decided(Matter::OverBroad(12)) };
        let ended = exception(&Decision { standing: Stand::Ended, ..decided(Matter::Unused) });
        assert!(!ended.decision_due, "a decision of the past asks for nothing");
        let said = [said, vec![exception(&any).text, format!("{}: {}", ended.standing, ended.text)]].concat();
        insta::assert_snapshot!(said.join("\n"));
        let changed = Matter::StateChanged(vec![change("a", None, Some(json!(1)))]);
        let entry = exception(&decided(changed));
        assert!(entry.decision_due);
        assert_eq!((entry.until.as_str(), entry.changes[0].now.clone()), ("2026-12-31", Some(json!(1))));
    }
}
