//! Settings of Google Workspace as they hold for people, and what they were worked out from.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// Whom the mail of a rule that warns administrators reaches.
    pub enum AlertReach {
        /// The super administrators, or an account that is open.
        Account = "account",
        /// An address that is no account's, such as a group's or an IT provider's: who reads it, no API tells.
        Elsewhere = "elsewhere",
        /// It mails nobody, or closed accounts alone.
        Nobody = "nobody",
    }
}

dataset! {
    /// Situations: the people of one organisational unit who are in the same groups with settings of their own. For all
    /// of them the same settings hold. A unit without people has one of its own.
    situations as situation: Situation, singleton = false, label = id {
        /// The unit and the groups: `/Clinic/Front desk, in group Interns`.
        id: Text,
        /// The unit: `/Clinic/Front desk`.
        unit: Text,
        /// Groups with settings of their own that the people are in.
        groups: Vec<Text>,
        /// Products that a setting is tied to and that the people hold: `/product/101001/sku/1010010001`.
        products: Vec<Text>,
        /// How many active accounts are in it.
        people: i64,
    }
}

dataset! {
    /// Every setting as it holds in every situation, with where it comes from, so that anybody can check it by hand.
    /// Source: the policies of the Cloud Identity API, put together as Google describes it.
    effective_settings as setting: EffectiveSetting, singleton = false, label = id {
        /// Made of situation, setting and field.
        id: Text,
        /// The situation: `/Clinic/Front desk, in group Interns`.
        situation: Text,
        /// How many active accounts are in it.
        people: i64,
        /// The vendor's name of the setting: `security.password`.
        setting: Text,
        /// The vendor's name of the field: `minimumLength`.
        field: Text,
        /// The value, as JSON.
        value: Text,
        /// The unit or group whose policy sets it: `unit /Clinic`, `group Interns`, `Google`, `default of Google`.
        set_by: Text,
        /// Whether it is the vendor's default, because no policy sets it.
        is_default: bool,
    }
}

dataset! {
    /// Kinds of settings that the customer's policies set, known to this program or not.
    /// Source: Cloud Identity API, policies.
    setting_types as setting_type: SettingType, singleton = false, label = id {
        /// The vendor's name: `security.password`.
        id: Text,
        /// Whether this program reads a column from it.
        known: bool,
        /// How many policies set it.
        policies: i64,
    }
}

dataset! {
    /// Policies that hold for nobody, or nobody knows for whom.
    unapplied_policies as policy: UnappliedPolicy, singleton = false, label = id {
        /// The vendor's name of the policy.
        id: Text,
        /// The setting that it sets: `security.password`.
        setting: Text,
        /// Why, in words.
        reason: Text,
    }
}

dataset! {
    /// Services of Google as they are on or off for people: one row for each situation and service. Services of the dated
    /// list that are not covered by the contract on health data stand here also where no policy names them.
    google_service_states as service: GoogleServiceState, singleton = false, label = id {
        /// Made of situation and service.
        id: Text,
        /// The situation: `/Clinic/Front desk, in group Interns`.
        situation: Text,
        /// How many active accounts are in it.
        people: i64,
        /// The vendor's name of the service: `youtube`.
        service: Text,
        /// `ENABLED` or `DISABLED`. Source: service_status.
        state: Text,
        /// Whether the contract on health data covers the service, by the dated list; unknown where the list does not name
        /// it.
        covered: bool,
    }
}

dataset! {
    /// Whether people can download everything of theirs in a service by Google Takeout: one row for each situation and
    /// service. Source: user_takeout, and takeout.service_status for all services without a switch of their own.
    google_takeout_states as takeout: GoogleTakeoutState, singleton = false, label = id {
        /// Made of situation and service.
        id: Text,
        /// The situation: `/Clinic/Front desk, in group Interns`.
        situation: Text,
        /// How many active accounts are in it.
        people: i64,
        /// The vendor's name of the service: `photos`; `takeout` stands for all without a switch of their own: mail, files,
        /// calendars, …
        service: Text,
        /// `ENABLED` or `DISABLED`.
        state: Text,
    }
}

dataset! {
    /// Rules of Google that warn administrators. Those of the dated list stand here also where no policy names them.
    /// Source: rule.system_defined_alerts.
    google_alert_rules as alert: GoogleAlertRule, singleton = false, label = id {
        /// The vendor's name of the rule: `Suspicious login`.
        id: Text,
        /// `ACTIVE` or `INACTIVE`.
        state: Text,
        /// Whom it mails: `all super administrators`, or addresses; empty where it shows in the alert center alone. Source:
        /// action.alertCenterAction.recipients.
        recipients: Vec<Text>,
        /// Whether somebody gets that mail.
        reaches: AlertReach,
    }
}

dataset! {
    /// Rules that look for data on its way out. Source: rule.dlp. What they look for is read, never what they found.
    google_dlp_rules as rule: GoogleDlpRule, singleton = false, label = name {
        /// The vendor's name of the policy.
        id: Text,
        /// The rule's name.
        name: Text,
        /// `ACTIVE` or `INACTIVE`.
        state: Text,
        /// Units and groups that it is for.
        scope: Text,
        /// Apps whose traffic it looks at: `gmail`, `drive`, `chat`, …
        apps: Vec<Text>,
        /// Apps for which it stops what it finds, or warns the sender.
        acts_in: Vec<Text>,
        /// Kinds of data that it looks for: `US_SOCIAL_SECURITY_NUMBER`, …
        detectors: Vec<Text>,
        /// Whether one of the kinds tells of a patient, by the dated list.
        health: bool,
    }
}

dataset! {
    /// Which mail, files and chats are looked through for health data: one row for each situation and app.
    google_dlp_coverage as watched: GoogleDlpCoverage, singleton = false, label = id {
        /// Made of situation and app.
        id: Text,
        /// The situation: `/Clinic/Front desk, in group Interns`.
        situation: Text,
        /// How many active accounts are in it.
        people: i64,
        /// `gmail`, `drive` or `chat`.
        app: Text,
        /// Names of rules in force that look for health data there and stop it or warn.
        rules: Vec<Text>,
    }
}

dataset! {
    /// Settings that no API of Google shows: a person looks in the Admin console, and attests.
    console_settings as console_settings: ConsoleSettings, singleton = true, label = id {
        /// Always `Admin console`.
        id: Text,
        /// Whether outgoing mail is signed (DKIM).
        mail_signed: bool,
        /// Whether Context-Aware Access lets only managed devices in. The levels of access stand in Access Context Manager,
        /// which asks for a permission that can change everything in the cloud organisation (`cloud-platform`) and is not
        /// read; to which apps a level is assigned no API shows.
        managed_devices_only: bool,
        /// Days for which Vault keeps mail, files and chats by default. Vault's API shows no rule of retention. What it
        /// shows is not read: holds are for a case and end with it, so that none says that everything is kept, and its
        /// permission (`ediscovery.readonly`) opens the names of cases and what was searched for in them.
        retention_days: i64,
        /// Whether additional services that have no switch of their own are on.
        services_without_switch: bool,
    }
}
