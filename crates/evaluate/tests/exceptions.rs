//! Exceptions and answers laid over verdicts: what they cover, what they come to, and which need a decision.

mod support;

use std::collections::BTreeSet;

use tenantscan_evaluate::{
    AddressableDecision, Chosen, Decided, Evaluation, ExitOn, Matter, Overlay, Refusal, SafeguardState, Safeguards,
    Stand, evaluate, exit,
};
use tenantscan_model::rows::{AccountKind, Answer, Attestation, Disposition, Exception, PlanItem, PlanState, User};
use tenantscan_model::{
    Cause, Cell, Client, Datasets, Gap, Listing, Platform, Snapshot, Table, Tenant, Text, Time, Tool,
};
use tenantscan_policy::{Policy, Verdict};

/// A required specification, an addressable one, a standard that stands for itself, and one of the breach rule.
const SAFEGUARDS: &str = r#"
dated = 2026-09-01
source = "made up"
[[safeguards]]
citation = "164.312(a)(1)"
title = "Access control"
kind = "standard"
designation = "required"
group = "technical"
[[safeguards]]
citation = "164.312(a)(2)(i)"
title = "Unique user identification"
kind = "specification"
designation = "required"
group = "technical"
[[safeguards]]
citation = "164.312(a)(2)(iii)"
title = "Automatic logoff"
kind = "specification"
designation = "addressable"
group = "technical"
[[safeguards]]
citation = "164.312(b)"
title = "Audit controls"
kind = "standard"
designation = "required"
group = "technical"
[[safeguards]]
citation = "164.404(b)"
title = "Timeliness"
kind = "specification"
designation = "none"
group = "breach-notification"
"#;
const STANDARD: &str = "164.312(a)(1)";
const REQUIRED: &str = "164.312(a)(2)(i)";
const ADDRESSABLE: &str = "164.312(a)(2)(iii)";
const ALONE: &str = "164.312(b)";
const BREACH: &str = "164.404(b)";

const USERS: &str = r#"
each = "users"
where = "user.enabled"
require = "!user.is_admin"
finding = "{user.name} administers"
"#;
const TENANT: &str = "require = 'users.all(u, !u.is_admin)'\nfinding = 'somebody administers'\n";

fn policy(id: &str, citations: &[&str], rule: &str) -> Policy {
    support::policy(id, "high", citations, rule, SAFEGUARDS)
}

fn time(day: &str) -> Time {
    format!("{day}T00:00:00Z").parse().expect("a day")
}

fn user(id: &str, is_admin: Cell<bool>) -> User {
    User {
        name: Cell::Known(format!("name {id}").into()),
        principal_name: Cell::Known(format!("{id}@cedar.example").into()),
        enabled: Cell::Known(true),
        is_admin,
        kind: Cell::Known(AccountKind::Person),
        ..User::new(id)
    }
}

fn admins(ids: &[&str]) -> Table<User> {
    Table::complete(ids.iter().map(|id| user(id, Cell::Known(true))).collect())
}

fn text(value: &str) -> Text {
    value.into()
}

const SEEN: &str = r#"{"enabled":true,"is_admin":true}"#;
/// SHA-256 of [`SEEN`].
const SEEN_SHA256: &str = "9e0c829176a66df4c8a42fd36d86127c0d5b5e5ab60bce39b37a810c6f3c35e7";

/// An exception of the policy `one` for this resource, as it was seen.
fn exception(resource: &str, disposition: Disposition) -> Exception {
    Exception {
        policy: Cell::Known(text("one")),
        tenant: Cell::Known(text("microsoft365")),
        resource: Cell::Known(text(resource)),
        accepted: Cell::Known((resource != "*").then(|| text(SEEN))),
        accepted_sha256: Cell::Known(None),
        disposition: Cell::Known(disposition),
        reason: Cell::Known(text("A reason that others understand.")),
        evidence: Cell::Known(Vec::new()),
        approved_by: Cell::Known(text("A. Person")),
        approved: Cell::Known(time("2026-10-01")),
        until: Cell::Known(time("2026-12-31")),
        ..Exception::new(format!("one microsoft365 {resource}"))
    }
}

/// Answers that rules do not count either: of a day that has not come, with nothing on file, and on evidence that is another
/// one now.
const NOT_COUNTED: [fn(Attestation) -> Attestation; 3] = [
    |it| Attestation { evidence: Cell::Known(Vec::new()), ..it },
    |it| Attestation { on: Cell::Known(time("2026-11-02")), ..it },
    |it| Attestation { evidence_changed: Cell::Known(vec![text("evidence/list.pdf")]), ..it },
];

fn attestation(answer: Answer, until: &str) -> Attestation {
    Attestation {
        answer: Cell::Known(answer),
        statement: Cell::Known(text("Done with a paper list.")),
        evidence: Cell::Known(vec![text("evidence/list.txt")]),
        evidence_changed: Cell::Known(Vec::new()),
        by: Cell::Known(text("A. Person")),
        role: Cell::Known(text("manager")),
        on: Cell::Known(time("2026-10-01")),
        valid_until: Cell::Known(time(until)),
        ..Attestation::new("one")
    }
}

fn facts(users: Table<User>, exceptions: Vec<Exception>) -> Datasets {
    Datasets { users, exceptions: Table::complete(exceptions), ..Datasets::default() }
}

fn snapshot(datasets: Datasets) -> Snapshot {
    let tenant = Tenant {
        id: "tenant-1".into(),
        name: "Cedar Grove".into(),
        platform: Platform::Microsoft365,
        sources: Vec::new(),
        datasets,
    };
    Snapshot {
        schema: tenantscan_model::SNAPSHOT_SCHEMA.into(),
        client: Client { id: "cedar".into(), name: "Cedar Grove".into() },
        taken_at: time("2026-11-01"),
        tool: Tool { name: "tenantscan".into(), version: "0".into() },
        tenants: vec![tenant],
    }
}

fn held(policies: &[&Policy], datasets: Datasets) -> (Evaluation, Overlay, Safeguards) {
    let snapshot = snapshot(datasets);
    let safeguards = Safeguards::load(SAFEGUARDS).expect("a catalogue");
    let evaluation = evaluate(policies, Chosen::All, &snapshot, snapshot.taken_at, &|_, _| BTreeSet::new());
    let overlay = Overlay::new(policies, &snapshot, &evaluation, &safeguards);
    (evaluation, overlay, safeguards)
}

/// Which findings are covered, and what is the matter with the exceptions.
fn laid(rule: &str, datasets: Datasets) -> (Vec<bool>, Vec<Matter>) {
    let (evaluation, overlay, _) = held(&[&policy("one", &[ADDRESSABLE], rule)], datasets);
    let findings = evaluation.outcomes[0].findings.len();
    let covered = (0..findings).map(|finding| overlay.accepted(0, finding).is_some()).collect();
    (covered, overlay.due().map(|(_, matter)| matter.clone()).collect())
}

const BORNE: Disposition = Disposition::RiskAccepted;

#[test]
fn an_exception_covers_its_own_resource_in_the_state_that_was_accepted() {
    let of = |change: &dyn Fn(&mut Exception)| {
        let mut it = exception("1", BORNE);
        change(&mut it);
        laid(USERS, facts(admins(&["1", "2"]), vec![it]))
    };
    let (covers, none) = (vec![true, false], vec![false, false]);
    assert_eq!(of(&|_| {}), (covers.clone(), vec![]));
    assert_eq!(of(&|it| it.tenant = Cell::Known(text("tenant-1"))), (covers.clone(), vec![]), "the tenant by its id");
    assert_eq!(of(&|it| it.until = Cell::Known(time("2026-11-01"))), (covers, vec![]), "its last moment");
    // Another tenant, another policy, another resource.
    assert_eq!(of(&|it| it.tenant = Cell::Known(text("google-workspace"))), (none.clone(), vec![]));
    assert_eq!(of(&|it| it.tenant = Cell::Known(text("tenant-9"))), (none.clone(), vec![Matter::Unused]));
    assert_eq!(of(&|it| it.policy = Cell::Known(text("two"))), (none.clone(), vec![]), "it was not held");
    assert_eq!(of(&|it| it.resource = Cell::Known(text("3"))), (none.clone(), vec![Matter::Unused]));
    assert_eq!(of(&|it| it.until = Cell::Known(time("2026-10-31"))), (none.clone(), vec![Matter::Expired(Some(1))]));
    // What is not known of an exception may be what matters.
    assert_eq!(of(&|it| it.until = Cell::Unknown(Gap::new(Cause::Malformed, "records"))), (none, vec![]));
}

#[test]
fn a_state_that_changed_is_not_what_was_accepted_and_it_is_said_what_changed() {
    let of = |accepted: Option<&str>, sha256: Option<&str>| {
        let mut it = exception("1", BORNE);
        it.accepted = Cell::Known(accepted.map(text));
        it.accepted_sha256 = Cell::Known(sha256.map(text));
        let (covered, matters) = laid(USERS, facts(admins(&["1"]), vec![it]));
        let changes = matters.into_iter().map(|matter| match matter {
            Matter::StateChanged(changes) => changes
                .into_iter()
                .map(|it| {
                    format!(
                        "{}: {:?} {:?}",
                        it.name,
                        it.accepted.map(|it| it.to_string()),
                        it.now.map(|it| it.to_string())
                    )
                })
                .collect::<Vec<String>>(),
            other => panic!("{other:?}"),
        });
        (covered[0], changes.collect::<Vec<_>>())
    };
    assert_eq!(of(Some(SEEN), None), (true, vec![]));
    assert_eq!(of(None, Some(SEEN_SHA256)), (true, vec![]));
    assert_eq!(
        of(Some(r#"{"enabled":true,"is_admin":false,"old":1}"#), None),
        (false, vec![vec![r#"is_admin: Some("false") Some("true")"#.to_owned(), r#"old: Some("1") None"#.to_owned(),]])
    );
    assert_eq!(of(Some(r#"{"is_admin":true}"#), None), (false, vec![vec![r#"enabled: None Some("true")"#.to_owned()]]));
    assert_eq!(of(None, Some(&"0".repeat(64))), (false, vec![vec![]]), "of a hash nothing can be told");
    assert_eq!(of(None, None), (false, vec![vec![]]));
}

#[test]
fn an_exception_for_whatever_fails_covers_all_and_is_too_broad_where_there_are_resources() {
    let any = || vec![exception("*", BORNE)];
    assert_eq!(laid(USERS, facts(admins(&["1", "2"]), any())), (vec![true, true], vec![Matter::OverBroad(2)]));
    assert_eq!(laid(TENANT, facts(admins(&["1", "2"]), any())), (vec![true], vec![]));
    let both = vec![exception("*", BORNE), exception("1", Disposition::Planned)];
    let (_, overlay, _) = held(&[&policy("one", &[ADDRESSABLE], USERS)], facts(admins(&["1", "2"]), both));
    let of = |finding| overlay.accepted(0, finding).expect("covered").disposition;
    assert_eq!((of(0), of(1)), (Disposition::Planned, BORNE), "one for the resource goes before one for all");
}

#[test]
fn an_exception_is_unused_only_where_everything_was_read() {
    let one = || vec![exception("1", BORNE)];
    let nobody = || Table::complete(vec![user("1", Cell::Known(false))]);
    let gap = || Gap::new(Cause::Throttled, "microsoft365.users");
    assert_eq!(laid(USERS, facts(nobody(), one())).1, [Matter::Unused], "it passes");
    assert_eq!(laid(USERS, facts(Table::unread(gap()), one())).1, [], "nobody knows");
    let cut = Table { listing: Listing::Unread(gap()), rows: admins(&["2"]).rows };
    assert_eq!(laid(USERS, facts(cut, one())), (vec![false], vec![]), "it may stand in what was not read");
    let open = Table::complete(vec![user("1", Cell::Unknown(gap())), user("2", Cell::Known(true))]);
    assert_eq!(laid(USERS, facts(open, one())), (vec![false], vec![]), "it may still fail");
    let mut ended = one();
    ended[0].until = Cell::Known(time("2026-10-31"));
    assert_eq!(laid(USERS, facts(nobody(), ended.clone())).1, [], "a decision of the past, which is kept");
    assert_eq!(stands(facts(nobody(), ended.clone())), [Stand::Ended]);
    assert_eq!(laid(USERS, facts(Table::unread(gap()), ended)).1, [Matter::Expired(None)]);
    let mut nothing = facts(admins(&["1"]), vec![]);
    nothing.exceptions = Table::unread(Gap::new(Cause::NotSupplied, "records.exceptions"));
    assert_eq!(laid(USERS, nothing), (vec![false], vec![]), "nobody supplied exceptions, which is no fault");
}

#[test]
fn what_a_finding_about_the_tenant_says_of_lists_is_its_state() {
    const COUNT: &str = "require = 'size(users.filter(u, u.is_admin)) < 2'\n\
                         finding = '{size(users.filter(u, u.is_admin))} of {size(users)}, the last on {now}'\n";
    let rule = format!("question = 'restore-tested'\n{COUNT}");
    let mut datasets = facts(admins(&["1", "2"]), vec![]);
    let no = attestation(Answer::No, "2027-01-01");
    datasets.attestations = Table::complete(vec![Attestation { question: text("restore-tested"), ..no }]);
    let found = held(&[&policy("one", &[ADDRESSABLE], &rule)], datasets.clone()).0.outcomes.remove(0).findings;
    let said = "A. Person (manager) answered on 2026-10-01: not done. Done with a paper list.";
    let found: Vec<_> = found.into_iter().map(|it| (it.resource, serde_json::json!(it.values).to_string())).collect();
    assert_eq!(
        found,
        [
            ("restore-tested".to_owned(), format!(r#"{{"found_1":"{said}"}}"#)),
            ("tenant-1".to_owned(), r#"{"found_1":2,"found_2":2}"#.to_owned()),
        ],
        "what moves by itself is no part of it, and the question is a resource of its own"
    );
    let accepted = |resource: &str, state: &str, ids: &[&str]| {
        let it = Exception { accepted: Cell::Known(Some(text(state))), ..exception(resource, BORNE) };
        laid(&rule, Datasets { users: admins(ids), exceptions: Table::complete(vec![it]), ..datasets.clone() })
    };
    let two = r#"{"found_1":2,"found_2":2}"#;
    assert_eq!(accepted("tenant-1", two, &["1", "2"]), (vec![false, true], vec![]));
    let (covered, matters) = accepted("tenant-1", two, &["1", "2", "3"]);
    assert_eq!(covered, [false, false], "a third is not what was accepted");
    assert!(matches!(&matters[..], [Matter::StateChanged(changes)] if changes.len() == 2), "{matters:?}");
    let fixed = Exception { accepted: Cell::Known(Some(text("{}"))), ..exception("tenant-1", BORNE) };
    let broad = laid(TENANT, facts(admins(&["1"]), vec![fixed]));
    assert_eq!(broad, (vec![true], vec![Matter::OverBroad(1)]), "its text says nothing that could change");
}

#[test]
fn what_a_finding_says_of_a_resource_is_its_state() {
    let rule = "each = 'users'\nrequire = '!user.is_admin'\nfinding = '{user.name} holds {user.roles}, last here on \
                {user.last_sign_in}; of this name: {users.filter(u, u.name == user.name)}'\n";
    let holder = |name: &str, role: &str| {
        let mut user = user("1", Cell::Known(true));
        user.name = Cell::Known(text(name));
        user.roles = Cell::Known(vec![text(role)]);
        user.last_sign_in = Cell::Known(Some(time("2026-10-31")));
        Table::complete(vec![user])
    };
    let found =
        |users| held(&[&policy("one", &[ADDRESSABLE], rule)], facts(users, vec![])).0.outcomes.remove(0).findings;
    let state = |users| serde_json::json!(found(users)[0].values).to_string();
    let before = state(holder("Ana", "Reader"));
    assert_eq!(before, r#"{"found_1":["Ana"],"is_admin":true,"roles":["Reader"]}"#, "its name apart, and what moves");
    let with = |users| {
        let it = Exception { accepted: Cell::Known(Some(text(&before))), ..exception("1", BORNE) };
        laid(rule, facts(users, vec![it]))
    };
    assert_eq!(with(holder("Ana", "Reader")), (vec![true], vec![]));
    let (covered, matters) = with(holder("Ana", "Global Administrator"));
    assert_eq!(covered, [false], "the rule does not look at the role, and whoever accepted it did");
    assert!(matches!(&matters[..], [Matter::StateChanged(changes)] if changes.len() == 1), "{matters:?}");
}

#[test]
fn it_is_known_of_how_many_it_is_not_known_whether_they_fail() {
    let gap = || Gap::new(Cause::Throttled, "microsoft365.users");
    let of = |users: Table<User>| {
        let (evaluation, ..) = held(&[&policy("one", &[ADDRESSABLE], USERS)], facts(users, vec![]));
        let outcome = &evaluation.outcomes[0];
        assert_eq!(outcome.verdict, Verdict::Fail);
        (outcome.more.is_some(), outcome.unjudged)
    };
    assert_eq!(of(admins(&["1"])), (false, Some(0)));
    let open = ["2", "3"].map(|id| user(id, Cell::Unknown(gap())));
    let rows: Vec<User> = admins(&["1"]).rows.into_iter().chain(open).collect();
    assert_eq!(of(Table::complete(rows.clone())), (true, Some(2)));
    assert_eq!(of(Table { listing: Listing::Unread(gap()), rows }), (true, None), "the rest of the list may fail too");
}

/// How the exceptions stand.
fn stands(datasets: Datasets) -> Vec<Stand> {
    let (_, overlay, _) = held(&[&policy("one", &[ADDRESSABLE], USERS)], datasets);
    overlay.decisions.into_iter().map(|it| it.standing).collect()
}

#[test]
fn every_exception_stands_somehow() {
    let one = || vec![exception("1", BORNE)];
    let gap = || Gap::new(Cause::Throttled, "microsoft365.users");
    assert_eq!(stands(facts(admins(&["1"]), one())), [Stand::Applies(1)]);
    assert_eq!(stands(facts(Table::unread(gap()), one())), [Stand::Pending], "nobody knows whether it fails");
    assert_eq!(stands(facts(admins(&["2"]), one())), [Stand::Due(Matter::Unused)]);
    let of = |change: &dyn Fn(&mut Exception)| {
        let mut it = exception("1", BORNE);
        change(&mut it);
        stands(facts(admins(&["1"]), vec![it]))
    };
    assert_eq!(of(&|it| it.policy = Cell::Known(text("two"))), [Stand::NotHeld], "its policy was not run");
    assert_eq!(of(&|it| it.tenant = Cell::Known(text("google-workspace"))), [Stand::NotHeld], "no such tenant");
    let later = time("2026-11-02");
    assert_eq!(of(&|it| it.approved = Cell::Known(later)), [Stand::Due(Matter::NotBegun(later))]);
    assert_eq!(of(&|it| it.approved = Cell::Known(time("2026-11-01"))), [Stand::Applies(1)], "from its day on");
    let in_the_east = "2026-11-01T14:00:00Z".parse().expect("a time");
    assert_eq!(of(&|it| it.approved = Cell::Known(in_the_east)), [Stand::Applies(1)], "its day has begun there");
    let mut later_one = exception("1", BORNE);
    later_one.approved = Cell::Known(later);
    assert_eq!(laid(USERS, facts(admins(&["1"]), vec![later_one])).0, [false], "it covers nothing before its day");
}

#[test]
fn a_state_that_could_not_be_read_has_not_changed_and_is_not_covered_either() {
    const RULE: &str = "each = \"users\"\nrequire = \"!(user.enabled || user.is_admin)\"\nfinding = \"no\"\n";
    let of = |accepted: &str| {
        let unread = Cell::Unknown(Gap::new(Cause::Throttled, "microsoft365.users"));
        let it = Exception { accepted: Cell::Known(Some(text(accepted))), ..exception("1", BORNE) };
        let datasets = facts(Table::complete(vec![user("1", unread)]), vec![it]);
        let (evaluation, overlay, _) = held(&[&policy("one", &[ADDRESSABLE], RULE)], datasets);
        assert_eq!(evaluation.outcomes[0].verdict, Verdict::Fail, "it fails whatever was not read");
        (overlay.accepted(0, 0).is_some(), overlay.decisions[0].standing.clone())
    };
    assert_eq!(of(SEEN), (false, Stand::Pending));
    let (covered, standing) = of(r#"{"enabled":false,"is_admin":true}"#);
    assert!(!covered && matches!(&standing, Stand::Due(Matter::StateChanged(_))), "{standing:?}");
}

#[test]
fn a_rule_about_results_counts_what_was_accepted_as_the_report_does() {
    const RULE: &str = "each = \"users\"\nrequire = \"!(user.enabled || user.is_admin)\"\nfinding = \"no\"\n";
    const BORNE_ONLY: &str = "each = \"policy_results\"\nwhere = \"policy_result.failing\"\n\
                              require = \"policy_result.resources.all(r, r in policy_result.accepted)\"\nfinding = \"no\"\n";
    let (one, about) = (policy("one", &[ADDRESSABLE], RULE), policy("about", &[ADDRESSABLE], BORNE_ONLY));
    let of = |is_admin: Cell<bool>, it: Exception| {
        let (evaluation, ..) = held(&[&one, &about], facts(Table::complete(vec![user("1", is_admin)]), vec![it]));
        assert_eq!(evaluation.outcomes[0].verdict, Verdict::Fail, "it fails whatever was not read");
        evaluation.outcomes[1].verdict
    };
    let unread = || Cell::Unknown(Gap::new(Cause::Throttled, "microsoft365.users"));
    let changed = || Exception {
        accepted: Cell::Known(Some(text(r#"{"enabled":false,"is_admin":true}"#))),
        ..exception("1", BORNE)
    };
    assert_eq!(of(Cell::Known(true), exception("1", BORNE)), Verdict::Pass);
    assert_eq!(of(unread(), exception("*", BORNE)), Verdict::Pass, "whatever fails");
    assert_eq!(of(unread(), exception("1", BORNE)), Verdict::Unknown, "it may be as it was accepted");
    assert_eq!(of(unread(), changed()), Verdict::Fail, "it is not, whatever was not read");
    assert_eq!(of(Cell::Known(true), exception("1", Disposition::Planned)), Verdict::Fail, "a plan is no decision");
    let ended = Exception { until: Cell::Known(time("2026-10-01")), ..exception("1", BORNE) };
    assert_eq!(of(Cell::Known(true), ended), Verdict::Fail);
    let hashed = |sha256: &str| Exception {
        accepted: Cell::Known(None),
        accepted_sha256: Cell::Known(Some(text(sha256))),
        ..exception("1", BORNE)
    };
    assert_eq!(of(Cell::Known(true), hashed(SEEN_SHA256)), Verdict::Pass);
    assert_eq!(of(Cell::Known(false), hashed(SEEN_SHA256)), Verdict::Fail, "another state");
    assert_eq!(of(unread(), hashed(SEEN_SHA256)), Verdict::Unknown, "a hash does not say what was not read");
    let gap = || Gap::new(Cause::NotCollected, "records.exceptions");
    let hidden = Exception { accepted_sha256: Cell::Unknown(gap()), ..hashed(SEEN_SHA256) };
    assert_eq!(of(Cell::Known(true), hidden), Verdict::Unknown, "nobody knows what was accepted");
    let hidden = Exception { accepted: Cell::Unknown(gap()), ..exception("1", BORNE) };
    assert_eq!(of(Cell::Known(true), hidden), Verdict::Unknown);
    let hidden = Exception { approved: Cell::Unknown(gap()), ..exception("1", BORNE) };
    assert_eq!(of(Cell::Known(true), hidden), Verdict::Unknown, "nor from when on");
}

#[test]
fn a_rule_about_results_sees_the_exceptions_for_its_own_tenant() {
    const RULE: &str = "each = \"exceptions\"\nwhere = \"policy_results.exists(r, r.policy == exception.policy)\"\n\
                        require = \"exception.until >= now\"\nfinding = \"no\"\n";
    let (one, about) = (policy("one", &[ADDRESSABLE], USERS), policy("about", &[ADDRESSABLE], RULE));
    let of = |tenant: Cell<Text>| {
        let ended = Exception { until: Cell::Known(time("2026-10-01")), tenant, ..exception("1", BORNE) };
        held(&[&one, &about], facts(admins(&["1"]), vec![ended])).0.outcomes[1].verdict
    };
    assert_eq!(of(Cell::Known(text("microsoft365"))), Verdict::Fail);
    assert_eq!(of(Cell::Known(text("tenant-1"))), Verdict::Fail);
    assert_eq!(of(Cell::Known(text("google-workspace"))), Verdict::Pass);
    assert_eq!(of(Cell::Unknown(Gap::new(Cause::Malformed, "records"))), Verdict::Unknown, "it may be for another");
}

#[test]
fn what_changes_by_use_alone_ends_no_exception() {
    const RULE: &str = "each = \"users\"\nwhere = \"user.enabled && user.last_sign_in != null\"\n\
                        require = \"!user.is_admin\"\nfinding = \"{user.name} administers\"\n";
    let seen_on = |day: &str| {
        let admin = User { last_sign_in: Cell::Known(Some(time(day))), ..user("1", Cell::Known(true)) };
        Table::complete(vec![admin])
    };
    let of = |accepted: Option<&str>, sha256: Option<&str>| {
        let mut it = exception("1", BORNE);
        it.accepted = Cell::Known(accepted.map(text));
        it.accepted_sha256 = Cell::Known(sha256.map(text));
        laid(RULE, facts(seen_on("2026-10-30"), vec![it]))
    };
    let earlier = r#"{"enabled":true,"is_admin":true,"last_sign_in":"2026-10-01T00:00:00Z"}"#;
    assert_eq!(of(Some(earlier), None), (vec![true], vec![]), "the account was used since");
    assert_eq!(of(Some(SEEN), None), (vec![true], vec![]), "the time was not written down");
    assert_eq!(of(None, Some(SEEN_SHA256)), (vec![true], vec![]), "the hash is of what stays");
    let (covered, matters) =
        of(Some(r#"{"enabled":true,"is_admin":false,"last_sign_in":"2026-10-01T00:00:00Z"}"#), None);
    assert_eq!(covered, [false]);
    assert!(matches!(&matters[..], [Matter::StateChanged(changes)] if changes.len() == 1), "{matters:?}");
}

#[test]
fn the_exit_code_can_leave_out_what_is_accepted_whole_and_does_not_by_itself() {
    let of = |exceptions, except_accepted| {
        let one = policy("one", &[ADDRESSABLE], USERS);
        let (evaluation, overlay, _) = held(&[&one], facts(admins(&["1", "2"]), exceptions));
        assert_eq!(evaluation.outcomes[0].verdict, Verdict::Fail);
        let on = ExitOn { fail: Some(tenantscan_model::rows::Severity::High), except_accepted };
        exit(&[&one], &evaluation, &overlay, on).code
    };
    let both = || vec![exception("1", BORNE), exception("2", Disposition::Planned)];
    assert_eq!((of(both(), false), of(both(), true)), (3, 0));
    assert_eq!(of(vec![exception("1", BORNE)], true), 3, "one of two is open");
    let mut ended = both();
    ended[0].until = Cell::Known(time("2026-10-31"));
    assert_eq!(of(ended, true), 3, "what has ended accepts nothing");
}

#[test]
fn an_addressable_disposition_is_refused_where_anything_required_is_served() {
    let required = |provision: &str| Some(Refusal::Required(provision.to_owned()));
    for (citations, refused) in [
        (&[ADDRESSABLE][..], None),
        (&[STANDARD, ADDRESSABLE], None),
        (&[ADDRESSABLE, BREACH], None),
        (&[ADDRESSABLE, REQUIRED], required(REQUIRED)),
        (&[ADDRESSABLE, ALONE], required(ALONE)),
        (&[STANDARD], Some(Refusal::NothingAddressable)),
        (&[BREACH], Some(Refusal::NothingAddressable)),
    ] {
        for disposition in [Disposition::AddressableAlternative, Disposition::AddressableNotReasonable] {
            let datasets = facts(admins(&["1"]), vec![exception("1", disposition)]);
            let (evaluation, overlay, _) = held(&[&policy("one", citations, USERS)], datasets);
            assert_eq!(evaluation.outcomes[0].verdict, Verdict::Fail);
            assert_eq!(overlay.accepted(0, 0).is_some(), refused.is_none(), "{citations:?}");
            let matters: Vec<Matter> = overlay.due().map(|(_, matter)| matter.clone()).collect();
            assert_eq!(matters, refused.clone().map(Matter::Refused).into_iter().collect::<Vec<_>>(), "{citations:?}");
        }
        let datasets = facts(admins(&["1"]), vec![exception("1", Disposition::AlternateMitigation)]);
        assert!(held(&[&policy("one", citations, USERS)], datasets).1.accepted(0, 0).is_some(), "{citations:?}");
    }
}

/// The state of the addressable specification, and until when its gap stands.
fn rolled(datasets: Datasets, more: &[&Policy]) -> (SafeguardState, Option<Decided>) {
    let one = policy("one", &[ADDRESSABLE], USERS);
    let policies: Vec<&Policy> = [&one].into_iter().chain(more.iter().copied()).collect();
    let (evaluation, overlay, safeguards) = held(&policies, datasets);
    let mut rolled = safeguards.roll_up(&policies, &evaluation, &overlay);
    let found = rolled.remove(2);
    assert_eq!(found.safeguard.citation, ADDRESSABLE);
    (found.state, found.decided)
}

#[test]
fn dispositions_roll_up_to_the_least_that_was_decided() {
    use Disposition::*;
    let until = Some(Decided::Accepted(time("2026-12-31")));
    let undated = Some(Decided::Planned { by: None, overdue: false });
    for (decided, state, when) in [
        (&[][..], SafeguardState::GapFound, None),
        (&[RiskAccepted], SafeguardState::GapFound, None),
        (&[RiskAccepted, RiskAccepted], SafeguardState::GapFound, until),
        (&[Planned, Planned], SafeguardState::GapFound, undated),
        (&[Planned, RiskAccepted], SafeguardState::GapFound, until),
        (&[Planned, ThirdParty], SafeguardState::GapFound, undated),
        (&[ThirdParty], SafeguardState::GapFound, None),
        (&[ThirdParty, AlternateMitigation], SafeguardState::DocumentedAlternative, None),
        (&[AddressableAlternative, ThirdParty], SafeguardState::DocumentedAlternative, None),
        (&[AddressableAlternative, AddressableNotReasonable], SafeguardState::NotReasonable, None),
        (&[AddressableNotReasonable, FalsePositive], SafeguardState::NotDetermined, None),
        (&[FalsePositive, ThirdParty], SafeguardState::NotDetermined, None),
        (&[FalsePositive, Planned], SafeguardState::GapFound, undated),
    ] {
        let exceptions = decided.iter().zip(["1", "2"]).map(|(it, id)| exception(id, *it)).collect();
        assert_eq!(rolled(facts(admins(&["1", "2"]), exceptions), &[]), (state, when), "{decided:?}");
    }
    let open = policy("open", &[ADDRESSABLE], "require = 'groups.all(g, g.is_team)'\nfinding = 'no'\n");
    let all = || facts(admins(&["1"]), vec![exception("1", ThirdParty)]);
    assert_eq!(rolled(all(), &[&open]).0, SafeguardState::NotDetermined, "what was not read may be a gap");
}

#[test]
fn what_was_only_read_in_part_is_not_decided_whole() {
    let of = |disposition| {
        let gap = Gap::new(Cause::Throttled, "microsoft365.users");
        let cut = Table { listing: Listing::Unread(gap), rows: admins(&["1"]).rows };
        let datasets = facts(cut, vec![exception("1", disposition)]);
        let one = policy("one", &[ADDRESSABLE], USERS);
        let (evaluation, overlay, safeguards) = held(&[&one], datasets.clone());
        let register = safeguards.addressable(&[&one], &evaluation, &overlay);
        (rolled(datasets, &[]), register[0].decision)
    };
    let (gap, open) = (SafeguardState::GapFound, SafeguardState::NotDetermined);
    let undecided = AddressableDecision::Undecided;
    assert_eq!(of(Disposition::AlternateMitigation), ((open, None), undecided), "more may fail");
    assert_eq!(of(BORNE), ((gap, None), undecided), "not everything is accepted");
}

#[test]
fn what_is_required_is_not_met_in_another_way_by_a_reason_alone() {
    use Disposition::*;
    let state = |citations: &[&str], safeguard: &str, disposition| {
        let one = policy("one", citations, USERS);
        let (evaluation, overlay, safeguards) = held(&[&one], facts(admins(&["1"]), vec![exception("1", disposition)]));
        let rolled = safeguards.roll_up(&[&one], &evaluation, &overlay);
        let found = rolled.iter().find(|it| it.safeguard.citation == safeguard).expect("of the catalogue");
        (found.state, found.decided)
    };
    let gap = (SafeguardState::GapFound, Some(Decided::Accepted(time("2026-12-31"))));
    let other = (SafeguardState::DocumentedAlternative, None);
    for disposition in [ThirdParty, AlternateMitigation] {
        for citation in [REQUIRED, ALONE, BREACH, STANDARD] {
            assert_eq!(state(&[citation], citation, disposition), gap, "{citation}");
        }
        assert_eq!(state(&[ADDRESSABLE, REQUIRED], REQUIRED, disposition), gap);
        assert_eq!(state(&[ADDRESSABLE, REQUIRED], ADDRESSABLE, disposition), other);
        assert_eq!(state(&[STANDARD, ADDRESSABLE], STANDARD, disposition), other, "met by way of what is addressable");
    }
    assert_eq!(state(&[REQUIRED], REQUIRED, FalsePositive).0, SafeguardState::NotDetermined);
}

#[test]
fn a_guess_can_be_accepted_and_stays_open() {
    let guess = policy("one", &[ADDRESSABLE], &format!("{USERS}otherwise = 'review'\n"));
    let datasets = facts(admins(&["1"]), vec![exception("1", Disposition::FalsePositive)]);
    let (evaluation, overlay, safeguards) = held(&[&guess], datasets);
    assert_eq!(evaluation.outcomes[0].verdict, Verdict::Review);
    assert!(overlay.accepted(0, 0).is_some() && overlay.due().next().is_none());
    assert_eq!(safeguards.roll_up(&[&guess], &evaluation, &overlay)[2].state, SafeguardState::NotDetermined);
}

#[test]
fn every_tenant_carries_the_records_of_the_client_and_takes_what_is_its_own() {
    let one = policy("one", &[ADDRESSABLE], USERS);
    let google = Exception { tenant: Cell::Known(text("google-workspace")), ..exception("1", BORNE) };
    let mut ended = exception("2", BORNE);
    ended.until = Cell::Known(time("2026-10-31"));
    let records = vec![Exception { id: text("google"), ..google }, ended];
    let mut snapshot = snapshot(facts(admins(&["1", "2"]), records));
    let mut second = snapshot.tenants[0].clone();
    (second.id, second.platform) = ("customer-1".into(), Platform::GoogleWorkspace);
    snapshot.tenants.push(second);
    let safeguards = Safeguards::load(SAFEGUARDS).expect("a catalogue");
    let evaluation = evaluate(&[&one], Chosen::All, &snapshot, snapshot.taken_at, &|_, _| BTreeSet::new());
    let overlay = Overlay::new(&[&one], &snapshot, &evaluation, &safeguards);
    assert!(overlay.accepted(0, 0).is_none(), "the exception is for the other platform");
    let due: Vec<&str> = overlay.due().map(|(due, _)| due.exception.as_str()).collect();
    assert_eq!(due, ["one microsoft365 2"], "once, whatever number of tenants carries it");
}

#[test]
fn a_plan_says_until_when_what_is_planned_is_mended() {
    let item = |resource: &str, due: &str| PlanItem {
        policy: Cell::Known(text("one")),
        resource: Cell::Known(text(resource)),
        owner: Cell::Known(text("A. Person")),
        due: Cell::Known(time(due)),
        state: Cell::Known(PlanState::Open),
        note: Cell::Known(None),
        ..PlanItem::new(format!("one {resource}"))
    };
    let planned = |ids: &[&str], items: Vec<PlanItem>| {
        let exceptions = ids.iter().map(|id| exception(id, Disposition::Planned)).collect();
        let mut datasets = facts(admins(ids), exceptions);
        datasets.remediation_plan = Table::complete(items);
        rolled(datasets, &[]).1
    };
    let by = |day| Some(Decided::Planned { by: Some(time(day)), overdue: false });
    let undated = Some(Decided::Planned { by: None, overdue: false });
    assert_eq!(planned(&["1"], vec![]), undated, "without a plan there is no day");
    let done = |item: PlanItem| PlanItem { state: Cell::Known(PlanState::Done), ..item };
    assert_eq!(planned(&["1"], vec![done(item("1", "2026-12-01"))]), undated, "it is marked done, and fails");
    assert_eq!(planned(&["1"], vec![done(item("1", "2026-12-01")), item("*", "2026-12-15")]), by("2026-12-15"));
    assert_eq!(planned(&["1", "2"], vec![item("1", "2026-12-01")]), undated, "of one there is none");
    let late = Some(Decided::Planned { by: Some(time("2026-10-15")), overdue: true });
    assert_eq!(planned(&["1"], vec![item("1", "2026-10-15")]), late);
    assert_eq!(planned(&["1"], vec![item("*", "2026-12-01")]), by("2026-12-01"));
    assert_eq!(planned(&["1"], vec![item("*", "2026-12-01"), item("1", "2026-11-15")]), by("2026-11-15"));
    assert_eq!(planned(&["1", "2"], vec![item("*", "2026-12-01"), item("1", "2026-11-15")]), by("2026-12-01"));
}

#[test]
fn a_control_without_a_licence_can_be_replaced_in_writing() {
    let rule = format!("{USERS}licence = 'Entra ID P1'\n");
    let one = policy("one", &[ADDRESSABLE, ALONE], &rule);
    let both = |exceptions, answers| {
        let mut datasets = facts(admins(&["1"]), exceptions);
        let organization = tenantscan_model::rows::Organization {
            service_plans: Cell::Known(Vec::new()),
            ..tenantscan_model::rows::Organization::new("1")
        };
        datasets.organization = Table::complete(vec![organization]);
        datasets.attestations = Table::complete(answers);
        let (evaluation, overlay, safeguards) = held(&[&one], datasets);
        assert_eq!(evaluation.outcomes[0].verdict, Verdict::Unknown);
        assert!(overlay.due().next().is_none());
        let rolled = safeguards.roll_up(&[&one], &evaluation, &overlay);
        (rolled[2].state, rolled[3].state)
    };
    let state = |exceptions, answers| both(exceptions, answers).0;
    let (open, other) = (SafeguardState::NotDetermined, SafeguardState::DocumentedAlternative);
    assert_eq!(state(vec![], vec![]), open);
    assert_eq!(state(vec![exception("*", Disposition::AlternateMitigation)], vec![]), other);
    assert_eq!(state(vec![exception("*", BORNE)], vec![]), open, "a risk that is borne replaces nothing");
    assert_eq!(state(vec![], vec![attestation(Answer::Implemented, "2027-01-01")]), other);
    assert_eq!(state(vec![], vec![attestation(Answer::Implemented, "2026-10-15")]), open, "the answer has run out");
    assert_eq!(state(vec![], vec![attestation(Answer::No, "2027-01-01")]), open);
    let mitigated = vec![exception("*", Disposition::AlternateMitigation)];
    assert_eq!(both(mitigated, vec![]), (other, open), "what is required takes more than a reason");
    let differently = vec![attestation(Answer::AddressedDifferently, "2027-01-01")];
    assert_eq!(both(vec![], differently), (other, open));
    assert_eq!(both(vec![], vec![attestation(Answer::Implemented, "2027-01-01")]), (other, other));
    for not_counted in NOT_COUNTED {
        assert_eq!(state(vec![], vec![not_counted(attestation(Answer::Implemented, "2027-01-01"))]), open);
    }
}

#[test]
fn the_register_names_each_addressable_specification_and_what_was_decided() {
    let of = |exceptions, answers, admins: Table<User>| {
        let one = policy("one", &[ADDRESSABLE], USERS);
        let mut datasets = facts(admins, exceptions);
        datasets.attestations = Table::complete(answers);
        let (evaluation, overlay, safeguards) = held(&[&one], datasets);
        let register = safeguards.addressable(&[&one], &evaluation, &overlay);
        assert_eq!(register.len(), 1, "the one that is addressable");
        let line = &register[0];
        let reasons: Vec<&str> = line.reasons.iter().map(|reason| reason.what).collect();
        (line.decision, reasons, line.open.clone())
    };
    let nobody = || Table::complete(vec![user("1", Cell::Known(false))]);
    let open = || vec!["one".to_owned()];
    let any = |disposition| vec![exception("1", disposition)];
    let differently = |until| vec![attestation(Answer::AddressedDifferently, until)];
    assert_eq!(of(vec![], vec![], nobody()), (AddressableDecision::Implemented, vec![], vec![]));
    assert_eq!(of(vec![], vec![], admins(&["1"])), (AddressableDecision::Undecided, vec![], open()));
    assert_eq!(
        of(any(Disposition::AddressableAlternative), vec![], admins(&["1"])),
        (AddressableDecision::Alternative, vec!["addressable_alternative"], vec![])
    );
    assert_eq!(
        of(any(Disposition::AddressableNotReasonable), vec![], admins(&["1"])),
        (AddressableDecision::NotReasonable, vec!["addressable_not_reasonable"], vec![])
    );
    assert_eq!(of(any(BORNE), vec![], admins(&["1"])), (AddressableDecision::Undecided, vec![], open()));
    assert_eq!(
        of(any(Disposition::AddressableAlternative), vec![], admins(&["1", "2"])),
        (AddressableDecision::Undecided, vec!["addressable_alternative"], open()),
        "of one finding nothing is decided"
    );
    assert_eq!(
        of(vec![], differently("2027-01-01"), admins(&["1"])),
        (AddressableDecision::Alternative, vec!["addressed_differently"], vec![])
    );
    assert_eq!(of(vec![], differently("2026-10-15"), admins(&["1"])), (AddressableDecision::Undecided, vec![], open()));
    for not_counted in NOT_COUNTED {
        let answers = differently("2027-01-01").into_iter().map(not_counted).collect();
        assert_eq!(of(vec![], answers, admins(&["1"])), (AddressableDecision::Undecided, vec![], open()));
    }
}

#[test]
fn an_answer_stands_beside_the_verdict_and_does_not_change_it() {
    for (until, expired) in [("2027-01-01", false), ("2026-11-01", false), ("2026-10-31", true)] {
        let mut datasets = facts(admins(&["1"]), vec![]);
        datasets.attestations = Table::complete(vec![attestation(Answer::Implemented, until)]);
        let (evaluation, overlay, _) = held(&[&policy("one", &[ADDRESSABLE], USERS)], datasets);
        assert_eq!(evaluation.outcomes[0].verdict, Verdict::Fail);
        let attested = overlay.attested(0).expect("the answer to the policy's question");
        assert_eq!((attested.answer, attested.expired), (Answer::Implemented, expired));
    }
}

#[test]
fn a_policy_names_the_accounts_with_which_it_would_be_met() {
    let declare = "[rule.declare]\nkind = 'break_glass'\nwhere = \"user.name.startsWith('glass')\"\n";
    let each = r#"
each = "users"
where = "user.enabled && user.kind == 'person'"
require = "!user.is_admin"
finding = "no"
"#;
    let few = "require = \"size(users.filter(u, u.is_admin && u.kind != 'break_glass')) <= 1\"\nfinding = 'no'\n";
    let named = |id: &str, name: &str, is_admin: bool| User {
        name: Cell::Known(name.into()),
        ..user(id, Cell::Known(is_admin))
    };
    let glass = |id: &str| named(id, &format!("glass {id}"), true);
    let found = |rule: &str, users: Vec<User>| {
        let rule = format!("{rule}{declare}");
        let (evaluation, ..) = held(&[&policy("one", &[ADDRESSABLE], &rule)], facts(Table::complete(users), vec![]));
        let declaration = evaluation.outcomes[0].declaration.clone();
        declaration.map(|it| {
            assert_eq!(it.kind, AccountKind::BreakGlass);
            it.accounts.into_iter().map(|(account, _)| account).collect::<Vec<_>>().join(" ")
        })
    };
    let some = |accounts: &str| Some(accounts.to_owned());
    let ana = || named("3", "Ana", true);
    assert_eq!(found(each, vec![glass("1"), named("3", "Ana", false)]), some("1@cedar.example"));
    assert_eq!(found(each, vec![glass("1"), ana()]), None, "Ana would still fail");
    assert_eq!(found(each, vec![named("1", "glass", false)]), None, "it passes anyway");
    assert_eq!(
        found(each, vec![glass("1"), named("2", "glass 2", false)]),
        some("1@cedar.example"),
        "the other is not at fault"
    );
    let open = User { is_admin: Cell::Unknown(Gap::new(Cause::Timeout, "roles")), ..ana() };
    assert_eq!(found(each, vec![glass("1"), open]), None, "Ana may still fail");
    let nameless = User { name: Cell::Unknown(Gap::new(Cause::Timeout, "users")), ..glass("1") };
    assert_eq!(found(each, vec![nameless]), None, "nobody knows whether it is one");
    assert_eq!(found(few, vec![glass("1"), glass("2"), ana()]), some("1@cedar.example 2@cedar.example"));
    assert_eq!(found(few, vec![glass("1"), ana(), named("4", "Ben", true)]), None);
}
