//! Runs the program as a user does, with nothing of this computer's environment in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
