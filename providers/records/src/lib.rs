//! Reads what people keep of a practice: answers, vendors, roster, accounts, exceptions and plan, in one folder a client.
//!
//! Every mistake of every file is found at once. A file that is not there is not an empty one: its datasets are unread,
//! since nobody supplied them.

mod accounts;
mod answers;
mod attestations;
mod catalogue;
mod cells;
mod edit;
mod evidence;
mod exceptions;
mod files;
mod fill;
mod import;
mod keys;
mod plan;
mod policies;
mod roster;
mod row;
mod schema;
mod store;
mod vendors;
mod workbook;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tenantscan_written::{Diagnostics, Reader, SourceFile, TableAt, nearest, parse};

pub use accounts::{Account, Accounts, Role};
pub use answers::{Imported, Importing, answers_from_sheet, answers_sheet};
pub use attestations::Attestation;
pub use catalogue::{Category, Question, categories, questions};
pub use edit::{EditError, Entry, put};
pub use evidence::{Document, DocumentError, Evidence, document};
pub use exceptions::{Accepted, Exception};
pub use files::{RecordFile, files};
pub use import::vendors_from_csv;
pub use plan::PlanItem;
pub use policies::Policies;
pub use roster::{Person, roster};
pub use schema::schemas;
pub use store::Store;
pub use vendors::{Baa, Vendor, Vendors};
pub use workbook::{SheetError, csv, sheet, xlsx};

use evidence::Documents;
use store::MAX_FILE;

/// The client's own file, which may lie in the same folder.
const CLIENT: &str = "tenantscan.toml";

/// How the names of sheets end.
const SHEETS: [&str; 6] = ["csv", "tsv", "txt", "xls", "xlsx", "ods"];

/// Everything that people keep of a practice; none where the file is not there.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Answers to the questions that no configuration can answer.
    pub attestations: Option<Vec<Attestation>>,
    /// Vendors and their agreements.
    pub vendors: Option<Vendors>,
    /// Who works and worked here.
    pub roster: Option<Vec<Person>>,
    /// Accounts that are no person's, and the groups of each role.
    pub accounts: Option<Accounts>,
    /// Results that were accepted.
    pub exceptions: Option<Vec<Exception>>,
    /// What will be mended.
    pub plan: Option<Vec<PlanItem>>,
    /// The documents that the records name, by path.
    pub documents: BTreeMap<String, Document>,
    /// SHA-256 of each file that is there, hexadecimal, by name.
    hashes: BTreeMap<&'static str, String>,
}

/// Reads the records of a store; a path is that of the folder in which people keep them.
///
/// # Errors
/// Every mistake of every file, a file that cannot be read among them. A file or a folder that is not there is none.
pub fn read<'a>(store: impl Into<Store<'a>>, policies: &Policies<'_>) -> Result<Records, Diagnostics> {
    let store = store.into();
    let diagnostics = if store.is_draft() { Diagnostics::new("nothing was written") } else { none_yet() };
    let mut all = Reading { store, documents: Documents::of(store), diagnostics, hashes: BTreeMap::new() };
    all.misnamed();
    let mut records = Records {
        attestations: all.toml(&files::ATTESTATIONS, attestations::read),
        vendors: all.toml(&files::VENDORS, vendors::read),
        roster: all.text(&files::ROSTER).map(|file| roster::read(&file, &mut all.diagnostics)),
        accounts: all.toml(&files::ACCOUNTS, |reader, root, _| accounts::read(reader, root)),
        exceptions: all
            .toml(&files::EXCEPTIONS, |reader, root, documents| exceptions::read(reader, root, documents, policies)),
        plan: all.toml(&files::PLAN, |reader, root, _| plan::read(reader, root, policies)),
        documents: BTreeMap::new(),
        hashes: BTreeMap::new(),
    };
    (records.documents, records.hashes) = (all.documents.found, all.hashes);
    if all.diagnostics.is_empty() { Ok(records) } else { Err(all.diagnostics) }
}

/// No mistake yet; when there are any, no record holds.
fn none_yet() -> Diagnostics {
    Diagnostics::new("no record was used")
}

struct Reading<'a> {
    store: Store<'a>,
    documents: Documents<'a>,
    diagnostics: Diagnostics,
    hashes: BTreeMap<&'static str, String>,
}

impl<'a> Reading<'a> {
    /// A file beside the others that has the name of none of them would be passed over, and what it says with it.
    fn misnamed(&mut self) {
        let known = files().map(|file| file.name);
        let mut names = self.store.names("");
        names.sort();
        let has_roster = names.iter().any(|name| name == files::ROSTER.name);
        for name in names {
            let path = Path::new(&name);
            let ends = |with: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(with));
            let is_toml = ends("toml");
            let is_roster = !has_roster
                && path.file_stem().is_some_and(|it| it.eq_ignore_ascii_case("roster"))
                && SHEETS.into_iter().any(ends);
            if !(is_toml || is_roster) || name.starts_with('.') || name == CLIENT || known.contains(&&*name) {
                continue;
            }
            let near = nearest(&name.to_lowercase(), known.into_iter().filter(|it| it.ends_with(".toml")));
            let help = match near {
                _ if is_roster => "the staff list is kept as `roster.csv`: in Excel, Save As > CSV UTF-8".to_owned(),
                Some(near) => format!("did you mean `{near}`? Rename it"),
                None => format!("the files here are {}; put anything else into a folder inside", known.join(", ")),
            };
            let file = Arc::new(SourceFile { name: self.store.label(&name), text: String::new() });
            self.diagnostics.push(
                &file,
                0..0,
                "no file of records has this name, so it would not be read".into(),
                Some(help),
            );
        }
    }

    /// The text of a file, if it is there.
    fn text(&mut self, file: &RecordFile) -> Option<Arc<SourceFile>> {
        let name = self.store.label(file.name);
        let mut mistake = |message: String, help: &str| {
            let file = Arc::new(SourceFile { name: name.clone(), text: String::new() });
            self.diagnostics.push(&file, 0..0, message, Some(help.to_owned()));
            None
        };
        let bytes = match self.store.content(file.name) {
            Ok(bytes) => bytes?,
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                let message = format!("a file of records has at most {} MiB", MAX_FILE >> 20);
                return mistake(message, "this may be another kind of file");
            }
            Err(error) => {
                return mistake(format!("this cannot be read: {error}"), "let whoever runs this program read the file");
            }
        };
        let hash = evidence::sha256(&bytes);
        match String::from_utf8(bytes.into_owned()) {
            Ok(text) => {
                self.hashes.insert(file.name, hash);
                Some(Arc::new(SourceFile { name, text }))
            }
            Err(_) => mistake(
                "this is not text in UTF-8".into(),
                "save it as UTF-8: in Excel, Save As > CSV UTF-8 (Comma delimited)",
            ),
        }
    }

    /// What a TOML file says, if it is there.
    fn toml<T>(
        &mut self,
        file: &RecordFile,
        read: impl FnOnce(&mut Reader<'_>, TableAt<'_>, &mut Documents<'a>) -> T,
    ) -> Option<T> {
        let file = self.text(file)?;
        let table = parse(&file, &mut self.diagnostics)?;
        let mut reader = Reader { file: Arc::clone(&file), diagnostics: &mut self.diagnostics };
        let root = reader.root(&table);
        Some(read(&mut reader, root, &mut self.documents))
    }
}
