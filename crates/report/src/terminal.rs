//! The report for people at a terminal: safeguards, what to do first, what could not be seen.

use std::collections::BTreeMap;

use anstyle::AnsiColor;

use crate::basis::{is_of_tenant, may_be_more};
use crate::decisions::{accepted, addressable, beside, declarable, due, is_accepted, register};
use crate::document::{Report, ResultEntry, SafeguardEntry};
use crate::page::Page;
use crate::technical::technical;
use crate::text::{cut, pad, platform, safe, wrap};

/// How the report is drawn.
#[derive(Clone, Copy, Debug)]
pub struct TerminalOptions {
    /// Columns; at least 60.
    pub width: usize,
    /// Whether to use colour.
    pub color: bool,
    /// Whether safeguards of which no policy speaks are listed too.
    pub all_safeguards: bool,
    /// Whether every result that asks for something is shown whole, not only the worst.
    pub all_results: bool,
}

const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];
/// How many failed policies are shown whole.
const FIRST: usize = 8;
/// How many guesses are shown whole.
const FIRST_REVIEWS: usize = 4;
/// Resources that stand for all of a policy.
const EXAMPLES: usize = 3;
/// Safeguards under which lesser failures are counted.
const PLACES: usize = 8;
/// Policies that are named of those that one cure would open.
const NAMED: usize = 6;
/// Width of the number and the severity in front of a policy's title.
const BESIDE: usize = 12;

/// The report as text with a newline at its end.
pub fn terminal(report: &Report, options: &TerminalOptions) -> String {
    let mut page = Page { text: String::new(), width: options.width.max(60), color: options.color };
    header(&mut page, report);
    safeguards(&mut page, report, options.all_safeguards);
    technical(&mut page, report, options.all_results);
    first(&mut page, report, options.all_results);
    reviews(&mut page, report, options.all_results);
    accepted(&mut page, report, options.all_results);
    due(&mut page, report);
    declarable(&mut page, report);
    unknown(&mut page, report, options.all_results);
    if options.all_safeguards {
        addressable(&mut page, report);
    }
    if let Some(what_if) = &report.what_if {
        page.heading(&what_if.heading().to_uppercase());
        for line in what_if.lines(page.width) {
            page.line(&line);
        }
    }
    footer(&mut page, report);
    page.text
}

fn header(page: &mut Page, report: &Report) {
    let name = page.paint(&cut(&safe(&report.client.name), page.width), None, true);
    page.line(&name);
    for tenant in &report.tenants {
        let platform = platform(&tenant.platform);
        let id = if tenant.id.is_empty() { "tenant id not read" } else { &tenant.id };
        page.line(&cut(&format!("{platform} · {} · {}", safe(&tenant.name), safe(id)), page.width));
    }
    let time = report.taken_at.replace('T', " ");
    let when = time.get(..16).unwrap_or(&time);
    page.line(&cut(&format!("read {when} UTC · held against {}", safe(&report.baseline.title)), page.width));
    let limits: Vec<String> = report.baseline.limits.iter().map(|it| safe(&it.to_string())).collect();
    if !limits.is_empty() {
        page.line(&cut(&format!("limits set otherwise ({}): {}", limits.len(), limits.join(", ")), page.width));
    }
    let left_out: Vec<&str> = report.baseline.left_out.iter().map(|policy| policy.id.as_str()).collect();
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        page.line(&cut(&format!("policies left out on purpose ({}): {names}", left_out.len()), page.width));
    }
}

fn state(safeguard: &SafeguardEntry) -> (String, Option<AnsiColor>) {
    let (word, color) = match safeguard.state.as_str() {
        "gap_found" if safeguard.fail == 1 => ("✗ 1 gap", AnsiColor::Red),
        "gap_found" => return (format!("✗ {} gaps", safeguard.fail), Some(AnsiColor::Red)),
        "not_determined" => ("? not determined", AnsiColor::Yellow),
        "not_reasonable" => ("≈ not reasonable", AnsiColor::Cyan),
        "documented_alternative" => ("≈ alternative", AnsiColor::Cyan),
        "supported" => ("✓ supported", AnsiColor::Green),
        _ => return ("- not assessed".to_owned(), None),
    };
    (word.to_owned(), Some(color))
}

fn safeguards(page: &mut Page, report: &Report, all: bool) {
    let shown: Vec<&SafeguardEntry> =
        report.safeguards.iter().filter(|safeguard| all || safeguard.state != "not_assessed").collect();
    page.heading("SAFEGUARDS OF 45 CFR PART 164");
    let wide = page.width - 46;
    page.line(&format!("{:<20} {:<wide$} {:<16} {:>7}", "provision", "", "state", "seen"));
    for safeguard in &shown {
        let mark = match safeguard.designation.as_str() {
            "required" => "R",
            "addressable" => "A",
            _ => " ",
        };
        let (word, color) = state(safeguard);
        let title = cut(&format!("{mark} {}", safe(&safeguard.title)), wide);
        let padded = page.paint(&pad(&word, 16), color, false);
        let seen = format!("{}/{}", safeguard.coverage.determined, safeguard.coverage.applicable);
        page.line(&format!("{:<20} {} {padded} {seen:>7}", safeguard.citation, pad(&title, wide)));
        let by = safeguard.planned_by.as_ref().map_or(String::new(), |day| format!(" by {day}"));
        let until = match (safeguard.planned.as_deref(), &safeguard.accepted_until) {
            (Some("undated"), _) => "gap, planned without a day".to_owned(),
            (Some("overdue"), _) => format!("gap, planned{by}, overdue"),
            (Some(_), _) => format!("gap, planned{by}"),
            (None, Some(day)) => format!("gap, accepted until {day}"),
            (None, None) => continue,
        };
        page.line(&format!("{:23}{until}", ""));
    }
    let rest = report.safeguards.len() - shown.len();
    page.paragraph(
        0,
        "R required, A addressable; gaps: policies that are not met; seen: policies that could be determined, of those \
         that apply.",
    );
    if rest > 0 {
        page.paragraph(0, &format!("{rest} more provisions are not assessed by these policies (--all-safeguards)."));
    }
    if !all {
        register(page, report);
    }
}

pub(crate) fn ranked<'a>(report: &'a Report, verdict: &str) -> Vec<&'a ResultEntry> {
    let rank = |result: &ResultEntry| SEVERITIES.iter().position(|severity| *severity == result.severity);
    let mut results: Vec<&ResultEntry> = report.results.iter().filter(|result| result.verdict == verdict).collect();
    results.sort_by_key(|result| (rank(result), result.policy.clone()));
    results
}

/// Those of which not every finding is accepted.
fn open<'a>(report: &'a Report, verdict: &str) -> Vec<&'a ResultEntry> {
    ranked(report, verdict).into_iter().filter(|result| !is_accepted(result)).collect()
}

pub(crate) fn severity_color(severity: &str) -> Option<AnsiColor> {
    match severity {
        "critical" | "high" => Some(AnsiColor::Red),
        "medium" => Some(AnsiColor::Yellow),
        _ => None,
    }
}

fn first(page: &mut Page, report: &Report, all: bool) {
    let failed = open(report, "fail");
    if failed.is_empty() {
        return;
    }
    let (shown, rest) = failed.split_at(if all { failed.len() } else { FIRST.min(failed.len()) });
    page.heading(if rest.is_empty() { "DO THESE" } else { "DO THESE FIRST" });
    for (number, result) in shown.iter().enumerate() {
        if number > 0 {
            page.line("");
        }
        item(page, &format!("{:>2}", number + 1), "Not met", &place(report, result), result);
    }
    if !rest.is_empty() {
        remaining(page, report, rest);
    }
}

/// What is left when the worst is done: the grave ones by their titles, the others counted by the safeguard that they
/// are closest to.
fn remaining(page: &mut Page, report: &Report, rest: &[&ResultEntry]) {
    let grave = rest.iter().take_while(|result| ["critical", "high"].contains(&result.severity.as_str())).count();
    let (grave, others) = rest.split_at(grave);
    if !grave.is_empty() {
        page.heading(&format!("THEN THESE, NOT MET EITHER: {}", severities(grave).to_uppercase()));
        for (result, places) in by_policy(report, grave) {
            title(page, "✗", &format!("{places}{}", result.policy), result);
        }
    }
    if !others.is_empty() {
        page.heading(&format!("LATER, NOT MET EITHER: {}", severities(others).to_uppercase()));
        let mut closest: BTreeMap<usize, usize> = BTreeMap::new();
        let place = |result: &&ResultEntry| {
            let citation = result.citations.first();
            report.safeguards.iter().position(|safeguard| Some(&safeguard.citation) == citation)
        };
        for place in others.iter().filter_map(place) {
            *closest.entry(place).or_default() += 1;
        }
        let mut closest: Vec<(usize, usize)> = closest.into_iter().collect();
        closest.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), *place));
        for (place, count) in closest.iter().take(PLACES) {
            let safeguard = &report.safeguards[*place];
            let text = format!("{} ({})", safe(&safeguard.title), safeguard.citation);
            page.line(&format!("{count:>5}  {}", cut(&text, page.width - 7)));
        }
        let elsewhere = others.len() - closest.iter().take(PLACES).map(|(_, count)| count).sum::<usize>();
        if elsewhere > 0 {
            page.line(&format!("{elsewhere:>5}  under other safeguards"));
        }
    }
    page.line("");
    page.paragraph(0, "All of them, with what to do: --all-results. As data: --format json.");
}

/// Where a result is from, when the client has more than one tenant; nothing where it is of the practice as a whole.
pub(crate) fn place(report: &Report, result: &ResultEntry) -> String {
    if report.tenants.len() < 2 || !is_of_tenant(report, result) {
        String::new()
    } else {
        platform(&result.platform).into()
    }
}

/// Each policy once, in their order, with the places that its results are from: `Microsoft 365, Google Workspace, `.
fn by_policy<'a>(report: &Report, results: &[&'a ResultEntry]) -> Vec<(&'a ResultEntry, String)> {
    let mut once: Vec<(&ResultEntry, String)> = Vec::new();
    for result in results {
        let place = place(report, result);
        let place = if place.is_empty() { place } else { format!("{place}, ") };
        match once.iter_mut().find(|(known, _)| known.policy == result.policy) {
            Some((_, places)) => places.push_str(&place),
            None => once.push((result, place)),
        }
    }
    once
}

fn reviews(page: &mut Page, report: &Report, all: bool) {
    let found = open(report, "review");
    if found.is_empty() {
        return;
    }
    page.heading("LOOK AT THESE (a guess, for a person to decide)");
    let (shown, rest) = found.split_at(if all { found.len() } else { FIRST_REVIEWS.min(found.len()) });
    for (number, result) in shown.iter().enumerate() {
        if number > 0 {
            page.line("");
        }
        item(page, "  ", "Is it so?", &place(report, result), result);
    }
    if !rest.is_empty() {
        page.line("");
        page.line(&format!("{:3}and {} more:", "", rest.len()));
        for (result, places) in by_policy(report, rest) {
            title(page, "?", &format!("{}, {places}{}", result.severity, result.policy), result);
        }
    }
}

/// A result by its title alone.
fn title(page: &mut Page, mark: &str, about: &str, result: &ResultEntry) {
    let mark = page.paint(mark, severity_color(&result.severity), true);
    page.marked(3, &mark, &format!("{} ({about})", result.title));
}

fn item(page: &mut Page, number: &str, asks: &str, place: &str, result: &ResultEntry) {
    let severity = page.paint(&format!("{:<8}", result.severity), severity_color(&result.severity), true);
    let asks = if asks.ends_with('?') { asks.to_owned() } else { format!("{asks}:") };
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    let mut lines = wrap(&format!("{asks} {}{place}", result.title), page.width - BESIDE).into_iter();
    let head = page.paint(&lines.next().unwrap_or_default(), None, true);
    page.line(&format!("{number} {severity} {head}"));
    for line in lines {
        let line = page.paint(&line, None, true);
        page.line(&format!("{:BESIDE$}{line}", ""));
    }
    let open = || result.findings.iter().filter(|finding| finding.accepted.is_none());
    for finding in open().take(EXAMPLES) {
        for (number, line) in few(&safe(&finding.text), page.width - BESIDE - 2).iter().enumerate() {
            page.line(&format!("{:BESIDE$}{} {line}", "", if number == 0 { "-" } else { " " }));
        }
    }
    if open().count() > EXAMPLES {
        page.line(&format!("{:BESIDE$}- and {} more (--format json has all)", "", open().count() - EXAMPLES));
    }
    if let Some(more) = may_be_more(result) {
        page.hanging(BESIDE + 2, "- ", &more);
    }
    if let Some(fix) = &result.fix {
        page.paragraph(BESIDE, &format!("Fix ({}, {}): {}", fix.who, fix.time, fix.portal));
    }
    beside(page, result, BESIDE);
    page.paragraph(BESIDE, &format!("More: tenantscan policy show {}", result.policy));
}

/// The first three lines, with `…` where something is left out.
fn few(text: &str, width: usize) -> Vec<String> {
    let mut lines = wrap(text, width);
    if lines.len() > 3 {
        lines.truncate(3);
        lines[2] = cut(&format!("{} …", lines[2]), width);
    }
    lines
}

fn unknown(page: &mut Page, report: &Report, all: bool) {
    let mut by_cure: BTreeMap<(usize, &str), Vec<&ResultEntry>> = BTreeMap::new();
    for result in ranked(report, "unknown").into_iter().filter(|result| result.instead.is_none()) {
        let rank = SEVERITIES.iter().position(|severity| *severity == result.severity).unwrap_or(SEVERITIES.len());
        let cure = result.cure.as_deref().unwrap_or_default();
        let known = by_cure.keys().find(|(_, text)| *text == cure).copied();
        by_cure.entry(known.unwrap_or((rank, cure))).or_default().push(result);
    }
    if by_cure.is_empty() {
        return;
    }
    page.heading("NOT DETERMINED, AND WHAT WOULD CURE IT");
    let mut cures: Vec<((usize, &str), Vec<&ResultEntry>)> = by_cure.into_iter().collect();
    cures.sort_by_key(|((rank, _), results)| (*rank, std::cmp::Reverse(results.len())));
    for ((_, cure), results) in cures {
        let cause = results[0].cause.as_deref().unwrap_or_default().replace('_', " ");
        page.hanging(3, "? ", &format!("{} ({cause})", safe(cure)));
        let mut opens: Vec<String> = by_policy(report, &results).iter().map(|(result, _)| undecided(result)).collect();
        let policies = opens.len();
        let named = if all { policies } else { NAMED.min(policies) };
        opens.truncate(named);
        if named < policies {
            opens.push(format!("and {} more", policies - named));
        }
        page.paragraph(5, &format!("leaves open {}: {}", severities(&results), opens.join(", ")));
    }
}

/// The policy, and what of it is open where that is not all: `shared-logins (Front Desk)`.
fn undecided(result: &ResultEntry) -> String {
    let mut names: Vec<String> = result.undecided.iter().take(NAMED).map(|it| safe(&it.name)).collect();
    if names.is_empty() {
        return result.policy.clone();
    }
    if result.undecided.len() > NAMED {
        names.push(format!("and {} more", result.undecided.len() - NAMED));
    }
    format!("{} ({})", result.policy, names.join(", "))
}

/// How many of each severity: `2 critical, 1 low`.
fn severities(results: &[&ResultEntry]) -> String {
    let count = |severity: &&str| results.iter().filter(|result| result.severity == **severity).count();
    let counts = SEVERITIES.iter().map(|severity| (count(severity), severity)).filter(|(count, _)| *count > 0);
    counts.map(|(count, severity)| format!("{count} {severity}")).collect::<Vec<_>>().join(", ")
}

/// `182 policies`; `270 results of 182 policies` where a policy may speak of more than one tenant.
fn results(report: &Report) -> String {
    let mut ids: Vec<&str> = report.results.iter().map(|result| result.policy.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let policies = format!("{} {}", ids.len(), if ids.len() == 1 { "policy" } else { "policies" });
    if ids.len() == report.results.len() { policies } else { format!("{} results of {policies}", report.results.len()) }
}

fn footer(page: &mut Page, report: &Report) {
    let count = |verdict: &str| report.results.iter().filter(|result| result.verdict == verdict).count();
    let accepted = ranked(report, "fail").into_iter().filter(|result| is_accepted(result)).count();
    page.line("");
    page.paragraph(
        0,
        &format!(
            "{}: {} met, {} not met{}, {} to review, {} not determined, {} do not apply.",
            results(report),
            count("pass"),
            count("fail"),
            if accepted > 0 { format!(" ({accepted} of them accepted)") } else { String::new() },
            count("review"),
            count("unknown"),
            count("not_applicable")
        ),
    );
    let exit = &report.run.exit;
    let word = match exit.code {
        0 => "nothing at or above the level that was asked for",
        3 => "findings",
        _ => "incomplete: a critical or high policy could not be determined",
    };
    page.paragraph(0, &format!("Result {}: {word}. This is an input to a risk analysis, not the analysis.", exit.code));
}
