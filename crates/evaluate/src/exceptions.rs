//! Exceptions laid over findings: which of them covers what, and which need a decision. They never change a verdict.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tenantscan_model::rows::{self, ANY, Disposition, PlanItem, PlanState};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Snapshot, Table, Tenant, Text, Time, has_begun};
use tenantscan_policy::{Policy, Verdict};

use crate::judge::{Evaluation, Finding, Outcome};
use crate::safeguards::{Refusal, Safeguards};

/// The source of exceptions.
const RECORDS: &str = "records.exceptions";

/// The exception that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id: policy, tenant and resource.
    pub exception: Text,
    /// What was decided.
    pub disposition: Disposition,
    /// Why.
    pub reason: Text,
    /// Who decided.
    pub approved_by: Text,
    /// The last moment at which it holds.
    pub until: Time,
    /// For what is planned: until when the plan says that it is mended.
    pub due: Option<Time>,
    /// Whether that moment is over.
    pub overdue: bool,
}

/// What is covered of one outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Covered {
    /// For each finding, the exception that covers it.
    pub(crate) findings: Vec<Option<Accepted>>,
    /// For a control that the tenant has no licence for: what was decided instead.
    pub(crate) instead: Option<Accepted>,
}

/// An exception and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its id: policy, tenant and resource.
    pub exception: Text,
    /// Id of the policy.
    pub policy: Text,
    /// The tenant as the exception names it.
    pub tenant: Text,
    /// Stable id of the resource, or `*`.
    pub resource: Text,
    /// The name of the resource; none where nothing with this id was found.
    pub name: Option<String>,
    /// What was decided.
    pub disposition: Disposition,
    /// Why.
    pub reason: Text,
    /// Who decided.
    pub approved_by: Text,
    /// The day of the decision, where it is known.
    pub approved: Option<Time>,
    /// The last moment at which it holds, or held.
    pub until: Time,
    /// How it stands.
    pub standing: Stand,
}

/// How an exception stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    /// It covers so many findings.
    Applies(usize),
    /// What it is for could not be read whole: nobody knows whether it is needed.
    Pending,
    /// Its policy was not held against its tenant.
    NotHeld,
    /// It has ended, and nothing that it was for fails: a decision of the past, which is kept.
    Ended,
    /// Somebody has to look at it.
    Due(Matter),
}

/// What is the matter with an exception.
#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    /// What was decided is no choice there.
    Refused(Refusal),
    /// It has ended; so many findings are open again. None: what it was for could not be read whole.
    Expired(Option<usize>),
    /// It was approved after this day: it does not hold yet.
    NotBegun(Time),
    /// What was accepted is not what is there now: it does not apply any more.
    StateChanged(Vec<Change>),
    /// Nothing that it covers fails.
    Unused,
    /// It covers whatever fails of many resources, so many now and every later one; or one of which nothing is known that
    /// would tell when it changes.
    OverBroad(usize),
}

/// One value that is not what was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// What was accepted. None: it had no value, or only the state's SHA-256 was kept.
    pub accepted: Option<Value>,
    /// What it is now. None: it has no value.
    pub now: Option<Value>,
}

/// Why a value could not be read this time; none where it was.
fn unread(value: &Value) -> Option<Gap> {
    let gap = value.as_object()?.get("unknown")?;
    Some(serde_json::from_value(gap.clone()).unwrap_or_else(|_| Gap::new(Cause::NotCollected, RECORDS)))
}

/// Whether what was found is what was accepted.
enum Fit {
    /// It is.
    Same,
    /// Some of it could not be read this time, and the rest is; why.
    Unread(Gap),
    /// It is not: what is different.
    Changed(Vec<Change>),
}

/// An exception of which everything is known.
struct Known<'a> {
    row: &'a rows::Exception,
    policy: &'a Text,
    tenant: &'a Text,
    resource: &'a Text,
    disposition: Disposition,
    reason: &'a Text,
    approved_by: &'a Text,
    approved: Option<Time>,
    until: Time,
}

/// What became of an exception in one tenant.
#[derive(Default)]
struct Use {
    refused: Option<Refusal>,
    /// Whether its policy was held against its tenant.
    held: bool,
    /// Whether something that was not read may be what it is for.
    open: bool,
    found: usize,
    /// Whether it stands in for a licence that is missing.
    instead: bool,
    name: Option<String>,
    changed: Option<Vec<Change>>,
    /// Whether some of what was accepted could not be read this time, and the rest is as it was.
    unread: bool,
    broad: bool,
}

/// What is covered of each outcome, in their order, and how every exception stands, in the order of their ids.
pub(crate) fn lay_over(
    policies: &[&Policy],
    snapshot: &Snapshot,
    evaluation: &Evaluation,
    safeguards: &Safeguards,
) -> (Vec<Covered>, Vec<Decision>) {
    let mut covered = vec![Covered::default(); evaluation.outcomes.len()];
    let mut decisions: BTreeMap<&Text, Decision> = BTreeMap::new();
    let ids: BTreeSet<&str> = snapshot.tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    for (index, tenant) in snapshot.tenants.iter().enumerate() {
        let known: Vec<Known<'_>> = tenant.datasets.exceptions.rows.iter().filter_map(Known::new).collect();
        let mut by_policy: BTreeMap<&str, Vec<(&Known<'_>, Use)>> = BTreeMap::new();
        for exception in known.iter().filter(|exception| exception.names(tenant)) {
            by_policy.entry(exception.policy).or_default().push((exception, Use::default()));
        }
        let outcomes = evaluation.outcomes.iter().zip(&mut covered);
        for (outcome, covered) in outcomes.filter(|(outcome, _)| outcome.tenant == index) {
            let policy = policies[outcome.policy];
            if let Some(exceptions) = by_policy.get_mut(policy.id.as_str()) {
                *covered = cover(exceptions, policy, outcome, tenant, evaluation.now, safeguards);
            }
        }
        for (exception, used) in by_policy.into_values().flatten() {
            let standing = standing(exception, &used, evaluation.now);
            decisions.insert(&exception.row.id, exception.decision(standing, used.name));
        }
        // Every tenant carries the exceptions of the client, those for other tenants too.
        for exception in known.iter().filter(|exception| !exception.names(tenant)) {
            let nowhere = exception.names_nothing(&ids);
            let standing = if nowhere { Stand::Due(Matter::Unused) } else { Stand::NotHeld };
            decisions.entry(&exception.row.id).or_insert_with(|| exception.decision(standing, None));
        }
    }
    (covered, decisions.into_values().collect())
}

/// Ids of what an outcome found and somebody decided to bear, and `*` where that is whatever fails.
///
/// # Errors
/// Why the exceptions are not all known, or whether one of them still fits.
pub(crate) fn borne(tenant: &Tenant, policy: &str, findings: &[Finding], now: Time) -> Result<Vec<Text>, Gap> {
    let table = &tenant.datasets.exceptions;
    if let Some(gap) = table.gap() {
        return Err(gap.clone());
    }
    let known: Option<Vec<Known<'_>>> = table.rows.iter().map(Known::new).collect();
    let known = known.filter(|known| known.iter().all(|it| it.approved.is_some()));
    let known = known.ok_or_else(|| Gap::new(Cause::NotCollected, RECORDS))?;
    let applies = |it: &&Known<'_>| {
        *it.policy == *policy && it.names(tenant) && it.in_date(now) && it.disposition != Disposition::Planned
    };
    let (any, named): (Vec<_>, Vec<_>) = known.iter().filter(applies).partition(|it| *it.resource == *ANY);
    let mut borne: Vec<Text> = any.first().map(|_| Text::from(ANY)).into_iter().collect();
    for finding in findings {
        let of = named.iter().filter(|it| *it.resource == *finding.resource);
        let fits: Vec<Fit> = of.map(|it| it.fits(finding)).collect();
        if !any.is_empty() || fits.iter().any(|fit| matches!(fit, Fit::Same)) {
            borne.push(finding.resource.as_str().into());
        } else if let Some(Fit::Unread(gap)) = fits.into_iter().find(|fit| matches!(fit, Fit::Unread(_))) {
            return Err(gap);
        }
    }
    Ok(borne)
}

/// Keeps the exceptions that are for a tenant. One of which that is not known may be for any policy, as far as is known.
pub(crate) fn only_of(tenant: &Tenant, exceptions: &mut Table<rows::Exception>) {
    exceptions.rows.retain_mut(|row| match row.tenant.read() {
        Ok(named) => is_named(tenant, named),
        Err(gap) => {
            row.policy = Cell::Unknown(gap.clone());
            true
        }
    });
}

/// Whether an exception names a tenant, by its platform or its id.
fn is_named(tenant: &Tenant, named: &str) -> bool {
    *named == *tenant.platform.name() || (!tenant.id.is_empty() && *named == *tenant.id)
}

impl<'a> Known<'a> {
    fn new(row: &'a rows::Exception) -> Option<Self> {
        Some(Self {
            row,
            policy: row.policy.known()?,
            tenant: row.tenant.known()?,
            resource: row.resource.known()?,
            disposition: *row.disposition.known()?,
            reason: row.reason.known()?,
            approved_by: row.approved_by.known()?,
            approved: row.approved.known().copied(),
            until: *row.until.known()?,
        })
    }

    fn names(&self, tenant: &Tenant) -> bool {
        is_named(tenant, self.tenant)
    }

    /// Whether it names a tenant by an id that no tenant has.
    fn names_nothing(&self, ids: &BTreeSet<&str>) -> bool {
        let platform = tenantscan_model::Platform::ALL.iter().any(|it| *self.tenant == *it.name());
        !platform && !ids.contains("") && !ids.contains(self.tenant.as_str())
    }

    /// Whether it holds at a moment: from the day of its approval, which is a day of wherever that was, to its end.
    fn in_date(&self, now: Time) -> bool {
        self.begun(now) && self.until >= now
    }

    fn begun(&self, now: Time) -> bool {
        self.approved.is_none_or(|approved| has_begun(approved, now))
    }

    /// Whether the finding is as it was accepted. What moves by itself is not compared.
    fn fits(&self, finding: &Finding) -> Fit {
        if *self.resource == *ANY {
            return Fit::Same;
        }
        let whole = canonical(&finding.values.clone().into_iter().collect());
        let now = still(&whole);
        let accepted = match self.row.accepted.read() {
            Err(gap) => return Fit::Unread(gap.clone()),
            Ok(text) => text.as_ref().and_then(|text| serde_json::from_str(text).ok()),
        };
        if let Some(accepted @ Value::Object(_)) = accepted {
            let accepted = still(&accepted);
            let names = [&accepted, &now].into_iter().filter_map(Value::as_object).flat_map(|it| it.keys());
            let change = |name: &String| Change {
                name: name.clone(),
                accepted: accepted.get(name).cloned(),
                now: now.get(name).cloned(),
            };
            let changes = names.collect::<BTreeSet<_>>().into_iter().map(change);
            let changes: Vec<Change> = changes.filter(|change| change.accepted != change.now).collect();
            let unread: Option<Vec<Gap>> = changes.iter().map(|change| unread(change.now.as_ref()?)).collect();
            return match unread.map(|gaps| gaps.into_iter().next()) {
                None => Fit::Changed(changes),
                Some(Some(gap)) => Fit::Unread(gap),
                Some(None) => Fit::Same,
            };
        }
        let kept = match self.row.accepted_sha256.read() {
            Err(gap) => return Fit::Unread(gap.clone()),
            Ok(kept) => kept.as_ref(),
        };
        let is_kept = |state: &Value| {
            let hash = Sha256::digest(state.to_string());
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            kept.is_some_and(|kept| *kept == *hash)
        };
        if is_kept(&now) || is_kept(&whole) {
            return Fit::Same;
        }
        // A hash does not tell which value is another one: what was not read may be all of it.
        let gap = kept.and(whole.as_object()).and_then(|values| values.values().find_map(unread));
        gap.map_or(Fit::Changed(Vec::new()), Fit::Unread)
    }

    fn accepted(&self, datasets: &Datasets, resource: &str, now: Time) -> Accepted {
        let due = (self.disposition == Disposition::Planned).then(|| due(datasets, self.policy, resource)).flatten();
        Accepted {
            exception: self.row.id.clone(),
            disposition: self.disposition,
            reason: self.reason.clone(),
            approved_by: self.approved_by.clone(),
            until: self.until,
            overdue: due.is_some_and(|due| due < now),
            due,
        }
    }

    fn decision(&self, standing: Stand, name: Option<String>) -> Decision {
        Decision {
            exception: self.row.id.clone(),
            policy: self.policy.clone(),
            tenant: self.tenant.clone(),
            resource: self.resource.clone(),
            name,
            disposition: self.disposition,
            reason: self.reason.clone(),
            approved_by: self.approved_by.clone(),
            approved: self.approved,
            until: self.until,
            standing,
        }
    }
}

/// Until when the plan says that something is mended that is not done yet: what it says of the resource goes before what it
/// says of all.
fn due(datasets: &Datasets, policy: &str, resource: &str) -> Option<Time> {
    let of = |wanted: &str| {
        let items = &datasets.remediation_plan.rows;
        let mut items = items.iter().filter(|item| item.policy.known().is_some_and(|it| **it == *policy));
        let open = |item: &&PlanItem| item.state.known() != Some(&PlanState::Done);
        let item = items.find(|item| open(item) && item.resource.known().is_some_and(|it| **it == *wanted));
        item.and_then(|item| item.due.known().copied())
    };
    of(resource).or_else(|| of(ANY))
}

/// The same values, names sorted, nulls left out: the form in which a state is kept.
fn canonical(values: &Value) -> Value {
    match values {
        Value::Array(items) => items.iter().filter(|it| !it.is_null()).map(canonical).collect(),
        Value::Object(map) => {
            let kept: BTreeMap<&String, &Value> = map.iter().filter(|(_, it)| !it.is_null()).collect();
            kept.into_iter().map(|(name, it)| (name.clone(), canonical(it))).collect()
        }
        other => other.clone(),
    }
}

/// The state without what moves by itself.
fn still(state: &Value) -> Value {
    match state {
        Value::Object(map) => {
            map.iter().filter(|(name, _)| !rows::moves(name)).map(|(name, it)| (name.clone(), it.clone())).collect()
        }
        other => other.clone(),
    }
}

/// Whether the only thing that keeps an outcome from being known is a licence that the tenant does not hold.
pub(crate) fn unlicensed(outcome: &Outcome) -> bool {
    let of_licence = |gap: &Gap| gap.cause() == Cause::LicenceRequired;
    outcome.verdict == Verdict::Unknown && !outcome.gaps.is_empty() && outcome.gaps.iter().all(of_licence)
}

/// What is covered of one outcome by the exceptions of its policy, and what became of them.
fn cover(
    exceptions: &mut [(&Known<'_>, Use)],
    policy: &Policy,
    outcome: &Outcome,
    tenant: &Tenant,
    now: Time,
    safeguards: &Safeguards,
) -> Covered {
    let each = policy.rules.get(&tenant.platform).and_then(|rule| rule.each);
    let by_resource = each.is_some_and(|each| !Datasets::ALL[each].singleton);
    for (exception, used) in &mut *exceptions {
        used.held = true;
        used.open |= outcome.verdict == Verdict::Unknown || outcome.more.is_some();
        used.broad = by_resource && *exception.resource == *ANY;
        used.refused = safeguards.refused(&policy.citations, exception.disposition);
    }
    let applies = |exception: &Known<'_>, used: &Use| used.refused.is_none() && exception.in_date(now);
    let mut instead = exceptions.iter_mut().filter(|(exception, _)| unlicensed(outcome) && *exception.resource == *ANY);
    let instead = instead.find(|(exception, used)| applies(exception, used)).map(|(exception, used)| {
        used.instead = true;
        exception.accepted(&tenant.datasets, ANY, now)
    });
    let mut findings = Vec::with_capacity(outcome.findings.len());
    for finding in &outcome.findings {
        let mut found: Option<&Known<'_>> = None;
        for (exception, used) in &mut *exceptions {
            if *exception.resource != *ANY && *exception.resource != *finding.resource {
                continue;
            }
            used.found += 1;
            if *exception.resource != *ANY {
                used.name = Some(finding.name.clone());
                used.broad |= !finding.values.keys().any(|name| !rows::moves(name));
            }
            match exception.fits(finding) {
                Fit::Unread(_) => used.unread = true,
                Fit::Changed(changes) => used.changed = Some(changes),
                // One for the resource itself goes before one for whatever fails.
                Fit::Same if applies(exception, used) && found.is_none_or(|found| *found.resource == *ANY) => {
                    found = Some(exception);
                }
                Fit::Same => {}
            }
        }
        findings.push(found.map(|found| found.accepted(&tenant.datasets, &finding.resource, now)));
    }
    Covered { findings, instead }
}

/// How an exception stands: what is the matter with it, the gravest first.
fn standing(exception: &Known<'_>, used: &Use, now: Time) -> Stand {
    if !used.held {
        return Stand::NotHeld;
    }
    let ended = exception.until < now;
    if ended && used.found == 0 && !used.open {
        return Stand::Ended;
    }
    if let Some(refusal) = &used.refused {
        return Stand::Due(Matter::Refused(refusal.clone()));
    }
    if ended {
        return Stand::Due(Matter::Expired((used.found > 0).then_some(used.found)));
    }
    if let Some(approved) = exception.approved.filter(|_| !exception.begun(now)) {
        return Stand::Due(Matter::NotBegun(approved));
    }
    if let Some(changes) = &used.changed {
        return Stand::Due(Matter::StateChanged(changes.clone()));
    }
    match used.found {
        _ if used.unread => Stand::Pending,
        0 if used.instead => Stand::Applies(0),
        0 if used.open => Stand::Pending,
        0 => Stand::Due(Matter::Unused),
        found if used.broad => Stand::Due(Matter::OverBroad(found)),
        found => Stand::Applies(found),
    }
}
