//! What the settings of sign-in force on each account: the second step, how strong it is, and how long a session lasts.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use tenantscan_model::rows::{Enforcement, GoogleSignInSettings, User};
use tenantscan_model::{Cause, Cell, Datasets, Gap, Text, Time};
use tenantscan_provider::Derived;

use crate::settings::situation::Situations;
use crate::sources::policies::POLICIES;
use crate::sources::sso::OTHER_SECOND_STEP;

pub(crate) const DERIVED: &[Derived] = &[
    Derived {
        columns: &["users.mfa", "users.mfa_by", "users.mfa_gaps", "users.phishing_resistant_mfa"],
        from: &[
            "google_sign_in_settings",
            "users",
            "users.mfa_registered",
            "users.mfa_enforced_reported",
            "users.created",
            "users.last_sign_in",
            "users.ever_signed_in",
            "users.signs_in_elsewhere",
        ],
    },
    Derived {
        columns: &["users.sign_in_frequency_hours", "users.legacy_authentication_blocked"],
        from: &["google_sign_in_settings", "users"],
    },
];

/// The longest time that the vendor lets new people go without a second step.
/// Source: support.google.com/a/answer/9176657.
const LONGEST_GRACE_HOURS: i64 = 180 * 24;

/// Second steps that a fake page cannot catch; with some of them a code still can be.
const KEYS: &str = "PASSKEY_ONLY";
const KEYS_OR_CODES: [&str; 2] = ["PASSKEY_PLUS_SECURITY_CODE", "PASSKEY_PLUS_IP_BOUND_SECURITY_CODE"];
const OTHERS: [&str; 2] = ["ALL", "NO_TELEPHONY"];

/// Fills the columns of accounts.
pub(crate) fn apply(data: &mut Datasets, situations: Option<&Situations>, now: Time) {
    let settings: Result<BTreeMap<Text, GoogleSignInSettings>, Gap> = data
        .google_sign_in_settings
        .read()
        .map(|rows| rows.iter().map(|row| (row.id.clone(), row.clone())).collect())
        .map_err(Clone::clone);
    for user in &mut data.users.rows {
        let label = situations.and_then(|all| all.of(&user.id).map(|index| &all.all[index].label));
        let row = match (&settings, label) {
            (Err(gap), _) => Err(gap.clone()),
            (Ok(rows), Some(label)) => rows.get(label).ok_or_else(|| Gap::new(Cause::Malformed, POLICIES.id)),
            (Ok(_), None) => Err(Gap::new(Cause::NotCollected, POLICIES.id)),
        };
        match row {
            Ok(row) => fill(user, row, now),
            // A closed account is in no situation, and nobody asks.
            Err(gap) => {
                user.mfa = Cell::Unknown(gap.clone());
                user.mfa_by = Cell::Unknown(gap.clone());
                user.mfa_gaps = Cell::Unknown(gap.clone());
                user.phishing_resistant_mfa = Cell::Unknown(gap.clone());
                user.sign_in_frequency_hours = Cell::Unknown(gap.clone());
                user.legacy_authentication_blocked = Cell::Unknown(gap);
            }
        }
    }
}

fn fill(user: &mut User, row: &GoogleSignInSettings, now: Time) {
    let forced = other_identity_provider(user).and_then(|()| forced(user, row, now));
    user.mfa = forced.as_ref().map(|it| it.how).map_err(Clone::clone).into();
    let by = |it: &Forced| if it.how == Enforcement::Never { Vec::new() } else { vec![setting(row)] };
    user.mfa_by = forced.as_ref().map(by).map_err(Clone::clone).into();
    user.mfa_gaps = forced.as_ref().map(|it| it.gaps.clone()).map_err(Clone::clone).into();
    user.phishing_resistant_mfa = forced.and_then(|it| resistant(it.how, row)).into();
    user.sign_in_frequency_hours = row.session_hours.clone().map(|hours| (hours > 0).then_some(hours));
    let blocked = |open| if open { Enforcement::Never } else { Enforcement::Always };
    user.legacy_authentication_blocked = row.less_secure_apps.clone().map(blocked);
}

/// Whether Google asks for the password at all: behind another company's sign-in page it does not, and what that page asks
/// for is not seen.
fn other_identity_provider(user: &User) -> Result<(), Gap> {
    match user.signs_in_elsewhere.read() {
        Ok(false) => Ok(()),
        Ok(true) => Err(Gap::new(Cause::NotSupplied, OTHER_SECOND_STEP.id)),
        Err(gap) => Err(gap.clone()),
    }
}

fn setting(row: &GoogleSignInSettings) -> Text {
    format!("2-Step Verification for {}", row.id).into()
}

struct Forced {
    how: Enforcement,
    gaps: Vec<Text>,
}

fn forced(user: &User, row: &GoogleSignInSettings, now: Time) -> Result<Forced, Gap> {
    let never = |why: String| Ok(Forced { how: Enforcement::Never, gaps: vec![why.into()] });
    match (row.two_step_enforced_from.read(), row.two_step_allowed.read()) {
        (_, Ok(false)) => return never(format!("2-Step Verification is switched off for {}", row.id)),
        (Ok(None), _) => return never(format!("2-Step Verification is not enforced for {}", row.id)),
        (Ok(Some(from)), _) if *from > now => {
            let day = from.to_zoned(jiff::tz::TimeZone::UTC).date();
            return never(format!("2-Step Verification is enforced for {} from {day} only", row.id));
        }
        (Err(gap), _) | (Ok(Some(_)), Err(gap)) => return Err(gap.clone()),
        (Ok(Some(_)), Ok(true)) => {}
    }
    match in_grace(user, row, now)? {
        false => agreed(user).map(|()| Forced { how: Enforcement::Always, gaps: Vec::new() }),
        true => {
            let why =
                format!("new people have {} hours before a second step is asked for", shown(&row.two_step_grace_hours));
            Ok(Forced { how: Enforcement::Conditional, gaps: vec![why.into()] })
        }
    }
}

/// Whether Google's own word on the account is the same as the settings': where they say that a second step is asked for and
/// it says not, a setting that was not seen may hold for the account, or the word is a day old.
/// Source: knowledge.workspace.google.com (How to enforce 2-Step Verification): a change takes up to 24 hours.
fn agreed(user: &User) -> Result<(), Gap> {
    match user.mfa_enforced_reported.read() {
        Ok(true) => Ok(()),
        Ok(false) => Err(Gap::new(Cause::Unavailable, crate::sources::users::USERS.id)),
        Err(gap) => Err(gap.clone()),
    }
}

fn shown(hours: &Cell<i64>) -> String {
    hours.known().map_or_else(|| "some".to_owned(), i64::to_string)
}

/// Whether an account may still be in the time in which new people need no second step. It begins with the first sign-in,
/// of which only this is known: not before the account was made, and not after the last one.
fn in_grace(user: &User, row: &GoogleSignInSettings, now: Time) -> Result<bool, Gap> {
    if user.mfa_registered.known() == Some(&true) || row.two_step_grace_hours.known() == Some(&0) {
        return Ok(false);
    }
    let ends = |from: &Time, hours: i64| from.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Time::MAX);
    let hours = row.two_step_grace_hours.known().copied();
    let longest = hours.unwrap_or(LONGEST_GRACE_HOURS);
    if let Some(Some(last)) = user.last_sign_in.known()
        && ends(last, longest) <= now
    {
        return Ok(false);
    }
    let open = || Gap::new(Cause::Unavailable, crate::sources::users::USERS.id);
    match (hours, user.ever_signed_in.known(), user.created.known()) {
        (Some(_), Some(false), _) => Ok(true),
        (Some(hours), _, Some(Some(created))) if ends(created, hours) > now => Ok(true),
        (None, _, _) => Err(row.two_step_grace_hours.gap().cloned().unwrap_or_else(open)),
        (Some(_), _, _) => Err(user.mfa_registered.gap().cloned().unwrap_or_else(open)),
    }
}

fn resistant(how: Enforcement, row: &GoogleSignInSettings) -> Result<Enforcement, Gap> {
    if how == Enforcement::Never {
        return Ok(how);
    }
    let methods = row.two_step_methods.read().map_err(Clone::clone)?;
    if *methods == KEYS {
        Ok(how)
    } else if KEYS_OR_CODES.contains(&methods.as_str()) {
        Ok(Enforcement::Conditional)
    } else if OTHERS.contains(&methods.as_str()) {
        Ok(Enforcement::Never)
    } else {
        Err(Gap::new(Cause::Malformed, POLICIES.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().expect("a moment")
    }

    fn settings(from: Option<&str>) -> GoogleSignInSettings {
        let mut row = GoogleSignInSettings::new("/Clinic");
        row.two_step_allowed = Cell::Known(true);
        row.two_step_enforced_from = Cell::Known(from.map(time));
        row.two_step_grace_hours = Cell::Known(168);
        row.two_step_methods = Cell::Known(KEYS.into());
        row
    }

    fn user() -> User {
        let mut user = User::new("1");
        user.mfa_registered = Cell::Known(true);
        user.mfa_enforced_reported = Cell::Known(true);
        user.ever_signed_in = Cell::Known(true);
        user.created = Cell::Known(Some(time("2024-01-01T00:00:00Z")));
        user.last_sign_in = Cell::Known(Some(time("2026-11-19T00:00:00Z")));
        user
    }

    fn how(user: &User, row: &GoogleSignInSettings) -> Result<Enforcement, Cause> {
        forced(user, row, time("2026-11-20T00:00:00Z")).map(|it| it.how).map_err(|gap| gap.cause())
    }

    #[test]
    fn enforcement_that_begins_later_is_none_yet() {
        assert_eq!(how(&user(), &settings(Some("2026-11-01T00:00:00Z"))), Ok(Enforcement::Always));
        assert_eq!(how(&user(), &settings(Some("2026-12-01T00:00:00Z"))), Ok(Enforcement::Never));
        assert_eq!(how(&user(), &settings(None)), Ok(Enforcement::Never));
        let mut row = settings(Some("2026-11-01T00:00:00Z"));
        row.two_step_allowed = Cell::Known(false);
        assert_eq!(how(&user(), &row), Ok(Enforcement::Never));
        row.two_step_allowed = Cell::default();
        assert_eq!(how(&user(), &row), Err(Cause::NotCollected));
        let said = forced(&user(), &settings(Some("2026-12-01T00:00:00Z")), time("2026-11-20T00:00:00Z"));
        let gaps = said.map(|it| it.gaps).unwrap_or_default();
        assert_eq!(gaps, ["2-Step Verification is enforced for /Clinic from 2026-12-01 only"]);
    }

    #[test]
    fn where_google_says_of_the_account_that_nothing_is_enforced_the_settings_are_no_plain_yes() {
        let row = settings(Some("2026-11-01T00:00:00Z"));
        let mut one = user();
        one.mfa_enforced_reported = Cell::Known(false);
        for registered in [true, false] {
            one.mfa_registered = Cell::Known(registered);
            one.last_sign_in = Cell::Known(Some(time("2026-11-01T00:00:00Z")));
            assert_eq!(how(&one, &row), Err(Cause::Unavailable), "{registered}");
        }
        one.created = Cell::Known(Some(time("2026-11-18T00:00:00Z")));
        one.last_sign_in = Cell::Known(Some(time("2026-11-19T00:00:00Z")));
        assert_eq!(how(&one, &row), Ok(Enforcement::Conditional), "it is new, and need not be asked yet");
        assert_eq!(how(&one, &settings(None)), Ok(Enforcement::Never), "both say so");
        one.mfa_registered = Cell::Known(true);
        one.mfa_enforced_reported = Cell::default();
        assert_eq!(how(&one, &row), Err(Cause::NotCollected));
    }

    #[test]
    fn new_people_are_let_in_without_one_for_a_while() {
        let row = settings(Some("2026-11-01T00:00:00Z"));
        let mut new = user();
        new.mfa_registered = Cell::Known(false);
        assert_eq!(how(&new, &row), Err(Cause::Unavailable), "the first sign-in may have been yesterday");
        new.created = Cell::Known(Some(time("2026-11-18T00:00:00Z")));
        assert_eq!(how(&new, &row), Ok(Enforcement::Conditional));
        new.created = Cell::Known(Some(time("2024-01-01T00:00:00Z")));
        new.last_sign_in = Cell::Known(Some(time("2026-11-01T00:00:00Z")));
        assert_eq!(how(&new, &row), Ok(Enforcement::Always), "its time is over: it cannot sign in");
        new.last_sign_in = Cell::Known(None);
        new.ever_signed_in = Cell::Known(false);
        assert_eq!(how(&new, &row), Ok(Enforcement::Conditional));
    }

    #[test]
    fn only_keys_stand_up_to_a_fake_page() {
        let mut row = settings(Some("2026-11-01T00:00:00Z"));
        let of = |row: &GoogleSignInSettings| resistant(Enforcement::Always, row).map_err(|gap| gap.cause());
        assert_eq!(of(&row), Ok(Enforcement::Always));
        row.two_step_methods = Cell::Known("PASSKEY_PLUS_SECURITY_CODE".into());
        assert_eq!(of(&row), Ok(Enforcement::Conditional));
        row.two_step_methods = Cell::Known("NO_TELEPHONY".into());
        assert_eq!(of(&row), Ok(Enforcement::Never));
        row.two_step_methods = Cell::Known("SOMETHING_NEW".into());
        assert_eq!(of(&row), Err(Cause::Malformed));
    }
}
