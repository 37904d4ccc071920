//! Mistakes in files that people write: all of them at once, each with its place and what to do.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str};

/// A text and the name that errors give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path for people: `policies/admin-count.toml`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// As many mistakes are shown; who has more mends these first.
const SHOWN: usize = 200;

/// Every mistake that was found.
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    so: &'static str,
}

struct Diagnostic {
    file: Arc<SourceFile>,
    span: Range<usize>,
    message: String,
    help: Option<String>,
}

impl Default for Diagnostics {
    fn default() -> Self {
        Self::new("nothing was judged")
    }
}

impl Diagnostics {
    /// None yet. `so` says what became of the work because of them: `nothing was judged`.
    pub fn new(so: &'static str) -> Self {
        Self { found: Vec::new(), so }
    }

    /// Keeps a mistake at a place, in bytes of the file: what is wrong, and what to do.
    pub fn push(&mut self, file: &Arc<SourceFile>, span: Range<usize>, message: String, help: Option<String>) {
        let (mut start, mut end) = (span.start.min(span.end).min(file.text.len()), span.end.min(file.text.len()));
        while !file.text.is_char_boundary(start) {
            start -= 1;
        }
        while !file.text.is_char_boundary(end) {
            end += 1;
        }
        self.found.push(Diagnostic { file: Arc::clone(file), span: start..end, message, help });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them as text, file by file from top to bottom: file, line and column, the line itself, what is wrong and
    /// what to do.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        let mut files: Vec<*const SourceFile> = Vec::new();
        let mut sorted: Vec<(usize, &Diagnostic)> = Vec::new();
        for one in &self.found {
            let file = Arc::as_ptr(&one.file);
            let place = files.iter().rposition(|it| *it == file).unwrap_or_else(|| {
                files.push(file);
                files.len() - 1
            });
            sorted.push((place, one));
        }
        sorted.sort_by_key(|(file, one)| (*file, one.span.start));
        for (_, one) in sorted.iter().take(SHOWN) {
            // Only the lines in question, so that a long file is not gone through again for each mistake.
            let whole = one.file.text.as_str();
            let start = whole[..one.span.start].rfind('\n').map_or(0, |at| at + 1);
            let end = whole[one.span.end..].find('\n').map_or(whole.len(), |at| one.span.end + at + 1);
            let snippet = Snippet::source(&whole[start..end])
                .line_start(1 + whole[..start].matches('\n').count())
                .path(one.file.name.as_str())
                .annotation(AnnotationKind::Primary.span(one.span.start - start..one.span.end - start));
            let mut groups = vec![Group::with_title(Level::ERROR.primary_title(&one.message)).element(snippet)];
            if let Some(help) = &one.help {
                groups.push(Group::with_title(Level::HELP.secondary_title(normalize_untrusted_str(help))));
            }
            text += &renderer.render(&groups);
            text += "\n\n";
        }
        text += &match self.len() {
            1 => format!("1 mistake; {}", self.so),
            count if count <= SHOWN => format!("{count} mistakes; {}", self.so),
            count => format!("{count} mistakes, of which the first {SHOWN} are shown; {}", self.so),
        };
        text
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
