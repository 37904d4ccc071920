//! The shipped policies, loaded as the program loads them.

use std::fs;
use std::sync::LazyLock;

use tenantscan_policy::{Files, Library, SourceFile};

use super::repository;

/// The shipped policies with their catalogues and baselines.
pub(crate) static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let catalogue = |name: &str| shipped(&format!("policies/catalogues/{name}"));
    tenantscan_policy::load(&Files {
        policies: files("policies"),
        baselines: files("policies/baselines"),
        licences: catalogue("licences.toml"),
        safeguards: catalogue("safeguards.toml"),
        questions: catalogue("questions.toml"),
    })
    .expect("the shipped policies are in order")
});

/// A file of the repository.
pub(crate) fn shipped(path: &str) -> SourceFile {
    SourceFile { name: path.to_owned(), text: fs::read_to_string(repository(path)).expect("shipped") }
}

fn files(folder: &str) -> Vec<SourceFile> {
    let entries = fs::read_dir(repository(folder)).expect("shipped");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    names.filter(|name| name.ends_with(".toml")).map(|name| shipped(&format!("{folder}/{name}"))).collect()
}
