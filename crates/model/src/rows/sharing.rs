//! SharePoint and OneDrive: what leaves the practice by a link.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// With whom files may be shared, from nobody to everybody.
    pub enum SharingLevel {
        /// With nobody outside.
        Nobody = "nobody",
        /// With guests who are in the directory already.
        KnownGuests = "known_guests",
        /// With whoever signs in or enters a code that was sent by mail.
        Guests = "guests",
        /// With anyone who has the link: nobody asks who it is.
        Anyone = "anyone",
    }

    /// How a list of domains narrows sharing.
    pub enum DomainRestriction {
        /// Not at all.
        None = "none",
        /// Files go to the listed domains only.
        AllowList = "allow_list",
        /// Files go everywhere but to the listed domains.
        BlockList = "block_list",
    }
}

dataset! {
    /// Settings of SharePoint and OneDrive for the whole tenant.
    /// Source: Microsoft Graph, sharepointSettings, unless a column says otherwise.
    sharepoint_settings as sharepoint_settings: SharepointSettings, singleton = true, label = id {
        /// Always `sharepoint_settings`.
        id: Text,
        /// With whom files may be shared at most; OneDrive and each site can be narrower, never wider.
        /// Source: sharingCapability.
        sharing: SharingLevel,
        /// Whether a list of domains narrows sharing. Links that open for anyone do not ask for it.
        domain_restriction: DomainRestriction,
        /// Domains to which files may go, where the list allows.
        allowed_domains: Vec<Text>,
        /// Whether guests may share on what was shared with them. Source: isResharingByExternalUsersEnabled.
        guests_reshare: bool,
        /// Whether idle browser sessions are signed out. Source: idleSessionSignOut.isEnabled.
        idle_sign_out: bool,
        /// Seconds without activity after which they are. Source: idleSessionSignOut.signOutAfterInSeconds.
        idle_sign_out_seconds: Option<i64>,
        /// Whether apps may sign in with a password alone. Source: isLegacyAuthProtocolsEnabled.
        legacy_authentication: bool,
        /// Whether files synchronise only to computers of chosen domains.
        /// Source: isUnmanagedSyncAppForTenantRestricted.
        sync_restricted: bool,
        /// Ids of these domains. Source: allowedDomainGuidsForSyncApp.
        sync_domains: Vec<Text>,
        /// Days for which the OneDrive of a deleted account is kept.
        /// Source: deletedUserPersonalSiteRetentionPeriodInDays.
        leaver_files_days: i64,
        /// With whom OneDrive files may be shared. No permission that only reads shows it.
        onedrive_sharing: SharingLevel,
        /// Whom a new link opens for unless the sender chooses: `specific_people`, `existing_access`, `organization`,
        /// `anyone`. No permission that only reads shows it.
        default_link: Text,
        /// What a new link allows unless the sender chooses: `view` or `edit`. No permission that only reads shows it.
        default_link_permission: Text,
        /// Days after which the access of a guest ends; null for never. No permission that only reads shows it.
        guest_expiry_days: Option<i64>,
        /// Days after which a guest who came in by a mailed code proves it again; null for never. No permission that
        /// only reads shows it.
        guest_code_days: Option<i64>,
        /// Whether the service decides by itself how many earlier versions of a file it keeps: all of the last 30 days,
        /// fewer of older ones, and at most 500. No permission that only reads shows it.
        versions_automatic: bool,
        /// Earlier versions of a file that are kept at most; 0 for none. No permission that only reads shows it.
        versions_kept: i64,
        /// Days after which an earlier version is gone; null for never. No permission that only reads shows it.
        versions_expire_days: Option<i64>,
    }
}

dataset! {
    /// SharePoint sites and how many links to their files there are. The vendor's report lags by one or two days and
    /// leaves OneDrive out. Source: Microsoft Graph, getSharePointSiteUsageDetail.
    sharepoint_sites as site: SharepointSite, singleton = false, label = name {
        /// The site's id; a number in the report where the vendor gives none.
        id: Text,
        /// The site's address.
        name: Text,
        /// Whether the site is deleted.
        deleted: bool,
        /// Whether the site may share with people outside.
        external_sharing: bool,
        /// How many links open for anyone. Source: anonymousLinkCount.
        anonymous_links: i64,
        /// How many links open for everybody in the organization. Source: companyLinkCount.
        organization_links: i64,
        /// How many links open for named guests. Source: secureLinkForGuestCount.
        guest_links: i64,
    }
}

dataset! {
    /// What Microsoft Forms lets people outside do.
    /// Source: Microsoft Graph (beta), adminForms.
    forms_settings as forms_settings: FormsSettings, singleton = true, label = id {
        /// Always `forms_settings`.
        id: Text,
        /// Whether people outside may answer a form.
        outsiders_answer: bool,
        /// Whether people outside may be let in to edit a form.
        outsiders_edit: bool,
        /// Whether the answers to a form may be shown to people outside.
        outsiders_see_answers: bool,
        /// Whether forms of the organization are searched for questions that ask for passwords.
        phishing_scan: bool,
    }
}

dataset! {
    /// What people may get for themselves without an administrator.
    /// Source: Microsoft Graph (beta), adminAppsAndServices.
    self_service as self_service: SelfService, singleton = true, label = id {
        /// Always `self_service`.
        id: Text,
        /// Whether people may install add-ins from the Office Store.
        office_store: bool,
        /// Whether people may begin trials of apps and services.
        trials: bool,
    }
}
