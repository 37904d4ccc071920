//! Plans held against rows: three-valued, without allocation for what rules do most.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;

use jiff::SignedDuration;
use regex::Regex;
use tenantscan_model::{AnyRow, AnyTable, Cause, Gap, Text, Time, Value as Cell, has_begun};

use super::answers::Question;
use super::condition::{condition, since};
use crate::expression::Scope;
use crate::policy::ParameterValue;

/// What to do, checked beforehand.
#[derive(Debug)]
pub(crate) enum Plan {
    Constant(Constant),
    List(Vec<Self>),
    Now,
    Parameter(usize),
    /// The row of the population.
    Row,
    /// A column of that row.
    Own(usize),
    /// The variable of a macro around, by its depth.
    Variable(usize),
    /// The one row of a singleton.
    Single(usize),
    Table(usize),
    Column(Box<Self>, usize),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Choice(Box<Self>, Box<Self>, Box<Self>),
    Equal(Box<Self>, Box<Self>),
    Compare(Compare, Box<Self>, Box<Self>),
    /// The same of two plans that make no values.
    SimplyEqual(Box<Self>, Box<Self>),
    SimplyCompare(Compare, Box<Self>, Box<Self>),
    In(Box<Self>, Box<Self>),
    Math(Math, Box<Self>, Box<Self>),
    Call(Call, Vec<Self>),
    Coalesce(Vec<Self>),
    Matches(Box<Self>, Box<Regex>),
    Macro(Macro, Box<Self>, Box<Self>),
    /// Whether a person answered so.
    Attested(Box<Question>),
    /// The answer in words.
    Answered(Box<Question>),
}

impl Plan {
    /// Whether two plans come to the same.
    pub(crate) fn equal(left: Self, right: Self) -> Self {
        let simple = left.is_simple() && right.is_simple();
        let (left, right) = (Box::new(left), Box::new(right));
        if simple { Self::SimplyEqual(left, right) } else { Self::Equal(left, right) }
    }

    /// How two plans are ordered.
    pub(crate) fn compare(compare: Compare, left: Self, right: Self) -> Self {
        let simple = left.is_simple() && right.is_simple();
        let (left, right) = (Box::new(left), Box::new(right));
        if simple { Self::SimplyCompare(compare, left, right) } else { Self::Compare(compare, left, right) }
    }

    /// Whether it makes no value: a cell of the row, what stands in the rule, or time since one of them.
    fn is_simple(&self) -> bool {
        match self {
            Self::Own(_)
            | Self::Constant(Constant::Text(_) | Constant::Int(_) | Constant::Bool(_) | Constant::Null) => true,
            Self::Coalesce(items) => items.iter().all(Self::is_simple),
            Self::Call(Call::DaysSince | Call::HoursSince, arguments) => arguments.iter().all(Self::is_simple),
            Self::Parameter(_) => true,
            _ => false,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Constant {
    Null,
    Bool(bool),
    Int(i64),
    Text(Text),
    Time(Time),
    Duration(SignedDuration),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Compare {
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Compare {
    #[inline]
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Math {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    Size,
    Distinct,
    Join,
    Contains,
    StartsWith,
    EndsWith,
    Lower,
    Domain,
    DaysSince,
    HoursSince,
    HasBegun,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Macro {
    Exists,
    ExistsOne,
    All,
    Filter,
    Map,
}

impl Macro {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "exists" => Self::Exists,
            "exists_one" => Self::ExistsOne,
            "all" => Self::All,
            "filter" => Self::Filter,
            "map" => Self::Map,
            _ => return None,
        })
    }
}

/// What a plan comes to.
#[derive(Clone)]
pub(crate) enum Value<'a> {
    Unknown(&'a Gap),
    Null,
    Bool(bool),
    Int(i64),
    /// A count that is not known but lies between these bounds; no upper one where more may exist.
    Between(i64, Option<i64>, &'a Gap),
    Text(&'a str),
    Made(Rc<str>),
    Time(Time),
    Duration(SignedDuration),
    Texts(&'a [Text]),
    Table(&'a dyn AnyTable),
    Bag(Rc<Bag<'a>>),
    Row(&'a dyn AnyRow),
}

/// A list that was made: what is in it for sure, and what may be.
#[derive(Default)]
pub(crate) struct Bag<'a> {
    sure: Vec<Value<'a>>,
    maybe: Vec<(Value<'a>, &'a Gap)>,
    /// Set when there may be members that nobody saw.
    open: Option<&'a Gap>,
}

impl<'a> Bag<'a> {
    fn gap(&self) -> Option<&'a Gap> {
        self.maybe.first().map(|(_, gap)| *gap).or(self.open)
    }
}

/// A null, an overflow or a division by zero where a value was due: CEL's error, here not a fact either way.
pub(super) static NO_VALUE: LazyLock<Gap> = LazyLock::new(|| Gap::new(Cause::Malformed, "expression"));

fn no_value<'a>() -> Value<'a> {
    Value::Unknown(&NO_VALUE)
}

impl<'a> From<Cell<'a>> for Value<'a> {
    #[inline]
    fn from(cell: Cell<'a>) -> Self {
        match cell {
            Cell::Unknown(gap) => Self::Unknown(gap),
            Cell::Null => Self::Null,
            Cell::Bool(value) => Self::Bool(value),
            Cell::Int(value) => Self::Int(value),
            Cell::Text(value) => Self::Text(value),
            Cell::Time(value) => Self::Time(value),
            Cell::Texts(value) => Self::Texts(value),
        }
    }
}

impl<'a> Value<'a> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Made(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn gap(&self) -> Option<&'a Gap> {
        match self {
            Self::Unknown(gap) | Self::Between(_, _, gap) => Some(gap),
            Self::Bag(bag) => bag.gap(),
            Self::Table(table) => table.gap(),
            _ => None,
        }
    }

    /// The members as a bag of what is sure and what may be.
    fn members(&self) -> Result<Rc<Bag<'a>>, Self> {
        Ok(match self {
            Self::Texts(texts) => {
                Rc::new(Bag { sure: texts.iter().map(|text| Self::Text(text)).collect(), ..Bag::default() })
            }
            Self::Table(table) => Rc::new(Bag {
                sure: (0..table.len()).map(|index| Self::Row(table.row(index))).collect(),
                maybe: Vec::new(),
                open: table.gap(),
            }),
            Self::Bag(bag) => Rc::clone(bag),
            Self::Unknown(gap) => return Err(Self::Unknown(gap)),
            _ => return Err(no_value()),
        })
    }

    /// As JSON; rows by their names.
    pub(crate) fn json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Text(value) => (*value).into(),
            Self::Made(value) => (**value).into(),
            Self::Time(value) => value.to_string().into(),
            Self::Duration(value) => value.to_string().into(),
            Self::Row(row) => row.label().into(),
            Self::Texts(_) | Self::Table(_) | Self::Bag(_) => match (self.gap(), self.members()) {
                (None, Ok(bag)) => bag.sure.iter().map(Self::json).collect(),
                (gap, _) => serde_json::json!({ "unknown": gap }),
            },
            Self::Unknown(gap) | Self::Between(_, _, gap) => serde_json::json!({ "unknown": gap }),
        }
    }

    /// For people.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Null => "none".into(),
            Self::Bool(true) => "yes".into(),
            Self::Bool(false) => "no".into(),
            Self::Int(value) => value.to_string(),
            Self::Text(value) => (*value).to_owned(),
            Self::Made(value) => (**value).to_owned(),
            Self::Time(value) => value.strftime("%Y-%m-%d").to_string(),
            Self::Duration(value) => format!("{} hours", value.as_hours()),
            Self::Row(row) => row.label().to_owned(),
            Self::Between(low, Some(high), _) => format!("{low} to {high}"),
            Self::Between(low, None, _) => format!("{low} or more"),
            Self::Unknown(_) => "(not read)".into(),
            Self::Texts(_) | Self::Table(_) | Self::Bag(_) => match (self.gap(), self.members()) {
                (None, Ok(bag)) if bag.sure.is_empty() => "none".into(),
                (None, Ok(bag)) => bag.sure.iter().map(Self::plain).collect::<Vec<_>>().join(", "),
                _ => "(not read)".into(),
            },
        }
    }
}

/// Where a plan is held against: the scope, and the variables of the macros around.
pub(crate) struct Frame<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) variables: Vec<Value<'a>>,
}

/// What the plan comes to here.
pub(crate) fn eval<'a>(plan: &'a Plan, frame: &mut Frame<'a>) -> Value<'a> {
    match plan {
        Plan::Constant(constant) => match constant {
            Constant::Null => Value::Null,
            Constant::Bool(value) => Value::Bool(*value),
            Constant::Int(value) => Value::Int(*value),
            Constant::Text(value) => Value::Text(value),
            Constant::Time(value) => Value::Time(*value),
            Constant::Duration(value) => Value::Duration(*value),
        },
        Plan::List(items) => {
            let mut bag = Bag::default();
            for item in items {
                match eval(item, frame) {
                    Value::Unknown(gap) => return Value::Unknown(gap),
                    value => bag.sure.push(value),
                }
            }
            Value::Bag(Rc::new(bag))
        }
        Plan::Now => Value::Time(frame.scope.now),
        Plan::Parameter(index) => match &frame.scope.parameters[*index].value {
            ParameterValue::Bool(value) => Value::Bool(*value),
            ParameterValue::Int(value) => Value::Int(*value),
            ParameterValue::Text(value) => Value::Text(value),
            ParameterValue::Texts(value) => Value::Texts(value),
        },
        Plan::Row => frame.scope.row.map_or_else(no_value, Value::Row),
        Plan::Variable(index) => frame.variables[*index].clone(),
        Plan::Single(dataset) => {
            let table = frame.scope.datasets.table(*dataset);
            match table.gap() {
                Some(gap) => Value::Unknown(gap),
                None if table.is_empty() => no_value(),
                None => Value::Row(table.row(0)),
            }
        }
        Plan::Table(dataset) => Value::Table(frame.scope.datasets.table(*dataset)),
        Plan::Own(column) => frame.scope.row.map_or_else(no_value, |row| row.cell(*column).into()),
        Plan::Column(owner, column) => match eval(owner, frame) {
            Value::Row(row) => row.cell(*column).into(),
            Value::Unknown(gap) => Value::Unknown(gap),
            _ => no_value(),
        },
        Plan::Not(_)
        | Plan::And(..)
        | Plan::Or(..)
        | Plan::Equal(..)
        | Plan::Compare(..)
        | Plan::SimplyEqual(..)
        | Plan::SimplyCompare(..) => match condition(plan, frame) {
            Ok(value) => Value::Bool(value),
            Err(gap) => Value::Unknown(gap),
        },
        Plan::Choice(condition, yes, no) => match eval(condition, frame) {
            Value::Bool(true) => eval(yes, frame),
            Value::Bool(false) => eval(no, frame),
            Value::Unknown(gap) => Value::Unknown(gap),
            _ => no_value(),
        },
        Plan::In(item, list) => {
            let item = eval(item, frame);
            if let (Value::Text(wanted), Plan::Own(_) | Plan::Column(..)) = (&item, &**list)
                && let Value::Texts(texts) = eval(list, frame)
            {
                return Value::Bool(texts.iter().any(|text| &**text == *wanted));
            }
            contains(&item, &eval(list, frame))
        }
        Plan::Math(math, left, right) => {
            let (left, right) = (eval(left, frame), eval(right, frame));
            calculate(*math, &left, &right)
        }
        Plan::Call(call, arguments) => function(*call, arguments, frame),
        Plan::Coalesce(items) => {
            for item in items {
                match eval(item, frame) {
                    Value::Null => {}
                    value => return value,
                }
            }
            Value::Null
        }
        Plan::Matches(subject, regex) => match eval(subject, frame) {
            Value::Unknown(gap) => Value::Unknown(gap),
            value => value.text().map_or_else(no_value, |text| Value::Bool(regex.is_match(text))),
        },
        Plan::Macro(kind, list, body) => comprehend(*kind, list, body, frame),
        Plan::Attested(question) => question.attested(&frame.scope),
        Plan::Answered(question) => Value::Made(question.answered(&frame.scope).into()),
    }
}

pub(super) fn equal<'a>(left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    match (left, right) {
        (Value::Between(low, high, gap), Value::Int(value)) | (Value::Int(value), Value::Between(low, high, gap)) => {
            if value < low || high.is_some_and(|high| *value > high) {
                Value::Bool(false)
            } else {
                Value::Unknown(gap)
            }
        }
        (Value::Unknown(gap) | Value::Between(_, _, gap), _) | (_, Value::Unknown(gap) | Value::Between(_, _, gap)) => {
            Value::Unknown(gap)
        }
        (Value::Null, Value::Null) => Value::Bool(true),
        (Value::Null, _) | (_, Value::Null) => Value::Bool(false),
        (Value::Bool(a), Value::Bool(b)) => Value::Bool(a == b),
        (Value::Int(a), Value::Int(b)) => Value::Bool(a == b),
        (Value::Time(a), Value::Time(b)) => Value::Bool(a == b),
        (Value::Duration(a), Value::Duration(b)) => Value::Bool(a == b),
        (Value::Row(a), Value::Row(b)) => Value::Bool(a.info().name == b.info().name && a.key() == b.key()),
        _ => match (left.text(), right.text()) {
            (Some(a), Some(b)) => Value::Bool(a == b),
            _ => lists_equal(left, right),
        },
    }
}

fn lists_equal<'a>(left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    let (a, b) = match (left.members(), right.members()) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(value), _) | (_, Err(value)) => return value,
    };
    if let Some(gap) = a.gap().or(b.gap()) {
        return Value::Unknown(gap);
    }
    if a.sure.len() != b.sure.len() {
        return Value::Bool(false);
    }
    let mut open = None;
    for (a, b) in a.sure.iter().zip(&b.sure) {
        match equal(a, b) {
            Value::Bool(true) => {}
            Value::Bool(false) => return Value::Bool(false),
            other => open = Some(other),
        }
    }
    open.unwrap_or(Value::Bool(true))
}

pub(super) fn ordered<'a>(compare: Compare, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    let holds = |order: Ordering| compare.holds(order);
    let order = match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Between(low, high, gap), Value::Int(b)) => {
            return bounds(holds(low.cmp(b)), holds(high.map_or(Ordering::Greater, |high| high.cmp(b))), gap);
        }
        (Value::Int(a), Value::Between(low, high, gap)) => {
            return bounds(holds(a.cmp(low)), holds(high.map_or(Ordering::Less, |high| a.cmp(&high))), gap);
        }
        (Value::Unknown(gap) | Value::Between(_, _, gap), _) | (_, Value::Unknown(gap) | Value::Between(_, _, gap)) => {
            return Value::Unknown(gap);
        }
        _ => match (left.text(), right.text()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => return no_value(),
        },
    };
    Value::Bool(holds(order))
}

/// An order is monotone: what holds at both ends holds between them.
fn bounds(low: bool, high: bool, gap: &Gap) -> Value<'_> {
    if low == high { Value::Bool(low) } else { Value::Unknown(gap) }
}

fn contains<'a>(item: &Value<'a>, list: &Value<'a>) -> Value<'a> {
    let bag = match list.members() {
        Ok(bag) => bag,
        Err(value) => return value,
    };
    let mut open = bag.gap();
    for member in &bag.sure {
        match equal(item, member) {
            Value::Bool(true) => return Value::Bool(true),
            Value::Bool(false) => {}
            other => open = other.gap().or(open),
        }
    }
    open.map_or(Value::Bool(false), Value::Unknown)
}

fn calculate<'a>(math: Math, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    let int = |value: Option<i64>| value.map_or_else(no_value, Value::Int);
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => int(match math {
            Math::Add => a.checked_add(*b),
            Math::Subtract => a.checked_sub(*b),
            Math::Multiply => a.checked_mul(*b),
            Math::Divide => a.checked_div(*b),
            Math::Remainder => a.checked_rem(*b),
        }),
        (Value::Unknown(gap) | Value::Between(_, _, gap), _) | (_, Value::Unknown(gap) | Value::Between(_, _, gap)) => {
            Value::Unknown(gap)
        }
        (Value::Duration(a), Value::Duration(b)) => {
            let sum = if math == Math::Add { a.checked_add(*b) } else { a.checked_sub(*b) };
            sum.map_or_else(no_value, Value::Duration)
        }
        (Value::Time(a), Value::Time(b)) => Value::Duration(a.duration_since(*b)),
        (Value::Time(time), Value::Duration(by)) | (Value::Duration(by), Value::Time(time)) => {
            let moved = if math == Math::Add { time.checked_add(*by) } else { time.checked_sub(*by) };
            moved.map_or_else(|_| no_value(), Value::Time)
        }
        _ => match (left.text(), right.text()) {
            (Some(a), Some(b)) => Value::Made(format!("{a}{b}").into()),
            _ => no_value(),
        },
    }
}

fn function<'a>(call: Call, arguments: &'a [Plan], frame: &mut Frame<'a>) -> Value<'a> {
    let first = eval(&arguments[0], frame);
    if let Value::Unknown(gap) = first {
        return Value::Unknown(gap);
    }
    match call {
        Call::Size => size(&first),
        Call::DaysSince | Call::HoursSince => {
            let Value::Time(time) = first else { return no_value() };
            Value::Int(since(call, frame.scope.now, time))
        }
        Call::HasBegun => {
            let Value::Time(day) = first else { return no_value() };
            Value::Bool(has_begun(day, frame.scope.now))
        }
        Call::Lower => first.text().map_or_else(no_value, |text| Value::Made(text.to_ascii_lowercase().into())),
        Call::Domain => first.text().map_or_else(no_value, |text| {
            let domain = text.rsplit_once('@').map_or("", |(_, domain)| domain);
            Value::Made(domain.to_ascii_lowercase().into())
        }),
        Call::Distinct => match (first.gap(), first.members()) {
            (Some(gap), _) => Value::Unknown(gap),
            (None, Err(value)) => value,
            (None, Ok(bag)) => {
                let mut seen = BTreeSet::new();
                let sure = bag.sure.iter().filter(|it| it.text().is_some_and(|text| seen.insert(text.to_owned())));
                Value::Bag(Rc::new(Bag { sure: sure.cloned().collect(), ..Bag::default() }))
            }
        },
        Call::Join => {
            let by = eval(&arguments[1], frame);
            match (first.gap().or(by.gap()), first.members()) {
                (Some(gap), _) => Value::Unknown(gap),
                (None, Err(value)) => value,
                (None, Ok(bag)) => {
                    let parts: Vec<&str> = bag.sure.iter().filter_map(Value::text).collect();
                    Value::Made(parts.join(by.text().unwrap_or_default()).into())
                }
            }
        }
        Call::Contains | Call::StartsWith | Call::EndsWith => {
            let second = eval(&arguments[1], frame);
            if let Value::Unknown(gap) = second {
                return Value::Unknown(gap);
            }
            let (Some(text), Some(part)) = (first.text(), second.text()) else { return no_value() };
            Value::Bool(match call {
                Call::Contains => text.contains(part),
                Call::StartsWith => text.starts_with(part),
                _ => text.ends_with(part),
            })
        }
    }
}

fn size<'a>(value: &Value<'a>) -> Value<'a> {
    if let Some(text) = value.text() {
        return Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX));
    }
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    match value {
        Value::Texts(texts) => Value::Int(count(texts.len())),
        Value::Table(table) if table.gap().is_none() => Value::Int(count(table.len())),
        other => match other.members() {
            Err(value) => value,
            Ok(bag) => match bag.gap() {
                None => Value::Int(count(bag.sure.len())),
                Some(gap) => {
                    let high = bag.open.is_none().then(|| count(bag.sure.len() + bag.maybe.len()));
                    Value::Between(count(bag.sure.len()), high, gap)
                }
            },
        },
    }
}

fn comprehend<'a>(kind: Macro, list: &'a Plan, body: &'a Plan, frame: &mut Frame<'a>) -> Value<'a> {
    let bag = match eval(list, frame).members() {
        Ok(bag) => bag,
        Err(value) => return value,
    };
    let mut ask = |member: &Value<'a>| {
        frame.variables.push(member.clone());
        let said = eval(body, frame);
        frame.variables.pop();
        said
    };
    match kind {
        Macro::Exists | Macro::All => {
            let decides = kind == Macro::Exists;
            let mut open = bag.gap();
            for member in &bag.sure {
                match ask(member) {
                    Value::Bool(value) if value == decides => return Value::Bool(decides),
                    Value::Bool(_) => {}
                    other => open = open.or(Some(other.gap().unwrap_or(&NO_VALUE))),
                }
            }
            // A member that may not be in the list matters only where it could decide.
            if bag.open.is_none() && !bag.maybe.is_empty() {
                let could =
                    bag.maybe.iter().any(|(member, _)| !matches!(ask(member), Value::Bool(value) if value != decides));
                if !could && bag.sure.iter().all(|member| matches!(ask(member), Value::Bool(_))) {
                    return Value::Bool(!decides);
                }
            }
            open.map_or(Value::Bool(!decides), Value::Unknown)
        }
        Macro::ExistsOne | Macro::Filter => {
            let mut kept = Bag { open: bag.open, ..Bag::default() };
            for member in &bag.sure {
                match ask(member) {
                    Value::Bool(true) => kept.sure.push(member.clone()),
                    Value::Bool(false) => {}
                    other => kept.maybe.push((member.clone(), other.gap().unwrap_or(&NO_VALUE))),
                }
            }
            for (member, gap) in &bag.maybe {
                if !matches!(ask(member), Value::Bool(false)) {
                    kept.maybe.push((member.clone(), gap));
                }
            }
            let kept = Value::Bag(Rc::new(kept));
            if kind == Macro::Filter { kept } else { equal(&size(&kept), &Value::Int(1)) }
        }
        Macro::Map => {
            let mut made = Bag { open: bag.open, ..Bag::default() };
            for member in &bag.sure {
                match ask(member) {
                    Value::Unknown(gap) => return Value::Unknown(gap),
                    value => made.sure.push(value),
                }
            }
            for (member, gap) in &bag.maybe {
                match ask(member) {
                    Value::Unknown(gap) => return Value::Unknown(gap),
                    value => made.maybe.push((value, gap)),
                }
            }
            Value::Bag(Rc::new(made))
        }
    }
}
