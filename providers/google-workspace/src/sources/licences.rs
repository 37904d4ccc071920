//! Licences of people, product by product.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_provider::{Call, Source};

use crate::api::LICENSING;

const FILLS: &[&str] = &[
    "subscribed_skus.id",
    "subscribed_skus.part_number",
    "subscribed_skus.applies_to",
    "subscribed_skus.consumed_units",
    "users.sku_part_numbers",
    "users.licensed",
    "organization.service_plans",
];

/// One product: its licences are asked for with the customer's id, which stands in the place of `{id}`. 100 on a page, and
/// one request a second. Source: developers.google.com/workspace/admin/licensing/v1/limits. The API's description allows
/// 1,000 on a page; other programs met lists that were too short with more than 100.
macro_rules! product {
    ($id:literal, $title:literal, $product:literal) => {
        Source {
            id: concat!("google-workspace.licences_", $id),
            title: concat!("Licences: ", $title),
            api: &LICENSING,
            path: concat!(
                "/apps/licensing/v1/product/",
                $product,
                "/users?customerId={id}&maxResults=100&fields=nextPageToken,items(userId,productId,skuId,skuName)"
            ),
            call: Call::Pages("items"),
            permissions: &["https://www.googleapis.com/auth/apps.licensing"],
            licence: None,
            role: Some("License Management"),
            lists: &["subscribed_skus"],
            fills: FILLS,
            docs: "https://developers.google.com/workspace/admin/licensing/reference/rest/v1/licenseAssignments/listForProduct",
        }
    };
}

static WORKSPACE: Source = product!("workspace", "Google Workspace", "Google-Apps");
static EDUCATION: Source = product!("education", "Google Workspace for Education", "101031");
static IDENTITY_FREE: Source = product!("identity_free", "Cloud Identity Free", "101001");
static IDENTITY_PREMIUM: Source = product!("identity_premium", "Cloud Identity Premium", "101005");
static ARCHIVED: Source = product!("archived", "archived accounts", "101034");
static VAULT: Source = product!("vault", "Vault", "Google-Vault");

/// Every product that is asked for. What else a customer buys, such as a dial-in number, says nothing that a policy needs.
pub(crate) static PRODUCTS: [&Source; 6] =
    [&WORKSPACE, &EDUCATION, &IDENTITY_FREE, &IDENTITY_PREMIUM, &ARCHIVED, &VAULT];

/// Whether the licences of a product, named as conditions of settings name it (`/product/P/sku/S`), are asked for.
pub(crate) fn is_asked(product: &str) -> bool {
    let id = product.strip_prefix("/product/").and_then(|rest| rest.split('/').next());
    id.is_some_and(|id| PRODUCTS.iter().any(|source| source.path.split('/').nth(5) == Some(id)))
}

#[derive(Deserialize)]
struct Catalogue {
    edition: Vec<Edition>,
}

#[derive(Deserialize)]
struct Edition {
    sku: Text,
    name: Text,
}

static NAMES: LazyLock<HashMap<Text, Text>> = LazyLock::new(|| {
    let text = include_str!("../../../../policies/catalogues/google-editions.toml");
    let catalogue: Catalogue = toml::from_str(text).expect("the built-in list parses: a test reads it");
    catalogue.edition.into_iter().map(|edition| (edition.sku, edition.name)).collect()
});

/// Source: Enterprise License Manager API, LicenseAssignment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenceWire {
    /// The sign-in name of the account.
    pub(crate) user_id: Text,
    pub(crate) sku_id: Text,
    pub(crate) product_id: Option<Text>,
    sku_name: Option<Text>,
}

impl LicenceWire {
    /// The name by the dated list, else Google's, else the id.
    pub(crate) fn name(&self) -> Text {
        NAMES.get(&self.sku_id).cloned().or_else(|| self.sku_name.clone()).unwrap_or_else(|| self.sku_id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_conditions_are_told_from_those_that_nobody_asks_for() {
        assert!(is_asked("/product/Google-Apps/sku/1010020028") && is_asked("/product/101001/sku/1010010001"));
        assert!(
            !is_asked("/product/101047/sku/1010470001") && !is_asked("Google-Apps") && !is_asked("/product/v1/sku/1")
        );
    }

    #[test]
    fn a_product_has_the_name_that_people_know() {
        let name = |sku: &str, given: Option<&str>| {
            let wire = LicenceWire {
                user_id: "a".into(),
                sku_id: sku.into(),
                product_id: None,
                sku_name: given.map(Text::from),
            };
            wire.name()
        };
        assert_eq!(name("1010020028", Some("Google Workspace Business Standard")), "Business Standard");
        assert_eq!(name("1019999999", Some("Brand new")), "Brand new");
        assert_eq!(name("1019999999", None), "1019999999");
    }
}
