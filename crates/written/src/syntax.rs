//! Mistakes of TOML's own grammar, said in words for people who do not know it.

use std::ops::Range;

/// What is wrong and what to do, from what the TOML reader says of this place.
pub(crate) fn plain(said: &str, text: &str, span: &Range<usize>) -> (String, String) {
    let before = text.get(..span.start).unwrap_or_default();
    let (message, help): (String, &str) = match said {
        _ if said.starts_with("duplicate key") => {
            let key = text.get(span.clone()).unwrap_or_default().trim();
            (format!("`{key}` stands here twice"), "keep one of the two")
        }
        _ if said.starts_with("unexpected key or value") && before.ends_with(['\'', '"']) => (
            "the quote before this place ends the text".into(),
            "a text that has such quotes inside stands between three of the others: `'''…'''` or `\"\"\"…\"\"\"`",
        ),
        _ if said.starts_with("unexpected key or value") => {
            ("the line should end here".into(), "write each `key = value` on a line of its own, and texts in quotes")
        }
        _ if said.starts_with("key with no value") => {
            ("a key without a value".into(), "write `key = value`, as in `title = \"…\"`")
        }
        _ if said.starts_with("string values must be quoted") => ("a text without quotes".into(), "write `\"…\"`"),
        _ if said.contains("string, expected") => (
            "this text has no closing quote".into(),
            "end it on the same line with the quote that it starts with; a text over several lines stands between `'''` and `'''`",
        ),
        _ if said.starts_with("invalid date") => ("there is no such day or time".into(), "write a day as `2026-01-31`"),
        _ if said.starts_with("cannot recurse further") => {
            ("lists and tables nest too deep here".into(), "nothing here needs so many levels: look for a stray `[`")
        }
        _ => (said.to_owned(), "the file must be TOML: `key = value` under `[headings]`, texts in quotes"),
    };
    (message, help.to_owned())
}
