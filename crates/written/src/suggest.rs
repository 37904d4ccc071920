//! The nearest right name for a wrong one.

/// Nobody mistypes a longer name than this, in bytes; comparing takes time and memory for each pair of letters.
const LONGEST: usize = 64;

/// The name that is most like `wrong`, if any is like it at all.
pub fn nearest<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let small = wrong.to_lowercase();
    right
        .into_iter()
        .filter(|name| wrong.len().max(name.len()) <= LONGEST)
        .map(|name| (strsim::damerau_levenshtein(&small, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (wrong.len().max(name.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// "Did you mean …?" with the nearest right name, or else which names there are.
pub fn help<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str> + Clone, kind: &str) -> String {
    match nearest(wrong, right.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let all: Vec<&str> = right.into_iter().collect();
            if all.is_empty() {
                format!("there are no {kind} here")
            } else {
                format!("the {kind} are {}", all.join(", "))
            }
        }
    }
}
