//! Which product an app is, by a dated catalogue.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::{App, AppContract};
use tenantscan_model::{Cell, Datasets, Gap, Text};

#[derive(Deserialize)]
struct Catalogue {
    app: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    name: Text,
    #[serde(default)]
    ids: Vec<Text>,
    #[serde(default)]
    google_ids: Vec<Text>,
    #[serde(default)]
    names: Vec<Text>,
    category: Text,
    contract: AppContract,
    #[serde(default)]
    seen_in_attacks: bool,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let text = include_str!("../../../../policies/catalogues/known-apps.toml");
    toml::from_str::<Catalogue>(text).expect("the built-in list parses: a test reads it").app
});

/// Fills `apps.known_as`, `apps.category`, `apps.contract` and `apps.seen_in_attacks`.
pub fn apply(datasets: &mut Datasets) {
    for app in &mut datasets.apps.rows {
        let known = find(app);
        let of = |part: fn(&Known) -> &Text| known.clone().map(|known| known.map(|known| part(known).clone())).into();
        app.known_as = of(|known| &known.name);
        app.category = of(|known| &known.category);
        app.contract = known.clone().map(|known| known.map(|known| known.contract)).into();
        app.seen_in_attacks = known.clone().map(|known| known.is_some_and(|known| known.seen_in_attacks)).into();
    }
}

/// By its id, else by its name.
fn find(app: &App) -> Result<Option<&'static Known>, Gap> {
    let id = app.app_id.read();
    if let Ok(id) = id
        && let Some(known) =
            KNOWN.iter().find(|known| known.ids.iter().chain(&known.google_ids).any(|it| it.eq_ignore_ascii_case(id)))
    {
        return Ok(Some(known));
    }
    let name = app.name.read().map_err(Clone::clone)?;
    let named = KNOWN.iter().find(|known| known.names.iter().any(|it| begins(name, it)));
    match (named, id) {
        (None, Err(gap)) => Err(gap.clone()),
        (named, _) => Ok(named),
    }
}

/// Whether a name is these words or begins with them, without regard to case.
fn begins(name: &str, words: &str) -> bool {
    let mut rest = name.trim().chars();
    for letter in words.chars() {
        match rest.next() {
            Some(other) if other.to_lowercase().eq(letter.to_lowercase()) => {}
            _ => return false,
        }
    }
    rest.next().is_none_or(|next| !next.is_alphanumeric())
}

/// Names of the known products of this category that are switched on, each once.
pub fn products(datasets: &Datasets, category: &str) -> Cell<Vec<Text>> {
    let apps = match datasets.apps.read() {
        Ok(apps) => apps,
        Err(gap) => return Cell::Unknown(gap.clone()),
    };
    let mut products: Vec<Text> = Vec::new();
    for app in apps {
        match (app.category.read(), app.enabled.read()) {
            (Ok(found), _) if found.as_deref() != Some(category) => {}
            (_, Ok(false)) => {}
            (Ok(_), Ok(true)) => products.extend(app.known_as.known().cloned().flatten()),
            (Err(gap), _) | (_, Err(gap)) => return Cell::Unknown(gap.clone()),
        }
    }
    products.sort();
    products.dedup();
    Cell::Known(products)
}

#[cfg(test)]
mod tests {
    //! Cases: ids and names of apps, and the product that they are.

    use super::*;

    #[test]
    fn an_app_is_known_by_its_id_or_by_whole_words_of_its_name() {
        let cases = [
            ("FF8D92DC-3d82-41d6-bcbd-b9174d163620", "Harmless", Some("PerfectData Software")),
            ("202264815644.apps.googleusercontent.com", "rclone", Some("Rclone")),
            ("x", "PERFECTDATA SOFTWARE", None),
            ("x", "Zoom", Some("Zoom")),
            ("x", "zoom meetings", Some("Zoom")),
            ("x", "Zoomable", None),
            ("x", "Boxer", None),
            ("x", "Box", Some("Box")),
            ("x", "My Dropbox", None),
            ("x", "Veeam Backup for Microsoft 365", Some("Veeam")),
            ("x", "", None),
        ];
        for (id, name, expected) in cases {
            let mut app = App::new("o");
            app.app_id = Cell::Known(id.into());
            app.name = Cell::Known(name.into());
            let known = find(&app).expect("both are known").map(|known| known.name.as_str());
            assert_eq!(known, expected, "{id} {name}");
        }
    }

    #[test]
    fn ids_look_like_ids_and_stand_once() {
        let mut ids: Vec<&Text> = KNOWN.iter().flat_map(|known| &known.ids).collect();
        assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()));
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for known in KNOWN.iter() {
            assert!(known.google_ids.iter().all(|id| id.ends_with(".apps.googleusercontent.com")), "{}", known.name);
            assert!(!known.ids.is_empty() || !known.names.is_empty(), "{} cannot be found", known.name);
        }
    }
}
