//! Every dataset: a row struct each, whose doc comments and types are the dictionary's text.
//!
//! A dataset that both platforms can fill stands once and says which vendor's word a column follows. Which requests
//! fill a column is written with the request, in the provider.

mod access;
mod apps;
mod changes;
mod devices;
mod dns;
mod google_app_access;
mod google_mail;
mod google_meetings;
mod google_services;
mod google_settings;
mod google_sharing;
mod google_sign_in;
mod identity;
mod mail_flow;
mod mail_protection;
mod mailboxes;
mod org_units;
mod purview;
mod records;
mod sharing;
mod teams;
mod tenant;

pub use access::*;
pub use apps::*;
pub use changes::*;
pub use devices::*;
pub use dns::*;
pub use google_app_access::*;
pub use google_mail::*;
pub use google_meetings::*;
pub use google_services::*;
pub use google_settings::*;
pub use google_sharing::*;
pub use google_sign_in::*;
pub use identity::*;
pub use mail_flow::*;
pub use mail_protection::*;
pub use mailboxes::*;
pub use org_units::*;
pub use purview::*;
pub use records::*;
pub use sharing::*;
pub use teams::*;
pub use tenant::*;

crate::dataset::datasets! {
    tenant {
        organization: Organization,
        domains: Domain,
        subscribed_skus: SubscribedSku,
    }
    identity {
        users: User,
        groups: Group,
        role_definitions: RoleDefinition,
        role_assignments: RoleAssignment,
        role_policies: RolePolicy,
        emergency_accounts: EmergencyAccount,
    }
    access {
        security_defaults: SecurityDefaults,
        conditional_access_policies: ConditionalAccessPolicy,
        named_locations: NamedLocation,
        authentication_strengths: AuthenticationStrength,
        authentication_methods_policy: AuthenticationMethodsPolicy,
        authentication_methods: AuthenticationMethod,
        authorization_policy: AuthorizationPolicy,
        admin_consent_policy: AdminConsentPolicy,
        cross_tenant_access: CrossTenantAccess,
        cross_tenant_partners: CrossTenantPartner,
        activity_timeouts: ActivityTimeout,
        directory_settings: DirectorySetting,
        password_protection: PasswordProtection,
        on_premises_sync: OnPremisesSync,
        sso_assignments: SsoAssignment,
    }
    mail_flow {
        audit_log: AuditLog,
        transport_rules: TransportRule,
        remote_domains: RemoteDomain,
        accepted_domains: AcceptedDomain,
        mail_connectors: MailConnector,
        exchange_organization: ExchangeOrganization,
        transport_settings: TransportSettings,
        sharing_policies: SharingPolicy,
        outlook_policies: OutlookPolicy,
        message_encryption: MessageEncryption,
        message_encryption_templates: MessageEncryptionTemplate,
        external_sender_tag: ExternalSenderTag,
        dkim_signing: DkimSigning,
        journal_rules: JournalRule,
        mail_authentication_policies: MailAuthenticationPolicy,
        phone_mail_policies: PhoneMailPolicy,
        mailbox_retention_policies: MailboxRetentionPolicy,
        mailbox_retention_tags: MailboxRetentionTag,
        partner_organizations: PartnerOrganization,
    }
    mailboxes {
        mailboxes: Mailbox,
        audit_bypasses: AuditBypass,
        mailbox_delegates: MailboxDelegate,
        inbox_rules: InboxRule,
        mail_forwarding: MailForwarding,
        automatic_forwarding: AutomaticForwarding,
    }
    mail_protection {
        anti_phish_policies: AntiPhishPolicy,
        spam_policies: SpamPolicy,
        malware_policies: MalwarePolicy,
        safe_links_policies: SafeLinksPolicy,
        safe_attachment_policies: SafeAttachmentPolicy,
        outbound_spam_policies: OutboundSpamPolicy,
        file_protection: FileProtection,
        teams_protection: TeamsProtection,
        connection_filters: ConnectionFilter,
        quarantine_policies: QuarantinePolicy,
        allowed_senders: AllowedSender,
        filter_bypasses: FilterBypass,
        report_submission: ReportSubmission,
    }
    purview {
        retention_policies: RetentionPolicy,
        retention_rules: RetentionRule,
        retention_coverage: RetentionCoverage,
        retention_labels: RetentionLabel,
        dlp_policies: DlpPolicy,
        dlp_rules: DlpRule,
        dlp_coverage: DlpCoverage,
        sensitivity_labels: SensitivityLabel,
        label_policies: LabelPolicy,
        alert_policies: AlertPolicy,
        audit_retention_policies: AuditRetentionPolicy,
    }
    sharing {
        sharepoint_settings: SharepointSettings,
        sharepoint_sites: SharepointSite,
        forms_settings: FormsSettings,
        self_service: SelfService,
    }
    teams {
        teams_federation: TeamsFederation,
        external_access_policies: ExternalAccessPolicy,
        teams_meeting_policies: TeamsMeetingPolicy,
        teams_client: TeamsClient,
        teams_messaging: TeamsMessaging,
        teams_guest_messaging: TeamsGuestMessaging,
        teams_guest_meetings: TeamsGuestMeetings,
        teams_meeting_settings: TeamsMeetingSettings,
        teams_live_event_policies: TeamsLiveEventPolicy,
        teams_app_policies: TeamsAppPolicy,
        teams_app_settings: TeamsAppSettings,
    }
    devices {
        devices: Device,
        device_platforms: DevicePlatformRow,
        device_policies: DevicePolicy,
        device_settings: DeviceSettings,
        app_protection_policies: AppProtectionPolicy,
        directory_devices: DirectoryDevice,
        security_alert_counts: SecurityAlertCount,
        security_incident_counts: SecurityIncidentCount,
        secure_score: SecureScore,
        risky_accounts: RiskyAccount,
        enrolment_defaults: EnrolmentDefaults,
    }
    apps {
        apps: App,
        app_grants: AppGrant,
        app_mailbox_limits: AppMailboxLimit,
        app_credentials: AppCredential,
        app_passwords: AppPassword,
        backup_service: BackupService,
        backup_policies: BackupPolicy,
        access_reviews: AccessReview,
        uncovered_services: UncoveredService,
    }
    changes {
        configuration_changes: ConfigurationChange,
        audit_log_setting: AuditLogSetting,
    }
    dns {
        mail_domains: MailDomain,
    }
    records {
        attestations: Attestation,
        vendors: Vendor,
        vendor_categories: VendorCategory,
        roster: Member,
        account_register: RegisteredAccount,
        practice_roles: PracticeRole,
        exceptions: Exception,
        remediation_plan: PlanItem,
    }
    results {
        #[serde(skip_serializing)]
        policy_results: PolicyResult,
    }
    org_units {
        org_units: OrgUnit,
    }
    google_services {
        group_settings: GroupSettings,
        send_as_addresses: SendAsAddress,
        drive_exposure: DriveExposure,
        log_keeping: LogKeeping,
        google_usage: GoogleUsage,
    }
    google_settings {
        situations: Situation,
        effective_settings: EffectiveSetting,
        setting_types: SettingType,
        unapplied_policies: UnappliedPolicy,
        google_service_states: GoogleServiceState,
        google_takeout_states: GoogleTakeoutState,
        google_alert_rules: GoogleAlertRule,
        google_dlp_rules: GoogleDlpRule,
        google_dlp_coverage: GoogleDlpCoverage,
        console_settings: ConsoleSettings,
    }
    google_sign_in {
        google_sign_in_settings: GoogleSignInSettings,
    }
    google_sharing {
        google_drive_settings: GoogleDriveSettings,
        google_calendar_settings: GoogleCalendarSettings,
        google_group_settings: GoogleGroupSettings,
        google_site_settings: GoogleSiteSettings,
    }
    google_mail {
        google_gmail_settings: GoogleGmailSettings,
        google_mail_rules: GoogleMailRule,
    }
    google_meetings {
        google_chat_settings: GoogleChatSettings,
        google_meet_settings: GoogleMeetSettings,
    }
    google_app_access {
        google_app_settings: GoogleAppSettings,
    }
}

/// Columns that change by use alone, while nothing else about the thing changes: when, and how often at once, it was used.
pub const MOVING: [&str; 7] = [
    "last_sign_in",
    "last_sso_sign_in",
    "last_used",
    "last_contact",
    "on_premises_last_sync",
    "places_at_once",
    "devices_at_once",
];

/// Columns that say when something has happened: a date that lies ahead cannot be right there.
pub const HAPPENED: [&str; 16] = [
    "at",
    "created",
    "enrolled",
    "granted",
    "invitation_changed",
    "last_contact",
    "last_password_change",
    "last_report",
    "last_sign_in",
    "last_sso_sign_in",
    "last_used",
    "oldest",
    "on_premises_last_sync",
    "protection_reported",
    "registered",
    "updated",
];

/// Whether the value of a finding with this name changes by use alone; the dataset may stand before the column.
pub fn moves(name: &str) -> bool {
    MOVING.contains(&name.rsplit('.').next().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Datasets;

    #[test]
    fn what_moves_or_has_happened_is_a_column() {
        for name in MOVING.into_iter().chain(HAPPENED) {
            assert!(Datasets::ALL.iter().any(|dataset| dataset.column(name).is_some()), "{name}");
        }
        assert!(moves("last_contact") && moves("organization.on_premises_last_sync") && !moves("created"));
    }
}
