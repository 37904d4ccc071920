//! A cell is known, null included, or unknown with a cause.

use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Text;

/// Why a fact is not known. Each cause has another cure, so no two are folded into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The app was not granted the permission that the request needs.
    PermissionMissing,
    /// The tenant has no licence for the feature, so the vendor does not answer.
    LicenceRequired,
    /// The app has the permission but not the directory role that the request needs besides.
    RoleMissing,
    /// The vendor's API is switched off in the project that the app belongs to.
    ServiceDisabled,
    /// No token could be had, or the vendor refused it.
    SignInFailed,
    /// The vendor asked to slow down for longer than the time limit allowed.
    Throttled,
    /// No answer in the time allowed.
    Timeout,
    /// The service could not be reached, answered with a server error, or is not set up in this tenant.
    Unavailable,
    /// The answer could not be read as the vendor describes it.
    Malformed,
    /// The list was cut: it is longer than what may be read, or its pages do not end.
    Truncated,
    /// Nobody wrote this down yet: it is for a person to say.
    NotSupplied,
    /// The tenant hides names in its reports.
    NamesConcealed,
    /// The recording that is replayed holds no answer to this request.
    NotRecorded,
    /// The scan did not ask for it.
    NotCollected,
}

impl Cause {
    /// Every cause, in the order in which they are listed to people.
    pub const ALL: [Self; 14] = [
        Self::PermissionMissing,
        Self::LicenceRequired,
        Self::RoleMissing,
        Self::ServiceDisabled,
        Self::SignInFailed,
        Self::Throttled,
        Self::Timeout,
        Self::Unavailable,
        Self::Malformed,
        Self::Truncated,
        Self::NotSupplied,
        Self::NamesConcealed,
        Self::NotRecorded,
        Self::NotCollected,
    ];

    /// The name as it stands in JSON: `permission_missing`.
    pub fn name(self) -> &'static str {
        match self {
            Self::PermissionMissing => "permission_missing",
            Self::LicenceRequired => "licence_required",
            Self::RoleMissing => "role_missing",
            Self::ServiceDisabled => "service_disabled",
            Self::SignInFailed => "sign_in_failed",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::NotSupplied => "not_supplied",
            Self::NamesConcealed => "names_concealed",
            Self::NotRecorded => "not_recorded",
            Self::NotCollected => "not_collected",
        }
    }

    /// A few plain words for people.
    pub fn plain(self) -> &'static str {
        match self {
            Self::PermissionMissing => "a permission is missing",
            Self::LicenceRequired => "a licence is missing",
            Self::RoleMissing => "a directory role is missing",
            Self::ServiceDisabled => "an API is switched off",
            Self::SignInFailed => "sign-in failed",
            Self::Throttled => "the vendor asked to slow down",
            Self::Timeout => "no answer in time",
            Self::Unavailable => "the service did not answer",
            Self::Malformed => "the answer could not be read",
            Self::Truncated => "the list was cut short",
            Self::NotSupplied => "nobody has written it down yet",
            Self::NamesConcealed => "names are hidden in reports",
            Self::NotRecorded => "the recording has no answer",
            Self::NotCollected => "the scan did not ask for it",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A hole in what was read: the cause, and the source that would have filled it. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap(Arc<GapParts>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GapParts {
    cause: Cause,
    source: Text,
}

impl Gap {
    /// A gap left by the source with this id, or by whatever else `source` names.
    pub fn new(cause: Cause, source: impl Into<Text>) -> Self {
        Self(Arc::new(GapParts { cause, source: source.into() }))
    }

    /// Why the fact is missing.
    pub fn cause(&self) -> Cause {
        self.0.cause
    }

    /// The id of the source that would have given the fact.
    pub fn source(&self) -> &str {
        &self.0.source
    }
}

impl fmt::Debug for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.0.cause, self.0.source)
    }
}

impl Serialize for Gap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Gap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        GapParts::deserialize(deserializer).map(|parts| Self(Arc::new(parts)))
    }
}

/// One fact of one row. A null that the vendor really returned is `Known(None)` of a `Cell<Option<T>>`.
///
/// In JSON a known cell is its bare value and an unknown one is `{"unknown": {"cause": …, "source": …}}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<T> {
    /// The fact as the vendor gave it.
    Known(T),
    /// The fact was not read.
    Unknown(Gap),
}

impl<T> Cell<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// The gap, if the value is not known.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(gap) => Some(gap),
        }
    }

    /// The known value, or the gap.
    ///
    /// # Errors
    /// The gap, when the cell is unknown: made for `?` in code that derives one cell from others.
    pub fn read(&self) -> Result<&T, &Gap> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Unknown(gap) => Err(gap),
        }
    }

    /// The cell with its known value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Cell<U> {
        match self {
            Self::Known(value) => Cell::Known(change(value)),
            Self::Unknown(gap) => Cell::Unknown(gap),
        }
    }
}

impl<T> From<Result<T, Gap>> for Cell<T> {
    fn from(result: Result<T, Gap>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(gap) => Self::Unknown(gap),
        }
    }
}

impl<T> Default for Cell<T> {
    /// Nobody filled it: unknown, because it was not collected.
    fn default() -> Self {
        static NOBODY: LazyLock<Gap> = LazyLock::new(|| Gap::new(Cause::NotCollected, ""));
        Self::Unknown(NOBODY.clone())
    }
}

impl<T: Serialize> Serialize for Cell<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Hole<'a> {
            unknown: &'a Gap,
        }
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown(gap) => Hole { unknown: gap }.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Cell<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Parts<T> {
            Hole { unknown: Gap },
            Value(T),
        }
        Parts::<T>::deserialize(deserializer).map(|parts| match parts {
            Parts::Hole { unknown } => Self::Unknown(unknown),
            Parts::Value(value) => Self::Known(value),
        })
    }
}
