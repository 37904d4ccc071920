//! Inbox rules, of which only those that forward, redirect or delete are kept.

use serde::Deserialize;
use tenantscan_model::Text;
use tenantscan_provider::{Call, Source};

use super::boxes;
use crate::sources::endpoints::CMDLET;
use tenantscan_provider::Field;

/// One request for each ten mailboxes. Conditions are not asked for: they may quote subjects.
pub(crate) static INBOX_RULES: Source = Source {
    id: "microsoft365.inbox_rules",
    title: "Inbox rules",
    path: "/adminapi/beta/{id}/InvokeCommand?$select=RuleIdentity,Name,Enabled,ForwardTo,ForwardAsAttachmentTo,RedirectTo,DeleteMessage",
    call: Call::Cmdlet { name: "Get-InboxRule", parameters: r#"{"IncludeHidden":true,"ResultSize":"Unlimited"}"# },
    lists: &["inbox_rules"],
    fills: &[
        "inbox_rules.id",
        "inbox_rules.mailbox_id",
        "inbox_rules.mailbox",
        "inbox_rules.name",
        "inbox_rules.enabled",
        "inbox_rules.forwards",
        "inbox_rules.deletes",
        "inbox_rules.target_domains",
        "inbox_rules.unresolved_targets",
        "mailboxes.forwarding_rules",
    ],
    docs: "https://learn.microsoft.com/powershell/module/exchange/get-inboxrule",
    ..CMDLET
};

/// Several texts, or one alone, or null.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Texts {
    Many(Vec<Text>),
    One(Text),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleWire {
    #[serde(default)]
    pub(crate) rule_identity: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) name: Field<Text>,
    #[serde(default)]
    pub(crate) enabled: Field<bool>,
    #[serde(default)]
    forward_to: Field<Texts>,
    #[serde(default)]
    forward_as_attachment_to: Field<Texts>,
    #[serde(default)]
    redirect_to: Field<Texts>,
    #[serde(default)]
    pub(crate) delete_message: Field<bool>,
}

/// Where a rule sends mail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// To an address in this domain.
    Domain(Text),
    /// To an entry of the address book, by the names that the answer gives it, in small letters.
    Entry(Vec<String>),
}

/// Reads `"Name" [SMTP:ann@a.example]`, `"Name" [EX:/o=…/cn=…-alias]`, a bare address or a bare name.
pub(crate) fn target(text: &str) -> Target {
    let lower = text.trim().to_lowercase();
    let (name, kind) = match lower.rsplit_once('[') {
        Some((name, kind)) => (name.trim().trim_matches('"').to_owned(), kind.trim_end_matches(']')),
        None => (lower.trim_matches('"').to_owned(), ""),
    };
    let address = if kind.is_empty() { &name } else { kind };
    if let Some(domain) = boxes::domain(address).filter(|_| !address.starts_with("ex:")) {
        return Target::Domain(domain);
    }
    // The last part of an entry's path ends with 32 digits, a dash and the entry's alias.
    let last = kind.rsplit_once("cn=").map(|(_, last)| last).unwrap_or_default();
    let alias = match last.split_once('-') {
        Some((digits, alias)) if digits.len() == 32 => alias,
        _ => last,
    };
    Target::Entry([alias, &name].into_iter().filter(|it| !it.is_empty()).map(str::to_owned).collect())
}

impl RuleWire {
    /// Whom it sends mail to; none where the answer does not say.
    pub(crate) fn targets(&self) -> Option<Vec<Target>> {
        let mut targets = Vec::new();
        for field in [&self.forward_to, &self.forward_as_attachment_to, &self.redirect_to] {
            match field {
                Field::Value(Texts::Many(texts)) => targets.extend(texts.iter().map(|text| target(text))),
                Field::Value(Texts::One(text)) => targets.push(target(text)),
                Field::Null => {}
                Field::Absent => return None,
            }
        }
        Some(targets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_rules() {
        let entry = |names: &[&str]| Target::Entry(names.iter().map(|&name| name.to_owned()).collect());
        let cases = [
            (r#""Ann" [SMTP:Ann@Gmail.Example]"#, Target::Domain("gmail.example".into())),
            ("ann@a.example", Target::Domain("a.example".into())),
            ("smtp:ann@a.example", Target::Domain("a.example".into())),
            (
                r#""Ann Sample" [EX:/o=ExchangeLabs/ou=Group/cn=Recipients/cn=0123456789abcdef0123456789abcdef-Ann]"#,
                entry(&["ann", "ann sample"]),
            ),
            (r#""a@b.example" [EX:/o=x/cn=Recipients/cn=old]"#, entry(&["old", "a@b.example"])),
            ("Ann Sample", entry(&["ann sample"])),
        ];
        for (text, expected) in cases {
            assert_eq!(target(text), expected, "{text}");
        }
    }

    #[test]
    fn a_rule_that_does_not_say_where_is_not_a_rule_that_sends_nowhere() {
        let rule = |value| serde_json::from_value::<RuleWire>(value).expect("a rule").targets();
        let none = serde_json::json!({ "ForwardTo": null, "ForwardAsAttachmentTo": [], "RedirectTo": null });
        assert_eq!(rule(none), Some(Vec::new()));
        assert_eq!(rule(serde_json::json!({ "ForwardTo": null })), None);
    }
}
