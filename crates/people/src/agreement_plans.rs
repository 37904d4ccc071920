//! Whether a platform's own business associate agreement covers the products that people have, by a dated catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::{SubscribedSku, User};
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
    // Google tells of no product whether its subscription runs.
    let subscriptions = if platform == Platform::Microsoft365 { &datasets.subscribed_skus.rows[..] } else { &[] };
    for user in &mut datasets.users.rows {
        user.plan_covered = covered(user, products, subscriptions);
    }
}

fn covered(user: &User, products: &Products, subscriptions: &[SubscribedSku]) -> Cell<bool> {
    let names = match user.sku_part_numbers.read() {
        Ok(names) => names,
        Err(gap) => return Cell::Unknown(gap.clone()),
    };
    let good: Vec<&Text> = names.iter().filter(|name| products.covered.contains(*name)).collect();
    if !good.is_empty() {
        let runs: Vec<Result<bool, &Gap>> = good.iter().map(|name| runs(name, subscriptions)).collect();
        // What ended is bought by nobody: the agreement goes with the subscription.
        return match runs.iter().find_map(|runs| runs.err()) {
            _ if runs.contains(&Ok(true)) => Cell::Known(true),
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(false),
        };
    }
    if names.iter().all(|name| products.not_covered.contains(name)) {
        return Cell::Known(false);
    }
    Cell::Unknown(Gap::new(Cause::NotSupplied, "agreement-plans"))
}

/// Whether a product is subscribed to now. One that stands in no row is taken for bought: it is assigned.
fn runs<'a>(name: &Text, subscriptions: &'a [SubscribedSku]) -> Result<bool, &'a Gap> {
    let mut of_it = subscriptions.iter().filter(|row| row.part_number.known() == Some(name)).peekable();
    if of_it.peek().is_none() {
        return Ok(true);
    }
    let states: Vec<Result<bool, &Gap>> =
        of_it.map(|row| row.capability_status.read().map(|it| matches!(&**it, "Enabled" | "Warning"))).collect();
    match states.iter().find_map(|state| state.err()) {
        _ if states.contains(&Ok(true)) => Ok(true),
        Some(gap) => Err(gap),
        None => Ok(false),
    }
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
    fn a_subscription_that_ended_carries_no_agreement() {
        let products = &CATALOGUE.platforms[Platform::Microsoft365.name()];
        let mut user = User::new("u");
        user.sku_part_numbers = Cell::Known(vec!["SPB".into()]);
        let with = |states: &[Cell<Text>]| {
            let row = |state: &Cell<Text>| SubscribedSku {
                part_number: Cell::Known("SPB".into()),
                capability_status: state.clone(),
                ..SubscribedSku::new("s")
            };
            covered(&user, products, &states.iter().map(row).collect::<Vec<_>>())
        };
        let state = |word: &str| Cell::Known(Text::from(word));
        for (states, expected) in [
            (&[][..], Some(true)),
            (&[state("Enabled")], Some(true)),
            (&[state("Warning")], Some(true)),
            (&[state("Suspended")], Some(false)),
            (&[state("LockedOut"), state("Enabled")], Some(true)),
            (&[Cell::Unknown(Gap::new(Cause::PermissionMissing, "test"))], None),
        ] {
            assert_eq!(with(states).known().copied(), expected, "{states:?}");
        }
    }

    #[test]
    fn no_product_stands_in_both_lists() {
        assert_eq!(CATALOGUE.platforms.len(), Platform::ALL.len());
        for (platform, products) in &CATALOGUE.platforms {
            assert!(products.covered.is_disjoint(&products.not_covered), "{platform}");
        }
    }
}
