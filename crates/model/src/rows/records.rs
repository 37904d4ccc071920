//! What people keep on paper: answers, vendors and contracts, the workforce, accounts with an owner, decisions, the plan.
//!
//! A day that something begins on counts from its first moment, one that something lasts to until its last, both in UTC.

use std::fmt;

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{ClosedEnum, Text, Time};

words! {
    /// What a person answered to a question that no configuration can answer.
    pub enum Answer {
        /// It is done.
        Implemented = "implemented",
        /// A part of it is done.
        Partly = "partly",
        /// It is not done.
        No = "no",
        /// Something else is done that serves the purpose.
        AddressedDifferently = "addressed_differently",
        /// The practice has nothing that the question is about.
        NotApplicable = "not_applicable",
    }

    /// Whether a vendor handles patient data. Only a person can decide it.
    pub enum HandlesPhi {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
        /// Nobody has decided yet.
        Unknown = "unknown",
    }

    /// How somebody stands to the practice.
    pub enum WorkStatus {
        /// Works there.
        Active = "active",
        /// Works there, and is away for a while.
        Leave = "leave",
        /// Works there for another company, or on a contract: a locum, a cleaner, a member of the board.
        Contractor = "contractor",
        /// Does not work there any more.
        Left = "left",
    }

    /// What an account in the register is for.
    pub enum RegisteredKind {
        /// An emergency account.
        BreakGlass = "break_glass",
        /// An account that software or a machine uses.
        Service = "service",
        /// A mailbox that several people open with their own accounts.
        SharedMailbox = "shared_mailbox",
        /// The calendar of a room or a piece of equipment.
        Room = "room",
        /// A computer that stands open to several people, with few rights.
        Kiosk = "kiosk",
        /// A login that several people use.
        SharedLogin = "shared_login",
    }

    /// What was decided about a result that fails.
    pub enum Disposition {
        /// It will be mended; until then it stands in the plan.
        Planned = "planned",
        /// The risk is borne.
        RiskAccepted = "risk_accepted",
        /// Another company does it.
        ThirdParty = "third_party",
        /// Another measure lowers the same risk.
        AlternateMitigation = "alternate_mitigation",
        /// The specification is addressable, and an equivalent measure is in place. Source: 45 CFR 164.306(d)(3)(ii)(B)(2).
        AddressableAlternative = "addressable_alternative",
        /// The specification is addressable, and neither it nor another measure is reasonable here.
        /// Source: 45 CFR 164.306(d)(3).
        AddressableNotReasonable = "addressable_not_reasonable",
        /// The result is wrong.
        FalsePositive = "false_positive",
    }

    /// How much harm an unmet requirement does.
    pub enum Severity {
        /// Worth mending in time.
        Low = "low",
        /// Mend within the quarter.
        Medium = "medium",
        /// Mend within the month.
        High = "high",
        /// Mend now.
        Critical = "critical",
    }

    /// How far a repair has come.
    pub enum PlanState {
        /// Nobody has begun.
        Open = "open",
        /// Somebody is at it.
        InProgress = "in_progress",
        /// It is mended.
        Done = "done",
    }
}

impl Answer {
    /// Whether it says that something is done: that counts only with what shows it on file. A no, and that there is nothing of
    /// the kind here, need no proof.
    pub fn needs_evidence(self) -> bool {
        matches!(self, Self::Implemented | Self::AddressedDifferently)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

dataset! {
    /// What people answered to the questions that no configuration can answer, one answer to a question. A question that
    /// is not here is open.
    attestations as attestation: Attestation, singleton = false, label = question {
        /// Id of the question: `restore-tested`.
        question: Text,
        /// The answer.
        answer: Answer,
        /// The answer in the person's own words.
        statement: Text,
        /// What proves it: paths in the folder of the records, and web addresses.
        evidence: Vec<Text>,
        /// SHA-256, hexadecimal, of each file of `evidence`, in its order; empty for a web address.
        evidence_sha256: Vec<Text>,
        /// Size of the files of `evidence` together, in bytes.
        evidence_bytes: i64,
        /// When the file of `evidence` that changed last was changed. Null: there is no file.
        evidence_modified: Option<Time>,
        /// The files of `evidence` that are no longer what they were when the answer was given: another SHA-256 was
        /// written beside them.
        evidence_changed: Vec<Text>,
        /// Who answered.
        by: Text,
        /// That person's role in the practice.
        role: Text,
        /// The day of the answer.
        on: Time,
        /// The last moment at which the answer is good: the earlier of what it says itself and of what its question
        /// allows.
        valid_until: Time,
    }
}

dataset! {
    /// Companies that do something for the practice, with the contract where patient data is concerned.
    vendors as vendor: Vendor, singleton = false, label = name {
        /// The vendor's name.
        name: Text,
        /// What it does or delivers.
        services: Vec<Text>,
        /// Ids of its apps, as the platforms show them: the application id of Microsoft, the client id of Google.
        app_ids: Vec<Text>,
        /// Ids of its own tenants at Microsoft, as partner relationships and its apps show them, in small letters.
        tenant_ids: Vec<Text>,
        /// Domains that it sends mail from or takes it at, in small letters.
        domains: Vec<Text>,
        /// Which of the usual kinds of vendors it is: ids of `vendor_categories`.
        categories: Vec<Text>,
        /// Whether it handles patient data.
        handles_phi: HandlesPhi,
        /// The day on which the business associate agreement was signed. Null: none was.
        baa_signed: Option<Time>,
        /// The last moment of the day on which the agreement ends or must be renewed. Null: it has no end.
        baa_renews: Option<Time>,
        /// When somebody last looked whether the agreement is there and fits. Null: nobody wrote it down.
        baa_verified: Option<Time>,
        /// The plan or product that the agreement covers. Null: nobody wrote it down.
        baa_plan: Option<Text>,
        /// Within how many days the vendor must report a breach, by the agreement. Null: nobody wrote it down.
        baa_notice_days: Option<i64>,
        /// Path of the signed agreement in the folder of the records. Null: it is not on file.
        baa_document: Option<Text>,
        /// SHA-256 of the agreement, hexadecimal.
        baa_document_sha256: Option<Text>,
        /// Size of the agreement, in bytes.
        baa_document_bytes: Option<i64>,
        /// When the file was last changed.
        baa_document_modified: Option<Time>,
        /// Whether the file is no longer what it was when it was put on file: another SHA-256 was written beside it.
        baa_document_changed: bool,
        /// Why no agreement is needed. Null: nobody gave a reason.
        baa_not_required_because: Option<Text>,
        /// Who in the practice answers for the vendor.
        owner: Text,
    }
}

dataset! {
    /// The usual kinds of vendors of a practice: which vendor is one, or that the practice has none.
    vendor_categories as vendor_category: VendorCategory, singleton = false, label = title {
        /// Id of the kind: `telehealth`.
        id: Text,
        /// The kind in plain words.
        title: Text,
        /// Whether it is one of the kinds that nearly every practice has.
        core: bool,
        /// Names of the vendors of this kind.
        vendors: Vec<Text>,
        /// Whether somebody wrote down that the practice uses none.
        not_used: bool,
    }
}

dataset! {
    /// Everybody who works or worked at the practice, from the list that the practice keeps.
    roster as member: Member, singleton = false, label = name {
        /// The person's address at work, in small letters.
        email: Text,
        /// The person's name.
        name: Text,
        /// What the person does.
        role: Text,
        /// How the person stands to the practice.
        status: WorkStatus,
        /// The last moment of the last day at work. Null: none is set. A day ends later in the United States than in UTC,
        /// by up to ten hours.
        last_day: Option<Time>,
    }
}

dataset! {
    /// Accounts that are no person's, each with whoever answers for it.
    account_register as registered_account: RegisteredAccount, singleton = false, label = account {
        /// The sign-in name or object id, in small letters.
        account: Text,
        /// What kind of account it is.
        kind: RegisteredKind,
        /// Who answers for it.
        owner: Text,
        /// What it is for.
        purpose: Text,
        /// The day on which somebody last asked whether it is still needed.
        reviewed: Time,
    }
}

dataset! {
    /// The roles that people have in the practice, and the groups that give each of them its access.
    practice_roles as practice_role: PracticeRole, singleton = false, label = name {
        /// The role: `front desk`.
        name: Text,
        /// Groups that give the role its access, by object id or name.
        groups: Vec<Text>,
        /// Roles that the same person must not have as well.
        conflicts_with: Vec<Text>,
    }
}

dataset! {
    /// Results that fail and that somebody accepted, with reason, approver and end. They never change a verdict.
    exceptions as exception: Exception, singleton = false, label = policy {
        /// Policy, tenant and resource together: what the exception is for.
        id: Text,
        /// Id of the policy.
        policy: Text,
        /// The tenant: `microsoft365`, `google-workspace`, or its vendor's id.
        tenant: Text,
        /// The stable id of what fails; `*` for whatever fails.
        resource: Text,
        /// The state that was accepted: the values as JSON, their names sorted. Null: only its SHA-256 was kept, or none
        /// since the exception is for whatever fails.
        accepted: Option<Text>,
        /// SHA-256, hexadecimal, of the state that was accepted, over the JSON of `accepted`. Null: the exception is for
        /// whatever fails.
        accepted_sha256: Option<Text>,
        /// What was decided.
        disposition: Disposition,
        /// Why.
        reason: Text,
        /// What proves it: paths in the folder of the records, and web addresses.
        evidence: Vec<Text>,
        /// Who decided.
        approved_by: Text,
        /// The day of the decision.
        approved: Time,
        /// The last moment at which the exception holds.
        until: Time,
    }
}

dataset! {
    /// What will be mended, by whom and until when.
    remediation_plan as plan_item: PlanItem, singleton = false, label = policy {
        /// Policy and resource together: what the item is for.
        id: Text,
        /// Id of the policy that fails.
        policy: Text,
        /// The stable id of what fails; `*` for whatever fails.
        resource: Text,
        /// The first moment of the day on which it was found.
        found: Time,
        /// Who mends it.
        owner: Text,
        /// The last moment of the day until which it is to be mended.
        due: Time,
        /// How far it has come.
        state: PlanState,
        /// Whatever else there is to say. Null: nothing.
        note: Option<Text>,
    }
}

dataset! {
    /// What the other policies found in the same tenant. No provider fills it: rules about it are judged last, and neither a
    /// snapshot nor a scan has it.
    policy_results as policy_result: PolicyResult, singleton = false, label = policy {
        /// Id of the policy.
        policy: Text,
        /// How much harm it does when it is not met.
        severity: Severity,
        /// Whether the tenant fails it. Unknown where the result is unknown, and with the same cause.
        failing: bool,
        /// Stable ids of what fails.
        resources: Vec<Text>,
        /// Whether `resources` names all that fails. Unknown where something that was not read may fail as well.
        resources_complete: bool,
        /// Stable ids of what fails and that somebody decided to bear, by an exception that applies; `*` where one covers
        /// whatever fails. What is only `planned` is not here: the plan says when it is mended.
        accepted: Vec<Text>,
    }
}

/// What stands for whatever fails, where a record names a resource.
pub const ANY: &str = "*";

/// Name of the dataset that no provider fills.
pub const RESULTS: &str = "policy_results";

/// Names of the datasets that hold what people keep of a client. They are the same in each of its tenants.
pub const RECORDS: [&str; 8] = [
    "attestations",
    "vendors",
    "vendor_categories",
    "roster",
    "account_register",
    "practice_roles",
    "exceptions",
    "remediation_plan",
];
