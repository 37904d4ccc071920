//! Settings of groups, and who is in them from outside.

use std::collections::{BTreeSet, HashSet};

use tenantscan_model::rows::{GroupSettings, User};
use tenantscan_model::{Cause, Datasets, Gap, Listing, Table, Text};

use super::Put;
use super::members::Members;
use crate::Columns;
use crate::ask::Asking;
use crate::sources::group_settings::{self, GROUP_SETTINGS, SettingsWire};
use crate::sources::groups::{MEMBERS, MemberWire};
use tenantscan_people::mail_domain;

/// Whether anything of the dataset is wanted.
pub(super) fn wanted(columns: &Columns) -> bool {
    let (groups, _) = Datasets::find("group_settings").expect("a dataset of the model");
    columns.iter().any(|(dataset, _)| *dataset == groups)
}

/// Reads the area's table: one question for each group, whose members are known already.
pub(super) async fn read(ask: &Asking<'_>, columns: &Columns, data: &Datasets, members: &Members) -> Put {
    if !wanted(columns) {
        return Box::new(|_| {});
    }
    let mut rows = Vec::new();
    let mut gap = data.groups.gap().cloned();
    for group in &data.groups.rows {
        rows.push(GroupSettings {
            name: group.name.clone(),
            mail: group.mail.clone(),
            ..GroupSettings::new(group.id.clone())
        });
        if let Err(hole) = group.mail.read() {
            gap.get_or_insert_with(|| hole.clone());
        }
    }
    let mails: Vec<Text> = rows.iter().map(|row| row.mail.known().cloned().flatten().unwrap_or_default()).collect();
    let answers = match ask.wants(&GROUP_SETTINGS) {
        true => ask.objects::<SettingsWire>(&GROUP_SETTINGS, &mails).await,
        false => Vec::new(),
    };
    for (row, answer) in rows.iter_mut().zip(answers) {
        group_settings::fill(row, answer);
    }
    let people = People::new(data);
    for row in &mut rows {
        if let Some(list) = members.listed(&row.id) {
            people.fill(row, list);
        }
    }
    let mut table = Table::complete(rows);
    if let Some(gap) = gap {
        table.listing = Listing::Unread(gap);
    }
    Box::new(|data| data.group_settings = table)
}

/// The practice's own domains, and its active accounts.
struct People<'a> {
    domains: Result<HashSet<&'a str>, Gap>,
    active: Result<HashSet<String>, Gap>,
}

impl<'a> People<'a> {
    fn new(data: &'a Datasets) -> Self {
        let name = |user: &User| match (user.enabled.read(), user.principal_name.read()) {
            (Ok(false), _) => None,
            (Ok(true), Ok(name)) => Some(Ok(name.to_lowercase())),
            (Err(gap), _) | (_, Err(gap)) => Some(Err(gap.clone())),
        };
        let active = data.users.read().map_err(Clone::clone);
        let domains = data.domains.read().map_err(Clone::clone);
        Self {
            domains: domains.map(|rows| rows.iter().map(|row| row.id.as_str()).collect()),
            active: active.and_then(|users| users.iter().filter_map(name).collect()),
        }
    }

    fn fill(&self, row: &mut GroupSettings, list: &Result<Vec<MemberWire>, Gap>) {
        let outside = list.as_ref().map_err(Clone::clone).and_then(|list| self.outside(list));
        row.outside_members = outside.as_ref().map(|outside| outside.len() as i64).map_err(Clone::clone).into();
        row.outside_domains = outside
            .map(|outside| outside.into_iter().filter_map(|mail| mail_domain(&mail)).collect::<BTreeSet<_>>())
            .map(|domains| domains.into_iter().collect())
            .into();
        row.readers = list.as_ref().map_err(Clone::clone).and_then(|list| self.readers(list)).into();
    }

    /// Addresses of other domains.
    fn outside(&self, list: &[MemberWire]) -> Result<BTreeSet<String>, Gap> {
        let own = self.domains.as_ref().map_err(Clone::clone)?;
        let mut outside = BTreeSet::new();
        for mail in list.iter().filter_map(|member| member.email.as_ref()) {
            let domain = mail_domain(mail).ok_or_else(|| Gap::new(Cause::Malformed, MEMBERS.id))?;
            if !own.contains(domain.as_str()) {
                outside.insert(mail.to_lowercase());
            }
        }
        Ok(outside)
    }

    fn readers(&self, list: &[MemberWire]) -> Result<i64, Gap> {
        let active = self.active.as_ref().map_err(Clone::clone)?;
        let everybody = list.iter().any(|member| member.kind.as_deref() == Some("CUSTOMER"));
        let named = || list.iter().filter_map(|member| member.email.as_ref()).map(|mail| mail.to_lowercase());
        let those: HashSet<String> = named().filter(|mail| active.contains(mail)).collect();
        Ok(if everybody { active.len() } else { those.len() } as i64)
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cell;
    use tenantscan_model::rows::Domain;

    use super::*;

    fn member(text: &str) -> MemberWire {
        serde_json::from_str(text).expect("a member")
    }

    fn filled(data: &Datasets, members: &[&str]) -> GroupSettings {
        let mut row = GroupSettings::new("g");
        People::new(data).fill(&mut row, &Ok(members.iter().map(|text| member(text)).collect()));
        row
    }

    fn practice() -> Datasets {
        let user = |name: &str, enabled| User {
            principal_name: Cell::Known(name.into()),
            enabled: Cell::Known(enabled),
            ..User::new(name)
        };
        Datasets {
            users: Table::complete(vec![user("Ana@x.example", true), user("bob@x.example", false)]),
            domains: Table::complete(vec![Domain::new("x.example"), Domain::new("alias.example")]),
            ..Datasets::default()
        }
    }

    #[test]
    fn members_are_counted_by_whose_they_are() {
        let all = [
            r#"{"email":"ana@x.example","type":"USER"}"#,
            r#"{"email":"bob@x.example","type":"USER"}"#,
            r#"{"email":"team@alias.example","type":"GROUP"}"#,
            r#"{"email":"eve@Out.example","type":"EXTERNAL"}"#,
        ];
        let row = filled(&practice(), &all);
        assert_eq!((&row.outside_members, &row.readers), (&Cell::Known(1), &Cell::Known(1)));
        assert_eq!(row.outside_domains, Cell::Known(vec!["out.example".into()]));
        let everybody = filled(&practice(), &[r#"{"id":"C1","type":"CUSTOMER"}"#]);
        assert_eq!((&everybody.outside_members, &everybody.readers), (&Cell::Known(0), &Cell::Known(1)));
    }

    #[test]
    fn whose_an_address_is_is_not_known_without_the_practices_own() {
        let gap = Gap::new(Cause::RoleMissing, "x");
        let blind = Datasets { domains: Table::unread(gap.clone()), users: Table::unread(gap), ..Datasets::default() };
        let row = filled(&blind, &[r#"{"email":"eve@out.example"}"#]);
        assert!(row.outside_members.gap().is_some() && row.readers.gap().is_some());
    }
}
