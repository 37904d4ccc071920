//! What the settings let people do with their mailboxes: whatever they set up themselves, these stand above.

use std::collections::HashMap;

use tenantscan_model::rows::GoogleGmailSettings;
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text};

use crate::settings::situation::Situations;
use crate::sources::policies::POLICIES;

/// The columns that the answers rest on.
pub(super) const AUTO_FORWARDING: &str = "google_gmail_settings.auto_forwarding";
pub(super) const IMAP: &str = "google_gmail_settings.imap";
pub(super) const POP: &str = "google_gmail_settings.pop";

/// A setting of Gmail.
pub(crate) type Setting = fn(&GoogleGmailSettings) -> &Cell<bool>;

/// What holds for each account.
pub(crate) struct Allowed<'a> {
    /// By situation.
    settings: Result<HashMap<&'a str, &'a GoogleGmailSettings>, Gap>,
    situations: Option<&'a Situations>,
}

impl<'a> Allowed<'a> {
    pub(crate) fn new(data: &'a Datasets, situations: Option<&'a Situations>) -> Self {
        let settings = data.google_gmail_settings.read().map_err(Clone::clone);
        Self { settings: settings.map(|rows| rows.iter().map(|row| (row.id.as_str(), row)).collect()), situations }
    }

    /// Whether a setting is on for an account, by its id.
    pub(crate) fn is_on(&self, account: &Text, setting: Setting) -> Result<bool, Gap> {
        let settings = self.settings.as_ref().map_err(Clone::clone)?;
        let situations = self.situations.ok_or_else(|| Gap::new(Cause::NotCollected, POLICIES.id))?;
        let label = situations.of(account).map(|index| situations.all[index].label.as_str());
        let row = label.and_then(|label| settings.get(label)).ok_or_else(|| Gap::new(Cause::Malformed, POLICIES.id))?;
        setting(row).read().copied().map_err(Clone::clone)
    }
}
