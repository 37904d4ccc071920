//! The questions as a spreadsheet, for whoever answers them there; and the answers from it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::Answer;
use tenantscan_written::{Diagnostics, SourceFile, help};

use crate::catalogue::{Question, questions};
use crate::cells::{Column, Sheet, plain};
use crate::keys::trimmed;
use crate::row::Row;
use crate::{Attestation, Evidence};

static COLUMNS: [Column; 12] = [
    Column { name: "question_id", also: &["id"], needed: true },
    Column { name: "question", also: &[], needed: false },
    Column { name: "why_it_matters", also: &["why"], needed: false },
    Column { name: "evidence_that_fits", also: &[], needed: false },
    Column { name: "45_cfr", also: &["citations"], needed: false },
    Column { name: "answer", also: &[], needed: true },
    Column { name: "statement", also: &[], needed: true },
    Column { name: "evidence", also: &[], needed: false },
    Column { name: "by", also: &[], needed: false },
    Column { name: "role", also: &[], needed: false },
    Column { name: "on", also: &["answered_on"], needed: false },
    Column { name: "valid_until", also: &[], needed: false },
];
/// The heading of the column in which a spreadsheet offers the words.
pub(crate) const ANSWER: &str = "Answer";
const HEADING: [&str; 12] = [
    "Question id",
    "Question",
    "Why it matters",
    "Evidence that fits",
    "45 CFR",
    ANSWER,
    "Statement",
    "Evidence",
    "By",
    "Role",
    "On",
    "Valid until",
];
/// The columns that somebody fills in.
const FILLED: [&str; 7] = ["answer", "statement", "evidence", "by", "role", "on", "valid_until"];
/// Other words for the same.
const SAME: [(&str, Answer); 3] =
    [("yes", Answer::Implemented), ("n_a", Answer::NotApplicable), ("in_part", Answer::Partly)];

/// Questions, a line each under a heading, with the answers that are there already. Several documents stand in one cell
/// with `;` between them.
pub fn answers_sheet<'q>(
    questions: impl IntoIterator<Item = &'q Question>,
    answers: &[Attestation],
) -> Vec<Vec<String>> {
    let line = |question: &Question| {
        let mut line = vec![
            question.id.clone(),
            question.question.clone(),
            question.why.clone(),
            question.evidence.clone(),
            question.citations.join("; "),
        ];
        match answers.iter().find(|it| it.question == question.id) {
            None => line.resize(HEADING.len(), String::new()),
            Some(answer) => line.extend([
                answer.answer.word().to_owned(),
                answer.statement.clone(),
                places(&answer.evidence),
                answer.by.clone(),
                answer.role.clone(),
                answer.on.to_string(),
                answer.valid_until.map(|day| day.to_string()).unwrap_or_default(),
            ]),
        }
        line
    };
    let heading = HEADING.map(str::to_owned).to_vec();
    std::iter::once(heading).chain(questions.into_iter().map(line)).collect()
}

/// The documents and addresses, with `;` between them: one inside an address is written as addresses have it.
fn places(evidence: &[Evidence]) -> String {
    let one = |it: &Evidence| if it.is_address() { it.at.replace(';', "%3B") } else { it.at.clone() };
    evidence.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What stands for one address or for two: `;` may be a part of it.
fn unclear(text: &str) -> Option<&str> {
    let is_web = |text: &str| Evidence { at: text.trim().to_owned(), sha256: None }.is_address();
    text.lines().flat_map(|line| line.split("; ")).find(|part| {
        let mut pieces = part.split(';').filter(|piece| !piece.trim().is_empty());
        pieces.next().is_some_and(is_web) && pieces.any(|piece| !is_web(piece))
    })
}

/// What an import goes by besides the spreadsheet.
#[derive(Clone, Copy, Debug)]
pub struct Importing<'a> {
    /// The folder of the records, in which documents are looked for.
    pub folder: &'a Path,
    /// The day of answers that have none of their own.
    pub today: Date,
    /// Who answers, where a line does not say: name and role.
    pub by: Option<&'a str>,
    /// That person's role.
    pub role: Option<&'a str>,
    /// The answers that are there already: one that says the same is not touched.
    pub already: &'a [Attestation],
}

/// What an import comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The answers that are new or say something else than before.
    pub answers: Vec<Attestation>,
    /// Ids of the questions to which a newer answer is there already: that one stays.
    pub older: Vec<String>,
}

/// The answers of a spreadsheet. A line without any answer is an open question and is passed over.
///
/// # Errors
/// Every mistake of the file.
pub fn answers_from_sheet(file: &SourceFile, importing: &Importing<'_>) -> Result<Imported, Diagnostics> {
    let mut diagnostics = Diagnostics::new("nothing was written");
    let file = Arc::new(file.clone());
    let mut found = Imported::default();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    if let Some(sheet) = Sheet::read(&file, &COLUMNS, &mut diagnostics) {
        for line in &sheet.lines {
            let folder = importing.folder;
            let mut row = Row { sheet: &sheet, columns: &COLUMNS, line, folder, diagnostics: &mut diagnostics };
            swallowed(&mut row);
            let Some((new, has_day)) = answer(&mut row, importing, &mut seen) else { continue };
            let old = importing.already.iter().find(|it| it.question == new.question);
            let asked = questions().iter().find(|it| it.id == new.question);
            match old {
                Some(old) if says_the_same(old, &new, has_day) => {}
                Some(old) if old.on > new.on => found.older.push(new.question),
                _ => match (asked.and_then(|it| it.refusal(new.answer)), row.cell("answer")) {
                    (Some((message, help)), Some(cell)) => row.mistake(cell, message, help),
                    _ => found.answers.push(new),
                },
            }
        }
    }
    if diagnostics.is_empty() { Ok(found) } else { Err(diagnostics) }
}

/// Two quotes that belong to different cells make one of all that stands between them, whole lines with it.
fn swallowed(row: &mut Row<'_>) {
    let id = |line: &str| line.split(',').next().map(|first| trimmed(first).trim_matches('"').to_owned());
    for cell in row.line {
        let lost = cell.text.lines().skip(1).filter_map(id).find(|id| questions().iter().any(|it| it.id == *id));
        if let Some(lost) = lost {
            let help =
                "mend the quotes: one at the beginning of the cell, one at its end, and twice where one stands inside";
            row.mistake(cell, format!("the line of `{lost}` stands inside of this cell"), help);
        }
    }
}

/// Whether the answer of a line is the one that is there: of the same day, where the line has one.
fn says_the_same(old: &Attestation, new: &Attestation, has_day: bool) -> bool {
    let on = if has_day { new.on } else { old.on };
    let bare = Attestation { evidence: old.evidence.clone(), on, ..new.clone() };
    bare == *old && places(&new.evidence) == places(&old.evidence)
}

/// The answer of a line, and whether the line says of which day it is.
fn answer(
    row: &mut Row<'_>,
    importing: &Importing<'_>,
    seen: &mut BTreeMap<String, String>,
) -> Option<(Attestation, bool)> {
    let question = row.needed("question_id")?;
    let id = trimmed(&question.text);
    if !questions().iter().any(|it| it.id == id) {
        let help = match tenantscan_written::nearest(id, questions().iter().map(|it| &*it.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tenantscan attest list` shows the questions".to_owned(),
        };
        row.mistake(question, format!("there is no question `{id}`"), help);
    }
    if let Some(first) = seen.insert(id.to_owned(), question.name()) {
        row.mistake(question, format!("the question `{id}` stands in {first} already"), "keep one");
    }
    if FILLED.iter().all(|column| row.cell(column).is_none()) {
        return None;
    }
    let word = row.needed("answer").and_then(|cell| {
        let said = plain(&cell.text);
        let found = Answer::words().into_iter().chain(SAME).find(|(word, _)| *word == said).map(|(_, found)| found);
        if found.is_none() {
            let help = help(&said, Answer::WORDS.iter().copied(), "answers");
            row.mistake(cell, format!("`{}` is no answer", cell.text), help);
        }
        found
    });
    let statement = row.needed("statement");
    let evidence = evidence(row);
    let by = row.text("by").or_else(|| importing.by.map(str::to_owned));
    let role = row.text("role").or_else(|| importing.role.map(str::to_owned));
    for (name, flag, value) in [("by", "--by", &by), ("role", "--role", &role)] {
        if value.is_none() {
            row.mistake(question, format!("`{name}` is empty"), format!("fill the cell, or give {flag} for all lines"));
        }
    }
    let has_day = row.cell("on").is_some();
    let on = if has_day { row.day("on") } else { Some(importing.today) };
    let valid_until = row.day("valid_until");
    if let (Some(cell), Some(on)) = (row.cell("on"), on)
        && on > importing.today
    {
        row.mistake(cell, format!("{on} lies in the future"), "write the day on which the answer was given");
    }
    if let (Some(cell), Some(on), Some(until)) = (row.cell("valid_until"), on, valid_until)
        && until < on
    {
        let help = "write a day after the one of the answer, or leave the cell empty";
        row.mistake(cell, format!("the answer ends before it was given on {on}"), help);
    }
    let new = Attestation {
        question: id.to_owned(),
        answer: word?,
        statement: statement?.text.clone(),
        evidence,
        by: by?,
        role: role?,
        on: on?,
        valid_until,
    };
    Some((new, has_day))
}

/// The documents and addresses of a line; a document with the hash that it has now.
fn evidence(row: &mut Row<'_>) -> Vec<Evidence> {
    let Some(cell) = row.cell("evidence") else { return Vec::new() };
    if let Some(part) = unclear(&cell.text) {
        let help = "leave a space after each `;` between two, and write `%3B` for a `;` inside of an address";
        row.mistake(cell, format!("`{part}` may be one address or several"), help);
        return Vec::new();
    }
    let all = row.list("evidence");
    let one = |at: String| {
        let bare = Evidence { at, sha256: None };
        if bare.is_address() {
            return bare;
        }
        let sha256 = row.document(cell, &bare.at).map(|document| document.sha256);
        Evidence { sha256, ..bare }
    };
    all.into_iter().map(one).collect()
}
