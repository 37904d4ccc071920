//! Policies that mailboxes have: what of a calendar may be shown, and what Outlook lets people do.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{CalendarDetail, OutlookPolicy, PartnerOrganization, SharingPolicy};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::values::texts;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static SHARING_POLICIES: Source = Source {
    id: "microsoft365.sharing_policies",
    title: "What may be shown of calendars",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,Enabled,Default,Domains",
    call: Call::Cmdlet { name: "Get-SharingPolicy", parameters: "{}" },
    lists: &["sharing_policies"],
    fills: &["sharing_policies"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-sharingpolicy",
    ..CMDLET
};

pub(crate) static OUTLOOK_POLICIES: Source = Source {
    id: "microsoft365.outlook_policies",
    title: "What Outlook lets people do",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,IsDefault,AdditionalStorageProvidersAvailable,\
PersonalAccountsEnabled,PersonalAccountCalendarsEnabled,BookingsMailboxCreationEnabled",
    call: Call::Cmdlet { name: "Get-OwaMailboxPolicy", parameters: "{}" },
    lists: &["outlook_policies"],
    fills: &["outlook_policies"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-owamailboxpolicy",
    ..CMDLET
};

pub(crate) static ORGANIZATION_RELATIONSHIPS: Source = Source {
    id: "microsoft365.partner_organizations",
    title: "Organizations that may look into calendars",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,Enabled,DomainNames,FreeBusyAccessEnabled,\
FreeBusyAccessLevel",
    call: Call::Cmdlet { name: "Get-OrganizationRelationship", parameters: "{}" },
    lists: &["partner_organizations"],
    fills: &["partner_organizations"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-organizationrelationship",
    ..CMDLET
};

/// What the actions of a sharing policy let be seen, from least to most.
const ACTIONS: [(&str, CalendarDetail); 3] = [
    ("CalendarSharingFreeBusySimple", CalendarDetail::FreeBusy),
    ("CalendarSharingFreeBusyDetail", CalendarDetail::Subjects),
    ("CalendarSharingFreeBusyReviewer", CalendarDetail::Everything),
];

/// How much of a calendar is seen, and whether contacts are.
type Shown = (CalendarDetail, bool);

/// What actions let be seen; none where one of them is not known here.
fn shown(actions: &str) -> Option<Shown> {
    let (mut most, mut contacts) = (None, false);
    for action in actions.split(',').map(str::trim) {
        match ACTIONS.iter().position(|(name, _)| *name == action) {
            Some(rank) => most = most.max(Some(rank)),
            None if action == "ContactsSharing" => contacts = true,
            None => return None,
        }
    }
    Some((most.map_or(CalendarDetail::Nothing, |rank| ACTIONS[rank].1), contacts))
}

/// The most that anybody sees, by the entries for everybody (`Anonymous`) and for every organization (`*`). An entry is
/// `domain:action, action`.
fn for_anybody(entries: &[Text]) -> Option<Shown> {
    let mut actions = Vec::new();
    for entry in entries {
        let (domain, what) = entry.split_once(':')?;
        if ["*", "anonymous"].contains(&domain.trim().to_ascii_lowercase().as_str()) {
            actions.push(what);
        }
    }
    if actions.is_empty() { Some((CalendarDetail::Nothing, false)) } else { shown(&actions.join(",")) }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SharingWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    default: Field<bool>,
    #[serde(default)]
    domains: Field<Value>,
}

impl SharingWire {
    pub(crate) fn row(self) -> SharingPolicy {
        let source = &SHARING_POLICIES;
        let most = match texts(self.domains, source) {
            Cell::Known(entries) => for_anybody(&entries).ok_or_else(|| unclear(source)).into(),
            Cell::Unknown(gap) => Cell::Unknown(gap),
        };
        SharingPolicy {
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            is_default: self.default.needed(source),
            anybody_sees: most.clone().map(|(detail, _)| detail),
            anybody_gets_contacts: most.map(|(_, contacts)| contacts),
            ..SharingPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OutlookWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    is_default: Field<bool>,
    #[serde(default)]
    additional_storage_providers_available: Field<bool>,
    #[serde(default)]
    personal_accounts_enabled: Field<bool>,
    #[serde(default)]
    personal_account_calendars_enabled: Field<bool>,
    #[serde(default)]
    bookings_mailbox_creation_enabled: Field<bool>,
}

impl OutlookWire {
    pub(crate) fn row(self) -> OutlookPolicy {
        let source = &OUTLOOK_POLICIES;
        OutlookPolicy {
            name: self.name.needed(source),
            is_default: self.is_default.needed(source),
            private_drives: self.additional_storage_providers_available.needed(source),
            private_accounts: self.personal_accounts_enabled.needed(source),
            private_calendars: self.personal_account_calendars_enabled.needed(source),
            makes_booking_pages: self.bookings_mailbox_creation_enabled.needed(source),
            ..OutlookPolicy::new(self.guid)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RelationshipWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    domain_names: Field<Value>,
    #[serde(default)]
    free_busy_access_enabled: Field<bool>,
    #[serde(default)]
    free_busy_access_level: Field<Text>,
}

/// What a partner sees; none where that is not said, or in a word that is not known here.
fn partner_sees(access: Option<bool>, level: Option<&str>) -> Option<CalendarDetail> {
    match (access, level) {
        (Some(false), _) | (_, Some("None")) => Some(CalendarDetail::Nothing),
        (Some(true), Some("AvailabilityOnly")) => Some(CalendarDetail::FreeBusy),
        (Some(true), Some("LimitedDetails")) => Some(CalendarDetail::Subjects),
        _ => None,
    }
}

impl RelationshipWire {
    pub(crate) fn row(self) -> PartnerOrganization {
        let source = &ORGANIZATION_RELATIONSHIPS;
        let level = self.free_busy_access_level.value().map(Text::as_str);
        let calendar = partner_sees(self.free_busy_access_enabled.value().copied(), level);
        PartnerOrganization {
            name: self.name.needed(source),
            enabled: self.enabled.needed(source),
            domains: texts(self.domain_names, source)
                .map(|names| names.iter().map(|name| Text::from(name.to_ascii_lowercase())).collect()),
            calendar: calendar.ok_or_else(|| unclear(source)).into(),
            ..PartnerOrganization::new(self.guid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_for_anybody_are_taken_together() {
        use CalendarDetail::{Everything, FreeBusy, Nothing, Subjects};
        let cases: [(&[&str], Option<Shown>); 8] = [
            (&[], Some((Nothing, false))),
            (&["partner.example:CalendarSharingFreeBusyReviewer"], Some((Nothing, false))),
            (&["*:CalendarSharingFreeBusySimple"], Some((FreeBusy, false))),
            (
                &["Anonymous:CalendarSharingFreeBusyReviewer", "*:CalendarSharingFreeBusySimple"],
                Some((Everything, false)),
            ),
            (
                &["anonymous: CalendarSharingFreeBusySimple", "*: CalendarSharingFreeBusyDetail"],
                Some((Subjects, false)),
            ),
            (&["*:ContactsSharing, CalendarSharingFreeBusyDetail"], Some((Subjects, true))),
            (&["*:CalendarSharingEverythingAndMore"], None),
            (&["no colon"], None),
        ];
        for (entries, expected) in cases {
            let entries: Vec<Text> = entries.iter().copied().map(Text::from).collect();
            assert_eq!(for_anybody(&entries), expected, "{entries:?}");
        }
    }

    #[test]
    fn a_partner_sees_nothing_without_access() {
        use CalendarDetail::{FreeBusy, Nothing, Subjects};
        let cases = [
            (Some(false), Some("LimitedDetails"), Some(Nothing)),
            (None, Some("None"), Some(Nothing)),
            (Some(true), Some("AvailabilityOnly"), Some(FreeBusy)),
            (Some(true), Some("LimitedDetails"), Some(Subjects)),
            (None, Some("LimitedDetails"), None),
            (Some(true), Some("FullDetails"), None),
            (Some(true), None, None),
        ];
        for (access, level, expected) in cases {
            assert_eq!(partner_sees(access, level), expected, "{access:?} {level:?}");
        }
    }
}
