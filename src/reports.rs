//! Reports of earlier scans, read back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use tenantscan_report::{FindingEntry, REPORT_SCHEMA, Report, ResultEntry, safe};

use crate::error::Error;
use crate::grammar::near;

/// For how long a report that nobody named still says how things are, in days.
const RECENT: i32 = 35;
/// So many resources are named, where one of them must be chosen.
const NAMED: usize = 5;

/// A report that was named.
pub(crate) fn read(path: &Path) -> Result<Report, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::read(path, &error))?;
    let wrong = |why: String| {
        Error::Usage(format!(
            "{}: {why}\n  next: give a file that `tenantscan scan --format json:report.json` wrote",
            path.display()
        ))
    };
    let report: Report = serde_json::from_str(&text).map_err(|error| wrong(format!("this is no report: {error}")))?;
    if report.schema == REPORT_SCHEMA {
        Ok(report)
    } else {
        Err(wrong(format!("`{}` is another kind of report", report.schema)))
    }
}

/// `report.json` of a folder, where it is there and of the last weeks.
pub(crate) fn recent(folder: &Path, today: Date) -> Option<Report> {
    read(&folder.join("report.json")).ok().filter(|report| is_recent(report, today))
}

/// Whether a report is of the last weeks.
pub(crate) fn is_recent(report: &Report, today: Date) -> bool {
    day(report).is_some_and(|day| day.saturating_add(RECENT.days()) >= today)
}

/// The day, in UTC, on which the tenant of a report was read.
pub(crate) fn day(report: &Report) -> Option<Date> {
    let taken: jiff::Timestamp = report.taken_at.parse().ok()?;
    Some(taken.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// The platforms of which a report says that a policy fails for a resource, or for anything; where it says so of none, all
/// of which it says anything.
pub(crate) fn platforms<'r>(report: &'r Report, policy: &str, resource: Option<&str>) -> BTreeSet<&'r str> {
    let fails =
        |it: &&ResultEntry| it.findings.iter().any(|found| resource.is_none_or(|resource| found.resource == resource));
    let all = || report.results.iter().filter(|it| it.policy == policy);
    let failing: BTreeSet<&str> = all().filter(fails).map(|it| it.platform.as_str()).collect();
    if failing.is_empty() { all().map(|it| it.platform.as_str()).collect() } else { failing }
}

/// What a report says of a policy.
fn result<'r>(report: &'r Report, policy: &str, tenant: &str) -> Result<&'r ResultEntry, Error> {
    let of = |result: &&ResultEntry| result.policy == policy && (result.platform == tenant || result.tenant == tenant);
    report.results.iter().find(of).ok_or_else(|| {
        Error::Usage(format!(
            "the report says nothing of `{policy}` in {}\n  next: scan with this policy, and give that report",
            safe(tenant)
        ))
    })
}

fn nothing(result: &ResultEntry) -> String {
    format!("the report says {} of `{}`, and names nothing that could be accepted", result.verdict, result.policy)
}

/// The one resource for which a policy fails.
pub(crate) fn only_resource<'r>(report: &'r Report, policy: &str, tenant: &str) -> Result<&'r str, Error> {
    let result = result(report, policy, tenant)?;
    match result.findings.as_slice() {
        [only] => Ok(&only.resource),
        [] => Err(Error::Usage(format!("{}\n  next: give a report in which it fails", nothing(result)))),
        several => {
            let ids = several.iter().take(NAMED).map(|it| format!("{} ({})", safe(&it.resource), safe(&it.name)));
            let more = if several.len() > NAMED { ", …" } else { "" };
            Err(Error::Usage(format!(
                "`{policy}` fails for {} resources\n  next: give --resource with the id of one, or --resource '*' for whatever \
                 fails: {}{more}",
                several.len(),
                ids.collect::<Vec<_>>().join(", ")
            )))
        }
    }
}

/// The finding of a resource by a policy.
pub(crate) fn finding<'r>(
    report: &'r Report,
    policy: &str,
    tenant: &str,
    resource: &str,
) -> Result<&'r FindingEntry, Error> {
    let result = result(report, policy, tenant)?;
    let found = result.findings.iter().find(|finding| finding.resource == resource);
    found.ok_or_else(|| {
        let ids: Vec<&str> = result.findings.iter().map(|finding| finding.resource.as_str()).collect();
        let what = match ids.as_slice() {
            [] => nothing(result),
            ids => format!("`{policy}` does not fail for `{}`{}", safe(resource), near(resource, ids)),
        };
        Error::Usage(format!("{what}\n  next: give --resource as the report shows it under findings"))
    })
}
