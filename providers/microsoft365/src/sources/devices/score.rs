//! The score that Microsoft gives the tenant's settings.

use serde::Deserialize;
use tenantscan_model::rows::SecureScore;
use tenantscan_model::{Cause, Cell, Gap, Table, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

/// The newest alone: the answer's link to older days is not followed. What the score gives each setting is left out, as
/// the vendor's names and weights of settings change from week to week.
pub(crate) static SECURE_SCORE: Source = Source {
    id: "microsoft365.secure_score",
    title: "The score that Microsoft gives the tenant",
    api: &GRAPH,
    path: "/v1.0/security/secureScores?$top=1",
    call: Call::Get,
    permissions: &["SecurityEvents.Read.All"],
    licence: None,
    role: None,
    lists: &["secure_score"],
    fills: &[
        "secure_score.id",
        "secure_score.at",
        "secure_score.points",
        "secure_score.points_possible",
        "secure_score.percent",
    ],
    docs: "https://learn.microsoft.com/graph/api/security-list-securescores",
};

#[derive(Debug, Deserialize)]
pub(crate) struct ScoresWire {
    value: Vec<ScoreWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScoreWire {
    id: Text,
    #[serde(default)]
    created_date_time: Field<Time>,
    #[serde(default)]
    current_score: Field<f64>,
    #[serde(default)]
    max_score: Field<f64>,
}

/// A number of points without what is behind the point.
fn whole(points: f64) -> Option<i64> {
    (0.0..=1_000_000.0).contains(&points).then_some(points.floor() as i64)
}

impl ScoresWire {
    /// Newest first. A tenant that Microsoft has not scored yet has no row.
    pub(crate) fn table(self) -> Table<SecureScore> {
        let row = self.value.into_iter().next().map(ScoreWire::row);
        row.map_or_else(
            || Table::unread(Gap::new(Cause::Unavailable, SECURE_SCORE.id)),
            |row| Table::complete(vec![row]),
        )
    }
}

impl ScoreWire {
    fn row(self) -> SecureScore {
        let source = &SECURE_SCORE;
        let number = |field: Field<f64>| -> Cell<f64> { field.needed(source) };
        let (points, possible) = (number(self.current_score), number(self.max_score));
        let rounded = |points: &Cell<f64>| -> Result<i64, Gap> {
            whole(*points.read().map_err(Clone::clone)?).ok_or_else(|| unclear(source))
        };
        let percent = match (points.known(), possible.known()) {
            (Some(points), Some(possible)) if *possible > 0.0 => whole(points * 100.0 / possible),
            _ => None,
        };
        SecureScore {
            at: self.created_date_time.needed(source),
            points: rounded(&points).into(),
            points_possible: rounded(&possible).into(),
            percent: percent.ok_or_else(|| unclear(source)).into(),
            ..SecureScore::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn table(value: Value) -> Table<SecureScore> {
        serde_json::from_value::<ScoresWire>(json!({ "value": value })).expect("an answer").table()
    }

    #[test]
    fn the_newest_score_counts_in_whole_points() {
        let newest = json!({ "id": "t_2026-11-19", "createdDateTime": "2026-11-19T00:00:00Z", "currentScore": 153.45, "maxScore": 205.0 });
        let older = json!({ "id": "t_2026-11-18", "createdDateTime": "2026-11-18T00:00:00Z", "currentScore": 1.0, "maxScore": 205.0 });
        let table = table(json!([newest, older]));
        let row = &table.rows[0];
        assert_eq!((row.points.known(), row.points_possible.known()), (Some(&153), Some(&205)));
        assert_eq!(row.percent.known(), Some(&74));
        assert_eq!(row.at.known().map(ToString::to_string).as_deref(), Some("2026-11-19T00:00:00Z"));
    }

    #[test]
    fn what_cannot_be_a_score_is_unknown() {
        assert!(table(json!([])).gap().is_some());
        for (current, most) in [(json!(null), json!(10.0)), (json!(-1.0), json!(10.0)), (json!(1.0), json!(0.0))] {
            let table = table(json!([{ "id": "t", "currentScore": current, "maxScore": most }]));
            assert_eq!(table.rows[0].percent.known(), None, "{current} of {most}");
        }
    }
}
