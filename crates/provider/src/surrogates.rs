//! Half of a surrogate pair in a name: JSON can write it (`\ud800`), Unicode text cannot hold it. One such name must
//! not make a whole list unreadable.

use std::borrow::Cow;

/// The JSON with U+FFFD, the sign for what is no letter, in the place of each half of a pair that stands alone.
pub(crate) fn mended(json: &[u8]) -> Cow<'_, [u8]> {
    let mut mended = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(next) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += next;
        match unit(json, at) {
            Some(0xd800..=0xdbff) if matches!(unit(json, at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                mended.to_mut()[at + 2..at + 6].copy_from_slice(b"fffd");
                at += 6;
            }
            // A backslash takes the byte behind it along: `\\ud800` is a backslash and five letters.
            _ => at += 2,
        }
    }
    mended
}

/// The number of an escape `\uXXXX` that begins here.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_that_stands_alone_is_replaced_and_nothing_else_is_touched() {
        for (json, due) in [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\udc00\ud800""#, "\u{fffd}\u{fffd}"),
            (r#""\uD800\uD83C\uDFE5""#, "\u{fffd}🏥"),
            (r#""\ud83c""#, "\u{fffd}"),
            (r#""\ud83c\n""#, "\u{fffd}\n"),
            (r#""\\ud800""#, r"\ud800"),
            (r#""\\\ud800""#, "\\\u{fffd}"),
            (r#""\ud83c\udfe5 \u0000\"""#, "🏥 \0\""),
        ] {
            let text: String = serde_json::from_slice(&mended(json.as_bytes())).expect(json);
            assert_eq!(text, due, "{json}");
        }
    }

    #[test]
    fn what_is_cut_off_or_no_json_is_left_alone() {
        for json in ["", "\\", "\"\\ud8", "\\u+12f", "plain"] {
            assert!(matches!(mended(json.as_bytes()), Cow::Borrowed(same) if same == json.as_bytes()), "{json}");
        }
    }
}
