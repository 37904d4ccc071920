//! Mailboxes: who opens them, what they keep, and where their mail goes.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// Whom a mailbox is for.
    pub enum MailboxType {
        /// One person.
        Person = "person",
        /// Several people, who open it with their own accounts.
        Shared = "shared",
        /// A room.
        Room = "room",
        /// A piece of equipment.
        Equipment = "equipment",
        /// The service itself: searches, bookings, groups.
        Service = "service",
    }

    /// What somebody may do with the mailbox of another.
    pub enum MailboxRight {
        /// Open it and read everything in it.
        FullAccess = "full_access",
        /// Send mail in its name.
        SendAs = "send_as",
    }

    /// Who holds a right on a mailbox.
    pub enum DelegateKind {
        /// An account of the practice.
        Member = "member",
        /// Somebody from outside who was invited.
        Guest = "guest",
        /// A group.
        Group = "group",
        /// Nobody whom the directory still knows: mostly an account that was deleted.
        Unresolved = "unresolved",
    }

    /// A way on which mail goes to addresses outside.
    pub enum ForwardingPath {
        /// A setting of the mailbox.
        MailboxSetting = "mailbox_setting",
        /// A rule that the mailbox's owner, or an intruder, has made.
        MailboxRule = "mailbox_rule",
        /// A rule of the whole tenant.
        TenantRule = "tenant_rule",
        /// A rule that sends a copy of mail to an archive.
        JournalRule = "journal_rule",
        /// A route of the whole tenant to another mail server.
        Connector = "connector",
    }

    /// Whether mail takes a way.
    pub enum Reach {
        /// It does: the way is set up and open.
        Does = "does",
        /// It could: nothing stops it, but the way is not set up or is switched off.
        Can = "can",
        /// It cannot: something stops it.
        Cannot = "cannot",
    }
}

dataset! {
    /// Mailboxes of people, teams, rooms and equipment. Google: those of active accounts, each asked in its owner's name.
    mailboxes as mailbox: Mailbox, singleton = false, label = address {
        /// The directory's object id of the account that owns it; the mailbox's own id where it has no account.
        /// Microsoft: Get-Mailbox, ExternalDirectoryObjectId, else Guid; Google: the account's id.
        id: Text,
        /// Its main address. Source: Get-Mailbox, PrimarySmtpAddress.
        address: Text,
        /// The name that colleagues see. Source: Get-Mailbox, DisplayName.
        name: Text,
        /// Whom it is for. Source: Get-Mailbox, RecipientTypeDetails.
        recipient_type: MailboxType,
        /// Whether the account behind it may sign in. Source: the account's `enabled`; where the directory has no such
        /// account, the reverse of Get-Mailbox, AccountDisabled.
        sign_in_enabled: bool,
        /// Short names of the products that are assigned to the account behind it; empty where there is none.
        account_licences: Vec<Text>,
        /// Domain of the address to which a setting of the mailbox forwards everything; null where there is none.
        /// Microsoft: Get-Mailbox, ForwardingSmtpAddress; Google: autoForwarding.
        forwarding_address_domain: Option<Text>,
        /// Domain of the entry of the address book to which a setting of the mailbox forwards everything; null where
        /// there is none. Source: Get-Mailbox, ForwardingAddress, looked up by Get-Recipient.
        forwarding_recipient_domain: Option<Text>,
        /// Whether the mailbox keeps a copy of what it forwards. Source: Get-Mailbox, DeliverToMailboxAndForward.
        keeps_copy: Option<bool>,
        /// How many of its inbox rules, switched off ones included, forward or redirect.
        /// Microsoft: Get-InboxRule; Google: filters. Asked for each mailbox.
        forwarding_rules: i64,
        /// Domains of addresses that are proven, so that forwarding to them takes one click more.
        /// Source: Google, forwardingAddresses, asked for each mailbox.
        forwarding_ready_domains: Vec<Text>,
        /// Whether mail that it receives goes to an address outside, by its settings or its inbox rules.
        forwards_outside: bool,
        /// The domains outside to which mail that it receives goes, by its settings or its inbox rules.
        forwarding_domains: Vec<Text>,
        /// Whether nothing in it can be deleted for good. Source: Get-Mailbox, LitigationHoldEnabled.
        litigation_hold: bool,
        /// Ids of the holds that are placed on it by name. A hold on all mailboxes does not stand here.
        /// Source: Get-Mailbox, InPlaceHolds.
        holds: Vec<Text>,
        /// The mailbox's own retention policy, which moves and deletes. Source: Get-Mailbox, RetentionPolicy.
        retention_policy: Option<Text>,
        /// Whether what its owner deletes for good can be had back for `deleted_items_days`.
        /// Source: Get-Mailbox, SingleItemRecoveryEnabled.
        single_item_recovery: bool,
        /// For how many days deleted items can be had back. Source: Get-Mailbox, RetainDeletedItemsFor.
        deleted_items_days: i64,
        /// Whether auditing is switched on for the mailbox itself. While it is on for the whole tenant, this says
        /// nothing. Source: Get-Mailbox, AuditEnabled.
        audit_enabled: bool,
        /// For which kinds of sign-in (`Admin`, `Delegate`, `Owner`) it records what the vendor recommends.
        /// Source: Get-Mailbox, DefaultAuditSet.
        audit_defaults: Vec<Text>,
        /// Whether programs may read it by POP. Microsoft: Get-CASMailbox, PopEnabled; Google: the mailbox's own switch
        /// and that of its unit, taken together.
        pop_enabled: bool,
        /// Whether programs may read it by IMAP. Microsoft: Get-CASMailbox, ImapEnabled; Google: the mailbox's own
        /// switch and that of its unit, taken together.
        imap_enabled: bool,
        /// Whether programs may send with its name and password; null where the tenant's setting holds.
        /// Source: Get-CASMailbox, the reverse of SmtpClientAuthenticationDisabled.
        smtp_auth_enabled: Option<bool>,
        /// How many others may open it and read everything in it. Microsoft: Get-MailboxPermission; Google: delegates.
        /// Asked for each mailbox.
        full_access_delegates: i64,
    }
}

dataset! {
    /// Accounts that are exempt from mailbox auditing: what they do in any mailbox is not recorded.
    audit_bypasses as bypass: AuditBypass, singleton = false, label = name {
        /// The vendor's name of the account.
        id: Text,
        /// The account's name.
        name: Text,
        /// Whether it is exempt. Source: Get-MailboxAuditBypassAssociation, AuditBypassEnabled.
        enabled: bool,
    }
}

dataset! {
    /// Who may open, or send in the name of, the mailbox of another: one row for each right that somebody was given.
    mailbox_delegates as delegate: MailboxDelegate, singleton = false, label = mailbox {
        /// Made from the mailbox, the right and the holder.
        id: Text,
        /// Address of the mailbox; the vendor's name of what is no mailbox, or of one that shares its name.
        mailbox: Text,
        /// The right.
        right: MailboxRight,
        /// The holder as the vendor names it. Microsoft: Get-MailboxPermission, User; Get-RecipientPermission, Trustee;
        /// Google: delegateEmail.
        holder: Text,
        /// What the holder is.
        holder_kind: DelegateKind,
        /// Whether the holder may sign in; null for what is not an account.
        holder_enabled: Option<bool>,
    }
}

dataset! {
    /// Inbox rules that forward, redirect or delete; every other rule is left out, and so are all conditions. Google:
    /// filters that forward.
    inbox_rules as rule: InboxRule, singleton = false, label = name {
        /// Made from the mailbox's id and the rule's.
        id: Text,
        /// Id of the mailbox.
        mailbox_id: Text,
        /// Address of the mailbox.
        mailbox: Text,
        /// The rule's name. Microsoft: Get-InboxRule, Name; a filter of Google has none.
        name: Text,
        /// Whether it is switched on. Source: Get-InboxRule, Enabled.
        enabled: bool,
        /// Whether it forwards or redirects. Source: Get-InboxRule, ForwardTo, ForwardAsAttachmentTo, RedirectTo.
        forwards: bool,
        /// Whether it deletes what it applies to. Source: Get-InboxRule, DeleteMessage.
        deletes: bool,
        /// Domains of those targets whose address is known.
        target_domains: Vec<Text>,
        /// How many targets are entries of the address book whose address is not known.
        unresolved_targets: i64,
    }
}

dataset! {
    /// Every way on which mail leaves the practice by itself: one row for each mailbox, way and domain.
    mail_forwarding as forwarding: MailForwarding, singleton = false, label = mailbox {
        /// Made from the mailbox, the way and the domain.
        id: Text,
        /// Address of the mailbox; `every mailbox` for a way of the whole tenant.
        mailbox: Text,
        /// The way.
        path: ForwardingPath,
        /// Name of the rule or connector; null for a setting of the mailbox.
        name: Option<Text>,
        /// The domain outside.
        domain: Text,
        /// Whether mail takes the way.
        outcome: Reach,
        /// What stops it, in words; empty where nothing does.
        stopped_by: Vec<Text>,
    }
}

dataset! {
    /// Whether people can have their mail forwarded outside by itself, whoever sets it up.
    automatic_forwarding as automatic_forwarding: AutomaticForwarding, singleton = true, label = id {
        /// Always `automatic forwarding`.
        id: Text,
        /// `can`, or `cannot` where something stops it for every mailbox and every domain.
        outside: Reach,
        /// The domains to which it is open; `*` for all that are not named otherwise.
        open_domains: Vec<Text>,
        /// What stops it, in words.
        stopped_by: Vec<Text>,
    }
}
