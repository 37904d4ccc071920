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
            "[[vendor]]\nname = \"n\"\nhandles_phi = \"no\"\nowner = \"o\"\nbaa = { not_required_because = \"r\" }\n",
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
            "[[item]]\npolicy = \"p\"\nresource = \"*\"\nowner = \"o\"\ndue = 2026-01-31\nstate = \"open\"\n",
        );
        let all = crate::read(folder.path(), &policies).expect("in order");
        let vendor = all.vendors.expect("there").vendors.remove(0).fields();
        let Some((_, Some(Field::Table(baa)))) = vendor.last() else { panic!("the agreement comes last") };
        assert_eq!(written(baa), vendors::BAA_KEYS);
        assert_eq!(written(&vendor), vendors::KEYS);
        assert_eq!(written(&all.attestations.expect("there")[0].fields()), attestations::KEYS);
        assert_eq!(written(&all.accounts.expect("there").accounts[0].fields()), accounts::KEYS);
        assert_eq!(written(&all.exceptions.expect("there")[0].fields()), exceptions::KEYS);
        assert_eq!(written(&all.plan.expect("there")[0].fields()), plan::KEYS);
    }
}
