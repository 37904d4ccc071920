//! Microsoft's national clouds and their hosts.

use std::fmt;
use std::str::FromStr;

/// The cloud that holds a tenant. Source: learn.microsoft.com/graph/deployments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cloud {
    /// The worldwide service, GCC included.
    #[default]
    Global,
    /// US Government L4, GCC High.
    UsGovernment,
    /// US Government L5, the Department of Defense.
    UsDod,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Every cloud.
    pub const ALL: [Self; 4] = [Self::Global, Self::UsGovernment, Self::UsDod, Self::China];

    /// The name in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovernment => "us-government",
            Self::UsDod => "us-dod",
            Self::China => "china",
        }
    }

    /// The host of Microsoft Graph.
    pub fn graph_host(self) -> &'static str {
        match self {
            Self::Global => "graph.microsoft.com",
            Self::UsGovernment => "graph.microsoft.us",
            Self::UsDod => "dod-graph.microsoft.us",
            Self::China => "microsoftgraph.chinacloudapi.cn",
        }
    }

    /// The host of Exchange Online's admin API: any host of Exchange in this cloud ends like it.
    pub(crate) fn exchange_host(self) -> &'static str {
        match self {
            Self::Global => "outlook.office365.com",
            Self::UsGovernment => "outlook.office365.us",
            Self::UsDod => "outlook-dod.office365.us",
            Self::China => "partner.outlook.cn",
        }
    }

    /// The host of Microsoft Purview's admin API, where the cloud has one that is known.
    pub(crate) fn compliance_host(self) -> Option<&'static str> {
        match self {
            Self::Global => Some("ps.compliance.protection.outlook.com"),
            Self::UsGovernment | Self::UsDod => Some("ps.compliance.protection.office365.us"),
            Self::China => None,
        }
    }

    /// The host of the Teams admin API, where the cloud has one that is known.
    pub(crate) fn teams_host(self) -> Option<&'static str> {
        (self == Self::Global).then_some("api.interfaces.records.teams.microsoft.com")
    }

    /// What a token for a host is asked for; none for a host that no token goes to.
    /// Source: learn.microsoft.com/graph/deployments, learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2.
    pub(crate) fn scope(self, host: &str) -> Option<String> {
        if host == self.graph_host() {
            return Some(format!("https://{host}/.default"));
        }
        if Some(host) == self.teams_host() {
            return Some("48ac35b8-9aa8-4d74-927d-1f4a14a0b239/.default".to_owned());
        }
        let fronts = [Some(self.exchange_host()), self.compliance_host()].into_iter().flatten();
        let front = fronts.into_iter().find(|front| regional(host, front))?;
        Some(format!("https://{front}/.default"))
    }

    /// The cloud of a recording, by the hosts that were asked; none where Microsoft was not asked.
    pub fn of_hosts(hosts: &[String]) -> Option<Self> {
        let asked = |cloud: &Self| hosts.iter().any(|host| host == cloud.graph_host());
        Self::ALL.into_iter().find(asked)
    }

    /// The host that issues tokens.
    pub fn login_host(self) -> &'static str {
        match self {
            Self::Global => "login.microsoftonline.com",
            Self::UsGovernment | Self::UsDod => "login.microsoftonline.us",
            Self::China => "login.chinacloudapi.cn",
        }
    }
}

/// Whether a host is a front door, or a regional host behind it: one label more.
pub(crate) fn regional(host: &str, front: &str) -> bool {
    let label = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    host == front || host.strip_suffix(front).and_then(|rest| rest.strip_suffix('.')).is_some_and(label)
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Cloud {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|cloud| cloud.name() == text);
        found.ok_or_else(|| format!("there is no cloud `{text}`; there are {}", Self::ALL.map(Self::name).join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_a_host_of_its_own_service_alone() {
        let scope = |host: &str| Cloud::Global.scope(host);
        let exchange = Some("https://outlook.office365.com/.default".to_owned());
        let purview = Some("https://ps.compliance.protection.outlook.com/.default".to_owned());
        assert_eq!(scope("graph.microsoft.com"), Some("https://graph.microsoft.com/.default".to_owned()));
        assert_eq!(scope("outlook.office365.com"), exchange);
        assert_eq!(scope("nam12b.outlook.office365.com"), exchange);
        assert_eq!(scope("nam12b.ps.compliance.protection.outlook.com"), purview);
        for other in [
            "graph.microsoft.us",
            "a.graph.microsoft.com",
            "evil-outlook.office365.com.example",
            "eviloutlook.office365.com",
            "a.b.outlook.office365.com",
            ".outlook.office365.com",
            "login.microsoftonline.com",
        ] {
            assert_eq!(scope(other), None, "{other}");
        }
        assert_eq!(Cloud::China.scope("ps.compliance.protection.outlook.com"), None);
    }
}
