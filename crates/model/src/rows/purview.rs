//! Microsoft Purview: retention, labels, data loss prevention, alerts and how long logs are kept.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// How much of one service a policy reaches.
    pub enum LocationScope {
        /// All of it.
        All = "all",
        /// All of it but for what is named as left out.
        AllBut = "all_but",
        /// Only what is named.
        Some = "some",
        /// Nothing of it.
        None = "none",
    }

    /// What happens to mail or files in which a rule finds what it looks for.
    pub enum DlpAction {
        /// They do not reach people outside.
        Blocks = "blocks",
        /// They are encrypted.
        Encrypts = "encrypts",
        /// Whoever sends or shares them is warned.
        Warns = "warns",
        /// Nothing that the sender notices.
        None = "none",
    }
}

dataset! {
    /// Retention policies: for how long mail, files and chats are kept, whoever deletes them.
    /// Source: Get-RetentionCompliancePolicy with DistributionDetail, without which locations are inaccurate.
    retention_policies as retention_policy: RetentionPolicy, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// `Enforce`: it acts; `Test` and `AuditAndNotify`: it does not; `PendingDeletion`: it is going.
        mode: Option<Text>,
        /// `Success` once it has reached every place; `Pending` and `Error` before.
        distribution_status: Option<Text>,
        /// How many of the mailboxes it reaches.
        exchange: LocationScope,
        /// How many of the SharePoint sites it reaches.
        sharepoint: LocationScope,
        /// How many of the people's own OneDrives it reaches.
        onedrive: LocationScope,
        /// How many of the Microsoft 365 groups, with their mailboxes and sites, it reaches.
        groups: LocationScope,
        /// How many people's Teams chats it reaches.
        teams_chats: LocationScope,
        /// How many teams' channel messages it reaches.
        teams_channels: LocationScope,
        /// Mailboxes, sites, groups and people that it names as reached, each after its service:
        /// `exchange/ana@maple.example`. Empty for a service of which it reaches all.
        reaches_only: Vec<Text>,
        /// Those that it names as left out, in the same form.
        leaves_out: Vec<Text>,
    }
}

dataset! {
    /// What retention policies do, one row for each rule. Source: Get-RetentionComplianceRule.
    retention_rules as retention_rule: RetentionRule, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The rule's name.
        name: Text,
        /// Id or name of its policy.
        policy: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// `Keep`, `KeepAndDelete` or `Delete`; null for a rule that only offers or sets a label.
        action: Option<Text>,
        /// For how many days; null where it has no number: for ever, or a label's rule.
        keep_days: Option<i64>,
        /// Whether it is for ever (`Unlimited`).
        keeps_forever: bool,
        /// Conditions that narrow it to a part of the content, by the vendor's name: `ContentMatchQuery`, …
        narrowed_by: Vec<Text>,
    }
}

dataset! {
    /// How long everything in one service is kept whoever deletes it, one row for each service: worked out from retention
    /// policies and rules that are on, enforced and distributed. A policy that leaves some out counts where others keep
    /// what it leaves out. A policy for a list of names does not count by itself, as whoever comes next is not on it; nor
    /// do labels that people put on single items.
    retention_coverage as kept: RetentionCoverage, singleton = false, label = name {
        /// `exchange`, `sharepoint`, `onedrive`, `groups`, `teams_chats` or `teams_channels`.
        id: Text,
        /// The service in plain words: `Mailboxes`, …
        name: Text,
        /// For how many days everything is kept; 0 for not at all; null for ever.
        keep_days: Option<i64>,
        /// Names of the policies that keep everything in it, by themselves or together.
        by: Vec<Text>,
        /// Policies for this service that do not count, each with the reason.
        not_counted: Vec<Text>,
    }
}

dataset! {
    /// Labels that people or rules can put on single items, and that keep or delete these. Whether a label is offered to
    /// anybody is not read. Source: Get-ComplianceTag.
    retention_labels as retention_label: RetentionLabel, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The name that people see.
        name: Text,
        /// `Keep`, `KeepAndDelete` or `Delete`; null for a label that does neither. Source: RetentionAction.
        action: Option<Text>,
        /// For how many days it keeps, or after how many it deletes; null where it has no number.
        /// Source: RetentionDuration.
        days: Option<i64>,
        /// Whether it keeps for ever (`Unlimited`).
        keeps_forever: bool,
        /// Whether an item that bears it is a record, which nobody can change. Source: IsRecordLabel.
        is_record: bool,
    }
}

dataset! {
    /// Data loss prevention policies: where rules look for sensitive data. Source: Get-DlpCompliancePolicy.
    dlp_policies as dlp_policy: DlpPolicy, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// `Enable`: it acts; `TestWithNotifications` and `TestWithoutNotifications`: it is only tried out; `Disable`,
        /// `PendingDeletion`: it does not act.
        mode: Option<Text>,
        /// How much of the mail it reaches.
        exchange: LocationScope,
        /// How many of the SharePoint sites it reaches.
        sharepoint: LocationScope,
        /// How many of the people's own OneDrives it reaches.
        onedrive: LocationScope,
        /// How many people's Teams chats and channel messages it reaches.
        teams: LocationScope,
    }
}

dataset! {
    /// Data loss prevention rules: what is looked for and what then happens. Source: Get-DlpComplianceRule.
    dlp_rules as dlp_rule: DlpRule, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The rule's name.
        name: Text,
        /// Id of its policy.
        policy: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// Names of the kinds of sensitive data that it looks for.
        sensitive_types: Vec<Text>,
        /// Those of them that tell of a patient, by a dated list of identifiers and words.
        health_types: Vec<Text>,
        /// Whether it is about content that goes to people outside: false when it looks only at what stays inside.
        /// Source: AccessScope.
        covers_outside: bool,
        /// The strongest thing that it does.
        action: DlpAction,
        /// Other conditions that must hold too before it acts, by the vendor's name.
        narrowed_by: Vec<Text>,
        /// How many numbers or words that tell of a patient one message or file must hold before it acts; null where it
        /// looks for none. Source: MinCount of the kinds in `health_types`, the least of those that are enough.
        least_count: Option<i64>,
    }
}

dataset! {
    /// What happens to health data that is about to leave by one service, one row for each service: worked out from data
    /// loss prevention policies that are enforced for everybody, and their rules.
    dlp_coverage as watched: DlpCoverage, singleton = false, label = name {
        /// `exchange`, `sharepoint`, `onedrive` or `teams`.
        id: Text,
        /// The service in plain words: `Mail`, …
        name: Text,
        /// The strongest thing that is done everywhere.
        action: DlpAction,
        /// Names of the policies that do something everywhere.
        by: Vec<Text>,
        /// Policies with rules about health data that do not count for this service, each with the reason.
        not_counted: Vec<Text>,
    }
}

dataset! {
    /// Sensitivity labels that people or rules can put on mail and files. Source: Get-Label.
    sensitivity_labels as sensitivity_label: SensitivityLabel, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The name that people see.
        name: Text,
        /// The name that policies know it by; often the same as the id.
        internal_name: Text,
        /// Whether it can be used.
        enabled: bool,
        /// Whether it encrypts what it is put on. Source: LabelActions, an action of type `encrypt` that is not disabled.
        encrypts: bool,
        /// Whether a label policy that is on offers it to everybody. Not known where one offers it to people and groups by
        /// name only, or to all but some: whether these are all who need it, only the practice can say.
        published: bool,
    }
}

dataset! {
    /// Policies that offer sensitivity labels to people. Source: Get-LabelPolicy.
    label_policies as label_policy: LabelPolicy, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// Labels that it offers, by internal name or id.
        labels: Vec<Text>,
        /// To how many people it offers them.
        reach: LocationScope,
    }
}

dataset! {
    /// Rules that raise an alarm when something suspicious is recorded; most are the vendor's own.
    /// Source: Get-ProtectionAlert.
    alert_policies as alert_policy: AlertPolicy, singleton = false, label = name {
        /// The vendor's id (Guid).
        id: Text,
        /// The alert's name; those of the vendor's own are the same in every tenant.
        name: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// Whether it sends mail. The vendor's own send it to the tenant's administrators.
        notifies: bool,
        /// Addresses or groups to which it sends mail.
        recipients: Vec<Text>,
        /// Recorded activities that it looks at: `FileDeleted`, …; empty where the vendor does not say.
        operations: Vec<Text>,
    }
}

dataset! {
    /// Rules about how long records of activity are kept, made by the tenant. Without any, the vendor keeps them for 180
    /// days; for one year those about mail, files and sign-ins of people with Audit (Premium).
    /// Source: Get-UnifiedAuditLogRetentionPolicy.
    audit_retention_policies as audit_retention_policy: AuditRetentionPolicy, singleton = false, label = name {
        /// The vendor's id (Guid), or the policy's name where there is none.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it is switched on.
        enabled: bool,
        /// For how many days it keeps records.
        days: i64,
        /// Kinds of records that it is for; empty for all.
        record_types: Vec<Text>,
        /// Activities that it is for; empty for all.
        operations: Vec<Text>,
        /// People whose records it is for; empty for everybody.
        user_ids: Vec<Text>,
    }
}
