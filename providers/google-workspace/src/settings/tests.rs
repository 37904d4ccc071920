//! Cases of inheritance, each a small practice, and the law that hiding a fact never turns one value into another.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use tenantscan_model::rows::OrgUnit;
use tenantscan_model::{Cause, Cell, Gap, Table, Text};

use super::policy::{Author, Policy};
use super::query::Query;
use super::resolve::{Effective, Origin, Settings};
use super::situation::{ADMINISTRATORS, Members, Memberships, Person, Situations, Tied, situations};
use super::units::Units;
use super::{alerts, rules};

const UNITS: [(&str, &str, Option<&str>); 5] = [
    ("top", "/", None),
    ("clinic", "/Clinic", Some("top")),
    ("desk", "/Clinic/Front desk", Some("clinic")),
    ("temps", "/Clinic/Front desk/Temps", Some("desk")),
    ("billing", "/Billing", Some("top")),
];
const FREE: &str = "/product/101001/sku/1010010001";

fn units() -> Units {
    tree(&UNITS)
}

/// Units as they are listed, each with its path and the unit above.
fn tree(listed: &[(&str, &str, Option<&str>)]) -> Units {
    let rows: Vec<OrgUnit> = listed
        .iter()
        .map(|(id, path, parent)| {
            let mut row = OrgUnit::new(*id);
            row.path = Cell::Known((*path).into());
            row.parent = Cell::Known(parent.map(Text::from));
            row
        })
        .collect();
    Units::new(&rows)
}

fn gap() -> Gap {
    Gap::new(Cause::PermissionMissing, "google-workspace.group_members")
}

fn unit(id: &str) -> String {
    format!("entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('{id}'))")
}

fn group(id: &str) -> String {
    format!("entity.groups.exists(group, group.group_id == groupId('{id}'))")
}

fn product() -> String {
    format!("entity.licenses.exists(license, license in ['{FREE}'])")
}

fn policy(setting: &str, query: &str, order: f64, value: &Value) -> Policy {
    let fields = value.as_object().into_iter().flatten().map(|(field, value)| (field.as_str().into(), value.clone()));
    Policy {
        name: format!("policies/{setting}{order}").into(),
        setting: setting.into(),
        fields: fields.collect(),
        query: Query::parse(query),
        author: Some(Author::Admin),
        order: Some(order),
    }
}

fn system(policy: Policy) -> Policy {
    Policy { author: Some(Author::System), ..policy }
}

fn person(id: &str, path: &str) -> Person {
    Person {
        id: id.into(),
        unit: Some(path.into()),
        active: true,
        administers: Ok(false),
        products: Ok(BTreeSet::new()),
    }
}

/// A practice, resolved.
struct Practice {
    policies: Vec<Policy>,
    people: Vec<Person>,
    memberships: Memberships,
}

impl Practice {
    fn new(policies: Vec<Policy>) -> Self {
        let people = vec![person("ana", "/Clinic/Front desk"), person("bo", "/Clinic"), person("cy", "/Billing")];
        Self { policies, people, memberships: Memberships::new() }
    }

    fn with_group(mut self, group: &str, members: &[&str]) -> Self {
        let members = members.iter().map(|id| Text::from(*id)).collect();
        self.memberships.insert(group.into(), Ok(Members::These(members)));
        self
    }

    fn situations(&self, units: &Units) -> Situations {
        let (mut groups, mut products) = (BTreeSet::new(), BTreeSet::new());
        self.policies.iter().for_each(|policy| policy.query.names(&mut groups, &mut products));
        let names = BTreeMap::from([("interns".into(), "Interns".into())]);
        let gap = gap();
        let tied = Tied { groups, products, names: &names, memberships: &self.memberships, gap: &gap };
        situations(units, Ok(&self.people), &tied)
    }

    fn of(&self, person: &str) -> Effective {
        self.among(&units(), person)
    }

    fn among(&self, units: &Units, person: &str) -> Effective {
        let situations = self.situations(units);
        let names = BTreeMap::from([("interns".into(), "Interns".into())]);
        let settings = Settings::new(&self.policies, units, &names, "google-workspace.policies");
        settings.effective(&situations.all[situations.of(person).expect("active")])
    }

    fn value(&self, person: &str, setting: &str, field: &str) -> Option<Result<Value, Cause>> {
        let held = self.of(person).remove(&(setting.into(), field.into()))?;
        Some(held.map(|held| held.value).map_err(|gap| gap.cause()))
    }
}

const SHARING: &str = "drive_and_docs.external_sharing";
const PASSWORD: &str = "security.password";

#[test]
fn the_nearest_unit_above_comes_before_the_top() {
    let practice = Practice::new(vec![
        policy(SHARING, &unit("top"), 1.0, &json!({"externalSharingMode": "ALLOWED"})),
        policy(SHARING, &unit("clinic"), 2.0, &json!({"externalSharingMode": "DISALLOWED"})),
    ]);
    let mode = |person| practice.value(person, SHARING, "externalSharingMode");
    assert_eq!(mode("ana"), Some(Ok(json!("DISALLOWED"))));
    assert_eq!(mode("bo"), Some(Ok(json!("DISALLOWED"))));
    assert_eq!(mode("cy"), Some(Ok(json!("ALLOWED"))));
}

#[test]
fn a_child_that_sets_one_field_inherits_the_other_from_the_nearest_unit() {
    let practice = Practice::new(vec![
        policy(SHARING, &unit("top"), 1.0, &json!({"externalSharingMode": "ALLOWED", "allowPublishingFiles": true})),
        policy(SHARING, &unit("clinic"), 2.0, &json!({"externalSharingMode": "DISALLOWED"})),
        policy(SHARING, &unit("desk"), 3.0, &json!({"allowPublishingFiles": false})),
    ]);
    assert_eq!(practice.value("ana", SHARING, "externalSharingMode"), Some(Ok(json!("DISALLOWED"))));
    assert_eq!(practice.value("ana", SHARING, "allowPublishingFiles"), Some(Ok(json!(false))));
    assert_eq!(practice.value("bo", SHARING, "allowPublishingFiles"), Some(Ok(json!(true))));
    let held = practice.of("ana")[&(SHARING.into(), "externalSharingMode".into())].clone().expect("known");
    assert_eq!(held.origin, Origin::Policies("unit /Clinic".into()));
}

#[test]
fn a_group_comes_before_a_unit_and_the_later_group_before_the_earlier() {
    let practice = Practice::new(vec![
        policy(PASSWORD, &unit("desk"), 5.0, &json!({"minimumLength": 8})),
        policy(PASSWORD, &group("interns"), 10.0, &json!({"minimumLength": 20})),
        policy(PASSWORD, &group("pilot"), 11.0, &json!({"minimumLength": 30})),
    ])
    .with_group("interns", &["ana", "bo"])
    .with_group("pilot", &["ana"]);
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), Some(Ok(json!(30))));
    assert_eq!(practice.value("bo", PASSWORD, "minimumLength"), Some(Ok(json!(20))));
    assert_eq!(practice.value("cy", PASSWORD, "minimumLength"), None);
    let all = practice.situations(&units()).all;
    let labels: Vec<(&str, Option<&i64>)> = all.iter().map(|it| (it.label.as_str(), it.people.known())).collect();
    assert_eq!(
        labels,
        [
            ("/Billing", Some(&1)),
            ("/Clinic, in group Interns", Some(&1)),
            ("/Clinic/Front desk, in groups Interns and pilot", Some(&1)),
            ("/Clinic/Front desk/Temps", Some(&0)),
            ("the top unit (/)", Some(&0)),
        ]
    );
}

#[test]
fn what_an_administrator_sets_comes_before_what_google_sets() {
    let practice = Practice::new(vec![
        system(policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 8, "allowReuse": true}))),
        policy(PASSWORD, &unit("top"), 2.0, &json!({"minimumLength": 14})),
    ]);
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), Some(Ok(json!(14))));
    assert_eq!(practice.value("ana", PASSWORD, "allowReuse"), Some(Ok(json!(true))));
}

#[test]
fn a_clause_about_products_holds_for_their_holders() {
    let rule = format!("{} && {}", unit("top"), product());
    let others = format!("{} && !{}", unit("top"), product());
    let mut practice = Practice::new(vec![
        policy(PASSWORD, &rule, 2.0, &json!({"minimumLength": 8})),
        policy(PASSWORD, &others, 1.0, &json!({"minimumLength": 14})),
    ]);
    practice.people[0].products = Ok(BTreeSet::from([FREE.into()]));
    practice.people[2].products = Err(gap());
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), Some(Ok(json!(8))));
    assert_eq!(practice.value("bo", PASSWORD, "minimumLength"), Some(Ok(json!(14))));
    assert_eq!(practice.value("cy", PASSWORD, "minimumLength"), Some(Err(Cause::PermissionMissing)));
    practice.policies[1].fields.insert("minimumLength".into(), json!(8));
    // Whether somebody holds the product does not matter where both policies say the same.
    assert_eq!(practice.value("cy", PASSWORD, "minimumLength"), Some(Ok(json!(8))));
}

#[test]
fn holders_of_a_long_list_of_products_and_everybody_else_may_have_the_same() {
    let list: Vec<String> = (1..=12).map(|sku| format!("'/product/Google-Apps/sku/10100200{sku}'")).collect();
    let clause = format!("entity.licenses.exists(license, license in [{}])", list.join(", "));
    let rule = |sign: &str| format!("{} && {sign}{clause}", unit("top"));
    let mut practice = Practice::new(vec![
        system(policy(PASSWORD, &rule(""), 2.0, &json!({"minimumLength": 8, "allowReuse": false}))),
        system(policy(PASSWORD, &rule("!"), 1.0, &json!({"minimumLength": 8, "allowReuse": true}))),
    ]);
    practice.people[0].products = Err(gap());
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), Some(Ok(json!(8))));
    assert_eq!(practice.value("ana", PASSWORD, "allowReuse"), Some(Err(Cause::PermissionMissing)));
    assert_eq!(practice.value("bo", PASSWORD, "allowReuse"), Some(Ok(json!(true))));
}

#[test]
fn a_deleted_unit_holds_for_nobody_and_is_noted() {
    let practice = Practice::new(vec![policy(PASSWORD, &unit("gone"), 5.0, &json!({"minimumLength": 4}))]);
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), None);
    let (units, names) = (units(), BTreeMap::new());
    let settings = Settings::new(&practice.policies, &units, &names, "x");
    let notes: Vec<&str> = settings.unapplied.iter().map(|it| it.reason).collect();
    assert!(matches!(notes.as_slice(), [note] if note.contains("no longer exists")), "{notes:?}");
}

#[test]
fn a_setting_that_nobody_set_has_the_documented_default_or_none() {
    let practice = Practice::new(Vec::new());
    assert_eq!(practice.value("ana", SHARING, "externalSharingMode"), Some(Ok(json!("ALLOWED"))));
    let held = practice.of("ana")[&(SHARING.into(), "externalSharingMode".into())].clone().expect("known");
    assert_eq!(held.origin, Origin::Default);
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), None);
}

#[test]
fn a_group_that_nobody_could_look_into_matters_only_where_it_says_something_else() {
    let mut practice = Practice::new(vec![
        policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 12, "allowReuse": false})),
        policy(PASSWORD, &group("interns"), 2.0, &json!({"minimumLength": 12, "allowReuse": true})),
    ]);
    practice.memberships.insert("interns".into(), Err(gap()));
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), Some(Ok(json!(12))));
    assert_eq!(practice.value("ana", PASSWORD, "allowReuse"), Some(Err(Cause::PermissionMissing)));
}

#[test]
fn a_condition_that_is_not_understood_may_hold_for_whoever_it_could_touch() {
    let unclear = format!("{} && entity.devices.exists(d, d.managed)", unit("clinic"));
    let practice = Practice::new(vec![
        policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 12, "allowReuse": false})),
        policy(PASSWORD, &unclear, 2.0, &json!({"minimumLength": 6, "allowReuse": false})),
    ]);
    assert_eq!(practice.value("ana", PASSWORD, "minimumLength"), Some(Err(Cause::Malformed)));
    assert_eq!(practice.value("ana", PASSWORD, "allowReuse"), Some(Ok(json!(false))));
    assert_eq!(practice.value("cy", PASSWORD, "minimumLength"), Some(Ok(json!(12))));
}

#[test]
fn the_group_of_all_administrators_touches_administrators_only() {
    let mut practice = Practice::new(vec![
        policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 12})),
        policy(PASSWORD, &group(ADMINISTRATORS), 2.0, &json!({"minimumLength": 20})),
    ]);
    practice.people[0].administers = Ok(true);
    assert!(practice.value("ana", PASSWORD, "minimumLength").expect("set").is_err());
    assert_eq!(practice.value("bo", PASSWORD, "minimumLength"), Some(Ok(json!(12))));
}

#[test]
fn two_policies_that_come_first_together_and_differ_leave_it_open() {
    let mut policies = vec![
        policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 12})),
        policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 6})),
    ];
    assert_eq!(Practice::new(policies.clone()).value("ana", PASSWORD, "minimumLength"), Some(Err(Cause::Malformed)));
    policies[1].order = Some(2.0);
    assert_eq!(Practice::new(policies).value("ana", PASSWORD, "minimumLength"), Some(Ok(json!(6))));
}

#[test]
fn where_the_vendors_order_and_the_tree_disagree_nobody_knows_which_counts() {
    let long = json!({"minimumLength": 14, "allowReuse": false});
    let short = json!({"minimumLength": 8, "allowReuse": false});
    let cases = [
        ("a unit above", policy(PASSWORD, &unit("clinic"), 1.0, &long), policy(PASSWORD, &unit("top"), 2.0, &short)),
        ("a unit", policy(PASSWORD, &group("pilot"), 1.0, &long), policy(PASSWORD, &unit("desk"), 2.0, &short)),
        ("Google", policy(PASSWORD, &unit("top"), 1.0, &long), system(policy(PASSWORD, &unit("top"), 2.0, &short))),
    ];
    for (what, first, mut greater) in cases {
        let value = |policies: &[Policy], field| {
            Practice::new(policies.to_vec()).with_group("pilot", &["ana"]).value("ana", PASSWORD, field)
        };
        let both = [first.clone(), greater.clone()];
        assert_eq!(value(&both, "minimumLength"), Some(Err(Cause::Malformed)), "{what}");
        assert_eq!(value(&both, "allowReuse"), Some(Ok(json!(false))), "{what}: both say the same");
        greater.order = None;
        assert_eq!(value(&[first, greater], "minimumLength"), Some(Ok(json!(14))), "{what}: the tree alone tells");
    }
    let states = |state: &str| json!({"ruleStates": [{"ruleId": "a", "state": state}]});
    let lists = Practice::new(vec![
        policy("gmail.rule_states", &unit("top"), 2.0, &states("on")),
        policy("gmail.rule_states", &unit("desk"), 1.0, &states("off")),
    ]);
    assert_eq!(lists.value("ana", "gmail.rule_states", "ruleStates"), Some(Err(Cause::Malformed)));
}

#[test]
fn the_top_is_the_whole_organisation_where_there_is_nothing_below_it() {
    let mut top = OrgUnit::new("top");
    top.path = Cell::Known("/".into());
    top.parent = Cell::Known(None);
    assert_eq!(Units::new(&[top]).place(&"/".into()), "the whole organisation (/)");
    assert_eq!(units().place(&"/".into()), "the top unit (/)");
    assert_eq!(units().place(&"/Clinic".into()), "/Clinic");
}

/// The state of one rule that warns administrators.
fn alert(policies: &[Policy]) -> Result<Text, Cause> {
    let units = units();
    let settings = Settings::new(policies, &units, &BTreeMap::new(), "google-workspace.policies");
    let unsaid = Gap::new(Cause::NotSupplied, "google-workspace.unsaid");
    let rows = alerts::alert_rules(&settings, &Table::complete(Vec::new()), &unsaid, "google-workspace.policies");
    let row = rows.into_iter().find(|row| row.id == "Suspicious login").expect("in the dated list");
    row.state.read().cloned().map_err(Gap::cause)
}

#[test]
fn of_a_unit_whose_way_to_the_top_is_not_known_nobody_knows_what_holds() {
    let policies = vec![
        policy("gmail.imap_access", &unit("top"), 1.0, &json!({ "enableImapAccess": false })),
        policy("gmail.pop_access", &unit("desk"), 1.0, &json!({ "enablePopAccess": false })),
    ];
    let practice = Practice::new(policies);
    let held = |listed: &[(&str, &str, Option<&str>)], setting: &str, field: &str| {
        let held = practice.among(&tree(listed), "ana").remove(&(setting.into(), field.into()));
        held.map(|held| held.map(|held| held.value).map_err(|gap| gap.cause()))
    };
    let with = |clinic: Option<&'static str>, desk: &'static str| {
        [("top", "/", None), ("clinic", "/Clinic", clinic), ("desk", desk, Some("clinic"))]
    };
    let off = Some(Ok(json!(false)));
    let open = Some(Err(Cause::Malformed));
    let imap = |listed: &[_]| held(listed, "gmail.imap_access", "enableImapAccess");
    let (whole, astray) = (with(Some("top"), "/Clinic/Front desk"), with(None, "/Clinic/Front desk"));
    assert_eq!(imap(&whole), off);
    assert_eq!(imap(&whole[1..]), off, "the list may leave the top out");
    assert_eq!(imap(&astray), open, "a unit without a parent is no top");
    assert_eq!(imap(&with(Some("gone"), "/Clinic/Front desk")), open, "its parent is not listed");
    let elsewhere = [whole[0], whole[1], ("b", "/Billing", Some("top")), ("desk", "/Clinic/Front desk", Some("b"))];
    assert_eq!(imap(&elsewhere), open, "its path and its parent differ");
    // What is set for the unit itself holds there; before which others it comes is not known, and there are none.
    assert_eq!(held(&astray, "gmail.pop_access", "enablePopAccess"), off);
}

#[test]
fn of_several_policies_for_one_alert_the_greatest_counts() {
    let said = |order: f64, value: Value| policy("rule.system_defined_alerts", &unit("top"), order, &value);
    let on = || json!({"displayName": "Suspicious login", "state": "ACTIVE"});
    let off = || json!({"displayName": "Suspicious login", "state": "INACTIVE"});
    let unsaid = || json!({"displayName": "Suspicious login"});
    assert_eq!(alert(&[said(900.0, off()), said(350.0, on())]), Ok("INACTIVE".into()));
    assert_eq!(alert(&[said(350.0, off()), said(900.0, on())]), Ok("ACTIVE".into()));
    assert_eq!(alert(&[system(said(200.0, on())), said(350.0, off())]), Ok("INACTIVE".into()));
    assert_eq!(alert(&[said(350.0, on()), said(350.0, off())]), Err(Cause::Malformed), "none is the greatest");
    assert_eq!(alert(&[system(said(200.0, on())), said(350.0, unsaid())]), Err(Cause::Malformed));
    assert_eq!(alert(&[system(said(200.0, on())), said(350.0, json!({"state": "ACTIVE"}))]), Err(Cause::Malformed));
    assert_eq!(alert(&[said(350.0, on()), system(said(200.0, unsaid()))]), Ok("ACTIVE".into()));
    assert_eq!(alert(&[system(said(900.0, off())), said(350.0, on())]), Err(Cause::Malformed), "the orders disagree");
    let authorless = Policy { author: None, ..said(350.0, off()) };
    assert_eq!(alert(&[said(400.0, on()), authorless]), Err(Cause::Malformed));
    assert_eq!(alert(&[]), Err(Cause::NotSupplied));
}

/// The rules that look for health data in what goes out of Gmail, where one has these triggers and does this.
fn mail_looked_through(triggers: &[&str], does: &Value) -> Result<usize, Cause> {
    let rule = policy(
        "rule.dlp",
        &unit("top"),
        300.0,
        &json!({
            "displayName": "Health data", "state": "ACTIVE", "triggers": triggers, "action": {"gmailAction": does},
            "condition": {"contentCondition": "all_content.matches_dlp_detector('ICD10_CODE')"},
        }),
    );
    let practice = Practice::new(vec![rule]);
    let units = units();
    let settings = Settings::new(&practice.policies, &units, &BTreeMap::new(), "google-workspace.policies");
    let situations = practice.situations(&units);
    let rows =
        rules::dlp_coverage(&settings, &situations.all, &Gap::new(Cause::Malformed, "google-workspace.policies"));
    let row = rows.into_iter().find(|row| row.app.known().is_some_and(|app| *app == "gmail")).expect("mail");
    row.rules.read().map(Vec::len).map_err(Gap::cause)
}

#[test]
fn only_a_rule_that_looks_at_mail_going_out_counts() {
    let (send, receive) = ("google.workspace.gmail.email.v1.send", "google.workspace.gmail.email.v1.receive");
    let warn = json!({"warnUser": {}});
    assert_eq!(mail_looked_through(&[send], &warn), Ok(1));
    assert_eq!(mail_looked_through(&[receive, send], &warn), Ok(1));
    assert_eq!(mail_looked_through(&[receive], &warn), Ok(0));
    assert_eq!(mail_looked_through(&["google.workspace.drive.file.v1.share"], &warn), Ok(0));
    assert_eq!(mail_looked_through(&[], &warn), Ok(0));
    assert_eq!(mail_looked_through(&["google.workspace.gmail.email.v2.leave"], &warn), Err(Cause::Malformed));
    let block = |outside: bool| json!({"blockContent": {"actionParams": {"applyInternalMessages": true, "applyExternalMessages": outside}}});
    assert_eq!(mail_looked_through(&[send], &block(true)), Ok(1));
    assert_eq!(mail_looked_through(&[send], &block(false)), Ok(0));
}

#[test]
fn lists_become_one_as_the_vendor_says() {
    let states = |rule: &str, state: &str| json!([{"ruleId": rule, "state": state}]);
    let practice = Practice::new(vec![
        policy("gmail.rule_states", &unit("top"), 1.0, &json!({"ruleStates": states("a", "on")})),
        policy("gmail.rule_states", &unit("clinic"), 2.0, &json!({"ruleStates": states("b", "on")})),
        policy("gmail.rule_states", &unit("desk"), 3.0, &json!({"ruleStates": states("a", "off")})),
        policy(
            "gmail.email_spam_filter_ip_allowlist",
            &unit("top"),
            1.0,
            &json!({"allowedIpAddresses": ["192.0.2.1"]}),
        ),
        policy("gmail.email_spam_filter_ip_allowlist", &unit("clinic"), 2.0, &json!({"allowedIpAddresses": []})),
        policy("gmail.blocked_sender_lists", &unit("top"), 1.0, &json!({"blockedSenders": [1]})),
        policy("gmail.blocked_sender_lists", &unit("clinic"), 2.0, &json!({"blockedSenders": [2]})),
    ]);
    let merged = practice.value("ana", "gmail.rule_states", "ruleStates").expect("set").expect("known");
    assert_eq!(merged, json!([{"ruleId": "a", "state": "off"}, {"ruleId": "b", "state": "on"}]));
    let listed = practice.value("ana", "gmail.email_spam_filter_ip_allowlist", "allowedIpAddresses");
    assert_eq!(listed, Some(Ok(json!([]))));
    let unsaid = practice.value("ana", "gmail.blocked_sender_lists", "blockedSenders");
    assert_eq!(unsaid, Some(Err(Cause::Malformed)));
    assert_eq!(practice.value("cy", "gmail.blocked_sender_lists", "blockedSenders"), Some(Ok(json!([1]))));
}

#[test]
fn whoever_is_in_an_unknown_unit_may_be_in_any() {
    let mut practice = Practice::new(vec![
        policy(PASSWORD, &unit("top"), 1.0, &json!({"minimumLength": 12, "allowReuse": false})),
        policy(PASSWORD, &unit("desk"), 2.0, &json!({"minimumLength": 8, "allowReuse": false})),
    ]);
    practice.people[0].unit = None;
    assert!(practice.value("ana", PASSWORD, "minimumLength").expect("set").is_err());
}

fn a_query() -> impl Strategy<Value = String> {
    let units = prop::sample::select(vec!["top", "clinic", "desk", "billing", "gone"]);
    let groups = prop::sample::select(vec!["interns", "pilot"]);
    prop_oneof![
        units.clone().prop_map(unit),
        groups.clone().prop_map(group),
        units.clone().prop_map(|it| format!("{} && {}", unit(it), product())),
        units.clone().prop_map(|it| format!("{} && !{}", unit(it), product())),
        (units, groups).prop_map(|(a, b)| format!("{} || {}", unit(a), group(b))),
    ]
}

fn a_policy() -> impl Strategy<Value = Policy> {
    let setting = prop::sample::select(vec![PASSWORD, SHARING, "gmail.rule_states", "gmail.blocked_sender_lists"]);
    let list = prop::collection::vec((0..2_i64, 0..2_i64), 0..3);
    let list = list.prop_map(|list| list.into_iter().map(|(id, on)| json!({"ruleId": id, "on": on})).collect());
    let field = prop_oneof![
        (Just("a"), (0..3_i64).prop_map(|it| json!(it))),
        (Just("externalSharingMode"), prop::sample::select(vec![json!("ALLOWED"), json!("DISALLOWED")])),
        (Just("b"), list),
    ];
    (setting, a_query(), prop::option::of(0..6_i32), any::<bool>(), field).prop_map(
        |(setting, query, order, admin, (field, value))| Policy {
            name: "policies/x".into(),
            setting: setting.into(),
            fields: BTreeMap::from([(field.into(), value)]),
            query: Query::parse(&query),
            author: Some(if admin { Author::Admin } else { Author::System }),
            order: order.map(f64::from),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hiding_a_fact_never_turns_one_value_into_another(
        policies in prop::collection::vec(a_policy(), 0..8),
        ana in prop::collection::vec(any::<bool>(), 3),
        hidden in any::<prop::sample::Index>(),
        what in 0..6,
    ) {
        let mut whole = Practice::new(policies)
            .with_group("interns", if ana[0] { &["ana"] } else { &[] })
            .with_group("pilot", if ana[1] { &["ana", "cy"] } else { &["bo"] });
        if ana[2] {
            whole.people[0].products = Ok(BTreeSet::from([FREE.into()]));
        }
        let mut less = Practice {
            policies: whole.policies.clone(),
            people: whole.people.clone(),
            memberships: whole.memberships.clone(),
        };
        let index = (!less.policies.is_empty()).then(|| hidden.index(less.policies.len()));
        match (what, index) {
            (0, Some(index)) => less.policies[index].query = Query::NotUnderstood,
            (1, Some(index)) => less.policies[index].author = None,
            (2, _) => drop(less.memberships.insert("interns".into(), Err(gap()))),
            (3, _) => drop(less.memberships.remove(&Text::from("pilot"))),
            (4, _) => less.people[0].products = Err(gap()),
            _ => less.people[0].unit = None,
        }
        for person in ["ana", "bo", "cy"] {
            let (before, after) = (whole.of(person), less.of(person));
            for (field, held) in after {
                if let Ok(held) = held {
                    let known = before.get(&field).map(|it| it.as_ref().map(|it| it.value.clone()));
                    prop_assert_eq!(known, Some(Ok(held.value)), "{:?} of {}", field, person);
                }
            }
        }
    }
}
