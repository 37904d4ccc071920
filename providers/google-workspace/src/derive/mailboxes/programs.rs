//! Which programs copy mailboxes: a mailbox's own switch does nothing while that of its unit is off.

use tenantscan_model::{Cell, Datasets};

use super::allowed::{Allowed, Setting};
use crate::settings::situation::Situations;

pub(super) fn apply(data: &mut Datasets, situations: Option<&Situations>) {
    let mut mailboxes = std::mem::take(&mut data.mailboxes);
    let allowed = Allowed::new(data, situations);
    for row in &mut mailboxes.rows {
        let account = row.id.clone();
        let both = |own: &Cell<bool>, setting: Setting| match (own.read(), allowed.is_on(&account, setting)) {
            (Ok(false), _) | (_, Ok(false)) => Cell::Known(false),
            (Ok(true), Ok(true)) => Cell::Known(true),
            (Err(gap), _) => Cell::Unknown(gap.clone()),
            (_, Err(gap)) => Cell::Unknown(gap),
        };
        row.imap_enabled = both(&row.imap_enabled, |setting| &setting.imap);
        row.pop_enabled = both(&row.pop_enabled, |setting| &setting.pop);
    }
    data.mailboxes = mailboxes;
}

#[cfg(test)]
mod tests {
    use tenantscan_model::rows::{GoogleGmailSettings, Mailbox};
    use tenantscan_model::{Cause, Gap, Table};

    use super::*;
    use crate::settings::situation::in_unit;

    #[test]
    fn both_switches_must_be_on() {
        let cell =
            |value: Option<bool>| value.map_or_else(|| Cell::Unknown(Gap::new(Cause::Timeout, "x")), Cell::Known);
        // The mailbox's own switch, that of its unit, and what comes of them.
        let cases = [
            (Some(true), Some(true), Some(true)),
            (Some(true), Some(false), Some(false)),
            (Some(false), Some(true), Some(false)),
            (Some(true), None, None),
            (Some(false), None, Some(false)),
            (None, Some(false), Some(false)),
            (None, Some(true), None),
        ];
        for (own, unit, expected) in cases {
            let setting =
                GoogleGmailSettings { imap: cell(unit), pop: Cell::Known(true), ..GoogleGmailSettings::new("/Clinic") };
            let mut data = Datasets {
                mailboxes: Table::complete(vec![Mailbox { imap_enabled: cell(own), ..Mailbox::new("u") }]),
                google_gmail_settings: Table::complete(vec![setting]),
                ..Datasets::default()
            };
            apply(&mut data, Some(&in_unit("u", "/Clinic")));
            assert_eq!(data.mailboxes.rows[0].imap_enabled.known().copied(), expected, "{own:?} {unit:?}");
        }
    }
}
