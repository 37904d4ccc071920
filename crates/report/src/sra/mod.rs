//! The security risk assessment: what a snapshot and its report give to the practice's own risk analysis, on paper.
//!
//! It decides nothing anew: verdicts are those of the report. What it adds is the rating of risks, by the method of
//! [`RiskMethod`], and what people wrote down. Equal inputs give equal bytes: the only clock is the snapshot's.

mod decisions;
mod facts;
mod html;
mod inventory;
mod limits;
mod markdown;
mod measures;
mod method;
mod page;
mod plan;
mod proposed;
mod risks;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use tenantscan_model::{Snapshot, Time};

use crate::document::Report;
use facts::{day, state_words};
use page::{Block, Cell, Mark, Page, Section, Table};
use risks::Risk;

pub use method::{Rating, RiskMethod};

/// How many risks stand on the first page.
const FIRST: usize = 8;
/// What there is to fill in beside a signature.
const SIGNED: [&str; 4] = ["Name", "Position", "Date", "Signature"];

/// What an assessment is made from.
#[derive(Debug)]
pub struct Assessment<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// The bytes of the snapshot's file, for its hash.
    pub snapshot_bytes: &'a [u8],
    /// What policies say of them.
    pub report: &'a Report,
    /// How risks are rated.
    pub method: &'a RiskMethod,
    /// The questions that only a person can answer, by id.
    pub questions: &'a BTreeMap<String, String>,
    /// The moment that what people wrote down is held against.
    pub now: Time,
    /// The version of the program that writes the assessment.
    pub version: &'a str,
}

impl Assessment<'_> {
    /// One HTML file without scripts, with nothing from elsewhere.
    pub fn to_html(&self) -> String {
        html::draw(&self.page())
    }

    /// Markdown.
    pub fn to_markdown(&self) -> String {
        markdown::draw(&self.page())
    }

    fn page(&self) -> Page {
        let risks = risks::rated(self.report, self.method);
        let mut sections = vec![
            self.scope(),
            elements(),
            inventory::assets(self.snapshot),
            inventory::vendors(self.snapshot, self.now),
            risks::section(self, &risks),
            measures::section(self.report, &risks),
            plan::section(self, &risks),
            decisions::attestations(self),
            decisions::decisions(self),
            limits::section(self.report),
        ];
        sections.extend(self.report.what_if.as_ref().map(proposed::section));
        sections.push(signatures());
        Page {
            title: format!("Security risk assessment: {}", self.report.client.name),
            subtitle: format!(
                "Facts read on {}; {} policies held against them",
                day(self.snapshot.taken_at),
                self.policies()
            ),
            lead: self.lead(&risks),
            sections,
            footer: format!(
                "tenantscan {}. Evidence and statements as of {}, not legal advice; nobody can certify that a practice meets \
                 the rule. Confidential: it names people, vendors and weak points. Keep it six years (45 CFR 164.316(b)(2)(i)).",
                self.version,
                day(self.now)
            ),
        }
    }

    fn policies(&self) -> usize {
        let mut ids: Vec<&str> = self.report.results.iter().map(|result| result.policy.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    fn lead(&self, risks: &[Risk<'_>]) -> Vec<Block> {
        let levels = Rating::ALL.map(|level| {
            let count = risks.iter().filter(|risk| risk.rated.level == level).count();
            vec![Cell::marked(Mark::Rated(level)), Cell::from(count.to_string())]
        });
        let coverage = &self.report.coverage;
        vec![
            Block::Note(
                "This is an input to the risk analysis that 45 CFR 164.308(a)(1)(ii)(A) asks of the practice. It is not that \
                 analysis: a person who knows the practice must review it, complete it and sign it."
                    .to_owned(),
            ),
            Block::Text(
                "It shows settings that were read from the practice's cloud services on the date given, statements made by \
                 named people, and what could not be seen. The program reads no mail, no file and no chart: it knows how \
                 things are set, not what they hold."
                    .to_owned(),
            ),
            Block::Table(Table {
                caption: "Risks found, by level".to_owned(),
                head: vec!["Level", "Risks"],
                rows: levels.into(),
                empty: "none",
            }),
            highest(risks),
            Block::Text(format!(
                "{} of {} results could be determined. What could not is neither good nor bad, and is listed under “What was \
                 not examined”.",
                coverage.determined, coverage.applicable
            )),
        ]
    }

    fn scope(&self) -> Section {
        let report = self.report;
        let or_none = |lines: Vec<String>| if lines.is_empty() { vec!["none".to_owned()] } else { lines };
        let limits = or_none(report.baseline.limits.iter().map(ToString::to_string).collect());
        let left_out = &report.baseline.left_out;
        let left_out = or_none(left_out.iter().map(|policy| format!("{} ({})", policy.name, policy.id)).collect());
        let mut facts = vec![
            ("Practice", Cell::from(&report.client.name)),
            ("Facts read", Cell::from(format!("{} ({})", day(self.snapshot.taken_at), self.snapshot.taken_at))),
            ("Judged as of", Cell::from(day(self.now))),
            ("Baseline", Cell::from(format!("{} ({})", report.baseline.title, report.baseline.id))),
            ("Limits that the practice set otherwise", Cell::lines(limits)),
            ("Policies left out on purpose", Cell::lines(left_out)),
            (
                "Program",
                Cell::from(format!("tenantscan {} wrote this; {} read the facts", self.version, report.tool.version)),
            ),
            ("SHA-256 of the snapshot", Cell::from(hex(self.snapshot_bytes))),
        ];
        for tenant in &self.snapshot.tenants {
            let id = if tenant.id.is_empty() { "id not read" } else { &tenant.id };
            facts.push((tenant.platform.title(), Cell::from(format!("{} ({id})", tenant.name))));
        }
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for safeguard in &report.safeguards {
            *states.entry(&safeguard.state).or_default() += 1;
        }
        let states =
            ["gap_found", "not_determined", "not_reasonable", "documented_alternative", "supported", "not_assessed"]
                .map(|state| vec![state_words(state), Cell::from(states.get(state).copied().unwrap_or(0).to_string())]);
        Section {
            id: "scope",
            title: "Scope and date".to_owned(),
            blocks: vec![
                Block::Facts(facts),
                Block::Table(Table {
                    caption: "The provisions of the rule, by what is known of each".to_owned(),
                    head: vec!["State", "Provisions"],
                    rows: states.into(),
                    empty: "none",
                }),
            ],
        }
    }
}

/// The risks to begin with, by name.
fn highest(risks: &[Risk<'_>]) -> Block {
    let named = |risk: &Risk<'_>| {
        vec![
            Cell::from(&risk.number),
            Cell::from(&risk.result.title),
            Cell::marked(Mark::Rated(risk.rated.level)),
            Cell::from(risk.result.fix.as_ref().map_or("not said", |fix| fix.who.as_str())),
        ]
    };
    Block::Table(Table {
        caption: "Begin with these: what is not met, the highest risk first".to_owned(),
        head: vec!["Risk", "Not met", "Level", "Who usually mends it"],
        rows: risks.iter().filter(|risk| risk.rated.level >= Rating::High).take(FIRST).map(named).collect(),
        empty: "no policy fails with a high or critical risk among those that could be determined",
    })
}

/// SHA-256 of the bytes, hexadecimal.
fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What HHS's guidance on risk analysis (14 July 2010) names, where it stands here, and what is left to a person.
fn elements() -> Section {
    let rows = [
        (
            "Scope of the analysis",
            "Scope and date",
            "Add every place outside these services that holds patient data: the record system, imaging, paper, phones.",
        ),
        (
            "Where patient data is",
            "Assets; Vendors",
            "Say for each asset and vendor whether patient data is there, and how it moves between them.",
        ),
        (
            "Threats and weak points",
            "Risks",
            "Add threats that no setting shows: theft, fire, flood, people under pressure.",
        ),
        (
            "Present security measures",
            "Measures in place",
            "Add locks, alarms, supervision and whatever else protects the premises.",
        ),
        ("Likelihood", "Risks", "Confirm or change each rating: the method knows numbers, not the practice."),
        ("Impact", "Risks", "Confirm or change each rating by what patients would suffer."),
        ("Level of risk", "Risks; Remediation plan", "Decide what is mended first, by whom and until when."),
        ("Documentation", "This document", "Sign it and keep it with the evidence for six years."),
        (
            "Periodic review and update",
            "Scope and date",
            "Set the date of the next review: once a year, and after every large change.",
        ),
    ];
    let rows = rows.map(|row| [row.0, row.1, row.2].map(Cell::from).into());
    Section {
        id: "elements",
        title: "The nine elements of a risk analysis".to_owned(),
        blocks: vec![
            Block::Text(
                "The guidance of HHS on risk analysis names nine elements. This is where each stands in this document, and \
                 what a person has to add."
                    .to_owned(),
            ),
            Block::Table(Table {
                caption: "Elements, and what is left to do".to_owned(),
                head: vec!["Element", "Here under", "What a person adds"],
                rows: rows.into(),
                empty: "none",
            }),
        ],
    }
}

fn signatures() -> Section {
    Section {
        id: "signatures",
        title: "Review and signatures".to_owned(),
        blocks: vec![
            Block::Text(
                "I have read this document, completed it where it says so, and confirmed or changed the ratings of the risks. \
                 Notes on what was changed are attached."
                    .to_owned(),
            ),
            Block::Signatures(vec!["Prepared by", "Reviewed by the security official", "For the practice"]),
            Block::Text("The next review is due at the latest a year from this one, and after every large change.".to_owned()),
        ],
    }
}
