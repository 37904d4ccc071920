//! Conditions held against rows: what rules do most, without making values.

use tenantscan_model::{Gap, Time, Value as Cell};

use super::eval::{Call, Compare, Constant, Frame, NO_VALUE, Plan, Value, equal, eval, ordered};
use crate::policy::ParameterValue;

/// What a condition says, or the gap that leaves it open. Most of what rules do is done here, without making values.
#[inline]
pub(crate) fn condition<'a>(plan: &'a Plan, frame: &mut Frame<'a>) -> Result<bool, &'a Gap> {
    match plan {
        Plan::Own(column) => {
            let row = frame.scope.row.ok_or(&*NO_VALUE)?;
            match row.cell(*column) {
                Cell::Bool(value) => Ok(value),
                Cell::Unknown(gap) => Err(gap),
                _ => Err(&NO_VALUE),
            }
        }
        Plan::Not(inner) => condition(inner, frame).map(|value| !value),
        Plan::And(left, right) => logic(left, right, false, frame),
        Plan::Or(left, right) => logic(left, right, true, frame),
        Plan::Choice(condition_of, yes, no) => {
            let chosen = if condition(condition_of, frame)? { yes } else { no };
            condition(chosen, frame)
        }
        Plan::Parameter(index) => match &frame.scope.parameters[*index].value {
            ParameterValue::Bool(value) => Ok(*value),
            _ => Err(&NO_VALUE),
        },
        Plan::SimplyEqual(left, right) => simply_equal(simple(left, frame), simple(right, frame)),
        Plan::SimplyCompare(compare, left, right) => {
            simply_ordered(*compare, simple(left, frame), simple(right, frame))
        }
        Plan::Equal(left, right) => {
            let (left, right) = (eval(left, frame), eval(right, frame));
            said(equal(&left, &right))
        }
        Plan::Compare(compare, left, right) => {
            let (left, right) = (eval(left, frame), eval(right, frame));
            said(ordered(*compare, &left, &right))
        }
        plan => said(eval(plan, frame)),
    }
}

fn said(value: Value<'_>) -> Result<bool, &Gap> {
    match value {
        Value::Bool(value) => Ok(value),
        other => Err(other.gap().unwrap_or(&NO_VALUE)),
    }
}

/// `&&` (decided by false) and `||` (decided by true), as Kleene has them.
#[inline]
fn logic<'a>(left: &'a Plan, right: &'a Plan, decides: bool, frame: &mut Frame<'a>) -> Result<bool, &'a Gap> {
    match condition(left, frame) {
        Ok(value) if value == decides => Ok(decides),
        Ok(_) => condition(right, frame),
        Err(gap) => match condition(right, frame) {
            Ok(value) if value == decides => Ok(decides),
            _ => Err(gap),
        },
    }
}

/// The value of a simple plan.
#[inline]
fn simple<'a>(plan: &'a Plan, frame: &Frame<'a>) -> Cell<'a> {
    match plan {
        Plan::Own(column) => frame.scope.row.map_or(Cell::Unknown(&NO_VALUE), |row| row.cell(*column)),
        Plan::Constant(Constant::Text(value)) => Cell::Text(value),
        Plan::Constant(Constant::Int(value)) => Cell::Int(*value),
        plan => less_simple(plan, frame),
    }
}

#[inline(never)]
fn less_simple<'a>(plan: &'a Plan, frame: &Frame<'a>) -> Cell<'a> {
    match plan {
        Plan::Constant(Constant::Null) => Cell::Null,
        Plan::Constant(Constant::Bool(value)) => Cell::Bool(*value),
        Plan::Parameter(index) => match &frame.scope.parameters[*index].value {
            ParameterValue::Int(value) => Cell::Int(*value),
            ParameterValue::Bool(value) => Cell::Bool(*value),
            ParameterValue::Text(value) => Cell::Text(value),
            ParameterValue::Texts(value) => Cell::Texts(value),
        },
        Plan::Coalesce(items) => {
            let mut values = items.iter().map(|item| simple(item, frame));
            values.find(|value| !matches!(value, Cell::Null)).unwrap_or(Cell::Null)
        }
        Plan::Call(call @ (Call::DaysSince | Call::HoursSince), arguments) => match simple(&arguments[0], frame) {
            Cell::Time(time) => Cell::Int(since(*call, frame.scope.now, time)),
            Cell::Unknown(gap) => Cell::Unknown(gap),
            _ => Cell::Unknown(&NO_VALUE),
        },
        // `is_simple` lets nothing else in.
        _ => Cell::Unknown(&NO_VALUE),
    }
}

/// Whole days or hours from a moment to now, rounded down.
#[inline]
pub(super) fn since(call: Call, now: Time, then: Time) -> i64 {
    let unit = if matches!(call, Call::DaysSince) { 86_400 } else { 3_600 };
    let seconds = now.as_second() - then.as_second();
    let ahead = now.subsec_nanosecond() < then.subsec_nanosecond();
    (seconds - i64::from(ahead)).div_euclid(unit)
}

#[inline]
fn simply_equal<'a>(left: Cell<'a>, right: Cell<'a>) -> Result<bool, &'a Gap> {
    match (left, right) {
        (Cell::Text(a), Cell::Text(b)) => Ok(a == b),
        (Cell::Unknown(gap), _) | (_, Cell::Unknown(gap)) => Err(gap),
        (Cell::Null, Cell::Null) => Ok(true),
        (Cell::Null, _) | (_, Cell::Null) => Ok(false),
        (Cell::Bool(a), Cell::Bool(b)) => Ok(a == b),
        (Cell::Int(a), Cell::Int(b)) => Ok(a == b),
        (Cell::Time(a), Cell::Time(b)) => Ok(a == b),
        (Cell::Texts(a), Cell::Texts(b)) => Ok(a == b),
        _ => Err(&NO_VALUE),
    }
}

#[inline]
fn simply_ordered<'a>(compare: Compare, left: Cell<'a>, right: Cell<'a>) -> Result<bool, &'a Gap> {
    let order = match (left, right) {
        (Cell::Int(a), Cell::Int(b)) => a.cmp(&b),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(&b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Unknown(gap), _) | (_, Cell::Unknown(gap)) => return Err(gap),
        _ => return Err(&NO_VALUE),
    };
    Ok(compare.holds(order))
}
