//! Mistakes of TOML's own grammar, said in words for people who do not know it.

use std::ops::Range;

/// What the TOML reader says, as a part of it: what is wrong, and what to do.
const WORDS: [(&[&str], &str, &str); 23] = [
    (
        &["unquoted key", "keys cannot be"],
        "this is no name of a key",
        "a key has letters, digits, `_` and `-` alone, as in `handles_phi = \"yes\"`; look for a sign that nobody can see",
    ),
    (
        &["unexpected key or value"],
        "the line should end here",
        "write each `key = value` on a line of its own, and texts in quotes",
    ),
    (&["key with no value"], "a key without a value", "write `key = value`, as in `title = \"…\"`"),
    (&["string values must be quoted"], "a text without quotes", "write `\"…\"`, or a day as `2026-01-31`"),
    (
        &["string, expected `'`", "string, expected `\"`", "string, expected `'''`", "string, expected `\"\"\"`"],
        "this text has no closing quote",
        "end it on the same line with the quote that it starts with; a text over several lines stands between `'''` and `'''`",
    ),
    (&["missing opening quote"], "this text has no opening quote", "write the same quote before it and after it"),
    (
        &["missing escaped value", "unicode value digits", "invalid value, expected unicode"],
        "what stands after `\\` in this text means nothing",
        "write `\\\\` for one `\\`, or the text between single quotes, as in `'C:\\folder'`",
    ),
    (
        &["string, expected", "carriage return must", "invalid comment character", "between comment and newline"],
        "a sign stands here that nobody can see",
        "delete the line from here on, and type it again",
    ),
    (&["invalid date"], "there is no such day or time", "write a day as `2026-01-31`"),
    (
        &["cannot recurse further", "recursion limit"],
        "lists and tables nest too deep here",
        "nothing here needs so many levels: look for a stray `[`",
    ),
    (&["missing value"], "there is nothing after `=`", "write what the key is to say, as in `name = \"…\"`"),
    (&["extra `=`"], "there is one `=` too many", "write `key = value`, and a text that has `=` in it between quotes"),
    (
        &["unclosed array table", "unclosed table"],
        "this heading does not end",
        "end it with as many `]` as it has `[` at its beginning, on the same line",
    ),
    (&["unclosed array"], "this list has no closing `]`", "write `]` after the last part of the list"),
    (&["unclosed inline table"], "this `{` has no closing `}`", "write `}` after the last `key = value`"),
    (
        &["missing comma between array"],
        "there is no comma between two parts of this list",
        "write `[\"…\", \"…\"]`, and texts in quotes",
    ),
    (
        &["missing comma between key-value", "extra assignment"],
        "there is no comma before this",
        "write `{ key = \"…\", key = \"…\" }`, with commas between the keys",
    ),
    (&["extra comma"], "there is one comma too many", "take it out"),
    (
        &["unexpected `=` in array"],
        "a list has no keys",
        "write `[\"…\", \"…\"]`, or `{ key = \"…\" }` where keys are meant",
    ),
    (
        &["inline table element", "missing assignment"],
        "between `{` and `}` stand keys with their values",
        "write `{ key = \"…\", key = \"…\" }`",
    ),
    (
        &["missing array opening", "missing inline table opening", "missing table open"],
        "this bracket closes what nothing has opened",
        "take it out, or write the other one before it",
    ),
    (
        &[
            "invalid boolean",
            "number",
            "numeric",
            "float",
            "exponent",
            "mantissa",
            "leading zero",
            "unexpected sign",
            "radix",
            "only go between digits",
        ],
        "this is neither a text nor a number",
        "write a text in quotes, a number in digits alone as in 30, a day as 2026-01-31, or true or false",
    ),
    (
        &["cannot extend value", "dotted key"],
        "this key has a value already, and cannot be a table as well",
        "keep one of the two",
    ),
];

/// What is wrong and what to do, from what the TOML reader says of this place.
pub(crate) fn plain(said: &str, text: &str, span: &Range<usize>) -> (String, String) {
    let before = text.get(..span.start).unwrap_or_default();
    if said.starts_with("duplicate key") {
        let key = text.get(span.clone()).unwrap_or_default().trim();
        return (format!("`{key}` stands here twice"), "keep one of the two".into());
    }
    if said.starts_with("unexpected key or value") && before.ends_with(['\'', '"']) {
        let help =
            "a text that has such quotes inside stands between three of the others: `'''…'''` or `\"\"\"…\"\"\"`";
        return ("the quote before this place ends the text".into(), help.into());
    }
    let here = text.get(span.clone()).unwrap_or_default();
    if said.starts_with("string values must be quoted") && here.starts_with(['“', '”', '‘', '’', '„', '«']) {
        return ("these quotes are those of a letter".into(), "write straight ones, as in `\"…\"`".into());
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let said = match said {
        _ if said.starts_with("string values must be quoted") && here.is_empty() => "missing value",
        // A key alone between braces: the reader looks for a text where none begins.
        _ if said.starts_with("invalid literal string") && !line.contains('\'') => "missing assignment",
        _ => said,
    };
    let known = WORDS.iter().find(|(parts, ..)| parts.iter().any(|part| said.contains(part)));
    let (message, help) = known.map_or(
        ("this cannot be read", "write `key = value` below `[headings]`, a key with letters, digits, `_` and `-` alone, and texts in quotes"),
        |(_, message, help)| (*message, *help),
    );
    (message.into(), help.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{Diagnostics, SourceFile, parse};

    fn said(text: &str) -> String {
        let file = Arc::new(SourceFile { name: "a.toml".into(), text: text.into() });
        let mut diagnostics = Diagnostics::new("nothing was written");
        assert!(parse(&file, &mut diagnostics).is_none(), "{text}");
        diagnostics.render(false)
    }

    #[test]
    fn each_slip_is_said_in_words_that_need_no_grammar() {
        for (text, due) in [
            ("a = \n", "there is nothing after `=`"),
            ("a = = 1\n", "one `=` too many"),
            ("a\n", "a key without a value"),
            ("a = yes\n", "a text without quotes"),
            ("a = True\n", "neither a text nor a number"),
            ("a = 1,000\n", "should end here"),
            ("a = \u{201c}x\u{201d}\n", "those of a letter"),
            ("a = .5\n", "neither a text nor a number"),
            ("a: 1\n", "a key without a value"),
            ("a = \"it is \"so\"\"\n", "the quote before this place"),
            ("a = \"x\n", "no closing quote"),
            ("a = 'x\n", "no closing quote"),
            ("a = '''x\n", "no closing quote"),
            ("a = \"\"\"x\n", "no closing quote"),
            ("a = x\"\n", "no opening quote"),
            ("a = \"C:\\folder\\Report\"\n", "after `\\` in this text"),
            ("a = \"\\u12\"\n", "after `\\` in this text"),
            ("a = \"x\u{1}y\"\n", "nobody can see"),
            ("# x\u{1}y\n", "nobody can see"),
            ("a = 2026-02-30\n", "no such day"),
            ("a = 1/31/2026\n", "or a day as `2026-01-31`"),
            ("a = 007\n", "neither a text nor a number"),
            ("a = 5 days\n", "a text without quotes"),
            ("[[vendor]\nname = \"A\"\n", "this heading does not end"),
            ("[vendor\nname = \"A\"\n", "this heading does not end"),
            ("a = [\"x\", \"y\"\n", "no closing `]`"),
            ("a = [\"x\" \"y\"]\n", "no comma between two parts"),
            ("a = [\"x\",, \"y\"]\n", "one comma too many"),
            ("a = [b = 1]\n", "a list has no keys"),
            ("a = { b = 1\n", "no closing `}`"),
            ("a = { b = 1 c = 2 }\n", "no comma before this"),
            ("a = { b = 1,, c = 2 }\n", "one comma too many"),
            ("a = { = 1 }\n", "no name of a key"),
            ("a = { b }\n", "between `{` and `}`"),
            ("\u{200f}a = 1\n", "no name of a key"),
            ("a = ]\n", "closes what nothing has opened"),
            ("a = 1\na.b = 2\n", "cannot be a table as well"),
            ("a = 1\na = 2\n", "`a` stands here twice"),
            ("= 1\n", "no name of a key"),
            ("\u{e4} = 1\n", "no name of a key"),
        ] {
            let said = said(text);
            assert!(said.contains(due), "{text:?}: {said}");
            assert!(!said.contains("expected") && said.contains("help: "), "{text:?}: {said}");
        }
    }
}
