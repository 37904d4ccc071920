//! People and other holders of accounts, groups, and who administers.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// What an account is for.
    pub enum AccountKind {
        /// One member of the workforce.
        Person = "person",
        /// Somebody from outside who was invited.
        Guest = "guest",
        /// A mailbox that several people open with their own accounts.
        SharedMailbox = "shared_mailbox",
        /// The calendar of a room or a piece of equipment.
        Room = "room",
        /// The account that copies accounts from a server on site.
        Sync = "sync",
        /// An account that software uses.
        Service = "service",
        /// An emergency account that the client's records declare.
        BreakGlass = "break_glass",
    }

    /// How far a rule of the tenant binds an account.
    pub enum Enforcement {
        /// From every client and place, for every cloud app.
        Always = "always",
        /// Only under conditions: somewhere there is a way round.
        Conditional = "conditional",
        /// Not at all.
        Never = "never",
    }

    /// What holds a role.
    pub enum PrincipalType {
        /// An account.
        User = "user",
        /// A group, of which the members are not known.
        Group = "group",
        /// An app.
        ServicePrincipal = "service_principal",
        /// Something that the directory does not resolve: often a group of a partner company, or a deleted object.
        Unresolved = "unresolved",
    }

    /// How a role is held.
    pub enum AssignmentKind {
        /// In force without a step by the holder.
        Active = "active",
        /// In force for now, because the holder switched it on.
        Activated = "activated",
        /// Can be switched on by the holder.
        Eligible = "eligible",
    }

    /// Per-user multifactor authentication, the older switch on each account.
    pub enum PerUserMfa {
        /// Off.
        Disabled = "disabled",
        /// On; asks once the person has registered a method.
        Enabled = "enabled",
        /// On, and asked for at each sign-in.
        Enforced = "enforced",
    }
}

dataset! {
    /// Everything that can sign in as a user: people, guests, mailboxes, services.
    users as user: User, singleton = false, label = name {
        /// The vendor's object id.
        id: Text,
        /// The name that colleagues see.
        name: Text,
        /// The sign-in name. Microsoft: userPrincipalName; Google: primaryEmail.
        principal_name: Text,
        /// Whether the account may sign in. Microsoft: accountEnabled; Google: neither suspended nor archived.
        enabled: bool,
        /// `Member` or `Guest`. Microsoft Graph: userType; Google: isGuestUser.
        user_type: Option<Text>,
        /// Whether the account belongs to a device or an app of Teams, not to a person.
        /// Source: Microsoft Graph, isResourceAccount.
        is_resource_account: Option<bool>,
        /// What the account is for, worked out from its type, licences, name and the client's declarations.
        kind: AccountKind,
        /// What `kind` rests on, in words.
        kind_evidence: Text,
        /// When the account was made.
        created: Option<Time>,
        /// Whether the account comes from a server on site.
        on_premises_synced: bool,
        /// Whether any product is assigned to the account.
        licensed: bool,
        /// Short names of the products that are assigned to the account.
        sku_part_numbers: Vec<Text>,
        /// Whether an assigned product includes a mailbox that is not switched off.
        has_mailbox: bool,
        /// Ids of the services in `uncovered_services` that an assigned product gives the account.
        uncovered_services: Vec<Text>,
        /// Last sign-in that succeeded, with or without the person at the keyboard. Null: never, or not since the
        /// vendor began to keep it. Source: Microsoft Graph, signInActivity; Google: lastLoginTime.
        last_sign_in: Option<Time>,
        /// Whether the account has ever signed in, as far as the vendor keeps it.
        ever_signed_in: bool,
        /// When the password was last changed.
        last_password_change: Option<Time>,
        /// Whether this account's password is exempt from expiry.
        password_never_expires: bool,
        /// For a guest: `PendingAcceptance` or `Accepted`. Source: Microsoft Graph, externalUserState.
        invitation_state: Option<Text>,
        /// For a guest: when `invitation_state` last changed.
        invitation_changed: Option<Time>,
        /// Whether a second step has been set up.
        mfa_registered: bool,
        /// Whether a second step has been set up that the tenant's settings allow. Google: whether one is set up, of an
        /// account that signs in at Google; the second step of another sign-in service is not Google's to know.
        mfa_capable: bool,
        /// Whether the vendor itself says that a second step is enforced for the account. Source: isEnforcedIn2Sv.
        mfa_enforced_reported: bool,
        /// Kinds of sign-in methods that are set up: `microsoftAuthenticatorPush`, `fido2`, `mobilePhone`, …
        methods_registered: Vec<Text>,
        /// Whether a method is set up that a fake sign-in page cannot relay: a security key, a passkey, Windows Hello
        /// for Business or a certificate. Google: whether a security key or a passkey is counted.
        phishing_resistant_registered: bool,
        /// How many security keys are set up, some days ago. Source: Google, usage report, accounts:num_security_keys.
        security_keys: i64,
        /// How many passkeys are set up, some days ago. Source: Google, usage report, accounts:num_passkeys_enrolled.
        passkeys: i64,
        /// When the account last signed in by way of another company's sign-in service. Null: never, as far as the vendor
        /// keeps it. Source: Google, usage report, accounts:timestamp_last_sso.
        last_sso_sign_in: Option<Time>,
        /// Whether the account signs in at another company's sign-in service and not at Google, so that what Google knows
        /// of its second step does not count. A super administrator can always sign in at Google.
        signs_in_elsewhere: bool,
        /// Whether a private telephone number is kept for getting back in. Read for super administrators alone, and the
        /// number is never kept. Source: Google, recoveryPhone.
        recovery_phone_set: bool,
        /// Whether another mail address is kept for getting back in. Read for super administrators alone, and the address
        /// is never kept. Source: Google, recoveryEmail.
        recovery_mail_set: bool,
        /// The older per-account switch.
        per_user_mfa: PerUserMfa,
        /// How far a second step is forced on this account, by Conditional Access, security defaults and the per-user
        /// switch taken together.
        mfa: Enforcement,
        /// What forces it: names of policies, `security defaults` or `per-user MFA`.
        mfa_by: Vec<Text>,
        /// For `conditional` and `never`: each way round the second step, in words.
        mfa_gaps: Vec<Text>,
        /// How far a phishing-resistant method is forced on this account.
        phishing_resistant_mfa: Enforcement,
        /// How far old sign-in methods that know no second step are blocked for this account.
        legacy_authentication_blocked: Enforcement,
        /// How far the "enter this code on another device" sign-in is blocked for this account.
        device_code_blocked: Enforcement,
        /// How far a managed device is required of this account: one that is compliant or joined to the domain.
        managed_device_required: Enforcement,
        /// How far a sign-in that looks risky (medium or high) is challenged or blocked for this account.
        sign_in_risk_response: Enforcement,
        /// How far an account that looks taken over (high user risk) is challenged or blocked.
        user_risk_response: Enforcement,
        /// Longest time in hours after which a new sign-in is asked for in every app, from a device that is not
        /// managed; 0 for every time. Null: no rule binds the account. Source: Conditional Access sign-in frequency.
        sign_in_frequency_hours: Option<i64>,
        /// How far "stay signed in" is refused for this account.
        persistent_browser_blocked: Enforcement,
        /// Names of all directory roles that the account holds or can switch on, directly or through groups.
        roles: Vec<Text>,
        /// Names of the apps that the account let in for itself, one by one.
        apps_let_in: Vec<Text>,
        /// Those of `roles` that are privileged.
        privileged_roles: Vec<Text>,
        /// Those of `privileged_roles` that are in force for good, without a step by the holder or an end date.
        standing_privileged_roles: Vec<Text>,
        /// Whether the account holds or can switch on any privileged role.
        is_admin: bool,
        /// Whether the account holds or can switch on the highest role: Global Administrator, or Google super admin.
        is_global_admin: bool,
        /// Whether the vendor marks the account as an administrator by a role below the highest. Source: Google,
        /// isDelegatedAdmin.
        is_delegated_admin: bool,
        /// The organisational unit that the account is in: `/Clinic/Front desk`. Source: Google, orgUnitPath.
        org_unit: Option<Text>,
        /// Words in the name or sign-in name that suggest a login which several people share: `front desk`, …
        shared_login_signals: Vec<Text>,
        /// The greatest number of places that sign-ins which succeeded came from within any one hour of the last days:
        /// Microsoft three, of which only those with a person at the keyboard count; Google fourteen. 0: there were none. A
        /// place is a network: the first 24 bits of an IPv4 address, the first 64 of an IPv6 one. The two kinds are counted
        /// apart and the greater number stands, as one computer may use both. No address is kept.
        /// Source: Microsoft Graph, signIn, ipAddress; Google, log of sign-ins, ipAddress.
        places_at_once: i64,
        /// The greatest number of registered devices that such sign-ins came from within any one hour of the last three days.
        /// Devices that are not registered do not count. Source: Microsoft Graph, signIn, deviceDetail.
        devices_at_once: i64,
        /// Whether the platform's own business associate agreement covers one of the account's products, by
        /// policies/catalogues/agreement-plans.toml. Unknown where no product is in the catalogue as covered, and one in neither
        /// list.
        plan_covered: bool,
        /// Roles of the practice of which the account is in a group: `front desk`, … Source: the client's records, accounts.toml.
        practice_roles: Vec<Text>,
        /// Whether an account of the same sign-in name is switched off in another tenant of this client. Other addresses
        /// of the accounts are not compared; where the client has no other tenant, it is not.
        closed_elsewhere: bool,
    }
}

dataset! {
    /// Groups, with what roles and Conditional Access need to know of them.
    groups as group: Group, singleton = false, label = name {
        /// The vendor's object id.
        id: Text,
        /// The group's name.
        name: Text,
        /// Its mail address. Source: Google, email.
        mail: Option<Text>,
        /// `Unified` for a Microsoft 365 group, `DynamicMembership` for one with a membership rule.
        types: Vec<Text>,
        /// `Public`, `Private` or `HiddenMembership`; null for groups without documents.
        visibility: Option<Text>,
        /// Whether it can carry access rights.
        security_enabled: Option<bool>,
        /// Whether it has a mail address.
        mail_enabled: Option<bool>,
        /// Whether a directory role may be assigned to it.
        role_assignable: Option<bool>,
        /// Whether it is a Microsoft 365 group, with documents.
        is_microsoft365_group: bool,
        /// Whether it is a team in Microsoft Teams.
        is_team: bool,
        /// How many accounts are in it, those of groups inside it too; everybody, where the whole organisation is in it.
        members: i64,
        /// Mail addresses of members from outside: of none of the tenant's domains. Source: Google, members.
        external_members: Vec<Text>,
    }
}

dataset! {
    /// Roles of the directory.
    role_definitions as role: RoleDefinition, singleton = false, label = name {
        /// The role's id in this tenant.
        id: Text,
        /// The id that a built-in role has in every tenant.
        template_id: Option<Text>,
        /// The role's name.
        name: Text,
        /// Whether the vendor made the role.
        is_built_in: Option<bool>,
        /// Whether the role can be used.
        is_enabled: Option<bool>,
        /// Whether its holder can take over accounts, read everything or switch protection off. Microsoft: for built-in
        /// roles from a dated list; Google: unless all its privileges are in a dated list of those that only look. A role
        /// that the tenant made itself counts as privileged unless it is known not to be.
        is_privileged: bool,
    }
}

dataset! {
    /// Who holds which role and how: one row for each holder, with members of groups listed one by one.
    role_assignments as assignment: RoleAssignment, singleton = false, label = principal_name {
        /// Made from the vendor's assignment id and the holder's id.
        id: Text,
        /// The role's id.
        role_id: Text,
        /// The role's name; null when the role is not in the directory's list.
        role_name: Option<Text>,
        /// The id that the built-in role has in every tenant.
        role_template_id: Option<Text>,
        /// Whether the role is privileged.
        is_privileged: bool,
        /// The holder's object id.
        principal_id: Text,
        /// What the holder is.
        principal_type: PrincipalType,
        /// The holder's name; its id where the directory does not resolve it.
        principal_name: Text,
        /// For an app: the id of the tenant that owns it.
        principal_owner_tenant: Option<Text>,
        /// Whether the holder is an app of the vendor itself.
        is_vendor_app: bool,
        /// Whether the holder may sign in; null for what is not a user. Of a group that stands here itself nobody read who is
        /// in it, and so it is not known.
        principal_enabled: Option<bool>,
        /// `/` for the whole tenant, else the path of a part of it.
        scope: Text,
        /// How the role is held.
        kind: AssignmentKind,
        /// Name of the group through which the role is held; null when it is held directly.
        via_group: Option<Text>,
        /// When the assignment ends; null for never.
        ends: Option<Time>,
        /// Whether it is in force for good: active, and without an end.
        is_standing: bool,
        /// Who gave the role, as far back as the directory's log goes (7 or 30 days). Null: nobody in that time.
        changed_by: Option<Text>,
        /// When that was.
        changed_at: Option<Time>,
    }
}

dataset! {
    /// Rules for switching on a role, one row for each role. Needs Entra ID P2 or Governance.
    role_policies as role_policy: RolePolicy, singleton = false, label = role_name {
        /// The role's id.
        id: Text,
        /// The role's name.
        role_name: Option<Text>,
        /// Whether the role is privileged.
        is_privileged: bool,
        /// Whether it is the highest role.
        is_global_admin: bool,
        /// Whether switching it on asks for a second step, or for an authentication context of Conditional Access.
        activation_requires_mfa: bool,
        /// Whether switching it on asks for a reason.
        activation_requires_justification: bool,
        /// Whether switching it on asks for somebody's approval.
        activation_requires_approval: bool,
        /// For how many hours it stays on.
        activation_hours: Option<i64>,
        /// Whether an assignment that is always in force must have an end.
        active_assignment_must_end: bool,
    }
}

dataset! {
    /// Emergency accounts that the client's records declare, joined with what the directory says of them.
    /// Not supplied while nobody keeps a register of accounts.
    emergency_accounts as account: EmergencyAccount, singleton = false, label = id {
        /// The sign-in name or object id as declared.
        id: Text,
        /// Whether the directory has the account.
        exists: bool,
        /// Whether the account may sign in.
        enabled: bool,
        /// Whether the account lives in the cloud alone.
        cloud_only: bool,
        /// Whether the account always holds the highest role.
        standing_global_admin: bool,
        /// Whether a phishing-resistant method is set up.
        phishing_resistant_registered: bool,
        /// Last sign-in that succeeded.
        last_sign_in: Option<Time>,
    }
}
