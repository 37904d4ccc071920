//! What people decided and answered, as it stands in the report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenantscan_evaluate::{Accepted, Addressable, AddressableDecision, Attested, Declaration};
use tenantscan_model::rows::AccountKind;
use tenantscan_model::{ClosedEnum, Time};

use crate::document::Named;

/// The exception that covers a finding. The verdict stays what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedEntry {
    /// Its id: policy, tenant and resource.
    pub exception: String,
    /// `planned`, `risk_accepted`, `third_party`, `alternate_mitigation`, `addressable_alternative`,
    /// `addressable_not_reasonable` or `false_positive`.
    pub disposition: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub approved_by: String,
    /// The last day on which it holds (UTC).
    pub until: String,
    /// For what is planned: the day by which the plan says that it is mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Whether that day is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
}

/// A person's answer to the question of a policy. No verdict rests on it that configuration decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttestationEntry {
    /// `implemented`, `partly`, `no`, `addressed_differently` or `not_applicable`.
    pub answer: String,
    /// The answer in the person's own words.
    pub statement: String,
    /// Who answered.
    pub by: String,
    /// That person's role in the practice.
    pub role: String,
    /// The day of the answer.
    pub on: String,
    /// The last day on which it is good.
    pub valid_until: String,
    /// Whether that day is over.
    pub expired: bool,
    /// Whether it counts: its day has come, it is in date, and its evidence is on file as it was.
    #[serde(default)]
    pub holds: bool,
    /// What shows it: files and addresses.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Files of its evidence that are no longer what they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence_changed: Vec<String>,
}

/// Accounts with which the policy would be met, were they declared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeclareEntry {
    /// What they would be declared to be: `break_glass`, …
    pub kind: String,
    /// Sign-in name and name for people of each.
    pub accounts: Vec<Named>,
    /// The lines for `accounts.toml`. Owner and purpose are for a person to fill in: it is refused without.
    pub lines: String,
}

/// What was decided of an addressable specification: 45 CFR 164.306(d)(3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AddressableEntry {
    /// `164.312(a)(2)(iii)`.
    pub citation: String,
    /// Its heading.
    pub title: String,
    /// `implemented`, `alternative`, `not_reasonable` or `undecided`.
    pub decision: String,
    /// Who decided what, and why.
    pub reasons: Vec<ReasonEntry>,
    /// Ids of the policies of which nothing is decided yet.
    pub open: Vec<String>,
}

/// Who decided what, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonEntry {
    /// The policy's id.
    pub policy: String,
    /// The disposition of an exception, or the answer of an attestation.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// The day by which it is to be looked at again.
    pub review_by: String,
}

/// The day of a moment, in UTC, as the records write it.
pub(crate) fn day(time: Time) -> String {
    time.to_string().chars().take_while(|c| *c != 'T').collect()
}

pub(crate) fn accepted(it: &Accepted) -> AcceptedEntry {
    AcceptedEntry {
        exception: it.exception.to_string(),
        disposition: it.disposition.word().to_owned(),
        reason: it.reason.to_string(),
        approved_by: it.approved_by.to_string(),
        until: day(it.until),
        due: it.due.map(day),
        overdue: it.overdue,
    }
}

pub(crate) fn attestation(it: &Attested) -> AttestationEntry {
    AttestationEntry {
        answer: it.answer.word().to_owned(),
        statement: it.statement.to_string(),
        by: it.by.to_string(),
        role: it.role.to_string(),
        on: day(it.on),
        valid_until: day(it.valid_until),
        expired: it.expired,
        holds: it.holds(),
        evidence: it.evidence.iter().map(ToString::to_string).collect(),
        evidence_changed: it.evidence_changed.iter().map(ToString::to_string).collect(),
    }
}

pub(crate) fn declare(it: &Declaration, now: Time) -> DeclareEntry {
    let kind = it.kind.word();
    let lines = |(account, _): &(String, String)| {
        let account = toml::Value::from(account.as_str());
        let today = day(now);
        format!(
            "[[account]]\naccount = {account}\nkind = \"{kind}\"\nowner = \"\"\npurpose = \"\"\nreviewed_on = {today}\n"
        )
    };
    DeclareEntry {
        kind: kind.to_owned(),
        accounts: it.accounts.iter().map(|(id, name)| Named { id: id.clone(), name: name.clone() }).collect(),
        lines: it.accounts.iter().map(lines).collect::<Vec<_>>().join("\n"),
    }
}

/// What accounts of a kind are called among people.
pub(crate) fn plural(kind: &str) -> &'static str {
    match AccountKind::ALL.iter().find(|it| it.word() == kind) {
        Some(AccountKind::BreakGlass) => "emergency accounts",
        Some(AccountKind::Service) => "accounts that software uses",
        Some(AccountKind::SharedMailbox) => "shared mailboxes",
        Some(AccountKind::Room) => "rooms or equipment",
        _ => "of that kind",
    }
}

pub(crate) fn addressable(it: &Addressable<'_>) -> AddressableEntry {
    let decision = match it.decision {
        AddressableDecision::Implemented => "implemented",
        AddressableDecision::Alternative => "alternative",
        AddressableDecision::NotReasonable => "not_reasonable",
        AddressableDecision::Undecided => "undecided",
    };
    let reason = |reason: &tenantscan_evaluate::Reason| ReasonEntry {
        policy: reason.policy.clone(),
        what: reason.what.to_owned(),
        reason: reason.reason.to_string(),
        by: reason.by.to_string(),
        review_by: day(reason.until),
    };
    AddressableEntry {
        citation: it.safeguard.citation.clone(),
        title: it.safeguard.title.clone(),
        decision: decision.to_owned(),
        reasons: it.reasons.iter().map(reason).collect(),
        open: it.open.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_the_lines_to_paste() {
        let hostile = "a\"\n[[account]]\naccount = \"b\u{1b}[2J";
        let declaration = Declaration { kind: AccountKind::BreakGlass, accounts: vec![(hostile.into(), "A".into())] };
        let lines = declare(&declaration, "2026-11-20T09:00:00Z".parse().expect("a time")).lines;
        let read: toml::Table = lines.parse().expect("TOML");
        let accounts = read["account"].as_array().expect("accounts");
        assert_eq!((accounts.len(), accounts[0]["account"].as_str()), (1, Some(hostile)));
        assert!(!lines.contains('\u{1b}'), "{lines}");
    }
}
