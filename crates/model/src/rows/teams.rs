//! Teams: outsiders, meetings, recordings and apps.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// Where a policy of Teams comes from, and so for whom it is.
    pub enum TeamsPolicyKind {
        /// The default, for everybody who has no other.
        Global = "global",
        /// One that Microsoft ships in every tenant; for whoever was given it.
        Preset = "preset",
        /// One that the tenant made; for whoever was given it.
        Custom = "custom",
    }

    /// With whom in other organizations people may chat and call.
    pub enum ChatReach {
        /// With nobody.
        Nobody = "nobody",
        /// With the listed domains.
        Listed = "listed",
        /// With every organization, or every one but some.
        Anyone = "anyone",
    }

    /// Which apps of one kind people may use.
    pub enum AppsAllowed {
        /// None.
        Nothing = "nothing",
        /// The listed ones.
        Listed = "listed",
        /// All but the listed ones.
        AllBut = "all_but",
        /// All.
        All = "all",
    }
}

dataset! {
    /// Chats and calls with other organizations, for the whole tenant.
    /// Source: the settings that Get-CsTenantFederationConfiguration shows.
    teams_federation as teams_federation: TeamsFederation, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether people may chat with other organizations at all. Source: AllowFederatedUsers.
        federation: bool,
        /// Domains that they may chat with; null for every one.
        allowed_domains: Option<Vec<Text>>,
        /// Whether they may chat with private Teams accounts. Source: AllowTeamsConsumer.
        consumers: bool,
        /// Whether organizations that have nothing but trial licences are refused.
        /// Source: ExternalAccessWithTrialTenants.
        trial_tenants_blocked: bool,
    }
}

dataset! {
    /// Policies that say who may chat with people outside. Who was given which is not read.
    /// Source: the policies that Get-CsExternalAccessPolicy shows.
    external_access_policies as policy: ExternalAccessPolicy, singleton = false, label = name {
        /// The vendor's identity: `Global`, `Tag:Name`.
        id: Text,
        /// The policy's name.
        name: Text,
        /// For whom it is.
        kind: TeamsPolicyKind,
        /// Whether it allows other organizations. Source: EnableFederationAccess.
        federation: bool,
        /// Whether it allows private Teams accounts. Source: EnableTeamsConsumerAccess.
        consumers: bool,
        /// `OrganizationDefault`, or a rule of its own over domains. Source: CommunicationWithExternalOrgs.
        domains: Text,
        /// With whom people under it may chat, the tenant's settings counted in.
        reach: ChatReach,
        /// Whether people under it may chat with private accounts, the tenant's settings counted in.
        consumer_chat: bool,
    }
}

dataset! {
    /// Meeting policies. Who was given which is not read.
    /// Source: the policies that Get-CsTeamsMeetingPolicy shows.
    teams_meeting_policies as policy: TeamsMeetingPolicy, singleton = false, label = name {
        /// The vendor's identity: `Global`, `Tag:Name`.
        id: Text,
        /// The policy's name.
        name: Text,
        /// For whom it is.
        kind: TeamsPolicyKind,
        /// Whether somebody who did not sign in can start a meeting. Source: AllowAnonymousUsersToStartMeeting.
        anonymous_start: bool,
        /// Who enters without waiting in the lobby, in the vendor's word: `Everyone`, `EveryoneInCompany`,
        /// `EveryoneInSameAndFederatedCompany`, `EveryoneInCompanyExcludingGuests`, `InvitedUsers`, `OrganizerOnly`.
        /// Source: AutoAdmittedUsers.
        skips_lobby: Text,
        /// Whether whoever dials in by telephone enters without waiting. Source: AllowPSTNUsersToBypassLobby.
        dial_in_skips_lobby: bool,
        /// Whether people outside may take control of a shared screen.
        /// Source: AllowExternalParticipantGiveRequestControl.
        outsiders_control: bool,
        /// Whether meetings can be recorded. Source: AllowCloudRecording.
        recording: bool,
        /// Whether what is said can be written down. Source: AllowTranscription.
        transcription: bool,
    }
}

dataset! {
    /// What the Teams app offers, for the whole tenant.
    /// Source: the settings that Get-CsTeamsClientConfiguration shows.
    teams_client as teams_client: TeamsClient, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether a channel has a mail address that mail can be sent to.
        email_into_channels: bool,
        /// Other companies' cloud drives that can be connected: `Dropbox`, `Box`, `Google Drive`, `ShareFile`, `Egnyte`.
        cloud_storage: Vec<Text>,
        /// Whether guests may use Teams at all. Source: AllowGuestUser.
        guests: bool,
    }
}

dataset! {
    /// What guests may do with what they wrote in Teams, for the whole tenant.
    /// Source: the settings that Get-CsTeamsGuestMessagingConfiguration shows.
    teams_guest_messaging as guest_messaging: TeamsGuestMessaging, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether they may change it later. Source: AllowUserEditMessage.
        edit: bool,
        /// Whether they may delete it. Source: AllowUserDeleteMessage.
        delete: bool,
    }
}

dataset! {
    /// What guests may do in meetings, for the whole tenant.
    /// Source: the settings that Get-CsTeamsGuestMeetingConfiguration shows.
    teams_guest_meetings as guest_meetings: TeamsGuestMeetings, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether they may have what is said written down. Source: AllowTranscription.
        transcription: bool,
    }
}

dataset! {
    /// Settings of meetings for the whole tenant, which go before every meeting policy.
    /// Source: the settings that Get-CsTeamsMeetingConfiguration shows.
    teams_meeting_settings as meeting_settings: TeamsMeetingSettings, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether people who did not sign in can enter any meeting. Source: DisableAnonymousJoin is false.
        anonymous_join: bool,
    }
}

dataset! {
    /// Policies for live events, which one person shows to many. Who was given which is not read.
    /// Source: the policies that Get-CsTeamsMeetingBroadcastPolicy shows.
    teams_live_event_policies as policy: TeamsLiveEventPolicy, singleton = false, label = name {
        /// The vendor's identity: `Global`, `Tag:Name`.
        id: Text,
        /// The policy's name.
        name: Text,
        /// For whom it is.
        kind: TeamsPolicyKind,
        /// Whether people under it may hold live events. Source: AllowBroadcastScheduling.
        scheduling: bool,
        /// Who may be let in to watch, in the vendor's word: `Everyone`, `EveryoneInCompany`, `InvitedUsersInCompany`,
        /// `EveryoneInCompanyAndExternal`, `InvitedUsersInCompanyAndExternal`. Source: BroadcastAttendeeVisibilityMode.
        watched_by: Text,
        /// Whether they are recorded, in the vendor's word: `AlwaysEnabled`, `AlwaysDisabled`, `UserOverride`.
        /// Source: BroadcastRecordingMode.
        recording: Text,
    }
}

dataset! {
    /// Policies that say which apps people may add to Teams. Who was given which is not read. In tenants where each app
    /// says who may use it (app centric management) they are shown and not in force.
    /// Source: the policies that Get-CsTeamsAppPermissionPolicy shows.
    teams_app_policies as policy: TeamsAppPolicy, singleton = false, label = name {
        /// The vendor's identity: `Global`, `Tag:Name`.
        id: Text,
        /// The policy's name.
        name: Text,
        /// For whom it is.
        kind: TeamsPolicyKind,
        /// Which apps of other companies. Source: GlobalCatalogAppsType, GlobalCatalogApps.
        other_companies: AppsAllowed,
        /// Which apps that people of the organization uploaded. Source: PrivateCatalogAppsType, PrivateCatalogApps.
        own: AppsAllowed,
    }
}

dataset! {
    /// How it is decided who may use an app in Teams. No request of an app shows it.
    teams_app_settings as app_settings: TeamsAppSettings, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether each app says who may use it (app centric management), so that policies for apps are not in force.
        per_app: bool,
    }
}

dataset! {
    /// How Teams guards chats against harm, for the whole tenant.
    /// Source: the settings that Get-CsTeamsMessagingConfiguration shows.
    teams_messaging as teams_messaging: TeamsMessaging, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether links are checked for known bad addresses. Source: UrlReputationCheck.
        links_checked: bool,
        /// Whether files of kinds that can run programs are refused. Source: FileTypeCheck.
        dangerous_files_refused: bool,
    }
}
