//! One line of a spreadsheet, cell by cell: what stands in a column, and what is wrong with it.

use std::path::Path;

use jiff::civil::Date;
use tenantscan_written::{Diagnostics, help};

use crate::cells::{CellAt, Column, Sheet, day, plain};
use crate::evidence::{Document, DocumentError, document};

pub(crate) struct Row<'a> {
    pub(crate) sheet: &'a Sheet,
    pub(crate) columns: &'static [Column],
    pub(crate) line: &'a [CellAt],
    /// The folder of the records, for documents.
    pub(crate) folder: &'a Path,
    pub(crate) diagnostics: &'a mut Diagnostics,
}

impl<'a> Row<'a> {
    /// Keeps a mistake, with the name that a spreadsheet gives the cell.
    pub(crate) fn mistake(&mut self, cell: &CellAt, message: impl Into<String>, help: impl Into<String>) {
        let message = format!("{} (cell {})", message.into(), cell.name());
        self.diagnostics.push(&self.sheet.file, cell.span.clone(), message, Some(help.into()));
    }

    /// Whether the spreadsheet has a column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.iter().position(|column| column.name == name).is_some_and(|index| self.sheet.has(index))
    }

    /// The cell of a column, where it holds anything.
    pub(crate) fn cell(&self, name: &str) -> Option<&'a CellAt> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        self.sheet.cell(self.line, index).filter(|cell| !cell.text.is_empty())
    }

    /// The cell of a column, which must hold something.
    pub(crate) fn needed(&mut self, name: &str) -> Option<&'a CellAt> {
        let found = self.cell(name);
        if found.is_none() {
            let index = self.columns.iter().position(|column| column.name == name);
            let empty = index.and_then(|index| self.sheet.cell(self.line, index)).unwrap_or(&self.line[0]);
            self.mistake(empty, format!("`{name}` is empty"), "fill the cell, or take the line out");
        }
        found
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.cell(name).map(|cell| cell.text.clone())
    }

    /// Several values in one cell, with `;` between them, or each on a line of its own.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn day(&mut self, name: &str) -> Option<Date> {
        let cell = self.cell(name)?;
        let found = day(&cell.text);
        if found.is_none() {
            self.mistake(cell, format!("`{}` is no day", cell.text), "write `2026-01-31` or `1/31/2026`");
        }
        found
    }

    /// The member of a closed list that a cell names; large letters and spaces do not matter.
    pub(crate) fn word<T: Copy>(&mut self, cell: &CellAt, words: &[(&'static str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == plain(&cell.text)).map(|(_, found)| *found);
        if found.is_none() {
            let help = help(&plain(&cell.text), words.iter().map(|(word, _)| *word), "words");
            self.mistake(cell, format!("`{}` cannot stand here", cell.text), help);
        }
        found
    }

    /// The document that a cell names by its path.
    pub(crate) fn document(&mut self, cell: &CellAt, path: &str) -> Option<Document> {
        match document(self.folder, path) {
            Ok(document) => return Some(document),
            Err(DocumentError::Missing) if path.contains(';') => {
                self.mistake(cell, format!("`{path}` is more than one document"), "name the one that was signed");
            }
            Err(error @ (DocumentError::Outside | DocumentError::Missing | DocumentError::NoFile)) => {
                let help = "put the file into the folder of the records, and write its path from there";
                self.mistake(cell, format!("`{path}`: {error}"), help);
            }
            Err(error @ (DocumentError::Empty | DocumentError::NoHost)) => {
                self.mistake(cell, format!("`{path}`: {error}"), "name the document itself, or leave the cell empty");
            }
            Err(error) => {
                self.mistake(cell, format!("`{path}`: {error}"), "let whoever runs this program read the file");
            }
        }
        None
    }
}
