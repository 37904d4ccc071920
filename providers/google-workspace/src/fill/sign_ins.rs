//! In how many places accounts were signed in to at once.

use tenantscan_model::Time;

use super::Put;
use crate::ask::Asking;
use crate::sources::sign_ins::{DAYS, SIGN_INS, SignInWire};

/// Reads the sign-ins, of which no more is kept than what they come to.
pub(super) async fn read(ask: &Asking<'_>, now: Time) -> Put {
    if !ask.wants(&SIGN_INS) {
        return Box::new(|_| {});
    }
    let lists = ask.lists::<SignInWire>(&SIGN_INS, &[tenantscan_people::since(now, DAYS)]).await;
    let read = lists.into_iter().collect::<Result<Vec<_>, _>>();
    let sign_ins = read.map(|lists| lists.into_iter().flatten().map(SignInWire::sign_in).collect());
    Box::new(|data| {
        tenantscan_people::at_once(&mut data.users.rows, sign_ins, |user, at_once| {
            user.places_at_once = at_once.places;
        });
    })
}
