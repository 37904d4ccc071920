//! Policy files, catalogues and baselines: read together, checked together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use tenantscan_model::rows::{AccountKind, RegisteredKind, Severity};
use tenantscan_model::{ClosedEnum, Datasets, Platform, Text};
use tenantscan_written::{Diagnostics, Reader, SourceFile, TableAt, TextAt, help, kind, nearest, parse};
use toml::de::DeValue;

use crate::baseline::BaselineFile;
use crate::cases;
use crate::catalogues::{Catalogues, Choice, catalogues};
use crate::cel::Mistake;
use crate::cel::check::{Names, Ty, service_plans_column};
use crate::expression::{Expression, Reads, Template};
use crate::policy::{Confirmed, Declare, Fix, Licence, Parameter, ParameterValue, Policy, Rule, Verdict};

/// Longest policy file, in bytes.
const MAX_FILE: usize = 1 << 18;

/// Everything that a set of policies is made of.
#[derive(Clone, Debug)]
pub struct Files {
    /// One policy each.
    pub policies: Vec<SourceFile>,
    /// One baseline each.
    pub baselines: Vec<SourceFile>,
    /// The dated catalogue of licences and their service plans.
    pub licences: SourceFile,
    /// The dated catalogue of safeguards, for the citations.
    pub safeguards: SourceFile,
    /// The dated catalogue of the questions that only people can answer.
    pub questions: SourceFile,
}

/// Checked policies and the baselines that choose among them.
#[derive(Debug)]
pub struct Library {
    /// The policies, sorted by id.
    pub policies: Vec<Policy>,
    pub(crate) baselines: BTreeMap<String, BaselineFile>,
}

/// Reads and checks all files.
///
/// # Errors
/// Every mistake of every file.
pub fn load(files: &Files) -> Result<Library, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let catalogues = catalogues(files, &mut diagnostics);
    let mut policies: Vec<Policy> = Vec::new();
    for file in &files.policies {
        let file = Arc::new(file.clone());
        if file.text.len() > MAX_FILE {
            let message = format!("a policy has at most {} KiB", MAX_FILE / 1024);
            diagnostics.push(
                &file,
                0..1,
                message,
                Some("this may be another kind of file; else make two of it".into()),
            );
            continue;
        }
        let Some(table) = parse(&file, &mut diagnostics) else { continue };
        let mut reader = Reader { file: Arc::clone(&file), diagnostics: &mut diagnostics };
        let root = reader.root(&table);
        if let Some(policy) = policy(&mut reader, root, &catalogues) {
            if let Some(twin) = policies.iter().find(|it| it.id == policy.id) {
                let message = format!("policy `{}` stands in {} already", policy.id, twin.file);
                reader.mistake(root.span(), message, Some("give one of the two another id and file name".into()));
            }
            policies.push(policy);
        }
    }
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    let mut baselines = BTreeMap::new();
    for file in &files.baselines {
        if let Some(baseline) = BaselineFile::read(file, None, &mut diagnostics) {
            baselines.insert(baseline.id.clone(), baseline);
        }
    }
    if diagnostics.is_empty() { Ok(Library { policies, baselines }) } else { Err(diagnostics) }
}

/// The last part of a path without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

fn policy(reader: &mut Reader<'_>, root: TableAt<'_>, catalogues: &Catalogues) -> Option<Policy> {
    let keys = [
        "id",
        "title",
        "severity",
        "citations",
        "because",
        "platforms",
        "why",
        "parameters",
        "rule",
        "rules",
        "fix",
        "references",
        "tests",
    ];
    reader.only(root, &keys);
    let before = reader.diagnostics.len();
    let id = reader.needed(root, "id", "a short name of small letters, digits and hyphens, the same as the file's");
    let file = reader.file.name.clone();
    if let Some(id) = &id
        && id.text != stem(&file)
    {
        reader.mistake(
            id.span.clone(),
            format!("the file is named `{}`", stem(&file)),
            Some("let id and file name agree".into()),
        );
    }
    let title = reader.needed(root, "title", "a plain sentence that is true when the requirement is met");
    let why = reader.needed(root, "why", "why it matters, to a practice manager");
    let severity = reader.needed(root, "severity", "critical, high, medium or low");
    let severity = severity.and_then(|text| reader.word(&text, &Severity::words()));
    let citations = citations(reader, root, catalogues);
    let because = reader.text(root, "because").map(|text| text.text);
    let (parameters, broken) = parameters(reader, root);
    let choices = || citations.iter().filter_map(|it| catalogues.citations.get(it).copied());
    let names = Names {
        each: None,
        parameters: &parameters,
        broken: &broken,
        questions: &catalogues.questions,
        addressable: choices().any(|it| it == Choice::Addressable) && !choices().any(|it| it == Choice::AsItStands),
    };
    let rules = rules(reader, root, &names, catalogues);
    let fixes = fixes(reader, root, &rules);
    let references = references(reader, root);
    let tests = cases::read(reader, root, &rules, &parameters);
    let shares_rule = rules.len() > 1 && reader.get(root, "rules").is_none();
    if reader.diagnostics.len() > before {
        return None;
    }
    Some(Policy {
        id: id?.text,
        title: title?.text,
        why: why?.text.split_whitespace().collect::<Vec<_>>().join(" "),
        severity: severity?,
        citations,
        because,
        parameters,
        rules,
        shares_rule,
        fixes,
        references,
        tests,
        file,
    })
}

pub(crate) fn platform(reader: &mut Reader<'_>, text: &TextAt) -> Option<Platform> {
    reader.word(text, &Platform::ALL.map(|it| (it.name(), it)))
}

fn citations(reader: &mut Reader<'_>, root: TableAt<'_>, catalogues: &Catalogues) -> Vec<String> {
    let texts = reader.texts(root, "citations");
    let empty =
        reader.get(root, "citations").is_none_or(|value| value.get_ref().as_array().is_some_and(|it| it.is_empty()));
    if empty {
        let help = "add `citations = [\"164.…\"]`: provisions of 45 CFR, the closest first";
        reader.mistake(root.span(), "`citations` is missing", Some(help.into()));
    }
    let mut seen = BTreeSet::new();
    for citation in &texts {
        if !catalogues.citations.contains_key(&citation.text) {
            let near = nearest(&citation.text, catalogues.citations.keys().map(String::as_str));
            let help = near.map_or_else(
                || "write it as `164.312(a)(2)(i)`, from 45 CFR part 164, subpart C".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            reader.mistake(
                citation.span.clone(),
                format!("`{}` is not in the catalogue of safeguards", citation.text),
                Some(help),
            );
        }
        if !seen.insert(citation.text.clone()) {
            reader.mistake(
                citation.span.clone(),
                format!("`{}` stands here twice", citation.text),
                Some("take one of the two out".into()),
            );
        }
    }
    texts.into_iter().map(|citation| citation.text).collect()
}

/// The parameters, and the names of those that have a mistake.
fn parameters(reader: &mut Reader<'_>, root: TableAt<'_>) -> (Vec<Parameter>, Vec<String>) {
    let Some(table) = reader.table(root, "parameters") else { return (Vec::new(), Vec::new()) };
    let (mut all, mut broken) = (Vec::new(), Vec::new());
    for (name, inner) in reader.tables(table) {
        reader.only(inner, &["default", "unit", "about"]);
        let about = reader.needed(inner, "about", "what it means, to whoever sets it");
        let unit = reader.text(inner, "unit").map(|unit| unit.text).unwrap_or_default();
        let value = match reader.get(inner, "default") {
            Some(value) => parameter_value(reader, value.get_ref(), value.span()),
            None => {
                reader.mistake(
                    inner.span(),
                    "`default` is missing",
                    Some("the value that holds unless a baseline sets another".into()),
                );
                None
            }
        };
        match (about, value) {
            (Some(about), Some(value)) => {
                all.push(Parameter { name, about: about.text, unit, default: value.clone(), value });
            }
            _ => broken.push(name),
        }
    }
    (all, broken)
}

/// The value of a parameter, of whichever type it is.
pub(crate) fn parameter_value(
    reader: &mut Reader<'_>,
    value: &DeValue<'_>,
    span: Range<usize>,
) -> Option<ParameterValue> {
    let found = match value {
        DeValue::Boolean(value) => Some(ParameterValue::Bool(*value)),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(ParameterValue::Int),
        DeValue::String(text) => Some(ParameterValue::Text(text.as_ref().into())),
        DeValue::Array(items) => {
            let texts: Option<Vec<Text>> = items.iter().map(|item| item.get_ref().as_str().map(Text::from)).collect();
            texts.map(ParameterValue::Texts)
        }
        _ => None,
    };
    if found.is_none() {
        let message = format!("{} cannot be the value of a parameter", kind(value));
        let help = "write true, false, a whole number, a text, or a list of texts";
        reader.mistake(span, message, Some(help.into()));
    }
    found
}

fn rules(
    reader: &mut Reader<'_>,
    root: TableAt<'_>,
    names: &Names<'_>,
    catalogues: &Catalogues,
) -> BTreeMap<Platform, Rule> {
    let mut rules = BTreeMap::new();
    if let Some(table) = reader.table(root, "rule") {
        let platforms = reader.texts(root, "platforms");
        if platforms.is_empty() {
            reader.mistake(
                table.span(),
                "`platforms` does not say for which platforms the rule is",
                Some("write `platforms = [\"microsoft365\"]` above".into()),
            );
        }
        let mut seen = BTreeSet::new();
        for text in platforms {
            let Some(platform) = platform(reader, &text) else { continue };
            if !seen.insert(platform) {
                let help = Some("take one of the two out".into());
                reader.mistake(text.span.clone(), format!("`{platform}` stands here twice"), help);
            } else if let Some(rule) = rule(reader, table, names, catalogues, platform) {
                rules.insert(platform, rule);
            }
        }
    }
    if let Some(tables) = reader.table(root, "rules") {
        reader.only(tables, &Platform::ALL.map(Platform::name));
        for platform in Platform::ALL {
            if let Some(table) = reader.table(tables, platform.name())
                && let Some(rule) = rule(reader, table, names, catalogues, platform)
            {
                rules.insert(platform, rule);
            }
        }
    }
    if reader.get(root, "rule").is_none() && reader.get(root, "rules").is_none() {
        reader.mistake(
            root.span(),
            "there is no rule",
            Some("add `[rule]` with `platforms`, or `[rules.microsoft365]`".into()),
        );
    }
    rules
}

fn rule(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    tenant_names: &Names<'_>,
    catalogues: &Catalogues,
    platform: Platform,
) -> Option<Rule> {
    let question = reader.text(table, "question");
    let asked = question.as_ref().map(|question| asked(reader, question, tenant_names));
    if table.table.len() == 1
        && let Some(asked) = asked
    {
        let (require, finding, reads) = asked?;
        return Some(Rule {
            each: None,
            applies: None,
            filter: None,
            require,
            finding,
            otherwise: Verdict::Fail,
            confirmed: None,
            licence: None,
            declare: None,
            reads: reads.iter().copied().collect(),
            decides: reads.into_iter().collect(),
        });
    }
    reader.only(
        table,
        &["question", "each", "applies", "where", "require", "finding", "otherwise", "licence", "declare"],
    );
    let each = reader.text(table, "each");
    let dataset = each.as_ref().and_then(|name| {
        let found = Datasets::find(&name.text).map(|(index, _)| index);
        if found.is_none() {
            let near = nearest(&name.text, Datasets::ALL.iter().map(|info| info.name));
            let help = near.map_or_else(
                || "`tenantscan dictionary` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            reader.mistake(name.span.clone(), format!("there is no dataset `{}`", name.text), Some(help));
        }
        found
    });
    if each.is_some() && dataset.is_none() {
        return None;
    }
    let row_names = Names { each: dataset, ..*tenant_names };
    let mut reads = Reads::new();
    reads.extend(dataset.map(|dataset| (dataset, None)));
    let confirmed = match question.zip(asked) {
        None => None,
        Some((question, asked)) => {
            let (condition, answer, more) = asked?;
            reads.extend(more);
            Some(Confirmed { question: question.text, condition, answer })
        }
    };
    let applies = reader.text(table, "applies").and_then(|text| condition(reader, &text, tenant_names, &mut reads));
    let filter = reader.text(table, "where");
    if dataset.is_none()
        && let Some(filter) = &filter
    {
        reader.mistake(
            filter.span.clone(),
            "`where` needs `each`",
            Some("for a rule about the tenant use `applies`".into()),
        );
    }
    let filter = filter.and_then(|text| condition(reader, &text, &row_names, &mut reads));
    let require = reader.needed(table, "require", "what must hold, as a CEL expression");
    let require = require.and_then(|text| condition(reader, &text, &row_names, &mut reads));
    let finding = reader.needed(table, "finding", "what is said where it does not hold, with {expressions} in braces");
    let mut told = Reads::new();
    let finding = finding.and_then(|text| match Template::compile(&text.text, &row_names) {
        Ok((template, more)) => {
            told.extend(more);
            Some(template)
        }
        Err(mistakes) => {
            mistakes_in(reader, &text, mistakes);
            None
        }
    });
    let otherwise = match reader.text(table, "otherwise") {
        None => Some(Verdict::Fail),
        Some(text) => reader.word(&text, &[("fail", Verdict::Fail), ("review", Verdict::Review)]),
    };
    let licence = match reader.text(table, "licence") {
        None => None,
        Some(name) => match catalogues.licences.get(&name.text) {
            // A rule for several platforms names the licence of the one that needs one.
            Some((of, _)) if *of != platform => None,
            Some((_, plans)) => {
                let (dataset, column) = service_plans_column();
                reads.extend([(dataset, None), (dataset, Some(column))]);
                Some(Licence { name: name.text, service_plans: plans.clone() })
            }
            None => {
                let help = help(&name.text, catalogues.licences.keys().map(String::as_str), "licences");
                let message = format!("`{}` is not in the catalogue of licences", name.text);
                reader.mistake(name.span.clone(), message, Some(help));
                return None;
            }
        },
    };
    let declare = declare(reader, table, tenant_names, &mut told);
    Some(Rule {
        each: dataset,
        applies,
        filter,
        require: require?,
        finding: finding?,
        otherwise: otherwise?,
        confirmed,
        licence,
        declare,
        reads: reads.union(&told).copied().collect(),
        decides: reads.into_iter().collect(),
    })
}

/// That a person says so, in date, and the answer in words: all that many policies need.
fn asked(reader: &mut Reader<'_>, question: &TextAt, names: &Names<'_>) -> Option<(Expression, Template, Reads)> {
    if !names.questions.contains_key(&question.text) {
        let help = help(&question.text, names.questions.keys().map(String::as_str), "questions");
        reader.mistake(question.span.clone(), format!("there is no question `{}`", question.text), Some(help));
        return None;
    }
    let (require, _, mut reads) = Expression::compile(&format!("attested('{}')", question.text), names).ok()?;
    let (finding, more) = Template::compile(&format!("{{answered('{}')}}", question.text), names).ok()?;
    reads.extend(more);
    Some((require, finding, reads))
}

/// Which accounts the rule may only count because nobody has declared what they are for.
fn declare(reader: &mut Reader<'_>, rule: TableAt<'_>, tenant_names: &Names<'_>, reads: &mut Reads) -> Option<Declare> {
    let table = reader.table(rule, "declare")?;
    reader.only(table, &["kind", "where"]);
    let words: Vec<_> =
        AccountKind::words().into_iter().filter(|(word, _)| RegisteredKind::WORDS.contains(word)).collect();
    let kind = reader.needed(table, "kind", "what the accounts would be declared to be");
    let kind = kind.and_then(|text| reader.word(&text, &words));
    let (users, info) = Datasets::find("users").expect("rows::User is in the dictionary");
    let filter = reader.needed(table, "where", "which users are likely to be that, as a CEL expression");
    let filter = filter.and_then(|text| condition(reader, &text, &Names { each: Some(users), ..*tenant_names }, reads));
    let columns = ["kind", "principal_name"].map(|name| info.column(name).map(|(index, _)| index));
    reads.extend(columns.map(|column| (users, column)));
    Some(Declare { kind: kind?, filter: filter? })
}

/// Reports mistakes of an expression at their places in the file.
fn mistakes_in(reader: &mut Reader<'_>, at: &TextAt, found: Vec<Mistake>) {
    for mistake in found {
        reader.mistake(at.place(&mistake.span), mistake.message, mistake.help);
    }
}

fn condition(reader: &mut Reader<'_>, text: &TextAt, names: &Names<'_>, reads: &mut Reads) -> Option<Expression> {
    match Expression::compile(&text.text, names) {
        Ok((expression, Ty::Bool, more)) => {
            reads.extend(more);
            Some(expression)
        }
        // It rests on a parameter that has a mistake itself.
        Ok((_, Ty::Wrong, _)) => None,
        Ok((_, ty, _)) => {
            let help = "a condition is true or false: compare it with something".to_owned();
            reader.mistake(text.span.clone(), format!("this is {}, not a condition", ty.name()), Some(help));
            None
        }
        Err(mistakes) => {
            mistakes_in(reader, text, mistakes);
            None
        }
    }
}

fn fixes(reader: &mut Reader<'_>, root: TableAt<'_>, rules: &BTreeMap<Platform, Rule>) -> BTreeMap<Platform, Fix> {
    let mut fixes = BTreeMap::new();
    let Some(table) = reader.table(root, "fix") else {
        reader.mistake(
            root.span(),
            "`[fix.microsoft365]` is missing",
            Some("say who mends it, where, and how to go back".into()),
        );
        return fixes;
    };
    if reader.get(table, "who").is_some() {
        let same = fix(reader, table);
        return rules.keys().map(|platform| (*platform, same.clone())).collect();
    }
    reader.only(table, &Platform::ALL.map(Platform::name));
    for platform in Platform::ALL {
        let Some(inner) = reader.table(table, platform.name()) else {
            if rules.contains_key(&platform) {
                let help = "say who mends it there, where, and how to go back".to_owned();
                reader.mistake(table.span(), format!("`[fix.{platform}]` is missing"), Some(help));
            }
            continue;
        };
        fixes.insert(platform, fix(reader, inner));
    }
    fixes
}

fn fix(reader: &mut Reader<'_>, table: TableAt<'_>) -> Fix {
    reader.only(table, &["who", "time", "portal", "command", "side_effects", "undo"]);
    let mut part = |key: &str, what: &str| {
        let text = reader.needed(table, key, what).map(|text| text.text).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (who, time) = (part("who", "who acts"), part("time", "how long it takes"));
    let portal = part("portal", "where to click, with ` > ` between the steps");
    let (side_effects, undo) = (part("side_effects", "what else changes, for whom"), part("undo", "how to go back"));
    let command = reader.text(table, "command").map(|text| text.text.trim().to_owned());
    Fix { who, time, portal, command, side_effects, undo }
}

fn references(reader: &mut Reader<'_>, root: TableAt<'_>) -> BTreeMap<String, Vec<String>> {
    let Some(table) = reader.table(root, "references") else { return BTreeMap::new() };
    let names: Vec<String> = table.table.keys().map(|key| key.get_ref().to_string()).collect();
    names
        .into_iter()
        .map(|name| {
            let numbers = reader.texts(table, &name).into_iter().map(|number| number.text).collect();
            (name, numbers)
        })
        .collect()
}
