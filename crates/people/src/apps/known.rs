//! Which product an app is, by a dated catalogue.

use tenantscan_model::rows::App;
use tenantscan_model::{Cell, Datasets, Gap, Text};

use crate::KnownVendor;
use crate::known_vendors::begins;

/// Fills `apps.known_as`, `apps.category`, `apps.contract` and `apps.seen_in_attacks`.
pub fn apply(datasets: &mut Datasets) {
    for app in &mut datasets.apps.rows {
        let known = find(app);
        let of =
            |part: fn(&KnownVendor) -> &Text| known.clone().map(|known| known.map(|known| part(known).clone())).into();
        app.known_as = of(|known| &known.name);
        app.category = of(|known| &known.category);
        app.contract = known.clone().map(|known| known.map(|known| known.class)).into();
        app.seen_in_attacks = known.clone().map(|known| known.is_some_and(|known| known.seen_in_attacks)).into();
    }
}

/// By its id, else by its name.
fn find(app: &App) -> Result<Option<&'static KnownVendor>, Gap> {
    let known = KnownVendor::all();
    let id = app.app_id.read();
    if let Ok(id) = id
        && let Some(known) =
            known.iter().find(|known| known.ids.iter().chain(&known.google_ids).any(|it| it.eq_ignore_ascii_case(id)))
    {
        return Ok(Some(known));
    }
    let name = app.name.read().map_err(Clone::clone)?;
    let named = known.iter().find(|known| known.names.iter().any(|it| begins(name, it)));
    match (named, id) {
        (None, Err(gap)) => Err(gap.clone()),
        (named, _) => Ok(named),
    }
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
}
