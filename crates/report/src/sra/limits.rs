//! What was not examined and why, and what only a person can judge.

use super::page::{Block, Cell, Section, Table};
use crate::basis::may_be_more;
use crate::document::{Report, ResultEntry};
use crate::text::{cause_words, platform};

/// How many guesses are shown for each point that a person must judge.
const SHOWN: usize = 5;

/// What no scan of these services ever sees.
const NEVER: [&str; 6] = [
    "The system that holds patients' records, imaging and other programs of the practice, unless they are Microsoft 365 or Google Workspace",
    "Paper, premises, locks, screens in view of the waiting room",
    "The network of the practice: firewall, wireless access, remote access that is not by these services",
    "Computers and phones that are not enrolled in these services",
    "What mail, files and calendars hold: none of it is read",
    "What people do apart from what the services record, and what they answered without evidence",
];

pub(super) fn section(report: &Report) -> Section {
    let unknown: Vec<&ResultEntry> = report.results.iter().filter(|result| result.verdict == "unknown").collect();
    let review: Vec<&ResultEntry> = report.results.iter().filter(|result| result.verdict == "review").collect();
    let unread = report.tenants.iter().flat_map(|tenant| {
        let unread = tenant.sources.iter().filter(|source| source.state == "unread");
        unread.map(|source| {
            vec![
                Cell::from(&source.title),
                Cell::from(platform(&tenant.platform)),
                Cell::from(source.cause.as_deref().map_or("", cause_words)),
                Cell::from(source.cure.as_deref().unwrap_or_default()),
            ]
        })
    });
    let silent = report.safeguards.iter().filter(|safeguard| safeguard.state == "not_assessed");
    let blocks = vec![
        Block::Text("What is listed here is not met and not missed: it is not known.".to_owned()),
        Block::Heading("Never seen by a scan".to_owned()),
        Block::List(NEVER.map(str::to_owned).into()),
        Block::Table(Table {
            caption: format!("Policies that could not be determined: {}", unknown.len()),
            head: vec!["Policy", "Where", "Why", "What would answer it"],
            rows: unknown.iter().map(|result| unknown_row(result)).collect(),
            empty: "none",
        }),
        Block::Table(Table {
            caption: format!("Points that a person must judge: {}", review.len()),
            head: vec!["Policy", "Where", "Seen"],
            rows: review.iter().map(|result| review_row(result)).collect(),
            empty: "none",
        }),
        Block::Table(Table {
            caption: "Lists and settings that could not be read".to_owned(),
            head: vec!["What", "Where", "Why", "What would cure it"],
            rows: unread.collect(),
            empty: "none",
        }),
        Block::Heading("Provisions of which no policy speaks".to_owned()),
        Block::List(silent.map(|safeguard| format!("{} {}", safeguard.citation, safeguard.title)).collect()),
    ];
    Section { id: "limits", title: "What was not examined".to_owned(), blocks }
}

fn unknown_row(result: &ResultEntry) -> Vec<Cell> {
    vec![
        Cell::from(&result.title),
        Cell::from(platform(&result.platform)),
        Cell::from(result.cause.as_deref().map_or("", cause_words)),
        Cell::from(result.cure.as_deref().unwrap_or_default()),
    ]
}

fn review_row(result: &ResultEntry) -> Vec<Cell> {
    let mut seen: Vec<String> = result.findings.iter().take(SHOWN).map(|finding| finding.text.clone()).collect();
    if result.findings.len() > SHOWN {
        seen.push(format!("and {} more", result.findings.len() - SHOWN));
    }
    seen.extend(may_be_more(result));
    vec![Cell::from(&result.title), Cell::from(platform(&result.platform)), Cell::lines(seen)]
}
