//! `tenantscan roster`: a look at a list of the workforce, before it is kept.

use std::collections::BTreeMap;
use std::path::Path;

use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::WorkStatus;
use tenantscan_records::Person;
use tenantscan_report::count;

use crate::error::Error;
use crate::grammar::RosterCommand;
use crate::output::print;
use crate::sheet::sheet;

/// Says what is in the list. What must not be in it, is refused; nothing is written.
pub(crate) fn run(command: &RosterCommand) -> Result<u8, Error> {
    let RosterCommand::Check { file } = command;
    let people = tenantscan_records::roster(&sheet(file)?)?;
    print(&about(&people, file))?;
    Ok(0)
}

fn about(people: &[Person], file: &Path) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for person in people {
        *counts.entry(person.status.word()).or_default() += 1;
    }
    let counts =
        WorkStatus::ALL.iter().filter_map(|it| counts.get(it.word()).map(|count| format!("{count} {}", it.word())));
    let counts: Vec<String> = counts.collect();
    let mut text = format!("{}: {}\n", count(people.len(), "person", "people"), counts.join(", "));
    if let Some(first) = people.first() {
        let columns =
            [("name", first.name.is_some()), ("role", first.role.is_some()), ("last_day", first.last_day.is_some())];
        for (column, _) in columns.iter().filter(|(_, there)| !there) {
            text += &format!("there is no column {column}: what rests on it stays unknown\n");
        }
    }
    let no_day = people.iter().filter(|it| it.status == WorkStatus::Left && it.last_day == Some(None)).count();
    if no_day > 0 {
        text += &format!(
            "{} no last day: whether they signed in after it cannot be seen\n",
            count(no_day, "who left has", "who left have")
        );
    }
    let is_workbook = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("xlsx"));
    let how = if is_workbook { "save it as CSV UTF-8 (comma delimited) under the name" } else { "keep it as" };
    text + &format!(
        "nothing in it looks like a social-security number or a birth date; nothing was written\n  next: {how} roster.csv in \
         the folder of the records ({})\n",
        file.display()
    )
}
