//! Licences of people, from one list for each product.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tenantscan_model::rows::{Organization, SubscribedSku, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Listing, Table, Text};
use tenantscan_provider::{Unread, unclear};

use super::Asking;
use super::settings::Products;
use crate::sources::licences::{LicenceWire, PRODUCTS};

/// The licences of all products, and why there may be more; none where they were not wanted.
pub(super) struct Licences(Option<(Vec<LicenceWire>, Option<Gap>)>);

impl Licences {
    /// The products of each account, as conditions of settings name them.
    pub(super) fn products(&self, data: &Datasets) -> Products {
        let (wires, missing) = self.0.as_ref()?;
        if let Some(gap) = missing {
            return Some(Err(gap.clone()));
        }
        let mut by_name: HashMap<String, BTreeSet<Text>> = HashMap::new();
        for wire in wires {
            let Some(product) = &wire.product_id else { return Some(Err(unclear(PRODUCTS[0]))) };
            let name: Text = format!("/product/{product}/sku/{}", wire.sku_id).into();
            by_name.entry(wire.user_id.to_lowercase()).or_default().insert(name);
        }
        let held = |user: &User| {
            let name = user.principal_name.read().map_err(Clone::clone)?;
            Ok((user.id.clone(), by_name.get(&name.to_lowercase()).cloned().unwrap_or_default()))
        };
        Some(data.users.rows.iter().map(held).collect())
    }
}

pub(super) async fn read(ask: &Asking<'_>, organization: &Table<Organization>) -> Licences {
    if !PRODUCTS.iter().any(|product| ask.wants(product)) {
        return Licences(None);
    }
    let customer = match organization.rows.first() {
        Some(row) => row.id.clone(),
        None => {
            let unread = Unread::because(organization.gap().map_or(Cause::Malformed, Gap::cause));
            for product in PRODUCTS {
                ask.reader.skip(product, &unread);
            }
            return Licences(Some((Vec::new(), Some(unread.gap(PRODUCTS[0])))));
        }
    };
    let customer = [customer];
    let lists = PRODUCTS.iter().map(|product| ask.lists::<LicenceWire>(product, &customer));
    let lists = futures::future::join_all(lists).await;
    Licences(Some(together(lists.into_iter().flatten().collect())))
}

/// One privilege shows all products. So where any list was given, one that was refused as unknown or forbidden is of a
/// product that the customer does not have.
fn together(lists: Vec<Result<Vec<LicenceWire>, Gap>>) -> (Vec<LicenceWire>, Option<Gap>) {
    let answered = lists.iter().any(Result::is_ok);
    let (mut all, mut missing) = (Vec::new(), None);
    for list in lists {
        match list {
            Ok(wires) => all.extend(wires),
            Err(gap) if answered && matches!(gap.cause(), Cause::LicenceRequired | Cause::RoleMissing) => {}
            Err(gap) => drop(missing.get_or_insert(gap)),
        }
    }
    (all, missing)
}

pub(super) fn fill(data: &mut Datasets, read: Licences) {
    let Some((wires, missing)) = read.0 else { return };
    let mut products: BTreeMap<Text, (Text, i64)> = BTreeMap::new();
    let mut held: HashMap<String, BTreeSet<Text>> = HashMap::new();
    for wire in &wires {
        products.entry(wire.sku_id.clone()).or_insert_with(|| (wire.name(), 0)).1 += 1;
        held.entry(wire.user_id.to_lowercase()).or_default().insert(wire.name());
    }
    let rows = products.iter().map(|(id, (name, count))| {
        let mut row = SubscribedSku::new(id.clone());
        row.part_number = Cell::Known(name.clone());
        row.applies_to = Cell::Known(Some("User".into()));
        row.consumed_units = Cell::Known(*count);
        row
    });
    let names: BTreeSet<Text> = products.values().map(|(name, _)| name.clone()).collect();
    data.subscribed_skus = Table::complete(rows.collect());
    let cell = |known: Vec<Text>| missing.clone().map_or(Cell::Known(known), Cell::Unknown);
    if let Some(gap) = &missing {
        data.subscribed_skus.listing = Listing::Unread(gap.clone());
    }
    for row in &mut data.organization.rows {
        row.service_plans = cell(names.iter().cloned().collect());
    }
    for user in &mut data.users.rows {
        let of = match user.principal_name.read() {
            Ok(name) => held.get(&name.to_lowercase()).cloned().unwrap_or_default(),
            Err(gap) => {
                user.sku_part_numbers = Cell::Unknown(gap.clone());
                user.licensed = Cell::Unknown(gap.clone());
                continue;
            }
        };
        user.licensed = match &missing {
            Some(gap) if of.is_empty() => Cell::Unknown(gap.clone()),
            _ => Cell::Known(!of.is_empty()),
        };
        user.sku_part_numbers = cell(of.into_iter().collect());
    }
}

#[cfg(test)]
mod tests {
    //! Cases: lists of products, and what is known of one account.

    use super::*;

    fn licence(user: &str, sku: &str) -> LicenceWire {
        serde_json::from_value(serde_json::json!({ "userId": user, "skuId": sku })).expect("as Google writes it")
    }

    fn judged(lists: Vec<Result<Vec<LicenceWire>, Gap>>) -> User {
        let mut user = User::new("1");
        user.principal_name = Cell::Known("Ann@cedar.example".into());
        let mut data = Datasets { users: Table::complete(vec![user]), ..Datasets::default() };
        fill(&mut data, Licences(Some(together(lists))));
        data.users.rows.remove(0)
    }

    #[test]
    fn what_an_account_holds_rests_on_every_product_that_the_customer_may_have() {
        let gap = |cause| Gap::new(cause, "test");
        let ann = || Ok(vec![licence("ann@cedar.example", "1010020028")]);
        let (refused, never_had, slow) = (gap(Cause::RoleMissing), gap(Cause::LicenceRequired), gap(Cause::Throttled));
        let cases = [
            ("one product", vec![ann()], Some(true), Some(1)),
            ("nothing held", vec![Ok(Vec::new())], Some(false), Some(0)),
            ("another product that it never had", vec![ann(), Err(never_had.clone())], Some(true), Some(1)),
            ("nothing held, another refused", vec![Ok(Vec::new()), Err(refused.clone())], Some(false), Some(0)),
            ("all refused", vec![Err(refused), Err(never_had)], None, None),
            ("another not in time", vec![ann(), Err(slow.clone())], Some(true), None),
            ("nothing yet, another not in time", vec![Ok(Vec::new()), Err(slow)], None, None),
        ];
        for (case, lists, licensed, names) in cases {
            let user = judged(lists);
            assert_eq!(user.licensed.known().copied(), licensed, "{case}");
            assert_eq!(user.sku_part_numbers.known().map(Vec::len), names, "{case}");
        }
    }
}
