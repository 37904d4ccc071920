//! Gmail: access by other programs, forwarding, protection against forged and harmful mail.

use crate::Text;
use crate::dataset::dataset;

dataset! {
    /// Gmail, as it is set for people of Google Workspace. One row for each unit and set of groups with settings of their own.
    google_gmail_settings as setting: GoogleGmailSettings, singleton = false, label = id {
        /// The unit and the groups: `/Clinic/Front desk, in group Interns`.
        id: Text,
        /// The unit: `/Clinic/Front desk`.
        unit: Text,
        /// Groups with settings of their own that the people are in.
        groups: Vec<Text>,
        /// Active accounts that all of this holds for.
        people: i64,
        /// Columns that rest on the vendor's default, because nobody set anything.
        defaults: Vec<Text>,
        /// Whether a policy switches Gmail off for these people.
        switched_off: bool,
        /// Whether mail can be copied by POP. Source: gmail.pop_access.
        pop: bool,
        /// Whether mail can be copied by IMAP. Source: gmail.imap_access.
        imap: bool,
        /// Whether people can have all their mail forwarded. Source: gmail.auto_forwarding.
        auto_forwarding: bool,
        /// Whether people can let others into their mailbox. Source: gmail.mail_delegation.
        delegation: bool,
        /// Whether people can send through mail servers of other companies. Source: gmail.per_user_outbound_gateway.
        outbound_gateways: bool,
        /// Whether Outlook can copy the mailbox. Source: gmail.workspace_sync_for_outlook.
        outlook_sync: bool,
        /// Whether people can import mail and contacts from private accounts. Source: gmail.user_email_uploads.
        imports: bool,
        /// Whether people can send mail that expires and cannot be forwarded. Source: gmail.confidential_mode.
        confidential_mode: bool,
        /// Whether mail can be encrypted and signed by S/MIME: `STATUS_ENABLED`, … Source: gmail.smime_encryption.
        smime: Text,
        /// Whether suspicious mail is held back for a closer look. Source:
        /// gmail.enhanced_pre_delivery_message_scanning.
        scans_before_delivery: bool,
        /// Whether encrypted attachments from strangers are stopped. Source: gmail.email_attachment_safety.
        attachments_encrypted: bool,
        /// What happens to them: `WARNING`, `SPAM_FOLDER`, `QUARANTINE`.
        attachments_encrypted_action: Text,
        /// Whether attachments with scripts from strangers are stopped.
        attachments_scripts: bool,
        /// What happens to them.
        attachments_scripts_action: Text,
        /// Whether unusual kinds of attachments are stopped.
        attachments_unusual: bool,
        /// What happens to them.
        attachments_unusual_action: Text,
        /// Whether protections that Google adds later switch themselves on.
        attachments_future: bool,
        /// Whether what stands behind short links is looked at. Source: gmail.links_and_external_images.
        links_shortened: bool,
        /// Whether linked images are looked at.
        links_images: bool,
        /// Whether a click on a link to an untrusted domain warns.
        links_warning: bool,
        /// Whether protections that Google adds later switch themselves on.
        links_future: bool,
        /// Whether mail from domains that look like the practice's is stopped. Source:
        /// gmail.spoofing_and_authentication.
        spoofing_domain_names: bool,
        /// What happens to it: `WARNING`, `SPAM_FOLDER`, `QUARANTINE`.
        spoofing_domain_names_action: Text,
        /// Whether mail from strangers under a colleague's name is stopped.
        spoofing_employee_names: bool,
        /// What happens to it.
        spoofing_employee_names_action: Text,
        /// Whether forged mail from the practice's own domain is stopped.
        spoofing_domain: bool,
        /// What happens to it.
        spoofing_domain_action: Text,
        /// Whether forged mail to groups is stopped.
        spoofing_groups: bool,
        /// What happens to it.
        spoofing_groups_action: Text,
        /// Whether mail that proves no sender is stopped.
        unauthenticated: bool,
        /// What happens to it.
        unauthenticated_action: Text,
        /// Whether protections that Google adds later switch themselves on.
        spoofing_future: bool,
        /// Addresses of servers whose mail skips the spam filter. Source: gmail.email_spam_filter_ip_allowlist.
        ip_allowlist: Vec<Text>,
        /// Names of spam settings that let senders past the filter or its warnings. Source: gmail.spam_override_lists,
        /// gmail.rule_states.
        spam_bypasses: Vec<Text>,
        /// Whether mail that other apps send for people is kept in their mailbox too. Source:
        /// gmail.comprehensive_mail_storage, gmail.rule_states.
        mail_kept_everywhere: bool,
    }
}

dataset! {
    /// Rules of Gmail that change, copy or redirect mail on its way: those under Compliance, which are all that the API
    /// lists. Routing, gateways and rules for encrypted connections it does not list: a person looks, and attests.
    google_mail_rules as rule: GoogleMailRule, singleton = false, label = name {
        /// Made of the policy's name, the setting and the rule's place in it.
        id: Text,
        /// The name that somebody gave the rule. Source: description.
        name: Text,
        /// The list that it stands in: `gmail.content_compliance`, `gmail.attachment_compliance`,
        /// `gmail.objectionable_content`.
        setting: Text,
        /// Units and groups that it is for.
        scope: Text,
        /// Whether it acts for anybody. Source: gmail.rule_states.
        enforced: bool,
        /// Domains that it gives mail to in place of, or beside, its recipients. Source: changeEnvelopeRecipient,
        /// deliverToAdditionalRecipients.
        goes_to: Vec<Text>,
        /// Whether one of them is none of the practice's own. Where it sends mail by another server is not in the rule, and
        /// leaves this open. Source: the same, and changeDefaultRoute.
        sends_outside: bool,
        /// Whether mail goes past the spam filter. Source: bypassSpamFilter.
        skips_spam_filter: bool,
    }
}
