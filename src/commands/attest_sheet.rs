//! The questions to a spreadsheet, and the answers from one.

use std::path::Path;

use jiff::civil::Date;
use tenantscan_records::{Imported, Importing, Question, answers_from_sheet, answers_sheet};
use tenantscan_report::count;

use crate::commands::attest::{State, file as answers_file, state};
use crate::error::Error;
use crate::files::write_bytes;
use crate::grammar::{Global, SheetFormat};
use crate::output::said;
use crate::records::Desk;
use crate::sheet::sheet;

/// Writes the questions; with `blank` those that need an answer.
pub(super) fn export(
    global: &Global,
    desk: &Desk,
    today: Date,
    blank: bool,
    format: Option<SheetFormat>,
    path: Option<&Path>,
) -> Result<(), Error> {
    let path = path.unwrap_or_else(|| {
        Path::new(if format == Some(SheetFormat::Csv) { "questions.csv" } else { "questions.xlsx" })
    });
    if path.symlink_metadata().is_ok() {
        return Err(Error::Usage(format!(
            "{} is there already, and may hold answers; nothing was written\n  next: give another name with --file, or delete \
             that file first",
            path.display()
        )));
    }
    let answers = desk.read()?.attestations.unwrap_or_default();
    let wanted = |question: &&Question| !blank || !matches!(state(question, &answers, today), State::Good(_));
    let shown: Vec<&Question> = desk.questions().into_iter().filter(wanted).collect();
    let lines = answers_sheet(shown.iter().copied(), if blank { &[] } else { &answers });
    let bytes = match format.or_else(|| of_name(path)) {
        Some(SheetFormat::Csv) => tenantscan_records::csv(&lines).into_bytes(),
        Some(SheetFormat::Xlsx) => tenantscan_records::xlsx(&lines).map_err(|error| {
            Error::Usage(format!("the workbook cannot be written: {error}\n  next: write it with --format csv"))
        })?,
        None => {
            return Err(Error::Usage(format!(
                "{} does not say by its name what it is to be\n  next: name it .csv or .xlsx, or give --format csv or \
                 --format xlsx",
                path.display()
            )));
        }
    };
    write_bytes(path, &bytes)?;
    said(
        global,
        &format!(
            "wrote {} to {}\n  next: fill in Answer and Statement, By and Role, and what proves it; then \
             `tenantscan attest import {}`",
            count(shown.len(), "question", "questions"),
            path.display(),
            path.display()
        ),
    )
}

fn of_name(path: &Path) -> Option<SheetFormat> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match &*ending {
        "csv" => Some(SheetFormat::Csv),
        "xlsx" => Some(SheetFormat::Xlsx),
        _ => None,
    }
}

/// Takes the answers, all or none.
pub(super) fn import(
    global: &Global,
    desk: &Desk,
    today: Date,
    (by, role): (Option<&str>, Option<&str>),
    path: &Path,
) -> Result<(), Error> {
    let sheet = sheet(path)?;
    let held = desk.hold()?;
    let already = desk.read()?.attestations.unwrap_or_default();
    let importing = Importing { folder: &desk.folder, today, by, role, already: &already };
    let Imported { answers, older } = answers_from_sheet(&sheet, &importing)?;
    let left = if older.is_empty() {
        String::new()
    } else {
        format!("\n  left as they are, since a newer answer is there already: {} ({})", older.len(), older.join(", "))
    };
    if answers.is_empty() {
        return said(global, &format!("there is no new answer in {}; nothing was written{left}", path.display()));
    }
    held.put(&answers)?;
    let unproven: Vec<&str> = answers.iter().filter(|it| it.is_unproven()).map(|it| it.question.as_str()).collect();
    let proof = if unproven.is_empty() {
        String::new()
    } else {
        format!(
            "\n  do not count yet, since nothing is on file that shows it: {} ({})",
            unproven.len(),
            unproven.join(", ")
        )
    };
    said(global, &format!("kept {} in {}{proof}{left}", count(answers.len(), "answer", "answers"), answers_file(desk)))
}
