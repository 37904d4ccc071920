//! What the settings of a unit let its people do with their mailboxes: whatever they set up themselves, these stand above.

use std::collections::HashMap;

use tenantscan_model::rows::{GoogleGmailSettings, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text};

/// The columns that the answers rest on.
pub(super) const AUTO_FORWARDING: &str = "google_gmail_settings.auto_forwarding";
pub(super) const IMAP: &str = "google_gmail_settings.imap";
pub(super) const POP: &str = "google_gmail_settings.pop";

/// A setting of Gmail.
pub(super) type Setting = fn(&GoogleGmailSettings) -> &Cell<bool>;

/// What holds for each account, by its id.
pub(super) struct Allowed<'a> {
    users: HashMap<&'a str, &'a User>,
    /// Rows of one unit differ by the groups that its people are in.
    units: Result<HashMap<&'a str, Vec<&'a GoogleGmailSettings>>, Gap>,
}

impl<'a> Allowed<'a> {
    pub(super) fn new(data: &'a Datasets) -> Self {
        let settings = data.google_gmail_settings.read().map_err(Clone::clone);
        let units = settings.and_then(|rows| {
            let mut units: HashMap<&str, Vec<&GoogleGmailSettings>> = HashMap::new();
            for row in rows {
                let unit = row.unit.read().map_err(Clone::clone)?;
                units.entry(unit).or_default().push(row);
            }
            Ok(units)
        });
        Self { users: data.users.rows.iter().map(|user| (user.id.as_str(), user)).collect(), units }
    }

    /// Whether a setting is on for an account. Where people of one unit are in groups with settings of their own, and those
    /// differ, it is not known: which row is whose does not stand in the rows.
    pub(super) fn is_on(&self, account: &Text, setting: Setting) -> Result<bool, Gap> {
        let unclear = || Gap::new(Cause::Malformed, "google-workspace.org_units");
        let units = self.units.as_ref().map_err(Clone::clone)?;
        let user = self.users.get(account.as_str()).ok_or_else(unclear)?;
        let unit = user.org_unit.read().map_err(Clone::clone)?.as_ref().ok_or_else(unclear)?;
        let rows = units.get(unit.as_str()).ok_or_else(unclear)?;
        let mut found = None;
        for row in rows {
            let value = *setting(row).read().map_err(Clone::clone)?;
            if found.replace(value).is_some_and(|before| before != value) {
                return Err(Gap::new(Cause::Unavailable, "google-workspace.group_members"));
            }
        }
        found.ok_or_else(unclear)
    }
}
