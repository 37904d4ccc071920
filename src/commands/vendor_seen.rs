//! What a scan saw of other companies that no row of the register has: apps, places that mail goes to, partners, platforms.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_evaluate::Outcome;
use tenantscan_model::rows::{App, AppContract, ForwardingPath, MailForwarding};
use tenantscan_model::{Cause, Cell, Platform, Snapshot, Tenant, Text};
use tenantscan_people::{KnownVendor, PlatformVendor, lies_in};
use tenantscan_policy::Policy;
use tenantscan_records::Vendor;

/// Policies whose findings are apps.
pub(super) const APPS: [&str; 3] = ["vendor-register", "app-vendors-under-contract", "consumer-apps-found"];
/// The policy whose findings are ways on which mail leaves by itself.
pub(super) const FORWARDS: &str = "forwarding-domains-in-register";
/// The policy whose findings are connectors.
pub(super) const RELAYS: &str = "mail-relays-in-register";

/// What kind of thing was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    App,
    Mail,
    Partner,
    Platform,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Mail => "mail",
            Self::Partner => "partner",
            Self::Platform => "platform",
        }
    }
}

/// Something of another company that no row has.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) kind: Kind,
    pub(super) platform: Platform,
    /// What it calls itself: anybody may have given the name.
    pub(super) name: String,
    /// What was seen of it, in words.
    pub(super) saw: String,
    /// What the row would say.
    pub(super) row: NewRow,
    /// What the catalogue says of agreements: the class, and the plans where it is on some only.
    pub(super) class: Option<(AppContract, Option<Text>)>,
}

/// What a new row of the register would hold.
#[derive(Debug, Default)]
pub(super) struct NewRow {
    pub(super) name: String,
    pub(super) app_ids: Vec<String>,
    pub(super) tenant_ids: Vec<String>,
    pub(super) domains: Vec<String>,
    pub(super) category: Option<Text>,
}

/// A part of the facts that was not read.
#[derive(Debug)]
pub(super) struct Hole {
    pub(super) platform: Platform,
    pub(super) what: &'static str,
    pub(super) cause: Cause,
}

/// Everything that no row has, and what of the facts was not read.
pub(super) fn seen(
    snapshot: &Snapshot,
    outcomes: &[(&Policy, Outcome)],
    register: &[Vendor],
) -> (Vec<Seen>, Vec<Hole>) {
    let (mut seen, mut holes) = (Vec::new(), Vec::new());
    for (index, tenant) in snapshot.tenants.iter().enumerate() {
        let found = |policy: &str| -> BTreeSet<&str> {
            let of = outcomes.iter().filter(|(it, outcome)| it.id == policy && outcome.tenant == index);
            of.flat_map(|(_, outcome)| outcome.findings.iter().map(|finding| &*finding.resource)).collect()
        };
        seen.extend(platform(tenant, register));
        let partners = &tenant.datasets.cross_tenant_partners;
        if tenant.platform == Platform::Microsoft365
            && let Some(gap) = partners.gap()
        {
            let what = "companies that may administer the tenant";
            holes.push(Hole { platform: tenant.platform, what, cause: gap.cause() });
        }
        seen.extend(partners.rows.iter().filter_map(|partner| {
            let known = register.iter().any(|row| row.tenant_ids.iter().any(|id| partner.id.eq_ignore_ascii_case(id)));
            let administers = partner.is_service_provider.known().copied().flatten() == Some(true);
            (administers && !known).then(|| self::partner(tenant, &partner.id))
        }));
        let apps: BTreeSet<&str> = APPS.iter().flat_map(|policy| found(policy)).collect();
        let apps = tenant.datasets.apps.rows.iter().filter(|app| apps.contains(&*app.id) && !has_row(app, register));
        seen.extend(apps.map(|app| self::app(tenant, app)));
        seen.extend(mail(tenant, &found(FORWARDS), &found(RELAYS), register));
    }
    (seen, holes)
}

fn platform(tenant: &Tenant, register: &[Vendor]) -> Option<Seen> {
    let company = PlatformVendor::of(tenant.platform);
    let known = register.iter().any(|row| company.is_named(&row.name));
    (!known).then(|| Seen {
        kind: Kind::Platform,
        platform: tenant.platform,
        name: company.name.to_string(),
        saw: format!("the practice's mail and files are in {}", tenant.platform.title()),
        row: NewRow { name: company.name.to_string(), category: Some("email".into()), ..NewRow::default() },
        class: Some((company.class, company.plan.clone())),
    })
}

fn partner(tenant: &Tenant, id: &Text) -> Seen {
    Seen {
        kind: Kind::Partner,
        platform: tenant.platform,
        name: format!("the partner with the tenant {id}"),
        saw: "may administer the whole tenant".to_owned(),
        row: NewRow {
            name: format!("Partner {id}"),
            tenant_ids: vec![id.to_string()],
            category: Some("it-provider".into()),
            ..NewRow::default()
        },
        class: None,
    }
}

fn known<T>(cell: &Cell<Option<T>>) -> Option<&T> {
    cell.known().and_then(Option::as_ref)
}

/// Whether a row has the app: by its id, by the tenant of its maker or by a publisher that the platform has verified.
fn has_row(app: &App, register: &[Vendor]) -> bool {
    let id = app.app_id.known().map_or("", |id| id);
    let owner = known(&app.owner_tenant).map_or("", |id| id);
    let publisher = known(&app.publisher).filter(|_| app.publisher_verified.known() == Some(&true));
    register.iter().any(|row| {
        row.app_ids.iter().any(|it| it.eq_ignore_ascii_case(id))
            || row.tenant_ids.iter().any(|it| it.eq_ignore_ascii_case(owner))
            || publisher.is_some_and(|it| it.to_lowercase() == row.name.to_lowercase())
    })
}

fn app(tenant: &Tenant, app: &App) -> Seen {
    let name = app.name.known().map_or_else(|| app.id.to_string(), ToString::to_string);
    let vendor = known(&app.known_as).and_then(|it| KnownVendor::named(it));
    let publisher = known(&app.publisher).filter(|_| app.publisher_verified.known() == Some(&true));
    let saw = match app.reach.known().map(Vec::as_slice) {
        None => "what it reaches is not known".to_owned(),
        Some([]) => "it signs people in, and reaches nothing that is known".to_owned(),
        Some(reach) => format!("it can {}", reach.iter().map(|it| &**it).collect::<Vec<_>>().join(", ")),
    };
    let company = vendor.map(|it| it.name.to_string()).or_else(|| publisher.map(ToString::to_string));
    Seen {
        kind: Kind::App,
        platform: tenant.platform,
        saw,
        row: NewRow {
            name: company.unwrap_or_else(|| name.clone()),
            app_ids: app.app_id.known().map(ToString::to_string).into_iter().collect(),
            category: vendor.and_then(|it| it.kind.clone()),
            ..NewRow::default()
        },
        class: vendor.map(|it| (it.class, it.plan.clone())),
        name,
    }
}

/// Domains and servers that mail goes to, each once, with the ways on which it does.
fn mail(tenant: &Tenant, forwards: &BTreeSet<&str>, relays: &BTreeSet<&str>, register: &[Vendor]) -> Vec<Seen> {
    let mut ways: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |domain: &str, way: String| {
        let domain = domain.to_lowercase();
        if !register.iter().any(|row| row.domains.iter().any(|own| lies_in(&domain, own))) {
            ways.entry(domain).or_default().insert(way);
        }
    };
    let data = &tenant.datasets;
    for row in data.mail_forwarding.rows.iter().filter(|row| forwards.contains(&*row.id)) {
        add(row.domain.known().map_or("", |it| it), way(row));
    }
    for mailbox in data.mailboxes.rows.iter().filter(|it| forwards.contains(&*it.id)) {
        for domain in mailbox.forwarding_domains.known().into_iter().flatten() {
            add(domain, format!("from {}", mailbox.address.known().map_or(&*mailbox.id, |it| it)));
        }
    }
    for connector in data.mail_connectors.rows.iter().filter(|it| relays.contains(&*it.id)) {
        for host in connector.smart_hosts.known().into_iter().flatten() {
            let name = connector.name.known().map_or(&*connector.id, |it| it);
            add(host, format!("through the connector {name}"));
        }
    }
    let seen = |(domain, ways): (String, BTreeSet<String>)| {
        let vendor = KnownVendor::of_domain(&domain);
        // A server that is known by a number has no domain that a row could hold.
        let is_domain =
            domain.contains('.') && domain.contains(char::is_alphabetic) && !domain.contains(['/', '@', ' ', ':']);
        Seen {
            kind: Kind::Mail,
            platform: tenant.platform,
            saw: format!("mail goes there {}", ways.into_iter().collect::<Vec<_>>().join(", ")),
            row: NewRow {
                name: vendor.map_or_else(|| domain.clone(), |it| it.name.to_string()),
                domains: is_domain.then(|| domain.clone()).into_iter().collect(),
                category: vendor.and_then(|it| it.kind.clone()),
                ..NewRow::default()
            },
            class: vendor.map(|it| (it.class, it.plan.clone())),
            name: domain,
        }
    };
    ways.into_iter().map(seen).collect()
}

fn way(row: &MailForwarding) -> String {
    let mailbox = row.mailbox.known().map_or("a mailbox", |it| it);
    let name = known(&row.name).map_or_else(String::new, |name| format!(" “{name}”"));
    match row.path.known() {
        Some(ForwardingPath::MailboxRule) => format!("from {mailbox} by its rule{name}"),
        Some(ForwardingPath::TenantRule) => format!("by the mail-flow rule{name}"),
        Some(ForwardingPath::JournalRule) => format!("by the journal rule{name}"),
        _ => format!("from {mailbox}"),
    }
}
