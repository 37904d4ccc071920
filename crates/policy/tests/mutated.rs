//! Shipped policies with bytes and lines changed at random: the loader says what is wrong, or that nothing is, and
//! never panics.
#![expect(clippy::disallowed_methods, reason = "the shipped policies are read from their folder")]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use tenantscan_policy::{BaselineChoice, Files, SourceFile, client_baseline, load};

fn file(path: &str) -> SourceFile {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(path);
    SourceFile { name: path.to_owned(), text: fs::read_to_string(whole).expect("shipped") }
}

static POLICIES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let entries = fs::read_dir(folder).expect("shipped").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".toml"));
    names.sort();
    names.iter().map(|name| file(name)).collect()
});

static BASELINE: LazyLock<SourceFile> = LazyLock::new(|| file("baselines/hipaa.toml"));

/// The catalogue of safeguards without what the loader does not read, since it is read in every case.
static SAFEGUARDS: LazyLock<SourceFile> = LazyLock::new(|| {
    let whole = file("catalogues/safeguards.toml");
    let lines = whole.text.lines().filter(|it| it.starts_with("[[safeguards]]") || it.starts_with("citation"));
    SourceFile { text: lines.map(|line| line.to_owned() + "\n").collect(), name: whole.name }
});

/// The same of the questions.
static QUESTIONS: LazyLock<SourceFile> = LazyLock::new(|| {
    let whole = file("catalogues/questions.toml");
    let kept = |line: &&str| ["[[question]]", "id", "not_applicable"].iter().any(|it| line.starts_with(it));
    SourceFile { text: whole.text.lines().filter(kept).map(|line| line.to_owned() + "\n").collect(), name: whole.name }
});

static LICENCES: LazyLock<SourceFile> = LazyLock::new(|| file("catalogues/licences.toml"));

fn files(policies: Vec<SourceFile>, baselines: Vec<SourceFile>) -> Files {
    let (licences, safeguards, questions) = (LICENCES.clone(), SAFEGUARDS.clone(), QUESTIONS.clone());
    Files { policies, baselines, licences, safeguards, questions }
}

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    /// Bits of one byte are turned.
    Flip(Index, u8),
    /// The rest is gone.
    Cut(Index),
    /// A stretch is gone.
    Remove(Index, usize),
    /// A line stands twice.
    Repeat(Index),
    /// Two lines changed places.
    Swap(Index, Index),
    /// Something is put in.
    Insert(Index, &'static str),
}

const PIECES: [&str; 16] =
    ["'", "\"", "'''", "{", "}", "[", "]]", "(", "\n", "\r", "\0", "é", " == null", "\\u0000", "[[tests]]\n", "!("];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 1..=255u8).prop_map(|(at, bits)| Change::Flip(at, bits)),
        at().prop_map(Change::Cut),
        (at(), 1..40usize).prop_map(|(at, length)| Change::Remove(at, length)),
        at().prop_map(Change::Repeat),
        (at(), at()).prop_map(|(a, b)| Change::Swap(a, b)),
        (at(), prop::sample::select(&PIECES[..])).prop_map(|(at, piece)| Change::Insert(at, piece)),
    ]
}

fn changed(text: &str, change: &Change) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let lines = || text.split_inclusive('\n').collect::<Vec<_>>();
    match change {
        _ if text.is_empty() => {}
        Change::Flip(at, bits) => bytes[at.index(text.len())] ^= bits,
        Change::Cut(at) => bytes.truncate(at.index(text.len())),
        Change::Remove(at, length) => {
            let start = at.index(text.len());
            bytes.drain(start..(start + length).min(text.len()));
        }
        Change::Repeat(at) => {
            let mut lines = lines();
            let at = at.index(lines.len());
            lines.insert(at, lines[at]);
            return lines.concat();
        }
        Change::Swap(a, b) => {
            let mut lines = lines();
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
            return lines.concat();
        }
        Change::Insert(at, piece) => {
            let at = at.index(text.len());
            bytes.splice(at..at, piece.bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn all_changed(file: &SourceFile, changes: &[Change]) -> SourceFile {
    let text = changes.iter().fold(file.text.clone(), |text, change| changed(&text, change));
    SourceFile { name: file.name.clone(), text }
}

#[test]
fn the_shipped_files_are_in_order() {
    let library = load(&files(POLICIES.clone(), vec![BASELINE.clone()])).expect("the shipped policies");
    assert_eq!(library.policies.len(), POLICIES.len());
    library.baseline(&BaselineChoice::shipped()).expect("the shipped baseline");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn a_mutated_policy_is_refused_or_read(
        which in any::<Index>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let mutated = all_changed(which.get(&POLICIES), &changes);
        match load(&files(vec![mutated.clone()], Vec::new())) {
            Ok(library) => prop_assert_eq!(library.policies.len(), 1),
            Err(mistakes) => {
                let said = mistakes.render(false);
                prop_assert!(said.contains(&format!("--> {}:", mutated.name)), "{}", said);
                let count = |start: &str| said.lines().filter(|line| line.starts_with(start)).count();
                prop_assert_eq!(count("error: "), count("help: "), "{}", said);
            }
        }
    }

    #[test]
    fn a_mutated_baseline_is_refused_or_read(changes in prop::collection::vec(change(), 1..4)) {
        let mutated = all_changed(&BASELINE, &changes);
        let client = SourceFile { name: "tenantscan.toml".into(), text: format!("[baseline]\n{}", mutated.text) };
        let _ = client_baseline(&client).map_err(|mistakes| mistakes.render(false));
        match load(&files(Vec::new(), vec![mutated])) {
            Ok(library) => {
                let _ = library.baseline(&BaselineChoice::shipped()).map_err(|mistakes| mistakes.render(false));
            }
            Err(mistakes) => prop_assert!(mistakes.render(false).contains("--> baselines/hipaa.toml:")),
        }
    }
}
