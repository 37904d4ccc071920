//! Which roles of the practice an account has: those of which it is in a group.

use std::collections::BTreeSet;

use tenantscan_model::rows::Group;
use tenantscan_model::{Cause, Datasets, Gap, Table, Text};

use crate::{Declared, GroupMembers, PracticeRole, Vendor};

/// Ids of the groups that the register names, as far as the directory lists them.
pub fn groups(declared: &Declared, groups: &Table<Group>) -> BTreeSet<Text> {
    let roles = declared.roles.iter().flatten();
    roles.flat_map(|role| named(role, groups)).map(|group| group.id.clone()).collect()
}

/// Fills `users.practice_roles`. `members` holds those of the groups that [`groups`] gives.
pub fn apply(datasets: &mut Datasets, declared: &Declared, members: &GroupMembers, vendor: &Vendor) {
    let held = declared.roles.as_ref().ok_or_else(|| Gap::new(Cause::NotSupplied, "records.accounts"));
    let held: Result<Vec<Held>, Gap> =
        held.map(|roles| roles.iter().map(|role| Held::new(role, &datasets.groups, members, vendor)).collect());
    for user in &mut datasets.users.rows {
        let roles = held.as_ref().map_err(Clone::clone);
        user.practice_roles = roles.and_then(|roles| of(&user.id, roles)).into();
    }
}

/// Whoever has one role.
struct Held {
    role: Text,
    people: BTreeSet<Text>,
    /// Why there may be more of them.
    gap: Option<Gap>,
}

impl Held {
    fn new(role: &PracticeRole, groups: &Table<Group>, members: &GroupMembers, vendor: &Vendor) -> Self {
        let mut held = Self { role: role.name.as_str().into(), people: BTreeSet::new(), gap: groups.gap().cloned() };
        for group in named(role, groups) {
            match members.0.get(&group.id) {
                Some(Ok(people)) => held.people.extend(people.iter().cloned()),
                Some(Err(gap)) => held.gap = Some(gap.clone()),
                None => held.gap = Some(vendor.members_unread()),
            }
        }
        // A group whose name was not read may be the one that is meant.
        held.gap = held.gap.or_else(|| groups.rows.iter().find_map(|group| group.name.gap()).cloned());
        held
    }
}

/// The groups of a role: by id, or by name without regard to case.
fn named<'g>(role: &PracticeRole, groups: &'g Table<Group>) -> impl Iterator<Item = &'g Group> {
    let wanted: Vec<String> = role.groups.iter().map(|entry| entry.trim().to_lowercase()).collect();
    groups.rows.iter().filter(move |group| {
        let name = group.name.known().map(|name| name.trim().to_lowercase());
        wanted.contains(&group.id.to_lowercase()) || name.is_some_and(|name| wanted.contains(&name))
    })
}

fn of(user: &Text, roles: &[Held]) -> Result<Vec<Text>, Gap> {
    let mut found = Vec::new();
    for held in roles {
        match (held.people.contains(user), &held.gap) {
            (true, _) => found.push(held.role.clone()),
            (false, None) => {}
            (false, Some(gap)) => return Err(gap.clone()),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    //! Cases: what the register says, what is known of groups and members, and the roles of one account.

    use tenantscan_model::Cell;
    use tenantscan_model::rows::User;

    use super::*;
    use crate::test_vendor::VENDOR;

    fn group(id: &str, name: &str) -> Group {
        Group { name: Cell::Known(name.into()), ..Group::new(id) }
    }

    fn role(name: &str, group: &str) -> PracticeRole {
        PracticeRole { name: name.into(), groups: vec![group.into()] }
    }

    #[test]
    fn an_account_has_the_roles_of_its_groups() {
        let gap = Gap::new(Cause::Throttled, "test");
        let both = || Table::complete(vec![group("G1", "Clinical"), group("g2", "Front Desk")]);
        let in_first: (Text, _) = ("G1".into(), Ok(BTreeSet::from(["u".into()])));
        let in_second = |read| ("g2".into(), read);
        let nobody: Result<BTreeSet<Text>, Gap> = Ok(BTreeSet::new());
        let written = Some(vec![role("dentist", "g1"), role("desk", " front desk ")]);
        let cases = [
            ("in one", written.clone(), both(), vec![in_first.clone(), in_second(nobody)], Ok(vec!["dentist"])),
            (
                "in both",
                written.clone(),
                both(),
                vec![in_first.clone(), in_second(Ok(["u".into()].into()))],
                Ok(vec!["dentist", "desk"]),
            ),
            (
                "one unread",
                written.clone(),
                both(),
                vec![in_first.clone(), in_second(Err(gap.clone()))],
                Err(gap.clone()),
            ),
            ("one not asked for", written.clone(), both(), vec![in_first.clone()], Err(VENDOR.members_unread())),
            ("groups unread", written.clone(), Table::unread(gap.clone()), vec![], Err(gap.clone())),
            ("no such group", written, Table::complete(vec![group("g9", "Other")]), vec![], Ok(vec![])),
            ("no roles", Some(Vec::new()), both(), vec![], Ok(vec![])),
            ("no register", None, both(), vec![], Err(Gap::new(Cause::NotSupplied, "records.accounts"))),
        ];
        for (case, roles, groups, members, expected) in cases {
            let declared = Declared { roles, ..Declared::default() };
            let users = Table::complete(vec![User::new("u")]);
            let mut data = Datasets { users, groups, ..Datasets::default() };
            apply(&mut data, &declared, &GroupMembers(members.into_iter().collect()), &VENDOR);
            let expected: Cell<Vec<Text>> =
                expected.map(|roles: Vec<&str>| roles.into_iter().map(Text::from).collect()).into();
            assert_eq!(data.users.rows[0].practice_roles, expected, "{case}");
        }
        let unnamed = Group { name: Cell::Unknown(gap.clone()), ..Group::new("g9") };
        let declared = Declared { roles: Some(vec![role("desk", "Front desk")]), ..Declared::default() };
        let (users, groups) = (Table::complete(vec![User::new("u")]), Table::complete(vec![unnamed]));
        let mut data = Datasets { users, groups, ..Datasets::default() };
        apply(&mut data, &declared, &GroupMembers::default(), &VENDOR);
        assert_eq!(data.users.rows[0].practice_roles, Cell::Unknown(gap), "it may be the group that is meant");
    }
}
