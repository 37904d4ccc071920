//! Teams: outsiders, meetings, recordings and apps.

use serde::de::DeserializeOwned;
use tenantscan_model::{Gap, Row, Table};
use tenantscan_provider::Source;

use super::{Asking, Put};
use crate::sources::teams::{Answer, Identified, apps, federation, guests, live_events, policies};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (settings, external, meetings, client, messaging) = futures::join!(
        single(ask, &federation::FEDERATION, federation::FederationWire::row),
        table(ask, &federation::EXTERNAL_ACCESS_POLICIES, federation::ExternalAccessWire::row),
        table(ask, &policies::MEETING_POLICIES, policies::MeetingWire::row),
        single(ask, &policies::CLIENT_CONFIGURATION, policies::ClientWire::row),
        single(ask, &policies::MESSAGING_CONFIGURATION, policies::MessagingWire::row),
    );
    let (settings_of_meetings, guest_messaging, guest_meetings, live_events, app_policies) = futures::join!(
        single(ask, &policies::MEETING_CONFIGURATION, policies::MeetingSettingsWire::row),
        single(ask, &guests::GUEST_MESSAGING, guests::GuestMessagingWire::row),
        single(ask, &guests::GUEST_MEETINGS, guests::GuestMeetingsWire::row),
        table(ask, &live_events::LIVE_EVENT_POLICIES, live_events::LiveEventWire::row),
        table(ask, &apps::APP_POLICIES, apps::AppPolicyWire::row),
    );
    let app_settings = Table::unread(ask.withheld(&apps::APP_SETTINGS));
    Box::new(|data| {
        data.teams_federation = settings;
        data.external_access_policies = external;
        data.teams_meeting_policies = meetings;
        data.teams_client = client;
        data.teams_messaging = messaging;
        data.teams_meeting_settings = settings_of_meetings;
        data.teams_guest_messaging = guest_messaging;
        data.teams_guest_meetings = guest_meetings;
        data.teams_live_event_policies = live_events;
        data.teams_app_policies = app_policies;
        data.teams_app_settings = app_settings;
    })
}

/// The table of all policies of a kind.
async fn table<T: DeserializeOwned + Identified + Send, R: Row>(
    ask: &Asking<'_>,
    source: &'static Source,
    row: fn(T) -> R,
) -> Table<R> {
    let read = ask.object::<Answer<T>>(source).await;
    filled(read.map(|read| read.and_then(|answer| answer.policies(source))), row)
}

/// The table of a setting that has one instance.
async fn single<T: DeserializeOwned + Identified + Send, R: Row>(
    ask: &Asking<'_>,
    source: &'static Source,
    row: fn(T) -> R,
) -> Table<R> {
    let read = ask.object::<Answer<T>>(source).await;
    filled(read.map(|read| read.and_then(|answer| answer.global(source))), row)
}

fn filled<T, R: Row>(read: Option<Result<Vec<T>, Gap>>, row: fn(T) -> R) -> Table<R> {
    match read {
        None => Table::default(),
        Some(Ok(wires)) => Table::complete(wires.into_iter().map(row).collect()),
        Some(Err(gap)) => Table::unread(gap),
    }
}
