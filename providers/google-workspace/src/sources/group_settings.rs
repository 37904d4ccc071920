//! Settings of groups.

use serde::Deserialize;
use tenantscan_model::rows::GroupSettings;
use tenantscan_model::{Cell, Gap, Text};
use tenantscan_provider::{Call, Source, unclear};

use crate::api::GROUPS_SETTINGS;

pub(super) const SOURCES: &[&Source] = &[&GROUP_SETTINGS];

/// Asked for each group by its address: there is no list.
pub(crate) static GROUP_SETTINGS: Source = Source {
    id: "google-workspace.group_settings",
    title: "Settings of each group",
    api: &GROUPS_SETTINGS,
    path: "/groups/v1/groups/{id}?alt=json&fields=whoCanJoin,whoCanViewGroup,whoCanViewMembership,whoCanPostMessage,allowExternalMembers,isArchived,archiveOnly",
    call: Call::Get,
    permissions: &["https://www.googleapis.com/auth/apps.groups.settings"],
    licence: None,
    role: Some("Groups > Read"),
    lists: &[],
    fills: &[
        "group_settings.who_can_join",
        "group_settings.who_can_view",
        "group_settings.who_can_view_members",
        "group_settings.who_can_post",
        "group_settings.outsiders_allowed",
        "group_settings.keeps_messages",
        "group_settings.closed",
    ],
    docs: "https://developers.google.com/workspace/admin/groups-settings/v1/reference/groups/get",
};

/// Source: Groups Settings API, Groups: what is true or false comes as a text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsWire {
    who_can_join: Option<Text>,
    who_can_view_group: Option<Text>,
    who_can_view_membership: Option<Text>,
    who_can_post_message: Option<Text>,
    allow_external_members: Option<Text>,
    is_archived: Option<Text>,
    archive_only: Option<Text>,
}

fn told(word: Option<Text>) -> Cell<Text> {
    word.ok_or_else(|| unclear(&GROUP_SETTINGS)).into()
}

fn truth(word: Option<&Text>) -> Cell<bool> {
    match word.map(Text::as_str) {
        Some("true") => Cell::Known(true),
        Some("false") => Cell::Known(false),
        _ => Cell::Unknown(unclear(&GROUP_SETTINGS)),
    }
}

/// Puts what was answered about a group into its row.
pub(crate) fn fill(row: &mut GroupSettings, answer: Result<SettingsWire, Gap>) {
    match answer {
        Ok(wire) => {
            row.who_can_join = told(wire.who_can_join);
            row.who_can_view = told(wire.who_can_view_group);
            row.who_can_view_members = told(wire.who_can_view_membership);
            row.who_can_post = told(wire.who_can_post_message);
            row.outsiders_allowed = truth(wire.allow_external_members.as_ref());
            row.keeps_messages = truth(wire.is_archived.as_ref());
            row.closed = truth(wire.archive_only.as_ref());
        }
        Err(gap) => {
            let texts =
                [&mut row.who_can_join, &mut row.who_can_view, &mut row.who_can_view_members, &mut row.who_can_post];
            texts.into_iter().for_each(|cell| *cell = Cell::Unknown(gap.clone()));
            let switches = [&mut row.outsiders_allowed, &mut row.keeps_messages, &mut row.closed];
            switches.into_iter().for_each(|cell| *cell = Cell::Unknown(gap.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_and_false_are_texts_and_nothing_else() {
        let wire = |text| serde_json::from_str::<SettingsWire>(text).expect("JSON");
        let mut row = GroupSettings::new("g");
        fill(
            &mut row,
            Ok(wire(r#"{"allowExternalMembers":"true","isArchived":"false","whoCanViewGroup":"ANYONE_CAN_VIEW"}"#)),
        );
        assert_eq!((&row.outsiders_allowed, &row.keeps_messages), (&Cell::Known(true), &Cell::Known(false)));
        assert_eq!(row.who_can_view, Cell::Known("ANYONE_CAN_VIEW".into()));
        assert!(row.closed.gap().is_some() && row.who_can_post.gap().is_some(), "what is left out is not known");
        fill(&mut row, Ok(wire(r#"{"allowExternalMembers":"yes"}"#)));
        assert!(row.outsiders_allowed.gap().is_some());
    }
}
