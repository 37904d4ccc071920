//! One rule held against the facts of one tenant.

use std::collections::{BTreeMap, BTreeSet};

use crate::declare::{Declaration, declaration};
use crate::results;
use tenantscan_model::rows::{RECORDS, RESULTS};
use tenantscan_model::{AnyRow, Cause, Datasets, Gap, Platform, Snapshot, Text, Time, Value};
use tenantscan_policy::{OPEN_QUESTION, Parameter, Policy, Rows, Rule, Scope, Template, TestCase, Truth, Verdict};

/// Populations larger than this are judged on all cores.
const CHUNK: usize = 10_000;

/// Every policy held against every tenant that it has a rule for.
#[derive(Debug)]
pub struct Evaluation {
    /// One for each tenant and policy, in the order of tenants, then of policies. A policy that reads nothing but what
    /// people keep of the client stands once, for the first tenant: the same answer is not asked for twice.
    pub outcomes: Vec<Outcome>,
    /// What rules took for the present.
    pub now: Time,
}

/// What one policy says of one tenant.
#[derive(Debug)]
pub struct Outcome {
    /// Index of the policy in what was evaluated.
    pub policy: usize,
    /// Index of the tenant in the snapshot.
    pub tenant: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// For an unknown verdict: why, the most frequent cause first.
    pub gaps: Vec<Gap>,
    /// For an unknown verdict: the one thing that would cure it.
    pub cure: Option<String>,
    /// The resources that the requirement does not hold for, by name.
    pub findings: Vec<Finding>,
    /// Why there may be more findings: some rows, or the end of the list, could not be judged. None: there are no more.
    pub more: Option<Gap>,
    /// How many of the rows could not be judged. None: the list was not read to its end, so nobody knows.
    pub unjudged: Option<usize>,
    /// For an unknown verdict: the resources that could not be decided, where others could be and these are at most
    /// [`UNDECIDED`]. In the order of names.
    pub undecided: Vec<Undecided>,
    /// Accounts with which the verdict would be pass, were they declared.
    pub declaration: Option<Declaration>,
    /// How many rows the rule was about, as far as that is known; 1 for a rule about the tenant.
    pub checked: usize,
    /// Ids of the sources whose facts the verdict rests on, sorted.
    pub sources: Vec<Text>,
    /// Columns of which the vendor's default stood in for a setting that nobody has set, as `dataset.column`, sorted.
    pub vendor_defaults: Vec<String>,
}

/// One resource that makes a verdict fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable id of the resource.
    pub resource: String,
    /// Its name for people.
    pub name: String,
    /// What is wrong with it.
    pub text: String,
    /// The values that decided, by column.
    pub values: BTreeMap<String, serde_json::Value>,
}

/// One resource of which it is not known whether the requirement holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// Its name for people.
    pub name: String,
    /// Its stable id.
    pub resource: String,
}

/// More resources than this are not named one by one.
pub const UNDECIDED: usize = 20;

/// What a policy's own test case comes to.
#[derive(Debug)]
pub struct CaseOutcome {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is unknown, if it is.
    pub cause: Option<Cause>,
    /// The findings.
    pub findings: Vec<Finding>,
}

#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) datasets: &'a Datasets,
    parameters: &'a [Parameter],
    now: Time,
    /// Id and name of the tenant, for findings about it as a whole.
    tenant: (&'a str, &'a str),
}

impl<'a> Facts<'a> {
    /// The same tenant with other facts.
    pub(crate) fn with(self, datasets: &'a Datasets) -> Self {
        Self { datasets, ..self }
    }

    pub(crate) fn scope(&self, row: Option<&'a dyn AnyRow>) -> Scope<'a> {
        Scope { datasets: self.datasets, parameters: self.parameters, now: self.now, row }
    }
}

/// What the rows of a population, or the tenant, came to.
#[derive(Default)]
pub(crate) struct Tally {
    findings: Vec<Finding>,
    gaps: BTreeMap<Gap, usize>,
    checked: usize,
    /// Why there may be more findings.
    more: Option<Gap>,
    /// Rows that could not be judged.
    unjudged: usize,
    /// Whether the list was not read to its end.
    cut: bool,
    undecided: Vec<Undecided>,
}

impl Tally {
    fn gap(&mut self, gap: Gap) {
        *self.gaps.entry(gap).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.checked += other.checked;
        self.unjudged += other.unjudged;
        self.undecided.extend(other.undecided);
        for (gap, count) in other.gaps {
            *self.gaps.entry(gap).or_default() += count;
        }
    }
}

/// Whether policies are all that hold for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// All of them.
    All,
    /// Some were picked out for this run: what the others would say is not known.
    Some,
}

/// Ids of the sources that fill columns of a platform, given by dataset index and column index.
pub type SourcesOf<'a> = &'a dyn Fn(Platform, &[(usize, Option<usize>)]) -> BTreeSet<&'static str>;

/// Holds policies against a snapshot. `now` is what rules take for the present: the snapshot's time, as a rule.
/// `sources_of` tells the evidence of each outcome. Rules about the results of the others are judged last.
pub fn evaluate(
    policies: &[&Policy],
    chosen: Chosen,
    snapshot: &Snapshot,
    now: Time,
    sources_of: SourcesOf<'_>,
) -> Evaluation {
    let mut outcomes = Vec::new();
    for (tenant, facts) in snapshot.tenants.iter().enumerate() {
        let first = outcomes.len();
        let rules = policies.iter().enumerate().filter_map(|(index, policy)| {
            let rule = policy.rules.get(&facts.platform)?;
            Some((results::is_about_results(rule), index, *policy, rule))
        });
        let (last, others): (Vec<_>, Vec<_>) = rules.partition(|(reads_results, ..)| *reads_results);
        for (reads_results, index, policy, rule) in others.into_iter().chain(last) {
            let same = |tenant: usize| policy.shares_rule || snapshot.tenants[tenant].platform == facts.platform;
            let is_judged = |outcome: &Outcome| outcome.policy == index && same(outcome.tenant);
            if reads_records_alone(rule) && outcomes.iter().any(is_judged) {
                continue;
            }
            let beside = reads_results.then(|| results::beside(rule, facts, policies, chosen, &outcomes[first..], now));
            let scope = Facts {
                datasets: beside.as_ref().unwrap_or(&facts.datasets),
                parameters: &policy.parameters,
                now,
                tenant: (&facts.id, &facts.name),
            };
            let (verdict, gaps, tally) = judge(rule, &scope);
            let cure = gaps.first().map(|gap| cure(gap, rule, facts));
            let open = matches!(verdict, Verdict::Fail | Verdict::Review | Verdict::Unknown);
            let declaration = open.then(|| declaration(rule, &scope, &tally.findings)).flatten();
            outcomes.push(Outcome {
                policy: index,
                tenant,
                verdict,
                sources: sources(&sources_of(facts.platform, &rule.decides), facts),
                vendor_defaults: if verdict == Verdict::NotApplicable {
                    Vec::new()
                } else {
                    vendor_defaults(&rule.decides, &facts.datasets)
                },
                cure,
                gaps,
                findings: tally.findings,
                more: tally.more,
                unjudged: (!tally.cut).then_some(tally.unjudged),
                undecided: tally.undecided,
                declaration,
                checked: tally.checked,
            });
        }
        outcomes[first..].sort_by_key(|outcome| outcome.policy);
    }
    Evaluation { outcomes, now }
}

/// Whether a rule reads what people keep of the client, and nothing of a tenant: it is judged once, for all the tenants
/// that it is for.
fn reads_records_alone(rule: &Rule) -> bool {
    let is_record = |(dataset, _): &(usize, Option<usize>)| RECORDS.contains(&Datasets::ALL[*dataset].name);
    !rule.reads.is_empty() && rule.reads.iter().all(is_record)
}

/// Runs a policy's own test case.
pub fn run_case(policy: &Policy, case: &TestCase) -> CaseOutcome {
    let Some(rule) = policy.rules.get(&case.platform) else {
        return CaseOutcome { verdict: Verdict::NotApplicable, cause: None, findings: Vec::new() };
    };
    let facts =
        Facts { datasets: &case.datasets, parameters: &case.parameters, now: case.now, tenant: ("tenant", "tenant") };
    let (verdict, gaps, tally) = judge(rule, &facts);
    CaseOutcome { verdict, cause: gaps.first().map(Gap::cause), findings: tally.findings }
}

/// The verdict of a rule, its gaps (most frequent first) where it is unknown, and its findings.
pub(crate) fn judge(rule: &Rule, facts: &Facts<'_>) -> (Verdict, Vec<Gap>, Tally) {
    let applies = rule.applies.as_ref().map_or(Truth::True, |applies| applies.truth(&facts.scope(None)));
    if applies == Truth::False {
        return (Verdict::NotApplicable, Vec::new(), Tally::default());
    }
    let mut tally = match rule.each {
        Some(dataset) => population(rule, dataset, facts),
        None => tenant(rule, facts),
    };
    if let Some(confirmed) = &rule.confirmed {
        let scope = facts.scope(None);
        match confirmed.condition.truth(&scope) {
            Truth::True => {}
            Truth::Unknown(gap) => tally.gap(gap),
            Truth::False => {
                // The question is one of what was looked at.
                tally.checked += 1;
                tally.findings.push(Finding {
                    resource: confirmed.question.clone(),
                    name: facts.tenant.1.to_owned(),
                    text: confirmed.answer.fill(&scope),
                    values: said_of_lists(&confirmed.answer, &scope).collect(),
                });
            }
        }
    }
    tally.findings.sort_by(|a, b| (&a.name, &a.resource).cmp(&(&b.name, &b.resource)));
    let mut verdict = match () {
        () if !tally.findings.is_empty() => rule.otherwise,
        () if !tally.gaps.is_empty() => Verdict::Unknown,
        () => Verdict::Pass,
    };
    let overruled = match applies {
        Truth::Unknown(gap) => Some(gap),
        _ if matches!(verdict, Verdict::Fail | Verdict::Review) => unlicensed(rule, facts),
        _ => None,
    };
    if let Some(gap) = overruled {
        tally.gaps.clear();
        tally.undecided.clear();
        tally.gap(gap);
        verdict = Verdict::Unknown;
    }
    tally.more = tally.gaps.keys().next().filter(|_| verdict != Verdict::Unknown).cloned();
    if verdict != Verdict::Unknown {
        tally.undecided.clear();
        return (verdict, Vec::new(), tally);
    }
    if tally.undecided.len() > UNDECIDED || tally.undecided.len() == tally.checked {
        tally.undecided.clear();
    }
    tally.undecided.sort();
    tally.findings.clear();
    let mut gaps: Vec<(Gap, usize)> = std::mem::take(&mut tally.gaps).into_iter().collect();
    gaps.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    (verdict, gaps.into_iter().map(|(gap, _)| gap).collect(), tally)
}

/// The gap that a missing licence leaves, or the one that keeps the licence from being known; none where it is held.
fn unlicensed(rule: &Rule, facts: &Facts<'_>) -> Option<Gap> {
    let licence = rule.licence.as_ref()?;
    let organization = &facts.datasets.organization;
    let plans = match organization.read() {
        Err(gap) => return Some(gap.clone()),
        Ok([]) => return Some(Gap::new(Cause::NotCollected, "organization")),
        Ok([row, ..]) => match row.service_plans.read() {
            Err(gap) => return Some(gap.clone()),
            Ok(plans) => plans,
        },
    };
    let held = plans.iter().any(|plan| licence.service_plans.contains(plan));
    (!held).then(|| Gap::new(Cause::LicenceRequired, licence.name.as_str()))
}

fn tenant(rule: &Rule, facts: &Facts<'_>) -> Tally {
    let scope = facts.scope(None);
    let mut tally = Tally { checked: 1, ..Tally::default() };
    match rule.require.truth(&scope) {
        Truth::True => {}
        Truth::Unknown(gap) => tally.gap(gap),
        Truth::False => tally.findings.push(Finding {
            resource: facts.tenant.0.to_owned(),
            name: facts.tenant.1.to_owned(),
            text: rule.finding.fill(&scope),
            values: singleton_values(rule, facts.datasets)
                .into_iter()
                .chain(said_of_lists(&rule.finding, &scope))
                .collect(),
        }),
    }
    tally
}

/// The values of the singletons' columns that a rule about the tenant read.
fn singleton_values(rule: &Rule, datasets: &Datasets) -> BTreeMap<String, serde_json::Value> {
    let mut values = BTreeMap::new();
    for (dataset, column) in &rule.reads {
        let table = datasets.table(*dataset);
        let info = table.info();
        if let Some(column) = column
            && info.singleton
            && !table.is_empty()
        {
            let name = format!("{}.{}", info.name, info.columns[*column].name);
            values.insert(name, table.row(0).cell(*column).to_json());
        }
    }
    values
}

/// What a finding says of lists, by its place in the text: `found_1`, `found_2`, …
fn said_of_lists<'a>(
    finding: &'a Template,
    scope: &Scope<'a>,
) -> impl Iterator<Item = (String, serde_json::Value)> + use<'a> {
    let said = finding.of_lists(scope);
    said.into_iter().enumerate().map(|(index, value)| (format!("found_{}", index + 1), value))
}

fn population(rule: &Rule, dataset: usize, facts: &Facts<'_>) -> Tally {
    let table = facts.datasets.table(dataset);
    let mut tally = Tally::default();
    if let Some(gap) = table.gap() {
        tally.gap(gap.clone());
        tally.cut = true;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let chunk = table.len().div_ceil(cores).max(CHUNK);
    if table.len() <= chunk {
        tally.add(rows(rule, dataset, facts, 0..table.len()));
        return tally;
    }
    let parts: Vec<Tally> = std::thread::scope(|threads| {
        let running: Vec<_> = (0..table.len())
            .step_by(chunk)
            .map(|start| {
                let end = (start + chunk).min(table.len());
                threads.spawn(move || rows(rule, dataset, facts, start..end))
            })
            .collect();
        running.into_iter().map(|thread| thread.join().expect("judging a row does not panic")).collect()
    });
    parts.into_iter().for_each(|part| tally.add(part));
    tally
}

fn rows<'a>(rule: &'a Rule, dataset: usize, facts: &Facts<'a>, range: std::ops::Range<usize>) -> Tally {
    let table = facts.datasets.table(dataset);
    let mut tally = Tally::default();
    let mut rows = Rows::new(&facts.scope(None));
    for index in range {
        let row = table.row(index);
        rows.turn_to(row);
        let chosen = rule.filter.as_ref().map_or(Ok(true), |filter| rows.holds(filter));
        if chosen == Ok(false) {
            continue;
        }
        tally.checked += 1;
        match (chosen, rows.holds(&rule.require)) {
            (_, Ok(true)) => {}
            (Ok(_), Ok(false)) => tally.findings.push(finding(rule, row, &rows.scope())),
            (Err(gap), _) | (_, Err(gap)) => {
                tally.gap(gap.clone());
                tally.unjudged += 1;
                if tally.undecided.len() <= UNDECIDED {
                    tally.undecided.push(Undecided { name: row.label().to_owned(), resource: row.key().to_owned() });
                }
            }
        }
    }
    tally
}

fn finding(rule: &Rule, row: &dyn AnyRow, scope: &Scope<'_>) -> Finding {
    let info = row.info();
    let filter = rule.filter.as_ref().map(tenantscan_policy::Expression::row_columns).unwrap_or_default();
    // The name is no state: whoever is called otherwise is the same.
    let said = rule.finding.row_columns().filter(|column| *column != info.label);
    let columns = filter.iter().chain(rule.require.row_columns()).copied().chain(said);
    let values = columns.map(|column| {
        let value: Value<'_> = row.cell(column);
        (info.columns[column].name.to_owned(), value.to_json())
    });
    Finding {
        resource: row.key().to_owned(),
        name: row.label().to_owned(),
        text: rule.finding.fill(scope),
        values: values.chain(said_of_lists(&rule.finding, scope)).collect(),
    }
}

/// Those of the sources that the scan asked.
fn sources(ids: &BTreeSet<&'static str>, tenant: &tenantscan_model::Tenant) -> Vec<Text> {
    let asked = tenant.sources.iter().map(|record| &record.source);
    asked.filter(|source| ids.contains(source.as_str())).cloned().collect()
}

/// Which of the columns hold the vendor's default: a dataset that may hold some names them in its column `defaults`, or
/// says of its one row that it `is_default`.
fn vendor_defaults(reads: &[(usize, Option<usize>)], datasets: &Datasets) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (dataset, column) in reads {
        let table = datasets.table(*dataset);
        let info = table.info();
        let Some(name) = column.map(|column| info.columns[column].name) else { continue };
        // Looked for once, and not in each of many rows: most datasets have neither.
        let marks = ["defaults", "is_default"].map(|mark| info.column(mark).map(|(mark, _)| mark));
        if marks == [None, None] {
            continue;
        }
        let holds = |row: &dyn AnyRow| match marks.map(|mark| mark.map(|mark| row.cell(mark))) {
            [Some(Value::Texts(names)), _] => names.iter().any(|it| *it == *name),
            [_, Some(Value::Bool(is_default))] => info.singleton && is_default,
            _ => false,
        };
        if (0..table.len()).any(|row| holds(table.row(row))) {
            found.insert(format!("{}.{name}", info.name));
        }
    }
    found.into_iter().collect()
}

/// Before the name of a file that people keep, as the source of what it leaves out.
const LEFT_OUT: &str = "records.";

/// What would cure an unknown verdict: what the source's own record says, else a sentence for the cause.
fn cure(gap: &Gap, rule: &Rule, tenant: &tenantscan_model::Tenant) -> String {
    if let Some(record) = tenant.source(gap.source())
        && let tenantscan_model::Outcome::Unread { cure, .. } = &record.outcome
    {
        return cure.to_string();
    }
    if gap.source() == RESULTS {
        return "Run again without --policy and --severity: this is about the results of all policies.".to_owned();
    }
    if gap.source().starts_with(OPEN_QUESTION) {
        return "Run `tenantscan attest` and answer the question: there is no answer yet that is in date and rests on what \
                is on file."
            .to_owned();
    }
    match gap.cause() {
        Cause::LicenceRequired => {
            let licence = rule.licence.as_ref().map_or(gap.source(), |licence| licence.name.as_str());
            format!(
                "This control needs {licence}, which the tenant does not have. Buy it, or write down how the risk is \
                 met in another way."
            )
        }
        Cause::NotSupplied if gap.source().starts_with(LEFT_OUT) => format!(
            "`{}` among the records says nothing of this: write it there, or that there is none, then scan again.",
            gap.source().trim_start_matches(LEFT_OUT)
        ),
        Cause::NotSupplied => {
            "Only a person can say this: look it up in the admin center, and write down what stands there.".to_owned()
        }
        Cause::NotCollected => {
            "Scan again with this policy: the scan that made the snapshot did not ask for it.".to_owned()
        }
        _ => "Scan again; if the answer is the same, report it with the scan's recording.".to_owned(),
    }
}
