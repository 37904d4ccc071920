//! What guests may do in Teams.

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_model::rows::{TeamsGuestMeetings, TeamsGuestMessaging};
use tenantscan_provider::Source;

use super::{Identified, SHOWN};
use tenantscan_provider::Field;

pub(crate) static GUEST_MESSAGING: Source = Source {
    id: "microsoft365.teams_guest_messaging",
    title: "What guests may do with their messages",
    path: "/Skype.Policy/configurations/TeamsGuestMessagingConfiguration",
    lists: &["teams_guest_messaging"],
    fills: &["teams_guest_messaging.id", "teams_guest_messaging.edit", "teams_guest_messaging.delete"],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsguestmessagingconfiguration",
    ..SHOWN
};

pub(crate) static GUEST_MEETINGS: Source = Source {
    id: "microsoft365.teams_guest_meetings",
    title: "What guests may do in meetings",
    path: "/Skype.Policy/configurations/TeamsGuestMeetingConfiguration",
    lists: &["teams_guest_meetings"],
    fills: &["teams_guest_meetings.id", "teams_guest_meetings.transcription"],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsguestmeetingconfiguration",
    ..SHOWN
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GuestMessagingWire {
    identity: Text,
    #[serde(default)]
    allow_user_edit_message: Field<bool>,
    #[serde(default)]
    allow_user_delete_message: Field<bool>,
}

impl Identified for GuestMessagingWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl GuestMessagingWire {
    pub(crate) fn row(self) -> TeamsGuestMessaging {
        TeamsGuestMessaging {
            edit: self.allow_user_edit_message.needed(&GUEST_MESSAGING),
            delete: self.allow_user_delete_message.needed(&GUEST_MESSAGING),
            ..TeamsGuestMessaging::new(self.identity)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GuestMeetingsWire {
    identity: Text,
    #[serde(default)]
    allow_transcription: Field<bool>,
}

impl Identified for GuestMeetingsWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl GuestMeetingsWire {
    pub(crate) fn row(self) -> TeamsGuestMeetings {
        TeamsGuestMeetings {
            transcription: self.allow_transcription.needed(&GUEST_MEETINGS),
            ..TeamsGuestMeetings::new(self.identity)
        }
    }
}
