//! Cases: what a tenant has switched on, and what that forces on one account.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::rows::*;
use tenantscan_model::{Cause, Cell, Datasets, Gap, Table, Text};

use tenantscan_people::GroupMembers;

pub(super) fn gap() -> Gap {
    Gap::new(Cause::PermissionMissing, "test")
}

pub(super) fn texts(list: &[&str]) -> Cell<Vec<Text>> {
    Cell::Known(list.iter().map(|text| Text::from(*text)).collect())
}

/// An enabled policy that asks everybody for a second step, everywhere.
pub(super) fn policy(id: &str) -> ConditionalAccessPolicy {
    let mut row = ConditionalAccessPolicy::new(id);
    row.name = Cell::Known(id.into());
    row.state = Cell::Known(PolicyState::Enabled);
    row.microsoft_managed = Cell::Known(false);
    row.include_users = texts(&["All"]);
    row.exclude_users = texts(&[]);
    row.include_groups = texts(&[]);
    row.exclude_groups = texts(&[]);
    row.include_roles = texts(&[]);
    row.exclude_roles = texts(&[]);
    row.include_guests = texts(&[]);
    row.exclude_guests = texts(&[]);
    row.include_applications = texts(&["All"]);
    row.exclude_applications = texts(&[]);
    row.user_actions = texts(&[]);
    row.client_app_types = texts(&["all"]);
    row.include_platforms = Cell::Known(None);
    row.exclude_platforms = texts(&[]);
    row.include_locations = Cell::Known(None);
    row.exclude_locations = texts(&[]);
    row.sign_in_risk_levels = texts(&[]);
    row.user_risk_levels = texts(&[]);
    row.authentication_flows = texts(&[]);
    row.device_filter = Cell::Known(None);
    row.other_conditions = texts(&[]);
    row.grant_operator = Cell::Known(Some("OR".into()));
    row.grant_controls = texts(&["mfa"]);
    row.authentication_strength = Cell::Known(None);
    row.other_grant_controls = texts(&[]);
    row.sign_in_frequency_hours = Cell::Known(None);
    row.persistent_browser = Cell::Known(None);
    row
}

pub(super) struct World {
    pub(super) datasets: Datasets,
    pub(super) members: GroupMembers,
}

/// A tenant with one account, two places, a strong and a weak strength, and no protection.
pub(super) fn world() -> World {
    let mut user = User::new("u1");
    user.user_type = Cell::Known(Some("Member".into()));
    user.invitation_state = Cell::Known(None);
    user.per_user_mfa = Cell::Known(PerUserMfa::Disabled);
    let place = |id: &str, trusted| {
        let mut row = NamedLocation::new(id);
        row.name = Cell::Known(format!("The {id}").into());
        row.is_trusted = Cell::Known(trusted);
        row
    };
    let strength = |id: &str, mfa, strong| {
        let mut row = AuthenticationStrength::new(id);
        row.requires_mfa = Cell::Known(mfa);
        row.phishing_resistant = Cell::Known(strong);
        row
    };
    let mut defaults = SecurityDefaults::new("sd");
    defaults.enabled = Cell::Known(false);
    let mut group = Group::new("g1");
    group.name = Cell::Known("Scanners".into());
    let datasets = Datasets {
        users: Table::complete(vec![user]),
        groups: Table::complete(vec![group]),
        role_definitions: Table::complete(Vec::new()),
        role_assignments: Table::complete(Vec::new()),
        security_defaults: Table::complete(vec![defaults]),
        conditional_access_policies: Table::complete(Vec::new()),
        named_locations: Table::complete(vec![place("office", true), place("abroad", false)]),
        authentication_strengths: Table::complete(vec![
            strength("strong", true, true),
            strength("usual", true, false),
            strength("weak", false, false),
        ]),
        ..Datasets::default()
    };
    let members = [("g1", vec!["u1"]), ("g2", vec!["u9"])];
    let members = members
        .into_iter()
        .map(|(id, users)| (Text::from(id), Ok(users.into_iter().map(Text::from).collect::<BTreeSet<_>>())));
    World { datasets, members: GroupMembers(members.collect::<BTreeMap<_, _>>()) }
}

impl World {
    pub(super) fn user(&mut self) -> &mut User {
        &mut self.datasets.users.rows[0]
    }

    fn add(&mut self, id: &str, change: impl FnOnce(&mut ConditionalAccessPolicy)) {
        let mut row = policy(id);
        change(&mut row);
        self.datasets.conditional_access_policies.rows.push(row);
    }

    fn role(&mut self, kind: AssignmentKind, principal: &str, principal_type: PrincipalType, scope: &str) {
        let mut row = RoleAssignment::new(format!("a{}", self.datasets.role_assignments.rows.len()));
        row.role_id = Cell::Known("role".into());
        row.role_template_id = Cell::Known(Some("role".into()));
        row.principal_id = Cell::Known(principal.into());
        row.principal_type = Cell::Known(principal_type);
        row.kind = Cell::Known(kind);
        row.scope = Cell::Known(scope.into());
        self.datasets.role_assignments.rows.push(row);
    }

    pub(super) fn judged(mut self) -> User {
        super::apply(&mut self.datasets, &self.members);
        self.datasets.users.rows.remove(0)
    }
}

fn word(cell: &Cell<Enforcement>) -> &'static str {
    cell.known().map_or("unknown", |known| tenantscan_model::ClosedEnum::word(*known))
}

fn joined(cell: &Cell<Vec<Text>>) -> String {
    cell.known().map_or("unknown".to_owned(), |list| list.iter().map(Text::as_str).collect::<Vec<_>>().join("; "))
}

/// A change to the tenant, the answer on MFA, and a part of the gaps.
type Case = (&'static str, fn(&mut World), &'static str, &'static str);

const NOBODY: &str = "no policy asks this account for a second step";

const MFA: &[Case] = &[
    ("nothing", |_| {}, "never", NOBODY),
    ("everybody everywhere", |w| w.add("P", |_| {}), "always", ""),
    ("switched off", |w| w.add("P", |p| p.state = Cell::Known(PolicyState::Disabled)), "never", NOBODY),
    (
        "reports only",
        |w| w.add("P", |p| p.state = Cell::Known(PolicyState::ReportOnly)),
        "never",
        "\"P\" only reports and stops nothing",
    ),
    ("a state added later", |w| w.add("P", |p| p.state = Cell::Known(PolicyState::Other)), "unknown", "unknown"),
    ("state unread", |w| w.add("P", |p| p.state = Cell::Unknown(gap())), "unknown", "unknown"),
    ("Microsoft-managed", |w| w.add("P", |p| p.microsoft_managed = Cell::Known(true)), "always", ""),
    (
        "left out by name",
        |w| w.add("P", |p| p.exclude_users = texts(&["u1"])),
        "never",
        "\"P\" leaves this account out by name",
    ),
    (
        "left out by group",
        |w| w.add("P", |p| p.exclude_groups = texts(&["g1"])),
        "never",
        "\"P\" leaves out members of the group \"Scanners\"",
    ),
    ("another group left out", |w| w.add("P", |p| p.exclude_groups = texts(&["g2"])), "always", ""),
    ("a group not asked for", |w| w.add("P", |p| p.exclude_groups = texts(&["g9"])), "unknown", "unknown"),
    (
        "unknown group does not decide",
        |w| {
            w.add("P", |p| p.exclude_groups = texts(&["g9"]));
            w.add("Q", |_| {});
        },
        "always",
        "",
    ),
    (
        "unknown group, left out anyhow",
        |w| {
            w.add("P", |p| {
                p.exclude_groups = texts(&["g9"]);
                p.exclude_users = texts(&["u1"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "for a group of mine",
        |w| {
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_groups = texts(&["g1"]);
            });
        },
        "always",
        "",
    ),
    (
        "for another group",
        |w| {
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_groups = texts(&["g2"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "for a role in force",
        |w| {
            w.role(AssignmentKind::Active, "u1", PrincipalType::User, "/");
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_roles = texts(&["ROLE"]);
            });
        },
        "always",
        "",
    ),
    (
        "for a role in a part",
        |w| {
            w.role(AssignmentKind::Active, "u1", PrincipalType::User, "/administrativeUnits/x");
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_roles = texts(&["role"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "for an eligible role",
        |w| {
            w.role(AssignmentKind::Eligible, "u1", PrincipalType::User, "/");
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_roles = texts(&["role"]);
            });
        },
        "never",
        "only while the role \"role\" is switched on",
    ),
    (
        "a group holds the role",
        |w| {
            w.role(AssignmentKind::Active, "g5", PrincipalType::Group, "/");
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_roles = texts(&["role"]);
            });
        },
        "unknown",
        "unknown",
    ),
    (
        "left out by role",
        |w| {
            w.role(AssignmentKind::Active, "u1", PrincipalType::User, "/");
            w.add("P", |p| p.exclude_roles = texts(&["role"]));
        },
        "never",
        "leaves out holders of the role",
    ),
    (
        "roles unread",
        |w| {
            w.datasets.role_assignments = Table::unread(gap());
            w.add("P", |p| p.exclude_roles = texts(&["role"]));
        },
        "unknown",
        "unknown",
    ),
    (
        "guests left out, I am one",
        |w| {
            w.user().user_type = Cell::Known(Some("Guest".into()));
            w.add("P", |p| p.exclude_users = texts(&["GuestsOrExternalUsers"]));
        },
        "never",
        "leaves out guests",
    ),
    (
        "guests left out, I am none",
        |w| w.add("P", |p| p.exclude_users = texts(&["GuestsOrExternalUsers"])),
        "always",
        "",
    ),
    (
        "for invited guests",
        |w| {
            w.user().user_type = Cell::Known(Some("Guest".into()));
            w.user().invitation_state = Cell::Known(Some("Accepted".into()));
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_guests = texts(&["b2bCollaborationGuest"]);
            });
        },
        "always",
        "",
    ),
    (
        "for another kind of guest",
        |w| {
            w.user().user_type = Cell::Known(Some("Guest".into()));
            w.add("P", |p| {
                p.include_users = texts(&[]);
                p.include_guests = texts(&["b2bCollaborationGuest"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "a kind of guest that nobody knows yet left out",
        |w| {
            w.user().user_type = Cell::Known(Some("Guest".into()));
            w.user().invitation_state = Cell::Known(Some("Accepted".into()));
            w.add("P", |p| p.exclude_guests = texts(&["somethingNew"]));
        },
        "unknown",
        "unknown",
    ),
    (
        "guests of some tenants",
        |w| {
            w.user().user_type = Cell::Known(Some("Guest".into()));
            w.user().invitation_state = Cell::Known(Some("Accepted".into()));
            w.add("P", |p| {
                p.exclude_guests = texts(&["b2bCollaborationGuest"]);
                p.other_conditions = texts(&["excludeGuestsOrExternalUsers.externalTenants"]);
            });
        },
        "unknown",
        "unknown",
    ),
    (
        "type unread",
        |w| {
            w.user().user_type = Cell::Unknown(gap());
            w.add("P", |p| p.exclude_users = texts(&["GuestsOrExternalUsers"]));
        },
        "unknown",
        "unknown",
    ),
    (
        "an app left out",
        |w| w.add("P", |p| p.exclude_applications = texts(&["app1"])),
        "conditional",
        "\"P\" does not cover the app app1",
    ),
    (
        "only Office 365",
        |w| w.add("P", |p| p.include_applications = texts(&["Office365"])),
        "conditional",
        "covers only the apps that it names",
    ),
    (
        "two together cover every app",
        |w| {
            w.add("P", |p| p.exclude_applications = texts(&["app1"]));
            w.add("Q", |p| p.include_applications = texts(&["app1"]));
        },
        "always",
        "",
    ),
    (
        "a user action",
        |w| {
            w.add("P", |p| {
                p.include_applications = texts(&[]);
                p.user_actions = texts(&["urn:user:registersecurityinfo"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "trusted places left out",
        |w| {
            w.add("P", |p| {
                p.include_locations = Cell::Known(Some(vec!["All".into()]));
                p.exclude_locations = texts(&["AllTrusted"]);
            });
        },
        "conditional",
        "\"P\" does not ask on trusted places",
    ),
    (
        "trusted places left out, none is",
        |w| {
            w.datasets.named_locations = Table::complete(Vec::new());
            w.add("P", |p| p.exclude_locations = texts(&["AllTrusted"]));
        },
        "always",
        "",
    ),
    (
        "trusted places left out, unread",
        |w| {
            w.datasets.named_locations = Table::unread(gap());
            w.add("P", |p| p.exclude_locations = texts(&["AllTrusted"]));
        },
        "unknown",
        "unknown",
    ),
    (
        "a place left out",
        |w| w.add("P", |p| p.exclude_locations = texts(&["office"])),
        "conditional",
        "does not ask in the place \"The office\"",
    ),
    (
        "a place left out but blocked",
        |w| {
            w.add("P", |p| p.exclude_locations = texts(&["abroad"]));
            w.add("B", |p| {
                p.include_locations = Cell::Known(Some(vec!["abroad".into()]));
                p.grant_controls = texts(&["block"]);
            });
        },
        "always",
        "",
    ),
    (
        "block abroad alone",
        |w| {
            w.add("B", |p| {
                p.include_locations = Cell::Known(Some(vec!["abroad".into()]));
                p.grant_controls = texts(&["block"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "a platform left out",
        |w| w.add("P", |p| p.exclude_platforms = texts(&["iOS"])),
        "conditional",
        "does not cover devices of the kind iOS",
    ),
    (
        "one platform",
        |w| w.add("P", |p| p.include_platforms = Cell::Known(Some(vec!["windows".into()]))),
        "conditional",
        "covers only the kinds of device that it names",
    ),
    (
        "risky sign-ins only",
        |w| w.add("P", |p| p.sign_in_risk_levels = texts(&["high", "medium"])),
        "conditional",
        "asks only when the sign-in looks risky",
    ),
    (
        "high user risk only",
        |w| w.add("P", |p| p.user_risk_levels = texts(&["high"])),
        "conditional",
        "asks only when the account looks taken over",
    ),
    (
        "modern clients only",
        |w| w.add("P", |p| p.client_app_types = texts(&["browser", "mobileAppsAndDesktopClients"])),
        "conditional",
        "old sign-in methods are not covered",
    ),
    (
        "modern clients, old ones blocked",
        |w| {
            w.add("P", |p| p.client_app_types = texts(&["browser", "mobileAppsAndDesktopClients"]));
            w.add("L", |p| {
                p.client_app_types = texts(&["exchangeActiveSync", "other"]);
                p.grant_controls = texts(&["block"]);
            });
        },
        "always",
        "",
    ),
    (
        "only old ones blocked",
        |w| {
            w.add("L", |p| {
                p.client_app_types = texts(&["exchangeActiveSync", "other"]);
                p.grant_controls = texts(&["block"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "or a managed device",
        |w| w.add("P", |p| p.grant_controls = texts(&["mfa", "compliantDevice"])),
        "conditional",
        "accepts a managed device in place of the second step",
    ),
    (
        "and a managed device",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&["mfa", "compliantDevice"]);
                p.grant_operator = Cell::Known(Some("AND".into()));
            });
        },
        "always",
        "",
    ),
    (
        "operator unread",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&["mfa", "compliantDevice"]);
                p.grant_operator = Cell::Unknown(gap());
            });
        },
        "unknown",
        "unknown",
    ),
    ("managed device alone", |w| w.add("P", |p| p.grant_controls = texts(&["compliantDevice"])), "never", NOBODY),
    (
        "terms of use alone",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&[]);
                p.other_grant_controls = texts(&["terms"]);
            });
        },
        "never",
        NOBODY,
    ),
    (
        "session controls alone",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&[]);
                p.grant_operator = Cell::Known(None);
                p.sign_in_frequency_hours = Cell::Known(Some(4));
            });
        },
        "never",
        NOBODY,
    ),
    ("a control added later", |w| w.add("P", |p| p.grant_controls = texts(&["newControl"])), "unknown", "unknown"),
    (
        "a strength",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&[]);
                p.authentication_strength = Cell::Known(Some("usual".into()));
            });
        },
        "always",
        "",
    ),
    (
        "a strength without second step",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&[]);
                p.authentication_strength = Cell::Known(Some("weak".into()));
            });
        },
        "never",
        NOBODY,
    ),
    (
        "strengths unread",
        |w| {
            w.datasets.authentication_strengths = Table::unread(gap());
            w.add("P", |p| {
                p.grant_controls = texts(&[]);
                p.authentication_strength = Cell::Known(Some("usual".into()));
            });
        },
        "unknown",
        "unknown",
    ),
    (
        "a device filter",
        |w| w.add("P", |p| p.device_filter = Cell::Known(Some("exclude".into()))),
        "conditional",
        "covers only some devices or sign-ins",
    ),
    (
        "another condition",
        |w| w.add("P", |p| p.other_conditions = texts(&["insiderRiskLevels"])),
        "conditional",
        "covers only some devices or sign-ins",
    ),
    ("security defaults", |w| w.datasets.security_defaults.rows[0].enabled = Cell::Known(true), "always", ""),
    ("security defaults unread", |w| w.datasets.security_defaults = Table::unread(gap()), "unknown", "unknown"),
    (
        "security defaults unread, all the same",
        |w| {
            w.datasets.security_defaults = Table::unread(gap());
            w.add("P", |_| {});
        },
        "always",
        "",
    ),
    ("per-user enforced", |w| w.user().per_user_mfa = Cell::Known(PerUserMfa::Enforced), "always", ""),
    (
        "per-user enabled",
        |w| w.user().per_user_mfa = Cell::Known(PerUserMfa::Enabled),
        "conditional",
        "asks only after the person has registered a method",
    ),
    ("per-user unread", |w| w.user().per_user_mfa = Cell::Unknown(gap()), "unknown", "unknown"),
    ("policies unread", |w| w.datasets.conditional_access_policies = Table::unread(gap()), "unknown", "unknown"),
    (
        "policies unread, per-user enforced",
        |w| {
            w.datasets.conditional_access_policies = Table::unread(gap());
            w.user().per_user_mfa = Cell::Known(PerUserMfa::Enforced);
        },
        "always",
        "",
    ),
];

#[test]
fn second_step() {
    let mut wrong = Vec::new();
    for (case, change, mfa, gaps) in MFA {
        let mut world = world();
        change(&mut world);
        let user = world.judged();
        let (found, said) = (word(&user.mfa), joined(&user.mfa_gaps));
        if found != *mfa || !said.contains(gaps) || (gaps.is_empty() && !said.is_empty()) {
            wrong.push(format!("{case}: {found} ({said}), expected {mfa} ({gaps})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_gap_is_the_one_that_decides() {
    let mut world = world();
    world.add("P", |p| p.exclude_groups = texts(&["g9"]));
    let user = world.judged();
    assert_eq!(user.mfa.gap().map(Gap::source), Some("microsoft365.group_members"));
}

#[test]
fn names_of_what_decides() {
    let mut world = world();
    world.add("Require", |p| p.client_app_types = texts(&["browser", "mobileAppsAndDesktopClients"]));
    world.add("Old", |p| {
        p.client_app_types = texts(&["exchangeActiveSync", "other"]);
        p.grant_controls = texts(&["block"]);
    });
    world.add("Aside", |p| p.state = Cell::Known(PolicyState::Disabled));
    assert_eq!(joined(&world.judged().mfa_by), "Old; Require");
}

type Other = (&'static str, fn(&mut World), fn(&User) -> String, &'static str);

fn block(p: &mut ConditionalAccessPolicy) {
    p.grant_controls = texts(&["block"]);
}

fn hours(user: &User) -> String {
    user.sign_in_frequency_hours.known().map_or("unknown".to_owned(), |hours| format!("{hours:?}"))
}

const OTHERS: &[Other] = &[
    ("weak MFA is not phishing-resistant", |w| w.add("P", |_| {}), |u| word(&u.phishing_resistant_mfa).into(), "never"),
    (
        "strong strength",
        |w| {
            w.add("P", |p| {
                p.grant_controls = texts(&[]);
                p.authentication_strength = Cell::Known(Some("strong".into()));
            });
        },
        |u| word(&u.phishing_resistant_mfa).into(),
        "always",
    ),
    (
        "security defaults are not phishing-resistant",
        |w| w.datasets.security_defaults.rows[0].enabled = Cell::Known(true),
        |u| word(&u.phishing_resistant_mfa).into(),
        "never",
    ),
    (
        "legacy by MFA for all clients",
        |w| w.add("P", |_| {}),
        |u| word(&u.legacy_authentication_blocked).into(),
        "always",
    ),
    (
        "legacy by block",
        |w| {
            w.add("P", |p| {
                block(p);
                p.client_app_types = texts(&["exchangeActiveSync", "other"]);
            });
        },
        |u| word(&u.legacy_authentication_blocked).into(),
        "always",
    ),
    (
        "legacy, half",
        |w| {
            w.add("P", |p| {
                block(p);
                p.client_app_types = texts(&["other"]);
            });
        },
        |u| word(&u.legacy_authentication_blocked).into(),
        "conditional",
    ),
    (
        "legacy by security defaults",
        |w| w.datasets.security_defaults.rows[0].enabled = Cell::Known(true),
        |u| word(&u.legacy_authentication_blocked).into(),
        "always",
    ),
    (
        "legacy, modern clients only",
        |w| w.add("P", |p| p.client_app_types = texts(&["browser"])),
        |u| word(&u.legacy_authentication_blocked).into(),
        "never",
    ),
    (
        "device code blocked",
        |w| {
            w.add("P", |p| {
                block(p);
                p.authentication_flows = texts(&["deviceCodeFlow"]);
            });
        },
        |u| word(&u.device_code_blocked).into(),
        "always",
    ),
    (
        "device code, another flow",
        |w| {
            w.add("P", |p| {
                block(p);
                p.authentication_flows = texts(&["authenticationTransfer"]);
            });
        },
        |u| word(&u.device_code_blocked).into(),
        "never",
    ),
    (
        "device code, not by defaults",
        |w| w.datasets.security_defaults.rows[0].enabled = Cell::Known(true),
        |u| word(&u.device_code_blocked).into(),
        "never",
    ),
    (
        "managed device",
        |w| w.add("P", |p| p.grant_controls = texts(&["compliantDevice", "domainJoinedDevice"])),
        |u| word(&u.managed_device_required).into(),
        "always",
    ),
    (
        "managed device or MFA",
        |w| w.add("P", |p| p.grant_controls = texts(&["compliantDevice", "mfa"])),
        |u| word(&u.managed_device_required).into(),
        "never",
    ),
    (
        "sign-in risk",
        |w| w.add("P", |p| p.sign_in_risk_levels = texts(&["medium", "high"])),
        |u| word(&u.sign_in_risk_response).into(),
        "always",
    ),
    (
        "sign-in risk, high only",
        |w| w.add("P", |p| p.sign_in_risk_levels = texts(&["high"])),
        |u| word(&u.sign_in_risk_response).into(),
        "conditional",
    ),
    ("MFA for all is no answer to risk", |w| w.add("P", |_| {}), |u| word(&u.sign_in_risk_response).into(), "never"),
    (
        "user risk",
        |w| {
            w.add("P", |p| {
                p.user_risk_levels = texts(&["high"]);
                p.grant_controls = texts(&["mfa", "passwordChange"]);
                p.grant_operator = Cell::Known(Some("AND".into()));
            });
        },
        |u| word(&u.user_risk_response).into(),
        "always",
    ),
    (
        "risk by security defaults",
        |w| w.datasets.security_defaults.rows[0].enabled = Cell::Known(true),
        |u| word(&u.user_risk_response).into(),
        "always",
    ),
    ("no frequency", |w| w.add("P", |_| {}), hours, "None"),
    ("frequency", |w| w.add("P", |p| p.sign_in_frequency_hours = Cell::Known(Some(12))), hours, "Some(12)"),
    (
        "the shorter frequency binds",
        |w| {
            w.add("P", |p| p.sign_in_frequency_hours = Cell::Known(Some(12)));
            w.add("Q", |p| p.sign_in_frequency_hours = Cell::Known(Some(4)));
        },
        hours,
        "Some(4)",
    ),
    (
        "the longest time over apps",
        |w| {
            w.add("P", |p| p.sign_in_frequency_hours = Cell::Known(Some(12)));
            w.add("Q", |p| {
                p.include_applications = texts(&["Office365"]);
                p.sign_in_frequency_hours = Cell::Known(Some(4));
            });
        },
        hours,
        "Some(12)",
    ),
    (
        "frequency for some apps",
        |w| {
            w.add("P", |p| {
                p.include_applications = texts(&["Office365"]);
                p.sign_in_frequency_hours = Cell::Known(Some(4));
            });
        },
        hours,
        "None",
    ),
    ("frequency unread", |w| w.add("P", |p| p.sign_in_frequency_hours = Cell::Unknown(gap())), hours, "unknown"),
    ("policies unread", |w| w.datasets.conditional_access_policies = Table::unread(gap()), hours, "unknown"),
    (
        "never stay signed in",
        |w| w.add("P", |p| p.persistent_browser = Cell::Known(Some("never".into()))),
        |u| word(&u.persistent_browser_blocked).into(),
        "always",
    ),
    (
        "always stay signed in",
        |w| w.add("P", |p| p.persistent_browser = Cell::Known(Some("always".into()))),
        |u| word(&u.persistent_browser_blocked).into(),
        "never",
    ),
];

#[test]
fn other_answers() {
    let mut wrong = Vec::new();
    for (case, change, read, expected) in OTHERS {
        let mut world = world();
        change(&mut world);
        let found = read(&world.judged());
        if found != *expected {
            wrong.push(format!("{case}: {found}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Accounts that stand alike are judged once: a large tenant takes seconds at most, even without optimisation.
#[test]
fn a_large_tenant() {
    let mut world = world();
    for index in 0..20 {
        world.add(&format!("P{index:02}"), |p| {
            p.exclude_groups = texts(&["g1"]);
            p.exclude_applications = Cell::Known(vec![format!("app{index}").into()]);
            p.exclude_locations = texts(&["AllTrusted"]);
        });
    }
    let one = world.datasets.users.rows[0].clone();
    world.datasets.users.rows.extend((2..20_000).map(|index| User { id: format!("u{index}").into(), ..one.clone() }));
    super::apply(&mut world.datasets, &world.members);
    let words = |index: usize| word(&world.datasets.users.rows[index].mfa);
    assert_eq!((words(0), words(1), words(19_998)), ("never", "conditional", "conditional"));
}
