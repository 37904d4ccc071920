//! What people of Google Workspace can share: files, calendars, groups, sites.

use crate::Text;
use crate::dataset::dataset;

dataset! {
    /// Files of Google Drive, as they can be shared and copied. One row for each unit and set of groups with settings of their own.
    google_drive_settings as setting: GoogleDriveSettings, singleton = false, label = id {
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
        /// Whether a policy switches Drive off for these people.
        switched_off: bool,
        /// `ALLOWED`, `ALLOWLISTED_DOMAINS` or `DISALLOWED`. Source: drive_and_docs.external_sharing,
        /// externalSharingMode.
        sharing_outside: Text,
        /// Whether a file can be opened to the world, or to anybody who has the link. Source: allowPublishingFiles.
        publishing: bool,
        /// Whether people are warned before they share outside. Source: warnForExternalSharing.
        warns_outside: bool,
        /// The same where sharing goes to listed domains only. Source: warnForSharingOutsideAllowlistedDomains.
        warns_outside_listed: bool,
        /// Whether files go to people who have no Google account. Source: allowNonGoogleInvites.
        without_account: bool,
        /// The same for listed domains. Source: allowNonGoogleInvitesInAllowlistedDomains.
        without_account_listed: bool,
        /// Whether people can open files from outside. Source: allowReceivingExternalFiles.
        receives_outside: bool,
        /// Whether people can open files from outside the listed domains. Source:
        /// allowReceivingFilesOutsideAllowlistedDomains.
        receives_outside_listed: bool,
        /// Who can move files into drives of others: `ALL_ELIGIBLE_USERS`, `ELIGIBLE_INTERNAL_USERS`, `NONE`. Source:
        /// allowedPartiesForDistributingContent.
        moves_outside: Text,
        /// To whom a link in a mail is offered: `RECIPIENTS_ONLY`, `RECIPIENTS_OR_AUDIENCE`,
        /// `RECIPIENTS_OR_AUDIENCE_OR_PUBLIC`. Source: accessCheckerSuggestions.
        access_checker: Text,
        /// Who can open a new file: `PRIVATE_TO_OWNER` (in Google's list of defaults `LINK_SHARING_PRIVATE`),
        /// `PRIMARY_AUDIENCE_WITH_LINK`, … Source: drive_and_docs.general_access_default.
        default_access: Text,
        /// Whether people can make shared drives. Source: drive_and_docs.shared_drive_creation,
        /// allowSharedDriveCreation.
        shared_drives_made: bool,
        /// Whether a manager of a shared drive can change what the next ones say. Source:
        /// allowManagersToOverrideSettings.
        shared_drives_overridden: bool,
        /// Whether people outside can be members of a shared drive. Source: allowExternalUserAccess.
        shared_drives_outsiders: bool,
        /// Whether a file of a shared drive can be shared with people who are not its members. Source:
        /// allowNonMemberAccess.
        shared_drives_nonmembers: bool,
        /// Who can download, print and copy: `ALL`, `EDITORS_ONLY`, … Source: allowedPartiesForDownloadPrintCopy.
        shared_drives_copying: Text,
        /// Whether files can be kept on computers by Drive for desktop. Source: drive_and_docs.drive_for_desktop,
        /// allowDriveForDesktop.
        desktop: bool,
        /// Whether only on computers that the practice lists as its own. Source: restrictToAuthorizedDevices.
        desktop_managed_only: bool,
        /// Whether apps of other companies may open files through the vendor's programming interface. Source:
        /// drive_and_docs.drive_sdk.
        apps: bool,
        /// Whether old links get the longer key: `APPLY_TO_IMPACTED_FILES` or `REMOVE_FROM_IMPACTED_FILES`. Source:
        /// drive_and_docs.file_security_update.
        security_update: Text,
        /// Whether files of outsiders are marked. Source: drive_and_docs.external_file_warning.
        outside_marked: bool,
    }
}

dataset! {
    /// Calendars, as they can be shared outside. One row for each unit and set of groups with settings of their own.
    google_calendar_settings as setting: GoogleCalendarSettings, singleton = false, label = id {
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
        /// Whether a policy switches Calendar off for these people.
        switched_off: bool,
        /// The most that outsiders can be shown of a person's calendar: `EXTERNAL_FREE_BUSY_ONLY`,
        /// `EXTERNAL_ALL_INFO_READ_ONLY`, `EXTERNAL_ALL_INFO_READ_WRITE`, `EXTERNAL_ALL_INFO_READ_WRITE_MANAGE`.
        /// Source: calendar.primary_calendar_max_allowed_external_sharing.
        primary_outside: Text,
        /// The same for further calendars. Source: calendar.secondary_calendar_max_allowed_external_sharing.
        secondary_outside: Text,
        /// Whether people are warned before they invite outsiders. Source: calendar.external_invitations.
        warns_outside: bool,
        /// Whether an Exchange server is asked about free times. Source: calendar.interoperability.
        interoperability: bool,
        /// Whether booking pages can take payments. Source: calendar.appointment_schedules.
        paid_booking_pages: bool,
    }
}

dataset! {
    /// Groups for Business: what every group may be opened to. One row for each unit and set of groups with settings of their own.
    google_group_settings as setting: GoogleGroupSettings, singleton = false, label = id {
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
        /// Whether a policy switches Groups off for these people.
        switched_off: bool,
        /// Who can see groups at all: `DOMAIN_USERS_ONLY` or `ANYONE_CAN_ACCESS`. Source:
        /// groups_for_business.groups_sharing, collaborationCapability.
        reach: Text,
        /// Who can make groups: `ADMIN_ONLY`, `USERS_IN_DOMAIN`, `ANYONE_CAN_CREATE`. Source: createGroupsAccessLevel.
        who_creates: Text,
        /// Whether owners can let outsiders in. Source: ownersCanAllowExternalMembers.
        outside_members: bool,
        /// Whether owners can let mail from outside in. Source: ownersCanAllowIncomingMailFromPublic.
        outside_mail: bool,
        /// Who reads conversations of a new group: `GROUP_MEMBERS`, `MANAGERS`, `DOMAIN_USERS`,
        /// `ANYONE_CAN_VIEW_TOPICS`. Source: viewTopicsDefaultAccessLevel.
        who_reads: Text,
        /// Whether owners can hide groups. Source: ownersCanHideGroups.
        hidden_allowed: bool,
        /// Whether new groups are hidden. Source: newGroupsAreHidden.
        new_hidden: bool,
    }
}

dataset! {
    /// Google Sites. One row for each unit and set of groups with settings of their own.
    google_site_settings as setting: GoogleSiteSettings, singleton = false, label = id {
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
        /// Whether a policy switches Sites off for these people.
        switched_off: bool,
        /// Whether people can make sites. Source: sites.sites_creation_and_modification, allowSitesCreation.
        creation: bool,
        /// Whether people can change sites. Source: allowSitesModification.
        editing: bool,
    }
}
