//! `tenantscan schema`: the JSON Schema of a document that this program writes.

use crate::grammar::{SchemaArgs, SchemaName};

/// The schema as indented JSON.
pub(crate) fn run(args: &SchemaArgs) -> String {
    let schema = match args.name {
        SchemaName::Report => tenantscan_report::report_schema(),
        SchemaName::Snapshot => tenantscan_model::snapshot_schema(),
    };
    format!("{schema:#}\n")
}
