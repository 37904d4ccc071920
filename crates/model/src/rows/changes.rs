//! Changes to the configuration lately: what, when and by whom.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// What a change was about.
    pub enum ChangeKind {
        /// A Conditional Access policy was made, changed or deleted.
        ConditionalAccess = "conditional_access",
        /// A place that Conditional Access knows by name was made, changed or deleted.
        NamedLocation = "named_location",
        /// Security defaults were switched on or off.
        SecurityDefaults = "security_defaults",
        /// Somebody was given a role, for good or to switch on.
        RoleAdded = "role_added",
        /// Somebody lost a role.
        RoleRemoved = "role_removed",
        /// Somebody switched on a role that he or she may switch on.
        RoleActivated = "role_activated",
        /// The rules of a role itself, or of switching it on, were changed.
        RoleSettings = "role_settings",
        /// An app was given access to data.
        AppConsent = "app_consent",
        /// What members and guests may do was changed.
        AuthorizationPolicy = "authorization_policy",
        /// Which sign-in methods are allowed was changed.
        AuthenticationMethods = "authentication_methods",
        /// How passwords of a domain are checked, or by whom, was changed.
        Federation = "federation",
        /// A domain was added or removed.
        Domain = "domain",
        /// Another company was made, or is no longer, a partner that may administer the tenant.
        Partner = "partner",
        /// How an app of the vendor works for people was changed: sharing of files, ways of mail.
        AppSettings = "app_settings",
        /// Which warnings are raised, or who gets them, was changed.
        Alerts = "alerts",
        /// Something else in the same parts of the log.
        Other = "other",
    }
}

dataset! {
    /// Changes to the rules of the tenant that the directory's log holds, each that succeeded. The vendor keeps this log
    /// for 30 days with Entra ID P1 or P2 and for 7 days without; a tenant without may have none before the log was first
    /// asked for. Changes in Exchange (the audit log's switch, mail rules) are not in it. Google keeps its own for about
    /// 180 days; of it only the changes of these kinds are read, and none of its other logs on sign-ins to other services,
    /// on each app that a person let in, and on hits of rules that look for data, as they name files and messages.
    /// Source: Microsoft Graph, directoryAudit; Google, Reports API, admin.
    configuration_changes as change: ConfigurationChange, singleton = false, label = target {
        /// The vendor's id.
        id: Text,
        /// When.
        at: Time,
        /// What was done, in the vendor's words: `Update conditional access policy`, …
        activity: Text,
        /// What it was about.
        kind: ChangeKind,
        /// Who did it: a sign-in name, or the name of an app; null where the log does not say.
        changed_by: Option<Text>,
        /// Whether an app did it and not a person.
        by_app: bool,
        /// Where an app did it and the log names it by its object in this tenant alone: the id of that object.
        /// Source: initiatedBy.app.servicePrincipalId.
        by_service_principal: Option<Text>,
        /// Name of what was changed: a policy, an app, a domain; for a role, its holder.
        target: Text,
        /// Id of what was changed.
        target_id: Option<Text>,
        /// For a role: its name.
        role: Option<Text>,
        /// For a role: its id, and that of its template.
        role_ids: Vec<Text>,
        /// The state before, where a change has one: `enabled`, `disabled`, …
        before: Option<Text>,
        /// The state after.
        after: Option<Text>,
        /// The role, the states or the reach of it, in words for people: `as Global Administrator`,
        /// `from enabled to report_only`, `for everybody`.
        details: Text,
    }
}

dataset! {
    /// When the settings of the audit log were last touched. Who did it stands in the audit log itself, which only a
    /// search can read: this program makes none.
    audit_log_setting as audit_log_setting: AuditLogSetting, singleton = true, label = id {
        /// The vendor's name of the setting.
        id: Text,
        /// Whether activity is being recorded now. Source: Get-AdminAuditLogConfig, UnifiedAuditLogIngestionEnabled.
        enabled: bool,
        /// When a setting of it was last changed, by whatever hand. Source: WhenChangedUTC.
        changed: Time,
    }
}
