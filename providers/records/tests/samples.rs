//! The records of the made-up practices: read whole, held against their schemas, edited without losing a comment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tenantscan_model::rows::{Answer, HandlesPhi, WorkStatus};
use tenantscan_model::{Cause, Datasets, Gap, Outcome, Platform, Time};
use tenantscan_records::{Policies, Records, files, put, questions, read, schemas, vendors_from_csv};
use tenantscan_written::SourceFile;

const PRACTICES: [&str; 2] = ["cedar-grove", "maple-hill"];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn folder(practice: &str) -> PathBuf {
    repository("fixtures").join(practice).join("records")
}

/// Ids of the shipped policies.
fn policies() -> BTreeSet<String> {
    let entries = fs::read_dir(repository("policies")).expect("shipped").map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

fn records(folder: &Path) -> Records {
    let policies = policies();
    read(folder, &policies.iter().map(String::as_str).collect()).expect("the samples are in order")
}

fn filled(records: &Records) -> Datasets {
    let mut datasets = Datasets::default();
    records.fill(&mut datasets);
    datasets
}

fn time(text: &str) -> Time {
    text.parse().expect("a point in time")
}

#[test]
fn a_well_kept_practice_has_answered_everything_in_date() {
    let records = records(&folder("maple-hill"));
    let data = filled(&records);
    let now = time("2026-11-20T09:00:00Z");
    let answered: BTreeSet<&str> = data.attestations.rows.iter().map(|row| &*row.question).collect();
    let asked = questions().iter().filter(|question| question.platform != Some(Platform::GoogleWorkspace));
    assert_eq!(answered, asked.map(|question| &*question.id).collect());
    for row in &data.attestations.rows {
        assert!(row.valid_until.known().is_some_and(|until| *until > now), "{}", row.question);
        assert!(row.on.known().is_some_and(|on| *on < now), "{}", row.question);
        assert_ne!(row.answer.known(), Some(&Answer::No), "{}", row.question);
        assert_eq!(row.evidence_changed.known(), Some(&Vec::new()), "{}", row.question);
        assert!(row.evidence_bytes.known().is_some_and(|bytes| *bytes > 50), "{}", row.question);
        assert!(row.evidence_modified.known().is_some_and(Option::is_some), "{}", row.question);
    }
    for row in data.vendors.rows.iter().filter(|row| row.handles_phi.known() == Some(&HandlesPhi::Yes)) {
        assert!(row.baa_document_sha256.known().is_some_and(Option::is_some), "{}", row.name);
        assert_eq!(row.baa_document_changed.known(), Some(&false), "{}", row.name);
        assert!(row.baa_renews.known().is_some_and(|renews| renews.is_some_and(|it| it > now)), "{}", row.name);
    }
    for row in &data.vendor_categories.rows {
        let vendors = row.vendors.known().expect("read");
        assert_ne!(vendors.is_empty(), row.not_used.known() == Some(&false), "{}", row.id);
    }
    assert_eq!(data.exceptions.read().map(<[_]>::len), Ok(0), "an empty list was written");
    let glass = records.accounts.as_ref().expect("there").of(tenantscan_model::rows::RegisteredKind::BreakGlass);
    assert_eq!(glass.count(), 2);
}

#[test]
fn a_typical_practice_shows_what_is_missing() {
    let data = filled(&records(&folder("cedar-grove")));
    let now = time("2026-11-20T09:00:00Z");
    let open = questions().iter().filter(|it| data.attestations.rows.iter().all(|row| *row.question != *it.id));
    assert!(open.count() > 30);
    let old: Vec<&str> = data
        .attestations
        .rows
        .iter()
        .filter(|row| row.valid_until.known().is_some_and(|until| *until < now))
        .map(|row| &*row.question)
        .collect();
    assert_eq!(old, ["ehr-security-attested", "restore-tested"]);
    let left: Vec<(&str, &str)> = data
        .roster
        .rows
        .iter()
        .filter(|row| row.status.known() == Some(&WorkStatus::Left))
        .map(|row| (&*row.email, &**row.name.known().expect("read")))
        .collect();
    assert_eq!(
        left,
        [("left.longago@cedargrove.example", "Left Longago"), ("mia.movedaway@cedargrove.example", "Mia Movedaway")]
    );
    let last = data.roster.rows.iter().find(|row| row.email == "left.longago@cedargrove.example").expect("there");
    assert_eq!(last.last_day.known(), Some(&Some(time("2026-05-29T23:59:59Z"))));
    let exchange = repository("fixtures/cedar-grove/users-1.json");
    let users = fs::read_to_string(exchange).expect("text");
    for (email, _) in left {
        assert!(users.contains(email), "{email} has an account");
    }
    assert!(data.exceptions.rows.iter().any(|row| row.until.known().is_some_and(|until| *until < now)));
    let bare = data.vendors.rows.iter().filter(|row| row.baa_signed.known() == Some(&None));
    assert_eq!(bare.filter(|row| row.handles_phi.known() == Some(&HandlesPhi::Yes)).count(), 4);
}

#[test]
fn the_roster_has_whoever_the_users_name() {
    for practice in PRACTICES {
        let text = fs::read_to_string(folder(practice).join("../users-1.json")).expect("text");
        let exchange: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let users = exchange["response"]["body"]["value"].as_array().expect("users");
        let names: BTreeMap<&str, &str> = users
            .iter()
            .map(|user| {
                (user["userPrincipalName"].as_str().expect("a name"), user["displayName"].as_str().expect("a name"))
            })
            .collect();
        let records = records(&folder(practice));
        let roster = records.roster.as_ref().expect("a roster");
        let known = roster.iter().filter(|person| names.contains_key(&*person.email)).count();
        assert!(known + 1 >= roster.len(), "{practice}: {known} of {} have an account", roster.len());
        for account in records.accounts.iter().flat_map(|it| &it.accounts).flatten() {
            assert!(names.contains_key(&*account.account), "{}", account.account);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_a_file_that_is_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("away/attestations.toml", folder.path().join("attestations.toml")).expect("a link");
    let said = read(folder.path(), &Policies::from(["shared-logins"])).expect_err("a link").render(false);
    assert!(said.contains("what it leads to is not there") && said.contains("help: "), "{said}");
    fs::remove_file(folder.path().join("attestations.toml")).expect("removed");
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("attestations.toml")).expect("a link");
    let said = read(folder.path(), &Policies::from(["shared-logins"])).expect_err("no file").render(false);
    assert!(said.contains("it is no file"), "{said}");
}

#[test]
fn a_list_that_is_left_out_of_the_accounts_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = "[[account]]\naccount = \"a@b.example\"\nkind = \"break_glass\"\nowner = \"Ann\"\npurpose = \"x\"\n\
                   reviewed_on = 2026-10-12\n";
    for (text, accounts, roles) in [
        (account.to_owned(), Some(1), None),
        (format!("role = []\n{account}"), Some(1), Some(0)),
        ("account = []\n".to_owned(), Some(0), None),
        ("account = []\nrole = []\n".to_owned(), Some(0), Some(0)),
        ("[[role]]\nname = \"billing\"\ngroups = [\"b\"]\n".to_owned(), None, Some(1)),
    ] {
        fs::write(folder.path().join("accounts.toml"), &text).expect("written");
        let data = filled(&records(folder.path()));
        assert_eq!(data.account_register.read().map(<[_]>::len).ok(), accounts, "{text}");
        assert_eq!(data.practice_roles.read().map(<[_]>::len).ok(), roles, "{text}");
    }
}

#[test]
fn a_file_that_is_not_there_was_not_supplied() {
    let whole = records(&folder("maple-hill"));
    assert!(whole.sources().iter().all(|source| matches!(source.outcome, Outcome::Read { .. })));
    for file in files() {
        let less = tempfile::tempdir().expect("a folder");
        copy(&folder("maple-hill"), less.path());
        fs::remove_file(less.path().join(file.name)).expect("removed");
        let records = records(less.path());
        let (before, after) = (filled(&whole), filled(&records));
        for (index, info) in Datasets::ALL.iter().enumerate() {
            let table = after.table(index);
            if file.fills.contains(&info.name) {
                let gap = table.gap().expect("unread");
                assert_eq!((gap.cause(), gap.source()), (Cause::NotSupplied, file.id), "{}", info.name);
                assert!(table.is_empty() && before.table(index).gap().is_none(), "{}", info.name);
            } else {
                assert_eq!(table.len(), before.table(index).len(), "{}", info.name);
            }
        }
        for source in records.sources() {
            match source.outcome {
                Outcome::Unread { cause: Cause::NotSupplied, cure, .. } => {
                    assert_eq!(&*source.source, file.id);
                    assert!(cure.contains(file.name), "{cure}");
                }
                Outcome::Unread { .. } => panic!("{}", source.source),
                Outcome::Read { sha256, .. } => assert_eq!(sha256.len(), 64),
            }
        }
    }
}

#[test]
fn every_dataset_of_records_has_one_file() {
    let data = filled(&Records::default());
    let named: Vec<&str> = files().into_iter().flat_map(|file| file.fills).copied().collect();
    for (index, info) in Datasets::ALL.iter().enumerate() {
        let unread = data.table(index).gap().is_some_and(|gap| gap.cause() == Cause::NotSupplied);
        assert_eq!(unread, named.iter().filter(|name| **name == info.name).count() == 1, "{}", info.name);
    }
    assert!(Records::default().sources().iter().all(|source| matches!(source.outcome, Outcome::Unread { .. })));
}

#[test]
fn a_roster_without_a_column_leaves_its_cells_unknown() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("roster.csv"), "Status,E-Mail\r\nactive,Ann@Practice.Example\r\n").expect("written");
    let data = filled(&records(folder.path()));
    let row = &data.roster.read().expect("read")[0];
    assert_eq!((&*row.email, row.status.known()), ("ann@practice.example", Some(&WorkStatus::Active)));
    assert_eq!(row.last_day.gap().map(Gap::cause), Some(Cause::NotSupplied));
    assert_eq!(row.name.gap().map(Gap::cause), Some(Cause::NotSupplied));
}

#[test]
fn a_document_that_was_changed_shows() {
    let less = tempfile::tempdir().expect("a folder");
    copy(&folder("maple-hill"), less.path());
    fs::write(less.path().join("evidence/restore-tested.txt"), "Another text.\n").expect("written");
    fs::write(less.path().join("agreements/charting.txt"), "Another text.\n").expect("written");
    let data = filled(&records(less.path()));
    let changed: Vec<&str> = data
        .attestations
        .rows
        .iter()
        .filter(|row| row.evidence_changed.known().is_some_and(|changed| !changed.is_empty()))
        .map(|row| &*row.question)
        .collect();
    assert_eq!(changed, ["restore-tested"]);
    let changed = data.vendors.rows.iter().filter(|row| row.baa_document_changed.known() == Some(&true));
    assert_eq!(changed.map(|row| &*row.name).collect::<Vec<_>>(), ["Charting"]);
}

#[test]
fn vendors_come_from_a_spreadsheet_and_go_into_the_register() {
    let records_of = folder("maple-hill");
    let text = "\u{feff}Vendor,Services,App IDs,Domains,Category,PHI,Owner,BAA Signed,BAA Document,BAA breach notice days\r\n\
                Faxes,\"fax, by internet; archive\",A9,Fax.example,fax;backup,Yes,Max,1/12/2026,agreements/charting.txt,5\r\n";
    let file = SourceFile { name: "vendors.csv".into(), text: text.into() };
    let vendors = vendors_from_csv(&file, &records_of, &[]).expect("in order");
    let vendor = &vendors[0];
    assert_eq!((&*vendor.name, vendor.handles_phi, &*vendor.owner), ("Faxes", HandlesPhi::Yes, "Max"));
    assert_eq!(vendor.services, ["fax, by internet", "archive"]);
    assert_eq!((&vendor.app_ids[..], &vendor.domains[..]), (&["a9".to_owned()][..], &["fax.example".to_owned()][..]));
    assert_eq!(vendor.categories, ["fax", "backup"]);
    let less = tempfile::tempdir().expect("a folder");
    copy(&records_of, less.path());
    let before = fs::read_to_string(less.path().join("vendors.toml")).expect("text").replace("\"fax\", ", "");
    fs::write(less.path().join("vendors.toml"), format!("\u{feff}{}", put(&before, vendor).expect("TOML")))
        .expect("written");
    let read = records(less.path()).vendors.expect("there").vendors;
    assert_eq!(read.last(), Some(vendor));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("records") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).expect("copied");
        }
    }
}

/// A TOML file as the JSON that editors hold against a schema: days are texts.
fn as_json(text: &str) -> serde_json::Value {
    fn json(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(json).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, inner)| (key, json(inner))).collect(),
            other => serde_json::to_value(other).expect("JSON"),
        }
    }
    json(toml::Value::Table(toml::from_str(text).expect("TOML")))
}

#[test]
fn the_samples_fit_their_schemas_and_wrong_files_do_not() {
    for (name, schema) in schemas() {
        let schema = jsonschema::validator_for(&schema).expect("a schema");
        let mut count = 0;
        for practice in PRACTICES {
            let json = if name == "roster" {
                let file = fs::read_to_string(folder(practice).join("roster.csv")).expect("text");
                roster_as_json(&file)
            } else {
                as_json(&fs::read_to_string(folder(practice).join(format!("{name}.toml"))).expect("text"))
            };
            let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{practice}/{name}: {errors:?}");
            count += 1;
        }
        assert_eq!(count, 2);
    }
    for (name, wrong) in [
        ("attestations", "[[attestation]]\nquestion = \"restore-tested\"\n"),
        ("vendors", "[[vendor]]\nname = \"A\"\nhandles_phi = \"maybe\"\nowner = \"B\"\n"),
        ("vendors", "not_used = [\"telehelth\"]\n"),
        ("accounts", "[[account]]\nacount = \"a\"\n"),
        ("exceptions", "[[exceptoin]]\n"),
        ("plan", "[[item]]\npolicy = 1\n"),
    ] {
        let (_, schema) = schemas().into_iter().find(|(own, _)| *own == name).expect("a schema");
        let schema = jsonschema::validator_for(&schema).expect("a schema");
        assert!(!schema.is_valid(&as_json(wrong)), "{name}: {wrong}");
    }
}

/// The lines of a roster with the names that the reader knows, empty cells left out.
fn roster_as_json(text: &str) -> serde_json::Value {
    let file = SourceFile { name: "roster.csv".into(), text: text.to_owned() };
    let people = tenantscan_records::roster(&file).expect("in order");
    people
        .into_iter()
        .map(|person| {
            let status = tenantscan_model::ClosedEnum::word(person.status);
            let mut line = serde_json::json!({ "email": person.email, "status": status });
            line["name"] = person.name.expect("a column").into();
            line["role"] = person.role.expect("a column").into();
            if let Some(Some(day)) = person.last_day {
                line["last_day"] = day.to_string().into();
            }
            line
        })
        .collect()
}
