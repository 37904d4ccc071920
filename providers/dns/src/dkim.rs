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

/// Whether a DKIM record holds a key: an empty `p=` is one that was taken back, and one that is being tried out (`t=y`) or is
/// known to be too short is none to receivers. Source: RFC 6376, section 3.6.1.
pub(crate) fn has_key(record: &str) -> bool {
    let tried_out = tags(record).any(|(name, value)| name == "t" && value.split(':').any(|flag| flag.trim() == "y"));
    !tried_out && tags(record).any(|(name, value)| name == "p" && !value.is_empty() && !is_too_short(value))
}

fn is_too_short(key: &str) -> bool {
    let plain: String = key.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bits = STANDARD.decode(plain).ok().and_then(|bytes| rsa_bits(&bytes));
    bits.is_some_and(|bits| bits < LEAST_BITS)
}

/// How many bits an RSA key has: its modulus, which stands alone with the exponent (RFC 8017, appendix A.1.1) or in a string
/// of bits beside the name of the method (RFC 5280, section 4.1.2.7). None for what is no such key.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    let (tag, inside, _) = part(der)?;
    let (first, value, rest) = part(inside).filter(|_| tag == SEQUENCE)?;
    match first {
        SEQUENCE => {
            let (_, bits, _) = part(rest).filter(|(tag, ..)| *tag == BIT_STRING)?;
            // The first byte counts the bits at the end that are not used.
            rsa_bits(bits.get(1..)?)
        }
        INTEGER => {
            let digits = value.iter().position(|byte| *byte != 0).map(|from| &value[from..])?;
            Some(digits.len() * 8 - digits[0].leading_zeros() as usize)
        }
        _ => None,
    }
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
        let modulus = wrapped(INTEGER, &[&[0_u8], vec![0xc1; bits / 8].as_slice()].concat());
        let pair = wrapped(SEQUENCE, &[modulus, vec![INTEGER, 3, 1, 0, 1]].concat());
        let method = wrapped(SEQUENCE, &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]);
        let bits = wrapped(BIT_STRING, &[&[0_u8], pair.as_slice()].concat());
        STANDARD.encode(wrapped(SEQUENCE, &[method, bits].concat()))
    }

    #[test]
    fn keys_that_were_taken_back_or_are_too_short_are_no_keys() {
        assert!(has_key("v=DKIM1; k=rsa; p=MIIB"));
        assert!(!has_key("v=DKIM1; p="));
        assert!(!has_key("v=spf1 -all"));
        assert!(!has_key("v=DKIM1; t=y:s; p=MIIB") && has_key("v=DKIM1; t=s; p=MIIB"), "one that is tried out");
        for (bits, accepted) in [(512, false), (768, false), (1016, false), (1024, true), (2048, true)] {
            assert_eq!(has_key(&format!("v=DKIM1; k=rsa; p={}", key(bits))), accepted, "{bits}");
        }
        // A long one may be published in pieces.
        let split = key(512);
        let (one, two) = split.split_at(20);
        assert!(!has_key(&format!("p={one} {two}")));
    }

    #[test]
    fn a_key_of_another_method_is_not_measured() {
        let short = STANDARD.encode([7_u8; 32]);
        assert!(has_key(&format!("v=DKIM1; k=ed25519; p={short}")), "Ed25519 has 32 bytes");
    }
}
