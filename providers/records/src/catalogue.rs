//! The dated catalogues behind the records: what is asked, and which kinds of vendors there are.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::Answer;
use tenantscan_model::{ClosedEnum, Platform};

/// A question that no configuration answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The id of the policy that it serves: `restore-tested`; with the cloud's name after it, where each cloud needs an
    /// answer of its own.
    pub id: String,
    /// The cloud that it is about; none where it is about the practice, or about each cloud that it has.
    pub platform: Option<Platform>,
    /// The question, to a practice manager.
    pub question: String,
    /// Why it matters.
    pub why: String,
    /// What evidence fits.
    pub evidence: String,
    /// How long an answer is good, in days.
    pub days: u16,
    /// Provisions of 45 CFR, the closest first.
    pub citations: Vec<String>,
    /// Whether a practice may have nothing that the question is about, so that "not applicable" settles it.
    #[serde(default)]
    pub not_applicable: bool,
}

impl Question {
    /// The id of the policy that it serves.
    pub fn policy(&self) -> &str {
        let own = self.platform.and_then(|platform| self.id.strip_suffix(platform.name())?.strip_suffix('-'));
        own.unwrap_or(&self.id)
    }

    /// Why it does not take an answer, and which it takes. An answer that was written by hand is read all the same, and
    /// settles nothing.
    pub fn refusal(&self, answer: Answer) -> Option<(String, String)> {
        if self.not_applicable || answer != Answer::NotApplicable {
            return None;
        }
        let fitting = Answer::WORDS.iter().filter(|word| **word != answer.word()).copied().collect::<Vec<_>>();
        let why = format!("`{}` is no answer to {}: it asks for what every practice needs", answer.word(), self.id);
        Some((why, format!("answer with one of {}", fitting.join(", "))))
    }
}

/// A usual kind of vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The id that `vendors.toml` names: `telehealth`.
    pub id: String,
    /// The kind in plain words.
    pub title: String,
    /// Whether nearly every practice has it.
    pub core: bool,
}

/// Every question, in the order in which they are asked.
pub fn questions() -> &'static [Question] {
    static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct File {
            question: Vec<Question>,
        }
        let text = include_str!("../../../policies/catalogues/questions.toml");
        toml::from_str::<File>(text).expect("a shipped catalogue, which a test reads").question
    });
    &QUESTIONS
}

/// Every usual kind of vendor, in the order in which people are asked about them.
pub fn categories() -> &'static [Category] {
    static CATEGORIES: LazyLock<Vec<Category>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct File {
            category: Vec<Category>,
        }
        let text = include_str!("../../../policies/catalogues/vendor-categories.toml");
        toml::from_str::<File>(text).expect("a shipped catalogue, which a test reads").category
    });
    &CATEGORIES
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_question_is_asked_once_and_cites_what_is_in_the_catalogue() {
        #[derive(Deserialize)]
        struct Safeguards {
            safeguards: Vec<Safeguard>,
        }
        #[derive(Deserialize)]
        struct Safeguard {
            citation: String,
        }
        let text = include_str!("../../../policies/catalogues/safeguards.toml");
        let safeguards: Safeguards = toml::from_str(text).expect("a catalogue");
        let known: BTreeSet<&str> = safeguards.safeguards.iter().map(|it| &*it.citation).collect();
        let ids: BTreeSet<&str> = questions().iter().map(|it| &*it.id).collect();
        assert_eq!(ids.len(), questions().len(), "an id stands twice");
        assert_eq!(ids.len(), 60);
        for it in questions() {
            assert!(it.question.ends_with('?') && it.why.ends_with('.') && !it.evidence.is_empty(), "{}", it.id);
            assert!((30..=366).contains(&it.days) && !it.citations.is_empty(), "{}", it.id);
            for citation in &it.citations {
                assert!(known.contains(&**citation), "{} cites {citation}", it.id);
            }
        }
    }

    #[test]
    fn a_question_of_one_cloud_serves_the_policy_of_both() {
        let policy = |id: &str| questions().iter().find(|it| it.id == id).map(Question::policy);
        assert_eq!(policy("platform-baa-microsoft365"), Some("platform-baa"));
        assert_eq!(policy("platform-baa-google-workspace"), Some("platform-baa"));
        assert_eq!(policy("restore-tested"), Some("restore-tested"));
        assert_eq!(
            policy("dkim-signing"),
            Some("dkim-signing"),
            "of one cloud, and the policy asks nothing of the other"
        );
    }

    #[test]
    fn eight_kinds_of_vendors_are_asked_about_everywhere() {
        let ids: BTreeSet<&str> = categories().iter().map(|it| &*it.id).collect();
        assert_eq!(ids.len(), categories().len(), "an id stands twice");
        assert_eq!(categories().iter().filter(|it| it.core).count(), 8);
    }
}
