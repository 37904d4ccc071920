//! Protection of mail: phishing, spam, malware, links and attachments.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// Where a protection policy comes from. Of those that cover a mailbox the first in this order applies.
    pub enum ProtectionOrigin {
        /// One of Microsoft's preset security policies, Strict or Standard.
        Preset = "preset",
        /// Made by the tenant, or by an older tool of Microsoft's.
        Custom = "custom",
        /// For whoever no other policy covers.
        Default = "default",
        /// No policy at all: a row that stands for the mailboxes that nothing covers.
        Nothing = "nothing",
    }
}

/// Declares the policies of one kind of protection: what they do, and for whom.
macro_rules! protection {
    ( $(#[doc = $doc:literal])* $dataset:ident as $row:ident: $name:ident { $($column:tt)* } ) => {
        dataset! {
            $(#[doc = $doc])*
            $dataset as $row: $name, singleton = false, label = name {
                /// The policy's name, which no two of its kind share.
                id: Text,
                /// The policy's name.
                name: Text,
                /// Whether it is for whoever no other policy covers. Source: IsDefault; for links and attachments
                /// IsBuiltInProtection.
                is_default: bool,
                /// Where it comes from.
                origin: ProtectionOrigin,
                /// Whether it is in force: the default one always, another one while its rule is switched on.
                in_force: bool,
                /// Which of its origin goes first, the lowest first; null for the default one and where there is no rule.
                priority: Option<i64>,
                /// People it is for, by address; empty for no such condition. Conditions of several kinds must all hold.
                applies_to_addresses: Vec<Text>,
                /// Groups whose members it is for; empty for no such condition.
                applies_to_groups: Vec<Text>,
                /// Domains it is for; empty for no such condition.
                applies_to_domains: Vec<Text>,
                /// People it leaves out. One exception is enough.
                except_addresses: Vec<Text>,
                /// Groups whose members it leaves out.
                except_groups: Vec<Text>,
                /// Domains it leaves out.
                except_domains: Vec<Text>,
                /// Whether it is what applies to at least one mailbox, after all policies that go before it.
                applies: bool,
                /// To how many mailboxes it applies.
                mailboxes: i64,
                $($column)*
            }
        }
    };
}

protection! {
    /// Policies for mail that goes out: how much one mailbox may send, who is told, whether it forwards by itself.
    outbound_spam_policies as policy: OutboundSpamPolicy {
        /// Whether mailboxes may forward to outside by themselves: `Automatic` (Microsoft decides, which today means
        /// no), `On`, `Off`. Source: AutoForwardingMode.
        auto_forwarding_mode: Text,
        /// What happens to an account that sends too much: `Alert`, `BlockUser`, `BlockUserForToday`.
        /// Source: ActionWhenThresholdReached.
        action_over_limit: Text,
        /// Whether somebody is told when an account is blocked. Source: NotifyOutboundSpam.
        notifies: bool,
        /// Who is told. Source: NotifyOutboundSpamRecipients.
        notified: Vec<Text>,
    }
}
