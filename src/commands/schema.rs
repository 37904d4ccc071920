//! `tenantscan schema`: the JSON Schema of a document that this program writes, or of a file that people keep.

use clap::ValueEnum;
use serde_json::Value;

use crate::grammar::{SchemaArgs, SchemaName};

/// The schema as indented JSON.
pub(crate) fn run(args: &SchemaArgs) -> String {
    let schema = match args.name {
        SchemaName::Report => tenantscan_report::report_schema(),
        SchemaName::Snapshot => tenantscan_model::snapshot_schema(),
        record => of_record(record),
    };
    format!("{schema:#}\n")
}

fn of_record(name: SchemaName) -> Value {
    let word = name.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let found = tenantscan_records::schemas().into_iter().find(|(own, _)| *own == word);
    found.map(|(_, schema)| schema).expect("every record that the grammar names has a schema, as a test asks")
}
