//! What a policy demands of the sign-ins that it covers.

use std::collections::HashMap;

use tenantscan_model::rows::{AuthenticationStrength, ConditionalAccessPolicy};
use tenantscan_model::{Cause, Cell, Gap, Table, Text};

use super::level::{Level, Span};

/// One of the things that a policy asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Mfa,
    Block,
    Strength {
        mfa: Span,
        phishing_resistant: Span,
    },
    PasswordChange,
    Remediation,
    Device,
    App,
    /// Terms of use and the like: no second step, no device.
    Terms,
    /// A control that the vendor added later.
    Unrecognised,
}

/// The whole demand of a policy.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    controls: Vec<Control>,
    /// Whether all controls are asked for; unknown when the operator was not read.
    all: Option<bool>,
    /// Why the controls are not all known.
    pub(super) gap: Option<Gap>,
    unread: bool,
}

/// The strengths by id, or why one is not known.
pub(super) struct Strengths<'a>(HashMap<&'a str, &'a AuthenticationStrength>, Option<&'a Gap>);

impl<'a> Strengths<'a> {
    pub(super) fn new(table: &'a Table<AuthenticationStrength>) -> Self {
        Self(table.rows.iter().map(|row| (&*row.id, row)).collect(), table.gap())
    }
}

impl Grant {
    pub(super) fn new(policy: &ConditionalAccessPolicy, strengths: &Strengths<'_>) -> Self {
        let mut grant = Self { controls: Vec::new(), all: None, gap: None, unread: false };
        match &policy.grant_controls {
            Cell::Known(list) => grant.controls.extend(list.iter().map(control)),
            Cell::Unknown(gap) => grant.lose(gap),
        }
        match &policy.other_grant_controls {
            Cell::Known(list) => grant.controls.extend(list.iter().map(|_| Control::Terms)),
            Cell::Unknown(gap) => grant.lose(gap),
        }
        match &policy.authentication_strength {
            Cell::Known(Some(id)) => grant.strength(id, strengths),
            Cell::Known(None) => {}
            Cell::Unknown(gap) => grant.lose(gap),
        }
        match &policy.grant_operator {
            Cell::Known(word) => grant.all = Some(word.as_ref().is_some_and(|word| word.eq_ignore_ascii_case("AND"))),
            Cell::Unknown(gap) if grant.controls.len() > 1 => drop(grant.gap.get_or_insert_with(|| gap.clone())),
            Cell::Unknown(_) => {}
        }
        if grant.controls.contains(&Control::Unrecognised) {
            grant.gap.get_or_insert_with(|| Gap::new(Cause::Malformed, super::SOURCE));
        }
        grant
    }

    fn lose(&mut self, gap: &Gap) {
        self.unread = true;
        self.gap.get_or_insert_with(|| gap.clone());
    }

    fn strength(&mut self, id: &Text, strengths: &Strengths<'_>) {
        let lost = |gap: &Gap| (Span::UNKNOWN, Some(gap.clone()));
        let fact = |cell: &Cell<bool>| cell.read().map_or_else(lost, |holds| (Span::from(*holds), None));
        let ((mfa, first), (phishing_resistant, second)) = match (strengths.0.get(&**id), strengths.1) {
            (Some(row), _) => (fact(&row.requires_mfa), fact(&row.phishing_resistant)),
            (None, Some(gap)) => (lost(gap), lost(gap)),
            (None, None) => {
                let gap = Gap::new(Cause::Malformed, "microsoft365.authentication_strengths");
                (lost(&gap), lost(&gap))
            }
        };
        self.controls.push(Control::Strength { mfa, phishing_resistant });
        if let Some(gap) = first.or(second) {
            self.gap.get_or_insert(gap);
        }
    }

    /// How far the demand as a whole has a property that single controls have. With alternatives every one must have
    /// it; `mixed` says whether it counts for a part when only some have it.
    pub(super) fn demands(&self, has: impl Fn(Control) -> Span, mixed: bool) -> Span {
        if self.unread {
            return Span::UNKNOWN;
        }
        let Some(first) = self.controls.first().map(|control| has(*control)) else { return Span::NONE };
        let rest = || self.controls[1..].iter().map(|control| has(*control));
        let every = rest().fold(first, Span::and);
        let some = rest().fold(first, Span::or);
        let blend =
            |every: Level, some: Level| if mixed && every < some { every.max(Level::Part.min(some)) } else { every };
        let either = Span { low: blend(every.low, some.low), high: blend(every.high, some.high) };
        match self.all {
            Some(true) => some,
            Some(false) => either,
            None => Span { low: either.low, high: some.high },
        }
    }
}

fn control(word: &Text) -> Control {
    match &*word.to_ascii_lowercase() {
        "mfa" => Control::Mfa,
        "block" => Control::Block,
        "passwordchange" => Control::PasswordChange,
        "riskremediation" => Control::Remediation,
        "compliantdevice" | "domainjoineddevice" => Control::Device,
        "compliantapplication" | "approvedapplication" => Control::App,
        _ => Control::Unrecognised,
    }
}
