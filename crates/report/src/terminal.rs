//! The report for people at a terminal: safeguards, what to do first, what could not be seen.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use crate::document::{Report, ResultEntry, SafeguardEntry};
use crate::text::{cut, pad, safe, wrap};

/// How the report is drawn.
#[derive(Clone, Copy, Debug)]
pub struct TerminalOptions {
    /// Columns; at least 60.
    pub width: usize,
    /// Whether to use colour.
    pub color: bool,
    /// Whether safeguards of which no policy speaks are listed too.
    pub all_safeguards: bool,
}

const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];
const FIRST: usize = 8;
const EXAMPLES: usize = 3;

struct Page {
    text: String,
    width: usize,
    color: bool,
}

impl Page {
    fn paint(&self, text: &str, color: Option<AnsiColor>, bold: bool) -> String {
        if !self.color {
            return text.to_owned();
        }
        let mut style = Style::new();
        if let Some(color) = color {
            style = style.fg_color(Some(color.into()));
        }
        if bold {
            style = style.bold();
        }
        format!("{style}{text}{style:#}")
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let text = self.paint(text, None, true);
        self.line("");
        self.line(&text);
    }

    /// Wrapped text, every line behind `indent` spaces.
    fn paragraph(&mut self, indent: usize, text: &str) {
        for line in wrap(text, self.width - indent) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }
}

/// The report as text with a newline at its end.
pub fn terminal(report: &Report, options: &TerminalOptions) -> String {
    let mut page = Page { text: String::new(), width: options.width.max(60), color: options.color };
    header(&mut page, report);
    safeguards(&mut page, report, options.all_safeguards);
    first(&mut page, report);
    reviews(&mut page, report);
    unknown(&mut page, report);
    footer(&mut page, report);
    page.text
}

fn header(page: &mut Page, report: &Report) {
    let name = page.paint(&cut(&safe(&report.client.name), page.width), None, true);
    page.line(&name);
    for tenant in &report.tenants {
        let platform = if tenant.platform == "microsoft365" { "Microsoft 365" } else { "Google Workspace" };
        let id = if tenant.id.is_empty() { "tenant id not read" } else { &tenant.id };
        page.line(&cut(&format!("{platform} · {} · {}", safe(&tenant.name), safe(id)), page.width));
    }
    let time = report.taken_at.replace('T', " ");
    let when = time.get(..16).unwrap_or(&time);
    page.line(&cut(&format!("read {when} UTC · held against {}", safe(&report.baseline.title)), page.width));
}

fn state(safeguard: &SafeguardEntry) -> (&'static str, Option<AnsiColor>) {
    match safeguard.state.as_str() {
        "gap_found" => ("✗ gap found", Some(AnsiColor::Red)),
        "not_determined" => ("? not determined", Some(AnsiColor::Yellow)),
        "documented_alternative" => ("≈ alternative", Some(AnsiColor::Cyan)),
        "supported" => ("✓ supported", Some(AnsiColor::Green)),
        _ => ("- not assessed", None),
    }
}

fn safeguards(page: &mut Page, report: &Report, all: bool) {
    let shown: Vec<&SafeguardEntry> =
        report.safeguards.iter().filter(|safeguard| all || safeguard.state != "not_assessed").collect();
    page.heading("SAFEGUARDS OF 45 CFR PART 164");
    let wide = page.width - 50;
    page.line(&format!("{:<22} {:<wide$} {:<17} {:>8}", "provision", "", "state", "seen"));
    for safeguard in &shown {
        let mark = match safeguard.designation.as_str() {
            "required" => "R",
            "addressable" => "A",
            _ => " ",
        };
        let (word, color) = state(safeguard);
        let title = cut(&format!("{mark} {}", safe(&safeguard.title)), wide);
        let padded = page.paint(&format!("{word:<17}"), color, false);
        let seen = format!("{}/{}", safeguard.coverage.determined, safeguard.coverage.applicable);
        page.line(&format!("{:<22} {} {padded} {seen:>8}", safeguard.citation, pad(&title, wide)));
    }
    let rest = report.safeguards.len() - shown.len();
    page.paragraph(0, "R required, A addressable; seen: policies that could be determined, of those that apply.");
    if rest > 0 {
        page.paragraph(0, &format!("{rest} more provisions are not assessed by these policies (--all-safeguards)."));
    }
}

fn ranked<'a>(report: &'a Report, verdict: &str) -> Vec<&'a ResultEntry> {
    let rank = |result: &ResultEntry| SEVERITIES.iter().position(|severity| *severity == result.severity);
    let mut results: Vec<&ResultEntry> = report.results.iter().filter(|result| result.verdict == verdict).collect();
    results.sort_by_key(|result| (rank(result), result.policy.clone()));
    results
}

fn severity_color(severity: &str) -> Option<AnsiColor> {
    match severity {
        "critical" | "high" => Some(AnsiColor::Red),
        "medium" => Some(AnsiColor::Yellow),
        _ => None,
    }
}

fn first(page: &mut Page, report: &Report) {
    let failed = ranked(report, "fail");
    if failed.is_empty() {
        return;
    }
    page.heading("DO THESE FIRST");
    for (number, result) in failed.iter().take(FIRST).enumerate() {
        item(page, &format!("{:>2}", number + 1), result);
    }
    if failed.len() > FIRST {
        let rest: Vec<&str> = failed[FIRST..].iter().map(|result| result.policy.as_str()).collect();
        page.paragraph(3, &format!("and {} more: {}", rest.len(), rest.join(", ")));
    }
}

fn reviews(page: &mut Page, report: &Report) {
    let found = ranked(report, "review");
    if found.is_empty() {
        return;
    }
    page.heading("LOOK AT THESE (a guess, for a person to decide)");
    for result in found {
        item(page, "  ", result);
    }
}

fn item(page: &mut Page, number: &str, result: &ResultEntry) {
    let severity = page.paint(&format!("{:<8}", result.severity), severity_color(&result.severity), true);
    let mut lines = wrap(&format!("Not so: {}", result.title), page.width - 12).into_iter();
    page.line(&format!("{number} {severity} {}", lines.next().unwrap_or_default()));
    lines.for_each(|line| page.line(&format!("{:12}{line}", "")));
    for finding in result.findings.iter().take(EXAMPLES) {
        let mut lines = wrap(&safe(&finding.text), page.width - 14).into_iter().take(3);
        page.line(&format!("{:12}- {}", "", lines.next().unwrap_or_default()));
        lines.for_each(|line| page.line(&format!("{:14}{line}", "")));
    }
    if result.findings.len() > EXAMPLES {
        page.line(&format!("{:12}- and {} more", "", result.findings.len() - EXAMPLES));
    }
    if let Some(fix) = &result.fix {
        page.paragraph(12, &format!("{}, {}: {}", fix.who, fix.time, fix.portal));
    }
    page.paragraph(12, &format!("tenantscan policy show {}", result.policy));
}

fn unknown(page: &mut Page, report: &Report) {
    let mut by_cure: BTreeMap<(usize, &str), Vec<&ResultEntry>> = BTreeMap::new();
    for result in ranked(report, "unknown") {
        let rank = SEVERITIES.iter().position(|severity| *severity == result.severity).unwrap_or(SEVERITIES.len());
        let cure = result.cure.as_deref().unwrap_or_default();
        let known = by_cure.keys().find(|(_, text)| *text == cure).copied();
        by_cure.entry(known.unwrap_or((rank, cure))).or_default().push(result);
    }
    if by_cure.is_empty() {
        return;
    }
    page.heading("NOT DETERMINED, AND WHAT WOULD CURE IT");
    for ((_, cure), results) in by_cure {
        let policies: Vec<&str> = results.iter().map(|result| result.policy.as_str()).collect();
        let cause = results[0].cause.as_deref().unwrap_or_default();
        page.paragraph(1, &format!("? {} ({cause})", safe(cure)));
        page.paragraph(3, &format!("leaves open: {}", policies.join(", ")));
    }
}

fn footer(page: &mut Page, report: &Report) {
    let count = |verdict: &str| report.results.iter().filter(|result| result.verdict == verdict).count();
    page.line("");
    page.paragraph(
        0,
        &format!(
            "{} policies: {} met, {} not met, {} to review, {} not determined, {} do not apply.",
            report.results.len(),
            count("pass"),
            count("fail"),
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
