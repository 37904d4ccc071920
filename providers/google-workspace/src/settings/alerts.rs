//! Rules of Google that warn administrators: whether they are on, and whom they mail.

use std::collections::BTreeSet;

use serde_json::Value;
use tenantscan_model::rows::{AlertReach, GoogleAlertRule, User};
use tenantscan_model::{Cause, Gap, Table, Text};

use super::catalogue::services;
use super::policy::Policy;
use super::resolve::Settings;

const SETTING: &str = "rule.system_defined_alerts";
/// Stands for the recipient `allSuperAdmins`.
const SUPER_ADMINS: &str = "all super administrators";

/// Each rule that a policy names, and each of the dated list. They hold for everybody. Of several policies for one rule
/// the first in the vendor's order counts; what it does not say, or another that may come first says otherwise, is not
/// known.
pub(crate) fn alert_rules(
    settings: &Settings<'_>,
    users: &Table<User>,
    unsaid: &Gap,
    source: &str,
) -> Vec<GoogleAlertRule> {
    let mut names: BTreeSet<Text> = services().alert_rules.iter().cloned().collect();
    names.extend(settings.beside(SETTING).filter_map(|(policy, _)| text(policy, "displayName")));
    let row = |name: Text| {
        // A policy without a name may be for any rule.
        let speaks = |policy: &Policy| text(policy, "displayName").is_none_or(|it| it == name);
        let leading: Vec<&Policy> = settings.leading(SETTING, speaks);
        let mut row = GoogleAlertRule::new(name);
        row.state = agreed(&leading, |policy| text(policy, "state"), unsaid, source).into();
        let recipients = agreed(&leading, recipients, unsaid, source);
        row.reaches = recipients.clone().and_then(|it| reach(&it, users)).into();
        row.recipients = recipients.into();
        row
    };
    names.into_iter().map(row).collect()
}

fn text(policy: &Policy, field: &str) -> Option<Text> {
    policy.fields.get(field).and_then(Value::as_str).map(Text::from)
}

/// What all policies that may count say.
fn agreed<T: Ord + Clone>(
    leading: &[&Policy],
    says: impl Fn(&Policy) -> Option<T>,
    unsaid: &Gap,
    source: &str,
) -> Result<T, Gap> {
    let says = |policy: &&Policy| text(policy, "displayName").and_then(|_| says(policy));
    let said: BTreeSet<Option<T>> = leading.iter().map(says).collect();
    match said.iter().collect::<Vec<_>>()[..] {
        [] => Err(unsaid.clone()),
        [Some(one)] => Ok(one.clone()),
        _ => Err(Gap::new(Cause::Malformed, source)),
    }
}

/// Whom a rule mails; none where it does not say what it does, or mails what is not understood. An answer leaves a list
/// without entries out. Google describes no recipients but `allSuperAdmins`; one that names an address is that address.
fn recipients(policy: &Policy) -> Option<Vec<Text>> {
    let does = policy.fields.get("action")?.get("alertCenterAction")?.as_object()?;
    let Some(listed) = does.get("recipients") else { return Some(Vec::new()) };
    let mut all = BTreeSet::new();
    for recipient in listed.as_array()? {
        for (key, value) in recipient.as_object()? {
            match (key.as_str(), value) {
                ("allSuperAdmins", Value::Bool(true)) => drop(all.insert(SUPER_ADMINS.into())),
                (_, Value::Bool(false)) => {}
                (_, Value::String(address)) if address.contains('@') => drop(all.insert(Text::from(address.as_str()))),
                _ => return None,
            }
        }
    }
    Some(all.into_iter().collect())
}

/// Whether somebody gets the mail. Who reads an address that is no account's, such as a group's, no API tells.
fn reach(recipients: &[Text], users: &Table<User>) -> Result<AlertReach, Gap> {
    if recipients.is_empty() {
        return Ok(AlertReach::Nobody);
    }
    if recipients.iter().any(|it| *it == SUPER_ADMINS) {
        return Ok(AlertReach::Account);
    }
    let users = users.read().map_err(Clone::clone)?;
    let mut reaches = AlertReach::Nobody;
    let mut open = None;
    for address in recipients {
        let mut found = false;
        for user in users {
            match (user.principal_name.read(), user.enabled.read()) {
                (Ok(name), _) if !name.eq_ignore_ascii_case(address) => {}
                (Ok(_), Ok(true)) => return Ok(AlertReach::Account),
                (Ok(_), Ok(false)) => found = true,
                (Err(gap), _) | (_, Err(gap)) => drop(open.get_or_insert_with(|| gap.clone())),
            }
        }
        if !found {
            reaches = AlertReach::Elsewhere;
        }
    }
    open.map_or(Ok(reaches), Err)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use tenantscan_model::Cell;

    use super::*;
    use crate::settings::query::Query;

    fn said(action: &Value) -> Option<Vec<Text>> {
        let fields = BTreeMap::from([("action".into(), action.clone())]);
        let (name, setting) = ("policies/1".into(), SETTING.into());
        recipients(&Policy { name, setting, fields, query: Query::parse(""), author: None, order: None })
    }

    #[test]
    fn a_rule_mails_whom_it_names_and_nobody_where_it_names_nobody() {
        let mails = |listed: Value| said(&json!({"alertCenterAction": {"recipients": listed}}));
        assert_eq!(mails(json!([{"allSuperAdmins": true}])), Some(vec![SUPER_ADMINS.into()]));
        assert_eq!(mails(json!([{"email": "ana@willow.example"}])), Some(vec!["ana@willow.example".into()]));
        assert_eq!(mails(json!([{"allSuperAdmins": false}])), Some(vec![]));
        assert_eq!(mails(json!([])), Some(vec![]));
        assert_eq!(said(&json!({"alertCenterAction": {"alertCenterConfig": {"severity": "LOW"}}})), Some(vec![]));
        assert_eq!(said(&json!({})), None, "what it does is not said");
        assert_eq!(mails(json!([{"role": "7"}])), None, "a recipient that nobody describes");
        assert_eq!(mails(json!("all")), None);
    }

    #[test]
    fn a_closed_account_gets_no_mail_and_of_other_addresses_nobody_knows() {
        let account = |name: &str, enabled: bool| {
            let mut user = User::new(name);
            user.principal_name = Cell::Known(name.into());
            user.enabled = Cell::Known(enabled);
            user
        };
        let mut users = Table::complete(vec![account("ana@willow.example", true), account("bo@willow.example", false)]);
        let of = |users: &Table<User>, listed: &[&str]| {
            reach(&listed.iter().map(|it| Text::from(*it)).collect::<Vec<_>>(), users).map_err(|gap| gap.cause())
        };
        assert_eq!(of(&users, &[]), Ok(AlertReach::Nobody));
        assert_eq!(of(&users, &["bo@willow.example"]), Ok(AlertReach::Nobody));
        assert_eq!(of(&users, &["bo@willow.example", "Ana@willow.example"]), Ok(AlertReach::Account));
        assert_eq!(of(&users, &["bo@willow.example", "alerts@willow.example"]), Ok(AlertReach::Elsewhere));
        users.rows[1].enabled = Cell::Unknown(Gap::new(Cause::PermissionMissing, "google-workspace.users"));
        assert_eq!(of(&users, &["bo@willow.example"]), Err(Cause::PermissionMissing));
        let unread = Table::unread(Gap::new(Cause::Timeout, "google-workspace.users"));
        assert_eq!(of(&unread, &["ana@willow.example"]), Err(Cause::Timeout));
        assert_eq!(of(&unread, &[SUPER_ADMINS]), Ok(AlertReach::Account));
    }
}
