//! Names taken apart into words.

/// The words of a text in small letters, each with a space before and after; digits and signs part words.
pub(crate) fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphabetic() {
            out.push(letter);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Whether a text that was taken apart has a word, or several in a row.
pub(crate) fn says(spaced: &str, word: &str) -> bool {
    spaced.contains(&format!(" {word} "))
}
