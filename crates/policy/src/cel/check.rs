//! Names, types and nulls: from a tree to a plan that cannot go wrong for a reason that was visible beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::SignedDuration;
use regex::RegexBuilder;
use tenantscan_model::{DatasetInfo, Datasets, Time, Type, rows};
use tenantscan_written::{help, nearest};

use super::Mistake;
use super::answers::Question;
use super::eval::{Call, Compare, Constant, Macro, Math, Plan};
use super::parser::{Kind, Node, parse};
use crate::policy::{Parameter, ParameterValue};

/// Largest compiled pattern, in bytes: a pattern that takes long to build is refused.
const PATTERN_SIZE: usize = 1 << 18;

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    Bool,
    Int,
    Text,
    /// Text that is one of these words.
    Enum(&'static [&'static str]),
    Time,
    Duration,
    Null,
    List(Box<Self>),
    Row(usize),
    /// A part that has a mistake already: nothing more is said of what rests on it.
    Wrong,
}

impl Ty {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::Int => "int".into(),
            Self::Text | Self::Enum(_) => "string".into(),
            Self::Time => "timestamp".into(),
            Self::Duration => "duration".into(),
            Self::Null => "null".into(),
            Self::List(item) => format!("list({})", item.name()),
            Self::Row(dataset) => format!("row of {}", Datasets::ALL[*dataset].name),
            Self::Wrong => "?".into(),
        }
    }

    fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Wrong, _) | (_, Self::Wrong) => true,
            (Self::Text | Self::Enum(_), Self::Text | Self::Enum(_)) => true,
            (Self::List(a), Self::List(b)) => a.fits(b),
            (a, b) => a == b,
        }
    }

    fn ordered(&self) -> bool {
        matches!(self, Self::Int | Self::Text | Self::Enum(_) | Self::Time | Self::Duration | Self::Wrong)
    }
}

impl From<Type> for Ty {
    fn from(column: Type) -> Self {
        match column {
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Text => Self::Text,
            Type::Enum(words) => Self::Enum(words),
            Type::Time => Self::Time,
            Type::Texts => Self::List(Box::new(Self::Text)),
        }
    }
}

/// A checked part: what to do, what comes out, and whether it may be null.
struct Part {
    plan: Plan,
    ty: Ty,
    nullable: bool,
}

impl Part {
    fn of(plan: Plan, ty: Ty) -> Self {
        Self { plan, ty, nullable: false }
    }

    fn wrong() -> Self {
        Self::of(Plan::Constant(Constant::Null), Ty::Wrong)
    }
}

/// What an expression may name.
pub(crate) struct Names<'a> {
    /// Dataset of the population, if there is one.
    pub(crate) each: Option<usize>,
    pub(crate) parameters: &'a [Parameter],
    /// Parameters that are declared with a mistake: nothing more is said of them.
    pub(crate) broken: &'a [String],
    /// The questions that people answer: whether a practice may have nothing that one is about.
    pub(crate) questions: &'a BTreeMap<String, bool>,
    /// Whether the provision that the policy serves first leaves a choice.
    pub(crate) addressable: bool,
}

/// A checked expression: its plan, type, and what it reads.
pub(crate) struct Checked {
    pub(crate) plan: Plan,
    pub(crate) ty: Ty,
    pub(crate) reads: BTreeSet<(usize, Option<usize>)>,
    pub(crate) row_columns: BTreeSet<usize>,
    /// Whether its value changes by itself, as time goes by or by use alone.
    pub(crate) moves: bool,
}

/// Checks a source; every mistake of it.
pub(crate) fn check(source: &str, names: &Names<'_>) -> Result<Checked, Vec<Mistake>> {
    let node = parse(source).map_err(|mistake| vec![mistake])?;
    let mut checker = Checker {
        names,
        variables: Vec::new(),
        not_null: Vec::new(),
        mistakes: Vec::new(),
        reads: BTreeSet::new(),
        row_columns: BTreeSet::new(),
        moves: false,
    };
    let part = checker.part(&node);
    if checker.mistakes.is_empty() {
        let Checker { reads, row_columns, moves, .. } = checker;
        Ok(Checked { plan: part.plan, ty: part.ty, reads, row_columns, moves })
    } else {
        Err(checker.mistakes)
    }
}

struct Checker<'a> {
    names: &'a Names<'a>,
    /// Variables of the macros around, innermost last.
    variables: Vec<(String, Ty)>,
    /// Paths that are known not to be null here.
    not_null: Vec<String>,
    mistakes: Vec<Mistake>,
    reads: BTreeSet<(usize, Option<usize>)>,
    row_columns: BTreeSet<usize>,
    moves: bool,
}

impl Checker<'_> {
    fn mistake(&mut self, mistake: Mistake) -> Part {
        self.mistakes.push(mistake);
        Part::wrong()
    }

    fn part(&mut self, node: &Node) -> Part {
        match &node.kind {
            Kind::Null => Part { plan: Plan::Constant(Constant::Null), ty: Ty::Null, nullable: true },
            Kind::Bool(value) => Part::of(Plan::Constant(Constant::Bool(*value)), Ty::Bool),
            Kind::Int(value) => Part::of(Plan::Constant(Constant::Int(*value)), Ty::Int),
            Kind::Text(value) => Part::of(Plan::Constant(Constant::Text(value.as_str().into())), Ty::Text),
            Kind::List(items) => self.list(items),
            Kind::Name(name) => self.name(name, &node.span),
            Kind::Field(inner, name, name_span) => self.field(node, inner, name, name_span.clone()),
            Kind::Not(inner) => {
                let inner = self.value(inner, &Ty::Bool);
                Part::of(Plan::Not(Box::new(inner.plan)), Ty::Bool)
            }
            Kind::Negate(inner) => {
                let inner = self.value(inner, &Ty::Int);
                let zero = Plan::Constant(Constant::Int(0));
                Part::of(Plan::Math(Math::Subtract, Box::new(zero), Box::new(inner.plan)), Ty::Int)
            }
            Kind::Binary(op, left, right) => self.binary(node, op, left, right),
            Kind::Choice(condition, yes, no) => self.choice(condition, yes, no),
            Kind::Call { name, name_span, receiver, arguments } => {
                self.call(node, name, name_span, receiver.as_deref(), arguments)
            }
        }
    }

    /// A part that must have this type and may not be null.
    fn value(&mut self, node: &Node, wanted: &Ty) -> Part {
        let part = self.present(node);
        if !part.ty.fits(wanted) {
            let message = format!("this is {}, but {} is needed here", part.ty.name(), wanted.name());
            let help = if part.ty == Ty::Bool || *wanted == Ty::Bool {
                "a condition is made by comparing, as in `size(list) > 1`"
            } else {
                "use values of one type; `size(…)` makes a number of a list or a text"
            };
            return self.mistake(Mistake::new(node.span.clone(), message).help(help));
        }
        part
    }

    /// A part that may not be null.
    fn present(&mut self, node: &Node) -> Part {
        let part = self.part(node);
        if part.nullable && part.ty != Ty::Wrong {
            let path = path(node).unwrap_or_else(|| "it".to_owned());
            return self.mistake(
                Mistake::new(node.span.clone(), "this may be null, and nothing says what that means").help(format!(
                    "write `coalesce({path}, …)` for a default, or ask `{path} != null && …` or `{path} == null || …`"
                )),
            );
        }
        part
    }

    fn list(&mut self, items: &[Node]) -> Part {
        let mut ty = None;
        let mut plans = Vec::new();
        for item in items {
            let part = match &ty {
                None => self.present(item),
                Some(ty) => self.value(item, ty),
            };
            ty.get_or_insert(part.ty);
            plans.push(part.plan);
        }
        Part::of(Plan::List(plans), Ty::List(Box::new(ty.unwrap_or(Ty::Wrong))))
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Part {
        if let Some(index) = self.variables.iter().rposition(|(variable, _)| variable == name) {
            return Part::of(Plan::Variable(index), self.variables[index].1.clone());
        }
        if name == "now" {
            self.moves = true;
            return Part::of(Plan::Now, Ty::Time);
        }
        if let Some(dataset) = self.names.each
            && Datasets::ALL[dataset].row == name
        {
            return Part::of(Plan::Row, Ty::Row(dataset));
        }
        if let Some((dataset, info)) = Datasets::find(name) {
            self.reads.insert((dataset, None));
            if info.singleton {
                return Part::of(Plan::Single(dataset), Ty::Row(dataset));
            }
            return Part::of(Plan::Table(dataset), Ty::List(Box::new(Ty::Row(dataset))));
        }
        let mut known: Vec<&str> = vec!["now", "params"];
        known.extend(self.variables.iter().map(|(name, _)| name.as_str()));
        known.extend(self.names.each.map(|dataset| Datasets::ALL[dataset].row));
        known.extend(Datasets::ALL.iter().map(|info| info.name));
        let help = if let Some(near) = nearest(name, known.iter().copied()) {
            format!("did you mean `{near}`?")
        } else if let Some(info) = Datasets::ALL.iter().find(|info| info.row == name) {
            format!("rows of `{}` are named by `each = \"{}\"` or by a macro", info.name, info.name)
        } else {
            known.truncate(known.len() - Datasets::ALL.len());
            format!("the names are {}, and those of `tenantscan dictionary`", known.join(", "))
        };
        self.mistake(Mistake::new(span.clone(), format!("there is no `{name}`")).help(help))
    }

    fn field(&mut self, node: &Node, inner: &Node, name: &str, name_span: Range<usize>) -> Part {
        if matches!(&inner.kind, Kind::Name(word) if word == "params") {
            return self.parameter(name, name_span);
        }
        let inner_part = self.part(inner);
        let dataset = match inner_part.ty {
            Ty::Row(dataset) => dataset,
            Ty::Wrong => return Part::wrong(),
            other => {
                let message = format!("{} has no fields", other.name());
                return self.mistake(Mistake::new(name_span, message).help(match other {
                    Ty::List(_) => "ask each of the list: `list.exists(it, it…)` or `list.all(it, it…)`",
                    _ => "only rows have: take out the dot and the name",
                }));
            }
        };
        let info: &'static DatasetInfo = Datasets::ALL[dataset];
        let Some((column, found)) = info.column(name) else {
            let mistake = Mistake::new(name_span, format!("`{}` has no column `{name}`", info.row));
            return match nearest(name, info.columns.iter().map(|column| column.name)) {
                Some(near) => self.mistake(mistake.help(format!("did you mean `{near}`?"))),
                None => self.mistake(mistake.help(format!("`tenantscan dictionary {}` lists its columns", info.name))),
            };
        };
        self.reads.insert((dataset, Some(column)));
        self.moves |= rows::moves(name);
        let plan = if matches!(inner_part.plan, Plan::Row) {
            self.row_columns.insert(column);
            Plan::Own(column)
        } else {
            Plan::Column(Box::new(inner_part.plan), column)
        };
        let narrowed = path(node).is_some_and(|path| self.not_null.contains(&path));
        Part { plan, ty: found.r#type.into(), nullable: found.nullable && !narrowed }
    }

    fn parameter(&mut self, name: &str, span: Range<usize>) -> Part {
        let Some(index) = self.names.parameters.iter().position(|parameter| parameter.name == name) else {
            if self.names.broken.iter().any(|broken| broken == name) {
                return Part::wrong();
            }
            let mut mistake = Mistake::new(span, format!("there is no parameter `{name}`"));
            if let Some(near) = nearest(name, self.names.parameters.iter().map(|it| it.name.as_str())) {
                mistake = mistake.help(format!("did you mean `{near}`?"));
            } else {
                mistake = mistake.help(format!("declare it: `[parameters.{name}]` with `default` and `about`"));
            }
            return self.mistake(mistake);
        };
        let ty = match &self.names.parameters[index].default {
            ParameterValue::Bool(_) => Ty::Bool,
            ParameterValue::Int(_) => Ty::Int,
            ParameterValue::Text(_) => Ty::Text,
            ParameterValue::Texts(_) => Ty::List(Box::new(Ty::Text)),
        };
        Part::of(Plan::Parameter(index), ty)
    }

    fn binary(&mut self, node: &Node, op: &'static str, left: &Node, right: &Node) -> Part {
        match op {
            "&&" | "||" => {
                let first = self.value(left, &Ty::Bool);
                let second = self.knowing(facts(left, op == "&&"), |it| it.value(right, &Ty::Bool));
                let (a, b) = (Box::new(first.plan), Box::new(second.plan));
                Part::of(if op == "&&" { Plan::And(a, b) } else { Plan::Or(a, b) }, Ty::Bool)
            }
            "==" | "!=" => self.equality(node, op, left, right),
            "in" => {
                let item = self.present(left);
                let list = self.value(right, &Ty::List(Box::new(item.ty.clone())));
                if let (Ty::Enum(words), Kind::List(literals)) = (&item.ty, &right.kind) {
                    literals.iter().for_each(|literal| self.word(words, literal));
                }
                Part::of(Plan::In(Box::new(item.plan), Box::new(list.plan)), Ty::Bool)
            }
            "<" | "<=" | ">" | ">=" => {
                let first = self.present(left);
                if !first.ty.ordered() {
                    let message = format!("{} has no order", first.ty.name());
                    let help = match first.ty {
                        Ty::List(_) => "compare its size, as in `size(list) > 1`",
                        _ => "compare it with `==` or `!=`",
                    };
                    return self.mistake(Mistake::new(left.span.clone(), message).help(help));
                }
                let second = self.value(right, &first.ty);
                let compare = match op {
                    "<" => Compare::Less,
                    "<=" => Compare::AtMost,
                    ">" => Compare::More,
                    _ => Compare::AtLeast,
                };
                Part::of(Plan::compare(compare, first.plan, second.plan), Ty::Bool)
            }
            _ => self.arithmetic(node, op, left, right),
        }
    }

    fn equality(&mut self, node: &Node, op: &str, left: &Node, right: &Node) -> Part {
        let with_null = [left, right].iter().any(|side| matches!(side.kind, Kind::Null));
        let (first, second) = if with_null {
            (self.part(left), self.part(right))
        } else {
            let first = self.present(left);
            let second = self.present(right);
            if !first.ty.fits(&second.ty) {
                let message = format!("{} and {} are never equal", first.ty.name(), second.ty.name());
                return self.mistake(Mistake::new(node.span.clone(), message).help("compare values of one type"));
            }
            (first, second)
        };
        for (ty, other) in [(&first.ty, right), (&second.ty, left)] {
            if let Ty::Enum(words) = ty {
                self.word(words, other);
            }
        }
        let equal = Plan::equal(first.plan, second.plan);
        Part::of(if op == "==" { equal } else { Plan::Not(Box::new(equal)) }, Ty::Bool)
    }

    /// A literal that is compared with a closed list of words must be one of them.
    fn word(&mut self, words: &[&str], literal: &Node) {
        if let Kind::Text(text) = &literal.kind
            && !words.contains(&text.as_str())
        {
            let message = format!("`{text}` is none of the words that can stand here");
            let help = help(text, words.iter().copied(), "words");
            self.mistakes.push(Mistake::new(literal.span.clone(), message).help(help));
        }
    }

    fn arithmetic(&mut self, node: &Node, op: &str, left: &Node, right: &Node) -> Part {
        let first = self.present(left);
        let second = self.present(right);
        let math = match op {
            "+" => Math::Add,
            "-" => Math::Subtract,
            "*" => Math::Multiply,
            "/" => Math::Divide,
            _ => Math::Remainder,
        };
        let ty = match (&first.ty, math, &second.ty) {
            (Ty::Wrong, _, _) | (_, _, Ty::Wrong) => return Part::wrong(),
            (Ty::Int, _, Ty::Int) => Ty::Int,
            (Ty::Text | Ty::Enum(_), Math::Add, Ty::Text | Ty::Enum(_)) => Ty::Text,
            (Ty::Duration, Math::Add | Math::Subtract, Ty::Duration) | (Ty::Time, Math::Subtract, Ty::Time) => {
                Ty::Duration
            }
            (Ty::Time, Math::Add | Math::Subtract, Ty::Duration) | (Ty::Duration, Math::Add, Ty::Time) => Ty::Time,
            (a, _, b) => {
                let message = format!("`{op}` does not work on {} and {}", a.name(), b.name());
                let help = "it works on two numbers, and on times and durations; `+` on two texts too";
                return self.mistake(Mistake::new(node.span.clone(), message).help(help));
            }
        };
        Part::of(Plan::Math(math, Box::new(first.plan), Box::new(second.plan)), ty)
    }

    fn choice(&mut self, condition: &Node, yes: &Node, no: &Node) -> Part {
        let asked = self.value(condition, &Ty::Bool);
        let first = self.knowing(facts(condition, true), |it| it.part(yes));
        let second = self.knowing(facts(condition, false), |it| it.part(no));
        let ty = if first.ty == Ty::Null { second.ty.clone() } else { first.ty.clone() };
        if first.ty != Ty::Null && second.ty != Ty::Null && !first.ty.fits(&second.ty) {
            let message = format!("one side is {}, the other {}", first.ty.name(), second.ty.name());
            let help = "both sides of the `:` must be of one type";
            return self.mistake(Mistake::new(yes.span.start..no.span.end, message).help(help));
        }
        let plan = Plan::Choice(Box::new(asked.plan), Box::new(first.plan), Box::new(second.plan));
        Part { plan, ty, nullable: first.nullable || second.nullable }
    }

    fn knowing<T>(&mut self, facts: Vec<String>, then: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.not_null.len();
        self.not_null.extend(facts);
        let result = then(self);
        self.not_null.truncate(before);
        result
    }

    fn call(
        &mut self,
        node: &Node,
        name: &str,
        name_span: &Range<usize>,
        receiver: Option<&Node>,
        arguments: &[Node],
    ) -> Part {
        if let Some(list) = receiver
            && let Some(kind) = Macro::named(name)
        {
            return self.comprehension(node, kind, list, arguments);
        }
        let mut all: Vec<&Node> = receiver.into_iter().collect();
        all.extend(arguments);
        let count = |wanted: usize| {
            (all.len() == wanted).then_some(()).ok_or_else(|| {
                let usage = FUNCTIONS.iter().find(|(it, _)| *it == name).map_or(name, |(_, usage)| usage);
                let message = format!("`{name}` works on {wanted} {}, not {}", plural(wanted), all.len());
                Mistake::new(node.span.clone(), message).help(format!("write it as `{usage}`"))
            })
        };
        let text = Ty::Text;
        let (call, wanted, result): (Call, Vec<Ty>, Ty) = match name {
            "coalesce" if receiver.is_none() => return self.coalesce(node, arguments),
            "timestamp" | "duration" if receiver.is_none() => return self.moment(node, name, arguments),
            "matches" => return self.matches(node, &all),
            "attested" | "answered" if receiver.is_none() => return self.question(node, name, arguments),
            "size" => {
                if let Err(mistake) = count(1) {
                    return self.mistake(mistake);
                }
                let part = self.present(all[0]);
                if !matches!(part.ty, Ty::List(_) | Ty::Text | Ty::Enum(_) | Ty::Wrong) {
                    let message = format!("{} has no size", part.ty.name());
                    return self.mistake(Mistake::new(all[0].span.clone(), message).help("only lists and texts have"));
                }
                return Part::of(Plan::Call(Call::Size, vec![part.plan]), Ty::Int);
            }
            "distinct" => (Call::Distinct, vec![Ty::List(Box::new(text))], Ty::List(Box::new(Ty::Text))),
            "join" => (Call::Join, vec![Ty::List(Box::new(text)), Ty::Text], Ty::Text),
            "contains" => (Call::Contains, vec![text, Ty::Text], Ty::Bool),
            "startsWith" => (Call::StartsWith, vec![text, Ty::Text], Ty::Bool),
            "endsWith" => (Call::EndsWith, vec![text, Ty::Text], Ty::Bool),
            "lower" | "lowerAscii" => (Call::Lower, vec![text], Ty::Text),
            "domain" => (Call::Domain, vec![text], Ty::Text),
            "days_since" => (Call::DaysSince, vec![Ty::Time], Ty::Int),
            "hours_since" => (Call::HoursSince, vec![Ty::Time], Ty::Int),
            "has_begun" => (Call::HasBegun, vec![Ty::Time], Ty::Bool),
            _ => {
                let help = help(name, FUNCTIONS.iter().map(|(name, _)| *name), "functions");
                let message = format!("there is no function `{name}`");
                return self.mistake(Mistake::new(name_span.clone(), message).help(help));
            }
        };
        self.moves |= matches!(call, Call::DaysSince | Call::HoursSince | Call::HasBegun);
        if let Err(mistake) = count(wanted.len()) {
            return self.mistake(mistake);
        }
        let plans = all.iter().zip(&wanted).map(|(node, ty)| self.value(node, ty).plan).collect();
        Part::of(Plan::Call(call, plans), result)
    }

    fn coalesce(&mut self, node: &Node, arguments: &[Node]) -> Part {
        let mut ty: Option<Ty> = None;
        let mut nullable = true;
        let mut plans = Vec::new();
        for argument in arguments {
            let part = self.part(argument);
            if let Some(before) = &ty
                && !before.fits(&part.ty)
            {
                let message = format!("this is {}, the values before are {}", part.ty.name(), before.name());
                let help = "a default must be of the type that it stands in for";
                return self.mistake(Mistake::new(argument.span.clone(), message).help(help));
            }
            nullable &= part.nullable;
            if part.ty != Ty::Null {
                ty.get_or_insert(part.ty);
            }
            plans.push(part.plan);
        }
        let Some(ty) = ty else {
            return self.mistake(
                Mistake::new(node.span.clone(), "`coalesce` needs a value that is not always null")
                    .help("write it as `coalesce(value, default)`"),
            );
        };
        Part { plan: Plan::Coalesce(plans), ty, nullable }
    }

    fn moment(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Part {
        let [Node { kind: Kind::Text(text), span }] = arguments else {
            let help = if name == "timestamp" { "`timestamp('2026-01-31T00:00:00Z')`" } else { "`duration('72h')`" };
            let message = format!("`{name}` takes one quoted text");
            return self.mistake(Mistake::new(node.span.clone(), message).help(format!("write it as {help}")));
        };
        if name == "timestamp" {
            match text.parse::<Time>() {
                Ok(time) => Part::of(Plan::Constant(Constant::Time(time)), Ty::Time),
                Err(_) => self.mistake(
                    Mistake::new(span.clone(), "this is no point in time").help("write it as `2026-01-31T00:00:00Z`"),
                ),
            }
        } else {
            match duration(text) {
                Some(value) => Part::of(Plan::Constant(Constant::Duration(value)), Ty::Duration),
                None => self.mistake(
                    Mistake::new(span.clone(), "this is no duration")
                        .help("write it as `72h`, `30m`, `90s` or `1h30m`"),
                ),
            }
        }
    }

    fn matches(&mut self, node: &Node, all: &[&Node]) -> Part {
        let [subject, Node { kind: Kind::Text(pattern), span }] = all else {
            return self.mistake(
                Mistake::new(node.span.clone(), "`matches` takes a quoted pattern")
                    .help("a pattern is written in the rule itself, so that it can be checked"),
            );
        };
        let subject = self.value(subject, &Ty::Text);
        match RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build() {
            Ok(regex) => Part::of(Plan::Matches(Box::new(subject.plan), Box::new(regex)), Ty::Bool),
            Err(error) => {
                let reason = error.to_string();
                let reason =
                    reason.lines().last().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.');
                let help = "close what is open, repeat less, and put `\\` before a sign that stands for itself";
                self.mistake(Mistake::new(span.clone(), format!("this is no pattern: {reason}")).help(help))
            }
        }
    }

    /// The answer to a question: `attested('restore-tested')`, `answered('restore-tested')`.
    fn question(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Part {
        let [Node { kind: Kind::Text(id), span }] = arguments else {
            let message = format!("`{name}` takes the quoted id of a question");
            let help = format!("write it as `{name}('restore-tested')`");
            return self.mistake(Mistake::new(node.span.clone(), message).help(help));
        };
        let Some(not_applicable) = self.names.questions.get(id) else {
            let help = help(id, self.names.questions.keys().map(String::as_str), "questions");
            return self.mistake(Mistake::new(span.clone(), format!("there is no question `{id}`")).help(help));
        };
        let (dataset, info) = Datasets::find("attestations").expect("the dictionary has it");
        self.reads.insert((dataset, None));
        self.reads.extend((0..info.columns.len()).map(|column| (dataset, Some(column))));
        let question = Box::new(Question::new(id, self.names.addressable, *not_applicable));
        if name == "attested" {
            Part::of(Plan::Attested(question), Ty::Bool)
        } else {
            Part::of(Plan::Answered(question), Ty::Text)
        }
    }

    fn comprehension(&mut self, node: &Node, kind: Macro, list: &Node, arguments: &[Node]) -> Part {
        let list_part = self.present(list);
        let item = match list_part.ty {
            Ty::List(item) => *item,
            Ty::Wrong => Ty::Wrong,
            other => {
                let message = format!("{} is no list", other.name());
                return self.mistake(Mistake::new(list.span.clone(), message).help("only lists have members to ask"));
            }
        };
        let [Node { kind: Kind::Name(variable), span }, body] = arguments else {
            return self.mistake(
                Mistake::new(node.span.clone(), "this takes a name and what is asked of each")
                    .help("as in `users.exists(u, u.is_admin)`"),
            );
        };
        if variable == "now" || variable == "params" || Datasets::find(variable).is_some() {
            return self.mistake(
                Mistake::new(span.clone(), format!("`{variable}` means something else already"))
                    .help("take another name, as `it`"),
            );
        }
        let outer = self.not_null.clone();
        self.not_null.retain(|path| !path.starts_with(&format!("{variable}.")));
        self.variables.push((variable.clone(), item.clone()));
        let body = if kind == Macro::Map { self.present(body) } else { self.value(body, &Ty::Bool) };
        self.variables.pop();
        self.not_null = outer;
        let ty = match kind {
            Macro::Exists | Macro::ExistsOne | Macro::All => Ty::Bool,
            Macro::Filter => Ty::List(Box::new(item)),
            Macro::Map => Ty::List(Box::new(body.ty)),
        };
        Part::of(Plan::Macro(kind, Box::new(list_part.plan), Box::new(body.plan)), ty)
    }
}

/// Every function and macro, with how it is written.
const FUNCTIONS: [(&str, &str); 23] = [
    ("size", "size(list)"),
    ("distinct", "distinct(list)"),
    ("join", "join(list, ', ')"),
    ("contains", "text.contains('part')"),
    ("startsWith", "text.startsWith('part')"),
    ("endsWith", "text.endsWith('part')"),
    ("lower", "lower(text)"),
    ("lowerAscii", "text.lowerAscii()"),
    ("domain", "domain(text)"),
    ("days_since", "days_since(time)"),
    ("hours_since", "hours_since(time)"),
    ("has_begun", "has_begun(day)"),
    ("coalesce", "coalesce(value, default)"),
    ("timestamp", "timestamp('2026-01-31T00:00:00Z')"),
    ("duration", "duration('72h')"),
    ("matches", "text.matches(r'pattern')"),
    ("exists", "list.exists(it, condition)"),
    ("exists_one", "list.exists_one(it, condition)"),
    ("all", "list.all(it, condition)"),
    ("filter", "list.filter(it, condition)"),
    ("map", "list.map(it, value)"),
    ("attested", "attested('restore-tested')"),
    ("answered", "answered('restore-tested')"),
];

fn plural(count: usize) -> &'static str {
    if count == 1 { "value" } else { "values" }
}

/// The path of a field of a name: `user.created`.
fn path(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Field(inner, name, _) => match &inner.kind {
            Kind::Name(owner) => Some(format!("{owner}.{name}")),
            _ => None,
        },
        _ => None,
    }
}

/// Paths that are not null whenever the condition comes out as `truth`.
fn facts(condition: &Node, truth: bool) -> Vec<String> {
    match &condition.kind {
        Kind::Not(inner) => facts(inner, !truth),
        Kind::Binary(op @ ("&&" | "||"), left, right) if (*op == "&&") == truth => {
            let mut all = facts(left, truth);
            all.extend(facts(right, truth));
            all
        }
        Kind::Binary(op @ ("==" | "!="), left, right) if (*op == "!=") == truth => match (&left.kind, &right.kind) {
            (_, Kind::Null) => path(left).into_iter().collect(),
            (Kind::Null, _) => path(right).into_iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A duration as CEL writes it: whole numbers with `h`, `m` or `s`.
fn duration(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest.is_empty() {
        return None;
    }
    let mut seconds: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let unit = match &rest[digits..=digits] {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[digits + 1..];
    }
    Some(SignedDuration::from_secs(if negative { -seconds } else { seconds }))
}

/// The plan of `organization.service_plans` holding none of these plans, with what it reads.
pub(crate) fn service_plans_column() -> (usize, usize) {
    let (dataset, info) = Datasets::find("organization").expect("the dictionary has it");
    let (column, _) = info.column("service_plans").expect("the dictionary has it");
    (dataset, column)
}
