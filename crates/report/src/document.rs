//! `report@1`: what a scan or an evaluation says, as types that change only by addition.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenantscan_evaluate::{Decided, Evaluation, ExitOn, Overlay, SafeguardResult, Safeguards, exit};
use tenantscan_model::{Snapshot, Tenant};
use tenantscan_policy::Policy;

use crate::decided::{self, AcceptedEntry, AddressableEntry, AttestationEntry, DeclareEntry, day};
use crate::exceptions::{self, ExceptionEntry};
use crate::what_if::WhatIf;

/// The version of the report's JSON.
pub const REPORT_SCHEMA: &str = "report@1";

/// How many policies failed to be determined, by cause.
pub type ByCause = BTreeMap<String, usize>;

/// The result of one scan or evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `report@1`.
    pub schema: String,
    /// The program that wrote it.
    pub tool: ToolEntry,
    /// Whose configuration it is.
    pub client: Named,
    /// When the facts were read (RFC 3339, UTC).
    pub taken_at: String,
    /// The policies that it was held against.
    pub baseline: BaselineEntry,
    /// How the run ended.
    pub run: RunEntry,
    /// How much could be determined.
    pub coverage: Coverage,
    /// The tenants, and what became of every request.
    pub tenants: Vec<TenantEntry>,
    /// The safeguards in the order of the rule.
    pub safeguards: Vec<SafeguardEntry>,
    /// One for each policy and tenant.
    pub results: Vec<ResultEntry>,
    /// Every exception and how it stands.
    #[serde(default)]
    pub exceptions: Vec<ExceptionEntry>,
    /// What was decided of each addressable specification, in the order of the rule: 45 CFR 164.306(d)(3).
    #[serde(default)]
    pub addressable: Vec<AddressableEntry>,
    /// What would differ under a rule that is only proposed, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what_if: Option<WhatIf>,
}

/// The program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolEntry {
    /// Always `tenantscan`.
    pub name: String,
    /// The version that read the facts.
    pub version: String,
}

/// An id and a name for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// Short and stable.
    pub id: String,
    /// For people.
    pub name: String,
}

/// The baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineEntry {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Policies that were left out of it: by `without` in the client's file, or since a flag chose others.
    #[serde(default)]
    pub left_out: Vec<Named>,
    /// Limits that differ from those that the policies come with.
    #[serde(default)]
    pub limits: Vec<LimitEntry>,
}

/// A limit of a policy that somebody set otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitEntry {
    /// The policy.
    pub policy: String,
    /// The parameter of the policy.
    pub name: String,
    /// The value that it was held against.
    pub value: serde_json::Value,
    /// The value that it comes with.
    pub default: serde_json::Value,
    /// The unit of both; empty for none.
    pub unit: String,
}

impl fmt::Display for LimitEntry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{} = {} (shipped: {})", self.policy, self.name, self.value, self.default)
    }
}

impl BaselineEntry {
    /// The baseline of these policies, with those that were left out of it.
    pub fn new(id: String, title: String, policies: &[Policy], left_out: impl Iterator<Item = Policy>) -> Self {
        let plain = |value| serde_json::to_value(value).expect("a parameter is plain JSON");
        let otherwise = policies.iter().flat_map(|policy| {
            let changed = policy.parameters.iter().filter(|parameter| parameter.value != parameter.default);
            changed.map(|parameter| LimitEntry {
                policy: policy.id.clone(),
                name: parameter.name.clone(),
                value: plain(&parameter.value),
                default: plain(&parameter.default),
                unit: parameter.unit.clone(),
            })
        });
        let left_out = left_out.map(|policy| Named { id: policy.id, name: policy.title });
        Self { id, title, left_out: left_out.collect(), limits: otherwise.collect() }
    }
}

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunEntry {
    /// The exit code and what it rests on.
    pub exit: ExitEntry,
}

/// The exit code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExitEntry {
    /// 0 ok, 3 findings, 4 incomplete.
    pub code: u8,
    /// The same as a word.
    pub name: String,
    /// Ids of the policies that decided.
    pub reasons: Vec<String>,
}

/// How much could be determined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Results that say pass or fail.
    pub determined: usize,
    /// Results that apply.
    pub applicable: usize,
    /// Unknown results by cause.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_cause: ByCause,
}

/// One tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TenantEntry {
    /// The vendor's id; empty when it could not be read.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `microsoft365` or `google-workspace`.
    pub platform: String,
    /// What became of every request.
    pub sources: Vec<SourceEntry>,
}

/// What became of one source. Durations are left out, so that equal facts give equal reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceEntry {
    /// Its id.
    pub source: String,
    /// What it reads.
    pub title: String,
    /// `read` or `unread`.
    pub state: String,
    /// Rows that were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// SHA-256 over the answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Why it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The vendor's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What would cure it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
}

/// One safeguard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SafeguardEntry {
    /// `164.312(d)`.
    pub citation: String,
    /// Its heading.
    pub title: String,
    /// `required`, `addressable` or `none`.
    pub designation: String,
    /// `gap_found`, `not_determined`, `not_reasonable`, `documented_alternative`, `supported` or `not_assessed`.
    pub state: String,
    /// How much of it could be determined.
    pub coverage: Coverage,
    /// Results that fail.
    pub fail: usize,
    /// Those of them with a decision for each finding.
    #[serde(default)]
    pub covered: usize,
    /// For a gap of which everything is planned: `in_time`, `overdue` (the day of some of it is over), or `undated` (the plan
    /// says no day for all of it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
    /// For a gap of which everything is planned: the day by which the last of it is to be mended, if the plan says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_by: Option<String>,
    /// For a gap of which everything is planned or accepted: the last day on which the first risk is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_until: Option<String>,
    /// Results to be reviewed.
    pub review: usize,
    /// Results that are unknown.
    pub unknown: usize,
    /// The policies that serve it.
    pub policies: Vec<String>,
}

/// One resource of which it is not known whether the requirement holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UndecidedEntry {
    /// Its stable id.
    pub resource: String,
    /// Its name.
    pub name: String,
}

/// Why there may be more findings than those that are named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MoreEntry {
    /// What kept something from being read: `permission_missing`, `truncated`, …
    pub cause: String,
    /// How many resources could not be judged; null when the list was not read to its end.
    pub resources: Option<usize>,
}

/// What one policy says of one tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResultEntry {
    /// The policy's id.
    pub policy: String,
    /// What holds when it is met.
    pub title: String,
    /// The tenant's id.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// Provisions of 45 CFR, the closest first.
    pub citations: Vec<String>,
    /// Why it matters.
    pub why: String,
    /// `pass`, `fail`, `review`, `unknown` or `not_applicable`.
    pub verdict: String,
    /// Why it is unknown; null when it is not.
    pub cause: Option<String>,
    /// What would cure that; null when it is known.
    pub cure: Option<String>,
    /// How many resources it was about.
    pub checked: usize,
    /// The resources for which it does not hold.
    pub findings: Vec<FindingEntry>,
    /// Where not everything could be read: why there may be more of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<MoreEntry>,
    /// For an unknown result: the resources that could not be decided, where others could be and these are few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<UndecidedEntry>,
    /// How many of the findings an exception covers.
    #[serde(default)]
    pub accepted: usize,
    /// For a control that the tenant has no licence for: what was decided instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<AcceptedEntry>,
    /// What a person answered to the policy's question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<AttestationEntry>,
    /// Accounts with which it would be met, were they declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declare: Option<DeclareEntry>,
    /// Ids of the sources that it rests on.
    pub sources: Vec<String>,
    /// Settings that nobody has set, so that the vendor's default holds, as `dataset.column`: the verdict rests on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vendor_defaults: Vec<String>,
    /// How to mend it.
    pub fix: Option<FixEntry>,
    /// Numbers of the same control elsewhere.
    pub references: BTreeMap<String, Vec<String>>,
}

/// One resource that makes a policy fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingEntry {
    /// Its stable id.
    pub resource: String,
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub text: String,
    /// The values that decided.
    pub values: BTreeMap<String, serde_json::Value>,
    /// The exception that covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedEntry>,
}

/// How to mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FixEntry {
    /// Who acts.
    pub who: String,
    /// How long it takes.
    pub time: String,
    /// Where to click.
    pub portal: String,
    /// A command that does the same.
    pub command: Option<String>,
    /// What else changes.
    pub side_effects: String,
    /// How to go back.
    pub undo: String,
}

/// The report of an evaluation.
pub fn document(
    snapshot: &Snapshot,
    evaluation: &Evaluation,
    policies: &[&Policy],
    safeguards: &Safeguards,
    baseline: &BaselineEntry,
    exit_on: ExitOn,
) -> Report {
    let overlay = Overlay::new(policies, snapshot, evaluation, safeguards);
    let results: Vec<ResultEntry> = (0..evaluation.outcomes.len())
        .map(|index| result(index, evaluation, &overlay, policies, &snapshot.tenants))
        .collect();
    let exit = exit(policies, evaluation, &overlay, exit_on);
    let count = |word: &str| results.iter().filter(|result| result.verdict == word).count();
    let mut by_cause = ByCause::new();
    for cause in results.iter().filter_map(|result| result.cause.clone()) {
        *by_cause.entry(cause).or_default() += 1;
    }
    let determined = count("pass") + count("fail");
    let coverage = Coverage { determined, applicable: determined + count("review") + count("unknown"), by_cause };
    Report {
        schema: REPORT_SCHEMA.to_owned(),
        tool: ToolEntry { name: snapshot.tool.name.to_string(), version: snapshot.tool.version.to_string() },
        client: Named { id: snapshot.client.id.to_string(), name: snapshot.client.name.to_string() },
        taken_at: snapshot.taken_at.to_string(),
        baseline: baseline.clone(),
        run: RunEntry { exit: ExitEntry { code: exit.code, name: exit.name, reasons: exit.reasons } },
        coverage,
        tenants: snapshot.tenants.iter().map(tenant).collect(),
        safeguards: safeguards.roll_up(policies, evaluation, &overlay).iter().map(safeguard).collect(),
        results,
        exceptions: overlay.decisions.iter().map(exceptions::exception).collect(),
        addressable: safeguards.addressable(policies, evaluation, &overlay).iter().map(decided::addressable).collect(),
        what_if: None,
    }
}

/// The member of an enumeration as its word in JSON.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn safeguard(result: &SafeguardResult<'_>) -> SafeguardEntry {
    SafeguardEntry {
        citation: result.safeguard.citation.clone(),
        title: result.safeguard.title.clone(),
        designation: word(result.safeguard.designation),
        state: word(result.state),
        coverage: Coverage { determined: result.determined, applicable: result.applicable, by_cause: ByCause::new() },
        fail: result.counts.0,
        covered: result.covered,
        planned: match result.decided {
            Some(Decided::Planned { overdue: true, .. }) => Some("overdue".to_owned()),
            Some(Decided::Planned { by: None, .. }) => Some("undated".to_owned()),
            Some(Decided::Planned { .. }) => Some("in_time".to_owned()),
            _ => None,
        },
        planned_by: match result.decided {
            Some(Decided::Planned { by, .. }) => by.map(day),
            _ => None,
        },
        accepted_until: match result.decided {
            Some(Decided::Accepted(until)) => Some(day(until)),
            _ => None,
        },
        review: result.counts.1,
        unknown: result.counts.2,
        policies: result.policies.clone(),
    }
}

fn tenant(tenant: &Tenant) -> TenantEntry {
    let sources = tenant.sources.iter().map(|record| {
        let mut entry = SourceEntry {
            source: record.source.to_string(),
            title: record.title.to_string(),
            state: "read".to_owned(),
            rows: None,
            sha256: None,
            cause: None,
            status: None,
            code: None,
            request_id: None,
            cure: None,
        };
        match &record.outcome {
            tenantscan_model::Outcome::Read { rows, sha256, .. } => {
                entry.rows = Some(*rows);
                entry.sha256 = Some(sha256.to_string());
            }
            tenantscan_model::Outcome::Unread { cause, status, code, request_id, cure } => {
                entry.state = "unread".to_owned();
                entry.cause = Some(cause.name().to_owned());
                entry.status = *status;
                entry.code = code.as_ref().map(ToString::to_string);
                entry.request_id = request_id.as_ref().map(ToString::to_string);
                entry.cure = Some(cure.to_string());
            }
        }
        entry
    });
    TenantEntry {
        id: tenant.id.to_string(),
        name: tenant.name.to_string(),
        platform: tenant.platform.name().to_owned(),
        sources: sources.collect(),
    }
}

fn result(
    index: usize,
    evaluation: &Evaluation,
    overlay: &Overlay,
    policies: &[&Policy],
    tenants: &[Tenant],
) -> ResultEntry {
    let outcome = &evaluation.outcomes[index];
    let accepted = |finding| overlay.accepted(index, finding);
    let policy = policies[outcome.policy];
    let tenant = &tenants[outcome.tenant];
    ResultEntry {
        policy: policy.id.clone(),
        title: policy.title.clone(),
        tenant: tenant.id.to_string(),
        platform: tenant.platform.name().to_owned(),
        severity: policy.severity.to_string(),
        citations: policy.citations.clone(),
        why: policy.why.clone(),
        verdict: outcome.verdict.name().to_owned(),
        cause: outcome.gaps.first().map(|gap| gap.cause().name().to_owned()),
        cure: outcome.cure.clone(),
        checked: outcome.checked,
        findings: outcome
            .findings
            .iter()
            .enumerate()
            .map(|(number, finding)| FindingEntry {
                resource: finding.resource.clone(),
                name: finding.name.clone(),
                text: finding.text.clone(),
                values: finding.values.clone(),
                accepted: accepted(number).map(decided::accepted),
            })
            .collect(),
        more: outcome
            .more
            .as_ref()
            .map(|gap| MoreEntry { cause: gap.cause().name().to_owned(), resources: outcome.unjudged }),
        undecided: outcome
            .undecided
            .iter()
            .map(|it| UndecidedEntry { resource: it.resource.clone(), name: it.name.clone() })
            .collect(),
        accepted: (0..outcome.findings.len()).filter(|number| accepted(*number).is_some()).count(),
        instead: overlay.instead(index).map(decided::accepted),
        attestation: overlay.attested(index).map(decided::attestation),
        declare: outcome.declaration.as_ref().map(|it| decided::declare(it, evaluation.now)),
        sources: outcome.sources.iter().map(ToString::to_string).collect(),
        vendor_defaults: outcome.vendor_defaults.clone(),
        fix: policy.fixes.get(&tenant.platform).map(|fix| FixEntry {
            who: fix.who.clone(),
            time: fix.time.clone(),
            portal: fix.portal.clone(),
            command: fix.command.clone(),
            side_effects: fix.side_effects.clone(),
            undo: fix.undo.clone(),
        }),
        references: policy.references.clone(),
    }
}

/// The report as indented JSON with a newline at its end. Equal reports give equal texts.
pub fn to_json(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("a report has only string keys and finite numbers");
    text.push('\n');
    text
}

/// The JSON Schema of [`Report`].
pub fn report_schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
