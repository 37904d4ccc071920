//! Rules of the tenant about signing in, guests, consent and sessions.

use crate::dataset::dataset;
use crate::dictionary::words;
use crate::{Text, Time};

words! {
    /// Whether a Conditional Access policy acts.
    pub enum PolicyState {
        /// It is enforced.
        Enabled = "enabled",
        /// It is switched off.
        Disabled = "disabled",
        /// It only reports what it would have done.
        ReportOnly = "report_only",
        /// A state that the vendor added later: whether it is enforced cannot be told.
        Other = "other",
    }

    /// Whether a sign-in method may be used.
    pub enum MethodState {
        /// For some accounts at least.
        Enabled = "enabled",
        /// For none.
        Disabled = "disabled",
    }
}

dataset! {
    /// Microsoft's basic protection for tenants without Conditional Access.
    /// Source: Microsoft Graph, identitySecurityDefaultsEnforcementPolicy.
    security_defaults as security_defaults: SecurityDefaults, singleton = true, label = id {
        /// The policy's id.
        id: Text,
        /// Whether it is on.
        enabled: bool,
    }
}

dataset! {
    /// Conditional Access policies. Lists hold object ids, or the vendor's words such as `All` and `None`.
    /// Source: Microsoft Graph, conditionalAccessPolicy.
    conditional_access_policies as policy: ConditionalAccessPolicy, singleton = false, label = name {
        /// The policy's id.
        id: Text,
        /// The policy's name.
        name: Text,
        /// Whether it acts.
        state: PolicyState,
        /// When it was made.
        created: Option<Time>,
        /// When it was last changed.
        modified: Option<Time>,
        /// Whether Microsoft made and manages it.
        microsoft_managed: bool,
        /// Accounts it is for: ids, `All`, `None`, `GuestsOrExternalUsers`.
        include_users: Vec<Text>,
        /// Accounts it leaves out.
        exclude_users: Vec<Text>,
        /// Groups it is for.
        include_groups: Vec<Text>,
        /// Groups it leaves out.
        exclude_groups: Vec<Text>,
        /// Roles (template ids) it is for.
        include_roles: Vec<Text>,
        /// Roles it leaves out.
        exclude_roles: Vec<Text>,
        /// Kinds of guests it is for: `b2bCollaborationGuest`, `serviceProvider`, …
        include_guests: Vec<Text>,
        /// Kinds of guests it leaves out.
        exclude_guests: Vec<Text>,
        /// Apps it is for: ids, `All`, `Office365`, `MicrosoftAdminPortals`, `None`.
        include_applications: Vec<Text>,
        /// Apps it leaves out.
        exclude_applications: Vec<Text>,
        /// Actions it is for, in place of apps: `urn:user:registersecurityinfo`, …
        user_actions: Vec<Text>,
        /// Kinds of client: `all`, `browser`, `mobileAppsAndDesktopClients`, `exchangeActiveSync`, `other`.
        client_app_types: Vec<Text>,
        /// Kinds of device it is for; null for all.
        include_platforms: Option<Vec<Text>>,
        /// Kinds of device it leaves out.
        exclude_platforms: Vec<Text>,
        /// Places it is for: ids, `All`, `AllTrusted`; null for all.
        include_locations: Option<Vec<Text>>,
        /// Places it leaves out.
        exclude_locations: Vec<Text>,
        /// Sign-in risk levels it is for; empty for all.
        sign_in_risk_levels: Vec<Text>,
        /// User risk levels it is for; empty for all.
        user_risk_levels: Vec<Text>,
        /// Transfer methods it is for: `deviceCodeFlow`, `authenticationTransfer`; empty for all sign-ins.
        authentication_flows: Vec<Text>,
        /// `include` or `exclude` when it is bound to a filter over devices; null for all devices.
        device_filter: Option<Text>,
        /// Other conditions that narrow it and that this program does not weigh, by the vendor's name.
        other_conditions: Vec<Text>,
        /// `AND` or `OR` between the controls; null when it grants nothing (session controls only).
        grant_operator: Option<Text>,
        /// Controls: `mfa`, `block`, `compliantDevice`, `domainJoinedDevice`, `passwordChange`, …
        grant_controls: Vec<Text>,
        /// Id of the authentication strength that it asks for.
        authentication_strength: Option<Text>,
        /// Terms of use and custom controls that it asks for, by id.
        other_grant_controls: Vec<Text>,
        /// Hours after which a new sign-in is asked for; 0 for every time; null for no such rule.
        sign_in_frequency_hours: Option<i64>,
        /// `always` or `never`; null for no such rule.
        persistent_browser: Option<Text>,
        /// Whether the app itself limits what an unmanaged device may do.
        app_enforced_restrictions: bool,
        /// Whether Defender for Cloud Apps watches the session.
        cloud_app_security: bool,
        /// Who last changed it, as far back as the directory's log goes (7 or 30 days). Null: nobody in that time.
        changed_by: Option<Text>,
        /// When that was.
        changed_at: Option<Time>,
    }
}

dataset! {
    /// Places that Conditional Access knows by name.
    named_locations as location: NamedLocation, singleton = false, label = name {
        /// The place's id.
        id: Text,
        /// The place's name.
        name: Text,
        /// `ip` or `country`; another word is the vendor's own.
        kind: Text,
        /// Whether sign-ins from there are taken as trusted. Countries never are.
        is_trusted: bool,
        /// IP ranges in CIDR form.
        ip_ranges: Vec<Text>,
        /// Two-letter country codes.
        countries: Vec<Text>,
    }
}

dataset! {
    /// Authentication strengths: named lists of combinations of methods.
    authentication_strengths as strength: AuthenticationStrength, singleton = false, label = name {
        /// The strength's id.
        id: Text,
        /// The strength's name.
        name: Text,
        /// `builtIn` or `custom`.
        policy_type: Text,
        /// Combinations it allows: `fido2`, `password,microsoftAuthenticatorPush`, …
        allowed_combinations: Vec<Text>,
        /// Whether every combination has a second step.
        requires_mfa: bool,
        /// Whether a fake sign-in page can relay none of its combinations.
        phishing_resistant: bool,
    }
}

dataset! {
    /// Which sign-in methods the tenant allows: the settings that are common to all methods.
    authentication_methods_policy as authentication_methods_policy: AuthenticationMethodsPolicy, singleton = true, label = id {
        /// The policy's id.
        id: Text,
        /// `preMigration`, `migrationInProgress` or `migrationComplete`: whether the older settings still count too. Null: the
        /// tenant never had them.
        migration_state: Option<Text>,
        /// `default`, `enabled` or `disabled`: whether people are asked to set up Microsoft Authenticator.
        registration_campaign: Option<Text>,
    }
}

dataset! {
    /// Sign-in methods and whether they may be used, one row each.
    authentication_methods as method: AuthenticationMethod, singleton = false, label = id {
        /// The method: `Fido2`, `MicrosoftAuthenticator`, `Sms`, `Voice`, `Email`, `TemporaryAccessPass`, …
        id: Text,
        /// Whether it may be used. Not known of a method that is switched off here while older settings, which may allow it,
        /// still count too.
        state: MethodState,
        /// Groups it is for; `all_users` stands for everybody.
        include_targets: Vec<Text>,
        /// Groups it is not for.
        exclude_targets: Vec<Text>,
    }
}

dataset! {
    /// What every member and guest may do by default.
    /// Source: Microsoft Graph, authorizationPolicy.
    authorization_policy as authorization_policy: AuthorizationPolicy, singleton = true, label = id {
        /// The policy's id.
        id: Text,
        /// `none`, `adminsAndGuestInviters`, `adminsGuestInvitersAndAllMembers` or `everyone`.
        allow_invites_from: Option<Text>,
        /// What guests see of the directory: `same_as_members`, `limited`, `restricted`; another role by its id.
        guest_access: Option<Text>,
        /// Whether people outside may join by confirming a mail address.
        email_verified_users_may_join: bool,
        /// Whether people may sign up for trials with their work address.
        email_subscriptions_allowed: bool,
        /// Whether administrators may reset their own password.
        self_service_reset_allowed: bool,
        /// Whether people may consent to apps that the vendor finds risky.
        risky_app_consent_allowed: Option<bool>,
        /// Whether the older PowerShell module is refused for ordinary accounts.
        msol_powershell_blocked: Option<bool>,
        /// Whether ordinary accounts may register apps.
        users_create_apps: bool,
        /// Whether ordinary accounts may make security groups.
        users_create_security_groups: bool,
        /// Whether ordinary accounts may make tenants. Null: the vendor did not say.
        users_create_tenants: Option<bool>,
        /// Whether ordinary accounts may read other accounts.
        users_read_others: bool,
        /// Consent policies that bind ordinary accounts, by the vendor's ids; empty when nobody may consent.
        consent_policies: Vec<Text>,
        /// `none`: only administrators consent; `low_risk`: verified publishers and permissions marked low;
        /// `any`: all that need no administrator; `custom`: by a policy that the tenant made.
        user_consent: Text,
    }
}

dataset! {
    /// How people ask an administrator to approve an app.
    admin_consent_policy as admin_consent_policy: AdminConsentPolicy, singleton = true, label = id {
        /// Always `adminConsentRequestPolicy`.
        id: Text,
        /// Whether they can ask.
        enabled: bool,
        /// How many accounts, groups or roles may approve.
        reviewer_count: i64,
        /// Whether approvers are told by mail.
        notifies_reviewers: bool,
    }
}

dataset! {
    /// What is trusted of, and allowed to, all other tenants unless a row of `cross_tenant_partners` says otherwise.
    cross_tenant_access as cross_tenant_access: CrossTenantAccess, singleton = true, label = id {
        /// Always `default`.
        id: Text,
        /// Whether nothing was changed from the vendor's own setting.
        is_service_default: Option<bool>,
        /// Whether a second step that was done in another tenant counts here.
        inbound_mfa_trusted: Option<bool>,
        /// Whether a device that is compliant in another tenant, or joined to its domain on site, counts here.
        inbound_compliant_device_trusted: Option<bool>,
        /// `allowed` or `blocked`: whether guests may be invited from other tenants.
        collaboration_inbound: Option<Text>,
        /// `allowed` or `blocked`: whether accounts may be guests in other tenants.
        collaboration_outbound: Option<Text>,
        /// `allowed` or `blocked`: whether people of other tenants may join shared channels.
        direct_connect_inbound: Option<Text>,
    }
}

dataset! {
    /// Other tenants for which there is a setting of their own.
    cross_tenant_partners as partner: CrossTenantPartner, singleton = false, label = id {
        /// The other tenant's id.
        id: Text,
        /// Whether the other tenant is a company that may administer this one (a CSP or GDAP partner).
        is_service_provider: Option<bool>,
        /// Whether both belong to one organisation of several tenants.
        is_in_multi_tenant_organization: Option<bool>,
        /// Whether a second step that was done there counts here.
        inbound_mfa_trusted: Option<bool>,
    }
}

dataset! {
    /// Rules that end web sessions in which nobody does anything; one row for each app that a rule names.
    /// Source: Microsoft Graph, activityBasedTimeoutPolicy.
    activity_timeouts as timeout: ActivityTimeout, singleton = false, label = name {
        /// Made from the rule's id and the app's.
        id: Text,
        /// The rule's name.
        name: Text,
        /// Whether the rule is for the whole tenant.
        is_organization_default: Option<bool>,
        /// `default` for all Office web apps, else the id of an app.
        application: Text,
        /// Minutes without activity after which the session ends.
        web_session_idle_minutes: i64,
    }
}

dataset! {
    /// Directory settings that were changed from the vendor's defaults, one row for each value.
    /// Source: Microsoft Graph, groupSetting.
    directory_settings as setting: DirectorySetting, singleton = false, label = name {
        /// Made from the template's id and the name of the value.
        id: Text,
        /// The name of the setting: `Group.Unified`, `Password Rule Settings`, …
        template: Text,
        /// The name of the value: `EnableGroupCreation`, `LockoutThreshold`, …
        name: Text,
        /// The value. The vendor writes every value as text: `true`, `10`.
        value: Text,
    }
}

dataset! {
    /// Protection against guessed passwords. Where the tenant has changed nothing, the vendor's dated defaults stand.
    password_protection as password_protection: PasswordProtection, singleton = true, label = id {
        /// Always `password_protection`.
        id: Text,
        /// Failed tries after which an account is locked for a while.
        lockout_threshold: i64,
        /// Seconds for which it is locked at first.
        lockout_seconds: i64,
        /// Whether the tenant's own list of forbidden passwords is enforced.
        custom_banned_list_enforced: bool,
        /// How many passwords stand in that list. The list itself is never kept.
        custom_banned_list_size: i64,
        /// Whether the server on site is protected too.
        on_premises_enabled: bool,
        /// `Enforce` or `Audit`: what happens on the server on site.
        on_premises_mode: Text,
        /// Whether these are the vendor's defaults, because the tenant changed nothing.
        is_default: bool,
    }
}

dataset! {
    /// How accounts are brought over from a server on site.
    /// Source: Microsoft Graph, onPremisesDirectorySynchronization.
    on_premises_sync as on_premises_sync: OnPremisesSync, singleton = true, label = id {
        /// The id of the setting.
        id: Text,
        /// Whether password hashes are brought over, so that people can sign in while the server is down.
        password_hash_sync: Option<bool>,
        /// Whether a large number of deletions is stopped: `disabled`, `enabledForCount`, `enabledForPercentage`.
        deletion_prevention: Option<Text>,
        /// Whether an account on site can take over a cloud account of the same name.
        soft_match_enabled: Option<bool>,
        /// Whether taking over a cloud account by a matching id is refused.
        hard_match_takeover_blocked: Option<bool>,
    }
}

dataset! {
    /// Who signs in at another company's sign-in service and who at Google, as the practice has set it for units and groups.
    /// Source: Google, Cloud Identity inboundSsoAssignments.
    sso_assignments as sso: SsoAssignment, singleton = false, label = target {
        /// The vendor's name of the assignment.
        id: Text,
        /// For whom: `unit /Clinic`, `group Nurses`.
        target: Text,
        /// `SSO_OFF`, `SAML_SSO`, `OIDC_SSO` or `DOMAIN_WIDE_SAML_IF_ENABLED`.
        mode: Text,
        /// The name that the practice gave the other sign-in service; null for none.
        profile: Option<Text>,
        /// Which group's assignment goes first, 1 before 2; null for units, which come after all groups.
        rank: Option<i64>,
    }
}
