//! From settings to columns: which field of which setting a column shows, and how its value is read. Adding a column is
//! one line here and one in the dictionary.

use jiff::SignedDuration;
use serde_json::Value;
use tenantscan_model::rows::{
    GoogleAppSettings, GoogleCalendarSettings, GoogleChatSettings, GoogleDriveSettings, GoogleGmailSettings,
    GoogleGroupSettings, GoogleMeetSettings, GoogleSignInSettings, GoogleSiteSettings,
};
use tenantscan_model::{Cause, Cell, Gap, Text, Time};

use super::resolve::{Effective, Held, Origin};
use super::situation::Situation;
use super::tables::Read;
use super::{gmail, mail_rules};

/// The settings of one situation as columns read them.
pub(crate) struct View<'a> {
    pub(crate) effective: &'a Effective,
    pub(crate) situation: &'a Situation,
    read: &'a Read<'a>,
    defaults: Vec<Text>,
}

impl<'a> View<'a> {
    pub(crate) fn new(effective: &'a Effective, situation: &'a Situation, read: &'a Read<'a>) -> Self {
        Self { effective, situation, read, defaults: Vec::new() }
    }

    pub(crate) fn held(&self, setting: &str, field: &str) -> Option<&Result<Held, Gap>> {
        self.effective.get(&(Text::from(setting), Text::from(field)))
    }

    pub(crate) fn gap(&self, cause: Cause) -> Gap {
        Gap::new(cause, self.read.source)
    }

    fn read<T>(&mut self, column: &str, setting: &str, field: &str, kind: fn(&Value) -> Option<T>) -> Cell<T> {
        let held = match self.held(setting, field) {
            None => return Cell::Unknown(self.read.unsaid.clone()),
            Some(Err(gap)) => return Cell::Unknown(gap.clone()),
            Some(Ok(held)) => held,
        };
        let is_default = held.origin == Origin::Default;
        let cell = kind(&held.value).ok_or_else(|| self.gap(Cause::Malformed)).into();
        if is_default {
            self.defaults.push(column.into());
        }
        cell
    }

    /// Whether a policy switches a service off. What no policy names, none switches off.
    pub(crate) fn switched_off(&self, service: &str) -> Cell<bool> {
        match self.held(&format!("{service}.service_status"), "serviceState") {
            None => Cell::Known(false),
            Some(Err(gap)) => Cell::Unknown(gap.clone()),
            Some(Ok(held)) => match held.value.as_str() {
                Some("DISABLED") => Cell::Known(true),
                Some("ENABLED") => Cell::Known(false),
                _ => Cell::Unknown(self.gap(Cause::Malformed)),
            },
        }
    }
}

fn flag(value: &Value) -> Option<bool> {
    value.as_bool()
}

fn word(value: &Value) -> Option<Text> {
    value.as_str().map(Text::from)
}

fn number(value: &Value) -> Option<i64> {
    let whole = |it: f64| (it.fract() == 0.0 && it.abs() < 1e15).then_some(it as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(whole)).or_else(|| value.as_str()?.parse().ok())
}

fn texts(value: &Value) -> Option<Vec<Text>> {
    value.as_array()?.iter().map(word).collect()
}

/// Seconds as the vendor writes lengths of time: `604800s`.
fn seconds(value: &Value) -> Option<i64> {
    let text = value.as_str()?.strip_suffix('s')?;
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.parse().ok().filter(|seconds| *seconds >= 0)
}

fn whole(seconds: i64, unit: SignedDuration) -> i64 {
    let unit = unit.as_secs();
    seconds / unit + i64::from(seconds % unit > 0)
}

/// Hours, a part of one counted whole.
fn hours(value: &Value) -> Option<i64> {
    seconds(value).map(|seconds| whole(seconds, SignedDuration::from_hours(1)))
}

/// Days, a part of one counted whole.
fn days(value: &Value) -> Option<i64> {
    seconds(value).map(|seconds| whole(seconds, SignedDuration::from_hours(24)))
}

/// A moment; the vendor writes 1970 for never.
fn moment(value: &Value) -> Option<Option<Time>> {
    let time: Time = value.as_str()?.parse().ok()?;
    Some((time != Time::UNIX_EPOCH).then_some(time))
}

/// Services that apps must be trusted for.
fn restricted(value: &Value) -> Option<Vec<Text>> {
    let mut services = Vec::new();
    for service in value.as_array()? {
        if !service.get("isEnabled").map_or(Some(false), Value::as_bool)? {
            services.push(word(service.get("scopesGroup")?)?);
        }
    }
    Some(services)
}

/// The settings that a dataset shows.
trait Shown {
    const SETTINGS: &'static [&'static str];
}

/// Lists of rules, which `gmail` reads.
const RULES: [&str; 3] = ["gmail.spam_override_lists", "gmail.comprehensive_mail_storage", "gmail.rule_states"];

/// Whether a column shows a setting.
pub(super) fn shows(setting: &str) -> bool {
    let all = [
        GoogleSignInSettings::SETTINGS,
        GoogleDriveSettings::SETTINGS,
        GoogleCalendarSettings::SETTINGS,
        GoogleGroupSettings::SETTINGS,
        GoogleSiteSettings::SETTINGS,
        GoogleGmailSettings::SETTINGS,
        GoogleChatSettings::SETTINGS,
        GoogleMeetSettings::SETTINGS,
        GoogleAppSettings::SETTINGS,
        &RULES,
    ];
    all.iter().any(|settings| settings.contains(&setting)) || mail_rules::LISTS.iter().any(|(list, _)| *list == setting)
}

macro_rules! columns {
    ($row:ident, $service:expr, { $( $column:ident: $kind:ident($setting:literal, $field:literal), )* }) => {
        impl Shown for $row {
            const SETTINGS: &'static [&'static str] = &[$($setting),*];
        }

        impl From<View<'_>> for $row {
            fn from(mut view: View<'_>) -> Self {
                let mut row = Self::new(view.situation.label.clone());
                row.unit = Cell::Known(view.situation.path.clone());
                row.groups = Cell::Known(view.situation.group_names.clone());
                row.people = view.situation.people.clone();
                $( row.$column = view.read(stringify!($column), $setting, $field, $kind); )*
                let finish: fn(&mut Self, &View<'_>) = $service;
                finish(&mut row, &view);
                row.defaults = Cell::Known(view.defaults);
                row
            }
        }
    };
}

columns!(GoogleSignInSettings, |_, _| {}, {
    two_step_allowed: flag("security.two_step_verification_enrollment", "allowEnrollment"),
    two_step_enforced_from: moment("security.two_step_verification_enforcement", "enforcedFrom"),
    two_step_methods: word("security.two_step_verification_enforcement_factor", "allowedSignInFactorSet"),
    two_step_grace_hours: hours("security.two_step_verification_grace_period", "enrollmentGracePeriod"),
    two_step_trusted_devices: flag("security.two_step_verification_device_trust", "allowTrustingDevice"),
    backup_code_hours: hours("security.two_step_verification_sign_in_code", "backupCodeExceptionPeriod"),
    passkeys: word("security.passkeys_restriction", "allowedPasskeysType"),
    password_strength: word("security.password", "allowedStrength"),
    password_min_length: number("security.password", "minimumLength"),
    password_max_length: number("security.password", "maximumLength"),
    password_reuse: flag("security.password", "allowReuse"),
    password_enforced: flag("security.password", "enforceRequirementsAtLogin"),
    password_expiry_days: days("security.password", "expirationDuration"),
    session_hours: hours("security.session_controls", "webSessionDuration"),
    less_secure_apps: flag("security.less_secure_apps", "allowLessSecureApps"),
    admin_recovery: flag("security.super_admin_account_recovery", "enableAccountRecovery"),
    user_recovery: flag("security.user_account_recovery", "enableAccountRecovery"),
    employee_id_challenge: flag("security.login_challenges", "enableEmployeeIdChallenge"),
    advanced_protection: flag("security.advanced_protection_program", "enableAdvancedProtectionSelfEnrollment"),
    advanced_protection_codes: word("security.advanced_protection_program", "securityCodeOption"),
    multi_party_approval: word("multi_party_approval.require_approvals", "multiPartyApprovalState"),
});

columns!(GoogleDriveSettings, |row, view| row.switched_off = view.switched_off("drive_and_docs"), {
    sharing_outside: word("drive_and_docs.external_sharing", "externalSharingMode"),
    publishing: flag("drive_and_docs.external_sharing", "allowPublishingFiles"),
    warns_outside: flag("drive_and_docs.external_sharing", "warnForExternalSharing"),
    warns_outside_listed: flag("drive_and_docs.external_sharing", "warnForSharingOutsideAllowlistedDomains"),
    without_account: flag("drive_and_docs.external_sharing", "allowNonGoogleInvites"),
    without_account_listed: flag("drive_and_docs.external_sharing", "allowNonGoogleInvitesInAllowlistedDomains"),
    receives_outside: flag("drive_and_docs.external_sharing", "allowReceivingExternalFiles"),
    receives_outside_listed: flag("drive_and_docs.external_sharing", "allowReceivingFilesOutsideAllowlistedDomains"),
    moves_outside: word("drive_and_docs.external_sharing", "allowedPartiesForDistributingContent"),
    access_checker: word("drive_and_docs.external_sharing", "accessCheckerSuggestions"),
    default_access: word("drive_and_docs.general_access_default", "defaultFileAccess"),
    shared_drives_made: flag("drive_and_docs.shared_drive_creation", "allowSharedDriveCreation"),
    shared_drives_overridden: flag("drive_and_docs.shared_drive_creation", "allowManagersToOverrideSettings"),
    shared_drives_outsiders: flag("drive_and_docs.shared_drive_creation", "allowExternalUserAccess"),
    shared_drives_nonmembers: flag("drive_and_docs.shared_drive_creation", "allowNonMemberAccess"),
    shared_drives_copying: word("drive_and_docs.shared_drive_creation", "allowedPartiesForDownloadPrintCopy"),
    desktop: flag("drive_and_docs.drive_for_desktop", "allowDriveForDesktop"),
    desktop_managed_only: flag("drive_and_docs.drive_for_desktop", "restrictToAuthorizedDevices"),
    apps: flag("drive_and_docs.drive_sdk", "enableDriveSdkApiAccess"),
    security_update: word("drive_and_docs.file_security_update", "securityUpdate"),
    outside_marked: flag("drive_and_docs.external_file_warning", "highlightingEnabled"),
});

columns!(GoogleCalendarSettings, |row, view| row.switched_off = view.switched_off("calendar"), {
    primary_outside: word("calendar.primary_calendar_max_allowed_external_sharing", "maxAllowedExternalSharing"),
    secondary_outside: word("calendar.secondary_calendar_max_allowed_external_sharing", "maxAllowedExternalSharing"),
    warns_outside: flag("calendar.external_invitations", "warnOnInvite"),
    interoperability: flag("calendar.interoperability", "enableInteroperability"),
    paid_booking_pages: flag("calendar.appointment_schedules", "enablePayments"),
});

columns!(GoogleGroupSettings, |row, view| row.switched_off = view.switched_off("groups_for_business"), {
    reach: word("groups_for_business.groups_sharing", "collaborationCapability"),
    who_creates: word("groups_for_business.groups_sharing", "createGroupsAccessLevel"),
    outside_members: flag("groups_for_business.groups_sharing", "ownersCanAllowExternalMembers"),
    outside_mail: flag("groups_for_business.groups_sharing", "ownersCanAllowIncomingMailFromPublic"),
    who_reads: word("groups_for_business.groups_sharing", "viewTopicsDefaultAccessLevel"),
    hidden_allowed: flag("groups_for_business.groups_sharing", "ownersCanHideGroups"),
    new_hidden: flag("groups_for_business.groups_sharing", "newGroupsAreHidden"),
});

columns!(GoogleSiteSettings, |row, view| row.switched_off = view.switched_off("sites"), {
    creation: flag("sites.sites_creation_and_modification", "allowSitesCreation"),
    editing: flag("sites.sites_creation_and_modification", "allowSitesModification"),
});

columns!(GoogleGmailSettings, |row, view| {
    row.switched_off = view.switched_off("gmail");
    row.spam_bypasses = gmail::spam_bypasses(view);
    row.mail_kept_everywhere = gmail::mail_kept_everywhere(view);
}, {
    pop: flag("gmail.pop_access", "enablePopAccess"),
    imap: flag("gmail.imap_access", "enableImapAccess"),
    auto_forwarding: flag("gmail.auto_forwarding", "enableAutoForwarding"),
    delegation: flag("gmail.mail_delegation", "enableMailDelegation"),
    outbound_gateways: flag("gmail.per_user_outbound_gateway", "allowUsersToUseExternalSmtpServers"),
    outlook_sync: flag("gmail.workspace_sync_for_outlook", "enableGoogleWorkspaceSyncForMicrosoftOutlook"),
    imports: flag("gmail.user_email_uploads", "enableMailAndContactsImport"),
    confidential_mode: flag("gmail.confidential_mode", "enableConfidentialMode"),
    smime: word("gmail.smime_encryption", "enableSmimeEncryption"),
    scans_before_delivery: flag("gmail.enhanced_pre_delivery_message_scanning", "enableImprovedSuspiciousContentDetection"),
    attachments_encrypted: flag("gmail.email_attachment_safety", "enableEncryptedAttachmentProtection"),
    attachments_encrypted_action: word("gmail.email_attachment_safety", "encryptedAttachmentProtectionConsequence"),
    attachments_scripts: flag("gmail.email_attachment_safety", "enableAttachmentWithScriptsProtection"),
    attachments_scripts_action: word("gmail.email_attachment_safety", "attachmentWithScriptsProtectionConsequence"),
    attachments_unusual: flag("gmail.email_attachment_safety", "enableAnomalousAttachmentProtection"),
    attachments_unusual_action: word("gmail.email_attachment_safety", "anomalousAttachmentProtectionConsequence"),
    attachments_future: flag("gmail.email_attachment_safety", "applyFutureRecommendedSettingsAutomatically"),
    links_shortened: flag("gmail.links_and_external_images", "enableShortenerScanning"),
    links_images: flag("gmail.links_and_external_images", "enableExternalImageScanning"),
    links_warning: flag("gmail.links_and_external_images", "enableAggressiveWarningsOnUntrustedLinks"),
    links_future: flag("gmail.links_and_external_images", "applyFutureSettingsAutomatically"),
    spoofing_domain_names: flag("gmail.spoofing_and_authentication", "detectDomainNameSpoofing"),
    spoofing_domain_names_action: word("gmail.spoofing_and_authentication", "domainNameSpoofingConsequence"),
    spoofing_employee_names: flag("gmail.spoofing_and_authentication", "detectEmployeeNameSpoofing"),
    spoofing_employee_names_action: word("gmail.spoofing_and_authentication", "employeeNameSpoofingConsequence"),
    spoofing_domain: flag("gmail.spoofing_and_authentication", "detectDomainSpoofingFromUnauthenticatedSenders"),
    spoofing_domain_action: word("gmail.spoofing_and_authentication", "domainSpoofingConsequence"),
    spoofing_groups: flag("gmail.spoofing_and_authentication", "detectGroupsSpoofing"),
    spoofing_groups_action: word("gmail.spoofing_and_authentication", "groupsSpoofingConsequence"),
    unauthenticated: flag("gmail.spoofing_and_authentication", "detectUnauthenticatedEmails"),
    unauthenticated_action: word("gmail.spoofing_and_authentication", "unauthenticatedEmailConsequence"),
    spoofing_future: flag("gmail.spoofing_and_authentication", "applyFutureSettingsAutomatically"),
    ip_allowlist: texts("gmail.email_spam_filter_ip_allowlist", "allowedIpAddresses"),
});

columns!(GoogleChatSettings, |row, view| row.switched_off = view.switched_off("chat"), {
    outside_chat: flag("chat.external_chat_restriction", "allowExternalChat"),
    outside_chat_with: word("chat.external_chat_restriction", "externalChatRestriction"),
    outside_spaces: flag("chat.chat_external_spaces", "enabled"),
    outside_spaces_with: word("chat.chat_external_spaces", "domainAllowlistMode"),
    outside_files: word("chat.chat_file_sharing", "externalFileSharing"),
    inside_files: word("chat.chat_file_sharing", "internalFileSharing"),
    history_on: flag("chat.chat_history", "historyOnByDefault"),
    history_changed_by_people: flag("chat.chat_history", "allowUserModification"),
    space_history: word("chat.space_history", "historyState"),
    apps: flag("chat.chat_apps_access", "enableApps"),
    webhooks: flag("chat.chat_apps_access", "enableWebhooks"),
});

columns!(GoogleMeetSettings, |row, view| row.switched_off = view.switched_off("meet"), {
    who_enters: word("meet.meet_joining", "allowedAudience"),
    who_joins: word("meet.safety_domain", "usersAllowedToJoin"),
    meetings_joined: word("meet.safety_access", "meetingsAllowedToJoin"),
    host_management: flag("meet.safety_host_management", "enableHostManagement"),
    outsiders_marked: flag("meet.safety_external_participants", "enableExternalLabel"),
    recording: flag("meet.video_recording", "enableRecording"),
    recorded_by_default: flag("meet.automatic_recording", "enabled"),
    transcribed_by_default: flag("meet.automatic_transcription", "enabled"),
});

columns!(GoogleAppSettings, |_, _| {}, {
    marketplace: word("workspace_marketplace.apps_access_options", "accessLevel"),
    marketplace_internal: flag("workspace_marketplace.apps_access_options", "allowAllInternalApps"),
    unlisted_apps: word("api_controls.unconfigured_third_party_apps", "accessLevel"),
    internal_apps_trusted: flag("api_controls.internal_apps", "trustInternalApps"),
    restricted_services: restricted("api_controls.google_services", "services"),
    data_region: word("data_regions.data_at_rest_region", "region"),
    processed_in_region: flag("data_regions.data_processing_region", "limitToStorageRegion"),
    unmanaged_accounts: word("provisioning.conflicting_accounts_management", "option"),
});
