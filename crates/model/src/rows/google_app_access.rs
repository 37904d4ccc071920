//! Apps of other companies in Google Workspace, where data is kept, and unmanaged accounts.

use crate::Text;
use crate::dataset::dataset;

dataset! {
    /// Which apps of other companies people can let in, and where data is kept. One row for each unit and set of groups with settings of their own.
    google_app_settings as setting: GoogleAppSettings, singleton = false, label = id {
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
        /// Which apps of the Marketplace people can install: `ALLOW_ALL`, `ALLOW_LISTED_APPS`, `ALLOW_NONE`. Source:
        /// workspace_marketplace.apps_access_options.
        marketplace: Text,
        /// Whether the practice's own apps count as listed. Source: allowAllInternalApps.
        marketplace_internal: bool,
        /// What apps that nobody decided about may do: `BLOCK_ALL`, `BLOCK_ALL_SCOPES`, `ALLOW_SIGN_IN_ONLY`,
        /// `ALLOW_SIGN_IN_SCOPES_ONLY`; anything else lets them read data. Source:
        /// api_controls.unconfigured_third_party_apps.
        unlisted_apps: Text,
        /// Whether the practice's own apps may read everything that they ask for. Source: api_controls.internal_apps.
        internal_apps_trusted: bool,
        /// Services whose data only trusted apps may read: `DRIVE_ALL`, `GMAIL_ALL`, … Source:
        /// api_controls.google_services, those that are not enabled.
        restricted_services: Vec<Text>,
        /// Where data is kept: `US`, `EUROPE`, `ANY_REGION`. Source: data_regions.data_at_rest_region.
        data_region: Text,
        /// Whether it is worked on in the same region only. Source: data_regions.data_processing_region.
        processed_in_region: bool,
        /// What happens to private Google accounts under the practice's addresses: `REPLACE_CONFLICTING_ACCOUNT`,
        /// `AUTOMATICALLY_SEND_INVITATIONS`, `PRESERVE_CONFLICTING_ACCOUNT`. Source:
        /// provisioning.conflicting_accounts_management.
        unmanaged_accounts: Text,
    }
}
