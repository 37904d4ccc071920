//! Spreadsheets that people give: answers, vendors, the roster.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use tenantscan_records::MAX_FILE;
use tenantscan_written::SourceFile;

use crate::error::Error;

/// A spreadsheet of somebody's, CSV or XLSX, as text.
pub(crate) fn sheet(path: &Path) -> Result<SourceFile, Error> {
    // What is no file may never end.
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes));
    read.map_err(|error| Error::read(path, &error))?;
    tenantscan_records::sheet(&path.display().to_string(), bytes).map_err(|error| {
        Error::Usage(format!(
            "{}: {error}\n  next: save it as an Excel workbook (.xlsx), or as CSV UTF-8 (comma delimited)",
            path.display()
        ))
    })
}
