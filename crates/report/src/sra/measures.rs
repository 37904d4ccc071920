//! What is in place, by safeguard: what an IT provider must be able to say.

use super::page::{Block, Cell, Mark, Section, Table};
use super::risks::Risk;
use crate::basis::{TECHNICAL, Technical, is_of_tenant, rests_on};
use crate::document::{Report, ResultEntry};
use crate::text::{cause_words, platform};

pub(super) fn section(report: &Report, risks: &[Risk<'_>]) -> Section {
    let mut blocks = vec![Block::Text(
        "What an IT provider must be able to say: for each technical safeguard of 45 CFR 164.312 the controls that are in \
         place and how that is known, those that are not, and those that could not be determined. One control may serve \
         several safeguards. “Seen” means that the setting was read; an answer is a person's word."
            .to_owned(),
    )];
    blocks.push(Block::Table(Table {
        caption: "The technical safeguards at a glance".to_owned(),
        head: vec!["Safeguard", "In place", "Not in place", "For a person to judge", "Not determined", "Determined"],
        rows: TECHNICAL.iter().map(|technical| glance(report, technical)).collect(),
        empty: "none",
    }));
    for technical in &TECHNICAL {
        let controls = technical.controls(&report.results);
        let row = |result: &&ResultEntry| {
            let (mark, known) = match result.verdict.as_str() {
                "pass" => (Mark::Good("in place"), rests_on(result)),
                "fail" => (Mark::Bad("not in place"), risk(risks, result)),
                "review" => (Mark::Open("to be judged"), "seen, for a person to judge".to_owned()),
                _ => (Mark::Open("not determined"), result.cause.as_deref().map_or("", cause_words).to_owned()),
            };
            vec![Cell::from(&result.title), Cell::from(place(report, result)), Cell::marked(mark), Cell::from(known)]
        };
        let all = [&controls.met, &controls.not_met, &controls.review, &controls.unknown];
        blocks.push(Block::Heading(format!("{} ({})", technical.name, technical.citation)));
        blocks.push(Block::Text(technical.about.to_owned()));
        blocks.push(Block::Table(Table {
            caption: format!("{}: the controls", technical.name),
            head: vec!["Control", "Where", "State", "How it is known"],
            rows: all.into_iter().flatten().map(row).collect(),
            empty: "none was looked at",
        }));
    }
    let others = report.safeguards.iter().filter(|safeguard| !safeguard.citation.starts_with("164.312"));
    let rows = others.filter_map(|safeguard| {
        let met = report.results.iter().filter(|it| it.verdict == "pass" && it.citations.contains(&safeguard.citation));
        let lines: Vec<String> =
            met.map(|it| format!("{} ({}: {})", it.title, place(report, it), rests_on(it))).collect();
        (!lines.is_empty())
            .then(|| vec![Cell::from(format!("{} {}", safeguard.citation, safeguard.title)), Cell::lines(lines)])
    });
    blocks.push(Block::Heading("Administrative and other safeguards".to_owned()));
    blocks.push(Block::Table(Table {
        caption: "Controls in place, by provision".to_owned(),
        head: vec!["45 CFR", "Controls"],
        rows: rows.collect(),
        empty: "none could be shown",
    }));
    Section { id: "measures", title: "Measures in place".to_owned(), blocks }
}

fn glance(report: &Report, technical: &Technical) -> Vec<Cell> {
    let controls = technical.controls(&report.results);
    let (determined, applicable) = controls.coverage();
    let counts = [&controls.met, &controls.not_met, &controls.review, &controls.unknown].map(|it| it.len().to_string());
    let mut row = vec![Cell::from(format!("{} ({})", technical.name, technical.citation))];
    row.extend(counts.map(Cell::from));
    row.push(Cell::from(format!("{determined} of {applicable}")));
    row
}

/// Where a control is: what only people wrote down is the practice's as a whole.
fn place<'a>(report: &Report, result: &'a ResultEntry) -> &'a str {
    if is_of_tenant(report, result) || result.verdict == "unknown" {
        platform(&result.platform)
    } else {
        "the practice"
    }
}

/// The risk under which a result stands.
fn risk(risks: &[Risk<'_>], result: &ResultEntry) -> String {
    let number = risks.iter().find(|risk| std::ptr::eq(risk.result, result)).map(|risk| risk.number.as_str());
    number.map_or_else(|| "seen".to_owned(), |number| format!("seen; risk {number}"))
}
