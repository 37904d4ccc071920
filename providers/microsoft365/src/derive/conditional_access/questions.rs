//! The questions that are asked of the policies, and what counts as an answer to each.

use super::conditions::{Atom, ORDINARY, is_legacy};
use super::grants::Control;
use super::level::Span;
use super::policy::Policy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Mfa,
    PhishingResistantMfa,
    LegacyAuthentication,
    DeviceCode,
    ManagedDevice,
    SignInRisk,
    UserRisk,
    PersistentBrowser,
}

/// What one policy does for a question, wherever its conditions cover a sign-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    /// It does what the question asks for.
    pub(super) asks: Span,
    /// It does that, or lets nobody in.
    pub(super) protects: Span,
    /// As `protects`, for a client that knows no second step.
    pub(super) protects_legacy: Span,
}

impl Demand {
    pub(super) fn possible(&self) -> bool {
        self.asks.or(self.protects).or(self.protects_legacy).possible()
    }

    pub(super) fn is_known(&self) -> bool {
        self.asks.is_known() && self.protects.is_known() && self.protects_legacy.is_known()
    }
}

impl Question {
    /// Whether the question is about sign-ins with this value.
    pub(super) fn about(self, atom: &Atom) -> bool {
        match self {
            Self::Mfa | Self::PhishingResistantMfa | Self::ManagedDevice => true,
            Self::LegacyAuthentication => match atom {
                Atom::Client(_) => is_legacy(atom),
                Atom::Flow(flow) => *flow == ORDINARY,
                _ => true,
            },
            Self::DeviceCode => match atom {
                Atom::Client(_) => !is_legacy(atom),
                Atom::Flow(flow) => *flow == "deviceCodeFlow",
                _ => true,
            },
            Self::SignInRisk => !matches!(atom, Atom::SignInRisk("none" | "low")),
            Self::UserRisk => !matches!(atom, Atom::UserRisk("none" | "low" | "medium")),
            Self::PersistentBrowser => match atom {
                Atom::Client(client) => *client == "browser",
                Atom::Flow(flow) => *flow == ORDINARY,
                _ => true,
            },
        }
    }

    pub(super) fn demand(self, policy: &Policy<'_>) -> Demand {
        let grant = &policy.grant;
        let mut asks = match self {
            Self::PersistentBrowser => {
                let mode = policy.row.persistent_browser.read();
                Span::from(mode.map(|mode| mode.as_ref().is_some_and(|mode| mode.eq_ignore_ascii_case("never"))))
            }
            // A second step beside some other way in leaves a hole, but is not nothing.
            Self::Mfa | Self::PhishingResistantMfa => grant.demands(|control| self.met_by(control), true),
            _ => grant.demands(|control| self.met_by(control), false),
        };
        match self {
            Self::SignInRisk => asks = asks.and(names(&policy.row.sign_in_risk_levels)),
            Self::UserRisk => asks = asks.and(names(&policy.row.user_risk_levels)),
            _ => {}
        }
        let block = grant.demands(blocks, false);
        let protects = asks.or(block);
        let protects_legacy = protects.or(grant.demands(refuses_legacy, false));
        Demand { asks, protects, protects_legacy }
    }

    fn met_by(self, control: Control) -> Span {
        if control == Control::Unrecognised {
            return Span::UNKNOWN;
        }
        match self {
            Self::Mfa => second_step(control),
            Self::PhishingResistantMfa => match control {
                Control::Strength { phishing_resistant, .. } => phishing_resistant,
                _ => Span::NONE,
            },
            Self::LegacyAuthentication => refuses_legacy(control),
            Self::DeviceCode => blocks(control),
            Self::ManagedDevice => Span::from(matches!(control, Control::Device | Control::App)),
            Self::SignInRisk | Self::UserRisk => second_step(control).or(blocks(control)),
            Self::PersistentBrowser => Span::NONE,
        }
    }
}

fn names(levels: &tenantscan_model::Cell<Vec<tenantscan_model::Text>>) -> Span {
    Span::from(levels.read().map(|levels| !levels.is_empty()))
}

fn second_step(control: Control) -> Span {
    match control {
        Control::Mfa | Control::PasswordChange | Control::Remediation => Span::FULL,
        Control::Strength { mfa, .. } => mfa,
        _ => Span::NONE,
    }
}

fn blocks(control: Control) -> Span {
    Span::from(control == Control::Block)
}

/// An old client can meet none of these, so to ask for one is to refuse the client.
fn refuses_legacy(control: Control) -> Span {
    match control {
        Control::App | Control::Terms => Span::NONE,
        Control::Unrecognised => Span::UNKNOWN,
        _ => Span::FULL,
    }
}
