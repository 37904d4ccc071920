//! Why a sign-in failed, and what to do next.

use tenantscan_provider::Failure;

/// Why no token could be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Google refused.
    #[error("Google refused the sign-in{}: {what}\n  next: {next}", .code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Refused {
        /// Google's code: `invalid_grant`, `SERVICE_DISABLED`.
        code: Option<String>,
        /// What it means.
        what: String,
        /// What to do.
        next: String,
    },
    /// The service that issues tokens could not be reached.
    #[error(
        "cannot sign in: {host}: {failure}\n  next: try `curl -I https://{host}` from this computer, then scan again"
    )]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        failure: Failure,
    },
    /// The service that issues tokens is down.
    #[error("cannot sign in: {host} answers with server error {status}\n  next: scan again later")]
    Unavailable {
        /// The host.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The answer is no token that can be read.
    #[error(
        "cannot sign in: the answer of {host} could not be read\n  next: check that nothing between here and Google rewrites answers, and --endpoint if you gave it"
    )]
    Unreadable {
        /// The host.
        host: String,
    },
    /// Nobody said for which administrator the service account acts.
    #[error(
        "cannot sign in: it is not said for which administrator the service account acts\n  next: give the address of an administrator of the practice as admin_subject under [google-workspace] in tenantscan.toml"
    )]
    NoSubject,
    /// The administrator is not an address.
    #[error(
        "cannot sign in: `{0}` is no e-mail address\n  next: give the address of an administrator of the practice as admin_subject under [google-workspace] in tenantscan.toml"
    )]
    NotAnAddress(String),
    /// No credential file was given, and no metadata server of Google's answers.
    #[error(
        "cannot sign in: there is no credential: no file was given, gcloud left none, and this computer is not one of Google's\n  next: set GOOGLE_APPLICATION_CREDENTIALS to the service account's key or to a workload identity file, or run `gcloud auth application-default login` and give service_account under [google-workspace] in tenantscan.toml"
    )]
    NoCredential,
    /// The metadata server knows no service account.
    #[error(
        "cannot sign in: no service account is attached to this computer\n  next: attach one in Google Cloud console, or set GOOGLE_APPLICATION_CREDENTIALS to a credential file"
    )]
    NothingAttached,
    /// The credential cannot be used.
    #[error("cannot sign in: {0}")]
    Credential(#[from] CredentialError),
}

/// A credential that cannot be used. Tells the file and what is wrong in it, never what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The file cannot be read.
    #[error(
        "cannot read the credential file {path}: {why}\n  next: check GOOGLE_APPLICATION_CREDENTIALS, or the path in tenantscan.toml, and who may read the file"
    )]
    File {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The file is not JSON, or a field is of another kind.
    #[error(
        "the credential file {path} is broken at line {line}, column {column}: {what}\n  next: download the file again, or write it again with gcloud; do not edit it"
    )]
    Broken {
        /// The file.
        path: String,
        /// What is wrong.
        what: &'static str,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A field that the file's type needs is missing.
    #[error(
        "the credential file {path} has no `{field}`\n  next: download the file again, or write it again with gcloud; do not edit it"
    )]
    Missing {
        /// The file.
        path: String,
        /// The field.
        field: &'static str,
    },
    /// The file is of a type that cannot sign in.
    #[error("the credential file {path} {what}\n  next: {next}")]
    Unusable {
        /// The file.
        path: String,
        /// What it is instead.
        what: String,
        /// What to do.
        next: &'static str,
    },
    /// The private key cannot be read.
    #[error(
        "the private_key in {path} cannot be read as an RSA key\n  next: make a new key: Google Cloud console > IAM & Admin > Service Accounts > the account > Keys > Add key > JSON"
    )]
    PrivateKey {
        /// The file.
        path: String,
    },
    /// The file with the workload's token cannot be read.
    #[error(
        "cannot read the workload's token from {0}\n  next: check credential_source in the credential file, and who may read the token"
    )]
    SubjectToken(String),
    /// Nobody said which service account is meant.
    #[error(
        "it is not said which service account signs in\n  next: give its address as service_account under [google-workspace] in tenantscan.toml"
    )]
    NoAccount,
    /// The service account is not an address.
    #[error(
        "`{0}` is no address of a service account\n  next: give service_account under [google-workspace] as NAME@PROJECT.iam.gserviceaccount.com"
    )]
    NotAnAccount(String),
}

/// A name from outside, fit to be shown.
pub(super) fn plain(text: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+' | ':');
    text.chars().filter(plain).take(100).collect()
}
