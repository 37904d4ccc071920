//! How people sign in to Google Workspace: second step, passwords, sessions, recovery.

use crate::dataset::dataset;
use crate::{Text, Time};

dataset! {
    /// Sign-in, as it holds for people of Google Workspace. One row for each unit and set of groups with settings of their own.
    google_sign_in_settings as setting: GoogleSignInSettings, singleton = false, label = id {
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
        /// Whether people can set up a second step. Source: security.two_step_verification_enrollment.
        two_step_allowed: bool,
        /// From when a second step is forced; null for never. A date in the future is not in force. Source:
        /// security.two_step_verification_enforcement.
        two_step_enforced_from: Option<Time>,
        /// Which second steps count: `ALL`, `NO_TELEPHONY`, `PASSKEY_ONLY`, `PASSKEY_PLUS_SECURITY_CODE`,
        /// `PASSKEY_PLUS_IP_BOUND_SECURITY_CODE`. Source: security.two_step_verification_enforcement_factor.
        two_step_methods: Text,
        /// Hours after the first sign-in in which no second step is asked for. Source:
        /// security.two_step_verification_grace_period.
        two_step_grace_hours: i64,
        /// Whether a device can be trusted, so that it is not asked again. Source:
        /// security.two_step_verification_device_trust.
        two_step_trusted_devices: bool,
        /// Hours in which a code helps where only keys count. Source: security.two_step_verification_sign_in_code.
        backup_code_hours: i64,
        /// Which passkeys are let in: `ANY_DEVICE_OR_PLATFORM`, … Source: security.passkeys_restriction.
        passkeys: Text,
        /// `STRONG` or `WEAK`. Source: security.password, allowedStrength.
        password_strength: Text,
        /// Shortest password, in characters. Source: security.password, minimumLength.
        password_min_length: i64,
        /// Longest password, in characters. Source: security.password, maximumLength.
        password_max_length: i64,
        /// Whether an earlier password can be used again. Source: security.password, allowReuse.
        password_reuse: bool,
        /// Whether the rules are held against passwords that people have already, at their next sign-in. Source:
        /// security.password, enforceRequirementsAtLogin.
        password_enforced: bool,
        /// Days after which a password must be changed; 0 for never. Source: security.password, expirationDuration.
        password_expiry_days: i64,
        /// Hours after which a browser must sign in again; 0 where it never must. Source: security.session_controls.
        session_hours: i64,
        /// Whether programs may sign in with the password alone. Source: security.less_secure_apps.
        less_secure_apps: bool,
        /// Whether a super administrator can get a lost account back alone, by telephone or private mail. Source:
        /// security.super_admin_account_recovery.
        admin_recovery: bool,
        /// Whether other people can. Source: security.user_account_recovery.
        user_recovery: bool,
        /// Whether a suspicious sign-in is asked for the employee number. Source: security.login_challenges.
        employee_id_challenge: bool,
        /// Whether people can enrol themselves in the Advanced Protection Program. Source:
        /// security.advanced_protection_program.
        advanced_protection: bool,
        /// Which codes the programme lets in besides keys: `CODES_NOT_ALLOWED`, … Source:
        /// security.advanced_protection_program, securityCodeOption.
        advanced_protection_codes: Text,
        /// Whether a second administrator must approve dangerous changes: `ENABLED` or `DISABLED`. Source:
        /// multi_party_approval.require_approvals.
        multi_party_approval: Text,
    }
}
