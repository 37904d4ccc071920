//! What the practice has: accounts, devices, apps, domains, places for files; and the vendors with their contracts.

use std::collections::BTreeMap;

use tenantscan_model::rows::{App, AppContract, Device, DevicePlatform, HandlesPhi, Mailbox, User, Vendor};
use tenantscan_model::{Cell as Fact, ClosedEnum, Snapshot, Tenant, Time};

use super::facts::{day, records, said, unread};
use super::page::{Block, Cell, Mark, Section, Table};

pub(super) fn assets(snapshot: &Snapshot) -> Section {
    let mut blocks = vec![Block::Text(
        "A draft of the inventory of what holds or reaches patient data, as far as these services know it. Whatever is not \
         enrolled or registered there is missing here."
            .to_owned(),
    )];
    for tenant in &snapshot.tenants {
        blocks.push(Block::Heading(format!("{}: {}", tenant.platform.title(), tenant.name)));
        blocks.extend(counted("Accounts by kind", &["Kind", "Accounts", "Open", "Closed"], accounts(tenant)));
        blocks.extend(counted("Devices by system", &["System", "Devices", "Managed", "Encrypted"], devices(tenant)));
        blocks.extend(counted("Mailboxes by kind", &["Kind", "Mailboxes", "Send mail outside"], mailboxes(tenant)));
        blocks.extend(counted("Places for files", &["Place", "Count", "Open to outsiders"], Ok(vec![files(tenant)])));
        blocks.extend(counted("Domains", &["Domain", "Ownership proven"], domains(tenant)));
        let heads = ["App", "Publisher", "Reaches", "People", "What its maker signs"];
        blocks.extend(counted("Apps that reach data", &heads, apps(tenant)));
    }
    Section { id: "assets", title: "Assets".to_owned(), blocks }
}

/// A table, or why there is none.
fn counted(caption: &str, head: &[&'static str], rows: Result<Vec<Vec<Cell>>, String>) -> Vec<Block> {
    match rows {
        Ok(rows) => {
            vec![Block::Table(Table { caption: caption.to_owned(), head: head.to_vec(), rows, empty: "none" })]
        }
        Err(why) => vec![Block::Text(format!("{caption}: {why}"))],
    }
}

/// How many are known to be so, and of how many it is not known.
#[derive(Default)]
struct Count {
    yes: usize,
    no: usize,
    unknown: usize,
}

impl Count {
    fn add(&mut self, fact: &Fact<bool>) {
        match fact.known() {
            Some(true) => self.yes += 1,
            Some(false) => self.no += 1,
            None => self.unknown += 1,
        }
    }

    fn words(&self, count: usize) -> String {
        if self.unknown == 0 { count.to_string() } else { format!("{count}; {} not known", self.unknown) }
    }
}

fn accounts(tenant: &Tenant) -> Result<Vec<Vec<Cell>>, String> {
    let users: &[User] = tenant.datasets.users.read().map_err(unread)?;
    let mut kinds: BTreeMap<&str, (usize, Count)> = BTreeMap::new();
    for user in users {
        let entry = kinds.entry(user.kind.known().map_or("kind not known", |kind| kind.word())).or_default();
        entry.0 += 1;
        entry.1.add(&user.enabled);
    }
    let row = |(kind, (all, open)): (&str, (usize, Count))| {
        let kind = kind.replace('_', " ");
        vec![kind, all.to_string(), open.words(open.yes), open.words(open.no)].into_iter().map(Cell::from).collect()
    };
    Ok(kinds.into_iter().map(row).collect())
}

fn devices(tenant: &Tenant) -> Result<Vec<Vec<Cell>>, String> {
    let devices: &[Device] = tenant.datasets.devices.read().map_err(unread)?;
    let mut systems: BTreeMap<&str, (usize, Count, Count)> = BTreeMap::new();
    for device in devices {
        let system = device.platform.known().map_or("system not known", |platform| system(*platform));
        let entry = systems.entry(system).or_default();
        entry.0 += 1;
        entry.1.add(&device.managed);
        entry.2.add(&device.encrypted);
    }
    let row = |(system, (all, managed, encrypted)): (&str, (usize, Count, Count))| {
        let cells = [system.to_owned(), all.to_string(), managed.words(managed.yes), encrypted.words(encrypted.yes)];
        cells.into_iter().map(Cell::from).collect()
    };
    Ok(systems.into_iter().map(row).collect())
}

fn system(platform: DevicePlatform) -> &'static str {
    match platform {
        DevicePlatform::Windows => "Windows",
        DevicePlatform::MacOs => "macOS",
        DevicePlatform::Ios => "iOS and iPadOS",
        DevicePlatform::Android => "Android",
        DevicePlatform::Linux => "Linux",
        DevicePlatform::ChromeOs => "ChromeOS",
        DevicePlatform::Other => "other",
    }
}

fn domains(tenant: &Tenant) -> Result<Vec<Vec<Cell>>, String> {
    let domains = tenant.datasets.domains.read().map_err(unread)?;
    let proven = |proven: &bool| if *proven { "yes" } else { "no" }.to_owned();
    Ok(domains
        .iter()
        .map(|domain| vec![Cell::from(&*domain.id), Cell::from(said(&domain.is_verified, proven))])
        .collect())
}

fn mailboxes(tenant: &Tenant) -> Result<Vec<Vec<Cell>>, String> {
    let mailboxes: &[Mailbox] = tenant.datasets.mailboxes.read().map_err(unread)?;
    let mut kinds: BTreeMap<&str, (usize, Count)> = BTreeMap::new();
    for mailbox in mailboxes {
        let entry =
            kinds.entry(mailbox.recipient_type.known().map_or("kind not known", |kind| kind.word())).or_default();
        entry.0 += 1;
        entry.1.add(&mailbox.forwards_outside);
    }
    let row = |(kind, (all, outside)): (&str, (usize, Count))| {
        [kind.to_owned(), all.to_string(), outside.words(outside.yes)].map(Cell::from).into()
    };
    Ok(kinds.into_iter().map(row).collect())
}

/// The place for files, with what is known of its openness.
fn files(tenant: &Tenant) -> Vec<Cell> {
    let data = &tenant.datasets;
    let row = |place: &str, count: String, open: String| vec![Cell::from(place), Cell::from(count), Cell::from(open)];
    match tenant.platform {
        tenantscan_model::Platform::Microsoft365 => match data.sharepoint_sites.read() {
            Ok(sites) => {
                let mut open = Count::default();
                sites.iter().for_each(|site| open.add(&site.external_sharing));
                row("SharePoint sites and OneDrives", sites.len().to_string(), open.words(open.yes))
            }
            Err(gap) => row("SharePoint sites and OneDrives", unread(gap), String::new()),
        },
        tenantscan_model::Platform::GoogleWorkspace => match data.drive_exposure.read() {
            Ok([drive]) => {
                let open = said(&drive.open_now, |count| format!("{count} files by link or to the web"));
                row("Files in Drive", "not counted".to_owned(), open)
            }
            Ok(_) => row("Files in Drive", "not counted".to_owned(), "not known".to_owned()),
            Err(gap) => row("Files in Drive", "not counted".to_owned(), unread(gap)),
        },
    }
}

fn apps(tenant: &Tenant) -> Result<Vec<Vec<Cell>>, String> {
    let apps: &[App] = tenant.datasets.apps.read().map_err(unread)?;
    let listed = apps
        .iter()
        .filter(|app| app.is_vendor_app.known() != Some(&true) && app.enabled.known() != Some(&false))
        .filter(|app| app.reaches_data.known() != Some(&false));
    let mut rows: Vec<(&str, Vec<Cell>)> = listed.map(|app| (&*app.id, app_row(app))).collect();
    rows.sort_by(|a, b| (&a.1[0].lines, a.0).cmp(&(&b.1[0].lines, b.0)));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn app_row(app: &App) -> Vec<Cell> {
    let reach = |reach: &Vec<tenantscan_model::Text>| match reach.as_slice() {
        [] => "nothing that is known".to_owned(),
        reach => reach.iter().map(|it| it.replace('_', " ")).collect::<Vec<_>>().join(", "),
    };
    let contract = |contract: &Option<AppContract>| {
        match contract {
            Some(AppContract::Signs) => "an agreement",
            Some(AppContract::SignsOnPlan) => "an agreement, on some plans",
            Some(AppContract::OnRequest) => "an agreement, on request",
            Some(AppContract::No) => "no agreement",
            Some(AppContract::Unknown) | None => "not known",
        }
        .to_owned()
    };
    let publisher = |publisher: &Option<tenantscan_model::Text>| {
        publisher.as_deref().map_or_else(|| "none given".to_owned(), str::to_owned)
    };
    vec![
        Cell::from(said(&app.name, ToString::to_string)),
        Cell::from(said(&app.publisher, publisher)),
        Cell::from(said(&app.reach, reach)),
        Cell::from(said(&app.people, i64::to_string)),
        Cell::from(said(&app.contract, contract)),
    ]
}

pub(super) fn vendors(snapshot: &Snapshot, now: Time) -> Section {
    let mut blocks = vec![Block::Text(
        "The vendor register of the practice, with the state of each business associate agreement (BAA): the contract that \
         a vendor must sign before it handles patient data (45 CFR 164.308(b), 164.502(e))."
            .to_owned(),
    )];
    match records(snapshot, |data| &data.vendors) {
        Ok(vendors) => blocks.push(Block::Table(Table {
            caption: "Vendors".to_owned(),
            head: vec!["Vendor", "Services", "Patient data", "Agreement", "Owner"],
            rows: vendors.iter().map(|vendor| vendor_row(vendor, now)).collect(),
            empty: "the register is empty",
        })),
        Err(gap) => blocks.push(Block::Note(format!(
            "There is no vendor register to show ({}). Without it nobody can say which vendors hold patient data under a \
             contract.",
            gap.cause().plain()
        ))),
    }
    blocks.extend(it_providers(snapshot));
    Section { id: "vendors", title: "Vendors".to_owned(), blocks }
}

/// What each company that the register calls an IT provider reaches in each tenant; nothing where there is none.
fn it_providers(snapshot: &Snapshot) -> Option<Block> {
    let is_one =
        |vendor: &&Vendor| vendor.categories.known().is_some_and(|all| all.iter().any(|it| &**it == "it-provider"));
    let providers: Vec<&Vendor> = records(snapshot, |data| &data.vendors).ok()?.iter().filter(is_one).collect();
    let of = |vendor: &Vendor, tenant: &Tenant| {
        let reach = [as_partner(vendor, tenant), administrators(vendor, tenant), own_apps(vendor, tenant)];
        [vendor.name.to_string(), tenant.platform.title().to_owned()].into_iter().chain(reach).map(Cell::from).collect()
    };
    let rows = providers.iter().flat_map(|vendor| snapshot.tenants.iter().map(move |tenant| of(vendor, tenant)));
    (!providers.is_empty()).then(|| {
        Block::Table(Table {
            caption: "What IT providers reach, as far as the register tells whose it is".to_owned(),
            head: vec!["IT provider", "In", "The whole tenant, as a partner", "Administrators' accounts", "Apps"],
            rows: rows.collect(),
            empty: "none",
        })
    })
}

/// Whether a list in the register holds this, whatever the case.
fn holds(list: &Fact<Vec<tenantscan_model::Text>>, id: &str) -> bool {
    list.known().is_some_and(|all| all.iter().any(|it| it.eq_ignore_ascii_case(id)))
}

fn as_partner(vendor: &Vendor, tenant: &Tenant) -> String {
    if tenant.platform != tenantscan_model::Platform::Microsoft365 {
        return "no request shows it".to_owned();
    }
    let partners = &tenant.datasets.cross_tenant_partners;
    let mut own = partners.rows.iter().filter(|partner| holds(&vendor.tenant_ids, &partner.id));
    match partners.gap() {
        _ if own.any(|partner| partner.is_service_provider.known() == Some(&Some(true))) => "yes".to_owned(),
        Some(gap) => unread(gap),
        None => "not seen".to_owned(),
    }
}

/// Those of a list that are the provider's, by name, or why they are not known.
fn theirs<'a, R: 'a>(
    rows: Result<&'a [R], &tenantscan_model::Gap>,
    is_theirs: impl Fn(&R) -> bool,
    name: fn(&R) -> &Fact<tenantscan_model::Text>,
) -> String {
    let rows = match rows {
        Ok(rows) => rows.iter().filter(|row| is_theirs(row)),
        Err(gap) => return unread(gap),
    };
    let mut names: Vec<String> = rows.map(|row| said(name(row), ToString::to_string)).collect();
    names.sort();
    if names.is_empty() { "none seen".to_owned() } else { names.join(", ") }
}

/// Open accounts with a privileged role, of the provider's domains: its guests among them.
fn administrators(vendor: &Vendor, tenant: &Tenant) -> String {
    let domains = vendor.domains.known().map_or(&[][..], Vec::as_slice);
    let is_theirs = |user: &User| {
        let address = user.principal_name.known().map_or_else(String::new, |name| name.to_lowercase());
        let own = |domain: &tenantscan_model::Text| {
            address.ends_with(&format!("@{domain}")) || address.contains(&format!("_{domain}#ext#"))
        };
        domains.iter().any(own) && user.is_admin.known() != Some(&false) && user.enabled.known() != Some(&false)
    };
    theirs(tenant.datasets.users.read(), is_theirs, |user| &user.name)
}

fn own_apps(vendor: &Vendor, tenant: &Tenant) -> String {
    let is_theirs = |app: &App| {
        let own = app.app_id.known().is_some_and(|id| holds(&vendor.app_ids, id));
        let owner = app.owner_tenant.known().and_then(Option::as_ref);
        (own || owner.is_some_and(|id| holds(&vendor.tenant_ids, id))) && app.enabled.known() != Some(&false)
    };
    theirs(tenant.datasets.apps.read(), is_theirs, |app| &app.name)
}

fn vendor_row(vendor: &Vendor, now: Time) -> Vec<Cell> {
    let phi = match vendor.handles_phi.read() {
        Ok(HandlesPhi::Yes) => Cell::from("yes"),
        Ok(HandlesPhi::No) => Cell::from("no"),
        Ok(HandlesPhi::Unknown) => Cell::marked(Mark::Open("not decided")),
        Err(gap) => Cell::from(unread(gap)),
    };
    vec![
        Cell::from(&*vendor.name),
        Cell::lines([said(&vendor.services, |services| services.join(", "))]),
        phi,
        agreement(vendor, now),
        Cell::from(said(&vendor.owner, ToString::to_string)),
    ]
}

/// The state of the agreement on the day that is judged for.
fn agreement(vendor: &Vendor, now: Time) -> Cell {
    if let Some(Some(reason)) = vendor.baa_not_required_because.known() {
        return Cell::with(Mark::Plain("not needed:"), reason);
    }
    let signed = match vendor.baa_signed.read() {
        Ok(Some(signed)) => signed,
        Ok(None) if vendor.handles_phi.known() == Some(&HandlesPhi::No) => return Cell::from("none; no patient data"),
        Ok(None) => return Cell::marked(Mark::Bad("none signed")),
        Err(gap) => return Cell::from(unread(gap)),
    };
    let plan = vendor.baa_plan.known().and_then(Option::as_ref).map(|plan| format!(", for {plan}")).unwrap_or_default();
    let text = format!("on {}{plan}", day(*signed));
    if *signed > now {
        return Cell::with(Mark::Bad("not in force yet:"), format!("dated {}{plan}, which lies ahead", day(*signed)));
    }
    match vendor.baa_renews.read() {
        Ok(Some(renews)) if *renews < now => {
            Cell::with(Mark::Bad("ended"), format!("on {}; signed {text}", day(*renews)))
        }
        Ok(renews) => {
            let until = renews.map(|renews| format!("; until {}", day(renews))).unwrap_or_default();
            let file = match vendor.baa_document_sha256.read() {
                Ok(Some(sha256)) => format!("file {sha256}"),
                Ok(None) => "no copy on file".to_owned(),
                Err(gap) => format!("copy on file {}", unread(gap)),
            };
            Cell { mark: Some(Mark::Good("signed")), ..Cell::lines([format!("{text}{until}"), file]) }
        }
        Err(gap) => Cell::lines([format!("signed {text}"), format!("end {}", unread(gap))]),
    }
}
