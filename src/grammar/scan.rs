//! What `tenantscan scan` takes.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use tenantscan_microsoft365::Cloud;

use super::{JudgeArgs, OutputArgs};

#[derive(Debug, Args)]
#[command(mut_arg("formats", |it| it.env("TENANTSCAN_FORMAT")))]
#[command(mut_arg("output", |it| it.env("TENANTSCAN_OUTPUT")))]
#[command(mut_arg("snapshot", |it| it.env("TENANTSCAN_SNAPSHOT")))]
#[command(after_help = "Examples:
  AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_CERTIFICATE_PATH=app.pem tenantscan scan
  tenantscan scan --config cedar-grove/tenantscan.toml --output reports/cedar-grove
  tenantscan scan --admin-subject admin@practice.example --google-credentials key.json
  tenantscan scan --replay fixtures/cedar-grove

Both clouds are read where both are named. A client secret is read from AZURE_CLIENT_SECRET alone, never from a flag or a file.

Exit codes: 0 nothing at or above --fail-on; 1 internal error; 2 usage or configuration; 3 findings;
4 incomplete: a critical or high policy could not be determined (beats 3); 5 sign-in failed.")]
pub(crate) struct ScanArgs {
    /// The client's file, or the folder that holds it [default: tenantscan.toml here or in the recording's folder, if there is one]
    #[arg(short, long, env = "TENANTSCAN_CONFIG", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// The folder of the records that people keep [default: as the client's file says, else `records` beside it]
    #[arg(long, env = "TENANTSCAN_RECORDS", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) records: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
    #[command(flatten)]
    pub(crate) google: GoogleArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Signing in to Microsoft 365")]
pub(crate) struct SignInArgs {
    /// Id or domain of the tenant [else from the client's file, then AZURE_TENANT_ID]
    #[arg(long, env = "TENANTSCAN_TENANT_ID", value_name = "ID")]
    pub(crate) tenant_id: Option<String>,
    /// The app's (client) id [else from the client's file, then AZURE_CLIENT_ID]
    #[arg(long, env = "TENANTSCAN_CLIENT_ID", value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The app's certificate and private key, PEM [else from the client's file, then AZURE_CLIENT_CERTIFICATE_PATH]
    #[arg(long, env = "TENANTSCAN_CERTIFICATE", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) certificate: Option<PathBuf>,
    /// A token of an issuer that the app trusts [else from the client's file, then AZURE_FEDERATED_TOKEN_FILE]
    #[arg(long, env = "TENANTSCAN_FEDERATED_TOKEN_FILE", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) federated_token_file: Option<PathBuf>,
    /// The tenant's cloud: global, us-government, us-dod or china [default: global]
    #[arg(long, env = "TENANTSCAN_CLOUD", value_name = "CLOUD")]
    pub(crate) cloud: Option<Cloud>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Signing in to Google Workspace")]
pub(crate) struct GoogleArgs {
    /// The administrator that the service account acts for [else from the client's file]
    #[arg(long, env = "TENANTSCAN_ADMIN_SUBJECT", value_name = "ADDRESS")]
    pub(crate) admin_subject: Option<String>,
    /// A service account's key, or a file of Google's that says who may sign for it
    /// [else from the client's file, then GOOGLE_APPLICATION_CREDENTIALS, then gcloud's, then this computer's own account]
    #[arg(long, env = "TENANTSCAN_GOOGLE_CREDENTIALS", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) google_credentials: Option<PathBuf>,
    /// The service account to sign for, where the credential file is not its own [else from the client's file]
    #[arg(long, env = "TENANTSCAN_SERVICE_ACCOUNT", value_name = "ADDRESS")]
    pub(crate) service_account: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Network and recordings")]
pub(crate) struct NetworkArgs {
    /// Keep every exchange in this folder, one file each, without tokens or secrets
    #[arg(long, env = "TENANTSCAN_RECORD", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) record: Option<PathBuf>,
    /// Read recorded exchanges in place of the network
    #[arg(long, env = "TENANTSCAN_REPLAY", value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "record")]
    pub(crate) replay: Option<PathBuf>,
    /// Send the requests for a vendor's host elsewhere; http only to this computer
    #[arg(long = "endpoint", env = "TENANTSCAN_ENDPOINT", value_name = "HOST=URL", value_delimiter = ',')]
    pub(crate) endpoints: Vec<String>,
    /// Certificates (PEM) to trust besides the system's
    #[arg(long, env = "TENANTSCAN_CA_BUNDLE", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ca_bundle: Option<PathBuf>,
    /// The server to ask for domain names, as in 9.9.9.9 or 9.9.9.9:53 [default: this computer's]
    #[arg(long, env = "TENANTSCAN_RESOLVER", value_name = "ADDR[:PORT]")]
    pub(crate) resolver: Option<String>,
    /// Seconds that the whole scan may take
    #[arg(long, env = "TENANTSCAN_BUDGET", value_name = "SECONDS", default_value_t = 1800)]
    pub(crate) budget: u64,
    /// Seconds that one source may take
    #[arg(long, env = "TENANTSCAN_DEADLINE", value_name = "SECONDS", default_value_t = 600)]
    pub(crate) deadline: u64,
    /// Seconds without a byte after which a request is given up
    #[arg(long, env = "TENANTSCAN_READ_TIMEOUT", value_name = "SECONDS", default_value_t = 60)]
    pub(crate) read_timeout: u64,
}
