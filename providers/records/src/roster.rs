//! `roster.csv`: everybody who works or worked at the practice, as payroll or the staff list gives it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use regex::Regex;
use schemars::JsonSchema;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::{self, WorkStatus};
use tenantscan_model::{Cause, Cell, Gap, Text, is_unseen};
use tenantscan_written::{Diagnostics, SourceFile, help};

use crate::cells::{CellAt, Column, Sheet, day, is_parted_otherwise, is_quoted_wrongly, lines, plain};
use crate::keys::{day_schema, ends, line, trimmed, word_schema};

/// A line of `roster.csv`: a person, by the names of the heading.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Person {
    /// The address at work.
    pub email: String,
    /// The name; none where the file has no such column.
    #[schemars(default, description = "The name.")]
    pub name: Option<String>,
    /// What the person does; none where the file has no such column.
    #[schemars(default, description = "What the person does.")]
    pub role: Option<String>,
    /// How the person stands to the practice.
    #[schemars(schema_with = "word_schema::<WorkStatus>")]
    pub status: WorkStatus,
    /// The last day at work; an outer none where the file has no such column, an inner one where none is set.
    #[schemars(default, schema_with = "day_schema", description = "The last day at work.")]
    pub last_day: Option<Option<Date>>,
}

const EMAIL: usize = 0;
const NAME: usize = 1;
const ROLE: usize = 2;
const STATUS: usize = 3;
const LAST_DAY: usize = 4;
const COLUMNS: [Column; 5] = [
    Column { name: "email", also: &["e_mail", "mail", "email_address", "work_email"], needed: true },
    Column { name: "name", also: &["full_name", "display_name", "employee", "employee_name"], needed: false },
    Column { name: "role", also: &["job", "job_title", "title", "position"], needed: false },
    Column { name: "status", also: &["employment_status", "work_status"], needed: true },
    Column {
        name: "last_day",
        also: &["end_date", "last_day_worked", "last_working_day", "termination_date"],
        needed: false,
    },
];
/// Words of payroll programs for the same.
const SAME: [(&str, WorkStatus); 6] = [
    ("employed", WorkStatus::Active),
    ("on_leave", WorkStatus::Leave),
    ("former", WorkStatus::Left),
    ("inactive", WorkStatus::Left),
    ("terminated", WorkStatus::Left),
    ("temporary", WorkStatus::Contractor),
];

/// Nobody keeps the last day of people who left so long ago: such a date is one of birth.
const EARLIEST: i16 = 2005;

/// Everybody on the roster.
///
/// # Errors
/// Every mistake of the file. Columns that look like social-security numbers or birth dates are refused, and nothing of
/// their content is shown.
pub fn roster(file: &SourceFile) -> Result<Vec<Person>, Diagnostics> {
    let mut diagnostics = crate::none_yet();
    let people = read(&Arc::new(file.clone()), &mut diagnostics);
    if diagnostics.is_empty() { Ok(people) } else { Err(diagnostics) }
}

pub(crate) fn read(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Vec<Person> {
    if refused(file, diagnostics) {
        return Vec::new();
    }
    let before = diagnostics.len();
    let Some(sheet) = Sheet::read(file, &COLUMNS, diagnostics) else { return Vec::new() };
    if sheet.lines.is_empty() && diagnostics.len() == before {
        // Nobody would be one who left and still has an account: such a list proves nothing.
        let help = "export the staff list again, with everybody who works or worked here; or remove the file";
        diagnostics.push(
            file,
            sheet.heading.clone(),
            "there is a heading, and nobody below it".into(),
            Some(help.into()),
        );
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut people = Vec::new();
    for cells in &sheet.lines {
        let Some(person) = person(&sheet, cells, diagnostics) else { continue };
        let span = cells[0].span.clone();
        match seen.get(&person.email) {
            Some(first) => {
                let message = format!("`{}` stands in line {} already", person.email, line(file, *first));
                diagnostics.push(file, span, message, Some("keep one of the two".into()));
            }
            None => {
                seen.insert(person.email.clone(), span.start);
                people.push(person);
            }
        }
    }
    people
}

fn person(sheet: &Sheet, line: &[CellAt], diagnostics: &mut Diagnostics) -> Option<Person> {
    let mut mistake = |cell: &CellAt, message: String, help: String| {
        diagnostics.push(&sheet.file, cell.span.clone(), message, Some(help));
    };
    for cell in line.iter().filter(|cell| cell.text.contains('\n')) {
        // Two quotes that belong to other cells may have swallowed whoever stands between them.
        let help = "write what it holds on one line; if it holds other people's lines, mend the quotes around it";
        mistake(cell, format!("this cell goes over several lines (cell {})", cell.name()), help.into());
    }
    let email = sheet.cell(line, EMAIL)?;
    let address = trimmed(&email.text);
    if address.is_empty() {
        let help = "write the address at work, by which the account is found; leave out whoever never had an account";
        mistake(email, "there is no address here".into(), help.into());
    } else if address.matches('@').count() > 1 {
        let help = "write a line for each address, with the same name, status and last day in each";
        mistake(email, format!("`{address}` is more than one address"), help.into());
    } else if address.contains(is_unseen) {
        let help = "type the address anew, without pasting";
        mistake(email, format!("a sign that nobody can see stands in `{address}`"), help.into());
    } else if !is_address(address) {
        mistake(email, format!("`{address}` is no address"), "write one address, as in `ann@practice.example`".into());
    }
    let status = sheet.cell(line, STATUS)?;
    let found = WorkStatus::words().into_iter().chain(SAME).find(|(word, _)| *word == plain(&status.text));
    if found.is_none() {
        let names = WorkStatus::words();
        let help = help(&plain(&status.text), names.iter().map(|(word, _)| *word), "words");
        let message = match &*status.text {
            "" => "there is no status here".to_owned(),
            other => format!("`{other}` is no status"),
        };
        mistake(status, message, help);
    }
    let last_day = sheet.cell(line, LAST_DAY).map(|cell| {
        let day = day(&cell.text);
        if day.is_none() && !cell.text.is_empty() {
            mistake(cell, format!("`{}` is no day", cell.text), "write `2026-01-31` or `1/31/2026`".into());
        }
        day
    });
    let text = |column| sheet.cell(line, column).map(|cell| cell.text.clone());
    Some(Person { email: address.to_lowercase(), name: text(NAME), role: text(ROLE), status: found?.1, last_day })
}

/// Whether it is an address alone, without a name beside it. What is not the address of an account finds none.
fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let is_odd = |letter: char| letter.is_whitespace() || ";,:<>()[]\"\\".contains(letter);
    !name.is_empty() && !text.contains(is_odd) && domain.contains('.') && domain.split('.').all(|part| !part.is_empty())
}

/// Refuses columns that look like what must not be in this file, by heading or by content. The line that is shown has
/// no digit of it.
fn refused(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> bool {
    let lines = lines(file);
    let Some(heading) = lines.first() else { return false };
    let hidden = Arc::new(SourceFile {
        name: file.name.clone(),
        text: file.text.replace(|letter: char| letter.is_ascii_digit(), "#"),
    });
    if is_parted_otherwise(file, &COLUMNS, &hidden, diagnostics) || is_quoted_wrongly(file, &hidden, diagnostics) {
        return true;
    }
    let before = diagnostics.len();
    for (place, cell) in heading.iter().enumerate() {
        let column = || lines.iter().filter_map(|line| line.get(place)).map(|cell| &*cell.text);
        let name = plain(&cell.text);
        // The day on which somebody began is none of birth; the column is refused as one that means nothing here.
        let is_first_day = is_first_day_heading(&name);
        let is_last_day = COLUMNS[LAST_DAY].name == name || COLUMNS[LAST_DAY].also.contains(&&*name);
        let what = if is_number_heading(&name) || column().any(is_number) {
            "social-security numbers"
        } else if is_birth_heading(&name) || (!is_first_day && column().any(|text| is_birth_date(text, is_last_day))) {
            "birth dates"
        } else {
            continue;
        };
        let message = format!("this column looks like {what}, which must not be here");
        let help = "take the column out of the file, and out of every copy that was sent: the roster needs no more than \
                    email, name, role, status and last_day";
        diagnostics.push(&hidden, cell.span.clone(), message, Some(help.into()));
    }
    diagnostics.len() > before
}

fn is_number_heading(name: &str) -> bool {
    name.split('_').any(|word| ["ssn", "ssns", "itin"].contains(&word))
        || ["social_security", "socialsecurity", "soc_sec", "tax_id", "taxpayer"].iter().any(|it| name.contains(it))
}

fn is_birth_heading(name: &str) -> bool {
    name.split('_').any(|word| ["dob", "born"].contains(&word)) || name.contains("birth")
}

fn is_first_day_heading(name: &str) -> bool {
    name.split('_').any(|word| ["hire", "hired", "hiring", "start", "started", "joined", "employed"].contains(&word))
}

fn is_number(text: &str) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(^|[^0-9-])[0-9]{3}([- ])[0-9]{2}[- ][0-9]{4}($|[^0-9-])|^[0-9]{9}$").expect("a constant pattern")
    });
    NUMBER.is_match(text)
}

/// A date where none belongs, or one of so long ago that nobody left then.
fn is_birth_date(text: &str, is_last_day: bool) -> bool {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(^|[^0-9])([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4})($|[^0-9])")
            .expect("a constant pattern")
    });
    if is_last_day { day(text).is_some_and(|day| day.year() < EARLIEST) } else { DATE.is_match(text) }
}

impl Person {
    pub(crate) fn row(&self) -> rows::Member {
        fn cell<T, U>(of: Option<&T>, column: &str, value: impl Fn(&T) -> U) -> Cell<U> {
            let gap = || Gap::new(Cause::NotSupplied, format!("records.roster ({column})"));
            of.map_or_else(|| Cell::Unknown(gap()), |of| Cell::Known(value(of)))
        }
        let text = |text: &String| Text::from(text.as_str());
        rows::Member {
            email: self.email.as_str().into(),
            name: cell(self.name.as_ref(), "name", text),
            role: cell(self.role.as_ref(), "role", text),
            status: Cell::Known(self.status),
            last_day: cell(self.last_day.as_ref(), "last_day", |day| day.map(ends)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_of_birth_are_known_and_others_are_not_taken_for_them() {
        for number in ["123-45-6789", "123 45 6789", "no. 123-45-6789.", "123456789"] {
            assert!(is_number(number), "{number}");
        }
        for other in ["555-0100", "555-555-0100", "5555550100", "Suite 123", "12-123-45-67890", "Nurse 123456789"] {
            assert!(!is_number(other), "{other}");
        }
        for (text, is_last_day) in [("1980-04-02", false), ("4/2/1980", false), ("1980-04-02", true), ("4/2/80", false)]
        {
            assert!(is_birth_date(text, is_last_day), "{text}");
        }
        for (text, is_last_day) in
            [("2026-06-30", true), ("6/30/2026", true), ("", true), ("Nurse", false), ("24/7", false)]
        {
            assert!(!is_birth_date(text, is_last_day), "{text}");
        }
        assert!(is_birth_heading(&plain("Date of Birth")) && is_birth_heading(&plain("DOB")));
        assert!(is_number_heading(&plain("Soc. Sec. No.")) && is_number_heading(&plain("Employee SSN")));
        assert!(is_first_day_heading(&plain("Hire Date")) && !is_first_day_heading(&plain("Date of Birth")));
        assert!(!is_number_heading(&plain("Position")) && !is_birth_heading(&plain("Status")));
    }
    #[test]
    fn an_address_with_a_sign_that_nobody_sees_is_of_no_account() {
        for letter in ['\u{200b}', '\u{3164}', '\u{ffa0}'] {
            let text = format!("email,status\nann{letter}@practice.example,left\n");
            let refused = roster(&SourceFile { name: "roster.csv".into(), text }).expect_err("it is no such account");
            assert!(refused.to_string().contains("nobody can see"), "{letter:?}: {refused}");
        }
    }
}
