//! SPF: who may send mail in the domain's name, and what it costs receivers to find out (RFC 7208).

use std::future::Future;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::str::FromStr;

use tenantscan_model::rows::{MailDomain, SpfAll};
use tenantscan_model::{Cause, Cell, Gap, Text};
use tenantscan_provider::Unread;

use crate::spf_macro::expanded;
use crate::{Ask, sources, unknown};

/// Beyond this many questions receivers give up. Source: RFC 7208, section 4.6.4.
const MOST_LOOKUPS: i64 = 10;

/// What a domain's SPF record says, followed to its end.
#[derive(Debug)]
pub(crate) struct Spf {
    records: Result<Vec<String>, Gap>,
    followed: Result<Followed, Gap>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Followed {
    lookups: i64,
    all: Option<SpfAll>,
    error: Option<String>,
}

/// Who is asked, and in whose name mail is sent.
struct World<'a> {
    ask: &'a Ask<'a>,
    own: &'a str,
}

impl World<'_> {
    /// The gap of a term that lets senders in by what they write.
    fn by_sender(&self) -> Gap {
        let unread = Unread::because(Cause::NotSupplied);
        self.ask.reader.skip(&sources::SPF_BY_SENDER, &unread);
        unread.gap(&sources::SPF_BY_SENDER)
    }
}

pub(crate) async fn read(ask: &Ask<'_>, domain: &str) -> Option<Spf> {
    if !ask.wants(&sources::SPF) {
        return None;
    }
    let records = spf_records(ask, domain).await;
    let followed = match &records {
        Ok(records) => match records.as_slice() {
            [record] => {
                let mut followed = Followed::default();
                let world = World { ask, own: domain };
                match follow(&world, domain, record.clone(), &mut followed).await {
                    // Beyond the limit receivers give up, whatever else there may be.
                    Err(gap) if followed.lookups <= MOST_LOOKUPS => Err(gap),
                    _ => Ok(followed),
                }
            }
            _ => Ok(Followed::default()),
        },
        Err(gap) => Err(gap.clone()),
    };
    Some(Spf { records, followed })
}

async fn spf_records(ask: &Ask<'_>, domain: &str) -> Result<Vec<String>, Gap> {
    let records = ask.records(&sources::SPF, domain).await?;
    Ok(records.into_iter().filter(|record| is_spf(record)).collect())
}

fn is_spf(record: &str) -> bool {
    record.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case("v=spf1"))
}

/// One term of a record.
#[derive(Debug, PartialEq)]
enum Term<'r> {
    All(SpfAll),
    /// A list of somebody else's: it must have a record of its own.
    Include(&'r str),
    /// Whoever is let in by a question that is asked anew for each message.
    Exists(&'r str),
    /// What costs a question and is looked at no further.
    Asks,
    /// What depends on the message, so that no question tells whom it lets in.
    Unclear,
    /// What costs nothing.
    Free,
    /// What nearly every server in the world passes by.
    Everybody,
    Redirect(&'r str),
    Wrong,
}

fn term(text: &str) -> Term<'_> {
    if let Some((name, value)) = text.split_once('=')
        && !name.contains(':')
    {
        return match name.to_ascii_lowercase().as_str() {
            "redirect" => Term::Redirect(value),
            // `exp` and names that are not known are to be passed over.
            _ => Term::Free,
        };
    }
    let (sign, rest) = match text.split_at_checked(1) {
        Some((sign @ ("+" | "-" | "~" | "?"), rest)) => (sign, rest),
        _ => ("+", text),
    };
    let name = rest.split([':', '/']).next().unwrap_or_default().to_ascii_lowercase();
    let value = rest.split_once(':').map(|(_, value)| value);
    match (name.as_str(), value) {
        ("all", None) => Term::All(match sign {
            "-" => SpfAll::Fail,
            "~" => SpfAll::SoftFail,
            "?" => SpfAll::Neutral,
            _ => SpfAll::Pass,
        }),
        ("include", Some(domain)) if !domain.is_empty() => Term::Include(domain),
        ("exists", Some(domain)) if !domain.is_empty() => {
            if sign == "+" {
                Term::Exists(domain)
            } else {
                Term::Asks
            }
        }
        ("a" | "mx" | "ptr", Some(domain)) if domain.contains('%') && sign == "+" => Term::Unclear,
        ("a" | "mx", _) => {
            let (four, six) = widths(rest);
            if sign == "+" && (four < WIDEST_IP4 || six < WIDEST_IP6) { Term::Everybody } else { Term::Asks }
        }
        ("ptr", _) => Term::Asks,
        ("ip4", Some(network)) => match width::<Ipv4Addr>(network, 32) {
            Some(..WIDEST_IP4) if sign == "+" => Term::Everybody,
            Some(_) => Term::Free,
            None => Term::Wrong,
        },
        ("ip6", Some(network)) => match width::<Ipv6Addr>(network, 128) {
            Some(..WIDEST_IP6) if sign == "+" => Term::Everybody,
            Some(_) => Term::Free,
            None => Term::Wrong,
        },
        _ => Term::Wrong,
    }
}

/// Networks that are wider than these are nobody's own: the registries give out no more than a /8, and a /12 of IPv6.
/// Source: iana.org/assignments/ipv4-address-space, iana.org/assignments/ipv6-unicast-address-assignments.
const WIDEST_IP4: u8 = 8;
const WIDEST_IP6: u8 = 12;

/// How many bits of `192.0.2.0/24` are fixed; none where it is no network. Source: RFC 7208, section 5.6.
fn width<A: FromStr>(network: &str, all: u8) -> Option<u8> {
    let (address, width) = network.split_once('/').map_or((network, None), |(address, width)| (address, Some(width)));
    address.parse::<A>().ok()?;
    width.map_or(Some(all), |width| width.parse().ok().filter(|width| *width <= all))
}

/// The same of `a:x.example/24//64`: of each kind of address, all of it where it does not say.
fn widths(term: &str) -> (u8, u8) {
    let (before, six) = term.split_once("//").map_or((term, None), |(before, six)| (before, Some(six)));
    let four = before.split_once('/').map(|(_, four)| four);
    let bits = |text: Option<&str>, all: u8| text.and_then(|text| text.parse().ok()).unwrap_or(all);
    (bits(four, 32), bits(six, 128))
}

/// Follows a record, counting questions, until it ends, is wrong, or costs too many.
fn follow<'a>(
    world: &'a World<'_>,
    domain: &'a str,
    record: String,
    so_far: &'a mut Followed,
) -> Pin<Box<dyn Future<Output = Result<(), Gap>> + Send + 'a>> {
    Box::pin(async move {
        let mut redirect = None;
        for text in record.split(' ').skip(1).filter(|text| !text.is_empty()) {
            match term(text) {
                Term::All(all) => {
                    // Nothing after it counts.
                    so_far.all = Some(all);
                    return Ok(());
                }
                Term::Free => {}
                Term::Everybody => {
                    so_far.error.get_or_insert_with(|| format!("{domain}: \"{text}\" lets everybody send"));
                    return Ok(());
                }
                Term::Asks => so_far.lookups += 1,
                Term::Unclear => return Err(world.by_sender()),
                Term::Exists(target) => {
                    so_far.lookups += 1;
                    if so_far.lookups <= MOST_LOOKUPS && lets_strangers_in(world, domain, target).await? {
                        so_far.error.get_or_insert_with(|| format!("{domain}: \"{text}\" lets everybody send"));
                    }
                }
                Term::Redirect(target) => redirect = Some(target.to_owned()),
                Term::Wrong => {
                    so_far.error.get_or_insert_with(|| format!("{domain}: \"{text}\" is no SPF term"));
                    return Ok(());
                }
                Term::Include(target) => {
                    so_far.lookups += 1;
                    // An include of somebody else's answers for its own list alone: its `all` is not this record's.
                    let all = so_far.all.take();
                    next(world, domain, target, so_far).await?;
                    let theirs = std::mem::replace(&mut so_far.all, all);
                    // Unless it lets everybody send: then everybody is on its list.
                    if theirs == Some(SpfAll::Pass) && !text.starts_with(['?', '~', '-']) {
                        let said = || format!("{domain} points to {target}, which lets everybody send");
                        so_far.error.get_or_insert_with(said);
                    }
                }
            }
            if so_far.lookups > MOST_LOOKUPS || so_far.error.is_some() {
                return Ok(());
            }
        }
        if let Some(target) = redirect {
            so_far.lookups += 1;
            next(world, domain, &target, so_far).await?;
            // What it says of a stranger there is no record for, nobody knows.
            if target.contains('%') && so_far.all.is_none() && so_far.error.is_none() {
                return Err(world.by_sender());
            }
        } else if so_far.all.is_none() {
            so_far.all = Some(SpfAll::Neutral);
        }
        Ok(())
    })
}

/// Whether a question that is asked for each message lets in whoever asks: the name is there for a stranger too.
async fn lets_strangers_in(world: &World<'_>, domain: &str, target: &str) -> Result<bool, Gap> {
    let name = expanded(target, domain, world.own).ok_or_else(|| world.by_sender())?;
    Ok(!world.ask.records(&sources::SPF_EXISTS, &name).await?.is_empty())
}

/// The record of a name that another record points to.
async fn next(world: &World<'_>, domain: &str, target: &str, so_far: &mut Followed) -> Result<(), Gap> {
    if so_far.lookups > MOST_LOOKUPS {
        return Ok(());
    }
    let name = expanded(target, domain, world.own).ok_or_else(|| world.by_sender())?;
    let records = spf_records(world.ask, &name).await?;
    match records.as_slice() {
        [record] => follow(world, &name, record.clone(), so_far).await,
        // There is none for a stranger.
        [] if target.contains('%') => Ok(()),
        [] => {
            so_far.error.get_or_insert_with(|| format!("{domain} points to {target}, which has no SPF record"));
            Ok(())
        }
        _ => {
            so_far.error.get_or_insert_with(|| format!("{domain} points to {target}, which has several SPF records"));
            Ok(())
        }
    }
}

impl Spf {
    pub(crate) fn fill(self, row: &mut MailDomain) {
        match self.records {
            Err(gap) => {
                row.spf_records = unknown(&gap);
                row.spf_record = unknown(&gap);
            }
            Ok(records) => {
                row.spf_records = Cell::Known(i64::try_from(records.len()).unwrap_or(i64::MAX));
                let one = if let [record] = records.as_slice() { Some(Text::from(record.as_str())) } else { None };
                let published = one.is_some();
                row.spf_record = Cell::Known(one);
                if !published {
                    row.spf_all = Cell::Known(None);
                    row.spf_lookups = Cell::Known(None);
                    row.spf_error = Cell::Known(None);
                    return;
                }
            }
        }
        match self.followed {
            Err(gap) => {
                row.spf_all = unknown(&gap);
                row.spf_lookups = unknown(&gap);
                row.spf_error = unknown(&gap);
            }
            Ok(followed) => {
                row.spf_all = Cell::Known(followed.all);
                row.spf_lookups = Cell::Known(Some(followed.lookups));
                row.spf_error = Cell::Known(followed.error.map(Text::from));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tenantscan_provider::{Reader, Replay};

    use super::*;

    /// What a record comes to in a world of these texts.
    async fn said(world: &[(&str, &[&str])]) -> MailDomain {
        let files = world.iter().enumerate().map(|(number, (name, records))| {
            let (code, records) = match records {
                [one] if one.starts_with('!') => (&one[1..], &[] as &[&str]),
                records => ("NOERROR", *records),
            };
            let kind = if records.iter().any(|it| it.parse::<Ipv4Addr>().is_ok()) || name.starts_with("203.") {
                "A"
            } else {
                "TXT"
            };
            let file = format!(
                "{{\"query\":{{\"name\":\"{name}\",\"type\":\"{kind}\"}},\"answer\":{{\"code\":\"{code}\",\"records\":{records:?}}}}}"
            );
            (format!("{number}.json"), file)
        });
        let reader = Reader::replaying(Replay::from_files(files).expect("JSON"));
        let ask = Ask { reader: &reader, wanted: [sources::SPF.id].into() };
        let mut row = MailDomain::new("p.example");
        read(&ask, "p.example").await.expect("wanted").fill(&mut row);
        row
    }

    #[tokio::test]
    async fn records_are_followed_to_their_end() {
        let many: Vec<String> = (0..12).map(|number| format!("a:{number}.example")).collect();
        let many = format!("v=spf1 {} -all", many.join(" "));
        type Case<'c> = (&'c [(&'c str, &'c [&'c str])], i64, Option<SpfAll>, Option<i64>, Option<&'c str>);
        let cases: [Case<'_>; 15] = [
            (&[("p.example", &[])], 0, None, None, None),
            (&[("p.example", &["!NXDOMAIN"])], 0, None, None, None),
            (&[("p.example", &["v=spf1 -all", "v=spf1 ~all"])], 2, None, None, None),
            (&[("p.example", &["other", "v=spf1 ip4:192.0.2.1 -all"])], 1, Some(SpfAll::Fail), Some(0), None),
            (&[("p.example", &["V=SPF1 mx a:x.example/24 ?all"])], 1, Some(SpfAll::Neutral), Some(2), None),
            (&[("p.example", &["v=spf1 mx"])], 1, Some(SpfAll::Neutral), Some(1), None),
            (
                &[("p.example", &["v=spf1 include:o.example ~all"]), ("o.example", &["v=spf1 mx -all"])],
                1,
                Some(SpfAll::SoftFail),
                Some(2),
                None,
            ),
            (
                &[("p.example", &["v=spf1 redirect=o.example"]), ("o.example", &["v=spf1 mx -all"])],
                1,
                Some(SpfAll::Fail),
                Some(2),
                None,
            ),
            (&[("p.example", &["v=spf1 include:p.example -all"])], 1, None, Some(11), None),
            (
                &[("p.example", &["v=spf1 include:o.example -all"]), ("o.example", &[])],
                1,
                None,
                Some(1),
                Some("no SPF record"),
            ),
            (&[("p.example", &["v=spf1 inclde:o.example -all"])], 1, None, Some(0), Some("inclde")),
            (&[("p.example", &["v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"])], 1, None, Some(0), Some("everybody")),
            (
                &[("p.example", &["v=spf1 include:o.example -all"]), ("o.example", &["v=spf1 ip6:::/0 -all"])],
                1,
                None,
                Some(1),
                Some("everybody"),
            ),
            (
                &[("p.example", &["v=spf1 include:o.example -all"]), ("o.example", &["v=spf1 +all"])],
                1,
                None,
                Some(1),
                Some("everybody"),
            ),
            (
                &[("p.example", &["v=spf1 ?include:o.example -all"]), ("o.example", &["v=spf1 +all"])],
                1,
                Some(SpfAll::Fail),
                Some(1),
                None,
            ),
        ];
        for (world, records, all, lookups, error) in cases {
            let row = said(world).await;
            assert_eq!(row.spf_records, Cell::Known(records), "{world:?}");
            assert_eq!(row.spf_lookups, Cell::Known(lookups), "{world:?}");
            if lookups.is_none_or(|count| count <= MOST_LOOKUPS) && error.is_none() {
                assert_eq!(row.spf_all, Cell::Known(all), "{world:?}");
            }
            let wrong = row.spf_error.known().expect("known");
            match error {
                None => assert_eq!(*wrong, None, "{world:?}"),
                Some(part) => assert!(wrong.as_ref().is_some_and(|text| text.contains(part)), "{world:?}: {wrong:?}"),
            }
        }
        let row = said(&[("p.example", &[&many])]).await;
        assert_eq!(row.spf_lookups, Cell::Known(Some(11)), "the count stops");
    }

    #[tokio::test]
    async fn lists_that_are_asked_for_each_message_are_asked_as_for_a_stranger() {
        const STRANGER: &str = "203.0.113.113.l.example";
        let of = async |record: &str, more: &[(&str, &[&str])]| {
            let own = [record];
            let world = [&[("p.example", &own as &[&str])], more].concat();
            said(&world).await
        };
        // Nobody is on the list: it lets in whom it names.
        let row = of("v=spf1 exists:%{i}.l.example -all", &[(STRANGER, &["!NXDOMAIN"])]).await;
        assert_eq!((row.spf_error, row.spf_all), (Cell::Known(None), Cell::Known(Some(SpfAll::Fail))));
        assert_eq!(row.spf_lookups, Cell::Known(Some(1)));
        let everybody = |row: &MailDomain| {
            row.spf_error.known().cloned().flatten().is_some_and(|text| text.contains("lets everybody send"))
        };
        assert!(everybody(&of("v=spf1 exists:%{i}.l.example -all", &[(STRANGER, &["127.0.0.2"])]).await));
        assert!(everybody(&of("v=spf1 exists:l.example -all", &[("l.example", &["192.0.2.7"])]).await));
        assert!(!everybody(&of("v=spf1 ?exists:l.example -all", &[("l.example", &["192.0.2.7"])]).await));
        // The same inside a list of somebody else's, and of records that stand under such a name.
        let inside = [("o.example", &["v=spf1 exists:%{i}.l.example -all"] as &[&str]), (STRANGER, &["127.0.0.2"])];
        assert!(everybody(&of("v=spf1 include:o.example -all", &inside).await));
        let there = [("113.113.0.203.p.example.l.example", &["v=spf1 +all"] as &[&str])];
        assert!(everybody(&of("v=spf1 include:%{ir}.%{d}.l.example -all", &there).await));
        let absent = [("113.113.0.203.p.example.l.example", &["!NXDOMAIN"] as &[&str])];
        let row = of("v=spf1 include:%{ir}.%{d}.l.example -all", &absent).await;
        assert_eq!((row.spf_error, row.spf_all), (Cell::Known(None), Cell::Known(Some(SpfAll::Fail))));
        // What depends on what the sender writes, or was not answered, is unknown.
        let unknown =
            async |record: &str, more: &[(&str, &[&str])]| of(record, more).await.spf_error.gap().map(Gap::cause);
        assert_eq!(unknown("v=spf1 exists:%{l}.l.example -all", &[]).await, Some(Cause::NotSupplied));
        assert_eq!(unknown("v=spf1 a:%{i}.l.example -all", &[]).await, Some(Cause::NotSupplied));
        let timeout = [(STRANGER, &["!timeout"] as &[&str])];
        assert_eq!(unknown("v=spf1 exists:%{i}.l.example -all", &timeout).await, Some(Cause::Timeout));
        assert_eq!(unknown("v=spf1 redirect=%{ir}.%{d}.l.example", &absent).await, Some(Cause::NotSupplied));
    }

    #[tokio::test]
    async fn what_was_not_answered_is_unknown_unless_it_cannot_matter() {
        let row = said(&[("p.example", &["!timeout"])]).await;
        assert_eq!(row.spf_records.gap().map(Gap::cause), Some(Cause::Timeout));
        let row = said(&[("p.example", &["v=spf1 include:o.example -all"]), ("o.example", &["!unavailable"])]).await;
        assert_eq!(row.spf_records, Cell::Known(1));
        assert_eq!(row.spf_lookups.gap().map(Gap::cause), Some(Cause::Unavailable));
        assert_eq!(row.spf_all.gap().map(Gap::cause), Some(Cause::Unavailable));
    }

    #[test]
    fn terms_are_told_apart() {
        for (text, due) in [
            ("-all", Term::All(SpfAll::Fail)),
            ("all", Term::All(SpfAll::Pass)),
            ("~ALL", Term::All(SpfAll::SoftFail)),
            ("include:x.example", Term::Include("x.example")),
            ("?include:x.example", Term::Include("x.example")),
            ("include:", Term::Wrong),
            ("a", Term::Asks),
            ("mx/24", Term::Asks),
            ("exists:%{i}.x.example", Term::Exists("%{i}.x.example")),
            ("?exists:x.example", Term::Asks),
            ("exists:", Term::Wrong),
            ("a:%{i}.x.example", Term::Unclear),
            ("-mx:%{h}", Term::Asks),
            ("ip6:2001:db8::/32", Term::Free),
            ("redirect=x.example", Term::Redirect("x.example")),
            ("exp=x.example", Term::Free),
            ("ip4", Term::Wrong),
            ("ip4:0.0.0.0/0", Term::Everybody),
            ("+ip4:128.0.0.0/1", Term::Everybody),
            ("?ip4:0.0.0.0/0", Term::Free),
            ("ip4:10.0.0.0/8", Term::Free),
            ("ip4:192.0.2.0/33", Term::Wrong),
            ("ip4:192.0.2", Term::Wrong),
            ("ip6:::/0", Term::Everybody),
            ("ip6:2600::/12", Term::Free),
            ("a:x.example/0", Term::Everybody),
            ("mx//0", Term::Everybody),
            ("a/24//64", Term::Asks),
            ("all:x", Term::Wrong),
        ] {
            assert_eq!(term(text), due, "{text}");
        }
    }
}
