//! `vendors.toml`: companies that do something for the practice, and the contracts with them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use tenantscan_model::rows::{self, HandlesPhi};
use tenantscan_model::{Cell, ClosedEnum, Text};
use tenantscan_written::{Reader, TableAt, help};

use crate::attestations::{is_changed, undated};
use crate::catalogue::categories;
use crate::edit::{Entry, Field, Fields, day, number, some_text, text, texts as list_of};
use crate::evidence::{Document, Documents, hash};
use crate::files;
use crate::keys::{
    Once, REASON, begins, day_schema, ends, list, needed, not_one_name, optional, texts, trimmed, word, word_schema,
};

/// The file `vendors.toml`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct VendorsFile {
    /// The usual kinds of vendors of which the practice has none, by id.
    #[schemars(default, schema_with = "categories_schema")]
    not_used: Vec<String>,
    /// The vendors, at least one.
    #[schemars(length(min = 1))]
    vendor: Vec<Vendor>,
}

fn categories_schema(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = categories().iter().map(|it| &*it.id).collect();
    json_schema!({ "type": "array", "items": { "enum": ids }, "uniqueItems": true })
}

/// One vendor.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Vendor {
    /// The vendor's name.
    pub name: String,
    /// What it does or delivers.
    #[schemars(default)]
    pub services: Vec<String>,
    /// Ids of its apps, as the platforms show them.
    #[schemars(default)]
    pub app_ids: Vec<String>,
    /// Ids of its own tenants at Microsoft, as partner relationships and its apps show them.
    #[schemars(default)]
    pub tenant_ids: Vec<String>,
    /// Domains that it sends mail from or takes it at.
    #[schemars(default)]
    pub domains: Vec<String>,
    /// Which of the usual kinds of vendors it is, by id.
    #[schemars(default, schema_with = "categories_schema")]
    pub categories: Vec<String>,
    /// Whether it handles patient data; `unknown` until somebody decides.
    #[schemars(schema_with = "word_schema::<HandlesPhi>")]
    pub handles_phi: HandlesPhi,
    /// Who in the practice answers for the vendor.
    pub owner: String,
    /// The business associate agreement, or why none is needed.
    #[schemars(default)]
    pub baa: Option<Baa>,
}

/// A business associate agreement, or why none is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Baa {
    /// The day on which it was signed.
    #[schemars(default, schema_with = "day_schema")]
    pub signed_on: Option<Date>,
    /// The day on which it ends or must be renewed.
    #[schemars(default, schema_with = "day_schema")]
    pub renews_on: Option<Date>,
    /// The day on which somebody last looked whether it is there and fits.
    #[schemars(default, schema_with = "day_schema")]
    pub verified_on: Option<Date>,
    /// The plan or product that it covers.
    #[schemars(default)]
    pub plan: Option<String>,
    /// Within how many days the vendor must report a breach.
    #[schemars(default)]
    pub breach_notice_days: Option<u16>,
    /// The signed agreement: its path from the folder of the records.
    #[schemars(default)]
    pub document: Option<String>,
    /// SHA-256 of the agreement when it was put on file.
    #[schemars(default, regex(pattern = "^[0-9a-fA-F]{64}$"))]
    pub sha256: Option<String>,
    /// Why no agreement is needed.
    #[schemars(default, length(min = 20))]
    pub not_required_because: Option<String>,
}

/// What `vendors.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vendors {
    /// The usual kinds of vendors of which the practice has none, by id.
    pub not_used: Vec<String>,
    /// The vendors.
    pub vendors: Vec<Vendor>,
}

pub(crate) const KEYS: [&str; 9] =
    ["name", "services", "app_ids", "tenant_ids", "domains", "categories", "handles_phi", "owner", "baa"];
pub(crate) const BAA_KEYS: [&str; 8] = [
    "signed_on",
    "renews_on",
    "verified_on",
    "plan",
    "breach_notice_days",
    "document",
    "sha256",
    "not_required_because",
];

/// The kind of vendor that always is a business associate: whoever runs the systems reaches what is in them.
const IT_PROVIDER: &str = "it-provider";

/// Names that one vendor alone may have.
#[derive(Default)]
pub(crate) struct Taken {
    names: Once,
    app_ids: Once,
    tenant_ids: Once,
    domains: Once,
}

/// All vendors of the file.
pub(crate) fn read(reader: &mut Reader<'_>, root: TableAt<'_>, documents: &mut Documents<'_>) -> Vendors {
    reader.only(root, &["not_used", "vendor"]);
    let not_used = kinds(reader, root, "not_used");
    let mut taken = Taken::default();
    let is_empty =
        reader.get(root, "vendor").is_none_or(|it| it.get_ref().as_array().is_some_and(|all| all.is_empty()));
    if is_empty {
        let help = "delete the file, and run `tenantscan vendor add`: whoever runs the practice's mail is the first";
        reader.mistake(
            0..0,
            "the register names no vendor, and whoever runs the practice's mail is one",
            Some(help.into()),
        );
    }
    let tables = reader.list_of_tables(root, "vendor");
    let vendors: Vec<Vendor> =
        tables.into_iter().filter_map(|table| vendor(reader, table, documents, &mut taken)).collect();
    for (id, span) in &not_used {
        if let Some(vendor) = vendors.iter().find(|vendor| vendor.categories.contains(id)) {
            let message = format!("`{id}` is not used, but {} is such a vendor", vendor.name);
            reader.mistake(span.clone(), message, Some("take one of the two out".into()));
        }
    }
    Vendors { not_used: not_used.into_iter().map(|(id, _)| id).collect(), vendors }
}

/// Kinds of vendors by id, each with its place; an unknown one is a mistake.
fn kinds(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut once = Once::default();
    let mut found = Vec::new();
    for text in reader.texts(table, key) {
        let id = text.text.trim().to_owned();
        if !categories().iter().any(|it| it.id == id) {
            let help = help(&id, categories().iter().map(|it| &*it.id), "kinds of vendors");
            reader.mistake(text.span.clone(), format!("there is no kind of vendor `{id}`"), Some(help));
            continue;
        }
        once.keep(reader, &id, text.span.clone(), "the kind");
        found.push((id, text.span));
    }
    found
}

fn vendor(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    documents: &mut Documents<'_>,
    taken: &mut Taken,
) -> Option<Vendor> {
    reader.only(table, &KEYS);
    let name = reader.needed(table, "name", "the vendor's name");
    if let Some(name) = &name {
        taken.names.keep(reader, &name.text.trim().to_lowercase(), name.span.clone(), "the vendor");
    }
    let services = list(reader, table, "services");
    let app_ids = alone(reader, table, "app_ids", &mut taken.app_ids, "the app");
    let tenant_ids = alone(reader, table, "tenant_ids", &mut taken.tenant_ids, "the tenant");
    let domains = alone(reader, table, "domains", &mut taken.domains, "the domain");
    let categories: Vec<String> = kinds(reader, table, "categories").into_iter().map(|(id, _)| id).collect();
    let handles_phi = word(reader, table, "handles_phi");
    let owner = needed(reader, table, "owner", "who in the practice answers for the vendor");
    let baa = reader.table(table, "baa").map(|inner| baa(reader, inner, handles_phi, &categories, documents));
    Some(Vendor {
        name: name?.text.trim().to_owned(),
        services,
        app_ids,
        tenant_ids,
        domains,
        categories,
        handles_phi: handles_phi?,
        owner: owner?,
        baa,
    })
}

/// An id or a domain as it is compared.
pub(crate) fn name_of(text: &str) -> String {
    trimmed(text).trim_start_matches('@').to_ascii_lowercase()
}

/// What is wrong with an id or a domain, and what to do.
pub(crate) fn no_name(key: &str, name: &str) -> Option<(String, &'static str)> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let is_domain = || name.contains('.') && name.split('.').all(is_part);
    not_one_name(name).or_else(|| {
        let help = "write the domain alone, as in `vendor.example`";
        (key == "domains" && !is_domain()).then(|| (format!("`{name}` is no domain"), help))
    })
}

/// Ids or domains, in small letters, that no other vendor may have.
fn alone(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str, once: &mut Once, what: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in reader.texts(table, key) {
        let name = name_of(&text.text);
        if name.is_empty() {
            continue;
        }
        if let Some((message, help)) = no_name(key, &name) {
            reader.mistake(text.span.clone(), message, Some(help.into()));
        }
        once.keep(reader, &name, text.span, what);
        found.push(name);
    }
    found
}

fn baa(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    handles_phi: Option<HandlesPhi>,
    categories: &[String],
    documents: &mut Documents<'_>,
) -> Baa {
    reader.only(table, &BAA_KEYS);
    let document = reader.get(table, "document").is_some().then(|| reader.needed(table, "document", "its path"));
    let document = document.flatten();
    if let Some(document) = &document {
        documents.read(reader, document);
    }
    let days = reader.number(table, "breach_notice_days");
    let breach_notice_days = days.and_then(|days| u16::try_from(days).ok());
    if let (Some(days), None) = (days, breach_notice_days) {
        let span = reader.get(table, "breach_notice_days").map_or(table.span(), toml::Spanned::span);
        reader.mistake(
            span,
            format!("{days} is no number of days"),
            Some("write the days that the agreement says".into()),
        );
    }
    let found = Baa {
        signed_on: reader.date(table, "signed_on"),
        renews_on: reader.date(table, "renews_on"),
        verified_on: reader.date(table, "verified_on"),
        plan: optional(reader, table, "plan"),
        breach_notice_days,
        document: document.map(|document| document.text.trim().to_owned()),
        sha256: hash(reader, table, "sha256"),
        not_required_because: optional(reader, table, "not_required_because"),
    };
    for (message, help) in found.mistakes("", handles_phi, categories, |key| reader.get(table, key).is_some()) {
        reader.mistake(table.span(), message, Some(help));
    }
    found
}

impl Baa {
    /// Takes over from an old agreement the keys that are `left` out of the new one. The hash of another document is not
    /// that of this one.
    pub(crate) fn keep(&mut self, old: &Self, left: impl Fn(&str) -> bool) {
        fn take<T: Clone>(left: bool, new: &mut Option<T>, old: &Option<T>) {
            if left {
                new.clone_from(old);
            }
        }
        take(left("signed_on"), &mut self.signed_on, &old.signed_on);
        take(left("renews_on"), &mut self.renews_on, &old.renews_on);
        take(left("verified_on"), &mut self.verified_on, &old.verified_on);
        take(left("plan"), &mut self.plan, &old.plan);
        take(left("breach_notice_days"), &mut self.breach_notice_days, &old.breach_notice_days);
        take(left("document"), &mut self.document, &old.document);
        take(left("sha256") && self.document == old.document, &mut self.sha256, &old.sha256);
        take(left("not_required_because"), &mut self.not_required_because, &old.not_required_because);
    }

    /// Whether a key has a value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields().iter().any(|(name, value)| *name == key && value.is_some())
    }

    /// What does not fit together in it, with what to do. `prefix` stands before its keys, `handles_phi` and `categories`
    /// are those of the vendor, and `has` says whether a key was written at all, readable or not.
    pub(crate) fn mistakes(
        &self,
        prefix: &str,
        handles_phi: Option<HandlesPhi>,
        categories: &[String],
        has: impl Fn(&str) -> bool,
    ) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut say = |message: &str, help: &str| found.push((message.replace("@", prefix), help.replace("@", prefix)));
        let contract = ["renews_on", "verified_on", "plan", "breach_notice_days", "document", "sha256"];
        if has("not_required_because") && has("signed_on") {
            say("an agreement was signed, but none is needed", "take `@signed_on` or `@not_required_because` out");
        } else if !has("signed_on") && contract.into_iter().any(&has) {
            say("`@signed_on` is missing", "add the day on which the agreement was signed, as in 2026-01-31");
        }
        if let Some(reason) = &self.not_required_because {
            let length = reason.chars().count();
            if length < REASON {
                say(
                    &format!("`@not_required_because` has {length} characters, and needs {REASON}"),
                    "say why the law asks for no agreement here, so that somebody else understands it in a year",
                );
            }
            if handles_phi == Some(HandlesPhi::Unknown) {
                say(
                    "nobody knows whether the vendor handles patient data, so nobody knows that no agreement is needed",
                    "find out, and write `yes` or `no` into `handles_phi`; until then take `@not_required_because` out",
                );
            }
            if categories.iter().any(|it| it == IT_PROVIDER) {
                say(
                    "an IT provider with access is a business associate, so an agreement is needed (45 CFR 160.103)",
                    "take `@not_required_because` out, and add `@signed_on` once the agreement is signed",
                );
            }
        }
        if let (Some(signed), Some(renews)) = (self.signed_on, self.renews_on)
            && renews < signed
        {
            say("the agreement ends before it was signed", "mend `@signed_on` or `@renews_on`");
        }
        if has("sha256") && !has("document") {
            say("`@document` is missing", "name the file that has this SHA-256, or take `@sha256` out");
        }
        found
    }
}

impl Vendor {
    pub(crate) fn row(&self, documents: &BTreeMap<String, Document>) -> rows::Vendor {
        let none = Baa::default();
        let baa = self.baa.as_ref().unwrap_or(&none);
        let document = baa.document.as_ref().and_then(|path| documents.get(path));
        let text = |text: &Option<String>| Cell::Known(text.as_deref().map(Text::from));
        rows::Vendor {
            name: self.name.as_str().into(),
            services: Cell::Known(texts(&self.services)),
            app_ids: Cell::Known(texts(&self.app_ids)),
            tenant_ids: Cell::Known(texts(&self.tenant_ids)),
            domains: Cell::Known(texts(&self.domains)),
            categories: Cell::Known(texts(&self.categories)),
            handles_phi: Cell::Known(self.handles_phi),
            baa_signed: Cell::Known(baa.signed_on.map(begins)),
            baa_renews: Cell::Known(baa.renews_on.map(ends)),
            baa_verified: Cell::Known(baa.verified_on.map(begins)),
            baa_plan: text(&baa.plan),
            baa_notice_days: Cell::Known(baa.breach_notice_days.map(i64::from)),
            baa_document: text(&baa.document),
            baa_document_sha256: Cell::Known(document.map(|it| it.sha256.as_str().into())),
            baa_document_bytes: Cell::Known(document.map(|it| i64::try_from(it.bytes).unwrap_or(i64::MAX))),
            baa_document_modified: match document.map(|it| it.modified) {
                Some(None) => undated(&files::VENDORS),
                known => Cell::Known(known.flatten()),
            },
            baa_document_changed: Cell::Known(is_changed(baa.sha256.as_deref(), document)),
            baa_not_required_because: text(&baa.not_required_because),
            owner: Cell::Known(self.owner.as_str().into()),
        }
    }
}

impl Vendors {
    /// Every usual kind of vendor, and who is one.
    pub(crate) fn categories(&self) -> Vec<rows::VendorCategory> {
        let names = |id: &String| {
            let those = self.vendors.iter().filter(|vendor| vendor.categories.contains(id));
            those.map(|vendor| vendor.name.as_str().into()).collect()
        };
        let row = |it: &crate::Category| rows::VendorCategory {
            id: it.id.as_str().into(),
            title: Cell::Known(it.title.as_str().into()),
            core: Cell::Known(it.core),
            vendors: Cell::Known(names(&it.id)),
            not_used: Cell::Known(self.not_used.contains(&it.id)),
        };
        categories().iter().map(row).collect()
    }
}

impl Entry for Vendor {
    const FILE: &'static str = "vendors.toml";
    const LIST: &'static str = "vendor";
    const KEY: &'static [&'static str] = &["name"];
    const ANY_CASE: bool = true;

    fn fields(&self) -> Fields {
        vec![
            ("name", text(&self.name)),
            ("services", list_of(&self.services)),
            ("app_ids", list_of(&self.app_ids)),
            ("tenant_ids", list_of(&self.tenant_ids)),
            ("domains", list_of(&self.domains)),
            ("categories", list_of(&self.categories)),
            ("handles_phi", text(self.handles_phi.word())),
            ("owner", text(&self.owner)),
            ("baa", self.baa.as_ref().map(|baa| Field::Table(baa.fields()))),
        ]
    }
}

impl Baa {
    fn fields(&self) -> Fields {
        vec![
            ("signed_on", day(self.signed_on)),
            ("renews_on", day(self.renews_on)),
            ("verified_on", day(self.verified_on)),
            ("plan", some_text(self.plan.as_deref())),
            ("breach_notice_days", number(self.breach_notice_days)),
            ("document", some_text(self.document.as_deref())),
            ("sha256", some_text(self.sha256.as_deref())),
            ("not_required_because", some_text(self.not_required_because.as_deref())),
        ]
    }
}
