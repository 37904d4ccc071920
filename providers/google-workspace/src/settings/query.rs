//! The condition of a policy: for whom it is. Only the documented forms are read; whatever else stands in a condition is
//! not understood, and may then be true of anybody.
//!
//! Source: Cloud Identity API, PolicyQuery.query.

use std::collections::BTreeSet;

use tenantscan_model::{Gap, Text};

/// Whether something is true of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// No.
    No,
    /// It is not known.
    Maybe(Gap),
    /// Yes.
    Yes,
}

impl Answer {
    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            Self::Maybe(gap) => Self::Maybe(gap),
        }
    }

    /// What a list says where some of it is not known.
    pub(crate) fn of(known: Result<bool, &Gap>) -> Self {
        match known {
            Ok(true) => Self::Yes,
            Ok(false) => Self::No,
            Err(gap) => Self::Maybe(gap.clone()),
        }
    }
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// In this unit, or one below it.
    Unit(Text),
    /// In this group.
    Group(Text),
    /// Holds one of these products.
    Products(Vec<Text>),
    /// The opposite.
    Not(Box<Self>),
    /// All of these; without any: everybody.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// Something that the documented forms do not cover.
    NotUnderstood,
}

/// What a policy needs to know of somebody.
pub(crate) trait Who {
    fn in_unit(&self, unit: &str) -> Answer;
    fn in_group(&self, group: &str) -> Answer;
    fn holds(&self, products: &[Text]) -> Answer;
    /// What a condition that is not understood says.
    fn unclear(&self) -> Gap;
}

/// The unit and the groups that a condition demands at the same time, by which one policy comes before another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    pub(crate) units: Vec<Text>,
    pub(crate) groups: Vec<Text>,
}

impl Query {
    /// Reads a condition. One that is empty is true of everybody.
    pub(crate) fn parse(text: &str) -> Self {
        if text.trim().is_empty() {
            return Self::All(Vec::new());
        }
        let mut parser = Parser { text, at: 0 };
        let query = parser.any();
        parser.space();
        if parser.at == text.len() { query } else { Self::NotUnderstood }
    }

    pub(crate) fn holds(&self, who: &impl Who) -> Answer {
        match self {
            Self::Unit(unit) => who.in_unit(unit),
            Self::Group(group) => who.in_group(group),
            Self::Products(products) => who.holds(products),
            Self::Not(inner) => inner.holds(who).not(),
            Self::All(parts) => decide(parts, who, &Answer::No, Answer::Yes),
            Self::Any(parts) => decide(parts, who, &Answer::Yes, Answer::No),
            Self::NotUnderstood => Answer::Maybe(who.unclear()),
        }
    }

    /// What it demands; none where that cannot be said in one way.
    pub(crate) fn demands(&self) -> Option<Demands> {
        let mut demands = Demands::default();
        self.collect(&mut demands).then_some(demands)
    }

    fn collect(&self, demands: &mut Demands) -> bool {
        match self {
            Self::Unit(unit) => demands.units.push(unit.clone()),
            Self::Group(group) => demands.groups.push(group.clone()),
            Self::Products(_) => {}
            Self::Not(inner) => return !matches!(**inner, Self::All(_) | Self::Any(_)) && !inner.is_unclear(),
            Self::All(parts) => return parts.iter().all(|part| part.collect(demands)),
            Self::Any(parts) => return parts.iter().all(|part| matches!(part, Self::Products(_))),
            Self::NotUnderstood => return false,
        }
        true
    }

    /// Whether a part of it is not understood.
    pub(crate) fn is_unclear(&self) -> bool {
        match self {
            Self::NotUnderstood => true,
            Self::Not(inner) => inner.is_unclear(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_unclear),
            Self::Unit(_) | Self::Group(_) | Self::Products(_) => false,
        }
    }

    /// Its clauses about products.
    pub(crate) fn clauses(&self, clauses: &mut BTreeSet<Vec<Text>>) {
        match self {
            Self::Products(products) => drop(clauses.insert(products.clone())),
            Self::Not(inner) => inner.clauses(clauses),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.clauses(clauses)),
            Self::Unit(_) | Self::Group(_) | Self::NotUnderstood => {}
        }
    }

    /// Groups and products that it names anywhere.
    pub(crate) fn names(&self, groups: &mut BTreeSet<Text>, products: &mut BTreeSet<Text>) {
        match self {
            Self::Group(group) => {
                groups.insert(group.clone());
            }
            Self::Products(names) => products.extend(names.iter().cloned()),
            Self::Not(inner) => inner.names(groups, products),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.names(groups, products)),
            Self::Unit(_) | Self::NotUnderstood => {}
        }
    }
}

/// The answer of several parts: the first that decides, else one that is not known, else the rest.
fn decide(parts: &[Query], who: &impl Who, deciding: &Answer, rest: Answer) -> Answer {
    let mut unknown = None;
    for part in parts {
        let answer = part.holds(who);
        if answer == *deciding {
            return answer;
        }
        if matches!(answer, Answer::Maybe(_)) {
            unknown.get_or_insert(answer);
        }
    }
    unknown.unwrap_or(rest)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn any(&mut self) -> Query {
        self.chain("||", Self::all, Query::Any)
    }

    fn all(&mut self) -> Query {
        self.chain("&&", Self::one, Query::All)
    }

    fn chain(&mut self, sign: &str, part: fn(&mut Self) -> Query, whole: fn(Vec<Query>) -> Query) -> Query {
        let first = part(self);
        let mut parts = vec![first];
        while self.take(sign) {
            parts.push(part(self));
        }
        if parts.len() == 1 { parts.remove(0) } else { whole(parts) }
    }

    fn one(&mut self) -> Query {
        if self.take("!") {
            return Query::Not(Box::new(self.one()));
        }
        if self.take("(") {
            let inner = self.any();
            return if self.take(")") { inner } else { Query::NotUnderstood };
        }
        self.clause()
    }

    /// Everything up to the next `&&`, `||` or closing bracket of this level.
    fn clause(&mut self) -> Query {
        self.space();
        let start = self.at;
        let (mut depth, mut quote) = (0_usize, None);
        for (offset, sign) in self.text[start..].char_indices() {
            let here = &self.text[start + offset..];
            match (quote, sign) {
                (Some(open), _) if sign == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(sign),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')') if depth == 0 => break,
                (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
                (None, _) if depth == 0 && (here.starts_with("&&") || here.starts_with("||")) => break,
                (None, _) => {}
            }
            self.at = start + offset + sign.len_utf8();
        }
        documented(&self.text[start..self.at]).unwrap_or(Query::NotUnderstood)
    }
}

/// One of the three documented clauses.
fn documented(clause: &str) -> Option<Query> {
    let clause: String = clause.chars().filter(|sign| !sign.is_whitespace()).collect();
    let inside = |list: &str| {
        let rest = clause.strip_prefix("entity.")?.strip_prefix(list)?.strip_prefix(".exists(")?.strip_suffix(')')?;
        let (variable, body) = rest.split_once(',')?;
        let name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        (!variable.is_empty() && variable.chars().all(name)).then_some(())?;
        body.strip_prefix(variable).map(str::to_owned)
    };
    if let Some(body) = inside("org_units") {
        return quoted(body.strip_prefix(".org_unit_id==orgUnitId(")?.strip_suffix(')')?).map(Query::Unit);
    }
    if let Some(body) = inside("groups") {
        return quoted(body.strip_prefix(".group_id==groupId(")?.strip_suffix(')')?).map(Query::Group);
    }
    let body = inside("licenses")?;
    let products = body.strip_prefix("in[")?.strip_suffix(']')?;
    let products: Option<Vec<Text>> = products.split(',').map(|product| quoted(product).filter(is_product)).collect();
    products.map(Query::Products)
}

/// A text in quotation marks, which holds nothing but letters, digits and the signs of ids.
fn quoted(text: &str) -> Option<Text> {
    let inner = ['\'', '"'].iter().find_map(|mark| text.strip_prefix(*mark)?.strip_suffix(*mark))?;
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '/' | '.');
    (!inner.is_empty() && inner.chars().all(plain)).then(|| inner.into())
}

/// Whether it is the name of one product: `/product/101001/sku/1010010001`.
fn is_product(text: &Text) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    matches!(parts.as_slice(), ["", "product", product, "sku", sku] if !product.is_empty() && !sku.is_empty() && *sku != "wildcard")
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: &str = "entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('03ph8a2z1'))";
    const GROUP: &str = "entity.groups.exists(group, group.group_id == groupId('01baon6m1'))";
    const FREE: &str = "entity.licenses.exists(license, license in ['/product/101001/sku/1010010001'])";

    fn unit() -> Query {
        Query::Unit("03ph8a2z1".into())
    }

    fn free() -> Query {
        Query::Products(vec!["/product/101001/sku/1010010001".into()])
    }

    #[test]
    fn documented_forms_are_read() {
        let group = Query::Group("01baon6m1".into());
        let cases = [
            (String::new(), Query::All(Vec::new())),
            (UNIT.to_owned(), unit()),
            (UNIT.replace(' ', ""), unit()),
            (UNIT.replace("org_unit,", "orgUnit,").replace("org_unit.org", "orgUnit.org"), unit()),
            (UNIT.replace('\'', "\""), unit()),
            (GROUP.to_owned(), group.clone()),
            (format!("{UNIT} && {FREE}"), Query::All(vec![unit(), free()])),
            (format!("{UNIT} && !{FREE}"), Query::All(vec![unit(), Query::Not(Box::new(free()))])),
            (format!("({UNIT} || {GROUP}) && {FREE}"), Query::All(vec![Query::Any(vec![unit(), group]), free()])),
        ];
        for (text, expected) in cases {
            assert_eq!(Query::parse(&text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_else_is_guessed() {
        for text in [
            "entity.org_units.exists(o, p.org_unit_id == orgUnitId('1'))",
            "entity.org_units.exists(o, o.org_unit_id != orgUnitId('1'))",
            "entity.devices.exists(d, d.managed)",
            "entity.groups.all(g, g.group_id == groupId('1'))",
            "entity.licenses.exists(l, l in ['/product/101001/sku/wildcard'])",
            "entity.licenses.exists(l, l in [])",
            "true",
            "(",
            "'",
        ] {
            assert!(Query::parse(text).is_unclear(), "{text}: {:?}", Query::parse(text));
        }
        let query = Query::parse(&format!("{UNIT} && entity.devices.exists(d, d.x == '&&') && {FREE}"));
        assert_eq!(query, Query::All(vec![unit(), Query::NotUnderstood, free()]));
        assert_eq!(query.demands(), None);
        assert_eq!(Query::parse(&format!("{UNIT} {GROUP}")), Query::NotUnderstood);
    }

    #[test]
    fn what_decides_rank_is_what_is_demanded_at_the_same_time() {
        let demands = |text: &str| Query::parse(text).demands().map(|it| (it.units.len(), it.groups.len()));
        assert_eq!(demands(&format!("{UNIT} && {GROUP} && !{FREE}")), Some((1, 1)));
        assert_eq!(demands(&format!("{UNIT} && !{GROUP}")), Some((1, 0)));
        assert_eq!(demands(&format!("{UNIT} || {GROUP}")), None);
        assert_eq!(demands(&format!("{FREE} || {FREE}")), Some((0, 0)));
        assert_eq!(demands(""), Some((0, 0)));
    }
}
