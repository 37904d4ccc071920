//! Policies that are not met, as risks with likelihood, impact and level.

use std::cmp::Reverse;

use super::Assessment;
use super::decisions::decision_for;
use super::method::{Rated, Rating, RiskMethod};
use super::page::{Block, Cell, Mark, Section, Table};
use crate::basis::may_be_more;
use crate::document::{Report, ResultEntry};
use crate::text::platform;

/// How many findings of a critical or high risk are named; the report has all of them.
const NAMED: usize = 8;
/// How many of a moderate or low one.
const FEW: usize = 3;

/// A policy that is not met in a tenant.
pub(super) struct Risk<'a> {
    /// `R1`, `R2`, … in order of level.
    pub(super) number: String,
    pub(super) result: &'a ResultEntry,
    pub(super) rated: Rated,
}

/// Every policy that fails, the worst first.
pub(super) fn rated<'a>(report: &'a Report, method: &RiskMethod) -> Vec<Risk<'a>> {
    let failing = report.results.iter().filter(|result| result.verdict == "fail");
    let mut all: Vec<(Rated, &ResultEntry)> = failing.map(|result| (method.rate(result), result)).collect();
    all.sort_by_key(|(rated, result)| {
        let by_rating = Reverse((rated.level, rated.impact, rated.likelihood));
        (by_rating, result.policy.as_str(), result.platform.as_str(), result.tenant.as_str())
    });
    let number = |(index, (rated, result))| Risk { number: format!("R{}", index + 1), result, rated };
    all.into_iter().enumerate().map(number).collect()
}

pub(super) fn section(assessment: &Assessment<'_>, risks: &[Risk<'_>]) -> Section {
    let mut blocks = method(assessment.method);
    blocks.push(Block::Table(Table {
        caption: "All risks, the highest first".to_owned(),
        head: vec!["Risk", "Not met", "Affected", "Likelihood", "Impact", "Level"],
        rows: risks.iter().map(row).collect(),
        empty: "no policy fails among those that could be determined",
    }));
    let (whole, short): (Vec<_>, Vec<_>) = risks.iter().partition(|risk| risk.rated.level >= Rating::High);
    if !whole.is_empty() {
        blocks.push(Block::Text("Critical and high risks whole:".to_owned()));
        blocks.extend(whole.into_iter().map(|risk| card(assessment, risk)));
    }
    blocks.push(Block::Table(Table {
        caption: "Moderate and low risks in short".to_owned(),
        head: vec!["Risk", "Found", "45 CFR", "Decision on file", "Policy"],
        rows: short.into_iter().map(|risk| short_row(assessment, risk)).collect(),
        empty: "none",
    }));
    Section { id: "risks", title: "Risks".to_owned(), blocks }
}

fn method(method: &RiskMethod) -> Vec<Block> {
    let (likelihood, impact) = (&method.likelihood, &method.impact);
    let matrix = [Rating::Critical, Rating::High, Rating::Moderate, Rating::Low].map(|impact| {
        let level = |likelihood| Cell::marked(Mark::Rated(method.level(impact, likelihood)));
        let name = Cell::from(format!("{} impact", impact.word()));
        vec![name, level(Rating::Low), level(Rating::Moderate), level(Rating::High)]
    });
    vec![
        Block::Heading("How risks are rated".to_owned()),
        Block::List(vec![
            format!(
                "Impact follows the severity of the policy that is not met: critical gives {}, high {}, medium {}, low {}.",
                impact.critical.word(),
                impact.high.word(),
                impact.medium.word(),
                impact.low.word()
            ),
            format!(
                "Likelihood follows how much is affected: from {} % of what was checked on it is high, from {} % on moderate, \
                 else low. A policy about the tenant as a whole counts as all of it, and what could not be judged as affected.",
                likelihood.many_percent, likelihood.some_percent
            ),
            "Where the policy is about signing in, sending or malicious software, anybody on the internet can try: likelihood \
             is one step higher."
                .to_owned(),
            "Level comes of both, by the table below. A person reviews each rating and changes it where the practice knows \
             better."
                .to_owned(),
        ]),
        Block::Table(Table {
            caption: "Level of risk".to_owned(),
            head: vec!["", "Low likelihood", "Moderate likelihood", "High likelihood"],
            rows: matrix.into(),
            empty: "none",
        }),
        Block::Text(format!("Method of {}. Sources: {}.", method.dated, method.source)),
    ]
}

fn affected(result: &ResultEntry) -> String {
    // The id of the question that a policy asks besides begins with the policy's own.
    let of_whole = |resource: &str| resource == result.tenant || resource.starts_with(&result.policy);
    let of_tenant = result.findings.iter().all(|finding| of_whole(&finding.resource));
    match (result.findings.len(), result.checked) {
        (_, 0 | 1) if of_tenant => "the whole tenant".to_owned(),
        (found, checked) => match result.more.as_ref().map(|more| more.resources) {
            None | Some(Some(0)) => format!("{found} of {checked}"),
            Some(Some(unjudged)) => format!("{found} of {checked}, and {unjudged} could not be judged"),
            Some(None) => format!("{found} of {checked} that were read"),
        },
    }
}

fn row(risk: &Risk<'_>) -> Vec<Cell> {
    vec![
        Cell::from(&risk.number),
        Cell::from(format!("{} ({})", risk.result.title, platform(&risk.result.platform))),
        Cell::from(affected(risk.result)),
        Cell::marked(Mark::Rated(risk.rated.likelihood)),
        Cell::marked(Mark::Rated(risk.rated.impact)),
        Cell::marked(Mark::Rated(risk.rated.level)),
    ]
}

/// What was found, as many as `most` one by one.
fn found(result: &ResultEntry, most: usize) -> Cell {
    let mut lines: Vec<String> = result.findings.iter().take(most).map(|finding| finding.text.clone()).collect();
    if result.findings.len() > most {
        lines.push(format!("and {} more, all of them in the report", result.findings.len() - most));
    }
    lines.extend(may_be_more(result));
    Cell::lines(lines)
}

fn short_row(assessment: &Assessment<'_>, risk: &Risk<'_>) -> Vec<Cell> {
    vec![
        Cell::from(&risk.number),
        found(risk.result, FEW),
        Cell::from(risk.result.citations.join(", ")),
        Cell::lines(decision_for(assessment.report, risk.result)),
        Cell::from(&risk.result.policy),
    ]
}

fn card(assessment: &Assessment<'_>, risk: &Risk<'_>) -> Block {
    let Risk { number, result, rated } = risk;
    let outside = if assessment.method.outside(result) { "; outsiders can try" } else { "" };
    let mut facts = vec![
        ("Level", Cell::marked(Mark::Rated(rated.level))),
        ("Likelihood", Cell::with(Mark::Rated(rated.likelihood), format!("({}{outside})", affected(result)))),
        ("Impact", Cell::with(Mark::Rated(rated.impact), format!("(severity {})", result.severity))),
        ("Why it matters", Cell::from(&result.why)),
        ("Found", found(result, NAMED)),
        ("45 CFR", Cell::from(result.citations.join(", "))),
    ];
    if let Some(fix) = &result.fix {
        facts.push(("How to mend it", Cell::lines([fix.portal.clone(), format!("{}, {}", fix.who, fix.time)])));
    }
    let decisions = decision_for(assessment.report, result);
    if !decisions.is_empty() {
        facts.push(("Decision on file", Cell::lines(decisions)));
    }
    facts.push(("Policy", Cell::from(format!("{} ({})", result.policy, platform(&result.platform)))));
    Block::Card(Mark::Rated(rated.level), format!("{number}. Not met: {}", result.title), facts)
}
