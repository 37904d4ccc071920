//! Cases: rules, and who gets which policy by them.

use tenantscan_model::rows::{
    AllowedSender, ConnectionFilter, Domain, Group, Mailbox, MailboxType, ProtectionOrigin, SpamPolicy, User,
};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};

use super::{apply, named_groups};
use crate::GroupMembers;

fn gap() -> Gap {
    Gap::new(Cause::RoleMissing, "test")
}

fn texts(list: &[&str]) -> Cell<Vec<Text>> {
    Cell::Known(list.iter().map(|&one| one.into()).collect())
}

/// A policy without conditions, in force.
fn policy(name: &str, origin: ProtectionOrigin, priority: i64) -> SpamPolicy {
    let mut policy = SpamPolicy::new(name);
    policy.name = Cell::Known(name.into());
    policy.is_default = Cell::Known(origin == ProtectionOrigin::Default);
    policy.origin = Cell::Known(origin);
    policy.in_force = Cell::Known(true);
    policy.priority = Cell::Known(Some(priority));
    for list in [&mut policy.applies_to_addresses, &mut policy.applies_to_groups, &mut policy.applies_to_domains] {
        *list = texts(&[]);
    }
    for list in [&mut policy.except_addresses, &mut policy.except_groups, &mut policy.except_domains] {
        *list = texts(&[]);
    }
    policy.allowed_senders = texts(&[]);
    policy.allowed_domains = texts(&[]);
    policy
}

fn default() -> SpamPolicy {
    policy("Default", ProtectionOrigin::Default, 0)
}

fn custom(change: impl FnOnce(&mut SpamPolicy)) -> SpamPolicy {
    let mut policy = policy("Custom", ProtectionOrigin::Custom, 0);
    change(&mut policy);
    policy
}

fn user(name: &str, has_mailbox: Cell<bool>) -> User {
    let mut user = User::new(name);
    user.principal_name = Cell::Known(name.into());
    user.user_type = Cell::Known(Some("Member".into()));
    user.has_mailbox = has_mailbox;
    user
}

/// Ana and Ben get mail.
fn practice(policies: Vec<SpamPolicy>) -> Datasets {
    Datasets {
        users: Table::complete(vec![
            user("ana@cedar.example", Cell::Known(true)),
            user("ben@cedar.example", Cell::Known(true)),
        ]),
        domains: Table::complete(vec![Domain::new("cedar.example"), Domain::new("cedar.onmicrosoft.com")]),
        spam_policies: Table::complete(policies),
        ..Datasets::default()
    }
}

/// `name=number` for who gets a policy for sure, `name=?` where that is not known; `name=0` for a policy of nobody.
fn reached(mut datasets: Datasets) -> String {
    apply(&mut datasets, &GroupMembers::default());
    let words = datasets.spam_policies.rows.iter().map(|row| match (&row.applies, &row.mailboxes) {
        (Cell::Known(applies), Cell::Known(count)) => {
            assert_eq!(*applies, *count > 0, "{}", row.id);
            format!("{}={count}", row.id)
        }
        (Cell::Known(true), Cell::Unknown(_)) => format!("{}=some", row.id),
        (Cell::Unknown(_), _) => format!("{}=?", row.id),
        other => panic!("{}: {other:?}", row.id),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn conditions_exceptions_and_switches() {
    type Change = fn(&mut SpamPolicy);
    let cases: [(&str, Change, &str); 20] = [
        ("no condition is everybody", |_| {}, "Custom=2 Default=0"),
        ("a rule that is off", |p| p.in_force = Cell::Known(false), "Custom=0 Default=2"),
        ("a rule of which it is not known", |p| p.in_force = Cell::Unknown(gap()), "Custom=? Default=?"),
        ("one address", |p| p.applies_to_addresses = texts(&["ANA@cedar.example"]), "Custom=1 Default=1"),
        (
            "values of one kind: any of them",
            |p| p.applies_to_addresses = texts(&["ana@cedar.example", "ben@cedar.example"]),
            "Custom=2 Default=0",
        ),
        (
            "an address that is nobody's name",
            |p| p.applies_to_addresses = texts(&["desk@cedar.example"]),
            "Custom=? Default=?",
        ),
        (
            "conditions of two kinds: both must hold",
            |p| {
                p.applies_to_addresses = texts(&["ana@cedar.example"]);
                p.applies_to_domains = texts(&["other.example"]);
            },
            "Custom=0 Default=2",
        ),
        ("the practice's domain", |p| p.applies_to_domains = texts(&["Cedar.example"]), "Custom=2 Default=0"),
        ("a domain above", |p| p.applies_to_domains = texts(&["example"]), "Custom=2 Default=0"),
        ("an ending that is no domain", |p| p.applies_to_domains = texts(&["dar.example"]), "Custom=0 Default=2"),
        ("a group", |p| p.applies_to_groups = texts(&["staff@cedar.example"]), "Custom=? Default=?"),
        (
            "a group, and a domain that is not the practice's",
            |p| {
                p.applies_to_groups = texts(&["staff@cedar.example"]);
                p.applies_to_domains = texts(&["other.example"]);
            },
            "Custom=0 Default=2",
        ),
        ("except one", |p| p.except_addresses = texts(&["ana@cedar.example"]), "Custom=1 Default=1"),
        ("except the practice's domain", |p| p.except_domains = texts(&["cedar.example"]), "Custom=0 Default=2"),
        ("except a group", |p| p.except_groups = texts(&["staff@cedar.example"]), "Custom=? Default=?"),
        (
            "one exception is enough",
            |p| {
                p.except_groups = texts(&["staff@cedar.example"]);
                p.except_domains = texts(&["cedar.example"]);
            },
            "Custom=0 Default=2",
        ),
        ("conditions that were not read", |p| p.applies_to_domains = Cell::Unknown(gap()), "Custom=? Default=?"),
        (
            "conditions that were not read, and an exception that settles it",
            |p| {
                p.applies_to_addresses = Cell::Unknown(gap());
                p.except_domains = texts(&["cedar.example"]);
            },
            "Custom=0 Default=2",
        ),
        (
            "its place does not matter before the default one",
            |p| p.priority = Cell::Unknown(gap()),
            "Custom=2 Default=0",
        ),
        ("where it comes from is not known", |p| p.origin = Cell::Unknown(gap()), "Custom=? Default=?"),
    ];
    for (what, change, expected) in cases {
        assert_eq!(reached(practice(vec![custom(change), default()])), expected, "{what}");
    }
}

#[test]
fn the_first_in_order_applies() {
    use ProtectionOrigin::{Custom, Preset};
    let only = |mut policy: SpamPolicy, address: &str| {
        policy.applies_to_addresses = texts(&[address]);
        policy
    };
    let strict = || only(policy("Strict", Preset, 0), "ana@cedar.example");
    let cases = [
        ("no rule at all", vec![default()], "Default=2"),
        (
            "strict, then standard, whatever the tenant made",
            vec![strict(), policy("Standard", Preset, 1), policy("Mine", Custom, 0), default()],
            "Default=0 Mine=0 Standard=1 Strict=1",
        ),
        (
            "the lower number of two",
            vec![policy("B", Custom, 1), only(policy("A", Custom, 0), "ben@cedar.example"), default()],
            "A=1 B=1 Default=0",
        ),
        (
            "two whose order was not read",
            vec![
                custom(|p| p.priority = Cell::Unknown(gap())),
                only(policy("A", Custom, 0), "ben@cedar.example"),
                default(),
            ],
            "A=? Custom=some Default=0",
        ),
    ];
    for (what, policies, expected) in cases {
        assert_eq!(reached(practice(policies)), expected, "{what}");
    }
}

#[test]
fn people_whose_mailbox_is_not_known() {
    let desk = || custom(|p| p.applies_to_addresses = texts(&["ana@cedar.example", "ben@cedar.example"]));
    let with = |one: User, policies: Vec<SpamPolicy>| {
        let mut datasets = practice(policies);
        datasets.users.rows.push(one);
        reached(datasets)
    };
    // An account without a licence may be a shared mailbox, and then gets the default policy.
    assert_eq!(with(user("cy@cedar.example", Cell::Known(false)), vec![desk(), default()]), "Custom=2 Default=?");
    assert_eq!(
        with(user("cy@cedar.example", Cell::Known(false)), vec![custom(|_| {}), default()]),
        "Custom=2 Default=0"
    );
    let mut guest = user("cy@other.example", Cell::Known(false));
    guest.user_type = Cell::Known(Some("Guest".into()));
    assert_eq!(with(guest, vec![desk(), default()]), "Custom=2 Default=0");
    assert_eq!(with(user("cy@cedar.example", Cell::Unknown(gap())), vec![desk(), default()]), "Custom=2 Default=?");
    // The name that an account began with says nothing of its mail address, unless every domain is named.
    let domain = |domains: &'static [&'static str]| custom(|p| p.applies_to_domains = texts(domains));
    let first = || user("cy@cedar.onmicrosoft.com", Cell::Known(true));
    assert_eq!(with(first(), vec![domain(&["cedar.example"]), default()]), "Custom=some Default=?");
    let both: &[&str] = &["cedar.example", "cedar.onmicrosoft.com"];
    assert_eq!(with(first(), vec![domain(both), default()]), "Custom=3 Default=0");
    let mut unread = practice(vec![custom(|_| {}), default()]);
    unread.users = Table::unread(gap());
    assert_eq!(reached(unread), "Custom=? Default=0");
}

#[test]
fn mailboxes_are_the_people_where_they_were_read() {
    let mailbox = |address: &str, kind| {
        let mut mailbox = Mailbox::new(address);
        mailbox.address = Cell::Known(address.into());
        mailbox.recipient_type = Cell::Known(kind);
        mailbox
    };
    let with = |policy: SpamPolicy| {
        let mut datasets = practice(vec![policy, default()]);
        datasets.mailboxes = Table::complete(vec![
            mailbox("ana@cedar.example", MailboxType::Person),
            mailbox("desk@cedar.example", MailboxType::Shared),
            mailbox("search@cedar.onmicrosoft.com", MailboxType::Service),
        ]);
        // Ben's account has a licence, but no mailbox yet; the desk's has no licence.
        datasets.users.rows.push(user("desk@cedar.example", Cell::Known(false)));
        reached(datasets)
    };
    assert_eq!(with(custom(|_| {})), "Custom=2 Default=0");
    assert_eq!(with(custom(|p| p.applies_to_addresses = texts(&["ana@cedar.example"]))), "Custom=1 Default=1");
    assert_eq!(with(custom(|p| p.except_addresses = texts(&["desk@cedar.example"]))), "Custom=1 Default=1");
    assert_eq!(with(custom(|p| p.applies_to_domains = texts(&["cedar.example"]))), "Custom=2 Default=0");
}

#[test]
fn mailboxes_without_a_policy_for_attachments_have_a_row() {
    use tenantscan_model::rows::SafeAttachmentPolicy;

    use crate::sources::mail_protection::scope::{Scope, Scoped};
    let names = |scope: Scope| {
        let mut datasets = practice(Vec::new());
        let row = SafeAttachmentPolicy::new("Mine").scoped(Cell::Known(false), scope);
        datasets.safe_attachment_policies = Table::complete(vec![row]);
        apply(&mut datasets, &GroupMembers::default());
        let rows = datasets.safe_attachment_policies.rows;
        rows.iter().map(|row| format!("{}={:?}", row.id, row.mailboxes.known())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(Scope::everybody(ProtectionOrigin::Custom, true)), "Mine=Some(2)");
    assert_eq!(names(Scope::everybody(ProtectionOrigin::Custom, false)), "Mine=Some(0) no policy at all=Some(2)");
    let mut one = Scope::everybody(ProtectionOrigin::Custom, true);
    one.except_addresses = texts(&["ana@cedar.example"]);
    assert_eq!(names(one), "Mine=Some(1) no policy at all=Some(1)");
    assert_eq!(names(Scope::unknown(&gap())), "Mine=None no policy at all=None");
}

#[test]
fn what_skips_the_filters_is_listed_and_may_be_more() {
    let mut allowing = default();
    allowing.allowed_domains = texts(&["lab.example"]);
    let mut datasets = practice(vec![allowing]);
    apply(&mut datasets, &GroupMembers::default());
    let entries = |datasets: &Datasets| -> Vec<Text> {
        datasets.filter_bypasses.rows.iter().filter_map(|row| row.entry.known()).cloned().collect()
    };
    assert_eq!(entries(&datasets), ["lab.example"]);
    assert!(datasets.filter_bypasses.gap().is_some(), "the servers were not read");
    let mut filter = ConnectionFilter::new("Default");
    filter.allowed_servers = texts(&["203.0.113.7"]);
    filter.safe_list = Cell::Known(true);
    datasets.connection_filters = Table::complete(vec![filter.clone()]);
    apply(&mut datasets, &GroupMembers::default());
    assert!(datasets.filter_bypasses.gap().is_some(), "the Tenant Allow/Block List was not read");
    datasets.allowed_senders = Table::complete(vec![AllowedSender::new("billing@partner.example")]);
    apply(&mut datasets, &GroupMembers::default());
    assert_eq!(datasets.filter_bypasses.gap(), None);
    let due = ["lab.example", "billing@partner.example", "203.0.113.7", "Microsoft's safe list"];
    assert_eq!(entries(&datasets), due);
    filter.safe_list = Cell::Unknown(gap());
    datasets.connection_filters = Table::complete(vec![filter]);
    apply(&mut datasets, &GroupMembers::default());
    assert_eq!(datasets.filter_bypasses.gap(), Some(&gap()));
}

#[test]
fn members_of_a_group_that_the_directory_lists_get_its_policy() {
    let for_staff =
        || practice(vec![custom(|policy| policy.applies_to_groups = texts(&["Staff@cedar.example"])), default()]);
    let mut datasets = for_staff();
    let mut staff = Group::new("staff");
    staff.mail = Cell::Known(Some("staff@cedar.example".into()));
    datasets.groups = Table::complete(vec![staff]);
    assert_eq!(named_groups(&datasets), ["staff".into()].into());
    let with = |members: Result<&[&str], Gap>| {
        let members = members.map(|ids| ids.iter().map(|&id| id.into()).collect());
        GroupMembers([("staff".into(), members)].into())
    };
    let reached = |members: &GroupMembers| {
        let mut datasets = datasets.clone();
        apply(&mut datasets, members);
        let rows = datasets.spam_policies.rows.iter();
        rows.map(|row| row.mailboxes.known().copied()).collect::<Vec<_>>()
    };
    assert_eq!(reached(&with(Ok(&["ana@cedar.example"]))), [Some(1), Some(1)]);
    assert_eq!(reached(&with(Ok(&[]))), [Some(0), Some(2)]);
    assert_eq!(reached(&with(Err(gap()))), [None, None], "members that were not read");
    assert_eq!(reached(&GroupMembers::default()), [None, None], "members that were not asked for");
    let mut unlisted = for_staff();
    unlisted.groups = Table::unread(gap());
    apply(&mut unlisted, &GroupMembers::default());
    let cause = unlisted.spam_policies.rows[0].applies.gap().map(Gap::cause);
    assert_eq!(cause, Some(Cause::RoleMissing), "the groups were not read");
}
