//! Keeps generated files current: `cargo dev` writes them, `cargo dev --check` says which are out of date.
//!
//! Every one of them is what the program itself prints, so that none can say anything else than the program does.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// A file of the repository and the command that prints it.
const GENERATED: [(&str, &[&str]); 4] = [
    ("schemas/report.schema.json", &["schema", "report"]),
    ("schemas/snapshot.schema.json", &["schema", "snapshot"]),
    ("docs/dictionary.md", &["dictionary"]),
    ("docs/policies.md", &["policy", "list", "--format", "md"]),
];

fn main() -> ExitCode {
    let check = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return fail("usage: cargo dev [--check]"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut stale = Vec::new();
    for (file, arguments) in GENERATED {
        let text = match print(&root, arguments) {
            Ok(text) => text,
            Err(error) => return fail(&error),
        };
        let path: PathBuf = root.join(file);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        stale.push(file);
        if !check && let Err(error) = fs::write(&path, text) {
            return fail(&format!("{}: {error}", path.display()));
        }
    }
    if check && !stale.is_empty() {
        return fail(&format!("out of date: {}; run `cargo dev` and commit what it writes", stale.join(", ")));
    }
    ExitCode::SUCCESS
}

fn print(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["run", "--quiet", "--package", "tenantscan", "--"])
        .args(arguments)
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

#[expect(clippy::print_stderr, reason = "a developer's tool talks on standard error")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}
