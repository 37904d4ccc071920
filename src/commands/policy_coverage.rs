//! `tenantscan policy coverage`: what each policy rests on, and what each plan lets policies decide.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use tenantscan_model::{Datasets, Platform};
use tenantscan_policy::{Policy, Rule};
use tenantscan_provider::Source;
use tenantscan_records::RecordFile;

use crate::commands::policy::beside;
use crate::embedded;
use crate::error::Error;
use crate::grammar::ListFormat;
use crate::judge::{Columns, library, safeguards};
use crate::providers;

#[derive(Deserialize)]
struct Plans {
    plan: Vec<Plan>,
}

/// A plan that practices buy.
#[derive(Deserialize)]
struct Plan {
    name: String,
    /// Its name in the head of a narrow column.
    short: String,
    sku_part_numbers: Vec<String>,
    service_plans: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Editions {
    edition: Vec<Edition>,
}

/// A product of Google; those that practices buy as their plan have a short name.
#[derive(Deserialize)]
struct Edition {
    sku: String,
    name: String,
    short: Option<String>,
    #[serde(default)]
    buys: bool,
}

#[derive(Deserialize)]
struct Licences {
    licences: BTreeMap<String, Licence>,
}

#[derive(Deserialize)]
struct Licence {
    service_plans: Vec<String>,
}

/// What one policy rests on.
struct Row<'p> {
    policy: &'p Policy,
    columns: Vec<String>,
    sources: Vec<&'static Source>,
    /// The files of the records, which need no licence.
    files: Vec<&'static RecordFile>,
    /// The licence that the control itself needs.
    licence: Option<&'p str>,
    /// For each plan, whether everything is within it.
    decided: Vec<bool>,
}

/// One platform: its usual plans, the policies that have a rule for it, and the safeguards that these serve.
struct Table<'p> {
    platform: Platform,
    plans: Vec<Plan>,
    rows: Vec<Row<'p>>,
    counts: Vec<Count<'p>>,
}

/// The whole table.
pub(crate) fn run(format: ListFormat, folder: Option<&Path>) -> Result<String, Error> {
    let licences = embedded::parsed::<Licences>("licences.toml")?.licences;
    let safeguards = safeguards()?;
    let library = library(folder)?;
    let mut tables = Vec::new();
    for platform in Platform::ALL {
        let plans = plans(platform)?;
        let with_rule = library.policies.iter().filter_map(|policy| {
            let rule = policy.rules.get(&platform)?;
            Some(row(platform, policy, rule, &plans, &licences))
        });
        let rows: Vec<Row<'_>> = with_rule.collect();
        let counts = safeguards.all().iter().filter_map(|it| count(it, &rows, plans.len())).collect();
        tables.push(Table { platform, plans, rows, counts });
    }
    let shared = library.policies.iter().filter(|policy| policy.shares_rule).count();
    Ok(match format {
        ListFormat::Json => format!("{:#}\n", as_json(&tables, shared)),
        ListFormat::Terminal => format!("{}\n\n{}", sharing(shared), each(&tables, terminal)),
        ListFormat::Md => format!("{}\n\n{}", sharing(shared), each(&tables, markdown)),
    })
}

/// How many policies hold both platforms against the same words.
fn sharing(shared: usize) -> String {
    match shared {
        1 => "1 policy shares one rule across both platforms".to_owned(),
        _ => format!("{shared} policies share one rule across both platforms"),
    }
}

fn each(tables: &[Table<'_>], draw: fn(&Table<'_>) -> String) -> String {
    tables.iter().map(draw).collect::<Vec<_>>().join("\n")
}

/// The plans that practices buy. A Google edition is its own service plan, as `organization.service_plans` has it.
fn plans(platform: Platform) -> Result<Vec<Plan>, Error> {
    Ok(match platform {
        Platform::Microsoft365 => embedded::parsed::<Plans>("microsoft365-plans.toml")?.plan,
        Platform::GoogleWorkspace => {
            let editions = embedded::parsed::<Editions>("google-editions.toml")?.edition;
            let plan = |edition: Edition| Plan {
                short: edition.short.unwrap_or_else(|| edition.name.clone()),
                sku_part_numbers: vec![edition.sku],
                service_plans: [edition.name.clone()].into(),
                name: edition.name,
            };
            editions.into_iter().filter(|edition| edition.buys).map(plan).collect()
        }
    })
}

fn row<'p>(
    platform: Platform,
    policy: &'p Policy,
    rule: &'p Rule,
    plans: &[Plan],
    licences: &BTreeMap<String, Licence>,
) -> Row<'p> {
    let sources = sources(platform, rule);
    let of_sources =
        sources.iter().filter(|it| !tenantscan_microsoft365::answers_without_licence(it)).filter_map(|it| it.licence);
    let own = rule.licence.as_ref().map(|licence| licence.name.as_str());
    let needed: BTreeSet<&str> = of_sources.chain(own).collect();
    // A licence that the catalogue does not have is within no plan.
    let within = |plan: &Plan, name: &str| {
        let gives = licences.get(name).map(|licence| &licence.service_plans);
        gives.is_some_and(|gives| gives.iter().any(|it| plan.service_plans.contains(it)))
    };
    let decided = plans.iter().map(|plan| needed.iter().all(|name| within(plan, name))).collect();
    let files = providers::record_files(platform, &rule.reads.iter().copied().collect()).collect();
    Row { policy, columns: columns(rule), sources, files, licence: own, decided }
}

/// The columns that a rule reads, by name; a dataset's name where it reads the list as such.
fn columns(rule: &Rule) -> Vec<String> {
    let named = rule.reads.iter().map(|(dataset, column)| {
        let info = Datasets::ALL[*dataset];
        column.map_or_else(|| info.name.to_owned(), |column| format!("{}.{}", info.name, info.columns[column].name))
    });
    named.collect()
}

/// The sources that fill what a rule reads, by way of what it is worked out from too. What a scan asks besides is no
/// evidence: the tenant's own name, and where its services are.
fn sources(platform: Platform, rule: &Rule) -> Vec<&'static Source> {
    let columns: Columns = rule.reads.iter().copied().collect();
    let evidence = providers::sources_of(platform, &columns);
    let mut asked = columns;
    asked.extend(tenantscan_dns::needs(&asked));
    providers::sources_for(platform, &asked).into_iter().filter(|source| evidence.contains(source.id)).collect()
}

/// One safeguard: how many policies serve it, and how many of these each plan lets decide.
struct Count<'s> {
    safeguard: &'s tenantscan_evaluate::Safeguard,
    policies: usize,
    decided: Vec<usize>,
}

fn count<'s>(safeguard: &'s tenantscan_evaluate::Safeguard, rows: &[Row<'_>], plans: usize) -> Option<Count<'s>> {
    let serving: Vec<&Row<'_>> = rows.iter().filter(|row| row.policy.citations.contains(&safeguard.citation)).collect();
    let decided = (0..plans).map(|plan| serving.iter().filter(|row| row.decided[plan]).count()).collect();
    (!serving.is_empty()).then_some(Count { safeguard, policies: serving.len(), decided })
}

/// What all scopes of Google begin with; in words the rest is enough.
const GOOGLE: &str = "https://www.googleapis.com/auth/";

/// What a source needs, in words.
fn needs(source: &Source) -> String {
    let permission = match source.permissions {
        [] => None,
        several => {
            let names: Vec<&str> = several.iter().map(|name| name.strip_prefix(GOOGLE).unwrap_or(name)).collect();
            Some(format!("permission {}", names.join(" or ")))
        }
    };
    let role = source.role.map(|role| format!("role {role}"));
    let licence = source.licence.map(|licence| format!("licence {licence}"));
    let all: Vec<String> = [permission, role, licence].into_iter().flatten().collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

/// Width of the labels in front of what a policy rests on.
const INDENT: usize = 11;

fn terminal(table: &Table<'_>) -> String {
    let Table { platform, plans, rows, counts } = table;
    let mut text = format!("{}: what each policy rests on\n", platform.title());
    for row in rows {
        text += &format!("\n{}\n", row.policy.id);
        text += &beside(INDENT, "  reads", &row.columns.join(", "));
        for source in &row.sources {
            text += &beside(INDENT, "  from", &format!("{} ({}): {}", source.id, source.api.title, needs(source)));
        }
        for file in &row.files {
            text += &beside(INDENT, "  from", &format!("{} (the records): {}", file.id, file.name));
        }
        if let Some(licence) = row.licence {
            text += &beside(INDENT, "  licence", &format!("{licence}, for the control itself"));
        }
        let decided: Vec<&str> =
            plans.iter().zip(&row.decided).filter(|(_, yes)| **yes).map(|(plan, _)| plan.short.as_str()).collect();
        let decided = if decided.is_empty() { "no plan".to_owned() } else { decided.join(", ") };
        text += &beside(INDENT, "  decided", &format!("on {decided}"));
    }
    text += &format!("\n{}: how many policies decide on each plan\n\n", platform.title());
    // A name of two words stands in two lines: `O365` above `E1`.
    let heads: Vec<(&str, &str)> =
        plans.iter().map(|plan| plan.short.split_once(' ').unwrap_or(("", &plan.short))).collect();
    let widths: Vec<usize> = heads.iter().map(|(above, below)| above.len().max(below.len()).max(2)).collect();
    let citation = |count: &Count<'_>| count.safeguard.citation.trim_start_matches("164").to_owned();
    let widest = counts.iter().map(|count| citation(count).len()).max().unwrap_or(0);
    let mut row = |first: &str, all: &str, cells: &[String]| {
        let cells: String = cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:>width$}")).collect();
        text += format!("{first:<widest$} {all:>3}{cells}").trim_end();
        text.push('\n');
    };
    row("", "", &heads.iter().map(|(above, _)| (*above).to_owned()).collect::<Vec<_>>());
    row("45 CFR 164", "all", &heads.iter().map(|(_, below)| (*below).to_owned()).collect::<Vec<_>>());
    for count in counts {
        let cells: Vec<String> = count.decided.iter().map(ToString::to_string).collect();
        row(&citation(count), &count.policies.to_string(), &cells);
    }
    text
}

fn markdown(table: &Table<'_>) -> String {
    let Table { platform, plans, rows, counts } = table;
    let mut text = format!(
        "# {}: what policies rest on\n\n| policy | reads | source: what it needs | licence of the control |\n| --- | --- | --- | --- |\n",
        platform.title()
    );
    for row in rows {
        let columns: Vec<String> = row.columns.iter().map(|it| format!("`{it}`")).collect();
        let files = row.files.iter().map(|it| format!("`{}`: {}", it.id, it.name));
        let sources: Vec<String> =
            row.sources.iter().map(|it| format!("`{}`: {}", it.id, needs(it))).chain(files).collect();
        text += &format!(
            "| `{}` | {} | {} | {} |\n",
            row.policy.id,
            columns.join(", "),
            sources.join("<br>"),
            row.licence.unwrap_or_default()
        );
    }
    text += &format!(
        "\n# {}: how many policies decide on each plan\n\n| 45 CFR | safeguard | policies |",
        platform.title()
    );
    for plan in plans {
        text += &format!(" {} |", plan.name);
    }
    text += &format!("\n| --- | --- | --- |{}\n", " --- |".repeat(plans.len()));
    for count in counts {
        let decided: String = count.decided.iter().map(|it| format!(" {it} |")).collect();
        text +=
            &format!("| {} | {} | {} |{decided}\n", count.safeguard.citation, count.safeguard.title, count.policies);
    }
    text
}

/// All platforms in the same lists, each entry with its platform's name.
fn as_json(tables: &[Table<'_>], shared: usize) -> Value {
    let (mut all_plans, mut policies, mut safeguards) = (Vec::new(), Vec::new(), Vec::new());
    for Table { platform, plans, rows, counts } in tables {
        let platform = platform.name();
        all_plans.extend(
            plans.iter().map(
                |plan| json!({ "platform": platform, "name": plan.name, "sku_part_numbers": plan.sku_part_numbers }),
            ),
        );
        policies.extend(rows.iter().map(|row| {
            let decided = plans.iter().zip(&row.decided).filter(|(_, yes)| **yes).map(|(plan, _)| &plan.name);
            json!({
                "platform": platform,
                "policy": row.policy.id,
                "shares_rule": row.policy.shares_rule,
                "columns": row.columns,
                "sources": row.sources.iter().map(|it| source_json(it)).chain(row.files.iter().map(|it| file_json(it)))
                    .collect::<Vec<_>>(),
                "licence": row.licence,
                "decided_on": decided.collect::<Vec<_>>(),
            })
        }));
        safeguards.extend(counts.iter().map(|count| {
            let decided: BTreeMap<&str, usize> =
                plans.iter().map(|plan| plan.name.as_str()).zip(count.decided.iter().copied()).collect();
            json!({
                "platform": platform,
                "citation": count.safeguard.citation,
                "title": count.safeguard.title,
                "policies": count.policies,
                "decided": decided,
            })
        }));
    }
    json!({ "sharing_one_rule": shared, "plans": all_plans, "policies": policies, "safeguards": safeguards })
}

fn file_json(file: &RecordFile) -> Value {
    json!({
        "source": file.id,
        "service": "the records",
        "permissions": [],
        "role": null,
        "licence": null,
        "file": file.name,
    })
}

fn source_json(source: &Source) -> Value {
    json!({
        "source": source.id,
        "service": source.api.title,
        "permissions": source.permissions,
        "role": source.role,
        "licence": source.licence,
    })
}
