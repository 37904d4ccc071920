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
