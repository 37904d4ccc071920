//! Apps and partners: what they may read, who let them in, and which secrets they hold.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// How an app came by its permissions.
    pub enum GrantKind {
        /// It acts by itself, without a person, in the whole tenant.
        Application = "application",
        /// It acts for whoever uses it: an administrator let it in for everybody.
        Everybody = "everybody",
        /// It acts for one person, who or whose administrator let it in.
        Person = "person",
    }

    /// What an app proves its identity with.
    pub enum CredentialKind {
        /// A secret text.
        Secret = "secret",
        /// A certificate.
        Certificate = "certificate",
    }

    /// Whose access a review looks at.
    pub enum ReviewSubject {
        /// Whoever holds a role of the directory, or could switch one on.
        Roles = "roles",
        /// Guests, in groups or everywhere.
        Guests = "guests",
        /// Members of groups and teams.
        Groups = "groups",
        /// People who may use an app.
        Apps = "apps",
        /// Anything else.
        Other = "other",
    }

    /// Whether the company behind a known app signs a business associate agreement, by what it says itself. That it would
    /// does not show that this practice has one.
    pub enum AppContract {
        /// It does, whatever the plan.
        Signs = "signs",
        /// On some plans only.
        SignsOnPlan = "signs-on-plan",
        /// After asking, for those whom it accepts.
        OnRequest = "on-request",
        /// It does not, or its terms keep patient data out.
        No = "no",
        /// Nothing that the vendor says of it was found.
        Unknown = "unknown",
    }
}

dataset! {
    /// Apps that the tenant knows: each with who made it, who let it in, and what it reaches.
    apps as app: App, singleton = false, label = name {
        /// The app's object id in this tenant. Microsoft: the service principal's; Google: the OAuth client's.
        id: Text,
        /// The name that people see.
        name: Text,
        /// The id that the app has in every tenant.
        app_id: Text,
        /// Name of the publisher that the vendor of the platform has verified; null for none.
        publisher: Option<Text>,
        /// Whether the vendor of the platform has verified who publishes the app.
        publisher_verified: bool,
        /// The id of the tenant that the app belongs to. Source: Microsoft Graph, appOwnerOrganizationId.
        owner_tenant: Option<Text>,
        /// Whether the app is one of the platform's own vendor.
        is_vendor_app: bool,
        /// Whether the app was made in this tenant, or is a managed identity of the tenant's own subscription.
        /// Source: Microsoft Graph, servicePrincipalType.
        is_own: bool,
        /// Whether the app may sign in, and people to it. Microsoft Graph: accountEnabled; Google lists an app only where
        /// somebody's grant is alive.
        enabled: bool,
        /// When it came into the tenant. Null: the vendor does not keep it, as Google does not.
        created: Option<Time>,
        /// When it last signed in or somebody last signed in to it. Null: never seen; Google: not in the last 180 days.
        /// Microsoft Graph: servicePrincipalSignInActivity; Google: the log of OAuth tokens.
        last_used: Option<Time>,
        /// Permissions that it uses by itself, in the whole tenant: `Mail.Read`.
        application_permissions: Vec<Text>,
        /// Permissions that it uses for a person, with that person's own rights.
        delegated_permissions: Vec<Text>,
        /// Whether an administrator let it in for the whole practice.
        admin_consented: bool,
        /// How many people it was let in for one by one.
        people: i64,
        /// Names of those of `people` whose accounts are switched off.
        disabled_people: Vec<Text>,
        /// What it can do, in plain words: `read the mail of everybody`.
        reach: Vec<Text>,
        /// Whether it reads every mailbox by itself: it may, and Exchange does not limit it to some.
        reads_all_mail: bool,
        /// Whether it reads all files by itself.
        reads_all_files: bool,
        /// Whether it changes accounts, groups, roles, apps or rules of access by itself.
        changes_directory: bool,
        /// Whether it reaches mail, calendars, files, chats, devices or the directory of the whole practice, by itself or
        /// for everybody who uses it. Google: whether it holds a scope that Google calls restricted, or one of an
        /// administrator; each person lets an app in alone there, and what it then reads is whole.
        is_high_risk: bool,
        /// Whether it reaches anything that may hold patient data, of whomever: mail, calendars, contacts, files, chats.
        reaches_data: bool,
        /// The product as a dated catalogue knows it; null for an app that the catalogue does not have.
        known_as: Option<Text>,
        /// What the known product is: `backup`, `mail program`, `notes of meetings`, …
        category: Option<Text>,
        /// Whether the known product's company signs a business associate agreement.
        contract: Option<AppContract>,
        /// Whether the catalogue's sources met the known product again and again in mailboxes that were taken over.
        seen_in_attacks: bool,
    }
}

dataset! {
    /// Permissions that apps were given, one row for each time. Microsoft: application permissions on Microsoft Graph,
    /// Exchange and SharePoint, and all delegated ones. Google: what each person let in, without the day, which stands in a
    /// log that is not read. Which programs an administrator let act as everybody (domain-wide delegation) no API shows: a
    /// person looks at Admin console > Security > Access and data control > API controls > Manage domain-wide delegation;
    /// that one was added in the last half-year stands in `configuration_changes`.
    app_grants as grant: AppGrant, singleton = false, label = app_name {
        /// The vendor's id of the grant.
        id: Text,
        /// The app's object id.
        app: Text,
        /// The app's name; its object id where it is gone.
        app_name: Text,
        /// How it came by the permissions.
        kind: GrantKind,
        /// The app id of the service that is reached; its object id where the tenant does not know it.
        resource: Text,
        /// The permissions: `Mail.Read`.
        permissions: Vec<Text>,
        /// For one person's: the id of the account.
        person: Option<Text>,
        /// When it was given, where the vendor keeps that.
        granted: Option<Time>,
    }
}

dataset! {
    /// Apps that Exchange limits to some mailboxes, or keeps from some. Source: Get-ApplicationAccessPolicy.
    app_mailbox_limits as limit: AppMailboxLimit, singleton = false, label = app_id {
        /// The vendor's id of the limit.
        id: Text,
        /// The app's id.
        app_id: Text,
        /// `RestrictAccess`: to the mailboxes of a group alone; `DenyAccess`: to all but those.
        access_right: Text,
    }
}

dataset! {
    /// Secrets and certificates of the apps that were made in this tenant. Their values are never read.
    app_credentials as credential: AppCredential, singleton = false, label = app_name {
        /// Made from the ids of the app and the credential.
        id: Text,
        /// The app's name.
        app_name: Text,
        /// The id that the app has in every tenant.
        app_id: Text,
        /// What somebody called the credential.
        name: Option<Text>,
        /// What it is.
        kind: CredentialKind,
        /// When it begins to count.
        starts: Option<Time>,
        /// When it ends.
        ends: Option<Time>,
        /// For how many days it is made, rounded up. Null: the vendor keeps no begin or end.
        valid_days: Option<i64>,
        /// Whether the app may sign in here.
        app_enabled: bool,
        /// Whether the app was given anything besides signing a person in.
        app_has_access: bool,
    }
}

dataset! {
    /// App passwords: made by a person for a program that knows no second step, and good without one. Google's
    /// application-specific passwords; the passwords themselves are never shown.
    app_passwords as app_password: AppPassword, singleton = false, label = name {
        /// Made from the account's id and the number of the password.
        id: Text,
        /// What the person called it.
        name: Text,
        /// The id of the account.
        person: Text,
        /// The account's name.
        person_name: Text,
        /// Whether the account may sign in.
        person_enabled: bool,
        /// When it was made.
        created: Option<Time>,
        /// When it was last used. Null: never.
        last_used: Option<Time>,
    }
}

dataset! {
    /// Microsoft 365 Backup, and other products for backup that the tenant knows.
    backup_service as backup_service: BackupService, singleton = true, label = id {
        /// Always `backupRestore`.
        id: Text,
        /// `enabled`, `disabled`, `protectionChangeLocked` or `restoreLocked`.
        /// Source: Microsoft Graph, backupRestoreRoot.serviceStatus.
        status: Text,
        /// Names of enabled apps that a dated catalogue knows as products for backup. That an app is there does not
        /// show that it copies anything.
        other_products: Vec<Text>,
    }
}

dataset! {
    /// What Microsoft 365 Backup copies. Whether that is everything, it does not say.
    backup_policies as backup: BackupPolicy, singleton = false, label = name {
        /// The vendor's id.
        id: Text,
        /// The name that somebody gave it.
        name: Text,
        /// `mail`, `onedrive`, `sharepoint`; another word of the vendor as it stands.
        covers: Text,
        /// `active`, `activeWithErrors`, `inactive`, `updating`, …
        status: Option<Text>,
        /// How many mailboxes, accounts or sites it protects. Null: the vendor does not say.
        /// Source: protectionPolicyArtifactCount.completed.
        copied: Option<i64>,
    }
}

dataset! {
    /// Reviews of access that the directory runs by itself: it asks somebody whether each holder still needs it.
    access_reviews as review: AccessReview, singleton = false, label = name {
        /// The series' id.
        id: Text,
        /// Its name.
        name: Text,
        /// Whose access it looks at. Source: scope, instanceEnumerationScope.
        subject: ReviewSubject,
        /// Whether it looks at everybody with the role Global Administrator. Source: scope.
        covers_global_admins: bool,
        /// Whether it looks at the guests of all groups and teams. Source: scope, instanceEnumerationScope.
        covers_all_guests: bool,
        /// Days from one review to the next; null: it happens once. Source: settings.recurrence.pattern.
        every_days: Option<i64>,
        /// When the series ends; null: never. Source: settings.recurrence.range.
        ends: Option<Time>,
        /// Whether the series still runs, so far as its state says. Source: status.
        running: bool,
    }
}

dataset! {
    /// Services beside the ones that Microsoft's list of services under its business associate agreement names, by a dated
    /// catalogue: parts of a subscription that the list does not name, and services for private persons.
    uncovered_services as service: UncoveredService, singleton = false, label = name {
        /// The catalogue's id of the service.
        id: Text,
        /// Its name for people.
        name: Text,
        /// Why it stands in the catalogue.
        reason: Text,
        /// Whether anybody who can sign in has it. Microsoft: the service plan is in an assigned licence and not switched
        /// off there. What no request shows is unknown.
        on: bool,
        /// Where a person sees whether it is on, and switches it off.
        look_at: Text,
    }
}
