//! The client's file, `tenantscan.toml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use tenantscan_microsoft365::Declared;
use tenantscan_policy::SourceFile;

use crate::error::Error;

/// The name that is looked for in the working folder.
pub(crate) const FILE_NAME: &str = "tenantscan.toml";

/// What a client's file says. Every key is optional: a scan can be told everything by flags and environment.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) client: ClientTable,
    pub(crate) accounts: AccountsTable,
    /// Which policies hold for the client; checked by the policy crate, which reads it from the same text.
    baseline: Option<toml::Table>,
    /// The file itself.
    #[serde(skip)]
    pub(crate) file: Option<SourceFile>,
}

/// Who the client is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClientTable {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
}

/// Accounts that are not what they look like, by sign-in name or object id.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AccountsTable {
    break_glass: Vec<String>,
    service: Vec<String>,
    shared_mailboxes: Vec<String>,
    rooms: Vec<String>,
}

impl AccountsTable {
    pub(crate) fn declared(&self) -> Declared {
        Declared {
            break_glass: self.break_glass.clone(),
            service: self.service.clone(),
            shared_mailboxes: self.shared_mailboxes.clone(),
            rooms: self.rooms.clone(),
        }
    }
}

impl Config {
    /// Reads the file that was named; where none was, the one in `beside` if there is one.
    pub(crate) fn read(named: Option<&Path>, beside: &Path) -> Result<Self, Error> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => {
                let path = beside.join(FILE_NAME);
                if !path.exists() {
                    return Ok(Self::default());
                }
                path
            }
        };
        let text = fs::read_to_string(&path).map_err(|error| Error::read(&path, &error))?;
        Self::parse(&path.display().to_string(), text)
    }

    pub(crate) fn parse(name: &str, text: String) -> Result<Self, Error> {
        let mut config: Self = toml::from_str(&text).map_err(|error| Error::Usage(format!("{name}: {error}")))?;
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
    fn a_client_id_must_fit_a_file_name() {
        assert!(Config::parse("x", "[client]\nid = \"../a\"\n".into()).is_err());
        assert!(Config::parse("x", "[client]\nid = \"cedar-grove\"\n".into()).is_ok());
    }
}
