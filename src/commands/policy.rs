//! `tenantscan policy`: list, show, check, test and start policies.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use tenantscan_model::Platform;
use tenantscan_policy::{Policy, Verdict};

use crate::commands::policy_coverage as coverage;
use crate::error::Error;
use crate::files::write_whole;
use crate::grammar::{Color, ListFormat, PolicyCommand, near};
use crate::judge::{library, policies_of};
use crate::output::{colors, print};

/// Runs one of the policy commands.
pub(crate) fn run(color: Color, command: &PolicyCommand) -> Result<u8, Error> {
    match command {
        PolicyCommand::List { format, policies } => print(&list(*format, policies.as_deref())?)?,
        PolicyCommand::Show { id, policies } => print(&show(id, policies.as_deref())?)?,
        PolicyCommand::Coverage { format, policies } => print(&coverage::run(*format, policies.as_deref())?)?,
        PolicyCommand::Check { dir } => {
            let count = policies_of(dir.as_deref())?.len();
            print(&format!("{count} policies are in order\n"))?;
        }
        PolicyCommand::Test { dir } => return test(color, dir.as_deref()),
        PolicyCommand::New { id, dir } => new(id, dir)?,
    }
    Ok(0)
}

fn list(format: ListFormat, folder: Option<&Path>) -> Result<String, Error> {
    let library = library(folder)?;
    let policies = &library.policies;
    Ok(match format {
        ListFormat::Json => {
            let all: Vec<_> = policies
                .iter()
                .map(|policy| {
                    json!({
                        "id": policy.id,
                        "title": policy.title,
                        "severity": policy.severity,
                        "citations": policy.citations,
                        "platforms": policy.rules.keys().collect::<Vec<_>>(),
                    })
                })
                .collect();
            format!("{:#}\n", json!(all))
        }
        ListFormat::Terminal => {
            let widest = policies.iter().map(|policy| policy.id.len()).max().unwrap_or(0);
            let line = |policy: &Policy| format!("{:<8}  {:<widest$}  {}\n", policy.severity, policy.id, policy.title);
            policies.iter().map(line).collect()
        }
        ListFormat::Md => {
            let mut text = String::from(
                "# Shipped policies\n\n| policy | severity | what holds when it is met | 45 CFR |\n| --- | --- | --- | --- |\n",
            );
            for policy in policies {
                let citations = policy.citations.join(", ");
                text += &format!("| `{}` | {} | {} | {citations} |\n", policy.id, policy.severity, policy.title);
            }
            text
        }
    })
}

fn show(id: &str, folder: Option<&Path>) -> Result<String, Error> {
    let library = library(folder)?;
    let policies = &library.policies;
    let policy = policies.iter().find(|policy| policy.id == id).ok_or_else(|| {
        let ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
        Error::Usage(format!("there is no policy `{id}`{}", near(id, &ids)))
    })?;
    let mut text = format!("{}\n{}\n\n", policy.title, "=".repeat(policy.title.chars().count()));
    text += &field("Policy", &format!("{} ({})", policy.id, policy.severity));
    text +=
        &field("Safeguards", &policy.citations.iter().map(|it| format!("45 CFR {it}")).collect::<Vec<_>>().join(", "));
    if let (Some(because), Some(first)) = (&policy.because, policy.citations.first()) {
        text += &field("Why there", &format!("{first}: {because}"));
    }
    text += &field("Platforms", &policy.rules.keys().map(|it| it.title()).collect::<Vec<_>>().join(", "));
    text += &field("Why", &policy.why);
    for parameter in &policy.parameters {
        let value = serde_json::to_string(&parameter.value).expect("a parameter is plain JSON");
        let unit = match parameter.unit.as_str() {
            "" => String::new(),
            unit if value.starts_with(|c: char| c.is_ascii_digit()) => format!(" {unit}"),
            unit => format!(" ({unit})"),
        };
        let value = value.replace("\",\"", "\", \"");
        text += &field("Setting", &format!("{} = {value}{unit}: {}", parameter.name, parameter.about));
    }
    for (platform, rule) in &policy.rules {
        if let Some(licence) = &rule.licence {
            text += &field("Licence", &format!("{} ({})", licence.name, platform.title()));
        }
    }
    for (platform, fix) in &policy.fixes {
        text += &format!("\nHow to mend it in {}\n", platform.title());
        text += &field("Who", &format!("{}, {}", fix.who, fix.time));
        text += &field("Where", &fix.portal);
        if let Some(command) = &fix.command {
            text += &field("Command", command);
        }
        text += &field("Side effects", &fix.side_effects);
        text += &field("Undo", &fix.undo);
    }
    for (catalogue, numbers) in &policy.references {
        text += &field(self::catalogue(catalogue), &numbers.join(", "));
    }
    Ok(text)
}

fn field(label: &str, text: &str) -> String {
    beside(14, label, text)
}

/// A label and its text, wrapped at 80 columns with the text indented. A word that is wider stands alone.
pub(super) fn beside(indent: usize, label: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = format!("{label:<indent$}");
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > 80 {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

/// Other catalogues by the names that people know.
fn catalogue(key: &str) -> &str {
    match key {
        "cis_m365_v7" => "CIS M365 7",
        "cis_gws_v1_3" => "CIS Google Workspace 1.3",
        "scuba_m365" | "scuba_gws" => "CISA SCuBA",
        "hhs_cpg" => "HHS CPG",
        "hicp" => "HICP",
        other => other,
    }
}

/// What one test case came to, when it is not what was due.
fn failure(policy: &Policy, case: &tenantscan_policy::TestCase) -> Option<String> {
    let outcome = tenantscan_evaluate::run_case(policy, case);
    let mut wrong = Vec::new();
    if outcome.verdict != case.verdict {
        let why = outcome.cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
        wrong.push(format!("verdict is {}{why}, due is {}", outcome.verdict, case.verdict));
    }
    if let Some(due) = &case.findings {
        let mut due = due.clone();
        let mut found: Vec<String> = outcome.findings.iter().map(|finding| finding.text.clone()).collect();
        due.sort();
        found.sort();
        if due != found {
            wrong.push(format!("findings are {found:?}, due are {due:?}"));
        }
    }
    (!wrong.is_empty()).then(|| format!("{}: {} ({}): {}", policy.file, case.name, case.platform, wrong.join("; ")))
}

fn test(color: Color, folder: Option<&Path>) -> Result<u8, Error> {
    let policies = policies_of(folder)?;
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for policy in &policies {
        for case in &policy.tests {
            *verdicts.entry(case.verdict).or_default() += 1;
            failures.extend(failure(policy, case));
        }
    }
    let cases: usize = verdicts.values().sum();
    let kinds: Vec<String> = verdicts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    for line in &failures {
        let mark = if colors(color) { "\u{1b}[31mwrong\u{1b}[0m" } else { "wrong" };
        print(&format!("{mark} {line}\n"))?;
    }
    print(&format!(
        "{} policies, {cases} cases ({}): {} as they should be, {} wrong\n",
        policies.len(),
        kinds.join(", "),
        cases - failures.len(),
        failures.len()
    ))?;
    Ok(if failures.is_empty() { 0 } else { 3 })
}

fn new(id: &str, folder: &Path) -> Result<(), Error> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(fits) {
        return Err(Error::Usage(format!("`{id}` cannot name a policy: use small letters, digits and hyphens")));
    }
    let path = folder.join(format!("{id}.toml"));
    if path.exists() {
        return Err(Error::Usage(format!("{} exists already; nothing was written", path.display())));
    }
    write_whole(&path, &TEMPLATE.replace("{ID}", id).replace("{PLATFORM}", Platform::Microsoft365.name()))?;
    print(&format!(
        "wrote {}\n  next: edit it, then `tenantscan policy check {}` and `tenantscan policy test {}`\n",
        path.display(),
        folder.display(),
        folder.display()
    ))
}

const TEMPLATE: &str = include_str!("policy-template.toml");
