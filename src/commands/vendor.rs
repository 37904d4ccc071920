//! `tenantscan vendor`: the register of vendors and their agreements.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use tenantscan_model::ClosedEnum;
use tenantscan_model::rows::HandlesPhi;
use tenantscan_records::{Baa, Vendor, Vendors, name_of, vendors_from_csv};
use tenantscan_report::{columns, count, cut, pad, safe};

use crate::commands::vendor_reconcile;
use crate::error::Error;
use crate::grammar::{Global, TextFormat, VendorArgs, VendorCommand, VendorsArgs};
use crate::output::{beside, nothing_yet, print, said, width};
use crate::records::Desk;
use crate::sheet::sheet;

/// Adds, lists or takes vendors from a spreadsheet.
pub(crate) fn run(global: &Global, args: &VendorsArgs) -> Result<u8, Error> {
    let desk = Desk::open(&args.records)?;
    match &args.command {
        VendorCommand::Reconcile(given) => return vendor_reconcile::run(&desk, &args.records, given),
        VendorCommand::Add { vendor } => add(global, &desk, vendor)?,
        VendorCommand::List { format } => list(&desk, args.records.today(), *format)?,
        VendorCommand::Import { file } => {
            let sheet = sheet(file)?;
            let held = desk.hold()?;
            let already = desk.read()?.vendors.unwrap_or_default().vendors;
            let vendors = vendors_from_csv(&sheet, &desk.folder, &already)?;
            if vendors.is_empty() {
                said(global, &format!("there is no vendor in {}; nothing was written", file.display()))?;
            } else {
                held.put(&vendors)?;
                said(global, &format!("kept {} in {}", count(vendors.len(), "vendor", "vendors"), path(&desk)))?;
            }
        }
    }
    Ok(0)
}

fn path(desk: &Desk) -> String {
    desk.folder.join("vendors.toml").display().to_string()
}

fn add(global: &Global, desk: &Desk, args: &VendorArgs) -> Result<(), Error> {
    let held = desk.hold()?;
    let vendors = desk.read()?.vendors.unwrap_or_default().vendors;
    let name = args.name.trim();
    if vendors.iter().any(|it| it.name.to_lowercase() == name.to_lowercase()) {
        return Err(Error::Usage(format!(
            "the vendor `{}` stands in {} already\n  next: change it there, or take a whole list with `tenantscan vendor import`",
            safe(name),
            path(desk)
        )));
    }
    let document = args.baa_document.as_ref().map(|path| desk.evidence(std::slice::from_ref(path))).transpose()?;
    let document = document.and_then(|mut all| all.pop());
    if let Some(document) = document.as_ref().filter(|it| it.is_address()) {
        return Err(Error::Usage(format!(
            "the agreement `{}` must be a file\n  next: put a copy into {}, and name it by its path from there",
            safe(&document.at),
            desk.folder.display()
        )));
    }
    let baa = Baa {
        signed_on: args.baa_signed_on,
        renews_on: args.baa_renews_on,
        verified_on: args.baa_verified_on,
        plan: args.baa_plan.clone(),
        breach_notice_days: args.baa_breach_notice_days,
        sha256: document.as_ref().and_then(|it| it.sha256.clone()),
        document: document.map(|it| it.at),
        not_required_because: args.baa_not_required_because.clone(),
    };
    let lower = |all: &[String]| all.iter().map(|text| name_of(text)).collect();
    let vendor = Vendor {
        name: name.to_owned(),
        services: args.services.clone(),
        app_ids: lower(&args.app_ids),
        tenant_ids: lower(&args.tenant_ids),
        domains: lower(&args.domains),
        categories: args.categories.clone(),
        handles_phi: args.handles_phi,
        owner: args.owner.trim().to_owned(),
        baa: (baa != Baa::default()).then_some(baa),
    };
    held.put(std::slice::from_ref(&vendor))?;
    said(global, &format!("kept {} in {}", safe(name), path(desk)))
}

/// How an agreement stands: a word, and in words.
pub(super) fn agreement(vendor: &Vendor, today: Date) -> (&'static str, String) {
    let none = Baa::default();
    let baa = vendor.baa.as_ref().unwrap_or(&none);
    if let Some(reason) = &baa.not_required_because {
        return ("not_required", format!("no agreement needed: {}", safe(reason).trim_end_matches('.')));
    }
    match (baa.signed_on, baa.renews_on) {
        (None, _) if vendor.handles_phi == HandlesPhi::No => ("none", "no patient data, no agreement".into()),
        (None, _) => ("none", "no agreement".into()),
        (Some(signed), _) if signed > today => {
            ("not_yet", format!("not in force yet: the agreement is dated {signed}, which lies ahead"))
        }
        (Some(_), Some(end)) if end < today => ("ended", format!("the agreement ended on {end}")),
        (Some(_), Some(end)) if end <= today.saturating_add(30.days()) => {
            ("ending", format!("the agreement ends on {end}"))
        }
        (Some(signed), Some(end)) => ("signed", format!("agreement of {signed}, until {end}")),
        (Some(signed), None) => ("signed", format!("agreement of {signed}")),
    }
}

fn list(desk: &Desk, today: Date, format: TextFormat) -> Result<(), Error> {
    let Some(Vendors { vendors, .. }) = desk.read()?.vendors else {
        return nothing_yet(format, &path(desk), "tenantscan vendor add");
    };
    if format == TextFormat::Json {
        let one = |vendor: &Vendor| {
            json!({
                "name": vendor.name,
                "handles_phi": vendor.handles_phi.word(),
                "agreement": agreement(vendor, today).0,
                "signed_on": vendor.baa.as_ref().and_then(|it| it.signed_on).map(|day| day.to_string()),
                "renews_on": vendor.baa.as_ref().and_then(|it| it.renews_on).map(|day| day.to_string()),
                "owner": vendor.owner,
                "categories": vendor.categories,
            })
        };
        return print(&format!("{:#}\n", json!(vendors.iter().map(one).collect::<Vec<_>>())));
    }
    let widest = vendors.iter().map(|it| columns(&safe(&it.name))).max().unwrap_or(0).min(30);
    let mut text = String::new();
    for vendor in &vendors {
        let phi = match vendor.handles_phi {
            HandlesPhi::Yes => "patient data",
            HandlesPhi::No => "none",
            HandlesPhi::Unknown => "undecided",
        };
        let name = cut(&safe(&vendor.name), widest.max(1));
        let before = format!("{}  {}  ", pad(&name, widest), pad(phi, 12));
        text += &beside(&before, &format!("{}; {}", agreement(vendor, today).1, safe(&vendor.owner)), width());
    }
    let bare = |it: &&Vendor| {
        it.handles_phi != HandlesPhi::No && matches!(agreement(it, today).0, "none" | "not_yet" | "ended")
    };
    let sum = format!(
        "{}, {} of them with patient data or undecided, and without an agreement that holds",
        count(vendors.len(), "vendor", "vendors"),
        vendors.iter().filter(bare).count()
    );
    print(&(text + &beside("", &sum, width())))
}
