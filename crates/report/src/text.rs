//! Vendor's text made safe for a terminal, and laid out in columns.

/// Text without control characters, bidirectional overrides and line breaks: names are input.
pub(crate) fn safe(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars()
        .map(|c| if hidden(c) { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// At most `width` characters, with `…` where something was cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Lines of at most `width` characters; a word that is longer is cut.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = cut(word, width);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
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
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        for width in [5, 12, 40] {
            for line in wrap("an-extraordinarily-long-word and some short ones", width) {
                assert!(line.chars().count() <= width, "{line}");
            }
        }
    }
}
