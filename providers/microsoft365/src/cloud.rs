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

    /// The host that issues tokens.
    pub fn login_host(self) -> &'static str {
        match self {
            Self::Global => "login.microsoftonline.com",
            Self::UsGovernment | Self::UsDod => "login.microsoftonline.us",
            Self::China => "login.chinacloudapi.cn",
        }
    }
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
