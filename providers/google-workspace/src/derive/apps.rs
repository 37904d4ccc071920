//! What apps reach by the scopes that people gave them, by a dated catalogue of what scopes mean.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::{Cell, Datasets, Gap, Text};
use tenantscan_people::apps::Grants;
use tenantscan_provider::{Derived, unclear};

use crate::sources::security::TOKENS;

pub(super) const DERIVED: &[Derived] = &[
    // Apps are read account by account.
    Derived { columns: &["apps", "app_grants"], from: &["users"] },
    Derived {
        columns: &["app_passwords", "app_passwords.person_name", "app_passwords.person_enabled"],
        from: &["users", "users.name", "users.enabled"],
    },
    Derived {
        columns: &[
            "apps.application_permissions",
            "apps.delegated_permissions",
            "apps.admin_consented",
            "apps.people",
            "apps.reach",
            "apps.reads_all_mail",
            "apps.reads_all_files",
            "apps.changes_directory",
            "apps.is_high_risk",
            "apps.reaches_data",
        ],
        from: &["apps", "app_grants", "app_grants.permissions"],
    },
    Derived {
        columns: &["users.apps_let_in"],
        from: &["users", "apps", "apps.name", "app_grants", "app_grants.permissions"],
    },
    Derived {
        columns: &["apps.disabled_people"],
        from: &["apps", "app_grants", "app_grants.person", "users", "users.enabled"],
    },
    Derived {
        columns: &["apps.known_as", "apps.category", "apps.contract", "apps.seen_in_attacks"],
        from: &["apps", "apps.name", "apps.app_id"],
    },
];

#[derive(Deserialize)]
struct Catalogue {
    vendor_apps: BTreeSet<Text>,
    /// Scopes that reach nothing that this program judges.
    harmless: BTreeSet<Text>,
    reach: Vec<Reach>,
}

impl Catalogue {
    /// Whether anybody knows what a scope gives.
    fn knows(&self, scope: &str) -> bool {
        listed(&self.harmless, scope) || self.reach.iter().any(|reach| reach.has(scope))
    }
}

/// Whether a scope is in a list; a slash at the end is written or not.
fn listed(scopes: &BTreeSet<Text>, scope: &str) -> bool {
    let bare = scope.trim_end_matches('/');
    scopes.iter().any(|known| known.trim_end_matches('/') == bare)
}

#[derive(Deserialize)]
struct Reach {
    kind: Text,
    /// What it does, before `of each person`.
    does: Text,
    high_risk: bool,
    data: bool,
    scopes: BTreeSet<Text>,
}

impl Reach {
    /// Whether a scope gives it.
    fn has(&self, scope: &str) -> bool {
        listed(&self.scopes, scope)
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../../policies/catalogues/google-scopes.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

/// Whether it is one of Google's own programs, as far as the catalogue goes.
pub(crate) fn is_vendor_app(client: &str) -> bool {
    CATALOGUE.vendor_apps.contains(client)
}

/// Whether a scope may reach what may hold patient data: it does, or the catalogue does not have it.
pub(crate) fn may_reach_data(scope: &str) -> bool {
    !CATALOGUE.knows(scope) || CATALOGUE.reach.iter().any(|reach| reach.data && reach.has(scope))
}

pub(super) fn apply(data: &mut Datasets) {
    tenantscan_people::apps::known(data);
    tenantscan_people::apps::standing(data);
    let mut apps = std::mem::take(&mut data.apps);
    let grants = Grants::of(&data.app_grants);
    for app in &mut apps.rows {
        let judged = Judged::of(&grants, &app.id);
        // Only domain-wide delegation lets an app act for people who did not let it in, and that is no grant of theirs.
        app.reads_all_mail = Cell::Known(false);
        app.reads_all_files = Cell::Known(false);
        app.changes_directory = judged.any(|reach| reach.kind == "directory");
        app.is_high_risk = judged.any(|reach| reach.high_risk);
        app.reaches_data = judged.any(|reach| reach.data);
        app.reach = judged.words();
    }
    data.apps = apps;
}

/// What is known of an app's reach, and the first reason why there may be more.
struct Judged {
    found: Vec<&'static Reach>,
    gap: Option<Gap>,
}

impl Judged {
    fn of(grants: &Grants<'_>, app: &Text) -> Self {
        let mut gap = grants.gap().cloned();
        let mut scopes: BTreeSet<&Text> = BTreeSet::new();
        for row in grants.rows(app) {
            match row.permissions.read() {
                Ok(permissions) => scopes.extend(permissions),
                Err(hole) => drop(gap.get_or_insert_with(|| hole.clone())),
            }
        }
        // Nobody knows what an unlisted scope gives.
        if scopes.iter().any(|scope| !CATALOGUE.knows(scope)) {
            gap.get_or_insert_with(|| unclear(&TOKENS));
        }
        let found = CATALOGUE.reach.iter().filter(|reach| scopes.iter().any(|scope| reach.has(scope))).collect();
        Self { found, gap }
    }

    fn any(&self, wanted: impl Fn(&Reach) -> bool) -> Cell<bool> {
        match &self.gap {
            _ if self.found.iter().any(|reach| wanted(reach)) => Cell::Known(true),
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(false),
        }
    }

    /// In words, each once.
    fn words(&self) -> Cell<Vec<Text>> {
        if let Some(gap) = &self.gap {
            return Cell::Unknown(gap.clone());
        }
        let mut words: BTreeMap<&Text, Text> = BTreeMap::new();
        for reach in &self.found {
            words.entry(&reach.kind).or_insert_with(|| format!("{} of each person who let it in", reach.does).into());
        }
        let order = CATALOGUE.reach.iter().filter_map(|reach| words.remove(&reach.kind));
        Cell::Known(order.collect())
    }
}

#[cfg(test)]
mod tests {
    //! Cases: scopes of one app, and what they make of it.

    use tenantscan_model::rows::{App, AppGrant, GrantKind};
    use tenantscan_model::{Cause, Listing, Table};

    use super::*;

    fn judged(scopes: &[&str], gap: Option<Gap>) -> App {
        let mut app = App::new("z");
        app.app_id = Cell::Known("z".into());
        app.name = Cell::Known("Notes".into());
        let mut grant = AppGrant::new("1/z");
        grant.app = Cell::Known("z".into());
        grant.kind = Cell::Known(GrantKind::Person);
        grant.person = Cell::Known(Some("1".into()));
        grant.permissions = Cell::Known(scopes.iter().copied().map(Text::from).collect());
        let listing = gap.map_or(Listing::Complete, Listing::Unread);
        let app_grants = Table { listing, rows: vec![grant] };
        let mut data = Datasets { apps: Table::complete(vec![app]), app_grants, ..Datasets::default() };
        apply(&mut data);
        data.apps.rows.remove(0)
    }

    #[test]
    fn the_reach_of_an_app() {
        let (yes, no) = (Some(true), Some(false));
        let unread = || Some(Gap::new(Cause::RoleMissing, "test"));
        // High risk, any data, the directory.
        type Case<'a> = (&'a str, &'a [&'a str], Option<Gap>, [Option<bool>; 3]);
        let cases: [Case<'_>; 12] = [
            ("sign-in alone", &["openid", "https://www.googleapis.com/auth/userinfo.email"], None, [no, no, no]),
            ("all mail", &["https://mail.google.com/"], None, [yes, yes, no]),
            ("mail to read", &["https://www.googleapis.com/auth/gmail.readonly"], None, [yes, yes, no]),
            ("calendars", &["https://www.googleapis.com/auth/calendar.readonly"], None, [no, yes, no]),
            ("single files alone", &["https://www.googleapis.com/auth/drive.file"], None, [no, no, no]),
            ("accounts", &["https://www.googleapis.com/auth/admin.directory.user"], None, [yes, no, yes]),
            ("a scope in no list", &["openid", "https://www.googleapis.com/auth/brand.new"], None, [None, None, None]),
            (
                "calendars, and a scope in no list",
                &["https://www.googleapis.com/auth/brand.new", "https://www.googleapis.com/auth/calendar"],
                None,
                [None, yes, None],
            ),
            ("notes", &["https://www.googleapis.com/auth/keep.readonly"], None, [no, yes, no]),
            ("answers to forms", &["https://www.googleapis.com/auth/forms.responses.readonly"], None, [no, yes, no]),
            ("storage", &["https://www.googleapis.com/auth/devstorage.full_control"], None, [yes, yes, no]),
            ("calendars, others unread", &["https://www.googleapis.com/auth/calendar"], unread(), [None, yes, None]),
        ];
        for (case, scopes, gap, expected) in cases {
            let app = judged(scopes, gap);
            let found = [&app.is_high_risk, &app.reaches_data, &app.changes_directory];
            assert_eq!(found.map(|cell| cell.known().copied()), expected, "{case}");
        }
    }

    #[test]
    fn the_reach_is_told_in_words_each_once() {
        let scopes = ["https://www.googleapis.com/auth/gmail.send", "https://mail.google.com"];
        let words = judged(&scopes, None).reach.known().cloned().expect("known");
        assert_eq!(
            words,
            ["read the mail of each person who let it in", "send mail in the name of each person who let it in"]
        );
    }

    #[test]
    fn the_catalogue_holds_scopes_and_client_ids() {
        let scopes = CATALOGUE.reach.iter().flat_map(|reach| &reach.scopes);
        assert!(scopes.clone().all(|scope| scope.starts_with("https://") && !listed(&CATALOGUE.harmless, scope)));
        assert!(CATALOGUE.vendor_apps.iter().all(|id| id.ends_with(".apps.googleusercontent.com")));
        assert!(may_reach_data("https://mail.google.com/") && !may_reach_data("openid"));
        assert!(may_reach_data("https://www.googleapis.com/auth/brand.new"));
    }
}
