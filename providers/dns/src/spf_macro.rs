//! Names in SPF records that depend on the message: what they come to for mail from a stranger (RFC 7208, section 7).

/// An address that is nobody's: whoever is let in from here, everybody is. Source: RFC 5737.
const STRANGER: &str = "203.0.113.113";

/// The name that a receiver would ask for, had a stranger sent a message in the name of `own`; `domain` is the one whose
/// record it stands in. None where it depends on what the sender writes and not on the server: whom it lets in, no
/// question tells.
pub(crate) fn expanded(text: &str, domain: &str, own: &str) -> Option<String> {
    let (mut name, mut rest) = (String::new(), text);
    let (mut by_server, mut by_sender) = (false, false);
    while let Some((before, after)) = rest.split_once('%') {
        name.push_str(before);
        let Some(after) = after.strip_prefix('{') else {
            // What stands for a percent sign or a space is part of no name that can be asked for.
            return None;
        };
        let (inside, after) = after.split_once('}')?;
        let letter = inside.chars().next()?.to_ascii_lowercase();
        let value = match letter {
            'd' => domain,
            'o' => own,
            'v' => "in-addr",
            'i' => STRANGER,
            'h' => "stranger.invalid",
            'l' => "postmaster",
            _ => return None,
        };
        by_server |= letter == 'i';
        by_sender |= matches!(letter, 'h' | 'l');
        name.push_str(&transformed(value, inside.get(1..)?)?);
        rest = after;
    }
    name.push_str(rest);
    (by_server || !by_sender).then_some(name)
}

/// The right-hand parts of a value, as many as it says, after they were reversed where it says so: `2r-`.
fn transformed(value: &str, how: &str) -> Option<String> {
    let digits = how.len() - how.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, rest) = how.split_at(digits);
    let (reversed, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(delimiters) => (true, delimiters),
        None => (false, rest),
    };
    if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return None;
    }
    let delimiters = if delimiters.is_empty() { "." } else { delimiters };
    let mut parts: Vec<&str> = value.split(|c| delimiters.contains(c)).collect();
    if reversed {
        parts.reverse();
    }
    let kept = if count.is_empty() { parts.len() } else { count.parse().ok().filter(|kept| *kept > 0)? };
    Some(parts[parts.len().saturating_sub(kept)..].join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_to_what_a_receiver_would_ask_for() {
        for (text, due) in [
            ("x.example", Some("x.example")),
            ("%{i}._spf.x.example", Some("203.0.113.113._spf.x.example")),
            ("%{ir}.%{v}.%{d}.x.example", Some("113.113.0.203.in-addr.list.p.example.x.example")),
            ("%{d1r}.%{o}", Some("list.p.example")),
            ("%{d2}", Some("p.example")),
            (
                "%{i}._ip.%{h}._ehlo.%{d}.x.example",
                Some("203.0.113.113._ip.stranger.invalid._ehlo.list.p.example.x.example"),
            ),
            ("%{l}.%{I}.x.example", Some("postmaster.203.0.113.113.x.example")),
            // Whoever writes the right name is let in, wherever the message comes from.
            ("%{l}.x.example", None),
            ("%{h}", None),
            ("%{s}.x.example", None),
            ("%{p}.x.example", None),
            ("%%x.example", None),
            ("%{i", None),
            ("%{}", None),
            ("%{i0}.x.example", None),
            ("%{iq}.x.example", None),
            ("%{\u{e9}}.x.example", None),
        ] {
            assert_eq!(expanded(text, "list.p.example", "p.example").as_deref(), due, "{text}");
        }
    }
}
