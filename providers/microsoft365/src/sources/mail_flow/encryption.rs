//! Encryption of mail for the reader, and how readers outside open it.

use serde::Deserialize;
use tenantscan_model::rows::{MessageEncryption, MessageEncryptionTemplate};
use tenantscan_model::{Gap, Text};
use tenantscan_provider::{Call, Source};

use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

pub(crate) static IRM_CONFIGURATION: Source = Source {
    id: "microsoft365.message_encryption",
    title: "Encryption of mail",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=AzureRMSLicensingEnabled,InternalLicensingEnabled,\
SimplifiedClientAccessEnabled,SimplifiedClientAccessEncryptOnlyDisabled",
    call: Call::Cmdlet { name: "Get-IRMConfiguration", parameters: "{}" },
    lists: &["message_encryption"],
    fills: &["message_encryption"],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-irmconfiguration",
    ..CMDLET
};

pub(crate) static ENCRYPTION_TEMPLATES: Source = Source {
    id: "microsoft365.message_encryption_templates",
    title: "How readers outside open encrypted mail",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Identity,OTPEnabled,SocialIdSignIn,ExternalMailExpiryInDays",
    call: Call::Cmdlet { name: "Get-OMEConfiguration", parameters: "{}" },
    lists: &["message_encryption_templates"],
    fills: &["message_encryption_templates"],
    docs: "https://learn.microsoft.com/powershell/module/exchangepowershell/get-omeconfiguration",
    ..CMDLET
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct IrmWire {
    #[serde(default, rename = "AzureRMSLicensingEnabled")]
    azure_rms_licensing_enabled: Field<bool>,
    #[serde(default)]
    internal_licensing_enabled: Field<bool>,
    #[serde(default)]
    simplified_client_access_enabled: Field<bool>,
    #[serde(default)]
    simplified_client_access_encrypt_only_disabled: Field<bool>,
}

impl IrmWire {
    pub(crate) fn row(self) -> MessageEncryption {
        let source = &IRM_CONFIGURATION;
        let button = self.simplified_client_access_enabled.value().copied();
        let hidden = self.simplified_client_access_encrypt_only_disabled.value().copied();
        let people_can_encrypt: Result<bool, Gap> = match (button, hidden) {
            (Some(false), _) | (_, Some(true)) => Ok(false),
            (Some(true), Some(false)) => Ok(true),
            _ => Err(unclear(source)),
        };
        MessageEncryption {
            keys_available: self.azure_rms_licensing_enabled.needed(source),
            encryption_enabled: self.internal_licensing_enabled.needed(source),
            people_can_encrypt: people_can_encrypt.into(),
            ..MessageEncryption::new("Get-IRMConfiguration")
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TemplateWire {
    identity: Text,
    #[serde(default, rename = "OTPEnabled")]
    otp_enabled: Field<bool>,
    #[serde(default)]
    social_id_sign_in: Field<bool>,
    #[serde(default)]
    external_mail_expiry_in_days: Field<i64>,
}

impl TemplateWire {
    pub(crate) fn row(self) -> MessageEncryptionTemplate {
        let source = &ENCRYPTION_TEMPLATES;
        MessageEncryptionTemplate {
            one_time_code: self.otp_enabled.needed(source),
            social_sign_in: self.social_id_sign_in.needed(source),
            expires_days: self.external_mail_expiry_in_days.needed(source).map(|days| (days > 0).then_some(days)),
            ..MessageEncryptionTemplate::new(self.identity)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_can_encrypt_only_with_a_button_that_is_not_hidden() {
        let cases = [
            (json!(true), json!(false), Some(true)),
            (json!(true), json!(true), Some(false)),
            (json!(false), json!(null), Some(false)),
            (json!(true), json!(null), None),
        ];
        for (button, hidden, expected) in cases {
            let wire =
                json!({ "SimplifiedClientAccessEnabled": button, "SimplifiedClientAccessEncryptOnlyDisabled": hidden });
            let row = serde_json::from_value::<IrmWire>(wire).expect("an answer").row();
            assert_eq!(row.people_can_encrypt.known().copied(), expected, "{button} {hidden}");
        }
    }

    #[test]
    fn mail_that_expires_after_no_days_never_does() {
        let days = |value: serde_json::Value| {
            let wire = json!({ "Identity": "OME Configuration", "ExternalMailExpiryInDays": value });
            serde_json::from_value::<TemplateWire>(wire).expect("a template").row().expires_days.known().copied()
        };
        assert_eq!(days(json!(0)), Some(None));
        assert_eq!(days(json!(7)), Some(Some(7)));
        assert_eq!(days(json!(null)), None);
    }
}
