//! Whatever is done to a file of the records, reading it ends: with records, or with mistakes that have a place.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use tenantscan_records::{Policies, files, read};

/// One thing that goes wrong in a text; the numbers stand for whichever place they come to.
#[derive(Clone, Debug)]
enum Slip {
    Cut(Index, Index),
    Put(Index, String),
    Twice(Index, Index),
}

fn slip() -> impl Strategy<Value = Slip> {
    let at = any::<Index>;
    prop_oneof![
        (at(), at()).prop_map(|(from, to)| Slip::Cut(from, to)),
        (at(), r#"[\[\]{}="',\n#\u{feff}é0-9a-z.:-]{1,6}"#).prop_map(|(at, text)| Slip::Put(at, text)),
        (at(), at()).prop_map(|(from, to)| Slip::Twice(from, to)),
    ]
}

fn apply(text: &str, slip: &Slip) -> String {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    let between = |a: &Index, b: &Index| {
        let (a, b) = (places[a.index(places.len())], places[b.index(places.len())]);
        (a.min(b), a.max(b).min(a.min(b) + 200))
    };
    let edge = |place: usize| (place..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len());
    match slip {
        Slip::Cut(a, b) => {
            let (from, to) = between(a, b);
            format!("{}{}", &text[..from], &text[edge(to)..])
        }
        Slip::Put(at, new) => {
            let at = places[at.index(places.len())];
            format!("{}{new}{}", &text[..at], &text[at..])
        }
        Slip::Twice(a, b) => {
            let (from, to) = between(a, b);
            format!("{}{}{}", &text[..edge(to)], &text[from..edge(to)], &text[edge(to)..])
        }
    }
}

#[test]
fn a_file_that_somebody_spoilt_is_read_or_refused_with_a_place() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cedar-grove/records");
    let policies: Policies<'_> = ["shared-logins", "mfa-registered", "audit-log-on", "mfa-all-users"].into();
    let texts = files().map(|file| (file.name, fs::read_to_string(samples.join(file.name)).expect("text")));
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["agreements", "evidence"] {
        fs::create_dir(folder.path().join(part)).expect("a folder");
        for entry in fs::read_dir(samples.join(part)).expect("documents") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, folder.path().join(part).join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    let strategy = (0..texts.len(), prop::collection::vec(slip(), 1..4));
    let mut runner = TestRunner::new(ProptestConfig { cases: 600, failure_persistence: None, ..<_>::default() });
    let refused = std::cell::Cell::new(0);
    let law = runner.run(&strategy, |(file, slips)| {
        let (name, text) = &texts[file];
        let spoilt = slips.iter().fold(text.clone(), |text, slip| apply(&text, slip));
        let path = folder.path().join(name);
        fs::write(&path, &spoilt).expect("written");
        let result = read(folder.path(), &policies);
        fs::remove_file(&path).expect("removed");
        if let Err(mistakes) = result {
            refused.set(refused.get() + 1);
            let said = mistakes.render(false);
            for one in said.split("error: ").skip(1) {
                prop_assert!(one.contains(&format!("{name}:")) && one.contains("help: "), "{}", said);
                prop_assert!(!one.lines().next().unwrap_or_default().contains("expected"), "{}", said);
            }
        }
        Ok(())
    });
    law.expect("every text is read or refused");
    assert!(refused.get() > 300, "only {} were refused", refused.get());
}
