//! Whatever is hidden, no answer becomes another one: it stays or becomes unknown.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tenantscan_model::rows::{AssignmentKind, ConditionalAccessPolicy, PolicyState, PrincipalType, RoleAssignment};
use tenantscan_model::{AnyTable, Cell, Text};

use super::tests::{World, gap, policy, texts, world};

fn some(words: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(words.to_vec(), 0..=words.len())
}

fn policies() -> impl Strategy<Value = Vec<ConditionalAccessPolicy>> {
    let who = (some(&["All", "GuestsOrExternalUsers"]), some(&["u1"]), some(&["g1", "g2"]), some(&["role"]));
    let what = (some(&["All", "app1"]), some(&["app1"]), some(&["browser", "mobileAppsAndDesktopClients", "other"]));
    let place = (proptest::option::of(some(&["All", "office"])), some(&["AllTrusted"]), some(&["high"]));
    let grant =
        (some(&["mfa", "block", "compliantDevice"]), select(vec!["AND", "OR"]), proptest::option::of(Just("usual")));
    let state = select(vec![PolicyState::Enabled, PolicyState::Enabled, PolicyState::ReportOnly, PolicyState::Other]);
    let one = (who, what, place, grant, state).prop_map(|(who, what, place, grant, state)| {
        let mut row = policy("P");
        row.state = Cell::Known(state);
        row.include_users = texts(&who.0);
        row.exclude_users = texts(&who.1);
        row.exclude_groups = texts(&who.2);
        row.include_roles = texts(&who.3);
        row.include_applications = texts(&what.0);
        row.exclude_applications = texts(&what.1);
        row.client_app_types = texts(&what.2);
        row.include_locations = Cell::Known(place.0.map(|list| list.into_iter().map(Text::from).collect()));
        row.exclude_locations = texts(&place.1);
        row.sign_in_risk_levels = texts(&place.2);
        row.grant_controls = texts(&grant.0);
        row.grant_operator = Cell::Known(Some(grant.1.into()));
        row.authentication_strength = Cell::Known(grant.2.map(Text::from));
        row
    });
    prop::collection::vec(one, 0..4)
}

fn build(policies: &[ConditionalAccessPolicy], guest: bool, role: Option<AssignmentKind>) -> World {
    let mut world = world();
    for (index, row) in policies.iter().enumerate() {
        let mut row = row.clone();
        row.id = format!("p{index}").into();
        world.datasets.conditional_access_policies.rows.push(row);
    }
    if guest {
        world.user().user_type = Cell::Known(Some("Guest".into()));
    }
    if let Some(kind) = role {
        let mut row = RoleAssignment::new("a1");
        row.role_id = Cell::Known("role".into());
        row.role_template_id = Cell::Known(Some("role".into()));
        row.principal_id = Cell::Known("u1".into());
        row.principal_type = Cell::Known(PrincipalType::User);
        row.kind = Cell::Known(kind);
        row.scope = Cell::Known("/".into());
        world.datasets.role_assignments.rows.push(row);
    }
    world
}

/// Hides whole lists, cells and groups, as the numbers say.
fn hide(world: &mut World, holes: &[(usize, usize, usize, bool)]) {
    const TABLES: [&str; 6] = [
        "users",
        "role_assignments",
        "conditional_access_policies",
        "named_locations",
        "authentication_strengths",
        "security_defaults",
    ];
    for (table, row, column, whole) in holes {
        if *table >= TABLES.len() {
            let key = if row % 2 == 0 { "g1" } else { "g2" };
            world.members.0.remove(key);
            continue;
        }
        let (index, info) = tenantscan_model::Datasets::find(TABLES[*table]).expect("a dataset of the dictionary");
        let table: &mut dyn AnyTable = world.datasets.table_mut(index);
        if *whole && info.name != "users" {
            table.hide(&gap());
        } else if !table.is_empty() {
            let row = row % table.len();
            table.hide_cell(row, column % info.columns.len(), &gap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hiding_never_turns_an_answer(
        policies in policies(),
        guest: bool,
        role in proptest::option::of(select(vec![AssignmentKind::Active, AssignmentKind::Eligible])),
        holes in prop::collection::vec((0_usize..7, 0_usize..8, 0_usize..64, prop::bool::weighted(0.3)), 1..5),
    ) {
        let whole = build(&policies, guest, role).judged();
        let mut world = build(&policies, guest, role);
        hide(&mut world, &holes);
        let less = world.judged();
        macro_rules! stays {
            ($($column:ident),*) => { $(
                if let Cell::Known(answer) = &less.$column {
                    prop_assert_eq!(Some(answer), whole.$column.known(), "{}", stringify!($column));
                }
            )* };
        }
        stays!(
            mfa, phishing_resistant_mfa, legacy_authentication_blocked, device_code_blocked, managed_device_required,
            sign_in_risk_response, user_risk_response, sign_in_frequency_hours, persistent_browser_blocked
        );
    }
}
