//! How rows come to verdicts, verdicts to safeguards, and all of it to an exit code.

mod support;

use std::collections::BTreeSet;

use tenantscan_evaluate::{Chosen, Evaluation, ExitOn, Outcome, Overlay, SafeguardState, Safeguards, evaluate, exit};
use tenantscan_model::rows::{Answer, Attestation, Organization, PlanItem, SecurityDefaults, Severity, User};
use tenantscan_model::{
    Cause, Cell, Client, ClosedEnum, Datasets, Gap, Listing, Outcome as Source, Platform, Snapshot, SourceRecord,
    Table, Tenant, Text, Tool,
};
use tenantscan_policy::{Policy, Verdict};

const SAFEGUARDS: &str = r#"
dated = 2026-09-01
source = "made up"
[[safeguards]]
citation = "164.312(a)(1)"
title = "Access control"
kind = "standard"
designation = "none"
group = "technical"
[[safeguards]]
citation = "164.312(d)"
title = "Authentication"
kind = "standard"
designation = "none"
group = "technical"
"#;

/// A policy of this severity with the keys of its rule.
fn policy(id: &str, severity: &str, rule: &str) -> Policy {
    support::policy(id, severity, &["164.312(d)"], rule, SAFEGUARDS)
}

const ENABLED: &str = r#"
each = "users"
where = "user.enabled"
require = "!user.is_admin"
finding = "{user.name} administers"
"#;

fn gap() -> Gap {
    Gap::new(Cause::Throttled, "microsoft365.users")
}

fn unknown<T>() -> Cell<T> {
    Cell::Unknown(gap())
}

fn user(id: &str, enabled: Cell<bool>, is_admin: Cell<bool>) -> User {
    User { name: Cell::Known(format!("name {id}").into()), enabled, is_admin, ..User::new(id) }
}

fn known(enabled: bool, is_admin: bool) -> User {
    user("1", Cell::Known(enabled), Cell::Known(is_admin))
}

fn users(rows: Vec<User>) -> Datasets {
    Datasets { users: Table::complete(rows), ..Datasets::default() }
}

fn organization(plans: Cell<Vec<Text>>) -> Table<Organization> {
    Table::complete(vec![Organization { service_plans: plans, ..Organization::new("1") }])
}

fn snapshot(datasets: Datasets) -> Snapshot {
    let tenant = Tenant {
        id: "tenant".into(),
        name: "Cedar Grove".into(),
        platform: Platform::Microsoft365,
        sources: Vec::new(),
        datasets,
    };
    Snapshot {
        schema: tenantscan_model::SNAPSHOT_SCHEMA.into(),
        client: Client { id: "cedar".into(), name: "Cedar Grove".into() },
        taken_at: "2026-11-01T00:00:00Z".parse().expect("a time"),
        tool: Tool { name: "tenantscan".into(), version: "0".into() },
        tenants: vec![tenant],
    }
}

fn held(policies: &[&Policy], snapshot: &Snapshot) -> Evaluation {
    evaluate(policies, Chosen::All, snapshot, snapshot.taken_at, &|_, _| BTreeSet::new())
}

/// What one rule says of these facts.
fn outcome(rule: &str, datasets: Datasets) -> Outcome {
    held(&[&policy("one", "high", rule)], &snapshot(datasets)).outcomes.remove(0)
}

#[test]
fn rows_come_to_a_verdict() {
    let (yes, no) = (|| Cell::Known(true), || Cell::Known(false));
    for (rows, verdict, checked) in [
        (vec![], Verdict::Pass, 0),
        (vec![known(true, false)], Verdict::Pass, 1),
        (vec![known(true, true)], Verdict::Fail, 1),
        (vec![known(false, true)], Verdict::Pass, 0),
        (vec![user("1", unknown(), yes())], Verdict::Unknown, 1),
        (vec![user("1", unknown(), no())], Verdict::Pass, 1),
        (vec![user("1", yes(), unknown())], Verdict::Unknown, 1),
        (vec![user("1", no(), unknown())], Verdict::Pass, 0),
        // One row that surely fails is enough, whatever the other may be.
        (vec![user("1", yes(), unknown()), user("2", yes(), yes())], Verdict::Fail, 2),
    ] {
        let what = format!("{rows:?}");
        let found = outcome(ENABLED, users(rows));
        assert_eq!((found.verdict, found.checked), (verdict, checked), "{what}");
        assert_eq!(found.findings.is_empty(), verdict != Verdict::Fail, "{what}");
        assert_eq!(found.gaps.is_empty(), verdict != Verdict::Unknown, "{what}");
        assert_eq!(found.cure.is_none(), verdict != Verdict::Unknown, "{what}");
    }
}

#[test]
fn a_list_that_was_cut_can_fail_but_not_pass() {
    let cut = |rows| Datasets { users: Table { listing: Listing::Unread(gap()), rows }, ..Datasets::default() };
    assert_eq!(outcome(ENABLED, cut(vec![known(true, false)])).verdict, Verdict::Unknown);
    assert_eq!(outcome(ENABLED, cut(vec![known(true, true)])).verdict, Verdict::Fail);
    let otherwise = format!("{ENABLED}otherwise = 'review'\n");
    assert_eq!(outcome(&otherwise, cut(vec![known(true, true)])).verdict, Verdict::Review);
    assert_eq!(outcome(&otherwise, cut(vec![])).verdict, Verdict::Unknown);
}

#[test]
fn findings_are_in_the_order_of_names_and_then_of_ids() {
    let named = |id: &str, name: &str| User {
        name: Cell::Known(name.into()),
        ..user(id, Cell::Known(true), Cell::Known(true))
    };
    let found =
        outcome(ENABLED, users(vec![named("1", "Zoe"), named("3", "Ana"), named("2", "Ana"), named("4", "Ben")]));
    let order: Vec<(&str, &str)> = found.findings.iter().map(|it| (it.name.as_str(), it.resource.as_str())).collect();
    assert_eq!(order, [("Ana", "2"), ("Ana", "3"), ("Ben", "4"), ("Zoe", "1")]);
    assert_eq!(found.findings[0].text, "Ana administers");
    assert_eq!(found.findings[0].values["is_admin"], true);
}

#[test]
fn the_most_frequent_cause_comes_first_and_its_source_says_the_cure() {
    let row = |id: &str, cause| user(id, Cell::Known(true), Cell::Unknown(Gap::new(cause, "microsoft365.roles")));
    let rows = vec![row("1", Cause::Timeout), row("2", Cause::PermissionMissing), row("3", Cause::PermissionMissing)];
    let mut snapshot = snapshot(users(rows));
    snapshot.tenants[0].sources = vec![SourceRecord {
        source: "microsoft365.roles".into(),
        title: "Roles".into(),
        outcome: Source::Unread {
            cause: Cause::PermissionMissing,
            status: Some(403),
            code: None,
            request_id: None,
            cure: "Grant it.".into(),
        },
    }];
    let found = held(&[&policy("one", "high", ENABLED)], &snapshot).outcomes.remove(0);
    let causes: Vec<Cause> = found.gaps.iter().map(Gap::cause).collect();
    assert_eq!(causes, [Cause::PermissionMissing, Cause::Timeout]);
    assert_eq!(found.cure.as_deref(), Some("Grant it."));
    // The file was read, and says nothing of it.
    let silent = Cell::Unknown(Gap::new(Cause::NotSupplied, "records.roster (last_day)"));
    let found = outcome(ENABLED, users(vec![user("1", Cell::Known(true), silent)]));
    let due = "`roster (last_day)` among the records says nothing of this: write it there, or that there is none, then scan \
               again.";
    assert_eq!(found.cure.as_deref(), Some(due));
}

#[test]
fn where_a_rule_does_not_apply_rows_do_not_matter_and_where_nobody_knows_they_do_not_decide() {
    let rule = format!("applies = 'security_defaults.enabled'\n{ENABLED}");
    let facts = |enabled: Option<Cell<bool>>, is_admin| Datasets {
        security_defaults: enabled.map_or_else(
            || Table::unread(Gap::new(Cause::PermissionMissing, "microsoft365.security_defaults")),
            |enabled| Table::complete(vec![SecurityDefaults { enabled, ..SecurityDefaults::new("1") }]),
        ),
        ..users(vec![known(true, is_admin)])
    };
    for is_admin in [true, false] {
        let found = outcome(&rule, facts(Some(Cell::Known(false)), is_admin));
        assert_eq!((found.verdict, found.checked), (Verdict::NotApplicable, 0));
        assert!(found.findings.is_empty() && found.gaps.is_empty());
        let due = if is_admin { Verdict::Fail } else { Verdict::Pass };
        assert_eq!(outcome(&rule, facts(Some(Cell::Known(true)), is_admin)).verdict, due);
        for enabled in [None, Some(unknown())] {
            let cause = if enabled.is_none() { Cause::PermissionMissing } else { Cause::Throttled };
            let found = outcome(&rule, facts(enabled, is_admin));
            assert_eq!(found.verdict, Verdict::Unknown, "the rows are {is_admin}");
            assert_eq!(found.gaps.iter().map(Gap::cause).collect::<Vec<_>>(), [cause]);
            assert!(found.findings.is_empty());
        }
    }
}

#[test]
fn what_a_tenant_cannot_buy_its_way_to_is_unknown_and_what_holds_without_a_licence_passes() {
    let premium = || Cell::Known(vec![Text::from("AAD_PREMIUM")]);
    let basic = || Cell::Known(vec![Text::from("EXCHANGE_S_STANDARD")]);
    let unread = || Table::unread(Gap::new(Cause::Timeout, "microsoft365.organization"));
    for otherwise in ["fail", "review"] {
        let rule = format!("{ENABLED}licence = 'Entra ID P1'\notherwise = '{otherwise}'\n");
        let failing = if otherwise == "fail" { Verdict::Fail } else { Verdict::Review };
        for (organization, verdict, cause) in [
            (organization(premium()), failing, None),
            (organization(basic()), Verdict::Unknown, Some(Cause::LicenceRequired)),
            (organization(unknown()), Verdict::Unknown, Some(Cause::Throttled)),
            (unread(), Verdict::Unknown, Some(Cause::Timeout)),
            (Table::complete(Vec::new()), Verdict::Unknown, Some(Cause::NotCollected)),
        ] {
            let facts =
                |is_admin| Datasets { organization: organization.clone(), ..users(vec![known(true, is_admin)]) };
            let found = outcome(&rule, facts(true));
            assert_eq!(found.verdict, verdict);
            assert_eq!(found.gaps.first().map(Gap::cause), cause);
            assert_eq!(found.findings.is_empty(), verdict == Verdict::Unknown);
            if cause == Some(Cause::LicenceRequired) {
                assert!(found.cure.expect("a cure").contains("Entra ID P1"));
            }
            assert_eq!(outcome(&rule, facts(false)).verdict, Verdict::Pass, "what holds, holds");
        }
    }
}

/// A population that is judged on several cores comes to what its parts come to.
#[test]
fn a_population_in_chunks_is_judged_as_a_whole() {
    let row = |number: usize| {
        let (enabled, is_admin) = match number % 7 {
            0 => (Cell::Known(true), Cell::Known(true)),
            1 => (unknown(), Cell::Known(true)),
            2 => (Cell::Known(true), Cell::Unknown(Gap::new(Cause::Timeout, "microsoft365.roles"))),
            3 => (Cell::Known(false), Cell::Known(true)),
            _ => (Cell::Known(true), Cell::Known(false)),
        };
        user(&format!("{number:06}"), enabled, is_admin)
    };
    let count = 25_003;
    for skip_failing in [false, true] {
        let rows: Vec<User> = (0..count).filter(|number| !skip_failing || number % 7 != 0).map(row).collect();
        let whole = outcome(ENABLED, users(rows.clone()));
        let parts: Vec<Outcome> = rows.chunks(9_000).map(|part| outcome(ENABLED, users(part.to_vec()))).collect();
        assert_eq!(whole.checked, parts.iter().map(|part| part.checked).sum::<usize>());
        let verdict = if skip_failing { Verdict::Unknown } else { Verdict::Fail };
        assert_eq!(whole.verdict, verdict);
        assert!(parts.iter().all(|part| part.verdict == verdict && part.gaps == whole.gaps));
        let findings: Vec<_> = parts.into_iter().flat_map(|part| part.findings).collect();
        assert_eq!(whole.findings, findings);
        assert_eq!(findings.len(), if skip_failing { 0 } else { count.div_ceil(7) });
    }
}

/// A policy of each severity whose verdict the facts below decide.
fn of_each_severity(verdict: Verdict) -> Vec<Policy> {
    let require = match verdict {
        Verdict::Pass => "users.all(u, u.enabled)",
        Verdict::Fail => "users.all(u, u.is_admin)",
        _ => "groups.all(g, g.is_team)",
    };
    let rule = format!("require = '{require}'\nfinding = 'no'\n");
    let of = |it: &Severity| policy(&format!("{verdict}-{it}").replace('_', "-"), it.word(), &rule);
    Severity::ALL.iter().map(of).collect()
}

#[test]
fn the_exit_code_is_the_worst_that_was_asked_for() {
    let snapshot = snapshot(users(vec![known(true, false)]));
    let code = |policies: &[&Policy], fail_on| {
        let on = ExitOn { fail: fail_on, except_accepted: false };
        let exit = exit(policies, &held(policies, &snapshot), &Overlay::default(), on);
        (exit.code, exit.name, exit.reasons)
    };
    let [pass, fail, unknown] = [Verdict::Pass, Verdict::Fail, Verdict::Unknown].map(of_each_severity);
    let (low, medium, high, critical) = (0, 1, 2, 3);
    let ok = (0, "ok".to_owned(), Vec::new());
    let findings = |ids: &[&str]| (3, "findings".to_owned(), ids.iter().map(|id| (*id).to_owned()).collect());
    let incomplete = |ids: &[&str]| (4, "incomplete".to_owned(), ids.iter().map(|id| (*id).to_owned()).collect());
    let high_up = Some(Severity::High);
    assert_eq!(code(&[], high_up), ok);
    assert_eq!(code(&[&pass[critical]], high_up), ok);
    assert_eq!(code(&[&fail[medium], &fail[low]], high_up), ok);
    assert_eq!(code(&[&fail[medium], &fail[low]], Some(Severity::Medium)), findings(&["fail-medium"]));
    assert_eq!(code(&[&fail[high], &fail[critical]], high_up), findings(&["fail-critical", "fail-high"]));
    assert_eq!(code(&[&fail[critical]], None), ok);
    // What could not be seen beats what was found, and matters from high on, whatever is asked for.
    assert_eq!(code(&[&unknown[high], &fail[critical]], high_up), incomplete(&["unknown-high"]));
    assert_eq!(code(&[&unknown[critical]], None), incomplete(&["unknown-critical"]));
    assert_eq!(code(&[&unknown[medium], &unknown[low]], Some(Severity::Low)), ok);
}

#[test]
fn verdicts_roll_up_to_the_worst_of_a_safeguard() {
    let catalogue = Safeguards::load(SAFEGUARDS).expect("a catalogue");
    let snapshot = snapshot(users(vec![known(true, false)]));
    let [pass, fail, unknown] = [Verdict::Pass, Verdict::Fail, Verdict::Unknown].map(of_each_severity);
    let review =
        policy("review", "low", "require = 'users.all(u, u.is_admin)'\nfinding = 'no'\notherwise = 'review'\n");
    let absent = policy("absent", "low", "applies = 'size(users) > 9'\nrequire = 'true'\nfinding = 'no'\n");
    for (policies, state, determined, applicable, counts) in [
        (vec![], SafeguardState::NotAssessed, 0, 0, (0, 0, 0)),
        (vec![&absent], SafeguardState::NotAssessed, 0, 0, (0, 0, 0)),
        (vec![&pass[0], &absent], SafeguardState::Supported, 1, 1, (0, 0, 0)),
        (vec![&pass[0], &unknown[0]], SafeguardState::NotDetermined, 1, 2, (0, 0, 1)),
        (vec![&pass[0], &review], SafeguardState::NotDetermined, 1, 2, (0, 1, 0)),
        (vec![&pass[0], &unknown[0], &review, &fail[3]], SafeguardState::GapFound, 2, 4, (1, 1, 1)),
    ] {
        let evaluation = held(&policies, &snapshot);
        let rolled = catalogue.roll_up(&policies, &evaluation, &Overlay::default());
        assert_eq!(rolled.len(), 2, "every safeguard of the catalogue, served or not");
        assert_eq!(rolled[0].state, SafeguardState::NotAssessed);
        let found = &rolled[1];
        assert_eq!((found.state, found.determined, found.applicable), (state, determined, applicable));
        assert_eq!(found.counts, counts);
        let mut ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(found.policies, ids);
    }
}

#[test]
fn a_rule_says_nothing_of_a_tenant_of_another_platform() {
    let mut snapshot = snapshot(users(vec![known(true, true)]));
    snapshot.tenants[0].platform = Platform::GoogleWorkspace;
    assert!(held(&[&policy("one", "high", ENABLED)], &snapshot).outcomes.is_empty());
}

/// An answer that is in date.
fn answers(answer: Answer) -> Table<Attestation> {
    Table::complete(vec![Attestation {
        answer: Cell::Known(answer),
        on: Cell::Known("2026-10-01T00:00:00Z".parse().expect("a time")),
        valid_until: Cell::Known("2026-12-31T23:59:59Z".parse().expect("a time")),
        evidence: Cell::Known(vec!["evidence/test.txt".into()]),
        evidence_changed: Cell::Known(Vec::new()),
        ..Attestation::new("restore-tested")
    }])
}

#[test]
fn what_people_keep_is_judged_once_for_a_client_with_two_tenants() {
    let mut both = snapshot(Datasets { attestations: answers(Answer::No), ..users(vec![known(true, false)]) });
    both.tenants.push(Tenant { id: "other".into(), ..both.tenants[0].clone() });
    let asks = policy("asks", "high", "question = \"restore-tested\"");
    let accounts = policy("accounts", "high", ENABLED);
    let mixed = "require = \"attested('restore-tested') || users.all(u, u.enabled)\"\nfinding = \"{answered('restore-tested')}\"";
    let mixed = policy("mixed", "high", mixed);
    let evaluation = held(&[&asks, &accounts, &mixed], &both);
    let said: Vec<_> = evaluation.outcomes.iter().map(|it| (it.tenant, it.policy, it.verdict)).collect();
    let (pass, fail) = (Verdict::Pass, Verdict::Fail);
    assert_eq!(said, [(0, 0, fail), (0, 1, pass), (0, 2, pass), (1, 1, pass), (1, 2, pass)]);
}

#[test]
fn a_verdict_rests_on_what_decides_and_not_on_what_is_told_besides() {
    let told = "require = \"attested('restore-tested')\"\nfinding = \"{users.filter(u, u.is_admin).map(u, u.name)}\"";
    let told = policy("told", "high", told);
    let mut snapshot = snapshot(Datasets { attestations: answers(Answer::No), ..users(vec![known(true, true)]) });
    let read = Source::Read { rows: 1, sha256: "".into(), requests: 1, milliseconds: 1 };
    snapshot.tenants[0].sources = ["records.attestations", "microsoft365.users"]
        .map(|id| SourceRecord { source: id.into(), title: id.into(), outcome: read.clone() })
        .into();
    let of = |_: Platform, columns: &[(usize, Option<usize>)]| {
        let of_users = |column: &(usize, _)| Datasets::ALL[column.0].name == "users";
        let users = columns.iter().any(of_users).then_some("microsoft365.users");
        users.into_iter().chain(["records.attestations"]).collect()
    };
    let evaluation = evaluate(&[&told], Chosen::All, &snapshot, snapshot.taken_at, &of);
    let outcome = &evaluation.outcomes[0];
    assert_eq!((outcome.verdict, &*outcome.findings[0].text), (Verdict::Fail, "name 1"));
    assert_eq!(outcome.sources, ["records.attestations"]);
}

#[test]
fn an_open_question_says_how_it_is_answered() {
    let open = outcome(
        "question = \"restore-tested\"",
        Datasets { attestations: Table::complete(vec![]), ..Datasets::default() },
    );
    assert_eq!(open.verdict, Verdict::Unknown);
    assert_eq!(open.gaps[0].cause(), Cause::NotSupplied);
    let cure = open.cure.expect("a cure");
    assert!(cure.contains("`tenantscan attest`") && cure.contains("in date"), "{cure}");
}

#[test]
fn a_rule_with_a_question_holds_only_when_both_do() {
    let rule = format!("question = \"restore-tested\"{ENABLED}");
    let yes = || Datasets { attestations: answers(Answer::Implemented), ..users(vec![known(true, false)]) };
    let admin = || users(vec![known(true, true)]);
    for (datasets, verdict, findings) in [
        (yes(), Verdict::Pass, vec![]),
        (Datasets { attestations: answers(Answer::Implemented), ..admin() }, Verdict::Fail, vec!["1"]),
        (Datasets { attestations: answers(Answer::No), ..yes() }, Verdict::Fail, vec!["restore-tested"]),
        (Datasets { attestations: answers(Answer::No), ..admin() }, Verdict::Fail, vec!["restore-tested", "1"]),
        (Datasets { attestations: Table::complete(vec![]), ..yes() }, Verdict::Unknown, vec![]),
        (Datasets { attestations: Table::complete(vec![]), ..admin() }, Verdict::Fail, vec!["1"]),
        (Datasets { users: Table::unread(gap()), ..yes() }, Verdict::Unknown, vec![]),
        (
            Datasets { users: Table::unread(gap()), attestations: answers(Answer::No), ..yes() },
            Verdict::Fail,
            vec!["restore-tested"],
        ),
    ] {
        let found = outcome(&rule, datasets);
        let resources: Vec<&str> = found.findings.iter().map(|it| &*it.resource).collect();
        assert!(resources.len() <= found.checked, "{resources:?} of {}", found.checked);
        assert_eq!((found.verdict, resources), (verdict, findings));
    }
}

const UNPLANNED: &str = r#"
each = "policy_results"
where = "policy_result.failing"
require = """remediation_plan.exists(i, i.policy == policy_result.policy) ||
    (policy_result.resources_complete && policy_result.resources.all(r, r == 'nobody'))"""
finding = "{policy_result.policy}: {policy_result.resources}"
"#;

#[test]
fn what_the_others_found_is_judged_last() {
    let (planned, enabled) = (policy("planned", "high", UNPLANNED), policy("enabled", "high", ENABLED));
    let plan = |policies: &[&str]| {
        let item = |policy: &&str| PlanItem { policy: Cell::Known((*policy).into()), ..PlanItem::new(*policy) };
        Table::complete(policies.iter().map(item).collect())
    };
    let (fails, open) = (vec![known(true, true)], vec![user("1", Cell::Known(true), unknown())]);
    for (chosen, rows, items, verdict) in [
        (Chosen::All, &fails, plan(&[]), Verdict::Fail),
        (Chosen::All, &fails, plan(&["enabled"]), Verdict::Pass),
        (Chosen::All, &open, plan(&[]), Verdict::Unknown),
        (Chosen::All, &open, plan(&["enabled"]), Verdict::Pass),
        // What the policies that were left out would say is not known.
        (Chosen::Some, &fails, plan(&[]), Verdict::Fail),
        (Chosen::Some, &fails, plan(&["enabled"]), Verdict::Unknown),
    ] {
        let what = format!("{chosen:?} {rows:?} {items:?}");
        let snapshot = snapshot(Datasets { remediation_plan: items, ..users(rows.clone()) });
        let found = evaluate(&[&planned, &enabled], chosen, &snapshot, snapshot.taken_at, &|_, _| BTreeSet::new());
        let said: Vec<(usize, Verdict)> = found.outcomes.iter().map(|it| (it.policy, it.verdict)).collect();
        assert_eq!(said[0], (0, verdict), "{what}");
        assert_eq!(said[1].0, 1, "outcomes stay in the order of policies");
        let texts: Vec<&str> = found.outcomes[0].findings.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, if verdict == Verdict::Fail { vec!["enabled: 1"] } else { vec![] }, "{what}");
    }
}

#[test]
fn a_verdict_tells_which_settings_are_the_vendors_defaults() {
    use tenantscan_model::rows::{GoogleSignInSettings, PasswordProtection};
    let defaults = |rule: &str, datasets: Datasets| {
        let it = policy("one", "high", rule);
        let held = held(&[&it], &snapshot(datasets));
        (held.outcomes[0].verdict, held.outcomes[0].vendor_defaults.clone())
    };
    let unit = |id: &str, named: &[&str]| GoogleSignInSettings {
        people: Cell::Known(3),
        password_min_length: Cell::Known(12),
        defaults: Cell::Known(named.iter().map(|name| Text::from(*name)).collect()),
        ..GoogleSignInSettings::new(id)
    };
    let units = |named: &[&str]| Datasets {
        google_sign_in_settings: Table::complete(vec![unit("/", &[]), unit("/Clinic", named)]),
        ..Datasets::default()
    };
    let rule = "each = 'google_sign_in_settings'\nrequire = 'setting.password_min_length >= 8'\nfinding = 'no'\n";
    assert_eq!(
        defaults(rule, units(&["password_min_length", "other"])),
        (Verdict::Pass, vec!["google_sign_in_settings.password_min_length".to_owned()])
    );
    assert_eq!(defaults(rule, units(&["other"])), (Verdict::Pass, vec![]), "one that the rule does not read");
    let protection = |is_default| Datasets {
        password_protection: Table::complete(vec![PasswordProtection {
            lockout_threshold: Cell::Known(10),
            is_default: Cell::Known(is_default),
            ..PasswordProtection::new("password_protection")
        }]),
        ..Datasets::default()
    };
    let rule = "require = 'password_protection.lockout_threshold <= 5'\nfinding = 'no'\n";
    assert_eq!(
        defaults(rule, protection(true)),
        (Verdict::Fail, vec!["password_protection.lockout_threshold".to_owned()])
    );
    assert_eq!(defaults(rule, protection(false)), (Verdict::Fail, vec![]));
}

#[test]
fn what_is_left_open_among_others_is_named() {
    let open = |id: &str| user(id, Cell::Known(true), unknown());
    let names = |rows: Vec<User>| {
        let found = outcome(ENABLED, users(rows));
        (found.verdict, found.undecided.iter().map(|it| it.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(names(vec![open("2"), known(true, false)]), (Verdict::Unknown, vec!["name 2".to_owned()]));
    assert_eq!(names(vec![open("2")]), (Verdict::Unknown, vec![]), "that is all of them");
    assert_eq!(names(vec![open("2"), known(true, true)]), (Verdict::Fail, vec![]), "what is known counts");
    let many = (2..40).map(|id| open(&id.to_string())).chain([known(true, false)]).collect();
    assert_eq!(names(many), (Verdict::Unknown, vec![]), "nobody reads so many names");
}
