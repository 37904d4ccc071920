//! Where the files of records are: a folder, a copy of one, or memory; and what one of them is about to become.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Component, Path};

use tenantscan_model::Time;

use crate::evidence::{Document, DocumentError, is_bare_scheme, sha256, sha256_of};

/// Largest file of records, in bytes: a roster of 50,000 people is smaller.
pub const MAX_FILE: u64 = 8 << 20;

/// The files of a practice's records, by their path from the folder.
#[derive(Clone, Copy, Debug)]
pub struct Store<'a> {
    place: Place<'a>,
    draft: Option<(&'a str, &'a str)>,
}

#[derive(Clone, Copy, Debug)]
enum Place<'a> {
    Folder { path: &'a Path, is_copy: bool },
    Memory { name: &'a str, files: &'a [(&'a str, &'a [u8])] },
}

impl<'a> Store<'a> {
    /// The folder in which people keep them.
    pub fn folder(path: &'a Path) -> Self {
        Self { place: Place::Folder { path, is_copy: false }, draft: None }
    }

    /// A copy of such a folder, as in a recording: when its files were changed is not known, since copying changes that.
    pub fn copy(path: &'a Path) -> Self {
        Self { place: Place::Folder { path, is_copy: true }, draft: None }
    }

    /// Files in memory, each with its path from the folder, `/` between its parts; errors call the folder `name`. When
    /// they were changed is not known.
    pub fn memory(name: &'a str, files: &'a [(&'a str, &'a [u8])]) -> Self {
        Self { place: Place::Memory { name, files }, draft: None }
    }

    /// The same, with another text in place of a file's: what reading would say if it were written.
    #[must_use]
    pub fn with(self, file: &'a str, text: &'a str) -> Self {
        Self { draft: Some((file, text)), ..self }
    }

    pub(crate) fn is_draft(&self) -> bool {
        self.draft.is_some()
    }

    /// A file's path for people.
    pub(crate) fn label(&self, file: &str) -> String {
        match self.place {
            Place::Folder { path, .. } => path.join(file).display().to_string(),
            Place::Memory { name, .. } => format!("{name}/{file}"),
        }
    }

    /// The content of a file of records; none where it is not there.
    pub(crate) fn content(&self, file: &str) -> io::Result<Option<Cow<'a, [u8]>>> {
        if let Some((name, text)) = self.draft
            && name == file
        {
            return Ok(Some(Cow::Borrowed(text.as_bytes())));
        }
        match self.place {
            Place::Memory { files, .. } => {
                Ok(files.iter().find(|(name, _)| *name == file).map(|(_, bytes)| Cow::Borrowed(*bytes)))
            }
            Place::Folder { path, .. } => {
                let path = path.join(file);
                match fs::metadata(&path) {
                    // What is no file may never end.
                    Ok(about) if !about.is_file() => Err(io::Error::other("it is no file")),
                    Ok(about) if about.len() > MAX_FILE => Err(io::ErrorKind::FileTooLarge.into()),
                    Ok(_) => fs::read(&path).map(|bytes| Some(Cow::Owned(bytes))),
                    // A disk that is not there now: what it holds is not nothing.
                    Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
                        Err(io::Error::other("it is a link, and what it leads to is not there"))
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// A document that a record names: hashed, not empty, and nothing outside the folder.
    pub(crate) fn document(&self, path: &str) -> Result<Document, DocumentError> {
        if is_bare_scheme(path) {
            return Err(DocumentError::NoHost);
        }
        let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if path.contains('\\') || !Path::new(path).components().all(inside) {
            return Err(DocumentError::Outside);
        }
        let (folder, is_copy) = match self.place {
            Place::Folder { path, is_copy } => (path, is_copy),
            Place::Memory { files, .. } => {
                let (_, bytes) = files.iter().find(|(name, _)| *name == path).ok_or(DocumentError::Missing)?;
                let found = Document { sha256: sha256(bytes), bytes: bytes.len() as u64, modified: None };
                return if bytes.is_empty() { Err(DocumentError::Empty) } else { Ok(found) };
            }
        };
        let missing = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => DocumentError::Missing,
            _ => DocumentError::Unreadable(error),
        };
        // A link may lead anywhere.
        let place = fs::canonicalize(folder.join(path)).map_err(missing)?;
        if !place.starts_with(fs::canonicalize(folder)?) {
            return Err(DocumentError::Outside);
        }
        if !fs::metadata(&place)?.is_file() {
            return Err(DocumentError::NoFile);
        }
        let mut file = fs::File::open(&place)?;
        let modified = if is_copy { None } else { Some(changed(&file)?) };
        let (sha256, bytes) = sha256_of(&mut file)?;
        if bytes == 0 { Err(DocumentError::Empty) } else { Ok(Document { sha256, bytes, modified }) }
    }

    /// Names beside a document, to find what was meant.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        match self.place {
            Place::Memory { files, .. } => {
                let parts = files.iter().map(|(name, _)| name.rsplit_once('/').unwrap_or(("", name)));
                parts.filter(|(of, _)| *of == folder).map(|(_, name)| name.to_owned()).collect()
            }
            Place::Folder { path, .. } => {
                let entries = fs::read_dir(path.join(folder)).into_iter().flatten().flatten();
                entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
            }
        }
    }
}

/// When a file was last changed, to the second.
fn changed(file: &fs::File) -> io::Result<Time> {
    let time = Time::try_from(file.metadata()?.modified()?).map_err(|_| io::Error::other("its date is no date"))?;
    Ok(Time::from_second(time.as_second()).unwrap_or(time))
}

impl<'a, P: AsRef<Path> + ?Sized> From<&'a P> for Store<'a> {
    fn from(path: &'a P) -> Self {
        Self::folder(path.as_ref())
    }
}
