//! The technical safeguards at a terminal, with the controls in place: what an IT provider must be able to say.

use anstyle::AnsiColor;

use crate::basis::{TECHNICAL, rests_on};
use crate::document::{Report, ResultEntry};
use crate::page::Page;
use crate::terminal::place;
use crate::text::safe;

/// How many controls of each are in place; with their names where `all` is asked for.
pub(crate) fn technical(page: &mut Page, report: &Report, all: bool) {
    let applicable = TECHNICAL.iter().map(|it| (it, it.controls(&report.results)));
    let applicable: Vec<_> = applicable.filter(|(_, controls)| controls.coverage().1 > 0).collect();
    if applicable.is_empty() {
        return;
    }
    page.heading("WHAT AN IT PROVIDER MUST BE ABLE TO SAY (164.312)");
    page.line(&format!("{:<35} {:>8} {:>7} {:>6}", "technical safeguard", "in place", "not met", "open"));
    for (technical, controls) in &applicable {
        let name = format!("{} ({})", technical.name, technical.citation);
        let open = controls.review.len() + controls.unknown.len();
        page.line(&format!("{name:<35} {:>8} {:>7} {open:>6}", controls.met.len(), controls.not_met.len()));
    }
    page.paragraph(
        0,
        "open: not determined, or for a person to judge. Each control by name, and how it is known: `tenantscan report sra`.",
    );
    if !all {
        return;
    }
    for (technical, controls) in &applicable {
        page.line("");
        page.line(&format!("{} ({})", technical.name, technical.citation));
        for result in &controls.met {
            control(page, report, "✓", AnsiColor::Green, result, Some(rests_on(result)));
        }
        for result in &controls.not_met {
            control(page, report, "✗", AnsiColor::Red, result, None);
        }
        for result in controls.review.iter().chain(&controls.unknown) {
            control(page, report, "?", AnsiColor::Yellow, result, None);
        }
    }
}

fn control(
    page: &mut Page,
    report: &Report,
    mark: &str,
    color: AnsiColor,
    result: &ResultEntry,
    known: Option<String>,
) {
    let about: Vec<String> =
        [Some(place(report, result)), known].into_iter().flatten().filter(|it| !it.is_empty()).collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) };
    let mark = page.paint(mark, Some(color), false);
    page.marked(3, &mark, &format!("{}{about}", safe(&result.title)));
}
