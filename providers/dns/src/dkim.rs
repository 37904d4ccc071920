//! DKIM: whether a record holds a key that receivers accept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::tags;

/// Receivers do not accept RSA keys with fewer bits. Source: RFC 8301, section 3.2.
const LEAST_BITS: usize = 1024;

/// Tags of ASN.1. Source: X.690, section 8.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// The method `rsaEncryption`, in ASN.1. Source: RFC 8017, appendix A.1.
const RSA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// How many bytes a key of Ed25519 has. Source: RFC 8463, section 4.
const ED25519_BYTES: usize = 32;

/// Whether the records under one name hold a key. Of several that would be keys, receivers may take any.
/// Source: RFC 6376, section 3.6.2.2.
pub(crate) fn hold_key(records: &[String]) -> bool {
    let mut keys = records.iter().filter(|record| tags(record).any(|(name, _)| name == "p")).peekable();
    keys.peek().is_some() && keys.all(|record| is_key(record))
}

/// Whether a DKIM record is a key for mail that receivers accept: an empty `p=` is one that was taken back, and one that
/// is being tried out (`t=y`), is for something else, is too short or is no key at all is none to receivers.
/// Source: RFC 6376, section 3.6.1; RFC 8301, section 3.
fn is_key(record: &str) -> bool {
    let all: Vec<(String, &str)> = tags(record).collect();
    let once = all.iter().all(|(name, _)| all.iter().filter(|(it, _)| it == name).count() == 1);
    let of = |wanted: &str| all.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    let lists = |wanted: &str, one: &str| of(wanted).is_some_and(|list| list.split(':').any(|it| it.trim() == one));
    let version = match of("v") {
        Some(version) => version == "DKIM1" && all.first().is_some_and(|(name, _)| name == "v"),
        None => true,
    };
    let signs_mail = of("s").is_none() || lists("s", "*") || lists("s", "email");
    let hash = of("h").is_none() || lists("h", "sha256");
    let fits = version && signs_mail && hash && once && !lists("t", "y");
    let plain: String = of("p").unwrap_or_default().chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let Ok(bytes) = STANDARD.decode(plain) else { return false };
    fits && match of("k").unwrap_or("rsa") {
        "rsa" => rsa_bits(&bytes).is_some_and(|bits| bits >= LEAST_BITS),
        "ed25519" => bytes.len() == ED25519_BYTES,
        _ => false,
    }
}

/// How many bits an RSA key has: its modulus, which stands alone with the exponent (RFC 8017, appendix A.1.1) or in a string
/// of bits beside the name of the method (RFC 5280, section 4.1.2.7). None for what is no such key.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    let (SEQUENCE, inside, []) = part(der)? else { return None };
    match part(inside)? {
        (SEQUENCE, method, rest) if method.starts_with(&RSA) => {
            let (BIT_STRING, [0, pair @ ..], []) = part(rest)? else { return None };
            let (SEQUENCE, pair, []) = part(pair)? else { return None };
            modulus_bits(pair)
        }
        (INTEGER, ..) => modulus_bits(inside),
        _ => None,
    }
}

/// The bits of the first of the two numbers that make an RSA key.
fn modulus_bits(pair: &[u8]) -> Option<usize> {
    let (INTEGER, modulus, exponent) = part(pair)? else { return None };
    let (INTEGER, exponent, []) = part(exponent)? else { return None };
    let number =
        |bytes: &[u8]| bytes.first().is_some_and(|first| *first < 0x80) && bytes.last().is_some_and(|it| it % 2 == 1);
    if !number(modulus) || !number(exponent) {
        return None;
    }
    let from = modulus.iter().position(|byte| *byte != 0)?;
    Some((modulus.len() - from) * 8 - modulus[from].leading_zeros() as usize)
}

/// The tag of the first part, what is in it, and what stands behind it.
fn part(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => (usize::from(*rest.first()?) << 8 | usize::from(*rest.get(1)?), &rest[2..]),
        _ => return None,
    };
    let (inside, rest) = rest.split_at_checked(length)?;
    Some((tag, inside, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(tag: u8, inside: &[u8]) -> Vec<u8> {
        let [high, low] = u16::try_from(inside.len()).expect("short").to_be_bytes();
        [&[tag, 0x82, high, low], inside].concat()
    }

    /// A key with so many bits, as it is published.
    fn key(bits: usize) -> String {
        let pair = pair(bits);
        let method = wrapped(SEQUENCE, &[&RSA[..], &[5, 0]].concat());
        let bits = wrapped(BIT_STRING, &[&[0_u8], pair.as_slice()].concat());
        STANDARD.encode(wrapped(SEQUENCE, &[method, bits].concat()))
    }

    fn pair(bits: usize) -> Vec<u8> {
        let modulus = wrapped(INTEGER, &[&[0_u8], vec![0xc1; bits / 8].as_slice()].concat());
        wrapped(SEQUENCE, &[modulus, vec![INTEGER, 3, 1, 0, 1]].concat())
    }

    fn has_key(record: &str) -> bool {
        hold_key(&[record.to_owned()])
    }

    #[test]
    fn keys_that_were_taken_back_or_are_too_short_are_no_keys() {
        for (bits, accepted) in [(512, false), (768, false), (1016, false), (1024, true), (2048, true)] {
            assert_eq!(has_key(&format!("v=DKIM1; k=rsa; p={}", key(bits))), accepted, "{bits}");
        }
        let good = key(2048);
        assert!(has_key(&format!("p={good}")) && has_key(&format!("v=DKIM1;h=sha1:sha256;s=email;t=s;p={good};")));
        assert!(has_key(&format!("p={}", STANDARD.encode(pair(1024)))), "the pair alone");
        for record in [
            "v=DKIM1; p=".to_owned(),
            "v=DKIM1; k=rsa".to_owned(),
            "v=spf1 -all".to_owned(),
            format!("v=DKIM1; t=y:s; p={good}"),
            format!("v=DKIM2; p={good}"),
            format!("p={good}; v=DKIM1"),
            format!("v=DKIM1; h=sha1; p={good}"),
            format!("v=DKIM1; s=tlsrpt; p={good}"),
            format!("v=DKIM1; p={good}; p={good}"),
            format!("v=DKIM1; k=elgamal; p={good}"),
            format!("v=DKIM1; k=ed25519; p={good}"),
        ] {
            assert!(!has_key(&record), "{record}");
        }
        // A long one may be published in pieces.
        let (one, two) = good.split_at(20);
        assert!(has_key(&format!("p={one} {two}")));
    }

    #[test]
    fn what_is_no_key_is_none() {
        let good = key(2048);
        let bytes = STANDARD.decode(&good).expect("base64");
        let changed = |place: usize, byte: u8| {
            let mut bytes = bytes.clone();
            bytes[place] = byte;
            STANDARD.encode(bytes)
        };
        for (place, what) in [(0, "no sequence"), (8, "no name of a method"), (18, "another method")] {
            assert!(!has_key(&format!("p={}", changed(place, 0x7f))), "{what}");
        }
        let even = changed(bytes.len() - 6, 0xc2);
        assert!(!has_key(&format!("p={even}")), "an even modulus");
        assert!(!has_key(&format!("p={}", STANDARD.encode(&bytes[..bytes.len() - 1]))), "cut off");
        assert!(!has_key(&format!("p={}", STANDARD.encode([bytes.as_slice(), &[0]].concat()))), "something behind it");
        for text in ["MIIB", "bWFkZSB1cA==", "not base64!", "AAAA"] {
            assert!(!has_key(&format!("v=DKIM1; k=rsa; p={text}")), "{text}");
        }
    }

    #[test]
    fn a_key_of_ed25519_has_32_bytes() {
        let of = |bytes: usize| has_key(&format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(vec![7_u8; bytes])));
        assert!(of(32) && !of(31) && !of(44));
    }

    #[test]
    fn of_several_records_receivers_may_take_any() {
        let good = format!("v=DKIM1; p={}", key(2048));
        assert!(hold_key(&[good.clone(), "a note".into()]));
        assert!(!hold_key(&[good, "v=DKIM1; p=".into()]));
        assert!(!hold_key(&[]));
    }
}
