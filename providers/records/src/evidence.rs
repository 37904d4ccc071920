//! Documents that records name: each must be there, inside the folder, and is hashed.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use tenantscan_model::Time;
use tenantscan_written::{Reader, TableAt, TextAt, nearest};
use toml::de::DeValue;

use crate::store::Store;

/// What proves an answer: a file of the folder, or a web address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Path from the folder of the records, with `/` between its parts; or an address that begins with `https://`.
    pub at: String,
    /// SHA-256 of the file when the record was written, hexadecimal. With an answer, a change shows; with an exception, it is
    /// kept for whoever looks.
    pub sha256: Option<String>,
}

impl Evidence {
    /// Whether it is an address on the web, which is not read.
    pub fn is_address(&self) -> bool {
        is_address(&self.at)
    }
}

impl JsonSchema for Evidence {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Evidence".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A file, by its path from the folder of the records, or a web address; for a file also with \
                            the SHA-256 that it had when the record was written.",
            "anyOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "object",
                    "properties": {
                        "file": { "type": "string", "minLength": 1 },
                        "sha256": { "type": "string", "pattern": "^[0-9a-fA-F]{64}$" },
                    },
                    "required": ["file", "sha256"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

/// What was found of a file that a record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed; none where that is not known, as of a copy.
    pub modified: Option<Time>,
}

/// Why a document cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is not inside the folder of the records.
    #[error("it is outside the folder of the records")]
    Outside,
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// It is a folder, or something else that is no file.
    #[error("it is no file")]
    NoFile,
    /// It holds nothing, and so proves nothing.
    #[error("there is nothing in it (0 bytes)")]
    Empty,
    /// It begins like an address, and names no host.
    #[error("an address names a site, as in https://practice.example/policies")]
    NoHost,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// Reads a document of the folder and hashes it.
///
/// # Errors
/// When the path leads out of the folder, nothing is there, or it cannot be read.
pub fn document(folder: &Path, path: &str) -> Result<Document, DocumentError> {
    Store::folder(folder).document(path)
}

/// SHA-256 of what is left of a file, hexadecimal, and how many bytes that is.
pub(crate) fn sha256_of(file: &mut impl Read) -> io::Result<(String, u64)> {
    let (mut hash, mut bytes, mut part) = (Context::new(&SHA256), 0, vec![0; 1 << 16]);
    loop {
        let length = file.read(&mut part)?;
        if length == 0 {
            return Ok((hex(hash.finish().as_ref()), bytes));
        }
        hash.update(&part[..length]);
        bytes += length as u64;
    }
}

/// SHA-256 of some bytes, hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(aws_lc_rs::digest::digest(&SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What follows the scheme of an address on the web; none where it is none.
fn after_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))
}

/// Whether it is an address on the web, with a host.
fn is_address(text: &str) -> bool {
    let host = after_scheme(text).and_then(|rest| rest.split(['/', '?', '#', ':']).next());
    host.is_some_and(|host| host.contains(char::is_alphanumeric) && !host.contains(char::is_whitespace))
}

/// Whether it was meant as an address, and is none.
pub(crate) fn is_bare_scheme(text: &str) -> bool {
    after_scheme(text).is_some() && !is_address(text)
}

/// The documents of one store, each read once.
pub(crate) struct Documents<'a> {
    store: Store<'a>,
    pub(crate) found: BTreeMap<String, Document>,
}

impl<'a> Documents<'a> {
    pub(crate) fn of(store: Store<'a>) -> Self {
        Self { store, found: BTreeMap::new() }
    }

    /// Reads the document that a text names; what is wrong with it is a mistake at the text's place.
    pub(crate) fn read(&mut self, reader: &mut Reader<'_>, path: &TextAt) {
        let name = path.text.trim();
        if self.found.contains_key(name) {
            return;
        }
        let (message, help) = match self.store.document(name) {
            Ok(document) => {
                self.found.insert(name.to_owned(), document);
                return;
            }
            Err(DocumentError::Outside) => (
                format!("`{name}` leads out of the folder of the records"),
                "put a copy into the folder, and write its path from there with `/` between the parts".to_owned(),
            ),
            Err(DocumentError::Missing) => (format!("there is no file `{name}`"), self.near(name)),
            Err(DocumentError::NoFile) => {
                (format!("`{name}` is no file"), "name a file: of a folder, each file by itself".to_owned())
            }
            Err(DocumentError::Empty) => (
                format!("there is nothing in `{name}` (0 bytes), so it proves nothing"),
                "put the document there, or take the name out".to_owned(),
            ),
            Err(DocumentError::NoHost) => (
                format!("`{name}` is no address"),
                "write the whole address, as in `https://practice.example/policies`, or name a file".to_owned(),
            ),
            Err(DocumentError::Unreadable(error)) => {
                (format!("`{name}` cannot be read: {error}"), "let whoever runs this program read the file".to_owned())
            }
        };
        reader.mistake(path.span.clone(), message, Some(help));
    }

    fn near(&self, name: &str) -> String {
        let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
        let names = self.store.names(folder);
        match nearest(last, names.iter().map(String::as_str)) {
            Some(near) if folder.is_empty() => format!("did you mean `{near}`?"),
            Some(near) => format!("did you mean `{folder}/{near}`?"),
            None => "put the file there, or write its path from the folder of the records".to_owned(),
        }
    }

    /// The evidence that a record lists.
    pub(crate) fn list(&mut self, reader: &mut Reader<'_>, table: TableAt<'_>, key: &str) -> Vec<Evidence> {
        let Some(value) = reader.get(table, key) else { return Vec::new() };
        let wanted = ("a list of files and addresses", format!("`{key} = [\"evidence/note.pdf\"]`"));
        let Some(items) = value.get_ref().as_array() else {
            reader.wrong_type(value, key, wanted.0, &wanted.1);
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => {
                    let at = reader.text_at(text, item.span());
                    if !is_address(at.text.trim()) {
                        self.read(reader, &at);
                    }
                    all.push(Evidence { at: at.text.trim().to_owned(), sha256: None });
                }
                DeValue::Table(inner) => all.extend(self.kept(reader, TableAt::new(inner, item.span()))),
                _ => reader.wrong_type(item, key, wanted.0, &wanted.1),
            }
        }
        all
    }

    /// `{ file = "…", sha256 = "…" }`.
    fn kept(&mut self, reader: &mut Reader<'_>, table: TableAt<'_>) -> Option<Evidence> {
        reader.only(table, &["file", "sha256"]);
        let file = reader.needed(table, "file", "its path from the folder of the records");
        let sha256 = hash(reader, table, "sha256");
        let file = file?;
        self.read(reader, &file);
        Some(Evidence { at: file.text.trim().to_owned(), sha256 })
    }
}

/// A SHA-256 that may be left out, in small letters.
pub(crate) fn hash(reader: &mut Reader<'_>, table: TableAt<'_>, key: &str) -> Option<String> {
    let text = reader.text(table, key)?;
    let digits = text.text.trim().to_ascii_lowercase();
    if is_sha256(&digits) {
        return Some(digits);
    }
    reader.mistake(text.span.clone(), format!("`{key}` is no SHA-256"), Some(HASH_HELP.into()));
    None
}

pub(crate) const HASH_HELP: &str =
    "64 digits and letters from a to f, as `sha256sum` and `certutil -hashfile` print them; or leave it out";

pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn documents_are_hashed_and_nothing_outside_the_folder_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = folder.path().join("records");
        fs::create_dir_all(records.join("evidence")).expect("folders");
        fs::write(records.join("evidence/a.txt"), "abc").expect("a file");
        fs::write(folder.path().join("outside.txt"), "abc").expect("a file");
        let found = document(&records, "evidence/a.txt").expect("it is there");
        // Source: FIPS 180-4, the example of SHA-256.
        assert_eq!(found.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((found.bytes, sha256(b"abc")), (3, found.sha256));
        for outside in ["../outside.txt", "/etc/hostname", "evidence/../../outside.txt", "..\\outside.txt"] {
            assert!(matches!(document(&records, outside), Err(DocumentError::Outside)), "{outside}");
        }
        for folder in ["evidence", ""] {
            assert!(matches!(document(&records, folder), Err(DocumentError::NoFile)), "{folder}");
        }
        fs::write(records.join("evidence/empty.pdf"), "").expect("a file");
        assert!(matches!(document(&records, "evidence/empty.pdf"), Err(DocumentError::Empty)));
        for address in ["https://practice.example", "http://intranet:8080/a", "https://a.example?b"] {
            assert!(is_address(address), "{address}");
        }
        for bare in ["https://", "http:///a", "https:// a.example", "https://?a", "https://."] {
            assert!(!is_address(bare) && matches!(document(&records, bare), Err(DocumentError::NoHost)), "{bare}");
        }
        for missing in ["evidence/b.txt", "evidence/a.txt/b"] {
            assert!(matches!(document(&records, missing), Err(DocumentError::Missing)), "{missing}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = folder.path().join("records");
        fs::create_dir_all(&records).expect("a folder");
        fs::write(folder.path().join("outside.txt"), "abc").expect("a file");
        std::os::unix::fs::symlink("../outside.txt", records.join("link.txt")).expect("a link");
        assert!(matches!(document(&records, "link.txt"), Err(DocumentError::Outside)));
    }
}
