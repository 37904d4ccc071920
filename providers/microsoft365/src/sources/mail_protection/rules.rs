//! Rules: which mailboxes a protection policy is for, and which policy goes first.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tenantscan_model::rows::ProtectionOrigin;
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::{Call, Source};

use super::scope::Scope;
use super::{DEFENDER, rule_columns};
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::{Field, unclear};

/// Rules of the tenant's own policies against phishing.
pub(crate) static ANTI_PHISH_RULES: Source = Source {
    id: "microsoft365.anti_phish_rules",
    title: "Who the tenant's own anti-phishing policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,AntiPhishPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-AntiPhishRule", parameters: "{}" },
    fills: rule_columns!("anti_phish_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-antiphishrule",
    ..CMDLET
};

/// Rules of the tenant's own policies against spam.
pub(crate) static SPAM_RULES: Source = Source {
    id: "microsoft365.spam_rules",
    title: "Who the tenant's own anti-spam policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,HostedContentFilterPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-HostedContentFilterRule", parameters: "{}" },
    fills: rule_columns!("spam_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-hostedcontentfilterrule",
    ..CMDLET
};

/// Rules of the tenant's own policies against malware.
pub(crate) static MALWARE_RULES: Source = Source {
    id: "microsoft365.malware_rules",
    title: "Who the tenant's own anti-malware policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,MalwareFilterPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-MalwareFilterRule", parameters: "{}" },
    fills: rule_columns!("malware_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-malwarefilterrule",
    ..CMDLET
};

/// Rules of the tenant's own policies for links.
pub(crate) static SAFE_LINKS_RULES: Source = Source {
    id: "microsoft365.safe_links_rules",
    title: "Who the tenant's own Safe Links policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,SafeLinksPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-SafeLinksRule", parameters: "{}" },
    licence: DEFENDER,
    fills: rule_columns!("safe_links_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-safelinksrule",
    ..CMDLET
};

/// Rules of the tenant's own policies for attachments.
pub(crate) static SAFE_ATTACHMENT_RULES: Source = Source {
    id: "microsoft365.safe_attachment_rules",
    title: "Who the tenant's own Safe Attachments policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,SafeAttachmentPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-SafeAttachmentRule", parameters: "{}" },
    licence: DEFENDER,
    fills: rule_columns!("safe_attachment_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-safeattachmentrule",
    ..CMDLET
};

/// Rules of the policies for mail that goes out.
pub(crate) static OUTBOUND_SPAM_RULES: Source = Source {
    id: "microsoft365.outbound_spam_rules",
    title: "Who the outbound spam policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,HostedOutboundSpamFilterPolicy,From,FromMemberOf,SenderDomainIs,ExceptIfFrom,ExceptIfFromMemberOf,ExceptIfSenderDomainIs",
    call: Call::Cmdlet { name: "Get-HostedOutboundSpamFilterRule", parameters: "{}" },
    fills: rule_columns!("outbound_spam_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-hostedoutboundspamfilterrule",
    ..CMDLET
};

/// For whom the preset policies are switched on, as far as every tenant has them: they have no rule besides this one.
pub(crate) static PRESET_RULES: Source = Source {
    id: "microsoft365.preset_rules",
    title: "Who the preset security policies are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,AntiPhishPolicy,HostedContentFilterPolicy,MalwareFilterPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-EOPProtectionPolicyRule", parameters: "{}" },
    fills: rule_columns!("anti_phish_policies", "spam_policies", "malware_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-eopprotectionpolicyrule",
    ..CMDLET
};

/// The same for the part of the preset policies that Defender for Office 365 adds.
pub(crate) static DEFENDER_PRESET_RULES: Source = Source {
    id: "microsoft365.defender_preset_rules",
    title: "Who the preset security policies of Defender are for",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,SafeLinksPolicy,SafeAttachmentPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-ATPProtectionPolicyRule", parameters: "{}" },
    licence: DEFENDER,
    fills: rule_columns!("safe_links_policies", "safe_attachment_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-atpprotectionpolicyrule",
    ..CMDLET
};

/// Whom the built-in protection leaves out.
pub(crate) static BUILT_IN_RULES: Source = Source {
    id: "microsoft365.built_in_rules",
    title: "Whom the built-in protection leaves out",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=State,Priority,SafeLinksPolicy,SafeAttachmentPolicy,SentTo,SentToMemberOf,RecipientDomainIs,ExceptIfSentTo,ExceptIfSentToMemberOf,ExceptIfRecipientDomainIs",
    call: Call::Cmdlet { name: "Get-ATPBuiltInProtectionRule", parameters: "{}" },
    licence: DEFENDER,
    fills: rule_columns!("safe_links_policies", "safe_attachment_policies"),
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-atpbuiltinprotectionrule",
    ..CMDLET
};

/// Entries of a list, each as text: some lists hold objects with the text somewhere inside.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entries(pub(crate) Vec<Text>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = match Value::deserialize(deserializer)? {
            Value::Array(entries) => entries,
            one => vec![one],
        };
        Ok(Self(entries.iter().map(|entry| words(entry).unwrap_or_else(|| entry.to_string().into())).collect()))
    }
}

/// The first text in a value, leaving out what describes its type.
fn words(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Object(parts) => parts.iter().filter(|(key, _)| !key.contains('@')).find_map(|(_, part)| words(part)),
        _ => None,
    }
}

/// A list that may be left empty as null.
pub(crate) fn list(field: Field<Entries>, source: &Source) -> Cell<Vec<Text>> {
    field.nullable(source).map(|entries| entries.unwrap_or_default().0)
}

/// A rule of whatever kind of policy. A kind has either recipients or senders as conditions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RuleWire {
    state: Field<Text>,
    priority: Field<i64>,
    anti_phish_policy: Field<Text>,
    hosted_content_filter_policy: Field<Text>,
    hosted_outbound_spam_filter_policy: Field<Text>,
    malware_filter_policy: Field<Text>,
    safe_attachment_policy: Field<Text>,
    safe_links_policy: Field<Text>,
    sent_to: Field<Entries>,
    sent_to_member_of: Field<Entries>,
    recipient_domain_is: Field<Entries>,
    except_if_sent_to: Field<Entries>,
    except_if_sent_to_member_of: Field<Entries>,
    except_if_recipient_domain_is: Field<Entries>,
    from: Field<Entries>,
    from_member_of: Field<Entries>,
    sender_domain_is: Field<Entries>,
    except_if_from: Field<Entries>,
    except_if_from_member_of: Field<Entries>,
    except_if_sender_domain_is: Field<Entries>,
}

/// What a policy protects from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    AntiPhish,
    Spam,
    Malware,
    OutboundSpam,
    SafeAttachments,
    SafeLinks,
}

impl RuleWire {
    fn policy(&self, kind: Kind) -> &Field<Text> {
        match kind {
            Kind::AntiPhish => &self.anti_phish_policy,
            Kind::Spam => &self.hosted_content_filter_policy,
            Kind::Malware => &self.malware_filter_policy,
            Kind::OutboundSpam => &self.hosted_outbound_spam_filter_policy,
            Kind::SafeAttachments => &self.safe_attachment_policy,
            Kind::SafeLinks => &self.safe_links_policy,
        }
    }

    fn scope(&self, kind: Kind, origin: ProtectionOrigin, source: &Source) -> Scope {
        let rule = self.clone();
        let conditions = if kind == Kind::OutboundSpam {
            [
                rule.from,
                rule.from_member_of,
                rule.sender_domain_is,
                rule.except_if_from,
                rule.except_if_from_member_of,
                rule.except_if_sender_domain_is,
            ]
        } else {
            [
                rule.sent_to,
                rule.sent_to_member_of,
                rule.recipient_domain_is,
                rule.except_if_sent_to,
                rule.except_if_sent_to_member_of,
                rule.except_if_recipient_domain_is,
            ]
        };
        let [for_addresses, for_groups, for_domains, except_addresses, except_groups, except_domains] =
            conditions.map(|condition| list(condition, source));
        let mut scope = Scope {
            origin: Cell::Known(origin),
            in_force: match self.state.value().map(Text::as_str) {
                Some("Enabled") => Cell::Known(true),
                Some("Disabled") => Cell::Known(false),
                _ => Cell::Unknown(unclear(source)),
            },
            priority: rule.priority.needed(source).map(Some),
            for_addresses,
            for_groups,
            for_domains,
            except_addresses,
            except_groups,
            except_domains,
        };
        if origin == ProtectionOrigin::Default {
            // The rule of the built-in protection can only leave people out.
            let everybody = Scope::everybody(origin, true);
            scope = Scope {
                except_addresses: scope.except_addresses,
                except_groups: scope.except_groups,
                except_domains: scope.except_domains,
                ..everybody
            };
        }
        scope
    }
}

/// The rules that one source lists; none when they were not wanted.
pub(crate) type Listed = Option<Result<Vec<RuleWire>, Gap>>;

/// All rules that may belong to the policies of one kind.
pub(crate) struct Rules<'a> {
    pub(crate) kind: Kind,
    pub(crate) lists: Vec<(ProtectionOrigin, &'static Source, &'a Listed)>,
}

impl Rules<'_> {
    /// For whom the policy of this name is.
    pub(crate) fn scope(&self, policy: &str, is_default: &Cell<bool>) -> Scope {
        let mut missing = None;
        for (origin, source, listed) in &self.lists {
            match listed {
                Some(Ok(rules)) => {
                    for rule in rules {
                        match rule.policy(self.kind) {
                            Field::Value(name) if name.eq_ignore_ascii_case(policy) => {
                                return rule.scope(self.kind, *origin, source);
                            }
                            Field::Absent => drop(missing.get_or_insert_with(|| unclear(source))),
                            Field::Value(_) | Field::Null => {}
                        }
                    }
                }
                Some(Err(gap)) => drop(missing.get_or_insert_with(|| gap.clone())),
                None => drop(missing.get_or_insert_with(|| Gap::new(Cause::NotCollected, source.id))),
            }
        }
        match (is_default.read(), missing) {
            // The default policies of mail have no rule; those of links and attachments have one, with exceptions.
            (Ok(true), Some(gap)) if self.has_default_rule() => Scope::unknown(&gap),
            (Ok(true), _) => Scope::everybody(ProtectionOrigin::Default, true),
            (Ok(false), None) => Scope::everybody(ProtectionOrigin::Custom, false),
            (Ok(false), Some(gap)) => Scope::unknown(&gap),
            (Err(gap), _) => Scope::unknown(gap),
        }
    }

    fn has_default_rule(&self) -> bool {
        self.lists.iter().any(|(origin, _, _)| *origin == ProtectionOrigin::Default)
    }
}
