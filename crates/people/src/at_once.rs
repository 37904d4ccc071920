//! From how many places, and on how many devices, an account was signed in to at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use tenantscan_model::rows::User;
use tenantscan_model::{Cell, Gap, Text, Time};

/// Sign-ins that lie no further apart than this, in nanoseconds, count as at once: an hour.
const AT_ONCE: i128 = 3_600_000_000_000;

/// Where a sign-in came from: the part of its address on the internet that everything in one place shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// The first 24 bits of an IPv4 address: an office, and a mobile provider's exit, may have several addresses there.
    V4([u8; 3]),
    /// The first 64 bits of an IPv6 address: the rest is the device's, and changes.
    V6([u16; 4]),
}

impl Network {
    /// The network of an address; none where it is no address.
    pub fn of(address: &str) -> Option<Self> {
        Some(match address.trim().parse::<IpAddr>().ok()?.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        })
    }
}

/// One sign-in that succeeded, or may have. What of it the log does not say as it should is unknown.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Id or sign-in name of the account.
    pub account: Cell<Text>,
    /// When it was.
    pub at: Cell<Time>,
    /// Where it came from.
    pub network: Cell<Network>,
    /// Id of the registered device that it came from; null where it came from another.
    pub device: Cell<Option<Text>>,
}

/// The most that were seen of one account within any one hour.
#[derive(Debug)]
pub struct AtOnce {
    /// How many networks; IPv4 and IPv6 are counted apart, and the greater number stands, as one device may use both.
    pub places: Cell<i64>,
    /// How many registered devices.
    pub devices: Cell<i64>,
}

/// Midnight in UTC that many days before, as both vendors' APIs write a time. A recording of a scan holds the answer for
/// whatever day.
pub fn since(now: Time, days: i64) -> Text {
    const DAY: i64 = 86_400;
    let midnight = (now.as_second().div_euclid(DAY) - days) * DAY;
    Time::from_second(midnight).unwrap_or(now).to_string().into()
}

/// Puts, by way of `fill`, what all sign-ins of some days come to into each account. Nothing is small because something
/// was not read: a sign-in that may be anybody's leaves all accounts open, and one without a time or a place its own.
pub fn apply(users: &mut [User], read: Result<Vec<SignIn>, Gap>, fill: fn(&mut User, AtOnce)) {
    let unknown = |gap: &Gap| AtOnce { places: Cell::Unknown(gap.clone()), devices: Cell::Unknown(gap.clone()) };
    match read.and_then(|sign_ins| by_account(users, sign_ins)) {
        Err(gap) => users.iter_mut().for_each(|user| fill(user, unknown(&gap))),
        Ok(by_account) => {
            for (user, sign_ins) in users.iter_mut().zip(by_account) {
                let at_once = AtOnce { places: places(&sign_ins).into(), devices: devices(&sign_ins).into() };
                fill(user, at_once);
            }
        }
    }
}

/// The sign-ins of each account, in the order of the accounts. Those of nobody in the directory are left out.
fn by_account(users: &[User], sign_ins: Vec<SignIn>) -> Result<Vec<Vec<SignIn>>, Gap> {
    let names = users.iter().map(|user| user.principal_name.known().map(|name| name.to_lowercase()));
    let mut index: HashMap<String, usize> =
        names.enumerate().filter_map(|(number, name)| Some((name?, number))).collect();
    index.extend(users.iter().enumerate().map(|(number, user)| (user.id.to_lowercase(), number)));
    let mut found: Vec<Vec<SignIn>> = users.iter().map(|_| Vec::new()).collect();
    for sign_in in sign_ins {
        let account = sign_in.account.read().map_err(Clone::clone)?;
        if let Some(number) = index.get(&account.to_lowercase()) {
            found[*number].push(sign_in);
        }
    }
    Ok(found)
}

fn places(sign_ins: &[SignIn]) -> Result<i64, Gap> {
    let seen = seen(sign_ins, |sign_in| sign_in.network.read().copied())?;
    let (old, new) = seen.into_iter().partition(|(_, network)| matches!(network, Network::V4(_)));
    Ok(most(old).max(most(new)))
}

fn devices(sign_ins: &[SignIn]) -> Result<i64, Gap> {
    let seen = seen(sign_ins, |sign_in| sign_in.device.read())?;
    Ok(most(seen.into_iter().filter_map(|(at, device)| Some((at, device.as_ref()?.to_lowercase()))).collect()))
}

/// When something was seen, for each sign-in.
fn seen<'a, T>(
    sign_ins: &'a [SignIn],
    thing: impl Fn(&'a SignIn) -> Result<T, &'a Gap>,
) -> Result<Vec<(Time, T)>, Gap> {
    sign_ins
        .iter()
        .map(|sign_in| Ok((*sign_in.at.read()?, thing(sign_in)?)))
        .collect::<Result<_, &Gap>>()
        .map_err(Clone::clone)
}

/// The greatest number of different things that were seen within any one hour.
fn most<T: Clone + Eq + Hash>(mut seen: Vec<(Time, T)>) -> i64 {
    seen.sort_by_key(|(at, _)| *at);
    let (mut within, mut first, mut most) = (HashMap::<T, usize>::new(), 0, 0);
    for (at, thing) in &seen {
        *within.entry(thing.clone()).or_default() += 1;
        while at.as_nanosecond() - seen[first].0.as_nanosecond() > AT_ONCE {
            let gone = &seen[first].1;
            match within.get_mut(gone) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(within.remove(gone)),
            }
            first += 1;
        }
        most = most.max(within.len());
    }
    i64::try_from(most).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    //! Cases: the sign-ins of a log, and how many places and devices at once they come to.

    use tenantscan_model::Cause;

    use super::*;

    fn gap() -> Gap {
        Gap::new(Cause::Malformed, "test")
    }

    fn sign_in(account: &str, time: &str, address: &str, device: Option<&str>) -> SignIn {
        SignIn {
            account: Cell::Known(account.into()),
            at: Cell::Known(format!("2026-11-18T{time}Z").parse().expect("a time")),
            network: Network::of(address).ok_or_else(gap).into(),
            device: Cell::Known(device.map(Text::from)),
        }
    }

    fn at(time: &str, address: &str) -> SignIn {
        sign_in("a", time, address, None)
    }

    /// Places and devices of two accounts with the ids `A` and `b`.
    fn counted(read: Result<Vec<SignIn>, Gap>) -> [(Option<i64>, Option<i64>); 2] {
        let mut users = ["A", "b"].map(User::new);
        users[1].principal_name = Cell::Known("Bea@cedar.example".into());
        apply(&mut users, read, |user, at_once| {
            (user.places_at_once, user.devices_at_once) = (at_once.places, at_once.devices);
        });
        users.map(|user| (user.places_at_once.known().copied(), user.devices_at_once.known().copied()))
    }

    fn places_of(sign_ins: Vec<SignIn>) -> Option<i64> {
        counted(Ok(sign_ins))[0].0
    }

    #[test]
    fn an_hour_is_an_hour_wherever_it_lies() {
        let cases = [
            ("nobody", vec![], 0),
            ("once", vec![at("08:00:00", "192.0.2.1")], 1),
            (
                "the same place all day",
                vec![at("08:00:00", "192.0.2.1"), at("08:30:00", "192.0.2.1"), at("17:00:00", "192.0.2.1")],
                1,
            ),
            ("a computer and a phone", vec![at("08:00:00", "192.0.2.1"), at("08:00:00", "198.51.100.7")], 2),
            ("an hour apart", vec![at("08:00:00", "192.0.2.1"), at("09:00:00", "198.51.100.7")], 2),
            ("more than an hour apart", vec![at("08:00:00", "192.0.2.1"), at("09:00:00.001", "198.51.100.7")], 1),
            (
                "three over two hours, the latest first",
                vec![at("09:10:00", "203.0.113.9"), at("08:50:00", "198.51.100.7"), at("08:00:00", "192.0.2.1")],
                2,
            ),
            (
                "three within one hour that begins at half past",
                vec![
                    at("08:31:00", "192.0.2.1"),
                    at("09:00:00", "198.51.100.7"),
                    at("09:30:00", "203.0.113.9"),
                    at("12:00:00", "192.0.2.1"),
                ],
                3,
            ),
            (
                "to and fro: what was left is forgotten, and what is still there is not",
                vec![
                    at("08:00:00", "192.0.2.1"),
                    at("08:40:00", "192.0.2.1"),
                    at("09:20:00", "198.51.100.7"),
                    at("09:41:00", "203.0.113.9"),
                ],
                2,
            ),
        ];
        for (case, sign_ins, expected) in cases {
            assert_eq!(places_of(sign_ins), Some(expected), "{case}");
        }
    }

    #[test]
    fn addresses_of_one_network_are_one_place() {
        let cases = [
            (["192.0.2.1", "192.0.2.250", "192.0.2.77"], 1),
            (["192.0.2.1", "192.0.3.1", "192.0.4.1"], 3),
            (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:0DB8:0001:0002::2"], 1),
            (["2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:2:2::1"], 3),
            (["192.0.2.1", "::ffff:192.0.2.9", " 192.0.2.3 "], 1),
            // A computer that has both kinds of address, and a phone that has one.
            (["192.0.2.1", "2001:db8:1:2::1", "2001:db8:9:9::1"], 2),
        ];
        for (addresses, expected) in cases {
            assert_eq!(
                places_of(addresses.map(|address| at("08:00:00", address)).into()),
                Some(expected),
                "{addresses:?}"
            );
        }
    }

    #[test]
    fn registered_devices_are_counted_and_others_are_not() {
        let on = |device| sign_in("a", "08:00:00", "192.0.2.1", device);
        let found = counted(Ok(vec![on(Some("D1")), on(Some("d1")), on(Some("d2")), on(None), on(None)]));
        assert_eq!(found, [(Some(1), Some(2)), (Some(0), Some(0))]);
    }

    #[test]
    fn an_account_is_known_by_its_id_or_its_name_in_any_case() {
        let by = |account| sign_in(account, "08:00:00", "192.0.2.1", None);
        let found = counted(Ok(vec![by("a"), by("BEA@Cedar.example"), by("stranger")]));
        assert_eq!(found.map(|(places, _)| places), [Some(1), Some(1)]);
    }

    #[test]
    fn what_was_not_read_is_not_small() {
        let whole = || vec![at("08:00:00", "192.0.2.1"), sign_in("b", "08:00:00", "192.0.2.1", None)];
        let with = |change: fn(&mut SignIn)| {
            let mut sign_ins = whole();
            change(&mut sign_ins[0]);
            counted(Ok(sign_ins))
        };
        assert_eq!(counted(Ok(whole())), [(Some(1), Some(0)); 2]);
        assert_eq!(counted(Err(gap())), [(None, None); 2], "a list that was not read to its end");
        assert_eq!(with(|it| it.account = Cell::Unknown(gap())), [(None, None); 2], "it may be anybody's");
        assert_eq!(with(|it| it.at = Cell::Unknown(gap())), [(None, None), (Some(1), Some(0))]);
        assert_eq!(with(|it| it.network = Cell::Unknown(gap())), [(None, Some(0)), (Some(1), Some(0))]);
        assert_eq!(with(|it| it.device = Cell::Unknown(gap())), [(Some(1), None), (Some(1), Some(0))]);
        for wrong in ["", "somewhere", "192.0.2", "192.0.2.1:443"] {
            assert_eq!(places_of(vec![at("08:00:00", wrong)]), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_from_midnight() {
        let since = |now: &str| since(now.parse().expect("a time"), 3);
        assert_eq!(since("2026-11-20T09:00:00Z"), "2026-11-17T00:00:00Z");
        assert_eq!(since("2026-11-20T23:59:59.9Z"), since("2026-11-20T00:00:00Z"));
        assert_eq!(since("2026-03-02T00:00:00Z"), "2026-02-27T00:00:00Z");
    }
}
