//! Reports of earlier scans, read back.

use std::fs;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use tenantscan_report::{FindingEntry, REPORT_SCHEMA, Report, ResultEntry};

use crate::error::Error;
use crate::grammar::near;

/// For how long a report that nobody named still says how things are, in days.
const RECENT: i32 = 35;

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
    let report = read(&folder.join("report.json")).ok()?;
    let taken: jiff::Timestamp = report.taken_at.parse().ok()?;
    let day = taken.to_zoned(jiff::tz::TimeZone::UTC).date();
    (day.saturating_add(RECENT.days()) >= today).then_some(report)
}

/// The finding of a resource by a policy.
pub(crate) fn finding<'r>(
    report: &'r Report,
    policy: &str,
    tenant: &str,
    resource: &str,
) -> Result<&'r FindingEntry, Error> {
    let of = |result: &&ResultEntry| result.policy == policy && (result.platform == tenant || result.tenant == tenant);
    let result = report.results.iter().find(of).ok_or_else(|| {
        Error::Usage(format!(
            "the report says nothing of `{policy}` in {tenant}\n  next: scan with this policy, and give that report"
        ))
    })?;
    let found = result.findings.iter().find(|finding| finding.resource == resource);
    found.ok_or_else(|| {
        let ids: Vec<&str> = result.findings.iter().map(|finding| finding.resource.as_str()).collect();
        let what = match ids.as_slice() {
            [] => format!("the report says {} of `{policy}`, and names nothing that could be accepted", result.verdict),
            ids => format!("`{policy}` does not fail for `{resource}`{}", near(resource, ids)),
        };
        Error::Usage(format!("{what}\n  next: give --resource as the report shows it under findings"))
    })
}
