//! What the catalogues say, as far as policies name it: licences, provisions and questions.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenantscan_model::{Platform, Text};
use tenantscan_written::{Diagnostics, Reader, parse};

use crate::load::{Files, platform};

/// What the catalogues say, as far as policies name it.
pub(crate) struct Catalogues {
    /// Whose each is, and the service plans that give it.
    pub(crate) licences: BTreeMap<String, (Platform, Vec<Text>)>,
    /// Whether each leaves a choice.
    pub(crate) citations: BTreeMap<String, Choice>,
    /// Whether a practice may have nothing that the question is about.
    pub(crate) questions: BTreeMap<String, bool>,
}

/// What a provision leaves of choice. Source: 45 CFR 164.306(d).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// An addressable specification: another measure will do, where it is reasonable.
    Addressable,
    /// A required specification, or a required standard without specifications.
    AsItStands,
    /// A standard that is met by way of its specifications, and whatever is no part of the Security Rule.
    ByItsParts,
}

pub(crate) fn catalogues(files: &Files, diagnostics: &mut Diagnostics) -> Catalogues {
    let mut found = Catalogues { licences: BTreeMap::new(), citations: BTreeMap::new(), questions: BTreeMap::new() };
    let file = Arc::new(files.licences.clone());
    if let Some(table) = parse(&file, diagnostics) {
        let mut reader = Reader { file: Arc::clone(&file), diagnostics };
        let root = reader.root(&table);
        if let Some(licences) = reader.table(root, "licences") {
            for (name, licence) in reader.tables(licences) {
                let plans = reader.texts(licence, "service_plans");
                let plans = plans.iter().map(|plan| plan.text.as_str().into()).collect();
                let of = reader.text(licence, "platform").and_then(|text| platform(&mut reader, &text));
                found.licences.insert(name, (of.unwrap_or(Platform::Microsoft365), plans));
            }
        }
    }
    let file = Arc::new(files.safeguards.clone());
    if let Some(table) = parse(&file, diagnostics) {
        let mut reader = Reader { file: Arc::clone(&file), diagnostics };
        let root = reader.root(&table);
        let tables = reader.list_of_tables(root, "safeguards");
        let mut text = |of, key| reader.text(of, key).map_or_else(String::new, |it| it.text);
        let all = |of| (text(of, "citation"), text(of, "kind"), text(of, "designation"));
        let safeguards: Vec<_> = tables.into_iter().map(all).collect();
        for (index, (citation, kind, designation)) in safeguards.iter().enumerate() {
            // A standard is met by way of its specifications, where it has any: they come next.
            let paragraph = citation.rsplit_once('(').map_or(&**citation, |(paragraph, _)| paragraph);
            let next = safeguards.get(index + 1);
            let specified = next.is_some_and(|(of, kind, _)| kind == "specification" && of.starts_with(paragraph));
            let choice = match &**designation {
                "addressable" => Choice::Addressable,
                "required" if !(kind == "standard" && specified) => Choice::AsItStands,
                _ => Choice::ByItsParts,
            };
            found.citations.insert(citation.clone(), choice);
        }
    }
    let file = Arc::new(files.questions.clone());
    if let Some(table) = parse(&file, diagnostics) {
        let mut reader = Reader { file: Arc::clone(&file), diagnostics };
        let root = reader.root(&table);
        for question in reader.list_of_tables(root, "question") {
            let not_applicable = question.table.get("not_applicable").and_then(|it| it.get_ref().as_bool());
            let id = reader.text(question, "id").map(|id| id.text);
            found.questions.extend(id.map(|id| (id, not_applicable.unwrap_or(false))));
        }
    }
    found
}
