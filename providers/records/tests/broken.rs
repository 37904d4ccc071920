//! What people see of the mistakes in their records: a folder of broken ones each, and what is said of it.

use std::fs;
use std::path::{Path, PathBuf};

use tenantscan_records::{Importing, Policies, answers_from_sheet, read, roster, vendors_from_csv};
use tenantscan_written::SourceFile;

/// Ids of policies that the corpus may name.
fn policies() -> Policies<'static> {
    [("audit-log-on", Some("supports 164.312(b), which is required")), ("mfa-all-users", None), ("shared-logins", None)]
        .into_iter()
        .collect()
}

/// The folders of the corpus, sorted; paths are shown as they are from the crate's folder.
fn corpus() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/broken").expect("the corpus").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Every mistake names its file with line and column, and says what to do next.
fn complete(said: &str) {
    assert!(["no record was used", "nothing was written"].iter().any(|end| said.ends_with(end)), "{said}");
    for one in said.split("error: ").skip(1) {
        assert!([".toml:", ".csv:", ".xlsx:"].iter().any(|ending| one.contains(ending)), "no place: {one}");
        assert!(one.contains("help: "), "nothing to do: {one}");
    }
}

macro_rules! assert_said {
    ($name:expr, $said:expr) => {{
        let said = $said;
        complete(&said);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "said" }, {
            insta::assert_snapshot!($name, said);
        });
    }};
}

#[test]
fn each_broken_record_says_where_it_is_broken_and_what_to_do() {
    let corpus = corpus();
    assert!(corpus.len() >= 38, "{} folders", corpus.len());
    for folder in corpus {
        let said = read(&folder, &policies()).expect_err("every folder of the corpus is broken").render(false);
        assert_said!(folder.file_name().expect("a name").to_string_lossy().into_owned(), said);
    }
}

#[test]
fn a_number_that_must_not_be_there_is_never_shown() {
    for folder in corpus().into_iter().filter(|folder| folder.join("roster.csv").exists()) {
        let Ok(text) = fs::read_to_string(folder.join("roster.csv")) else { continue };
        let said = read(&folder, &policies()).expect_err("broken").render(true);
        for secret in ["123-45-6789", "4/2/1980", "1975-11-30"] {
            assert!(!said.contains(secret), "{} shows {secret}", folder.display());
            assert!(!text.contains(secret) || said.contains("must not be here"), "{} takes {secret}", folder.display());
        }
    }
}

#[test]
fn a_list_of_vendors_says_what_is_wrong_with_it() {
    let text =
        "Vendor,PHI,Owner,Categories,BAA signed,BAA document,BAA not required because,BAA breach notice days,Plan\n";
    let csv = |text: String| SourceFile { name: "vendors.csv".into(), text };
    let said =
        |text: String| vendors_from_csv(&csv(text), Path::new("tests/broken"), &[]).expect_err("broken").render(false);
    assert_said!("import-heading", said(text.into()));
    assert_said!("import-parted", said("Vendor;PHI;Owner\nCharting;yes;Ann\n".into()));
    let lines = "\
Charting,yes,Ann,ehr;telehelth,1/31/26,charting.pdf,,ten
Payroll,perhaps,,,,,,
payroll,no,Ann,payment,1/31/2026,../broken.rs,Payments alone.,5
Payroll,no,Ann,,,,,5
";
    assert_said!("import-lines", said(format!("{}\n{lines}", text.trim_end().trim_end_matches(",Plan"))));
}

#[test]
fn several_names_in_one_cell_are_taken_apart_where_a_list_is_meant() {
    let file = |text: &str| SourceFile { name: "vendors.csv".into(), text: text.into() };
    let heading = "name,handles_phi,owner,domains,app_ids\n";
    let read = |line: &str| vendors_from_csv(&file(&format!("{heading}{line}")), Path::new("tests/broken"), &[]);
    let vendors = read("A,yes,Ann,\"@A.example; b.example\nc.example\",1;2\n").expect("in order");
    assert_eq!(vendors[0].domains, ["a.example", "b.example", "c.example"]);
    assert_eq!(vendors[0].app_ids, ["1", "2"]);
    let said = read("A,yes,Ann,\"a.example, b.example; c.example/mail\",x\u{200e}y\n").expect_err("broken");
    assert_said!("import-names", said.render(false));
}

#[test]
fn columns_in_which_nothing_stands_are_passed_over() {
    let text = "email,status,,\nann@practice.example,active,,\n\"bob@practice.example\" ,\"left\",\"\",\n";
    let people = roster(&SourceFile { name: "roster.csv".into(), text: text.into() }).expect("in order");
    assert_eq!(people.len(), 2);
}

#[test]
fn a_roster_is_read_by_itself_too() {
    let file = SourceFile { name: "export.csv".into(), text: "email,status\nann@practice.example,gone\n".into() };
    let said = roster(&file).expect_err("broken").render(false);
    assert!(said.contains("export.csv:2:22") && said.contains("`gone` is no status"), "{said}");
}

#[test]
fn answers_in_a_spreadsheet_say_what_is_wrong_with_each_cell() {
    let importing = Importing {
        folder: Path::new("tests/broken"),
        today: jiff::civil::date(2026, 11, 25),
        by: None,
        role: Some("Manager"),
        already: &[],
    };
    let said = |name: &str, text: &str| {
        let file = SourceFile { name: name.into(), text: text.into() };
        answers_from_sheet(&file, &importing).expect_err("broken").render(false)
    };
    let lines = "\
Question id,Question,Answer,Statement,Evidence,By,On,Valid until
restore-tested,,perhaps,Done.,missing.txt; ../broken.rs,Ann,1/31/26,
restore-testd,,yes,Done.,,Ann,,
msp-baa,,no,,,,2026-11-26,2026-01-31
msp-baa,,,,,,,
training-done,,yes,Done.,https://a.example/p;v=2,Ann,,
platform-baa-microsoft365,,\"n/a
\",Nothing.,,Ann,,
";
    assert_said!("answers-lines", said("answers.csv", lines));
    let swallowed = "\
question_id,answer,statement,by
restore-tested,yes,\"Done.
It took an hour.\",Ann
msp-baa,yes,\"Signed,Ann
training-done,no,Not yet,Ann
sanction-policy,yes,On file\",Ann
";
    assert_said!("answers-swallowed", said("answers.csv", swallowed));
    assert_said!("answers-parted", said("answers.csv", "Question id\tAnswer\tStatement\nmsp-baa\tyes\tDone.\n"));
    assert_said!("answers-heading", said("answers.xlsx", "Question id,Anwser,Statement,SSN\n"));
}
