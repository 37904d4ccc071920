//! Source text to tokens.

use std::ops::Range;

use super::Mistake;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Ident(String),
    Int(i64),
    Text(String),
    Op(&'static str),
    End,
}

/// Operators, longest first, so that `<=` is not read as `<`.
const OPERATORS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "?", ":", "(", ")", "[", "]", "{", "}", ",", ".", "+", "-", "*",
    "/", "%", "=",
];

/// All tokens with their places, an `End` last.
pub(crate) fn tokens(source: &str) -> Result<Vec<(Token, Range<usize>)>, Mistake> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let c = bytes[at];
        if c.is_ascii_whitespace() {
            at += 1;
        } else if source[at..].starts_with("//") {
            at += source[at..].find('\n').unwrap_or(source.len() - at);
        } else if matches!(c, b'"' | b'\'')
            || (matches!(c, b'r' | b'R') && matches!(bytes.get(at + 1), Some(b'"' | b'\'')))
        {
            let (text, end) = text(source, at)?;
            at = end;
            found.push((Token::Text(text), start..at));
        } else if c.is_ascii_alphabetic() || c == b'_' {
            while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                at += 1;
            }
            found.push((Token::Ident(source[start..at].to_owned()), start..at));
        } else if c.is_ascii_digit() {
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
            let number = source[start..at].parse().map_err(|_| {
                Mistake::new(start..at, "this number does not fit 64 bits").help("use a smaller number")
            })?;
            if bytes.get(at).is_some_and(|c| {
                c.is_ascii_alphabetic() || *c == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            }) {
                return Err(Mistake::new(start..at + 1, "only whole numbers can stand here")
                    .help("use a smaller unit, or round"));
            }
            found.push((Token::Int(number), start..at));
        } else if let Some(op) = OPERATORS.iter().find(|op| source[at..].starts_with(**op)) {
            at += op.len();
            if *op == "=" {
                return Err(Mistake::new(start..at, "`=` means nothing here").help("to compare, write `==`"));
            }
            found.push((Token::Op(op), start..at));
        } else {
            let wide = source[at..].chars().next().map_or(1, char::len_utf8);
            return Err(Mistake::new(at..at + wide, "this character means nothing here")
                .help("take it out, or put it in quotes if it is text"));
        }
    }
    found.push((Token::End, source.len()..source.len()));
    Ok(found)
}

/// A quoted text from its quote (or `r`) on, and where it ends.
fn text(source: &str, start: usize) -> Result<(String, usize), Mistake> {
    let raw = matches!(source.as_bytes()[start], b'r' | b'R');
    let open = start + usize::from(raw);
    let quote = source.as_bytes()[open] as char;
    let mut text = String::new();
    let mut rest = source[open + 1..].char_indices();
    while let Some((offset, c)) = rest.next() {
        let at = open + 1 + offset;
        match c {
            _ if c == quote => return Ok((text, at + 1)),
            '\n' => break,
            '\\' if !raw => {
                let escaped = rest.next().map(|(_, c)| c);
                text.push(match escaped {
                    Some(c @ ('\\' | '\'' | '"' | '`' | '?')) => c,
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    _ => {
                        return Err(Mistake::new(at..at + 1, "there is no such escape")
                            .help("write `\\\\` for a backslash, or put `r` before the quotes"));
                    }
                });
            }
            c => text.push(c),
        }
    }
    Err(Mistake::new(start..open + 1, "this text has no closing quote")
        .help(format!("end it with `{quote}` on the same line")))
}
