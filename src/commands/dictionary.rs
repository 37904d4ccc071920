//! `tenantscan dictionary`: the datasets and columns that policies can read.

use serde_json::{Value, json};
use tenantscan_model::{DatasetInfo, Datasets, Type};

use crate::error::Error;
use crate::grammar::{DictionaryArgs, DictionaryFormat, near};

/// The dictionary, whole or one dataset of it.
pub(crate) fn run(args: &DictionaryArgs) -> Result<String, Error> {
    let chosen: Vec<&DatasetInfo> = match &args.dataset {
        None => Datasets::ALL.to_vec(),
        Some(name) => {
            let (_, info) = Datasets::find(name).ok_or_else(|| {
                let names: Vec<&str> = Datasets::ALL.iter().map(|info| info.name).collect();
                Error::Usage(format!("there is no dataset `{name}`{}", near(name, &names)))
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

fn as_json(info: &DatasetInfo) -> Value {
    let columns: Vec<Value> = info
        .columns
        .iter()
        .map(|column| {
            let words = if let Type::Enum(words) = column.r#type { json!(words) } else { Value::Null };
            json!({
                "name": column.name,
                "type": column.r#type.cel(),
                "nullable": column.nullable,
                "words": words,
                "doc": flat(column.doc),
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
    text.push_str("| column | type | what it says |\n| --- | --- | --- |\n");
    for column in info.columns {
        let mut r#type = column.r#type.cel().to_owned();
        if column.nullable {
            r#type.push_str(", may be null");
        }
        if let Type::Enum(words) = column.r#type {
            r#type = format!("{type}: {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
        }
        text.push_str(&format!("| `{}` | {type} | {} |\n", column.name, flat(column.doc)));
    }
    text
}

fn flat(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
