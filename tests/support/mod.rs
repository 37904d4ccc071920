//! Runs the program as a user does, with nothing of this computer's environment in it.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

pub(crate) mod dns;
pub(crate) mod google;
pub(crate) mod hostile;
pub(crate) mod server;
pub(crate) mod shipped;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The program in an empty environment.
pub(crate) fn tenantscan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantscan"));
    command.env_clear().current_dir(std::env::temp_dir());
    command
}

/// The program in a practice's folder, as if it were that day there, with nobody to ask.
pub(crate) fn on(day: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = tenantscan();
    command.current_dir(folder).args(arguments).env("TENANTSCAN_TODAY", day).stdin(Stdio::null());
    command
}

/// What the program printed.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

/// Runs it and expects the exit code.
#[track_caller]
pub(crate) fn expect_code(command: &mut Command, code: i32) -> Output {
    let output = command.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(code), "{}\n{}", text(&output.stdout), text(&output.stderr));
    output
}

/// The report of a replay of a folder of exchanges, whatever it says.
#[track_caller]
pub fn replay(folder: &Path) -> serde_json::Value {
    let mut command = tenantscan();
    command.args(["scan", "--format", "json", "--replay"]).arg(folder);
    let output = command.output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{:?}\n{}", output.status, text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

/// Policy id and verdict of every result.
pub fn verdicts(report: &serde_json::Value) -> Vec<(String, String)> {
    let results = report["results"].as_array().expect("results");
    results
        .iter()
        .map(|result| {
            let word = |key: &str| result[key].as_str().expect("a word").to_owned();
            (word("policy"), word("verdict"))
        })
        .collect()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).expect("copied");
        }
    }
}
