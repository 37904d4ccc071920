//! Reviews of access that the directory runs by itself.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tenantscan_model::rows::{AccessReview, ReviewSubject};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use tenantscan_provider::{Field, unclear};

/// Without `$select` a review would bring the people who review, and what was written to them.
pub(crate) static ACCESS_REVIEWS: Source = Source {
    id: "microsoft365.access_reviews",
    title: "Reviews of access",
    api: &GRAPH,
    path: "/v1.0/identityGovernance/accessReviews/definitions?$select=id,displayName,status,scope,instanceEnumerationScope,settings&$top=100",
    call: Call::Get,
    permissions: &["AccessReview.Read.All"],
    licence: Some("Entra ID P2"),
    role: None,
    lists: &["access_reviews"],
    fills: &[
        "access_reviews.id",
        "access_reviews.name",
        "access_reviews.subject",
        "access_reviews.covers_global_admins",
        "access_reviews.covers_all_guests",
        "access_reviews.every_days",
        "access_reviews.ends",
        "access_reviews.running",
    ],
    docs: "https://learn.microsoft.com/graph/api/accessreviewset-list-definitions",
};

/// The role Global Administrator, in every tenant.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// Where the roles of the directory stand.
const ROLES: &str = "/rolemanagement/directory/";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReviewWire {
    id: Text,
    #[serde(default)]
    display_name: Field<Text>,
    #[serde(default)]
    status: Field<Text>,
    #[serde(default)]
    scope: Field<ScopeWire>,
    #[serde(default)]
    instance_enumeration_scope: Field<ScopeWire>,
    #[serde(default)]
    settings: Field<SettingsWire>,
}

/// A question about whom or what, or two lists of such: principals, and what they may reach.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopeWire {
    query: Option<Text>,
    #[serde(default)]
    principal_scopes: Vec<Self>,
    #[serde(default)]
    resource_scopes: Vec<Self>,
}

#[derive(Debug, Deserialize)]
struct SettingsWire {
    #[serde(default)]
    recurrence: Field<RecurrenceWire>,
}

#[derive(Debug, Deserialize)]
struct RecurrenceWire {
    #[serde(default)]
    pattern: Field<PatternWire>,
    #[serde(default)]
    range: Field<RangeWire>,
}

#[derive(Debug, Deserialize)]
struct PatternWire {
    #[serde(rename = "type")]
    kind: Option<Text>,
    interval: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RangeWire {
    #[serde(rename = "type")]
    kind: Option<Text>,
    start_date: Option<Date>,
    end_date: Option<Date>,
    number_of_occurrences: Option<i64>,
}

/// A question as it is compared: in small letters, its blanks as blanks, and without the API's version.
fn plain(query: &str) -> String {
    let text = query.to_ascii_lowercase().replace("%20", " ").replace('+', " ");
    let text = text.strip_prefix("/v1.0").or_else(|| text.strip_prefix("/beta")).unwrap_or(&text);
    text.trim().to_owned()
}

fn of_guests(query: &str) -> bool {
    query.contains("usertype eq 'guest'")
}

/// Whether a question about roles is about the Global Administrators among others: about that role, or about all.
fn of_global_admins(query: &str) -> bool {
    let Some((_, rest)) = query.split_once(ROLES) else { return false };
    rest.trim_end_matches('/') == "roledefinitions" || rest.contains(GLOBAL_ADMINISTRATOR)
}

/// Whether each group that can have guests is looked at: the question asks for groups, and leaves none out but by kind.
fn of_all_groups(query: &str) -> bool {
    let Some(rest) = query.strip_prefix("/groups") else { return false };
    let Some(options) = rest.strip_prefix('?') else { return rest.is_empty() };
    options.split('&').all(|option| match option.split_once('=') {
        Some(("$filter", filter)) => {
            let filter: String = filter.chars().filter(|it| !matches!(it, ' ' | '(' | ')')).collect();
            filter == "grouptypes/anyc:ceq'unified'"
        }
        _ => option == "$count=true",
    })
}

/// What a review looks at.
#[derive(Debug, PartialEq)]
struct Reach {
    subject: ReviewSubject,
    global_admins: bool,
    /// None where it is not said over which groups.
    all_guests: Option<bool>,
}

/// What the questions ask for; none where one is of a kind that is not known.
fn reach(scope: &ScopeWire, over: &Field<ScopeWire>) -> Option<Reach> {
    let asked = |scopes: &[ScopeWire]| {
        scopes.iter().map(|scope| scope.query.as_deref().map(plain)).collect::<Option<Vec<String>>>()
    };
    let (principals, resources) = match scope.query.as_deref() {
        Some(query) => (Vec::new(), vec![plain(query)]),
        None => (asked(&scope.principal_scopes)?, asked(&scope.resource_scopes)?),
    };
    if resources.is_empty() {
        return None;
    }
    let guests = resources.iter().any(|query| of_guests(query))
        || (!principals.is_empty() && principals.iter().all(|query| of_guests(query)));
    let any = |part: &str| resources.iter().any(|query| query.contains(part));
    let over = match over {
        Field::Value(over) => over.query.as_deref().map(plain).map_or(Field::Absent, Field::Value),
        Field::Null => Field::Null,
        Field::Absent => Field::Absent,
    };
    // Everybody: a question about people has no condition.
    let everybody = principals.is_empty() || principals.iter().any(|query| query == "/users");
    let subject = if guests {
        ReviewSubject::Guests
    } else if any(ROLES) {
        ReviewSubject::Roles
    } else if any("/groups") || over.value().is_some_and(|over| over.starts_with("/groups")) {
        ReviewSubject::Groups
    } else if any("/serviceprincipals") {
        ReviewSubject::Apps
    } else {
        ReviewSubject::Other
    };
    Some(Reach {
        global_admins: subject == ReviewSubject::Roles
            && everybody
            && resources.iter().any(|query| of_global_admins(query)),
        all_guests: match over {
            _ if subject != ReviewSubject::Guests => Some(false),
            Field::Value(over) => Some(of_all_groups(&over)),
            Field::Null => Some(false),
            Field::Absent => None,
        },
        subject,
    })
}

/// Days from one review to the next, where it is one of the kinds that a review can have.
fn days(pattern: &PatternWire) -> Option<i64> {
    let interval = pattern.interval.filter(|interval| (1..=1200).contains(interval))?;
    match pattern.kind.as_deref()? {
        "daily" => Some(interval),
        "weekly" => Some(interval * 7),
        "absoluteMonthly" | "relativeMonthly" => Some((interval * 365 + 11) / 12),
        "absoluteYearly" | "relativeYearly" => Some(interval * 365),
        _ => None,
    }
}

fn midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// When a series ends: `Some(None)` for never, none where that is not said clearly.
fn end(range: &RangeWire, every: Option<i64>) -> Option<Option<Time>> {
    match range.kind.as_deref()? {
        "noEnd" => Some(None),
        "endDate" => match range.end_date? {
            date if date.year() == 9999 => Some(None),
            date => midnight(date).map(Some),
        },
        "numbered" => {
            let hours = range.number_of_occurrences?.max(1).checked_mul(every?)?.checked_mul(24)?;
            midnight(range.start_date?)?.checked_add(SignedDuration::try_from_hours(hours)?).ok().map(Some)
        }
        _ => None,
    }
}

fn clear<T>(said: Option<T>) -> Cell<T> {
    said.ok_or_else(|| unclear(&ACCESS_REVIEWS)).into()
}

impl ReviewWire {
    pub(crate) fn row(self) -> AccessReview {
        let source = &ACCESS_REVIEWS;
        let reach = self.scope.value().and_then(|scope| reach(scope, &self.instance_enumeration_scope));
        let recurrence = self.settings.then(|settings| settings.recurrence);
        let (pattern, range) = match recurrence {
            Field::Value(recurrence) => (recurrence.pattern, recurrence.range),
            Field::Null => (Field::Null, Field::Null),
            Field::Absent => (Field::Absent, Field::Absent),
        };
        let every = match &pattern {
            Field::Value(pattern) => days(pattern).map(Some),
            Field::Null => Some(None),
            Field::Absent => None,
        };
        let ends = match &range {
            Field::Value(range) => end(range, every.flatten()),
            Field::Null | Field::Absent => None,
        };
        // The states after a review's end are those of a series between two reviews, and of one that was stopped.
        let running = match self.status.value().map(Text::as_str) {
            Some("Initializing" | "NotStarted" | "Scheduled" | "Starting" | "InProgress") => Some(true),
            _ => None,
        };
        AccessReview {
            name: self.display_name.needed(source),
            subject: clear(reach.as_ref().map(|it| it.subject)),
            covers_global_admins: clear(reach.as_ref().map(|it| it.global_admins)),
            covers_all_guests: clear(reach.as_ref().and_then(|it| it.all_guests)),
            every_days: clear(every),
            ends: clear(ends),
            running: clear(running),
            ..AccessReview::new(self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn row(scope: Value, over: Value, recurrence: Value, status: &str) -> AccessReview {
        let wire = json!({ "id": "r", "displayName": "Review", "status": status, "scope": scope,
            "instanceEnumerationScope": over, "settings": { "recurrence": recurrence } });
        serde_json::from_value::<ReviewWire>(wire).expect("a review").row()
    }

    fn quarterly() -> Value {
        json!({ "pattern": { "type": "absoluteMonthly", "interval": 3 }, "range": { "type": "noEnd", "endDate": "9999-12-31" } })
    }

    fn role(principals: &[&str], role: &str) -> Value {
        let ask = |query: &str| json!({ "query": query, "queryType": "MicrosoftGraph" });
        json!({ "principalScopes": principals.iter().map(|it| ask(it)).collect::<Vec<_>>(),
            "resourceScopes": [ask(&format!("/roleManagement/directory/roleDefinitions{role}"))] })
    }

    #[test]
    fn what_a_review_looks_at() {
        use ReviewSubject::*;
        let admin = format!("/{GLOBAL_ADMINISTRATOR}");
        let helpdesk = "/729827e3-9c14-49f7-bb1b-9608f156bbb8";
        let guests = "/users?$filter=(userType eq 'Guest')";
        let query = |text: &str| json!({ "query": text });
        let of_guests = query("./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')");
        let groups = |options: &str| query(&format!("/groups{options}"));
        let cases = [
            (role(&["/users", "/groups"], &admin), json!(null), Some((Roles, true, false))),
            (role(&["/users"], ""), json!(null), Some((Roles, true, false))),
            (role(&["/v1.0/users"], helpdesk), json!(null), Some((Roles, false, false))),
            (role(&["/servicePrincipals"], &admin), json!(null), Some((Roles, false, false))),
            (role(&[guests], &admin), json!(null), Some((Guests, false, false))),
            (
                query(&format!(
                    "/roleManagement/directory/roleAssignmentScheduleInstances?$filter=(roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}')"
                )),
                json!(null),
                Some((Roles, true, false)),
            ),
            (
                of_guests.clone(),
                groups("?$filter=(groupTypes/any(c:c+eq+'Unified'))&$count=true"),
                Some((Guests, false, true)),
            ),
            (of_guests.clone(), groups("?$filter=startswith(displayName,'A')"), Some((Guests, false, false))),
            (of_guests, groups("/1"), Some((Guests, false, false))),
            (query("/groups/1/transitiveMembers"), groups("/1"), Some((Groups, false, false))),
            (query("/v1.0/servicePrincipals/1/appRoleAssignedTo"), json!(null), Some((Apps, false, false))),
            (
                query("/identityGovernance/entitlementManagement/accessPackages"),
                json!(null),
                Some((Other, false, false)),
            ),
            (json!({ "@odata.type": "#microsoft.graph.brandNewScope" }), json!(null), None),
        ];
        for (scope, over, expected) in cases {
            let row = row(scope.clone(), over, quarterly(), "InProgress");
            let known = row.subject.known().map(|subject| {
                let flag = |cell: &Cell<bool>| *cell.known().expect("known as the subject is");
                (*subject, flag(&row.covers_global_admins), flag(&row.covers_all_guests))
            });
            assert_eq!(known, expected, "{scope}");
        }
    }

    #[test]
    fn how_often_and_until_when() {
        let day = |text: &str| Some(Some(text.parse::<Time>().expect("a time")));
        let cases = [
            (quarterly(), Some(Some(92)), Some(None)),
            (
                json!({ "pattern": { "type": "weekly", "interval": 1 }, "range": { "type": "endDate", "endDate": "2026-12-31" } }),
                Some(Some(7)),
                day("2026-12-31T00:00:00Z"),
            ),
            (
                json!({ "pattern": { "type": "absoluteMonthly", "interval": 12 },
                "range": { "type": "numbered", "startDate": "2026-01-01", "numberOfOccurrences": 2 } }),
                Some(Some(365)),
                day("2028-01-01T00:00:00Z"),
            ),
            (
                json!({ "pattern": null, "range": { "type": "numbered", "numberOfOccurrences": 0, "startDate": "2026-01-01" } }),
                Some(None),
                None,
            ),
            (json!({ "pattern": { "type": "lunar", "interval": 1 }, "range": { "type": "noEnd" } }), None, Some(None)),
            (json!({ "pattern": { "type": "weekly", "interval": 0 }, "range": { "type": "whenever" } }), None, None),
            (json!(null), Some(None), None),
        ];
        for (recurrence, every, ends) in cases {
            let row = row(role(&["/users"], ""), json!(null), recurrence.clone(), "InProgress");
            assert_eq!((row.every_days.known().copied(), row.ends.known().copied()), (every, ends), "{recurrence}");
        }
    }

    #[test]
    fn a_state_after_the_end_may_be_a_pause() {
        let running = |status| row(role(&["/users"], ""), json!(null), quarterly(), status).running.known().copied();
        assert_eq!(running("InProgress"), Some(true));
        assert_eq!(running("Applied"), None);
        assert_eq!(running("Completed"), None);
    }
}
