//! Whether a policy is for an account: by id, group, role or kind of guest.

use std::collections::{HashMap, HashSet};

use tenantscan_model::rows::{AssignmentKind, ConditionalAccessPolicy, PrincipalType, RoleAssignment, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text};

use super::level::Span;

/// The word for every guest among the accounts of a policy.
const GUESTS: &str = "GuestsOrExternalUsers";

/// Kinds of guests: conditionalAccessGuestOrExternalUserTypes in Microsoft Graph.
const KINDS: [&str; 6] = [
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
];

/// How a policy stands to an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    /// Whether the policy is for the account.
    pub(super) applies: Span,
    /// Why that is not known.
    pub(super) gap: Option<Gap>,
    /// Why the policy is surely not for the account, where that is worth telling.
    pub(super) aside: Option<Aside>,
}

/// Why a policy passes an account by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Aside {
    ByName,
    Group(Text),
    Role(Text),
    Guests,
    /// It is for a role that the account can switch on.
    OnlyWhile(Text),
}

/// Who is in which group and holds which role.
pub(super) struct Directory<'a> {
    groups: HashMap<&'a str, Result<HashSet<&'a str>, &'a Gap>>,
    group_names: HashMap<&'a str, &'a Text>,
    role_names: HashMap<String, Text>,
    /// Template ids, in small letters, of the roles in force in the whole tenant, by holder.
    active: HashMap<&'a str, HashSet<String>>,
    eligible: HashMap<&'a str, HashSet<String>>,
    /// Roles that somebody unknown holds.
    open_roles: HashMap<String, Gap>,
    /// Accounts that may hold any role, and why.
    open_holders: HashMap<&'a str, Gap>,
    /// Why anybody may hold any role.
    gap: Option<Gap>,
    not_asked: Gap,
}

/// Finding and its gap: what a single test gives.
pub(super) type Found = (Span, Option<Gap>);

impl<'a> Directory<'a> {
    pub(super) fn new(datasets: &'a Datasets, members: &'a tenantscan_people::GroupMembers) -> Self {
        let groups = members
            .0
            .iter()
            .map(|(id, read)| (&**id, read.as_ref().map(|users| users.iter().map(|user| &**user).collect())));
        let group_names =
            datasets.groups.rows.iter().filter_map(|group| Some((&*group.id, group.name.known()?))).collect();
        let role_names = datasets.role_definitions.rows.iter().filter_map(|role| {
            let id = role.template_id.known()?.as_ref().unwrap_or(&role.id);
            Some((id.to_ascii_lowercase(), role.name.known()?.clone()))
        });
        let mut directory = Self {
            groups: groups.collect(),
            group_names,
            role_names: role_names.collect(),
            active: HashMap::new(),
            eligible: HashMap::new(),
            open_roles: HashMap::new(),
            open_holders: HashMap::new(),
            gap: datasets.role_assignments.gap().cloned(),
            not_asked: Gap::new(Cause::NotCollected, "microsoft365.group_members"),
        };
        for row in &datasets.role_assignments.rows {
            directory.take(row);
        }
        directory
    }

    fn take(&mut self, row: &'a RoleAssignment) {
        if row.scope.known().is_some_and(|scope| scope != "/") {
            return;
        }
        let template = match (&row.role_template_id, &row.role_id) {
            (Cell::Known(Some(template)), _) => Ok(template.to_ascii_lowercase()),
            (Cell::Known(None), Cell::Known(id)) => Ok(id.to_ascii_lowercase()),
            (Cell::Known(None), Cell::Unknown(gap)) | (Cell::Unknown(gap), _) => Err(gap),
        };
        match row.principal_type.read() {
            Ok(PrincipalType::ServicePrincipal | PrincipalType::Unresolved) => return,
            Ok(PrincipalType::Group) => {
                if row.kind.known() == Some(&AssignmentKind::Eligible) {
                    return;
                }
                let gap = self.not_asked.clone();
                match template {
                    Ok(template) => drop(self.open_roles.entry(template).or_insert(gap)),
                    Err(gap) => drop(self.gap.get_or_insert_with(|| gap.clone())),
                }
                return;
            }
            Ok(PrincipalType::User) => {}
            Err(gap) => {
                // It may be a group, and so anybody.
                match template {
                    Ok(template) => drop(self.open_roles.entry(template).or_insert_with(|| gap.clone())),
                    Err(gap) => drop(self.gap.get_or_insert_with(|| gap.clone())),
                }
                return;
            }
        }
        match (row.principal_id.read(), template, row.kind.read(), row.scope.read()) {
            (Ok(id), Ok(template), Ok(AssignmentKind::Eligible), _) => {
                self.eligible.entry(id).or_default().insert(template);
            }
            (Ok(id), Ok(template), Ok(_), Ok(_)) => drop(self.active.entry(id).or_default().insert(template)),
            (_, _, Ok(AssignmentKind::Eligible), _) => {}
            (Ok(id), _, Err(gap), _) | (Ok(id), Err(gap), ..) | (Ok(id), _, _, Err(gap)) => {
                self.open_holders.entry(id).or_insert_with(|| gap.clone());
            }
            (Err(gap), Ok(template), ..) => drop(self.open_roles.entry(template).or_insert_with(|| gap.clone())),
            (Err(gap), Err(_), ..) => drop(self.gap.get_or_insert_with(|| gap.clone())),
        }
    }

    fn in_group(&self, user: &User, group: &str) -> Found {
        match self.groups.get(group) {
            Some(Ok(users)) => (Span::from(users.contains(&*user.id)), None),
            Some(Err(gap)) => (Span::UNKNOWN, Some((*gap).clone())),
            None => (Span::UNKNOWN, Some(self.not_asked.clone())),
        }
    }

    pub(super) fn holds_role(&self, user: &User, role: &str) -> Found {
        let role = role.to_ascii_lowercase();
        if self.active.get(&*user.id).is_some_and(|roles| roles.contains(&role)) {
            return (Span::FULL, None);
        }
        let gap = self.open_roles.get(&role).or_else(|| self.open_holders.get(&*user.id)).or(self.gap.as_ref());
        gap.map_or((Span::NONE, None), |gap| (Span::UNKNOWN, Some(gap.clone())))
    }

    fn group_name(&self, id: &Text) -> Text {
        self.group_names.get(&**id).map_or_else(|| id.clone(), |name| (*name).clone())
    }

    fn role_name(&self, id: &Text) -> Text {
        self.role_names.get(&id.to_ascii_lowercase()).unwrap_or(id).clone()
    }

    /// How this policy stands to this account.
    pub(super) fn standing(&self, user: &User, policy: &ConditionalAccessPolicy) -> Standing {
        let narrowed = |condition: &str| match &policy.other_conditions {
            Cell::Known(list) => list.iter().any(|entry| entry.eq_ignore_ascii_case(condition)),
            Cell::Unknown(_) => true,
        };
        let mut include = Search::default();
        include.by_name(user, &policy.include_users, |entry| entry.eq_ignore_ascii_case("All"));
        include.list(&policy.include_groups, Aside::Group, |id| (self.in_group(user, id), self.group_name(id)));
        include.list(&policy.include_roles, Aside::Role, |id| (self.holds_role(user, id), self.role_name(id)));
        let tenants = narrowed("includeGuestsOrExternalUsers.externalTenants");
        include.guests(user, &policy.include_users, &policy.include_guests, tenants);

        let mut exclude = Search::default();
        exclude.by_name(user, &policy.exclude_users, |entry| entry.eq_ignore_ascii_case("All"));
        exclude.list(&policy.exclude_groups, Aside::Group, |id| (self.in_group(user, id), self.group_name(id)));
        exclude.list(&policy.exclude_roles, Aside::Role, |id| (self.holds_role(user, id), self.role_name(id)));
        let tenants = narrowed("excludeGuestsOrExternalUsers.externalTenants");
        exclude.guests(user, &policy.exclude_users, &policy.exclude_guests, tenants);

        let applies = include.span.and(exclude.span.not());
        let aside = if applies != Span::NONE {
            None
        } else if include.span.possible() {
            exclude.match_by
        } else {
            let roles = self.eligible.get(&*user.id);
            policy.include_roles.known().into_iter().flatten().find_map(|id| {
                let can = roles.is_some_and(|roles| roles.contains(&id.to_ascii_lowercase()));
                can.then(|| Aside::OnlyWhile(self.role_name(id)))
            })
        };
        let gap = if applies.is_known() { None } else { include.gap.or(exclude.gap) };
        Standing { applies, gap, aside }
    }
}

/// The sum of the tests of one side, inclusion or exclusion.
struct Search {
    span: Span,
    gap: Option<Gap>,
    /// The first sure match.
    match_by: Option<Aside>,
}

impl Default for Search {
    fn default() -> Self {
        Self { span: Span::NONE, gap: None, match_by: None }
    }
}

impl Search {
    fn add(&mut self, (span, gap): Found, aside: impl FnOnce() -> Aside) {
        if span == Span::FULL && self.match_by.is_none() {
            self.match_by = Some(aside());
        }
        self.span = self.span.or(span);
        self.gap = self.gap.take().or(gap);
    }

    fn by_name(&mut self, user: &User, cell: &Cell<Vec<Text>>, all: impl Fn(&str) -> bool) {
        let found = match cell {
            Cell::Known(list) => {
                (Span::from(list.iter().any(|entry| all(entry) || entry.eq_ignore_ascii_case(&user.id))), None)
            }
            Cell::Unknown(gap) => (Span::UNKNOWN, Some(gap.clone())),
        };
        self.add(found, || Aside::ByName);
    }

    fn list(&mut self, cell: &Cell<Vec<Text>>, aside: fn(Text) -> Aside, test: impl Fn(&Text) -> (Found, Text)) {
        match cell {
            Cell::Known(list) => {
                for id in list {
                    let (found, name) = test(id);
                    self.add(found, || aside(name));
                }
            }
            Cell::Unknown(gap) => self.add((Span::UNKNOWN, Some(gap.clone())), || Aside::ByName),
        }
    }

    /// Guests stand in two lists: the word for all of them among the accounts, and kinds of them in a list of its own.
    /// `narrowed`: only guests of some other tenants, which no column tells.
    fn guests(&mut self, user: &User, users: &Cell<Vec<Text>>, kinds: &Cell<Vec<Text>>, narrowed: bool) {
        let (guest, kind) = (is_guest(user), guest_kind(user));
        let word = users.known().is_some_and(|list| list.iter().any(|entry| entry.eq_ignore_ascii_case(GUESTS)));
        if word {
            self.add(guest.clone(), || Aside::Guests);
        }
        let (mut span, gap) = match (kinds, kind) {
            (Cell::Unknown(gap), _) => (guest.0.and(Span::UNKNOWN), Some(gap.clone())),
            (Cell::Known(list), _) if list.is_empty() => (Span::NONE, None),
            (Cell::Known(list), Ok(Some(kind))) => {
                let is = |word: &str| list.iter().any(|entry| entry.eq_ignore_ascii_case(word));
                let strange = list.iter().any(|entry| !KINDS.iter().any(|known| entry.eq_ignore_ascii_case(known)));
                match (is(kind), strange) {
                    (true, _) => (Span::FULL, None),
                    (false, true) => (Span::UNKNOWN, Some(Gap::new(Cause::Malformed, super::SOURCE))),
                    (false, false) => (Span::NONE, None),
                }
            }
            (Cell::Known(_), Ok(None)) => (Span::NONE, None),
            (Cell::Known(_), Err(gap)) => (guest.0.and(Span::UNKNOWN), Some(gap)),
        };
        let mut gap = gap;
        if narrowed && span.possible() {
            span = span.and(Span::UNKNOWN);
            gap = gap.or_else(|| Some(Gap::new(Cause::NotCollected, super::SOURCE)));
        }
        self.add((span, gap), || Aside::Guests);
    }
}

fn is_guest(user: &User) -> Found {
    let by_type =
        user.user_type.read().map(|kind| kind.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("Guest")));
    let invited = user.invitation_state.read().map(Option::is_some);
    let gap = by_type.err().or(invited.err()).cloned();
    (Span::from(by_type).or(Span::from(invited)), gap)
}

/// The vendor's word for the kind of guest; null for an account of the tenant's own.
fn guest_kind(user: &User) -> Result<Option<&'static str>, Gap> {
    let is_guest_type = || match user.user_type.read() {
        Ok(kind) => Ok(kind.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("Guest"))),
        Err(gap) => Err(gap.clone()),
    };
    let invited = user.invitation_state.read().map_err(Clone::clone)?.is_some();
    Ok(match (is_guest_type()?, invited) {
        (true, true) => Some("b2bCollaborationGuest"),
        (true, false) => Some("internalGuest"),
        (false, true) => Some("b2bCollaborationMember"),
        (false, false) => None,
    })
}
