//! The client's file, `tenantscan.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use tenantscan_microsoft365::Cloud;
use tenantscan_model::{Platform, Snapshot};
use tenantscan_policy::{Diagnostics, SourceFile};
use tenantscan_report::{Report, safe};

use crate::error::Error;

/// The name that is looked for in the working folder.
pub(crate) const FILE_NAME: &str = "tenantscan.toml";

/// The id of a client whose file says none.
pub(crate) const UNNAMED: &str = "client";

/// What a client's file says. Every key is optional: a scan can be told everything by flags and environment.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) client: ClientTable,
    pub(crate) microsoft365: Microsoft365Table,
    #[serde(rename = "google-workspace")]
    pub(crate) google_workspace: GoogleWorkspaceTable,
    /// A vendor's host, and where its requests go instead.
    pub(crate) endpoints: BTreeMap<String, String>,
    /// Which policies hold for the client; checked by the policy crate, which reads it from the same text.
    baseline: Option<toml::Table>,
    /// The file itself, where it says which policies hold.
    #[serde(skip)]
    pub(crate) file: Option<SourceFile>,
    /// The whole text; empty where there is no file.
    #[serde(skip)]
    pub(crate) text: String,
    /// The folder of the file, or the one in which it was looked for.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

/// Who the client is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClientTable {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    /// The folder of the records. Relative to the file's folder.
    pub(crate) records: Option<PathBuf>,
}

/// How to reach the Microsoft 365 tenant. Secrets never stand here: they come from files or the environment.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Microsoft365Table {
    pub(crate) tenant_id: Option<String>,
    pub(crate) client_id: Option<String>,
    /// Relative to the file's folder.
    pub(crate) certificate: Option<PathBuf>,
    /// Relative to the file's folder.
    pub(crate) federated_token_file: Option<PathBuf>,
    #[serde(deserialize_with = "cloud")]
    pub(crate) cloud: Option<Cloud>,
}

/// How to sign in to Google Workspace.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GoogleWorkspaceTable {
    /// The administrator that the service account acts for.
    pub(crate) admin_subject: Option<String>,
    /// A credential file of Google's: a service account's key, or who may sign for it. Relative to the file's folder.
    pub(crate) credentials: Option<PathBuf>,
    /// The service account to sign for, where the credential file is not its own.
    pub(crate) service_account: Option<String>,
}

fn cloud<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Cloud>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

impl Config {
    /// Reads the file that was named; of a folder, the one in it. Where none was named, the one in
    /// `beside` if there is one.
    pub(crate) fn read(named: Option<&Path>, beside: &Path) -> Result<Self, Error> {
        let path = match named {
            Some(folder) if folder.is_dir() => folder.join(FILE_NAME),
            Some(path) => path.to_owned(),
            None => {
                let path = beside.join(FILE_NAME);
                // A link that leads nowhere, or a folder that may not be read, is not nothing: reading it says so.
                let found = fs::symlink_metadata(&path).map_err(|error| error.kind());
                if matches!(found, Err(ErrorKind::NotFound | ErrorKind::NotADirectory)) {
                    return Ok(Self { folder: beside.to_owned(), ..Self::default() });
                }
                path
            }
        };
        let text = fs::read_to_string(&path).map_err(|error| Error::read(&path, &error))?;
        Self::parse(&path.display().to_string(), text)
    }

    /// That what stands in a file of an earlier scan is of this client, where the client's file says which one it is: by its
    /// id, or by the id of its Microsoft 365 tenant.
    fn expect<'t>(
        &self,
        client: &str,
        tenants: impl IntoIterator<Item = (&'t str, &'t str)>,
        path: &Path,
    ) -> Result<(), Error> {
        let other = |of: String, own: &str| {
            Err(Error::Usage(format!(
                "{} is of {of}, and the client's file is of `{}`\n  next: name the file of the same client, with --config",
                path.display(),
                safe(own)
            )))
        };
        match self.client.id.as_deref() {
            Some(own) if own != client && client != UNNAMED => {
                return other(format!("the client `{}`", safe(client)), own);
            }
            _ => {}
        }
        // A domain in its place cannot be held against an id, nor what was not read.
        let is_id = |text: &str| !text.is_empty() && !text.contains('.');
        let Some(own) = self.microsoft365.tenant_id.as_deref().filter(|own| is_id(own)) else { return Ok(()) };
        let microsoft = |(platform, id): &(&str, &str)| *platform == Platform::Microsoft365.name() && is_id(id);
        match tenants.into_iter().find(microsoft) {
            Some((_, id)) if !id.eq_ignore_ascii_case(own) => other(format!("the tenant `{}`", safe(id)), own),
            _ => Ok(()),
        }
    }

    /// The same of a snapshot.
    pub(crate) fn expect_snapshot(&self, snapshot: &Snapshot, path: &Path) -> Result<(), Error> {
        let tenants = snapshot.tenants.iter().map(|it| (it.platform.name(), &*it.id));
        self.expect(&snapshot.client.id, tenants, path)
    }

    /// The same of a report.
    pub(crate) fn expect_report(&self, report: &Report, path: &Path) -> Result<(), Error> {
        let tenants = report.tenants.iter().map(|it| (&*it.platform, &*it.id));
        self.expect(&report.client.id, tenants, path)
    }

    /// The clouds of which the file says anything; none where the environment or flags do.
    pub(crate) fn clouds(&self) -> Vec<Platform> {
        let named = [
            (Platform::Microsoft365, self.microsoft365 != Microsoft365Table::default()),
            (Platform::GoogleWorkspace, self.google_workspace != GoogleWorkspaceTable::default()),
        ];
        named.into_iter().filter_map(|(platform, is)| is.then_some(platform)).collect()
    }

    pub(crate) fn parse(name: &str, text: String) -> Result<Self, Error> {
        // Slips of grammar are said as those of the other files that people write.
        let file = Arc::new(SourceFile { name: name.to_owned(), text: text.clone() });
        let mut slips = Diagnostics::new("the file was not used");
        if tenantscan_written::parse(&file, &mut slips).is_none() {
            return Err(slips.into());
        }
        let mut config: Self = toml::from_str(&text).map_err(|error| Error::Usage(format!("{name}: {error}")))?;
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        let table = &mut config.microsoft365;
        let credentials = &mut config.google_workspace.credentials;
        let records = &mut config.client.records;
        for path in
            [&mut table.certificate, &mut table.federated_token_file, credentials, records].into_iter().flatten()
        {
            *path = folder.join(&path);
        }
        config.folder = folder.to_owned();
        config.text.clone_from(&text);
        if let Some(id) = &config.client.id
            && (id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        {
            return Err(Error::Usage(format!(
                "{name}: client id `{id}` must be letters, digits and hyphens, since it becomes part of file names"
            )));
        }
        config.file = config.baseline.is_some().then(|| SourceFile { name: name.to_owned(), text });
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error =
            Config::parse("tenantscan.toml", "[client]\nid = \"a\"\nnmae = \"A\"\n".into()).expect_err("a typo");
        let text = error.to_string();
        assert!(text.contains("tenantscan.toml") && text.contains("line 3") && text.contains("nmae"), "{text}");
    }

    #[test]
    fn a_slip_of_grammar_is_said_in_plain_words() {
        let error = Config::parse("a/tenantscan.toml", "[client\nid = \"a\"\n".into()).expect_err("an open heading");
        let said = error.to_string();
        assert!(said.contains("this heading does not end") && said.contains("a/tenantscan.toml:1:8"), "{said}");
        assert!(said.contains("help: ") && !said.contains("expected"), "{said}");
    }

    #[test]
    fn the_cloud_is_checked_and_paths_are_relative_to_the_file() {
        let text = "[microsoft365]\ncloud = \"us-dod\"\ncertificate = \"app.pem\"\n";
        let config = Config::parse("clients/a/tenantscan.toml", text.into()).expect("in order");
        assert_eq!(config.microsoft365.cloud, Some(Cloud::UsDod));
        assert_eq!(config.microsoft365.certificate.as_deref(), Some(Path::new("clients/a/app.pem")));
        let error = Config::parse("x", "[microsoft365]\ncloud = \"moon\"\n".into()).expect_err("no such cloud");
        assert!(error.to_string().contains("us-government"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_no_client_without_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Config::read(None, folder.path()).expect("none is needed").text.is_empty());
        std::os::unix::fs::symlink("gone.toml", folder.path().join(FILE_NAME)).expect("a link");
        assert!(Config::read(None, folder.path()).is_err());
        std::fs::write(folder.path().join("file"), "").expect("written");
        assert!(Config::read(None, &folder.path().join("file")).is_ok(), "what is no folder holds none");
    }

    #[test]
    fn a_client_id_must_fit_a_file_name() {
        assert!(Config::parse("x", "[client]\nid = \"../a\"\n".into()).is_err());
        assert!(Config::parse("x", "[client]\nid = \"cedar-grove\"\n".into()).is_ok());
    }
}
