//! `docs/safeguards.md`: every provision, what it asks, and the policies that serve it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use tenantscan_evaluate::{Designation, Safeguards};

/// What a policy file says that is wanted here.
#[derive(Deserialize)]
struct PolicyFile {
    id: String,
    citations: Vec<String>,
}

/// Parts of the rule, in its order, with their names for people.
const GROUPS: [(&str, &str); 8] = [
    ("general-rules", "General rules"),
    ("administrative", "Administrative safeguards"),
    ("physical", "Physical safeguards"),
    ("technical", "Technical safeguards"),
    ("organizational", "Organizational requirements"),
    ("documentation", "Policies, procedures and documentation"),
    ("breach-notification", "Breach notification"),
    ("baa-privacy", "Business associates and privacy"),
];

/// The page.
pub(crate) fn page(root: &Path) -> Result<String, String> {
    let path = root.join("policies/catalogues/safeguards.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let catalogue = Safeguards::load(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let serving = serving(&root.join("policies"))?;
    let mut text = format!("# The provisions of the rule\n\nChecked on {}. {}.\n", catalogue.dated, catalogue.source);
    for (group, title) in GROUPS {
        text += &format!(
            "\n## {title}\n\n| 45 CFR | heading | | what it asks | policies |\n| --- | --- | --- | --- | --- |\n"
        );
        for it in catalogue.all().iter().filter(|it| it.group == group) {
            let designation = match it.designation {
                Designation::Required => "required",
                Designation::Addressable => "addressable",
                Designation::None => "",
            };
            let ids = serving.get(&it.citation).map(|ids| ids.join(", ")).unwrap_or_default();
            text += &format!("| {} | {} | {designation} | {} | {ids} |\n", it.citation, it.title, it.meaning);
        }
    }
    Ok(text)
}

/// Ids of the policies that serve a citation, in order; those for which it is the closest stand in bold.
fn serving(folder: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        paths.push(entry.map_err(|error| error.to_string())?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let mut serving: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file: PolicyFile = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        for (index, citation) in file.citations.into_iter().enumerate() {
            let id = if index == 0 { format!("**`{}`**", file.id) } else { format!("`{}`", file.id) };
            serving.entry(citation).or_default().push(id);
        }
    }
    Ok(serving)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provision_stands_on_the_page_once_with_what_it_asks() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = page(&root).expect("the page");
        let text = fs::read_to_string(root.join("policies/catalogues/safeguards.toml")).expect("the catalogue");
        let catalogue = Safeguards::load(&text).expect("the catalogue");
        assert_eq!(catalogue.all().len(), 119);
        for it in catalogue.all() {
            assert_eq!(page.matches(&format!("\n| {} | ", it.citation)).count(), 1, "{}", it.citation);
            assert!(it.meaning.len() > 15 && it.meaning.ends_with('.'), "{}: {}", it.citation, it.meaning);
        }
    }
}
