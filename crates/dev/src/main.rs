//! Keeps generated files current: `cargo dev` writes them, `cargo dev --check` says which are out of date.
//!
//! Every one of them comes from the code that reads or prints such files, and so does the picture in the README: none can
//! say anything else than the program does.

mod requirements;
mod safeguards;

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

/// What the README shows of the demo: where each part begins, and how many lines it has.
const PICTURE: [(&str, usize); 6] = [
    ("Cedar Grove", 9),
    ("164.312(a)(1)", 5),
    ("DO THESE FIRST", 15),
    ("THEN THESE", 5),
    ("NOT DETERMINED", 6),
    (FOOTER, 3),
];
/// How the demo's last paragraph is found: its number of policies changes.
const FOOTER: &str = "policies:";

fn main() -> ExitCode {
    let check = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return fail("usage: cargo dev [--check]"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut stale = Vec::new();
    let mut files = Vec::new();
    for (file, arguments) in GENERATED {
        match print(&root, arguments) {
            Ok(text) => files.push((file.to_owned(), text)),
            Err(error) => return fail(&error),
        }
    }
    for (name, schema) in tenantscan_records::schemas() {
        files.push((format!("schemas/{name}.schema.json"), format!("{schema:#}\n")));
    }
    for (file, page) in
        [("docs/requirements.md", requirements::page(&root)), ("docs/safeguards.md", safeguards::page(&root))]
    {
        match page {
            Ok(text) => files.push((file.to_owned(), text)),
            Err(error) => return fail(&error),
        }
    }
    for (file, text) in files {
        let path: PathBuf = root.join(&file);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        stale.push(file);
        if !check && let Err(error) = fs::write(&path, text) {
            return fail(&format!("{}: {error}", path.display()));
        }
    }
    match readme(&root) {
        Ok((old, new)) if old != new => {
            stale.push("README.md".to_owned());
            if !check && let Err(error) = fs::write(root.join("README.md"), new) {
                return fail(&format!("README.md: {error}"));
            }
        }
        Ok(_) => {}
        Err(error) => return fail(&error),
    }
    if check && !stale.is_empty() {
        return fail(&format!("out of date: {}; run `cargo dev` and commit what it writes", stale.join(", ")));
    }
    ExitCode::SUCCESS
}

/// The README as it is, and with the demo's picture as it should be.
fn readme(root: &Path) -> Result<(String, String), String> {
    let old = fs::read_to_string(root.join("README.md")).map_err(|error| format!("README.md: {error}"))?;
    let (before, rest) = old.split_once("```text\n").ok_or("README.md has no ```text block for the demo")?;
    let (_, after) = rest.split_once("```").ok_or("README.md: the ```text block does not end")?;
    let demo = print(root, &["demo"])?;
    let lines: Vec<&str> = demo.lines().collect();
    let mut picture: Vec<&str> = Vec::new();
    for (start, length) in PICTURE {
        let from = lines.iter().position(|line| line.starts_with(start) || start == FOOTER && line.contains(start));
        let from = from.ok_or(format!("the demo has no line that begins with `{start}`"))?;
        if !picture.is_empty() {
            picture.extend(["…", ""]);
        }
        picture.extend(lines[from..].iter().take(length));
    }
    let new = format!("{before}```text\n{}\n```{after}", picture.join("\n"));
    Ok((old, new))
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
