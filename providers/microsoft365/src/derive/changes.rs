//! Who last changed a Conditional Access policy or gave a role, as far back as the directory's log goes.

use tenantscan_model::rows::{App, ChangeKind, ConditionalAccessPolicy, ConfigurationChange, RoleAssignment};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text, Time};
use tenantscan_provider::Derived;

use crate::sources::changes::{PIM, by_pim};

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived { columns: &["configuration_changes.target"], from: &["configuration_changes", "apps", "apps.name"] },
    Derived { columns: &["configuration_changes.kind"], from: &["configuration_changes", "apps", "apps.app_id"] },
    Derived {
        columns: &["conditional_access_policies.changed_by", "conditional_access_policies.changed_at"],
        from: &["conditional_access_policies", "configuration_changes"],
    },
    Derived {
        columns: &["role_assignments.changed_by", "role_assignments.changed_at"],
        from: &["role_assignments", "configuration_changes"],
    },
];

pub(super) fn apply(datasets: &mut Datasets) {
    for change in &mut datasets.configuration_changes.rows {
        name_pim(change, &datasets.apps);
        name_app(change, &datasets.apps);
    }
    let changes = &datasets.configuration_changes;
    for policy in &mut datasets.conditional_access_policies.rows {
        let last = last(changes, ChangeKind::ConditionalAccess, |change| same_policy(change, policy));
        (policy.changed_by, policy.changed_at) = cells(last);
    }
    for assignment in &mut datasets.role_assignments.rows {
        let last = last(changes, ChangeKind::RoleAdded, |change| same_role(change, assignment));
        (assignment.changed_by, assignment.changed_at) = cells(last);
    }
}

/// Where the log names an app by its object in this tenant alone, the list of apps tells whether it is Privileged Identity
/// Management: whatever it gives or takes, somebody switched on for a while.
fn name_pim(change: &mut ConfigurationChange, apps: &Table<App>) {
    let Some(Some(object)) = change.by_service_principal.known() else { return };
    let (Some(activity), Some(kind)) = (change.activity.known(), change.kind.known().copied()) else { return };
    let of_pim = by_pim(activity, kind);
    if of_pim == kind {
        return;
    }
    let app = apps.rows.iter().find(|app| app.id.eq_ignore_ascii_case(object));
    change.kind = match (app.map(|app| app.app_id.read()), apps.gap()) {
        (Some(Ok(id)), _) if id.eq_ignore_ascii_case(PIM) => Cell::Known(of_pim),
        (Some(Ok(_)), _) | (None, None) => Cell::Known(kind),
        (Some(Err(gap)), _) | (None, Some(gap)) => Cell::Unknown(gap.clone()),
    };
}

/// Where the log names the app that was let in by its object alone, the list of apps tells its name.
fn name_app(change: &mut ConfigurationChange, apps: &Table<App>) {
    if let (Some(target), Some(Some(object))) = (change.target.known(), change.target_id.known())
        && target == object
        && let Some(app) = apps.rows.iter().find(|app| app.id.eq_ignore_ascii_case(object))
        && let Some(name) = app.name.known()
    {
        change.target = Cell::Known(name.clone());
    }
}

/// By whom, where the log says it, and when.
type Change = (Option<Text>, Time);

fn cells(last: Result<Option<Change>, Gap>) -> (Cell<Option<Text>>, Cell<Option<Time>>) {
    match last {
        Ok(Some((by, at))) => (Cell::Known(by), Cell::Known(Some(at))),
        Ok(None) => (Cell::Known(None), Cell::Known(None)),
        Err(gap) => (Cell::Unknown(gap.clone()), Cell::Unknown(gap)),
    }
}

/// The last change of a kind that is about something; an entry of which it cannot be told leaves it open.
fn last(
    changes: &Table<ConfigurationChange>,
    kind: ChangeKind,
    about: impl Fn(&ConfigurationChange) -> Result<bool, Gap>,
) -> Result<Option<Change>, Gap> {
    let mut found: Option<Change> = None;
    for change in changes.read().map_err(Clone::clone)? {
        if *change.kind.read().map_err(Clone::clone)? != kind || !about(change)? {
            continue;
        }
        let at = *change.at.read().map_err(Clone::clone)?;
        if found.as_ref().is_none_or(|(_, before)| at > *before) {
            found = Some((change.changed_by.read().map_err(Clone::clone)?.clone(), at));
        }
    }
    Ok(found)
}

fn same_policy(change: &ConfigurationChange, policy: &ConditionalAccessPolicy) -> Result<bool, Gap> {
    let id = change.target_id.read().map_err(Clone::clone)?;
    Ok(id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(&policy.id)))
}

fn same_role(change: &ConfigurationChange, assignment: &RoleAssignment) -> Result<bool, Gap> {
    let ids = change.role_ids.read().map_err(Clone::clone)?;
    let role = assignment.role_id.read().map_err(Clone::clone)?;
    let template = assignment.role_template_id.read().map_err(Clone::clone)?;
    if !ids
        .iter()
        .any(|id| id.eq_ignore_ascii_case(role) || template.as_ref().is_some_and(|it| id.eq_ignore_ascii_case(it)))
    {
        return Ok(false);
    }
    // A role that is held through a group was given to the group.
    if let Some(group) = assignment.via_group.read().map_err(Clone::clone)? {
        return change.target.read().map(|target| target == group).map_err(Clone::clone);
    }
    let holder = assignment.principal_id.read().map_err(Clone::clone)?;
    let target = change.target_id.read().map_err(Clone::clone)?;
    Ok(target.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(holder)))
}

#[cfg(test)]
mod tests {
    //! Cases: entries of the log, and who gave one account its role.

    use tenantscan_model::Cause;

    use super::*;

    fn entry(id: &str, day: i8, change: impl FnOnce(&mut ConfigurationChange)) -> ConfigurationChange {
        let mut entry = ConfigurationChange {
            at: Cell::Known(format!("2026-11-{day:02}T08:00:00Z").parse().expect("a time")),
            activity: Cell::Known("Add member to role".into()),
            kind: Cell::Known(ChangeKind::RoleAdded),
            changed_by: Cell::Known(Some(format!("on {day}").into())),
            target: Cell::Known("ben@cedar.example".into()),
            target_id: Cell::Known(Some("U-1".into())),
            role_ids: Cell::Known(vec!["role".into()]),
            ..ConfigurationChange::new(id)
        };
        change(&mut entry);
        entry
    }

    fn assignment(via_group: Option<&str>) -> RoleAssignment {
        RoleAssignment {
            role_id: Cell::Known("role".into()),
            role_template_id: Cell::Known(None),
            principal_id: Cell::Known("u-1".into()),
            via_group: Cell::Known(via_group.map(Text::from)),
            ..RoleAssignment::new("a")
        }
    }

    #[test]
    fn who_last_gave_a_role() {
        let gap = || Gap::new(Cause::PermissionMissing, "test");
        let all = Table::complete;
        let cases = [
            ("the log is unread", Table::unread(gap()), None, None),
            ("an empty log", all(vec![]), None, Some(None)),
            ("given", all(vec![entry("1", 3, |_| {})]), None, Some(Some("on 3"))),
            ("the last one counts", all(vec![entry("1", 9, |_| {}), entry("2", 3, |_| {})]), None, Some(Some("on 9"))),
            (
                "another role",
                all(vec![entry("1", 3, |it| it.role_ids = Cell::Known(vec!["other".into()]))]),
                None,
                Some(None),
            ),
            (
                "another account",
                all(vec![entry("1", 3, |it| it.target_id = Cell::Known(Some("u-2".into())))]),
                None,
                Some(None),
            ),
            (
                "another kind",
                all(vec![entry("1", 3, |it| it.kind = Cell::Known(ChangeKind::RoleRemoved))]),
                None,
                Some(None),
            ),
            (
                "to the group",
                all(vec![entry("1", 3, |it| it.target = Cell::Known("Helpers".into()))]),
                Some("Helpers"),
                Some(Some("on 3")),
            ),
            ("to another group", all(vec![entry("1", 3, |_| {})]), Some("Helpers"), Some(None)),
            ("whose role is unread", all(vec![entry("1", 3, |it| it.role_ids = Cell::Unknown(gap()))]), None, None),
        ];
        for (case, log, via_group, due) in cases {
            let mut data = Datasets {
                configuration_changes: log,
                role_assignments: all_of(assignment(via_group)),
                ..Datasets::default()
            };
            apply(&mut data);
            let row = &data.role_assignments.rows[0];
            let found = row.changed_by.known().map(|by| by.as_deref());
            assert_eq!(found, due, "{case}");
            assert_eq!(row.changed_at.known().map(Option::is_some), due.map(|it| it.is_some()), "{case}");
        }
    }

    #[test]
    fn the_app_that_switches_roles_on_is_known_by_its_id_in_the_list_of_apps() {
        let app = |id: Cell<Text>| Table::complete(vec![App { app_id: id, ..App::new("sp") }]);
        let gap = || Gap::new(Cause::PermissionMissing, "test");
        let cases = [
            ("it is", app(Cell::Known(PIM.into())), Some("SP"), Some(ChangeKind::RoleActivated)),
            ("another app", app(Cell::Known("other".into())), Some("sp"), Some(ChangeKind::RoleAdded)),
            ("an app that is not there", Table::complete(vec![]), Some("sp"), Some(ChangeKind::RoleAdded)),
            ("apps are unread", Table::unread(gap()), Some("sp"), None),
            ("its id is unread", app(Cell::Unknown(gap())), Some("sp"), None),
            ("a person, or an app with an id of its own", Table::unread(gap()), None, Some(ChangeKind::RoleAdded)),
        ];
        for (case, apps, object, due) in cases {
            let by = Cell::Known(object.map(Text::from));
            let mut data = Datasets {
                configuration_changes: Table::complete(vec![entry("1", 3, |it| it.by_service_principal = by)]),
                apps,
                ..Datasets::default()
            };
            apply(&mut data);
            assert_eq!(data.configuration_changes.rows[0].kind.known().copied(), due, "{case}");
        }
    }

    #[test]
    fn an_app_that_the_log_tells_by_its_object_has_a_name_in_the_list_of_apps() {
        let named = |apps: Table<App>, target: &str| {
            let change = entry("1", 3, |it| {
                it.kind = Cell::Known(ChangeKind::AppConsent);
                it.target = Cell::Known(target.into());
                it.target_id = Cell::Known(Some("sp".into()));
            });
            let mut data =
                Datasets { configuration_changes: Table::complete(vec![change]), apps, ..Datasets::default() };
            apply(&mut data);
            data.configuration_changes.rows[0].target.clone()
        };
        let apps = || Table::complete(vec![App { name: Cell::Known("Recall".into()), ..App::new("SP") }]);
        assert_eq!(named(apps(), "sp"), Cell::Known("Recall".into()));
        assert_eq!(named(apps(), "Its own name"), Cell::Known("Its own name".into()));
        assert_eq!(named(Table::unread(Gap::new(Cause::PermissionMissing, "test")), "sp"), Cell::Known("sp".into()));
    }

    fn all_of(row: RoleAssignment) -> Table<RoleAssignment> {
        Table::complete(vec![row])
    }
}
