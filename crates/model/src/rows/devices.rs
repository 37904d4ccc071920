//! Devices: computers and phones, the rules that are set for them, and what the vendor's protection reports.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// The system that a device runs.
    pub enum DevicePlatform {
        /// Windows on a computer.
        Windows = "windows",
        /// macOS.
        MacOs = "macos",
        /// iOS or iPadOS.
        Ios = "ios",
        /// Android.
        Android = "android",
        /// Linux.
        Linux = "linux",
        /// ChromeOS.
        ChromeOs = "chromeos",
        /// Anything else.
        Other = "other",
    }

    /// Whose device it is.
    pub enum DeviceOwner {
        /// The practice's.
        Company = "company",
        /// A person's own.
        Personal = "personal",
        /// Nobody said.
        Unknown = "unknown",
    }

    /// What the device management says of a device, held against the rules that are set for it.
    pub enum DeviceCompliance {
        /// Keeps to them.
        Compliant = "compliant",
        /// Breaks one.
        Noncompliant = "noncompliant",
        /// Breaks one, and has time left to mend it.
        InGracePeriod = "in_grace_period",
        /// Rules contradict each other.
        Conflict = "conflict",
        /// It could not be found out.
        Error = "error",
        /// Another program of the vendor judges it: Configuration Manager.
        ConfigManager = "config_manager",
        /// Not judged yet.
        Unknown = "unknown",
    }

    /// What a rule for devices does.
    pub enum DevicePolicyKind {
        /// Marks devices that break it, so that they can be kept out.
        Compliance = "compliance",
        /// Sets devices up.
        Configuration = "configuration",
    }

    /// How urgent an alert is.
    pub enum AlertSeverity {
        /// A likely break-in.
        High = "high",
        /// Needs a look soon.
        Medium = "medium",
        /// Seldom a threat.
        Low = "low",
        /// For the record.
        Informational = "informational",
    }

    /// How sure the directory is that somebody else uses an account.
    pub enum RiskLevel {
        /// Quite sure.
        High = "high",
        /// Something is odd.
        Medium = "medium",
        /// A weak sign.
        Low = "low",
        /// Not shown to this tenant, whose licence is too small.
        Hidden = "hidden",
        /// None is left.
        None = "none",
    }
}

dataset! {
    /// Computers and phones that the device management knows. Microsoft: Intune. Google: endpoint management by way of
    /// Cloud Identity, and Chromebooks that are enrolled; the Directory API's list of mobile devices shows the same phones
    /// once more, in words instead of states, and is not read.
    devices as device: Device, singleton = false, label = name {
        /// The device management's id of the device.
        id: Text,
        /// The device's name.
        name: Text,
        /// Sign-in name of the person whose device it is; null when it is nobody's. Microsoft: userPrincipalName; Google:
        /// userEmail of who last used it.
        user: Option<Text>,
        /// Object id of that person; null when it is nobody's. Source: userId.
        user_id: Option<Text>,
        /// The id under which the directory knows the device; null when it does not. Source: azureADDeviceId.
        directory_device_id: Option<Text>,
        /// The system that it runs.
        platform: DevicePlatform,
        /// The system as the vendor names it: `Windows`, `iOS`. Source: operatingSystem.
        operating_system: Text,
        /// The system's version: `10.0.26100.4351`, `18.5`. Source: osVersion.
        os_version: Option<Text>,
        /// Edition of Windows: `Pro`, `Enterprise`, …; null when the device did not report it. Source: skuFamily (beta).
        edition: Option<Text>,
        /// Whose device it is. Source: managedDeviceOwnerType.
        owner: DeviceOwner,
        /// Whether the practice can set rules for the device and wipe it, not only see it. Microsoft: managementAgent.
        /// Google: a phone that was approved (managementState), an enrolled Chromebook, a computer that stands in the
        /// practice's inventory (ownerType).
        managed: bool,
        /// Whether it keeps to the rules that are set for it. Source: complianceState.
        compliance: DeviceCompliance,
        /// When it was enrolled. Google: when it was entered in the inventory (createTime); of people's own, when an
        /// account of the practice first signed in on it. Source: Microsoft Graph, enrolledDateTime.
        enrolled: Option<Time>,
        /// When it last reported; null: never. Source: lastSyncDateTime.
        last_contact: Option<Time>,
        /// Whether the maker's safeguards were removed from it; null when it was not checked. Microsoft: jailBroken;
        /// Google: compromisedState.
        jailbroken: Option<bool>,
        /// Whether it asks for a password, a PIN or a finger; null when it did not report. Source: Google, passwordState
        /// of every account on it.
        password_set: Option<bool>,
        /// Whether it said that it is encrypted, before anything is weighed. Source: isEncrypted; false may also mean
        /// that it has not said yet.
        encryption_reported: bool,
        /// Whether its storage is encrypted. Google: encryptionState; an iPhone or iPad is by its passcode, a Chromebook
        /// always. Microsoft: for computers the state that the device management measured decides
        /// (managedDeviceEncryptionState), and what the device said only where nothing was measured; a device that has
        /// hardly reported is unknown.
        encrypted: bool,
        /// Whether a rule that reaches the device demands encryption. On iPhones and iPads a demanded passcode does.
        encryption_demanded: bool,
        /// Minutes after which the rules that reach the device lock it and ask for the password again. Null: no rule
        /// that Intune shows does so.
        lock_minutes: Option<i64>,
        /// Whether the directory keeps a key to recover the encrypted disk. The key itself is never read.
        recovery_key_kept: bool,
        /// End of the vendor's support for the version and edition that it runs; null: none announced. From a dated list.
        os_support_ends: Option<Time>,
        /// The same for the edition with the shortest support.
        os_support_ends_earliest: Option<Time>,
        /// The same for the edition with the longest support.
        os_support_ends_latest: Option<Time>,
        /// Whether Defender's protection from malware is on. Source: windowsProtectionState.malwareProtectionEnabled.
        malware_protection_on: bool,
        /// Whether Defender watches all the time. Source: windowsProtectionState.realTimeProtectionEnabled.
        real_time_protection_on: bool,
        /// Whether Defender's knowledge of malware is out of date. Source: windowsProtectionState.signatureUpdateOverdue.
        signatures_overdue: bool,
        /// When Defender last reported its state; null: never. Source: windowsProtectionState.lastReportedDateTime.
        protection_reported: Option<Time>,
    }
}

dataset! {
    /// The systems that managed devices run, one row for each, with the devices that no rule protects.
    device_platforms as device_platform: DevicePlatformRow, singleton = false, label = name {
        /// The system: `windows`, `macos`, `ios`, `android`, …
        id: Text,
        /// The system as the vendor names it.
        name: Text,
        /// How many managed devices run it.
        devices: i64,
        /// Whether a rule that demands encryption reaches every one of them.
        encryption_demanded: bool,
        /// Names of those that no such rule reaches, at most 20.
        without_encryption_rule: Vec<Text>,
        /// Minutes after which every one of them locks by rule, the longest. Null: one is reached by no such rule.
        lock_minutes: Option<i64>,
        /// Names of those that no such rule reaches, at most 20.
        without_lock_rule: Vec<Text>,
    }
}

dataset! {
    /// Rules for devices: compliance policies, device profiles and the settings catalogue of Intune.
    device_policies as device_policy: DevicePolicy, singleton = false, label = name {
        /// The rule's id.
        id: Text,
        /// The rule's name.
        name: Text,
        /// What it does.
        kind: DevicePolicyKind,
        /// Systems that it is for: `windows`, `macos`, `ios`, `android`, `linux`.
        platforms: Vec<Text>,
        /// Whether it is assigned to all devices.
        all_devices: bool,
        /// Whether it is assigned to all people with a licence.
        all_users: bool,
        /// Ids of groups that it is assigned to.
        include_groups: Vec<Text>,
        /// Ids of groups that are left out.
        exclude_groups: Vec<Text>,
        /// Whether a filter narrows an assignment to some devices.
        filtered: bool,
        /// Whether it demands encryption.
        requires_encryption: bool,
        /// Whether it demands a password or a code.
        requires_password: bool,
        /// Minutes at rest after which it locks the device; null: it does not say.
        lock_minutes: Option<i64>,
    }
}

dataset! {
    /// Settings of the device management that hold for the whole tenant.
    device_settings as device_settings: DeviceSettings, singleton = true, label = id {
        /// Always `settings`.
        id: Text,
        /// Whether a device that no compliance policy reaches counts as not compliant.
        /// Source: deviceManagementSettings.secureByDefault (beta).
        secure_by_default: bool,
        /// Days without contact after which a device counts as not compliant.
        /// Source: deviceManagementSettings.deviceComplianceCheckinThresholdDays (beta).
        checkin_threshold_days: i64,
    }
}

dataset! {
    /// Rules for the vendor's apps on phones and tablets, whether or not the device is managed.
    app_protection_policies as app_policy: AppProtectionPolicy, singleton = false, label = name {
        /// The rule's id.
        id: Text,
        /// The rule's name.
        name: Text,
        /// The system that it is for: `ios` or `android`.
        platform: DevicePlatform,
        /// Whether it is assigned to all people with a licence, and no group is left out.
        reaches_everybody: bool,
        /// Object ids of the people whom it reaches through groups.
        reached: Vec<Text>,
        /// Whether opening an app asks for a PIN, a finger or a face. Source: pinRequired.
        pin_required: bool,
        /// Whether data can go only to other protected apps, or to none. Source: allowedOutboundDataTransferDestinations.
        transfer_limited: bool,
        /// Whether it covers Outlook, Teams and OneDrive. Source: appGroupType and apps (beta).
        covers_core_apps: bool,
    }
}

dataset! {
    /// Devices that the directory knows: every one that was ever joined or registered to sign in.
    directory_devices as directory_device: DirectoryDevice, singleton = false, label = name {
        /// The directory's object id.
        id: Text,
        /// The device's own id.
        device_id: Option<Text>,
        /// The device's name.
        name: Text,
        /// The system as the vendor names it.
        operating_system: Option<Text>,
        /// Whether it may be used to sign in. Source: accountEnabled.
        enabled: bool,
        /// `AzureAd`: joined to the directory; `ServerAd`: joined to a domain on site; `Workplace`: somebody's own,
        /// registered. Source: trustType.
        trust_type: Option<Text>,
        /// Whether the directory says that it is managed; null: it does not know. Source: isManaged.
        managed_reported: Option<bool>,
        /// Whether the directory or the device management says that it is managed.
        managed: bool,
        /// Roughly when it last signed in. Not known where the directory has no date: some devices that are in use have none.
        /// Source: approximateLastSignInDateTime.
        last_sign_in: Option<Time>,
        /// When it was entered in the directory. Source: registrationDateTime.
        registered: Option<Time>,
        /// When the device management last heard of it; null: it does not have the device, or never heard of it.
        last_report: Option<Time>,
    }
}

dataset! {
    /// Alerts of the vendor's security products that nobody has closed, counted by urgency. What they are about is
    /// not read.
    security_alert_counts as alert_count: SecurityAlertCount, singleton = false, label = id {
        /// `high`, `medium`, `low` or `informational`.
        id: Text,
        /// The urgency.
        severity: AlertSeverity,
        /// How many are open.
        open: i64,
        /// When the oldest of them was raised; null: none is open.
        oldest: Option<Time>,
    }
}

dataset! {
    /// Incidents that nobody has taken up: alerts which the vendor's security products see as one attack. Counted by
    /// urgency; what they are about is not read.
    security_incident_counts as incident_count: SecurityIncidentCount, singleton = false, label = id {
        /// `high`, `medium`, `low` or `informational`.
        id: Text,
        /// The urgency.
        severity: AlertSeverity,
        /// How many are active: neither resolved nor in anybody's hands.
        open: i64,
        /// When the oldest of them was opened; null: none is active.
        oldest: Option<Time>,
    }
}

dataset! {
    /// The score that Microsoft gives the tenant's settings, once a day, by rules that Microsoft changes without asking:
    /// something to look at, which proves nothing by itself. Source: Microsoft Graph, secureScore.
    secure_score as secure_score: SecureScore, singleton = true, label = id {
        /// The vendor's id, made from the tenant and the day.
        id: Text,
        /// The day of the score. Source: createdDateTime.
        at: Time,
        /// Points, rounded down. Source: currentScore.
        points: i64,
        /// Points that this tenant can reach with what it pays for, rounded down. Source: maxScore.
        points_possible: i64,
        /// The points as percent of those that can be reached, rounded down.
        percent: i64,
    }
}

dataset! {
    /// Accounts that the directory sees at risk: it found signs that somebody else uses them, and nobody has dealt with
    /// that. Accounts without risk are not listed.
    risky_accounts as risky: RiskyAccount, singleton = false, label = name {
        /// The account's object id.
        id: Text,
        /// The account's name.
        name: Text,
        /// How sure the directory is. Source: riskLevel.
        level: RiskLevel,
        /// When the risk last changed: it is at least so old. Source: riskLastUpdatedDateTime.
        updated: Time,
        /// Whether the account was deleted since. Source: isDeleted.
        deleted: bool,
    }
}

dataset! {
    /// Whose devices may be enrolled in the device management, for everybody to whom no other rule is assigned. Such
    /// other rules are not read.
    enrolment_defaults as enrolment: EnrolmentDefaults, singleton = true, label = id {
        /// The vendor's id of the rule.
        id: Text,
        /// Systems of which people may enrol their own devices: `Windows`, `macOS`, `iOS`. Android is not told.
        /// Source: windowsRestriction, macOSRestriction, iosRestriction.
        personal_allowed: Vec<Text>,
    }
}
