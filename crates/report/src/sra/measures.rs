//! What is in place, by safeguard: what an IT provider must be able to say.

use super::facts::platform;
use super::page::{Block, Cell, Section, Table};
use crate::document::{Report, ResultEntry};

/// The technical safeguards of 45 CFR 164.312: name, and how their citations begin.
const TECHNICAL: [(&str, &str, &str); 5] = [
    ("Access control", "164.312(a)", "Who can reach what."),
    ("Audit controls", "164.312(b)", "What is recorded, so that somebody can find out who opened what."),
    ("Integrity", "164.312(c)", "What keeps data from being changed or destroyed unseen."),
    ("Person or entity authentication", "164.312(d)", "How people prove who they are."),
    ("Transmission security", "164.312(e)", "What protects data on its way."),
];

pub(super) fn section(report: &Report) -> Section {
    let mut blocks = vec![Block::Text(
        "Policies that are met, by safeguard: the controls that an IT provider must be able to name. One control may serve \
         several safeguards. “Stated” marks what a person answered and no setting shows."
            .to_owned(),
    )];
    for (name, prefix, about) in TECHNICAL {
        let of: Vec<&ResultEntry> = report.results.iter().filter(|result| serves(result, prefix)).collect();
        let count = |words: &[&str]| of.iter().filter(|result| words.contains(&result.verdict.as_str())).count();
        blocks.push(Block::Heading(format!("{name} ({prefix})")));
        blocks.push(Block::Text(format!(
            "{about} {} in place, {} not met, {} not determined or to be judged by a person.",
            count(&["pass"]),
            count(&["fail"]),
            count(&["unknown", "review"])
        )));
        blocks.push(Block::Table(Table {
            caption: format!("{name}: controls in place"),
            head: vec!["Control", "Where", "How it is known", "45 CFR"],
            rows: of.iter().filter(|result| result.verdict == "pass").map(|result| row(result, prefix)).collect(),
            empty: "none could be shown",
        }));
    }
    let others = report.safeguards.iter().filter(|safeguard| !safeguard.citation.starts_with("164.312"));
    let rows = others.filter_map(|safeguard| {
        let met = report.results.iter().filter(|it| it.verdict == "pass" && it.citations.contains(&safeguard.citation));
        let lines: Vec<String> =
            met.map(|it| format!("{} ({}, {})", it.title, platform(&it.platform), known(it))).collect();
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

fn serves(result: &ResultEntry, prefix: &str) -> bool {
    result.citations.iter().any(|citation| citation.starts_with(prefix))
}

/// Whether a setting shows it, or only a person's word: records fill no source.
fn known(result: &ResultEntry) -> &'static str {
    if result.sources.is_empty() { "stated" } else { "read" }
}

fn row(result: &ResultEntry, prefix: &str) -> Vec<Cell> {
    let known = match (known(result), result.checked) {
        ("read", checked) if checked > 1 => format!("read, {checked} checked"),
        (known, _) => known.to_owned(),
    };
    let citations: Vec<&str> =
        result.citations.iter().map(String::as_str).filter(|citation| citation.starts_with(prefix)).collect();
    vec![
        Cell::from(&result.title),
        Cell::from(platform(&result.platform)),
        Cell::from(known),
        Cell::from(citations.join(", ")),
    ]
}
