//! Baselines: which policies hold, and with which parameters.

use std::ops::Range;
use std::sync::Arc;

use tenantscan_written::{Diagnostics, Reader, SourceFile, TableAt, TextAt, help, nearest, parse};

use crate::cases::set_parameter;
use crate::load::Library;
use crate::policy::Policy;

/// The baseline that holds unless another is chosen.
const SHIPPED: &str = "hipaa";

/// A baseline as it is written.
#[derive(Debug)]
pub(crate) struct BaselineFile {
    pub(crate) id: String,
    title: String,
    extends: Option<(String, Range<usize>)>,
    policies: Vec<(String, Range<usize>)>,
    without: Vec<(String, Range<usize>)>,
    file: Arc<SourceFile>,
    /// The table of the file that it is; none for the whole file.
    part: Option<&'static str>,
}

/// The baseline that a client chose.
#[derive(Debug)]
pub struct BaselineChoice {
    own: Option<BaselineFile>,
    added: Vec<String>,
}

/// The policies that hold.
#[derive(Debug)]
pub struct Baseline {
    /// The id of the baseline, or of the one that the client's extends.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// The policies with their parameters set, sorted by id.
    pub policies: Vec<Policy>,
    /// Policies that a baseline takes out by `without`.
    pub left_out: Vec<Policy>,
}

impl BaselineChoice {
    /// The shipped baseline as it is.
    pub fn shipped() -> Self {
        Self { own: None, added: Vec::new() }
    }

    /// Adds every policy of the library: what a folder of own policies is given for.
    pub fn add_all_of(&mut self, library: &Library) {
        self.added.extend(library.policies.iter().map(|policy| policy.id.clone()));
    }
}

/// The `[baseline]` table of a client's file.
///
/// # Errors
/// Every mistake of that table.
pub fn client_baseline(file: &SourceFile) -> Result<BaselineChoice, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let own = BaselineFile::read(file, Some("baseline"), &mut diagnostics);
    if diagnostics.is_empty() { Ok(BaselineChoice { own, added: Vec::new() }) } else { Err(diagnostics) }
}

fn places(texts: Vec<TextAt>) -> Vec<(String, Range<usize>)> {
    texts.into_iter().map(|text| (text.text, text.span)).collect()
}

impl BaselineFile {
    pub(crate) fn read(file: &SourceFile, part: Option<&'static str>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let file = Arc::new(file.clone());
        let table = parse(&file, diagnostics)?;
        let mut reader = Reader { file: Arc::clone(&file), diagnostics };
        let root = reader.root(&table);
        let (root, id, title) = match part {
            Some(name) => {
                let inner = reader.table(root, name)?;
                reader.only(inner, &["extends", "policies", "without", "parameters", "reasons"]);
                (inner, String::new(), String::new())
            }
            None => {
                reader.only(root, &["id", "title", "dated", "extends", "policies", "without", "parameters", "reasons"]);
                let id = reader.needed(root, "id", "a short name")?.text;
                (root, id, reader.needed(root, "title", "its name for people")?.text)
            }
        };
        let extends = reader.text(root, "extends").map(|text| (text.text, text.span));
        let policies = places(reader.texts(root, "policies"));
        let without = places(reader.texts(root, "without"));
        for list in [&policies, &without] {
            for (index, (id, span)) in list.iter().enumerate() {
                if list[..index].iter().any(|(before, _)| before == id) {
                    let help = Some("take it out of one of the two places".to_owned());
                    reader.mistake(span.clone(), format!("`{id}` stands in the list twice"), help);
                }
            }
        }
        Some(Self { id, title, extends, policies, without, file, part })
    }

    fn set_parameters(&self, policies: &mut [Policy], diagnostics: &mut Diagnostics) {
        let Some(table) = parse(&self.file, diagnostics) else { return };
        let mut reader = Reader { file: Arc::clone(&self.file), diagnostics };
        let root = reader.root(&table);
        let root: Option<TableAt<'_>> = match self.part {
            Some(name) => reader.table(root, name),
            None => Some(root),
        };
        let Some(all) = root.and_then(|root| reader.table(root, "parameters")) else { return };
        for (id, own) in reader.tables(all) {
            let Some(index) = policies.iter().position(|policy| policy.id == id) else {
                let near = nearest(&id, policies.iter().map(|policy| policy.id.as_str()));
                let help = near.map_or_else(
                    || "take it out, or name the policy under `policies`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                reader.mistake(own.span(), format!("there is no policy `{id}` in this baseline"), Some(help));
                continue;
            };
            for (key, value) in own.table {
                let name: &str = key.get_ref();
                let parameters = &mut policies[index].parameters;
                set_parameter(&mut reader, parameters, name, key.span(), value.get_ref(), value.span());
            }
        }
    }
}

impl Library {
    /// The policies that a choice comes to.
    ///
    /// # Errors
    /// Every policy, baseline or parameter that does not exist, and every value that does not fit.
    pub fn baseline(self, choice: &BaselineChoice) -> Result<Baseline, Diagnostics> {
        let Self { policies: all, baselines } = self;
        let mut diagnostics = Diagnostics::default();
        let mut chain: Vec<&BaselineFile> = choice.own.iter().collect();
        loop {
            let (next, from) = match chain.last() {
                None => (SHIPPED, None),
                Some(last) => match &last.extends {
                    Some((next, span)) => (next.as_str(), Some((&last.file, span.clone()))),
                    None if last.part.is_some() => (SHIPPED, None),
                    None => break,
                },
            };
            let known = baselines.get(next).filter(|it| !chain.iter().any(|before| before.id == it.id));
            match (known, from) {
                (Some(baseline), _) => chain.push(baseline),
                (None, Some((file, span))) => {
                    let (message, help) = if baselines.contains_key(next) {
                        let help = "a baseline cannot extend itself: take `extends` out of one of them".to_owned();
                        (format!("`{next}` is extended already"), help)
                    } else {
                        let help = help(next, baselines.keys().map(String::as_str), "baselines");
                        (format!("there is no baseline `{next}` to extend"), help)
                    };
                    diagnostics.push(file, span, message, Some(help));
                    break;
                }
                (None, None) => break,
            }
        }
        let mut ids: Vec<String> = choice.added.clone();
        let mut without: Vec<String> = Vec::new();
        for baseline in chain.iter().rev() {
            for (list, adds) in [(&baseline.policies, true), (&baseline.without, false)] {
                for (id, span) in list {
                    if !all.iter().any(|policy| policy.id == *id) {
                        let near = nearest(id, all.iter().map(|policy| policy.id.as_str()));
                        let help = near.map_or_else(
                            || "`tenantscan policy list` shows them".to_owned(),
                            |near| format!("did you mean `{near}`?"),
                        );
                        let message = format!("there is no policy `{id}`");
                        diagnostics.push(&baseline.file, span.clone(), message, Some(help));
                    } else if adds {
                        ids.push(id.clone());
                    } else {
                        ids.retain(|it| it != id);
                        without.push(id.clone());
                    }
                }
            }
        }
        let (mut all, mut left_out): (Vec<Policy>, Vec<Policy>) =
            all.into_iter().partition(|policy| ids.contains(&policy.id));
        left_out.retain(|policy| without.contains(&policy.id));
        for baseline in chain.iter().rev() {
            baseline.set_parameters(&mut all, &mut diagnostics);
        }
        let (id, title) = chain
            .iter()
            .find(|it| it.part.is_none())
            .map_or_else(|| (String::new(), String::new()), |baseline| (baseline.id.clone(), baseline.title.clone()));
        if diagnostics.is_empty() { Ok(Baseline { id, title, policies: all, left_out }) } else { Err(diagnostics) }
    }
}
