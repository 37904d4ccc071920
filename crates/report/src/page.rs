//! A page of text at a terminal.

use anstyle::{AnsiColor, Style};

use crate::text::wrap;

/// Lines of a width, with or without colour.
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) width: usize,
    pub(crate) color: bool,
}

impl Page {
    pub(crate) fn paint(&self, text: &str, color: Option<AnsiColor>, bold: bool) -> String {
        if !self.color {
            return text.to_owned();
        }
        let mut style = Style::new();
        if let Some(color) = color {
            style = style.fg_color(Some(color.into()));
        }
        if bold {
            style = style.bold();
        }
        format!("{style}{text}{style:#}")
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    pub(crate) fn heading(&mut self, text: &str) {
        let text = self.paint(text, None, true);
        self.line("");
        self.line(&text);
    }

    /// Wrapped text, every line behind `indent` spaces.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        self.hanging(indent, "", text);
    }

    /// Wrapped text behind a mark of one column, which stands at `indent`.
    pub(crate) fn marked(&mut self, indent: usize, mark: &str, text: &str) {
        for (number, line) in wrap(text, self.width - indent - 2).iter().enumerate() {
            self.line(&format!("{:indent$}{} {line}", "", if number == 0 { mark } else { " " }));
        }
    }

    /// Wrapped text behind `indent` spaces, the last of which `mark` takes in the first line.
    pub(crate) fn hanging(&mut self, indent: usize, mark: &str, text: &str) {
        for (number, line) in wrap(text, self.width - indent).iter().enumerate() {
            let mark = if number == 0 { mark } else { "" };
            self.line(&format!("{mark:>indent$}{line}"));
        }
    }
}
