//! What no API of Google shows: a person looks in the Admin console.

use tenantscan_provider::{Call, Source};

use crate::api::CLOUD_IDENTITY;

const fn unseen(
    id: &'static str,
    title: &'static str,
    fills: &'static [&'static str],
    portal: &'static str,
    docs: &'static str,
) -> Source {
    Source {
        id,
        title,
        api: &CLOUD_IDENTITY,
        path: "",
        call: Call::NoApi { portal },
        permissions: &[],
        licence: None,
        role: None,
        lists: &["console_settings"],
        fills,
        docs,
    }
}

pub(crate) static MAIL_SIGNED: Source = unseen(
    "google-workspace.console_mail_signing",
    "Signing of mail",
    &["console_settings.id", "console_settings.mail_signed"],
    "Admin console > Apps > Google Workspace > Gmail > Authenticate email",
    "https://support.google.com/a/answer/174124",
);

pub(crate) static MANAGED_DEVICES_ONLY: Source = unseen(
    "google-workspace.console_context_aware_access",
    "Context-Aware Access",
    &["console_settings.managed_devices_only"],
    "Admin console > Security > Access and data control > Context-Aware Access",
    "https://support.google.com/a/answer/9275380",
);

pub(crate) static RETENTION: Source = unseen(
    "google-workspace.console_retention",
    "Retention in Vault",
    &["console_settings.retention_days"],
    "Google Vault (vault.google.com) > Retention > Default rules",
    "https://support.google.com/vault/answer/2990828",
);

pub(crate) static SERVICES_WITHOUT_SWITCH: Source = unseen(
    "google-workspace.console_additional_services",
    "Services without a switch of their own",
    &["console_settings.services_without_switch"],
    "Admin console > Apps > Additional Google services > Access to additional services without individual control",
    "https://support.google.com/a/answer/9806429",
);

/// Settings that no policy names, and for which Google documents no default.
pub(crate) static UNSAID: Source = Source {
    lists: &["setting_types"],
    ..unseen(
        "google-workspace.console_other_settings",
        "Settings that Google leaves out",
        &[],
        "the page of the Admin console that the policy's fix names",
        "https://docs.cloud.google.com/identity/docs/concepts/policy-api-concepts",
    )
};

/// Rules for mail of which the API says more than is described.
pub(crate) static MAIL_RULE: Source = Source {
    lists: &["setting_types"],
    ..unseen(
        "google-workspace.console_mail_rules",
        "Rules for mail that are not understood",
        &[],
        "each rule at Admin console > Apps > Google Workspace > Gmail > Compliance, name those that are wanted in the \
         parameter allowed of transport-rules-safe",
        "https://support.google.com/a/answer/1346934",
    )
};

/// Rules that look for data and ask for more than that it is found.
pub(crate) static DLP_RULE: Source = Source {
    lists: &["setting_types"],
    ..unseen(
        "google-workspace.console_data_rules",
        "Rules for data that are not understood",
        &[],
        "each rule at Admin console > Rules > Data protection whose condition asks for something else beside health \
         identifiers, make one that asks for them alone, from one find on",
        "https://support.google.com/a/answer/10846568",
    )
};

pub(crate) const ALL: [&Source; 4] = [&MAIL_SIGNED, &MANAGED_DEVICES_ONLY, &RETENTION, &SERVICES_WITHOUT_SWITCH];
