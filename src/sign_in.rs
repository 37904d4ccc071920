//! From flags, the client's file and the environment to a tenant that can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tenantscan_microsoft365::{App, Certificate, Credential};
use tenantscan_model::Platform;
use tenantscan_provider::{Network, NetworkOptions};

use crate::config::Config;
use crate::error::Error;
use crate::grammar::{GoogleArgs, NetworkArgs, SignInArgs};

/// The connection, with the endpoints of the flags laid over those of the client's file.
pub(crate) fn network(args: &NetworkArgs, config: &Config) -> Result<Arc<Network>, Error> {
    let mut endpoints: BTreeMap<String, String> = config.endpoints.clone();
    for text in &args.endpoints {
        let (host, url) = text.split_once('=').ok_or_else(|| {
            Error::Usage(format!(
                "--endpoint `{text}` is not HOST=URL\n  next: give it as graph.microsoft.com=https://…"
            ))
        })?;
        endpoints.insert(host.trim().to_owned(), url.trim().to_owned());
    }
    let ca_bundle = match &args.ca_bundle {
        Some(path) => Some(fs::read(path).map_err(|error| Error::read(path, &error))?),
        None => None,
    };
    let options = NetworkOptions { ca_bundle, endpoints, read_timeout: Duration::from_secs(args.read_timeout) };
    let network = Network::new(&options).map_err(|error| Error::Usage(error.to_string()))?;
    Ok(Arc::new(network))
}

/// Whether anything names a Microsoft 365 tenant. What is not whole is an error that says what is missing.
pub(crate) fn names_microsoft(args: &SignInArgs, config: &Config) -> bool {
    args.tenant_id.is_some()
        || args.client_id.is_some()
        || args.certificate.is_some()
        || args.federated_token_file.is_some()
        || config.clouds().contains(&Platform::Microsoft365)
        || variable("AZURE_TENANT_ID").is_some()
}

/// Whether anything names a Google Workspace customer. `GOOGLE_APPLICATION_CREDENTIALS` alone does not: other programs set
/// it.
pub(crate) fn names_google(args: &GoogleArgs, config: &Config) -> bool {
    args.admin_subject.is_some()
        || args.google_credentials.is_some()
        || args.service_account.is_some()
        || config.clouds().contains(&Platform::GoogleWorkspace)
}

/// The service account and the administrator that it acts for. A flag beats the client's file, which beats the names that
/// Google's tools use.
pub(crate) fn google(
    args: &GoogleArgs,
    config: &Config,
    network: Arc<Network>,
    scopes: BTreeSet<&'static str>,
) -> Result<tenantscan_google_workspace::SignIn, Error> {
    let table = &config.google_workspace;
    let subject = args.admin_subject.clone().or_else(|| table.admin_subject.clone()).ok_or_else(|| {
        Error::Usage(
            "it is not known for which administrator of Google Workspace the service account acts\n  next: give --admin-subject, \
             or write admin_subject into tenantscan.toml under [google-workspace]"
                .to_owned(),
        )
    })?;
    let account = args.service_account.as_deref().or(table.service_account.as_deref());
    let file = args.google_credentials.clone().or_else(|| table.credentials.clone());
    let file = file.or_else(|| variable("GOOGLE_APPLICATION_CREDENTIALS").map(PathBuf::from));
    let credential = tenantscan_google_workspace::Credential::find(file.as_deref(), account)
        .map_err(|error| Error::Usage(error.to_string()))?;
    Ok(tenantscan_google_workspace::SignIn::new(network, credential, Some(subject), scopes))
}

/// The app and the tenant. A flag beats the client's file, which beats the names that Azure's tools use.
pub(crate) fn app(args: &SignInArgs, config: &Config) -> Result<App, Error> {
    let table = &config.microsoft365;
    let tenant = args.tenant_id.clone().or_else(|| table.tenant_id.clone()).or_else(|| variable("AZURE_TENANT_ID"));
    let client_id = args.client_id.clone().or_else(|| table.client_id.clone()).or_else(|| variable("AZURE_CLIENT_ID"));
    let missing = |what: &str, flag: &str, variable: &str| {
        Error::Usage(format!(
            "{what} is not known\n  next: give {flag}, or set {variable}, or write it into tenantscan.toml under \
             [microsoft365]; a Google Workspace customer is named by --admin-subject; `tenantscan scan --replay DIR` and `tenantscan demo` need none"
        ))
    };
    let tenant = tenant.ok_or_else(|| missing("the Microsoft 365 tenant", "--tenant-id", "AZURE_TENANT_ID"))?;
    let client_id = client_id.ok_or_else(|| missing("the app's id", "--client-id", "AZURE_CLIENT_ID"))?;
    let cloud = args.cloud.or(table.cloud).unwrap_or_default();
    Ok(App { cloud, tenant, client_id, credential: credential(args, config)? })
}

fn credential(args: &SignInArgs, config: &Config) -> Result<Credential, Error> {
    let table = &config.microsoft365;
    let path = |flag: &Option<PathBuf>, file: &Option<PathBuf>, name| {
        flag.clone().or_else(|| file.clone()).or_else(|| variable(name).map(PathBuf::from))
    };
    if let Some(path) = path(&args.certificate, &table.certificate, "AZURE_CLIENT_CERTIFICATE_PATH") {
        let pem: SecretString = fs::read_to_string(&path).map_err(|error| Error::read(&path, &error))?.into();
        let certificate = Certificate::from_pem(&pem)
            .map_err(|error| Error::Usage(format!("cannot use the certificate {}: {error}", path.display())))?;
        return Ok(Credential::Certificate(certificate));
    }
    let token_file = path(&args.federated_token_file, &table.federated_token_file, "AZURE_FEDERATED_TOKEN_FILE");
    if let Some(path) = token_file {
        return Ok(Credential::FederatedTokenFile(path));
    }
    match variable("AZURE_CLIENT_SECRET") {
        Some(secret) => Ok(Credential::Secret(secret.into())),
        None => Err(Error::Usage(
            "there is nothing to sign in with\n  next: give the app's certificate with --certificate or \
             AZURE_CLIENT_CERTIFICATE_PATH (best), or set AZURE_FEDERATED_TOKEN_FILE or AZURE_CLIENT_SECRET"
                .to_owned(),
        )),
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
