//! One line for monitoring tools.

use crate::decisions::is_accepted;
use crate::document::{Report, ResultEntry};
use crate::text::safe;

/// The report as one line with a newline at its end. Where results fail and exceptions cover all that fails of them, it says
/// of how many.
pub fn oneline(report: &Report) -> String {
    let failed = |severity: &str| {
        report.results.iter().filter(|result| result.verdict == "fail" && result.severity == severity).count()
    };
    let gaps = report.safeguards.iter().filter(|safeguard| safeguard.state == "gap_found").count();
    let unknown = report.results.iter().filter(|result| result.verdict == "unknown").count();
    let coverage = (report.coverage.determined * 100).checked_div(report.coverage.applicable).unwrap_or(0);
    let whole = |it: &&ResultEntry| it.verdict == "fail" && is_accepted(it);
    let accepted = match report.results.iter().filter(whole).count() {
        0 => String::new(),
        number => format!(" accepted={number}"),
    };
    format!(
        "{} {} gaps={gaps} critical={} high={}{accepted} unknown={unknown} coverage={coverage}% at={}\n",
        safe(&report.client.id),
        report.run.exit.name.to_uppercase(),
        failed("critical"),
        failed("high"),
        report.taken_at
    )
}
