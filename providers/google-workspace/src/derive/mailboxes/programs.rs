//! Which programs copy mailboxes: a mailbox's own switch does nothing while that of its unit is off.

use tenantscan_model::{Cell, Datasets};

use super::allowed::{Allowed, Setting};

pub(super) fn apply(data: &mut Datasets) {
    let mut mailboxes = std::mem::take(&mut data.mailboxes);
    let allowed = Allowed::new(data);
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
    use tenantscan_model::rows::{GoogleGmailSettings, Mailbox, User};
    use tenantscan_model::{Cause, Gap, Table};

    use super::*;

    #[test]
    fn both_switches_must_be_on() {
        let cell =
            |value: Option<bool>| value.map_or_else(|| Cell::Unknown(Gap::new(Cause::Timeout, "x")), Cell::Known);
        // The mailbox's own switch, those of its unit, and what comes of them.
        let cases: [(Option<bool>, &[Option<bool>], Option<bool>); 8] = [
            (Some(true), &[Some(true)], Some(true)),
            (Some(true), &[Some(false)], Some(false)),
            (Some(false), &[Some(true)], Some(false)),
            (Some(true), &[None], None),
            (Some(false), &[None], Some(false)),
            (None, &[Some(false)], Some(false)),
            (None, &[Some(true)], None),
            (Some(true), &[Some(true), Some(false)], None),
        ];
        for (own, units, expected) in cases {
            let settings = units.iter().enumerate().map(|(number, on)| GoogleGmailSettings {
                unit: Cell::Known("/Clinic".into()),
                imap: cell(*on),
                pop: Cell::Known(true),
                ..GoogleGmailSettings::new(format!("s{number}"))
            });
            let mut data = Datasets {
                users: Table::complete(vec![User { org_unit: Cell::Known(Some("/Clinic".into())), ..User::new("u") }]),
                mailboxes: Table::complete(vec![Mailbox { imap_enabled: cell(own), ..Mailbox::new("u") }]),
                google_gmail_settings: Table::complete(settings.collect()),
                ..Datasets::default()
            };
            apply(&mut data);
            assert_eq!(data.mailboxes.rows[0].imap_enabled.known().copied(), expected, "{own:?} {units:?}");
        }
    }
}
