//! Policies for live events.

use serde::Deserialize;
use tenantscan_model::rows::TeamsLiveEventPolicy;
use tenantscan_model::{Cell, Text};
use tenantscan_provider::Source;

use super::{Identified, SHOWN, named};
use tenantscan_provider::{Field, unclear};

pub(crate) static LIVE_EVENT_POLICIES: Source = Source {
    id: "microsoft365.teams_live_event_policies",
    title: "Policies for live events",
    path: "/Skype.Policy/configurations/TeamsMeetingBroadcastPolicy",
    lists: &["teams_live_event_policies"],
    fills: &["teams_live_event_policies"],
    docs: "https://learn.microsoft.com/powershell/module/microsoftteams/get-csteamsmeetingbroadcastpolicy",
    ..SHOWN
};

/// Words of the vendor. Source: learn.microsoft.com, Set-CsTeamsMeetingBroadcastPolicy.
const WATCHED_BY: [&str; 5] = [
    "Everyone",
    "EveryoneInCompany",
    "InvitedUsersInCompany",
    "EveryoneInCompanyAndExternal",
    "InvitedUsersInCompanyAndExternal",
];
const RECORDING: [&str; 3] = ["AlwaysEnabled", "AlwaysDisabled", "UserOverride"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LiveEventWire {
    identity: Text,
    #[serde(default)]
    allow_broadcast_scheduling: Field<bool>,
    #[serde(default)]
    broadcast_attendee_visibility_mode: Field<Text>,
    #[serde(default)]
    broadcast_recording_mode: Field<Text>,
}

impl Identified for LiveEventWire {
    fn identity(&self) -> &Text {
        &self.identity
    }
}

fn word(field: &Field<Text>, known: &[&str]) -> Cell<Text> {
    let word = field.value().filter(|word| known.contains(&word.as_str())).cloned();
    word.ok_or_else(|| unclear(&LIVE_EVENT_POLICIES)).into()
}

impl LiveEventWire {
    pub(crate) fn row(self) -> TeamsLiveEventPolicy {
        // Microsoft ships no policies for live events besides the default one.
        let (name, kind) = named(&self.identity, &["Default"]);
        TeamsLiveEventPolicy {
            name: Cell::Known(name),
            kind: Cell::Known(kind),
            scheduling: self.allow_broadcast_scheduling.needed(&LIVE_EVENT_POLICIES),
            watched_by: word(&self.broadcast_attendee_visibility_mode, &WATCHED_BY),
            recording: word(&self.broadcast_recording_mode, &RECORDING),
            ..TeamsLiveEventPolicy::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_that_is_not_the_vendors_is_not_understood() {
        let row = |watched: &str, recording: &str| {
            let wire = json!({ "Identity": "Global", "BroadcastAttendeeVisibilityMode": watched, "BroadcastRecordingMode": recording });
            let row = serde_json::from_value::<LiveEventWire>(wire).expect("a policy").row();
            (row.watched_by.known().cloned(), row.recording.known().cloned())
        };
        let known = (Some("EveryoneInCompany".into()), Some("UserOverride".into()));
        assert_eq!(row("EveryoneInCompany", "UserOverride"), known);
        assert_eq!(row("Nobody", "Sometimes"), (None, None));
    }
}
