//! What people see of the mistakes in their files: a folder of broken policies, and what is said of each.
#![expect(clippy::disallowed_methods, reason = "the corpus is read from its folder")]

use std::fs;
use std::path::{Path, PathBuf};

use tenantscan_policy::{BaselineChoice, Files, SourceFile, client_baseline, load};

fn corpus(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken").join(path)
}

fn file(path: &str) -> SourceFile {
    SourceFile { name: path.to_owned(), text: fs::read_to_string(corpus(path)).expect("a file of the corpus") }
}

/// The TOML files of a folder of the corpus, sorted.
fn files(folder: &str) -> Vec<SourceFile> {
    let entries = fs::read_dir(corpus(folder)).expect("the corpus").map(|entry| entry.expect("an entry").path());
    let mut names: Vec<String> = entries
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.iter().map(|name| file(&if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") })).collect()
}

fn with(policies: Vec<SourceFile>, baselines: Vec<SourceFile>) -> Files {
    let licences = "[licences.\"Entra ID P1\"]\nservice_plans = [\"AAD_PREMIUM\"]\n";
    let safeguards = "[[safeguards]]\ncitation = \"164.312(d)\"\n";
    Files {
        policies,
        baselines,
        licences: SourceFile { name: "licences.toml".into(), text: licences.into() },
        safeguards: SourceFile { name: "safeguards.toml".into(), text: safeguards.into() },
        questions: SourceFile { name: "questions.toml".into(), text: "[[question]]\nid = \"restore-tested\"\n".into() },
    }
}

fn said(policies: Vec<SourceFile>) -> String {
    load(&with(policies, Vec::new())).expect_err("every file of the corpus is broken").render(false)
}

/// Every mistake names its file with line and column, and says what to do next.
fn complete(said: &str) {
    for one in said.split("error: ").skip(1) {
        assert!(one.contains(".toml:"), "no place: {one}");
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
fn each_broken_policy_says_where_it_is_broken_and_what_to_do() {
    for file in files("") {
        let name = file.name.trim_end_matches(".toml").to_owned();
        assert_said!(name, said(vec![file]));
    }
}

#[test]
fn the_mistakes_of_all_files_are_said_at_once() {
    let mut all = files("together");
    all.extend(files("together/more"));
    assert_said!("together", said(all));
}

#[test]
fn a_baseline_that_names_what_is_not_there_says_so() {
    let baselines = || vec![file("baselines/hipaa.toml"), file("baselines/circle.toml")];
    let library = || load(&with(vec![file("baselines/second-step.toml")], baselines()));
    let wrong = |choice: BaselineChoice| {
        let library = library().expect("the files are in order by themselves");
        library.baseline(&choice).expect_err("the baseline is broken").render(false)
    };
    assert_said!("baseline-shipped", wrong(BaselineChoice::shipped()));
    let client = |path: &str| client_baseline(&file(path)).expect("well formed");
    assert_said!("baseline-of-a-client", wrong(client("baselines/client.toml")));
    assert_said!("baseline-in-a-circle", wrong(client("baselines/client-of-a-circle.toml")));
}

#[test]
fn a_baseline_that_names_a_policy_twice_says_where() {
    let files = with(vec![file("baselines/second-step.toml")], vec![file("baselines/twice.toml")]);
    assert_said!("baseline-twice", load(&files).expect_err("named twice").render(false));
}

#[test]
fn of_very_many_mistakes_the_first_are_shown() {
    let text = (0..3000).map(|key| format!("key{key} = 1\n")).collect();
    let said = said(vec![SourceFile { name: "many.toml".into(), text }]);
    assert!(said.ends_with("3008 mistakes, of which the first 200 are shown; nothing was judged"), "{said}");
    assert_eq!(said.matches("error: ").count(), 200);
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    let text = format!("# {}\n", "a".repeat(300_000));
    let said = said(vec![SourceFile { name: "long.toml".into(), text }]);
    assert!(said.starts_with("error: a policy has at most 256 KiB"), "{said}");
    complete(&said);
}
