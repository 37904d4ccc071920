//! `report sra` from the command line: a file or standard output, the same bytes each time, errors that say what to do.

mod support;

use std::fs;

use support::{expect_code, repository, tenantscan, text};

#[test]
fn an_assessment_is_made_of_a_snapshot_and_of_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("snapshot.json");
    let mut scan = tenantscan();
    scan.args(["scan", "--format"]).arg(format!("json:{}", folder.path().join("report.json").display()));
    scan.arg("--replay").arg(repository("fixtures/cedar-grove")).arg("--snapshot").arg(&snapshot);
    assert!(scan.output().expect("it runs").status.code().is_some_and(|code| [0, 3, 4].contains(&code)));
    let page = folder.path().join("new/sra.html");
    let run = |more: &[&str]| {
        let mut command = tenantscan();
        command.args(["report", "sra", "--snapshot"]).arg(&snapshot).args(more);
        text(&expect_code(&mut command, 0).stdout)
    };
    let html = run(&[]);
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("Cedar Grove"), "{}", &html[..200]);
    assert_eq!(run(&["--output", page.to_str().expect("a path")]), "", "what goes to a file is not printed");
    assert_eq!(fs::read_to_string(&page).expect("written"), html, "the same bytes");
    let paper = folder.path().join("sra.MD");
    run(&["--output", paper.to_str().expect("a path")]);
    assert_eq!(fs::read_to_string(&paper).expect("written"), run(&["--format", "md"]), "as the name ends");
    run(&["--format", "html", "--output", paper.to_str().expect("a path")]);
    assert_eq!(fs::read_to_string(&paper).expect("written"), html, "a format that is given beats the name");
    let markdown = run(&["--format", "md", "--rules", "nprm-2025"]);
    assert!(markdown.contains("What if the rule proposed in January 2025 were in force"));
    assert!(!html.contains("What if the rule proposed"));
    for word in ["certified", "is compliant", "HIPAA compliant"] {
        assert!(!html.contains(word) && !markdown.contains(word), "{word}");
    }
}

#[test]
fn what_is_no_snapshot_is_refused_with_the_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    for bytes in [&b"{}"[..], b"\xff\xfe", b"{\"schema\": \"snapshot@9\"}"] {
        fs::write(&path, bytes).expect("written");
        let mut command = tenantscan();
        command.args(["report", "sra", "--snapshot"]).arg(&path);
        let said = text(&expect_code(&mut command, 2).stderr);
        assert!(said.contains("snapshot.json") && said.contains("next: give a file that `tenantscan scan"), "{said}");
    }
}
