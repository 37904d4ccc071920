//! `docs/requirements.md`: what practices are told to have, and what answers each row.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// The catalogue, `policies/catalogues/requirements.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirements {
    dated: toml::value::Datetime,
    source: String,
    row: Vec<Row>,
}

/// One requirement, with one kind of answer: policies, what a report does, or a reason why neither can.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    requirement: String,
    #[serde(default)]
    policies: Vec<String>,
    report: Option<String>,
    reason: Option<String>,
    /// Where the row states the rule inexactly: what it says.
    note: Option<String>,
}

/// What a policy file says that is wanted here.
#[derive(Deserialize)]
struct PolicyFile {
    id: String,
    title: String,
}

fn catalogue(root: &Path) -> Result<Requirements, String> {
    let path = root.join("policies/catalogues/requirements.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The titles of the shipped policies by id.
fn titles(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let folder = root.join("policies");
    let mut titles = BTreeMap::new();
    for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let file: PolicyFile = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            titles.insert(file.id, file.title);
        }
    }
    Ok(titles)
}

/// The page.
pub(crate) fn page(root: &Path) -> Result<String, String> {
    let (catalogue, titles) = (catalogue(root)?, titles(root)?);
    let mut text = format!(
        "# What practices are told to have, and what answers it\n\n{} rows, checked on {}. {}.\n",
        catalogue.row.len(),
        catalogue.dated,
        catalogue.source
    );
    let lists = [("A", "What a vendor's promise does not cover"), ("B", "What a practice asks of its IT provider")];
    for (list, title) in lists {
        text += &format!("\n## {title}\n\n| row | requirement | answered by |\n| --- | --- | --- |\n");
        for row in catalogue.row.iter().filter(|row| row.id.starts_with(list)) {
            text += &format!("| {} | {} | {} |\n", row.id, row.requirement, answer(row, &titles));
        }
    }
    Ok(text)
}

fn answer(row: &Row, titles: &BTreeMap<String, String>) -> String {
    let policy = |id: &String| match titles.get(id) {
        Some(title) => format!("`{id}`: {title}"),
        None => format!("`{id}`: missing"),
    };
    let mut parts: Vec<String> = row.policies.iter().map(policy).collect();
    parts.extend(row.report.clone());
    parts.extend(row.reason.as_ref().map(|reason| format!("No policy: {reason}")));
    parts.extend(row.note.as_ref().map(|note| format!("*{note}*")));
    parts.join("<br>")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn every_row_has_one_answer() {
        let rows = catalogue(&root()).expect("the catalogue").row;
        let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!((ids.len(), rows.len()), (144, 144), "63 rows of list A, 81 of list B, each once");
        for row in &rows {
            let answers = [!row.policies.is_empty(), row.report.is_some(), row.reason.is_some()];
            assert_eq!(answers.iter().filter(|it| **it).count(), 1, "{}: policies, report or reason", row.id);
            let said = row.report.as_ref().or(row.reason.as_ref());
            assert!(said.is_none_or(|text| text.len() >= 20), "{}: say it in a sentence", row.id);
        }
    }

    #[test]
    fn every_policy_that_a_row_names_is_there() {
        let titles = titles(&root()).expect("the policies");
        let rows = catalogue(&root()).expect("the catalogue").row;
        let named: BTreeSet<&String> = rows.iter().flat_map(|row| &row.policies).collect();
        let missing: Vec<&&String> = named.iter().filter(|id| !titles.contains_key(**id)).collect();
        assert!(missing.is_empty(), "there is no policy {missing:?}: name another, or state a reason");
    }
}
