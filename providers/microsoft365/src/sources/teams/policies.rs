//! Meeting policies, what the Teams app offers, and how chats are guarded.

use serde::Deserialize;
use tenantscan_model::rows::{TeamsClient, TeamsMeetingPolicy, TeamsMeetingSettings, TeamsMessaging};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::Source;

use super::{Identified, SHOWN, named};
use tenantscan_provider::{Field, unclear};

pub(crate) static MEETING_POLICIES: Source = Source {
    id: "microsoft365.teams_meeting_policies",
    title: "Policies for meetings",
    path: "/Skype.Policy/configurations/TeamsMeetingPolicy",
    lists: &["teams_meeting_policies"],
    fills: &[
        "teams_meeting_policies.id",
        "teams_meeting_policies.name",
        "teams_meeting_policies.kind",
        "teams_meeting_policies.anonymous_start",
        "teams_meeting_policies.skips_lobby",
        "teams_meeting_policies.dial_in_skips_lobby",
        "teams_meeting_policies.outsiders_control",
        "teams_meeting_policies.recording",
        "teams_meeting_policies.transcription",
    ],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsmeetingpolicy",
    ..SHOWN
};

pub(crate) static CLIENT_CONFIGURATION: Source = Source {
    id: "microsoft365.teams_client",
    title: "What the Teams app offers",
    path: "/Skype.Policy/configurations/TeamsClientConfiguration",
    lists: &["teams_client"],
    fills: &[
        "teams_client.id",
        "teams_client.email_into_channels",
        "teams_client.cloud_storage",
        "teams_client.guests",
    ],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsclientconfiguration",
    ..SHOWN
};

pub(crate) static MESSAGING_CONFIGURATION: Source = Source {
    id: "microsoft365.teams_messaging",
    title: "How chats are guarded against harm",
    path: "/Skype.Policy/configurations/TeamsMessagingConfiguration",
    lists: &["teams_messaging"],
    fills: &["teams_messaging.id", "teams_messaging.links_checked", "teams_messaging.dangerous_files_refused"],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsmessagingconfiguration",
    ..SHOWN
};

pub(crate) static MEETING_CONFIGURATION: Source = Source {
    id: "microsoft365.teams_meeting_settings",
    title: "Settings of meetings",
    path: "/Skype.Policy/configurations/TeamsMeetingConfiguration",
    lists: &["teams_meeting_settings"],
    fills: &["teams_meeting_settings.id", "teams_meeting_settings.anonymous_join"],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsmeetingconfiguration",
    ..SHOWN
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MeetingWire {
    identity: Text,
    #[serde(default)]
    allow_anonymous_users_to_start_meeting: Field<bool>,
    #[serde(default)]
    auto_admitted_users: Field<Text>,
    #[serde(default, rename = "AllowPSTNUsersToBypassLobby")]
    allow_pstn_users_to_bypass_lobby: Field<bool>,
    #[serde(default)]
    allow_external_participant_give_request_control: Field<bool>,
    #[serde(default)]
    allow_cloud_recording: Field<bool>,
    #[serde(default)]
    allow_transcription: Field<bool>,
}

/// Policies that Microsoft ships in every tenant. Source: learn.microsoft.com, Get-CsTeamsMeetingPolicy.
const PRESETS: [&str; 6] =
    ["AllOn", "AllOff", "RestrictedAnonymousAccess", "RestrictedAnonymousNoRecording", "Default", "Kiosk"];

/// Who can enter without waiting. Source: learn.microsoft.com, Set-CsTeamsMeetingPolicy, AutoAdmittedUsers.
const ADMITTED: [&str; 6] = [
    "Everyone",
    "EveryoneInCompany",
    "EveryoneInSameAndFederatedCompany",
    "EveryoneInCompanyExcludingGuests",
    "InvitedUsers",
    "OrganizerOnly",
];

impl Identified for MeetingWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl MeetingWire {
    pub(crate) fn row(self) -> TeamsMeetingPolicy {
        let source = &MEETING_POLICIES;
        let (name, kind) = named(&self.identity, &PRESETS);
        let admitted = self.auto_admitted_users.value().filter(|word| ADMITTED.contains(&word.as_str())).cloned();
        TeamsMeetingPolicy {
            name: Cell::Known(name),
            kind: Cell::Known(kind),
            anonymous_start: self.allow_anonymous_users_to_start_meeting.needed(source),
            skips_lobby: admitted.ok_or_else(|| unclear(source)).into(),
            dial_in_skips_lobby: self.allow_pstn_users_to_bypass_lobby.needed(source),
            outsiders_control: self.allow_external_participant_give_request_control.needed(source),
            recording: self.allow_cloud_recording.needed(source),
            transcription: self.allow_transcription.needed(source),
            ..TeamsMeetingPolicy::new(self.identity)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ClientWire {
    identity: Text,
    #[serde(default)]
    allow_email_into_channel: Field<bool>,
    #[serde(default, rename = "AllowDropBox")]
    allow_dropbox: Field<bool>,
    #[serde(default)]
    allow_box: Field<bool>,
    #[serde(default)]
    allow_google_drive: Field<bool>,
    #[serde(default)]
    allow_share_file: Field<bool>,
    #[serde(default)]
    allow_egnyte: Field<bool>,
    #[serde(default)]
    allow_guest_user: Field<bool>,
}

impl Identified for ClientWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl ClientWire {
    pub(crate) fn row(self) -> TeamsClient {
        let source = &CLIENT_CONFIGURATION;
        let drives = [
            ("Dropbox", &self.allow_dropbox),
            ("Box", &self.allow_box),
            ("Google Drive", &self.allow_google_drive),
            ("ShareFile", &self.allow_share_file),
            ("Egnyte", &self.allow_egnyte),
        ];
        // One drive that is not told makes the list one that is not whole.
        let told = drives.iter().all(|(_, allowed)| allowed.value().is_some());
        let on: Vec<Text> = drives
            .iter()
            .filter(|(_, allowed)| allowed.value() == Some(&true))
            .map(|(name, _)| (*name).into())
            .collect();
        TeamsClient {
            email_into_channels: self.allow_email_into_channel.needed(source),
            guests: self.allow_guest_user.needed(source),
            cloud_storage: if told { Cell::Known(on) } else { Cell::Unknown(unclear(source)) },
            ..TeamsClient::new(self.identity)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MessagingWire {
    identity: Text,
    #[serde(default)]
    url_reputation_check: Field<Text>,
    #[serde(default)]
    file_type_check: Field<Text>,
}

impl Identified for MessagingWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

/// A switch that the vendor writes as a word.
fn switch(field: &Field<Text>) -> Cell<bool> {
    match field.value().map(Text::as_str) {
        Some("Enabled") => Cell::Known(true),
        Some("Disabled") => Cell::Known(false),
        _ => Cell::Unknown(unclear(&MESSAGING_CONFIGURATION)),
    }
}

impl MessagingWire {
    pub(crate) fn row(self) -> TeamsMessaging {
        TeamsMessaging {
            links_checked: switch(&self.url_reputation_check),
            dangerous_files_refused: switch(&self.file_type_check),
            ..TeamsMessaging::new(self.identity)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MeetingSettingsWire {
    identity: Text,
    #[serde(default)]
    disable_anonymous_join: Field<bool>,
}

impl Identified for MeetingSettingsWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

impl MeetingSettingsWire {
    pub(crate) fn row(self) -> TeamsMeetingSettings {
        TeamsMeetingSettings {
            anonymous_join: self.disable_anonymous_join.needed(&MEETING_CONFIGURATION).map(|off| !off),
            ..TeamsMeetingSettings::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenantscan_model::rows::TeamsPolicyKind;

    use super::*;
    use crate::sources::teams::Answer;

    #[test]
    fn a_list_without_the_default_policy_is_not_whole() {
        let cases = [
            (json!([{ "Identity": "Tag:AllOn" }, { "Identity": "Global" }]), Some(2)),
            (json!({ "Identity": "Global" }), Some(1)),
            (json!([{ "Identity": "Tag:AllOn" }]), None),
            (json!([]), None),
        ];
        for (answer, count) in cases {
            let read: Answer<MeetingWire> = serde_json::from_value(answer.clone()).expect("an answer");
            assert_eq!(read.policies(&MEETING_POLICIES).ok().map(|it| it.len()), count, "{answer}");
        }
    }

    #[test]
    fn a_policy_is_the_default_or_microsofts_or_the_tenants() {
        let cases = [
            ("Global", "Global", TeamsPolicyKind::Global),
            ("Tag:AllOn", "AllOn", TeamsPolicyKind::Preset),
            ("Tag:Billing office", "Billing office", TeamsPolicyKind::Custom),
        ];
        for (identity, name, kind) in cases {
            let wire: MeetingWire = serde_json::from_value(json!({ "Identity": identity })).expect("a policy");
            let row = wire.row();
            assert_eq!((row.name, row.kind), (Cell::Known(name.into()), Cell::Known(kind)), "{identity}");
            assert!(row.recording.known().is_none() && row.skips_lobby.known().is_none(), "nothing was told");
        }
    }

    #[test]
    fn cloud_drives_are_known_when_all_are_told() {
        let all = json!({ "Identity": "Global", "AllowDropBox": true, "AllowBox": false, "AllowGoogleDrive": true,
            "AllowShareFile": false, "AllowEgnyte": false });
        let mut less = all.clone();
        less.as_object_mut().expect("an object").remove("AllowEgnyte");
        let row = |json| serde_json::from_value::<ClientWire>(json).expect("a configuration").row();
        assert_eq!(row(all).cloud_storage, Cell::Known(vec!["Dropbox".into(), "Google Drive".into()]));
        assert!(row(less).cloud_storage.known().is_none());
    }
}
