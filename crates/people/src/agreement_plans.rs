//! Whether a platform's own business associate agreement covers the products that people have, by a dated catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::User;
use tenantscan_model::{Cause, Cell, Datasets, Gap, Platform, Text};

#[derive(Deserialize)]
struct Catalogue {
    #[serde(flatten)]
    platforms: BTreeMap<String, Products>,
    /// The date of the file; kept in it for people.
    #[serde(rename = "dated")]
    _dated: toml::value::Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Products {
    /// The page; kept in the file for people, as the next.
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "read")]
    _read: toml::value::Datetime,
    covered: BTreeSet<Text>,
    not_covered: BTreeSet<Text>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../policies/catalogues/agreement-plans.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

/// Fills `users.plan_covered`.
pub fn apply(datasets: &mut Datasets, platform: Platform) {
    let Some(products) = CATALOGUE.platforms.get(platform.name()) else { return };
    for user in &mut datasets.users.rows {
        user.plan_covered = covered(user, products);
    }
}

fn covered(user: &User, products: &Products) -> Cell<bool> {
    let names = match user.sku_part_numbers.read() {
        Ok(names) => names,
        Err(gap) => return Cell::Unknown(gap.clone()),
    };
    if names.iter().any(|name| products.covered.contains(name)) {
        return Cell::Known(true);
    }
    if names.iter().all(|name| products.not_covered.contains(name)) {
        return Cell::Known(false);
    }
    Cell::Unknown(Gap::new(Cause::NotSupplied, "agreement-plans"))
}

#[cfg(test)]
mod tests {
    //! Cases: the products of an account, and whether the agreement covers one of them.

    use super::*;

    #[test]
    fn a_product_is_covered_not_covered_or_nobody_knows() {
        let judged = |platform: Platform, names: Cell<Vec<Text>>| {
            let mut data = Datasets::default();
            data.users.rows = vec![User { sku_part_numbers: names, ..User::new("u") }];
            apply(&mut data, platform);
            data.users.rows.remove(0).plan_covered
        };
        let named = |names: &[&str]| Cell::Known(names.iter().map(|name| Text::from(*name)).collect());
        for (platform, names, expected) in [
            (Platform::Microsoft365, &["SPB", "FLOW_FREE"][..], Some(true)),
            (Platform::Microsoft365, &["FLOW_FREE", "TEAMS_FREE"], Some(false)),
            (Platform::Microsoft365, &["SOMETHING_NEW"], None),
            (Platform::Microsoft365, &["SOMETHING_NEW", "SPB"], Some(true)),
            (Platform::Microsoft365, &[], Some(false)),
            (Platform::GoogleWorkspace, &["Business Plus"], Some(true)),
            (Platform::GoogleWorkspace, &["Business Starter"], None),
            (Platform::GoogleWorkspace, &["G Suite legacy free"], Some(false)),
        ] {
            assert_eq!(judged(platform, named(names)).known().copied(), expected, "{names:?}");
        }
        let gap = Gap::new(Cause::PermissionMissing, "test");
        assert_eq!(judged(Platform::Microsoft365, Cell::Unknown(gap.clone())), Cell::Unknown(gap));
    }

    #[test]
    fn no_product_stands_in_both_lists() {
        assert_eq!(CATALOGUE.platforms.len(), Platform::ALL.len());
        for (platform, products) in &CATALOGUE.platforms {
            assert!(products.covered.is_disjoint(&products.not_covered), "{platform}");
        }
    }
}
