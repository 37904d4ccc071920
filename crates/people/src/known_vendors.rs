//! Vendors that turn up in practices, by a dated catalogue: what each does, and whether it signs an agreement.

use std::sync::LazyLock;

use serde::Deserialize;
use tenantscan_model::rows::AppContract;
use tenantscan_model::{Platform, Text};

use crate::lies_in;

/// A vendor as the catalogue knows it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownVendor {
    /// Its name, or that of its product.
    pub name: Text,
    /// Ids of its apps at Microsoft.
    #[serde(default)]
    pub(crate) ids: Vec<Text>,
    /// Ids of its apps at Google.
    #[serde(default)]
    pub(crate) google_ids: Vec<Text>,
    /// Names that its apps have or begin with.
    #[serde(default)]
    pub(crate) names: Vec<Text>,
    /// Domains that its mail goes to or comes from, in small letters.
    #[serde(default)]
    pub(crate) domains: Vec<Text>,
    /// What it is, in plain words.
    pub category: Text,
    /// Which of the usual kinds of vendors it is, by id.
    pub kind: Option<Text>,
    /// Whether it signs a business associate agreement.
    pub class: AppContract,
    /// The plans on which it does, where it does on some only.
    pub plan: Option<Text>,
    /// Whether it was met again and again in mailboxes that were taken over.
    #[serde(default)]
    pub(crate) seen_in_attacks: bool,
    /// The page that says so, or that none was found.
    pub source: Text,
    /// The day on which it was read.
    pub read: toml::value::Datetime,
    /// What else there is to say, or what was looked at.
    pub note: Option<Text>,
}

/// One of the two platforms that the practice's mail and files are on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformVendor {
    #[serde(deserialize_with = "platform")]
    platform: Platform,
    /// The company's name.
    pub name: Text,
    names: Vec<Text>,
    /// Whether it signs a business associate agreement.
    pub class: AppContract,
    /// The plans on which it does, where it does on some only.
    pub plan: Option<Text>,
    /// The page that says so.
    pub source: Text,
    /// The day on which it was read.
    pub read: toml::value::Datetime,
    /// What else there is to say.
    pub note: Option<Text>,
}

#[derive(Deserialize)]
struct Catalogue {
    platform: Vec<PlatformVendor>,
    vendor: Vec<KnownVendor>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../../policies/catalogues/vendors.toml");
    toml::from_str(text).expect("the built-in list parses: a test reads it")
});

fn platform<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Platform, D::Error> {
    let name = String::deserialize(deserializer)?;
    let found = Platform::ALL.into_iter().find(|platform| platform.name() == name);
    found.ok_or_else(|| serde::de::Error::custom(format!("there is no platform `{name}`")))
}

impl KnownVendor {
    /// Every vendor of the catalogue.
    pub(crate) fn all() -> &'static [Self] {
        &CATALOGUE.vendor
    }

    /// The vendor with this name in the catalogue.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|known| &*known.name == name)
    }

    /// The vendor that has a domain, or a domain above it.
    pub fn of_domain(domain: &str) -> Option<&'static Self> {
        Self::all().iter().find(|known| known.domains.iter().any(|own| lies_in(domain, own)))
    }
}

impl PlatformVendor {
    /// The company behind a platform.
    ///
    /// # Panics
    /// Never: the catalogue names a company for each platform, as a test asks.
    pub fn of(platform: Platform) -> &'static Self {
        CATALOGUE.platform.iter().find(|known| known.platform == platform).expect("one for each platform")
    }

    /// Whether a row of a practice's register is for it, by the name that somebody gave the row.
    pub fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|own| begins(name, own))
    }
}

/// Whether a name is these words or begins with them, without regard to case.
pub(crate) fn begins(name: &str, words: &str) -> bool {
    let mut rest = name.trim().chars();
    for letter in words.chars() {
        match rest.next() {
            Some(other) if other.to_lowercase().eq(letter.to_lowercase()) => {}
            _ => return false,
        }
    }
    rest.next().is_none_or(|next| !next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    //! Cases: names and domains, and the vendor that they belong to; and the catalogue itself.

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_vendor_is_found_by_its_domain_and_whatever_lies_in_it() {
        for (domain, expected) in [
            ("dropbox.com", Some("Dropbox")),
            ("Mail.Zoom.US", Some("Zoom")),
            ("notdropbox.com", None),
            ("box.com", Some("Box")),
            ("com", None),
            ("", None),
        ] {
            assert_eq!(KnownVendor::of_domain(domain).map(|known| &*known.name), expected, "{domain}");
        }
        assert!(KnownVendor::named("Zoom").is_some() && KnownVendor::named("zoom").is_none());
    }

    #[test]
    fn a_row_for_a_platform_is_found_by_its_name() {
        let google = PlatformVendor::of(Platform::GoogleWorkspace);
        assert!(google.is_named("google workspace") && google.is_named("Google") && !google.is_named("Googol"));
        assert!(PlatformVendor::of(Platform::Microsoft365).is_named("Microsoft 365"));
    }

    #[test]
    fn ids_look_like_ids_and_ids_names_and_domains_stand_once() {
        let mut once = BTreeSet::new();
        for known in KnownVendor::all() {
            assert!(known.ids.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()), "{}", known.name);
            assert!(known.google_ids.iter().all(|id| id.ends_with(".apps.googleusercontent.com")), "{}", known.name);
            let found_by = known.ids.len() + known.names.len() + known.domains.len();
            assert!(found_by > 0, "{} cannot be found", known.name);
            assert!(known.domains.iter().all(|it| it.contains('.') && it.to_lowercase() == **it), "{}", known.name);
            let all = known.ids.iter().chain(&known.google_ids).chain(&known.names).chain(&known.domains);
            for text in all.chain([&known.name]).map(|text| text.to_lowercase()).collect::<BTreeSet<_>>() {
                assert!(once.insert(text.clone()), "{text} stands twice");
            }
        }
    }

    #[test]
    fn every_class_has_its_source_and_date_and_what_it_needs_besides() {
        let entries =
            KnownVendor::all().iter().map(|it| (&it.name, it.class, &it.plan, &it.source, &it.read, &it.note));
        let platforms = CATALOGUE.platform.iter();
        let platforms = platforms.map(|it| (&it.name, it.class, &it.plan, &it.source, &it.read, &it.note));
        for (name, class, plan, source, read, note) in entries.chain(platforms) {
            assert!(read.date.is_some() && read.time.is_none(), "{name} was read on no day");
            assert_eq!(plan.is_some(), class == AppContract::SignsOnPlan, "{name} signs on which plan");
            let found = source.starts_with("https://") || source.starts_with("http://");
            // What was found nowhere is unknown, and what is unknown says what was looked at.
            assert!(found || (class == AppContract::Unknown && source.starts_with("none: ")), "{name}: {source}");
            assert!(class != AppContract::Unknown || !found || note.is_some(), "{name}: what was looked at");
        }
        let classes: BTreeSet<_> = KnownVendor::all().iter().map(|it| format!("{:?}", it.class)).collect();
        assert_eq!(classes.len(), 5, "{classes:?}");
    }

    #[test]
    fn every_kind_that_practices_are_asked_about_and_that_has_known_vendors_is_one() {
        #[derive(Deserialize)]
        struct Kinds {
            category: Vec<Kind>,
        }
        #[derive(Deserialize)]
        struct Kind {
            id: Text,
        }
        let text = include_str!("../../../policies/catalogues/vendor-categories.toml");
        let kinds: Vec<Text> =
            toml::from_str::<Kinds>(text).expect("TOML").category.into_iter().map(|it| it.id).collect();
        let named: BTreeSet<&Text> = KnownVendor::all().iter().filter_map(|it| it.kind.as_ref()).collect();
        assert!(named.iter().all(|kind| kinds.contains(kind)), "{named:?}");
        for kind in [
            "cloud-storage",
            "telehealth",
            "transcription",
            "reminders",
            "intake",
            "billing",
            "clearinghouse",
            "ehr",
            "fax",
            "backup",
        ] {
            assert!(named.contains(&Text::from(kind)), "{kind}");
        }
    }
}
