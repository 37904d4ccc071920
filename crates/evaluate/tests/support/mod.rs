//! A policy as the loader makes it of a file.

use tenantscan_policy::{Files, Policy, SourceFile, load};

/// A policy of one platform, with the keys of its rule, held against these safeguards.
pub(crate) fn policy(id: &str, severity: &str, citations: &[&str], rule: &str, safeguards: &str) -> Policy {
    let text = format!(
        r#"
id = "{id}"
title = "Nobody administers"
severity = "{severity}"
citations = {citations:?}
platforms = ["microsoft365"]
why = "It matters."
[rule]
{rule}
[fix.microsoft365]
who = "administrator"
time = "5 minutes"
portal = "somewhere"
side_effects = "none"
undo = "the same"
[[tests]]
name = "nothing was read"
verdict = "unknown"
"#
    );
    let file = |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.to_owned() };
    let files = Files {
        policies: vec![file(&format!("{id}.toml"), &text)],
        baselines: Vec::new(),
        licences: file("licences.toml", "[licences.\"Entra ID P1\"]\nservice_plans = [\"AAD_PREMIUM\"]\n"),
        safeguards: file("safeguards.toml", safeguards),
        questions: file("questions.toml", "[[question]]\nid = \"restore-tested\"\n"),
    };
    load(&files).expect("a policy in order").policies.remove(0)
}
