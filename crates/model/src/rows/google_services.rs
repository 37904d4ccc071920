//! Services of Google Workspace around mail and files: groups, addresses to send from, open files, logs.

use crate::dataset::dataset;
use crate::{Text, Time};

dataset! {
    /// Groups of Google Workspace: who joins, reads and writes, and who is in them from outside.
    /// Source: Groups Settings API, asked for each group.
    group_settings as group_setting: GroupSettings, singleton = false, label = name {
        /// The vendor's id of the group.
        id: Text,
        /// The group's name.
        name: Text,
        /// The group's mail address.
        mail: Option<Text>,
        /// Who can join without being asked: `ANYONE_CAN_JOIN`, `ALL_IN_DOMAIN_CAN_JOIN`, `INVITED_CAN_JOIN`,
        /// `CAN_REQUEST_TO_JOIN`. Source: whoCanJoin.
        who_can_join: Text,
        /// Who can read what was written: `ANYONE_CAN_VIEW`, `ALL_IN_DOMAIN_CAN_VIEW`, `ALL_MEMBERS_CAN_VIEW`,
        /// `ALL_MANAGERS_CAN_VIEW`, `ALL_OWNERS_CAN_VIEW`. Source: whoCanViewGroup.
        who_can_view: Text,
        /// Who can see who is in it. Source: whoCanViewMembership.
        who_can_view_members: Text,
        /// Who can write to it: `ANYONE_CAN_POST` is everybody in the world. Source: whoCanPostMessage.
        who_can_post: Text,
        /// Whether people outside may be made members. Source: allowExternalMembers.
        outsiders_allowed: bool,
        /// Whether what was written is kept, to be read later by whoever can view. Source: isArchived.
        keeps_messages: bool,
        /// Whether it is closed: nobody can write to it. Source: archiveOnly.
        closed: bool,
        /// How many addresses of other domains are in it, those of the groups inside it too. Source: Directory API, members.
        outside_members: i64,
        /// Their domains.
        outside_domains: Vec<Text>,
        /// How many active accounts of the practice get or see its mail; for a group of everybody, all that there are.
        readers: i64,
    }
}

dataset! {
    /// Addresses besides their own that people send mail as, through mail servers of others.
    /// Source: Gmail API, sendAs, asked for each mailbox.
    send_as_addresses as send_as: SendAsAddress, singleton = false, label = address {
        /// Made from the mailbox and the address.
        id: Text,
        /// Address of the mailbox.
        mailbox: Text,
        /// The address that mail is sent as.
        address: Text,
        /// The mail server that it is sent through. Source: smtpMsa.host.
        server: Text,
        /// How the way to that server is protected: `none`, `ssl`, `starttls`. Source: smtpMsa.securityMode.
        security: Option<Text>,
    }
}

dataset! {
    /// Files of Google Drive that are open beyond the practice, as far as it is told without reading a file or its name.
    drive_exposure as drive_exposure: DriveExposure, singleton = true, label = id {
        /// Always `drive`.
        id: Text,
        /// How often, in the time that the vendor keeps its log (about 180 days), a file or folder was opened for anybody
        /// who has the link. Source: Reports API, drive, change_document_visibility to people_with_link.
        opened_by_link: i64,
        /// How often one was opened for the whole web. Source: the same, to public_on_the_web.
        opened_to_web: i64,
        /// How many files are open now, whenever that was done. No permission that reads no files shows it; the usage
        /// report tells of each day what changed on it, and never how many are open.
        open_now: i64,
    }
}

dataset! {
    /// For how long records of activity are kept.
    log_keeping as log_keeping: LogKeeping, singleton = true, label = id {
        /// Always `logs`.
        id: Text,
        /// For how many days the vendor keeps most of them. From a dated list: it is the same for every customer.
        days: i64,
        /// Whether they are copied to a place that keeps them for longer. No API shows it.
        exported: bool,
    }
}

dataset! {
    /// What Google counts for the whole customer on one day some days ago. Who is meant it does not say here: a person
    /// looks in the Admin console, Reporting > User reports. Of files the report counts what changed on that day alone, which
    /// tells nothing of what is open; that is not read. Source: Reports API, customer usage.
    google_usage as google_usage: GoogleUsage, singleton = true, label = id {
        /// Always `usage report`.
        id: Text,
        /// The day that was counted.
        day: Time,
        /// Accounts with a password that Google found to be weak. Unknown where it found none and does not know all of them.
        /// Source: accounts:num_users_password_strength_weak.
        weak_passwords: i64,
        /// Accounts of whose password Google does not know how strong it is.
        /// Source: accounts:num_users_password_strength_unknown.
        unseen_passwords: i64,
        /// Accounts with a password that is not of the length which the practice asks for.
        /// Source: accounts:num_users_password_length_non_compliant.
        short_passwords: i64,
        /// People whose mail a program fetched by IMAP within the 30 days before. Source: gmail:num_30day_imap_users.
        imap_people: i64,
        /// The same by POP. Source: gmail:num_30day_pop_users.
        pop_people: i64,
    }
}
