//! Who signs in at another company's service: whom Google's own second step does not meet.

use std::collections::HashMap;

use tenantscan_model::rows::User;
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text};
use tenantscan_provider::{Derived, unclear};

use super::Beside;
use crate::sources::sso::{ASSIGNMENTS, AssignmentWire, ORGANIZATION_PROFILE, OTHER_SECOND_STEP};

pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["users.signs_in_elsewhere"],
        from: &[
            "users",
            "users.is_global_admin",
            "users.org_unit",
            "users.last_sso_sign_in",
            "users.ever_signed_in",
            "sso_assignments",
            "org_units",
            "org_units.path",
            "group members",
        ],
    },
    Derived { columns: &["users.mfa_capable"], from: &["users", "users.mfa_registered", "users.signs_in_elsewhere"] },
    Derived {
        columns: &["sso_assignments.target"],
        from: &["sso_assignments", "org_units", "org_units.path", "groups", "groups.name"],
    },
];

pub(super) fn apply(data: &mut Datasets, beside: &Beside<'_>) {
    let elsewhere = users_behind_sso(data, beside);
    for (user, elsewhere) in data.users.rows.iter_mut().zip(elsewhere) {
        user.mfa_capable = match &elsewhere {
            Cell::Known(false) => user.mfa_registered.clone(),
            Cell::Known(true) => Cell::Unknown(Gap::new(Cause::NotSupplied, OTHER_SECOND_STEP.id)),
            Cell::Unknown(gap) => Cell::Unknown(gap.clone()),
        };
        user.signs_in_elsewhere = elsewhere;
    }
}

/// For each account, in the order of the rows, whether it signs in at another service and not at Google.
fn users_behind_sso(data: &Datasets, beside: &Beside<'_>) -> Vec<Cell<bool>> {
    let assignments = match &beside.sso.assignments {
        Some(Ok(wires)) => Rules::of(wires, data, beside),
        Some(Err(gap)) => Err(gap.clone()),
        None => Err(Gap::new(Cause::NotCollected, ASSIGNMENTS.id)),
    };
    let anybody = anybody_signed_in_elsewhere(data);
    let judge = |user: &User| {
        let found = assignments.as_ref().map_err(Clone::clone).and_then(|rules| match rules.of_user(user)? {
            Some(elsewhere) => Ok(elsewhere),
            None => by_organization(user, &anybody),
        });
        // A super administrator can sign in at Google whatever is set. Source: support.google.com/a/answer/6341409.
        match (found, user.is_global_admin.read()) {
            (Ok(false), _) | (_, Ok(true)) => Cell::Known(false),
            (Err(gap), _) => Cell::Unknown(gap),
            (Ok(true), Ok(false)) => Cell::Known(true),
            (Ok(true), Err(gap)) => Cell::Unknown(gap.clone()),
        }
    };
    data.users.rows.iter().map(judge).collect()
}

/// What is set for units and groups.
struct Rules<'a> {
    /// Of groups, the first to count first.
    groups: Vec<(&'a AssignmentWire, Text)>,
    /// Of units, by path.
    units: HashMap<&'a str, &'a AssignmentWire>,
    beside: &'a Beside<'a>,
}

impl<'a> Rules<'a> {
    fn of(wires: &'a [AssignmentWire], data: &'a Datasets, beside: &'a Beside<'a>) -> Result<Self, Gap> {
        let mut rules = Self { groups: Vec::new(), units: HashMap::new(), beside };
        for wire in wires {
            if let Some(group) = wire.group() {
                rules.groups.push((wire, group));
                continue;
            }
            let id = wire.unit().ok_or_else(|| unclear(&ASSIGNMENTS))?;
            let units = data.org_units.read().map_err(Clone::clone)?;
            // A unit that is gone has nobody in it.
            if let Some(unit) = units.iter().find(|unit| unit.id == id) {
                rules.units.insert(unit.path.read().map_err(Clone::clone)?, wire);
            }
        }
        // Source: Cloud Identity API, InboundSsoAssignment.rank.
        rules.groups.sort_by_key(|(wire, _)| wire.rank);
        Ok(rules)
    }

    /// What the nearest rule says; nothing where there is none, or it leaves the matter to the organisation's profile.
    fn of_user(&self, user: &User) -> Result<Option<bool>, Gap> {
        for (wire, group) in &self.groups {
            let members = match self.beside.members.0.get(group) {
                Some(read) => read.as_ref().map_err(Clone::clone)?,
                None => return Err(super::VENDOR.members_unread()),
            };
            if members.contains(&user.id) {
                return says(wire);
            }
        }
        if self.units.is_empty() {
            return Ok(None);
        }
        let mut path = match user.org_unit.read().map_err(Clone::clone)? {
            Some(path) => path.as_str(),
            None => "/",
        };
        loop {
            if let Some(wire) = self.units.get(path) {
                return says(wire);
            }
            match path.rfind('/') {
                Some(0) if path.len() > 1 => path = "/",
                Some(at) if at > 0 => path = &path[..at],
                _ => return Ok(None),
            }
        }
    }
}

/// What one rule says; a word that is not known says nothing that can be relied on.
fn says(wire: &AssignmentWire) -> Result<Option<bool>, Gap> {
    match wire.sso_mode.as_deref() {
        Some("SSO_OFF") => Ok(Some(false)),
        Some("SAML_SSO" | "OIDC_SSO") => Ok(Some(true)),
        Some("DOMAIN_WIDE_SAML_IF_ENABLED") => Ok(None),
        _ => Err(unclear(&ASSIGNMENTS)),
    }
}

/// Whether any account has ever signed in by way of another service, as far as the usage report goes.
fn anybody_signed_in_elsewhere(data: &Datasets) -> Result<bool, Gap> {
    let users = data.users.read().map_err(Clone::clone)?;
    let mut gap = None;
    for user in users {
        match user.last_sso_sign_in.read() {
            Ok(Some(_)) => return Ok(true),
            Ok(None) => {}
            // An account that is newer than the report says nothing against the others.
            Err(hole) if hole.cause() == Cause::Unavailable => {}
            Err(hole) => drop(gap.get_or_insert(hole)),
        }
    }
    match gap {
        Some(gap) => Err(gap.clone()),
        None if users.iter().all(|user| user.last_sso_sign_in.gap().is_some()) => Err(users
            .first()
            .and_then(|user| user.last_sso_sign_in.gap().cloned())
            .unwrap_or_else(|| unclear(&ASSIGNMENTS))),
        None => Ok(false),
    }
}

/// Whether the older profile for the whole organisation sends an account elsewhere. No API shows that profile any more;
/// where nobody ever came in by it, or this account signs in without it, it sends nobody, or not this one.
fn by_organization(user: &User, anybody: &Result<bool, Gap>) -> Result<bool, Gap> {
    if !anybody.clone()? {
        return Ok(false);
    }
    match (user.last_sso_sign_in.read(), user.ever_signed_in.read()) {
        (Ok(None), Ok(true)) => Ok(false),
        (Err(gap), _) | (_, Err(gap)) if gap.cause() != Cause::Unavailable => Err(gap.clone()),
        _ => Err(Gap::new(Cause::NotSupplied, ORGANIZATION_PROFILE.id)),
    }
}

#[cfg(test)]
mod tests {
    //! Cases: what is set for units and groups, and where one account signs in.

    use std::collections::BTreeSet;

    use tenantscan_model::rows::OrgUnit;
    use tenantscan_model::{Table, Time};
    use tenantscan_people::GroupMembers;

    use super::*;
    use crate::fill::SigningIn;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn rule(target: &str, rank: i64, mode: &str) -> AssignmentWire {
        let key = if target.starts_with("groups/") { "targetGroup" } else { "targetOrgUnit" };
        let wire = serde_json::json!({ "name": "n", key: target, "rank": rank, "ssoMode": mode });
        serde_json::from_value(wire).expect("as Google writes it")
    }

    struct World {
        rules: Option<Result<Vec<AssignmentWire>, Gap>>,
        members: Result<BTreeSet<Text>, Gap>,
        last_sso: Cell<Option<Time>>,
        others_last_sso: Cell<Option<Time>>,
        super_admin: bool,
    }

    fn world(rules: Vec<AssignmentWire>) -> World {
        World {
            rules: Some(Ok(rules)),
            members: Ok(["1".into()].into()),
            last_sso: Cell::Known(None),
            others_last_sso: Cell::Known(None),
            super_admin: false,
        }
    }

    fn judged(world: World) -> User {
        let mut user = User::new("1");
        user.org_unit = Cell::Known(Some("/Clinic/Desk".into()));
        user.is_global_admin = Cell::Known(world.super_admin);
        user.last_sso_sign_in = world.last_sso;
        user.ever_signed_in = Cell::Known(true);
        user.mfa_registered = Cell::Known(true);
        let mut other = User::new("2");
        other.last_sso_sign_in = world.others_last_sso;
        let unit = |id: &str, path: &str| {
            let mut unit = OrgUnit::new(id);
            unit.path = Cell::Known(path.into());
            unit
        };
        let mut data = Datasets {
            users: Table::complete(vec![user, other]),
            org_units: Table::complete(vec![unit("top", "/"), unit("clinic", "/Clinic")]),
            ..Datasets::default()
        };
        let members = GroupMembers([("g".into(), world.members)].into());
        let sso = SigningIn { assignments: world.rules, profiles: Ok(HashMap::new()) };
        apply(&mut data, &Beside { members: &members, sso: &sso });
        data.users.rows.remove(0)
    }

    fn seen() -> Cell<Option<Time>> {
        Cell::Known(Some("2026-11-01T08:00:00Z".parse().expect("a time")))
    }

    #[test]
    fn the_nearest_rule_counts_and_groups_come_before_units() {
        let (top, clinic, group) = ("orgUnits/top", "orgUnits/clinic", "groups/g");
        let cases = [
            ("nothing set, nobody ever came in so", world(vec![]), Some(false)),
            ("the top", world(vec![rule(top, 0, "SAML_SSO")]), Some(true)),
            (
                "the unit above, against the top",
                world(vec![rule(top, 0, "SAML_SSO"), rule(clinic, 0, "SSO_OFF")]),
                Some(false),
            ),
            (
                "a group, against the unit",
                world(vec![rule(clinic, 0, "SSO_OFF"), rule(group, 1, "OIDC_SSO")]),
                Some(true),
            ),
            ("the first group", world(vec![rule(group, 2, "SAML_SSO"), rule(group, 1, "SSO_OFF")]), Some(false)),
            ("a unit that is gone", world(vec![rule("orgUnits/gone", 0, "SAML_SSO")]), Some(false)),
            ("a word that is not known", world(vec![rule(top, 0, "MAGIC")]), None),
            (
                "a group that the account is not in",
                World { members: Ok(BTreeSet::new()), ..world(vec![rule(group, 1, "SAML_SSO")]) },
                Some(false),
            ),
            (
                "a group whose members were not read",
                World { members: Err(gap()), ..world(vec![rule(group, 1, "SAML_SSO")]) },
                None,
            ),
            ("rules unread", World { rules: Some(Err(gap())), ..world(vec![]) }, None),
            (
                "rules unread, a super administrator",
                World { rules: Some(Err(gap())), super_admin: true, ..world(vec![]) },
                Some(false),
            ),
            (
                "a super administrator can always sign in at Google",
                World { super_admin: true, ..world(vec![rule(top, 0, "SAML_SSO")]) },
                Some(false),
            ),
        ];
        for (case, world, expected) in cases {
            assert_eq!(judged(world).signs_in_elsewhere.known().copied(), expected, "{case}");
        }
    }

    #[test]
    fn the_profile_of_the_whole_organization_is_seen_by_who_came_in_by_it() {
        let by_profile = || world(vec![rule("orgUnits/top", 0, "DOMAIN_WIDE_SAML_IF_ENABLED")]);
        let cases = [
            ("nobody ever did", by_profile(), Some(false)),
            ("others do, this one does not", World { others_last_sso: seen(), ..by_profile() }, Some(false)),
            ("this one did once", World { last_sso: seen(), ..by_profile() }, None),
            ("the report was not read", World { last_sso: Cell::Unknown(gap()), ..by_profile() }, None),
            (
                "newer than the report, and nobody else does",
                World { last_sso: Cell::Unknown(Gap::new(Cause::Unavailable, "test")), ..by_profile() },
                Some(false),
            ),
        ];
        for (case, world, expected) in cases {
            assert_eq!(judged(world).signs_in_elsewhere.known().copied(), expected, "{case}");
        }
    }

    #[test]
    fn googles_second_step_does_not_count_for_who_signs_in_elsewhere() {
        assert_eq!(judged(world(vec![])).mfa_capable, Cell::Known(true));
        let elsewhere = judged(world(vec![rule("orgUnits/top", 0, "SAML_SSO")]));
        let gap = elsewhere.mfa_capable.gap().expect("open");
        assert_eq!((gap.cause(), gap.source()), (Cause::NotSupplied, OTHER_SECOND_STEP.id));
    }
}
