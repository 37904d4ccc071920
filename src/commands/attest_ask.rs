//! The open questions, asked one by one. Each answer is kept before the next question is asked.

use std::io::{BufRead, Write};

use jiff::civil::Date;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::Answer;
use tenantscan_records::{Attestation, Question};
use tenantscan_report::{Report, ResultEntry, count, safe, wrap};

use crate::commands::attest::{State, file, state};
use crate::error::Error;
use crate::output::width;
use crate::records::Desk;

/// What is known before anything is asked.
pub(super) struct Asking<'a> {
    pub(super) desk: &'a Desk,
    pub(super) today: Date,
    pub(super) report: Option<&'a Report>,
    /// Who answers: asked once, where no flag says it.
    pub(super) by: Option<String>,
    pub(super) role: Option<String>,
}

/// The letters of the answers, each with the word that is asked for.
const LETTERS: [(&str, &str, Option<Answer>); 7] = [
    ("y", "[y]es", Some(Answer::Implemented)),
    ("p", "[p]artly", Some(Answer::Partly)),
    ("n", "[n]o", Some(Answer::No)),
    ("d", "addressed [d]ifferently", Some(Answer::AddressedDifferently)),
    ("x", "does not apply [x]", Some(Answer::NotApplicable)),
    ("s", "[s]kip", None),
    ("q", "[q]uit", None),
];

/// What somebody typed at a question.
enum Typed {
    Answer(Answer),
    Skip,
}

/// Asks until everything is answered, or somebody quits.
pub(super) fn run(mut asking: Asking<'_>, input: &mut impl BufRead, output: &mut impl Write) -> Result<(), Error> {
    let answers = asking.desk.read()?.attestations.unwrap_or_default();
    let today = asking.today;
    let open = |question: &&Question| !matches!(state(question, &answers, today), State::Good(_));
    let all = asking.desk.questions();
    let open: Vec<&Question> = all.iter().copied().filter(open).collect();
    let ended = all.iter().filter(|it| matches!(state(it, &answers, today), State::Ended(_))).count();
    let mut talk = Talk { input, output, width: width() };
    talk.say(&format!(
        "{} questions, {} answered, {ended} of the others ended. Each answer is kept at once in {}; q or Ctrl-C stops.",
        all.len(),
        all.len() - open.len(),
        file(asking.desk)
    ))?;
    let mut kept = 0;
    for (number, question) in open.iter().enumerate() {
        // Somebody else may have answered meanwhile. Where the records are not in order, keeping the answer says so.
        let answers = asking.desk.read().map_or_else(|_| answers.clone(), |it| it.attestations.unwrap_or_default());
        if matches!(state(question, &answers, today), State::Good(_)) {
            continue;
        }
        talk.say("")?;
        talk.say(&format!("[{}/{}] {} · {}", number + 1, open.len(), question.id, question.citations.join(", ")))?;
        talk.say(&question.question)?;
        talk.say(&format!("Why it matters: {}", question.why))?;
        talk.say(&format!("What proves it: {}", question.evidence))?;
        for line in asking.report.into_iter().flat_map(|report| seen(report, question)) {
            talk.say(&line)?;
        }
        if let Some(old) = answers.iter().find(|it| it.question == question.id) {
            talk.say(&format!("The answer until {}: {}", old.good_until(), old.statement))?;
        }
        let answer = match talk.answer(question)? {
            Some(Typed::Answer(answer)) => answer,
            Some(Typed::Skip) => continue,
            None => break,
        };
        let Some(attestation) = rest(&mut talk, &mut asking, question, answer)? else { break };
        let old = answers.iter().find(|it| it.question == question.id);
        match keep(&mut talk, asking.desk, old, &attestation)? {
            Some(true) => kept += 1,
            Some(false) => {}
            None => break,
        }
    }
    talk.say("")?;
    talk.say(&format!(
        "{} kept. `tenantscan attest list` shows what is open.",
        count(kept, "answer was", "answers were")
    ))
}

/// Writes an answer, and says whether it was; none where somebody gives up. What was typed is not lost where the records are
/// not in order meanwhile, and an answer that somebody else has given meanwhile stays.
fn keep(
    talk: &mut Talk<'_, impl BufRead, impl Write>,
    desk: &Desk,
    old: Option<&Attestation>,
    new: &Attestation,
) -> Result<Option<bool>, Error> {
    loop {
        let done = desk.hold().and_then(|held| {
            let now = desk.read()?.attestations.unwrap_or_default();
            match now.into_iter().find(|it| it.question == new.question) {
                Some(now) if Some(&now) != old => Ok(Some(now)),
                _ => held.put(std::slice::from_ref(new)).map(|_| None),
            }
        });
        match done {
            Ok(None) => {
                talk.say(&format!("Kept; good until {}.", new.good_until()))?;
                if new.is_unproven() {
                    talk.say("It does not count yet: nothing is on file that shows it. It will be asked again.")?;
                }
                return Ok(Some(true));
            }
            Ok(Some(other)) => {
                talk.say(&format!(
                    "Not kept: meanwhile {} answered it ({}). `tenantscan attest --question {}` puts another answer in its \
                     place.",
                    other.by,
                    other.answer.word(),
                    new.question
                ))?;
                return Ok(Some(false));
            }
            Err(error) => error.to_string().lines().try_for_each(|line| talk.say(line))?,
        }
        if talk.line("mend this, then Enter keeps the answer; q gives it up: ")?.is_none() {
            return Ok(None);
        }
    }
}

/// What the answer rests on and who gives it; none where somebody gives up.
fn rest(
    talk: &mut Talk<'_, impl BufRead, impl Write>,
    asking: &mut Asking<'_>,
    question: &Question,
    answer: Answer,
) -> Result<Option<Attestation>, Error> {
    let Some(statement) = talk.needed("in a sentence, what is done or why not: ")? else { return Ok(None) };
    let evidence = loop {
        let hint = "what proves it, or it does not count: files in the folder of the records or addresses, with `;` between \
                    them [none]: ";
        let Some(text) = talk.line(hint)? else { return Ok(None) };
        let named: Vec<String> =
            text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        match asking.desk.evidence(&named) {
            Ok(found) => break found,
            Err(error) => error.to_string().lines().try_for_each(|line| talk.say(line))?,
        }
    };
    let valid_until = loop {
        let hint = format!("good until, as 2026-01-31 [{} days from today]: ", question.days);
        let Some(text) = talk.line(&hint)? else { return Ok(None) };
        match text.parse::<Date>() {
            _ if text.is_empty() => break None,
            Ok(day) if day >= asking.today => break Some(day),
            Ok(day) => talk.say(&format!("{day} lies before today"))?,
            Err(_) => talk.say("Write a day as 2026-01-31, or nothing.")?,
        }
    };
    if asking.by.is_none() {
        asking.by = talk.needed("your name: ")?;
    }
    if asking.role.is_none() {
        asking.role = talk.needed("your role in the practice: ")?;
    }
    let (Some(by), Some(role)) = (asking.by.clone(), asking.role.clone()) else { return Ok(None) };
    let question = question.id.clone();
    Ok(Some(Attestation { question, answer, statement, evidence, by, role, on: asking.today, valid_until }))
}

/// What the scanner found that belongs to a question: of the policy that it serves, else of policies that cite the same.
fn seen(report: &Report, question: &Question) -> Vec<String> {
    let own = |result: &&ResultEntry| {
        result.policy == question.policy() && question.platform.is_none_or(|it| result.platform == it.name())
    };
    let cites = |result: &&ResultEntry| {
        result.verdict != "not_applicable" && result.citations.first() == question.citations.first()
    };
    let mut results: Vec<&ResultEntry> = report.results.iter().filter(own).collect();
    if results.is_empty() {
        results = report.results.iter().filter(cites).collect();
        results.sort_by_key(|result| result.verdict == "pass");
        results.truncate(3);
    }
    let word = |verdict: &str| match verdict {
        "pass" => "met",
        "fail" => "not met",
        "review" => "to be looked at",
        "unknown" => "could not be seen",
        _ => "does not apply",
    };
    let line = |result: &ResultEntry| {
        let mut line = format!("The scanner saw ({}): {}: {}", result.policy, result.title, word(&result.verdict));
        if let Some(finding) = result.findings.first() {
            line += &format!("; {}", finding.text);
        }
        if result.findings.len() > 1 {
            line += &format!("; and {} more", result.findings.len() - 1);
        }
        line
    };
    results.into_iter().map(line).collect()
}

/// Somebody at a terminal.
struct Talk<'t, I, O> {
    input: &'t mut I,
    output: &'t mut O,
    width: usize,
}

impl<I: BufRead, O: Write> Talk<'_, I, O> {
    fn say(&mut self, text: &str) -> Result<(), Error> {
        let lines = wrap(&safe(text), self.width);
        self.write(&format!("{}\n", lines.join("\n")))
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        let written = self.output.write_all(text.as_bytes()).and_then(|()| self.output.flush());
        written.map_err(|error| Error::Internal(format!("standard output: {error}")))
    }

    /// What is typed after a prompt; none where the input ends, or q ends it.
    fn line(&mut self, prompt: &str) -> Result<Option<String>, Error> {
        self.write(&format!("  {prompt}"))?;
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line.trim()).filter(|text| !text.eq_ignore_ascii_case("q")).map(str::to_owned)),
            Err(error) => Err(Error::Usage(format!("what was typed cannot be read: {error}\n  next: type it again"))),
        }
    }

    fn needed(&mut self, prompt: &str) -> Result<Option<String>, Error> {
        loop {
            match self.line(prompt)? {
                Some(text) if text.is_empty() => self.say("This is needed.")?,
                other => return Ok(other),
            }
        }
    }

    fn answer(&mut self, question: &Question) -> Result<Option<Typed>, Error> {
        let refusal = |answer: &Option<Answer>| answer.and_then(|answer| question.refusal(answer));
        let offered = LETTERS.iter().filter(|(_, _, answer)| refusal(answer).is_none());
        let prompt = offered.map(|(_, words, _)| *words).collect::<Vec<_>>().join(", ");
        loop {
            let Some(text) = self.line(&format!("{prompt}: "))? else { return Ok(None) };
            let typed = text.to_lowercase();
            match LETTERS.iter().find(|(letter, ..)| typed == *letter) {
                Some((_, _, Some(answer))) => match question.refusal(*answer) {
                    Some((why, _)) => self.say(&why)?,
                    None => return Ok(Some(Typed::Answer(*answer))),
                },
                Some(_) => return Ok(Some(Typed::Skip)),
                None => self.say("Type one of the letters in brackets.")?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use clap::Parser;
    use tenantscan_records::Records;

    use super::*;
    use crate::grammar::{Cli, Command};

    fn desk(folder: &Path) -> Desk {
        let config = folder.join("tenantscan.toml");
        fs::write(&config, "").expect("a client's file");
        let (folder, config) = (folder.to_str().expect("UTF-8"), config.to_str().expect("UTF-8"));
        let cli = Cli::parse_from(["tenantscan", "attest", "--records", folder, "--config", config]);
        let Command::Attest(args) = cli.command else { panic!("another command") };
        Desk::open(&args.records).expect("in order")
    }

    fn typed(folder: &Path, text: &str) -> (String, Records) {
        let desk = desk(folder);
        let today = jiff::civil::date(2026, 11, 25);
        let mut output = Vec::new();
        let asking = Asking { desk: &desk, today, report: None, by: None, role: None };
        run(asking, &mut text.as_bytes(), &mut output).expect("it ends well");
        (String::from_utf8(output).expect("UTF-8"), desk.read().expect("in order"))
    }

    /// Lines that somebody types, and what happens before each.
    struct Typing<'t, F> {
        lines: std::iter::Copied<std::slice::Iter<'t, &'t str>>,
        before: F,
    }

    impl<F: FnMut(&str)> std::io::Read for Typing<'_, F> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some(line) = self.lines.next() else { return Ok(0) };
            (self.before)(line);
            let line = format!("{line}\n");
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    fn while_typing(folder: &Path, lines: &[&str], before: impl FnMut(&str)) -> (String, Records) {
        let desk = desk(folder);
        let mut output = Vec::new();
        let today = jiff::civil::date(2026, 11, 25);
        let (by, role) = (Some("Ana Sample".to_owned()), Some("Manager".to_owned()));
        let asking = Asking { desk: &desk, today, report: None, by, role };
        let mut input = std::io::BufReader::new(Typing { lines: lines.iter().copied(), before });
        run(asking, &mut input, &mut output).expect("it ends well");
        (String::from_utf8(output).expect("UTF-8"), desk.read().expect("in order"))
    }

    #[test]
    fn what_was_typed_is_kept_once_the_records_are_in_order_again() {
        let kept = tempfile::tempdir().expect("a folder");
        let plan = kept.path().join("plan.toml");
        let lines = ["y", "Everybody has an own login.", "", "2027-01-31", "", "q"];
        let (said, records) = while_typing(kept.path(), &lines, |line| match line {
            "2027-01-31" => fs::write(&plan, "item = [\n").expect("written"),
            "" if plan.exists() => fs::remove_file(&plan).expect("removed"),
            _ => {}
        });
        assert_eq!(records.attestations.expect("there").len(), 1);
        assert!(said.contains("this list has no closing `]`") && said.contains("1 answer was kept"), "{said}");
    }

    #[test]
    fn an_answer_that_somebody_else_gave_meanwhile_stays() {
        let kept = tempfile::tempdir().expect("a folder");
        let lines = ["y", "Everybody has an own login.", "", "", "q"];
        let mut other = Some(desk(kept.path()));
        let (said, records) = while_typing(kept.path(), &lines, |line| {
            if line.is_empty()
                && let Some(desk) = other.take()
            {
                let answer = Attestation {
                    question: "shared-logins".into(),
                    answer: Answer::No,
                    statement: "Three people share one.".into(),
                    evidence: Vec::new(),
                    by: "Ben Other".into(),
                    role: "Billing".into(),
                    on: jiff::civil::date(2026, 11, 25),
                    valid_until: None,
                };
                desk.hold().expect("a lock").put(&[answer]).expect("kept");
            }
        });
        let answers = records.attestations.expect("there");
        assert_eq!((answers.len(), answers[0].answer, &*answers[0].by), (1, Answer::No, "Ben Other"));
        assert!(
            said.contains("meanwhile Ben Other answered it (no)") && said.contains("0 answers were kept"),
            "{said}"
        );
    }

    #[test]
    fn q_stops_at_every_prompt_and_is_nobodys_name() {
        for before in ["", "y\n", "y\nDone.\n", "y\nDone.\n\n", "y\nDone.\n\n\n", "y\nDone.\n\n\nAna Sample\n"] {
            let kept = tempfile::tempdir().expect("a folder");
            let (said, records) = typed(kept.path(), &format!("{before}q\n\n\n\n\nManager\n\n"));
            assert!(records.attestations.is_none() && said.contains("0 answers were kept"), "{before:?}: {said}");
        }
    }

    #[test]
    fn each_answer_is_kept_and_who_answers_is_asked_once() {
        let kept = tempfile::tempdir().expect("a folder");
        let folder = kept.path();
        fs::create_dir_all(folder.join("evidence")).expect("a folder");
        fs::write(folder.join("evidence/note.txt"), "Looked at.").expect("a document");
        let (said, records) = typed(
            folder,
            "what\ny\n\nEverybody has an own login.\n../outside.txt\nevidence/note.txt; https://a.example/b\nsoon\n\
             2027-01-31\n\nAna Sample\nManager\ns\nx\nn\nNobody tried them.\n\n\np\n",
        );
        let answers = records.attestations.expect("the file is there");
        let (first, second) = (&answers[0], &answers[1]);
        assert_eq!((&*first.question, first.answer, &*first.by), ("shared-logins", Answer::Implemented, "Ana Sample"));
        assert_eq!(first.evidence.len(), 2);
        assert!(first.evidence[0].sha256.is_some() && first.evidence[1].is_address());
        assert_eq!(first.valid_until, Some(jiff::civil::date(2027, 1, 31)));
        assert_eq!((&*second.question, second.answer, &*second.role), ("break-glass-accounts", Answer::No, "Manager"));
        assert_eq!(answers.len(), 2, "the third one was not finished");
        for due in [
            "Type one of the letters",
            "This is needed.",
            "outside the folder",
            "no answer to break-glass-accounts",
            "2 answers were kept",
        ] {
            assert!(said.contains(due), "{due}: {said}");
        }
        assert_eq!(said.matches("does not apply [x]").count(), 3, "where it can be an answer: {said}");
        let (said, _) = typed(folder, "q\n");
        assert!(said.contains("] non-person-accounts-owned") && said.contains("0 answers"), "{said}");
    }
}
