//! Which rules reach a device, by their assignments, and what they demand of it together.

use std::collections::{BTreeSet, HashMap};

use tenantscan_model::rows::{Device, DevicePolicy, DevicePolicyKind, DirectoryDevice};
use tenantscan_model::{Cause, Cell, ClosedEnum, Gap, Table, Text};

use super::for_a_person;
use crate::sources::devices::apps::AppScope;
use crate::sources::devices::id;
use crate::sources::identity;
use tenantscan_people::GroupMembers;

/// True, false, or not known and why.
type Known = Result<bool, Gap>;

fn either(parts: impl IntoIterator<Item = Known>) -> Known {
    let mut gap = None;
    for part in parts {
        match part {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(unread) => gap = gap.or(Some(unread)),
        }
    }
    gap.map_or(Ok(false), Err)
}

fn both(first: Known, second: Known) -> Known {
    match (first, second) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Ok(true), other) | (other, Ok(true)) => other,
        (Err(gap), Err(_)) => Err(gap),
    }
}

fn not(part: &Known) -> Known {
    part.clone().map(|known| !known)
}

fn cell<T: Clone>(cell: &Cell<T>) -> Result<T, Gap> {
    cell.read().cloned().map_err(Clone::clone)
}

/// Whether a rule sets nothing that matters here.
fn quiet(policy: &DevicePolicy) -> bool {
    policy.requires_encryption.known() == Some(&false)
        && policy.requires_password.known() == Some(&false)
        && policy.lock_minutes.known() == Some(&None)
}

/// Ids of the groups whose members decide whom the rules reach.
pub(crate) fn named_groups(policies: &Table<DevicePolicy>, apps: &[(Text, Option<AppScope>)]) -> Vec<Text> {
    let mut groups: BTreeSet<Text> = BTreeSet::new();
    for policy in policies.rows.iter().filter(|policy| !quiet(policy)) {
        for list in [&policy.include_groups, &policy.exclude_groups] {
            groups.extend(list.known().into_iter().flatten().cloned());
        }
    }
    for scope in apps.iter().filter_map(|(_, scope)| scope.as_ref()) {
        groups.extend(scope.include.iter().chain(&scope.exclude).cloned());
    }
    groups.into_iter().collect()
}

/// The people whom a rule for apps reaches through groups.
pub(crate) fn app_reach(scope: &AppScope, members: &GroupMembers) -> Result<Vec<Text>, Gap> {
    let all = |groups: &[Text]| {
        let mut people = BTreeSet::new();
        for group in groups {
            people.extend(of(members, group)?.iter().cloned());
        }
        Ok(people)
    };
    if scope.include.is_empty() {
        return Ok(Vec::new());
    }
    let (include, exclude) = (all(&scope.include)?, all(&scope.exclude)?);
    Ok(include.difference(&exclude).cloned().collect())
}

fn of<'a>(members: &'a GroupMembers, group: &str) -> Result<&'a BTreeSet<Text>, Gap> {
    match members.0.get(group) {
        Some(read) => read.as_ref().map_err(Clone::clone),
        None => Err(Gap::new(Cause::NotCollected, identity::GROUP_MEMBERS.id)),
    }
}

/// Who is in which group, and which object of the directory a device is.
pub(super) struct Reach<'a> {
    members: &'a GroupMembers,
    objects: HashMap<Text, &'a Text>,
    gap: Option<Gap>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(directory: &'a Table<DirectoryDevice>, members: &'a GroupMembers) -> Self {
        let mut reach = Self { members, objects: HashMap::new(), gap: directory.gap().cloned() };
        for device in &directory.rows {
            match device.device_id.read() {
                Ok(Some(own)) => {
                    reach.objects.insert(id(own), &device.id);
                }
                Ok(None) => {}
                Err(unread) => {
                    reach.gap.get_or_insert_with(|| unread.clone());
                }
            }
        }
        reach
    }

    fn holds_person(&self, groups: &[Text], device: &Device) -> Known {
        either(groups.iter().map(|group| {
            let Some(user) = cell(&device.user_id)? else { return Ok(false) };
            Ok(of(self.members, group)?.contains(&user))
        }))
    }

    fn holds_device(&self, groups: &[Text], device: &Device) -> Known {
        either(groups.iter().map(|group| {
            let Some(own) = cell(&device.directory_device_id)? else { return Ok(false) };
            let members = of(self.members, group)?;
            match self.objects.get(&id(&own)) {
                Some(object) => Ok(members.contains(*object)),
                None => self.gap.clone().map_or(Ok(false), Err),
            }
        }))
    }

    /// Whether a rule applies to a device. Excluding a group of devices from a rule for people, or the other way round,
    /// is not something that the vendor promises to work: then it is not known.
    fn reaches(&self, policy: &DevicePolicy, device: &Device) -> Known {
        let platform = cell(&device.platform)?.word();
        if !cell(&policy.platforms)?.iter().any(|name| name.as_str() == platform) {
            return Ok(false);
        }
        let (include, exclude) = (cell(&policy.include_groups)?, cell(&policy.exclude_groups)?);
        let has_person = cell(&device.user_id).map(|user| user.is_some());
        let person = either([both(cell(&policy.all_users), has_person), self.holds_person(&include, device)]);
        let object = either([cell(&policy.all_devices), self.holds_device(&include, device)]);
        let person_out = self.holds_person(&exclude, device);
        let object_out = self.holds_device(&exclude, device);
        let reached = either([both(person.clone(), not(&person_out)), both(object.clone(), not(&object_out))])?;
        if !reached {
            return Ok(false);
        }
        let crossed = either([both(person, object_out), both(object, person_out)])?;
        if crossed || cell(&policy.filtered)? {
            return Err(for_a_person("microsoft365.device_assignments"));
        }
        Ok(true)
    }

    /// Whether a rule that reaches the device demands encryption.
    pub(super) fn encryption_demanded(&self, device: &Device, policies: &Table<DevicePolicy>) -> Known {
        let unread = policies.gap().map(|gap| Err(gap.clone()));
        let demands = policies.rows.iter().map(|policy| {
            let demands = cell(&policy.requires_encryption);
            if demands == Ok(false) { Ok(false) } else { both(self.reaches(policy, device), demands) }
        });
        either(demands.chain(unread))
    }

    /// The minutes after which the rules that reach the device lock it. Of compliance policies the strictest counts; of
    /// profiles that contradict each other the laxest, because it is not sure which one the device follows.
    pub(super) fn lock_minutes(&self, device: &Device, policies: &Table<DevicePolicy>) -> Result<Option<i64>, Gap> {
        let (mut password, mut strictest, mut laxest) = (false, None::<i64>, None::<i64>);
        for policy in &policies.rows {
            let silent = policy.requires_password.known() == Some(&false) && policy.lock_minutes.known() == Some(&None);
            if silent || !self.reaches(policy, device)? {
                continue;
            }
            password |= cell(&policy.requires_password)?;
            let Some(minutes) = cell(&policy.lock_minutes)? else { continue };
            match cell(&policy.kind)? {
                DevicePolicyKind::Compliance => strictest = Some(strictest.map_or(minutes, |it| it.min(minutes))),
                DevicePolicyKind::Configuration => laxest = laxest.max(Some(minutes)),
            }
        }
        if let Some(gap) = policies.gap() {
            return Err(gap.clone());
        }
        Ok(strictest.into_iter().chain(laxest).min().filter(|_| password))
    }
}

#[cfg(test)]
mod tests {
    //! Cases: assignments and members, and whether a rule reaches a device.

    use tenantscan_model::rows::DevicePlatform;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::PermissionMissing, "test")
    }

    fn device() -> Device {
        Device {
            platform: Cell::Known(DevicePlatform::Windows),
            user_id: Cell::Known(Some("u1".into())),
            directory_device_id: Cell::Known(Some("D1".into())),
            ..Device::new("d")
        }
    }

    fn directory() -> Table<DirectoryDevice> {
        Table::complete(vec![DirectoryDevice {
            device_id: Cell::Known(Some("d1".into())),
            ..DirectoryDevice::new("o1")
        }])
    }

    fn members() -> GroupMembers {
        let set = |ids: &[&str]| Ok(ids.iter().map(|id| Text::from(*id)).collect());
        let groups = [
            ("people", set(&["u1", "u2"])),
            ("computers", set(&["o1"])),
            ("others", set(&["u9"])),
            ("unread", Err(gap())),
        ];
        GroupMembers(groups.into_iter().map(|(name, ids)| (name.into(), ids)).collect())
    }

    fn policy(include: &[&str], exclude: &[&str]) -> DevicePolicy {
        let texts = |names: &[&str]| Cell::Known(names.iter().map(|name| Text::from(*name)).collect());
        DevicePolicy {
            kind: Cell::Known(DevicePolicyKind::Compliance),
            platforms: Cell::Known(vec!["windows".into()]),
            all_devices: Cell::Known(false),
            all_users: Cell::Known(false),
            filtered: Cell::Known(false),
            include_groups: texts(include),
            exclude_groups: texts(exclude),
            requires_encryption: Cell::Known(true),
            requires_password: Cell::Known(true),
            lock_minutes: Cell::Known(Some(10)),
            ..DevicePolicy::new("p")
        }
    }

    #[test]
    fn assignments() {
        type Change = fn(&mut DevicePolicy, &mut Device);
        type Case = (&'static str, &'static [&'static str], &'static [&'static str], Change, Option<bool>);
        let cases: [Case; 18] = [
            ("assigned to nobody", &[], &[], |_, _| {}, Some(false)),
            ("all devices", &[], &[], |p, _| p.all_devices = Cell::Known(true), Some(true)),
            ("all people", &[], &[], |p, _| p.all_users = Cell::Known(true), Some(true)),
            (
                "all people, but it is nobody's",
                &[],
                &[],
                |p, d| {
                    p.all_users = Cell::Known(true);
                    d.user_id = Cell::Known(None);
                },
                Some(false),
            ),
            ("a group of its person", &["people"], &[], |_, _| {}, Some(true)),
            ("a group of devices", &["computers"], &[], |_, _| {}, Some(true)),
            ("another group", &["others"], &[], |_, _| {}, Some(false)),
            ("a group that was not read", &["unread"], &[], |_, _| {}, None),
            ("one read, one not", &["unread", "people"], &[], |_, _| {}, Some(true)),
            ("its person left out", &["people"], &["people"], |_, _| {}, Some(false)),
            (
                "all devices, this one left out",
                &[],
                &["computers"],
                |p, _| p.all_devices = Cell::Known(true),
                Some(false),
            ),
            ("all devices, its person left out", &[], &["people"], |p, _| p.all_devices = Cell::Known(true), None),
            ("perhaps left out", &["people"], &["unread"], |_, _| {}, None),
            ("perhaps left out, but not in it", &["others"], &["unread"], |_, _| {}, Some(false)),
            ("a filter", &["people"], &[], |p, _| p.filtered = Cell::Known(true), None),
            (
                "a filter on what does not reach it",
                &["others"],
                &[],
                |p, _| p.filtered = Cell::Known(true),
                Some(false),
            ),
            ("another system", &["people"], &[], |p, _| p.platforms = Cell::Known(vec!["ios".into()]), Some(false)),
            ("assignments unread", &["people"], &[], |p, _| p.include_groups = Cell::Unknown(gap()), None),
        ];
        let (directory, members) = (directory(), members());
        let reach = Reach::new(&directory, &members);
        for (case, include, exclude, change, expected) in cases {
            let (mut policy, mut device) = (policy(include, exclude), device());
            change(&mut policy, &mut device);
            assert_eq!(reach.reaches(&policy, &device).ok(), expected, "{case}");
        }
    }

    #[test]
    fn without_the_directory_a_group_may_hold_the_device() {
        let (directory, members) = (Table::unread(gap()), members());
        let reach = Reach::new(&directory, &members);
        assert_eq!(reach.reaches(&policy(&["others"], &[]), &device()).ok(), None);
        assert_eq!(reach.reaches(&policy(&["people"], &[]), &device()).ok(), Some(true));
    }

    #[test]
    fn what_rules_demand_together() {
        let reaching = |kind, password, minutes, encryption| {
            let mut policy = policy(&["people"], &[]);
            policy.kind = Cell::Known(kind);
            policy.requires_password = Cell::Known(password);
            policy.lock_minutes = Cell::Known(minutes);
            policy.requires_encryption = Cell::Known(encryption);
            policy
        };
        use DevicePolicyKind::{Compliance, Configuration};
        let uncertain = || DevicePolicy { include_groups: Cell::Known(vec!["unread".into()]), ..policy(&[], &[]) };
        let opaque =
            || DevicePolicy { requires_encryption: Cell::Unknown(gap()), ..reaching(Configuration, false, None, true) };
        // rules, whether the list is whole, encryption, minutes
        type Case = (&'static str, Vec<DevicePolicy>, bool, Option<bool>, Option<Option<i64>>);
        let cases: [Case; 10] = [
            ("none", vec![], true, Some(false), Some(None)),
            ("none, but not all were read", vec![], false, None, None),
            ("one, but not all were read", vec![reaching(Compliance, true, Some(5), true)], false, Some(true), None),
            (
                "minutes without a password",
                vec![reaching(Compliance, false, Some(5), false)],
                true,
                Some(false),
                Some(None),
            ),
            (
                "password here, minutes there",
                vec![reaching(Compliance, true, None, false), reaching(Configuration, false, Some(5), false)],
                true,
                Some(false),
                Some(Some(5)),
            ),
            (
                "profiles that contradict",
                vec![reaching(Configuration, true, Some(5), false), reaching(Configuration, true, Some(60), false)],
                true,
                Some(false),
                Some(Some(60)),
            ),
            (
                "compliance is stricter",
                vec![reaching(Compliance, true, Some(10), false), reaching(Configuration, true, Some(60), false)],
                true,
                Some(false),
                Some(Some(10)),
            ),
            ("a group unread", vec![uncertain()], true, None, None),
            (
                "a group unread, beside a rule",
                vec![uncertain(), reaching(Compliance, true, Some(10), true)],
                true,
                Some(true),
                None,
            ),
            ("settings unread", vec![opaque()], true, None, Some(None)),
        ];
        let (directory, members) = (directory(), members());
        let reach = Reach::new(&directory, &members);
        for (case, policies, whole, encryption, minutes) in cases {
            let mut table = Table::complete(policies);
            if !whole {
                table.listing = tenantscan_model::Listing::Unread(gap());
            }
            assert_eq!(reach.encryption_demanded(&device(), &table).ok(), encryption, "{case}");
            assert_eq!(reach.lock_minutes(&device(), &table).ok(), minutes, "{case}");
        }
    }

    #[test]
    fn people_whom_a_rule_for_apps_reaches() {
        let texts = |names: &[&str]| names.iter().map(|name| Text::from(*name)).collect::<Vec<_>>();
        let reach = |include: &[&str], exclude: &[&str]| {
            app_reach(&AppScope { include: texts(include), exclude: texts(exclude) }, &members()).ok()
        };
        assert_eq!(reach(&["people"], &[]), Some(texts(&["u1", "u2"])));
        assert_eq!(reach(&["people"], &["unread"]), None);
        assert_eq!(reach(&[], &["unread"]), Some(vec![]));
    }
}
