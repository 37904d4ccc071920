//! The datasets of settings, from what was read.

use std::collections::{BTreeMap, BTreeSet};

use tenantscan_model::rows::{
    ConsoleSettings, EffectiveSetting, GoogleServiceState, GoogleTakeoutState, SettingType, UnappliedPolicy,
};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Row, Table, Text};

use super::catalogue::{Field, services};
use super::columns::View;
use super::policy::Policy;
use super::resolve::{Effective, Held, Origin, Settings, is_read};
use super::situation::{Memberships, Person, Situation, Situations, Tied, situations};
use super::units::Units;
use super::{alerts, mail_rules, rules};

const SERVICE_STATUS: &str = ".service_status";
const SERVICE_STATE: &str = "serviceState";
const USER_TAKEOUT: &str = ".user_takeout";
const TAKEOUT_STATUS: &str = "takeoutStatus";
/// The service whose own switch is that of Takeout for every service without one. Source:
/// support.google.com/a/answer/6396995.
const TAKEOUT: &str = "takeout";

/// What was read of a customer, as far as settings need it.
pub(crate) struct Read<'a> {
    /// All policies; a gap where the list was not read to its end.
    pub(crate) policies: Result<&'a [Policy], &'a Gap>,
    pub(crate) people: Result<&'a [Person], &'a Gap>,
    pub(crate) memberships: &'a Memberships,
    /// Id of the source of policies, for gaps.
    pub(crate) source: &'a str,
    /// The gap of a setting that no policy names and that has no documented default.
    pub(crate) unsaid: &'a Gap,
    /// The gap of what is not understood of a rule for mail.
    pub(crate) mail_rule: &'a Gap,
    /// The gap of what is not understood of a rule that looks for data.
    pub(crate) dlp_rule: &'a Gap,
}

/// Fills every dataset of settings. An unread list of policies leaves all of them unread: whatever a policy says, one that
/// was not read may say otherwise. So do unread units.
pub(crate) fn fill(data: &mut Datasets, read: &Read<'_>) -> Option<Situations> {
    match (read.policies, data.org_units.read()) {
        (Err(gap), _) | (_, Err(gap)) => {
            unread(data, &gap.clone());
            None
        }
        (Ok(policies), Ok(_)) => Some(known(data, policies, read)),
    }
}

fn unread(data: &mut Datasets, gap: &Gap) {
    data.setting_types = Table::unread(gap.clone());
    data.unapplied_policies = Table::unread(gap.clone());
    data.situations = Table::unread(gap.clone());
    data.effective_settings = Table::unread(gap.clone());
    data.google_service_states = Table::unread(gap.clone());
    data.google_takeout_states = Table::unread(gap.clone());
    data.google_alert_rules = Table::unread(gap.clone());
    data.google_dlp_rules = Table::unread(gap.clone());
    data.google_dlp_coverage = Table::unread(gap.clone());
    data.google_sign_in_settings = Table::unread(gap.clone());
    data.google_drive_settings = Table::unread(gap.clone());
    data.google_calendar_settings = Table::unread(gap.clone());
    data.google_group_settings = Table::unread(gap.clone());
    data.google_site_settings = Table::unread(gap.clone());
    data.google_gmail_settings = Table::unread(gap.clone());
    data.google_mail_rules = Table::unread(gap.clone());
    data.google_chat_settings = Table::unread(gap.clone());
    data.google_meet_settings = Table::unread(gap.clone());
    data.google_app_settings = Table::unread(gap.clone());
}

fn known(data: &mut Datasets, policies: &[Policy], read: &Read<'_>) -> Situations {
    let units = Units::new(&data.org_units.rows);
    let names: BTreeMap<Text, Text> =
        data.groups.rows.iter().filter_map(|row| Some((row.id.clone(), row.name.known()?.clone()))).collect();
    let (mut groups, mut products) = (BTreeSet::new(), BTreeSet::new());
    policies.iter().for_each(|policy| policy.query.names(&mut groups, &mut products));
    let gap = Gap::new(Cause::Malformed, read.source);
    let tied = Tied { groups, products, names: &names, memberships: read.memberships, gap: &gap };
    let found = situations(&units, read.people, &tied);
    let settings = Settings::new(policies, &units, &names, read.source);
    let effective: Vec<Effective> = found.all.iter().map(|situation| settings.effective(situation)).collect();
    let pairs: Vec<(&Situation, &Effective)> = found.all.iter().zip(&effective).collect();

    data.setting_types = setting_types(policies);
    data.unapplied_policies =
        Table::complete(settings.unapplied.iter().map(|it| unapplied(it.policy, it.reason)).collect());
    data.situations = Table::complete(found.all.iter().map(situation_row).collect());
    let every = pairs.iter().flat_map(|(situation, effective)| {
        effective.iter().map(move |(field, held)| effective_row(situation, field, held))
    });
    data.effective_settings = Table::complete(every.collect());
    data.google_service_states = Table::complete(service_states(&pairs, read));
    data.google_takeout_states = Table::complete(takeout_states(&pairs, read));
    data.google_alert_rules = Table::complete(alerts::alert_rules(&settings, &data.users, read.unsaid, read.source));
    data.google_dlp_rules = Table::complete(rules::dlp_rules(&settings, read.dlp_rule));
    data.google_dlp_coverage = Table::complete(rules::dlp_coverage(&settings, &found.all, read.dlp_rule));
    data.google_sign_in_settings = typed(&pairs, read);
    data.google_drive_settings = typed(&pairs, read);
    data.google_calendar_settings = typed(&pairs, read);
    data.google_group_settings = typed(&pairs, read);
    data.google_site_settings = typed(&pairs, read);
    data.google_gmail_settings = typed(&pairs, read);
    data.google_mail_rules = Table::complete(mail_rules::rows(&settings, &pairs, &data.domains, read.mail_rule));
    data.google_chat_settings = typed(&pairs, read);
    data.google_meet_settings = typed(&pairs, read);
    data.google_app_settings = typed(&pairs, read);
    found
}

fn typed<R: Row + for<'a> From<View<'a>>>(pairs: &[(&Situation, &Effective)], read: &Read<'_>) -> Table<R> {
    Table::complete(pairs.iter().map(|(situation, effective)| View::new(effective, situation, read).into()).collect())
}

fn setting_types(policies: &[Policy]) -> Table<SettingType> {
    let mut counts: BTreeMap<&Text, i64> = BTreeMap::new();
    for policy in policies {
        *counts.entry(&policy.setting).or_default() += 1;
    }
    let row = |(setting, count): (&Text, i64)| {
        let mut row = SettingType::new(setting.clone());
        row.known = Cell::Known(is_read(setting));
        row.policies = Cell::Known(count);
        row
    };
    Table::complete(counts.into_iter().map(row).collect())
}

fn unapplied(policy: &Policy, reason: &str) -> UnappliedPolicy {
    let mut row = UnappliedPolicy::new(policy.name.clone());
    row.setting = Cell::Known(policy.setting.clone());
    row.reason = Cell::Known(reason.into());
    row
}

fn situation_row(situation: &Situation) -> tenantscan_model::rows::Situation {
    let mut row = tenantscan_model::rows::Situation::new(situation.label.clone());
    row.unit = Cell::Known(situation.path.clone());
    row.groups = Cell::Known(situation.group_names.clone());
    row.products = Cell::Known(situation.held());
    row.people = situation.people.clone();
    row
}

fn effective_row(situation: &Situation, (setting, field): &Field, held: &Result<Held, Gap>) -> EffectiveSetting {
    let mut row = EffectiveSetting::new(format!("{}: {setting}.{field}", situation.label));
    row.situation = Cell::Known(situation.label.clone());
    row.people = situation.people.clone();
    row.setting = Cell::Known(setting.clone());
    row.field = Cell::Known(field.clone());
    let held = held.as_ref().map_err(Clone::clone);
    row.value = held.clone().map(|held| held.value.to_string().into()).into();
    let by = |held: &Held| match &held.origin {
        Origin::Policies(by) => by.clone(),
        Origin::Default => "default of Google".into(),
    };
    row.set_by = held.clone().map(by).into();
    row.is_default = held.map(|held| held.origin == Origin::Default).into();
    row
}

/// A word; one that no policy says is not known.
fn word(held: Option<&Result<Held, Gap>>, read: &Read<'_>) -> Cell<Text> {
    match held {
        None => Cell::Unknown(read.unsaid.clone()),
        Some(Err(gap)) => Cell::Unknown(gap.clone()),
        Some(Ok(held)) => {
            held.value.as_str().map(Text::from).ok_or_else(|| Gap::new(Cause::Malformed, read.source)).into()
        }
    }
}

fn service_states(pairs: &[(&Situation, &Effective)], read: &Read<'_>) -> Vec<GoogleServiceState> {
    let mut rows = Vec::new();
    for (situation, effective) in pairs {
        for (service, held) in states(effective, &services().not_covered_asked, SERVICE_STATUS, SERVICE_STATE) {
            let mut row = GoogleServiceState::new(format!("{}: {service}", situation.label));
            row.situation = Cell::Known(situation.label.clone());
            row.people = situation.people.clone();
            row.service = Cell::Known(service.into());
            row.state = word(held, read);
            row.covered = services().covers(service).ok_or_else(|| read.unsaid.clone()).into();
            rows.push(row);
        }
    }
    rows
}

fn takeout_states(pairs: &[(&Situation, &Effective)], read: &Read<'_>) -> Vec<GoogleTakeoutState> {
    let mut rows = Vec::new();
    for (situation, effective) in pairs {
        let others = effective.get(&(format!("{TAKEOUT}{SERVICE_STATUS}").into(), SERVICE_STATE.into()));
        let each = states(effective, &services().takeout, USER_TAKEOUT, TAKEOUT_STATUS);
        for (service, held) in each.into_iter().chain([(TAKEOUT, others)]) {
            let mut row = GoogleTakeoutState::new(format!("{}: {service}", situation.label));
            row.situation = Cell::Known(situation.label.clone());
            row.people = situation.people.clone();
            row.service = Cell::Known(service.into());
            row.state = word(held, read);
            rows.push(row);
        }
    }
    rows
}

/// The state of each service that a policy names, and of each that is asked for whether or not one does.
fn states<'a>(
    effective: &'a Effective,
    asked: &'a [Text],
    setting: &str,
    field: &str,
) -> BTreeMap<&'a str, Option<&'a Result<Held, Gap>>> {
    let mut states: BTreeMap<&str, Option<&Result<Held, Gap>>> =
        asked.iter().map(|service| (service.as_str(), None)).collect();
    let named = effective.iter().filter(|((_, name), _)| *name == field);
    states.extend(named.filter_map(|((name, _), held)| Some((name.strip_suffix(setting)?, Some(held)))));
    states
}

/// Settings that no API shows: each column with the source that says where a person looks.
pub(crate) fn console(data: &mut Datasets, gaps: [Gap; 4]) {
    let [signed, managed, retention, services] = gaps;
    let mut row = ConsoleSettings::new("Admin console");
    row.mail_signed = Cell::Unknown(signed);
    row.managed_devices_only = Cell::Unknown(managed);
    row.retention_days = Cell::Unknown(retention);
    row.services_without_switch = Cell::Unknown(services);
    data.console_settings = Table::complete(vec![row]);
}
