//! When notices of a breach of unsecured patient data are due, rule by rule. Source: 45 CFR 164.400 to 164.414.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::text::wrap;

/// Calendar days after discovery by which a notice is due at the latest: 164.404(b), 164.406(b), 164.410(b).
const DAYS: i64 = 60;
/// From so many people on, HHS is told together with them: 164.408(b).
const HHS_AT_ONCE: u64 = 500;
/// The media of a State are told when more than so many of its residents are affected: 164.406(a).
const MEDIA_ABOVE: u64 = 500;

/// What counts as a State, with its postal code. Source: 45 CFR 160.103, "State" (2); USPS, Publication 28, appendix B.
const STATES: [(&str, &str); 56] = [
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AS", "American Samoa"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("GU", "Guam"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("MP", "Northern Mariana Islands"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("PR", "Puerto Rico"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VI", "Virgin Islands"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
];

/// What is known of a breach.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The first day on which anybody of the workforce, or an agent, knew of it, or would have with reasonable care:
    /// 164.404(a)(2).
    pub discovered: Date,
    /// How many people's data it is about.
    pub affected: u64,
    /// How many of them live in each State or jurisdiction, by its postal code, as far as that is known.
    pub by_state: BTreeMap<String, u64>,
    /// Whether it happened at a business associate, which tells the practice.
    pub at_business_associate: bool,
}

/// Facts that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BreachError {
    /// Nothing that counts as a State has this code.
    #[error("there is no State `{}`{}", crate::text::safe(.given), .near.map(|(code, name)| format!("; did you mean `{code}` ({name})?")).unwrap_or_default())]
    NoState {
        /// What stands for it.
        given: String,
        /// The State that is most like it, by code and name, where one is like it at all.
        near: Option<(&'static str, &'static str)>,
    },
    /// Nobody is affected.
    #[error("a breach affects at least one person")]
    Nobody,
    /// The States add up to more people than there are.
    #[error("the States add up to {by_state} people, but only {affected} are affected")]
    TooManyResidents {
        /// All residents together.
        by_state: u64,
        /// Everybody who is affected.
        affected: u64,
    },
    /// A date that no calendar holds.
    #[error("this date is too far from today")]
    Calendar,
}

/// Whether a notice is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It depends on what was not said.
    Unknown,
}

/// One notice.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// Who is told: `Each affected person`.
    pub whom: String,
    /// Whether.
    pub due: Due,
    /// The last day; none where no notice is due.
    pub latest: Option<Date>,
    /// Days from today to that day; negative when it is past.
    pub days_left: Option<i64>,
    /// The provision.
    pub citation: &'static str,
    /// What to know about it.
    pub note: String,
}

/// Every notice of one breach.
#[derive(Clone, Debug, Serialize)]
pub struct BreachClock {
    /// `breach@1`.
    pub schema: &'static str,
    /// The day of discovery.
    pub discovered: Date,
    /// The day that `days_left` counts from.
    pub today: Date,
    /// How many people it is about.
    pub affected: u64,
    /// The notices.
    pub notices: Vec<Notice>,
    /// What the dates do not say.
    pub remarks: Vec<&'static str>,
}

const REMARKS: [&str; 6] = [
    "These are the last days. The rule asks for notice without unreasonable delay, and waiting for the last day can itself be a violation (164.404(b)).",
    "Data that was encrypted as HHS's guidance describes, with the key kept apart and safe, is not unsecured: no notice is due (164.402).",
    "Unless a documented risk assessment of four factors shows a low probability that the data was compromised, it counts as a breach (164.402(2)).",
    "Many States have laws of their own with shorter times: ask counsel for each State where affected people live.",
    "The police may ask for a delay, in writing with an end date (164.412). Tell the cyber insurer and counsel today: most policies ask for notice at once.",
    "Keep what shows that each notice was sent, or why none was due, for six years (164.414(b), 164.530(j)).",
];

/// Works out the notices. Who counts from which day is the rule's; nothing here knows State law.
///
/// # Errors
/// When the facts contradict each other.
pub fn breach_clock(breach: &Breach, today: Date) -> Result<BreachClock, BreachError> {
    if breach.affected == 0 {
        return Err(BreachError::Nobody);
    }
    for given in breach.by_state.keys() {
        if !STATES.iter().any(|(code, _)| code == given) {
            return Err(BreachError::NoState { given: given.clone(), near: nearest(given) });
        }
    }
    let by_state: u64 = breach.by_state.values().fold(0, |sum, one| sum.saturating_add(*one));
    if by_state > breach.affected {
        return Err(BreachError::TooManyResidents { by_state, affected: breach.affected });
    }
    let latest = after(breach.discovered, DAYS)?;
    let left = |latest: Date| (latest - today).get_days();
    let due = |whom: &str, latest: Date, citation, note: &str| Notice {
        whom: whom.to_owned(),
        due: Due::Yes,
        latest: Some(latest),
        days_left: Some(i64::from(left(latest))),
        citation,
        note: note.to_owned(),
    };
    let mut notices = Vec::new();
    if breach.at_business_associate {
        notices.push(due(
            "The practice, by the business associate",
            latest,
            "164.410(b)",
            "The contract (BAA) usually sets a shorter time. The practice's own days begin when it is told; where the \
             business associate acts as the practice's agent, they began when the business associate knew.",
        ));
    }
    notices.push(due(
        "Each affected person",
        latest,
        "164.404(b)",
        "In writing by first-class mail, or by e-mail to who agreed to that. For ten or more people whose address is \
         out of date: 90 days on the website or in the media, with a toll-free number (164.404(d)).",
    ));
    notices.extend(media(breach, by_state, latest, &due));
    notices.push(if breach.affected >= HHS_AT_ONCE {
        due("HHS (the Secretary)", latest, "164.408(b)", "At the same time as the people: ocrportal.hhs.gov.")
    } else {
        let year_end = Date::new(breach.discovered.year(), 12, 31).map_err(|_| BreachError::Calendar)?;
        due(
            "HHS (the Secretary)",
            after(year_end, DAYS)?,
            "164.408(c)",
            "Fewer than 500 people: write it into the log, and report it within 60 days after the end of the year in \
             which it was discovered: ocrportal.hhs.gov.",
        )
    });
    Ok(BreachClock {
        schema: "breach@1",
        discovered: breach.discovered,
        today,
        affected: breach.affected,
        notices,
        remarks: REMARKS.to_vec(),
    })
}

/// The State whose code or name is most like a text, if any is like it.
fn nearest(given: &str) -> Option<(&'static str, &'static str)> {
    let given = given.to_lowercase();
    let likeness = |&(code, name): &(&str, &str)| {
        let of = |text: &str| strsim::jaro_winkler(&given, &text.to_lowercase());
        // A code has two letters: a longer text is a name.
        if given.chars().count() > 2 { of(name) } else { of(code) }
    };
    let near = STATES.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    // One letter of two is alike; of a name most must be.
    near.filter(|it| likeness(it) >= if given.chars().count() > 2 { 0.75 } else { 0.6 })
}

/// For each State with more than 500 residents; unknown where the rest of the people may live in one.
fn media(
    breach: &Breach,
    by_state: u64,
    latest: Date,
    due: &dyn Fn(&str, Date, &'static str, &str) -> Notice,
) -> Vec<Notice> {
    let rest = breach.affected - by_state;
    let mut notices = Vec::new();
    for (state, residents) in &breach.by_state {
        let whom = format!("Prominent media of {state}");
        if *residents > MEDIA_ABOVE {
            notices.push(due(&whom, latest, "164.406(b)", &format!("{residents} of its residents are affected.")));
        } else if residents.saturating_add(rest) > MEDIA_ABOVE {
            let note = format!(
                "{residents} of its residents are known to be affected, and it was not said where {rest} people live. \
                 More than 500 residents make the notice due, by {latest}."
            );
            notices.push(Notice { due: Due::Unknown, ..unsaid(whom, note) });
        }
    }
    if rest > MEDIA_ABOVE {
        let whom = if breach.by_state.is_empty() { "Prominent media" } else { "Prominent media of other States" };
        let note = format!(
            "It was not said where {rest} people live. The media of each State with more than 500 affected residents \
             are told, by {latest}: say how many with --by-state."
        );
        notices.push(Notice { due: Due::Unknown, ..unsaid(whom.to_owned(), note) });
    }
    if notices.is_empty() {
        let note = "No State has more than 500 residents who are affected.".to_owned();
        notices.push(unsaid("Prominent media".to_owned(), note));
    }
    notices
}

/// A notice without a day.
fn unsaid(whom: String, note: String) -> Notice {
    Notice { whom, due: Due::No, latest: None, days_left: None, citation: "164.406(a)", note }
}

fn after(date: Date, days: i64) -> Result<Date, BreachError> {
    date.checked_add(days.days()).map_err(|_| BreachError::Calendar)
}

impl BreachClock {
    /// For people, at a width of so many columns.
    pub fn to_text(&self, width: usize) -> String {
        let mut text = String::new();
        let people = if self.affected == 1 { "1 person".to_owned() } else { format!("{} people", self.affected) };
        let _ = writeln!(text, "A breach discovered on {} that affects {people}\n", self.discovered);
        for notice in &self.notices {
            let when = match (notice.due, notice.latest, notice.days_left) {
                (Due::Yes, Some(latest), Some(left)) => format!("by {latest} at the latest ({})", days(left)),
                (Due::Unknown, ..) => "may be due".to_owned(),
                _ => "not due".to_owned(),
            };
            let _ = writeln!(text, "{}: {when}", notice.whom);
            for line in wrap(&format!("{} {}", notice.citation, notice.note), width.saturating_sub(3)) {
                let _ = writeln!(text, "   {line}");
            }
        }
        text.push('\n');
        for remark in &self.remarks {
            for (number, line) in wrap(remark, width.saturating_sub(2)).iter().enumerate() {
                let _ = writeln!(text, "{} {line}", if number == 0 { "-" } else { " " });
            }
        }
        text.push_str("\nThis is arithmetic, not legal advice.\n");
        text
    }
}

fn days(left: i64) -> String {
    match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2.. => format!("{left} days left"),
        -1 => "1 day overdue".to_owned(),
        _ => format!("{} days overdue", -left),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn clock(affected: u64, by_state: &[(&str, u64)]) -> BreachClock {
        let by_state = by_state.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect();
        let breach = Breach { discovered: date(2026, 11, 3), affected, by_state, at_business_associate: false };
        breach_clock(&breach, date(2026, 11, 25)).expect("in order")
    }

    /// Whom, whether and by when.
    fn said(clock: &BreachClock) -> Vec<String> {
        let line = |notice: &Notice| {
            let latest = notice.latest.map_or_else(|| "-".to_owned(), |latest| latest.to_string());
            format!("{} {:?} {latest} {}", notice.whom, notice.due, notice.citation)
        };
        clock.notices.iter().map(line).collect()
    }

    #[test]
    fn a_small_breach_goes_into_the_log_of_the_year() {
        let due = [
            "Each affected person Yes 2027-01-02 164.404(b)",
            "Prominent media No - 164.406(a)",
            "HHS (the Secretary) Yes 2027-03-01 164.408(c)",
        ];
        assert_eq!(said(&clock(12, &[])), due);
        assert_eq!(said(&clock(499, &[])), due);
        assert_eq!(clock(12, &[]).notices[0].days_left, Some(38));
    }

    #[test]
    fn hhs_is_told_at_once_from_500_on_and_the_media_above_500_of_one_state() {
        let exactly = said(&clock(500, &[("CA", 500)]));
        assert!(exactly.contains(&"HHS (the Secretary) Yes 2027-01-02 164.408(b)".to_owned()), "{exactly:?}");
        assert!(
            exactly.contains(&"Prominent media No - 164.406(a)".to_owned()),
            "500 is not more than 500: {exactly:?}"
        );
        let more = said(&clock(700, &[("CA", 501), ("NV", 199)]));
        assert!(more.contains(&"Prominent media of CA Yes 2027-01-02 164.406(b)".to_owned()), "{more:?}");
        assert!(!more.iter().any(|line| line.contains("NV")), "{more:?}");
    }

    #[test]
    fn a_state_is_one_of_those_that_the_rule_names() {
        let of = |state: &str| {
            let by_state = [(state.to_owned(), 501)].into();
            let breach =
                Breach { discovered: date(2026, 11, 3), affected: 700, by_state, at_business_associate: false };
            breach_clock(&breach, date(2026, 11, 4)).map(|it| said(&it))
        };
        for state in ["CA", "DC", "PR", "GU", "VI", "AS", "MP"] {
            let said = of(state).expect("a State");
            assert!(said.contains(&format!("Prominent media of {state} Yes 2027-01-02 164.406(b)")), "{said:?}");
        }
        for (given, near) in [
            ("ZZ", Some("AZ")),
            ("CALIFRONIA", Some("CA")),
            ("TEXAS", Some("TX")),
            ("UK", Some("UT")),
            ("QUEBEC", None),
            ("", None),
        ] {
            match of(given) {
                Err(BreachError::NoState { near: found, .. }) => assert_eq!(found.map(|it| it.0), near, "{given}"),
                other => panic!("{given}: {other:?}"),
            }
        }
        let mut sorted = STATES;
        sorted.sort_by_key(|(_, name)| *name);
        assert_eq!(sorted, STATES, "by name, each once");
    }

    #[test]
    fn where_people_live_decides_and_what_was_not_said_stays_open() {
        let unsaid = said(&clock(501, &[]));
        assert!(unsaid.contains(&"Prominent media Unknown - 164.406(a)".to_owned()), "{unsaid:?}");
        let others = said(&clock(1200, &[("CA", 600)]));
        assert!(others.contains(&"Prominent media of other States Unknown - 164.406(a)".to_owned()), "{others:?}");
        let part = said(&clock(800, &[("CA", 300)]));
        assert!(part.contains(&"Prominent media of CA Unknown - 164.406(a)".to_owned()), "{part:?}");
        let spread = said(&clock(900, &[("CA", 450), ("NV", 450)]));
        assert!(spread.contains(&"Prominent media No - 164.406(a)".to_owned()), "{spread:?}");
    }

    #[test]
    fn a_leap_year_and_a_business_associate() {
        let breach = Breach {
            discovered: date(2027, 12, 31),
            affected: 3,
            by_state: BTreeMap::new(),
            at_business_associate: true,
        };
        let clock = breach_clock(&breach, date(2028, 3, 1)).expect("in order");
        assert_eq!(said(&clock)[0], "The practice, by the business associate Yes 2028-02-29 164.410(b)");
        assert_eq!(said(&clock)[3], "HHS (the Secretary) Yes 2028-02-29 164.408(c)");
        assert_eq!(clock.notices[0].days_left, Some(-1));
        assert!(clock.to_text(80).contains("(1 day overdue)"), "{}", clock.to_text(80));
    }

    #[test]
    fn facts_that_contradict_each_other_are_refused() {
        let breach = |affected, residents| Breach {
            discovered: date(2026, 1, 1),
            affected,
            by_state: [("CA".to_owned(), residents)].into(),
            at_business_associate: false,
        };
        let today = date(2026, 1, 2);
        assert_eq!(breach_clock(&breach(0, 0), today).err(), Some(BreachError::Nobody));
        let error = BreachError::TooManyResidents { by_state: 11, affected: 10 };
        assert_eq!(breach_clock(&breach(10, 11), today).err(), Some(error));
    }

    #[test]
    fn lines_keep_to_the_width() {
        let text = clock(700, &[("CA", 501)]).to_text(72);
        assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
    }
}
