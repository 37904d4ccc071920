//! Values as cmdlets of Exchange write them: one text in place of a list of one, dates in several forms.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::Source;

use tenantscan_provider::{Field, unclear};

/// A list of texts. Exchange answers null where nothing is set.
pub(super) fn texts(field: Field<Value>, source: &Source) -> Cell<Vec<Text>> {
    let list = match field {
        Field::Null => Some(Vec::new()),
        Field::Value(Value::String(one)) => Some(vec![one.into()]),
        Field::Value(Value::Array(many)) => many.iter().map(|it| it.as_str().map(Text::from)).collect(),
        Field::Value(_) | Field::Absent => None,
    };
    list.ok_or_else(|| unclear(source)).into()
}

/// A moment, without a zone or as milliseconds since 1970: Exchange counts in UTC.
pub(in crate::sources) fn moment(field: Field<Text>, source: &Source) -> Cell<Option<Time>> {
    match field.nullable(source) {
        Cell::Known(Some(text)) => parsed(&text).map(Some).ok_or_else(|| unclear(source)).into(),
        Cell::Known(None) => Cell::Known(None),
        Cell::Unknown(gap) => Cell::Unknown(gap),
    }
}

fn parsed(text: &str) -> Option<Time> {
    if let Some(milliseconds) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        return Timestamp::from_millisecond(milliseconds.parse().ok()?).ok();
    }
    let zoned = text.parse::<Timestamp>();
    zoned.ok().or_else(|| Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}

/// How long, in seconds; null for no limit. Exchange writes `days.hours:minutes:seconds`, or `Unlimited`.
pub(super) fn span(field: Field<Value>, source: &Source) -> Cell<Option<i64>> {
    let span = match &field {
        Field::Null => Some(None),
        Field::Value(Value::String(text)) if text.eq_ignore_ascii_case("unlimited") => Some(None),
        Field::Value(Value::String(text)) => seconds(text).map(Some),
        Field::Value(_) | Field::Absent => None,
    };
    span.ok_or_else(|| unclear(source)).into()
}

fn seconds(text: &str) -> Option<i64> {
    let (days, time) = text.split_once('.').filter(|(days, _)| !days.contains(':')).unwrap_or(("0", text));
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut parts = time.split(':').map(|part| part.parse::<i64>().ok().filter(|it| (0..60).contains(it)));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let days = days.parse::<i64>().ok().filter(|it| (0..1_000_000).contains(it))?;
    parts.next().is_none().then_some(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
}

/// Whether anything is set.
pub(super) fn is_set(field: &Field<Value>) -> Option<bool> {
    match field {
        Field::Null => Some(false),
        Field::Value(Value::String(text)) => Some(!text.is_empty()),
        Field::Value(_) => Some(true),
        Field::Absent => None,
    }
}

/// Whether any holds; known where one does, or where all are known.
pub(super) fn any(parts: &[Option<bool>], source: &Source) -> Cell<bool> {
    if parts.contains(&Some(true)) {
        return Cell::Known(true);
    }
    parts.iter().copied().collect::<Option<Vec<bool>>>().map(|_| false).ok_or_else(|| unclear(source)).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::AUDIT_LOG;
    use super::*;

    #[test]
    fn one_text_is_a_list_of_one_and_an_object_is_not_understood() {
        let list = |value| texts(Field::Value(value), &AUDIT_LOG).known().map(Vec::len);
        assert_eq!(list(json!(["a@x.example", "b@x.example"])), Some(2));
        assert_eq!(list(json!("a@x.example")), Some(1));
        assert_eq!(list(json!([{ "Address": "a@x.example" }])), None);
        assert_eq!(texts(Field::Null, &AUDIT_LOG).known().map(Vec::len), Some(0));
        assert_eq!(texts(Field::Absent, &AUDIT_LOG).known(), None);
    }

    #[test]
    fn moments_are_read_in_every_form_that_is_met() {
        let cases = [
            ("2026-11-20T09:00:00", Some("2026-11-20T09:00:00Z")),
            ("2026-11-20T09:00:00Z", Some("2026-11-20T09:00:00Z")),
            ("2026-11-20T09:00:00-05:00", Some("2026-11-20T14:00:00Z")),
            ("/Date(1777880642000)/", Some("2026-05-04T07:44:02Z")),
            ("next week", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parsed(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_read_whole_or_not_at_all() {
        let cases = [
            (json!("00:15:00"), Some(Some(900))),
            (json!("730.00:00:00"), Some(Some(63_072_000))),
            (json!("1.02:03:04.5000000"), Some(Some(93_784))),
            (json!("Unlimited"), Some(None)),
            (json!("15"), None),
            (json!("-1.00:00:00"), None),
            (json!("00:15:00:00"), None),
            (json!("soon"), None),
            (json!({ "IsUnlimited": true }), None),
            (json!(900), None),
        ];
        for (value, expected) in cases {
            assert_eq!(span(Field::Value(value.clone()), &AUDIT_LOG).known().copied(), expected, "{value}");
        }
        assert_eq!(span(Field::Null, &AUDIT_LOG).known(), Some(&None));
        assert_eq!(span(Field::Absent, &AUDIT_LOG).known(), None);
    }

    #[test]
    fn any_is_unknown_only_where_the_unknown_part_matters() {
        assert_eq!(any(&[None, Some(true)], &AUDIT_LOG).known(), Some(&true));
        assert_eq!(any(&[Some(false), Some(false)], &AUDIT_LOG).known(), Some(&false));
        assert_eq!(any(&[None, Some(false)], &AUDIT_LOG).known(), None);
    }
}
