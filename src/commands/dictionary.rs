//! `tenantscan dictionary`: the datasets and columns that policies can read, and where each comes from.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantscan_model::{DatasetInfo, Datasets, Platform, Type};
use tenantscan_provider::Source;
use tenantscan_records::RecordFile;

use crate::error::Error;
use crate::grammar::{DictionaryArgs, DictionaryFormat, near};
use crate::providers;

/// The dictionary, whole or one dataset of it.
pub(crate) fn run(args: &DictionaryArgs) -> Result<String, Error> {
    let chosen: Vec<&DatasetInfo> = match &args.dataset {
        None => Datasets::ALL.to_vec(),
        Some(name) => {
            let (_, info) = Datasets::find(name).ok_or_else(|| {
                let names: Vec<&str> = Datasets::ALL.iter().map(|info| info.name).collect();
                Error::Usage(format!(
                    "there is no dataset `{name}`{}\n  next: `tenantscan dictionary` shows them all",
                    near(name, &names)
                ))
            })?;
            vec![info]
        }
    };
    Ok(match args.format {
        DictionaryFormat::Md => chosen.iter().map(|info| markdown(info)).collect::<Vec<_>>().join("\n"),
        DictionaryFormat::Json => {
            let all: Vec<Value> = chosen.iter().map(|info| as_json(info)).collect();
            format!("{:#}\n", Value::Array(all))
        }
    })
}

/// The column as others ask for it.
fn asked(dataset: &str, column: &str) -> BTreeSet<(usize, Option<usize>)> {
    let found = Datasets::find(dataset).map(|(index, info)| (index, info.column(column).map(|(column, _)| column)));
    found.into_iter().collect()
}

/// The files of the records that a column rests on.
fn files(dataset: &str, column: &str) -> Vec<&'static RecordFile> {
    let columns = asked(dataset, column);
    let ids = |platform| providers::record_files(platform, &columns).map(|file| file.id).collect::<Vec<_>>();
    let needed: BTreeSet<&str> = Platform::ALL.into_iter().flat_map(ids).collect();
    tenantscan_records::files().into_iter().filter(|file| needed.contains(file.id)).collect()
}

/// The sources that fill a column, straight or by way of what it is worked out from.
fn sources(dataset: &str, column: &str) -> Vec<&'static Source> {
    let columns = asked(dataset, column);
    let of = |platform| providers::sources_of(platform, &columns);
    let needed: BTreeSet<&str> = Platform::ALL.into_iter().flat_map(of).collect();
    providers::sources().filter(|source| needed.contains(source.id)).collect()
}

fn as_json(info: &DatasetInfo) -> Value {
    let columns: Vec<Value> = info
        .columns
        .iter()
        .map(|column| {
            let sources: Vec<Value> = sources(info.name, column.name)
                .into_iter()
                .map(|source| {
                    json!({
                        "source": source.id,
                        "path": source.path,
                        "permissions": source.permissions,
                        "licence": source.licence,
                        "role": source.role,
                        "docs": source.docs,
                    })
                })
                .chain(
                    files(info.name, column.name)
                        .into_iter()
                        .map(|file| json!({ "source": file.id, "file": file.name, "begin": file.cure })),
                )
                .collect();
            let words = if let Type::Enum(words) = column.r#type { json!(words) } else { Value::Null };
            json!({
                "name": column.name,
                "type": column.r#type.cel(),
                "nullable": column.nullable,
                "words": words,
                "doc": flat(column.doc),
                "sources": sources,
            })
        })
        .collect();
    json!({
        "dataset": info.name,
        "row": info.row,
        "singleton": info.singleton,
        "doc": flat(info.doc),
        "columns": columns,
    })
}

fn markdown(info: &DatasetInfo) -> String {
    let kind = if info.singleton {
        format!("One row for a tenant; in rules: `{}.column`.", info.row)
    } else {
        format!("In rules: `each = \"{}\"` and `{}.column`.", info.name, info.row)
    };
    let mut text = format!("## {}\n\n{}\n\n{kind}\n\n", info.name, flat(info.doc));
    text.push_str("| column | type | what it says | sources |\n| --- | --- | --- | --- |\n");
    for column in info.columns {
        let mut r#type = column.r#type.cel().to_owned();
        if column.nullable {
            r#type.push_str(", may be null");
        }
        if let Type::Enum(words) = column.r#type {
            r#type = format!("{type}: {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
        }
        let ids = sources(info.name, column.name).into_iter().map(|it| it.id);
        let ids = ids.chain(files(info.name, column.name).into_iter().map(|it| it.id));
        let sources: Vec<String> = ids.map(|id| format!("`{id}`")).collect();
        text.push_str(&format!("| `{}` | {type} | {} | {} |\n", column.name, flat(column.doc), sources.join(", ")));
    }
    let mut used: Vec<&Source> = info.columns.iter().flat_map(|column| sources(info.name, column.name)).collect();
    used.sort_by_key(|source| source.id);
    used.dedup_by_key(|source| source.id);
    if !used.is_empty() {
        text.push_str("\n| source | permission (any one) | licence | directory role |\n| --- | --- | --- | --- |\n");
        for source in used {
            text.push_str(&format!(
                "| [`{}`]({}) | {} | {} | {} |\n",
                source.id,
                source.docs,
                source.permissions.join(", "),
                source.licence.unwrap_or("–"),
                source.role.unwrap_or("–"),
            ));
        }
    }
    let mut kept: Vec<&RecordFile> = info.columns.iter().flat_map(|column| files(info.name, column.name)).collect();
    kept.sort_by_key(|file| file.id);
    kept.dedup_by_key(|file| file.id);
    if !kept.is_empty() {
        text.push_str("\n| source | file of the records | how it is begun |\n| --- | --- | --- |\n");
        for file in kept {
            text.push_str(&format!("| `{}` | `{}` | {} |\n", file.id, file.name, file.cure));
        }
    }
    text
}

fn flat(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
