//! Until when the maker supports the version that a device runs, from a dated list.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::{Device, DevicePlatform};
use tenantscan_model::{Cause, Cell, Gap, Time};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    /// The date of the list and where it is from; kept in the file for people.
    #[serde(rename = "dated")]
    _dated: toml::value::Datetime,
    #[serde(rename = "source")]
    _source: String,
    windows: Vec<Build>,
    macos: Vec<Major>,
    ios: Vec<Major>,
    android: Vec<Major>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    build: u32,
    #[serde(rename = "name")]
    _name: String,
    pro: toml::value::Datetime,
    enterprise: toml::value::Datetime,
    long_term: Option<toml::value::Datetime>,
    extended: Option<toml::value::Datetime>,
    last_free_revision: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Major {
    major: u32,
    ends: toml::value::Datetime,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../policies/catalogues/operating-systems.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

fn day(date: &toml::value::Datetime) -> Time {
    format!("{date}T00:00:00Z").parse().expect("the built-in list holds dates: a test reads it")
}

/// The ends of support that are possible.
struct Ends {
    earliest: Option<Time>,
    latest: Option<Time>,
    /// Why it is not known which of them holds, where they differ.
    gap: Gap,
}

/// Where what is known of a device comes from: ids of sources, to name the one that says too little.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The source of system and version.
    pub system: &'static str,
    /// The source of the edition of Windows.
    pub edition: &'static str,
}

/// What the source does not say as its vendor describes it.
fn unclear(source: &'static str) -> Gap {
    Gap::new(Cause::Malformed, source)
}

/// Fills in until when the system of the device is mended.
pub fn fill(device: &mut Device, told: Told) {
    match ends(device, told) {
        Ok(ends) => {
            let known = ends.earliest == ends.latest;
            device.os_support_ends = if known { Cell::Known(ends.latest) } else { Cell::Unknown(ends.gap) };
            device.os_support_ends_earliest = Cell::Known(ends.earliest);
            device.os_support_ends_latest = Cell::Known(ends.latest);
        }
        Err(gap) => {
            device.os_support_ends = Cell::Unknown(gap.clone());
            device.os_support_ends_earliest = Cell::Unknown(gap.clone());
            device.os_support_ends_latest = Cell::Unknown(gap);
        }
    }
}

fn ends(device: &Device, told: Told) -> Result<Ends, Gap> {
    let platform = device.platform.read().map_err(Clone::clone)?;
    let catalogue = &*CATALOGUE;
    let majors = match platform {
        DevicePlatform::Windows => return windows(device, &catalogue.windows, told),
        DevicePlatform::MacOs => &catalogue.macos,
        DevicePlatform::Ios => &catalogue.ios,
        DevicePlatform::Android => &catalogue.android,
        DevicePlatform::Linux | DevicePlatform::ChromeOs | DevicePlatform::Other => {
            return Err(Gap::new(Cause::NotSupplied, told.system));
        }
    };
    let parts = version(device, told)?;
    let major = *parts.first().ok_or_else(|| unclear(told.system))?;
    let listed = majors.iter().find(|entry| entry.major == major);
    let oldest = majors.iter().min_by_key(|entry| entry.major).filter(|entry| major < entry.major);
    let ends = listed.or(oldest).map(|entry| day(&entry.ends));
    Ok(Ends { earliest: ends, latest: ends, gap: unclear(told.system) })
}

fn version(device: &Device, told: Told) -> Result<Vec<u32>, Gap> {
    let text = device.os_version.read().map_err(Clone::clone)?;
    let text = text.as_deref().ok_or_else(|| Gap::new(Cause::Unavailable, told.system))?;
    let number = text.split([' ', '(']).next().unwrap_or_default();
    let parts: Option<Vec<u32>> = number.split('.').map(|part| part.parse().ok()).collect();
    parts.ok_or_else(|| unclear(told.system))
}

/// Which of the two lengths of support an edition has.
enum Edition {
    Pro,
    Enterprise,
}

fn edition(device: &Device, told: Told) -> Result<Edition, Gap> {
    let name = device.edition.read().map_err(Clone::clone)?;
    let name = name.as_deref().ok_or_else(|| Gap::new(Cause::Unavailable, told.edition))?.to_ascii_lowercase();
    let starts = |names: &[&str]| names.iter().any(|start| name.starts_with(start));
    if starts(&["pro", "core", "home", "business"]) {
        Ok(Edition::Pro)
    } else if starts(&["enterprise", "education", "iotenterprise", "serverrdsh"]) {
        Ok(Edition::Enterprise)
    } else {
        Err(unclear(told.edition))
    }
}

fn windows(device: &Device, builds: &[Build], told: Told) -> Result<Ends, Gap> {
    let parts = version(device, told)?;
    let [_, _, build, rest @ ..] = parts.as_slice() else { return Err(unclear(told.system)) };
    let none = || Ends { earliest: None, latest: None, gap: unclear(told.system) };
    if builds.iter().all(|entry| entry.build < *build) {
        return Ok(none());
    }
    let oldest = builds.iter().min_by_key(|entry| entry.build).filter(|entry| *build < entry.build);
    let entry = builds.iter().find(|entry| entry.build == *build).or(oldest).ok_or_else(|| unclear(told.system))?;
    if let (Some(extended), Some(last)) = (&entry.extended, entry.last_free_revision) {
        let (plain, extended) = (day(&entry.enterprise), day(extended));
        let (earliest, latest) = match rest.first() {
            Some(revision) if *revision > last => (extended, extended),
            Some(_) => (plain, plain),
            None => (plain, extended),
        };
        return Ok(Ends { earliest: Some(earliest), latest: Some(latest), gap: unclear(told.system) });
    }
    let (pro, enterprise) = (day(&entry.pro), day(&entry.enterprise));
    let longest = entry.long_term.as_ref().map_or(enterprise, day);
    let (earliest, latest, gap) = match edition(device, told) {
        Ok(Edition::Pro) => (pro, pro, unclear(told.edition)),
        // The name does not tell an ordinary Enterprise from one with long-term support.
        Ok(Edition::Enterprise) => (enterprise, longest, unclear(told.edition)),
        Err(gap) => (pro, longest, gap),
    };
    Ok(Ends { earliest: Some(earliest), latest: Some(latest), gap })
}

#[cfg(test)]
mod tests {
    //! Cases: systems and versions, and the earliest and latest end of their support.

    use super::*;

    #[test]
    fn versions() {
        use DevicePlatform::{Android, Ios, Linux, MacOs, Windows};
        let (pro, enterprise, none) = (Some(Some("Pro")), Some(Some("Enterprise")), Some(None));
        let cases = [
            (Windows, "10.0.22631.4602", pro, Some(("2025-11-11", "2025-11-11"))),
            (Windows, "10.0.22631.4602", enterprise, Some(("2026-11-10", "2026-11-10"))),
            (Windows, "10.0.22631.4602", none, Some(("2025-11-11", "2026-11-10"))),
            (Windows, "10.0.22631.4602", None, Some(("2025-11-11", "2026-11-10"))),
            (Windows, "10.0.26100.4351", enterprise, Some(("2027-10-12", "2034-10-10"))),
            (Windows, "10.0.26100.4351", Some(Some("ProEducation")), Some(("2026-10-13", "2026-10-13"))),
            (Windows, "10.0.19045.6456", pro, Some(("2025-10-14", "2025-10-14"))),
            (Windows, "10.0.19045.6575", pro, Some(("2028-10-10", "2028-10-10"))),
            (Windows, "10.0.19045", pro, Some(("2025-10-14", "2028-10-10"))),
            (Windows, "10.0.10240.1", enterprise, Some(("2019-04-09", "2026-10-13"))),
            (Windows, "10.0.99999.1", pro, Some(("none", "none"))),
            (Windows, "10.0.20348.2700", pro, None),
            (Windows, "eleven", pro, None),
            (MacOs, "13.7.8", none, Some(("2025-09-15", "2025-09-15"))),
            (MacOs, "11.0", none, Some(("2024-09-16", "2024-09-16"))),
            (MacOs, "26.1", none, Some(("none", "none"))),
            (MacOs, "15.6.1 (24G90)", none, Some(("none", "none"))),
            (Ios, "17.7", none, Some(("2025-09-15", "2025-09-15"))),
            (Ios, "18.5", none, Some(("none", "none"))),
            (Android, "11", none, Some(("2025-03-31", "2025-03-31"))),
            (Android, "14.0", none, Some(("none", "none"))),
            (Linux, "22.04", none, None),
        ];
        for (platform, version, edition, expected) in cases {
            let unread = || Cell::Unknown(Gap::new(Cause::PermissionMissing, "test"));
            let mut device = Device {
                platform: Cell::Known(platform),
                os_version: Cell::Known(Some(version.into())),
                edition: edition.map_or_else(unread, |name| Cell::Known(name.map(Into::into))),
                ..Device::new("d")
            };
            fill(&mut device, Told { system: "s", edition: "e" });
            let text = |cell: &Cell<Option<Time>>| {
                cell.known().map(|time| time.map_or("none".to_owned(), |time| time.to_string()[..10].to_owned()))
            };
            let found = text(&device.os_support_ends_earliest).zip(text(&device.os_support_ends_latest));
            let expected = expected.map(|(earliest, latest)| (earliest.to_owned(), latest.to_owned()));
            assert_eq!(found, expected, "{platform:?} {version} {edition:?}");
            let exact = expected.is_some_and(|(earliest, latest)| earliest == latest);
            assert_eq!(device.os_support_ends.known().is_some(), exact, "{platform:?} {version} {edition:?}");
        }
    }

    #[test]
    fn the_list_is_in_order_and_its_dates_are_dates() {
        for build in &CATALOGUE.windows {
            assert!(day(&build.pro) <= day(&build.enterprise), "{}", build.build);
            let longer = [&build.long_term, &build.extended].into_iter().flatten();
            assert!(longer.map(day).all(|date| date > day(&build.enterprise)), "{}", build.build);
        }
        for list in [&CATALOGUE.macos, &CATALOGUE.ios, &CATALOGUE.android] {
            assert!(list.windows(2).all(|two| two[0].major < two[1].major && day(&two[0].ends) <= day(&two[1].ends)));
        }
    }
}
