//! Protection of mail: phishing, spam, malware, links and attachments.

use serde::de::DeserializeOwned;
use tenantscan_model::rows::ProtectionOrigin::{Custom, Default as Standard, Preset};
use tenantscan_model::{Datasets, Gap, Row, Table};

use super::{Asking, Put};
use crate::sources::identity;
use crate::sources::mail_protection::policies::{self, Effect, PolicyWire};
use crate::sources::mail_protection::rules::{self, Kind, Listed, RuleWire, Rules};
use crate::sources::mail_protection::{quarantine, settings};
use crate::{GroupMembers, derive};
use tenantscan_provider::unclear;

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let rules = async |source| -> Listed { ask.items::<RuleWire>(source).await };
    let (phish, spam, malware, links, attachments, outbound) = futures::join!(
        ask.items::<PolicyWire<policies::AntiPhishWire>>(&policies::ANTI_PHISH_POLICIES),
        ask.items::<PolicyWire<policies::SpamWire>>(&policies::SPAM_POLICIES),
        ask.items::<PolicyWire<policies::MalwareWire>>(&policies::MALWARE_POLICIES),
        ask.items::<PolicyWire<policies::SafeLinksWire>>(&policies::SAFE_LINKS_POLICIES),
        ask.items::<PolicyWire<policies::SafeAttachmentWire>>(&policies::SAFE_ATTACHMENT_POLICIES),
        ask.items::<PolicyWire<policies::OutboundSpamWire>>(&policies::OUTBOUND_SPAM_POLICIES),
    );
    let (phish_rules, spam_rules, malware_rules, links_rules, attachment_rules, outbound_rules) = futures::join!(
        rules(&rules::ANTI_PHISH_RULES),
        rules(&rules::SPAM_RULES),
        rules(&rules::MALWARE_RULES),
        rules(&rules::SAFE_LINKS_RULES),
        rules(&rules::SAFE_ATTACHMENT_RULES),
        rules(&rules::OUTBOUND_SPAM_RULES),
    );
    let (presets, defender, built_in) = futures::join!(
        rules(&rules::PRESET_RULES),
        rules(&rules::DEFENDER_PRESET_RULES),
        rules(&rules::BUILT_IN_RULES),
    );
    let (files, teams, connections, reports) = futures::join!(
        ask.settings(&settings::FILE_PROTECTION, settings::FileProtectionWire::row),
        ask.settings(&settings::TEAMS_PROTECTION, settings::TeamsProtectionWire::row),
        ask.filled(&settings::CONNECTION_FILTERS, settings::ConnectionFilterWire::row),
        ask.settings(&settings::REPORT_SUBMISSION, settings::ReportSubmissionWire::row),
    );
    let (held, allowed) = futures::join!(
        ask.filled(&quarantine::QUARANTINE_POLICIES, quarantine::QuarantineWire::row),
        ask.table(&quarantine::ALLOWED_SENDERS, quarantine::AllowedWire::row),
    );
    let mail = |kind, source, own| Rules {
        kind,
        lists: vec![(Preset, &rules::PRESET_RULES, &presets), (Custom, source, own)],
    };
    let safe = |kind, source, own| Rules {
        kind,
        lists: vec![
            (Preset, &rules::DEFENDER_PRESET_RULES, &defender),
            (Custom, source, own),
            (Standard, &rules::BUILT_IN_RULES, &built_in),
        ],
    };
    let phish = table(phish, &mail(Kind::AntiPhish, &rules::ANTI_PHISH_RULES, &phish_rules));
    let spam = table(spam, &mail(Kind::Spam, &rules::SPAM_RULES, &spam_rules));
    let malware = table(malware, &mail(Kind::Malware, &rules::MALWARE_RULES, &malware_rules));
    let links = table(links, &safe(Kind::SafeLinks, &rules::SAFE_LINKS_RULES, &links_rules));
    let attachments =
        table(attachments, &safe(Kind::SafeAttachments, &rules::SAFE_ATTACHMENT_RULES, &attachment_rules));
    let lists = vec![(Custom, &rules::OUTBOUND_SPAM_RULES, &outbound_rules)];
    let outbound = table(outbound, &Rules { kind: Kind::OutboundSpam, lists });
    Box::new(|data| {
        data.anti_phish_policies = phish;
        data.spam_policies = spam;
        data.malware_policies = malware;
        data.safe_links_policies = links;
        data.safe_attachment_policies = attachments;
        data.outbound_spam_policies = outbound;
        data.file_protection = files;
        data.teams_protection = teams;
        data.connection_filters = connections;
        data.quarantine_policies = held;
        data.allowed_senders = allowed;
        data.report_submission = reports;
    })
}

/// The members of the groups that the policies name, but for those that are known already.
pub(super) async fn groups(ask: &Asking<'_>, data: &Datasets, known: &GroupMembers) -> GroupMembers {
    if !ask.wants(&identity::GROUP_MEMBERS) {
        return GroupMembers::default();
    }
    let named = derive::mail_protection::named_groups(data);
    super::roles::members_of(ask, named.into_iter().filter(|id| !known.0.contains_key(id)).collect()).await
}

/// The policies of one kind, with the rules that say for whom they are.
fn table<T: Effect + DeserializeOwned>(
    read: Option<Result<Vec<PolicyWire<T>>, Gap>>,
    rules: &Rules<'_>,
) -> Table<T::Policy>
where
    T::Policy: Row,
{
    match read {
        None => Table::default(),
        // Every tenant has the default policies of mail; the built-in protection comes with a licence.
        Some(Ok(wires)) if wires.is_empty() && !T::BUILT_IN => Table::unread(unclear(T::SOURCE)),
        Some(Ok(wires)) => Table::complete(wires.into_iter().map(|wire| wire.row(rules)).collect()),
        Some(Err(gap)) => Table::unread(gap),
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cause;

    use super::*;

    #[test]
    fn a_list_without_the_default_policy_of_mail_was_not_read() {
        let rules = Rules { kind: Kind::Spam, lists: Vec::new() };
        let mail = table::<policies::SpamWire>(Some(Ok(Vec::new())), &rules);
        assert_eq!(mail.gap().map(Gap::cause), Some(Cause::Malformed));
        let rules = Rules { kind: Kind::SafeLinks, lists: Vec::new() };
        assert_eq!(table::<policies::SafeLinksWire>(Some(Ok(Vec::new())), &rules).gap(), None);
    }
}
