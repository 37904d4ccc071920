//! The made-up practices, scanned whole by the program: what is found is in the exchanges, and what is not in them is
//! unknown.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use support::{copy, expect_code, replay, repository, tenantscan, text, verdicts};

#[test]
fn the_demo_ends_well_and_names_what_is_in_its_exchanges() {
    let output = expect_code(tenantscan().args(["demo", "--format", "json"]), 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    assert_eq!(report["schema"], "report@1");
    let failed: Vec<&serde_json::Value> =
        report["results"].as_array().expect("results").iter().filter(|it| it["verdict"] == "fail").collect();
    assert!(failed.len() >= 7, "the demo shows a typical poor state, not {} failures", failed.len());
    // The kinds of vendors that a practice is asked about stand in a catalogue.
    let kinds = repository("policies/catalogues/vendor-categories.toml");
    let mut exchanges = fs::read_to_string(kinds).expect("text");
    for folder in ["fixtures/cedar-grove", "fixtures/cedar-grove/records"] {
        for entry in fs::read_dir(repository(folder)).expect("the practice") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                exchanges += &fs::read_to_string(path).expect("text");
            }
        }
    }
    // What the others found is named by their ids.
    let policies =
        report["results"].as_array().expect("results").iter().map(|it| it["policy"].as_str().expect("an id"));
    exchanges.extend(policies);
    // What holds for all of them is no mailbox's own.
    exchanges += "every mailbox";
    for result in failed {
        for finding in result["findings"].as_array().expect("findings") {
            let name = finding["name"].as_str().expect("a name");
            assert!(
                exchanges.contains(name),
                "{} names {name}, which no exchange, record, policy or kind of vendor holds",
                result["policy"]
            );
        }
    }
}

#[test]
fn every_verdict_names_the_sources_that_it_rests_on() {
    let report = replay(&repository("fixtures/cedar-grove"));
    for result in report["results"].as_array().expect("results") {
        let sources: Vec<&str> =
            result["sources"].as_array().expect("sources").iter().map(|it| it.as_str().expect("an id")).collect();
        assert!(!sources.is_empty(), "{}", result["policy"]);
        if result["policy"] == "mfa-all-users" {
            for due in ["conditional_access_policies", "sign_in_activity", "group_members", "security_defaults"] {
                assert!(sources.contains(&&*format!("microsoft365.{due}")), "{due}: {sources:?}");
            }
        }
    }
}

#[test]
fn two_demos_are_equal_byte_for_byte() {
    let run = || expect_code(tenantscan().args(["demo", "--format", "json"]), 0).stdout;
    assert_eq!(run(), run());
}

#[test]
fn a_well_run_practice_fails_nothing_and_leaves_nothing_open() {
    let report = replay(&repository("fixtures/maple-hill"));
    let bad: Vec<_> =
        verdicts(&report).into_iter().filter(|(_, verdict)| verdict != "pass" && verdict != "not_applicable").collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(report["run"]["exit"]["code"], 0);
}

#[test]
fn a_practice_whose_app_may_read_little_has_causes_and_cures() {
    let report = replay(&repository("fixtures/elm-street"));
    assert_eq!(report["run"]["exit"]["code"], 4);
    let results = report["results"].as_array().expect("results");
    let unknown: Vec<_> = results.iter().filter(|it| it["verdict"] == "unknown").collect();
    assert!(unknown.len() >= 5, "{} unknown", unknown.len());
    let causes: BTreeSet<&str> = unknown.iter().map(|it| it["cause"].as_str().expect("a cause")).collect();
    assert!(causes.contains("permission_missing") && causes.contains("licence_required"), "{causes:?}");
    for result in unknown {
        assert!(result["cure"].as_str().is_some_and(|cure| cure.len() > 20), "{result}");
    }
}

/// Every refusal of Elm Street: its status where there was an answer, what it is taken for, and words of what would cure
/// it.
const REFUSALS: [(&str, Option<u16>, &str, &str); 126] = [
    ("accepted_domains", Some(403), "role_missing", "directory role Global Reader"),
    ("access_reviews", Some(403), "permission_missing", "AccessReview.Read.All"),
    ("activity_timeouts", Some(504), "unavailable", "Microsoft Graph did not answer: scan again later"),
    ("admin_consent_policy", Some(404), "unavailable", "not set up in the tenant"),
    ("alert_policies", Some(400), "role_missing", "directory role Global Reader"),
    ("allowed_senders", Some(429), "throttled", "--deadline"),
    ("android_app_protection", Some(401), "licence_required", "Microsoft Intune"),
    ("anti_phish_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("anti_phish_rules", Some(403), "role_missing", "directory role Global Reader"),
    ("app_mailbox_limits", Some(403), "role_missing", "directory role Global Reader"),
    ("app_sign_ins", Some(403), "licence_required", "Entra ID P1"),
    ("applications", Some(429), "throttled", "--deadline"),
    ("apps_and_services", Some(429), "throttled", "--deadline"),
    ("audit_bypasses", Some(400), "role_missing", "directory role Global Reader"),
    ("audit_log", Some(403), "role_missing", "directory role Global Reader"),
    ("audit_log_setting", Some(403), "role_missing", "directory role Global Reader"),
    ("audit_retention_policies", Some(400), "licence_required", "Microsoft Purview Audit (Premium)"),
    ("authentication_methods", Some(403), "permission_missing", "Policy.Read.All"),
    ("authentication_strengths", Some(503), "unavailable", "Microsoft Graph did not answer: scan again later"),
    ("authorization_policy", Some(403), "permission_missing", "Policy.Read.All"),
    ("backup_policies", Some(403), "permission_missing", "BackupRestore-Configuration.Read.All"),
    ("backup_service", Some(400), "unavailable", "not set up in the tenant"),
    ("built_in_rules", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("conditional_access_policies", Some(403), "permission_missing", "Policy.Read.All"),
    ("configuration_policies", Some(403), "permission_missing", "DeviceManagementConfiguration.Read.All"),
    ("connection_filters", Some(403), "role_missing", "directory role Global Reader"),
    ("cross_tenant_access", Some(400), "unavailable", "not set up in the tenant"),
    ("cross_tenant_partners", Some(400), "malformed", "report it"),
    ("defender_preset_rules", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("delegated_permissions", Some(403), "permission_missing", "Directory.Read.All"),
    ("device_compliance_policies", Some(400), "licence_required", "Microsoft Intune"),
    ("device_configurations", Some(503), "unavailable", "see that the tenant has Microsoft Intune"),
    ("device_health", Some(401), "licence_required", "Microsoft Intune"),
    ("device_settings", Some(400), "licence_required", "Microsoft Intune"),
    ("directory_audits", Some(403), "permission_missing", "AuditLog.Read.All"),
    ("directory_devices", Some(429), "throttled", "--deadline"),
    ("directory_settings", Some(403), "permission_missing", "Directory.Read.All"),
    ("dkim_signing", Some(503), "unavailable", "Exchange Online did not answer: scan again later"),
    ("dlp_policies", Some(400), "licence_required", "Microsoft Purview Data Loss Prevention"),
    ("dlp_rules", Some(400), "licence_required", "Microsoft Purview Data Loss Prevention"),
    ("dns.dmarc", None, "unavailable", "name servers"),
    ("dns.mta_sts", None, "timeout", "--resolver"),
    ("dns.spf", None, "timeout", "--resolver"),
    ("dns.tls_reports", None, "timeout", "--resolver"),
    ("encryption_states", Some(401), "licence_required", "Microsoft Intune"),
    ("enrolment", Some(400), "licence_required", "Microsoft Intune"),
    ("exchange_organization", Some(403), "role_missing", "directory role Global Reader"),
    ("exchange_permissions", Some(403), "permission_missing", "Directory.Read.All"),
    ("external_access_policies", Some(403), "role_missing", "refused again"),
    ("external_sender_tag", Some(404), "unavailable", "not set up in the tenant"),
    ("file_protection", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("forms_settings", Some(403), "permission_missing", "OrgSettings-Forms.Read.All"),
    ("graph_permissions", Some(403), "permission_missing", "Directory.Read.All"),
    ("groups", Some(403), "permission_missing", "Directory.Read.All"),
    ("inbound_connectors", Some(403), "role_missing", "directory role Global Reader"),
    ("ios_app_protection", Some(400), "licence_required", "Microsoft Intune"),
    ("journal_rules", Some(400), "role_missing", "directory role Global Reader"),
    ("label_policies", Some(503), "unavailable", "Microsoft Purview did not answer: scan again later"),
    ("mail_access", Some(429), "throttled", "--deadline"),
    ("mail_authentication_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("mailbox_retention_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("mailbox_retention_tags", Some(403), "role_missing", "directory role Global Reader"),
    ("mailboxes", Some(403), "role_missing", "directory role Global Reader"),
    ("malware_policies", Some(429), "throttled", "--deadline"),
    ("malware_rules", Some(429), "throttled", "--deadline"),
    ("managed_devices", Some(400), "licence_required", "Microsoft Intune"),
    ("message_encryption", Some(403), "role_missing", "directory role Global Reader"),
    ("message_encryption_templates", Some(403), "role_missing", "directory role Global Reader"),
    ("named_locations", Some(429), "throttled", "--deadline"),
    ("outbound_connectors", Some(403), "role_missing", "directory role Global Reader"),
    ("outbound_spam_policies", Some(401), "permission_missing", "Exchange.ManageAsApp of Office 365 Exchange Online"),
    ("outbound_spam_rules", Some(401), "permission_missing", "Exchange.ManageAsApp of Office 365 Exchange Online"),
    ("outlook_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("partner_organizations", Some(403), "role_missing", "directory role Global Reader"),
    ("per_user_mfa", Some(401), "sign_in_failed", "Certificates & secrets"),
    ("permission_names", Some(403), "permission_missing", "Directory.Read.All"),
    ("phone_mail_policies", Some(429), "throttled", "--deadline"),
    ("preset_rules", Some(403), "role_missing", "directory role Global Reader"),
    ("quarantine_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("recovery_keys", Some(403), "permission_missing", "BitlockerKey.ReadBasic.All"),
    ("registration_details", Some(403), "licence_required", "Entra ID P1"),
    ("remote_domains", Some(403), "role_missing", "directory role Global Reader"),
    ("report_settings", Some(403), "permission_missing", "ReportSettings.Read.All"),
    ("report_submission", Some(403), "role_missing", "directory role Global Reader"),
    ("retention_labels", Some(403), "role_missing", "directory role Global Reader"),
    ("retention_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("retention_rules", Some(403), "role_missing", "directory role Global Reader"),
    ("risky_accounts", Some(403), "permission_missing", "IdentityRiskyUser.Read.All"),
    ("role_assignment_instances", Some(400), "licence_required", "Entra ID P2"),
    ("role_eligibility", Some(403), "licence_required", "Entra ID P2"),
    ("role_policies", Some(400), "malformed", "report it"),
    ("safe_attachment_policies", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("safe_attachment_rules", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("safe_links_policies", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("safe_links_rules", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("secure_score", Some(403), "permission_missing", "SecurityEvents.Read.All"),
    ("security_alerts", Some(403), "unavailable", "not set up in the tenant"),
    ("security_defaults", Some(403), "permission_missing", "Policy.Read.All"),
    ("security_incidents", Some(401), "unavailable", "not set up in the tenant"),
    ("send_as_permissions", Some(503), "unavailable", "Exchange Online did not answer: scan again later"),
    ("sensitivity_labels", Some(429), "throttled", "--deadline"),
    ("service_principals", Some(403), "permission_missing", "Directory.Read.All"),
    ("services_not_shown", None, "not_supplied", "non-covered-services-off"),
    ("sharepoint_admin", None, "not_supplied", "SharePoint admin center > Policies > Sharing"),
    ("sharepoint_permissions", Some(403), "permission_missing", "Directory.Read.All"),
    ("sharepoint_settings", Some(400), "licence_required", "a plan with SharePoint"),
    ("sharepoint_sites", Some(403), "permission_missing", "Reports.Read.All"),
    ("sharepoint_versions", None, "not_supplied", "SharePoint admin center > Settings > Version history limits"),
    ("sharing_policies", Some(403), "role_missing", "directory role Global Reader"),
    ("sign_in_activity", Some(403), "licence_required", "Entra ID P1"),
    ("sign_ins", Some(403), "licence_required", "Entra ID P1"),
    ("spam_policies", Some(503), "unavailable", "Exchange Online did not answer: scan again later"),
    ("spam_rules", Some(503), "unavailable", "Exchange Online did not answer: scan again later"),
    ("teams_app_policies", Some(403), "role_missing", "refused again"),
    ("teams_app_settings", None, "not_supplied", "Teams admin center > Teams apps > Manage apps"),
    ("teams_client", Some(404), "unavailable", "not set up in the tenant"),
    ("teams_federation", Some(403), "role_missing", "refused again"),
    ("teams_guest_meetings", Some(403), "role_missing", "refused again"),
    ("teams_guest_messaging", Some(403), "role_missing", "refused again"),
    ("teams_live_event_policies", Some(403), "role_missing", "refused again"),
    ("teams_meeting_policies", Some(401), "role_missing", "refused again"),
    ("teams_meeting_settings", Some(403), "role_missing", "refused again"),
    ("teams_messaging", Some(403), "role_missing", "refused again"),
    ("teams_protection", Some(400), "licence_required", "Defender for Office 365 Plan 1"),
    ("transport_rules", Some(429), "throttled", "--deadline"),
    ("transport_settings", Some(401), "permission_missing", "Exchange.ManageAsApp of Office 365 Exchange Online"),
];

#[test]
fn each_refusal_has_its_own_cause_and_the_cure_for_it() {
    let practice = repository("fixtures/elm-street");
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("snapshot.json");
    let mut scan = tenantscan();
    scan.args(["scan", "--format", "json", "--replay"]).arg(&practice);
    expect_code(scan.arg("--snapshot").arg(&snapshot), 4);
    let snapshot = fs::read_to_string(&snapshot).expect("the snapshot");
    let snapshot: serde_json::Value = serde_json::from_str(&snapshot).expect("JSON");
    let sources = snapshot["tenants"][0]["sources"].as_array().expect("sources");
    let mut unread: Vec<&str> = Vec::new();
    for outcome in sources.iter().filter(|it| it["state"] == "unread") {
        let id = outcome["source"].as_str().expect("an id");
        if id.starts_with("records.") {
            // The practice keeps none, which is no refusal.
            assert_eq!(outcome["cause"], "not_supplied", "{id}");
            continue;
        }
        let id = id.strip_prefix("microsoft365.").unwrap_or(id);
        unread.push(id);
        let Some((_, status, cause, cure)) = REFUSALS.iter().find(|(source, ..)| *source == id) else { continue };
        let told = outcome["cure"].as_str().expect("a cure");
        assert_eq!(outcome["status"].as_u64(), status.map(u64::from), "{id}");
        assert_eq!(outcome["cause"], *cause, "{id}");
        assert!(told.contains(cure), "{id}: {told}");
        if *cause == "permission_missing" {
            assert!(told.contains("Entra ID > App registrations > the app > API permissions"), "{id}: {told}");
        }
        if id.starts_with("dns.") {
            assert!(!told.contains("the app"), "{id}: {told}");
        }
        // Graph gives an id by which Microsoft finds the request; a refused cmdlet and a name server give none.
        let exchange = fs::read_to_string(practice.join(format!("{id}-1.json"))).unwrap_or_default();
        let by_graph = exchange.contains("\"url\": \"https://graph.microsoft.com");
        assert_eq!(outcome["request_id"].is_string(), by_graph, "{id}: a request id to tell the vendor");
    }
    unread.sort_unstable();
    let asked: Vec<&str> = REFUSALS.iter().map(|row| row.0).collect();
    assert_eq!(unread, asked);
}

#[test]
fn a_large_practice_is_paged_to_its_end() {
    let report = replay(&repository("fixtures/big-river"));
    let checked: Vec<u64> =
        report["results"].as_array().expect("results").iter().filter_map(|it| it["checked"].as_u64()).collect();
    assert!(checked.iter().any(|&count| count > 1_500), "{checked:?}");
}

#[test]
fn an_exchange_that_is_missing_makes_verdicts_unknown_and_never_turns_them() {
    let due = [("cedar-grove", 8), ("maple-hill", 8), ("elm-street", 4), ("juniper-lane", 8), ("willow-creek", 8)];
    for (practice, due) in due {
        let folder = repository("fixtures").join(practice);
        let whole: BTreeMap<_, _> = verdicts(&replay(&folder)).into_iter().collect();
        let entries = fs::read_dir(&folder).expect("the practice").map(|entry| entry.expect("an entry").path());
        let mut exchanges: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
        exchanges.sort();
        // Of what is asked for each account, three are as good as all.
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        exchanges.retain(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let kind = kinds.entry(name.split('-').next().unwrap_or_default().to_owned()).or_default();
            *kind += 1;
            *kind <= 3
        });
        let mut moved = 0;
        for path in exchanges {
            let less = tempfile::tempdir().expect("a folder");
            copy(&folder, less.path());
            fs::remove_file(less.path().join(path.file_name().expect("a name"))).expect("removed");
            for (policy, verdict) in verdicts(&replay(less.path())) {
                let before = &whole[&policy];
                assert!(
                    verdict == *before || verdict == "unknown",
                    "{policy}: {before} became {verdict} without {}",
                    path.display()
                );
                moved += usize::from(verdict != *before);
            }
        }
        assert!(moved >= due, "{practice}: removing exchanges moved only {moved} verdicts");
    }
}

#[test]
fn any_number_of_missing_exchanges_turns_no_verdict_either() {
    let practices = ["cedar-grove", "maple-hill", "elm-street", "juniper-lane", "willow-creek"].map(|name| {
        let folder = repository("fixtures").join(name);
        let entries = fs::read_dir(&folder).expect("the practice").map(|entry| entry.expect("an entry").path());
        let mut exchanges: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
        exchanges.sort();
        let whole: BTreeMap<_, _> = verdicts(&replay(&folder)).into_iter().collect();
        (folder, exchanges, whole)
    });
    let strategy = (0..practices.len(), prop::collection::vec(any::<prop::sample::Index>(), 2..8));
    let mut runner = TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..<_>::default() });
    let law = runner.run(&strategy, |(practice, removed)| {
        let (folder, exchanges, whole) = &practices[practice];
        let less = tempfile::tempdir().expect("a folder");
        copy(folder, less.path());
        let removed: BTreeSet<&Path> = removed.iter().map(|index| &**index.get(exchanges)).collect();
        for path in &removed {
            fs::remove_file(less.path().join(path.file_name().expect("a name"))).expect("removed");
        }
        for (policy, verdict) in verdicts(&replay(less.path())) {
            let before = &whole[&policy];
            let kept = verdict == *before || verdict == "unknown";
            prop_assert!(kept, "{}: {} became {} without {:?}", policy, before, verdict, removed);
        }
        Ok(())
    });
    law.unwrap_or_else(|broken| panic!("{broken}"));
}

#[test]
fn a_snapshot_that_is_read_back_gives_the_same_report_byte_for_byte() {
    for practice in ["cedar-grove", "elm-street"] {
        let folder = tempfile::tempdir().expect("a folder");
        let (snapshot, first) = (folder.path().join("snapshot.json"), folder.path().join("first.json"));
        let mut scan = tenantscan();
        scan.args(["scan", "--replay"]).arg(repository("fixtures").join(practice));
        scan.arg("--snapshot").arg(&snapshot).arg("--format").arg(format!("json:{}", first.display()));
        let scanned = scan.output().expect("the program starts");
        let mut again = tenantscan();
        again.args(["evaluate", "--format", "json"]).arg(&snapshot);
        let evaluated = expect_code(&mut again, scanned.status.code().expect("an exit code"));
        assert_eq!(text(&evaluated.stdout), fs::read_to_string(&first).expect("written"));
    }
}

#[test]
fn documents_keep_to_their_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut scan = tenantscan();
    scan.args(["scan", "--output"]).arg(folder.path()).arg("--replay").arg(repository("fixtures/elm-street"));
    expect_code(&mut scan, 4);
    for name in ["report", "snapshot"] {
        let schema = fs::read_to_string(repository(&format!("schemas/{name}.schema.json"))).expect("the schema");
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        let document = fs::read_to_string(folder.path().join(format!("{name}.json"))).expect("the document");
        let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}
