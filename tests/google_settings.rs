//! Settings of the made-up Google practices, from the exchanges to the verdicts: who is affected, and where a value comes
//! from.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{copy, replay, repository, tenantscan, verdicts};

fn findings(report: &Value, policy: &str) -> Vec<String> {
    let findings = result(report, policy)["findings"].as_array().expect("findings");
    findings.iter().map(|it| it["text"].as_str().expect("a text").to_owned()).collect()
}

fn verdict(report: &Value, policy: &str) -> String {
    let all = verdicts(report);
    all.into_iter().find(|(id, _)| id == policy).map(|(_, verdict)| verdict).expect("it was judged")
}

/// The datasets of the snapshot of a practice, judged by all policies.
fn datasets(practice: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json");
    let mut command = tenantscan();
    command.args(["scan", "--format", "json", "--replay"]).arg(repository("fixtures").join(practice));
    let output = command.arg("--snapshot").arg(&path).output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{}", support::text(&output.stderr));
    let snapshot: Value = serde_json::from_slice(&fs::read(&path).expect("the snapshot")).expect("JSON");
    snapshot["tenants"][0]["datasets"].clone()
}

fn rows<'a>(datasets: &'a Value, dataset: &str) -> &'a Vec<Value> {
    datasets[dataset]["rows"].as_array().expect("rows")
}

fn effective(datasets: &Value, situation: &str, setting: &str, field: &str) -> (Value, Value) {
    let id = format!("{situation}: {setting}.{field}");
    let row = rows(datasets, "effective_settings").iter().find(|row| row["id"] == *id);
    let row = row.unwrap_or_else(|| panic!("no {id}"));
    (row["value"].clone(), row["set_by"].clone())
}

#[test]
fn an_override_deep_in_the_tree_is_found_with_its_people() {
    let report = replay(&repository("fixtures/juniper-lane"));
    assert_eq!(
        findings(&report, "anonymous-links-off"),
        [
            "/Billing, in group Billing (2 people) can open files to anyone who has the link, as Google sets it by default",
            "/Clinic/Front desk/Temps (3 people) can open files to anyone who has the link",
            "/Former staff (1 person) can open files to anyone who has the link, as Google sets it by default",
            "the top unit (/) (3 people) can open files to anyone who has the link, as Google sets it by default",
        ],
        "not /Clinic and /Clinic/Front desk, where nothing goes outside"
    );
    assert_eq!(
        findings(&report, "auto-forward-blocked"),
        ["/Billing, in group Billing (2 people) can have all their mail forwarded to any address"]
    );
    assert!(
        findings(&report, "meetings-private").contains(
            &"/Clinic/Front desk (1 person): without asking enters OPEN, the host rules the meeting: no".into()
        )
    );
    let photos: Vec<String> =
        findings(&report, "non-covered-services-off").into_iter().filter(|it| it.contains("photos")).collect();
    assert_eq!(
        photos,
        [
            "/Clinic/Front desk/Temps (3 people): photos, which the agreement on health data does not cover, is enabled; what \
          somebody decided of it, and of services without a switch of their own: the answers were not read"
        ]
    );
    let mail = findings(&report, "transport-rules-safe");
    assert!(
        mail[0].starts_with("Rules under Compliance that send mail outside: Copy invoices to Bo; rules that"),
        "{mail:?}"
    );
}

#[test]
fn values_can_be_checked_by_hand() {
    let data = datasets("juniper-lane");
    let sharing = |situation| effective(&data, situation, "drive_and_docs.external_sharing", "externalSharingMode");
    assert_eq!(sharing("/Clinic/Front desk"), ("\"DISALLOWED\"".into(), "unit /Clinic".into()));
    assert_eq!(sharing("/Clinic/Front desk/Temps"), ("\"ALLOWED\"".into(), "unit /Clinic/Front desk/Temps".into()));
    assert_eq!(sharing("the top unit (/)"), ("\"ALLOWED\"".into(), "default of Google".into()));
    let forced = effective(&data, "/Clinic", "security.password", "enforceRequirementsAtLogin");
    assert_eq!(forced, ("true".into(), "the whole organisation (/)".into()));
    let length = |situation| effective(&data, situation, "security.password", "minimumLength").0;
    assert_eq!(length("/Clinic"), "12");
    assert_eq!(length("/Clinic/Front desk/Temps"), "8", "what holds for whoever has the free product");
    let strength = effective(&data, "/Billing, in group Billing", "security.password", "allowedStrength");
    assert_eq!(strength, ("\"STRONG\"".into(), "Google".into()));
    let notes = rows(&data, "unapplied_policies");
    assert!(
        matches!(notes.as_slice(), [note] if note["reason"].as_str().is_some_and(|it| it.contains("no longer exists")))
    );
    let kept = rows(&data, "setting_types").iter().find(|row| row["id"] == "classroom.api_data_access");
    assert_eq!(
        kept.map(|row| &row["known"]),
        Some(&Value::Bool(false)),
        "no column shows it, and it is listed all the same"
    );
    let people: i64 = rows(&data, "situations").iter().filter_map(|row| row["people"].as_i64()).sum();
    let active = rows(&data, "users").iter().filter(|user| user["enabled"] == true).count();
    assert_eq!(usize::try_from(people).ok(), Some(active), "every active account is in one situation");
}

#[test]
fn whose_products_were_not_read_has_settings_tied_to_products_open() {
    let folder = tempfile::tempdir().expect("a folder");
    copy_without(&repository("fixtures/juniper-lane"), folder.path(), "licences_identity_free-1.json");
    let report = replay(folder.path());
    assert_eq!(verdict(&report, "password-strength"), "unknown");
    let whole = replay(&repository("fixtures/juniper-lane"));
    let found = findings(&whole, "password-strength");
    assert!(found.len() == 1 && found[0].contains("/Clinic/Front desk/Temps (3 people)"), "{found:?}");
}

#[test]
fn a_second_step_that_is_forced_from_next_year_is_forced_on_nobody_yet() {
    let data = datasets("juniper-lane");
    for user in rows(&data, "users").iter().filter(|user| user["enabled"] == true) {
        let pilot =
            ["Dr. Ima Fiction", "Dr. Noah Body", "Rita Reception"].contains(&user["name"].as_str().expect("a name"));
        assert_eq!(user["mfa"], if pilot { "always" } else { "never" }, "{}", user["name"]);
        if !pilot {
            assert!(user["mfa_gaps"][0].as_str().is_some_and(|why| why.ends_with("from 2027-01-15 only")));
        }
    }
}

#[test]
fn a_well_run_practice_fails_nothing_and_only_what_no_api_shows_is_open() {
    let report = replay(&repository("fixtures/willow-creek"));
    let failed: Vec<_> = verdicts(&report).into_iter().filter(|(_, it)| it == "fail" || it == "review").collect();
    assert!(failed.is_empty(), "{failed:?}");
    for policy in
        ["anonymous-links-off", "email-dlp-phi", "session-length", "non-covered-services-off", "spam-bypass-empty"]
    {
        assert_eq!(verdict(&report, policy), "pass", "{policy}");
    }
}

/// What mailboxes and accounts themselves say, a person's answer, or other results can decide these, whatever settings
/// allow.
const OTHER_FACTS: [&str; 9] = [
    "audit-log-retention",
    "device-screen-lock",
    "dkim-signing",
    "former-employees-left-overs",
    "forwarding-domains-in-register",
    "mailbox-forwarding-external",
    "public-files-inventory",
    "retention-holds",
    "risks-mended-in-time",
    "risks-planned",
];

#[test]
fn a_page_of_settings_that_was_not_read_leaves_all_of_them_open() {
    for practice in ["juniper-lane", "willow-creek"] {
        let folder = tempfile::tempdir().expect("a folder");
        copy_without(&repository("fixtures").join(practice), folder.path(), "policies-2.json");
        let report = replay(folder.path());
        let whole = replay(&repository("fixtures").join(practice));
        for (policy, judged) in verdicts(&whole) {
            let now = verdict(&report, &policy);
            if OTHER_FACTS.contains(&policy.as_str()) {
                assert!(now == "unknown" || now == judged, "{practice}: {now}");
            } else if rests_on_settings(&whole, &policy) {
                assert_eq!(now, "unknown", "{practice}: {policy}");
            } else {
                assert_eq!(now, judged, "{practice}: {policy}");
            }
        }
    }
}

/// A copy of the well-run practice without the policies of one setting.
fn without(setting: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let practice = repository("fixtures/willow-creek");
    copy_without(&practice, folder.path(), "policies-1.json");
    let mut page: Value =
        serde_json::from_slice(&fs::read(practice.join("policies-1.json")).expect("a page")).expect("JSON");
    let second: Value =
        serde_json::from_slice(&fs::read(practice.join("policies-2.json")).expect("a page")).expect("JSON");
    let all = [&page, &second].map(|page| page["response"]["body"]["policies"].as_array().expect("policies").clone());
    let kept = all.concat().into_iter().filter(|policy| policy["setting"]["type"] != format!("settings/{setting}"));
    page["response"]["body"] = serde_json::json!({ "policies": kept.collect::<Vec<_>>() });
    fs::write(folder.path().join("policies-1.json"), page.to_string()).expect("written");
    replay(folder.path())
}

fn result<'a>(report: &'a Value, policy: &str) -> &'a Value {
    let results = report["results"].as_array().expect("results");
    results.iter().find(|it| it["policy"] == policy).expect("it was judged")
}

#[test]
fn what_nobody_set_has_the_documented_default_and_says_so() {
    let report = without("security.session_controls");
    assert_eq!(verdict(&report, "session-length"), "fail");
    let said = findings(&report, "session-length");
    assert!(said.iter().all(|it| it.ends_with("(hours): 336, as Google sets it by default")), "{said:?}");
}

#[test]
fn what_nobody_set_and_has_no_documented_default_is_for_a_person_to_look_at() {
    let report = without("gmail.pop_access");
    let open = result(&report, "pop-imap-off");
    assert_eq!((&open["verdict"], &open["cause"]), (&"unknown".into(), &"not_supplied".into()));
    assert!(open["cure"].as_str().is_some_and(|cure| cure.contains("look at the page of the Admin console")), "{open}");
}

#[test]
fn a_group_that_cannot_be_looked_into_leaves_open_what_it_sets_otherwise() {
    let practice = repository("fixtures/juniper-lane");
    let whole = replay(&practice);
    let groups: Vec<String> = fs::read_dir(&practice)
        .expect("the practice")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| name.starts_with("group_members-"))
        .collect();
    let mut opened = 0;
    for name in &groups {
        let folder = tempfile::tempdir().expect("a folder");
        copy_without(&practice, folder.path(), name);
        let report = replay(folder.path());
        let now = verdict(&report, "auto-forward-blocked");
        assert_ne!(now, "pass", "{name}");
        opened += usize::from(now == "unknown");
        assert_eq!(verdict(&report, "anonymous-links-off"), verdict(&whole, "anonymous-links-off"), "{name}");
    }
    assert_eq!(opened, 1, "the group Billing alone sets forwarding");
}

fn rests_on_settings(report: &Value, policy: &str) -> bool {
    result(report, policy)["sources"].as_array().expect("sources").iter().any(|it| it == "google-workspace.policies")
}

fn copy_without(from: &Path, to: &Path, left_out: &str) {
    assert!(from.join(left_out).exists(), "{left_out} is one of the exchanges");
    copy(from, to);
    fs::remove_file(to.join(left_out)).expect("removed");
}

/// The verdicts on the well-run practice with its recorded answers changed: each list of policies, or of an account's apps.
fn changed(files: &str, list: &str, change: impl Fn(&mut Vec<Value>)) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository("fixtures/willow-creek"), folder.path());
    for entry in fs::read_dir(folder.path()).expect("the practice") {
        let path = entry.expect("an entry").path();
        if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(files)) {
            continue;
        }
        let mut exchange: Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
        if let Some(rows) = exchange["response"]["body"][list].as_array_mut() {
            change(rows);
        }
        fs::write(&path, exchange.to_string()).expect("written");
    }
    replay(folder.path())
}

/// Whether a policy is an administrator's, for a setting.
fn set_by_admin(policy: &Value, setting: &str) -> bool {
    policy["type"] == "ADMIN" && policy["setting"]["type"] == format!("settings/{setting}")
}

#[test]
fn a_service_that_no_list_names_or_that_no_policy_names_is_open() {
    for service in ["brand_new_ai", "vids", "cloud"] {
        let report = changed("policies-", "policies", |policies| {
            let mut more = policies.clone();
            more.retain(|policy| set_by_admin(policy, "maps.service_status"));
            for policy in &mut more {
                policy["name"] = format!("policies/{service}").into();
                policy["setting"]["type"] = format!("settings/{service}.service_status").into();
                policy["setting"]["value"]["serviceState"] = "ENABLED".into();
            }
            policies.extend(more);
        });
        assert_eq!(verdict(&report, "non-covered-services-off"), "unknown", "{service}");
    }
    for service in ["maps", "play", "youtube"] {
        let setting = format!("settings/{service}.service_status");
        let report = changed("policies-", "policies", |all| all.retain(|policy| policy["setting"]["type"] != *setting));
        assert_eq!(verdict(&report, "non-covered-services-off"), "unknown", "{service}");
    }
}

#[test]
fn takeout_of_services_without_a_switch_counts() {
    let on = changed("policies-", "policies", |policies| {
        policies.retain(|policy| !set_by_admin(policy, "takeout.service_status"));
    });
    assert_eq!(verdict(&on, "data-takeout-off"), "fail");
    let silent = changed("policies-", "policies", |policies| {
        policies.retain(|policy| policy["setting"]["type"] != "settings/takeout.service_status");
    });
    assert_eq!(verdict(&silent, "data-takeout-off"), "unknown");
}

#[test]
fn a_rule_for_mail_that_comes_in_stops_nothing_that_goes_out() {
    let report = changed("policies-", "policies", |policies| {
        for policy in policies.iter_mut().filter(|policy| set_by_admin(policy, "rule.dlp")) {
            policy["setting"]["value"]["triggers"][0] = "google.workspace.gmail.email.v1.receive".into();
        }
    });
    assert_eq!(verdict(&report, "email-dlp-phi"), "fail");
}

#[test]
fn of_two_policies_for_an_alert_the_greatest_counts_and_one_without_a_state_leaves_it_open() {
    let with = |name: &'static str, said: &'static [(f64, Option<&str>)]| {
        changed("policies-", "policies", move |policies| {
            let mut more: Vec<Value> = Vec::new();
            for policy in policies.iter().filter(|policy| set_by_admin(policy, "rule.system_defined_alerts")) {
                for (order, state) in said {
                    let mut one = policy.clone();
                    one["name"] = format!("policies/{order}").into();
                    one["policyQuery"]["sortOrder"] = (*order).into();
                    one["setting"]["value"]["displayName"] = name.into();
                    one["setting"]["value"]["state"] = state.map_or(Value::Null, Value::from);
                    more.push(one);
                }
            }
            policies.extend(more);
        })
    };
    let report = with("Suspicious login", &[(900.0, Some("INACTIVE")), (350.0, Some("ACTIVE"))]);
    assert_eq!(verdict(&report, "security-alerts-on"), "fail");
    assert_eq!(verdict(&report, "risky-sign-in-response"), "fail");
    let report = with("Leaked password", &[(900.0, None)]);
    assert_eq!(verdict(&report, "security-alerts-on"), "unknown");
    assert_eq!(verdict(&report, "risky-sign-in-response"), "unknown");
}

#[test]
fn an_app_with_a_scope_that_the_catalogue_does_not_have_is_open() {
    let report = changed("tokens-", "items", |apps| {
        for app in apps {
            app["scopes"][0] = "https://www.googleapis.com/auth/brand.new".into();
        }
    });
    for policy in ["app-high-risk-permissions", "vendor-register", "stale-app-grants"] {
        assert_eq!(verdict(&report, policy), "unknown", "{policy}");
    }
    let report = changed("tokens-", "items", |apps| {
        for app in apps {
            app["scopes"][0] = "https://www.googleapis.com/auth/keep.readonly".into();
        }
    });
    assert_ne!(verdict(&report, "vendor-register"), "pass");
}

#[test]
fn without_the_scope_nothing_is_said_and_the_cure_names_it() {
    let report = replay(&repository("fixtures/ash-hollow"));
    for result in report["results"].as_array().expect("results") {
        if rests_on_settings(&report, result["policy"].as_str().expect("an id")) {
            assert_eq!(result["verdict"], "unknown", "{}", result["policy"]);
        }
    }
    let result = result(&report, "anonymous-links-off");
    assert_eq!(result["cause"], "permission_missing");
    assert!(result["cure"].as_str().is_some_and(|cure| cure.contains("cloud-identity.policies.readonly")), "{result}");
}

#[test]
fn five_thousand_people_are_counted_unit_by_unit() {
    let report = replay(&repository("fixtures/great-plains"));
    assert_eq!(
        findings(&report, "pop-imap-off"),
        [
            "/Omaha/Clinic (417 people) can copy the mailbox by old mail programs; POP: no, IMAP: yes. In the whole practice it was done within a month by POP: 0, by IMAP: 31"
        ]
    );
    let session = findings(&report, "session-length");
    assert!(session.iter().all(|it| it.contains("in group Team 3") && it.ends_with("(hours): 24")), "{session:?}");
}
