//! Vendors from a spreadsheet: the same keys as in `vendors.toml`, in columns.

use std::path::Path;
use std::sync::Arc;

use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::HandlesPhi;
use tenantscan_written::{Diagnostics, SourceFile, help};

use crate::catalogue::categories;
use crate::cells::{Column, Sheet};
use crate::evidence::{HASH_HELP, is_sha256};
use crate::row::Row;
use crate::vendors::{name_of, no_name};
use crate::{Baa, Vendor};

static COLUMNS: [Column; 16] = [
    Column { name: "name", also: &["vendor", "vendor_name", "company"], needed: true },
    Column { name: "services", also: &["service"], needed: false },
    Column { name: "app_ids", also: &["app_id"], needed: false },
    Column { name: "tenant_ids", also: &["tenant_id"], needed: false },
    Column { name: "domains", also: &["domain"], needed: false },
    Column { name: "categories", also: &["category"], needed: false },
    Column { name: "handles_phi", also: &["phi"], needed: true },
    Column { name: "owner", also: &[], needed: true },
    Column { name: "baa_signed_on", also: &["baa_signed"], needed: false },
    Column { name: "baa_renews_on", also: &["baa_renews"], needed: false },
    Column { name: "baa_verified_on", also: &["baa_verified"], needed: false },
    Column { name: "baa_plan", also: &[], needed: false },
    Column { name: "baa_breach_notice_days", also: &[], needed: false },
    Column { name: "baa_document", also: &[], needed: false },
    Column { name: "baa_sha256", also: &[], needed: false },
    Column { name: "baa_not_required_because", also: &[], needed: false },
];

/// Vendors from a CSV: a column for each key of `vendors.toml`, those of the agreement with `baa_` before them, and several
/// values in one cell with `;` between them. Documents are looked for in the folder of the records. What the file has no
/// column for stays as it is with the vendors that are there already; an empty cell takes it away.
///
/// # Errors
/// Every mistake of the file.
pub fn vendors_from_csv(file: &SourceFile, folder: &Path, already: &[Vendor]) -> Result<Vec<Vendor>, Diagnostics> {
    let mut diagnostics = Diagnostics::new("nothing was written");
    let file = Arc::new(file.clone());
    let mut vendors: Vec<Vendor> = Vec::new();
    if let Some(sheet) = Sheet::read(&file, &COLUMNS, &mut diagnostics) {
        for line in &sheet.lines {
            let mut row = Row { sheet: &sheet, columns: &COLUMNS, line, folder, diagnostics: &mut diagnostics };
            let Some(vendor) = row.vendor(already) else { continue };
            if vendors.iter().any(|it| it.name.to_lowercase() == vendor.name.to_lowercase()) {
                row.mistake(&line[0], format!("the vendor `{}` stands here twice", vendor.name), "keep one of the two");
            }
            vendors.push(vendor);
        }
    }
    if diagnostics.is_empty() { Ok(vendors) } else { Err(diagnostics) }
}

impl Row<'_> {
    fn vendor(&mut self, already: &[Vendor]) -> Option<Vendor> {
        let (name, owner) = (self.needed("name"), self.needed("owner"));
        let phi = self.needed("handles_phi");
        let handles_phi = phi.and_then(|cell| self.word(cell, &HandlesPhi::words()));
        let kinds = self.list("categories");
        for kind in &kinds {
            if let (false, Some(cell)) = (categories().iter().any(|it| it.id == *kind), self.cell("categories")) {
                let help = help(kind, categories().iter().map(|it| &*it.id), "kinds of vendors");
                self.mistake(cell, format!("there is no kind of vendor `{kind}`"), help);
            }
        }
        let old = name.and_then(|name| already.iter().find(|it| it.name.to_lowercase() == name.text.to_lowercase()));
        let kinds =
            if self.has("categories") { kinds } else { old.map(|old| old.categories.clone()).unwrap_or_default() };
        let baa = self.baa(old.and_then(|old| old.baa.as_ref()), handles_phi, &kinds);
        for column in ["app_ids", "tenant_ids", "domains"] {
            for name in self.list(column).iter().map(|text| name_of(text)) {
                if let (Some((message, help)), Some(cell)) = (no_name(column, &name), self.cell(column)) {
                    self.mistake(cell, message, format!("{help}; several stand in one cell with `;` between them"));
                }
            }
        }
        let given = |column: &str, old: Option<&Vec<String>>| {
            if self.has(column) { self.list(column) } else { old.cloned().unwrap_or_default() }
        };
        let lower = |all: Vec<String>| all.iter().map(|text| name_of(text)).collect();
        Some(Vendor {
            name: name?.text.clone(),
            services: given("services", old.map(|old| &old.services)),
            app_ids: lower(given("app_ids", old.map(|old| &old.app_ids))),
            tenant_ids: lower(given("tenant_ids", old.map(|old| &old.tenant_ids))),
            domains: lower(given("domains", old.map(|old| &old.domains))),
            categories: kinds,
            handles_phi: handles_phi?,
            owner: owner?.text.clone(),
            baa,
        })
    }

    /// The agreement: what the columns say, and of the old one what they say nothing of.
    fn baa(&mut self, old: Option<&Baa>, handles_phi: Option<HandlesPhi>, categories: &[String]) -> Option<Baa> {
        let columns = || COLUMNS.iter().map(|column| column.name).filter(|name| name.starts_with("baa_"));
        if !columns().any(|name| self.has(name)) {
            return old.cloned();
        }
        let breach_notice_days = self.cell("baa_breach_notice_days").and_then(|cell| {
            let days = cell.text.parse().ok();
            if days.is_none() {
                self.mistake(cell, format!("`{}` is no number of days", cell.text), "write a whole number");
            }
            days
        });
        let sha256 = self.text("baa_sha256").map(|hash| hash.to_ascii_lowercase());
        if let (Some(hash), Some(cell)) = (&sha256, self.cell("baa_sha256"))
            && !is_sha256(hash)
        {
            self.mistake(cell, format!("`{}` is no SHA-256", cell.text), HASH_HELP);
        }
        let document = self.cell("baa_document").map(|cell| {
            self.document(cell, &cell.text);
            cell.text.clone()
        });
        let mut found = Baa {
            signed_on: self.day("baa_signed_on"),
            renews_on: self.day("baa_renews_on"),
            verified_on: self.day("baa_verified_on"),
            plan: self.text("baa_plan"),
            breach_notice_days,
            document,
            sha256,
            not_required_because: self.text("baa_not_required_because"),
        };
        if let Some(old) = old {
            found.keep(old, |key| !self.has(&format!("baa_{key}")));
        }
        let kept = found.clone();
        // A cell that cannot be read is there all the same.
        let has = |key: &str| kept.has(key) || self.cell(&format!("baa_{key}")).is_some();
        let first = columns().find_map(|name| self.cell(name)).unwrap_or(&self.line[0]);
        for (message, help) in found.mistakes("baa_", handles_phi, categories, has) {
            self.mistake(first, message, help);
        }
        (found != Baa::default()).then_some(found)
    }
}
