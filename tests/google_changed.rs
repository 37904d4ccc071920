//! Every value in the recorded settings of the well-run Google practice, changed one by one: whatever a policy reads of it,
//! some verdict notices, or the change is one of a few that are known to be harmless.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Map, Value, json};
use support::shipped::{LIBRARY, shipped};
use support::{expect_code, repository, tenantscan};
use tenantscan_google_workspace::Request;
use tenantscan_model::{Datasets, Platform, Snapshot};
use tenantscan_people::{Declared, PracticeRole};
use tenantscan_policy::{Policy, Verdict};
use tenantscan_provider::{Reader, Replay};

const PRACTICE: &str = "willow-creek";

/// What the practice's own files say of accounts and roles.
fn declared() -> Declared {
    let text = shipped(&format!("fixtures/{PRACTICE}/records/accounts.toml")).text;
    let accounts: Value = toml::from_str(&text).expect("TOML");
    let list = |key: &str| accounts[key].as_array().expect("a list").clone();
    let word = |it: &Value, key: &str| it[key].as_str().expect("a word").to_owned();
    let role = |it: &Value| PracticeRole {
        name: word(it, "name"),
        groups: it["groups"].as_array().expect("groups").iter().map(|it| it.as_str().expect("a name").into()).collect(),
    };
    assert!(list("account").iter().all(|it| it["kind"] == "break_glass"));
    Declared {
        break_glass: Some(list("account").iter().map(|it| word(it, "account")).collect()),
        roles: Some(list("role").iter().map(role).collect()),
        ..Declared::default()
    }
}

fn object(tables: &Datasets) -> Map<String, Value> {
    match serde_json::to_value(tables).expect("JSON") {
        Value::Object(tables) => tables,
        _ => panic!("tables by name"),
    }
}

/// A practice in memory: its exchanges, what its scan read, and what the policies say of it.
struct Practice {
    /// Pages of settings, and all other exchanges as they stand in their files.
    pages: Vec<(String, Value)>,
    rest: Vec<(String, String)>,
    declared: Declared,
    /// The tables of the practice's scan.
    snapshot: Snapshot,
    all: Map<String, Value>,
    /// Those of them that rest on settings, read without the rest.
    whole: Map<String, Value>,
    columns: BTreeSet<(usize, Option<usize>)>,
    runtime: tokio::runtime::Runtime,
}

impl Practice {
    fn scan() -> Self {
        let fixture = repository("fixtures").join(PRACTICE);
        let out = tempfile::tempdir().expect("a folder");
        let path = out.path().join("snapshot.json");
        let mut scan = tenantscan();
        scan.args(["scan", "--fail-on", "none", "--format", "oneline", "--replay"]).arg(&fixture);
        scan.arg("--records").arg(fixture.join("records")).arg("--snapshot").arg(&path);
        expect_code(&mut scan, 0);
        let snapshot = Snapshot::from_json(&fs::read_to_string(&path).expect("written")).expect("a snapshot");
        let (mut pages, mut rest) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&fixture).expect("the practice") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_str().expect("text").to_owned();
            if !name.ends_with(".json") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            if name.starts_with("policies-") {
                pages.push((name, serde_json::from_str(&text).expect("JSON")));
            } else {
                rest.push((name, text));
            }
        }
        pages.sort_by(|a, b| a.0.cmp(&b.0));
        let rules = LIBRARY.policies.iter().filter_map(|policy| policy.rules.get(&Platform::GoogleWorkspace));
        // What rests on settings: nothing else can change.
        let rests = |read: &(usize, Option<usize>)| {
            tenantscan_google_workspace::sources_of(&[*read].into()).contains("google-workspace.policies")
        };
        let columns = rules.flat_map(|rule| rule.reads.iter().copied()).filter(rests).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (declared, all, whole) = (declared(), object(&snapshot.tenants[0].datasets), Map::new());
        let mut practice = Self { pages, rest, declared, snapshot, all, whole, columns, runtime };
        practice.whole = practice.read(&practice.pages);
        let policies: Vec<&Policy> = LIBRARY.policies.iter().collect();
        assert_eq!(away(&policies, &practice.snapshot), [""; 0], "the practice is well run");
        practice
    }

    /// The tables that a replay of these pages of settings gives.
    fn read(&self, pages: &[(String, Value)]) -> Map<String, Value> {
        let pages = pages.iter().map(|(name, page)| (name.clone(), page.to_string()));
        let replay = Replay::from_files(pages.chain(self.rest.iter().cloned())).expect("exchanges");
        let reader = Reader::replaying(replay);
        let request = Request { columns: &self.columns, declared: &self.declared, now: self.snapshot.taken_at };
        let facts = self.runtime.block_on(tenantscan_google_workspace::read(&reader, &request));
        object(&facts.datasets)
    }

    /// The verdicts that are no longer a pass once what changed in these tables is put in place of what was read; none
    /// where no policy reads anything of it.
    fn lost(&self, tables: &Map<String, Value>) -> Option<Vec<String>> {
        let mut cells = BTreeSet::new();
        let mut all = self.all.clone();
        for (name, after) in tables.iter().filter(|(name, after)| **after != self.whole[*name]) {
            let (dataset, info) = Datasets::find(name).expect("a dataset");
            let before = self.whole[name]["rows"].as_array().expect("rows");
            let rows = after["rows"].as_array().expect("rows");
            let same = before.len() == rows.len();
            if !same {
                cells.insert((dataset, None));
                all[name] = after.clone();
            }
            for (column, info) in info.columns.iter().enumerate() {
                for (row, after) in
                    rows.iter().enumerate().filter(|(row, _)| same && before[*row][info.name] != rows[*row][info.name])
                {
                    cells.insert((dataset, Some(column)));
                    all[name]["rows"][row][info.name] = after[info.name].clone();
                }
                if !same {
                    cells.insert((dataset, Some(column)));
                }
            }
        }
        let reads = |policy: &&Policy| {
            let rule = policy.rules.get(&Platform::GoogleWorkspace);
            rule.is_some_and(|rule| rule.reads.iter().any(|read| cells.contains(read)))
        };
        let policies: Vec<&Policy> = LIBRARY.policies.iter().filter(reads).collect();
        if policies.is_empty() {
            return None;
        }
        let mut snapshot = self.snapshot.clone();
        snapshot.tenants[0].datasets = serde_json::from_value(Value::Object(all)).expect("the same tables");
        Some(away(&policies, &snapshot))
    }
}

/// Policies that are neither met nor beside the point.
fn away(policies: &[&Policy], snapshot: &Snapshot) -> Vec<String> {
    let at = snapshot.taken_at;
    let all = tenantscan_evaluate::evaluate(policies, tenantscan_evaluate::Chosen::All, snapshot, at, &|_, _| {
        BTreeSet::new()
    });
    let lost = all.outcomes.iter().filter(|it| !matches!(it.verdict, Verdict::Pass | Verdict::NotApplicable));
    lost.map(|it| format!("{}: {}", policies[it.policy].id, it.verdict)).collect()
}

/// Words that recorded settings of all practices hold, by setting and field.
type Words = BTreeMap<String, BTreeSet<String>>;

fn words() -> Words {
    let mut words = Words::new();
    for practice in fs::read_dir(repository("fixtures")).expect("the practices") {
        let folder = practice.expect("an entry").path();
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name.to_str().is_some_and(|name| name.starts_with("policies-"))) {
                let page: Value = serde_json::from_str(&fs::read_to_string(path).expect("text")).expect("JSON");
                for policy in page["response"]["body"]["policies"].as_array().into_iter().flatten() {
                    let value = &policy["setting"]["value"];
                    let mut found = Vec::new();
                    places(value, "", &mut found);
                    for place in found {
                        if let Some(word) = value.pointer(&place).and_then(Value::as_str) {
                            words.entry(field(policy, &place)).or_default().insert(word.to_owned());
                        }
                    }
                }
            }
        }
    }
    words
}

/// The setting and the way to the field in it: `drive_and_docs.external_sharing/externalSharingMode`.
fn field(policy: &Value, place: &str) -> String {
    let setting = policy["setting"]["type"].as_str().expect("a type");
    let way: Vec<&str> = place.split('/').filter(|part| part.parse::<usize>().is_err()).collect();
    format!("{}{}", setting.strip_prefix("settings/").expect("settings"), way.join("/"))
}

/// What a value is changed to: whatever else it may be, and something that nobody has heard of; for what an administrator
/// set, nothing as well. All services are switched by the same code: of them one is asked for what cannot be.
fn others(policy: &Value, place: &str, words: &Words) -> Vec<Value> {
    let value = policy["setting"]["value"].pointer(place).expect("there");
    let field = field(policy, place);
    let mut all = match value {
        Value::Bool(on) => vec![json!(!on)],
        Value::Number(_) => vec![json!(0), json!(1_000_000)],
        Value::String(text) if text.ends_with('s') && text[..text.len() - 1].parse::<u64>().is_ok() => {
            vec![json!("0s"), json!("31536000s")]
        }
        Value::String(_) => words.get(&field).into_iter().flatten().map(|word| json!(word)).collect(),
        _ => Vec::new(),
    };
    let service = [".service_status/", ".user_takeout/"].iter().any(|part| field.contains(part));
    if !service || field.starts_with("photos.") {
        all.push(json!("SOMETHING_NEW"));
        all.extend((policy["type"] == "ADMIN").then_some(Value::Null));
    }
    all.retain(|it| it != value);
    all
}

/// The place of every plain value below.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

/// Whether a setting that Google ships holds for nobody, since an administrator set the same for everybody.
fn is_overruled(policy: &Value, all: &[Value], place: &str) -> bool {
    let field = place.split('/').nth(1).expect("a field");
    let same = |other: &Value| {
        other["type"] == "ADMIN"
            && other["setting"]["type"] == policy["setting"]["type"]
            && other["policyQuery"]["query"] == policy["policyQuery"]["query"]
            && other["setting"]["value"].get(field).is_some()
    };
    let beside = policy["setting"]["type"].as_str().expect("a type").starts_with("settings/rule.");
    policy["type"] == "SYSTEM" && !beside && all.iter().any(same)
}

/// Changes that no policy minds although one reads the field, and why that is right; `*` stands for every value.
const HARMLESS: &[(&str, &str, &str)] = &[
    (
        "chat.external_chat_restriction/allowExternalChat",
        "*",
        "chats outside are for trusted domains alone, or for none",
    ),
    ("chat.chat_external_spaces/domainAllowlistMode", "*", "spaces with people from outside are off"),
    (
        "drive_and_docs.drive_for_desktop/allowDriveForDesktop",
        "*",
        "it is for the practice's own devices alone, or off",
    ),
    ("drive_and_docs.external_sharing/allowPublishingFiles", "*", "files are shared with trusted domains alone"),
    ("drive_and_docs.external_sharing/externalSharingMode", "DISALLOWED", "stricter"),
    ("drive_and_docs.general_access_default/defaultFileAccess", "null", "Google ships the same"),
    ("gmail.content_compliance/contentComplianceRules/description", "*", "a name"),
    ("gmail.smime_encryption/enableSmimeEncryption", "*", "somebody answered that people can encrypt in another way"),
    ("rule.dlp/displayName", "*", "a name"),
    ("rule.system_defined_alerts/displayName", "SOMETHING_NEW", "an administrator's policy speaks of the same alert"),
    ("security.password/minimumLength", "1000000", "stricter"),
    ("security.two_step_verification_enforcement_factor/allowedSignInFactorSet", "PASSKEY_ONLY", "stricter"),
    (
        "sites.sites_creation_and_modification/allowSitesCreation",
        "*",
        "those that are made cannot be shown to the world",
    ),
];

fn harmless(field: &str, value: &str) -> Option<usize> {
    HARMLESS.iter().position(|(name, what, _)| *name == field && (*what == "*" || *what == value))
}

#[test]
fn a_changed_setting_is_noticed_or_known_to_be_harmless() {
    let practice = Practice::scan();
    let words = words();
    let pages = &practice.pages;
    let listed = |page: &'_ Value| page["response"]["body"]["policies"].as_array().expect("policies").clone();
    let all: Vec<Value> = pages.iter().flat_map(|(_, page)| listed(page)).collect();
    let (mut noticed, mut unread, mut silent, mut excused) = (0, 0, Vec::new(), BTreeSet::new());
    for (number, (_, page)) in pages.iter().enumerate() {
        for (index, policy) in listed(page).iter().enumerate() {
            let mut found = Vec::new();
            places(&policy["setting"]["value"], "", &mut found);
            for place in found.into_iter().filter(|place| !is_overruled(policy, &all, place)) {
                for other in others(policy, &place, &words) {
                    let mut pages = pages.clone();
                    let full = format!("/response/body/policies/{index}/setting/value{place}");
                    *pages[number].1.pointer_mut(&full).expect("there") = other.clone();
                    let lost = practice.lost(&practice.read(&pages));
                    let (field, value) =
                        (field(policy, &place), other.as_str().map_or(other.to_string(), str::to_owned));
                    match (lost, harmless(&field, &value)) {
                        (None, _) => unread += 1,
                        (Some(lost), _) if !lost.is_empty() => noticed += 1,
                        (Some(_), Some(number)) => drop(excused.insert(number)),
                        (Some(_), None) => silent.push(format!("{field} = {value}")),
                    }
                }
            }
        }
    }
    assert_eq!(silent, [""; 0], "changes that a policy reads, and after which all are still met");
    assert!(noticed > 150, "{noticed} were noticed; of {unread} no policy reads anything");
    let stale: Vec<_> = (0..HARMLESS.len()).filter(|number| !excused.contains(number)).collect();
    assert!(stale.is_empty(), "no longer needed: {stale:?}");
}

/// Dates that lie ahead of the scan count for nothing.
#[test]
fn nobody_signed_in_next_year() {
    let practice = Practice::scan();
    let rest = practice.rest.iter().map(|(name, text)| {
        let ahead = text.replace("2026-11-", "2027-11-").replace("2026-10-", "2027-10-");
        let is_seen = ["users-", "devices-", "device_users-", "chromebooks-"].iter().any(|it| name.starts_with(it));
        (name.clone(), if is_seen { ahead } else { text.clone() })
    });
    let pages = practice.pages.iter().map(|(name, page)| (name.clone(), page.to_string()));
    let reader = Reader::replaying(Replay::from_files(pages.chain(rest)).expect("exchanges"));
    let columns = LIBRARY.policies.iter().filter_map(|policy| policy.rules.get(&Platform::GoogleWorkspace));
    let columns = columns.flat_map(|rule| rule.reads.iter().copied()).collect();
    let request = Request { columns: &columns, declared: &practice.declared, now: practice.snapshot.taken_at };
    let facts = practice.runtime.block_on(tenantscan_google_workspace::read(&reader, &request));
    let mut snapshot = practice.snapshot.clone();
    snapshot.tenants[0].datasets.users = facts.datasets.users;
    snapshot.tenants[0].datasets.devices = facts.datasets.devices;
    snapshot.tenants[0].datasets.directory_devices = facts.datasets.directory_devices;
    let policies: Vec<&Policy> = LIBRARY.policies.iter().collect();
    let lost = away(&policies, &snapshot);
    for policy in ["inactive-accounts", "stale-admins", "devices-stale"] {
        assert!(lost.contains(&format!("{policy}: unknown")), "{policy}: {lost:?}");
    }
}
