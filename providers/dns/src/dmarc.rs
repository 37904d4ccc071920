//! DMARC: what receivers are asked to do with forged mail, parsed tag by tag (RFC 7489, section 6.3).

use tenantscan_model::rows::{DmarcPolicy, MailDomain};
use tenantscan_model::{Cell, Gap, Text};

use crate::{Ask, addresses, sources, tags, unknown};

/// A record that receivers can use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    policy: DmarcPolicy,
    subdomains: DmarcPolicy,
    percent: i64,
    reports: Vec<Text>,
}

/// The record that counts for a domain and the name where it stands; none where there is none.
pub(crate) type Found = Option<(Text, Record, bool)>;

/// Looks at the domain itself, then at each domain above it down to two labels. The flag says that it stands above.
pub(crate) async fn read(ask: &Ask<'_>, domain: &str) -> Option<Result<Found, Gap>> {
    if !ask.wants(&sources::DMARC) {
        return None;
    }
    let mut name = domain;
    loop {
        match ask.records(&sources::DMARC, &format!("_dmarc.{name}")).await {
            Err(gap) => return Some(Err(gap)),
            Ok(records) => {
                let all: Vec<&String> = records.iter().filter(|record| is_dmarc(record)).collect();
                match all.as_slice() {
                    [] => {}
                    [record] => return Some(Ok(parse(record).map(|parsed| (name.into(), parsed, name != domain)))),
                    // More than one: receivers use none of them.
                    _ => return Some(Ok(None)),
                }
            }
        }
        match name.split_once('.') {
            Some((_, above)) if above.contains('.') => name = above,
            _ => return Some(Ok(None)),
        }
    }
}

pub(crate) fn fill(found: Result<Found, Gap>, row: &mut MailDomain) {
    match found {
        Err(gap) => {
            row.dmarc_at = unknown(&gap);
            row.dmarc_policy = unknown(&gap);
            row.dmarc_subdomain_policy = unknown(&gap);
            row.dmarc_percent = unknown(&gap);
            row.dmarc_reports = unknown(&gap);
        }
        Ok(found) => {
            // A record above asks with its policy for subdomains.
            let policy = found.as_ref().map(|(_, it, above)| if *above { it.subdomains } else { it.policy });
            row.dmarc_policy = Cell::Known(policy);
            row.dmarc_subdomain_policy = Cell::Known(found.as_ref().map(|(_, it, _)| it.subdomains));
            row.dmarc_percent = Cell::Known(found.as_ref().map(|(_, it, _)| it.percent));
            row.dmarc_reports = Cell::Known(found.as_ref().map(|(_, it, _)| it.reports.clone()).unwrap_or_default());
            row.dmarc_at = Cell::Known(found.map(|(at, ..)| at));
        }
    }
}

fn is_dmarc(record: &str) -> bool {
    record.split(';').next().is_some_and(|first| {
        first.split_once('=').is_some_and(|(name, value)| name.trim() == "v" && value.trim() == "DMARC1")
    })
}

/// None where receivers must ignore the record. One without a readable policy that asks for reports counts as `none`.
fn parse(record: &str) -> Option<Record> {
    let find = |wanted: &str| tags(record).find(|(name, _)| name == wanted).map(|(_, value)| value);
    let word = |value: &str| match value.to_ascii_lowercase().as_str() {
        "none" => Some(DmarcPolicy::None),
        "quarantine" => Some(DmarcPolicy::Quarantine),
        "reject" => Some(DmarcPolicy::Reject),
        _ => None,
    };
    let reports = find("rua").map(addresses).unwrap_or_default();
    let policy = match find("p").and_then(word) {
        Some(policy) => policy,
        None if !reports.is_empty() => DmarcPolicy::None,
        None => return None,
    };
    let percent = find("pct").and_then(|text| text.parse().ok()).filter(|percent| (0..=100).contains(percent));
    Some(Record {
        policy,
        subdomains: find("sp").and_then(word).unwrap_or(policy),
        percent: percent.unwrap_or(100),
        reports,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_tag_by_tag() {
        use DmarcPolicy::{None as Nothing, Quarantine, Reject};
        let cases = [
            ("v=DMARC1; p=reject", Some((Reject, Reject, 100, 0))),
            ("v=DMARC1; p=reject; sp=none; pct=50; rua=mailto:a@b.example", Some((Reject, Nothing, 50, 1))),
            (
                "v=DMARC1 ; P = Quarantine ; rua=mailto:a@b.example,mailto:c@d.example",
                Some((Quarantine, Quarantine, 100, 2)),
            ),
            ("v=DMARC1; sp=reject; p=none", Some((Nothing, Reject, 100, 0))),
            ("v=DMARC1; p=nonsense; rua=mailto:a@b.example", Some((Nothing, Nothing, 100, 1))),
            ("v=DMARC1; p=nonsense", None),
            ("v=DMARC1; rua=", None),
            ("v=DMARC1; p=reject; pct=900", Some((Reject, Reject, 100, 0))),
        ];
        for (record, due) in cases {
            let said = parse(record).map(|it| (it.policy, it.subdomains, it.percent, it.reports.len()));
            assert_eq!(said, due, "{record}");
        }
    }

    #[test]
    fn only_what_begins_as_dmarc_is_dmarc() {
        assert!(is_dmarc("v=DMARC1;p=none") && is_dmarc("v = DMARC1 ; p=none"));
        for other in
            ["", "p=reject; v=DMARC1", "v=DMARC2; p=none", "v=spf1 -all", "V=DMARC1; p=none", "v=dmarc1; p=none"]
        {
            assert!(!is_dmarc(other), "{other}");
        }
    }
}
