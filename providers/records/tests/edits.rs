//! Edits keep what people wrote: every comment, every order, every line that the change is not about.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use tenantscan_model::rows::{Answer, Disposition, HandlesPhi, PlanState, RegisteredKind};
use tenantscan_records::{
    Accepted, Account, Attestation, Baa, EditError, Entry, Evidence, Exception, PlanItem, Policies, Records, Vendor,
    put, read,
};

const PRACTICES: [&str; 2] = ["cedar-grove", "maple-hill"];

fn folder(practice: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(practice).join("records")
}

fn text<E: Entry>(practice: &str) -> String {
    fs::read_to_string(folder(practice).join(E::FILE)).expect("text")
}

fn records(folder: &Path) -> Records {
    let policies: Policies<'_> =
        ["shared-logins", "mfa-registered", "audit-log-on", "mfa-all-users", "sharing-defaults-private"].into();
    read(folder, &policies).expect("in order")
}

/// The lines of one text that the other does not have, in order.
fn difference<'t>(of: &'t str, other: &str) -> Vec<&'t str> {
    let mut left: Vec<&str> = other.lines().collect();
    of.lines()
        .filter(|line| match left.iter().position(|it| it == line) {
            Some(place) => {
                left.remove(place);
                false
            }
            None => true,
        })
        .collect()
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains('#')).collect()
}

fn unchanged<E: Entry>(practice: &str, entries: &[E]) -> usize {
    let before = text::<E>(practice);
    for entry in entries {
        assert_eq!(put(&before, entry).expect("TOML"), before, "{practice}/{}", E::FILE);
    }
    entries.len()
}

#[test]
fn an_entry_that_says_the_same_changes_no_byte() {
    let mut count = 0;
    for practice in PRACTICES {
        let all = records(&folder(practice));
        count += unchanged(practice, &all.attestations.expect("there"));
        count += unchanged(practice, &all.vendors.expect("there").vendors);
        count += unchanged(practice, &all.accounts.expect("there").accounts.expect("some"));
        count += unchanged(practice, &all.exceptions.expect("there"));
        count += unchanged(practice, &all.plan.expect("there"));
    }
    assert!(count > 70, "{count} entries");
}

#[test]
fn an_answer_is_replaced_in_its_place() {
    let mut answers = records(&folder("cedar-grove")).attestations.expect("there");
    let answer = answers.iter_mut().find(|it| it.question == "msp-baa").expect("there");
    answer.answer = Answer::Implemented;
    answer.on = date(2026, 11, 20);
    answer.evidence = vec![Evidence { at: "https://practice.example/baa".into(), sha256: None }];
    let before = text::<Attestation>("cedar-grove");
    let after = put(&before, answer).expect("TOML");
    assert_eq!(difference(&before, &after), ["answer = \"no\"", "on = 2026-10-12"]);
    let mut new = difference(&after, &before);
    new.sort_unstable();
    assert_eq!(new, ["answer = \"implemented\"", "evidence = [\"https://practice.example/baa\"]", "on = 2026-11-20"]);
    assert_eq!(comments(&after), comments(&before));
}

#[test]
fn entries_are_added_at_the_end() {
    let before = text::<Vendor>("cedar-grove");
    let mut vendor = Vendor {
        name: "Recall Systems".into(),
        services: vec!["reminders".into(), "surveys".into()],
        app_ids: Vec::new(),
        tenant_ids: Vec::new(),
        domains: vec!["recall.example".into()],
        categories: vec!["reminders".into()],
        handles_phi: HandlesPhi::Yes,
        owner: "Ana Sample".into(),
        baa: Some(Baa {
            signed_on: Some(date(2026, 11, 20)),
            breach_notice_days: Some(5),
            plan: Some("Practice".into()),
            ..Baa::default()
        }),
    };
    let added = put(&before, &vendor).expect("TOML");
    let rest = added.strip_prefix(&before).expect("all that was there is there, byte for byte");
    insta::assert_snapshot!(rest, @r#"

    [[vendor]]
    name = "Recall Systems"
    services = ["reminders", "surveys"]
    domains = ["recall.example"]
    categories = ["reminders"]
    handles_phi = "yes"
    owner = "Ana Sample"

    [vendor.baa]
    signed_on = 2026-11-20
    plan = "Practice"
    breach_notice_days = 5
    "#);
    vendor.name = "RECALL systems".into();
    vendor.baa = None;
    let shorter = put(&added, &vendor).expect("TOML");
    let rest = shorter.strip_prefix(&before).expect("all that was there is there");
    assert!(!rest.contains("breach_notice_days"), "{rest}");
    assert_eq!(shorter.matches("[[vendor]]").count(), added.matches("[[vendor]]").count());
}

#[test]
fn what_people_wrote_around_a_change_stays() {
    let before = "\
# The register of Ann.   Two spaces  stay.

[[vendor]] # the first
  name = 'Charting'   # as on the invoice
services=[ \"charts\",
  \"images\", # since May
]
# undecided until Friday
handles_phi = \"unknown\" # ask Bob
owner = \"Ann\"
baa = { signed_on = 2024-01-31, plan = \"Old\" } # renew!

# the end
";
    let vendor = Vendor {
        name: "Charting".into(),
        services: vec!["charts".into(), "images".into()],
        app_ids: Vec::new(),
        tenant_ids: Vec::new(),
        domains: Vec::new(),
        categories: Vec::new(),
        handles_phi: HandlesPhi::Yes,
        owner: "Ann".into(),
        baa: Some(Baa { signed_on: Some(date(2026, 1, 31)), plan: Some("Old".into()), ..Baa::default() }),
    };
    let after = put(before, &vendor).expect("TOML");
    let due = before.replace("\"unknown\"", "\"yes\"").replace("2024-01-31", "2026-01-31");
    assert_eq!(after, due);
    let other = Vendor { name: "Payroll".into(), ..vendor.clone() };
    let longer = put(before, &other).expect("TOML");
    assert!(longer.starts_with(before) && longer.matches("[[vendor]]").count() == 2, "{longer}");
    let windows = before.replace('\n', "\r\n");
    assert_eq!(put(&windows, &vendor).expect("TOML"), due.replace('\n', "\r\n"));
}

#[test]
fn an_empty_text_becomes_a_file_that_can_be_read() {
    let answer = Attestation {
        question: "restore-tested".into(),
        answer: Answer::AddressedDifferently,
        statement: "Said \"so\".\nTwice.".into(),
        evidence: vec![Evidence { at: "note.txt".into(), sha256: Some("a".repeat(64)) }],
        by: "Ann Sample".into(),
        role: "Manager".into(),
        on: date(2026, 11, 20),
        valid_until: None,
    };
    let account = Account {
        account: "kiosk@practice.example".into(),
        kind: RegisteredKind::Kiosk,
        owner: "Ann Sample".into(),
        purpose: "Checks patients in.".into(),
        reviewed_on: date(2026, 11, 20),
    };
    let values = serde_json::json!({ "enabled": true, "gaps": ["from home"], "age": 3, "last": null });
    let exception = |resource: &str, accepted| Exception {
        policy: "shared-logins".into(),
        tenant: "microsoft365".into(),
        resource: resource.into(),
        accepted: Some(accepted),
        disposition: Disposition::Planned,
        reason: "Own accounts come with the new computers.".into(),
        evidence: Vec::new(),
        approved_by: "Ann Sample".into(),
        approved_on: date(2026, 11, 20),
        until: date(2027, 11, 20),
    };
    let values = Accepted::Values(values.as_object().expect("an object").clone());
    let exceptions = [exception("u1", values), exception("u2", Accepted::Sha256("b".repeat(64)))];
    let item = PlanItem {
        policy: "audit-log-on".into(),
        resource: "*".into(),
        found: date(2026, 11, 20),
        owner: "Ann Sample".into(),
        due: date(2026, 12, 31),
        state: PlanState::InProgress,
        note: Some("Asked.".into()),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("written");
    write("note.txt", "A note.\n".into());
    write("attestations.toml", put("", &answer).expect("TOML"));
    write("accounts.toml", put("", &account).expect("TOML"));
    let text = put("# Decided by Ann.\n", &exceptions[0]).expect("TOML");
    assert!(text.starts_with("# Decided by Ann.\n"), "{text}");
    write("exceptions.toml", put(&text, &exceptions[1]).expect("TOML"));
    write("plan.toml", put("", &item).expect("TOML"));
    let read = records(folder.path());
    assert_eq!(read.attestations.expect("there"), [answer]);
    assert_eq!(read.accounts.expect("there").accounts.expect("some"), [account]);
    assert_eq!(read.plan.expect("there"), [item]);
    let found = read.exceptions.expect("there");
    assert_eq!(found[1], exceptions[1]);
    let accepted = found[0].accepted.as_ref().expect("there");
    assert_eq!(accepted.json().as_deref(), Some(r#"{"age":3,"enabled":true,"gaps":["from home"]}"#));
    assert_eq!(accepted.sha256(), exceptions[0].accepted.as_ref().expect("there").sha256(), "a null is left out");
}

fn item(resource: &str, state: PlanState) -> PlanItem {
    PlanItem {
        policy: "audit-log-on".into(),
        resource: resource.into(),
        found: date(2026, 11, 20),
        owner: "Ann".into(),
        due: date(2026, 12, 31),
        state,
        note: None,
    }
}

#[test]
fn entries_between_brackets_are_edited_there_with_what_people_wrote_around_them() {
    let lines = "\
# The plan of Ann.
item = [ # all of it
    # the log comes first
    { policy = \"audit-log-on\", resource = '*',  found = 2026-11-20, owner = \"Ann\", due = 2026-12-31, state = \"open\" }, # soon
    { policy = \"shared-logins\", resource = \"u1\", owner = \"Bob\", due = 2026-12-31, state = \"open\" }, # ask Bob
    # nothing else
]
# the end
";
    let changed = put(lines, &item("*", PlanState::Done)).expect("TOML");
    assert_eq!(changed, lines.replacen("\"open\"", "\"done\"", 1));
    let added = put(lines, &item("u2", PlanState::Open)).expect("TOML");
    let new = "    { policy = \"audit-log-on\", resource = \"u2\", found = 2026-11-20, owner = \"Ann\", due = 2026-12-31, state = \"open\" }";
    assert_eq!(added, lines.replace("\n]\n", &format!("\n{new},\n]\n")));
    let one_line = "item = [{ policy = \"a\", resource = \"*\" }] # all\n";
    let added = put(one_line, &item("u2", PlanState::Open)).expect("TOML");
    assert_eq!(added, one_line.replace("}]", &format!("}}, {}]", new.trim())));
    let no_comma = lines.replace(" }, # ask Bob\n    # nothing else\n", " } # ask Bob\n");
    let added = put(&no_comma, &item("u2", PlanState::Open)).expect("TOML");
    assert_eq!(added, no_comma.replace(" } # ask Bob\n", &format!(" }}, # ask Bob\n{new}\n")));
    for (text, entry) in [(lines, "u3"), (&*added, "u4"), (one_line, "u5")] {
        let twice = put(&put(text, &item(entry, PlanState::Open)).expect("TOML"), &item("last", PlanState::Open));
        let twice = twice.expect("TOML");
        let table: toml::Table = toml::from_str(&twice).expect("TOML");
        let before: toml::Table = toml::from_str(text).expect("TOML");
        let count = |table: &toml::Table| table["item"].as_array().expect("a list").len();
        assert_eq!(count(&table), count(&before) + 2, "{twice}");
        assert_eq!(twice.matches(" # ").count(), text.matches(" # ").count(), "{twice}");
    }
}

#[test]
fn a_list_that_says_none_gives_way_to_the_first_entry() {
    let account = records(&folder("maple-hill")).accounts.expect("there").accounts.expect("some").remove(0);
    let before = "\
# Asked in October:
account = [] # nobody
# Jobs.
role = [] # none yet

# the end
";
    let after = put(before, &account).expect("TOML");
    let table: toml::Table = toml::from_str(&after).expect("TOML");
    assert_eq!(table["account"].as_array().map(Vec::len), Some(1), "{after}");
    assert_eq!(table["role"].as_array().map(Vec::len), Some(0), "{after}");
    for comment in ["# Asked in October:", "# nobody", "# Jobs.", "# none yet", "# the end"] {
        assert_eq!(after.matches(comment).count(), 1, "{after}");
    }
    let roles = "account = []\n\n# Jobs.\n[[role]]\nname = \"billing\"\ngroups = [\"b\"]\n";
    let after = put(roles, &account).expect("TOML");
    let table: toml::Table = toml::from_str(&after).expect("TOML");
    assert_eq!(table["account"].as_array().map(Vec::len), Some(1), "{after}");
    assert_eq!(table["role"][0]["name"].as_str(), Some("billing"), "{after}");
    assert_eq!(put("item = [\n  # none\n]\n", &item("*", PlanState::Open)).expect("TOML").matches("# none").count(), 1);
}

#[test]
fn a_text_that_is_broken_is_not_edited() {
    let account = records(&folder("maple-hill")).accounts.expect("there").accounts.expect("some").remove(0);
    assert!(matches!(put("account = 1\n", &account), Err(EditError::Shape("account"))));
    assert!(matches!(put("[[account]\n", &account), Err(EditError::Syntax(_))));
    assert!(matches!(put("account = [{ account = \"a\" }, 1]\n", &account), Err(EditError::Shape("account"))));
}
