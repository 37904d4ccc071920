//! What an app reaches, from its permissions and a dated catalogue of what permissions mean.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::GrantKind;
use tenantscan_model::{Cell, Datasets, Gap, Text};
use tenantscan_people::apps::Grants;

use crate::sources::apps::grants::{EXCHANGE_ONLINE, MICROSOFT_GRAPH, SHAREPOINT_ONLINE};

#[derive(Deserialize)]
struct Catalogue {
    reach: Vec<Reach>,
}

#[derive(Deserialize)]
struct Reach {
    kind: Text,
    /// What it does, before `of everybody`.
    does: Text,
    high_risk: bool,
    data: bool,
    mailbox_limits: bool,
    application: Permissions,
    delegated: Permissions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Permissions {
    graph: BTreeSet<Text>,
    exchange: BTreeSet<Text>,
    sharepoint: BTreeSet<Text>,
}

impl Permissions {
    fn has(&self, resource: &str, permission: &Text) -> bool {
        match resource {
            MICROSOFT_GRAPH => self.graph.contains(permission),
            EXCHANGE_ONLINE => self.exchange.contains(permission),
            SHAREPOINT_ONLINE => self.sharepoint.contains(permission),
            _ => false,
        }
    }
}

static REACH: LazyLock<Vec<Reach>> = LazyLock::new(|| {
    let text = include_str!("../../../../../policies/catalogues/microsoft365-permissions.toml");
    toml::from_str::<Catalogue>(text).expect("the built-in list parses: a test reads it").reach
});

/// How far an app goes with one kind of reach: by itself, for everybody who uses it, or for one person.
type Found = BTreeMap<usize, BTreeSet<u8>>;

/// What is known of an app's reach, and the first reason why there may be more.
struct Judged {
    found: Found,
    gap: Option<Gap>,
}

fn judge(grants: &Grants<'_>, app: &Text) -> Judged {
    let mut judged = Judged { found: Found::new(), gap: grants.gap().cloned() };
    for row in grants.rows(app) {
        let read = (row.kind.read(), row.resource.read(), row.permissions.read());
        let (kind, resource, permissions) = match read {
            (Ok(kind), Ok(resource), Ok(permissions)) => (*kind, resource, permissions),
            (Err(gap), _, _) | (_, Err(gap), _) | (_, _, Err(gap)) => {
                judged.gap.get_or_insert_with(|| gap.clone());
                continue;
            }
        };
        for (number, reach) in REACH.iter().enumerate() {
            let list = if kind == GrantKind::Application { &reach.application } else { &reach.delegated };
            if permissions.iter().any(|permission| list.has(resource, permission)) {
                judged.found.entry(number).or_default().insert(kind as u8);
            }
        }
    }
    judged
}

impl Judged {
    /// Whether any kind of reach that `wanted` takes is there, by one of these ways.
    fn any(&self, ways: &[GrantKind], wanted: impl Fn(&Reach) -> bool) -> Cell<bool> {
        let has = |(number, found): (&usize, &BTreeSet<u8>)| {
            wanted(&REACH[*number]) && ways.iter().any(|way| found.contains(&(*way as u8)))
        };
        match &self.gap {
            _ if self.found.iter().any(has) => Cell::Known(true),
            Some(gap) => Cell::Unknown(gap.clone()),
            None => Cell::Known(false),
        }
    }

    /// In words; `limited` says whether Exchange limits the app to some mailboxes.
    fn words(&self, limited: &Cell<bool>) -> Cell<Vec<Text>> {
        if let Some(gap) = &self.gap {
            return Cell::Unknown(gap.clone());
        }
        let mut words = Vec::new();
        for (number, ways) in &self.found {
            let reach = &REACH[*number];
            let has = |way: GrantKind| ways.contains(&(way as u8));
            let whom = if has(GrantKind::Application) {
                match limited {
                    Cell::Known(true) if reach.mailbox_limits => "of some mailboxes",
                    Cell::Unknown(gap) if reach.mailbox_limits => return Cell::Unknown(gap.clone()),
                    _ => "of everybody",
                }
            } else if has(GrantKind::Everybody) {
                "of everybody who uses it"
            } else {
                "of each person who let it in"
            };
            words.push(format!("{} {whom}", reach.does).into());
        }
        Cell::Known(words)
    }
}

/// Whether Exchange limits the app to the mailboxes of a group.
fn limited(datasets: &Datasets, app_id: &Cell<Text>) -> Cell<bool> {
    let of = |gap: &Gap| Cell::Unknown(gap.clone());
    let id = match app_id.read() {
        Ok(id) => id,
        Err(gap) => return of(gap),
    };
    let limits = match datasets.app_mailbox_limits.read() {
        Ok(limits) => limits,
        Err(gap) => return of(gap),
    };
    let mut unread = None;
    for limit in limits {
        match (limit.app_id.read(), limit.access_right.read()) {
            (Ok(app), _) if !app.eq_ignore_ascii_case(id) => {}
            (_, Ok(right)) if *right != "RestrictAccess" => {}
            (Ok(_), Ok(_)) => return Cell::Known(true),
            (Err(gap), _) | (_, Err(gap)) => unread = Some(gap),
        }
    }
    unread.map_or(Cell::Known(false), of)
}

fn and_not(what: Cell<bool>, limited: &Cell<bool>) -> Cell<bool> {
    match (what, limited) {
        (Cell::Known(false), _) | (_, Cell::Known(true)) => Cell::Known(false),
        (Cell::Unknown(gap), _) => Cell::Unknown(gap),
        (_, Cell::Unknown(gap)) => Cell::Unknown(gap.clone()),
        (Cell::Known(true), Cell::Known(false)) => Cell::Known(true),
    }
}

fn or(one: Cell<bool>, other: Cell<bool>) -> Cell<bool> {
    match (one, other) {
        (Cell::Known(true), _) | (_, Cell::Known(true)) => Cell::Known(true),
        (Cell::Unknown(gap), _) | (_, Cell::Unknown(gap)) => Cell::Unknown(gap),
        _ => Cell::Known(false),
    }
}

pub(super) fn apply(datasets: &mut Datasets) {
    use GrantKind::{Application, Everybody, Person};
    let mut apps = std::mem::take(&mut datasets.apps);
    let grants = Grants::of(&datasets.app_grants);
    for app in &mut apps.rows {
        let judged = judge(&grants, &app.id);
        let limited = limited(datasets, &app.app_id);
        let kind = |wanted: &'static str| move |reach: &Reach| reach.kind == wanted;
        app.reads_all_mail = or(
            and_not(judged.any(&[Application], kind("mail")), &limited),
            judged.any(&[Application], kind("mailboxes")),
        );
        app.reads_all_files = judged.any(&[Application], kind("files"));
        app.changes_directory = judged.any(&[Application], kind("directory"));
        app.reaches_data = judged.any(&[Application, Everybody, Person], |reach| reach.data);
        let sure = or(
            judged.any(&[Everybody], |reach| reach.high_risk),
            judged.any(&[Application], |reach| reach.high_risk && !reach.mailbox_limits),
        );
        let mail = judged.any(&[Application], |reach| reach.high_risk && reach.mailbox_limits);
        app.is_high_risk = or(sure, and_not(mail, &limited));
        app.reach = judged.words(&limited);
    }
    datasets.apps = apps;
}

#[cfg(test)]
mod tests {
    //! Cases: permissions of one app, and what they make of it.

    use tenantscan_model::rows::{App, AppGrant, AppMailboxLimit};
    use tenantscan_model::{Cause, Listing, Table};

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn grant(id: &str, kind: GrantKind, resource: &str, permissions: &[&str]) -> AppGrant {
        let mut row = AppGrant::new(id);
        row.app = Cell::Known("o".into());
        row.kind = Cell::Known(kind);
        row.resource = Cell::Known(resource.into());
        row.permissions = Cell::Known(permissions.iter().copied().map(Text::from).collect());
        row
    }

    fn judged(grants: Table<AppGrant>, limits: Table<AppMailboxLimit>) -> App {
        let mut app = App::new("o");
        app.app_id = Cell::Known("a".into());
        let mut datasets = Datasets {
            apps: Table::complete(vec![app]),
            app_grants: grants,
            app_mailbox_limits: limits,
            ..Datasets::default()
        };
        apply(&mut datasets);
        datasets.apps.rows.remove(0)
    }

    fn limit(right: &str) -> Table<AppMailboxLimit> {
        let mut row = AppMailboxLimit::new("l");
        row.app_id = Cell::Known("A".into());
        row.access_right = Cell::Known(right.into());
        Table::complete(vec![row])
    }

    #[test]
    fn the_reach_of_an_app() {
        use GrantKind::{Application, Everybody, Person};
        let one = |kind, resource, permissions: &[&str]| Table::complete(vec![grant("1", kind, resource, permissions)]);
        let none = || Table::complete(Vec::new());
        let part = |rows| Table { listing: Listing::Unread(gap()), rows };
        let mail = || one(Application, MICROSOFT_GRAPH, &["Mail.Read"]);
        let hidden = || {
            let mut row = grant("1", Application, MICROSOFT_GRAPH, &[]);
            row.permissions = Cell::Unknown(gap());
            row
        };
        let files = || grant("2", Application, SHAREPOINT_ONLINE, &["Sites.FullControl.All"]);
        let (yes, no) = (Some(true), Some(false));
        // Mail of all, files of all, high risk, any data.
        let cases = [
            ("nothing", none(), none2(), [no, no, no, no]),
            ("sign-in alone", one(Everybody, MICROSOFT_GRAPH, &["openid", "User.Read"]), none2(), [no, no, no, no]),
            ("mail by itself", mail(), none2(), [yes, no, yes, yes]),
            ("mail of some mailboxes", mail(), limit("RestrictAccess"), [no, no, no, yes]),
            ("mail of all but some", mail(), limit("DenyAccess"), [yes, no, yes, yes]),
            ("mail, limits unread", mail(), Table::unread(gap()), [None, no, None, yes]),
            ("no mail, limits unread", none(), Table::unread(gap()), [no, no, no, no]),
            (
                "old full access",
                one(Application, EXCHANGE_ONLINE, &["full_access_as_app"]),
                none2(),
                [yes, no, yes, yes],
            ),
            ("named sites alone", one(Application, MICROSOFT_GRAPH, &["Sites.Selected"]), none2(), [no, no, no, no]),
            ("a like name elsewhere", one(Application, "other", &["Mail.Read"]), none2(), [no, no, no, no]),
            ("mail for one person", one(Person, MICROSOFT_GRAPH, &["Mail.Read"]), none2(), [no, no, no, yes]),
            ("mail for everybody", one(Everybody, MICROSOFT_GRAPH, &["Mail.Read"]), none2(), [no, no, yes, yes]),
            ("the list unread", part(Vec::new()), none2(), [None, None, None, None]),
            ("the list in part", part(vec![files()]), none2(), [None, yes, yes, yes]),
            (
                "whole mailboxes, which no policy of Exchange limits",
                one(Application, MICROSOFT_GRAPH, &["MailboxItem.ImportExport.All"]),
                limit("RestrictAccess"),
                [yes, no, yes, yes],
            ),
            (
                "roles of Exchange, and so any mailbox",
                one(Application, MICROSOFT_GRAPH, &["RoleManagement.ReadWrite.Exchange"]),
                none2(),
                [no, no, yes, no],
            ),
            (
                "programs on every computer",
                one(Application, MICROSOFT_GRAPH, &["DeviceManagementScripts.ReadWrite.All"]),
                none2(),
                [no, no, yes, no],
            ),
            ("names unread", Table::complete(vec![hidden()]), none2(), [None, None, None, None]),
            ("names unread, files anyhow", Table::complete(vec![hidden(), files()]), none2(), [None, yes, yes, yes]),
        ];
        for (case, grants, limits, expected) in cases {
            let app = judged(grants, limits);
            let found = [&app.reads_all_mail, &app.reads_all_files, &app.is_high_risk, &app.reaches_data];
            assert_eq!(found.map(|cell| cell.known().copied()), expected, "{case}");
        }
    }

    fn none2() -> Table<AppMailboxLimit> {
        Table::complete(Vec::new())
    }

    #[test]
    fn the_reach_is_told_in_words() {
        let rows = || {
            vec![
                grant("1", GrantKind::Application, MICROSOFT_GRAPH, &["Mail.Read", "Files.Read.All"]),
                grant("2", GrantKind::Person, MICROSOFT_GRAPH, &["Calendars.Read", "Mail.Read"]),
            ]
        };
        let words = |limits| judged(Table::complete(rows()), limits).reach.known().cloned();
        let texts = |words: &[&str]| Some(words.iter().copied().map(Text::from).collect::<Vec<_>>());
        let rest = ["read the calendars of each person who let it in", "read the files of everybody"];
        assert_eq!(words(none2()), texts(&["read the mail of everybody", rest[0], rest[1]]));
        assert_eq!(words(limit("RestrictAccess")), texts(&["read the mail of some mailboxes", rest[0], rest[1]]));
        assert_eq!(words(Table::unread(gap())), None);
    }
}
