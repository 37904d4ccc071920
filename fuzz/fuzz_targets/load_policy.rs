//! Whatever stands in a policy file, a baseline or a client's file, the loader ends and does not panic; nor does showing
//! what it found.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tenantscan_policy::{BaselineChoice, Files, SourceFile, client_baseline, load};

/// The catalogue of safeguards without what the loader does not read, so that most time goes to what is fuzzed.
static CITATIONS: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../../policies/catalogues/safeguards.toml").lines();
    lines
        .filter(|line| line.starts_with("[[safeguards]]") || line.starts_with("citation"))
        .map(|line| line.to_owned() + "\n")
        .collect()
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let file = |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.to_owned() };
    let files = |policies, baselines| Files {
        policies,
        baselines,
        licences: file("licences.toml", include_str!("../../policies/catalogues/licences.toml")),
        safeguards: file("safeguards.toml", &CITATIONS),
        questions: file("questions.toml", "[[question]]\nid = \"restore-tested\"\n"),
    };
    let own = client_baseline(&file("tenantscan.toml", &text));
    let own = own.map_err(|mistakes| mistakes.render(true)).unwrap_or_else(|_| BaselineChoice::shipped());
    match load(&files(vec![file("fuzz.toml", &text)], vec![])) {
        Ok(library) => drop(library.baseline(&own).map_err(|mistakes| mistakes.render(false))),
        Err(mistakes) => drop(mistakes.render(false)),
    }
    match load(&files(vec![], vec![file("hipaa.toml", &text)])) {
        Ok(library) => drop(library.baseline(&own).map_err(|mistakes| mistakes.render(false))),
        Err(mistakes) => drop(mistakes.render(false)),
    }
});
