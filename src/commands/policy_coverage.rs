//! `tenantscan policy coverage`: what each policy rests on, and what each plan lets policies decide.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use tenantscan_evaluate::Safeguards;
use tenantscan_model::{Datasets, Platform};
use tenantscan_policy::{Policy, Rule};
use tenantscan_provider::Source;

use crate::commands::policy::beside;
use crate::embedded;
use crate::error::Error;
use crate::grammar::ListFormat;
use crate::judge::library;

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
    /// The licence that the control itself needs.
    licence: Option<&'p str>,
    /// For each plan, whether everything is within it.
    decided: Vec<bool>,
}

/// The whole table.
pub(crate) fn run(format: ListFormat, folder: Option<&Path>) -> Result<String, Error> {
    let plans = catalogue::<Plans>("microsoft365-plans.toml")?.plan;
    let licences = catalogue::<Licences>("licences.toml")?.licences;
    let safeguards = Safeguards::load(embedded::catalogue("safeguards.toml"))
        .map_err(|error| Error::Internal(format!("policies/catalogues/safeguards.toml: {error}")))?;
    let library = library(folder)?;
    let with_rule = library.policies.iter().filter_map(|policy| {
        let rule = policy.rules.get(&Platform::Microsoft365)?;
        Some(row(policy, rule, &plans, &licences))
    });
    let rows: Vec<Row<'_>> = with_rule.collect();
    let counts: Vec<Count<'_>> = safeguards.all().iter().filter_map(|it| count(it, &rows, plans.len())).collect();
    Ok(match format {
        ListFormat::Json => format!("{:#}\n", as_json(&plans, &rows, &counts)),
        ListFormat::Terminal => terminal(&plans, &rows, &counts),
        ListFormat::Md => markdown(&plans, &rows, &counts),
    })
}

fn catalogue<T: for<'de> Deserialize<'de>>(name: &str) -> Result<T, Error> {
    toml::from_str(embedded::catalogue(name))
        .map_err(|error| Error::Internal(format!("policies/catalogues/{name}: {error}")))
}

fn row<'p>(policy: &'p Policy, rule: &'p Rule, plans: &[Plan], licences: &BTreeMap<String, Licence>) -> Row<'p> {
    let sources = sources(rule);
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
    Row { policy, columns: columns(rule), sources, licence: own, decided }
}

/// The columns that a rule reads, by name; a dataset's name where it reads the list as such.
fn columns(rule: &Rule) -> Vec<String> {
    let named = rule.reads.iter().map(|(dataset, column)| {
        let info = Datasets::ALL[*dataset];
        column.map_or_else(|| info.name.to_owned(), |column| format!("{}.{}", info.name, info.columns[column].name))
    });
    named.collect()
}

/// The sources that fill what a rule reads, by way of what it is worked out from too.
fn sources(rule: &Rule) -> Vec<&'static Source> {
    let mut columns: BTreeSet<_> = rule.reads.iter().copied().collect();
    columns.extend(tenantscan_dns::needs(&columns));
    let mut ids = tenantscan_microsoft365::sources_for(&columns);
    // What a scan asks besides is no evidence: the tenant's own name, and where its services are.
    let evidence = tenantscan_microsoft365::sources_of(&columns);
    ids.retain(|id| evidence.contains(id));
    ids.extend(tenantscan_dns::sources_of(&columns));
    let all = tenantscan_microsoft365::sources().chain(tenantscan_dns::sources());
    all.filter(|source| ids.contains(source.id)).collect()
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

/// What a source needs, in words.
fn needs(source: &Source) -> String {
    let permission = match source.permissions {
        [] => None,
        several => Some(format!("permission {}", several.join(" or "))),
    };
    let role = source.role.map(|role| format!("role {role}"));
    let licence = source.licence.map(|licence| format!("licence {licence}"));
    let all: Vec<String> = [permission, role, licence].into_iter().flatten().collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

/// Width of the labels in front of what a policy rests on.
const INDENT: usize = 11;

fn terminal(plans: &[Plan], rows: &[Row<'_>], counts: &[Count<'_>]) -> String {
    let mut text = String::from("What each policy rests on\n");
    for row in rows {
        text += &format!("\n{}\n", row.policy.id);
        text += &beside(INDENT, "  reads", &row.columns.join(", "));
        for source in &row.sources {
            text += &beside(INDENT, "  from", &format!("{} ({}): {}", source.id, source.api.title, needs(source)));
        }
        if let Some(licence) = row.licence {
            text += &beside(INDENT, "  licence", &format!("{licence}, for the control itself"));
        }
        let decided: Vec<&str> =
            plans.iter().zip(&row.decided).filter(|(_, yes)| **yes).map(|(plan, _)| plan.short.as_str()).collect();
        let decided = if decided.is_empty() { "no plan".to_owned() } else { decided.join(", ") };
        text += &beside(INDENT, "  decided", &format!("on {decided}"));
    }
    text += "\nHow many policies decide on each plan\n\n";
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

fn markdown(plans: &[Plan], rows: &[Row<'_>], counts: &[Count<'_>]) -> String {
    let mut text = String::from(
        "# What policies rest on\n\n| policy | reads | source: what it needs | licence of the control |\n| --- | --- | --- | --- |\n",
    );
    for row in rows {
        let columns: Vec<String> = row.columns.iter().map(|it| format!("`{it}`")).collect();
        let sources: Vec<String> = row.sources.iter().map(|it| format!("`{}`: {}", it.id, needs(it))).collect();
        text += &format!(
            "| `{}` | {} | {} | {} |\n",
            row.policy.id,
            columns.join(", "),
            sources.join("<br>"),
            row.licence.unwrap_or_default()
        );
    }
    text += "\n# How many policies decide on each plan\n\n| 45 CFR | safeguard | policies |";
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

fn as_json(plans: &[Plan], rows: &[Row<'_>], counts: &[Count<'_>]) -> Value {
    let policies: Vec<Value> = rows
        .iter()
        .map(|row| {
            let sources: Vec<Value> = row
                .sources
                .iter()
                .map(|source| {
                    json!({
                        "source": source.id,
                        "service": source.api.title,
                        "permissions": source.permissions,
                        "role": source.role,
                        "licence": source.licence,
                    })
                })
                .collect();
            let decided = plans.iter().zip(&row.decided).filter(|(_, yes)| **yes).map(|(plan, _)| &plan.name);
            json!({
                "policy": row.policy.id,
                "columns": row.columns,
                "sources": sources,
                "licence": row.licence,
                "decided_on": decided.collect::<Vec<_>>(),
            })
        })
        .collect();
    let safeguards: Vec<Value> = counts
        .iter()
        .map(|count| {
            let decided: BTreeMap<&str, usize> =
                plans.iter().map(|plan| plan.name.as_str()).zip(count.decided.iter().copied()).collect();
            json!({
                "citation": count.safeguard.citation,
                "title": count.safeguard.title,
                "policies": count.policies,
                "decided": decided,
            })
        })
        .collect();
    let plans: Vec<Value> =
        plans.iter().map(|plan| json!({ "name": plan.name, "sku_part_numbers": plan.sku_part_numbers })).collect();
    json!({ "plans": plans, "policies": policies, "safeguards": safeguards })
}
