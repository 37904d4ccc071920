//! The records of a client: where they are, and changes that are checked before they are written.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tenantscan_evaluate::Refusal;
use tenantscan_model::rows::Disposition;
use tenantscan_policy::{Library, Policy};
use tenantscan_records::{Entry, Evidence, Policies, Question, Records, Store, questions};
use tenantscan_report::{Report, safe};

use crate::config::Config;
use crate::error::Error;
use crate::files::{make_folder, replace};
use crate::grammar::{RecordsArgs, near};
use crate::judge::{library, safeguards};
use crate::reports;

/// The folder beside the client's file, where no other is named.
const FOLDER: &str = "records";
/// The file in it that whoever changes records holds. It is hidden, so that nobody takes it for one of them.
const LOCK: &str = ".lock";

/// The folder of a client's records: the flag beats the client's file, which beats `records` beside it.
pub(crate) fn folder(flag: Option<&Path>, config: &Config) -> PathBuf {
    let named = flag.map(Path::to_owned).or_else(|| config.client.records.clone());
    named.unwrap_or_else(|| config.folder.join(FOLDER))
}

/// The same for a scan, which a folder that was named and is not there would silently leave without any record. Beside a
/// recording stands the client's file, and not what it names.
pub(crate) fn folder_to_read(flag: Option<&Path>, config: &Config, is_recording: bool) -> Result<PathBuf, Error> {
    let folder = folder(flag, config);
    if (flag.is_some() || (config.client.records.is_some() && !is_recording)) && !folder.is_dir() {
        return Err(Error::Usage(format!(
            "there is no folder {}, which is named as that of the records\n  next: correct --records or `records` under \
             [client] in tenantscan.toml; `tenantscan attest` begins such a folder",
            folder.display()
        )));
    }
    Ok(folder)
}

/// The policies that records may name, each with why it leaves no choice between ways to meet it, if it leaves none.
#[derive(Debug)]
pub(crate) struct Known(Vec<(String, Option<String>)>);

impl Known {
    pub(crate) fn of(library: &Library) -> Result<Self, Error> {
        let safeguards = safeguards()?;
        let why = |refusal| match refusal {
            Refusal::Required(citation) => format!("supports {citation}, which is required"),
            Refusal::NothingAddressable => "supports nothing that is addressable".to_owned(),
        };
        // What holds of one of the two addressable dispositions holds of both.
        let closed =
            |policy: &Policy| safeguards.refused(&policy.citations, Disposition::AddressableAlternative).map(why);
        let all = library.policies.iter().map(|policy| (policy.id.clone(), closed(policy)));
        Ok(Self(all.collect()))
    }

    pub(crate) fn policies(&self) -> Policies<'_> {
        self.0.iter().map(|(id, closed)| (id.as_str(), closed.as_deref())).collect()
    }
}

/// The records that a command works on.
pub(crate) struct Desk {
    pub(crate) folder: PathBuf,
    pub(crate) config: Config,
    pub(crate) library: Library,
    known: Known,
}

impl Desk {
    pub(crate) fn open(args: &RecordsArgs) -> Result<Self, Error> {
        Self::of(args.config.as_deref(), args)
    }

    /// The records of a client that is named by its file or the folder of it.
    pub(crate) fn of(client: Option<&Path>, args: &RecordsArgs) -> Result<Self, Error> {
        let config = Config::read(client, Path::new(""))?;
        let library = library(args.policies.as_deref())?;
        let known = Known::of(&library)?;
        let folder = folder(args.records.as_deref(), &config);
        if folder.is_file() {
            return Err(Error::Usage(format!(
                "{} is a file, and the records are a folder\n  next: name the folder in which the file is, with --records or \
                 under [client] in tenantscan.toml",
                folder.display()
            )));
        }
        Ok(Self { folder, config, library, known })
    }

    /// What is there now.
    pub(crate) fn read(&self) -> Result<Records, Error> {
        Ok(tenantscan_records::read(&self.folder, &self.known.policies())?)
    }

    /// The policy of that name.
    pub(crate) fn policy(&self, id: &str) -> Result<&Policy, Error> {
        let Self { library: Library { policies, .. }, .. } = self;
        policies.iter().find(|policy| policy.id == id).ok_or_else(|| {
            let ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
            Error::Usage(format!(
                "there is no policy `{}`{}\n  next: `tenantscan policy list` shows them all",
                safe(id),
                near(id, &ids)
            ))
        })
    }

    /// A report of this client.
    pub(crate) fn report(&self, path: &Path) -> Result<Report, Error> {
        let report = reports::read(path)?;
        self.config.expect_report(&report, path)?;
        Ok(report)
    }

    /// The questions to this practice: all, but those about a cloud that its file does not name beside another that it does.
    pub(crate) fn questions(&self) -> Vec<&'static Question> {
        let has = self.config.clouds();
        let about = |question: &&Question| question.platform.is_none_or(|it| has.is_empty() || has.contains(&it));
        questions().iter().filter(about).collect()
    }

    /// The documents that flags name, hashed; web addresses as they are. A path is taken from the folder of the records, or
    /// from here where it leads into that folder.
    pub(crate) fn evidence(&self, named: &[String]) -> Result<Vec<Evidence>, Error> {
        named.iter().map(|text| self.one(text.trim())).collect()
    }

    fn one(&self, text: &str) -> Result<Evidence, Error> {
        let bare = Evidence { at: text.to_owned(), sha256: None };
        if bare.is_address() {
            return Ok(bare);
        }
        let at = self.inside(text).unwrap_or_else(|| text.to_owned());
        let found = tenantscan_records::document(&self.folder, &at).map_err(|error| {
            let folder = self.folder.display();
            Error::Usage(format!(
                "the document `{text}` cannot be taken: {error}\n  next: put a copy into {folder}, and name it by its path \
                 from there, as in evidence/note.pdf"
            ))
        })?;
        Ok(Evidence { at, sha256: Some(found.sha256) })
    }

    /// The path from the folder of the records of a file that was named from the working folder.
    fn inside(&self, text: &str) -> Option<String> {
        let place = fs::canonicalize(text).ok()?;
        let inside = place.strip_prefix(fs::canonicalize(&self.folder).ok()?).ok()?;
        let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
        parts.map(|parts| parts.join("/"))
    }

    /// Keeps everybody else from changing these records until what is returned is dropped. To be held from before what is
    /// there is read until the change is written, and never while a person is asked.
    pub(crate) fn hold(&self) -> Result<Held<'_>, Error> {
        let lock = if self.folder.is_dir() { Some(lock(&self.folder)?) } else { None };
        Ok(Held { desk: self, lock })
    }
}

/// Records that nobody else changes in the meantime.
pub(crate) struct Held<'d> {
    desk: &'d Desk,
    /// None where there is no folder yet.
    lock: Option<File>,
}

/// A lock on a file of its own, since not every system locks a folder; waits for whoever has it. The file stays: one that is
/// taken away may be locked twice.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    // Whoever may read it may lock it, whoever made it.
    let file = File::open(&path).or_else(|_| OpenOptions::new().create(true).append(true).open(&path));
    let file = file.map_err(|error| Error::write(&path, &error))?;
    if let Err(error) = file.lock() {
        anstream::eprintln!(
            "warning: {} cannot be locked: {error}\n  next: see that nobody else changes these records at the same time",
            path.display()
        );
    }
    Ok(file)
}

impl Held<'_> {
    /// Puts entries into their file. Nothing is written unless all records are in order with them.
    pub(crate) fn put<E: Entry>(&self, entries: &[E]) -> Result<Records, Error> {
        let Desk { folder, known, .. } = self.desk;
        let path = folder.join(E::FILE);
        // The first who keeps anything makes the folder; another may be doing the same.
        let _begun = if self.lock.is_none() {
            make_folder(folder).map_err(|error| Error::write(folder, &error))?;
            Some(lock(folder)?)
        } else {
            None
        };
        // A mistake that is there already is said as it stands.
        self.desk.read()?;
        let before = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::read(&path, &error)),
        };
        let mut text = before.clone();
        for entry in entries {
            text = tenantscan_records::put(&text, entry)
                .map_err(|error| Error::Usage(format!("{}: {error}\n  next: correct the file", path.display())))?;
        }
        let records = tenantscan_records::read(Store::folder(folder).with(E::FILE, &text), &known.policies())?;
        if text != before {
            replace(&path, &text)?;
        }
        Ok(records)
    }
}
