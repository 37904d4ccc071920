//! What the assessment says, as headings, texts and tables: written once, drawn as HTML and as Markdown.

use super::method::Rating;
use crate::text::safe;

/// The whole document.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) lead: Vec<Block>,
    pub(super) sections: Vec<Section>,
    pub(super) footer: String,
}

/// A heading and what stands under it.
pub(super) struct Section {
    /// Stable: links to it keep working.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a section.
pub(super) enum Block {
    Text(String),
    /// What must not be overlooked.
    Note(String),
    Heading(String),
    List(Vec<String>),
    Facts(Vec<(&'static str, Cell)>),
    Table(Table),
    /// A risk whole: its number and name, and what there is to say of it.
    Card(Mark, String, Vec<(&'static str, Cell)>),
    /// Lines to sign on, one for each of these roles.
    Signatures(Vec<&'static str>),
}

/// A table; a row has as many cells as there are heads.
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// What is said in place of a table without rows.
    pub(super) empty: &'static str,
}

/// A cell: lines, and perhaps a mark before them.
pub(super) struct Cell {
    pub(super) mark: Option<Mark>,
    pub(super) lines: Vec<String>,
}

/// A word that carries a state, with a shape, so that no state is told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Rated(Rating),
    Good(&'static str),
    Bad(&'static str),
    Open(&'static str),
    Plain(&'static str),
}

impl Mark {
    pub(super) fn shape(self) -> &'static str {
        match self {
            Self::Rated(Rating::Critical) => "◆",
            Self::Rated(Rating::High) => "▲",
            Self::Rated(Rating::Moderate) => "■",
            Self::Rated(Rating::Low) => "●",
            Self::Good(_) => "✓",
            Self::Bad(_) => "✗",
            Self::Open(_) => "?",
            Self::Plain(_) => "–",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Rated(rating) => rating.word(),
            Self::Good(word) | Self::Bad(word) | Self::Open(word) | Self::Plain(word) => word,
        }
    }
}

impl Cell {
    pub(super) fn marked(mark: Mark) -> Self {
        Self { mark: Some(mark), lines: Vec::new() }
    }

    pub(super) fn with(mark: Mark, text: impl AsRef<str>) -> Self {
        Self { mark: Some(mark), lines: vec![safe(text.as_ref())] }
    }

    pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        Self { mark: None, lines: lines.into_iter().map(|line| safe(&line)).collect() }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { mark: None, lines: vec![safe(text.as_ref())] }
    }
}
