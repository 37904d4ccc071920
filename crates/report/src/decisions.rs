//! What people decided, at a terminal: what is accepted, what needs a decision, and the addressable specifications.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::AnsiColor;

use crate::decided::{AcceptedEntry, AddressableEntry, DeclareEntry, plural};
use crate::document::{Report, ResultEntry, SafeguardEntry};
use crate::page::Page;
use crate::terminal::{ranked, severity_color};
use crate::text::{cut, pad, safe};

/// Decisions and policies that stand for all.
const NAMED: usize = 3;

/// Whether every finding of a result is covered by an exception, and there are no more of them.
pub(crate) fn is_accepted(result: &ResultEntry) -> bool {
    !result.findings.is_empty() && result.accepted == result.findings.len() && result.more.is_none()
}

/// `risk accepted until 2026-12-31, by A. Person: because`.
fn decision(accepted: &AcceptedEntry) -> String {
    let what = accepted.disposition.replace('_', " ");
    let when = match (&accepted.due, accepted.disposition.as_str()) {
        (Some(day), _) if accepted.overdue => format!("{what} by {day}, which is over"),
        (Some(day), _) => format!("{what} by {day}"),
        (None, "planned") => format!("{what} without a day, accepted until {}", accepted.until),
        (None, _) => format!("{what} until {}", accepted.until),
    };
    format!("{when}, by {}: {}", safe(&accepted.approved_by), safe(&accepted.reason))
}

/// What was decided and answered of a result that is shown whole.
pub(crate) fn beside(page: &mut Page, result: &ResultEntry, indent: usize) {
    if result.accepted > 0 && !is_accepted(result) {
        let until = result.findings.iter().filter_map(|finding| finding.accepted.as_ref()).map(|it| &it.until).min();
        let until = until.map(String::as_str).unwrap_or_default();
        let many = if result.accepted == result.findings.len() { "that were found" } else { "more" };
        page.paragraph(indent, &format!("Accepted: {} {many}, the first until {until}", result.accepted));
    }
    if let Some(answer) = &result.attestation {
        let held = match () {
            () if answer.expired => "which has run out on",
            () if answer.holds => "good until",
            () if !answer.evidence_changed.is_empty() => "on evidence that has changed since, good until",
            () if answer.evidence.is_empty() => "with nothing on file that shows it, good until",
            () => "a day that has not come, good until",
        };
        let text = format!(
            "Answered on {}: {} ({}, {}), {held} {}: {}",
            answer.on,
            answer.answer.replace('_', " "),
            safe(&answer.by),
            safe(&answer.role),
            answer.valid_until,
            safe(&answer.statement)
        );
        page.paragraph(indent, &text);
    }
    if result.declare.is_some() {
        page.paragraph(indent, "Or are there accounts that nobody declared? See below, WOULD BE MET IF DECLARED.");
    }
}

/// Policies that would be met if accounts were declared, and the lines that declare them.
pub(crate) fn declarable(page: &mut Page, report: &Report) {
    let mut by_kind: BTreeMap<&str, Vec<(&ResultEntry, &DeclareEntry)>> = BTreeMap::new();
    for result in &report.results {
        if let Some(declare) = &result.declare {
            by_kind.entry(&declare.kind).or_default().push((result, declare));
        }
    }
    for (kind, found) in by_kind {
        page.heading("WOULD BE MET IF DECLARED");
        for (result, declare) in &found {
            let names: Vec<String> = declare.accounts.iter().map(|it| safe(&it.name)).collect();
            page.hanging(3, "? ", &format!("{}, if these were declared: {}", result.policy, names.join(", ")));
        }
        let kind = plural(kind);
        let text =
            format!("Only if these are {kind} indeed: add them to accounts.toml, each with its owner and purpose.");
        page.paragraph(3, &text);
        let mut blocks: Vec<&str> = found.iter().flat_map(|(_, declare)| declare.lines.split("\n\n")).collect();
        blocks.iter_mut().for_each(|block| *block = block.trim());
        let mut seen = BTreeSet::new();
        blocks.retain(|block| seen.insert(*block));
        for block in blocks {
            page.line("");
            block.lines().for_each(|line| page.line(&format!("   {}", cut(&safe(line), page.width - 3))));
        }
    }
}

/// Results that fail, or may, and that somebody has accepted; and what was decided where a licence is missing.
pub(crate) fn accepted(page: &mut Page, report: &Report, all: bool) {
    let results: Vec<&ResultEntry> = ["fail", "review"].iter().flat_map(|verdict| ranked(report, verdict)).collect();
    let results: Vec<&ResultEntry> = results.into_iter().filter(|result| is_accepted(result)).collect();
    let unlicensed: Vec<&ResultEntry> =
        ranked(report, "unknown").into_iter().filter(|it| it.instead.is_some()).collect();
    if results.is_empty() && unlicensed.is_empty() {
        return;
    }
    page.heading("ACCEPTED FOR A TIME");
    for result in results.into_iter().chain(unlicensed) {
        let mark = page.paint("≈", severity_color(&result.severity), true);
        let head = format!("{} ({}, {})", result.title, result.severity, result.policy);
        page.marked(3, &mark, &head);
        let mut decisions: Vec<(String, Vec<String>)> = Vec::new();
        for finding in &result.findings {
            let Some(accepted) = &finding.accepted else { continue };
            let decision = decision(accepted);
            match decisions.iter_mut().find(|(known, _)| *known == decision) {
                Some((_, names)) => names.push(safe(&finding.name)),
                None => decisions.push((decision, vec![safe(&finding.name)])),
            }
        }
        if let Some(instead) = &result.instead {
            page.hanging(7, "- ", &format!("the licence is missing: {}", decision(instead)));
        }
        let named = if all { decisions.len() } else { NAMED.min(decisions.len()) };
        for (decision, names) in &decisions[..named] {
            let first = names[..NAMED.min(names.len())].join(", ");
            let more = names.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            page.hanging(7, "- ", &format!("{first}{more}: {decision}"));
        }
        if named < decisions.len() {
            page.hanging(7, "- ", &format!("and {} more (--all-results)", decisions.len() - named));
        }
    }
}

/// Exceptions that somebody has to look at.
pub(crate) fn due(page: &mut Page, report: &Report) {
    let mut due = report.exceptions.iter().filter(|it| it.decision_due).peekable();
    if due.peek().is_none() {
        return;
    }
    page.heading("EXCEPTIONS THAT NEED A DECISION");
    for decision in due {
        let what = match (&decision.name, decision.resource.as_str()) {
            (Some(name), _) => safe(name),
            (None, "*") => "whatever fails".to_owned(),
            (None, resource) => safe(resource),
        };
        let text = format!(
            "{}, {what}: {} ({}, by {}, until {})",
            safe(&decision.policy),
            safe(&decision.text),
            decision.disposition.replace('_', " "),
            safe(&decision.approved_by),
            decision.until
        );
        page.hanging(3, "! ", &text);
    }
}

/// The register of addressable specifications in one sentence.
pub(crate) fn register(page: &mut Page, report: &Report) {
    if report.addressable.is_empty() {
        return;
    }
    let count = |decision: &str| report.addressable.iter().filter(|it| it.decision == decision).count();
    let silent = |it: &&AddressableEntry| {
        let of = |safeguard: &&SafeguardEntry| safeguard.citation == it.citation;
        report.safeguards.iter().find(of).is_some_and(|safeguard| safeguard.state == "not_assessed")
    };
    let silent = report.addressable.iter().filter(silent).count();
    let text = format!(
        "Addressable specifications (A), where the rule leaves a choice that must be written down (164.306(d)(3)): {} \
         implemented, {} met in another way, {} not reasonable here, {} undecided{}. The register: --all-safeguards.",
        count("implemented"),
        count("alternative"),
        count("not_reasonable"),
        count("undecided").saturating_sub(silent),
        if silent > 0 { format!(", {silent} not looked at") } else { String::new() }
    );
    page.paragraph(0, &text);
}

/// The register of addressable specifications.
pub(crate) fn addressable(page: &mut Page, report: &Report) {
    if report.addressable.is_empty() {
        return;
    }
    page.heading("ADDRESSABLE SPECIFICATIONS, AND WHAT WAS DECIDED (164.306(d)(3))");
    let wide = page.width - 39;
    for it in &report.addressable {
        let (word, color) = match it.decision.as_str() {
            "implemented" => ("✓ implemented", AnsiColor::Green),
            "alternative" => ("≈ alternative", AnsiColor::Cyan),
            "not_reasonable" => ("≈ not reasonable", AnsiColor::Cyan),
            _ => ("? undecided", AnsiColor::Yellow),
        };
        let word = page.paint(word, Some(color), false);
        page.line(&format!("{:<20} {} {word}", it.citation, pad(&cut(&safe(&it.title), wide), wide)));
        for reason in &it.reasons {
            let what = reason.what.replace('_', " ");
            let text = format!(
                "{}: {what}, by {}, review by {}: {}",
                safe(&reason.policy),
                safe(&reason.by),
                reason.review_by,
                safe(&reason.reason)
            );
            page.hanging(5, "- ", &text);
        }
        if !it.open.is_empty() {
            let named = &it.open[..NAMED.min(it.open.len())];
            let more = it.open.len() - named.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            page.hanging(5, "? ", &format!("nothing is decided of {}{more}", named.join(", ")));
        }
    }
    page.paragraph(
        0,
        "Of each, the rule asks for one of three: do it; do something else that serves the purpose; or write down why \
         neither is reasonable. `tenantscan exception add` and `tenantscan attest` write it down.",
    );
}
