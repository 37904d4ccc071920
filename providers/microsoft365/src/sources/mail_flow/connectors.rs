//! Ways between Exchange and other mail servers that somebody set up.

use serde::Deserialize;
use serde_json::Value;
use tenantscan_model::rows::{MailConnector, MailDirection};
use tenantscan_model::{Cell, Text};
use tenantscan_provider::{Call, Source};

use super::values::texts;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

pub(crate) static INBOUND_CONNECTORS: Source = Source {
    id: "microsoft365.inbound_connectors",
    title: "Connectors for mail that comes in",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,Enabled,ConnectorType,RequireTls,SenderDomains,SenderIPAddresses",
    call: Call::Cmdlet { name: "Get-InboundConnector", parameters: "{\"ResultSize\":\"Unlimited\"}" },
    lists: &["mail_connectors"],
    fills: &[
        "mail_connectors.id",
        "mail_connectors.name",
        "mail_connectors.direction",
        "mail_connectors.enabled",
        "mail_connectors.connector_type",
        "mail_connectors.requires_tls",
        "mail_connectors.domains",
        "mail_connectors.sender_servers",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-inboundconnector",
    ..CMDLET
};

/// Connectors that only try out are asked for with the parameter `IncludeTestModeConnectors`, and so are not in the
/// answer.
pub(crate) static OUTBOUND_CONNECTORS: Source = Source {
    id: "microsoft365.outbound_connectors",
    title: "Connectors for mail that goes out",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=Guid,Name,Enabled,ConnectorType,TlsSettings,RecipientDomains,\
SmartHosts,IsTransportRuleScoped",
    call: Call::Cmdlet { name: "Get-OutboundConnector", parameters: "{\"ResultSize\":\"Unlimited\"}" },
    lists: &["mail_connectors"],
    fills: &[
        "mail_connectors.id",
        "mail_connectors.name",
        "mail_connectors.direction",
        "mail_connectors.enabled",
        "mail_connectors.connector_type",
        "mail_connectors.requires_tls",
        "mail_connectors.tls_settings",
        "mail_connectors.domains",
        "mail_connectors.smart_hosts",
        "mail_connectors.rules_only",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-outboundconnector",
    ..CMDLET
};

/// A domain as connectors write it: `smtp:*.example.com;1` is `*.example.com`.
fn domain(text: &Text) -> Text {
    let text = text.to_ascii_lowercase();
    let name = text.strip_prefix("smtp:").unwrap_or(&text);
    name.split(';').next().unwrap_or_default().trim().into()
}

fn domains(field: Field<Value>, source: &Source) -> Cell<Vec<Text>> {
    texts(field, source).map(|list| list.iter().map(domain).collect())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InboundWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    connector_type: Field<Text>,
    #[serde(default)]
    require_tls: Field<bool>,
    #[serde(default)]
    sender_domains: Field<Value>,
    #[serde(default, rename = "SenderIPAddresses")]
    sender_ip_addresses: Field<Value>,
}

impl InboundWire {
    pub(crate) fn row(self) -> MailConnector {
        let source = &INBOUND_CONNECTORS;
        MailConnector {
            name: self.name.needed(source),
            direction: Cell::Known(MailDirection::Inbound),
            enabled: self.enabled.needed(source),
            connector_type: self.connector_type.needed(source),
            requires_tls: self.require_tls.needed(source),
            tls_settings: Cell::Known(None),
            domains: domains(self.sender_domains, source),
            sender_servers: texts(self.sender_ip_addresses, source),
            smart_hosts: Cell::Known(Vec::new()),
            rules_only: Cell::Known(false),
            ..MailConnector::new(format!("inbound/{}", self.guid))
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OutboundWire {
    guid: Text,
    #[serde(default)]
    name: Field<Text>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    connector_type: Field<Text>,
    #[serde(default)]
    tls_settings: Field<Text>,
    #[serde(default)]
    recipient_domains: Field<Value>,
    #[serde(default)]
    smart_hosts: Field<Value>,
    #[serde(default)]
    is_transport_rule_scoped: Field<bool>,
}

impl OutboundWire {
    pub(crate) fn row(self) -> MailConnector {
        let source = &OUTBOUND_CONNECTORS;
        let tls = self.tls_settings.word(&["EncryptionOnly", "CertificateValidation", "DomainValidation"], source);
        MailConnector {
            name: self.name.needed(source),
            direction: Cell::Known(MailDirection::Outbound),
            enabled: self.enabled.needed(source),
            connector_type: self.connector_type.needed(source),
            requires_tls: tls.clone().map(|settings| settings.is_some()),
            tls_settings: tls,
            domains: domains(self.recipient_domains, source),
            sender_servers: Cell::Known(Vec::new()),
            smart_hosts: texts(self.smart_hosts, source),
            rules_only: self.is_transport_rule_scoped.needed(source),
            ..MailConnector::new(format!("outbound/{}", self.guid))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn domains_lose_their_prefix_and_cost() {
        let cases = [("smtp:*;1", "*"), ("SMTP:*.Lab.Example;1", "*.lab.example"), ("lab.example", "lab.example")];
        for (written, read) in cases {
            assert_eq!(domain(&written.into()), read);
        }
    }

    #[test]
    fn an_outbound_connector_without_tls_settings_may_fall_back_to_plain_text() {
        let connector = |tls: Value| {
            let wire = json!({ "Guid": "1", "TlsSettings": tls });
            serde_json::from_value::<OutboundWire>(wire).expect("a connector").row().requires_tls
        };
        assert_eq!(connector(json!("DomainValidation")).known(), Some(&true));
        assert_eq!(connector(json!(null)).known(), Some(&false));
        assert_eq!(connector(json!("Quantum")).known(), None);
    }
}
