//! What can end the program early, and the exit code of each.

use std::io;
use std::path::{Path, PathBuf};

use tenantscan_policy::Diagnostics;

/// An error that ends the program. Findings and unknowns are results, not errors.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A flag, a file or a setting that cannot be used as it is.
    #[error("{0}")]
    Usage(String),
    /// Mistakes in policy files, all of them.
    #[error("{0}")]
    Policies(#[from] Diagnostics),
    /// No tenant could be signed in to.
    #[error("{0}")]
    Microsoft(#[from] tenantscan_microsoft365::SignInError),
    /// No customer could be signed in to.
    #[error("{0}")]
    Google(#[from] tenantscan_google_workspace::SignInError),
    /// A file that could not be read or written.
    #[error("cannot {what} {path}: {error}\n  next: check that the path exists and that this account may {what} it")]
    File { what: &'static str, path: PathBuf, error: io::Error },
    /// Something that should not happen.
    #[error("internal error: {0}\n  next: please report it with the command that you ran")]
    Internal(String),
}

impl Error {
    pub(crate) fn read(path: &Path, error: &io::Error) -> Self {
        Self::file("read", path, error)
    }

    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        Self::file("write", path, error)
    }

    fn file(what: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::File { what, path: path.to_owned(), error: io::Error::new(error.kind(), error.to_string()) }
    }

    /// The exit code, as `scan --help` lists them.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Internal(_) => 1,
            Self::Usage(_) | Self::Policies(_) | Self::File { .. } => 2,
            Self::Microsoft(_) | Self::Google(_) => 5,
        }
    }
}
