//! Chat and Meet of Google Workspace: outsiders, history, recordings.

use crate::Text;
use crate::dataset::dataset;

dataset! {
    /// Google Chat. One row for each unit and set of groups with settings of their own.
    google_chat_settings as setting: GoogleChatSettings, singleton = false, label = id {
        /// The unit and the groups: `/Clinic/Front desk, in group Interns`.
        id: Text,
        /// The unit: `/Clinic/Front desk`.
        unit: Text,
        /// Groups with settings of their own that the people are in.
        groups: Vec<Text>,
        /// Active accounts that all of this holds for.
        people: i64,
        /// Columns that rest on the vendor's default, because nobody set anything.
        defaults: Vec<Text>,
        /// Whether a policy switches Chat off for these people.
        switched_off: bool,
        /// Whether people can chat with outsiders. Source: chat.external_chat_restriction, allowExternalChat.
        outside_chat: bool,
        /// With whom: `TRUSTED_DOMAINS` or `NO_RESTRICTION`. Source: externalChatRestriction.
        outside_chat_with: Text,
        /// Whether spaces can have members from outside. Source: chat.chat_external_spaces, enabled.
        outside_spaces: bool,
        /// From where: `TRUSTED_DOMAINS` or `ALL_DOMAINS`. Source: domainAllowlistMode.
        outside_spaces_with: Text,
        /// Which files go to outsiders: `NO_FILES`, `IMAGES_ONLY`, `ALL_FILES`. Source: chat.chat_file_sharing,
        /// externalFileSharing.
        outside_files: Text,
        /// Which files go to colleagues. Source: internalFileSharing.
        inside_files: Text,
        /// Whether what is said is kept unless people switch that off. Source: chat.chat_history, historyOnByDefault.
        history_on: bool,
        /// Whether people can switch that off or on. Source: allowUserModification.
        history_changed_by_people: bool,
        /// The same for spaces: `HISTORY_ALWAYS_ON`, `DEFAULT_HISTORY_ON`, `DEFAULT_HISTORY_OFF`, `HISTORY_ALWAYS_OFF`.
        /// Source: chat.space_history.
        space_history: Text,
        /// Whether people can add apps to chats. Source: chat.chat_apps_access, enableApps.
        apps: bool,
        /// Whether other systems can post into spaces. Source: enableWebhooks.
        webhooks: bool,
    }
}

dataset! {
    /// Google Meet. One row for each unit and set of groups with settings of their own.
    google_meet_settings as setting: GoogleMeetSettings, singleton = false, label = id {
        /// The unit and the groups: `/Clinic/Front desk, in group Interns`.
        id: Text,
        /// The unit: `/Clinic/Front desk`.
        unit: Text,
        /// Groups with settings of their own that the people are in.
        groups: Vec<Text>,
        /// Active accounts that all of this holds for.
        people: i64,
        /// Columns that rest on the vendor's default, because nobody set anything.
        defaults: Vec<Text>,
        /// Whether a policy switches Meet off for these people.
        switched_off: bool,
        /// Who enters without asking: `OPEN`, `TRUSTED`, `RESTRICTED`. Source: meet.meet_joining.
        who_enters: Text,
        /// Who can join meetings at all: `ALL`, `LOGGED_IN`, `SAME_ORGANIZATION_ONLY`. Source: meet.safety_domain.
        who_joins: Text,
        /// Which meetings people can join: `ALL`, `ANY_WORKSPACE_ORGANIZATION`, `SAME_ORGANIZATION_ONLY`. Source:
        /// meet.safety_access.
        meetings_joined: Text,
        /// Whether the host rules who presents, writes and speaks. Source: meet.safety_host_management.
        host_management: bool,
        /// Whether people outside are marked. Source: meet.safety_external_participants.
        outsiders_marked: bool,
        /// Whether meetings can be recorded. Source: meet.video_recording.
        recording: bool,
        /// Whether recording starts by itself. Source: meet.automatic_recording.
        recorded_by_default: bool,
        /// Whether writing down what is said starts by itself. Source: meet.automatic_transcription.
        transcribed_by_default: bool,
    }
}
