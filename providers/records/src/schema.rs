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
        ("attestations", schemars::schema_for!(AttestationsFile), "attestations.toml"),
        ("vendors", schemars::schema_for!(VendorsFile), "vendors.toml"),
        ("roster", schemars::schema_for!(Vec<Person>), "roster.csv"),
        ("accounts", schemars::schema_for!(AccountsFile), "accounts.toml"),
        ("exceptions", schemars::schema_for!(ExceptionsFile), "exceptions.toml"),
        ("plan", schemars::schema_for!(PlanFile), "plan.toml"),
    ]
    .map(|(name, schema, title)| {
        let mut schema = schema.to_value();
        without_null(&mut schema);
        schema["title"] = title.into();
        (name, schema)
    })
}

/// Takes null out of a schema: neither TOML nor a cell has it, what is not there is left out.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(parts) => {
            if parts.get("default").is_some_and(Value::is_null) {
                parts.remove("default");
            }
            for key in ["type", "anyOf"] {
                let Some(Value::Array(ways)) = parts.get_mut(key) else { continue };
                ways.retain(|way| way != "null" && way["type"] != "null");
                if ways.len() > 1 {
                    continue;
                }
                match (key, ways.pop()) {
                    ("type", Some(only)) => drop(parts.insert(key.into(), only)),
                    (_, Some(Value::Object(only))) => {
                        parts.remove(key);
                        parts.extend(only);
                    }
                    _ => {}
                }
            }
            parts.values_mut().for_each(without_null);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::edit::{Entry, Field, Fields};
    use crate::{accounts, attestations, exceptions, plan, vendors};

    /// The keys that a schema knows of a table.
    fn known<'s>(schema: &'s Value, table: &str) -> BTreeSet<&'s str> {
        let properties = schema["$defs"][table]["properties"].as_object().expect("a definition");
        properties.keys().map(String::as_str).collect()
    }

    #[test]
    fn nothing_may_be_null() {
        for (name, schema) in schemas() {
            assert!(!schema.to_string().contains("null"), "{name}: {schema:#}");
        }
    }

    #[test]
    fn schemas_know_what_the_reader_knows() {
        for (file, table, keys) in [
            ("attestations", "Attestation", &attestations::KEYS[..]),
            ("vendors", "Vendor", &vendors::KEYS),
            ("vendors", "Baa", &vendors::BAA_KEYS),
            ("accounts", "Account", &accounts::KEYS),
            ("accounts", "Role", &accounts::ROLE_KEYS),
            ("exceptions", "Exception", &exceptions::KEYS),
            ("plan", "PlanItem", &plan::KEYS),
        ] {
            let (_, schema) = schemas().into_iter().find(|(name, _)| *name == file).expect("a schema");
            assert_eq!(known(&schema, table), keys.iter().copied().collect(), "{table}");
            assert_eq!(schema["$defs"][table]["additionalProperties"], false, "{table}");
        }
    }

    fn written(fields: &Fields) -> Vec<&'static str> {
        fields.iter().map(|(key, _)| *key).collect()
    }

    #[test]
    fn the_editor_writes_what_the_reader_knows() {
        let policies = ["p"].into();
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write(
            "attestations.toml",
            "[[attestation]]\nquestion = \"msp-baa\"\nanswer = \"no\"\nstatement = \"s\"\nby = \"b\"\nrole = \"r\"\non = 2026-01-31\n",
        );
        write(
            "vendors.toml",
            "[[vendor]]\nname = \"n\"\nhandles_phi = \"no\"\nowner = \"o\"\nbaa = { not_required_because = \"a reason of twenty letters\" }\n",
        );
        write(
            "accounts.toml",
            "[[account]]\naccount = \"a\"\nkind = \"kiosk\"\nowner = \"o\"\npurpose = \"p\"\nreviewed_on = 2026-01-31\n",
        );
        write(
            "exceptions.toml",
            "[[exception]]\npolicy = \"p\"\ntenant = \"microsoft365\"\nresource = \"*\"\ndisposition = \"planned\"\nreason = \"a reason of twenty letters\"\napproved_by = \"a\"\napproved_on = 2026-01-31\nuntil = 2026-02-28\n",
        );
        write(
            "plan.toml",
            "[[item]]\npolicy = \"p\"\nresource = \"*\"\nfound = 2026-01-01\nowner = \"o\"\ndue = 2026-01-31\nstate = \"open\"\n",
        );
        let all = crate::read(folder.path(), &policies).expect("in order");
        let vendor = all.vendors.expect("there").vendors.remove(0).fields();
        let Some((_, Some(Field::Table(baa)))) = vendor.last() else { panic!("the agreement comes last") };
        assert_eq!(written(baa), vendors::BAA_KEYS);
        assert_eq!(written(&vendor), vendors::KEYS);
        assert_eq!(written(&all.attestations.expect("there")[0].fields()), attestations::KEYS);
        assert_eq!(written(&all.accounts.and_then(|it| it.accounts).expect("there")[0].fields()), accounts::KEYS);
        assert_eq!(written(&all.exceptions.expect("there")[0].fields()), exceptions::KEYS);
        assert_eq!(written(&all.plan.expect("there")[0].fields()), plan::KEYS);
    }
}
