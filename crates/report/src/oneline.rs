//! One line for monitoring tools.

use crate::document::Report;
use crate::text::safe;

/// The report as one line with a newline at its end.
pub fn oneline(report: &Report) -> String {
    let failed = |severity: &str| {
        report.results.iter().filter(|result| result.verdict == "fail" && result.severity == severity).count()
    };
    let gaps = report.safeguards.iter().filter(|safeguard| safeguard.state == "gap_found").count();
    let unknown = report.results.iter().filter(|result| result.verdict == "unknown").count();
    let coverage = (report.coverage.determined * 100).checked_div(report.coverage.applicable).unwrap_or(0);
    format!(
        "{} {} gaps={gaps} critical={} high={} unknown={unknown} coverage={coverage}% at={}\n",
        safe(&report.client.id),
        report.run.exit.name.to_uppercase(),
        failed("critical"),
        failed("high"),
        report.taken_at
    )
}
