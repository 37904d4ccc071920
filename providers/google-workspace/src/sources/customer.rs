//! The customer and its domains.

use serde::Deserialize;
use tenantscan_model::rows::{Domain, Organization, User};
use tenantscan_model::{Cell, Table, Text, Time};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::DIRECTORY;

pub(crate) static CUSTOMER: Source = Source {
    id: "google-workspace.customer",
    title: "The customer",
    api: &DIRECTORY,
    path: "/admin/directory/v1/customers/my_customer?fields=id,customerDomain,customerCreationTime,alternateEmail,postalAddress(countryCode,organizationName)",
    call: Call::Get,
    permissions: &["https://www.googleapis.com/auth/admin.directory.customer.readonly"],
    licence: None,
    role: Some("Domain Settings"),
    lists: &["organization"],
    fills: &[
        "organization.id",
        "organization.name",
        "organization.created",
        "organization.country",
        "organization.default_domain",
        "organization.technical_contacts",
        "organization.security_contacts",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/customers/get",
};

pub(crate) static DOMAINS: Source = Source {
    id: "google-workspace.domains",
    title: "Domains",
    api: &DIRECTORY,
    path: "/admin/directory/v1/customer/my_customer/domains?fields=domains(domainName,isPrimary,verified,domainAliases(domainAliasName,verified))",
    call: Call::Pages("domains"),
    permissions: &["https://www.googleapis.com/auth/admin.directory.domain.readonly"],
    licence: None,
    role: Some("Domain Settings"),
    lists: &["domains"],
    fills: &[
        "domains.id",
        "domains.is_default",
        "domains.is_initial",
        "domains.is_verified",
        "domains.supported_services",
    ],
    docs: "https://developers.google.com/workspace/admin/directory/reference/rest/v1/domains/list",
};

/// Source: Directory API, Customer. The name is the one that the practice gave with its address.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomerWire {
    id: Text,
    customer_domain: Option<Text>,
    customer_creation_time: Option<Time>,
    alternate_email: Option<Text>,
    #[serde(default)]
    postal_address: Address,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Address {
    country_code: Option<Text>,
    organization_name: Option<Text>,
}

impl CustomerWire {
    pub(crate) fn row(self) -> Organization {
        let mut row = Organization::new(self.id);
        let name = self.postal_address.organization_name.or_else(|| self.customer_domain.clone());
        row.name = name.ok_or_else(|| unclear(&CUSTOMER)).into();
        row.created = Cell::Known(self.customer_creation_time);
        row.country = Cell::Known(self.postal_address.country_code);
        row.default_domain = Cell::Known(self.customer_domain);
        // The second contact; Google has no other address for notices. Source: support.google.com/a/answer/33330.
        row.technical_contacts = Cell::Known(self.alternate_email.into_iter().collect());
        row.security_contacts = Cell::Known(Vec::new());
        row
    }
}

/// Source: Directory API, Domains. What is false is left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DomainWire {
    domain_name: Text,
    #[serde(default)]
    is_primary: bool,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    domain_aliases: Vec<AliasWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AliasWire {
    domain_alias_name: Text,
    #[serde(default)]
    verified: bool,
}

/// The customer's domains. A list without one that is proven, or without one that accounts have addresses in, is not whole.
pub(crate) fn domains(wires: Vec<DomainWire>, users: &Table<User>) -> Table<Domain> {
    let rows: Vec<Domain> = wires.into_iter().flat_map(DomainWire::rows).collect();
    let proven =
        |name: &str| rows.iter().any(|row| row.is_verified.known() == Some(&true) && row.id.eq_ignore_ascii_case(name));
    let of = |user: &User| user.principal_name.known()?.rsplit_once('@').map(|(_, domain)| proven(domain));
    let any = rows.iter().any(|row| row.is_verified.known() == Some(&true));
    if !any || users.rows.iter().any(|user| of(user) == Some(false)) {
        return Table::unread(unclear(&DOMAINS));
    }
    Table::complete(rows)
}

impl DomainWire {
    /// The domain, and each that stands for it.
    pub(crate) fn rows(self) -> Vec<Domain> {
        let row = |id: Text, is_default: bool, verified: bool| {
            let mut row = Domain::new(id.clone());
            row.is_default = Cell::Known(is_default);
            // Google lends each customer such a domain. Source: support.google.com/a/answer/175747.
            row.is_initial = Cell::Known(id.ends_with(".test-google-a.com"));
            row.is_verified = Cell::Known(verified);
            // Addresses can be made in every domain that is proven. Source: support.google.com/a/answer/182452.
            row.supported_services = Cell::Known(if verified { vec!["Email".into()] } else { Vec::new() });
            row
        };
        let aliases = self.domain_aliases.into_iter().map(|alias| row(alias.domain_alias_name, false, alias.verified));
        let aliases: Vec<Domain> = aliases.collect();
        std::iter::once(row(self.domain_name, self.is_primary, self.verified)).chain(aliases).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_domains_is_whole_when_every_account_has_its_address_in_one_that_is_proven() {
        let wires = |text: &str| serde_json::from_str::<Vec<DomainWire>>(text).expect("as Google writes it");
        let one = r#"[{"domainName":"Cedar.example","isPrimary":true,"verified":true,
            "domainAliases":[{"domainAliasName":"cedar.test-google-a.com","verified":true}]}]"#;
        let user = |mail: &str| User { principal_name: Cell::Known(mail.into()), ..User::new(mail) };
        let users = |mails: &[&str]| Table::complete(mails.iter().map(|mail| user(mail)).collect());
        let whole = domains(wires(one), &users(&["ann@cedar.example", "an account without an address"]));
        assert_eq!(whole.read().map(<[Domain]>::len), Ok(2));
        let cases = [
            (one, users(&["ann@cedar.example", "bo@other.example"]), "an account in another domain"),
            (r#"[{"domainName":"cedar.example","isPrimary":true}]"#, users(&[]), "nobody has proven it"),
            ("[]", users(&[]), "a customer has a domain"),
        ];
        for (text, users, case) in cases {
            assert!(domains(wires(text), &users).read().is_err(), "{case}");
        }
    }
}
