//! Vendor's text made safe for a terminal, and laid out in columns.

use tenantscan_model::is_unseen;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many accents and other marks may stand on one letter: piled up, they run over the lines above and below.
const MARKS: usize = 2;

/// Text without control characters, bidirectional overrides and line breaks: names are input.
pub fn safe(text: &str) -> String {
    let mut marks = 0;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars().map(|c| if is_unseen(c) { ' ' } else { c }) {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        if marks <= MARKS {
            kept.push(c);
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number with the word for what is counted.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The platform's name for people.
pub(crate) fn platform(name: &str) -> &str {
    tenantscan_model::Platform::ALL.iter().find(|it| it.name() == name).map_or(name, |it| it.title())
}

/// A cause by its name in JSON, in words.
pub(crate) fn cause_words(name: &str) -> &str {
    tenantscan_model::Cause::ALL.iter().find(|cause| cause.name() == name).map_or(name, |cause| cause.plain())
}

/// How many columns a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// At most `width` columns, with `…` where something was cut.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        short.push(c);
    }
    // A sequence, as an emoji and its variation, may be wider than its parts.
    while short.width() >= width && short.pop().is_some() {}
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The text with spaces behind it, as wide as a column.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{:1$}", "", width.saturating_sub(text.width()))
}

/// Lines of at most `width` columns; a word that is longer is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = cut(word, width);
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_lose_what_moves_the_cursor_or_turns_the_text() {
        assert_eq!(safe("a\u{1b}[2Jb\r\n\u{202e}c\u{200b}"), "a [2Jb c");
        assert_eq!(safe("\u{61c}a\u{e0041}\u{3164}"), "a");
        assert_eq!(safe("e\u{301}\u{327}\u{489}\u{489}o"), "e\u{301}\u{327}o", "marks do not pile up");
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        for width in [5, 12, 40] {
            for line in wrap("an-extraordinarily-long-word and 診療所の受付です some short ones", width) {
                assert!(line.width() <= width, "{line}");
            }
        }
    }

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(cut("診療所", 5), "診療…");
        assert_eq!(cut("診療所", 6), "診療所");
        assert!(cut(&"❤\u{fe0f}".repeat(9), 5).width() <= 5);
        assert_eq!(pad("診", 4), "診  ");
    }
}
