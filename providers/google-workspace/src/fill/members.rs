//! Members of groups: who is in a group that a role or a setting names, and who in any comes from outside.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::{Datasets, Gap, Text};
use tenantscan_people::GroupMembers;
use tenantscan_provider::unclear;

use super::{Asking, group_settings};
use crate::Columns;
use crate::sources::groups::{MEMBERS, MemberWire};

/// Members as they were listed, and the accounts among them.
pub(super) struct Members {
    listed: BTreeMap<Text, Result<Vec<MemberWire>, Gap>>,
    people: GroupMembers,
}

impl Members {
    /// Members of a group as they were listed, where they were asked for.
    pub(super) fn listed(&self, group: &Text) -> Option<&Result<Vec<MemberWire>, Gap>> {
        self.listed.get(group)
    }

    pub(super) fn people(&self) -> &GroupMembers {
        &self.people
    }
}

/// Asks for the members of the named groups; of all groups, where a column of `groups` or `group_settings` needs them.
pub(super) async fn read(ask: &Asking<'_>, columns: &Columns, data: &Datasets, named: BTreeSet<Text>) -> Members {
    let of_all = group_settings::wanted(columns)
        || ["members", "external_members"].iter().any(|name| {
            let column = Datasets::find("groups")
                .and_then(|(dataset, info)| info.column(name).map(|(column, _)| (dataset, Some(column))));
            column.is_some_and(|column| columns.contains(&column))
        });
    let mut ids = named;
    if of_all {
        ids.extend(data.groups.rows.iter().map(|group| group.id.clone()));
    }
    let ids: Vec<Text> = if ask.wants(&MEMBERS) { ids.into_iter().collect() } else { Vec::new() };
    let answers = ask.lists::<MemberWire>(&MEMBERS, &ids).await;
    let listed: BTreeMap<_, _> = ids.into_iter().zip(answers).collect();
    let people = listed.iter().map(|(id, read)| (id.clone(), people(read, data))).collect();
    Members { listed, people: GroupMembers(people) }
}

/// Ids of the accounts. Those of groups inside are listed with them; everybody is in a group that the organisation is in.
fn people(read: &Result<Vec<MemberWire>, Gap>, data: &Datasets) -> Result<BTreeSet<Text>, Gap> {
    let own = own_domains(data);
    let mut ids = BTreeSet::new();
    for member in read.as_ref().map_err(Clone::clone)? {
        match member.kind.as_deref() {
            Some("GROUP") => {}
            Some("CUSTOMER") => {
                ids.extend(data.users.read().map_err(Clone::clone)?.iter().map(|user| user.id.clone()));
            }
            _ => drop(ids.insert(account(member, data, &own)?.ok_or_else(|| unclear(&MEMBERS))?)),
        }
    }
    Ok(ids)
}

/// The id of a member that is an account, of the practice or of somebody outside; none for somebody outside who has none.
/// A member without an id, or of a kind that is not known, may be anybody inside, or several: whether it is outside, its
/// address says.
pub(super) fn account(
    member: &MemberWire,
    data: &Datasets,
    own: &Result<BTreeSet<String>, Gap>,
) -> Result<Option<Text>, Gap> {
    let listed = |id: &Text| data.users.rows.iter().any(|user| user.id == *id);
    match (&member.id, member.kind.as_deref()) {
        (Some(id), Some("USER" | "EXTERNAL")) => Ok(Some(id.clone())),
        (Some(id), _) if listed(id) => Ok(Some(id.clone())),
        (id, _) => {
            let mail = member.email.as_ref().ok_or_else(|| unclear(&MEMBERS))?;
            if is_outside(mail, own)? { Ok(id.clone()) } else { Err(unclear(&MEMBERS)) }
        }
    }
}

/// Names of the practice's domains, in small letters.
pub(super) fn own_domains(data: &Datasets) -> Result<BTreeSet<String>, Gap> {
    match data.domains.read() {
        Ok(domains) => Ok(domains.iter().map(|domain| domain.id.to_lowercase()).collect()),
        Err(gap) => Err(gap.clone()),
    }
}

fn is_outside(mail: &str, own: &Result<BTreeSet<String>, Gap>) -> Result<bool, Gap> {
    let domain = mail.rsplit('@').next().unwrap_or_default().to_lowercase();
    Ok(!own.as_ref().map_err(Clone::clone)?.contains(&domain))
}

/// Fills what groups say of their members.
pub(super) fn fill(data: &mut Datasets, members: &Members) {
    let domains = own_domains(data);
    for group in &mut data.groups.rows {
        let (Some(listed), Some(people)) = (members.listed.get(&group.id), members.people.0.get(&group.id)) else {
            continue;
        };
        group.members =
            people.as_ref().map(|ids| i64::try_from(ids.len()).unwrap_or(i64::MAX)).map_err(Clone::clone).into();
        group.external_members = listed.as_ref().map_err(Clone::clone).and_then(|all| outsiders(all, &domains)).into();
    }
}

/// Addresses that lie in none of the domains.
fn outsiders(all: &[MemberWire], domains: &Result<BTreeSet<String>, Gap>) -> Result<Vec<Text>, Gap> {
    let mut found = BTreeSet::new();
    for member in all.iter().filter(|member| member.kind.as_deref() != Some("CUSTOMER")) {
        let mail = member.email.as_ref().ok_or_else(|| unclear(&MEMBERS))?;
        if is_outside(mail, domains)? {
            found.insert(mail.clone());
        }
    }
    Ok(found.into_iter().collect())
}

#[cfg(test)]
mod tests {
    //! Cases: members as Google lists them, and what is made of them.

    use tenantscan_model::rows::{Domain, Group, User};
    use tenantscan_model::{Cause, Cell, Table};

    use super::*;

    fn wires(text: &str) -> Vec<MemberWire> {
        serde_json::from_str(text).expect("as Google writes it")
    }

    const MIXED: &str = r#"[{"id":"1","email":"ann@cedar.example","type":"USER"},
        {"id":"g","email":"nurses@cedar.example","type":"GROUP"},
        {"id":"9","email":"helper@Outside.example","type":"USER"}]"#;

    fn filled(listed: Result<Vec<MemberWire>, Gap>, domains: Table<Domain>) -> Group {
        let users = Table::complete(vec![User::new("1"), User::new("2")]);
        let mut data =
            Datasets { users, domains, groups: Table::complete(vec![Group::new("x")]), ..Datasets::default() };
        let people = GroupMembers([("x".into(), people(&listed, &data))].into());
        fill(&mut data, &Members { listed: [("x".into(), listed)].into(), people });
        data.groups.rows.remove(0)
    }

    #[test]
    fn members_from_outside_are_told_by_their_domain() {
        let cedar = || Table::complete(vec![Domain::new("cedar.example")]);
        let group = filled(Ok(wires(MIXED)), cedar());
        assert_eq!(group.members, Cell::Known(2));
        assert_eq!(group.external_members, Cell::Known(vec!["helper@Outside.example".into()]));
        let everybody = filled(Ok(wires(r#"[{"id":"C1","type":"CUSTOMER"}]"#)), cedar());
        assert_eq!((everybody.members, everybody.external_members), (Cell::Known(2), Cell::Known(Vec::new())));
    }

    #[test]
    fn a_member_that_nobody_can_name_leaves_the_list_open_unless_it_is_outside() {
        let cedar = || Table::complete(vec![Domain::new("cedar.example")]);
        let members = |text: &str| filled(Ok(wires(text)), cedar()).members;
        let cases = [
            (r#"[{"id":"1","email":"ann@cedar.example"}]"#, Some(1), "an account that is listed"),
            (r#"[{"id":"7","email":"who@cedar.example","type":"OTHER"}]"#, None, "nobody knows what this is"),
            (r#"[{"email":"who@cedar.example","type":"USER"}]"#, None, "an account of the practice, but which?"),
            (r#"[{"id":"7","type":"NEWER"}]"#, None, "neither a kind nor an address"),
            (r#"[{"id":"7","email":"a@mail.example","type":"OTHER"}]"#, Some(1), "somebody outside"),
        ];
        for (text, expected, case) in cases {
            assert_eq!(members(text).known().copied(), expected, "{case}");
        }
        let data = Datasets { domains: cedar(), ..Datasets::default() };
        let outside = &wires(r#"[{"email":"a@mail.example","type":"USER"}]"#)[0];
        assert_eq!(account(outside, &data, &own_domains(&data)), Ok(None), "somebody outside without an account");
    }

    #[test]
    fn what_was_not_read_leaves_the_question_open() {
        let gap = Gap::new(Cause::RoleMissing, "test");
        let group = filled(Ok(wires(MIXED)), Table::unread(gap.clone()));
        assert_eq!((group.members, group.external_members), (Cell::Known(2), Cell::Unknown(gap.clone())));
        let group = filled(Err(gap.clone()), Table::complete(vec![Domain::new("cedar.example")]));
        assert_eq!((group.members, group.external_members), (Cell::Unknown(gap.clone()), Cell::Unknown(gap)));
        let nameless = filled(Ok(wires(r#"[{"type":"USER"}]"#)), Table::complete(Vec::new()));
        assert!(nameless.members.gap().is_some() && nameless.external_members.gap().is_some());
    }
}
