//! MTA-STS and TLS-RPT: whether mail to the domain must come encrypted, and where failures are reported.

use tenantscan_model::rows::MtaStsMode;
use tenantscan_model::{Gap, Text};

use crate::{Ask, addresses, sources, tags};

/// The mode of the policy that the domain publishes (RFC 8461, section 3).
pub(crate) async fn mode(ask: &Ask<'_>, domain: &str) -> Option<Result<MtaStsMode, Gap>> {
    if !ask.wants(&sources::MTA_STS) {
        return None;
    }
    let records = match ask.records(&sources::MTA_STS, &format!("_mta-sts.{domain}")).await {
        Ok(records) => records,
        Err(gap) => return Some(Err(gap)),
    };
    let announced = records.iter().filter(|record| is_version(record, "STSv1")).count();
    if announced != 1 {
        // None, or more than one: senders take it as not announced.
        return Some(Ok(MtaStsMode::Absent));
    }
    let url = format!("https://mta-sts.{domain}/.well-known/mta-sts.txt");
    let policy = ask.reader.text(&sources::MTA_STS_POLICY, &url).await;
    Some(match policy {
        Ok(Some(policy)) => Ok(parse(&policy)),
        Ok(None) => Ok(MtaStsMode::Broken),
        Err(unread) => Err(unread.gap(&sources::MTA_STS_POLICY)),
    })
}

/// Where reports of failed TLS connections go to (RFC 8460, section 3).
pub(crate) async fn reports(ask: &Ask<'_>, domain: &str) -> Option<Result<Vec<Text>, Gap>> {
    if !ask.wants(&sources::TLS_REPORTS) {
        return None;
    }
    let records = ask.records(&sources::TLS_REPORTS, &format!("_smtp._tls.{domain}")).await;
    Some(records.map(|records| {
        let all: Vec<&String> = records.iter().filter(|record| is_version(record, "TLSRPTv1")).collect();
        let [record] = all.as_slice() else { return Vec::new() };
        tags(record).find(|(name, _)| name == "rua").map(|(_, list)| addresses(list)).unwrap_or_default()
    }))
}

fn is_version(record: &str, version: &str) -> bool {
    tags(record).next().is_some_and(|(name, value)| name == "v" && value == version)
}

fn parse(policy: &str) -> MtaStsMode {
    let find = |wanted: &str| {
        let mut lines = policy.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim())
    };
    match (find("version"), find("mode")) {
        (Some("STSv1"), Some("enforce")) => MtaStsMode::Enforce,
        (Some("STSv1"), Some("testing")) => MtaStsMode::Testing,
        (Some("STSv1"), Some("none")) => MtaStsMode::None,
        _ => MtaStsMode::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_line_by_line() {
        let whole = "version: STSv1\r\nmode: enforce\r\nmx: *.mail.example\r\nmax_age: 604800\r\n";
        for (policy, mode) in [
            (whole.to_owned(), MtaStsMode::Enforce),
            (whole.replace("enforce", "testing"), MtaStsMode::Testing),
            (whole.replace("enforce", "none"), MtaStsMode::None),
            (whole.replace("enforce", "strict"), MtaStsMode::Broken),
            (whole.replace("STSv1", "STSv2"), MtaStsMode::Broken),
            ("<html>sign in</html>".to_owned(), MtaStsMode::Broken),
        ] {
            assert_eq!(parse(&policy), mode, "{policy}");
        }
    }
}
