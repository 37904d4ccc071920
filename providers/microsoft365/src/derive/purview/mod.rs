//! Microsoft Purview: how long everything in a service is kept, what happens to health data that leaves by it, and which
//! labels are offered to everybody.

mod dlp;
mod labels;
mod retention;

use tenantscan_model::rows::LocationScope;
use tenantscan_model::{Cell, Datasets, Gap, Text};
use tenantscan_provider::Derived;

/// The columns that are worked out here, and from what.
pub(super) const DERIVED: &[Derived] = &[
    Derived {
        columns: &[
            "retention_coverage",
            "retention_coverage.id",
            "retention_coverage.name",
            "retention_coverage.keep_days",
            "retention_coverage.by",
            "retention_coverage.not_counted",
        ],
        from: &["retention_policies", "retention_rules"],
    },
    Derived {
        columns: &[
            "dlp_coverage",
            "dlp_coverage.id",
            "dlp_coverage.name",
            "dlp_coverage.action",
            "dlp_coverage.by",
            "dlp_coverage.not_counted",
        ],
        from: &["dlp_policies", "dlp_rules"],
    },
    Derived { columns: &["sensitivity_labels.published"], from: &["sensitivity_labels", "label_policies"] },
];

pub(super) fn apply(datasets: &mut Datasets) {
    retention::apply(datasets);
    dlp::apply(datasets);
    labels::apply(datasets);
}

/// Something that must hold before a policy counts, and what is said of a policy for which it does not.
type Demand<'a> = (Result<bool, &'a Gap>, &'static str);

/// Whether a policy counts.
enum Counts {
    Yes,
    No(&'static str),
    Maybe(Gap),
}

/// One demand that is known not to be met is enough, whatever the others turn out to be.
fn counts<'a>(demands: impl IntoIterator<Item = Demand<'a>>) -> Counts {
    let mut doubt = None;
    for (met, otherwise) in demands {
        match met {
            Ok(true) => {}
            Ok(false) => return Counts::No(otherwise),
            Err(gap) => doubt = doubt.or(Some(gap.clone())),
        }
    }
    doubt.map_or(Counts::Yes, Counts::Maybe)
}

/// What is demanded of how much a policy reaches.
fn reaches_all(scope: &Cell<LocationScope>) -> [Demand<'_>; 2] {
    [
        (scope.read().map(|scope| *scope != LocationScope::Some), "only for a part"),
        (scope.read().map(|scope| *scope != LocationScope::AllBut), "leaves some out"),
    ]
}

/// What policies amount to together: the best that is certain, and the best that is possible.
#[derive(Default)]
struct Together<T> {
    certain: T,
    by: Vec<Text>,
    possible: Option<(T, Gap)>,
    not_counted: Vec<Text>,
}

impl<T: Ord + Copy> Together<T> {
    fn certainly(&mut self, value: T, name: &Text) {
        self.certain = self.certain.max(value);
        if !self.by.contains(name) {
            self.by.push(name.clone());
        }
    }

    fn possibly(&mut self, value: T, gap: &Gap) {
        if self.possible.as_ref().is_none_or(|(best, _)| value > *best) {
            self.possible = Some((value, gap.clone()));
        }
    }

    fn not(&mut self, name: &Text, reason: &str) {
        let text = Text::from(format!("{name} ({reason})"));
        if !self.not_counted.contains(&text) {
            self.not_counted.push(text);
        }
    }

    /// The best, when nothing that is only possible could be better.
    fn best(&self) -> Result<T, Gap> {
        match &self.possible {
            Some((best, gap)) if *best > self.certain => Err(gap.clone()),
            _ => Ok(self.certain),
        }
    }

    fn list(&self, list: &[Text]) -> Cell<Vec<Text>> {
        self.possible.as_ref().map_or_else(|| Cell::Known(list.to_vec()), |(_, gap)| Cell::Unknown(gap.clone()))
    }
}

/// A name for people: the id where the name was not read.
fn named(name: &Cell<Text>, id: &Text) -> Text {
    name.known().filter(|name| !name.is_empty()).unwrap_or(id).clone()
}
