//! The ways round the second step, in plain sentences.

use tenantscan_model::Text;
use tenantscan_model::rows::Enforcement;

use super::conditions::{Atom, ORDINARY, is_legacy};
use super::judge::{Base, Judge, Laid};
use super::level::{Bound, Level, Span};
use super::policy::Policy;
use super::questions::Question;
use super::standing::{Aside, Standing};

impl Judge<'_> {
    pub(super) fn gaps(&self, laid: &Laid, standings: &[Standing], base: &Base, bound: Bound) -> Vec<Text> {
        let enforcement = laid.enforcement(bound);
        if enforcement == Enforcement::Always {
            return Vec::new();
        }
        let holes = self.holes(laid, bound);
        let mut order: Vec<usize> = (0..self.policies.len()).collect();
        order.sort_by_key(|index| self.policies[*index].name());
        let mut gaps = Vec::new();
        for index in order {
            let policy = &self.policies[index];
            let asks = Question::Mfa.demand(policy).asks.at(bound);
            if asks == Level::None {
                continue;
            }
            let standing = &standings[index];
            let name = policy.name();
            let mut say = |rest: String| gaps.push(Text::from(format!("\"{name}\" {rest}")));
            if policy.only_reports() {
                if standing.applies.at(bound) > Level::None {
                    say("only reports and stops nothing".to_owned());
                }
                continue;
            }
            if policy.in_force.at(bound) == Level::None {
                continue;
            }
            if let Some(aside) = &standing.aside {
                say(passes_by(aside));
            }
            if standing.applies.at(bound) == Level::None {
                continue;
            }
            if policy.in_force.at(bound) == Level::Part {
                say("covers only some devices or sign-ins".to_owned());
            }
            if asks == Level::Part {
                say(alternative(policy));
            }
            self.limits(policy, &holes, bound, &mut say);
        }
        let legacy = self.dimensions.iter().zip(&holes);
        let legacy =
            legacy.flat_map(|(atoms, open)| atoms.iter().zip(open)).any(|(atom, open)| *open && is_legacy(atom));
        if enforcement == Enforcement::Never {
            gaps.push(Text::from("no policy asks this account for a second step"));
        } else if legacy && !laid.ground.possible() {
            gaps.push(Text::from("old sign-in methods are not covered"));
        }
        if base.per_user.at(bound) == Level::Part {
            gaps.push(Text::from("per-user MFA asks only after the person has registered a method"));
        }
        gaps
    }

    /// For each value of each dimension, whether some sign-in with it is not protected.
    fn holes(&self, laid: &Laid, bound: Bound) -> Vec<Vec<bool>> {
        let open = |dimension: usize, atom: &Atom| {
            let only = |at: usize, other: &Atom| at != dimension || other == atom;
            let overlaps = self.overlaps(&laid.voices, only);
            overlaps.is_none_or(|all| all.iter().any(|one| laid.point(one).1.at(bound) < Level::Full))
        };
        let dimensions = self.dimensions.iter().enumerate();
        dimensions.map(|(index, atoms)| atoms.iter().map(|atom| open(index, atom)).collect()).collect()
    }

    /// What a policy does not cover and nothing else covers either.
    fn limits(&self, policy: &Policy<'_>, holes: &[Vec<bool>], bound: Bound, say: &mut impl FnMut(String)) {
        let mut said = Vec::new();
        for (dimension, atoms) in self.dimensions.iter().enumerate() {
            for (index, atom) in atoms.iter().enumerate() {
                let covered: Span = policy.covers[dimension][index];
                if covered.at(bound) == Level::Full || !holes[dimension][index] {
                    continue;
                }
                if let Some(sentence) = self.limit(policy, atom)
                    && !said.contains(&sentence)
                {
                    said.push(sentence);
                }
            }
        }
        said.into_iter().for_each(say);
    }

    fn limit(&self, policy: &Policy<'_>, atom: &Atom) -> Option<String> {
        let excludes = |list: &tenantscan_model::Cell<Vec<Text>>, word: &str| {
            list.known().is_some_and(|list| list.iter().any(|entry| entry.eq_ignore_ascii_case(word)))
        };
        let row = policy.row;
        Some(match atom {
            Atom::App(id) if excludes(&row.exclude_applications, id) => format!("does not cover the app {id}"),
            // What it does not name it does not cover: said once, for all other apps.
            Atom::App(_) | Atom::OtherApp => "covers only the apps that it names".to_owned(),
            Atom::Client("browser") => "does not cover browsers".to_owned(),
            Atom::Client("mobileAppsAndDesktopClients") => "does not cover mobile and desktop apps".to_owned(),
            Atom::Client(_) => return None,
            Atom::Platform(kind) if excludes(&row.exclude_platforms, kind) => {
                format!("does not cover devices of the kind {kind}")
            }
            Atom::Platform(_) | Atom::OtherPlatform => "covers only the kinds of device that it names".to_owned(),
            Atom::Place(id) if excludes(&row.exclude_locations, id) => {
                let name = self.place_names.get(&**id).map_or(id, |name| *name);
                format!("does not ask in the place \"{name}\"")
            }
            Atom::Place(_) | Atom::UnlistedTrustedPlace if excludes(&row.exclude_locations, "AllTrusted") => {
                "does not ask on trusted places".to_owned()
            }
            Atom::Place(_) | Atom::UnlistedTrustedPlace | Atom::Elsewhere => {
                "asks only in the places that it names".to_owned()
            }
            Atom::SignInRisk(_) => "asks only when the sign-in looks risky".to_owned(),
            Atom::UserRisk(_) => "asks only when the account looks taken over".to_owned(),
            Atom::Flow(flow) if *flow == ORDINARY => "does not cover ordinary sign-ins".to_owned(),
            Atom::Flow(_) => return None,
        })
    }
}

fn passes_by(aside: &Aside) -> String {
    match aside {
        Aside::ByName => "leaves this account out by name".to_owned(),
        Aside::Group(name) => format!("leaves out members of the group \"{name}\""),
        Aside::Role(name) => format!("leaves out holders of the role \"{name}\""),
        Aside::Guests => "leaves out guests of this kind".to_owned(),
        Aside::OnlyWhile(name) => format!("is for this account only while the role \"{name}\" is switched on"),
    }
}

fn alternative(policy: &Policy<'_>) -> String {
    let device = policy
        .row
        .grant_controls
        .known()
        .is_some_and(|list| list.iter().any(|word| matches!(&**word, "compliantDevice" | "domainJoinedDevice")));
    let other = if device { "a managed device" } else { "something else" };
    format!("accepts {other} in place of the second step")
}
