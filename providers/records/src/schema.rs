//! A JSON Schema for each file, from the types that hold it. TOML's days are texts to JSON.

use serde_json::Value;

use crate::accounts::AccountsFile;
use crate::attestations::AttestationsFile;
use crate::exceptions::ExceptionsFile;
use crate::plan::PlanFile;
use crate::roster::Person;
use crate::vendors::VendorsFile;

/// The JSON Schema of each file, by the file's name without its ending. That of the roster is one of a list of lines.
pub fn schemas() -> [(&'static str, Value); 6] {
    [
        ("attestations", schemars::schema_for!(AttestationsFile).to_value()),
        ("vendors", schemars::schema_for!(VendorsFile).to_value()),
        ("roster", schemars::schema_for!(Vec<Person>).to_value()),
        ("accounts", schemars::schema_for!(AccountsFile).to_value()),
        ("exceptions", schemars::schema_for!(ExceptionsFile).to_value()),
        ("plan", schemars::schema_for!(PlanFile).to_value()),
    ]
}
