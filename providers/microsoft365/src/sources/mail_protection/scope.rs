//! For whom a protection policy is, as it stands in a row: the columns that policies of every kind share.

use tenantscan_model::rows::{
    AntiPhishPolicy, MalwarePolicy, OutboundSpamPolicy, ProtectionOrigin, SafeAttachmentPolicy, SafeLinksPolicy,
    SpamPolicy,
};
use tenantscan_model::{Cell, Gap, Text};

/// For whom a policy is, and in which order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scope {
    pub(crate) origin: Cell<ProtectionOrigin>,
    pub(crate) in_force: Cell<bool>,
    pub(crate) priority: Cell<Option<i64>>,
    pub(crate) for_addresses: Cell<Vec<Text>>,
    pub(crate) for_groups: Cell<Vec<Text>>,
    pub(crate) for_domains: Cell<Vec<Text>>,
    pub(crate) except_addresses: Cell<Vec<Text>>,
    pub(crate) except_groups: Cell<Vec<Text>>,
    pub(crate) except_domains: Cell<Vec<Text>>,
}

impl Scope {
    /// Without conditions and exceptions.
    pub(crate) fn everybody(origin: ProtectionOrigin, in_force: bool) -> Self {
        let empty = || Cell::Known(Vec::new());
        Self {
            origin: Cell::Known(origin),
            in_force: Cell::Known(in_force),
            priority: Cell::Known(None),
            for_addresses: empty(),
            for_groups: empty(),
            for_domains: empty(),
            except_addresses: empty(),
            except_groups: empty(),
            except_domains: empty(),
        }
    }

    /// Of a policy whose rule was not read.
    pub(crate) fn unknown(gap: &Gap) -> Self {
        let list = || Cell::Unknown(gap.clone());
        Self {
            origin: Cell::Unknown(gap.clone()),
            in_force: Cell::Unknown(gap.clone()),
            priority: Cell::Unknown(gap.clone()),
            for_addresses: list(),
            for_groups: list(),
            for_domains: list(),
            except_addresses: list(),
            except_groups: list(),
            except_domains: list(),
        }
    }
}

/// A row of one kind of protection.
pub(crate) trait Scoped {
    /// For whom the policy is.
    fn scope(&self) -> Scope;
    /// The row with its name and this scope.
    fn scoped(self, is_default: Cell<bool>, scope: Scope) -> Self;
    /// Writes to whom the policy applies in the end.
    fn reach(&mut self, applies: Cell<bool>, mailboxes: Cell<i64>);
}

macro_rules! scoped {
    ($($row:ident),+) => { $(
        impl Scoped for $row {
            fn scope(&self) -> Scope {
                Scope {
                    origin: self.origin.clone(),
                    in_force: self.in_force.clone(),
                    priority: self.priority.clone(),
                    for_addresses: self.applies_to_addresses.clone(),
                    for_groups: self.applies_to_groups.clone(),
                    for_domains: self.applies_to_domains.clone(),
                    except_addresses: self.except_addresses.clone(),
                    except_groups: self.except_groups.clone(),
                    except_domains: self.except_domains.clone(),
                }
            }

            fn scoped(self, is_default: Cell<bool>, scope: Scope) -> Self {
                Self {
                    name: Cell::Known(self.id.clone()),
                    is_default,
                    origin: scope.origin,
                    in_force: scope.in_force,
                    priority: scope.priority,
                    applies_to_addresses: scope.for_addresses,
                    applies_to_groups: scope.for_groups,
                    applies_to_domains: scope.for_domains,
                    except_addresses: scope.except_addresses,
                    except_groups: scope.except_groups,
                    except_domains: scope.except_domains,
                    ..self
                }
            }

            fn reach(&mut self, applies: Cell<bool>, mailboxes: Cell<i64>) {
                (self.applies, self.mailboxes) = (applies, mailboxes);
            }
        }
    )+ };
}

scoped!(AntiPhishPolicy, MalwarePolicy, OutboundSpamPolicy, SafeAttachmentPolicy, SafeLinksPolicy, SpamPolicy);
