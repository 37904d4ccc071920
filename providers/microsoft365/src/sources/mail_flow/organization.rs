//! Switches of Exchange for the whole organization.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{ExchangeOrganization, ExternalSenderTag, TransportSettings};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::values::texts;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

pub(crate) static ORGANIZATION_CONFIG: Source = Source {
    id: "microsoft365.exchange_organization",
    title: "Switches of Exchange",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=IsDehydrated,AuditDisabled,OAuth2ClientProfileEnabled,\
RejectDirectSend,MailTipsAllTipsEnabled,MailTipsExternalRecipientsTipsEnabled,MailTipsGroupMetricsEnabled,\
MailTipsLargeAudienceThreshold,BookingsEnabled,BookingsSearchEngineIndexDisabled,DefaultAuthenticationPolicy",
    call: Call::Cmdlet { name: "Get-OrganizationConfig", parameters: "{}" },
    lists: &["exchange_organization"],
    fills: &["exchange_organization"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-organizationconfig",
    ..CMDLET
};

pub(crate) static TRANSPORT_CONFIG: Source = Source {
    id: "microsoft365.transport_settings",
    title: "Switches of mail transport",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=SmtpClientAuthenticationDisabled",
    call: Call::Cmdlet { name: "Get-TransportConfig", parameters: "{}" },
    lists: &["transport_settings"],
    fills: &["transport_settings"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-transportconfig",
    ..CMDLET
};

pub(crate) static EXTERNAL_IN_OUTLOOK: Source = Source {
    id: "microsoft365.external_sender_tag",
    title: "The tag on mail from outside",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Enabled,AllowList",
    call: Call::Cmdlet { name: "Get-ExternalInOutlook", parameters: "{}" },
    lists: &["external_sender_tag"],
    fills: &["external_sender_tag"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-externalinoutlook",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OrganizationConfigWire {
    #[serde(default)]
    is_dehydrated: Field<bool>,
    #[serde(default)]
    audit_disabled: Field<bool>,
    #[serde(default, rename = "OAuth2ClientProfileEnabled")]
    oauth2_client_profile_enabled: Field<bool>,
    #[serde(default)]
    reject_direct_send: Field<bool>,
    #[serde(default)]
    mail_tips_all_tips_enabled: Field<bool>,
    #[serde(default)]
    mail_tips_external_recipients_tips_enabled: Field<bool>,
    #[serde(default)]
    mail_tips_group_metrics_enabled: Field<bool>,
    #[serde(default)]
    mail_tips_large_audience_threshold: Field<i64>,
    #[serde(default)]
    bookings_enabled: Field<bool>,
    #[serde(default)]
    bookings_search_engine_index_disabled: Field<bool>,
    #[serde(default)]
    default_authentication_policy: Field<Text>,
}

impl OrganizationConfigWire {
    pub(crate) fn row(self) -> ExchangeOrganization {
        let source = &ORGANIZATION_CONFIG;
        ExchangeOrganization {
            customized: self.is_dehydrated.needed(source).map(|it| !it),
            mailbox_audit_enabled: self.audit_disabled.needed(source).map(|it| !it),
            modern_authentication: self.oauth2_client_profile_enabled.needed(source),
            direct_send_rejected: self.reject_direct_send.needed(source),
            mail_tips: self.mail_tips_all_tips_enabled.needed(source),
            mail_tips_outside: self.mail_tips_external_recipients_tips_enabled.needed(source),
            mail_tips_groups: self.mail_tips_group_metrics_enabled.needed(source),
            mail_tips_many_recipients: self.mail_tips_large_audience_threshold.needed(source),
            bookings_enabled: self.bookings_enabled.needed(source),
            bookings_hidden_from_search: self.bookings_search_engine_index_disabled.needed(source),
            default_authentication_policy: self
                .default_authentication_policy
                .nullable(source)
                .map(|it| it.filter(|name| !name.is_empty())),
            ..ExchangeOrganization::new("Get-OrganizationConfig")
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TransportConfigWire {
    #[serde(default)]
    smtp_client_authentication_disabled: Field<bool>,
}

impl TransportConfigWire {
    pub(crate) fn row(self) -> TransportSettings {
        TransportSettings {
            smtp_auth_disabled: self.smtp_client_authentication_disabled.needed(&TRANSPORT_CONFIG),
            ..TransportSettings::new("Get-TransportConfig")
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ExternalTagWire {
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    allow_list: Field<Value>,
}

impl ExternalTagWire {
    pub(crate) fn row(self) -> ExternalSenderTag {
        let left_out: Cell<_> = texts(self.allow_list, &EXTERNAL_IN_OUTLOOK);
        ExternalSenderTag {
            enabled: self.enabled.needed(&EXTERNAL_IN_OUTLOOK),
            left_out,
            ..ExternalSenderTag::new("Get-ExternalInOutlook")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_switch_that_is_left_out_is_unknown() {
        let row = serde_json::from_value::<OrganizationConfigWire>(json!({ "AuditDisabled": true }))
            .expect("an answer")
            .row();
        assert_eq!(row.mailbox_audit_enabled.known(), Some(&false));
        assert_eq!(row.direct_send_rejected.known(), None);
    }
}
