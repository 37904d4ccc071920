//! Embeds the shipped policies, catalogues and the demo's practice in the program.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut code = String::new();
    for (constant, folder, ending) in [
        ("POLICIES", "policies", "toml"),
        ("BASELINES", "policies/baselines", "toml"),
        ("CATALOGUES", "policies/catalogues", "toml"),
        ("DEMO", "fixtures/cedar-grove", "json"),
    ] {
        println!("cargo::rerun-if-changed={folder}");
        writeln!(code, "pub(crate) const {constant}: &[(&str, &str)] = &[").expect("text grows");
        for path in files(Path::new(folder), ending)? {
            let name = path.file_name().and_then(|name| name.to_str()).expect("shipped files have plain names");
            let place = fs::canonicalize(&path)?;
            writeln!(code, "    ({name:?}, include_str!({place:?})),").expect("text grows");
        }
        writeln!(code, "];").expect("text grows");
    }
    let records = Path::new("fixtures/cedar-grove/records");
    println!("cargo::rerun-if-changed={}", records.display());
    writeln!(code, "pub(crate) const DEMO_RECORDS: &[(&str, &[u8])] = &[").expect("text grows");
    for path in below(records)? {
        let inside = path.strip_prefix(records).expect("it is below");
        let name = inside.iter().map(|part| part.to_str().expect("shipped files have plain names"));
        let name = name.collect::<Vec<_>>().join("/");
        writeln!(code, "    ({name:?}, include_bytes!({:?})),", fs::canonicalize(&path)?).expect("text grows");
    }
    writeln!(code, "];").expect("text grows");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("embedded.rs"), code)
}

/// Every file of a folder and of those in it.
fn below(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn files(folder: &Path, ending: &str) -> io::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
