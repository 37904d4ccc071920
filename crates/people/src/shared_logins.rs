//! Words in an account's name that suggest a login which several people share.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::User;
use tenantscan_model::{Datasets, Gap, Text};

use crate::words::{says, spaced};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    /// The date of the list; kept in the file for people.
    #[serde(rename = "as_of")]
    _as_of: String,
    words: Vec<Text>,
}

static WORDS: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let text = include_str!("../../../policies/catalogues/shared-login-words.toml");
    toml::from_str::<Catalogue>(text).expect("the built-in list parses: a test reads it").words
});

/// Fills `users.shared_login_signals`.
pub fn apply(datasets: &mut Datasets) {
    for user in &mut datasets.users.rows {
        user.shared_login_signals = signals(user).into();
    }
}

fn signals(user: &User) -> Result<Vec<Text>, Gap> {
    let name = user.name.read().map_err(Clone::clone)?;
    let principal = user.principal_name.read().map_err(Clone::clone)?;
    let local = principal.split('@').next().unwrap_or_default();
    let texts = [spaced(name), spaced(local)];
    let found: BTreeSet<&Text> = WORDS.iter().filter(|word| texts.iter().any(|text| says(text, word))).collect();
    Ok(found.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    //! Cases: names, and the words found in them.

    use tenantscan_model::Cell;

    use super::*;

    #[test]
    fn words_are_found_whole() {
        let cases = [
            ("Ann Reception", "ann@cedar.example", vec!["reception"]),
            ("Front Desk 2", "frontdesk2@cedar.example", vec!["front", "front desk", "frontdesk"]),
            ("Scandia Nurseryman", "s.nurseryman@office.example", vec![]),
            ("X-Ray", "xray@cedar.example", vec!["x ray", "xray"]),
            ("Bob Miller", "billing@cedar.example", vec!["billing"]),
        ];
        for (name, principal, expected) in cases {
            let mut user = User::new("u");
            user.name = Cell::Known(name.into());
            user.principal_name = Cell::Known(principal.into());
            let found = signals(&user).expect("both names are known");
            assert_eq!(found.iter().map(Text::as_str).collect::<Vec<_>>(), expected, "{name}");
        }
        assert!(signals(&User::new("u")).is_err());
    }
}
