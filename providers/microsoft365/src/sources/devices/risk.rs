//! Accounts that the directory sees at risk.

use serde::Deserialize;
use tenantscan_model::rows::{RiskLevel, RiskyAccount};
use tenantscan_model::{Cell, ClosedEnum, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

pub(crate) static RISKY_ACCOUNTS: Source = Source {
    id: "microsoft365.risky_accounts",
    title: "Accounts at risk",
    api: &GRAPH,
    path: "/v1.0/identityProtection/riskyUsers?$select=id,userDisplayName,riskLevel,riskLastUpdatedDateTime,isDeleted&$filter=riskState%20eq%20'atRisk'&$top=500",
    call: Call::Get,
    permissions: &["IdentityRiskyUser.Read.All"],
    licence: Some("Entra ID P2"),
    role: None,
    lists: &["risky_accounts"],
    fills: &[
        "risky_accounts.id",
        "risky_accounts.name",
        "risky_accounts.level",
        "risky_accounts.updated",
        "risky_accounts.deleted",
    ],
    docs: "https://learn.microsoft.com/graph/api/riskyuser-list",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RiskyWire {
    id: Text,
    #[serde(default)]
    user_display_name: Field<Text>,
    #[serde(default)]
    risk_level: Field<Text>,
    #[serde(default)]
    risk_last_updated_date_time: Field<Time>,
    #[serde(default)]
    is_deleted: Field<bool>,
}

const LEVELS: [RiskLevel; 5] = [RiskLevel::High, RiskLevel::Medium, RiskLevel::Low, RiskLevel::Hidden, RiskLevel::None];

impl RiskyWire {
    pub(crate) fn row(self) -> RiskyAccount {
        let source = &RISKY_ACCOUNTS;
        let level =
            self.risk_level.value().and_then(|word| LEVELS.into_iter().find(|level| level.word() == word.as_str()));
        RiskyAccount {
            name: self.user_display_name.needed(source),
            level: level.map_or_else(|| Cell::Unknown(unclear(source)), Cell::Known),
            updated: self.risk_last_updated_date_time.needed(source),
            deleted: self.is_deleted.needed(source),
            ..RiskyAccount::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_level_that_is_not_known_is_not_none() {
        let level = |level: serde_json::Value| {
            let wire: RiskyWire = serde_json::from_value(json!({ "id": "1", "riskLevel": level })).expect("an account");
            wire.row().level.known().copied()
        };
        assert_eq!(level(json!("high")), Some(RiskLevel::High));
        assert_eq!(level(json!("none")), Some(RiskLevel::None));
        assert_eq!(level(json!("unknownFutureValue")), None);
        assert_eq!(level(json!(null)), None);
    }
}
